// When two operands are of one kind, one code list and one unit, and how types are named in sentences.
#include "resolver.hpp"

namespace bandtariff::formula {
namespace {

constexpr std::size_t longest_shown = 60;

/// Quoted text, alone or as an arm of `if`, says nothing of its own type.
bool needs_type(const Syntax& syntax) {
    if (syntax.kind == Syntax::Kind::conditional) return needs_type(syntax.operands[1]) && needs_type(syntax.operands[2]);
    return syntax.kind == Syntax::Kind::text;
}

}  // namespace

void take_unit(Expression& expression, const Unit& unit) {
    if (expression.type.kind != ValueKind::number) return;
    expression.type.unit = unit;
    for (Expression& operand : expression.operands) take_unit(operand, unit);
}

std::string Resolver::in_words(const Type& type) const {
    switch (type.kind) {
        case ValueKind::number: return "a number in \"" + to_string(type.unit) + "\"";
        case ValueKind::code: return "a code of '" + contents().at(type.codes).name + "'";
        case ValueKind::yes_no: return "yes or no";
        case ValueKind::date: return "a date";
    }
    return {};
}

std::string Resolver::shown(const Expression& expression) const {
    const std::string text = text_of(expression, contents(), key_names_);
    return text.size() <= longest_shown ? "'" + text + "'" : "this";
}

std::optional<Resolver::Pair> Resolver::pair(const Syntax& left, const Syntax& right, const Wanted& wanted) {
    const bool left_first = !needs_type(left) || needs_type(right);
    std::optional<Typed> first = part(left_first ? left : right, wanted);
    const Syntax& last = left_first ? right : left;
    if (!first && needs_type(last)) return std::nullopt;  // its type hangs on what is already reported
    std::optional<Typed> second = part(last, needs_type(last) && !wanted ? Wanted(first->expression.type) : wanted);
    if (!first || !second) return std::nullopt;
    if (left_first) return Pair{std::move(*first), std::move(*second)};
    return Pair{std::move(*second), std::move(*first)};
}

bool Resolver::agree(Typed& left, Typed& right, const SourceSpan& span, const std::string& asker, One one) {
    Type& a = left.expression.type;
    Type& b = right.expression.type;
    if (a.kind != b.kind || (a.kind == ValueKind::code && a.codes != b.codes)) {
        report_.error("kind-mismatch", span, asker + " wants two of a kind: one is " + in_words(a) + ", the other " + in_words(b));
        return false;
    }
    if (a.kind != ValueKind::number) return true;
    const auto bends = [&](const Typed& typed) {
        return typed.bare == Typed::Bare::zero || (typed.bare == Typed::Bare::one && one == One::takes_the_unit);
    };
    if (bends(left))
        take_unit(left.expression, b.unit);
    else if (bends(right))
        take_unit(right.expression, a.unit);
    if (a.unit == b.unit) return true;
    report_.error("unit-mismatch", span,
                  asker + " wants one unit: " + shown(left.expression) + " is in \"" + to_string(a.unit) + "\" and " +
                      shown(right.expression) + " in \"" + to_string(b.unit) + "\"");
    return false;
}

bool Resolver::fits(Typed& typed, const Type& expected) {
    Type& type = typed.expression.type;
    const SourceSpan& span = typed.expression.span;
    if (type.kind != expected.kind || (type.kind == ValueKind::code && type.codes != expected.codes)) {
        report_.error("kind-mismatch", span, "this place wants " + in_words(expected) + ", and the formula gives " + in_words(type));
        return false;
    }
    if (type.kind != ValueKind::number) return true;
    if (typed.bare != Typed::Bare::no) take_unit(typed.expression, expected.unit);
    if (type.unit == expected.unit) return true;
    report_.error("unit-mismatch", span,
                  "this place wants \"" + to_string(expected.unit) + "\", and the formula gives \"" + to_string(type.unit) + "\"");
    return false;
}

}  // namespace bandtariff::formula
