// Values that are said by way of others: an uplift of the value before, and an overlay's change of some cells.
// Entry points: read_uplift and read_value_changes from text; uplift_cells and change_cells once a version's rows are known.
#include <algorithm>

#include "tariff/loader.hpp"
#include "tariff/overlay.hpp"

namespace bandtariff::loading {
namespace {

Rational rounded(const Rational& exact, const std::optional<RoundingRule>& rule) {
    return rule ? Rational(round(exact, rule->rounding)) : exact;
}

/// The cell as a person would write it.
std::string in_words(const Loader& loader, const Table& table, const Cell* cell) {
    if (cell == nullptr) return "absent";
    switch (cell->kind) {
        case Cell::Kind::value: break;
        case Cell::Kind::outcome: return loader.t.at(cell->outcome).code;
        case Cell::Kind::no_line: return "no_line";
        case Cell::Kind::stated: return "stated_by " + loader.t.at(cell->stated_by).name;
        case Cell::Kind::formula: return to_string(*cell->formula, loader.t);
    }
    switch (table.type.kind) {
        case ValueKind::number: return bandtariff::to_string(cell->value.number);
        case ValueKind::code: return loader.t.text_of(table.type.codes, CodeId(static_cast<std::size_t>(cell->value.integer)));
        case ValueKind::yes_no: return cell->value.integer != 0 ? "true" : "false";
        case ValueKind::date: break;
    }
    return bandtariff::to_string(from_day_number(static_cast<std::int32_t>(cell->value.integer)));
}

bool same_formula(const Loader& loader, const std::optional<Expression>& a, const std::optional<Expression>& b) {
    return a.has_value() == b.has_value() && (!a || to_string(*a, loader.t) == to_string(*b, loader.t));
}

bool same_cell(const Loader& loader, const Cell& a, const Cell& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
        case Cell::Kind::value: return a.value == b.value;
        case Cell::Kind::outcome: return a.outcome == b.outcome;
        case Cell::Kind::no_line: return true;
        case Cell::Kind::formula: return same_formula(loader, a.formula, b.formula);
        case Cell::Kind::stated: break;
    }
    return a.stated_by == b.stated_by && a.outcome == b.outcome && same_formula(loader, a.above, b.above) &&
           same_formula(loader, a.at_least, b.at_least) && same_formula(loader, a.below, b.below) &&
           same_formula(loader, a.at_most, b.at_most);
}

const Row* governing(const Version& version, std::size_t position) {
    const std::int32_t row = version.governing[position];
    return row < 0 ? nullptr : &version.rows[static_cast<std::size_t>(row)];
}

/// The keys of one position, and of no other.
std::vector<KeyPattern> keys_at(const Table& table, std::size_t position, const SourceSpan& span) {
    std::vector<KeyPattern> keys(table.keys.size());
    for (std::size_t k = keys.size(); k-- > 0;) {
        const Key& key = table.keys[k];
        const std::size_t at = position % key.size;
        position /= key.size;
        keys[k].span = span;
        if (key.reads.type.kind != ValueKind::number) {
            keys[k].kind = KeyPattern::Kind::codes;
            keys[k].codes = {CodeId(at)};
            continue;
        }
        keys[k].kind = KeyPattern::Kind::numbers;
        if (at > 0) keys[k].from = key.cuts[at - 1].at, keys[k].above_from = key.cuts[at - 1].after;
        if (at < key.cuts.size()) keys[k].to = key.cuts[at].at, keys[k].below_to = !key.cuts[at].after;
    }
    return keys;
}

/// Rows for some positions, in front of those that governed there: of rows that admit a key the first goes first.
void put_first(const Table& table, Version& version, std::vector<std::pair<std::size_t, Row>> changed) {
    const auto count = static_cast<std::int32_t>(changed.size());
    for (std::int32_t& row : version.governing)
        if (row >= 0) row += count;
    std::vector<Row> rows;
    for (auto& [position, row] : changed) {
        version.governing[position] = static_cast<std::int32_t>(rows.size());
        row.keys = keys_at(table, position, row.span);
        rows.push_back(std::move(row));
    }
    rows.insert(rows.end(), version.rows.begin(), version.rows.end());
    version.rows = std::move(rows);
}

bool multipliable(Loader& loader, const Table& table, const SourceSpan& span, const char* what) {
    if (table.type.kind == ValueKind::number) return true;
    loader.report.error("uplift-kind", span, std::string("only amounts can be ") + what + ", and '" + table.name + "' gives " +
                                                 type_in_words(loader, table.type));
    return false;
}

/// Reports cells whose amount is not known until a record is priced.
bool is_amount(Loader& loader, const Table& table, const Cell& cell, const SourceSpan& span) {
    if (cell.kind == Cell::Kind::value) return true;
    if (cell.kind == Cell::Kind::formula)
        loader.report.error("uplift-computed", span, "'" + table.name + "' has cells that are computed, which have no printed amount to multiply",
                            "a change of what the formula reads");
    return false;
}

/// The values before an uplift as a table of their own, which its computed cells go on reading.
TableId stand_behind(Loader& loader, const Table& table, const Version& before, const Version& after) {
    Table stored = table;
    stored.name = table.name + " before" + (after.from ? " " + bandtariff::to_string(*after.from) : "");
    stored.figure = false;
    stored.dated_by.reset();
    stored.decisions.clear();
    stored.versions = {before};
    stored.versions.front().from.reset();
    stored.versions.front().until.reset();
    for (Key& key : stored.keys) {
        Expression reads;
        reads.operation = Operation::key;
        reads.type = key.reads.type;
        reads.index = formula::unread_key;
        key.reads = std::move(reads);
    }
    loader.hidden.push_back(std::move(stored));
    return TableId(loader.t.tables.size() + loader.hidden.size() - 1);
}

/// The stored value at the cell's own keys, times a number.
Expression times(const Table& table, TableId stored, const Rational& by, const SourceSpan& span) {
    Expression value, factor, product;
    value.operation = Operation::lookup;
    value.type = table.type;
    value.span = factor.span = product.span = span;
    value.index = stored.index;
    for (std::size_t k = 0; k < table.keys.size(); ++k) {
        Expression key;
        key.operation = Operation::key;
        key.type = table.keys[k].reads.type;
        key.span = span;
        key.index = static_cast<std::int64_t>(k);
        value.operands.push_back(std::move(key));
    }
    factor.number = by;
    product.operation = Operation::multiply;
    product.type = table.type;
    product.operands = {std::move(value), std::move(factor)};
    return product;
}

std::vector<KeyPattern> any_key(const Table& table, const SourceSpan& span) {
    std::vector<KeyPattern> keys(table.keys.size());
    for (KeyPattern& key : keys) key.span = span;
    return keys;
}

/// The patterns of a change's keys, in the table's order; reports one that is missing or unknown.
std::optional<std::vector<KeyPattern>> keys_of(Loader& loader, const Table& table, const ChangePath& path, const Node& target) {
    std::vector<KeyPattern> result;
    bool sound = true;
    for (const Key& key : table.keys) {
        const auto written = std::find_if(path.keys.begin(), path.keys.end(), [&](const auto& each) { return each.first == key.name; });
        if (written == path.keys.end() && !path.has_keys) {
            loader.report.error("change-path", target.span, "'" + table.name + "' has keys, and this change does not say which cells it is of",
                                target.text + "[" + key.name + ": any]");
            return std::nullopt;
        }
        if (written == path.keys.end()) {
            loader.report.error("key-missing", target.span, "the change does not say which " + key.name, key.name + ": a value, or any");
            sound = false;
            continue;
        }
        if (written->second == "others") {
            loader.report.error("change-path", target.span, "a change names the cells it is of, and 'others' names none", "any, or a value");
            sound = false;
            continue;
        }
        const auto pattern = read_pattern(loader, key, written->second, target.span);
        if (pattern) result.push_back(*pattern);
        sound = sound && pattern;
    }
    for (const auto& [name, text] : path.keys)
        if (std::none_of(table.keys.begin(), table.keys.end(), [&name = name](const Key& key) { return key.name == name; })) {
            std::vector<std::string> known;
            for (const Key& key : table.keys) known.push_back(key.name);
            loader.report.error("key-unknown", target.span, "'" + table.name + "' has no key '" + name + "'", suggestion(name, known));
            sound = false;
        }
    return sound ? std::optional(result) : std::nullopt;
}

class ChangeReader {
public:
    ChangeReader(Loader& loader, const Table& table, const Node& node, const Node& target, const ChangePath& path)
        : loader_(loader), report_(loader.report), table_(table), target_(target), path_(path), fields_(node, "a change", loader.report) {}

