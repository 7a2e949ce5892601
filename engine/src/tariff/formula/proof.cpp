// What conditions prove: facts that are stated, and bounds of what was compared. Entry points: proof_of_comparison,
// proved_given, Proof::add, same_tree.
#include <algorithm>

#include "traits.hpp"

namespace bandtariff::formula {
namespace {

Expression difference(const Expression& left, const Expression& right) {
    Expression result;
    result.operation = Operation::subtract;
    result.type = left.type;
    result.operands = {left, right};
    return result;
}

bool is_zero(const Traits& traits) { return traits.low && traits.high && *traits.low == 0 && *traits.high == 0; }

Traits bounds(std::optional<Rational> low, std::optional<Rational> high, bool never_zero) {
    Traits result;
    result.low = std::move(low);
    result.high = std::move(high);
    result.never_zero = never_zero;
    return result;
}

struct Compared {
    const Expression& expression;
    const Traits& traits;
};

/// `left < right`, or `<=` where not strict. The differences are kept too, so that `if a > b then x / (a - b) …` is allowed.
Proof less(const Compared& left, const Compared& right, bool strict) {
    const bool left_below_zero = right.traits.high && *right.traits.high <= 0 && (strict || right.traits.never_zero);
    const bool right_above_zero = left.traits.low && *left.traits.low >= 0 && (strict || left.traits.never_zero);
    return {{},
            {{left.expression, bounds(std::nullopt, right.traits.high, left_below_zero)},
             {right.expression, bounds(left.traits.low, std::nullopt, right_above_zero)},
             {difference(left.expression, right.expression), bounds(std::nullopt, Rational(0), strict)},
             {difference(right.expression, left.expression), bounds(Rational(0), std::nullopt, strict)}}};
}

Proof equal(const Compared& left, const Compared& right) {
    return {{}, {{left.expression, right.traits}, {right.expression, left.traits}}};
}

Proof unequal(const Compared& left, const Compared& right) {
    Proof result;
    if (is_zero(right.traits)) result.narrowings.push_back({left.expression, bounds(std::nullopt, std::nullopt, true)});
    if (is_zero(left.traits)) result.narrowings.push_back({right.expression, bounds(std::nullopt, std::nullopt, true)});
    result.narrowings.push_back({difference(left.expression, right.expression), bounds(std::nullopt, std::nullopt, true)});
    result.narrowings.push_back({difference(right.expression, left.expression), bounds(std::nullopt, std::nullopt, true)});
    return result;
}

void given_where(const Expression& condition, bool holds, std::vector<FactId>& result) {
    switch (condition.operation) {
        case Operation::given:
            if (holds) result.emplace_back(static_cast<std::size_t>(condition.index));
            break;
        case Operation::logical_not: given_where(condition.operands[0], !holds, result); break;
        case Operation::logical_and:
        case Operation::logical_or:
            if (holds == (condition.operation == Operation::logical_and))
                for (const Expression& operand : condition.operands) given_where(operand, holds, result);
            break;
        default: break;
    }
}

}  // namespace

void Proof::add(const Proof& other) {
    given.insert(given.end(), other.given.begin(), other.given.end());
    narrowings.insert(narrowings.end(), other.narrowings.begin(), other.narrowings.end());
}

bool same_tree(const Expression& a, const Expression& b) {
    return a.operation == b.operation && a.index == b.index && a.number == b.number && a.type.kind == b.type.kind &&
           a.type.codes == b.type.codes &&
           std::equal(a.operands.begin(), a.operands.end(), b.operands.begin(), b.operands.end(), same_tree);
}

Proof proof_of_comparison(std::string_view sign, const Expression& left, const Traits& left_traits, const Expression& right,
                          const Traits& right_traits) {
    const Compared a{left, left_traits};
    const Compared b{right, right_traits};
    if (sign == "=") return equal(a, b);
    if (sign == "<>") return unequal(a, b);
    if (sign == "<") return less(a, b, true);
    if (sign == "<=") return less(a, b, false);
    if (sign == ">") return less(b, a, true);
    return less(b, a, false);
}

std::vector<FactId> proved_given(const Expression& condition) {
    std::vector<FactId> result;
    given_where(condition, true, result);
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

}  // namespace bandtariff::formula
