// What scenarios set, by name, to tariffs that many of them share. Used by sweep.cpp only.
#pragma once

#include <optional>
#include <vector>

#include "bandtariff/sweep.hpp"
#include "tariff/scenarios.hpp"

namespace bandtariff::sweep {

/// Scenarios that choose the same and set the same figures and cells, each to values of its own.
struct Batch {
    Tariff chosen;                       ///< the choices made, nothing set
    std::vector<SetCell> cells;          ///< values: one a scenario of the batch, in order
    std::vector<std::size_t> scenarios;  ///< by position among all of them
    std::size_t kind = 0;                ///< those that choose and set the same are of one kind, counted from 0
    bool first_of_kind = true;
    bool chooses = false;                ///< whether any choice is made
    /// The tariff that is read by which scenario of the batch is priced; as chosen where nothing is set.
    [[nodiscard]] Tariff tariff() const { return cells.empty() ? chosen : by_scenario(chosen, cells, scenarios.size()); }
};

/// Batches of at most `most` scenarios; empty where the report has errors.
[[nodiscard]] std::vector<Batch> read_scenarios(const Tariff& tariff, const std::vector<Scenario>& scenarios, std::size_t most, Report& report);

}  // namespace bandtariff::sweep
