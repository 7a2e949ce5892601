// Columns of records priced one row at a time, for kinds of record whose lines are no plain sums of columns.
#pragma once

#include "bandtariff/plan.hpp"
#include "kernel/paid_days.hpp"
#include "plan/program.hpp"
#include "tariff/evaluate.hpp"

namespace bandtariff::kernel {

/// Throws std::invalid_argument where the record was made for another tariff.
void check_same_tariff(const TariffContents& own, const Placement& record);

/// One record's price without its account.
[[nodiscard]] Quote price_untraced(const TariffContents& tariff, const Placement& record);
/// The same, or the whole account, on those of the paid days that are in `window`, weighed as parts of them all.
[[nodiscard]] Quote price_within(const TariffContents& tariff, const Placement& record, const DateRange& window, bool traced);
[[nodiscard]] Quote price_whole(const TariffContents& tariff, const Placement& record, bool traced);
/// A record's paid days before anything is priced; and why this release does not take it, where it does not.
[[nodiscard]] PaidDays days_of(const TariffContents& tariff, const Placement& record);
[[nodiscard]] std::vector<Reason> not_taken(const TariffContents& tariff, const Placement& record);
[[nodiscard]] std::string sentence(const Outcome& outcome, const Reason& reason);

/// The same, with everything that is read told to a witness.
[[nodiscard]] Quote price_watched(const TariffContents& tariff, const Placement& record, Witness& watcher);

/// Sizes are checked already.
void price_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, const QuoteTable& quotes);

}  // namespace bandtariff::kernel
