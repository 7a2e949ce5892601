// Weights of the bases that count weeks, school days, terms, or what the record says.
#pragma once

#include "plan/program.hpp"
#include "tariff/calendars.hpp"

namespace bandtariff::plan {

class Lowering;

void count_times(Weights& weights, const TariffContents& tariff, const OverTime& over, Lowering& lowering);
void count_weeks(Weights& weights, const TimeBasis& basis, const OverTime& over, const Days& reach);
void count_units(Weights& weights, const CalendarCount& count, const Days& reach, const Lowering& lowering);

}  // namespace bandtariff::plan
