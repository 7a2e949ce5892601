// One record to its quote, with every step kept: the reference that the batch kernel must equal to the penny.
// Entry point: Plan::price(const Placement&). It reads the checked tariff alone, a stretch of days at a time.
#include <algorithm>
#include <deque>
#include <map>
#include <stdexcept>

#include "bandtariff/plan.hpp"
#include "kernel/account.hpp"
#include "kernel/one_line.hpp"
#include "kernel/paid_days.hpp"
#include "kernel/payments.hpp"
#include "kernel/trace.hpp"

namespace bandtariff {
namespace {

using kernel::LineState;
using kernel::Reason;
using kernel::Settled;
using kernel::Stretch;

using kernel::sentence;

class OneRecord {
public:
    OneRecord(const TariffContents& tariff, const Placement& record, const kernel::HowToPrice& how)
        : record_(record), tariff_(tariff), kind_(tariff_.at(record.record())), how_(how), trace_(tariff_, record) {}

    kernel::Account account() {
        settled_.resize(tariff_.lines.size());
        Quote quote = price();
        return {std::move(quote), std::move(paid_), std::move(settled_)};
    }

private:
    Quote price() {
        identify();
        if (admitted() && has_days() && not_refused()) {
            price_lines();
            list_unread();
            show_headlines();
        }
        if (!how_.traced) return std::move(quote_);
        quote_.assumptions = trace_.assumptions();
        quote_.rates_lent = trace_.rates_lent();
        quote_.steps = std::move(trace_).steps();
        return std::move(quote_);
    }

    /// A stretch of days with what is known on it, so that lines share the steps they read.
    struct Moment {
        std::optional<DateRange> days;
        std::vector<std::optional<Result>> steps;
        Environment environment;
    };

    Result fact(FactId id) const { return fact_value(tariff_, id, record_.at(id)); }

    void identify() {
        quote_.pack = tariff_.pack;
        quote_.release = tariff_.release;
        quote_.title = tariff_.title;
        quote_.text_hash = tariff_.text_hash;
        quote_.meaning_hash = tariff_.meaning_hash;
        quote_.status = tariff_.status;
        quote_.uses = tariff_.uses;
        quote_.extends = tariff_.extends;
        quote_.set_for_run = tariff_.set_for_run;
        quote_.known_on = tariff_.known_on;
    }

    /// Only where the lines were read: before that, nothing has had the chance to read a fact.
    void list_unread() {
        for (std::size_t i = 0; i < tariff_.facts.size(); ++i) {
            const FactId id(i);
            if (record_.at(id).given != Given::absent && !trace_.fact_seen(id)) quote_.facts_unread.push_back(tariff_.at(id).name);
        }
    }

    /// A headline is shown whether a line reads it or not; it changes no sum and no outcome.
    void show_headlines() {
        if (!how_.traced || !quote_.priced()) return;
        for (Moment& moment : moments_) {
            trace_.on(moment.days, moment.environment);
            for (std::size_t i = 0; i < tariff_.steps.size(); ++i) {
                if (!tariff_.steps[i].shown || moment.steps[i]) continue;
                Expression read;
                read.operation = Operation::step;
                read.type = tariff_.steps[i].type;
                read.index = static_cast<std::int64_t>(i);
                (void)evaluate(read, moment.environment);
            }
        }
    }

    void conclude(std::vector<Reason> reasons) {
        kernel::sort_reasons(tariff_, reasons);
        conclude(tariff_.at(reasons.front().outcome), sentence(tariff_.at(reasons.front().outcome), reasons.front()));
        for (std::size_t i = 1; i < reasons.size(); ++i) also(reasons[i]);
    }
    void conclude(const Outcome& outcome, std::string say) {
        quote_.outcome = outcome.code;
        quote_.outcome_number = outcome.number;
        quote_.outcome_class = outcome.outcome_class;
        quote_.say = std::move(say);
    }
    void conclude(std::string_view code) {
        const Outcome& outcome = tariff_.at(tariff_.outcome(code).value());
        conclude(outcome, outcome.say);
    }
    void also(const Reason& reason) {
        const Outcome& outcome = tariff_.at(reason.outcome);
        std::string text = outcome.code + ": " + sentence(outcome, reason);
        if (std::find(quote_.also.begin(), quote_.also.end(), text) == quote_.also.end()) quote_.also.push_back(std::move(text));
    }

