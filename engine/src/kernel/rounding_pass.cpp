// A way of rounding to the constants that the loops of lane_passes.hpp round by. Entry point: rounding_pass.
#include <limits>

#include "kernel/double_lane.hpp"
#include "kernel/quotient.hpp"

namespace bandtariff::kernel {
namespace {

/// Bits of 2 (|n| + d), n the numerator and d the divisor, up to which no remainder is needed: see lane_products.hpp.
constexpr unsigned by_bias_bits = 50;

void decide_by_bias(RoundingPass& pass, Way way, unsigned bits) {
    pass.factor = pass.by / pass.over;
    pass.by_bias = pass.over == 1 || (!pass.even && bits <= by_bias_bits);
    if (!pass.by_bias || pass.over == 1) return;
    const double past_a_half = 0.25 / pass.over, past_a_whole = 0.5 - 0.5 / pass.over;
    switch (way) {
        case Way::ties_up:
        case Way::ties_away: pass.bias = past_a_half; break;
        case Way::ties_down:
        case Way::ties_to_zero: pass.bias = -past_a_half; break;
        case Way::ceiling:
        case Way::away_from_zero: pass.bias = past_a_whole; break;
        case Way::floor:
        case Way::toward_zero:
        case Way::exact: pass.bias = -past_a_whole; break;
        case Way::ties_even: break;
    }
    if (pass.magnitude) pass.sign = std::uint64_t{1} << 63;
}

}  // namespace

RoundingPass rounding_pass(const Integer& by, const Integer& over, const Rounding& rounding, std::int64_t quantum, bool never_negative, unsigned bits) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
    RoundingPass pass;
    pass.whole_by = by.convert_to<std::int64_t>();
    pass.whole_over = over.convert_to<std::int64_t>();
    pass.by = static_cast<double>(pass.whole_by);
    pass.over = static_cast<double>(pass.whole_over);
    pass.inverse = 1.0 / pass.over;
    pass.quantum = static_cast<double>(quantum);
    // 2t is even and `over` whole: past `over` less a half is at or past `over`.
    const auto nearest = [&](bool tie_up, bool tie_down) {
        pass.up = tie_up ? pass.over - 0.5 : pass.over;
        pass.down = tie_down ? 0.5 - pass.over : -pass.over;
        pass.whole_up = tie_up ? pass.whole_over - 1 : pass.whole_over;
        pass.whole_down = tie_down ? 1 - pass.whole_over : -pass.whole_over;
    };
    const auto floor = [&] {
        pass.up = infinity;
        pass.whole_up = most;
        pass.down = 0;
        pass.whole_down = 0;
    };
    const auto ceiling = [&] {
        pass.up = 0;
        pass.whole_up = 0;
        pass.down = -infinity;
        pass.whole_down = least;
    };
    switch (way_of(rounding)) {
        case Way::ties_up: nearest(true, false); break;
        case Way::ties_down: nearest(false, true); break;
        case Way::ties_away: nearest(true, false); pass.magnitude = !never_negative; break;
        case Way::ties_to_zero: nearest(false, true); pass.magnitude = !never_negative; break;
        case Way::ties_even: nearest(false, false); pass.even = true; break;
        case Way::ceiling: ceiling(); break;
        case Way::floor:
        case Way::exact: floor(); break;
        case Way::toward_zero: floor(); pass.magnitude = !never_negative; break;
        case Way::away_from_zero: ceiling(); pass.magnitude = !never_negative; break;
    }
    decide_by_bias(pass, way_of(rounding), bits);
    return pass;
}

}  // namespace bandtariff::kernel
