// One record to its quote and to what its lines came to, exactly: what groups gather and share out from.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "bandtariff/placement.hpp"
#include "kernel/one_line.hpp"

namespace bandtariff::kernel {

/// What a record's groups and rows bring to its price.
struct FromGroups {
    std::vector<Reason> stops = {};  ///< why a group cannot be priced, whatever it states
    /// Shares a group's line out; why it cannot be.
    std::function<std::optional<Reason>(LineId, Money)> share = {};
};

struct Account {
    Quote quote;
    PaidDays paid;
    std::vector<Settled> lines;  ///< by the line's place; absent where it was not priced
};

/// Untraced, the quote has its outcome, lines and sums, and not how they came about.
[[nodiscard]] Account account(const TariffContents& tariff, const Placement& record, bool traced, const FromGroups& groups = {});

}  // namespace bandtariff::kernel
