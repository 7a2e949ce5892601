// Many scenarios over one table of records: see bandtariff/sweep.hpp. Entry point: Plan::sweep.
//
// Rows that state the same become one profile. Scenarios that set the same things become batches, each compiled once into a
// tariff that is read by scenario. The profiles that read what is set are then priced, a block at a time in every scenario of a
// batch, and what changes is weighed by their rows.
#include <algorithm>
#include <limits>
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

/// Every outcome and sum of a table's rows, by line too.
struct Account {
    Account(const Plan& plan, const PlacementTable& table, const std::vector<LineId>& lines, unsigned threads)
        : prices(table.rows(), lines.size()), outcomes(lines.size(), std::vector<std::uint16_t>(table.rows())) {
        QuoteTable quotes = prices.quotes(lines);
        for (std::size_t k = 0; k < lines.size(); ++k) quotes.lines[k].outcome = outcomes[k];
        plan.price(table, quotes, {threads});
    }
    /// By row, whether it comes to anything else than in another account of the same rows.
    [[nodiscard]] std::vector<std::uint8_t> differs(const Account& other) const {
        std::vector<std::uint8_t> differs(prices.total.size(), 0);
        const auto compare = [&](const auto& column, const auto& others) {
            for (std::size_t row = 0; row < differs.size(); ++row) differs[row] = column[row] != others[row] ? 1 : differs[row];
        };
        compare(prices.total, other.prices.total);
        compare(prices.outcome, other.prices.outcome);
        for (std::size_t k = 0; k < outcomes.size(); ++k) {
            compare(prices.pence[k], other.prices.pence[k]);
            compare(outcomes[k], other.outcomes[k]);
        }
        return differs;
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

sweep::Changeable everything(std::size_t profiles, std::size_t lines) {
    sweep::Changeable all{std::vector<std::uint32_t>(profiles), std::vector<std::size_t>(lines)};
    std::iota(all.profiles.begin(), all.profiles.end(), 0U);
    std::iota(all.lines.begin(), all.lines.end(), std::size_t{0});
    return all;
}

/// Of a kind of scenario that makes no choice: the profiles that read something it sets, with the lines that do; and apart from them those
/// of which a line is not priced as it stands: any line of theirs may be in the scenario. The others come to the same where what is set has an
/// outcome in place of a value (see without_values), and so to what they come to as it stands.
std::vector<sweep::Changeable> changeable(const Account& standing, const Account& without_values, const std::vector<bool>& lines, const TariffContents& tariff) {
    std::vector<bool> not_priced(std::numeric_limits<std::uint16_t>::max() + std::size_t{1}, false);  // by outcome number
    for (const Outcome& outcome : tariff.outcomes) not_priced[outcome.number] = outcome.outcome_class == OutcomeClass::not_priced;
    const auto is_stopped = [&](std::size_t p) {
        return not_priced[standing.prices.outcome[p]] ||
               std::any_of(standing.outcomes.begin(), standing.outcomes.end(), [&](const auto& line) { return not_priced[line[p]]; });
    };
    sweep::Changeable priced, stopped = everything(0, lines.size());
    const std::vector<std::uint8_t> differs = standing.differs(without_values);
    for (std::size_t p = 0; p < differs.size(); ++p)
        if (differs[p] != 0) (is_stopped(p) ? stopped : priced).profiles.push_back(static_cast<std::uint32_t>(p));
    for (std::size_t line = 0; line < lines.size(); ++line)
        if (lines[line]) priced.lines.push_back(line);
    return {std::move(priced), std::move(stopped)};
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

/// What was found of each scenario of a batch, by however many threads.
class Found {
public:
    Found(std::size_t scenarios, const sweep::ScenarioSummer& summer, const Prices& standing, bool rows)
        : changes_(scenarios, summer.no_change()), rows_(rows ? scenarios : 0, sweep::ByProfile{standing.total, standing.outcome}) {}

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
    std::vector<sweep::ByProfile> rows_;
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
    const Account standing(own, columns.table(tariff_, record), result.lines, threads);
    const sweep::ScenarioSummer summer(*tariff_, profiles, options.group, standing.prices);
    const sweep::ByProfile as_it_stands{standing.prices.total, standing.prices.outcome};
    result.as_it_stands = summer.result(summer.no_change(), options.rows ? &as_it_stands : nullptr);
    result.as_it_stands.name = "as it stands";

    std::vector<std::vector<Changing>> kinds;
    for (const Batch& batch : batches) {
        if (!batch.first_of_kind) continue;
        std::vector<sweep::Changeable> can_change{everything(profiles.size(), result.lines.size())};
        if (!batch.chooses && !batch.cells.empty()) {
            const Plan without = compile(without_values(tariff_, batch.cells));
            const Account stops(without, columns.table(without.tariff(), record), result.lines, threads);
            can_change = changeable(standing, stops, lines_by_scenario(*batch.tariff(), record, result.lines), *tariff_);
        }
        std::vector<Changing>& kind = kinds.emplace_back();
        for (sweep::Changeable& some : can_change) {
            put_in_order(some.profiles, profiles, records, *tariff_, standing.prices);
            std::vector<std::uint32_t> rows;
            for (const std::uint32_t profile : some.profiles) rows.push_back(profiles.first_row[profile]);
            std::vector<LineId> lines;
            for (const std::size_t line : some.lines) lines.push_back(result.lines[line]);
            kind.push_back({summer.part(std::move(some), rows_a_block), std::move(lines), sweep::ProfileColumns(records, read.facts, rows)});
        }
    }

    result.scenarios.resize(scenarios.size());
    for (std::size_t first = 0; first < batches.size(); first += threads) {
        const std::size_t count = std::min<std::size_t>(threads, batches.size() - first);
        std::vector<std::optional<Plan>> compiled(count);
        base::in_parallel(threads, count, [&](std::size_t k) { compiled[k] = compile(batches[first + k].tariff()); });
        std::vector<std::unique_ptr<Found>> found;
        for (std::size_t k = 0; k < count; ++k)
            found.push_back(std::make_unique<Found>(batches[first + k].scenarios.size(), summer, standing.prices, options.rows));
        struct Piece {
            std::size_t batch, start, rows;
            const Changing* changing;
        };
        std::vector<Piece> pieces;
        for (std::size_t k = 0; k < count; ++k) {
            for (const Changing& changing : kinds[batches[first + k].kind]) {
                const std::size_t rows = changing.part.size();
                const std::size_t blocks = (rows + rows_a_block - 1) / rows_a_block, most = (blocks + threads - 1) / threads * rows_a_block;
                for (std::size_t start = 0; start < rows; start += most) pieces.push_back({k, start, std::min(most, rows - start), &changing});
            }
        }
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