    std::optional<ValueChange> read() {
        change_.multiplies = fields_.take("multiply") != nullptr;
        if (!change_.multiplies) (void)fields_.take("change");
        change_.span = target_.span;
        change_.citation = read_citation(loader_, fields_, "this change", Evidence::required, true);
        day();
        const Node* was = fields_.require("was", change_.multiplies ? "was: {amounts: how many}" : "was: the value that stands there now");
        std::optional<std::vector<KeyPattern>> keys =
            change_.multiplies && !path_.has_keys ? any_key(table_, target_.span) : keys_of(loader_, table_, path_, target_);
        const bool sound = change_.multiplies ? multiply(was) : set(was);
        fields_.finish();
        if (!sound || !keys) return std::nullopt;
        change_.keys = std::move(*keys);
        return std::move(change_);
    }

private:
    void day() {
        const Node* from = fields_.take("from");
        const bool dated = loader_.t.applies || table_.dated_by;
        if (from != nullptr && !dated)
            report_.error("date-in-undated", from->span, "the tariff is undated, so its values have no dates", "leave the date out");
        if (from == nullptr && dated && !fields_.has("from"))
            report_.error("key-missing", fields_.span(), "a change of a dated value needs 'from': the first day it holds", "from: a day");
        if (from != nullptr && dated) change_.from = read_date(*from, "'from'", report_);
    }

