// Record to OracleQuote: admission, paid days, refusals, then each line day by day. Entry point: price.
#include "oracle.hpp"

#include <algorithm>
#include <stdexcept>

#include "days.hpp"
#include "payments.hpp"

namespace bandtariff::oracle {

namespace {

/// The least-ranked of several outcomes, where there is one.
class Least {
public:
    explicit Least(const TariffContents& tariff) : tariff_(tariff) {}
    void add(OutcomeId outcome) { least_ = least_.valid() ? winner(tariff_, least_, outcome) : outcome; }
    [[nodiscard]] std::optional<OutcomeId> outcome() const { return least_.valid() ? std::optional(least_) : std::nullopt; }

private:
    const TariffContents& tariff_;
    OutcomeId least_;
};

/// A line on one day: absent, a value, or an outcome in its place.
struct DayState {
    bool live = false;
    Answer amount;
    friend bool operator==(const DayState&, const DayState&) = default;
};

DayState absent() { return {}; }
DayState live(Answer amount) { return {true, std::move(amount)}; }

DayState state_on_day(const Line& line, const Reading& reading) {
    const TariffContents& tariff = reading.tariff();
    if (line.when) {
        const Answer when = evaluate(*line.when, reading);
        if (when.kind == Answer::Kind::no_line || when.is_no()) return absent();
        if (!when.is_value()) return live(when);
    }
    for (const std::vector<Condition>* conditions : {&line.not_payable, &line.refuse}) {
        Least reasons(tariff);
        for (const Condition& condition : *conditions) {
            const Answer holds = evaluate(condition.when, reading);
            if (holds.kind == Answer::Kind::no_line) return absent();
            if (holds.is_yes()) reasons.add(condition.outcome);
            if (holds.kind == Answer::Kind::outcome) reasons.add(holds.outcome);
        }
        if (reasons.outcome()) return live(of_outcome(*reasons.outcome()));
    }
    const Answer amount = evaluate(line.amount, reading);
    return amount.kind == Answer::Kind::no_line ? absent() : live(amount);
}

/// What became of a line over all the paid days. Neither stop nor nothing nor absent: it has an exact sum and pays.
struct LineResult {
    bool is_absent = false;
    std::optional<OutcomeId> stop, nothing;
    Rational exact = 0;
    Integer payable = 0;
    Split split = {};
    std::vector<std::pair<std::optional<Date>, Rational>> by_day = {};

