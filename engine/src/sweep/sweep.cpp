// Many scenarios over one table of records: see bandtariff/sweep.hpp. Entry point: Plan::sweep.
//
// Rows that state the same become one profile. Scenarios that set the same things become batches, each compiled once into a
// tariff that is read by scenario. The profiles that read what is set are then priced, a block at a time in every scenario of a
// batch, and what changes is weighed by their rows.
#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>

#include "bandtariff/sweep.hpp"
#include "base/in_parallel.hpp"
#include "sweep/equivalent_codes.hpp"
#include "sweep/profiles.hpp"
#include "sweep/read_scenarios.hpp"
#include "sweep/scenario_sums.hpp"

namespace bandtariff {
namespace {

using sweep::Batch;
using sweep::Prices;

/// More would make tables of values by scenario too large to be folded, fewer would compile more often.
constexpr std::size_t scenarios_a_batch = 256;

/// A batch compiled, and the records that it changes.
struct Compiled {
    Plan plan;
    PlacementTable table;
};

/// What a kind of scenario can change, and the columns of those profiles.
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
        if (batch.first_of_kind) add(*batch.tariff().tariff);
    return {{facts.begin(), facts.end()}, uses.equivalent()};
}

/// Every outcome and sum of a table's rows, by line too.
struct Account {
    Account(const Plan& plan, const PlacementTable& table, const std::vector<LineId>& lines, unsigned threads)
        : prices(table.rows(), lines.size()), outcomes(lines.size(), std::vector<std::uint16_t>(table.rows())) {
        QuoteTable quotes = prices.quotes(lines);
        for (std::size_t k = 0; k < lines.size(); ++k) quotes.lines[k].outcome = outcomes[k];
        plan.price(table, quotes, {threads});
    }
    [[nodiscard]] bool same(const Account& other, std::size_t row) const {
        bool all = prices.total[row] == other.prices.total[row] && prices.outcome[row] == other.prices.outcome[row];
        for (std::size_t k = 0; k < outcomes.size(); ++k)
            all = all && prices.pence[k][row] == other.prices.pence[k][row] && outcomes[k][row] == other.outcomes[k][row];
        return all;
    }
    Prices prices;
    std::vector<std::vector<std::uint16_t>> outcomes;
};

/// Whether a formula reads which scenario is priced.
bool reads_scenario(const TariffContents& tariff, const Expression& formula) {
    const std::vector<FactId> facts = tariff.facts_read(formula);
    return std::any_of(facts.begin(), facts.end(), [&](FactId fact) { return tariff.at(fact).scenario; });
}

/// Lines, by position, that a tariff reads by scenario; all of them where one reads what others pay, or the record is refused by it.
std::vector<bool> lines_by_scenario(const TariffContents& tariff, RecordId record, const std::vector<LineId>& lines) {
    const auto reads = [&](const Expression* formula) { return reads_scenario(tariff, *formula); };
    const auto& refuse = tariff.at(record).refuse;
    const bool refused = std::any_of(refuse.begin(), refuse.end(), [&](const Condition& condition) { return reads(&condition.when); });
    const bool settled = std::any_of(lines.begin(), lines.end(), [&](LineId line) { return tariff.at(line).settlement; });
    std::vector<bool> found;
    for (const LineId line : lines) {
        const std::vector<const Expression*> formulas = tariff.at(line).formulas();
        found.push_back(refused || settled || std::any_of(formulas.begin(), formulas.end(), reads));
    }
    return found;
}

/// Of a kind of scenario that makes no choice: the profiles that read something it sets, and the lines; every line where one of these
/// profiles is not priced as it stands, or has a line that is not, and so may have any line in the scenario. The others come to the same
/// where what is set has an outcome in place of a value (see without_values), and so to what they come to as it stands.
sweep::Changeable changeable(const Account& standing, const Account& without_values, const std::vector<bool>& lines, const TariffContents& tariff) {
    std::set<std::uint16_t> not_priced;
    for (const Outcome& outcome : tariff.outcomes)
        if (outcome.outcome_class == OutcomeClass::not_priced) not_priced.insert(outcome.number);
    const auto is_stopped = [&](std::size_t p) {
        return not_priced.contains(standing.prices.outcome[p]) ||
               std::any_of(standing.outcomes.begin(), standing.outcomes.end(), [&](const auto& line) { return not_priced.contains(line[p]); });
    };
    sweep::Changeable found;
    bool any_stopped = false;
    for (std::size_t p = 0; p < standing.prices.total.size(); ++p) {
        if (standing.same(without_values, p)) continue;
        found.profiles.push_back(static_cast<std::uint32_t>(p));
        any_stopped = any_stopped || is_stopped(p);
    }
    for (std::size_t line = 0; line < lines.size(); ++line)
        if (any_stopped || lines[line]) found.lines.push_back(line);
    return found;
}

sweep::Changeable everything(std::size_t profiles, std::size_t lines) {
    sweep::Changeable all{std::vector<std::uint32_t>(profiles), std::vector<std::size_t>(lines)};
    std::iota(all.profiles.begin(), all.profiles.end(), 0U);
    std::iota(all.lines.begin(), all.lines.end(), std::size_t{0});
    return all;
}

/// Profiles of like days, and of like outcomes among them, come together: blocks of them lie in few periods and have few ranks.
void put_in_order(std::vector<std::uint32_t>& profiles, const sweep::Profiles& all, const PlacementTable& records, const TariffContents& tariff, const Prices& standing) {
    const SpanRule& span = tariff.at(records.record()).span;
    const auto day = [&](FactId fact, std::uint32_t profile) {
        const Column& column = records.column(fact);
        const std::uint32_t row = all.first_row[profile];
        return column.data == nullptr || (column.given != nullptr && column.given[row] != Given::given) ? 0 : column.at(row);
    };
    using Key = std::tuple<std::int64_t, std::int64_t, std::uint16_t, std::uint32_t>;
    std::vector<Key> keys;
    for (const std::uint32_t profile : profiles) {
        keys.emplace_back(span.kind == SpanRule::Kind::none ? 0 : day(span.from, profile), span.kind == SpanRule::Kind::between ? day(span.last_day, profile) : 0,
                          standing.outcome[profile], profile);
    }
    std::sort(keys.begin(), keys.end());
    for (std::size_t k = 0; k < keys.size(); ++k) profiles[k] = std::get<3>(keys[k]);
}

/// What was found of each scenario, by however many threads.
class Found {
public:
    Found(std::size_t scenarios, const sweep::ScenarioSummer& summer, const Prices& standing, bool rows)
        : changes_(scenarios, summer.no_change()), rows_(rows ? scenarios : 0, sweep::ByProfile{standing.total, standing.outcome}) {}

