// Fused passes: a number from a column or a table, times what it counts for, added to a sum, and rounded or ended as pence, in one
// go over the rows and without columns between. Written once over a Tile, which is some rows at a time in this machine's registers.
//
// Why a rounding needs no remainder here. Let n be the numerator, a whole number, and d the divisor, with |n| + d < 2^49; factor is
// n's multiplier over d, so that the exact quotient is n/d. What way of rounding is wanted turns at points of the grid 1/(2d): halves
// for the nearest, whole numbers for the others. `bias` moves each of those points to a half of whole numbers, and then by half the
// distance to its neighbour in the direction that the way decides: 1/(4d) for the nearest, 1/2 - 1/(2d) for the others, with its
// sign. So n/d + bias is at least 1/(4d) from any half, on the right side of it. y, what is worked out for it, is off by at most three
// roundings of 2^-53 (factor; product; sum), relative to n/d, and 2^-53 for the bias: 3 (|n| + d) 2^-53 / d in all, below 3/16 of 1/d.
// So y lies on the same side of every half, and the whole number nearest to it is the wanted one. Adding 3 * 2^51 rounds to whole
// numbers, as |y| < 2^50, and leaves that number in the low bits. A way that looks at magnitudes turns the bias with the sign of n.
#pragma once

#include <cstring>

#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {

constexpr double to_whole = 0x1.8p52;

/// One row: for what is left over by wider tiles, and on machines without them. Of a machine, so that no two builds share a function.
template <class Machine>
struct OneRow {
    using Doubles = double;
    static constexpr std::size_t width = 1;
    static double load(const double* from) { return *from; }
    static void store(double* to, double x) { *to = x; }
    template <class Cell>
    static double look_up(const Cell* cells, const Small* at) { return static_cast<double>(cells[*at]); }
    template <class V>
    static double whole(const V* from) { return static_cast<double>(static_cast<std::int32_t>(*from)); }
    static double days(const Small* first, const Small* until) { return static_cast<double>(*until - *first); }
    static double days_inside(const Small* first, const Small* until, Small low, Small high) {
        const Small from = *first > low ? *first : low, to = *until < high ? *until : high;
        return static_cast<double>(to > from ? to - from : 0);
    }
    static double add(double x, double y) { return x + y; }
    static double subtract(double x, double y) { return x - y; }
    static double multiply(double x, double y) { return x * y; }
    static double fused(double x, double factor, double bias) { return x * factor + bias; }
    static double all(double x) { return x; }
    /// `bias`, turned where x is below 0 and `sign` is set.
    static double turned(double bias, double x, std::uint64_t sign) {
        return __builtin_bit_cast(double, __builtin_bit_cast(std::uint64_t, bias) ^ (__builtin_bit_cast(std::uint64_t, x) & sign));
    }
    static std::int64_t whole_of(double shifted) { return __builtin_bit_cast(std::int64_t, shifted) - __builtin_bit_cast(std::int64_t, to_whole); }
    static void pence(std::int64_t* to, double shifted) { *to = whole_of(shifted); }
    static void pence_past_cache(std::int64_t* to, double shifted) { pence(to, shifted); }
    static void settle() {}  ///< what went past the cache is there before anything that comes after
    static void outcomes(std::uint16_t* to, double shifted, std::uint16_t priced, std::uint16_t zero) { *to = shifted != to_whole ? priced : zero; }

    // Whole numbers modulo 2^64.
    using Wholes = std::int64_t;
    static void look_up(const WideCell* cells, const Small* at, double& size, Wholes& whole) {
        size = cells[*at].size;
        whole = cells[*at].whole;
    }
    static Wholes load(const std::int64_t* from) { return *from; }
    static void store(std::int64_t* to, Wholes x) { *to = x; }
    static void store_past_cache(std::int64_t* to, Wholes x) { store(to, x); }
    static Wholes wholes(double x) { return whole_of(x + to_whole); }  ///< of magnitude up to 2^51
    static Wholes all_wholes(std::int64_t x) { return x; }
    static Wholes add(Wholes x, Wholes y) { return static_cast<Wholes>(static_cast<std::uint64_t>(x) + static_cast<std::uint64_t>(y)); }
    static Wholes subtract(Wholes x, Wholes y) { return static_cast<Wholes>(static_cast<std::uint64_t>(x) - static_cast<std::uint64_t>(y)); }
    static Wholes multiply(Wholes x, Wholes y) { return static_cast<Wholes>(static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(y)); }
    static Wholes bits_in_both(Wholes x, Wholes y) { return x & y; }
    static Wholes bits_in_one(Wholes x, Wholes y) { return x ^ y; }
    static Wholes past(Wholes x, Wholes y) { return x > y ? -1 : 0; }  ///< all bits where x is greater, else none
    static void outcomes(std::uint16_t* to, Wholes pence, std::uint16_t priced, std::uint16_t zero) { *to = pence != 0 ? priced : zero; }
};

