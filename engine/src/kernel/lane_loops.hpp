// The loops of lane_passes.hpp, written once and compiled once for each kind of machine (lane_loops_*.cpp), each under its own
// type, so that no two builds can share a function. They call nothing that is compiled elsewhere.
//
// Why whole numbers in doubles cannot err. A double holds every whole number below 2^53 in magnitude, and a sum, difference or
// product of two of them is exact where the result is such a number too. The plan proves that of every step (53 bits of
// Routine::bits) before it chooses this lane, so nothing here is an estimate but the quotients, and those are mended:
//
//   Let x be the numerator and d >= 2 the divisor, with 2 (|x| + d) < 2^53. `inverse` is 1/d and y = x * inverse, each rounded
//   once: |y - x/d| <= |x/d| * 2^-52 + a term below 2^-100. As |x/d| < 2^52 / d, that is at most 1/3 for d = 3 (the inverse
//   of 2 and of 4 is exact) and at most 1/4 for d > 4. q, the whole number nearest to y, is got by adding 3 * 2^51 and taking
//   it away again, which rounds to whole numbers as |y| < 2^51; so |q - x/d| < 1. The remainder t = x - q d is a whole number
//   with |t| < d, and q d is one below 2^53 in magnitude: both are exact, with or without a fused multiply-add.
//   The true quotient is q + t/d with |t/d| < 1, so each way of rounding gives q, q + 1 or q - 1, and which one is a question
//   about the exact number 2t: see RoundingPass, made ready in double_lane.cpp.
//
// Numerators past 53 bits (`_whole`): beside the double, whose error is proved small, goes the numerator itself modulo 2^64. The
// double gives q, off by less than 1; t = x - q d modulo 2^64 is t itself, as |t| < d < 2^61. Nothing else decides.
#pragma once

#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {

/// `direct`: this machine turns columns of doubles into 64-bit whole numbers by an instruction.
template <class Machine>
struct Loops {
    using Op = plan::Op;
    using Whole = std::int64_t;
    using Unsigned = std::uint64_t;

    static constexpr double shift = 0x1.8p52;

    // Of magnitude below 2^51.
    static double nearest(double x) { return (x + shift) - shift; }
    static Whole whole_of(double x) {
        if constexpr (Machine::direct) return static_cast<Whole>(x);
        else return __builtin_bit_cast(Whole, x + shift) - __builtin_bit_cast(Whole, shift);
    }
    static double double_of(Whole x) {
        if constexpr (Machine::direct) return static_cast<double>(x);
        else return __builtin_bit_cast(double, x + __builtin_bit_cast(Whole, shift)) - shift;
    }
    static Whole wrapped_product(Whole a, Whole b) { return static_cast<Whole>(static_cast<Unsigned>(a) * static_cast<Unsigned>(b)); }

    // ---- columns as stated

