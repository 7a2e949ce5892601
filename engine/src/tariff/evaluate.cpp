// One checked expression on one record and day to its value, or to the outcome that stands in its place. Entry points:
// evaluate, outranks, fact_value, and the words for a value and a cell.
#include "tariff/evaluate.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace bandtariff {
namespace {

Result of_number(Rational number) { return {Result::Kind::value, {std::move(number), 0}, {}, {}}; }
Result of_integer(std::int64_t integer) { return {Result::Kind::value, {0, integer}, {}, {}}; }

/// Whole months from a day until another: as many as have their anniversary by then. A month without that day has it on
/// the first of the next, so that a month from the 31st is complete at the end of a shorter month and not before.
std::int64_t whole_months(Date from, Date until) {
    const std::chrono::year_month_day a(from);
    const std::chrono::year_month_day b(until);
    const int months = (static_cast<int>(b.year()) - static_cast<int>(a.year())) * 12 + static_cast<int>(static_cast<unsigned>(b.month())) -
                       static_cast<int>(static_cast<unsigned>(a.month()));
    return b.day() < a.day() ? months - 1 : months;
}

class Evaluation {
public:
    Evaluation(const Environment& environment, std::vector<std::optional<Result>>& steps)
        : environment_(environment), tariff_(*environment.tariff), steps_(steps), day_(environment.day) {}

    Result of(const Expression& e, const std::vector<Value>* keys) {
        const auto index = static_cast<std::size_t>(e.index);
        switch (e.operation) {
            case Operation::number: return of_number(e.number);
            case Operation::code:
            case Operation::yes_no:
            case Operation::date: return of_integer(e.index);
            case Operation::fact: return fact(FactId(index));
            case Operation::key: return {Result::Kind::value, keys->at(index), {}, {}};
            case Operation::choice: return of_integer(selected(index));
            case Operation::by_choice: return of(e.operands[static_cast<std::size_t>(selected(index))], keys);
            case Operation::lookup: return lookup(e, keys);
            case Operation::step: return step(StepId(index));
            case Operation::line: return environment_.line(LineId(index));
            case Operation::given: return given(FactId(index));
            case Operation::otherwise: return otherwise(e, keys);
            case Operation::fallback: return fallback(e, keys);
            case Operation::instead_of: return of(e.operands[0], keys);
            case Operation::logical_and:
            case Operation::logical_or: return left_to_right(e, keys);
            case Operation::conditional: {
                const Result test = of(e.operands[0], keys);
                if (!test.is_value()) return test;
                if (environment_.witness) environment_.witness->branch(e, test.value.integer != 0);
                return of(e.operands[test.value.integer != 0 ? 1 : 2], keys);
            }
            default: return strict(e, keys);
        }
    }

private:
    Result outcome(std::string_view code, std::string about) {
        return {Result::Kind::outcome, {}, tariff_.outcome(code).value(), std::move(about)};
    }

    /// The one that wins of two results in a strict place: an absent line, then the outcome of least rank, then values.
    Result stronger(Result a, Result b) const {
        if (a.kind == Result::Kind::no_line || b.is_value()) return a;
        if (b.kind == Result::Kind::no_line || a.is_value()) return b;
        return outranks(tariff_, b.outcome, a.outcome) ? b : a;
    }

    /// Every operand's value; where one has none, the result that stands for them all.
    std::optional<Result> values(const std::vector<Expression>& operands, const std::vector<Value>* keys, std::vector<Value>& into) {
        std::optional<Result> failed;
        into.reserve(operands.size());
        for (const Expression& operand : operands) {
            Result result = of(operand, keys);
            if (result.is_value()) into.push_back(std::move(result.value));
            else failed = failed ? stronger(std::move(*failed), std::move(result)) : std::move(result);
        }
        return failed;
    }

    std::int64_t selected(std::size_t choice) {
        if (environment_.witness) environment_.witness->choice(ChoiceId(choice));
        return tariff_.choices[choice].selected.index;
    }

    Result fact(FactId id) {
        Result result = environment_.fact(id);
        if (environment_.witness) environment_.witness->fact(id, result);
        return result;
    }

    bool required_now(FactId id) const {
        const std::optional<Date>& from = tariff_.at(id).required_from;
        return from && environment_.day && *environment_.day >= *from;
    }

    Result missing(FactId id) {
        const Fact& wanted = tariff_.at(id);
        return outcome("fact_missing", wanted.name + (wanted.required_from ? ", required from " + to_string(*wanted.required_from) : ""));
    }

