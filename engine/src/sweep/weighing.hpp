// How columns of pence differ, each row times so many records: the loops that a sweep's sums are made of. Used by scenario_sums.cpp only.
#pragma once

#include <cstdint>
#include <span>

namespace bandtariff::sweep {

__extension__ using WideSum = __int128;

/// Columns of one length.
struct Weighing {
    std::span<const std::int64_t> now, standing;
    std::span<const std::int64_t> records;  ///< not negative; in all less than 2^62
};

/// What records gain and lose.
struct Gains {
    WideSum changed = 0, gained = 0;  ///< in all; and by those that gain
    std::uint64_t gaining = 0, losing = 0;
};
[[nodiscard]] Gains gains(const Weighing& of);
/// `changed` alone.
[[nodiscard]] WideSum changed(const Weighing& of);
/// Whether any row's outcome is another.
[[nodiscard]] bool any_differs(std::span<const std::uint16_t> now, std::span<const std::uint16_t> standing);

}  // namespace bandtariff::sweep
