// Columns of records priced one row at a time, for kinds of record whose lines are no plain sums of columns.
#pragma once

#include "bandtariff/plan.hpp"
#include "plan/program.hpp"
#include "tariff/evaluate.hpp"

namespace bandtariff::kernel {

/// One record's price without its account.
[[nodiscard]] Quote price_untraced(const TariffContents& tariff, const Placement& record);

/// The same, with everything that is read told to a witness.
[[nodiscard]] Quote price_watched(const TariffContents& tariff, const Placement& record, Witness& watcher);

/// Sizes are checked already.
void price_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, const QuoteTable& quotes);

}  // namespace bandtariff::kernel
