// What stands alone in a formula: literals, quoted text, names and look-ups.
#include <algorithm>

#include "bandtariff/calendar.hpp"
#include "resolver.hpp"

namespace bandtariff::formula {
namespace {

void stand_at(Expression& expression, const SourceSpan& span) {
    expression.span = span;
    for (Expression& operand : expression.operands) stand_at(operand, span);
}

std::string kind_in_words(const Expression& expression) {
    switch (expression.operation) {
        case Operation::fact: return "a fact";
        case Operation::key: return "a key";
        case Operation::choice: return "a choice";
        case Operation::step: return "a step";
        case Operation::code: return "a code";
        default: return "no table";
    }
}

}  // namespace

std::optional<Scope::Meaning> Scope::line(const std::string& name, const SourceSpan& span, Report& report) const {
    report.error("name-unknown", span, "'line." + name + "': what a line pays cannot be read here, only by the amount of another line");
    return std::nullopt;
}

std::optional<Typed> Resolver::literal(const Syntax& syntax) {
    if (syntax.word != "0" && syntax.word != "1") {
        report_.error("policy-number", syntax.span,
                      "a number that is policy does not stand in a formula: " + syntax.word +
                          " is a figure, with a unit, a date and a source, that the formula reads by its name; only 0 and 1 stand here");
        return std::nullopt;
    }
    Typed result;
    result.bare = syntax.word == "0" ? Typed::Bare::zero : Typed::Bare::one;
    result.expression = make(Operation::number, number_type({}), syntax.span, {});
    result.expression.number = syntax.word == "0" ? 0 : 1;
    result.traits = exactly(result.expression.number);
    return result;
}

std::optional<Typed> Resolver::text(const Syntax& syntax, const Wanted& wanted) {
    if (!wanted) {
        report_.error("kind-mismatch", syntax.span,
                      "nothing here says whether '" + syntax.word + "' is a code, of which list, or a date: quoted text is compared with "
                      "one or stands for a key");
        return std::nullopt;
    }
    if (wanted->kind == ValueKind::code) return code(syntax, wanted->codes);
    if (wanted->kind != ValueKind::date) {
        const bool is_number = wanted->kind == ValueKind::number;
        report_.error("kind-mismatch", syntax.span,
                      "'" + syntax.word + "' is quoted text, a code or a date, and " + in_words(*wanted) + " is wanted here" +
                          (is_number ? ": a number that is policy is a figure with a source" : ": a yes/no name is a condition by itself"));
        return std::nullopt;
    }
    const std::optional<Date> day = parse_date(syntax.word);
    if (!day) {
        report_.error("kind-mismatch", syntax.span, "'" + syntax.word + "' is no day, and a date is wanted here", "'YYYY-MM-DD'");
        return std::nullopt;
    }
    Typed result;
    result.expression = make(Operation::date, date_type(), syntax.span, {});
    result.expression.index = day_number(*day);
    return result;
}

std::optional<Typed> Resolver::code(const Syntax& syntax, CodeListId list) {
    if (const std::optional<CodeId> id = contents().code(list, syntax.word)) {
        Typed result;
        result.expression = make(Operation::code, code_of(list), syntax.span, {});
        result.expression.index = id->index;
        return result;
    }
    std::vector<std::string> codes;
    for (const Code& each : contents().at(list).codes) codes.push_back(each.code);
    std::optional<std::string> near = nearest_word(syntax.word, codes);
    if (const std::optional<CodeId> meant = contents().code_in_record(list, syntax.word)) near = contents().text_of(list, *meant);
    Diagnostic& error = report_.error("code-unknown", syntax.span, "'" + syntax.word + "' is no code of '" + contents().at(list).name + "'",
                                      near ? "'" + *near + "'" : "");
    error.notes.push_back({"the list is declared here", contents().at(list).span});
    return std::nullopt;
}

bool Resolver::is_guarded(FactId fact) const { return std::find(known_.given.begin(), known_.given.end(), fact) != known_.given.end(); }

bool Resolver::must_be_guarded(FactId fact) const {
    Report unused;
    const std::optional<Scope::Meaning> found = scope_.name(contents().at(fact).name, {}, unused);
    return found && found->optional_fact;
}

void Resolver::refuse_unguarded(FactId fact, const SourceSpan& span) {
    const std::string& name = contents().at(fact).name;
    report_.error("unguarded-optional", span,
                  "a record may leave out '" + name + "', and nothing here says what happens then: read it under given(" + name +
                      "), in a line whose `when` tests that, or with 'otherwise'",
                  "if given(" + name + ") then ... else ...");
}

/// Inside a sum the list's name is its current code, and `level` is the fact `level.CODE`.
std::optional<Scope::Meaning> Resolver::meaning(const std::string& word, const SourceSpan& span) {
    if (word.starts_with("line.")) return scope_.line(word.substr(std::string_view("line.").size()), span, report_);
    std::string name = word;
    for (auto current = currents_.rbegin(); current != currents_.rend(); ++current) {
        const std::string& code = contents().text_of(current->list, current->code);
        if (word == current->list_name) {
            Scope::Meaning result;
            result.expression = make(Operation::code, code_of(current->list), span, {});
            result.expression.index = current->code.index;
            return result;
        }
        if (contents().fact(word + "." + code)) {
            name = word + "." + code;
            break;
        }
    }
    std::optional<Scope::Meaning> result = scope_.name(name, span, report_);
    if (!result) return std::nullopt;
    stand_at(result->expression, span);
    learn_key_names(name, result->expression);
    return result;
}

void Resolver::learn_key_names(const std::string& word, const Expression& expression) {
    if (expression.operation == Operation::key) key_names_.emplace(expression.index, word);
    if (expression.operation != Operation::lookup) return;
    const Table& table = contents().at(TableId(static_cast<std::size_t>(expression.index)));
    for (std::size_t i = 0; i < expression.operands.size(); ++i)
        if (expression.operands[i].index != unread_key) learn_key_names(table.keys[i].name, expression.operands[i]);
}

std::optional<Typed> Resolver::name(const Syntax& syntax) {
    std::optional<Scope::Meaning> found = meaning(syntax.word, syntax.span);
    if (!found) return std::nullopt;
    if (found->optional_fact && !is_guarded(*found->optional_fact)) {
        refuse_unguarded(*found->optional_fact, syntax.span);
        return std::nullopt;
    }
    Typed result;
    result.expression = std::move(found->expression);
    result.traits = std::move(found->traits);
    if (result.expression.operation == Operation::lookup) {
        std::vector<bool> written(result.expression.operands.size(), false);
        read_current_codes(result.expression, written);
        if (!check_operands(result.expression, syntax.span)) return std::nullopt;
    }
    return result;
}

std::optional<Typed> Resolver::lookup(const Syntax& syntax) {
    std::optional<Scope::Meaning> found = meaning(syntax.word, syntax.span);
    if (!found) return std::nullopt;
    Typed result;
    result.expression = std::move(found->expression);
    if (result.expression.operation != Operation::lookup) {
        report_.error("kind-mismatch", syntax.span,
                      "'" + syntax.word + "' is " + kind_in_words(result.expression) + ": only a table has keys");
        return std::nullopt;
    }
    std::vector<bool> written(result.expression.operands.size(), false);
    const bool sound = write_out_keys(syntax, result.expression, written);
    read_current_codes(result.expression, written);
    if (!sound || !check_operands(result.expression, syntax.span)) return std::nullopt;
    result.traits = scope_.table_traits(TableId(static_cast<std::size_t>(result.expression.index)));
    return result;
}

bool Resolver::fits_key(Typed& value, const Key& key) {
    const Type& wanted = key.reads.type;
    const Type& type = value.expression.type;
    if (type.kind != wanted.kind || (type.kind == ValueKind::code && type.codes != wanted.codes)) {
        report_.error("kind-mismatch", value.expression.span,
                      "the key '" + key.name + "' wants " + in_words(wanted) + ", and this is " + in_words(type));
        return false;
    }
    if (value.bare != Typed::Bare::no) take_unit(value.expression, wanted.unit);
    if (type.kind != ValueKind::number || type.unit == wanted.unit) return true;
    report_.error("unit-mismatch", value.expression.span,
                  "the key '" + key.name + "' is in \"" + to_string(wanted.unit) + "\", and this in \"" + to_string(type.unit) + "\"");
    return false;
}

/// Puts what the formula writes for a key in place of what the key's name reads.
bool Resolver::write_out_keys(const Syntax& syntax, Expression& lookup, std::vector<bool>& written) {
    const Table& table = contents().at(TableId(static_cast<std::size_t>(lookup.index)));
    bool sound = true;
    for (std::size_t i = 0; i < syntax.keys.size(); ++i) {
        const auto key = std::find_if(table.keys.begin(), table.keys.end(), [&](const Key& each) { return each.name == syntax.keys[i]; });
        if (key == table.keys.end()) {
            std::vector<std::string> names;
            for (const Key& each : table.keys) names.push_back(each.name);
            Diagnostic& error = report_.error("key-unknown", syntax.key_spans[i],
                                              "'" + table.name + (names.empty() ? "' has no keys" : "' has no key '" + syntax.keys[i] + "'"),
                                              nearest_word(syntax.keys[i], names).value_or(names.size() == 1 ? names.front() : ""));
            error.notes.push_back({"it is declared here", table.span});
            sound = false;
            continue;
        }
        const auto position = static_cast<std::size_t>(key - table.keys.begin());
        if (written[position]) {
            report_.error("formula-syntax", syntax.key_spans[i], "the key '" + key->name + "' is written twice");
            sound = false;
            continue;
        }
        written[position] = true;
        std::optional<Typed> value = part(syntax.operands[i], key->reads.type);
        sound = value && fits_key(*value, *key) && sound;
        if (value) lookup.operands[position] = std::move(value->expression);
    }
    return sound;
}

/// In a sum over a list, a table's key of the list's name reads the current code.
void Resolver::read_current_codes(Expression& lookup, std::vector<bool>& written) {
    const Table& table = contents().at(TableId(static_cast<std::size_t>(lookup.index)));
    for (std::size_t i = 0; i < table.keys.size(); ++i)
        for (auto current = currents_.rbegin(); current != currents_.rend() && !written[i]; ++current) {
            if (table.keys[i].name != current->list_name) continue;
            Expression code = make(Operation::code, code_of(current->list), lookup.span, {});
            code.index = current->code.index;
            lookup.operands[i] = std::move(code);
            written[i] = true;
        }
}

/// Keys that read nothing, and keys that read an optional fact that nothing guards.
bool Resolver::check_operands(const Expression& lookup, const SourceSpan& span) {
    const Table& table = contents().at(TableId(static_cast<std::size_t>(lookup.index)));
    bool sound = true;
    for (std::size_t i = 0; i < lookup.operands.size(); ++i) {
        const Expression& operand = lookup.operands[i];
        if (operand.operation == Operation::key && operand.index == unread_key) {
            const std::string& key = table.keys[i].name;
            report_.error("name-unknown", span,
                          "'" + table.name + "' has a key '" + key +
                              "', and no fact, step, choice or table here has that name: say what it reads",
                          table.name + "[" + key + ": ...]");
            sound = false;
        } else if (operand.operation == Operation::fact) {
            const FactId fact(static_cast<std::size_t>(operand.index));
            if (is_guarded(fact) || !must_be_guarded(fact)) continue;
            refuse_unguarded(fact, span);
            sound = false;
        } else if (operand.operation == Operation::lookup) {
            sound = check_operands(operand, span) && sound;
        }
    }
    return sound;
}

}  // namespace bandtariff::formula
