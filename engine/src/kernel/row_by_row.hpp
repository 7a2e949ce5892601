// Columns of records priced one row at a time, for kinds of record whose lines are no plain sums of columns.
#pragma once

#include "bandtariff/plan.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

/// Sizes are checked already.
void price_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, const QuoteTable& quotes);

}  // namespace bandtariff::kernel
