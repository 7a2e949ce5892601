// Profiles' prices to a scenario's sums: by weight, exactly. Used by sweep.cpp only.
#pragma once

#include <vector>

#include "bandtariff/sweep.hpp"
#include "sweep/profiles.hpp"

namespace bandtariff::sweep {

/// Prices of profiles, one column a line of the kind of record: storage for one scenario, reused.
struct ProfilePrices {
    ProfilePrices(std::size_t profiles, std::size_t lines) : total(profiles), outcome(profiles), pence(lines, std::vector<std::int64_t>(profiles)) {}
    [[nodiscard]] QuoteTable quotes(const std::vector<LineId>& lines);
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<std::vector<std::int64_t>> pence;
};

class ScenarioSummer {
public:
    ScenarioSummer(const TariffContents& tariff, Profiles profiles, std::span<const std::uint32_t> group);
    /// What one scenario comes to, against the prices as they stand. Throws std::overflow_error where a sum is past 64 bits.
    [[nodiscard]] ScenarioResult sum(const ProfilePrices& prices, const ProfilePrices& as_it_stands, const SweepOptions& options) const;

private:
    Profiles profiles_;
    std::vector<Weight> weights_;
    std::vector<std::uint64_t> rows_;  ///< of each profile
    std::size_t groups_ = 0;
    std::vector<std::uint8_t> priced_;  ///< by outcome number
};

}  // namespace bandtariff::sweep
