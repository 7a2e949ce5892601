// Cells and keys of rows. Entry points: read_cell (from a scalar, a node, or a row's keys) and read_pattern.
#include <algorithm>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

bool starts_a_number(const std::string& text) {
    return !text.empty() && ((text.front() >= '0' && text.front() <= '9') || text.front() == '-' || text.front() == '.' ||
                             text.front() == '+' || text.starts_with("£"));
}

std::optional<OutcomeId> declared_outcome(const Loader& loader, const std::string& code) {
    for (std::size_t i = 0; i < loader.t.outcomes.size(); ++i)
        if (loader.t.outcomes[i].code == code) return OutcomeId(i);
    return std::nullopt;
}

ReadCell value_cell(Value value) {
    ReadCell result;
    result.cell.value = value;
    result.traits.low = result.traits.high = value.number;
    return result;
}

ReadCell outcome_cell(OutcomeId outcome) {
    ReadCell result;
    result.cell.kind = Cell::Kind::outcome;
    result.cell.outcome = outcome;
    return result;
}

ReadCell no_line_cell() {
    ReadCell result;
    result.cell.kind = Cell::Kind::no_line;
    return result;
}

/// Nothing else may stand in such a table's cells: what to write for one of its values.
std::string example_value(const Loader& loader, const Table& table) {
    switch (table.type.kind) {
        case ValueKind::number: return "a number such as 1250";
        case ValueKind::yes_no: return "true or false";
        case ValueKind::date: return "a day such as 2026-04-01";
        case ValueKind::code: break;
    }
    return table.type.codes.valid() ? "a code of '" + loader.t.at(table.type.codes).name + "'" : "a code";
}

/// A value of the table's type; reports what is none.
std::optional<ReadCell> typed_value(Loader& loader, const Table& table, const std::string& text, const SourceSpan& span) {
    const std::string what = "a value of '" + table.name + "'";
    switch (table.type.kind) {
        case ValueKind::number: {
            const auto number = read_number(text, span, what, loader.report);
            return number ? std::optional(value_cell({*number, 0})) : std::nullopt;
        }
        case ValueKind::code: {
            const auto code = find_code(loader, table.type.codes, text, span);
            return code ? std::optional(value_cell({0, code->index})) : std::nullopt;
        }
        case ValueKind::yes_no: {
            Node node;
            node.kind = Node::Kind::scalar;
            node.text = text;
            node.span = span;
            const auto yes = read_yes_no(node, what, loader.report);
            return yes ? std::optional(value_cell({0, *yes ? 1 : 0})) : std::nullopt;
        }
        case ValueKind::date: {
            const auto day = read_date(text, span, what, loader.report);
            return day ? std::optional(value_cell({0, day_number(*day)})) : std::nullopt;
        }
    }
    return std::nullopt;
}

bool is_value(const Loader& loader, const Table& table, const std::string& text) {
    switch (table.type.kind) {
        case ValueKind::number:
        case ValueKind::date: return starts_a_number(text);
        case ValueKind::code: return table.type.codes.valid() && loader.t.code(table.type.codes, text);
        case ValueKind::yes_no: return text == "true" || text == "false" || text == "yes" || text == "no";
    }
    return false;
}

/// A bound of a stated sum: a number of the table's own unit, or a formula.
std::optional<Expression> read_bound(Loader& loader, const Table& table, const Node& node) {
    if (node.kind == Node::Kind::scalar && starts_a_number(node.text)) {
        const auto number = read_number(node, "a bound", loader.report);
        if (!number) return std::nullopt;
        Expression bound;
        bound.type = table.type;
        bound.span = node.span;
        bound.number = *number;
        return bound;
    }
    const std::optional<Formula> formula = parse_formula(loader, node);
    if (!formula) return std::nullopt;
    auto resolved = resolve_formula(loader, *formula, PackScope(loader, PackScope::Place::bound, &table), table.type, {});
    return resolved ? std::optional(std::move(resolved->expression)) : std::nullopt;
}

