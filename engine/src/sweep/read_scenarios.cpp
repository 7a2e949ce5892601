// Scenarios to batches: see read_scenarios.hpp. A problem is reported once, however many scenarios share it.
#include "sweep/read_scenarios.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

namespace bandtariff::sweep {
namespace {

/// A tariff with its choices made, and how what is set in it is read.
struct Chosen {
    Chosen(Tariff with, Report& report) : tariff(std::move(with)), reader(*tariff, report) {}
    Tariff tariff;
    SetReader reader;
};

/// What a scenario sets, but for the values.
using Places = std::vector<std::pair<std::uint32_t, std::size_t>>;

class ScenarioReader {
public:
    ScenarioReader(const Tariff& tariff, std::size_t most, Report& report) : tariff_(tariff), most_(most), report_(report) {}

    void add(const Scenario& scenario, std::size_t position) {
        Chosen* chosen = choose(scenario.choices);
        if (chosen == nullptr) return;
        std::map<std::pair<std::uint32_t, std::size_t>, Value> set;
        const auto put = [&](const std::optional<TableId>& table, const std::optional<std::size_t>& cell, const std::string& text) {
            if (!table || !cell) return;
            if (const std::optional<Value> value = chosen->reader.value(*table, text)) set[{table->index, *cell}] = *value;
        };
        for (const auto& [figure, text] : scenario.figures) put(chosen->reader.figure(figure), std::size_t{0}, text);
        for (const Scenario::Cell& cell : scenario.cells) {
            const std::optional<TableId> table = chosen->reader.table(cell.table);
            put(table, table ? chosen->reader.position(*table, cell.keys) : std::nullopt, cell.value);
        }
        if (report_.has_errors()) return;
        Places places;
        for (const auto& [place, value] : set) places.push_back(place);
        Batch& batch = batch_of(*chosen, scenario.choices, places);
        std::size_t k = 0;
        for (const auto& [place, value] : set) batch.cells[k++].values.push_back(value);
        batch.scenarios.push_back(position);
    }

    std::vector<Batch> result() && { return report_.has_errors() ? std::vector<Batch>() : std::move(batches_); }

private:
    using Choices = std::map<std::string, std::string>;

    /// nullptr where a choice or an alternative is not the pack's.
    Chosen* choose(const Choices& choices) {
        const auto [known, is_new] = chosen_.try_emplace(choices);
        if (!is_new) return known->second.get();
        Tariff tariff = tariff_;
        for (const auto& [choice, alternative] : choices) {
            const Checked<Tariff> made = tariff.choose(choice, alternative);
            if (!made.ok()) {
                for (const Diagnostic& diagnostic : made.diagnostics())
                    if (said_.insert(diagnostic.message).second) report_.add(diagnostic);
                return nullptr;
            }
            tariff = made.value();
        }
        known->second = std::make_unique<Chosen>(tariff, report_);
        return known->second.get();
    }

    /// The batch that has room for one more scenario of this kind.
    Batch& batch_of(const Chosen& chosen, const Choices& choices, const Places& places) {
        const auto [open, is_new] = open_.try_emplace({choices, places}, batches_.size());
        if (is_new || batches_[open->second].scenarios.size() >= most_) {
            open->second = batches_.size();
            Batch& batch = batches_.emplace_back(Batch{chosen.tariff, {}, {}, is_new});
            for (const auto& [table, cell] : places) batch.cells.push_back({TableId(table), cell, {}});
        }
        return batches_[open->second];
    }

    const Tariff& tariff_;
    std::size_t most_;
    Report& report_;
    std::map<Choices, std::unique_ptr<Chosen>> chosen_;
    std::set<std::string> said_;
    std::map<std::pair<Choices, Places>, std::size_t> open_;
    std::vector<Batch> batches_;
};

}  // namespace

std::vector<Batch> read_scenarios(const Tariff& tariff, const std::vector<Scenario>& scenarios, std::size_t most, Report& report) {
    ScenarioReader reader(tariff, most, report);
    for (std::size_t k = 0; k < scenarios.size(); ++k) reader.add(scenarios[k], k);
    return std::move(reader).result();
}

}  // namespace bandtariff::sweep