    bool admitted() {
        std::vector<Reason> bad;
        if (how_.groups != nullptr) bad = how_.groups->stops;
        const auto is_bad = [&](FactId id) {
            const Given given = record_.at(id).given;
            return given == Given::code_unknown || given == Given::out_of_range;
        };
        bool any_bad = false;  // which facts are read is asked only where it matters: it takes a walk through every formula
        for (std::size_t i = 0; i < tariff_.facts.size(); ++i) any_bad = any_bad || is_bad(FactId(i));
        for (const FactId id : any_bad ? tariff_.facts_read(record_.record()) : std::vector<FactId>()) {
            if (!is_bad(id)) continue;
            trace_.seen(id);
            const Result result = fact(id);
            bad.push_back({result.outcome, result.about, {}});
        }
        if (bad.empty()) return true;
        conclude(std::move(bad));
        return false;
    }

    bool has_days() {
        Environment plain = environment();
        trace_.on(std::nullopt, plain);
        if (tariff_.takes) trace_.seen(tariff_.takes->by);
        if (std::vector<Reason> reasons = kernel::not_taken(tariff_, plain); !reasons.empty()) {
            conclude(std::move(reasons));
            return false;
        }
        paid_ = kernel::paid_days(
            tariff_, kind_,
            [&](FactId id) {
                const Result result = fact(id);
                trace_.fact(id, result);
                return result;
            },
            plain.given);
        if (how_.window && paid_.days) {
            paid_.own = paid_.days->overlap(*how_.window);
            // Days outside this release are another's to price.
            std::erase_if(paid_.stops, [&](const Reason& stop) { return tariff_.at(stop.outcome).code == "outside_applies"; });
        }
        if (!paid_.stops.empty()) {
            conclude(paid_.stops);
            return false;
        }
        if (paid_.own) quote_.days = *paid_.own;
        const auto add = [&](const std::optional<DateRange>& days) {
            moments_.push_back({days, std::vector<std::optional<Result>>(tariff_.steps.size()), environment()});
            Moment& moment = moments_.back();
            if (days) moment.environment.day = days->from();
            moment.environment.steps = &moment.steps;
        };
        if (!paid_.days) add(std::nullopt);
        else
            for (const DateRange& days : kernel::stretches(tariff_, *paid_.own)) add(days);
        return true;
    }

    Environment environment() {
        Environment result;
        result.tariff = &tariff_;
        result.fact = [this](FactId id) { return fact(id); };
        result.given = [this](FactId id) {
            trace_.seen(id);
            return record_.at(id).given != Given::absent;
        };
        result.line = [this](LineId id) { return lines_.at(id.index); };
        result.witness = how_.traced ? &trace_ : how_.watcher;
        return result;
    }

    bool not_refused() {
        std::vector<Reason> reasons;
        for (const Moment& moment : moments_) {
            trace_.on(moment.days, moment.environment);
            const auto add = [&](OutcomeId outcome, std::string about) {
                Reason reason{outcome, std::move(about), {}};
                if (moment.days && moment.days->from() != paid_.own->from()) reason.day = moment.days->from();
                reasons.push_back(std::move(reason));
            };
            for (const Condition& condition : kind_.refuse) {
                const Result result = evaluate(condition.when, moment.environment);
                if (moment.environment.witness) moment.environment.witness->condition(condition.when, result);
                if (result.kind == Result::Kind::no_line)
                    add(tariff_.outcome("no_value").value(), "a refusal of the record reads a cell that says no_line");
                else if (result.kind == Result::Kind::outcome && tariff_.at(result.outcome).outcome_class == OutcomeClass::not_priced)
                    add(result.outcome, result.about);
                else if (result.is_value() && result.value.integer != 0) add(condition.outcome, {});
            }
        }
        if (reasons.empty()) return true;
        conclude(std::move(reasons));
        return false;
    }

