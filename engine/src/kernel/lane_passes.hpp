// The loops over a block's columns that the batch spends its time in, as a table of functions: one table for any machine and
// one for each kind that this build knows to be faster. Entry point: passes(), the best that this machine can run.
// lane_loops.hpp holds the loops and says why they cannot err; every table gives the same bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plan/program.hpp"

namespace bandtariff::kernel {

using plan::Small;

/// A rounding of x * by / over to a whole number q, made ready. The estimate of q is the whole number nearest to
/// x * by * inverse; the remainder t is exact; q goes up where 2t is past `up`, down where it is below `down`.
struct RoundingPass {
    double by = 1, over = 1, inverse = 1;
    double up = 0, down = 0;
    bool magnitude = false;  ///< on |x|, the sign put back
    bool even = false;       ///< a tie goes to the even neighbour
    double quantum = 1;      ///< q is multiplied by it at last
    std::int64_t whole_by = 1, whole_over = 1, whole_up = 0, whole_down = 0;  ///< the same, for numerators past 53 bits
    /// Where `by_bias`, no remainder is needed: the whole number nearest to x * factor + bias is q, the bias turned with the sign of x
    /// where `sign` has the sign's bit. Why: lane_products.hpp.
    bool by_bias = false;
    double factor = 1, bias = 0;
    std::uint64_t sign = 0;
};

/// What one fused pass reads: a number of each row, from a column or looked up; what it is multiplied by; and a sum it is added to.
/// The last two are past 51 bits, looked up or of two columns, and only for passes that carry a size and a residue.
enum class Left : std::uint8_t { column, cells, narrow, wide, product };
enum class Right : std::uint8_t { none, column, u8, u16, i32, days, days_inside, days_each };
/// Of up to 32 bits.
[[nodiscard]] constexpr Right right_of(Column::Type type) {
    return type == Column::Type::u8 ? Right::u8 : type == Column::Type::u16 ? Right::u16 : Right::i32;
}
/// A cell of any size: in doubles, less than 2^-52 of itself left out, and modulo 2^64.
struct alignas(16) WideCell {
    double size = 0;
    std::int64_t whole = 0;
};
struct Product {
    Left left_kind = Left::column;
    Right right_kind = Right::none;
    const double* left = nullptr;
    const double* cells = nullptr;
    const std::int32_t* narrow = nullptr;
    const Small* at = nullptr;
    const void* right = nullptr;
    const Small *first = nullptr, *until = nullptr;  ///< days: from `first` to before `until`, and inside [low, high)
    Small low = 0, high = 0;
    double each = 1;  ///< days_each: those inside, times this
    const double* sum = nullptr;
    const WideCell* wide = nullptr;
    const double* second = nullptr;  ///< product: what `left` is multiplied by first
    const std::int64_t* whole = nullptr;  ///< `sum` modulo 2^64
};
/// Products of one position in tables that differ with the period, and of days in it: what all of a row's stretches come to, in one go.
struct Stretches {
    static constexpr std::size_t most = 4;
    explicit Stretches(const Product& product) : narrow(product.left_kind == Left::narrow), at(product.at), first(product.first), until(product.until) { add(product); }
    void add(const Product& product) {
        cells[count] = product.cells;
        narrow_cells[count] = product.narrow;
        low[count] = product.low;
        high[count] = product.high;
        each[count++] = product.each;
    }
    bool narrow;
    const Small* at;
    const Small *first, *until;
    std::size_t count = 0;
    std::array<const double*, most> cells{};
    std::array<const std::int32_t*, most> narrow_cells{};
    std::array<Small, most> low{}, high{};
    std::array<double, most> each{};
};
struct StretchPasses {
    void (*add)(std::size_t rows, const Stretches& stretches, double* to);
    void (*end)(std::size_t rows, const Stretches& stretches, const RoundingPass& rounding, const plan::Ended& to);
};
/// By count less 1, then narrow or not.
using StretchTable = std::array<std::array<StretchPasses, 2>, Stretches::most>;
struct ProductPasses {
    std::array<void (*)(std::size_t rows, const Product& product, double* to), 2> add;  ///< without and with a sum
    void (*round)(std::size_t rows, const Product& product, const RoundingPass& rounding, double* to);
    std::array<void (*)(std::size_t rows, const Product& product, const RoundingPass& rounding, const plan::Ended& to), 2> end;
};
using ProductRow = std::array<ProductPasses, 8>;
using ProductTable = std::array<ProductRow, 3>;
/// The same of sums past 53 bits, carried as a size and modulo 2^64, and an end of them as they lie: see lane_residues.hpp.
struct ResiduePasses {
    std::array<void (*)(std::size_t rows, const Product& product, double* size, std::int64_t* whole), 2> add;
    std::array<void (*)(std::size_t rows, const Product& product, const RoundingPass& rounding, const plan::Ended& to), 2> end;
};
struct ResidueTable {
    std::array<std::array<ResiduePasses, 8>, 5> of;
    void (*end)(std::size_t rows, const double* size, const std::int64_t* whole, const RoundingPass& rounding, const plan::Ended& to);
};

/// A table's cells in 16 bits, which some machines keep in registers where they are few. 256 more may be read past the last.
struct Words {
    const std::uint16_t* cells = nullptr;  ///< nullptr: there are none
    std::size_t count = 0;
    [[nodiscard]] Words past(Small offset) const {
        return cells == nullptr ? Words{} : Words{cells + offset, count - static_cast<std::size_t>(offset)};
    }
};
constexpr std::size_t most_words = 256;
/// Cells as words, and what may be read past them; empty where one does not fit or most of them would be out of reach.
[[nodiscard]] std::vector<std::uint16_t> words_of(std::span<const Small> cells);

/// A share of a table's position: each row's value times a stride, or what a map sends it to; or, where the map has two stretches,
/// `low` below `turn` and `high` from there on.
struct PositionTerm {
    const void* from = nullptr;
    Column::Type type = Column::Type::i32;
    Small less = 0;  ///< off each value first
    Small stride = 1;
    const Small* map = nullptr;
    Words words = {};  ///< of the map
    bool turns = false;
    Small turn = 0, low = 0, high = 0;
};

/// A line on one stretch of days of each row: its rank there, and what it was on the days before.
struct ToldStretch {
    const Small *state = nullptr, *active = nullptr;
    const Small *from = nullptr, *until = nullptr;
    Small absent = 0;
    Small *live = nullptr, *worst = nullptr, *counts = nullptr;
    Small* valued = nullptr;         ///< becomes 1 where it counts; nullptr: not asked
    Small* counted_until = nullptr;  ///< `until`, or `from` where the stretch does not count
};
/// A line whose ranks were written down, at its end: see LineBatch::settle.
struct ToldEnd {
    const Small *live = nullptr, *worst = nullptr, *valued = nullptr;
    Small first_stop = 1, absent = 1;
    Small* rank = nullptr;
    std::int64_t* pence = nullptr;
};

/// Ranks as plan::Ranks has them, and past the last of them those of records that are priced.
struct FoldRanks {
    Small first_stop = 1, absent = 1, priced = 0, priced_zero = 0, priced_in_part = 0;
};
/// A line on its way into its records. Flags: a paid line has a value, a notional one has, and one is money.
struct FoldLine {
    const Small* rank = nullptr;  ///< nullptr: all 0
    const std::int64_t* pence = nullptr;
    bool paid = true;
    Small *stop = nullptr, *nothing = nullptr, *flags = nullptr;
    std::int64_t* total = nullptr;
};
struct FoldEnd {
    const Small *stop = nullptr, *separable = nullptr, *nothing = nullptr, *notional = nullptr, *flags = nullptr;
    const std::int64_t* total = nullptr;
    Small* stopped = nullptr;  ///< what stops a record before its lines; becomes what stops it
};

struct Passes {
    const char* machine;