    template <class V, class U>
    static bool check(std::size_t rows, const void* values, Whole low, Whole high) {
        const V* __restrict from = static_cast<const V*>(values);
        constexpr bool has_sign = static_cast<V>(-1) < 0;
        constexpr Whole most = static_cast<Whole>(has_sign ? static_cast<U>(-1) / 2 : static_cast<U>(-1));
        constexpr Whole least = has_sign ? -most - 1 : 0;
        if (low < least) low = least;
        if (high > most) high = most;
        if (low > high) return rows == 0;
        const U from_low = static_cast<U>(low), span = static_cast<U>(static_cast<U>(high) - from_low);
        U beyond = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            const U above = static_cast<U>(static_cast<U>(from[i]) - from_low);
            beyond = above > beyond ? above : beyond;
        }
        return beyond <= span;
    }
    template <class V, class U>
    static bool check_to_small(std::size_t rows, const void* values, Whole low, Whole high, Whole less, Small* __restrict to) {
        const V* __restrict from = static_cast<const V*>(values);
        for (std::size_t i = 0; i < rows; ++i) to[i] = static_cast<Small>(static_cast<std::uint32_t>(from[i]) - static_cast<std::uint32_t>(less));
        return check<V, U>(rows, values, low, high);
    }
    template <class V>
    static void to_double(std::size_t rows, const void* values, double* __restrict to) {
        const V* __restrict from = static_cast<const V*>(values);
        if constexpr (sizeof(V) == 8) for (std::size_t i = 0; i < rows; ++i) to[i] = double_of(from[i]);
        else for (std::size_t i = 0; i < rows; ++i) to[i] = static_cast<double>(static_cast<std::int32_t>(from[i]));
    }

    // ---- days

    /// Whether every row has paid days and all inside [low, high).
    static bool paid_days(std::size_t rows, const Small* __restrict from, const Small* __restrict last, Small low, Small high,
                          Small* __restrict first, Small* __restrict until) {
        Small wrong = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            first[i] = from[i];
            until[i] = last[i] + 1;
            wrong |= (last[i] < from[i]) | (from[i] < low) | (last[i] >= high);
        }
        return wrong == 0;
    }
    static void extent(std::size_t rows, const Small* __restrict first, const Small* __restrict until, Small* least, Small* most) {
        Small low = first[0], high = until[0];
        for (std::size_t i = 0; i < rows; ++i) {
            low = first[i] < low ? first[i] : low;
            high = until[i] > high ? until[i] : high;
        }
        *least = low;
        *most = high;
    }
    static void clip(std::size_t rows, const Small* __restrict first, const Small* __restrict until, Small low, Small high,
                     Small* __restrict from, Small* __restrict to, Small* __restrict active) {
        for (std::size_t i = 0; i < rows; ++i) {
            const Small begins = first[i] > low ? first[i] : low;
            const Small ends = until[i] < high ? until[i] : high;
            from[i] = begins;
            to[i] = ends > begins ? ends : begins;
            active[i] = ends > begins;
        }
    }

    // ---- small values

    static Small any(std::size_t rows, const Small* __restrict a) {
        Small found = 0;
        for (std::size_t i = 0; i < rows; ++i) found |= a[i];
        return found;
    }
    static void position(std::size_t rows, Small* __restrict to, const PositionTerm* terms, std::size_t count) {
        std::size_t plain = 0;
        while (plain < count && plain < 4 && terms[plain].map == nullptr) ++plain;
        const Small *__restrict a = terms[0].from, *__restrict b = plain > 1 ? terms[1].from : a, *__restrict c = plain > 2 ? terms[2].from : a,
              *__restrict d = plain > 3 ? terms[3].from : a;
        const Small x = terms[0].stride, y = plain > 1 ? terms[1].stride : 0, z = plain > 2 ? terms[2].stride : 0, w = plain > 3 ? terms[3].stride : 0;
        switch (plain) {
            case 0: for (std::size_t i = 0; i < rows; ++i) to[i] = 0; break;
            case 1: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x; break;
            case 2: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + b[i] * y; break;
            case 3: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + b[i] * y + c[i] * z; break;
            default: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + b[i] * y + c[i] * z + d[i] * w; break;
        }
        for (std::size_t t = plain; t < count; ++t) {
            const Small* __restrict more = terms[t].from;
            const Small* __restrict map = terms[t].map;
            const Small stride = terms[t].stride, turn = terms[t].turn, low = terms[t].low, high = terms[t].high;
            if (turn != 0) for (std::size_t i = 0; i < rows; ++i) to[i] += more[i] >= turn ? high : low;
            else if (map == nullptr) for (std::size_t i = 0; i < rows; ++i) to[i] += more[i] * stride;
            else for (std::size_t i = 0; i < rows; ++i) to[i] += map[more[i]];
        }
    }
    static void lookup_small(std::size_t rows, Small* __restrict to, const Small* __restrict cells, const Small* __restrict at) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = cells[at[i]];
    }
    static Small days_between(Small first, Small last) { return last < first ? 0 : last - first + 1; }
    static void small(Op op, std::size_t rows, Small* __restrict to, const Small* __restrict a, const Small* __restrict b, const Small* __restrict c) {
        switch (op) {
            case Op::maximum_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] > b[i] ? a[i] : b[i]; return;
            case Op::first_nonzero: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] != 0 ? a[i] : b[i]; return;
            case Op::select_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] != 0 ? b[i] : c[i]; return;
            case Op::both: for (std::size_t i = 0; i < rows; ++i) to[i] = (a[i] != 0) & (b[i] != 0); return;
            case Op::either: for (std::size_t i = 0; i < rows; ++i) to[i] = (a[i] != 0) | (b[i] != 0); return;
            case Op::inverse: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] == 0; return;
            case Op::equal_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] == b[i]; return;
            case Op::less_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] < b[i]; return;
            case Op::less_or_equal_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] <= b[i]; return;
            case Op::days: for (std::size_t i = 0; i < rows; ++i) to[i] = days_between(a[i], b[i]); return;
            case Op::complete_weeks: for (std::size_t i = 0; i < rows; ++i) to[i] = days_between(a[i], b[i]) / 7; return;
            default: return;
        }
    }
    static void interval_small(std::size_t rows, Small* __restrict to, const Small* __restrict day, const Small* cuts, std::size_t count) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = 0;
        for (std::size_t k = 0; k < count; ++k) {
            const Small cut = cuts[k];
            for (std::size_t i = 0; i < rows; ++i) to[i] += day[i] >= cut;
        }
    }

    // ---- numbers

    template <class Cell>
    static void lookup(std::size_t rows, double* __restrict to, const Cell* __restrict cells, const Small* __restrict at) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = static_cast<double>(cells[at[i]]);
    }
    static void whole(std::size_t rows, double* __restrict to, const Small* __restrict a) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = static_cast<double>(a[i]);
    }
    static void linear(std::size_t rows, double* __restrict to, const double* __restrict a, double x, double z) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + z;
    }
    static void linear_two(std::size_t rows, double* __restrict to, const double* __restrict a, double x, const double* __restrict b, double y, double z) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + b[i] * y + z;
    }
    static void multiply(std::size_t rows, double* __restrict to, const double* __restrict a, const double* __restrict b) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * b[i];
    }
    static void least(std::size_t rows, double* __restrict to, const double* __restrict a, double x, const double* __restrict b, double y) {
        for (std::size_t i = 0; i < rows; ++i) {
            const double left = a[i] * x, right = b[i] * y;
            to[i] = left < right ? left : right;
        }
    }
    static void most(std::size_t rows, double* __restrict to, const double* __restrict a, double x, const double* __restrict b, double y) {
        for (std::size_t i = 0; i < rows; ++i) {
            const double left = a[i] * x, right = b[i] * y;
            to[i] = left > right ? left : right;
        }
    }
    static void select(std::size_t rows, double* __restrict to, const Small* __restrict condition, const double* __restrict a, double x,
                       const double* __restrict b, double y) {
        for (std::size_t i = 0; i < rows; ++i) {
            const double left = a[i] * x, right = b[i] * y;
            to[i] = condition[i] != 0 ? left : right;
        }
    }
    static void compare(Op op, std::size_t rows, Small* __restrict to, const double* __restrict a, double x, const double* __restrict b, double y) {
        switch (op) {
            case Op::equal: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x == b[i] * y; return;
            case Op::less: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x < b[i] * y; return;
            default: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x <= b[i] * y; return;
        }
    }
    static void reached(std::size_t rows, Small* __restrict to, const double* __restrict a, const double* cuts, std::size_t count) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = 0;
        for (std::size_t k = 0; k < count; ++k) {
            const double cut = cuts[k];
            for (std::size_t i = 0; i < rows; ++i) to[i] += a[i] >= cut;
        }
    }

    // ---- roundings

    enum class Ties { none, magnitude, even };
    template <Ties ties>
    static double rounded(double x, double over, double inverse, double up, double down) {
        const double size = ties == Ties::magnitude ? __builtin_fabs(x) : x;
        double q = nearest(size * inverse);
        const double rest = size - q * over;
        const double twice = rest + rest;
        const double one_up = twice > up ? 1.0 : 0.0, one_down = twice < down ? 1.0 : 0.0;
        if constexpr (ties == Ties::even) {
            // An exact tie beside an odd q goes to the neighbour on the tie's side.
            const double odd = nearest(q * 0.5) * 2 != q ? 1.0 : 0.0;
            q = q + (twice == over ? odd : one_up) - (twice == -over ? odd : one_down);
        } else {
            q = q + one_up - one_down;
        }
        return ties == Ties::magnitude ? __builtin_copysign(q, x) : q;
    }
    template <class Put>
    static void each_rounded(const RoundingPass& r, Put put) {
        if (r.magnitude) put([](double x, double over, double inverse, double up, double down) { return rounded<Ties::magnitude>(x, over, inverse, up, down); });
        else if (r.even) put([](double x, double over, double inverse, double up, double down) { return rounded<Ties::even>(x, over, inverse, up, down); });
        else put([](double x, double over, double inverse, double up, double down) { return rounded<Ties::none>(x, over, inverse, up, down); });
    }
    static void round(std::size_t rows, double* __restrict to, const double* __restrict a, const RoundingPass& r) {
        const double by = r.by, over = r.over, inverse = r.inverse, up = r.up, down = r.down, quantum = r.quantum;
        if (over == 1) for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * by * quantum;
        else each_rounded(r, [&](auto rounded) {
            for (std::size_t i = 0; i < rows; ++i) to[i] = rounded(a[i] * by, over, inverse, up, down) * quantum;
        });
    }
    static void has_residue(std::size_t rows, Small* __restrict to, const double* __restrict a, const RoundingPass& r) {
        const double by = r.by, over = r.over, inverse = r.inverse;
        if (over == 1) for (std::size_t i = 0; i < rows; ++i) to[i] = 0;
        else for (std::size_t i = 0; i < rows; ++i) {
            const double x = a[i] * by;
            to[i] = x - nearest(x * inverse) * over != 0;
        }
    }

    // ---- sums of amount x weight

    static void accrue_days(std::size_t rows, double* __restrict sum, const double* __restrict amount, const Small* __restrict from,
                            const Small* __restrict until, bool first) {
        if (first) for (std::size_t i = 0; i < rows; ++i) sum[i] = amount[i] * static_cast<double>(until[i] - from[i]);
        else for (std::size_t i = 0; i < rows; ++i) sum[i] += amount[i] * static_cast<double>(until[i] - from[i]);
    }
    static void accrue(std::size_t rows, double* __restrict sum, const double* __restrict amount, const Whole* __restrict weight,
                       const Small* __restrict counts, bool first) {
        if (first) for (std::size_t i = 0; i < rows; ++i) sum[i] = counts[i] != 0 ? amount[i] * double_of(weight[i]) : 0.0;
        else for (std::size_t i = 0; i < rows; ++i) sum[i] += counts[i] != 0 ? amount[i] * double_of(weight[i]) : 0.0;
    }
    static void accrue_days_whole(std::size_t rows, Whole* __restrict sum, const double* __restrict amount, const Small* __restrict from,
                                  const Small* __restrict until, bool first) {
        if (first) for (std::size_t i = 0; i < rows; ++i) sum[i] = wrapped_product(whole_of(amount[i]), until[i] - from[i]);
        else for (std::size_t i = 0; i < rows; ++i)
            sum[i] = static_cast<Whole>(static_cast<Unsigned>(sum[i]) + static_cast<Unsigned>(wrapped_product(whole_of(amount[i]), until[i] - from[i])));
    }
    static void accrue_whole(std::size_t rows, Whole* __restrict sum, const double* __restrict amount, const Whole* __restrict weight,
                             const Small* __restrict counts, bool first) {
        for (std::size_t i = 0; i < rows; ++i) {
            const Whole before = first ? 0 : sum[i];
            const Whole product = counts[i] != 0 ? wrapped_product(whole_of(amount[i]), weight[i]) : 0;
            sum[i] = static_cast<Whole>(static_cast<Unsigned>(before) + static_cast<Unsigned>(product));
        }
    }
    /// A stretch of days of lines that are rounded part by part: a part ends where the amount changes or does not count. An
    /// ended part has weight 0, and rounds to 0, exactly.
    static void part(std::size_t rows, double* __restrict quanta, double* __restrict amount, double* __restrict weight, Small* __restrict inexact,
                     const double* __restrict next, const double* __restrict next_weight, const Small* __restrict there, const Small* __restrict counts,
                     const RoundingPass& r) {
        const double by = r.by, over = r.over, inverse = r.inverse, up = r.up, down = r.down;
        each_rounded(r, [&](auto rounded) {
            for (std::size_t i = 0; i < rows; ++i) {
                const bool goes_on = (there[i] == 0) | ((counts[i] != 0) & (weight[i] != 0.0) & (amount[i] == next[i]));
                const double x = amount[i] * weight[i] * by;
                const double whole_part = over == 1.0 ? x : rounded(x, over, inverse, up, down);
                const bool residue = over != 1.0 && x - nearest(x * inverse) * over != 0.0;
                inexact[i] |= !goes_on & residue;
                quanta[i] += goes_on ? 0.0 : whole_part;
                const double added = counts[i] != 0 ? next_weight[i] : 0.0;
                weight[i] = goes_on ? weight[i] + added : added;
                amount[i] = goes_on ? amount[i] : next[i];
            }
        });
    }

    // ---- ends of sums

    static void pence(std::size_t rows, Whole* __restrict to, const double* __restrict sum, const RoundingPass& r) {
        const double by = r.by, over = r.over, inverse = r.inverse, up = r.up, down = r.down, quantum = r.quantum;
        if (over == 1) for (std::size_t i = 0; i < rows; ++i) to[i] = whole_of(sum[i] * by * quantum);
        else each_rounded(r, [&](auto rounded) {
            for (std::size_t i = 0; i < rows; ++i) to[i] = whole_of(rounded(sum[i] * by, over, inverse, up, down) * quantum);
        });
    }
    static void pence_by_days(std::size_t rows, Whole* __restrict to, const double* __restrict amount, const Small* __restrict from,
                              const Small* __restrict until, const RoundingPass& r) {
        const double by = r.by, over = r.over, inverse = r.inverse, up = r.up, down = r.down, quantum = r.quantum;
        if (over == 1) for (std::size_t i = 0; i < rows; ++i) to[i] = whole_of(amount[i] * static_cast<double>(until[i] - from[i]) * by * quantum);
        else each_rounded(r, [&](auto rounded) {
            for (std::size_t i = 0; i < rows; ++i)
                to[i] = whole_of(rounded(amount[i] * static_cast<double>(until[i] - from[i]) * by, over, inverse, up, down) * quantum);
        });
    }
    /// By `inverse`, here whole_by / whole_over; the sign is that of q, or of the remainder where q is 0.
    static void pence_whole(std::size_t rows, Whole* __restrict to, const double* __restrict sum, const Whole* __restrict whole, const RoundingPass& r) {
        const double inverse = r.inverse;
        const Whole by = r.whole_by, over = r.whole_over, up = r.whole_up, down = r.whole_down, quantum = static_cast<Whole>(r.quantum);
        const bool magnitude = r.magnitude, even = r.even;
        for (std::size_t i = 0; i < rows; ++i) {
            Whole q = whole_of(nearest(sum[i] * inverse));
            Whole rest = static_cast<Whole>(static_cast<Unsigned>(wrapped_product(whole[i], by)) - static_cast<Unsigned>(wrapped_product(q, over)));
            const Whole turned = (magnitude & ((q < 0) | ((q == 0) & (rest < 0)))) ? -1 : 0;
            q = (q ^ turned) - turned;
            rest = (rest ^ turned) - turned;
            const Whole twice = rest + rest;
            const Whole odd = q & 1;
            const Whole one_up = (even & (twice == over)) ? odd : twice > up;
            const Whole one_down = (even & (twice == -over)) ? odd : twice < down;
            q = q + one_up - one_down;
            to[i] = wrapped_product((q ^ turned) - turned, quantum);
        }
    }
    static void below_zero(std::size_t rows, Small* __restrict rank, const double* __restrict sum, Small otherwise) {
        for (std::size_t i = 0; i < rows; ++i) rank[i] = sum[i] < 0.0 ? otherwise : 0;
    }

    // ---- records

    static void outcomes(std::size_t rows, std::uint16_t* __restrict outcome, const Whole* __restrict money, std::uint16_t priced, std::uint16_t zero) {
        for (std::size_t i = 0; i < rows; ++i) outcome[i] = money[i] != 0 ? priced : zero;
    }
    static void add_pence(std::size_t rows, Whole* __restrict total, const Whole* __restrict pence) {
        for (std::size_t i = 0; i < rows; ++i) total[i] += pence[i];
    }
    static void either_money(std::size_t rows, Whole* __restrict money, const Whole* __restrict pence) {
        for (std::size_t i = 0; i < rows; ++i) money[i] |= pence[i];
    }

    static constexpr Passes table(const char* machine) {
        using U8 = std::uint8_t;
        using U16 = std::uint16_t;
        using I32 = std::int32_t;
        using U32 = std::uint32_t;
        return {machine,
                {check<U8, U8>, check<U16, U16>, check<I32, U32>, check<Whole, Unsigned>},
                {check_to_small<U8, U8>, check_to_small<U16, U16>, check_to_small<I32, U32>, check_to_small<Whole, Unsigned>},
                {to_double<U8>, to_double<U16>, to_double<I32>, to_double<Whole>},
                paid_days, extent, clip,
                any, position, lookup_small, small, interval_small,
                lookup<std::int32_t>, lookup<double>, whole, linear, linear_two, multiply, least, most, select, compare, reached, round, has_residue,
                accrue_days, accrue, accrue_days_whole, accrue_whole, part,
                pence, pence_by_days, pence_whole, below_zero,
                outcomes, add_pence, either_money};
    }
};

}  // namespace bandtariff::kernel
