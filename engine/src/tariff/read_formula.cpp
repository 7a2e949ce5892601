// A formula where one may stand: a text, or one text for each alternative of a choice.
// Entry points: parse_formula, resolve_formula, visit_names.
#include <algorithm>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

std::optional<Formula> parse_by_choice(Loader& loader, const Node& node) {
    Report& report = loader.report;
    if (node.entries.size() != 1) {
        report.error("formula-malformed", node.span, "a formula is one text, or {CHOICE: {alternative: formula, …}}",
                     "a formula in quotes");
        return std::nullopt;
    }
    const Entry& entry = node.entries.front();
    const std::optional<ChoiceId> id = loader.t.choice(entry.key);
    if (!id) {
        std::vector<std::string> known;
        for (const Choice& choice : loader.t.choices) known.push_back(choice.name);
        report.error("choice-unknown", entry.key_span,
                     "'" + entry.key + "' is no choice, and a formula written as a mapping begins with one",
                     suggestion(entry.key, known));
        return std::nullopt;
    }
    Fields fields(entry.value, "'" + entry.key + "'", report);
    Formula formula;
    formula.node = &node;
    formula.choice = id;
    bool complete = true;
    for (const Code& alternative : loader.t.at(loader.t.at(*id).alternatives).codes) {
        const Node* text = fields.require(alternative.code, alternative.code + ": a formula");
        std::optional<Formula> parsed = text == nullptr ? std::nullopt : parse_formula(loader, *text);
        complete = complete && parsed;
        if (parsed) formula.alternatives.push_back(std::move(*parsed));
    }
    fields.finish();
    return complete ? std::optional(std::move(formula)) : std::nullopt;
}

void visit_syntax(const formula::Syntax& syntax,
                  const std::function<void(const std::string&, const std::vector<std::string>&)>& visit) {
    if (syntax.kind == formula::Syntax::Kind::name || syntax.kind == formula::Syntax::Kind::lookup)
        visit(syntax.word, syntax.keys);
    for (const formula::Syntax& operand : syntax.operands) visit_syntax(operand, visit);
}

/// What is known of a value that is one of two.
formula::Traits either(const formula::Traits& a, const formula::Traits& b) {
    formula::Traits result;
    if (a.covers == b.covers) result.covers = a.covers;
    if (a.low && b.low) result.low = std::min(*a.low, *b.low);
    if (a.high && b.high) result.high = std::max(*a.high, *b.high);
    return result;
}

}  // namespace

std::optional<Formula> parse_formula(Loader& loader, const Node& node) {
    if (node.kind == Node::Kind::mapping) return parse_by_choice(loader, node);
    if (node.kind != Node::Kind::scalar) {
        loader.report.error("formula-malformed", node.span, "a formula is one text, or {CHOICE: {alternative: formula, …}}",
                            "a formula in quotes");
        return std::nullopt;
    }
    std::optional<formula::Syntax> syntax = formula::parse(node, loader.report);
    if (!syntax) return std::nullopt;
    Formula formula;
    formula.node = &node;
    formula.syntax = std::move(syntax);
    return formula;
}

std::optional<formula::Resolved> resolve_formula(Loader& loader, const Formula& formula, const formula::Scope& scope,
                                                 const std::optional<Type>& expected, const formula::Proof& known,
                                                 const std::function<void(const formula::Resolved&, const SourceSpan&)>& each) {
    if (formula.syntax) {
        std::optional<formula::Resolved> resolved = formula::resolve(*formula.syntax, scope, expected, known, loader.report);
        if (resolved && each) each(*resolved, formula.node->span);
        return resolved;
    }
    std::optional<formula::Resolved> result;
    std::optional<Type> type = expected;
    bool complete = true;
    for (const Formula& alternative : formula.alternatives) {
        std::optional<formula::Resolved> resolved = resolve_formula(loader, alternative, scope, type, known, each);
        if (!resolved) {
            complete = false;
            continue;
        }
        if (!type) type = resolved->expression.type;
        if (!result) {
            result.emplace();
            result->expression.operation = Operation::by_choice;
            result->expression.type = *type;
            result->expression.span = formula.node->span;
            result->expression.index = formula.choice->index;
            result->traits = resolved->traits;
        }
        result->traits = either(result->traits, resolved->traits);
        result->expression.operands.push_back(std::move(resolved->expression));
    }
    return complete ? result : std::nullopt;
}

void visit_names(const Formula& formula, const std::function<void(const std::string&, const std::vector<std::string>&)>& visit) {
    if (formula.syntax) visit_syntax(*formula.syntax, visit);
    for (const Formula& alternative : formula.alternatives) visit_names(alternative, visit);
}

}  // namespace bandtariff::loading
