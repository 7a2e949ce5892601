// Columns of records priced one row at a time, for kinds of record whose lines are no plain sums of columns.
#pragma once

#include <functional>

#include "bandtariff/plan.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

/// Sizes are checked already.
void price_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, const QuoteTable& quotes);

/// The same in each scenario, block by block: see Plan::price_scenarios.
void price_scenarios_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, std::size_t scenarios,
                                const QuoteTable& block, const std::function<void(std::size_t scenario, std::size_t start, std::size_t rows)>& take);

}  // namespace bandtariff::kernel
