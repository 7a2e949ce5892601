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

/// `direct`: this machine turns columns of doubles into 64-bit whole numbers by an instruction. `permutes`: it looks up words that it
/// keeps in registers (`look_up`, see lane_loops_avx512.cpp).
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

    /// [low, high] in numbers of type V, as how far above `low` one may lie.
    template <class V, class U>
    struct Bounds {
        Bounds(Whole from, Whole to) {
            constexpr bool has_sign = static_cast<V>(-1) < 0;
            constexpr Whole most = static_cast<Whole>(has_sign ? static_cast<U>(-1) / 2 : static_cast<U>(-1));
            constexpr Whole least = has_sign ? -most - 1 : 0;
            if (from < least) from = least;
            if (to > most) to = most;
            none = from > to;
            low = static_cast<U>(from);
            span = static_cast<U>(static_cast<U>(to) - low);
        }
        bool none;
        U low, span;
    };
    template <class V, class U>
    static bool check(std::size_t rows, const void* values, Whole low, Whole high) {
        const V* __restrict from = static_cast<const V*>(values);
        const Bounds<V, U> bounds(low, high);
        if (bounds.none) return rows == 0;
        const U from_low = bounds.low, span = bounds.span;
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

    // ---- columns that not every row states: calls, for the reason that add_bytes is one

    template <class V, class U>
    [[gnu::noinline]] static bool mark_in(std::size_t rows, const V* __restrict from, U from_low, U span, Given wrong, Given* __restrict given) {
        std::uint8_t any = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            const U above = static_cast<U>(static_cast<U>(from[i]) - from_low);
            const bool is_wrong = (given[i] == Given::given) & (above > span);
            given[i] = is_wrong ? wrong : given[i];
            any |= static_cast<std::uint8_t>((given[i] == Given::code_unknown) | (given[i] == Given::out_of_range));
        }
        return any != 0;
    }
    template <class V, class U>
    static bool mark(std::size_t rows, const void* values, const Given* stated, Whole low, Whole high, Given wrong, Given* __restrict given) {
        for (std::size_t i = 0; i < rows; ++i) given[i] = stated == nullptr ? Given::given : stated[i];
        const V* from = static_cast<const V*>(values);
        const Bounds<V, U> bounds(low, high);
        if (!bounds.none) return mark_in<V, U>(rows, from, bounds.low, bounds.span, wrong, given);
        for (std::size_t i = 0; i < rows; ++i) given[i] = given[i] == Given::given ? wrong : given[i];
        return true;
    }
    template <class V>
    [[gnu::noinline]] static void small_in(std::size_t rows, const V* __restrict from, const Given* __restrict given, Small otherwise, Small less, Small* __restrict to) {
        for (std::size_t i = 0; i < rows; ++i) {
            const Small stated = static_cast<Small>(static_cast<std::uint32_t>(from[i]) - static_cast<std::uint32_t>(less));
            to[i] = given[i] == Given::given ? stated : otherwise;
        }
    }
    template <class V>
    static void stated_small(std::size_t rows, const void* values, const Given* given, Small otherwise, Small less, Small* to) {
        small_in(rows, static_cast<const V*>(values), given, otherwise, less, to);
    }
    template <class V>
    [[gnu::noinline]] static void number_in(std::size_t rows, const V* __restrict from, const Given* __restrict given, Whole otherwise, Whole* __restrict to) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = given[i] == Given::given ? static_cast<Whole>(from[i]) : otherwise;
    }
    template <class V>
    static void stated_number(std::size_t rows, const void* values, const Given* given, Whole otherwise, Whole* to) {
        number_in(rows, static_cast<const V*>(values), given, otherwise, to);
    }
    static void where_given(std::size_t rows, const Given* __restrict given, Small yes, Small no, Small* __restrict to) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = given[i] == Given::given ? yes : no;
    }
    static void where_wrong(std::size_t rows, const Given* __restrict given, Small code_unknown, Small out_of_range, Small* __restrict stopped) {
        for (std::size_t i = 0; i < rows; ++i) {
            const Small wrong = given[i] == Given::code_unknown ? code_unknown : given[i] == Given::out_of_range ? out_of_range : 0;
            stopped[i] = wrong > stopped[i] ? wrong : stopped[i];
        }
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
    static Small inside(Small from, Small until, Small low, Small high) {
        const Small begins = from > low ? from : low, ends = until < high ? until : high;
        return ends > begins ? ends - begins : 0;
    }
    static void days_inside(std::size_t rows, double* __restrict to, const Small* __restrict from, const Small* __restrict until, Small low, Small high,
                            double each) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = static_cast<double>(inside(from[i], until[i], low, high)) * each;
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
    static bool in_registers(const Words& words) { return Machine::permutes && words.cells != nullptr && words.count <= most_words; }
    template <bool added, class To, class V>
    static void look_up_words(std::size_t rows, To* __restrict to, const V* __restrict at, Small less, const Words& words) {
        if constexpr (Machine::permutes) Machine::template look_up<added>(rows, to, at, less, words);
    }
    template <class V>
    [[gnu::noinline]] static void add_term(std::size_t rows, Small* __restrict to, const V* __restrict a, const PositionTerm& term) {
        const Small* __restrict map = term.map;
        const Small less = term.less, stride = term.stride, turn = term.turn + less, low = term.low, high = term.high;
        if (term.turns) for (std::size_t i = 0; i < rows; ++i) to[i] += static_cast<Small>(a[i]) >= turn ? high : low;
        else if (map == nullptr) for (std::size_t i = 0; i < rows; ++i) to[i] += (static_cast<Small>(a[i]) - less) * stride;
        else if (in_registers(term.words)) look_up_words<true>(rows, to, a, less, term.words);
        else for (std::size_t i = 0; i < rows; ++i) to[i] += map[static_cast<Small>(a[i]) - less];
    }
    // Codes of one byte that count by a stride, as most do, are added up four or two at a time. Calls, so that the compiler knows
    // each column from the others: a byte might lie anywhere.
    [[gnu::noinline]] static void add_bytes(std::size_t rows, Small* __restrict to, Small from, const std::uint8_t* __restrict a, Small x, const std::uint8_t* __restrict b,
                          Small y, const std::uint8_t* __restrict c, Small z, const std::uint8_t* __restrict d, Small w) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = from + a[i] * x + b[i] * y + c[i] * z + d[i] * w;
    }
    [[gnu::noinline]] static void add_bytes(std::size_t rows, Small* __restrict to, Small from, const std::uint8_t* __restrict a, Small x, const std::uint8_t* __restrict b,
                          Small y) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = from + a[i] * x + b[i] * y;
    }
    static void position(std::size_t rows, Small* __restrict to, std::span<const PositionTerm> bytes, std::span<const PositionTerm> others, Small from) {
        const auto column = [&](std::size_t k) { return static_cast<const std::uint8_t*>(bytes[k].from); };
        for (const PositionTerm& term : bytes) from -= term.less * term.stride;
        std::size_t done = 0;
        if (bytes.size() >= 4) {
            add_bytes(rows, to, from, column(0), bytes[0].stride, column(1), bytes[1].stride, column(2), bytes[2].stride, column(3), bytes[3].stride);
            done = 4;
        } else if (bytes.size() >= 2) {
            add_bytes(rows, to, from, column(0), bytes[0].stride, column(1), bytes[1].stride);
            done = 2;
        } else {
            for (std::size_t i = 0; i < rows; ++i) to[i] = from;
        }
        for (; done < bytes.size(); ++done) add_term(rows, to, column(done), {nullptr, Column::Type::u8, 0, bytes[done].stride});
        for (const PositionTerm& term : others) {
            switch (term.type) {
                case Column::Type::u8: add_term(rows, to, static_cast<const std::uint8_t*>(term.from), term); break;
                case Column::Type::u16: add_term(rows, to, static_cast<const std::uint16_t*>(term.from), term); break;
                case Column::Type::i32: add_term(rows, to, static_cast<const std::int32_t*>(term.from), term); break;
                case Column::Type::i64: add_term(rows, to, static_cast<const std::int64_t*>(term.from), term); break;
            }
        }
    }
    static void lookup_small(std::size_t rows, Small* __restrict to, const Small* __restrict cells, const Words& words, const Small* __restrict at) {
        if (in_registers(words)) look_up_words<false>(rows, to, at, 0, words);
        else for (std::size_t i = 0; i < rows; ++i) to[i] = cells[at[i]];
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

    // ---- sums of amount x weight

    static void accrue(std::size_t rows, double* __restrict sum, const double* __restrict amount, const Whole* __restrict weight,
                       const Small* __restrict counts, bool first) {
        if (first) for (std::size_t i = 0; i < rows; ++i) sum[i] = counts[i] != 0 ? amount[i] * double_of(weight[i]) : 0.0;
        else for (std::size_t i = 0; i < rows; ++i) sum[i] += counts[i] != 0 ? amount[i] * double_of(weight[i]) : 0.0;
    }
    static void accrue_days_whole(std::size_t rows, Whole* __restrict sum, const double* __restrict amount, const Small* __restrict from,
                                  const Small* __restrict until, Small low, Small high, Whole each, bool first) {
        for (std::size_t i = 0; i < rows; ++i) {
            const Unsigned product = static_cast<Unsigned>(wrapped_product(whole_of(amount[i]), inside(from[i], until[i], low, high) * each));
            sum[i] = static_cast<Whole>(first ? product : static_cast<Unsigned>(sum[i]) + product);
        }
    }
    static void accrue_whole(std::size_t rows, Whole* __restrict sum, const double* __restrict amount, const Whole* __restrict weight,
                             const Small* __restrict counts, bool first) {
        for (std::size_t i = 0; i < rows; ++i) {
            const Whole before = first ? 0 : sum[i];
            const Whole product = counts[i] != 0 ? wrapped_product(whole_of(amount[i]), weight[i]) : 0;
            sum[i] = static_cast<Whole>(static_cast<Unsigned>(before) + static_cast<Unsigned>(product));
        }
    }
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
        if (in_registers(numbers)) look_up_words<false>(rows, outcome, rank, 0, numbers);
        else for (std::size_t i = 0; i < rows; ++i) outcome[i] = numbers.cells[rank[i]];
    }

    static constexpr Passes table(const char* machine, const ProductTable* products, const StretchTable* stretches) {
        using U8 = std::uint8_t;
        using U16 = std::uint16_t;
        using I32 = std::int32_t;
        using U32 = std::uint32_t;
        return {machine,
                {check<U8, U8>, check<U16, U16>, check<I32, U32>, check<Whole, Unsigned>},
                {check_to_small<U8, U8>, check_to_small<U16, U16>, check_to_small<I32, U32>, check_to_small<Whole, Unsigned>},
                {to_double<U8>, to_double<U16>, to_double<I32>, to_double<Whole>},
                {mark<U8, U8>, mark<U16, U16>, mark<I32, U32>, mark<Whole, Unsigned>},
                {stated_small<U8>, stated_small<U16>, stated_small<I32>, stated_small<Whole>},
                {stated_number<U8>, stated_number<U16>, stated_number<I32>, stated_number<Whole>},
                where_given, where_wrong,
                paid_days, extent, days_inside, clip,
                any, position, lookup_small, small, interval_small,
                whole, linear, linear_two, least, most, select, compare, reached, round, has_residue,
                accrue, accrue_days_whole, accrue_whole, part, part_of_days, pence_of_parts,
                pence, pence_whole, below_zero,
                products, stretches,
                told_stretch, told_end,
                clear_ranked, fold_line, fold_end, outcomes, fold_alone, numbers_of};
    }
};

}  // namespace bandtariff::kernel
