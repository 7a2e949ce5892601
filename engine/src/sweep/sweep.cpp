// Many scenarios over one table of records: see bandtariff/sweep.hpp. Entry point: Plan::sweep.
//
// Rows that state the same become one profile. Scenarios that set the same things become batches, each compiled once with a
// column that says which scenario is priced; the profiles are then priced once a scenario, and weighed by their rows.
#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>

#include "bandtariff/sweep.hpp"
#include "kernel/in_parallel.hpp"
#include "sweep/equivalent_codes.hpp"
#include "sweep/profiles.hpp"
#include "sweep/read_scenarios.hpp"
#include "sweep/scenario_sums.hpp"

namespace bandtariff {
namespace {

using sweep::Batch;
using sweep::ProfilePrices;

/// More would make tables of values by scenario too large to be folded, fewer would compile more often.
constexpr std::size_t scenarios_a_batch = 32;

/// Prices of one scenario and the column that says which it is; as many as scenarios are priced at once.
struct Workspace {
    ProfilePrices prices;
    std::vector<std::uint16_t> scenario;
};

class Workspaces {
public:
    Workspaces(std::size_t profiles, std::size_t lines) : profiles_(profiles), lines_(lines) {}
    std::unique_ptr<Workspace> take() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) return std::make_unique<Workspace>(Workspace{{profiles_, lines_}, std::vector<std::uint16_t>(profiles_)});
        std::unique_ptr<Workspace> taken = std::move(free_.back());
        free_.pop_back();
        return taken;
    }
    void give(std::unique_ptr<Workspace> back) {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(back));
    }

private:
    std::size_t profiles_, lines_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Workspace>> free_;
};

/// A batch compiled, and its records.
struct Compiled {
    Plan plan;
    PlacementTable table;
    FactId scenario;
};

std::vector<LineId> lines_of(const TariffContents& tariff, RecordId record) {
    std::vector<LineId> lines;
    for (std::size_t k = 0; k < tariff.lines.size(); ++k)
        if (tariff.lines[k].record == record) lines.emplace_back(k);
    return lines;
}

/// Everything that the pack as it stands or any scenario reads of these records, and which codes they tell apart.
struct Read {
    std::vector<FactId> facts;
    sweep::EquivalentCodes equivalent;
};

Read read_by(const Tariff& tariff, const std::vector<Batch>& batches, RecordId record) {
    std::set<FactId> facts;
    sweep::CodeUses uses;
    const auto add = [&](const TariffContents& contents) {
        for (const FactId fact : contents.facts_read(record))
            if (fact.index < tariff->facts.size()) facts.insert(fact);
        uses.read(contents, record);
    };
    add(*tariff);
    for (const Batch& batch : batches)
        if (batch.first_of_kind) add(*batch.tariff().tariff);
    return {{facts.begin(), facts.end()}, uses.equivalent()};
}

}  // namespace

Checked<SweepResult> Plan::sweep(const PlacementTable& records, const std::vector<Scenario>& scenarios, const SweepOptions& options) const {
    if (!options.group.empty() && options.group.size() != records.rows())
        throw std::invalid_argument("group: has " + std::to_string(options.group.size()) + " rows where the records have " +
                                    std::to_string(records.rows()));
    Report report;
    const std::vector<Batch> batches = sweep::read_scenarios(tariff_, scenarios, scenarios_a_batch, report);
    if (report.has_errors()) return report.sorted();

    const RecordId record = records.record();
    const unsigned threads = kernel::threads_of(options.threads);
    const Read read = read_by(tariff_, batches, record);
    sweep::Profiles profiles = sweep::profiles_of(records, read.facts, read.equivalent);
    const sweep::ProfileColumns columns(records, read.facts, profiles);

    SweepResult result;
    result.lines = lines_of(*tariff_, record);
    result.profiles = profiles.size();
    Workspaces workspaces(profiles.size(), result.lines.size());
    const std::unique_ptr<Workspace> standing = workspaces.take();
    const sweep::ScenarioSummer summer(*tariff_, std::move(profiles), options.group);
    const Plan own(tariff_, program_);  // without what was paid
    own.price(columns.table(tariff_, record), standing->prices.quotes(result.lines), {threads});
    result.as_it_stands = summer.sum(standing->prices, standing->prices, options);
    result.as_it_stands.name = "as it stands";

    result.scenarios.resize(scenarios.size());
    for (std::size_t first = 0; first < batches.size(); first += threads) {
        const std::size_t count = std::min<std::size_t>(threads, batches.size() - first);
        std::vector<std::unique_ptr<Compiled>> compiled(count);
        kernel::in_parallel(threads, count, [&](std::size_t k) {
            const ByScenario made = batches[first + k].tariff();
            compiled[k] = std::make_unique<Compiled>(Compiled{compile(made.tariff), columns.table(made.tariff, record), made.scenario});
        });
        std::vector<std::pair<std::size_t, std::size_t>> pieces;  // batch here, scenario of it
        for (std::size_t k = 0; k < count; ++k)
            for (std::size_t s = 0; s < batches[first + k].scenarios.size(); ++s) pieces.emplace_back(k, s);
        const unsigned threads_each = pieces.size() < threads ? threads : 1;
        kernel::in_parallel(threads, pieces.size(), [&](std::size_t piece) {
            const auto [k, s] = pieces[piece];
            std::unique_ptr<Workspace> workspace = workspaces.take();
            PlacementTable table = compiled[k]->table;
            if (!batches[first + k].cells.empty()) {
                std::fill(workspace->scenario.begin(), workspace->scenario.end(), static_cast<std::uint16_t>(s));
                table.set(compiled[k]->scenario, std::span<const std::uint16_t>(workspace->scenario));
            }
            compiled[k]->plan.price(table, workspace->prices.quotes(result.lines), {threads_each});
            const std::size_t position = batches[first + k].scenarios[s];
            result.scenarios[position] = summer.sum(workspace->prices, standing->prices, options);
            result.scenarios[position].name = scenarios[position].name;
            workspaces.give(std::move(workspace));
        });
    }
    return result;
}

}  // namespace bandtariff