std::optional<ReadCell> stated_cell(Loader& loader, const Table& table, const Node& stated_by, Fields& fields) {
    ReadCell result;
    result.cell.kind = Cell::Kind::stated;
    bool ok = true;
    const auto id = stated_by.kind == Node::Kind::scalar ? loader.t.fact(stated_by.text) : std::nullopt;
    if (!id) {
        std::vector<std::string> known;
        for (const Fact& fact : loader.t.facts) known.push_back(fact.name);
        loader.report.error("fact-unknown", stated_by.span, "there is no fact '" + stated_by.text + "'",
                            suggestion(stated_by.text, known));
        ok = false;
    } else {
        const Fact& fact = loader.t.at(*id);
        const std::optional<Type> type = type_of(fact);
        if (!type || !(*type == table.type)) {
            loader.report
                .error("stated-type", stated_by.span,
                       "the record's own sum is " + (type ? type_in_words(loader, *type) : std::string("no value")) + ", and '" +
                           table.name + "' gives " + type_in_words(loader, table.type))
                .notes.push_back({"the fact is declared here", fact.span});
            ok = false;
        }
        result.cell.stated_by = *id;
        if (fact.kind == FactKind::number) result.traits.low = fact.min, result.traits.high = fact.max;
    }
    struct Bound {
        const char* key;
        std::optional<Expression> Cell::* into;
    };
    for (const Bound& bound : {Bound{"above", &Cell::above}, Bound{"at_least", &Cell::at_least}, Bound{"below", &Cell::below},
                               Bound{"at_most", &Cell::at_most}})
        if (const Node* node = fields.take(bound.key)) {
            if (table.type.kind != ValueKind::number)
                loader.report.error("stated-type", node->span, "only a number has bounds"), ok = false;
            else if (auto read = read_bound(loader, table, *node)) {
                const bool lower = bound.into == &Cell::above || bound.into == &Cell::at_least;
                if (read->operation == Operation::number && result.traits.low && result.traits.high) {
                    if (lower)
                        result.traits.low = std::max(*result.traits.low, read->number);
                    else
                        result.traits.high = std::min(*result.traits.high, read->number);
                }
                result.cell.*bound.into = std::move(*read);
            } else
                ok = false;
        }
    if (result.cell.above && result.cell.at_least)
        loader.report.error("bounds-both", fields.key_span("above"), "'above' and 'at_least' both bound the sum from below",
                            "one of the two"),
            ok = false;
    if (result.cell.below && result.cell.at_most)
        loader.report.error("bounds-both", fields.key_span("below"), "'below' and 'at_most' both bound the sum from above",
                            "one of the two"),
            ok = false;
    if (const Node* otherwise = fields.take("else")) {
        const auto text = read_text(*otherwise, "'else'", loader.report);
        const auto outcome = text ? find_outcome(loader, *text, otherwise->span) : std::nullopt;
        if (outcome) result.cell.outcome = *outcome;
        ok = ok && outcome;
    }
    return ok ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<ReadCell> formula_cell(Loader& loader, const Table& table, const Node& node) {
    const std::optional<Formula> formula = parse_formula(loader, node);
    if (!formula) return std::nullopt;
    auto resolved =
        resolve_formula(loader, *formula, PackScope(loader, PackScope::Place::computed_table, &table), table.type, {});
    if (!resolved) return std::nullopt;
    ReadCell result;
    result.cell.kind = Cell::Kind::formula;
    result.traits = resolved->traits;
    if (table.rounding && result.traits.low) result.traits.low = round(*result.traits.low, table.rounding->rounding);
    if (table.rounding && result.traits.high) result.traits.high = round(*result.traits.high, table.rounding->rounding);
    if (table.rounding && table.rounding->rounding.mode() == Rounding::Mode::exact) result.traits = resolved->traits;
    result.cell.formula = std::move(resolved->expression);
    return result;
}

/// "10 to 14", "20 to under 25", "110 or more", "under 10", or one number.
std::optional<KeyPattern> read_interval(Loader& loader, const std::string& text, const SourceSpan& span) {
    KeyPattern pattern;
    pattern.kind = KeyPattern::Kind::numbers;
    pattern.span = span;
    const auto number = [&](std::string part) { return read_number(part, span, "an interval's end", loader.report); };
    const auto malformed = [&]() -> std::optional<KeyPattern> {
        loader.report.error("interval-malformed", span, "'" + text + "' is no number and no interval",
                            "10, 10 to 14, 20 to under 25, 110 or more, under 10, any or others");
        return std::nullopt;
    };
    if (text.starts_with("under ")) {
        pattern.to = number(text.substr(6));
        pattern.below_to = true;
        return pattern.to ? std::optional(pattern) : std::nullopt;
    }
    if (text.ends_with(" or more")) {
        pattern.from = number(text.substr(0, text.size() - 8));
        return pattern.from ? std::optional(pattern) : std::nullopt;
    }
    const std::size_t to = text.find(" to ");
    if (to == std::string::npos) {
        if (!starts_a_number(text)) return malformed();
        pattern.from = pattern.to = number(text);
        return pattern.from ? std::optional(pattern) : std::nullopt;
    }
    const std::size_t under = text.substr(to + 4).starts_with("under ") ? 6 : 0;
    if (!starts_a_number(text) || !starts_a_number(text.substr(to + 4 + under))) return malformed();
    pattern.from = number(text.substr(0, to));
    std::string end = text.substr(to + 4);
    pattern.below_to = end.starts_with("under ");
    pattern.to = number(pattern.below_to ? end.substr(6) : end);
    if (!pattern.from || !pattern.to) return std::nullopt;
    if (*pattern.to < *pattern.from || (pattern.below_to && *pattern.to == *pattern.from)) {
        loader.report.error("interval-backwards", span, "the interval '" + text + "' holds no number: it ends before it begins",
                            bandtariff::to_string(*pattern.to) + " to " + bandtariff::to_string(*pattern.from));
        return std::nullopt;
    }
    return pattern;
}

}  // namespace