    bool multiply(const Node* was) {
        const Node* by = fields_.require("by", "by: 103/100, or 103%");
        const Node* round = fields_.take("round");
        bool sound = multipliable(loader_, table_, target_.span, "multiplied");
        const auto number = by == nullptr ? std::nullopt : read_number(*by, "'by'", report_);
        if (number) change_.by = *number;
        sound = sound && number;
        if (round != nullptr) change_.rounding = read_rounding(loader_, *round);
        sound = sound && (round == nullptr || change_.rounding);
        if (was == nullptr) return false;
        change_.was_span = was->span;
        Fields counted(*was, "'was' of a multiplication", report_);
        const Node* amounts = counted.require("amounts", "amounts: how many printed amounts are multiplied");
        counted.finish();
        const auto count = amounts == nullptr ? std::nullopt : read_integer(*amounts, "how many amounts", 1, 4'000'000, report_);
        if (count) change_.amounts = *count;
        return sound && count;
    }

    bool set(const Node* was) {
        const Node* is = fields_.require("is", "is: the value that stands there from then on");
        bool sound = was != nullptr && is != nullptr;
        if (was != nullptr) {
            change_.was_span = was->span;
            change_.was_absent = was->kind == Node::Kind::scalar && was->text == "absent";
            const auto cell = change_.was_absent ? std::nullopt : read_cell(loader_, table_, *was);
            if (cell) change_.was = cell->cell;
            sound = sound && (cell || change_.was_absent);
        }
        if (is != nullptr) {
            const auto cell = read_cell(loader_, table_, *is);
            if (cell) change_.is = cell->cell;
            sound = sound && cell;
        }
        return sound;
    }

    Loader& loader_;
    Report& report_;
    const Table& table_;
    const Node& target_;
    const ChangePath& path_;
    Fields fields_;
    ValueChange change_;
};

}  // namespace

