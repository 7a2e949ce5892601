// Records to counts of what they reach. Entry points: UsageCounter and coverage. Each record is priced by the reference
// evaluation, which tells a witness of everything that it reads.
#include "bandtariff/usage.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "kernel/account.hpp"
#include "kernel/catalogue.hpp"
#include "tariff/evaluate.hpp"

namespace bandtariff {
namespace {

using kernel::Catalogue;
using kernel::Places;

/// A tariff that records were priced by, kept so that the addresses of its contents stay what they are.
struct Known {
    Tariff tariff;
    Places places;
};

/// Notes what one record reads, each thing once.
class Notes : public Witness {
public:
    explicit Notes(const Known& known) : tariff_(*known.tariff), places_(known.places) {}

    void choice(ChoiceId id) override { branches.insert(places_.choices[id.index] + tariff_.at(id).selected.index); }
    void cell(TableId id, const Version* version, const Row* row, const std::vector<Value>& at, const Result&) override {
        if (version != nullptr)
            if (const auto place = places_.values.find(version); place != places_.values.end()) values.insert(place->second);
        if (row == nullptr) return;
        const auto place = places_.cells.find(row);
        if (place == places_.cells.end()) return;
        const Table& table = tariff_.at(id);
        std::size_t position = 0;
        for (std::size_t k = 0; k < at.size(); ++k) position = position * table.keys[k].size + table.keys[k].position(at[k]);
        cells[place->second].insert(position);
    }
    void step(StepId, const Result&, const Result&) override {}
    void branch(const Expression& e, bool then) override { way(e, then); }
    void condition(const Expression& e, const Result& result) override {
        if (result.is_value()) way(e, result.value.integer != 0);
    }
    void rounding(const RoundingRule& rule, const Rational& exact) override { rounded(rule, exact); }
    [[nodiscard]] bool sees_replaced() const override { return false; }

    /// A value that a rule rounds, where the rule rounds anything.
    void rounded(const RoundingRule& rule, const Rational& exact) {
        const auto place = places_.roundings.find(&rule);
        if (place == places_.roundings.end()) return;
        Event& event = roundings[place->second];
        const Rational steps = exact / rule.rounding.quantum().value();
        event.residue = event.residue || denominator(steps) != 1;
        event.tie = event.tie || denominator(steps) == 2;
    }

    /// What was rounded after the record's lines were read: their sums, the parts of payers, the instalments.
    void lines(const Quote& quote) {
        for (const QuoteLine& shown : quote.lines) {
            if (shown.outcome != "priced") continue;
            const Line& line = tariff_.at(shown.id);
            if (line.over_choice) choice(*line.over_choice);
            if (line.rounding && line.rounding->of == RoundingRule::Of::parts) {
                for (const Part& part : shown.parts) rounded(*line.rounding, Rational(part.amount * part.weight));
            } else if (line.rounding) {
                rounded(*line.rounding, shown.exact.pounds());
            }
            for (std::size_t k = 0; k < line.payers.size() && k < shown.slices.size(); ++k)
                if (line.payers[k].rounding) rounded(*line.payers[k].rounding, shown.slices[k].exact.pounds());
            if (!line.paid_in) continue;
            const Rational payable = ExactMoney(shown.payable).pounds();
            for (const QuoteInstalment& part : shown.instalments) rounded(line.paid_in->rounding, Rational(part.share * payable));
        }
    }

    struct Event {
        bool residue = false, tie = false;
    };
    std::map<std::size_t, std::set<std::size_t>> cells;  // the positions of each that were read
    std::set<std::size_t> values, branches;
    std::map<std::size_t, Event> roundings;

private:
    void way(const Expression& e, bool first) {
        const auto place = places_.branches.find(&e);
        if (place != places_.branches.end()) branches.insert(place->second + (first ? 0 : 1));
    }

    const TariffContents& tariff_;
    const Places& places_;
};

}  // namespace

struct UsageCounter::State {
    explicit State(const Plan& of) : plan(of), catalogue(usage) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Plan plan;
    Usage usage;
    Catalogue catalogue;
    std::map<const TariffContents*, Known> known;
    std::vector<std::set<std::size_t>> positions;  // of each cell, those read so far

    const Known& of(const Tariff& tariff) {
        const auto found = known.find(&*tariff);
        if (found != known.end()) return found->second;
        return known.emplace(&*tariff, Known{tariff, catalogue.places(*tariff)}).first->second;
    }

    void add(const Tariff& tariff, const Placement& record, std::uint64_t times, std::span<const std::uint64_t> lines) {
        const Known& priced_by = of(tariff);
        Notes notes(priced_by);
        const Quote quote = kernel::account(*tariff, record, {.watcher = &notes}).quote;
        notes.lines(quote);
        count(notes, times);
        count(*tariff, quote, times, lines);
    }