    // Columns as stated, by Column::Type. The first two say whether every row lies in [low, high].
    bool (*check[4])(std::size_t rows, const void* values, std::int64_t low, std::int64_t high);
    bool (*check_to_small[4])(std::size_t rows, const void* values, std::int64_t low, std::int64_t high, std::int64_t less, Small* to);
    void (*to_double[4])(std::size_t rows, const void* values, double* to);
    // The same where not every row states one. `mark` puts `wrong` for one outside [low, high]; `stated`: nullptr where all are.
    bool (*mark[4])(std::size_t rows, const void* values, const Given* stated, std::int64_t low, std::int64_t high, Given wrong, Given* given);  ///< any
    void (*stated_small[4])(std::size_t rows, const void* values, const Given* given, Small otherwise, Small less, Small* to);
    void (*stated_number[4])(std::size_t rows, const void* values, const Given* given, std::int64_t otherwise, std::int64_t* to);
    void (*where_given)(std::size_t rows, const Given* given, Small yes, Small no, Small* to);
    void (*where_wrong)(std::size_t rows, const Given* given, Small code_unknown, Small out_of_range, Small* stopped);

    // Days.
    /// Whether every row has some; `days`: those from the first that any has to the last.
    bool (*paid_days)(std::size_t rows, const Small* from, const Small* last, Small* first, Small* until, plan::Days* days);
    void (*days_inside)(std::size_t rows, double* to, const Small* from, const Small* until, Small low, Small high, double each);
    void (*clip)(std::size_t rows, const Small* first, const Small* until, Small low, Small high, Small* from, Small* to, Small* active);

