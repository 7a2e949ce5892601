// An expression to the text of a formula: names in full, codes and dates quoted, brackets only where the grammar needs them.
// Entry point: to_string(expression, tariff).
#include <algorithm>
#include <array>
#include <stdexcept>

#include "bandtariff/calendar.hpp"
#include "traits.hpp"

namespace bandtariff {
namespace {

/// How tightly a form binds, as in the grammar of parse.cpp.
enum class Binding { expression, disjunction, conjunction, negation, comparison, sum, product, unary, primary };

Binding tighter(Binding binding) { return static_cast<Binding>(static_cast<int>(binding) + 1); }

struct Infix {
    Operation operation;
    std::string_view sign;
    Binding binding, left;  ///< `left`: what may stand on the left without brackets; on the right only what binds tighter
};

constexpr std::array<Infix, 12> infixes = {{
    {Operation::logical_or, "or", Binding::disjunction, Binding::disjunction},
    {Operation::logical_and, "and", Binding::conjunction, Binding::conjunction},
    {Operation::equal, "=", Binding::comparison, Binding::sum},
    {Operation::not_equal, "<>", Binding::comparison, Binding::sum},
    {Operation::less, "<", Binding::comparison, Binding::sum},
    {Operation::less_or_equal, "<=", Binding::comparison, Binding::sum},
    {Operation::greater, ">", Binding::comparison, Binding::sum},
    {Operation::greater_or_equal, ">=", Binding::comparison, Binding::sum},
    {Operation::add, "+", Binding::sum, Binding::sum},
    {Operation::subtract, "-", Binding::sum, Binding::sum},
    {Operation::multiply, "*", Binding::product, Binding::product},
    {Operation::divide, "/", Binding::product, Binding::product},
}};

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result.append(c == '\'' ? 2 : 1, c);
    return result + "'";
}

class Printer {
public:
    Printer(const TariffContents& tariff, const formula::KeyNames& key_names) : tariff_(tariff), key_names_(key_names) {}

    std::string text(const Expression& e, Binding place) const {
        const auto [text, binding] = form(e);
        return binding < place ? "(" + text + ")" : text;
    }

private:
    struct Form {
        std::string text;
        Binding binding;
    };

    template <class Identity>
    static Identity id(const Expression& e) {
        return Identity(static_cast<std::size_t>(e.index));
    }

    Form form(const Expression& e) const {
        for (const Infix& infix : infixes)
            if (infix.operation == e.operation) return {chain(e, infix), infix.binding};
        switch (e.operation) {
            case Operation::number: return number(e.number);
            case Operation::code: return {quoted(tariff_.text_of(e.type.codes, id<CodeId>(e))), Binding::primary};
            case Operation::yes_no: return {e.index != 0 ? "yes" : "no", Binding::primary};
            case Operation::date: return {quoted(to_string(from_day_number(static_cast<std::int32_t>(e.index)))), Binding::primary};
            case Operation::fact: return {tariff_.at(id<FactId>(e)).name, Binding::primary};
            case Operation::key: return {key(e), Binding::primary};
            case Operation::choice: return {tariff_.at(id<ChoiceId>(e)).name, Binding::primary};
            case Operation::by_choice: return {by_choice(e), Binding::primary};
            case Operation::lookup: return {lookup(e), Binding::primary};
            case Operation::line: return {"line." + tariff_.at(id<LineId>(e)).name, Binding::primary};
            case Operation::step: return {tariff_.at(id<StepId>(e)).name, Binding::primary};
            case Operation::given: return {"given(" + tariff_.at(id<FactId>(e)).name + ")", Binding::primary};
            case Operation::otherwise: return otherwise(e);
            case Operation::fallback: return fallback(e);
            case Operation::instead_of:
                return {text(e.operands[0], Binding::expression) + " where " + tariff_.outcomes[static_cast<std::size_t>(e.index)].code, Binding::expression};
            case Operation::negate: return {"-" + text(e.operands[0], Binding::unary), Binding::unary};
            case Operation::in: return {text(e.operands[0], Binding::sum) + " in [" + list(e, 1) + "]", Binding::comparison};
            case Operation::logical_not: return {"not " + text(e.operands[0], Binding::negation), Binding::negation};
            case Operation::conditional: return conditional(e);
            case Operation::minimum: return {call("min", e), Binding::primary};
            case Operation::maximum: return {call("max", e), Binding::primary};
            case Operation::clamp: return {call("clamp", e), Binding::primary};
            case Operation::days: return {call("days", e), Binding::primary};
            case Operation::complete_weeks: return {call("complete_weeks", e), Binding::primary};
            case Operation::complete_months: return {call("complete_months", e), Binding::primary};
            default: break;
        }
        throw std::invalid_argument("expression: no such operation");
    }

    /// A number that a pack's cell or an override put into a tree prints as itself.
    static Form number(const Rational& value) {
        std::string text = to_string(value);
        const Binding binding = text.find('/') != std::string::npos ? Binding::product : value < 0 ? Binding::unary : Binding::primary;
        return {std::move(text), binding};
    }