template <class Machine, class Wide>
struct Products {
    // Inlined whatever the compiler thinks: there are so many loops that it would rather make calls of what they all do.
    template <class Tile, Left left>
    [[gnu::always_inline]] static typename Tile::Doubles left_of(const Product& p, std::size_t i) {
        if constexpr (left == Left::column) return Tile::load(p.left + i);
        else if constexpr (left == Left::cells) return Tile::look_up(p.cells, p.at + i);
        else return Tile::look_up(p.narrow, p.at + i);
    }
    template <class Tile, Right right>
    [[gnu::always_inline]] static typename Tile::Doubles right_of(const Product& p, std::size_t i) {
        if constexpr (right == Right::column) return Tile::load(static_cast<const double*>(p.right) + i);
        else if constexpr (right == Right::u8) return Tile::whole(static_cast<const std::uint8_t*>(p.right) + i);
        else if constexpr (right == Right::u16) return Tile::whole(static_cast<const std::uint16_t*>(p.right) + i);
        else if constexpr (right == Right::i32) return Tile::whole(static_cast<const std::int32_t*>(p.right) + i);
        else if constexpr (right == Right::days) return Tile::days(p.first + i, p.until + i);
        else if constexpr (right == Right::days_inside) return Tile::days_inside(p.first + i, p.until + i, p.low, p.high);
        else return Tile::multiply(Tile::days_inside(p.first + i, p.until + i, p.low, p.high), Tile::all(p.each));
    }
    template <class Tile, Left left, Right right>
    static typename Tile::Doubles product(const Product& p, std::size_t i) {
        if constexpr (right == Right::none) return left_of<Tile, left>(p, i);
        else return Tile::multiply(left_of<Tile, left>(p, i), right_of<Tile, right>(p, i));
    }
    template <class Tile, Left left, Right right, bool more>
    static typename Tile::Doubles sum(const Product& p, std::size_t i) {
        if constexpr (more) return Tile::add(Tile::load(p.sum + i), product<Tile, left, right>(p, i));
        else return product<Tile, left, right>(p, i);
    }
    /// The whole number wanted, with to_whole added.
    template <class Tile>
    static typename Tile::Doubles decided(typename Tile::Doubles x, const RoundingPass& r) {
        return Tile::add(Tile::fused(x, Tile::all(r.factor), Tile::turned(Tile::all(r.bias), x, r.sign)), Tile::all(to_whole));
    }
    template <class Tile>
    static typename Tile::Doubles in_quanta(typename Tile::Doubles shifted, const RoundingPass& r) {
        return Tile::multiply(Tile::subtract(shifted, Tile::all(to_whole)), Tile::all(r.quantum));
    }

    /// `put` for each tile from `from` on, whole ones only; where it ended.
    template <class Tile, class Put>
    static std::size_t tiles(std::size_t from, std::size_t rows, Put put) {
        for (; from + Tile::width <= rows; from += Tile::width) put(from);
        return from;
    }
    template <class Body>
    static void each(std::size_t rows, Body body) {
        const std::size_t rest = tiles<Wide>(0, rows, [&](std::size_t i) { body.template operator()<Wide>(i); });
        if constexpr (Wide::width > 1) tiles<OneRow<Machine>>(rest, rows, [&](std::size_t i) { body.template operator()<OneRow<Machine>>(i); });
    }

