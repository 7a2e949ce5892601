// The lane of whole numbers carried in doubles, proved below 2^53 in magnitude: see lane_loops.hpp and lane_products.hpp for why
// they cannot err. Entry point: make_double_lane.
#pragma once

#include "kernel/lane_passes.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

/// A rounding of x * by / over, in quanta of `quantum` each. `never_negative`: x is proved not to be. `bits`: of 2 (|x * by| + over).
[[nodiscard]] RoundingPass rounding_pass(const Integer& by, const Integer& over, const Rounding& rounding, std::int64_t quantum, bool never_negative,
                                         unsigned bits);

[[nodiscard]] std::unique_ptr<const plan::LaneCode> make_double_lane(const plan::Routine& routine, const plan::Tables& tables,
                                                                     const std::vector<plan::Leaf>& leaves, std::vector<plan::Payment> payments,
                                                                     const plan::Ranks& ranks);

}  // namespace bandtariff::kernel
