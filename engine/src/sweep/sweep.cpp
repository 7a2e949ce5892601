// Many scenarios over one table of records: see bandtariff/sweep.hpp. Entry point: Plan::sweep.
//
// Rows that state the same become one profile. Scenarios that set the same things become batches, each compiled once into a
// tariff that is read by scenario. The profiles that read what is set are then priced, a block at a time in every scenario of a
// batch, and what changes is weighed by their rows.
#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>

#include "bandtariff/sweep.hpp"
#include "base/in_parallel.hpp"
#include "sweep/changeable.hpp"
#include "sweep/equivalent_codes.hpp"
#include "sweep/profiles.hpp"
#include "sweep/read_scenarios.hpp"
#include "sweep/scenario_sums.hpp"

namespace bandtariff {
namespace {

using sweep::Batch;
using sweep::Prices;

/// How many scenarios share a plan: more are compiled less often, and each of them keeps the sums of every group until all are priced.
std::size_t scenarios_a_batch(std::span<const std::uint32_t> group) {
    constexpr std::size_t least = 16, most = 1024, sums_at_once = std::size_t{1} << 20;
    const std::size_t groups = group.empty() ? 1 : *std::max_element(group.begin(), group.end()) + std::size_t{1};
    return std::clamp(sums_at_once / groups, least, most);
}

/// Some of what a kind of scenario can change, and the columns of those profiles.
struct Changing {
    sweep::Part part;
    std::vector<LineId> lines;  ///< that it can change
    sweep::ProfileColumns columns;
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
        if (batch.first_of_kind) add(*batch.tariff());
    return {{facts.begin(), facts.end()}, uses.equivalent()};
}

/// Rows of one kind of scenario to be priced at once, by whichever thread is free.
struct Piece {
    std::size_t batch, start, rows;
    const Changing* changing;
};
/// Of batches that are priced together, in whole blocks.
std::vector<Piece> pieces_of(std::span<const Batch> batches, const std::vector<std::vector<Changing>>& kinds, unsigned threads, std::size_t block) {
    std::vector<Piece> pieces;
    for (std::size_t k = 0; k < batches.size(); ++k) {
        for (const Changing& changing : kinds[batches[k].kind]) {
            const std::size_t rows = changing.part.size(), blocks = (rows + block - 1) / block;
            const std::size_t most = (blocks + threads - 1) / threads * block;
            for (std::size_t start = 0; start < rows; start += most) pieces.push_back({k, start, std::min(most, rows - start), &changing});
        }
    }
    return pieces;
}

/// What was found of each scenario of a batch, by however many threads.
class Found {
public:
    /// `standing`: where every row is wanted, what each profile comes to unless a scenario changes it.
    Found(std::size_t scenarios, const sweep::ScenarioSummer& summer, const Prices* standing) : changes_(scenarios, summer.no_change()) {
        if (standing == nullptr) return;
        Prices without_lines(standing->total.size(), 0);
        without_lines.total = standing->total;
        without_lines.outcome = standing->outcome;
        rows_.assign(scenarios, without_lines);
    }