    std::string chain(const Expression& e, const Infix& infix) const {
        std::string result = text(e.operands[0], infix.left);
        for (std::size_t i = 1; i < e.operands.size(); ++i)
            result.append(" ").append(infix.sign).append(" ").append(text(e.operands[i], tighter(infix.binding)));
        return result;
    }

    Form conditional(const Expression& e) const {
        return {"if " + text(e.operands[0], Binding::expression) + " then " + text(e.operands[1], Binding::expression) + " else " +
                    text(e.operands[2], Binding::expression),
                Binding::expression};
    }

    Form otherwise(const Expression& e) const {
        const bool again = e.operands[1].operation == Operation::otherwise;
        const std::string instead = text(e.operands[1], Binding::primary);
        return {text(e.operands[0], Binding::primary) + " otherwise " + (again ? "(" + instead + ")" : instead), Binding::primary};
    }

    Form fallback(const Expression& e) const {
        std::string result = text(e.operands[0], Binding::expression);
        for (std::size_t i = 1; i < e.operands.size(); ++i) result += ", or " + text(e.operands[i], Binding::expression);
        return {std::move(result), Binding::expression};
    }

    std::string list(const Expression& e, std::size_t from) const {
        std::string result;
        for (std::size_t i = from; i < e.operands.size(); ++i)
            result.append(i == from ? "" : ", ").append(text(e.operands[i], Binding::expression));
        return result;
    }

    /// min(min(a, b), c) is how min(a, b, c) is read.
    std::string call(const std::string& function, const Expression& e) const {
        const bool folds = e.operation == Operation::minimum || e.operation == Operation::maximum;
        std::vector<const Expression*> rest;
        const Expression* first = &e;
        while (folds && first->operation == e.operation) {
            for (std::size_t i = first->operands.size(); i-- > 1;) rest.push_back(&first->operands[i]);
            first = &first->operands[0];
        }
        if (!folds) return function + "(" + list(e, 0) + ")";
        std::string result = function + "(" + text(*first, Binding::expression);
        for (auto each = rest.rbegin(); each != rest.rend(); ++each) result += ", " + text(**each, Binding::expression);
        return result + ")";
    }

    /// Keys that read what has their name are left out, as they may be when written.
    std::string lookup(const Expression& e) const {
        const Table& table = tariff_.at(id<TableId>(e));
        if (table.translates) return text(e.operands[0], Binding::expression);  // one code by two lists
        std::string keys;
        for (std::size_t i = 0; i < e.operands.size(); ++i) {
            const Expression& operand = e.operands[i];
            const std::string operand_text = text(operand, Binding::expression);
            const bool reads_its_name = operand.operation == Operation::key && operand_text == table.keys[i].name;
            if (reads_its_name || formula::same_tree(operand, table.keys[i].reads)) continue;
            keys += (keys.empty() ? "" : ", ") + table.keys[i].name + ": " + operand_text;
        }
        return keys.empty() ? table.name : table.name + "[" + keys + "]";
    }

    std::string by_choice(const Expression& e) const {
        const Choice& choice = tariff_.at(id<ChoiceId>(e));
        std::string result = "{" + choice.name + ": {";
        for (std::size_t i = 0; i < e.operands.size(); ++i)
            result.append(i == 0 ? "" : ", ")
                .append(tariff_.text_of(choice.alternatives, CodeId(i)) + ": " + text(e.operands[i], Binding::expression));
        return result + "}}";
    }

    std::string key(const Expression& e) const {
        const auto name = key_names_.find(e.index);
        return name == key_names_.end() ? "key " + std::to_string(e.index + 1) : name->second;
    }

    const TariffContents& tariff_;
    const formula::KeyNames& key_names_;
};

bool stand_together(const SourceSpan& a, const SourceSpan& b) { return a.file == b.file && a.line == b.line && a.column == b.column; }

bool holds(const Expression& tree, const Expression& part) {
    if (stand_together(tree.span, part.span) && formula::same_tree(tree, part)) return true;
    return std::any_of(tree.operands.begin(), tree.operands.end(), [&](const Expression& operand) { return holds(operand, part); });
}

bool reads_keys(const Expression& e) {
    return e.operation == Operation::key || std::any_of(e.operands.begin(), e.operands.end(), reads_keys);
}

/// A formula's keys have their names from the table whose cell it is.
formula::KeyNames key_names_for(const Expression& expression, const TariffContents& tariff) {
    formula::KeyNames names;
    if (!reads_keys(expression)) return names;
    for (const Table& table : tariff.tables)
        for (const Version& version : table.versions)
            for (const Row& row : version.rows)
                if (row.cell.formula && holds(*row.cell.formula, expression)) {
                    for (std::size_t i = 0; i < table.keys.size(); ++i) names.emplace(static_cast<std::int64_t>(i), table.keys[i].name);
                    return names;
                }
    return names;
}

}  // namespace

std::string to_string(const Expression& expression, const TariffContents& tariff) {
    return formula::text_of(expression, tariff, key_names_for(expression, tariff));
}

std::string formula::text_of(const Expression& expression, const TariffContents& tariff, const KeyNames& key_names) {
    return Printer(tariff, key_names).text(expression, Binding::expression);
}

}  // namespace bandtariff