    Result given(FactId id) {
        const bool stated = environment_.given(id);
        if (environment_.witness) environment_.witness->fact(id, environment_.fact(id));
        return !stated && required_now(id) ? missing(id) : of_integer(stated ? 1 : 0);
    }

    Result otherwise(const Expression& e, const std::vector<Value>* keys) {
        const FactId id(static_cast<std::size_t>(e.operands[0].index));
        const Result stated = given(id);
        if (!stated.is_value()) return stated;
        return stated.value.integer != 0 ? fact(id) : of(e.operands[1], keys);
    }

    /// Only the outcomes that are named are caught, and what stands in their place may have them again.
    Result fallback(const Expression& e, const std::vector<Value>* keys) {
        Result result = of(e.operands[0], keys);
        if (result.kind != Result::Kind::outcome) return result;
        const auto place = std::find_if(e.operands.begin() + 1, e.operands.end(), [&](const Expression& each) { return each.index == result.outcome.index; });
        return place == e.operands.end() ? result : of(*place, keys);
    }

    Result left_to_right(const Expression& e, const std::vector<Value>* keys) {
        const std::int64_t settles = e.operation == Operation::logical_or ? 1 : 0;
        for (const Expression& operand : e.operands) {
            Result result = of(operand, keys);
            if (!result.is_value() || result.value.integer == settles) return result;
        }
        return of_integer(1 - settles);
    }

    static bool equal(const Value& a, const Value& b, ValueKind kind) {
        return kind == ValueKind::number ? a.number == b.number : a.integer == b.integer;
    }
    static bool less(const Value& a, const Value& b, ValueKind kind) {
        return kind == ValueKind::number ? a.number < b.number : a.integer < b.integer;
    }

    Result strict(const Expression& e, const std::vector<Value>* keys) {
        std::vector<Value> v;
        if (const auto failed = values(e.operands, keys, v)) return *failed;
        const ValueKind kind = e.operands[0].type.kind;
        const auto flag = [](bool value) { return of_integer(value ? 1 : 0); };
        const auto least_or_most = [&](bool least) {
            Value best = v[0];
            for (const Value& one : v)
                if (least ? less(one, best, kind) : less(best, one, kind)) best = one;
            return Result{Result::Kind::value, best, {}, {}};
        };
        switch (e.operation) {
            case Operation::negate: return of_number(Rational(-v[0].number));
            case Operation::add: return of_number(Rational(v[0].number + v[1].number));
            case Operation::subtract: return subtract(e, v);
            case Operation::multiply: return of_number(Rational(v[0].number * v[1].number));
            case Operation::divide: return of_number(Rational(v[0].number / v[1].number));
            case Operation::equal: return flag(equal(v[0], v[1], kind));
            case Operation::not_equal: return flag(!equal(v[0], v[1], kind));
            case Operation::less: return flag(less(v[0], v[1], kind));
            case Operation::less_or_equal: return flag(!less(v[1], v[0], kind));
            case Operation::greater: return flag(less(v[1], v[0], kind));
            case Operation::greater_or_equal: return flag(!less(v[0], v[1], kind));
            case Operation::in: return flag(std::any_of(v.begin() + 1, v.end(), [&](const Value& one) { return equal(v[0], one, kind); }));
            case Operation::logical_not: return flag(v[0].integer == 0);
            case Operation::minimum: return least_or_most(true);
            case Operation::maximum: return least_or_most(false);
            case Operation::clamp: {
                if (less(v[0], v[1], kind)) return {Result::Kind::value, v[1], {}, {}};
                return {Result::Kind::value, less(v[2], v[0], kind) ? v[2] : v[0], {}, {}};
            }
            case Operation::days:
            case Operation::complete_weeks:
            case Operation::complete_months: return of_number(between(e.operation, v[0].integer, v[1].integer));
            default: throw std::logic_error("an operation that is not strict was read as one");
        }
    }

    static Result subtract(const Expression& e, const std::vector<Value>& v) {
        if (e.operands[0].type.kind == ValueKind::date) return of_number(Rational(v[0].integer - v[1].integer));
        return of_number(Rational(v[0].number - v[1].number));
    }

    static Rational between(Operation operation, std::int64_t first, std::int64_t last) {
        if (last < first) return 0;
        if (operation == Operation::days) return last - first + 1;
        if (operation == Operation::complete_weeks) return (last - first + 1) / 7;
        return whole_months(from_day_number(static_cast<std::int32_t>(first)), from_day_number(static_cast<std::int32_t>(last + 1)));
    }