std::optional<Uplift> read_uplift(Loader& loader, const TableSource& source, Fields& fields, const Citation& citation) {
    Report& report = loader.report;
    const Table& table = loader.t.tables[source.ids.front().index];
    const Node* node = fields.take("uplift");
    const Node* round = fields.take("round");
    const Node* except = fields.take("except");
    Uplift result;
    result.span = node->span;
    if (!source.columns.empty())
        report.error("layout-malformed", node->span, "'uplift' is for one measure, and this table has columns", "its rows");
    bool sound = multipliable(loader, table, node->span, "uplifted") && source.columns.empty();
    if (const auto rate = read_number(*node, "'uplift'", report)) result.by = Rational(1 + *rate);
    if (round != nullptr) result.rounding = read_rounding(loader, *round);
    if (except != nullptr && table.figure)
        report.error("layout-malformed", except->span, "a figure has one value, so an exception would be all of it", "amount: the printed one");
    if (except != nullptr && sound && !table.figure)
        for (const Node& item : read_list(*except, "'except'", report)) {
            Fields own(item, "an exception", report);
            Row row;
            row.span = item.span;
            row.citation = read_citation(loader, own, "this value", Evidence::optional, true, citation);
            for (const Key& key : table.keys)
                if (const Node* pattern = own.require(key.name, key.name + ": a value, or any"))
                    if (const auto read = read_pattern(loader, key, *pattern)) row.keys.push_back(*read);
            const auto cell = read_cell(loader, table, own);
            const Node* instead = own.require("instead_of", "instead_of: what the uplift would give");
            const auto rule = instead == nullptr ? std::nullopt : read_number(*instead, "'instead_of'", report);
            own.finish();
            if (row.keys.size() != table.keys.size() || !cell || !rule) continue;
            row.cell = cell->cell;
            result.except.push_back(std::move(row));
            result.instead_of.push_back(*rule);
        }
    if (!has_evidence(citation))
        report.error("evidence-missing", node->span, "this uplift of '" + table.name + "' has neither a source nor an assumption",
                     "source: KEY with at: page, table or regulation; or assumed: why, where no source states it");
    return sound ? std::optional(std::move(result)) : std::nullopt;
}

std::vector<ValueChange> read_value_changes(Loader& loader, const TableSource& source, std::size_t measure) {
    std::vector<ValueChange> result;
    const auto changes = loader.value_changes.find(source.entry->key);
    if (changes == loader.value_changes.end()) return result;
    const Table& table = loader.t.tables[source.ids[measure].index];
    for (const Node* node : changes->second) {
        const Entry* target = node->find("change") != nullptr ? node->find("change") : node->find("multiply");
        const std::optional<ChangePath> path = read_path(target->value, loader.report);
        const std::string column = source.columns.empty() ? "" : source.columns[measure];
        const bool all = path->names.size() == 2;
        if ((path->names[0] == "figures") != table.figure) {
            if (measure == 0)
                loader.report.error("change-path", target->value.span,
                                    "'" + table.name + "' is a " + (table.figure ? "figure" : "table"),
                                    (table.figure ? "figures." : "tables.") + source.entry->key);
            continue;
        }
        if (all && !column.empty()) {
            if (measure == 0)
                loader.report.error("change-path", target->value.span, "'" + source.entry->key + "' has columns, and this does not say which",
                                    path->names[0] + "." + source.entry->key + "." + column);
            continue;
        }
        if (!all && path->names[2] != column) continue;
        if (auto change = ChangeReader(loader, table, *node, target->value, *path).read()) result.push_back(std::move(*change));
    }
    return result;
}

