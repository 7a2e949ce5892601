// A tariff with a figure set for one run, or as it was known on an earlier day. Entry points: Tariff::set_figure and known_on,
// and SetReader, by which scenarios set what one run may.
#include <algorithm>

#include "bandtariff/placement.hpp"
#include "tariff/access.hpp"
#include "tariff/evaluate.hpp"
#include "tariff/reader.hpp"
#include "tariff/scenarios.hpp"

namespace bandtariff {
namespace {

/// Whether an expression reads a table, itself or through steps and computed cells.
class Reading {
public:
    Reading(const TariffContents& tariff, std::size_t wanted) : tariff_(tariff), wanted_(wanted) {}

    bool reads(const Expression& e) const {
        if (e.operation == Operation::lookup && reads_table(static_cast<std::size_t>(e.index))) return true;
        if (e.operation == Operation::step && reads(tariff_.steps[static_cast<std::size_t>(e.index)].is)) return true;
        return any(e, [&](const Expression& operand) { return reads(operand); });
    }

    /// Whether a divisor inside the expression reads it.
    bool divides_by(const Expression& e) const {
        if (e.operation == Operation::divide && reads(e.operands[1])) return true;
        return any(e, [&](const Expression& operand) { return divides_by(operand); });
    }

    bool divides_anywhere() const {
        const auto divides = [&](const std::optional<Expression>& e) { return e && divides_by(*e); };
        for (const Step& step : tariff_.steps)
            if (divides_by(step.is)) return true;
        for (const Table& table : tariff_.tables)
            for (const Version& version : table.versions)
                for (const Row& row : version.rows)
                    for (const auto* part : {&row.cell.formula, &row.cell.above, &row.cell.at_least, &row.cell.below, &row.cell.at_most})
                        if (divides(*part)) return true;
        const std::vector<const Expression*> formulas = tariff_.formulas();
        return std::any_of(formulas.begin(), formulas.end(), [&](const Expression* formula) { return divides_by(*formula); });
    }

private:
    bool reads_table(std::size_t index) const {
        if (index == wanted_) return true;
        for (const Version& version : tariff_.tables[index].versions)
            for (const Row& row : version.rows)
                for (const auto* part : {&row.cell.formula, &row.cell.above, &row.cell.at_least, &row.cell.below, &row.cell.at_most})
                    if (*part && reads(**part)) return true;
        return false;
    }

    template <class Asks>
    static bool any(const Expression& e, const Asks& asks) {
        return std::any_of(e.operands.begin(), e.operands.end(), asks);
    }

