// A syntax tree to a checked expression: the walk, and everything that is yes or no. Entry points: resolve (twice).
#include "resolver.hpp"

#include <algorithm>

namespace bandtariff::formula {

Expression make(Operation operation, const Type& type, const SourceSpan& span, std::vector<Expression> operands) {
    Expression result;
    result.operation = operation;
    result.type = type;
    result.span = span;
    result.operands = std::move(operands);
    return result;
}

std::optional<Typed> Resolver::part(const Syntax& syntax, const Wanted& wanted) {
    std::optional<Typed> result = part_unnarrowed(syntax, wanted);
    if (!result || result->expression.type.kind != ValueKind::number) return result;
    for (const Proof::Narrowing& narrowing : known_.narrowings)
        if (same_tree(narrowing.what, result->expression)) narrow(result->traits, narrowing.traits);
    return result;
}

std::optional<Typed> Resolver::part_unnarrowed(const Syntax& syntax, const Wanted& wanted) {
    switch (syntax.kind) {
        case Syntax::Kind::number: return literal(syntax);
        case Syntax::Kind::text: return text(syntax, wanted);
        case Syntax::Kind::name: return name(syntax);
        case Syntax::Kind::lookup: return lookup(syntax);
        case Syntax::Kind::call: return call(syntax);
        case Syntax::Kind::unary: return unary(syntax);
        case Syntax::Kind::binary: return binary(syntax);
        case Syntax::Kind::conditional: return conditional(syntax, wanted);
        case Syntax::Kind::in: return membership(syntax);
        case Syntax::Kind::fallback: return fallback(syntax, wanted);
    }
    return std::nullopt;
}

std::optional<Typed> Resolver::unary(const Syntax& syntax) {
    if (syntax.word == "-") return negation(syntax);
    std::optional<Typed> operand = condition(syntax.operands[0], "'not'");
    if (!operand) return std::nullopt;
    Typed result;
    result.when_true = std::move(operand->when_false);
    result.when_false = std::move(operand->when_true);
    result.expression = make(Operation::logical_not, yes_no(), syntax.span, {std::move(operand->expression)});
    return result;
}

std::optional<Typed> Resolver::binary(const Syntax& syntax) {
    if (syntax.word == "otherwise") return otherwise(syntax);
    if (syntax.word == "and" || syntax.word == "or") return connective(syntax);
    if (syntax.word == "+" || syntax.word == "-") return sum_or_difference(syntax);
    if (syntax.word == "*") return product(syntax);
    if (syntax.word == "/") return quotient(syntax);
    return comparison(syntax);
}

std::optional<Typed> Resolver::condition(const Syntax& syntax, const std::string& asker) {
    std::optional<Typed> result = part(syntax, std::nullopt);
    if (!result || result->expression.type.kind == ValueKind::yes_no) return result;
    report_.error("kind-mismatch", syntax.span, asker + " wants a condition, yes or no; this is " + in_words(result->expression.type));
    return std::nullopt;
}

/// The right side is read only where the left has not settled the answer, so what the left proves holds there.
std::optional<Typed> Resolver::connective(const Syntax& syntax) {
    const bool is_and = syntax.word == "and";
    std::optional<Typed> left = condition(syntax.operands[0], "'" + syntax.word + "'");
    const Proof proved = !left ? Proof() : is_and ? left->when_true : left->when_false;
    std::optional<Typed> right = where(proved, [&] { return condition(syntax.operands[1], "'" + syntax.word + "'"); });
    if (!left || !right) return std::nullopt;
    Typed result;
    Proof& both = is_and ? result.when_true : result.when_false;
    both = proved;
    both.add(is_and ? right->when_true : right->when_false);
    result.expression = make(is_and ? Operation::logical_and : Operation::logical_or, yes_no(), syntax.span,
                             {std::move(left->expression), std::move(right->expression)});
    return result;
}

std::optional<Typed> Resolver::comparison(const Syntax& syntax) {
    struct Sign {
        std::string_view sign, opposite;
        Operation operation;
    };
    static constexpr Sign signs[] = {{"=", "<>", Operation::equal},          {"<>", "=", Operation::not_equal},
                                     {"<", ">=", Operation::less},           {"<=", ">", Operation::less_or_equal},
                                     {">", "<=", Operation::greater},        {">=", "<", Operation::greater_or_equal}};
    const Sign& sign = *std::find_if(std::begin(signs), std::end(signs), [&](const Sign& each) { return each.sign == syntax.word; });
    std::optional<Pair> sides = pair(syntax.operands[0], syntax.operands[1]);
    if (!sides || !agree(sides->left, sides->right, syntax.span, "'" + syntax.word + "'", One::takes_the_unit)) return std::nullopt;
    const Type& type = sides->left.expression.type;
    const bool orders = sign.operation != Operation::equal && sign.operation != Operation::not_equal;
    if (orders && type.kind == ValueKind::yes_no) {
        report_.error("ordered-only", syntax.span, "'" + syntax.word + "' compares what has an order; yes and no have none");
        return std::nullopt;
    }
    if (orders && type.kind == ValueKind::code && !contents().at(type.codes).ordered) {
        const CodeList& list = contents().at(type.codes);
        report_.error("ordered-only", syntax.span,
                      "'" + syntax.word + "' is for codes with an order, and the list '" + list.name + "' is not declared as ordered",
                      list.name + ": {ordered: [...]}");
        return std::nullopt;
    }
    Typed result;
    if (type.kind == ValueKind::number) {
        const auto proof = [&](std::string_view which) {
            const auto& [left, right] = *sides;
            return proof_of_comparison(which, left.expression, left.traits, right.expression, right.traits);
        };
        result.when_true = proof(sign.sign);
        result.when_false = proof(sign.opposite);
    }
    result.expression = make(sign.operation, yes_no(), syntax.span,
                             {std::move(sides->left.expression), std::move(sides->right.expression)});
    return result;
}

std::optional<Typed> Resolver::membership(const Syntax& syntax) {
    std::optional<Typed> left = part(syntax.operands[0], std::nullopt);
    if (!left) return std::nullopt;
    std::vector<Expression> operands;
    bool sound = true;
    for (std::size_t i = 1; i < syntax.operands.size(); ++i) {
        std::optional<Typed> member = part(syntax.operands[i], left->expression.type);
        if (!member || !agree(*left, *member, syntax.operands[i].span, "'in'", One::takes_the_unit))
            sound = false;
        else
            operands.push_back(std::move(member->expression));
    }
    if (!sound) return std::nullopt;
    operands.insert(operands.begin(), std::move(left->expression));
    Typed result;
    result.expression = make(Operation::in, yes_no(), syntax.span, std::move(operands));
    return result;
}

std::optional<Typed> Resolver::conditional(const Syntax& syntax, const Wanted& wanted) {
    std::optional<Typed> test = condition(syntax.operands[0], "'if'");
    const Proof when_true = test ? test->when_true : Proof(), when_false = test ? test->when_false : Proof();
    const auto arm = [&](std::size_t which, const Wanted& type) {
        return where(which == 1 ? when_true : when_false, [&] { return part(syntax.operands[which], type); });
    };
    // A quoted arm is of the other arm's type where the place does not say.
    const std::size_t first = !wanted && syntax.operands[1].kind == Syntax::Kind::text ? 2 : 1;
    std::optional<Typed> one = arm(first, wanted);
    const Wanted by_other = wanted || !one ? wanted : Wanted(one->expression.type);
    if (!one && !wanted && syntax.operands[3 - first].kind == Syntax::Kind::text) return std::nullopt;
    std::optional<Typed> other = arm(3 - first, by_other);
    if (!test || !one || !other) return std::nullopt;
    Typed& then = first == 1 ? *one : *other;
    Typed& otherwise = first == 1 ? *other : *one;
    if (!agree(then, otherwise, syntax.span, "'if'", One::is_a_ratio)) return std::nullopt;
    Typed result;
    if (then.expression.type.kind == ValueKind::number) {
        result.traits = either_of(then.traits, otherwise.traits);
        result.traits.covers = then.bare == Typed::Bare::zero        ? otherwise.traits.covers
                               : otherwise.bare == Typed::Bare::zero ? then.traits.covers
                                                                     : covers_of_either(then.traits.covers, otherwise.traits.covers);
        if (then.bare != Typed::Bare::no && otherwise.bare != Typed::Bare::no) result.bare = std::max(then.bare, otherwise.bare);
    }
    const Type type = then.expression.type;
    result.expression = make(Operation::conditional, type, syntax.span,
                             {std::move(test->expression), std::move(then.expression), std::move(otherwise.expression)});
    return result;
}

std::optional<Typed> Resolver::fallback(const Syntax& syntax, const Wanted& wanted) {
    std::optional<Typed> result = part(syntax.operands[0], wanted);
    if (!result) return std::nullopt;
    Typed all;
    const Type type = result->expression.type;
    all.traits = result->traits;
    std::vector<Expression> operands{std::move(result->expression)};
    bool sound = true;
    for (std::size_t i = 1; i < syntax.operands.size(); ++i) {
        std::optional<Typed> instead = part(syntax.operands[i], type);
        Typed first;
        first.expression = operands[0];
        sound = sound && instead;
        if (!instead || !agree(first, *instead, syntax.operands[i].span, "'otherwise'", One::is_a_ratio)) {
            sound = false;
            continue;
        }
        if (type.kind == ValueKind::number) {
            const std::optional<Elements> covers =
                instead->bare == Typed::Bare::zero ? all.traits.covers : covers_of_either(all.traits.covers, instead->traits.covers);
            all.traits = either_of(all.traits, instead->traits);
            all.traits.covers = covers;
        }
        Expression place = make(Operation::instead_of, type, syntax.operands[i].span, {std::move(instead->expression)});
        place.index = contents().outcome(syntax.keys[i - 1])->index;
        operands.push_back(std::move(place));
    }
    if (!sound) return std::nullopt;
    all.expression = make(Operation::fallback, type, syntax.span, std::move(operands));
    return all;
}

std::optional<Resolved> resolve(const Syntax& syntax, const Scope& scope, const std::optional<Type>& expected, const Proof& known,
                                Report& report) {
    Resolver resolver(scope, known, report);
    std::optional<Typed> typed = resolver.part(syntax, expected);
    if (!typed || (expected && !resolver.fits(*typed, *expected))) return std::nullopt;
    return Resolved{std::move(typed->expression), std::move(typed->traits), std::move(typed->when_true), std::move(typed->when_false)};
}

std::optional<Resolved> resolve(const Syntax& syntax, const Scope& scope, const std::optional<Type>& expected,
                                const std::vector<FactId>& guarded, Report& report) {
    return resolve(syntax, scope, expected, Proof{guarded, {}}, report);
}

}  // namespace bandtariff::formula
