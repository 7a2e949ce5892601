// Many scenarios over the same records: figures, cells of tables and choices other than the pack says, each scenario priced
// to the penny as a pack of its own would be, and compared with the pack as it stands.
//
//     const auto scenarios = combine({{"threshold", {"6000", "7000", "8000"}}}, {{"area_cost_follows", {"home"}}});
//     const Checked<SweepResult> swept = plan.sweep(table, scenarios, {.threads = 2});
//     for (const ScenarioResult& each : swept.value().scenarios) std::cout << each.name << ' ' << to_display(each.all.total) << '\n';
//
// Rows that state the same are priced once, and a figure's values are columns of one compiled plan: no scenario is compiled
// by itself.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandtariff/plan.hpp"

namespace bandtariff {

/// What one scenario sets. A figure or a cell set holds on all days, as `Tariff::set_figure` sets it for one run.
struct Scenario {
    struct Cell {
        std::string table;
        std::vector<std::string> keys;  ///< one a key of the table, in its order: codes, yes or no, or numbers
        std::string value;
    };
    std::string name;
    std::map<std::string, std::string> choices;  ///< choice -> alternative
    std::map<std::string, std::string> figures;  ///< figure -> value
    std::vector<Cell> cells;
};

/// Values of figures, or alternatives of choices, to be combined.
using Variations = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Every combination of one value each, the last varying fastest, named by what it sets: "threshold=7000, part_year_counts=days".
[[nodiscard]] std::vector<Scenario> combine(const Variations& figures, const Variations& choices);
/// "5000:7000:500" as 5000, 5500 ... 7000 (it must come out even, 100,000 values at most); "5000,7000" as those; any other text
/// is itself.
[[nodiscard]] Checked<std::vector<std::string>> values_of(std::string_view text);

struct SweepOptions {
    unsigned threads = 1;  ///< 0: as many as the machine runs at once
    std::span<const std::uint32_t> group = {};  ///< each row's group, counted from 0, to give sums by; empty: none are given
    bool rows = false;     ///< each row's outcome and total too, for every scenario: memory grows with rows x scenarios
};

/// What some rows come to in one scenario, and who gains or loses by it against the pack as it stands.
struct ScenarioSums {
    std::uint64_t rows = 0;
    std::uint64_t priced = 0;  ///< of them
    Money total;               ///< paid lines
    std::uint64_t gaining = 0, losing = 0;  ///< rows priced both ways, and unlike
    Money gained, lost;        ///< what those rows gain, and what they lose: neither is negative
    std::uint64_t priced_one_way = 0;       ///< rows that only one of the two prices: part of no gain or loss
    friend bool operator==(const ScenarioSums&, const ScenarioSums&) = default;
};

struct ScenarioResult {
    std::string name;
    ScenarioSums all;
    std::vector<ScenarioSums> groups;  ///< by group, where asked
    std::vector<Money> lines;          ///< payable sums, in the order of SweepResult::lines
    std::vector<std::pair<std::uint16_t, std::uint64_t>> outcomes;  ///< outcome number and its rows, ascending
    std::vector<std::int64_t> total_pence;  ///< by row, where asked
    std::vector<std::uint16_t> outcome;     ///< by row, where asked
};

struct SweepResult {
    std::vector<LineId> lines;    ///< of the kind of record
    std::size_t profiles = 0;     ///< rows that differ in something a scenario reads
    ScenarioResult as_it_stands;
    std::vector<ScenarioResult> scenarios;
};

}  // namespace bandtariff
