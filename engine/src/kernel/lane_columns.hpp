// The loops over columns as they are stated, over days and over small values: the first part of those of lane_loops.hpp, which says how
// they are built and why the doubles cannot err.
#pragma once

#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {

/// `direct`: this machine turns columns of doubles into 64-bit whole numbers by an instruction. `permutes`: it looks up words that it
/// keeps in registers (`look_up`, see lane_loops_avx512.cpp).
template <class Machine>
struct ColumnLoops {
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
    static bool paid_days(std::size_t rows, const Small* __restrict from, const Small* __restrict last, Small* __restrict first, Small* __restrict until,
                          plan::Days* days) {
        Small wrong = 0, low = from[0], high = last[0];
        for (std::size_t i = 0; i < rows; ++i) {
            first[i] = from[i];
            until[i] = last[i] + 1;
            wrong |= last[i] < from[i];
            low = from[i] < low ? from[i] : low;
            high = last[i] > high ? last[i] : high;
        }
        *days = {low, high + 1};
        return wrong == 0;
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
};

}  // namespace bandtariff::kernel
