// A block of rows on its way through a program: columns loaded and checked, paid days, weights. Used by price_batch.cpp only.
#pragma once

#include <vector>

#include "plan/program.hpp"

namespace bandtariff::kernel {

using plan::Days;
using plan::RecordProgram;
using plan::Small;
using SmallColumn = std::vector<Small>;

/// The block's columns as routines read them, and which rows cannot be priced for what they state.
struct LoadedBlock {
    explicit LoadedBlock(const RecordProgram& program);
    std::size_t rows = 0;
    std::vector<SmallColumn> small;                 ///< one a leaf; empty for number leaves
    std::vector<std::vector<std::int64_t>> number;  ///< one a leaf; empty for small ones
    SmallColumn stopped;                            ///< 0, or the rank of what ends the record before its lines
    SmallColumn first, until;                       ///< paid days; none where stopped
    plan::Block block;
};

/// Rows from `start` on: columns converted, checked, and made safe where a fact is absent or wrong.
void load(const RecordProgram& program, const plan::Ranks& ranks, const PlacementTable& records, std::size_t start, LoadedBlock& loaded);
/// Paid days of the rows that are not stopped; stops those that have none, or some outside.
void find_days(const plan::SpanProgram& span, const plan::Ranks& ranks, LoadedBlock& loaded);

/// The stretch of each row that lies in its n-th period.
struct StretchRows {
    StretchRows() : period(plan::block_rows), active(plan::block_rows), from(plan::block_rows), until(plan::block_rows),
                first_period(plan::block_rows), last_period(plan::block_rows) {}
    SmallColumn period, active, from, until;
    SmallColumn first_period, last_period;
};
/// Which periods each row reaches; the most that any row has.
[[nodiscard]] Small find_periods(const std::vector<Small>& cuts, const LoadedBlock& loaded, StretchRows& stretch);
void take_stretch(const std::vector<Small>& cuts, Small n, const LoadedBlock& loaded, StretchRows& stretch);

/// What each row's stretch counts in a line's weights.
void weigh(const plan::Weights& weights, const plan::SpanProgram& span, const LoadedBlock& loaded, const StretchRows& stretch, bool first,
           std::int64_t* weight);
/// The rank of what is wrong with each row's paid days for these weights; 0 where nothing is.
[[nodiscard]] Small days_refused(const plan::Weights& weights, const plan::SpanProgram& span, const plan::Ranks& ranks, Small first, Small until);

}  // namespace bandtariff::kernel
