// Terms and school days as units of days, each worth so much of what a line's amount is per. Used by src/plan and src/kernel.
#pragma once

#include <optional>
#include <vector>

#include "bandtariff/tariff.hpp"

namespace bandtariff {

struct CountedUnit {
    DateRange days;
    Rational worth = 1;
};

/// What a basis of school days or terms counts.
struct CalendarCount {
    std::vector<CountedUnit> units;  ///< ascending, none overlaps another
    TimeBasis::Part part = TimeBasis::Part::by_days;
    const char* cut = "part_year_not_stated";  ///< the outcome where part is refused and the paid days cut a unit
    std::vector<DateRange> reach;              ///< ascending: the days that a calendar says something about

    [[nodiscard]] std::optional<Date> first_day_not_listed(const DateRange& days) const;
    /// The first unit of which some days are in `days` and some are not.
    [[nodiscard]] const CountedUnit* unit_cut_by(const DateRange& days) const;
    /// Of what each unit counts: for each of its days, or once.
    [[nodiscard]] Integer common_denominator() const;
    /// Whether everything they count together, over that denominator, fits columns of 64 bits.
    [[nodiscard]] bool fits() const;
};
[[nodiscard]] CalendarCount counted_by_calendars(const TariffContents& tariff, const OverTime& over);

}  // namespace bandtariff