    void price_lines() {
        std::vector<Reason> stops, separable_stops, nothings, notional_nothings;
        bool any_value = false, notional_value = false;
        // What a line pays is 0 until it is known: nothing reads a line before it is priced.
        lines_.assign(tariff_.lines.size(), Result());
        for (const LineId id : kernel::pricing_order(tariff_, record_.record())) {
            const Line& line = tariff_.at(id);
            const std::vector<Stretch> stretches = read(line);
            Settled settled = kernel::settle(tariff_, line, paid_, stretches, [&](FactId named) {
                const Result result = fact(named);
                trace_.fact(named, result);
                return result;
            });
            const auto on = [&](std::size_t stretch) -> const Environment& {
                const Moment& moment = moments_[stretch];
                trace_.on(moment.days, moment.environment);
                return moment.environment;
            };
            kernel::split(tariff_, line, paid_, stretches, on, settled);
            if (line.share_out && settled.kind == LineState::Kind::value && how_.groups != nullptr && how_.groups->share)
                if (const std::optional<Reason> why_not = how_.groups->share(id, settled.payable)) settled = {LineState::Kind::stop, {*why_not}, {}, 0, {}};
            if (settled.kind == LineState::Kind::absent) continue;
            if (settled.kind == LineState::Kind::stop)
                lines_[id.index] = {Result::Kind::outcome, {}, settled.reasons.front().outcome, "line " + line.name};
            lines_[id.index].value.number = ExactMoney(settled.payable).pounds();
            const bool paid = line.flow == Flow::paid;
            std::vector<Reason>& into = settled.kind == LineState::Kind::stop ? (line.separable ? separable_stops : stops) : paid ? nothings : notional_nothings;
            into.insert(into.end(), settled.reasons.begin(), settled.reasons.end());
            if (settled.kind == LineState::Kind::value) (paid ? any_value : notional_value) = true;
            add_line(id, line, settled);
            settled_[id.index] = std::move(settled);
        }
        // Settlement lines were priced after what they read; a quote shows its lines in the pack's own order.
        std::sort(quote_.lines.begin(), quote_.lines.end(), [](const QuoteLine& x, const QuoteLine& y) { return x.id < y.id; });
        // What is shown and not paid says how the record is priced only where no line is paid.
        if (!any_value && nothings.empty()) {
            any_value = notional_value;
            nothings = std::move(notional_nothings);
        }
        const bool anything_else = any_value || !nothings.empty();
        kernel::sort_reasons(tariff_, separable_stops);
        if (!stops.empty() || (!separable_stops.empty() && !anything_else)) {
            // A separable line's stop is never the outcome while a line that must be priced stops too.
            if (stops.empty()) std::swap(stops, separable_stops);
            conclude_stopped(std::move(stops), separable_stops);
            return;
        }
        if (!separable_stops.empty()) {
            conclude("priced_in_part");
            for (const Reason& reason : separable_stops) also(reason);
        } else if (any_value) {
            const auto is_zero = [](const QuoteLine& line) { return line.payable == Money(); };
            conclude(std::all_of(quote_.lines.begin(), quote_.lines.end(), is_zero) ? "priced_zero" : "priced");
        } else if (!nothings.empty()) {
            conclude(std::move(nothings));
        } else {
            conclude(tariff_.has_lines(record_.record()) ? "no_line_applies" : "counted");
        }
        add_up();
    }