    // Small values.
    Small (*any)(std::size_t rows, const Small* a);  ///< 0 where all are 0
    /// Counted from `from`. `bytes`: terms of one byte that have no map.
    void (*position)(std::size_t rows, Small* to, std::span<const PositionTerm> bytes, std::span<const PositionTerm> others, Small from);
    void (*lookup_small)(std::size_t rows, Small* to, const Small* cells, const Words& words, const Small* at);
    void (*small)(plan::Op op, std::size_t rows, Small* to, const Small* a, const Small* b, const Small* c);
    void (*interval_small)(std::size_t rows, Small* to, const Small* day, const Small* cuts, std::size_t count);

    // Numbers: whole numbers carried in doubles.
    void (*whole)(std::size_t rows, double* to, const Small* a);
    void (*linear)(std::size_t rows, double* to, const double* a, double x, double z);
    void (*linear_two)(std::size_t rows, double* to, const double* a, double x, const double* b, double y, double z);
    void (*least)(std::size_t rows, double* to, const double* a, double x, const double* b, double y);
    void (*most)(std::size_t rows, double* to, const double* a, double x, const double* b, double y);
    void (*select)(std::size_t rows, double* to, const Small* condition, const double* a, double x, const double* b, double y);
    void (*compare)(plan::Op op, std::size_t rows, Small* to, const double* a, double x, const double* b, double y);
    void (*reached)(std::size_t rows, Small* to, const double* a, const double* cuts, std::size_t count);
    void (*round)(std::size_t rows, double* to, const double* a, const RoundingPass& rounding);
    void (*has_residue)(std::size_t rows, Small* to, const double* a, const RoundingPass& rounding);

    // Sums of amount x weight, rounded in parts.
    /// `inexact`: becomes 1 where an ended part leaves a rest; nullptr: not asked.
    void (*part)(std::size_t rows, double* quanta, double* amount, double* weight, Small* inexact, const double* next, const double* next_weight,
                 const Small* there, const Small* counts, const RoundingPass& rounding);
    /// The same of days, all of which count, each of them `each`. `first`: nothing was there before.
    void (*part_of_days)(std::size_t rows, double* quanta, double* amount, double* weight, Small* inexact, const double* next, const double* days,
                         double each, bool first, const RoundingPass& rounding);
    /// Ends every row's last part, and all of them as pence.
    void (*pence_of_parts)(std::size_t rows, std::int64_t* to, const double* quanta, const double* amount, const double* weight, Small* inexact,
                           const RoundingPass& rounding);

    // Ends of sums.
    void (*pence)(std::size_t rows, std::int64_t* to, const double* sum, const RoundingPass& rounding);
    void (*below_zero)(std::size_t rows, Small* rank, const double* sum, Small otherwise);

    const ProductTable* products;
    const StretchTable* stretches;
    const ResidueTable* residues;
    [[nodiscard]] const StretchPasses& of(const Stretches& each) const { return (*stretches)[each.count - 1][each.narrow ? 1 : 0]; }
    [[nodiscard]] const ProductPasses& of(const Product& product) const {
        return (*products)[static_cast<std::size_t>(product.left_kind)][static_cast<std::size_t>(product.right_kind)];
    }
    [[nodiscard]] const ResiduePasses& of_residue(const Product& product) const {
        return residues->of[static_cast<std::size_t>(product.left_kind)][static_cast<std::size_t>(product.right_kind)];
    }

    // Lines with ranks.
    void (*told_stretch)(std::size_t rows, const ToldStretch& line);
    void (*told_end)(std::size_t rows, const ToldEnd& line);

    // Lines to records.
    void (*clear_ranked)(std::size_t rows, std::int64_t* pence, const Small* rank);
    bool (*fold_line)(std::size_t rows, const FoldLine& line, const FoldRanks& ranks);  ///< false where a total leaves 64 bits
    bool (*fold_end)(std::size_t rows, const FoldEnd& fold, const FoldRanks& ranks, Small* rank, std::int64_t* total);  ///< whether any is stopped
    void (*outcomes)(std::size_t rows, const std::int64_t* total, std::uint16_t priced, std::uint16_t priced_zero, std::uint16_t* outcome);
    bool (*fold_alone)(std::size_t rows, const Small* line, const FoldRanks& ranks, Small* stopped, Small* rank, std::int64_t* total);
    void (*numbers_of)(std::size_t rows, std::uint16_t* outcome, const Words& numbers, const Small* rank);
};

/// The best table for this machine, or the one that a test asked for.
[[nodiscard]] const Passes& passes();
/// Every table that this machine can run, the plainest first.
[[nodiscard]] std::span<const Passes* const> passes_here();
/// For tests: this table from now on, in every thread; nullptr: the best again. Not while prices are being made.
void use_passes(const Passes* table);

}  // namespace bandtariff::kernel