void uplift_cells(Loader& loader, const Table& table, Version& version, const Version& before, const Uplift& uplift, bool checks,
                  const VisitCells& visit) {
    version.rows = before.rows;
    version.governing = before.governing;
    std::optional<TableId> stored;
    for (Row& row : version.rows) {
        if (row.cell.kind == Cell::Kind::formula) {
            if (table.rounding && !uplift.rounding) {
                loader.report.error("uplift-computed", uplift.span,
                                    "'" + table.name + "' rounds its computed cells, and this uplift does not say how what it makes of them is rounded",
                                    "round: a rounding, beside 'uplift'");
                return;
            }
            if (!stored) stored = stand_behind(loader, table, before, version);
            row.cell.formula = times(table, *stored, uplift.by, uplift.span);
            row.cell.rounding = uplift.rounding;
            row.citation = version.citation;
            row.span = uplift.span;
            continue;
        }
        if (!is_amount(loader, table, row.cell, uplift.span)) continue;
        row.cell.value.number = rounded(Rational(row.cell.value.number * uplift.by), uplift.rounding);
        row.citation = version.citation;
        row.span = uplift.span;
    }
    std::vector<std::pair<std::size_t, Row>> printed;
    for (std::size_t i = 0; i < uplift.except.size(); ++i)
        visit(uplift.except[i].keys, [&](std::size_t position, const std::string& name) {
            const Row* rule = governing(version, position);
            const bool known = rule != nullptr && rule->cell.kind == Cell::Kind::value;
            if (checks && (!known || rule->cell.value.number != uplift.instead_of[i])) {
                const std::string is = in_words(loader, table, rule == nullptr ? nullptr : &rule->cell);
                loader.report.error("instead-of-differs", uplift.except[i].span,
                                    "the uplift gives " + is + " for " + (name.empty() ? table.name : name) + ", not " +
                                        bandtariff::to_string(uplift.instead_of[i]),
                                    "instead_of: " + is);
            }
            printed.emplace_back(position, uplift.except[i]);
        });
    put_first(table, version, std::move(printed));
}

void change_cells(Loader& loader, const Table& table, Version& version, const ValueChange& change, const VisitCells& visit,
                  bool checks) {
    bool reported = !checks;
    Rational amounts = 0;
    std::vector<std::pair<std::size_t, Row>> changed;
    visit(change.keys, [&](std::size_t position, const std::string& name) {
        const Row* old = governing(version, position);
        Row next;
        next.cell = change.is;
        next.citation = change.citation;
        next.span = change.span;
        if (old != nullptr) next.covers = old->covers;
        if (change.multiplies) {
            const bool computed = old != nullptr && old->cell.kind == Cell::Kind::formula;
            if (old == nullptr || (computed && !checks) || !is_amount(loader, table, old->cell, change.span)) return;
            amounts += 1;
            next.cell = old->cell;
            next.cell.value.number = rounded(Rational(old->cell.value.number * change.by), change.rounding);
        } else if (!reported && (change.was_absent ? old != nullptr : old == nullptr || !same_cell(loader, old->cell, change.was))) {
            const std::string is = in_words(loader, table, old == nullptr ? nullptr : &old->cell);
            Diagnostic& error = loader.report.error(
                "was-differs", change.was_span,
                "'" + table.name + "'" + (name.empty() ? "" : " at " + name) + (change.from ? " on " + bandtariff::to_string(*change.from) : "") +
                    " was to be " + in_words(loader, table, change.was_absent ? nullptr : &change.was) + ", and is " + is,
                "was: " + is);
            if (old != nullptr) error.notes.push_back({"it stands here", old->span});
            reported = true;
        }
        changed.emplace_back(position, std::move(next));
    });
    put_first(table, version, std::move(changed));
    if (checks && change.multiplies && change.amounts && amounts != *change.amounts)
        loader.report.error("was-differs", change.was_span,
                            "'" + table.name + "' was to have " + bandtariff::to_string(*change.amounts) + " amounts" +
                                (change.from ? " on " + bandtariff::to_string(*change.from) : "") + ", and has " + bandtariff::to_string(amounts),
                            "was: {amounts: " + bandtariff::to_string(amounts) + "}");
}

}  // namespace bandtariff::loading