    void add(const std::vector<sweep::Change>& changes) {
        const std::lock_guard lock(mutex_);
        for (std::size_t k = 0; k < changes.size(); ++k) changes_[k].add(changes[k]);
    }
    /// No two threads have the same profiles.
    void write(std::size_t scenario, std::span<const std::uint32_t> profiles, const Prices& now) {
        if (rows_.empty()) return;
        for (std::size_t k = 0; k < profiles.size(); ++k) {
            rows_[scenario].total[profiles[k]] = now.total[k];
            rows_[scenario].outcome[profiles[k]] = now.outcome[k];
        }
    }
    [[nodiscard]] ScenarioResult result(std::size_t scenario, const sweep::ScenarioSummer& summer) const {
        return summer.result(changes_[scenario], rows_.empty() ? nullptr : &rows_[scenario]);
    }

private:
    std::mutex mutex_;
    std::vector<sweep::Change> changes_;
    std::vector<Prices> rows_;  ///< by scenario, where wanted
};

}  // namespace

Checked<SweepResult> Plan::sweep(const PlacementTable& records, const std::vector<Scenario>& scenarios, const SweepOptions& options) const {
    if (!options.group.empty() && options.group.size() != records.rows())
        throw std::invalid_argument("group: has " + std::to_string(options.group.size()) + " rows where the records have " +
                                    std::to_string(records.rows()));
    Report report;
    const std::vector<Batch> batches = sweep::read_scenarios(tariff_, scenarios, scenarios_a_batch(options.group), report);
    if (report.has_errors()) return report.sorted();

    const RecordId record = records.record();
    const unsigned threads = base::threads_of(options.threads);
    const Read read = read_by(tariff_, batches, record);
    const sweep::Profiles profiles = sweep::profiles_of(records, read.facts, read.equivalent);
    const sweep::ProfileColumns columns(records, read.facts, profiles.first_row);

    SweepResult result;
    result.lines = lines_of(*tariff_, record);
    result.profiles = profiles.size();
    const Plan own(tariff_, program_);  // without what was paid
    const sweep::Account standing(own, columns.table(tariff_, record), result.lines, threads);
    const sweep::ScenarioSummer summer(*tariff_, profiles, options.group, standing.prices);
    const Prices* every_row = options.rows ? &standing.prices : nullptr;
    result.as_it_stands = summer.result(summer.no_change(), every_row);
    result.as_it_stands.name = "as it stands";

    std::vector<std::vector<Changing>> kinds;
    for (const Batch& batch : batches) {
        if (!batch.first_of_kind) continue;
        std::vector<sweep::Changeable> can_change{sweep::everything(profiles.size(), result.lines.size())};
        if (!batch.chooses && !batch.cells.empty()) {
            const Plan without = compile(without_values(tariff_, batch.cells));
            const sweep::Account stops(without, columns.table(without.tariff(), record), result.lines, threads);
            can_change = changeable(standing, stops, sweep::lines_by_scenario(*batch.tariff(), record, result.lines), *tariff_);
        }
        std::vector<Changing>& kind = kinds.emplace_back();
        for (sweep::Changeable& some : can_change) {
            put_in_order(some.profiles, profiles, records, *tariff_, standing.prices);
            const sweep::ProfileColumns own_columns(records, read.facts, profiles.rows_of(some.profiles));
            std::vector<LineId> lines;
            for (const std::size_t line : some.lines) lines.push_back(result.lines[line]);
            kind.push_back({summer.part(std::move(some), rows_a_block), std::move(lines), own_columns});
        }
    }

    result.scenarios.resize(scenarios.size());
    for (std::size_t first = 0; first < batches.size(); first += threads) {
        const std::size_t count = std::min<std::size_t>(threads, batches.size() - first);
        std::vector<std::optional<Plan>> compiled(count);
        base::in_parallel(threads, count, [&](std::size_t k) { compiled[k] = compile(batches[first + k].tariff()); });
        std::vector<std::unique_ptr<Found>> found;
        for (std::size_t k = 0; k < count; ++k)
            found.push_back(std::make_unique<Found>(batches[first + k].scenarios.size(), summer, every_row));
        const std::vector<Piece> pieces = pieces_of(std::span(batches).subspan(first, count), kinds, threads, rows_a_block);
        base::in_parallel(threads, pieces.size(), [&](std::size_t at) {
            const Piece& piece = pieces[at];
            const Plan& plan = *compiled[piece.batch];
            const std::size_t of_batch = batches[first + piece.batch].scenarios.size();
            const sweep::Part& part = piece.changing->part;
            Prices prices(rows_a_block, piece.changing->lines.size());
            std::vector<sweep::Change> changes(of_batch, summer.no_change());
            const auto take = [&](std::size_t scenario, std::size_t from, std::size_t rows) {
                summer.add(part, piece.start + from, rows, prices, changes[scenario]);
                found[piece.batch]->write(scenario, std::span(part.of.profiles).subspan(piece.start + from, rows), prices);
            };
            const PlacementTable table = piece.changing->columns.table(plan.tariff(), record).slice(piece.start, piece.rows);
            plan.price_scenarios(table, of_batch, prices.quotes(piece.changing->lines), take);
            found[piece.batch]->add(changes);
        });
        for (std::size_t k = 0; k < count; ++k) {
            const std::vector<std::size_t>& positions = batches[first + k].scenarios;
            for (std::size_t s = 0; s < positions.size(); ++s) {
                result.scenarios[positions[s]] = found[k]->result(s, summer);
                result.scenarios[positions[s]].name = scenarios[positions[s]].name;
            }
        }
    }
    return result;
}

}  // namespace bandtariff