    void add(const std::vector<std::size_t>& scenarios, const std::vector<sweep::Change>& changes) {
        const std::lock_guard lock(mutex_);
        for (std::size_t k = 0; k < changes.size(); ++k) changes_[scenarios[k]].add(changes[k]);
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
    std::vector<sweep::ByProfile> rows_;
};

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
    const sweep::ProfileColumns columns(records, read.facts, profiles.first_row);

    SweepResult result;
    result.lines = lines_of(*tariff_, record);
    result.profiles = profiles.size();
    const Plan own(tariff_, program_);  // without what was paid
    const Account standing(own, columns.table(tariff_, record), result.lines, threads);
    const sweep::ScenarioSummer summer(*tariff_, profiles, options.group, standing.prices);
    const sweep::ByProfile as_it_stands{standing.prices.total, standing.prices.outcome};
    result.as_it_stands = summer.result(summer.no_change(), options.rows ? &as_it_stands : nullptr);
    result.as_it_stands.name = "as it stands";

    std::vector<Changing> kinds;
    for (const Batch& batch : batches) {
        if (!batch.first_of_kind) continue;
        sweep::Changeable can_change = everything(profiles.size(), result.lines.size());
        if (!batch.chooses && !batch.cells.empty()) {
            const Plan without = compile(without_values(tariff_, batch.cells));
            const Account stops(without, columns.table(without.tariff(), record), result.lines, threads);
            can_change = changeable(standing, stops, lines_by_scenario(*batch.tariff().tariff, record, result.lines), *tariff_);
        }
        put_in_order(can_change.profiles, profiles, records, *tariff_, standing.prices);
        std::vector<std::uint32_t> rows;
        for (const std::uint32_t profile : can_change.profiles) rows.push_back(profiles.first_row[profile]);
        std::vector<LineId> lines;
        for (const std::size_t line : can_change.lines) lines.push_back(result.lines[line]);
        kinds.push_back({summer.part(std::move(can_change), rows_a_block), std::move(lines), sweep::ProfileColumns(records, read.facts, rows)});
    }

    Found found(scenarios.size(), summer, standing.prices, options.rows);
    for (std::size_t first = 0; first < batches.size(); first += threads) {
        const std::size_t count = std::min<std::size_t>(threads, batches.size() - first);
        std::vector<std::unique_ptr<Compiled>> compiled(count);
        base::in_parallel(threads, count, [&](std::size_t k) {
            const Batch& batch = batches[first + k];
            const Tariff made = batch.tariff().tariff;
            compiled[k] = std::make_unique<Compiled>(Compiled{compile(made), kinds[batch.kind].columns.table(made, record)});
        });
        struct Piece {
            std::size_t batch, start, rows;
        };
        std::vector<Piece> pieces;
        for (std::size_t k = 0; k < count; ++k) {
            const std::size_t rows = kinds[batches[first + k].kind].part.size();
            const std::size_t blocks = (rows + rows_a_block - 1) / rows_a_block, most = (blocks + threads - 1) / threads * rows_a_block;
            for (std::size_t start = 0; start < rows; start += most) pieces.push_back({k, start, std::min(most, rows - start)});
        }
        base::in_parallel(threads, pieces.size(), [&](std::size_t at) {
            const auto [k, from, rows] = pieces[at];
            const Batch& batch = batches[first + k];
            const Changing& kind = kinds[batch.kind];
            Prices prices(rows_a_block, kind.lines.size());
            std::vector<sweep::Change> changes(batch.scenarios.size(), summer.no_change());
            const auto take = [&, start_of_piece = from](std::size_t scenario, std::size_t start, std::size_t some) {
                summer.add(kind.part, start_of_piece + start, some, prices, changes[scenario]);
                found.write(batch.scenarios[scenario], std::span(kind.part.of.profiles).subspan(start_of_piece + start, some), prices);
            };
            compiled[k]->plan.price_scenarios(compiled[k]->table.slice(from, rows), changes.size(), prices.quotes(kind.lines), take);
            found.add(batch.scenarios, changes);
        });
    }
    for (std::size_t k = 0; k < scenarios.size(); ++k) {
        result.scenarios.push_back(found.result(k, summer));
        result.scenarios.back().name = scenarios[k].name;
    }
    return result;
}

}  // namespace bandtariff
