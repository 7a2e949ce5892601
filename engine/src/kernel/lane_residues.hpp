// Fused passes over sums past 53 bits: an amount times what it counts for, added to a sum, and ended as pence. A number goes as two: its
// size, a double, which decides nothing but an estimate; and its residue, the number itself modulo 2^64.
//
// Why no pence can be wrong. Let n be the numerator, a whole number, d the divisor, below 2^61, and y what the size gives for n/d. The
// plan has proved (ends_by_residue in from_tariff.cpp, from bounds of the amounts and of what they count, rounding by rounding) that
// |y - n/d| <= 1/4, and that |n/d| < 2^51. Adding 3 * 2^51 rounds y to a whole number q, off from y by at most 1/2; so |q - n/d| <= 3/4, and
// t = n - q d is less than d in magnitude. Sums, differences and products of residues are those of the numbers modulo 2^64; t is thus known
// modulo 2^64, and being below 2^61 in magnitude it is known. The true quotient is q + t/d with |t/d| < 1: each way of rounding gives q,
// q + 1 or q - 1, and which one is a question about the whole number 2t, below 2^62 (RoundingPass, whole_up and whole_down). Ways that look at
// magnitudes turn q and t where n is below 0, which is where q is, or t where q is 0. Of ways to even a tie beside an odd q, 2t = d or -d,
// is moved past the point by the 1 that makes q odd. Nothing else decides, so a rounding more or less in a size, as where a
// machine multiplies and adds in one, changes no pence.
//
// What is read whole (a column, a cell, what it counts) is below 2^51 in magnitude, and becomes a 64-bit number exactly.
#pragma once

#include "kernel/lane_products.hpp"

namespace bandtariff::kernel {

template <class Machine, class Wide>
struct Residues {
    using Plain = Products<Machine, Wide>;

    template <class Tile>
    struct Carried {
        typename Tile::Doubles size;
        typename Tile::Wholes whole;
    };

    template <class Tile, Left left>
    [[gnu::always_inline]] static Carried<Tile> amount(const Product& p, std::size_t i) {
        Carried<Tile> found;
        if constexpr (left == Left::wide) {
            Tile::look_up(p.wide, p.at + i, found.size, found.whole);
        } else if constexpr (left == Left::product) {
            const auto a = Tile::load(p.left + i), b = Tile::load(p.second + i);
            found.size = Tile::multiply(a, b);
            found.whole = Tile::multiply(Tile::wholes(a), Tile::wholes(b));
        } else {
            found.size = Plain::template left_of<Tile, left>(p, i);
            found.whole = Tile::wholes(found.size);
        }
        return found;
    }
    template <class Tile, Left left, Right right, bool more>
    [[gnu::always_inline]] static Carried<Tile> sum(const Product& p, std::size_t i) {
        Carried<Tile> found = amount<Tile, left>(p, i);
        if constexpr (right != Right::none) {
            const auto counts = Plain::template right_of<Tile, right>(p, i);
            found.size = Tile::multiply(found.size, counts);
            found.whole = Tile::multiply(found.whole, Tile::wholes(counts));
        }
        if constexpr (more) {
            found.size = Tile::add(Tile::load(p.sum + i), found.size);
            found.whole = Tile::add(Tile::load(p.whole + i), found.whole);
        }
        return found;
    }

