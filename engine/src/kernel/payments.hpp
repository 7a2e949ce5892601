// What a priced line is paid in: each party's slice and each instalment, and the order in which lines are priced.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/one_line.hpp"

namespace bandtariff::kernel {

/// A kind of record's lines, each after those that it reads.
[[nodiscard]] std::vector<LineId> pricing_order(const TariffContents& tariff, RecordId record);

/// Adds a value's slices and instalments to it, or makes it a stop where they cannot be. `on` reads on the days of a stretch.
void split(const TariffContents& tariff, const Line& line, const PaidDays& paid, const std::vector<Stretch>& stretches,
           const std::function<const Environment&(std::size_t)>& on, Settled& settled);

}  // namespace bandtariff::kernel
