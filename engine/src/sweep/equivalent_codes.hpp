// Codes of a fact that no price can tell apart: 33 settings are a handful of kinds of provision to a tariff that asks no more.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "bandtariff/tariff.hpp"

namespace bandtariff::sweep {

/// By fact, each code's first equivalent. A fact that is not here has codes that all count.
using EquivalentCodes = std::map<std::uint32_t, std::vector<std::int64_t>>;

/// What a fact's codes meet wherever it is read, in the same order for each: codes that meet the same are equivalent.
struct CodeUse {
    bool all_count = false;
    std::vector<std::vector<std::int64_t>> met;  ///< by code
};

/// Codes that are equivalent in all of some tariffs with the same first facts.
class CodeUses {
public:
    void read(const TariffContents& tariff, RecordId record);
    [[nodiscard]] EquivalentCodes equivalent() const;

private:
    std::map<std::uint32_t, CodeUse> uses_;
};

}  // namespace bandtariff::sweep
