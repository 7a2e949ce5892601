// Weights a day of the bases that count weeks, school days, terms, or what the record says.
#pragma once

#include "days.hpp"

namespace bandtariff::oracle {

/// Whether a basis is one of those.
[[nodiscard]] bool is_counted(const TimeBasis& basis);
[[nodiscard]] Weights counted(const Placement& record, const OverTime& over, const PaidDays& paid);

}  // namespace bandtariff::oracle
