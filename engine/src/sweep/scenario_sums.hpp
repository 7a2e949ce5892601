// Profiles' prices to a scenario's sums: by weight, exactly, and only of the profiles that the scenario can change. Used by sweep.cpp
// only.
#pragma once

#include <vector>

#include "bandtariff/sweep.hpp"
#include "sweep/profiles.hpp"

namespace bandtariff::sweep {

__extension__ using WideSum = __int128;

/// Prices of profiles, one column a line of the kind of record: storage for one scenario, reused.
struct ProfilePrices {
    ProfilePrices() = default;
    ProfilePrices(std::size_t profiles, std::size_t lines) : total(profiles), outcome(profiles), pence(lines, std::vector<std::int64_t>(profiles)) {}
    /// The first `rows` of each column.
    [[nodiscard]] QuoteTable quotes(const std::vector<LineId>& lines, std::size_t rows);
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<std::vector<std::int64_t>> pence;
};

/// What some rows come to, before it is said in pounds.
struct GroupSums {
    std::uint64_t rows = 0, priced = 0, gaining = 0, losing = 0;
    std::uint64_t both = 0;  ///< priced, and priced as it stands
    WideSum total = 0, gained = 0, lost = 0;
};
struct Sums {
    std::vector<GroupSums> groups;
    std::vector<WideSum> lines;
    std::vector<std::uint64_t> outcomes;  ///< rows by outcome number
};

/// Profiles and lines, by position, that one kind of scenario can change. Another line of these profiles comes to what it comes to as it
/// stands, or to nothing where the record is no longer priced.
struct Changeable {
    std::vector<std::uint32_t> profiles;
    std::vector<std::size_t> lines;
};
/// Some of the profiles, and what they come to as it stands.
struct Part {
    std::vector<std::uint32_t> profiles;  ///< in the order of its prices
    std::vector<Weight> weights;          ///< by place in `profiles`, those of a group together
    std::vector<std::size_t> group_ends;  ///< among the weights, by group
    std::vector<std::uint64_t> rows;      ///< of each profile
    std::vector<std::size_t> lines;       ///< whose columns its prices have
    ProfilePrices standing;               ///< with a column for every line
    std::vector<std::uint8_t> priced;     ///< as it stands
    Sums sums;                            ///< as it stands
};

class ScenarioSummer {
public:
    /// `standing`: every profile as the pack stands. It and the profiles are to outlive this.
    ScenarioSummer(const TariffContents& tariff, const Profiles& profiles, std::span<const std::uint32_t> group, const ProfilePrices& standing);
    [[nodiscard]] Part part(Changeable of) const;
    [[nodiscard]] ScenarioResult as_it_stands(const SweepOptions& options) const;
    /// What a scenario comes to that prices a part as `now` says, and the others as they stand. Throws std::overflow_error where a sum
    /// is past 64 bits.
    [[nodiscard]] ScenarioResult sum(const Part& part, const ProfilePrices& now, const SweepOptions& options) const;

private:
    [[nodiscard]] Sums sums(const Part& part, const ProfilePrices& now) const;
    [[nodiscard]] ScenarioResult result(const Sums& sums, const SweepOptions& options) const;

    const Profiles& profiles_;
    const ProfilePrices& standing_;
    std::vector<Weight> weights_;
    std::size_t groups_ = 0;
    std::vector<std::uint8_t> priced_;  ///< by outcome number
    Sums all_;                          ///< as it stands
};

}  // namespace bandtariff::sweep
