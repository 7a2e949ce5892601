// Records of several kinds priced together by plain loops: every group looks at every row, day by day, and pennies are given out
// one at a time. It reads the public headers alone.
#pragma once

#include <string>
#include <vector>

#include "bandtariff/groups.hpp"
#include "oracle.hpp"

namespace bandtariff::oracle {

struct OracleGrouped {
    std::string key;  ///< of a group: its keys' texts; of a row: its id
    OracleQuote quote;
};

/// Quotes of what is stated, in that order; then of the groups that only rows name, by kind and key.
[[nodiscard]] std::vector<OracleGrouped> price_together(const Tariff& tariff, const std::vector<StatedRecord>& stated);

}  // namespace bandtariff::oracle
