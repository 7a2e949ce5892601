// Names to expressions, for the resolver of formulas. Entry point: PackScope.
#include "tariff/scope.hpp"

#include <algorithm>

namespace bandtariff::loading {
namespace {

Expression expression_of(Operation operation, Type type, const SourceSpan& span, std::size_t index) {
    Expression result;
    result.operation = operation;
    result.type = type;
    result.span = span;
    result.index = static_cast<std::int64_t>(index);
    return result;
}

}  // namespace

std::vector<std::string> PackScope::readable() const {
    std::vector<std::string> result;
    if (place_ == Place::computed_table)
        for (const Key& key : table_->keys) result.push_back(key.name);
    for (const auto& [word, named] : loader_.names) {
        const bool computed = place_ == Place::computed_table;
        if (named.kind == Named::Kind::table || named.kind == Named::Kind::choice) result.push_back(word);
        if (!computed && (named.kind == Named::Kind::fact || named.kind == Named::Kind::step)) result.push_back(word);
    }
    return result;
}

std::optional<PackScope::Meaning> PackScope::name(const std::string& word, const SourceSpan& span, Report& report) const {
    if (place_ == Place::computed_table || place_ == Place::bound)
        for (std::size_t i = 0; i < table_->keys.size(); ++i)
            if (table_->keys[i].name == word)
                return Meaning{expression_of(Operation::key, table_->keys[i].reads.type, span, i), {}, {}};

    const auto found = loader_.names.find(word);
    if (loader_.unreadable.contains(word)) return std::nullopt;  // what is wrong with it is reported where it is declared
    if (const auto lent = loader_.not_lent.find(word); lent != loader_.not_lent.end() && found == loader_.names.end()) {
        report.error("name-not-readable", span, lent->second);
        return std::nullopt;
    }
    if (found == loader_.names.end()) {
        const std::vector<std::string> known = readable();
        const std::optional<std::string> near = nearest_word(word, known);
        report.error("name-unknown", span, "there is no fact, figure, table, step or choice '" + word + "'", near.value_or(""));
        return std::nullopt;
    }
    const Named& named = found->second;
    switch (named.kind) {
        case Named::Kind::fact: return fact(FactId(named.index), word, span, report);
        case Named::Kind::table: return table(TableId(named.index), word, span, report);
        case Named::Kind::choice: {
            const Choice& choice = loader_.t.choices[named.index];
            return Meaning{expression_of(Operation::choice, code_type(choice.alternatives), span, named.index), {}, {}};
        }
        case Named::Kind::step: {
            if (place_ == Place::computed_table) {
                report.error(
                    "name-not-readable", span,
                    "'" + word + "' is a step, and a table computed at load reads only its keys, figures, tables and choices");
                return std::nullopt;
            }
            if (!loader_.step_known[named.index]) return std::nullopt;  // what is wrong with the step is reported there
            return Meaning{expression_of(Operation::step, loader_.t.steps[named.index].type, span, named.index),
                           loader_.step_traits[named.index],
                           {}};
        }
        case Named::Kind::fact_family:
        case Named::Kind::table_family: {
            std::vector<std::string> members;
            for (const auto& [member, each] : loader_.names)
                if (member.starts_with(word + ".")) members.push_back(member);
            if (!members.empty())
                report.error("name-is-family", span, "'" + word + "' is several values: say which", any_of(members));
            return std::nullopt;
        }
        case Named::Kind::time_basis: break;
    }
    report.error("name-not-readable", span,
                 "'" + word + "' is a time basis: it belongs under 'over' of a line, not in a formula");
    return std::nullopt;
}

std::optional<PackScope::Meaning> PackScope::line(const std::string& name, const SourceSpan& span, Report& report) const {
    if (place_ != Place::amount) return Scope::line(name, span, report);
    // Nothing is said of the elements it covers: a fee on a line is no part of that line.
    for (std::size_t i = 0; i < loader_.line_names.size(); ++i)
        if (loader_.line_names[i] == name)
            return Meaning{expression_of(Operation::line, {ValueKind::number, Unit::of("GBP"), {}}, span, i), {}, {}};
    report.error("line-unknown", span, "there is no line '" + name + "'", suggestion(name, loader_.line_names));
    return std::nullopt;
}

std::optional<PackScope::Meaning> PackScope::fact(FactId id, const std::string& word, const SourceSpan& span,
                                                  Report& report) const {
    const Fact& fact = loader_.t.at(id);
    if (place_ == Place::computed_table) {
        report.error(
            "name-not-readable", span,
            "'" + word + "' is a fact of a record, and a table computed at load reads only its keys, figures, tables and choices",
            "by: [" + word + "], which makes it a key of the table");
        return std::nullopt;
    }
    const std::optional<Type> type = type_of(fact);
    if (!type) {
        report.error("fact-not-computed", span,
                     "'" + word + "' is a " +
                         (fact.kind == FactKind::year   ? "year"
                          : fact.kind == FactKind::name ? "name"
                                                        : "text") +
                         ", which formulas do not compute with");
        return std::nullopt;
    }
    Meaning meaning{expression_of(Operation::fact, *type, span, id.index), {}, {}};
    if (fact.kind == FactKind::number) meaning.traits.low = fact.min, meaning.traits.high = fact.max;
    // In an identity a fact is a key left free, which takes every value and is never absent.
    if (fact.optional && place_ != Place::identity) meaning.optional_fact = id;
    return meaning;
}

std::optional<PackScope::Meaning> PackScope::table(TableId id, const std::string& word, const SourceSpan& span,
                                                   Report& report) const {
    const Table& table = loader_.t.at(id);
    if (table.reference && place_ != Place::identity) {
        report.error("name-not-readable", span,
                     "'" + word + "' is kept for reference ('use: reference') and prices nothing; only 'checks' may read it",
                     "leave out 'use: reference' where it is declared, if it does price");
        return std::nullopt;
    }
    Meaning meaning{expression_of(Operation::lookup, table.type, span, id.index), table_traits(id), {}};
    for (const Key& key : table.keys) {
        const bool in_table = place_ == Place::computed_table || place_ == Place::bound;
        const auto same_name = [&](const Key& each) { return each.name == key.name; };
        const auto own = in_table ? std::find_if(table_->keys.begin(), table_->keys.end(), same_name) : table.keys.end();
        if (!in_table || (place_ == Place::bound && own == table_->keys.end())) {
            meaning.expression.operands.push_back(key.reads);
            meaning.expression.operands.back().span = span;
            continue;
        }
        if (own != table_->keys.end()) {
            meaning.expression.operands.push_back(
                expression_of(Operation::key, own->reads.type, span, static_cast<std::size_t>(own - table_->keys.begin())));
        } else {
            meaning.expression.operands.push_back(expression_of(Operation::key, key.reads.type, span, 0));
            meaning.expression.operands.back().index = formula::unread_key;
        }
    }
    return meaning;
}

formula::Traits PackScope::table_traits(TableId table) const {
    return table.index < loader_.table_traits.size() ? loader_.table_traits[table.index] : formula::Traits{};
}

}  // namespace bandtariff::loading