    [[nodiscard]] bool has_value() const { return !is_absent && !stop && !nothing; }
};

LineResult stopped(OutcomeId outcome) {
    LineResult result;
    result.stop = outcome;
    return result;
}

Integer pence(const Rational& pounds) {
    const Rational amount = pounds * 100;
    if (denominator(amount) != 1) throw std::logic_error("a payable that is no whole number of pence");
    return Integer(numerator(amount));
}

/// The exact sums that are each rounded: one for the line, or one for each run of days with one value.
std::vector<Rational> sums_to_round(const Line& line, const std::vector<DayState>& states, const std::vector<Rational>& weight) {
    const bool parts = line.rounding && line.rounding->of == RoundingRule::Of::parts;
    std::vector<Rational> sums;
    for (std::size_t k = 0; k < states.size(); ++k) {
        const bool value_today = states[k].live && states[k].amount.is_value();
        if (!value_today) continue;
        const bool goes_on = !sums.empty() && (!parts || states[k - 1] == states[k]);
        if (!goes_on) sums.emplace_back(0);
        sums.back() += states[k].amount.value.number * weight[k];
    }
    return sums;
}

LineResult accrued(const Placement& record, const Line& line, const std::vector<DayState>& states, const std::vector<Rational>& weight) {
    const TariffContents& tariff = *record.tariff();
    LineResult result;
    Least stops(tariff);
    const std::vector<Rational> sums = sums_to_round(line, states, weight);
    for (const Rational& sum : sums) result.exact += sum;
    if (result.exact < 0 && !line.may_be_negative) stops.add(named(tariff, "negative_not_allowed"));
    // A notional line may go without a rounding where nothing needs one.
    const Rounding rounding = line.rounding ? line.rounding->rounding : Rounding::directed(Rounding::Mode::exact, Rate(Rational(1, 100)));
    for (const Rational& sum : line.rounding ? sums : std::vector<Rational>{result.exact}) {
        const auto amount = rounded(sum, rounding);
        if (amount) result.payable += pence(*amount);
        else stops.add(named(tariff, "not_exact"));
    }
    return stops.outcome() ? stopped(*stops.outcome()) : result;
}

/// On days outside a window the line is another release's: here it is absent, though they count in every weight.
LineResult line_result(const Placement& record, const Line& line, const PaidDays& paid, const std::optional<DateRange>& window,
                       const std::vector<Answer>& lines) {
    const TariffContents& tariff = *record.tariff();
    std::vector<DayState> states;
    for (const Date day : paid.days)
        states.push_back(window && !window->holds(day) ? absent() : state_on_day(line, {record, day, nullptr, &lines}));
    if (paid.no_days) states.push_back(state_on_day(line, {record, std::nullopt, nullptr, &lines}));
    const bool one_state = std::all_of(states.begin(), states.end(), [&](const DayState& state) { return state == states.front(); });

    LineResult result;
    if (std::none_of(states.begin(), states.end(), [](const DayState& state) { return state.live; })) {
        result.is_absent = true;
        return result;
    }
    Least stops(tariff);
    for (const DayState& state : states) {
        if (state.live && is_stop(tariff, state.amount)) stops.add(state.amount.outcome);
    }
    const bool span_of_its_own = tariff.at(record.record()).span.kind != SpanRule::Kind::none;
    if (!span_of_its_own && !one_state) stops.add(named(tariff, "cannot_split"));
    if (stops.outcome()) return stopped(*stops.outcome());

    const Weights weight = weights(record, tariff.over(line), paid);
    if (weight.only_day) {
        if (weight.stop) return stopped(*weight.stop);
        result.is_absent = weight.line_is_absent || !states[*weight.only_day].live;
        if (result.is_absent) return result;
        states = {states[*weight.only_day]};
    }
    Least nothings(tariff);
    bool any_value = false;
    for (const DayState& state : states) {
        if (state.live && is_nothing(tariff, state.amount)) nothings.add(state.amount.outcome);
        any_value = any_value || (state.live && state.amount.is_value());
    }
    if (!any_value) {
        result.nothing = nothings.outcome();
        return result;
    }
    if (weight.stop) return stopped(*weight.stop);
    if (weight.one_state && !one_state) return stopped(named(tariff, "cannot_split"));
    const std::vector<Rational> weights = weight.only_day ? std::vector<Rational>{1} : weight.of_day;
    LineResult priced = accrued(record, line, states, weights);
    if (priced.stop) return priced;
    std::vector<ValueDay> days;
    for (std::size_t k = 0; k < states.size(); ++k) {
        if (!states[k].live || !states[k].amount.is_value()) continue;
        const std::optional<Date> day = paid.no_days ? std::nullopt : std::optional(paid.days[weight.only_day ? *weight.only_day : k]);
        days.push_back({day, states[k].amount.value.number, weights[k]});
        priced.by_day.emplace_back(day, Rational(states[k].amount.value.number * weights[k]));
    }
    std::optional<Date> first, last;
    for (const Date day : paid.days) {
        if (window && !window->holds(day)) continue;
        if (!first) first = day;
        last = day;
    }
    priced.split = split(record, line, days, priced.payable, first, last);
    return priced.split.stop ? stopped(*priced.split.stop) : priced;
}

/// Whether every line that an amount reads is priced.
bool all_known(const Expression& expression, const std::vector<bool>& done) {
    if (expression.operation == Operation::line && !done[static_cast<std::size_t>(expression.index)]) return false;
    return std::all_of(expression.operands.begin(), expression.operands.end(), [&](const Expression& each) { return all_known(each, done); });
}

/// Facts that were stated badly, where anything of this kind of record can read them.
std::optional<OutcomeId> not_admitted(const Placement& record) {
    const TariffContents& tariff = *record.tariff();
    Least stops(tariff);
    for (const FactId fact : tariff.facts_read(record.record())) {
        const Given given = record.at(fact).given;
        if (given == Given::code_unknown) stops.add(named(tariff, "code_unknown"));
        if (given == Given::out_of_range) stops.add(named(tariff, "fact_out_of_range"));
    }
    return stops.outcome();
}

std::optional<OutcomeId> refused(const Placement& record, const PaidDays& paid, const std::optional<DateRange>& window) {
    const TariffContents& tariff = *record.tariff();
    std::vector<std::optional<Date>> days;
    for (const Date day : paid.days)
        if (!window || window->holds(day)) days.emplace_back(day);
    if (paid.no_days) days.emplace_back(std::nullopt);
    Least stops(tariff);
    for (const auto& day : days) {
        for (const Condition& condition : tariff.at(record.record()).refuse) {
            const Answer holds = evaluate(condition.when, {record, day});
            if (holds.kind == Answer::Kind::no_line) stops.add(named(tariff, "no_value"));
            if (holds.is_yes()) stops.add(condition.outcome);
            if (is_stop(tariff, holds)) stops.add(holds.outcome);
        }
    }
    return stops.outcome();
}

OracleQuote without_lines(const TariffContents& tariff, OutcomeId outcome) {
    return {tariff.at(outcome).code, tariff.at(outcome).outcome_class, 0, {}};
}

/// The record's outcome from its live lines.
OracleQuote folded(const TariffContents& tariff, const std::vector<std::pair<LineId, LineResult>>& live_lines) {
    if (live_lines.empty()) return without_lines(tariff, named(tariff, "no_line_applies"));
    Least stops(tariff), separable_stops(tariff), nothings(tariff);
    bool any_value = false, any_money = false, anything_but_stops = false;
    // A line that is shown and not paid counts only where none is paid.
    const bool any_paid = std::any_of(live_lines.begin(), live_lines.end(),
                                      [&](const auto& each) { return tariff.at(each.first).flow == Flow::paid && !each.second.stop; });
    for (const auto& [id, result] : live_lines) {
        const bool counts = !any_paid || tariff.at(id).flow == Flow::paid;
        if (result.stop) (tariff.at(id).separable ? separable_stops : stops).add(*result.stop);
        if (result.nothing && counts) nothings.add(*result.nothing);
        anything_but_stops = anything_but_stops || !result.stop;
        any_value = any_value || (counts && result.has_value());
        any_money = any_money || result.payable != 0;
    }
    if (stops.outcome()) return without_lines(tariff, *stops.outcome());
    if (!anything_but_stops) return without_lines(tariff, *separable_stops.outcome());

    const OutcomeId outcome = separable_stops.outcome() ? named(tariff, "priced_in_part")
                              : !any_value              ? *nothings.outcome()
                              : any_money               ? named(tariff, "priced")
                                                        : named(tariff, "priced_zero");
    OracleQuote quote = without_lines(tariff, outcome);
    for (const auto& [id, result] : live_lines) {
        const Line& line = tariff.at(id);
        const OutcomeId own = result.stop ? *result.stop : result.nothing ? *result.nothing : named(tariff, "priced");
        quote.lines.push_back({id, line.name, tariff.at(own).code, line.flow, result.exact, result.payable, result.split.slices, result.split.instalments, result.by_day});
        if (line.flow == Flow::paid && !line.share_out) quote.total += result.payable;
    }
    return quote;
}

}  // namespace

const OracleLine* OracleQuote::line(std::string_view name) const {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const OracleLine& line) { return line.name == name; });
    return found == lines.end() ? nullptr : &*found;
}