    /// `simple`: a numerator that is the sum, quanta of a penny, and a way that looks neither at magnitudes nor at what is even.
    template <class Tile, bool simple>
    [[gnu::always_inline]] static typename Tile::Wholes pence_of(const Carried<Tile>& n, const RoundingPass& r) {
        using Wholes = typename Tile::Wholes;
        const auto whole = [](std::int64_t x) { return Tile::all_wholes(x); };
        Wholes q = Tile::whole_of(Tile::fused(n.size, Tile::all(r.factor), Tile::all(to_whole)));
        const Wholes numerator = simple ? n.whole : Tile::multiply(n.whole, whole(r.whole_by));
        Wholes rest = Tile::subtract(numerator, Tile::multiply(q, whole(r.whole_over)));
        if constexpr (simple) {
            const Wholes twice = Tile::add(rest, rest);
            return Tile::add(Tile::subtract(q, Tile::past(twice, whole(r.whole_up))), Tile::past(whole(r.whole_down), twice));
        } else {
            const auto below_0 = [&](Wholes x) { return Tile::past(whole(0), x); };
            const Wholes turned = Tile::bits_in_both(below_0(Tile::add(q, below_0(rest))), whole(r.magnitude ? -1 : 0));
            const auto turn = [&](Wholes x) { return Tile::subtract(Tile::bits_in_one(x, turned), turned); };
            q = turn(q);
            rest = turn(rest);
            const Wholes twice = Tile::add(rest, rest), odd = Tile::bits_in_both(q, whole(r.even ? 1 : 0));
            q = Tile::subtract(q, Tile::past(Tile::add(twice, odd), whole(r.whole_up)));
            q = Tile::add(q, Tile::past(whole(r.whole_down), Tile::subtract(twice, odd)));
            return Tile::multiply(turn(q), whole(static_cast<std::int64_t>(r.quantum)));
        }
    }

    template <Left left, Right right, bool more>
    static void add(std::size_t rows, const Product& product, double* size, std::int64_t* whole) {
        Plain::each(rows, [=, p = product]<class Tile>(std::size_t i) {
            const auto found = sum<Tile, left, right, more>(p, i);
            Tile::store(size + i, found.size);
            Tile::store(whole + i, found.whole);
        });
    }
    template <bool simple, class Sum>
    static void end_each(std::size_t rows, const RoundingPass& rounding, const plan::Ended& ended, Sum sum) {
        Plain::each(rows, [sum, r = rounding, to = ended]<class Tile>(std::size_t i) {
            const auto pence = pence_of<Tile, simple>(sum.template operator()<Tile>(i), r);
            if (to.past_cache) Tile::store_past_cache(to.pence + i, pence);
            else Tile::store(to.pence + i, pence);
            if (to.outcome != nullptr) Tile::outcomes(to.outcome + i, pence, to.priced, to.priced_zero);
        });
    }
    template <class Sum>
    static void end_sums(std::size_t rows, const RoundingPass& r, const plan::Ended& to, Sum sum) {
        if (r.whole_by == 1 && r.quantum == 1 && !r.magnitude && !r.even) end_each<true>(rows, r, to, sum);
        else end_each<false>(rows, r, to, sum);
        if (to.past_cache) Wide::settle();
    }
    template <Left left, Right right, bool more>
    static void end(std::size_t rows, const Product& product, const RoundingPass& rounding, const plan::Ended& ended) {
        end_sums(rows, rounding, ended, [p = product]<class Tile>(std::size_t i) { return sum<Tile, left, right, more>(p, i); });
    }
    static void end_as_they_lie(std::size_t rows, const double* size, const std::int64_t* whole, const RoundingPass& rounding, const plan::Ended& ended) {
        end_sums(rows, rounding, ended, [=]<class Tile>(std::size_t i) { return Carried<Tile>{Tile::load(size + i), Tile::load(whole + i)}; });
    }

    template <Left left, Right right>
    static constexpr ResiduePasses of_two() {
        return {{add<left, right, false>, add<left, right, true>}, {end<left, right, false>, end<left, right, true>}};
    }
    template <Left left>
    static constexpr std::array<ResiduePasses, 8> of_left() {
        return {of_two<left, Right::none>(), of_two<left, Right::column>(), of_two<left, Right::u8>(), of_two<left, Right::u16>(),
                of_two<left, Right::i32>(), of_two<left, Right::days>(), of_two<left, Right::days_inside>(), of_two<left, Right::days_each>()};
    }
    static constexpr ResidueTable table() {
        return {{of_left<Left::column>(), of_left<Left::cells>(), of_left<Left::narrow>(), of_left<Left::wide>(), of_left<Left::product>()}, end_as_they_lie};
    }
};

}  // namespace bandtariff::kernel
