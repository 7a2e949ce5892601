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
// Sums past 53 bits have passes of their own: lane_residues.hpp.
#pragma once

#include "kernel/lane_columns.hpp"

namespace bandtariff::kernel {

template <class Machine>
struct Loops : ColumnLoops<Machine> {
    using Columns = ColumnLoops<Machine>;
    using Op = plan::Op;
    using Whole = std::int64_t;
    using Unsigned = std::uint64_t;
    using Columns::double_of, Columns::in_registers, Columns::inside, Columns::nearest, Columns::whole_of, Columns::wrapped_product;

    // ---- numbers

    static void whole(std::size_t rows, double* __restrict to, const Small* __restrict a) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = static_cast<double>(a[i]);
    }
    static void linear(std::size_t rows, double* __restrict to, const double* __restrict a, double x, double z) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + z;
    }
    static void linear_two(std::size_t rows, double* __restrict to, const double* __restrict a, double x, const double* __restrict b, double y, double z) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + b[i] * y + z;
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
    /// `put` with what rounds a number of the numerator's unit, before `by`, to quanta.
    template <class Put>
    static void each_rounded(const RoundingPass& r, Put put) {
        const double by = r.by, over = r.over, inverse = r.inverse, up = r.up, down = r.down, factor = r.factor, bias = r.bias;
        const Unsigned sign = r.sign;
        if (r.by_bias && sign == 0) put([=](double x) { return nearest(x * factor + bias); });
        else if (r.by_bias) put([=](double x) {
            const Unsigned turned = __builtin_bit_cast(Unsigned, bias) ^ (__builtin_bit_cast(Unsigned, x) & sign);
            return nearest(x * factor + __builtin_bit_cast(double, turned));
        });
        else if (over == 1) put([=](double x) { return x * by; });
        else if (r.magnitude) put([=](double x) { return rounded<Ties::magnitude>(x * by, over, inverse, up, down); });
        else if (r.even) put([=](double x) { return rounded<Ties::even>(x * by, over, inverse, up, down); });
        else put([=](double x) { return rounded<Ties::none>(x * by, over, inverse, up, down); });
    }
    static void round(std::size_t rows, double* __restrict to, const double* __restrict a, const RoundingPass& r) {
        const double quantum = r.quantum;
        each_rounded(r, [&](auto rounded) {
            for (std::size_t i = 0; i < rows; ++i) to[i] = rounded(a[i]) * quantum;
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

    // ---- sums of amount x weight, rounded in parts

    // A call, for the reason that add_bytes is one.
    template <class Rounded>
    [[gnu::noinline]] static void end_parts(Rounded rounded, std::size_t rows, double* __restrict quanta, double* __restrict amount, double* __restrict weight,
                                            const double* __restrict next, const double* __restrict next_weight, const Small* __restrict there,
                                            const Small* __restrict counts) {
        for (std::size_t i = 0; i < rows; ++i) {
            const bool goes_on = (there[i] == 0) | ((counts[i] != 0) & (weight[i] != 0.0) & (amount[i] == next[i]));
            const double whole_part = rounded(amount[i] * weight[i]);
            quanta[i] += goes_on ? 0.0 : whole_part;
            const double added = counts[i] != 0 ? next_weight[i] : 0.0;
            weight[i] = goes_on ? weight[i] + added : added;
            amount[i] = goes_on ? amount[i] : next[i];
        }
    }
    /// A stretch of days of lines that are rounded part by part: a part ends where the amount changes or does not count. An
    /// ended part has weight 0, and rounds to 0, exactly.
    static void part(std::size_t rows, double* __restrict quanta, double* __restrict amount, double* __restrict weight, Small* __restrict inexact,
                     const double* __restrict next, const double* __restrict next_weight, const Small* __restrict there, const Small* __restrict counts,
                     const RoundingPass& r) {
        const double by = r.by, over = r.over, inverse = r.inverse;
        if (inexact != nullptr && over != 1.0) {
            for (std::size_t i = 0; i < rows; ++i) {
                const Small goes_on = (there[i] == 0) | ((counts[i] != 0) & (weight[i] != 0.0) & (amount[i] == next[i]));
                const double x = amount[i] * weight[i] * by;
                const Small residue = x - nearest(x * inverse) * over != 0.0;
                inexact[i] |= goes_on != 0 ? 0 : residue;
            }
        }
        each_rounded(r, [&](auto rounded) { end_parts(rounded, rows, quanta, amount, weight, next, next_weight, there, counts); });
    }
    template <class Rounded>
    [[gnu::noinline]] static void end_parts_of_days(Rounded rounded, std::size_t rows, double* __restrict quanta, double* __restrict amount, double* __restrict weight,
                                                    const double* __restrict next, const double* __restrict days, double each) {
        for (std::size_t i = 0; i < rows; ++i) {
            const bool goes_on = (days[i] == 0.0) | ((weight[i] != 0.0) & (amount[i] == next[i]));
            const double added = days[i] * each, whole_part = rounded(amount[i] * weight[i]);
            quanta[i] += goes_on ? 0.0 : whole_part;
            weight[i] = goes_on ? weight[i] + added : added;
            amount[i] = goes_on ? amount[i] : next[i];
        }
    }
    static void part_of_days(std::size_t rows, double* __restrict quanta, double* __restrict amount, double* __restrict weight, Small* __restrict inexact,
                             const double* __restrict next, const double* __restrict days, double each, bool first, const RoundingPass& r) {
        if (first) {
            for (std::size_t i = 0; i < rows; ++i) {
                quanta[i] = 0.0;
                amount[i] = next[i];
                weight[i] = days[i] * each;
            }
            if (inexact != nullptr) for (std::size_t i = 0; i < rows; ++i) inexact[i] = 0;
            return;
        }
        if (inexact != nullptr && r.over != 1.0) {
            const double by = r.by, over = r.over, inverse = r.inverse;
            for (std::size_t i = 0; i < rows; ++i) {
                const Small goes_on = (days[i] == 0.0) | ((weight[i] != 0.0) & (amount[i] == next[i]));
                const double x = amount[i] * weight[i] * by;
                const Small residue = x - nearest(x * inverse) * over != 0.0;
                inexact[i] |= goes_on != 0 ? 0 : residue;
            }
        }
        each_rounded(r, [&](auto rounded) { end_parts_of_days(rounded, rows, quanta, amount, weight, next, days, each); });
    }
    template <class Rounded>
    [[gnu::noinline]] static void pence_of_ended(Rounded rounded, std::size_t rows, Whole* __restrict to, const double* __restrict quanta,
                                                 const double* __restrict amount, const double* __restrict weight, double quantum) {
        for (std::size_t i = 0; i < rows; ++i) {
            const double all = quanta[i] + rounded(amount[i] * weight[i]);
            to[i] = whole_of(all * quantum);
        }
    }
    static void pence_of_parts(std::size_t rows, Whole* __restrict to, const double* __restrict quanta, const double* __restrict amount,
                               const double* __restrict weight, Small* __restrict inexact, const RoundingPass& r) {
        if (inexact != nullptr && r.over != 1.0) {
            const double by = r.by, over = r.over, inverse = r.inverse;
            for (std::size_t i = 0; i < rows; ++i) {
                const double x = amount[i] * weight[i] * by;
                inexact[i] |= x - nearest(x * inverse) * over != 0.0;
            }
        }
        each_rounded(r, [&](auto rounded) { pence_of_ended(rounded, rows, to, quanta, amount, weight, r.quantum); });
    }

    // ---- ends of sums

    static void pence(std::size_t rows, Whole* __restrict to, const double* __restrict sum, const RoundingPass& r) {
        const double quantum = r.quantum;
        each_rounded(r, [&](auto rounded) {
            for (std::size_t i = 0; i < rows; ++i) to[i] = whole_of(rounded(sum[i]) * quantum);
        });
    }
    static void below_zero(std::size_t rows, Small* __restrict rank, const double* __restrict sum, Small otherwise) {
        for (std::size_t i = 0; i < rows; ++i) rank[i] = sum[i] < 0.0 ? otherwise : 0;
    }

    // ---- lines with ranks

    static void told_stretch(std::size_t rows, const ToldStretch& line) {
        const Small *__restrict state = line.state, *__restrict active = line.active, *__restrict from = line.from, *__restrict until = line.until;
        Small *__restrict live = line.live, *__restrict worst = line.worst, *__restrict counts = line.counts, *__restrict valued = line.valued,
              *__restrict counted_until = line.counted_until;
        const Small absent = line.absent;
        for (std::size_t i = 0; i < rows; ++i) {
            const Small there = active[i] & (state[i] != absent ? 1 : 0), counted = active[i] & (state[i] == 0 ? 1 : 0);
            const Small met = there != 0 ? state[i] : 0;
            live[i] |= there;
            worst[i] = worst[i] > met ? worst[i] : met;
            counts[i] = counted;
            counted_until[i] = counted != 0 ? until[i] : from[i];
        }
        if (valued != nullptr) for (std::size_t i = 0; i < rows; ++i) valued[i] |= counts[i];
    }
    static void told_end(std::size_t rows, const ToldEnd& line) {
        const Small *__restrict live = line.live, *__restrict worst = line.worst, *__restrict valued = line.valued;
        Small* __restrict rank = line.rank;
        const Small first_stop = line.first_stop, absent = line.absent;
        for (std::size_t i = 0; i < rows; ++i) {
            const Small here = (worst[i] >= first_stop) | (valued[i] == 0) ? worst[i] : rank[i];
            rank[i] = live[i] != 0 ? here : absent;
        }
        clear_ranked(rows, line.pence, rank);
    }

    // ---- lines to records

    static void clear_ranked(std::size_t rows, Whole* __restrict pence, const Small* __restrict rank) {
        for (std::size_t i = 0; i < rows; ++i) pence[i] = rank[i] != 0 ? 0 : pence[i];
    }
    static constexpr Small paid_value = 1, notional_value = 2, money = 4;
    template <bool ranked>
    static bool fold_line_of(std::size_t rows, const FoldLine& line, const FoldRanks& ranks) {
        const Small* __restrict rank = line.rank;
        const Whole* __restrict pence = line.pence;
        Small *__restrict stop = line.stop, *__restrict nothing = line.nothing, *__restrict flags = line.flags;
        Whole* __restrict total = line.total;
        const Small first_stop = ranks.first_stop, absent = ranks.absent, value = line.paid ? paid_value : notional_value;
        for (std::size_t i = 0; i < rows; ++i) {
            const Small r = ranked ? rank[i] : 0;
            if constexpr (ranked) {
                const Small stops = r >= first_stop ? (r != absent ? r : 0) : 0, nothings = r < first_stop ? r : 0;
                stop[i] = stops > stop[i] ? stops : stop[i];
                nothing[i] = nothings > nothing[i] ? nothings : nothing[i];
            }
            flags[i] |= r != 0 ? 0 : pence[i] != 0 ? value | money : value;
        }
        if (!line.paid) return true;
        Whole beyond = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            const Whole added = ranked && rank[i] != 0 ? 0 : pence[i];
            const Whole sum = static_cast<Whole>(static_cast<Unsigned>(total[i]) + static_cast<Unsigned>(added));
            beyond |= (total[i] ^ sum) & (added ^ sum);
            total[i] = sum;
        }
        return beyond >= 0;
    }
    static bool fold_line(std::size_t rows, const FoldLine& line, const FoldRanks& ranks) {
        return line.rank != nullptr ? fold_line_of<true>(rows, line, ranks) : fold_line_of<false>(rows, line, ranks);
    }
    static bool fold_end(std::size_t rows, const FoldEnd& fold, const FoldRanks& ranks, Small* __restrict rank, Whole* __restrict total) {
        const Small *__restrict stop = fold.stop, *__restrict separable = fold.separable, *__restrict nothing = fold.nothing,
                    *__restrict notional = fold.notional, *__restrict flags = fold.flags;
        const Whole* __restrict sum = fold.total;
        Small* __restrict stopped = fold.stopped;
        const FoldRanks all = ranks;
        Small any = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            // What is shown and not paid says how the record is priced only where no line is paid.
            const Small paid = (flags[i] & paid_value) | nothing[i];
            const Small valued = flags[i] & (paid != 0 ? paid_value : notional_value);
            const Small reason = paid != 0 ? nothing[i] : notional[i];
            const Small unless_priced = (valued | reason) != 0 ? 0 : separable[i];
            const Small by_lines = stop[i] != 0 ? stop[i] : unless_priced;
            const Small ends = stopped[i] != 0 ? stopped[i] : by_lines;
            const Small money_or_none = (flags[i] & money) != 0 ? all.priced : all.priced_zero;
            const Small whole = valued != 0 ? money_or_none : reason;
            const Small in_part = separable[i] != 0 ? all.priced_in_part : whole;
            const Small otherwise = (valued | reason) != 0 ? in_part : all.absent;
            rank[i] = ends != 0 ? ends : otherwise;
            stopped[i] = ends;
            any |= ends;
        }
        for (std::size_t i = 0; i < rows; ++i) total[i] = stopped[i] != 0 ? 0 : sum[i];
        return any != 0;
    }
    static void outcomes(std::size_t rows, const Whole* __restrict total, std::uint16_t priced, std::uint16_t zero, std::uint16_t* __restrict outcome) {
        for (std::size_t i = 0; i < rows; ++i) outcome[i] = total[i] != 0 ? priced : zero;
    }
    /// A rank that stops a record, else 0.
    static Small stop_of(Small rank, const FoldRanks& ranks) { return rank >= ranks.first_stop && rank != ranks.absent ? rank : 0; }
    static bool fold_alone(std::size_t rows, const Small* __restrict line, const FoldRanks& ranks_in, Small* __restrict stopped, Small* __restrict rank,
                           Whole* __restrict total) {
        const FoldRanks ranks = ranks_in;
        for (std::size_t i = 0; i < rows; ++i) rank[i] = total[i] != 0 ? ranks.priced : ranks.priced_zero;
        Small any = 0;
        if (line != nullptr) for (std::size_t i = 0; i < rows; ++i) {
            const Small by_line = stop_of(line[i], ranks);
            stopped[i] = stopped[i] != 0 ? stopped[i] : by_line;
            rank[i] = line[i] != 0 ? line[i] : rank[i];
        }
        for (std::size_t i = 0; i < rows; ++i) {
            rank[i] = stopped[i] != 0 ? stopped[i] : rank[i];
            any |= stopped[i];
        }
        if (any != 0) for (std::size_t i = 0; i < rows; ++i) total[i] = stopped[i] != 0 ? 0 : total[i];
        return any != 0;
    }
    static void numbers_of(std::size_t rows, std::uint16_t* __restrict outcome, const Words& numbers, const Small* __restrict rank) {
        if (in_registers(numbers)) Columns::template look_up_words<false>(rows, outcome, rank, 0, numbers);
        else for (std::size_t i = 0; i < rows; ++i) outcome[i] = numbers.cells[rank[i]];
    }

    static constexpr Passes table(const char* machine, const ProductTable* products, const StretchTable* stretches,
                                  const ResidueTable* residues) {
        using U8 = std::uint8_t;
        using U16 = std::uint16_t;
        using I32 = std::int32_t;
        using U32 = std::uint32_t;
        return {machine,
                {Columns::template check<U8, U8>, Columns::template check<U16, U16>, Columns::template check<I32, U32>, Columns::template check<Whole, Unsigned>},
                {Columns::template check_to_small<U8, U8>, Columns::template check_to_small<U16, U16>, Columns::template check_to_small<I32, U32>, Columns::template check_to_small<Whole, Unsigned>},
                {Columns::template to_double<U8>, Columns::template to_double<U16>, Columns::template to_double<I32>, Columns::template to_double<Whole>},
                {Columns::template mark<U8, U8>, Columns::template mark<U16, U16>, Columns::template mark<I32, U32>, Columns::template mark<Whole, Unsigned>},
                {Columns::template stated_small<U8>, Columns::template stated_small<U16>, Columns::template stated_small<I32>, Columns::template stated_small<Whole>},
                {Columns::template stated_number<U8>, Columns::template stated_number<U16>, Columns::template stated_number<I32>, Columns::template stated_number<Whole>},
                Columns::where_given, Columns::where_wrong,
                Columns::paid_days, Columns::days_inside, Columns::clip,
                Columns::any, Columns::position, Columns::lookup_small, Columns::small, Columns::interval_small,
                whole, linear, linear_two, least, most, select, compare, reached, round, has_residue,
                part, part_of_days, pence_of_parts,
                pence, below_zero,
                products, stretches, residues,
                told_stretch, told_end,
                clear_ranked, fold_line, fold_end, outcomes, fold_alone, numbers_of};
    }
};

}  // namespace bandtariff::kernel
