// Paid days and what stretches of them are worth, as whole numbers over one unit, for every day a record can reach.
#pragma once

#include <optional>

#include "plan/program.hpp"

namespace bandtariff::plan {

class Lowering;

/// The days a record of this kind can be paid for; nullopt for an undated tariff's kind without a span.
[[nodiscard]] std::optional<Days> reach_of(const TariffContents& tariff, const RecordKind& kind);
[[nodiscard]] SpanProgram span_of(const TariffContents& tariff, const RecordKind& kind, Lowering& lowering);
[[nodiscard]] Weights weights_of(const TariffContents& tariff, const OverTime& over, const std::optional<Days>& reach, Lowering& lowering);

}  // namespace bandtariff::plan
