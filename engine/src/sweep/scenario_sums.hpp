// Profiles' prices to a scenario's sums: what it changes of the sums as the pack stands, by weight and exactly. Only profiles and lines that
// a scenario can change are looked at, a block of them at a time. Used by sweep.cpp only.
#pragma once

#include <vector>

#include "bandtariff/sweep.hpp"
#include "sweep/profiles.hpp"
#include "sweep/weighing.hpp"

namespace bandtariff::sweep {

/// Prices of rows, with a column for each of some lines.
struct Prices {
    Prices() = default;
    Prices(std::size_t rows, std::size_t lines) : total(rows), outcome(rows), pence(lines, std::vector<std::int64_t>(rows)) {}
    [[nodiscard]] QuoteTable quotes(const std::vector<LineId>& lines);
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<std::vector<std::int64_t>> pence;
};

/// What rows come to as the pack stands.
struct StandingSums {
    struct Group {
        std::uint64_t rows = 0, priced = 0;
        WideSum total = 0;
    };
    std::vector<Group> groups;
    std::vector<WideSum> lines;
    std::vector<std::uint64_t> outcomes;  ///< rows by outcome number
};

/// What a scenario makes of it: differences from the sums as they stand, which may be negative, and who gains and loses.
struct Change {
    struct Group {
        std::int64_t priced = 0;
        std::uint64_t gaining = 0, losing = 0, one_way = 0;
        WideSum total = 0, gained = 0, lost = 0;
    };
    Change() = default;
    Change(std::size_t of_groups, std::size_t of_lines, std::size_t of_outcomes) : groups(of_groups), lines(of_lines), outcomes(of_outcomes) {}
    void add(const Change& other);
    std::vector<Group> groups;
    std::vector<WideSum> lines;
    std::vector<std::int64_t> outcomes;
};

/// Profiles and lines, by position, that one kind of scenario can change, profiles in the order in which they are to be priced. Another
/// line of these profiles comes to what it comes to as it stands, or to nothing where the record is no longer priced.
struct Changeable {
    std::vector<std::uint32_t> profiles;
    std::vector<std::size_t> lines;
};

/// Those profiles as they stand, and their weights.
struct Part {
    struct Run {
        std::uint32_t group = 0;
        std::size_t from = 0, until = 0;  ///< among the weights
    };
    Changeable of;
    std::size_t block = 0;                ///< profiles in a block
    std::vector<std::uint32_t> place;     ///< by weight: of its profile in its block
    std::vector<std::int64_t> rows;       ///< by weight
    std::vector<std::int64_t> weighed;    ///< by weight: what its profile comes to as it stands
    std::vector<Run> runs;                ///< weights of a group in a block together
    std::vector<std::size_t> first_run;   ///< by block, and where the last one ends
    std::vector<std::int64_t> of_profile; ///< rows of each profile
    Prices standing;                      ///< with a column for every line
    [[nodiscard]] std::size_t size() const { return of.profiles.size(); }
};

class ScenarioSummer {
public:
    /// `standing`: every profile as the pack stands, with every line. It and the profiles are to outlive this.
    ScenarioSummer(const TariffContents& tariff, const Profiles& profiles, std::span<const std::uint32_t> group, const Prices& standing);
    /// To be priced so many profiles at a time.
    [[nodiscard]] Part part(Changeable of, std::size_t block) const;
    [[nodiscard]] Change no_change() const { return {all_.groups.size(), all_.lines.size(), all_.outcomes.size()}; }
    /// Adds what profiles of a part from `start` on, one block of them, are now.
    void add(const Part& part, std::size_t start, std::size_t rows, const Prices& now, Change& to) const;
    /// With every row's total and outcome where those of every profile are given. Throws std::overflow_error where a sum is past 64 bits.
    [[nodiscard]] ScenarioResult result(const Change& change, const Prices* of_profiles) const;

private:
    [[nodiscard]] bool priced(std::uint16_t outcome) const { return priced_[outcome] != 0; }
    void add_run(const Part& part, const Part::Run& run, const Prices& now, Change& to) const;
    void add_each(const Part& part, const Part::Run& run, std::size_t start, const Prices& now, Change& to) const;
    void take_unpriced_lines(const Part& part, std::size_t start, std::span<const std::uint16_t> outcomes, Change& to) const;

    const Profiles& profiles_;
    bool by_group_;
    const Prices& standing_;
    std::vector<Weight> weights_;
    std::vector<std::uint8_t> priced_;  ///< by outcome number
    StandingSums all_;
};

}  // namespace bandtariff::sweep