std::optional<ReadCell> read_cell(Loader& loader, const Table& table, const std::string& text, const SourceSpan& span) {
    if (text == "no_line") return no_line_cell();
    if (is_value(loader, table, text)) return typed_value(loader, table, text, span);
    if (const auto outcome = declared_outcome(loader, text)) return outcome_cell(*outcome);
    if (table.type.kind == ValueKind::code && !table.type.codes.valid()) return std::nullopt;
    std::vector<std::string> known;
    for (const Outcome& outcome : loader.t.outcomes)
        if (outcome.span.somewhere()) known.push_back(outcome.code);
    if (table.type.kind == ValueKind::code)
        for (const Code& code : loader.t.at(table.type.codes).codes) known.push_back(code.code);
    const std::optional<std::string> near = nearest_word(text, known);
    loader.report.error("cell-malformed", span, "'" + text + "' is no value of '" + table.name + "' and no outcome of the pack",
                        near ? *near : example_value(loader, table) + ", or the name of an outcome");
    return std::nullopt;
}

std::optional<ReadCell> read_cell(Loader& loader, const Table& table, const Node& node) {
    if (node.kind == Node::Kind::mapping) {
        Fields fields(node, "a cell", loader.report);
        std::optional<ReadCell> cell = read_cell(loader, table, fields);
        fields.finish();
        return cell;
    }
    const auto text = read_text(node, "a value of '" + table.name + "'", loader.report);
    return text ? read_cell(loader, table, *text, node.span) : std::nullopt;
}

