// A table whose cells are set by scenario keeps its place and its name, so that whatever reads it is left alone: its cells
// become formulas, of the printed table (now a table of its own at the end) or of the values by scenario. See scenarios.hpp.
#include "tariff/scenarios.hpp"

#include <algorithm>

#include "tariff/access.hpp"

namespace bandtariff {
namespace {

Expression expression(Operation operation, std::size_t index, Type type, std::vector<Expression> operands = {}) {
    Expression result;
    result.operation = operation;
    result.index = static_cast<std::int64_t>(index);
    result.type = std::move(type);
    result.operands = std::move(operands);
    return result;
}

Row formula_row(Expression formula, const SourceSpan& span) {
    Row row;
    row.cell.kind = Cell::Kind::formula;
    row.cell.formula = std::move(formula);
    row.citation.assumed = "set for this run";
    row.citation.span = row.span = span;
    return row;
}

/// The values of one cell, a row a scenario.
Table values_by_scenario(const Table& table, const SetCell& set, const Expression& scenario) {
    Table values;
    values.name = table.name + " by scenario";
    values.type = table.type;
    values.unit_text = table.unit_text;
    values.span = table.span;
    values.keys.push_back({"scenario", scenario, {}, set.values.size()});
    Version version;
    version.span = table.span;
    for (std::size_t k = 0; k < set.values.size(); ++k) {
        Row row;
        row.keys.push_back({KeyPattern::Kind::codes, {CodeId(k)}, {}, {}, false, false, table.span});
        row.cell.value = set.values[k];
        row.span = table.span;
        version.rows.push_back(std::move(row));
        version.governing.push_back(static_cast<std::int32_t>(k));
    }
    values.versions.push_back(std::move(version));
    return values;
}

/// Has the cell of a table read from `row`, on all days, and its other cells where they are now: in a copy at the end.
void set_cell(TariffContents& contents, const SetCell& set, Row row) {
    const Table own = contents.tables[set.table.index];
    Version version;
    version.span = own.span;
    if (own.keys.empty()) {
        version.governing = {0};
        version.rows.push_back(std::move(row));
    } else {
        std::vector<Expression> same;
        for (std::size_t k = 0; k < own.keys.size(); ++k) same.push_back(expression(Operation::key, k, own.keys[k].reads.type));
        contents.tables.push_back(own);
        contents.tables.back().name += " but for scenarios";
        version.rows.push_back(formula_row(expression(Operation::lookup, contents.tables.size() - 1, own.type, std::move(same)), own.span));
        version.governing.assign(own.positions(), 0);
        version.rows.push_back(std::move(row));
        version.governing[set.position] = 1;
    }
    Table& table = contents.tables[set.table.index];
    table.versions = {std::move(version)};
    table.decisions.clear();
    table.rounding.reset();  // of computed cells, which round where they are now
}

/// A number that no outcome has, below those of every outcome that is not priced: it wins over all of them.
std::uint16_t unread_number(const TariffContents& tariff) {
    std::uint16_t number = 0;
    while (tariff.outcome_numbered(number) != nullptr) ++number;
    return number;
}

}  // namespace

Tariff by_scenario(const Tariff& tariff, const std::vector<SetCell>& cells, std::size_t scenarios) {
    TariffContents changed = *tariff;
    changed.cases.clear();
    changed.identities.clear();
    CodeList list;
    list.name = "scenario";
    for (std::size_t k = 0; k < scenarios; ++k) list.codes.push_back({std::to_string(k), {}, {}});
    Fact fact;
    fact.name = "scenario";
    fact.kind = FactKind::code;
    fact.codes = CodeListId(changed.code_lists.size());
    fact.otherwise = Value{};  // always stated: no price is worked out for a record of no scenario
    fact.scenario = true;
    const FactId id(changed.facts.size());
    changed.code_lists.push_back(std::move(list));
    changed.facts.push_back(fact);
    Type code;
    code.kind = ValueKind::code;
    code.codes = fact.codes;
    const Expression scenario = expression(Operation::fact, id.index, code);

    for (const SetCell& set : cells) {
        const Table& own = changed.tables[set.table.index];
        const SourceSpan span = own.span;
        const Type type = own.type;
        Table values = values_by_scenario(own, set, scenario);
        changed.tables.push_back(std::move(values));
        set_cell(changed, set, formula_row(expression(Operation::lookup, changed.tables.size() - 1, type, {scenario}), span));
    }
    return TariffAccess::make(std::move(changed));
}

Tariff without_values(const Tariff& tariff, const std::vector<SetCell>& cells) {
    TariffContents changed = *tariff;
    changed.cases.clear();
    changed.identities.clear();
    Outcome not_read;
    not_read.number = unread_number(*tariff);
    not_read.outcome_class = OutcomeClass::not_priced;
    not_read.code = not_read.say = "set by scenario";
    const OutcomeId outcome(changed.outcomes.size());
    changed.outcomes.push_back(std::move(not_read));
    for (const SetCell& set : cells) {
        Row row;
        row.cell.kind = Cell::Kind::outcome;
        row.cell.outcome = outcome;
        row.span = changed.tables[set.table.index].span;
        set_cell(changed, set, std::move(row));
    }
    return TariffAccess::make(std::move(changed));
}

}  // namespace bandtariff
