// What a priced line is split into: what each party pays, and each instalment.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "oracle.hpp"

namespace bandtariff::oracle {

/// A day on which a line has a value.
struct ValueDay {
    std::optional<Date> day;
    Rational amount, weight;
};

struct Split {
    std::optional<OutcomeId> stop;
    std::vector<std::pair<std::string, Integer>> slices, instalments;  ///< pence
};

/// `first` and `last` are the record's paid days, where it has any.
[[nodiscard]] Split split(const Placement& record, const Line& line, const std::vector<ValueDay>& days, const Integer& payable,
                          const std::optional<Date>& first, const std::optional<Date>& last);

}  // namespace bandtariff::oracle