    /// No money in any column: of the lines only those that stopped are kept, as the reason.
    void conclude_stopped(std::vector<Reason> reasons, const std::vector<Reason>& others) {
        conclude(std::move(reasons));
        for (const Reason& reason : others) also(reason);
        const auto not_stopped = [&](const QuoteLine& line) {
            return line.outcome == "priced" || tariff_.at(tariff_.outcome(line.outcome).value()).outcome_class != OutcomeClass::not_priced;
        };
        std::erase_if(quote_.lines, not_stopped);
    }

    std::vector<Stretch> read(const Line& line) {
        std::vector<Stretch> result;
        for (const Moment& moment : moments_) {
            trace_.on(moment.days, moment.environment);
            Stretch stretch{moment.days, kernel::state_of(line, moment.environment), {}};
            if (how_.traced && stretch.state.kind == LineState::Kind::value) stretch.with_values = kernel::with_values(line.amount, moment.environment);
            result.push_back(std::move(stretch));
        }
        return result;
    }

    void add_line(LineId id, const Line& line, const Settled& settled) {
        QuoteLine shown;
        shown.id = id;
        shown.name = line.name;
        shown.flow = line.flow;
        shown.elements = line.elements;
        shown.unit = to_string(line.amount.type.unit);
        shown.formula = kernel::formula_text(line.amount, tariff_);
        shown.parts = settled.parts;
        shown.exact = ExactMoney(Rate(settled.exact));
        shown.rounding = line.rounding;
        shown.payable = settled.payable;
        shown.residue = ExactMoney(settled.payable).pounds() - settled.exact;
        shown.citation = line.citation;
        shown.span = line.span;
        shown.shared_out = line.share_out.has_value();
        shown.payer = line.payers.empty() ? party(line.payer, settled) : parties(line);
        shown.slices = settled.slices;
        shown.instalments = settled.instalments;
        shown.payee = party(line.payee, settled);
        shown.outcome = "priced";
        if (!settled.reasons.empty()) {
            const Outcome& outcome = tariff_.at(settled.reasons.front().outcome);
            shown.outcome = outcome.code;
            shown.say = sentence(outcome, settled.reasons.front());
            trace_.assume(outcome.code, outcome.citation);
        }
        trace_.assume("line " + line.name, line.citation);
        if (settled.kind == LineState::Kind::value) {
            const TimeBasis& basis = tariff_.at(tariff_.over(line).basis);
            trace_.assume(basis.name.empty() ? line.name + ", time basis" : basis.name, basis.citation);
            for (const CalendarId calendar : basis.calendars)
                trace_.assume("calendar " + tariff_.at(calendar).name, tariff_.at(calendar).citation);
            if (line.rounding) trace_.assume(line.rounding->name.empty() ? line.name + ", rounding" : line.rounding->name, line.rounding->citation);
            for (const Slice& slice : line.payers)
                if (slice.rounding) trace_.assume(line.name + ", rounding of a payer", slice.rounding->citation);
            if (line.paid_in) {
                trace_.assume(line.name + ", instalments", line.paid_in->citation);
                trace_.assume(line.name + ", rounding of instalments", line.paid_in->rounding.citation);
            }
            if (line.over_choice) trace_.choice(*line.over_choice);
            if (line.share_out) {
                trace_.assume(line.name + ", sharing out", line.share_out->citation);
                trace_.assume(line.name + ", rounding of shares", line.share_out->rounding.citation);
            }
        }
        quote_.lines.push_back(std::move(shown));
    }

    std::string parties(const Line& line) const {
        std::string all;
        for (const Slice& slice : line.payers) all += (all.empty() ? "" : " and ") + tariff_.text_of(tariff_.party, slice.party);
        return all;
    }

