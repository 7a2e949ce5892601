// Nine ways of rounding by the words of each, in 128-bit whole numbers: what the kernel's loops are held to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bandtariff/money.hpp"

__extension__ using Wide = __int128;

namespace tests {

using bandtariff::Rate;
using bandtariff::Rounding;
using bandtariff::Ties;

struct Mode {
    const char* name;
    Rounding rounding;
};

inline Rate one() { return Rate(1); }

inline const std::vector<Mode>& modes() {
    static const std::vector<Mode> all = {
        {"ties away from zero", Rounding::nearest(one(), Ties::away_from_zero)}, {"ties to even", Rounding::nearest(one(), Ties::to_even)},
        {"ties toward zero", Rounding::nearest(one(), Ties::toward_zero)},       {"ties up", Rounding::nearest(one(), Ties::up)},
        {"ties down", Rounding::nearest(one(), Ties::down)},                     {"ceiling", Rounding::directed(Rounding::Mode::ceiling, one())},
        {"floor", Rounding::directed(Rounding::Mode::floor, one())},             {"toward zero", Rounding::directed(Rounding::Mode::toward_zero, one())},
        {"away from zero", Rounding::directed(Rounding::Mode::away_from_zero, one())}};
    return all;
}

/// By the words of each mode, from quotient and rest of the magnitude.
inline std::int64_t defined(const Rounding& rounding, Wide x, Wide d) {
    const bool negative = x < 0;
    const Wide size = negative ? -x : x;
    const Wide q = size / d, rest = size - q * d;
    const auto signed_by = [&](Wide value) { return static_cast<std::int64_t>(negative ? -value : value); };
    const Wide further = signed_by(q + 1), nearer = signed_by(q);
    if (rest == 0) return signed_by(q);
    switch (rounding.mode()) {
        case Rounding::Mode::ceiling: return static_cast<std::int64_t>(std::max(further, nearer));
        case Rounding::Mode::floor: return static_cast<std::int64_t>(std::min(further, nearer));
        case Rounding::Mode::toward_zero: return static_cast<std::int64_t>(nearer);
        case Rounding::Mode::away_from_zero: return static_cast<std::int64_t>(further);
        default: break;
    }
    if (2 * rest != d) return static_cast<std::int64_t>(2 * rest > d ? further : nearer);
    switch (rounding.ties()) {
        case Ties::away_from_zero: return static_cast<std::int64_t>(further);
        case Ties::toward_zero: return static_cast<std::int64_t>(nearer);
        case Ties::up: return static_cast<std::int64_t>(std::max(further, nearer));
        case Ties::down: return static_cast<std::int64_t>(std::min(further, nearer));
        case Ties::to_even: break;
    }
    return static_cast<std::int64_t>(further % 2 == 0 ? further : nearer);
}

/// Divisors that prices meet, and some at the limit of 53 bits.
inline const std::vector<std::int64_t>& divisors() {
    static const std::vector<std::int64_t> all = {1,   2,    3,    4,     5,      6,       7,         12,         36,           38,          39,           100,
                                            190, 365,  366,  1000,  1461,   10'000,  36'500,    365'000,    3'650'000,    365'000'000, 3'650'000'000, 36'500'000'000,
                                            (std::int64_t{1} << 50) - 27, (std::int64_t{1} << 50) + 1, (std::int64_t{1} << 52) - 3};
    return all;
}

}  // namespace tests