    Result step(StepId id) {
        std::optional<Result>& known = steps_[id.index];
        if (!known) known = worked_out(id);
        return *known;
    }

    Result worked_out(StepId id) {
        const Step& step = tariff_.at(id);
        const bool replaced = step.replaced_by && environment_.given(*step.replaced_by);
        Result exact;
        const std::optional<Date> outer = std::exchange(day_, environment_.day);  // a step is the record's, whatever reads it
        // What an override replaces changes nothing, but whoever watches sees both.
        if (!replaced || (environment_.witness && environment_.witness->sees_replaced())) exact = of(step.is, nullptr);
        Result result = replaced ? override_of(step) : rounded(exact, step.rounding, step.name);
        day_ = outer;
        if (environment_.witness) environment_.witness->step(id, exact, result);
        return result;
    }

    Result override_of(const Step& step) {
        Result result = fact(*step.replaced_by);
        if (!step.replaced_reason) return result;
        if (environment_.witness) environment_.witness->fact(*step.replaced_reason, environment_.fact(*step.replaced_reason));
        if (environment_.given(*step.replaced_reason)) return result;
        return outcome("reason_missing", tariff_.at(*step.replaced_by).name + " replaces " + step.name + ", and " +
                                             tariff_.at(*step.replaced_reason).name + " does not say why");
    }

    Result rounded(const Result& exact, const std::optional<RoundingRule>& rule, const std::string& name) {
        if (!exact.is_value() || !rule) return exact;
        if (environment_.witness) environment_.witness->rounding(*rule, exact.value.number);
        const Rounding& rounding = rule->rounding;
        if (rounding.mode() == Rounding::Mode::exact && !is_multiple(exact.value.number, rounding.quantum())) {
            return outcome("not_exact", name + " is " + to_string(exact.value.number) + ", no multiple of " + to_string(rounding.quantum().value()));
        }
        return of_number(round(exact.value.number, rounding));
    }

    Result lookup(const Expression& e, const std::vector<Value>* keys) {
        const TableId id(static_cast<std::size_t>(e.index));
        const Table& table = tariff_.at(id);
        std::vector<Value> at;
        std::optional<Result> failed = values(e.operands, keys, at);
        std::optional<Date> day = day_;
        if (table.dated_by) {
            Result date = fact(*table.dated_by);
            if (date.is_value()) day = from_day_number(static_cast<std::int32_t>(date.value.integer));
            else failed = failed ? stronger(std::move(*failed), std::move(date)) : std::move(date);
        }
        if (failed) return *failed;
        const Version* version = day ? table.version_on(*day) : undated(table);
        const Row* row = version ? table.row(*version, at) : nullptr;
        // What a cell reads has the values of the day that the table is asked for.
        const std::optional<Date> outer = std::exchange(day_, day);
        Result result = row ? cell(table, row->cell, at) : outcome(table.as_printed || version ? "not_published" : "no_value", {});
        day_ = outer;
        if (result.kind == Result::Kind::outcome && result.about.empty()) {
            const bool named = table.dated_by && day;
            result.about = cell_name(table, at, tariff_) + (named ? " on " + to_string(*day) : "");
        }
        if (environment_.witness) environment_.witness->cell(id, version, row, at, result);
        return result;
    }

    static const Version* undated(const Table& table) {
        const auto place = std::find_if(table.versions.begin(), table.versions.end(), [](const Version& v) { return !v.from; });
        return place == table.versions.end() ? nullptr : &*place;
    }

    Result cell(const Table& table, const Cell& cell, const std::vector<Value>& at) {
        switch (cell.kind) {
            case Cell::Kind::value: return {Result::Kind::value, cell.value, {}, {}};
            case Cell::Kind::outcome: return {Result::Kind::outcome, {}, cell.outcome, {}};
            case Cell::Kind::no_line: return {Result::Kind::no_line, {}, {}, {}};
            case Cell::Kind::stated: return stated_sum(table, cell, at);
            case Cell::Kind::formula: return rounded(of(*cell.formula, &at), cell.rounding ? cell.rounding : table.rounding, table.name);
        }
        throw std::logic_error("a cell of no kind");
    }