    // What a pass reads and where it writes are taken by value: the compiler then knows that no store of a row changes them.
    template <Left left, Right right, bool more>
    static void add(std::size_t rows, const Product& product, double* to) {
        each(rows, [=, p = product]<class Tile>(std::size_t i) { Tile::store(to + i, sum<Tile, left, right, more>(p, i)); });
    }
    template <Left left, Right right>
    static void round(std::size_t rows, const Product& product_in, const RoundingPass& rounding, double* to) {
        each(rows, [=, p = product_in, r = rounding]<class Tile>(std::size_t i) {
            Tile::store(to + i, in_quanta<Tile>(decided<Tile>(product<Tile, left, right>(p, i), r), r));
        });
    }
    /// Ends what `sum(tile, row)` gives of each tile.
    template <bool past_cache, class Sum>
    static void end_sums_to(std::size_t rows, const RoundingPass& rounding, const plan::Ended& ended, Sum sum) {
        const auto put = []<class Tile>(std::int64_t* to, typename Tile::Doubles shifted) {
            if constexpr (past_cache) Tile::pence_past_cache(to, shifted);
            else Tile::pence(to, shifted);
        };
        if (rounding.quantum != 1) {
            each(rows, [sum, put, r = rounding, to = ended]<class Tile>(std::size_t i) {
                const auto shifted = Tile::add(in_quanta<Tile>(decided<Tile>(sum.template operator()<Tile>(i), r), r), Tile::all(to_whole));
                put.template operator()<Tile>(to.pence + i, shifted);
                if (to.outcome != nullptr) Tile::outcomes(to.outcome + i, shifted, to.priced, to.priced_zero);
            });
        } else if (ended.outcome != nullptr) {
            each(rows, [sum, put, r = rounding, to = ended]<class Tile>(std::size_t i) {
                const auto shifted = decided<Tile>(sum.template operator()<Tile>(i), r);
                put.template operator()<Tile>(to.pence + i, shifted);
                Tile::outcomes(to.outcome + i, shifted, to.priced, to.priced_zero);
            });
        } else {
            each(rows, [sum, put, r = rounding, to = ended]<class Tile>(std::size_t i) {
                put.template operator()<Tile>(to.pence + i, decided<Tile>(sum.template operator()<Tile>(i), r));
            });
        }
    }
    template <class Sum>
    static void end_sums(std::size_t rows, const RoundingPass& rounding, const plan::Ended& ended, Sum sum) {
        if (!ended.past_cache) return end_sums_to<false>(rows, rounding, ended, sum);
        end_sums_to<true>(rows, rounding, ended, sum);
        Wide::settle();
    }
    template <Left left, Right right, bool more>
    static void end(std::size_t rows, const Product& product, const RoundingPass& rounding, const plan::Ended& ended) {
        end_sums(rows, rounding, ended, [p = product]<class Tile>(std::size_t i) { return sum<Tile, left, right, more>(p, i); });
    }

    template <class Tile, std::size_t count, bool narrow>
    static typename Tile::Doubles sum_of_stretches(const Stretches& s, std::size_t i) {
        const auto one = [&](std::size_t k) {
            const auto days = Tile::multiply(Tile::days_inside(s.first + i, s.until + i, s.low[k], s.high[k]), Tile::all(s.each[k]));
            if constexpr (narrow) return Tile::multiply(Tile::look_up(s.narrow_cells[k], s.at + i), days);
            else return Tile::multiply(Tile::look_up(s.cells[k], s.at + i), days);
        };
        auto sum = one(0);
        for (std::size_t k = 1; k < count; ++k) sum = Tile::add(sum, one(k));
        return sum;
    }
    template <std::size_t count, bool narrow>
    static void add_stretches(std::size_t rows, const Stretches& stretches, double* to) {
        each(rows, [=, s = stretches]<class Tile>(std::size_t i) { Tile::store(to + i, sum_of_stretches<Tile, count, narrow>(s, i)); });
    }
    template <std::size_t count, bool narrow>
    static void end_stretches(std::size_t rows, const Stretches& stretches, const RoundingPass& rounding, const plan::Ended& ended) {
        end_sums(rows, rounding, ended, [s = stretches]<class Tile>(std::size_t i) { return sum_of_stretches<Tile, count, narrow>(s, i); });
    }
    template <std::size_t count>
    static constexpr std::array<StretchPasses, 2> of_count() {
        return {{{add_stretches<count, false>, end_stretches<count, false>}, {add_stretches<count, true>, end_stretches<count, true>}}};
    }
    static constexpr StretchTable stretches() { return {of_count<1>(), of_count<2>(), of_count<3>(), of_count<4>()}; }

    template <Left left, Right right>
    static constexpr ProductPasses of_two() {
        return {{add<left, right, false>, add<left, right, true>}, round<left, right>, {end<left, right, false>, end<left, right, true>}};
    }
    template <Left left>
    static constexpr ProductRow of_left() {
        return {of_two<left, Right::none>(), of_two<left, Right::column>(), of_two<left, Right::u8>(), of_two<left, Right::u16>(),
                of_two<left, Right::i32>(), of_two<left, Right::days>(), of_two<left, Right::days_inside>(), of_two<left, Right::days_each>()};
    }
    static constexpr ProductTable table() { return {of_left<Left::column>(), of_left<Left::cells>(), of_left<Left::narrow>()}; }
};

}  // namespace bandtariff::kernel
