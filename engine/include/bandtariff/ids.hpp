// Small distinct types for what a tariff is made of, so that a band is never an int and a fact never a line.
//
//     const FactId band = tariff->fact("band").value();
//     const CodeId b4 = tariff->code(tariff->at(band).codes, "B4").value();
//
// An id is a position in the tariff that gave it and means nothing in another.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace bandtariff {

template <class Tag>
struct Id {
    std::uint32_t index = UINT32_MAX;

    Id() = default;
    explicit constexpr Id(std::size_t position) : index(static_cast<std::uint32_t>(position)) {}
    [[nodiscard]] constexpr bool valid() const { return index != UINT32_MAX; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

using FactId = Id<struct FactTag>;
using CodeListId = Id<struct CodeListTag>;
using CodeId = Id<struct CodeTag>;  ///< position in its code list
using ChoiceId = Id<struct ChoiceTag>;
using TableId = Id<struct TableTag>;  ///< figures too: a figure is a table without keys
using StepId = Id<struct StepTag>;
using RoundingId = Id<struct RoundingTag>;
using CalendarId = Id<struct CalendarTag>;
using TimeBasisId = Id<struct TimeBasisTag>;
using RecordId = Id<struct RecordTag>;  ///< a kind of record
using LineId = Id<struct LineTag>;
using OutcomeId = Id<struct OutcomeTag>;  ///< position in the tariff's outcomes, built-in ones first

}  // namespace bandtariff
