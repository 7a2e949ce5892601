// Which days of a record are paid, where anything can change inside them, and what each is worth.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/tariff.hpp"
#include "tariff/evaluate.hpp"

namespace bandtariff::kernel {

/// One reason why there is no money, or no ordinary money.
struct Reason {
    OutcomeId outcome;
    std::string about;                  ///< the fact, cell, line or bound
    std::optional<Date> day = {};       ///< the first day it holds on, where it does not hold from the first paid day
    friend bool operator==(const Reason&, const Reason&) = default;
};

struct PaidDays {
    std::vector<Reason> stops;       ///< every reason why the record's days cannot be priced
    std::optional<DateRange> days;   ///< nullopt for an undated tariff whose records have no days
    std::optional<DateRange> own = {};  ///< of them, those that this release prices: all but in a series that is cut by day
};

[[nodiscard]] PaidDays paid_days(const TariffContents& tariff, const RecordKind& kind, const std::function<Result(FactId)>& fact,
                                 const std::function<bool(FactId)>& given);
/// Why a release does not take a record, or cannot tell; nothing where it does.
[[nodiscard]] std::vector<Reason> not_taken(const TariffContents& tariff, const Environment& environment);

/// The paid days cut wherever a version starts or ends or a fact becomes required, so that every expression has one value
/// on each stretch.
[[nodiscard]] std::vector<DateRange> stretches(const TariffContents& tariff, const DateRange& paid);

/// What the days of a stretch are worth, together, in a basis that measures `paid` as a whole. A sum that falls once or is
/// counted by the record or a calendar has no such weight: std::logic_error.
[[nodiscard]] Rational weight(const TimeBasis& basis, bool per_year, const DateRange& paid, const DateRange& stretch);

/// Whether the days are whole calendar months.
[[nodiscard]] bool whole_months_only(const DateRange& days);

}  // namespace bandtariff::kernel
