// Functions, `otherwise`, and `sum`, which is unrolled over its code list.
#include "bandtariff/calendar.hpp"
#include "resolver.hpp"

namespace bandtariff::formula {
namespace {

constexpr std::size_t most_terms = 2000;  // of all the sums of one formula: longer ones are a table's or a group's work

/// Days from the first to the last that a date can be, both counted: what bounds every span.
const int longest_span = DateRange::both_ends(make_date(1900, 1, 1), make_date(2199, 12, 31)).days();

const std::vector<std::string> functions = {"min", "max", "clamp", "given", "sum", "days", "complete_weeks", "complete_months"};

std::string advice_for(const std::string& function) {
    if (function.starts_with("round") || function == "ceiling" || function == "floor" || function == "ceil")
        return ": rounding is never part of a formula; it stands beside it under `round`, with its source";
    return ": the functions are min, max, clamp, given, sum, days, complete_weeks and complete_months";
}

}  // namespace

bool Resolver::has_operands(const Syntax& syntax, std::size_t least, std::size_t most) {
    const std::size_t count = syntax.operands.size();
    if (count >= least && count <= most) return true;
    const std::string wanted = least == most ? std::to_string(least) : std::to_string(least) + " or more";
    report_.error("wrong-number-of-arguments", syntax.span,
                  "'" + syntax.word + "' takes " + wanted + (wanted == "1" ? " argument" : " arguments") + ", and has " +
                      std::to_string(count));
    return false;
}

std::optional<Typed> Resolver::call(const Syntax& syntax) {
    const std::string& word = syntax.word;
    if (word == "min" || word == "max") return least_or_most(syntax);
    if (word == "clamp") return clamp(syntax);
    if (word == "given") return given(syntax);
    if (word == "sum") return sum(syntax);
    if (word == "days") return time_between(syntax, Operation::days, "day", longest_span);
    if (word == "complete_weeks") return time_between(syntax, Operation::complete_weeks, "week", longest_span / 7);
    if (word == "complete_months") return time_between(syntax, Operation::complete_months, "month", (2200 - 1900) * 12);
    if (contents().table(word)) {
        report_.error("function-unknown", syntax.span, "'" + word + "' is a table: its keys stand in square brackets", word + "[key: ...]");
        return std::nullopt;
    }
    report_.error("function-unknown", syntax.span, "'" + word + "' is no function" + advice_for(word),
                  nearest_word(word, functions).value_or(""));
    return std::nullopt;
}

std::optional<Scope::Meaning> Resolver::fact_named(const Syntax& syntax, const std::string& asker) {
    if (syntax.kind != Syntax::Kind::name) {
        report_.error("kind-mismatch", syntax.span, asker + " takes the name of one fact");
        return std::nullopt;
    }
    std::optional<Scope::Meaning> found = meaning(syntax.word, syntax.span);
    if (!found) return std::nullopt;
    if (found->expression.operation == Operation::fact) return found;
    report_.error("kind-mismatch", syntax.span,
                  asker + " is about a fact that a record may leave out; '" + syntax.word + "' is not a fact");
    return std::nullopt;
}

std::optional<Typed> Resolver::given(const Syntax& syntax) {
    if (!has_operands(syntax, 1, 1)) return std::nullopt;
    const std::optional<Scope::Meaning> found = fact_named(syntax.operands[0], "'given'");
    if (!found) return std::nullopt;
    const std::int64_t fact = found->expression.index;
    Typed result;
    result.expression = make(Operation::given, yes_no(), syntax.span, {});
    result.expression.index = fact;
    result.when_true.given.emplace_back(static_cast<std::size_t>(fact));
    return result;
}

std::optional<Typed> Resolver::otherwise(const Syntax& syntax) {
    std::optional<Scope::Meaning> found = fact_named(syntax.operands[0], "'otherwise'");
    if (!found && syntax.operands[1].kind == Syntax::Kind::text) return std::nullopt;  // its type hangs on the fact
    std::optional<Typed> instead = part(syntax.operands[1], found ? Wanted(found->expression.type) : std::nullopt);
    if (!found || !instead) return std::nullopt;
    Typed stated;
    stated.expression = std::move(found->expression);
    stated.traits = std::move(found->traits);
    if (!agree(stated, *instead, syntax.span, "'otherwise'", One::is_a_ratio)) return std::nullopt;
    Typed result;
    const Type type = stated.expression.type;
    if (type.kind == ValueKind::number) {
        result.traits = either_of(stated.traits, instead->traits);
        result.traits.covers = instead->bare == Typed::Bare::zero ? stated.traits.covers
                                                                  : covers_of_either(stated.traits.covers, instead->traits.covers);
    }
    result.expression = make(Operation::otherwise, type, syntax.span, {std::move(stated.expression), std::move(instead->expression)});
    return result;
}

std::optional<Typed> Resolver::sum(const Syntax& syntax) {
    if (!has_operands(syntax, 1, 1)) return std::nullopt;
    if (syntax.over.empty()) {
        report_.error("wrong-number-of-arguments", syntax.span, "'sum' runs over a code list: say which", "sum(..., over: LIST)");
        return std::nullopt;
    }
    const std::optional<CodeListId> list = contents().code_list(syntax.over);
    if (!list) {
        std::vector<std::string> names;
        for (const CodeList& each : contents().code_lists) names.push_back(each.name);
        report_.error("code-list-unknown", syntax.over_span, "'" + syntax.over + "' is no code list",
                      nearest_word(syntax.over, names).value_or(""));
        return std::nullopt;
    }
    std::optional<Typed> total;
    const std::size_t codes = contents().at(*list).codes.size();
    unrolled_ += codes;
    if (unrolled_ > most_terms) {
        report_.error("formula-syntax", syntax.span,
                      "this formula adds up more than " + std::to_string(most_terms) + " terms, the most a sum may have");
        return std::nullopt;
    }
    for (std::size_t i = 0; i < codes; ++i) {
        currents_.push_back({syntax.over, *list, CodeId(i)});
        std::optional<Typed> term = part(syntax.operands[0], std::nullopt);
        currents_.pop_back();
        if (!term || !is_number(*term, "'sum'")) return std::nullopt;  // what is wrong once is wrong for every code
        if (!total) {
            total = std::move(term);
            total->bare = Typed::Bare::no;
        } else if (!agree(*total, *term, syntax.span, "'sum'", One::is_a_ratio)) {
            return std::nullopt;
        } else {
            add_up(*total, std::move(*term));
        }
        total->expression.span = syntax.span;
    }
    if (!total) report_.error("kind-mismatch", syntax.over_span, "the list '" + syntax.over + "' has no codes, so there is nothing to add");
    return total;
}

std::optional<Typed> Resolver::time_between(const Syntax& syntax, Operation operation, std::string_view unit, int most) {
    if (!has_operands(syntax, 2, 2)) return std::nullopt;
    std::vector<Expression> dates;
    for (const Syntax& operand : syntax.operands) {
        std::optional<Typed> typed = part(operand, date_type());
        if (!typed) continue;
        if (typed->expression.type.kind == ValueKind::date)
            dates.push_back(std::move(typed->expression));
        else
            report_.error("kind-mismatch", operand.span,
                          "'" + syntax.word + "' counts between two dates; this is " + in_words(typed->expression.type));
    }
    if (dates.size() != 2) return std::nullopt;
    Typed result;
    result.traits.low = 0;
    result.traits.high = most;
    result.expression = make(operation, number_type(Unit::of(unit)), syntax.span, std::move(dates));
    return result;
}

}  // namespace bandtariff::formula
