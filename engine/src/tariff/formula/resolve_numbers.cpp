// Arithmetic: units, coverage, bounds and divisors, checked and carried.
#include <algorithm>

#include "resolver.hpp"

namespace bandtariff::formula {
namespace {

bool is_money(const Typed& typed) { return typed.expression.type.unit.power("GBP") != 0; }

}  // namespace

bool Resolver::is_number(const Typed& typed, const std::string& asker) {
    if (typed.expression.type.kind == ValueKind::number) return true;
    report_.error("kind-mismatch", typed.expression.span, asker + " works on numbers; this is " + in_words(typed.expression.type));
    return false;
}

std::optional<Resolver::Pair> Resolver::numbers(const Syntax& syntax, const std::string& asker) {
    std::optional<Pair> sides = pair(syntax.operands[0], syntax.operands[1]);
    if (!sides) return std::nullopt;
    const bool left = is_number(sides->left, asker), right = is_number(sides->right, asker);
    return left && right ? std::move(sides) : std::nullopt;
}

std::optional<Typed> Resolver::negation(const Syntax& syntax) {
    std::optional<Typed> operand = part(syntax.operands[0], std::nullopt);
    if (!operand || !is_number(*operand, "'-'")) return std::nullopt;
    Typed result;
    result.bare = operand->bare;
    result.traits = negated(operand->traits);
    result.traits.covers = std::move(operand->traits.covers);
    const Type type = operand->expression.type;
    result.expression = make(Operation::negate, type, syntax.span, {std::move(operand->expression)});
    return result;
}

std::optional<Typed> Resolver::sum_or_difference(const Syntax& syntax) {
    const bool adds = syntax.word == "+";
    const std::string asker = "'" + syntax.word + "'";
    std::optional<Pair> sides = pair(syntax.operands[0], syntax.operands[1]);
    if (!sides) return std::nullopt;
    auto& [left, right] = *sides;
    const auto is_date = [](const Typed& typed) { return typed.expression.type.kind == ValueKind::date; };
    if (!adds && is_date(left) && is_date(right)) {
        Typed result;
        result.expression = make(Operation::subtract, number_type(Unit::of("day")), syntax.span,
                                 {std::move(left.expression), std::move(right.expression)});
        return result;
    }
    const bool left_is = is_number(left, asker), right_is = is_number(right, asker);
    if (!left_is || !right_is || !agree(left, right, syntax.span, asker, One::is_a_ratio)) return std::nullopt;
    Typed result;
    result.traits = adds ? added(left.traits, right.traits) : added(left.traits, negated(right.traits));
    if (left.bare == Typed::Bare::zero || right.bare == Typed::Bare::zero) {
        result.traits.covers = left.bare == Typed::Bare::zero ? right.traits.covers : left.traits.covers;
        if (left.bare == right.bare) result.bare = Typed::Bare::zero;
    } else {
        Coverage coverage = (adds ? covers_of_sum : covers_of_difference)(left.traits.covers, right.traits.covers);
        if (!coverage.clash.empty()) {
            const std::string a = shown(left.expression) + " covers " + elements_in_words(*left.traits.covers);
            const std::string b = shown(right.expression) + " covers " + elements_in_words(*right.traits.covers);
            report_.error("coverage-mismatch", syntax.span,
                          adds ? a + " and " + b + ": " + elements_in_words(coverage.clash) + " would be counted twice"
                               : a + " and " + b + ": " + elements_in_words(coverage.clash) +
                                     " would be taken off what does not contain it");
            return std::nullopt;
        }
        result.traits.covers = std::move(coverage.covers);
    }
    const Type type = left.expression.type;
    result.expression = make(adds ? Operation::add : Operation::subtract, type, syntax.span,
                             {std::move(left.expression), std::move(right.expression)});
    return result;
}

std::optional<Unit> Resolver::unit_of_product(const Syntax& syntax, const Typed& left, const Typed& right) {
    const Unit &a = left.expression.type.unit, &b = right.expression.type.unit;
    const bool multiplies = syntax.word == "*";
    const Unit unit = multiplies ? a * b : a / b;
    const int power = unit.power("GBP");
    if (power > 1) {
        report_.error("money-times-money", syntax.span,
                      "money times money means nothing: " + shown(left.expression) + " is in \"" + to_string(a) + "\" and " +
                          shown(right.expression) + " in \"" + to_string(b) + "\"");
        return std::nullopt;
    }
    if (power < 0) {
        report_.error("one-over-money", syntax.span,
                      "only money is divided by money: " + shown(left.expression) + " is in \"" + to_string(a) + "\" and " +
                          shown(right.expression) + " in \"" + to_string(b) + "\"");
        return std::nullopt;
    }
    return unit;
}

std::optional<Typed> Resolver::product(const Syntax& syntax) {
    std::optional<Pair> sides = numbers(syntax, "'*'");
    if (!sides) return std::nullopt;
    auto& [left, right] = *sides;
    const std::optional<Unit> unit = unit_of_product(syntax, left, right);
    if (!unit) return std::nullopt;
    Typed result;
    result.traits = multiplied(left.traits, right.traits);
    if (unit->power("GBP") != 0) result.traits.covers = is_money(left) ? left.traits.covers : right.traits.covers;
    result.expression = make(Operation::multiply, number_type(*unit), syntax.span,
                             {std::move(left.expression), std::move(right.expression)});
    return result;
}

std::optional<Typed> Resolver::quotient(const Syntax& syntax) {
    std::optional<Pair> sides = numbers(syntax, "'/'");
    if (!sides) return std::nullopt;
    auto& [left, right] = *sides;
    const std::optional<Unit> unit = unit_of_product(syntax, left, right);
    if (!excludes_zero(right.traits)) {
        const std::string bounds = bounds_in_words(right.traits);
        const std::string text = text_of(right.expression, contents(), key_names_);
        report_.error("may-divide-by-zero", syntax.operands[1].span,
                      "the divisor may be zero: " + shown(right.expression) +
                          (bounds.empty() ? " has no bounds that are known" : " is " + bounds),
                      right.expression.operation == Operation::number ? "" : "if " + text + " <> 0 then ... / " + text + " else ...");
        return std::nullopt;
    }
    if (!unit) return std::nullopt;
    Typed result;
    result.traits = divided(left.traits, right.traits);
    if (unit->power("GBP") != 0) result.traits.covers = left.traits.covers;
    result.expression = make(Operation::divide, number_type(*unit), syntax.span, {std::move(left.expression), std::move(right.expression)});
    return result;
}

/// Of three or more, the least of the first two with the third, and so on.
std::optional<Typed> Resolver::least_or_most(const Syntax& syntax) {
    if (!has_operands(syntax, 2, SIZE_MAX)) return std::nullopt;
    const bool least = syntax.word == "min";
    const std::string asker = "'" + syntax.word + "'";
    std::optional<Typed> total;
    bool sound = true;
    for (const Syntax& operand : syntax.operands) {
        std::optional<Typed> next = part(operand, std::nullopt);
        sound = next && is_number(*next, asker) && sound;
        if (!sound) continue;
        if (!total) {
            total = std::move(next);
            continue;
        }
        if (!agree(*total, *next, syntax.span, asker, One::takes_the_unit)) return std::nullopt;
        Typed both;
        both.traits = (least ? minimum_of : maximum_of)(total->traits, next->traits);
        both.traits.covers = total->bare == Typed::Bare::zero  ? next->traits.covers
                             : next->bare == Typed::Bare::zero ? total->traits.covers
                                                               : covers_of_either(total->traits.covers, next->traits.covers);
        if (total->bare != Typed::Bare::no && next->bare != Typed::Bare::no) both.bare = std::max(total->bare, next->bare);
        const Type type = total->expression.type;
        both.expression = make(least ? Operation::minimum : Operation::maximum, type, syntax.span,
                               {std::move(total->expression), std::move(next->expression)});
        total = std::move(both);
    }
    return sound ? std::move(total) : std::nullopt;
}

std::optional<Typed> Resolver::clamp(const Syntax& syntax) {
    if (!has_operands(syntax, 3, 3)) return std::nullopt;
    std::vector<Typed> operands;
    for (const Syntax& operand : syntax.operands) {
        std::optional<Typed> typed = part(operand, std::nullopt);
        if (typed && is_number(*typed, "'clamp'")) operands.push_back(std::move(*typed));
    }
    if (operands.size() != 3) return std::nullopt;
    auto& x = operands[0];
    const auto agrees = [&](Typed& a, Typed& b) { return agree(a, b, syntax.span, "'clamp'", One::takes_the_unit); };
    if (!agrees(x, operands[1]) || !agrees(x, operands[2]) || !agrees(operands[1], x)) return std::nullopt;
    Typed result;
    result.traits = clamped(x.traits, operands[1].traits, operands[2].traits);
    std::optional<Elements> covers;
    bool first = true;
    for (const Typed& operand : operands) {
        if (operand.bare == Typed::Bare::zero) continue;
        covers = first ? operand.traits.covers : covers_of_either(covers, operand.traits.covers);
        first = false;
    }
    result.traits.covers = std::move(covers);
    const Type type = x.expression.type;
    result.expression = make(Operation::clamp, type, syntax.span,
                             {std::move(x.expression), std::move(operands[1].expression), std::move(operands[2].expression)});
    return result;
}

/// One more term of a `sum`. Its terms are parts of one thing, so like coverage stays and is not counted twice.
void Resolver::add_up(Typed& total, Typed term) {
    std::optional<Elements> covers = covers_of_either(total.traits.covers, term.traits.covers);
    total.traits = added(total.traits, term.traits);
    total.traits.covers = std::move(covers);
    const Type type = total.expression.type;
    const SourceSpan span = total.expression.span;
    total.expression = make(Operation::add, type, span, {std::move(total.expression), std::move(term.expression)});
}

}  // namespace bandtariff::formula
