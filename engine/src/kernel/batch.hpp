// A block of rows on its way through a program: columns loaded and checked, paid days, weights. Used by price_batch.cpp only.
#pragma once

#include <optional>
#include <vector>

#include "kernel/columns.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

using plan::Days;
using plan::RecordProgram;
using plan::Small;

/// The block's columns as routines read them, and which rows cannot be priced for what they state.
struct LoadedBlock {
    /// For blocks of up to `most` rows.
    LoadedBlock(const RecordProgram& program, std::size_t most);
    std::size_t rows = 0;
    std::vector<SmallColumn> small;              ///< one a leaf; empty for number leaves
    std::vector<ColumnOf<std::int64_t>> number;  ///< one a leaf; empty for small ones, and written only where not all rows state it
    std::vector<bool> as_stated;                 ///< by leaf: no routine needs it as a column of small values
    std::vector<std::optional<Small>> all;       ///< by leaf: what every row of its own column holds since an earlier block
    std::vector<std::vector<std::size_t>> leaves_of;  ///< by check: the leaves of its fact
    bool any_stopped = false;
    SmallColumn stopped;                         ///< 0, or the rank of what ends the record before its lines
    SmallColumn first, until;                    ///< paid days; where stopped, none of `days`
    Days days;                                   ///< from the first to the last that any row has
    bool same_days = false;                      ///< they are the same whatever the record
    plan::Block block;                           ///< where each leaf is to be read
    plan::RowsAhead ahead;                       ///< of the next block

    void fill(std::size_t leaf, Small value);    ///< every row, unless it already holds that
    void own(std::size_t leaf);                  ///< says that a small leaf is to be read from its own column
};

/// Whether every row of a column states its fact, well or not.
[[nodiscard]] bool all_stated(const Column& column, std::size_t start, std::size_t rows);
/// Rows from `start` on: columns converted, checked, and made safe where a fact is absent or wrong.
void load(const RecordProgram& program, const plan::Ranks& ranks, const PlacementTable& records, std::size_t start, std::size_t rows,
          LoadedBlock& loaded);
/// Paid days of the rows that are not stopped; stops those that have none, or some outside.
void find_days(const plan::SpanProgram& span, const plan::Ranks& ranks, LoadedBlock& loaded);

/// One stretch of each row's paid days: those in its n-th period, or those in one period of all.
struct StretchRows {
    explicit StretchRows(std::size_t most)
        : from_days(most), until_days(most), is_active(most), own_period(most), first_period(most), last_period(most), all(most, 1) {}
    // The days of a row are those from `from` to before `until` that lie inside [low, high).
    const Small *from = nullptr, *until = nullptr;
    Small low = 0, high = 0;
    const Small* active = nullptr;    ///< 1 where there are any; nullptr until spread
    std::optional<Small> one_period;  ///< the period of every row; else `own_period`
    Small least = 0, beyond = 0;      ///< no row has a day here outside [least, beyond)
    SmallColumn from_days, until_days, is_active, own_period, first_period, last_period, all;
    /// Makes columns of what a period leaves of each row's days: what most lines need not have.
    void spread(const LoadedBlock& loaded);
    /// Its days, of which one counts `each`.
    [[nodiscard]] plan::Counted days(std::int64_t each) const { return {plan::Counted::By::days, from, until, low, high, each, {}, nullptr}; }
};
/// The paid days whole, as one stretch in one period of all.
void take_all(const std::vector<Small>& cuts, Small period, const LoadedBlock& loaded, StretchRows& stretch);
/// Which periods each row reaches; the most that any row has.
[[nodiscard]] Small find_periods(const std::vector<Small>& cuts, const LoadedBlock& loaded, StretchRows& stretch);
/// Each row's n-th period.
void take_stretch(const std::vector<Small>& cuts, Small n, const LoadedBlock& loaded, StretchRows& stretch);
/// The periods that the block reaches.
struct Reached {
    Small first = 0, last = 0;
};
[[nodiscard]] Reached periods_reached(const std::vector<Small>& cuts, const LoadedBlock& loaded);
/// One period, for every row: without days where a row has none there.
void take_period(const std::vector<Small>& cuts, Small period, const LoadedBlock& loaded, StretchRows& stretch);

/// What each row's stretch counts in a line's weights.
void weigh(const plan::Weights& weights, const plan::SpanProgram& span, const LoadedBlock& loaded, const StretchRows& stretch, bool first,
           std::int64_t* weight);
/// What each day of a stretch counts, where that is the same for all of them.
[[nodiscard]] std::optional<std::int64_t> each_day(const plan::Weights& weights, const plan::SpanProgram& span, const StretchRows& stretch);
/// The rank of what is wrong with each row's paid days for these weights; 0 where nothing is.
[[nodiscard]] Small days_refused(const plan::Weights& weights, const plan::SpanProgram& span, const plan::Ranks& ranks, Small first, Small until);
/// Whether it is 0 whatever the days.
[[nodiscard]] bool never_refused(const plan::Weights& weights);

}  // namespace bandtariff::kernel