/// The release takes records by a date of theirs and a condition; what it does not take it does not price.
std::optional<OutcomeId> not_taken(const Placement& record) {
    const TariffContents& tariff = *record.tariff();
    if (!tariff.takes) return std::nullopt;
    const Answer date = fact_of(tariff.takes->by, {record, std::nullopt});
    if (!date.is_value()) return date.outcome;
    const Date day{std::chrono::days(date.value.integer)};
    if (day < tariff.applies->from() || day > tariff.applies->last_day()) return named(tariff, "outside_applies");
    if (!tariff.takes->when) return std::nullopt;
    const Answer when = evaluate(*tariff.takes->when, {record, std::nullopt});
    if (!when.is_value()) return when.outcome;
    return when.is_yes() ? std::nullopt : std::optional(named(tariff, "not_taken"));
}

OracleQuote price(const Placement& record, const std::optional<DateRange>& window) {
    const TariffContents& tariff = *record.tariff();
    if (const auto stop = not_admitted(record)) return without_lines(tariff, *stop);
    if (const auto stop = not_taken(record)) return without_lines(tariff, *stop);
    const PaidDays paid = paid_days(record, window);
    if (paid.stop) return without_lines(tariff, *paid.stop);
    if (const auto stop = refused(record, paid, window)) return without_lines(tariff, *stop);
    const bool priced = std::any_of(tariff.lines.begin(), tariff.lines.end(), [&](const Line& line) { return line.record == record.record(); });
    if (!priced) return without_lines(tariff, named(tariff, "counted"));

    // Lines are priced as soon as every line that they read is: checking the pack proved that none waits for itself.
    std::vector<std::pair<LineId, LineResult>> live_lines;
    std::vector<Answer> answers(tariff.lines.size());
    std::vector<bool> done(tariff.lines.size(), false);
    for (std::size_t round = 0; round < tariff.lines.size(); ++round) {
        for (std::size_t k = 0; k < tariff.lines.size(); ++k) {
            if (done[k] || tariff.lines[k].record != record.record() || !all_known(tariff.lines[k].amount, done)) continue;
            done[k] = true;
            LineResult result = line_result(record, tariff.lines[k], paid, window, answers);
            if (result.stop) answers[k] = of_outcome(*result.stop);
            answers[k].value.number = Rational(result.payable) / 100;
            if (!result.is_absent) live_lines.emplace_back(LineId(k), std::move(result));
        }
    }
    std::sort(live_lines.begin(), live_lines.end(), [](const auto& a, const auto& b) { return a.first.index < b.first.index; });
    return folded(tariff, live_lines);
}

}  // namespace bandtariff::oracle