std::optional<ReadCell> read_cell(Loader& loader, const Table& table, Fields& fields) {
    Report& report = loader.report;
    const char* own = table.type.kind == ValueKind::number ? "amount"
                      : table.type.kind == ValueKind::code ? "code"
                      : table.type.kind == ValueKind::date ? "date"
                                                           : "yes_no";
    std::vector<std::pair<std::string, const Node*>> found;
    for (const char* key : {"amount", "code", "date", "yes_no", "outcome", "stated_by", "is", "no_line"})
        if (const Node* node = fields.take(key)) found.emplace_back(key, node);
    if (found.empty()) {
        report.error("cell-value-missing", fields.span(), "there is no value here for '" + table.name + "'",
                     std::string(own) + ": " + example_value(loader, table));
        return std::nullopt;
    }
    if (found.size() > 1) {
        report.error("cell-ambiguous", found[1].second->span,
                     "'" + found[0].first + "' and '" + found[1].first + "' both say what stands here", "one of the two");
        return std::nullopt;
    }
    const auto& [key, node] = found.front();
    if (key == "stated_by") return stated_cell(loader, table, *node, fields);
    if (key == "is") return formula_cell(loader, table, *node);
    if (key == "no_line") {
        const auto yes = read_yes_no(*node, "'no_line'", report);
        if (yes && !*yes)
            report.error("yes-no-malformed", node->span, "'no_line' is true where a line that reads this is absent",
                         "true, or a value");
        return yes && *yes ? std::optional(no_line_cell()) : std::nullopt;
    }
    const auto text = read_text(*node, "'" + key + "'", report);
    if (!text) return std::nullopt;
    if (key == "outcome") {
        const auto outcome = find_outcome(loader, *text, node->span);
        return outcome ? std::optional(outcome_cell(*outcome)) : std::nullopt;
    }
    if (key != own) {
        report.error(
            "cell-kind", fields.key_span(key),
            "'" + table.name + "' gives " + type_in_words(loader, table.type) + ", so its values are under '" + own + "'",
            std::string(own) + ": " + example_value(loader, table));
        return std::nullopt;
    }
    return typed_value(loader, table, *text, node->span);
}

std::optional<KeyPattern> read_pattern(Loader& loader, const Key& key, const std::string& text, const SourceSpan& span) {
    KeyPattern pattern;
    pattern.span = span;
    if (text == "any") return pattern;
    if (text == "others") {
        pattern.kind = KeyPattern::Kind::others;
        return pattern;
    }
    const Type& type = key.reads.type;
    if (type.kind == ValueKind::number) return read_interval(loader, text, span);
    pattern.kind = KeyPattern::Kind::codes;
    if (type.kind == ValueKind::yes_no) {
        const bool yes = text == "true" || text == "yes";
        if (!yes && text != "false" && text != "no") {
            loader.report.error("yes-no-malformed", span,
                                "the key '" + key.name + "' is true or false, and this is '" + text + "'", "true, false or any");
            return std::nullopt;
        }
        pattern.codes.push_back(CodeId(yes ? 1U : 0U));
        return pattern;
    }
    const auto code = find_code(loader, type.codes, text, span);
    if (!code) return std::nullopt;
    pattern.codes.push_back(*code);
    return pattern;
}

std::optional<KeyPattern> read_pattern(Loader& loader, const Key& key, const Node& node) {
    if (node.kind != Node::Kind::sequence) {
        const auto text = read_text(node, "the key '" + key.name + "'", loader.report);
        return text ? read_pattern(loader, key, *text, node.span) : std::nullopt;
    }
    if (key.reads.type.kind != ValueKind::code) {
        loader.report.error("wrong-kind", node.span, "only codes are listed in one row", "a row for each");
        return std::nullopt;
    }
    KeyPattern pattern;
    pattern.kind = KeyPattern::Kind::codes;
    pattern.span = node.span;
    bool ok = !node.items.empty();
    if (!ok)
        loader.report.error("code-list-empty", node.span, "this row names no code of '" + key.name + "'", "the codes, or any");
    for (const Node& item : node.items) {
        const auto text = read_text(item, "a code", loader.report);
        const auto code = text ? find_code(loader, key.reads.type.codes, *text, item.span) : std::nullopt;
        if (!code)
            ok = false;
        else if (std::find(pattern.codes.begin(), pattern.codes.end(), *code) != pattern.codes.end())
            loader.report.error("code-duplicate", item.span, "'" + *text + "' is named twice in this row", "each code once");
        else
            pattern.codes.push_back(*code);
    }
    return ok ? std::optional(std::move(pattern)) : std::nullopt;
}

}  // namespace bandtariff::loading
