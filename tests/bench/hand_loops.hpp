// The flat tariff in C++ by hand, as a specialist who has only this tariff to price would write it: no range checks, no
// outcomes, tables as arrays, the divisor known. Every loop gives the exact pence.
//
//     for (const HandLoop& loop : hand_loops()) loop.run(flat, 0, flat.rows, pence);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace bench {

/// The flat shape, laid out for the loops. Of `wide`, `place` is the area; else the region.
struct Flat {
    explicit Flat(const Fixture& fixture);
    std::size_t rows;
    const std::uint8_t *need, *band, *setting, *place;
    const std::uint16_t* days;
    std::uint32_t bands, settings, places;
    bool priced_by_place;              ///< wide: the price depends on the area too
    std::vector<std::int64_t> amount;  ///< pence a year above the threshold, by need, band, setting (and area)
    std::vector<std::int64_t> cost;    ///< area cost in ten-thousandths
    std::vector<std::int64_t> folded;  ///< amount x cost by need, band, setting and place, the place changing fastest
    std::vector<double> share;         ///< folded / divisor, nearest double
    static constexpr std::int64_t divisor = 365 * 10'000;
};

struct HandLoop {
    const char* name;
    bool integer;   ///< whole numbers decide every row
    bool wide_cpu;  ///< picks AVX2 or AVX-512 code where the processor has it; the others are plain x86-64
    void (*run)(const Flat& flat, std::size_t from, std::size_t to, std::int64_t* pence);
};

[[nodiscard]] std::span<const HandLoop> hand_loops();

/// The dated and the schemes tariffs by hand, in whole numbers with constant divisors: for scale.
void hand_dated(const Fixture& dated, std::int64_t* pence);
void hand_schemes(const Fixture& schemes, std::int64_t* pence);

}  // namespace bench
