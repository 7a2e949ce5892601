// Columns of records priced one row at a time, for kinds of record whose lines are no plain sums of columns.
#pragma once

#include "bandtariff/plan.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

/// Throws std::invalid_argument where the record was made for another tariff.
void check_same_tariff(const TariffContents& own, const Placement& record);

/// One record's price without its account.
[[nodiscard]] Quote price_untraced(const TariffContents& tariff, const Placement& record);

/// Sizes are checked already.
void price_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, const QuoteTable& quotes);

}  // namespace bandtariff::kernel