    static void stands_at(Usage::Met& met, std::span<const std::uint64_t> lines) {
        met.first_lines.insert(met.first_lines.end(), lines.begin(), lines.end());
        std::sort(met.first_lines.begin(), met.first_lines.end());
        if (met.first_lines.size() > most_first_lines) met.first_lines.resize(most_first_lines);
    }

private:
    void count(const Notes& notes, std::uint64_t times) {
        positions.resize(usage.cells.size());
        for (const auto& [cell, read] : notes.cells) {
            usage.cells[cell].records += times;
            positions[cell].insert(read.begin(), read.end());
        }
        for (const std::size_t value : notes.values) usage.values[value].records += times;
        for (const std::size_t branch : notes.branches) usage.branches[branch].records += times;
        for (const auto& [rounding, event] : notes.roundings) {
            usage.roundings[rounding].records += times;
            usage.roundings[rounding].with_residue += event.residue ? times : 0;
            usage.roundings[rounding].on_a_tie += event.tie ? times : 0;
        }
    }

    void count(const TariffContents& tariff, const Quote& quote, std::uint64_t times, std::span<const std::uint64_t> lines) {
        usage.records += times;
        usage.not_priced += quote.priced() ? 0 : times;
        Usage::Met& own = usage.outcomes[catalogue.outcome(tariff, *tariff.outcome_numbered(quote.outcome_number))];
        own.records += times;
        if (own.first_reason.empty()) own.first_reason = quote.say;
        stands_at(own, lines);
        std::set<std::string> beside;
        for (const QuoteLine& shown : quote.lines)
            if (shown.outcome != "priced") beside.insert(shown.outcome);
        for (const std::string& reason : quote.also) beside.insert(reason.substr(0, reason.find(':')));
        beside.erase(quote.outcome);
        for (const std::string& code : beside)
            if (const auto id = tariff.outcome(code)) usage.outcomes[catalogue.outcome(tariff, tariff.at(*id))].lines += times;
    }
};

UsageCounter::UsageCounter(const Plan& plan) : state_(std::make_unique<State>(plan)) { (void)state_->of(plan.tariff()); }
UsageCounter::UsageCounter(UsageCounter&&) noexcept = default;
UsageCounter& UsageCounter::operator=(UsageCounter&&) noexcept = default;
UsageCounter::~UsageCounter() = default;

void UsageCounter::add(const Placement& record, std::uint64_t times, std::span<const std::uint64_t> lines) {
    state_->add(state_->plan.tariff(), record, times, lines);
}

void UsageCounter::add(const Tariff& as_priced, const Placement& record) { state_->add(as_priced, record, 1, {}); }

void UsageCounter::add_unreadable(const std::string& why, std::uint64_t line) {
    Usage::Met& met = state_->usage.outcomes[state_->catalogue.unreadable()];
    ++state_->usage.records;
    ++state_->usage.not_priced;
    ++met.records;
    if (met.first_reason.empty()) met.first_reason = why;
    State::stands_at(met, std::span(&line, 1));
}

Usage UsageCounter::result() const {
    Usage result = state_->usage;
    for (std::size_t i = 0; i < state_->positions.size(); ++i) result.cells[i].keys_read = state_->positions[i].size();
    return result;
}

Usage coverage(const Plan& plan) {
    UsageCounter counter(plan);
    std::map<std::string, Tariff> tariffs;  // of the choices and days that cases name
    const auto priced_by = [&](const Case& one, const std::optional<Date>& known_on) {
        std::string key = known_on ? to_string(*known_on) : "";
        for (const Case::Item& item : one.choose) key += "\n" + item.name + "=" + item.text;
        const auto known = tariffs.find(key);
        if (known != tariffs.end()) return known->second;
        Tariff tariff = plan.tariff();
        for (const Case::Item& item : one.choose) {
            const Checked<Tariff> chosen = tariff.choose(item.name, item.text);
            if (chosen.ok()) tariff = chosen.value();  // else the case fails with it
        }
        if (known_on) tariff = tariff.known_on(*known_on);
        return tariffs.emplace(std::move(key), std::move(tariff)).first->second;
    };
    for (const Case& one : plan.tariff()->cases) {
        const auto count = [&](const Tariff& tariff) {
            Placement record(tariff, one.record);
            for (const Case::Item& item : one.given)
                if (tariff->fact(item.name)) record.with(item.name, item.text);
            counter.add(tariff, record);
        };
        count(one.choose.empty() && !one.known_on ? plan.tariff() : priced_by(one, one.known_on));
        if (one.paid_known_on) count(priced_by(one, one.paid_known_on));
    }
    return counter.result();
}

}  // namespace bandtariff
