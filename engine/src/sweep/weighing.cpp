// See weighing.hpp. Sums are worked out modulo 2^64 and, where they may be past 62 bits, once more in 128.
#include "sweep/weighing.hpp"

#include <bit>

// The same loops for registers of three widths, of which the machine takes its best when it starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define BANDTARIFF_OF_THREE_WIDTHS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BANDTARIFF_OF_THREE_WIDTHS
#endif

namespace bandtariff::sweep {
namespace {

struct Modulo {
    std::uint64_t changed = 0, gained = 0, gaining = 0, losing = 0;
    std::uint64_t bits = 0, records = 0;  ///< of every number; in all
    /// Whether no sum can have left 62 bits: a difference has one bit more than the greatest number, and a sum at most as many as it and
    /// all records together.
    [[nodiscard]] bool holds() const { return std::bit_width(bits) + 1 + std::bit_width(records) <= 62; }
};

/// Has at least the bits of |x|, less 1 where x is below 0.
std::uint64_t bits_of(std::int64_t x) { return static_cast<std::uint64_t>(x ^ (x >> 63)); }
std::int64_t difference(std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b)); }

BANDTARIFF_OF_THREE_WIDTHS Modulo gains_modulo(std::size_t rows, const std::int64_t* now, const std::int64_t* standing, const std::int64_t* records) {
    Modulo sum;
    for (std::size_t k = 0; k < rows; ++k) {
        const std::int64_t more = difference(now[k], standing[k]);
        const auto count = static_cast<std::uint64_t>(records[k]);
        const std::uint64_t by = static_cast<std::uint64_t>(more) * count;
        sum.changed += by;
        sum.gained += now[k] > standing[k] ? by : 0;
        sum.gaining += now[k] > standing[k] ? count : 0;
        sum.losing += now[k] < standing[k] ? count : 0;
        sum.bits |= bits_of(now[k]) | bits_of(standing[k]);
        sum.records += count;
    }
    return sum;
}

BANDTARIFF_OF_THREE_WIDTHS Modulo changed_modulo(std::size_t rows, const std::int64_t* now, const std::int64_t* standing, const std::int64_t* records) {
    Modulo sum;
    for (std::size_t k = 0; k < rows; ++k) {
        const std::int64_t more = difference(now[k], standing[k]);
        sum.changed += static_cast<std::uint64_t>(more) * static_cast<std::uint64_t>(records[k]);
        sum.bits |= bits_of(now[k]) | bits_of(standing[k]);
        sum.records += static_cast<std::uint64_t>(records[k]);
    }
    return sum;
}

BANDTARIFF_OF_THREE_WIDTHS unsigned differing(std::size_t rows, const std::uint16_t* now, const std::uint16_t* standing) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < rows; ++k) bits |= static_cast<unsigned>(now[k] ^ standing[k]);
    return bits;
}

}  // namespace

Gains gains(const Weighing& of) {
    const Modulo sum = gains_modulo(of.now.size(), of.now.data(), of.standing.data(), of.records.data());
    Gains found{static_cast<std::int64_t>(sum.changed), static_cast<std::int64_t>(sum.gained), sum.gaining, sum.losing};
    if (sum.holds()) return found;
    found.changed = found.gained = 0;
    for (std::size_t k = 0; k < of.now.size(); ++k) {
        const WideSum by = (WideSum{of.now[k]} - of.standing[k]) * of.records[k];
        found.changed += by;
        found.gained += by > 0 ? by : 0;
    }
    return found;
}

WideSum changed(const Weighing& of) {
    const Modulo sum = changed_modulo(of.now.size(), of.now.data(), of.standing.data(), of.records.data());
    if (sum.holds()) return static_cast<std::int64_t>(sum.changed);
    WideSum wide = 0;
    for (std::size_t k = 0; k < of.now.size(); ++k) wide += (WideSum{of.now[k]} - of.standing[k]) * of.records[k];
    return wide;
}

bool any_differs(std::span<const std::uint16_t> now, std::span<const std::uint16_t> standing) {
    return differing(now.size(), now.data(), standing.data()) != 0;
}

}  // namespace bandtariff::sweep
