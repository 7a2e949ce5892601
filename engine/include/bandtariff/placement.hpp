// The facts of what is priced: one record, or many as columns.
//
//     Placement one = placement(tariff).with("band", "B4").with("setting", "special").with("attendance", "0.5");
//     PlacementTable many(tariff, record, rows);
//     many.set(band, std::span<const std::uint16_t>(bands));
//
// An opaque id at most, no personal data. Facts are checked against the pack's list as they are stated.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandtariff/tariff.hpp"

namespace bandtariff {

/// What came of stating one fact. Everything but absent and given is the record's fault and unprices it.
enum class Given : std::uint8_t {
    absent = 0,
    given = 1,
    code_unknown = 2,  ///< no such code in the fact's list
    out_of_range = 3,  ///< not a number, date or yes/no as declared, too many decimals, or outside min and max
};

/// What a fact of a group came to over its rows.
struct Gathered {
    Rational value = 0;
    std::uint64_t rows = 0;      ///< that were counted or added up
    std::uint64_t members = 0;   ///< rows of the group
    std::uint64_t left_out = 0;  ///< of them, not priced and so left out
};

/// One fact as carried: a code's position, 0 or 1, a day number, a year's start, or a number x 10^decimals.
struct StatedFact {
    Given given = Given::absent;
    std::int64_t value = 0;
    std::string text;  ///< as stated
    std::shared_ptr<const Gathered> gathered = {};  ///< in the place of `value`, where it comes from the rows of a group
};

/// Reads one fact from text as a record writes it ("B4", "0.5", "2026-04-01", "2026-27", "yes"/"no"). Empty text is absent.
[[nodiscard]] StatedFact read_fact(const TariffContents& tariff, FactId fact, std::string_view text);
/// The least and the greatest value, as carried, that a fact may have.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> carried_bounds(const TariffContents& tariff, FactId fact);
/// Why a stated fact was not accepted and what would be, for people: "band 'B44' is not in the list: did you mean B4?".
[[nodiscard]] std::string why_not(const TariffContents& tariff, FactId fact, const StatedFact& stated);

/// One record's facts, checked as they are stated.
class Placement {
public:
    Placement(Tariff tariff, RecordId record);

    /// States a fact by name. An unknown name throws std::invalid_argument with the nearest one; a value that is not
    /// acceptable is kept with its reason, and prices to that outcome.
    Placement& with(std::string_view fact, std::string_view value);
    /// States a fact as carried, already read and checked.
    Placement& state(FactId fact, StatedFact stated) {
        facts_[fact.index] = std::move(stated);
        return *this;
    }
    /// States the first and last paid day through the span's own facts. Throws std::logic_error where the kind has no such span.
    Placement& over(const DateRange& days);

    [[nodiscard]] const Tariff& tariff() const { return tariff_; }
    [[nodiscard]] RecordId record() const { return record_; }
    [[nodiscard]] const StatedFact& at(FactId fact) const { return facts_[fact.index]; }

private:
    Tariff tariff_;
    RecordId record_;
    std::vector<StatedFact> facts_;
};

/// A record of the tariff's only kind, or of the named kind. Throws std::invalid_argument where the kind is unknown or must be named.
[[nodiscard]] Placement placement(const Tariff& tariff, std::string_view record = {});

/// A column of a fact as carried, borrowed: the caller's memory must outlive its use. `given` marks each row (nullptr: all given).
struct Column {
    enum class Type { u8, u16, i32, i64 };
    const void* data = nullptr;
    Type type = Type::i64;
    std::size_t rows = 0;
    const Given* given = nullptr;
    /// The value of one row, whatever it is worth: a row that does not state the fact has one too.
    [[nodiscard]] std::int64_t at(std::size_t row) const;
};
/// One row of a column as a stated fact, checked; absent where there is no column. It has no text.
[[nodiscard]] StatedFact read_fact(const TariffContents& tariff, FactId fact, const Column& column, std::size_t row);

/// Many records of one kind as columns, borrowed, never copied.
class PlacementTable {
public:
    PlacementTable(const Tariff& tariff, RecordId record, std::size_t rows);

    /// Sets a fact's column. Throws std::invalid_argument where the length differs from rows().
    void set(FactId fact, std::span<const std::uint8_t> values, const Given* given = nullptr);
    void set(FactId fact, std::span<const std::uint16_t> values, const Given* given = nullptr);
    void set(FactId fact, std::span<const std::int32_t> values, const Given* given = nullptr);
    void set(FactId fact, std::span<const std::int64_t> values, const Given* given = nullptr);
    /// Says that no row states this fact: without it a readable fact that has no column is refused when pricing.
    void without(FactId fact);

    /// `rows` rows from `start` on, borrowed from the same memory. Throws std::out_of_range past the end.
    [[nodiscard]] PlacementTable slice(std::size_t start, std::size_t rows) const;

    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] RecordId record() const { return record_; }
    [[nodiscard]] const Column& column(FactId fact) const { return columns_[fact.index]; }
    [[nodiscard]] bool stated(FactId fact) const { return stated_[fact.index]; }  ///< set, or told `without`

private:
    void put(FactId fact, Column column);
    RecordId record_;
    std::size_t rows_;
    std::vector<Column> columns_;
    std::vector<bool> stated_;
};

}  // namespace bandtariff
