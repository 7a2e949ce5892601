// Numerators on and about the points where a way of rounding turns.
#pragma once

#include <random>

#include "stages/defined_rounding.hpp"

namespace tests {

using Dice = std::mt19937_64;

inline std::int64_t below(Dice& dice, std::int64_t most) { return static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(most)); }

/// Numerators around q x d for all sorts of q up to `most`: whole, one off, and both sides of a half and exactly on it.
inline std::vector<Wide> numerators(Dice& dice, std::int64_t d, std::int64_t most, std::size_t count) {
    std::vector<Wide> found;
    for (std::size_t k = 0; k < count; ++k) {
        std::int64_t q = k < 200 ? static_cast<std::int64_t>(k) - 100 : k < 400 ? most - static_cast<std::int64_t>(k % 100) : below(dice, 2 * most + 1) - most;
        if (k % 2 == 1 && k >= 200) q = -q;
        q = std::clamp(q, -most, most);
        const Wide rests[] = {0, d / 2, d / 2 + d % 2, 1, -1, below(dice, d), d / 2 - 1};
        found.push_back(Wide(q) * d + rests[k % 7]);
    }
    return found;
}

}  // namespace tests