    /// Who pays or is paid on the days with money. A party that cannot be told is shown by the reason, and changes no sum.
    std::string party(const Expression& who, const Settled& settled) {
        std::vector<std::string> names;
        for (const Moment& moment : moments_) {
            const auto overlaps = [&](const Part& part) { return !moment.days || !part.days.overlap(*moment.days).empty(); };
            if (!settled.parts.empty() && std::none_of(settled.parts.begin(), settled.parts.end(), overlaps)) continue;
            trace_.on(moment.days, moment.environment);
            const Result result = evaluate(who, moment.environment);
            std::string name = "nobody";
            if (result.is_value()) name = to_string(result.value, who.type, tariff_);
            if (result.kind == Result::Kind::outcome) name = tariff_.at(result.outcome).code;
            if (names.empty() || names.back() != name) names.push_back(std::move(name));
        }
        std::string all;
        for (const std::string& name : names) all += (all.empty() ? "" : ", then ") + name;
        return all;
    }

    void add_up() {
        std::map<std::string, Money> payers;
        for (const QuoteLine& line : quote_.lines) {
            if (line.flow != Flow::paid || line.shared_out) continue;
            quote_.total = quote_.total + line.payable;
            for (const QuoteSlice& slice : line.slices) payers[slice.party] = payers[slice.party] + slice.payable;
            if (line.outcome == "priced" && line.slices.empty()) payers[line.payer] = payers[line.payer] + line.payable;
        }
        quote_.payers.assign(payers.begin(), payers.end());
        for (const Total& total : tariff_.totals) {
            Money sum;
            bool live = false;  // a total of lines that are all absent is no sum at all
            for (const QuoteLine& line : quote_.lines) {
                if (line.shared_out || std::find(total.of.begin(), total.of.end(), line.id) == total.of.end()) continue;
                live = true;
                sum = sum + line.payable;
            }
            if (live) quote_.totals.emplace_back(total.name, sum);
        }
    }

    const Placement& record_;
    const TariffContents& tariff_;
    const RecordKind& kind_;
    kernel::HowToPrice how_;
    kernel::Trace trace_;
    kernel::PaidDays paid_;
    std::deque<Moment> moments_;  // never moved: environments point into their own steps
    std::vector<Result> lines_;    // what each line pays, by its place
    std::vector<kernel::Settled> settled_;
    Quote quote_;
};

}  // namespace

std::string kernel::sentence(const Outcome& outcome, const Reason& reason) {
    std::string text = outcome.say;
    if (!reason.about.empty()) text += ": " + reason.about;
    if (reason.day) text += ", from " + to_string(*reason.day);
    return text;
}

kernel::PaidDays kernel::days_of(const TariffContents& tariff, const Placement& record) {
    return paid_days(
        tariff, tariff.at(record.record()), [&](FactId id) { return fact_value(tariff, id, record.at(id)); },
        [&](FactId id) { return record.at(id).given != Given::absent; });
}

std::vector<Reason> kernel::not_taken(const TariffContents& tariff, const Placement& record) {
    Environment environment;
    environment.tariff = &tariff;
    environment.fact = [&](FactId id) { return fact_value(tariff, id, record.at(id)); };
    environment.given = [&](FactId id) { return record.at(id).given != Given::absent; };
    return not_taken(tariff, environment);
}

kernel::Account kernel::account(const TariffContents& tariff, const Placement& record, const HowToPrice& how) {
    return OneRecord(tariff, record, how).account();
}

void kernel::check_same_tariff(const TariffContents& own, const Placement& record) {
    const TariffContents& theirs = *record.tariff();
    if (&own != &theirs && (own.pack != theirs.pack || own.release != theirs.release || own.text_hash != theirs.text_hash))
        throw std::invalid_argument("record: made for " + theirs.pack + " " + theirs.release + ", priced by " + own.pack + " " + own.release);
}

Quote Plan::price_as_known(const Placement& record) const {
    kernel::check_same_tariff(*tariff_, record);
    return kernel::account(*tariff_, record, {.traced = true}).quote;
}

}  // namespace bandtariff