    const TariffContents& tariff_;
    std::size_t wanted_;
};

std::optional<Value> read_value(const TariffContents& tariff, const Table& figure, std::string_view text, Report& report) {
    const std::string what = "a value of '" + figure.name + "'";
    document::Node node;
    node.kind = document::Node::Kind::scalar;
    node.text = std::string(text);
    switch (figure.type.kind) {
        case ValueKind::number: {
            const auto number = loading::read_number(node, what, report);
            return number ? std::optional(Value{*number, 0}) : std::nullopt;
        }
        case ValueKind::yes_no: {
            const auto yes = loading::read_yes_no(node, what, report);
            return yes ? std::optional(Value{0, *yes ? 1 : 0}) : std::nullopt;
        }
        case ValueKind::date: {
            const auto day = loading::read_date(node, what, report);
            return day ? std::optional(Value{0, day_number(*day)}) : std::nullopt;
        }
        case ValueKind::code: break;
    }
    if (const auto code = tariff.code(figure.type.codes, text)) return Value{0, code->index};
    std::vector<std::string> known;
    for (const Code& each : tariff.at(figure.type.codes).codes) known.push_back(each.code);
    report.error("code-unknown", {}, "'" + node.text + "' is no code of '" + tariff.at(figure.type.codes).name + "'",
                 loading::suggestion(node.text, known));
    return std::nullopt;
}

/// "1250", or "1250, then 1300 from 2026-09-01": what a figure was before it was set.
std::string stood_at(const TariffContents& tariff, const Table& figure) {
    std::string text, last;
    for (const Version& version : figure.versions) {
        const Row* row = figure.row(version, {});
        if (row == nullptr) continue;
        const std::string value = row->cell.kind == Cell::Kind::value     ? to_string(row->cell.value, figure.type, tariff)
                                  : row->cell.kind == Cell::Kind::outcome ? tariff.at(row->cell.outcome).code
                                                                          : "what the record states or a formula gives";
        if (value == last) continue;
        text += text.empty() ? value : ", then " + value + (version.from ? " from " + to_string(*version.from) : "");
        last = value;
    }
    return text.empty() ? "no value" : text;
}

/// The values a figure already has, by which every divisor was shown not to be zero.
bool within_its_values(const Table& figure, const Value& value) {
    std::optional<Rational> low, high;
    for (const Version& version : figure.versions)
        for (const Row& row : version.rows) {
            if (row.cell.kind != Cell::Kind::value) continue;
            low = low ? std::min(*low, row.cell.value.number) : row.cell.value.number;
            high = high ? std::max(*high, row.cell.value.number) : row.cell.value.number;
        }
    return low && *low <= value.number && value.number <= *high;
}

}  // namespace

std::optional<TableId> SetReader::figure(const std::string& name) {
    const auto [known, is_new] = figures_.try_emplace(name);
    if (!is_new) return known->second;
    known->second = tariff_.table(name);
    if (known->second && tariff_.at(*known->second).figure) return known->second;
    std::vector<std::string> names;
    for (const Table& table : tariff_.tables)
        if (table.figure && !table.reference) names.push_back(table.name);
    report_.error("figure-unknown", {}, "'" + name + "' is no figure of " + tariff_.pack,
                  names.empty() ? "this pack has no figures" : loading::suggestion(name, names));
    known->second.reset();
    return std::nullopt;
}

std::optional<TableId> SetReader::table(const std::string& name) {
    const auto [known, is_new] = tables_.try_emplace(name);
    if (!is_new) return known->second;
    known->second = tariff_.table(name);
    if (known->second && !tariff_.at(*known->second).figure) return known->second;
    std::vector<std::string> names;
    for (const Table& table : tariff_.tables)
        if (!table.figure && !table.reference) names.push_back(table.name);
    report_.error("change-unknown", {}, "'" + name + "' is no table of " + tariff_.pack,
                  names.empty() ? "this pack has no tables" : loading::suggestion(name, names));
    known->second.reset();
    return std::nullopt;
}

std::optional<std::size_t> SetReader::position(TableId id, const std::vector<std::string>& keys) {
    const auto [known, is_new] = positions_.try_emplace({id.index, keys});
    if (!is_new) return known->second;
    const Table& table = tariff_.at(id);
    if (keys.size() != table.keys.size()) {
        std::string names;
        for (const Key& key : table.keys) names += (names.empty() ? "" : ", ") + key.name;
        report_.error("key-missing", table.span, "a cell of '" + table.name + "' is named by its keys in order: " + names,
                      "as many as the table has");
        return std::nullopt;
    }
    std::size_t position = 0;
    for (std::size_t k = 0; k < keys.size(); ++k) {
        Table of_key;  // a key is read as a value of its own type
        of_key.name = table.keys[k].name;
        of_key.type = table.keys[k].reads.type;
        const std::optional<Value> value = read_value(tariff_, of_key, keys[k], report_);
        if (!value) return std::nullopt;
        position = position * table.keys[k].size + table.keys[k].position(*value);
    }
    known->second = position;
    return position;
}

bool SetReader::divides(TableId table) {
    const auto [known, is_new] = divides_.try_emplace(table.index);
    if (is_new) known->second = Reading(tariff_, table.index).divides_anywhere();
    return known->second;
}

std::optional<Value> SetReader::value(TableId id, const std::string& text) {
    const auto [known, is_new] = values_.try_emplace({id.index, text});
    if (!is_new) return known->second;
    const Table& table = tariff_.at(id);
    std::optional<Value> read = read_value(tariff_, table, text, report_);
    if (read && table.type.kind == ValueKind::number && !within_its_values(table, *read) && divides(id)) {
        report_.error("figure-divides", table.span, "'" + table.name + "' is divided by, and with " + text + " a divisor might be zero",
                      "an overlay that changes it, which is checked whole");
        read.reset();
    }
    known->second = read;
    return read;
}

Checked<Tariff> Tariff::set_figure(std::string_view figure, std::string_view value) const {
    Report report;
    const TariffContents& before = *contents_;
    SetReader reader(before, report);
    const std::optional<TableId> id = reader.figure(std::string(figure));
    const std::optional<Value> read = id ? reader.value(*id, std::string(value)) : std::nullopt;
    if (!read) return report.sorted();
    const Table& old = before.at(*id);
    TariffContents changed = before;
    Table& set = changed.tables[id->index];
    const std::string said = old.name + " is " + std::string(value) + ", in place of " + stood_at(before, old);
    Row row;
    row.cell.value = *read;
    row.citation.assumed = "set for this run: " + said;
    row.citation.span = old.span;
    row.span = old.span;
    Version version;
    version.rows.push_back(row);
    version.governing = {0};
    version.citation = row.citation;
    version.span = old.span;
    set.versions = {version};
    set.decisions.clear();
    changed.set_for_run.push_back(said);
    return TariffAccess::make(std::move(changed));
}

Tariff Tariff::known_on(Date day) const {
    TariffContents changed = *contents_;
    changed.known_on = day;
    for (Table& table : changed.tables) {
        if (table.decisions.empty()) {
            std::erase_if(table.versions, [&](const Version& version) { return version.decided && day < *version.decided; });
            continue;
        }
        table.versions.clear();
        for (const DecidedVersions& decided : table.decisions)
            if (decided.known_from <= day) table.versions = decided.versions;
    }
    return TariffAccess::make(std::move(changed));
}

}  // namespace bandtariff
