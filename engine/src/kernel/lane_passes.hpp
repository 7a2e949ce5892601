// The loops over a block's columns that the batch spends its time in, as a table of functions: one table for any machine and
// one for each kind that this build knows to be faster. Entry point: passes(), the best that this machine can run.
// lane_loops.hpp holds the loops and says why they cannot err; every table gives the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

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
};

/// A share of a table's position: each row's value times a stride, or what a map sends it to; or, where the map has two stretches,
/// `low` below `turn` and `high` from there on.
struct PositionTerm {
    const Small* from = nullptr;
    Small stride = 1;
    const Small* map = nullptr;
    Small turn = 0, low = 0, high = 0;
};

struct Passes {
    const char* machine;

    // Columns as stated, by Column::Type. The first two say whether every row lies in [low, high].
    bool (*check[4])(std::size_t rows, const void* values, std::int64_t low, std::int64_t high);
    bool (*check_to_small[4])(std::size_t rows, const void* values, std::int64_t low, std::int64_t high, std::int64_t less, Small* to);
    void (*to_double[4])(std::size_t rows, const void* values, double* to);

    // Days.
    bool (*paid_days)(std::size_t rows, const Small* from, const Small* last, Small low, Small high, Small* first, Small* until);
    void (*extent)(std::size_t rows, const Small* first, const Small* until, Small* least, Small* most);
    void (*clip)(std::size_t rows, const Small* first, const Small* until, Small low, Small high, Small* from, Small* to, Small* active);

    // Small values.
    Small (*any)(std::size_t rows, const Small* a);  ///< 0 where all are 0
    void (*position)(std::size_t rows, Small* to, const PositionTerm* terms, std::size_t count);
    void (*lookup_small)(std::size_t rows, Small* to, const Small* cells, const Small* at);
    void (*small)(plan::Op op, std::size_t rows, Small* to, const Small* a, const Small* b, const Small* c);
    void (*interval_small)(std::size_t rows, Small* to, const Small* day, const Small* cuts, std::size_t count);

    // Numbers: whole numbers carried in doubles.
    void (*lookup_narrow)(std::size_t rows, double* to, const std::int32_t* cells, const Small* at);
    void (*lookup)(std::size_t rows, double* to, const double* cells, const Small* at);
    void (*whole)(std::size_t rows, double* to, const Small* a);
    void (*linear)(std::size_t rows, double* to, const double* a, double x, double z);
    void (*linear_two)(std::size_t rows, double* to, const double* a, double x, const double* b, double y, double z);
    void (*multiply)(std::size_t rows, double* to, const double* a, const double* b);
    void (*least)(std::size_t rows, double* to, const double* a, double x, const double* b, double y);
    void (*most)(std::size_t rows, double* to, const double* a, double x, const double* b, double y);
    void (*select)(std::size_t rows, double* to, const Small* condition, const double* a, double x, const double* b, double y);
    void (*compare)(plan::Op op, std::size_t rows, Small* to, const double* a, double x, const double* b, double y);
    void (*reached)(std::size_t rows, Small* to, const double* a, const double* cuts, std::size_t count);
    void (*round)(std::size_t rows, double* to, const double* a, const RoundingPass& rounding);
    void (*has_residue)(std::size_t rows, Small* to, const double* a, const RoundingPass& rounding);

    // Sums of amount x weight. `first`: nothing was there before.
    void (*accrue_days)(std::size_t rows, double* sum, const double* amount, const Small* from, const Small* until, bool first);
    void (*accrue)(std::size_t rows, double* sum, const double* amount, const std::int64_t* weight, const Small* counts, bool first);
    void (*accrue_days_whole)(std::size_t rows, std::int64_t* sum, const double* amount, const Small* from, const Small* until, bool first);
    void (*accrue_whole)(std::size_t rows, std::int64_t* sum, const double* amount, const std::int64_t* weight, const Small* counts, bool first);
    void (*part)(std::size_t rows, double* quanta, double* amount, double* weight, Small* inexact, const double* next, const double* next_weight,
                 const Small* there, const Small* counts, const RoundingPass& rounding);

    // Ends of sums.
    void (*pence)(std::size_t rows, std::int64_t* to, const double* sum, const RoundingPass& rounding);
    void (*pence_by_days)(std::size_t rows, std::int64_t* to, const double* amount, const Small* from, const Small* until, const RoundingPass& rounding);
    void (*pence_whole)(std::size_t rows, std::int64_t* to, const double* sum, const std::int64_t* whole, const RoundingPass& rounding);
    void (*below_zero)(std::size_t rows, Small* rank, const double* sum, Small otherwise);

    // Records of which every line is priced.
    void (*outcomes)(std::size_t rows, std::uint16_t* outcome, const std::int64_t* money, std::uint16_t priced, std::uint16_t priced_zero);
    void (*add_pence)(std::size_t rows, std::int64_t* total, const std::int64_t* pence);
    void (*either_money)(std::size_t rows, std::int64_t* money, const std::int64_t* pence);
};

/// The best table for this machine, or the one that a test asked for.
[[nodiscard]] const Passes& passes();
/// Every table that this machine can run, the plainest first.
[[nodiscard]] std::span<const Passes* const> passes_here();
/// For tests: this table from now on, in every thread; nullptr: the best again. Not while prices are being made.
void use_passes(const Passes* table);

}  // namespace bandtariff::kernel
