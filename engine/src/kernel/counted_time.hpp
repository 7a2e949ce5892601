// What stretches of days are worth in weeks, school days and terms: the reference, a unit at a time.
#pragma once

#include "plan/counted.hpp"

namespace bandtariff::kernel {

/// Weeks from the first of the paid days.
[[nodiscard]] Rational weeks_in(TimeBasis::Part part, const DateRange& paid, const DateRange& stretch);
/// Terms or school days, each worth what `count` says.
[[nodiscard]] Rational units_in(const CalendarCount& count, const DateRange& paid, const DateRange& stretch);

}  // namespace bandtariff::kernel
