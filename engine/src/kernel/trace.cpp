// The account of one record's price: see trace.hpp.
#include "kernel/trace.hpp"

#include <algorithm>
#include <iterator>

namespace bandtariff::kernel {
namespace {

/// The value as a literal of the expression's type, so that one printer serves both forms of a formula.
Expression literal(const Expression& e, const Value& value) {
    Expression result;
    result.type = e.type;
    result.span = e.span;
    result.number = value.number;
    result.index = value.integer;
    switch (e.type.kind) {
        case ValueKind::number: result.operation = Operation::number; break;
        case ValueKind::code: result.operation = Operation::code; break;
        case ValueKind::yes_no: result.operation = Operation::yes_no; break;
        case ValueKind::date: result.operation = Operation::date; break;
    }
    return result;
}

/// What a chain of `if` comes to; itself where that cannot be told.
const Expression& arm_taken(const Expression& e, const Environment& environment) {
    if (e.operation != Operation::conditional) return e;
    const Result test = evaluate(e.operands[0], environment);
    return test.is_value() ? arm_taken(e.operands[test.value.integer != 0 ? 1 : 2], environment) : e;
}

/// The node alone.
Expression without_operands(const Expression& e) { return {e.operation, e.type, e.span, e.index, e.number, {}}; }

Expression put_in(const Expression& e, const Environment& environment) {
    const auto all_operands = [&] {
        Expression result = without_operands(e);
        result.operands.reserve(e.operands.size());
        for (const Expression& operand : e.operands) result.operands.push_back(put_in(operand, environment));
        return result;
    };
    switch (e.operation) {
        case Operation::fact:
        case Operation::key:
        case Operation::choice:
        case Operation::lookup:
        case Operation::step:
        case Operation::line: {
            const Result result = evaluate(e, environment);
            return result.is_value() ? literal(e, result.value) : e;
        }
        case Operation::by_choice: {
            const Choice& choice = environment.tariff->choices[static_cast<std::size_t>(e.index)];
            return put_in(e.operands[choice.selected.index], environment);
        }
        case Operation::otherwise: {
            const FactId id(static_cast<std::size_t>(e.operands[0].index));
            return put_in(e.operands[environment.given(id) ? 0 : 1], environment);
        }
        case Operation::given: return e;
        case Operation::fallback: {  // the rate that was read, or what stands in its place
            const Result first = evaluate(e.operands[0], environment);
            for (std::size_t k = 1; k < e.operands.size() && first.kind == Result::Kind::outcome; ++k)
                if (e.operands[k].index == first.outcome.index) return put_in(e.operands[k].operands[0], environment);
            return put_in(arm_taken(e.operands[0], environment), environment);
        }
        case Operation::conditional: {
            const Result test = evaluate(e.operands[0], environment);
            Expression result = e;
            result.operands[0] = put_in(e.operands[0], environment);
            if (test.is_value()) {
                const std::size_t arm = test.value.integer != 0 ? 1 : 2;
                result.operands[arm] = put_in(e.operands[arm], environment);
            }
            return result;
        }
        default: return all_operands();
    }
}

Expression chosen(const Expression& e, const TariffContents& tariff) {
    if (e.operation == Operation::by_choice)
        return chosen(e.operands[tariff.choices[static_cast<std::size_t>(e.index)].selected.index], tariff);
    Expression result = without_operands(e);
    result.operands.reserve(e.operands.size());
    for (const Expression& operand : e.operands) result.operands.push_back(chosen(operand, tariff));
    return result;
}

bool is_by_choice(const Expression& e) {
    return e.operation == Operation::by_choice || std::any_of(e.operands.begin(), e.operands.end(), is_by_choice);
}

bool is_empty(const Citation& citation) { return citation.source.empty() && citation.assumed.empty(); }

/// A row's own evidence, else its version's; what is assumed of the version's days holds for every row.
Citation evidence(const Version& version, const Row& row) {
    Citation citation = is_empty(row.citation) ? version.citation : row.citation;
    if (citation.day_assumed.empty()) citation.day_assumed = version.citation.day_assumed;
    if (citation.carried_forward.empty()) citation.carried_forward = version.citation.carried_forward;
    return citation;
}

std::string rounding_text(const RoundingRule& rule) {
    return rule.name.empty() ? to_string(rule.rounding) : rule.name + ": " + to_string(rule.rounding);
}

bool same(const QuoteStep& a, const QuoteStep& b) {
    return a.value == b.value && a.with_values == b.with_values && a.exact == b.exact && a.span.line == b.span.line &&
           a.span.file == b.span.file && to_string(a.citation) == to_string(b.citation);
}

}  // namespace

std::string formula_text(const Expression& expression, const TariffContents& tariff) {
    return is_by_choice(expression) ? to_string(chosen(expression, tariff), tariff) : to_string(expression, tariff);
}

std::string with_values(const Expression& expression, const Environment& environment) {
    // A copy of the results: what is worked out here without a witness must not hide a step from a later one.
    std::vector<std::optional<Result>> steps(environment.tariff->steps.size());
    if (environment.steps) steps = *environment.steps;
    Environment quiet = environment;
    quiet.witness = nullptr;
    quiet.steps = &steps;
    return to_string(put_in(expression, quiet), *environment.tariff);
}

Trace::Trace(const TariffContents& tariff, const Placement& record)
    : tariff_(tariff), record_(record), facts_seen_(tariff.facts.size()) {}

void Trace::on(const std::optional<DateRange>& days, const Environment& environment) {
    days_ = days;
    environment_ = &environment;
    const auto place = std::find_if(told_.begin(), told_.end(), [&](const Told& told) { return told.days == days; });
    here_ = static_cast<std::size_t>(place - told_.begin());
    if (place == told_.end()) told_.push_back({days, std::vector<bool>(tariff_.facts.size()), std::vector<bool>(tariff_.choices.size()), {}});
}

bool Trace::Told::know(TableId table, const Version* version, const Row* row, const std::vector<Value>& at) {
    const auto same = [&](const Cell& cell) { return cell.table == table && cell.row == row && cell.version == version && cell.at == at; };
    if (std::any_of(cells.begin(), cells.end(), same)) return true;
    cells.push_back({table, version, row, at});
    return false;
}

std::string Trace::text(const Result& result, const Type& type) const {
    switch (result.kind) {
        case Result::Kind::value: return to_string(result.value, type, tariff_);
        case Result::Kind::outcome: return tariff_.at(result.outcome).code;
        case Result::Kind::no_line: return "no line";
    }
    return {};
}

void Trace::add(const std::string& key, QuoteStep step) {
    const auto [place, is_new] = places_.try_emplace(key, entries_.size());
    if (is_new) entries_.emplace_back();
    Entry& entry = entries_[place->second];
    const auto known = [&](const QuoteStep& other) { return !other.days || other.days == days_; };  // without days: on all of them
    if (std::any_of(entry.begin(), entry.end(), known)) return;
    step.days = days_;
    entry.push_back(std::move(step));
}

void Trace::fact(FactId id, const Result&) {
    seen(id);
    if (told_[here_].facts[id.index]) return;
    told_[here_].facts[id.index] = true;
    const Fact& fact = tariff_.at(id);
    const StatedFact& stated = record_.at(id);
    QuoteStep step;
    step.kind = QuoteStep::Kind::fact;
    step.name = fact.name;
    step.unit = fact.unit_text;
    step.value = stated.text;
    step.span = fact.span;
    if (stated.given == Given::absent && fact.otherwise) {
        Type type;
        type.codes = fact.codes;
        if (fact.kind == FactKind::code) type.kind = ValueKind::code;
        if (fact.kind == FactKind::yes_no) type.kind = ValueKind::yes_no;
        if (fact.kind == FactKind::date) type.kind = ValueKind::date;
        step.value = to_string(*fact.otherwise, type, tariff_);
        step.formula = "not stated: the pack's default";
        step.citation = fact.otherwise_citation;
        assume(fact.name + ", where it is not stated", fact.otherwise_citation);
    } else if (stated.gathered) {
        const Gathered& gathered = *stated.gathered;
        step.formula = "gathered from " + std::to_string(gathered.rows) + " of " + std::to_string(gathered.members) + " " + tariff_.at(fact.gathers->from).name +
                       (gathered.members == 1 ? " record" : " records");
        if (gathered.left_out > 0) step.formula += ", and " + std::to_string(gathered.left_out) + " not priced left out";
    } else if (stated.given == Given::absent) {
        step.value = "not stated";
    } else if (fact.kind == FactKind::code && stated.given == Given::given) {
        // Another spelling of a code is shown as the code it was taken for.
        const Code& code = tariff_.at(fact.codes).codes[static_cast<std::size_t>(stated.value)];
        step.value = code.code;
        if (!code.title.empty()) step.formula = code.title;
    }
    add("fact " + fact.name, std::move(step));
}

void Trace::choice(ChoiceId id) {
    if (told_[here_].choices[id.index]) return;
    told_[here_].choices[id.index] = true;
    const Choice& choice = tariff_.at(id);
    QuoteStep step;
    step.kind = QuoteStep::Kind::choice;
    step.name = choice.name;
    step.value = tariff_.text_of(choice.alternatives, choice.selected);
    step.citation = choice.citation;
    step.span = choice.span;
    std::string all;
    for (const Code& code : tariff_.at(choice.alternatives).codes) all += (all.empty() ? "" : ", ") + code.code;
    step.formula = "one of " + all;
    assume(choice.name, choice.citation);
    add("choice " + choice.name, std::move(step));
}

void Trace::cell(TableId id, const Version* version, const Row* row, const std::vector<Value>& at, const Result& result) {
    const Table& table = tariff_.at(id);
    if (table.translates && result.is_value()) return;  // the same code by another pack's list
    if (told_[here_].know(id, version, row, at)) return;
    QuoteStep step;
    step.kind = table.figure ? QuoteStep::Kind::figure : QuoteStep::Kind::table;
    step.name = cell_name(table, at, tariff_);
    step.unit = table.type.kind == ValueKind::number && result.is_value() ? table.unit_text : "";
    step.value = text(result, table.type);
    step.span = row ? row->span : version ? version->span : table.span;
    if (row) {
        step.citation = evidence(*version, *row);
        assume(table.name, step.citation);
        if (row->cell.kind == Cell::Kind::formula) {
            Environment inside = *environment_;
            inside.keys = &at;
            if (table.dated_by)
                if (const Result date = inside.fact(*table.dated_by); date.is_value()) inside.day = from_day_number(static_cast<std::int32_t>(date.value.integer));
            const std::optional<RoundingRule>& rounding = row->cell.rounding ? row->cell.rounding : table.rounding;
            inside.witness = nullptr;
            inside.steps = nullptr;
            step.formula = formula_text(*row->cell.formula, tariff_);
            step.with_values = with_values(*row->cell.formula, inside);
            if (rounding) {
                step.exact = text(evaluate(*row->cell.formula, inside), table.type);
                step.rounding = rounding_text(*rounding);
                assume(rounding->name.empty() ? table.name + ", rounding" : rounding->name, rounding->citation);
            }
        } else if (row->cell.kind == Cell::Kind::stated) {
            step.formula = "stated by the record: " + tariff_.at(row->cell.stated_by).name;
        }
        for (const AlsoPrinted& also : row->also_printed)
            step.formula += (step.formula.empty() ? "" : "; ") + std::string("also printed: ") + also.value + " (" + to_string(also.citation) + ")" +
                            (also.why.empty() ? "" : ": " + also.why);
    }
    if (result.kind == Result::Kind::outcome) {
        const Outcome& outcome = tariff_.at(result.outcome);
        step.formula = outcome.say;
        if (is_empty(step.citation)) step.citation = outcome.citation;
    }
    const std::string key = "cell " + step.name;
    add(key, std::move(step));
}

void Trace::step(StepId id, const Result& exact, const Result& rounded) {
    const Step& declared = tariff_.at(id);
    QuoteStep step;
    step.kind = QuoteStep::Kind::step;
    step.name = declared.name;
    step.unit = declared.type.kind == ValueKind::number && rounded.is_value() ? declared.unit_text : "";
    step.value = text(rounded, declared.type);
    step.shown = declared.shown;
    step.citation = declared.citation;
    step.span = declared.span;
    step.formula = formula_text(declared.is, tariff_);
    step.with_values = with_values(declared.is, *environment_);
    if (declared.replaced_by && environment_->given(*declared.replaced_by)) {
        step.with_values = "replaced by " + tariff_.at(*declared.replaced_by).name + "; the formula gives " + text(exact, declared.type);
        if (declared.replaced_reason) step.with_values += "; reason: " + record_.at(*declared.replaced_reason).text;
    } else if (declared.rounding) {
        step.exact = text(exact, declared.type);
        step.rounding = rounding_text(*declared.rounding);
        assume(declared.rounding->name.empty() ? declared.name + ", rounding" : declared.rounding->name, declared.rounding->citation);
    }
    if (declared.is.operation == Operation::fallback && exact.is_value()) lent(declared);
    assume(declared.name, declared.citation);
    add("step " + declared.name, std::move(step));
}

/// Whose rate it was, or why it is nobody's.
void Trace::lent(const Step& step) {
    std::vector<std::optional<Result>> steps = environment_->steps ? *environment_->steps : std::vector<std::optional<Result>>(tariff_.steps.size());
    Environment quiet = *environment_;
    quiet.witness = nullptr;
    quiet.steps = &steps;
    const Expression& rate = step.is;
    const Result first = evaluate(rate.operands[0], quiet);
    std::string text = step.name + " is ";
    if (first.is_value()) {
        text += to_string(arm_taken(rate.operands[0], quiet), tariff_);
    } else {
        const auto instead = std::find_if(rate.operands.begin() + 1, rate.operands.end(),
                                          [&](const Expression& each) { return each.index == first.outcome.index; });
        const Outcome& why = tariff_.at(first.outcome);
        text += formula_text(instead->operands[0], tariff_) + ", because " + why.code + ": " + why.say + (first.about.empty() ? "" : ": " + first.about);
    }
    if (std::find(rates_lent_.begin(), rates_lent_.end(), text) == rates_lent_.end()) rates_lent_.push_back(std::move(text));
}

void Trace::assume(const std::string& name, const Citation& citation) {
    const auto note = [&](std::string text) {
        if (std::find(assumptions_.begin(), assumptions_.end(), text) == assumptions_.end()) assumptions_.push_back(std::move(text));
    };
    if (!citation.assumed.empty()) note(name + ": assumed: " + citation.assumed);
    else if (citation.kind == "assumed") note(name + ": assumed: " + to_string(citation));
    if (!citation.day_assumed.empty()) note(name + ": day assumed: " + citation.day_assumed);
    if (!citation.carried_forward.empty()) note(name + ": carried forward: " + citation.carried_forward);
}

std::vector<QuoteStep> Trace::steps() && {
    std::vector<QuoteStep> result;
    for (Entry& entry : entries_) {
        if (entry.size() == 1) {
            entry.front().days.reset();
            result.push_back(std::move(entry.front()));
            continue;
        }
        const auto earlier = [](const QuoteStep& a, const QuoteStep& b) { return a.days && b.days && a.days->from() < b.days->from(); };
        std::stable_sort(entry.begin(), entry.end(), earlier);
        std::vector<QuoteStep> runs;
        for (QuoteStep& step : entry) {
            if (runs.empty() || !same(runs.back(), step)) runs.push_back(std::move(step));
            else if (step.days) runs.back().days = DateRange(runs.back().days->from(), step.days->until());
        }
        if (runs.size() == 1) runs.front().days.reset();
        std::move(runs.begin(), runs.end(), std::back_inserter(result));
    }
    return result;
}

}  // namespace bandtariff::kernel
