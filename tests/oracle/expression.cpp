// Expression and record to Answer, by walking the tree. Entry point: evaluate. Each operation is its sentence in the language.
#include "expression.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "oracle.hpp"

namespace bandtariff::oracle {

namespace {

Answer number(Rational value) { return {Answer::Kind::value, {std::move(value), 0}, {}}; }
Answer integer(std::int64_t value) { return {Answer::Kind::value, {0, value}, {}}; }
Answer yes_no(bool value) { return integer(value ? 1 : 0); }

/// What is left of several operands that are not all values: no line beats everything, a stop beats nothing, the least rank wins.
std::optional<Answer> stands_in_the_way(const TariffContents& tariff, const std::vector<Answer>& operands) {
    std::optional<Answer> worst;
    for (const Answer& operand : operands) {
        if (operand.kind == Answer::Kind::no_line) return operand;
        if (operand.kind != Answer::Kind::outcome) continue;
        worst = worst ? of_outcome(winner(tariff, worst->outcome, operand.outcome)) : operand;
    }
    return worst;
}

bool stated(FactId fact, const Reading& reading) { return reading.record.at(fact).given == Given::given; }

/// On days from `required_from` a fact may not be asked whether it is there.
bool must_be_there(FactId fact, const Reading& reading) {
    const Fact& declared = reading.tariff().at(fact);
    return !stated(fact, reading) && declared.required_from && reading.day && *reading.day >= *declared.required_from;
}

int compare(const Value& a, const Value& b, ValueKind kind) {
    if (kind == ValueKind::number) return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
    return a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0;
}

std::int64_t days_between(std::int64_t first, std::int64_t last) { return last < first ? 0 : last - first + 1; }

/// Whole months from the first day to the last, both counted: a month is complete on the day before the first day's number comes round.
std::int64_t months_between(std::int64_t first, std::int64_t last) {
    if (last < first) return 0;
    const std::chrono::year_month_day a{Date(std::chrono::days(first))};
    const std::chrono::year_month_day b{Date(std::chrono::days(last + 1))};
    const auto months = [](const std::chrono::year_month_day& day) {
        return int(day.year()) * 12 + static_cast<int>(unsigned(day.month()));
    };
    return months(b) - months(a) - (b.day() < a.day() ? 1 : 0);
}

bool admits(const KeyPattern& pattern, const Key& key, const Value& asked) {
    if (pattern.kind == KeyPattern::Kind::any || pattern.kind == KeyPattern::Kind::others) return true;
    if (pattern.kind == KeyPattern::Kind::codes) {
        return std::any_of(pattern.codes.begin(), pattern.codes.end(), [&](CodeId code) { return code.index == asked.integer; });
    }
    const Rational x = key.reads.type.kind == ValueKind::number ? asked.number : Rational(asked.integer);
    if (pattern.from && (x < *pattern.from || (pattern.above_from && x == *pattern.from))) return false;
    if (pattern.to && (x > *pattern.to || (pattern.below_to && x == *pattern.to))) return false;
    return true;
}

/// The row that admits every key and says `others` least often; nullptr for a hole.
const Row* governing_row(const Table& table, const Version& version, const std::vector<Value>& keys) {
    const Row* best = nullptr;
    std::ptrdiff_t best_others = 0;
    for (const Row& row : version.rows) {
        bool all = true;
        for (std::size_t k = 0; k < keys.size(); ++k) all = all && admits(row.keys[k], table.keys[k], keys[k]);
        if (!all) continue;
        const auto others = std::count_if(row.keys.begin(), row.keys.end(),
                                          [](const KeyPattern& pattern) { return pattern.kind == KeyPattern::Kind::others; });
        if (!best || others < best_others) {
            best = &row;
            best_others = others;
        }
    }
    return best;
}

/// The record's own sum, inside the cell's bounds.
Answer stated_sum(const Cell& cell, const Reading& reading) {
    const TariffContents& tariff = reading.tariff();
    const auto otherwise = [&](std::string_view built_in) {
        return of_outcome(cell.outcome.valid() ? cell.outcome : named(tariff, built_in));
    };
    const Answer sum = fact_of(cell.stated_by, reading);
    if (!sum.is_value()) return sum.outcome == named(tariff, "fact_missing") ? otherwise("fact_missing") : sum;
    std::vector<Answer> bounds;
    for (const auto* bound : {&cell.above, &cell.at_least, &cell.below, &cell.at_most}) {
        bounds.push_back(*bound ? evaluate(**bound, reading) : sum);
    }
    if (const auto worst = stands_in_the_way(tariff, bounds)) return *worst;
    const Rational& x = sum.value.number;
    const bool outside = (cell.above && x <= bounds[0].value.number) || (cell.at_least && x < bounds[1].value.number) ||
                         (cell.below && x >= bounds[2].value.number) || (cell.at_most && x > bounds[3].value.number);
    return outside ? otherwise("stated_sum_out_of_bounds") : sum;
}

Answer rounded_answer(const TariffContents& tariff, const Answer& exact, const std::optional<RoundingRule>& rule) {
    if (!rule || !exact.is_value()) return exact;
    const auto result = rounded(exact.value.number, rule->rounding);
    return result ? number(*result) : of_outcome(named(tariff, "not_exact"));
}

Answer cell_answer(const Table& table, const Cell& cell, const Reading& reading) {
    switch (cell.kind) {
        case Cell::Kind::value: return {Answer::Kind::value, cell.value, {}};
        case Cell::Kind::outcome: return of_outcome(cell.outcome);
        case Cell::Kind::no_line: return {Answer::Kind::no_line, {}, {}};
        case Cell::Kind::stated: return stated_sum(cell, reading);
        case Cell::Kind::formula: return rounded_answer(reading.tariff(), evaluate(*cell.formula, reading), cell.rounding ? cell.rounding : table.rounding);
    }
    throw std::logic_error("a cell of no kind");
}

const Version* version_for(const Table& table, const std::optional<Date>& day) {
    for (const Version& version : table.versions) {
        if (day ? version.holds(*day) : !version.from && !version.until) return &version;
    }
    return nullptr;
}

Answer look_up(const Table& table, const std::vector<Answer>& keys, const Reading& reading) {
    const TariffContents& tariff = reading.tariff();
    std::vector<Answer> strict = keys;
    std::optional<Date> day = reading.day;
    if (table.dated_by) {
        const Answer dated = fact_of(*table.dated_by, reading);
        strict.push_back(dated);
        day = Date(std::chrono::days(dated.value.integer));
    }
    if (const auto worst = stands_in_the_way(tariff, strict)) return *worst;
    const Version* version = version_for(table, day);
    if (!version) return of_outcome(named(tariff, table.as_printed ? "not_published" : "no_value"));
    std::vector<Value> values;
    for (const Answer& key : keys) values.push_back(key.value);
    const Row* row = governing_row(table, *version, values);
    if (!row) return of_outcome(named(tariff, "not_published"));
    return cell_answer(table, row->cell, {reading.record, day, &values, nullptr, reading.priced});
}

Answer step_answer(const Step& step, const Reading& reading) {
    const TariffContents& tariff = reading.tariff();
    const Reading outside_of_tables{reading.record, reading.priced};
    if (step.replaced_by && stated(*step.replaced_by, reading)) {
        if (step.replaced_reason && !stated(*step.replaced_reason, reading)) return of_outcome(named(tariff, "reason_missing"));
        return fact_of(*step.replaced_by, reading);
    }
    return rounded_answer(tariff, evaluate(step.is, outside_of_tables), step.rounding);
}

/// `and` and `or`: left to right, and the first answer that settles it (or is no answer) is the answer.
Answer left_to_right(const Expression& expression, const Reading& reading, bool settles) {
    for (const Expression& operand : expression.operands) {
        const Answer answer = evaluate(operand, reading);
        if (!answer.is_value() || (answer.value.integer == 1) == settles) return answer;
    }
    return yes_no(!settles);
}

/// The operations that need all their operands.
Answer strict_answer(const Expression& expression, const Reading& reading) {
    std::vector<Answer> answers;
    for (const Expression& operand : expression.operands) answers.push_back(evaluate(operand, reading));
    if (expression.operation == Operation::lookup) {
        return look_up(reading.tariff().at(TableId(static_cast<std::size_t>(expression.index))), answers, reading);
    }
    if (const auto worst = stands_in_the_way(reading.tariff(), answers)) return *worst;

    const auto x = [&](std::size_t k) -> const Rational& { return answers[k].value.number; };
    const auto whole = [&](std::size_t k) { return answers[k].value.integer; };
    const auto order = [&] { return compare(answers[0].value, answers[1].value, expression.operands[0].type.kind); };
    switch (expression.operation) {
        case Operation::negate: return number(-x(0));
        case Operation::add: return number(x(0) + x(1));
        case Operation::subtract:
            if (expression.operands[0].type.kind == ValueKind::date) return number(Rational(whole(0) - whole(1)));
            return number(x(0) - x(1));
        case Operation::multiply: return number(x(0) * x(1));
        case Operation::divide:
            if (x(1) == 0) throw std::logic_error("a divisor of zero in a checked tariff");
            return number(x(0) / x(1));
        case Operation::equal: return yes_no(order() == 0);
        case Operation::not_equal: return yes_no(order() != 0);
        case Operation::less: return yes_no(order() < 0);
        case Operation::less_or_equal: return yes_no(order() <= 0);
        case Operation::greater: return yes_no(order() > 0);
        case Operation::greater_or_equal: return yes_no(order() >= 0);
        case Operation::in:
            for (std::size_t k = 1; k < answers.size(); ++k) {
                if (compare(answers[0].value, answers[k].value, expression.operands[0].type.kind) == 0) return yes_no(true);
            }
            return yes_no(false);
        case Operation::logical_not: return yes_no(whole(0) == 0);
        case Operation::minimum: {
            Rational least = x(0);
            for (std::size_t k = 1; k < answers.size(); ++k) least = x(k) < least ? x(k) : least;
            return number(least);
        }
        case Operation::maximum: {
            Rational most = x(0);
            for (std::size_t k = 1; k < answers.size(); ++k) most = x(k) > most ? x(k) : most;
            return number(most);
        }
        case Operation::clamp: return number(x(0) < x(1) ? x(1) : x(0) > x(2) ? x(2) : x(0));
        case Operation::days: return number(Rational(days_between(whole(0), whole(1))));
        case Operation::complete_weeks: return number(Rational(days_between(whole(0), whole(1)) / 7));
        case Operation::complete_months: return number(Rational(months_between(whole(0), whole(1))));
        default: throw std::logic_error("an operation that is not strict");
    }
}

}  // namespace

OutcomeId named(const TariffContents& tariff, std::string_view code) {
    for (std::size_t k = 0; k < tariff.outcomes.size(); ++k) {
        if (tariff.outcomes[k].code == code) return OutcomeId(k);
    }
    throw std::logic_error("no outcome of that code");
}

OutcomeId winner(const TariffContents& tariff, OutcomeId a, OutcomeId b) {
    const auto rank = [&](OutcomeId id) {
        const Outcome& outcome = tariff.at(id);
        return std::pair(outcome.outcome_class == OutcomeClass::not_priced ? 0 : 1, outcome.number);
    };
    return rank(b) < rank(a) ? b : a;
}

Answer fact_of(FactId fact, const Reading& reading) {
    const TariffContents& tariff = reading.tariff();
    const Fact& declared = tariff.at(fact);
    const StatedFact& said = reading.record.at(fact);
    switch (said.given) {
        case Given::absent: break;
        case Given::code_unknown: return of_outcome(named(tariff, "code_unknown"));
        case Given::out_of_range: return of_outcome(named(tariff, "fact_out_of_range"));
        case Given::given: {
            if (said.gathered) return number(said.gathered->value);
            if (declared.kind != FactKind::number) return integer(said.value);
            Integer grid = 1;
            for (int k = 0; k < declared.decimals; ++k) grid *= 10;
            return number(Rational(Integer(said.value), grid));
        }
    }
    if (declared.otherwise) return {Answer::Kind::value, *declared.otherwise, {}};
    return of_outcome(named(tariff, "fact_missing"));
}

Answer evaluate(const Expression& expression, const Reading& reading) {
    const TariffContents& tariff = reading.tariff();
    const auto position = static_cast<std::size_t>(expression.index);
    switch (expression.operation) {
        case Operation::number: return number(expression.number);
        case Operation::code:
        case Operation::yes_no:
        case Operation::date: return integer(expression.index);
        case Operation::fact: return fact_of(FactId(position), reading);
        case Operation::key: return {Answer::Kind::value, reading.keys->at(position), {}};
        case Operation::choice: return integer(tariff.at(ChoiceId(position)).selected.index);
        case Operation::by_choice: return evaluate(expression.operands.at(tariff.at(ChoiceId(position)).selected.index), reading);
        case Operation::step: return step_answer(tariff.at(StepId(position)), reading);
        case Operation::line: return reading.lines->at(position);
        case Operation::given:
            if (must_be_there(FactId(position), reading)) return of_outcome(named(tariff, "fact_missing"));
            return yes_no(stated(FactId(position), reading));
        case Operation::otherwise: {
            const FactId fact(static_cast<std::size_t>(expression.operands[0].index));
            if (must_be_there(fact, reading)) return of_outcome(named(tariff, "fact_missing"));
            return evaluate(expression.operands[stated(fact, reading) ? 0 : 1], reading);
        }
        case Operation::fallback: {
            const Answer first = evaluate(expression.operands[0], reading);
            for (std::size_t k = 1; k < expression.operands.size() && first.kind == Answer::Kind::outcome; ++k) {
                const Expression& instead = expression.operands[k];
                if (OutcomeId(static_cast<std::size_t>(instead.index)) == first.outcome) return evaluate(instead.operands.at(0), reading);
            }
            return first;
        }
        case Operation::logical_and: return left_to_right(expression, reading, false);
        case Operation::logical_or: return left_to_right(expression, reading, true);
        case Operation::conditional: {
            const Answer condition = evaluate(expression.operands[0], reading);
            if (!condition.is_value()) return condition;
            return evaluate(expression.operands[condition.is_yes() ? 1 : 2], reading);
        }
        default: return strict_answer(expression, reading);
    }
}

}  // namespace bandtariff::oracle