    Result stated_sum(const Table& table, const Cell& cell, const std::vector<Value>& at) {
        Result sum = fact(cell.stated_by);
        const std::string& name = tariff_.at(cell.stated_by).name;
        const auto otherwise = [&](std::string_view code, std::string about) {
            if (!cell.outcome.valid()) return outcome(code, std::move(about));
            return Result{Result::Kind::outcome, {}, cell.outcome, std::move(about)};
        };
        if (!sum.is_value()) {
            if (environment_.given(cell.stated_by)) return sum;
            return otherwise("fact_missing", name + ", which states " + cell_name(table, at, tariff_));
        }
        struct Bound {
            const std::optional<Expression>* formula;
            const char* is;
            bool (*broken)(const Rational& sum, const Rational& bound);
        };
        const Bound bounds[] = {
            {&cell.above, " is not above ", [](const Rational& x, const Rational& bound) { return x <= bound; }},
            {&cell.at_least, " is below ", [](const Rational& x, const Rational& bound) { return x < bound; }},
            {&cell.below, " is not below ", [](const Rational& x, const Rational& bound) { return x >= bound; }},
            {&cell.at_most, " is above ", [](const Rational& x, const Rational& bound) { return x > bound; }},
        };
        std::optional<Result> failed;
        std::string broken;
        for (const Bound& bound : bounds) {
            if (!*bound.formula) continue;
            Result limit = of(**bound.formula, &at);
            if (!limit.is_value()) failed = failed ? stronger(std::move(*failed), std::move(limit)) : std::move(limit);
            else if (broken.empty() && bound.broken(sum.value.number, limit.value.number))
                broken = name + " " + to_string(sum.value.number) + bound.is + to_string(limit.value.number);
        }
        if (failed) return *failed;
        return broken.empty() ? sum : otherwise("stated_sum_out_of_bounds", broken);
    }

    const Environment& environment_;
    const TariffContents& tariff_;
    std::vector<std::optional<Result>>& steps_;
    std::optional<Date> day_;  ///< that of the environment, or of the table whose cell is being read
};

}  // namespace

Result evaluate(const Expression& expression, const Environment& environment) {
    if (environment.steps) return Evaluation(environment, *environment.steps).of(expression, environment.keys);
    std::vector<std::optional<Result>> steps(environment.tariff->steps.size());
    return Evaluation(environment, steps).of(expression, environment.keys);
}

bool outranks(const TariffContents& tariff, OutcomeId a, OutcomeId b) {
    const Outcome& left = tariff.at(a);
    const Outcome& right = tariff.at(b);
    if (left.outcome_class != right.outcome_class) return left.outcome_class == OutcomeClass::not_priced;
    return left.number < right.number;
}

Result fact_value(const TariffContents& tariff, FactId fact, const StatedFact& stated) {
    const Fact& declared = tariff.at(fact);
    const auto outcome = [&](std::string_view code, std::string about) {
        return Result{Result::Kind::outcome, {}, tariff.outcome(code).value(), std::move(about)};
    };
    switch (stated.given) {
        case Given::absent:
            if (declared.otherwise) return {Result::Kind::value, *declared.otherwise, {}, {}};
            return outcome("fact_missing", declared.name);
        case Given::code_unknown: return outcome("code_unknown", why_not(tariff, fact, stated));
        case Given::out_of_range: return outcome("fact_out_of_range", why_not(tariff, fact, stated));
        case Given::given: break;
    }
    if (stated.gathered) return of_number(stated.gathered->value);
    if (declared.kind != FactKind::number) return of_integer(stated.value);
    return of_number(Rational(stated.value, boost::multiprecision::pow(Integer(10), static_cast<unsigned>(declared.decimals))));
}

std::string to_string(const Value& value, const Type& type, const TariffContents& tariff) {
    switch (type.kind) {
        case ValueKind::number: return to_string(value.number);
        case ValueKind::code: return tariff.text_of(type.codes, CodeId(static_cast<std::size_t>(value.integer)));
        case ValueKind::yes_no: return value.integer != 0 ? "yes" : "no";
        case ValueKind::date: return to_string(from_day_number(static_cast<std::int32_t>(value.integer)));
    }
    throw std::logic_error("a value of no kind");
}

std::string cell_name(const Table& table, const std::vector<Value>& at, const TariffContents& tariff) {
    std::string keys;
    for (std::size_t i = 0; i < at.size(); ++i) {
        const Key& key = table.keys[i];
        keys.append(i == 0 ? "[" : ", ").append(key.name).append(": ").append(to_string(at[i], key.reads.type, tariff));
    }
    return table.name + (keys.empty() ? "" : keys + "]");
}

}  // namespace bandtariff
