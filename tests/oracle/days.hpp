// Which days of a record are paid, and how much of a line's unit each of them is worth.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "expression.hpp"

namespace bandtariff::oracle {

/// The paid days in order; empty together with `no_days` where an undated record has none. Or why it cannot be priced.
struct PaidDays {
    std::vector<Date> days;
    bool no_days = false;
    std::optional<OutcomeId> stop;
};
[[nodiscard]] PaidDays paid_days(const Placement& record, const std::optional<DateRange>& window = {});

/// One weight a paid day, fixed on the whole of the paid days; or why there are none; or that the line is not in these days.
struct Weights {
    std::vector<Rational> of_day;
    std::optional<OutcomeId> stop;
    bool line_is_absent = false;
    std::optional<std::size_t> only_day;  ///< once: the one day whose state decides
    bool one_state = false;               ///< whole: the line's state must be one on all days
};
[[nodiscard]] Weights weights(const Placement& record, const OverTime& over, const PaidDays& paid);

}  // namespace bandtariff::oracle
