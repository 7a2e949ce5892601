// Many scenarios over one table of records: see bandtariff/sweep.hpp. Entry point: Plan::sweep.
//
// Rows that state the same become one profile. Scenarios that set the same things become batches, each compiled once with a
// column that says which scenario is priced. The profiles that read what is set are then priced once a scenario, and all are
// weighed by their rows.
#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>

#include "bandtariff/sweep.hpp"
#include "base/in_parallel.hpp"
#include "sweep/equivalent_codes.hpp"
#include "sweep/profiles.hpp"
#include "sweep/read_scenarios.hpp"
#include "sweep/scenario_sums.hpp"

namespace bandtariff {
namespace {

using sweep::Batch;
using sweep::ProfilePrices;

/// More would make tables of values by scenario too large to be folded, fewer would compile more often.
constexpr std::size_t scenarios_a_batch = 64;

/// What one scenario is priced into; as many of them as scenarios are priced at once.
struct Workspace {
    ProfilePrices prices;                 ///< of the profiles that a kind of scenario can change
    std::vector<std::uint16_t> scenario;  ///< the column that says which scenario is priced
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

/// What a kind of scenario can change, and the columns of those profiles.
struct Changing {
    sweep::Part part;
    std::vector<LineId> lines;  ///< that it can change
    std::optional<sweep::ProfileColumns> columns;
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

/// Every outcome and sum of a table's rows, by line too.
struct Account {
    Account(const Plan& plan, const PlacementTable& table, const std::vector<LineId>& lines, unsigned threads)
        : prices(table.rows(), lines.size()), outcomes(lines.size(), std::vector<std::uint16_t>(table.rows())) {
        QuoteTable quotes = prices.quotes(lines, table.rows());
        for (std::size_t k = 0; k < lines.size(); ++k) quotes.lines[k].outcome = outcomes[k];
        plan.price(table, quotes, {threads});
    }
    [[nodiscard]] bool same(const Account& other, std::size_t row) const {
        bool all = prices.total[row] == other.prices.total[row] && prices.outcome[row] == other.prices.outcome[row];
        for (std::size_t k = 0; k < outcomes.size(); ++k)
            all = all && prices.pence[k][row] == other.prices.pence[k][row] && outcomes[k][row] == other.outcomes[k][row];
        return all;
    }
    /// Whether a line comes to the same on these rows by itself: what it pays is none where the record is not priced.
    [[nodiscard]] bool same_line(const Account& other, std::size_t line, const std::vector<std::uint32_t>& rows) const {
        return std::all_of(rows.begin(), rows.end(), [&](std::uint32_t row) { return outcomes[line][row] == other.outcomes[line][row]; });
    }
    /// Whether the record or any line of it is not priced: what stopped it may hide what else it would have read.
    [[nodiscard]] bool any_stopped(const std::set<std::uint16_t>& not_priced, std::size_t row) const {
        return not_priced.contains(prices.outcome[row]) ||
               std::any_of(outcomes.begin(), outcomes.end(), [&](const auto& line) { return not_priced.contains(line[row]); });
    }
    ProfilePrices prices;
    std::vector<std::vector<std::uint16_t>> outcomes;
};

/// Of a kind of scenario that makes no choice: the profiles and lines that read something it sets; and all profiles that are not priced
/// or have a line that is not, with every line where there are any. The others come to the same even where what is set has no value
/// (see without_values), and so to what they come to as it stands.
sweep::Changeable changeable(const Account& standing, const Account& without_values, const TariffContents& tariff) {
    std::set<std::uint16_t> not_priced;
    for (const Outcome& outcome : tariff.outcomes)
        if (outcome.outcome_class == OutcomeClass::not_priced) not_priced.insert(outcome.number);
    sweep::Changeable found;
    bool any_stopped = false;
    for (std::size_t p = 0; p < standing.prices.total.size(); ++p) {
        const bool stopped = standing.any_stopped(not_priced, p);
        any_stopped = any_stopped || stopped;
        if (stopped || !standing.same(without_values, p)) found.profiles.push_back(static_cast<std::uint32_t>(p));
    }
    for (std::size_t line = 0; line < standing.outcomes.size(); ++line)
        if (any_stopped || !standing.same_line(without_values, line, found.profiles)) found.lines.push_back(line);
    return found;
}

sweep::Changeable everything(std::size_t profiles, std::size_t lines) {
    sweep::Changeable all{std::vector<std::uint32_t>(profiles), std::vector<std::size_t>(lines)};
    std::iota(all.profiles.begin(), all.profiles.end(), 0U);
    std::iota(all.lines.begin(), all.lines.end(), std::size_t{0});
    return all;
}

/// Whether anything goes on past a stop, so that what has no value may have been read though nothing shows it.
bool passes_over_stops(const Expression& expression) {
    return expression.operation == Operation::fallback || std::any_of(expression.operands.begin(), expression.operands.end(), passes_over_stops);
}
bool passes_over_stops(const TariffContents& tariff) {
    return std::any_of(tariff.steps.begin(), tariff.steps.end(), [](const Step& step) { return passes_over_stops(step.is); });
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
    const unsigned threads = base::threads_of(options.threads);
    const Read read = read_by(tariff_, batches, record);
    const sweep::Profiles profiles = sweep::profiles_of(records, read.facts, read.equivalent);
    const sweep::ProfileColumns columns(records, read.facts, profiles);

    SweepResult result;
    result.lines = lines_of(*tariff_, record);
    result.profiles = profiles.size();
    Workspaces workspaces(profiles.size(), result.lines.size());
    const Plan own(tariff_, program_);  // without what was paid
    const PlacementTable table = columns.table(tariff_, record);
    const Account standing(own, table, result.lines, threads);
    const sweep::ScenarioSummer summer(*tariff_, profiles, options.group, standing.prices);
    result.as_it_stands = summer.as_it_stands(options);
    result.as_it_stands.name = "as it stands";

    std::vector<Changing> kinds;
    for (const Batch& batch : batches) {
        if (!batch.first_of_kind) continue;
        sweep::Changeable can_change;
        if (batch.chooses || batch.cells.empty() || passes_over_stops(*tariff_)) {
            can_change = everything(profiles.size(), result.lines.size());
        } else {
            const Plan without = compile(without_values(tariff_, batch.cells));
            can_change = changeable(standing, Account(without, columns.table(without.tariff(), record), result.lines, threads), *tariff_);
        }
        sweep::Profiles some;
        for (const std::uint32_t profile : can_change.profiles) some.first_row.push_back(profiles.first_row[profile]);
        Changing& kind = kinds.emplace_back();
        for (const std::size_t line : can_change.lines) kind.lines.push_back(result.lines[line]);
        kind.part = summer.part(std::move(can_change));
        kind.columns.emplace(records, read.facts, some);
    }

    result.scenarios.resize(scenarios.size());
    for (std::size_t first = 0; first < batches.size(); first += threads) {
        const std::size_t count = std::min<std::size_t>(threads, batches.size() - first);
        std::vector<std::unique_ptr<Compiled>> compiled(count);
        base::in_parallel(threads, count, [&](std::size_t k) {
            const Batch& batch = batches[first + k];
            const ByScenario made = batch.tariff();
            compiled[k] = std::make_unique<Compiled>(Compiled{compile(made.tariff), kinds[batch.kind].columns->table(made.tariff, record), made.scenario});
        });
        std::vector<std::pair<std::size_t, std::size_t>> pieces;  // batch here, scenario of it
        for (std::size_t k = 0; k < count; ++k)
            for (std::size_t s = 0; s < batches[first + k].scenarios.size(); ++s) pieces.emplace_back(k, s);
        const unsigned threads_each = pieces.size() < threads ? threads : 1;
        base::in_parallel(threads, pieces.size(), [&](std::size_t piece) {
            const auto [k, s] = pieces[piece];
            const Batch& batch = batches[first + k];
            const sweep::Part& part = kinds[batch.kind].part;
            const std::size_t size = part.profiles.size();
            std::unique_ptr<Workspace> workspace = workspaces.take();
            PlacementTable rows = compiled[k]->table;
            if (!batch.cells.empty()) {
                const std::span<std::uint16_t> scenario = std::span(workspace->scenario).first(size);
                std::fill(scenario.begin(), scenario.end(), static_cast<std::uint16_t>(s));
                rows.set(compiled[k]->scenario, std::span<const std::uint16_t>(scenario));
            }
            compiled[k]->plan.price(rows, workspace->prices.quotes(kinds[batch.kind].lines, size), {threads_each});
            const std::size_t position = batch.scenarios[s];
            result.scenarios[position] = summer.sum(part, workspace->prices, options);
            result.scenarios[position].name = scenarios[position].name;
            workspaces.give(std::move(workspace));
        });
    }
    return result;
}

}  // namespace bandtariff
