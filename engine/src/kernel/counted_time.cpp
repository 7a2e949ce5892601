// A stretch of the paid days to weeks, school days or terms: see counted_time.hpp. A unit that is not counted by days counts
// once, on the first of its paid days, so that the weights of stretches add up.
#include "kernel/counted_time.hpp"

#include <chrono>

namespace bandtariff::kernel {

Rational weeks_in(TimeBasis::Part part, const DateRange& paid, const DateRange& stretch) {
    if (part == TimeBasis::Part::by_days) return {stretch.days(), 7};
    const std::chrono::days week(7);
    Rational sum = 0;
    for (Date day = paid.from(); day < paid.until(); day += week) {
        const bool counts = part == TimeBasis::Part::started || day + week <= paid.until();
        if (counts && stretch.holds(day)) sum += 1;
    }
    return sum;
}

Rational units_in(const CalendarCount& count, const DateRange& paid, const DateRange& stretch) {
    Rational sum = 0;
    for (const CountedUnit& unit : count.units) {
        const DateRange here = unit.days.overlap(paid);
        if (here.empty()) continue;
        if (count.part == TimeBasis::Part::by_days) sum += unit.worth * Rational(unit.days.overlap(stretch).days(), unit.days.days());
        else if ((count.part == TimeBasis::Part::started || here == unit.days) && stretch.holds(here.from())) sum += unit.worth;
    }
    return sum;
}

}  // namespace bandtariff::kernel
