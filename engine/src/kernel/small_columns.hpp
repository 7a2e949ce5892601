// Operations on columns of small values: the same in every lane. Entry point: run_small.
#pragma once

#include "kernel/lane_passes.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

/// Days from `first` to `last`, both counted; 0 where there are none.
[[nodiscard]] Small days_between(Small first, Small last);
/// Whole months from `first` to `last`, both counted: one is complete on the day before the first day's number comes round.
[[nodiscard]] Small months_between(Small first, Small last);

/// Runs one operation whose operands and result are all small. `from` has one column an operand.
void run_small(plan::Op op, std::size_t rows, Small* __restrict to, const Small* const* from, std::int64_t aux, const plan::Tables& tables);
/// What a term of an index adds to a position, but for where it is read.
[[nodiscard]] PositionTerm share_of(const plan::Index::Term& term);
/// The position in a table: the sum of each column's own share.
void run_index(std::size_t rows, Small* __restrict to, const Small* const* from, const std::vector<plan::Index::Term>& terms);

}  // namespace bandtariff::kernel
