// One record to its quote and to what its lines came to, exactly: what groups gather and share out from.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/placement.hpp"
#include "kernel/one_line.hpp"
#include "kernel/paid_days.hpp"
#include "tariff/evaluate.hpp"

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

struct HowToPrice {
    bool traced = false;                 ///< else the quote has its outcome, lines and sums, and not how they came about
    const FromGroups* groups = nullptr;  ///< outlives the pricing
    std::optional<DateRange> window = {};  ///< only the paid days in it, weighed as parts of them all
    Witness* watcher = nullptr;          ///< untraced: is told of everything that is read
};
[[nodiscard]] Account account(const TariffContents& tariff, const Placement& record, const HowToPrice& how = {});

/// A record's paid days before anything is priced; and why this release does not take it, where it does not.
[[nodiscard]] PaidDays days_of(const TariffContents& tariff, const Placement& record);
[[nodiscard]] std::vector<Reason> not_taken(const TariffContents& tariff, const Placement& record);
/// An outcome's sentence, with what it is about and since when.
[[nodiscard]] std::string sentence(const Outcome& outcome, const Reason& reason);
/// Throws std::invalid_argument where the record was made for another tariff.
void check_same_tariff(const TariffContents& own, const Placement& record);

}  // namespace bandtariff::kernel
