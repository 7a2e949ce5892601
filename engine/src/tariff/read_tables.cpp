// `figures:` and `tables:`: declarations first, so that formulas can name them, then keys, versions and dates.
// Entry points: declare_tables, read_table, formulas_in. Rows are read in read_rows.cpp and indexed in table_index.cpp.
#include <algorithm>
#include <utility>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

/// The type under `unit` or `gives`. Where it is wrong, formulas that read the name are not reported for that too.
void declare_type(Loader& loader, Fields& fields, Table& table, const std::string& name, const SourceSpan& span) {
    const std::optional<Type> type = read_type(loader, fields, table.unit_text);
    if (!type) loader.unreadable.insert(name);
    if (!type && !fields.has("unit") && !fields.has("gives") && fields.node().kind == Node::Kind::mapping)
        loader.report.error("key-missing", span, "'" + name + "' has to say what it gives",
                            "unit: GBP per pupil per year, or gives: a code list, date or yes_no");
    table.type = type ? *type : fields.has("gives") ? code_type(CodeListId()) : Type{};
}

void declare_table(Loader& loader, const Entry& entry, bool figure) {
    Report& report = loader.report;
    Fields fields(entry.value, figure ? "a figure" : "a table", report);
    TableSource source;
    source.entry = &entry;
    Table table;
    table.figure = figure;
    table.span = entry.key_span;
    table.covers = read_covers(fields);
    if (const Node* complete = fields.take("complete")) {
        static const std::vector<std::string> words = {"as_printed"};
        table.as_printed = read_word(*complete, "'complete'", words, report).has_value();
    }
    if (const Node* use = fields.take("use")) {
        static const std::vector<std::string> words = {"reference"};
        table.reference = read_word(*use, "'use'", words, report).has_value();
    }
    if (!figure)
        if (const Node* by = fields.require("by", "by: [the facts, steps or choices that pick a row]"))
            source.keys = one_or_more(*by, "'by'", report);
    const Node* columns = figure ? nullptr : fields.take("columns");
    const auto add = [&](const std::string& name, const SourceSpan& span, Table&& one) {
        one.name = name;
        if (!loader.declare(name, Named::Kind::table, loader.t.tables.size(), span)) return;
        source.ids.emplace_back(loader.t.tables.size());
        loader.t.tables.push_back(std::move(one));
    };
    if (columns == nullptr) {
        declare_type(loader, fields, table, entry.key, entry.key_span);
        add(entry.key, entry.key_span, std::move(table));
    } else if (loader.declare(entry.key, Named::Kind::table_family, loader.t.tables.size(), entry.key_span)) {
        Fields measures(*columns, "'columns'", report);
        for (const Entry* measure : measures.rest()) {
            if (!check_name(measure->key, measure->key_span, report)) continue;
            Table one = table;
            if (measure->value.kind == Node::Kind::mapping) {
                Fields own(measure->value, "a column", report);
                if (const auto covers = read_covers(own)) one.covers = covers;
                declare_type(loader, own, one, entry.key + "." + measure->key, measure->key_span);
                own.finish();
            } else {
                const std::optional<Unit> unit = read_unit(loader, measure->value);
                if (!unit) loader.unreadable.insert(entry.key + "." + measure->key);
                one.type.unit = unit.value_or(Unit{});
                one.unit_text = measure->value.text;
            }
            add(entry.key + "." + measure->key, measure->key_span, std::move(one));
            if (!source.ids.empty() && source.columns.size() + 1 == source.ids.size()) source.columns.push_back(measure->key);
        }
    }
    if (!source.ids.empty()) loader.table_sources.push_back(std::move(source));
}

/// What a key reads on a record; reports a name that can be no key.
std::optional<Expression> key_reads(Loader& loader, const Node& name) {
    Report& report = loader.report;
    const auto refuse = [&](const std::string& what) {
        report.error("key-kind", name.span, "'" + name.text + "' is " + what + ": a key is a code, a number or yes or no",
                     "a fact, step, choice or table that gives one of these");
        return std::nullopt;
    };
    const auto found = loader.names.find(name.text);
    if (found == loader.names.end()) {
        if (const auto list = loader.t.code_list(name.text)) {  // read where a formula writes it out, or sums over the list
            Expression key;
            key.operation = Operation::key;
            key.type = code_type(*list);
            key.span = name.span;
            key.index = formula::unread_key;
            return key;
        }
        std::vector<std::string> known;
        for (const auto& [word, named] : loader.names)
            if (named.kind == Named::Kind::fact || named.kind == Named::Kind::step || named.kind == Named::Kind::choice ||
                named.kind == Named::Kind::table)
                known.push_back(word);
        report.error("name-unknown", name.span,
                     "there is no fact, step, choice or table '" + name.text + "' to read the key from",
                     suggestion(name.text, known));
        return std::nullopt;
    }
    const auto meaning = PackScope(loader).name(name.text, name.span, report);
    if (!meaning) return std::nullopt;
    if (meaning->expression.type.kind == ValueKind::date) return refuse("a date");
    if (found->second.kind == Named::Kind::table && meaning->expression.type.kind == ValueKind::number)
        return refuse("a table of numbers");
    return meaning->expression;
}

/// False where a key is not known, so that no row can be read.
bool read_keys(Loader& loader, TableSource& source) {
    std::vector<Key> keys;
    bool ok = true;
    for (const Node* name : source.keys) {
        if (std::any_of(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name->text; })) {
            loader.report.error("key-duplicate", name->span, "'" + name->text + "' is a key of this table twice",
                                "each key once");
            continue;
        }
        std::optional<Expression> reads = key_reads(loader, *name);
        ok = ok && reads;
        if (!reads) continue;
        Key key;
        key.name = name->text;
        key.reads = std::move(*reads);
        if (key.reads.type.kind == ValueKind::code)
            key.size = key.reads.type.codes.valid() ? loader.t.at(key.reads.type.codes).codes.size() : 0;
        if (key.reads.type.kind == ValueKind::yes_no) key.size = 2;
        keys.push_back(std::move(key));
    }
    for (const TableId id : source.ids) loader.t.tables[id.index].keys = keys;
    return ok;
}

std::string no_value_between(const Table& table, Date from, Date until) {
    return std::string(table.figure ? "figure '" : "table '") + table.name + "' has no value from " + to_string(from) + " to " +
           to_string(until - std::chrono::days(1));
}

/// Versions in order, each until the next; gaps, overlaps and days of `applies` without a value are reported.
void order_versions(Loader& loader, Table& table, std::vector<VersionFlags>& flags) {
    Report& report = loader.report;
    std::vector<std::size_t> order(table.versions.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return table.versions[a].from < table.versions[b].from; });
    std::vector<Version> sorted;
    std::vector<VersionFlags> sorted_flags;
    for (const std::size_t i : order) sorted.push_back(std::move(table.versions[i])), sorted_flags.push_back(flags[i]);
    table.versions = std::move(sorted);
    flags = std::move(sorted_flags);

    const bool holes = table.as_printed || table.reference;
    for (std::size_t i = 0; i + 1 < table.versions.size(); ++i) {
        Version& version = table.versions[i];
        const Version& next = table.versions[i + 1];
        if (!version.from || !next.from) continue;
        if (*version.from == *next.from)
            report
                .error("date-overlap", next.span, "two values of '" + table.name + "' begin on " + to_string(*next.from),
                       "one value for each day")
                .notes.push_back({"the other is here", version.span});
        else if (version.until && *version.until > *next.from)
            report
                .error("date-overlap", next.span,
                       "'" + table.name + "' has two values from " + to_string(*next.from) + " to " +
                           to_string(*version.until - std::chrono::days(1)),
                       "a last_day of " + to_string(*next.from - std::chrono::days(1)) + " or before for the earlier one")
                .notes.push_back({"the earlier value is here", version.span});
        else if (version.until && *version.until < *next.from && !holes)
            report
                .error("date-gap", next.span, no_value_between(table, *version.until, *next.from),
                       "a value for those days, or complete: as_printed where the source has none")
                .notes.push_back({"the earlier value stops here", version.span});
        if (!version.until || *version.until > *next.from) version.until = next.from;
    }
    if (table.versions.empty() || holes || table.dated_by || !loader.t.applies) return;
    const Version& first = table.versions.front();
    const Version& last = table.versions.back();
    if (first.from && *first.from > loader.t.applies->from())
        report.error(
            "date-gap", first.span,
            no_value_between(table, loader.t.applies->from(), std::min(*first.from, loader.t.applies->until())),
            "a value from " + to_string(loader.t.applies->from()) + ", or complete: as_printed where the source has none");
    if (last.until && *last.until < loader.t.applies->until())
        report.error("date-gap", last.span,
                     no_value_between(table, std::max(*last.until, loader.t.applies->from()), loader.t.applies->until()),
                     "a value for those days, or complete: as_printed where the source has none");
}

/// The versions as known once every decision is made; and, where some were made later than others, as known before.
void settle_versions(Loader& loader, Table& table, std::vector<VersionFlags> flags, const std::vector<ValueChange>& changes) {
    const std::vector<Date> decisions = days_of_decision(table.versions);
    if (decisions.size() < 2) {
        order_versions(loader, table, flags);
        index_table(loader, table, flags, changes, {});
        return;
    }
    check_replacements(loader, table);
    const std::vector<Version> all = table.versions;
    std::vector<Row> rows;  // a numeric key is cut the same whatever is known
    for (const Version& version : all) rows.insert(rows.end(), version.rows.begin(), version.rows.end());
    for (const Date day : decisions) {
        const Report before = loader.report;
        KnownVersions known = known_versions(all, flags, day);
        table.versions = std::move(known.versions);
        order_versions(loader, table, known.flags);
        index_table(loader, table, known.flags, changes, rows);
        if (day != decisions.back()) loader.report = before;  // what was incomplete once need not be complete now
        table.decisions.push_back({day, table.versions});
    }
}

/// Bounds over the values that uplifts and changes make, where the others are known.
void widen_by_changes(const Table& table, const std::vector<ValueChange>& changes, const std::vector<VersionFlags>& flags,
                      const std::optional<formula::Traits>& read, formula::Traits& traits) {
    const bool uplifted = std::any_of(flags.begin(), flags.end(), [](const VersionFlags& each) { return each.uplift.has_value(); });
    if ((changes.empty() && !uplifted) || !read || !traits.low || !traits.high) return;
    const auto widen = [&](const std::vector<Version>& versions) {
        for (const Version& version : versions)
            for (const Row& row : version.rows) {
                if (row.cell.kind == Cell::Kind::value) {
                    traits.low = std::min(*traits.low, row.cell.value.number);
                    traits.high = std::max(*traits.high, row.cell.value.number);
                } else if (row.cell.kind == Cell::Kind::formula || row.cell.kind == Cell::Kind::stated) {
                    traits = {};
                    return;
                }
                if (!traits.low) return;
            }
    };
    widen(table.versions);
    for (const DecidedVersions& decided : table.decisions)
        if (traits.low) widen(decided.versions);
}

void read_version_days(Loader& loader, const Table& table, Fields& fields, Version& version) {
    Report& report = loader.report;
    const Node* from = fields.take("from");
    const Node* last_day = fields.take("last_day");
    const Node* decided = fields.take("decided");
    const Node* replaces = fields.take("replaces");
    if (loader.t.applies || table.dated_by) version.decided = loader.published;
    if (decided != nullptr) version.decided = read_date(*decided, "'decided'", report);
    if (replaces != nullptr)
        for (const Node& item : read_list(*replaces, "'replaces'", report))
            if (const auto day = read_date(item, "'replaces'", report)) version.replaces.push_back(*day);
    if (!loader.t.applies && !table.dated_by) {
        const bool undated = !loader.t.undated_because.empty();
        for (const Node* each : {from, last_day, decided, replaces}) {
            if (!undated || each == nullptr) continue;
            report.error("date-in-undated", each->span, "the tariff is undated, so its values have no dates",
                         "leave the date out, or give 'applies' a from and a last_day");
            break;
        }
        return;
    }
    if (from == nullptr && !fields.has("from"))
        report.error("key-missing", fields.span(), "a value of a dated tariff needs 'from': the first day it holds",
                     "from: " + to_string(loader.t.applies ? loader.t.applies->from() : make_date(2026, 4, 1)));
    if (from != nullptr) version.from = read_date(*from, "'from'", report);
    const auto last = last_day == nullptr ? std::nullopt : read_date(*last_day, "'last_day'", report);
    if (last) version.until = *last + std::chrono::days(1);
    if (last && version.from && *last < *version.from)
        report.error("dates-backwards", last_day->span, "the last day is before the first",
                     "a day on or after " + to_string(*version.from)),
            version.until.reset();
}

}  // namespace

void declare_tables(Loader& loader) {
    for (const Entry* entry : loader.section("figures")) declare_table(loader, *entry, true);
    for (const Entry* entry : loader.section("tables")) declare_table(loader, *entry, false);
    loader.table_traits.resize(loader.t.tables.size());
}

void read_table(Loader& loader, TableSource& source) {
    Report& report = loader.report;
    Table& first = loader.t.tables[source.ids.front().index];
    if (!read_keys(loader, source)) {
        loader.unreadable.insert(source.entry->key);
        for (const TableId id : source.ids) loader.unreadable.insert(loader.t.tables[id.index].name);
        return;
    }
    if (source.scale) {
        read_scale(loader, source);
        return;
    }
    Fields fields(source.entry->value, first.figure ? "a figure" : "a table", report);
    for (const char* key : {"unit", "gives", "columns", "covers", "complete", "use", "by"})
        if (first.figure ? std::string_view(key) != "columns" && std::string_view(key) != "by" : true) (void)fields.take(key);
    const Citation common = read_citation(loader, fields, "'" + source.entry->key + "'", Evidence::optional, true);
    const auto for_all = [&](auto&& act) {
        for (const TableId id : source.ids) act(loader.t.tables[id.index]);
    };
    if (const Node* dated_by = fields.take("dated_by")) {
        const auto fact = dated_by->kind == Node::Kind::scalar ? loader.t.fact(dated_by->text) : std::nullopt;
        if (fact && loader.t.at(*fact).kind == FactKind::date)
            for_all([&](Table& table) { table.dated_by = *fact; });
        else
            report.error("fact-unknown", dated_by->span, "'dated_by' names a date fact of the record");
    }
    const Node* computed = first.figure ? nullptr : fields.take("is");
    const Node* values = fields.take("values");
    if (const Node* round = fields.take("round")) {
        const auto rule = read_rounding(loader, *round);
        if (rule) for_all([&](Table& table) { table.rounding = *rule; });
    }
    std::vector<VersionFlags> flags;
    TableRows bounds;
    bounds.bounds.resize(source.ids.size());
    const auto add_version = [&](Fields& from, Version version, bool keep) {
        TableRows read;
        read.rows.resize(source.ids.size());
        read.bounds = std::move(bounds.bounds);
        std::optional<Uplift> uplift;
        if (from.has("uplift"))
            uplift = read_uplift(loader, source, from, version.citation);
        else
            read_rows(loader, source, from, version.citation, read);
        bounds.bounds = std::move(read.bounds);
        for (std::size_t m = 0; m < source.ids.size(); ++m) {
            Version& added = loader.t.tables[source.ids[m].index].versions.emplace_back(version);
            added.rows = std::move(read.rows[m]);
        }
        flags.push_back({keep, read.complete, std::move(uplift)});
    };
    if (computed != nullptr) {
        if (values != nullptr)
            report.error("layout-malformed", values->span, "a table computed by one formula has no 'values'", "'is' or 'values'");
        Version version;
        version.citation = common;
        version.span = source.entry->key_span;
        add_version(fields, version, false);
    } else if (values == nullptr) {
        if (!fields.has("values") && source.entry->value.kind == Node::Kind::mapping)
            report.error("key-missing", source.entry->key_span, "'" + source.entry->key + "' has no 'values'",
                         "values: one item for each day on which they change");
    } else {
        for (const Node& item : read_list(*values, "'values'", report)) {
            Fields version_fields(item, "a value", report);
            Version version;
            version.span = item.span;
            version.citation = read_citation(loader, version_fields, "this value", Evidence::optional, true, common);
            read_version_days(loader, first, version_fields, version);
            bool keep = false;
            if (const Node* keep_others = version_fields.take("keep_others"))
                keep = read_yes_no(*keep_others, "'keep_others'", report).value_or(false);
            add_version(version_fields, version, keep);
            version_fields.finish();
        }
        if (first.versions.empty() && values->kind == Node::Kind::sequence && values->items.empty())
            report.error("value-missing", values->span, "'" + source.entry->key + "' has no values");
        if (!loader.t.applies && !first.dated_by && first.versions.size() > 1)
            report
                .error("date-in-undated", first.versions[1].span,
                       "the tariff is undated, so '" + source.entry->key + "' has one value only")
                .notes.push_back({"the first is here", first.versions.front().span});
    }
    fields.finish();
    for (std::size_t m = 0; m < source.ids.size(); ++m) {
        Table& table = loader.t.tables[source.ids[m].index];
        const std::vector<ValueChange> changes = read_value_changes(loader, source, m);
        settle_versions(loader, table, flags, changes);
        formula::Traits traits = bounds.bounds[m].value_or(formula::Traits{});
        widen_by_changes(table, changes, flags, bounds.bounds[m], traits);
        if (table.type.kind != ValueKind::number) traits = {};
        traits.covers = table.covers;
        bool same = true;
        std::optional<std::optional<Elements>> seen;
        for (const Version& version : table.versions)
            for (const Row& row : version.rows) {
                if (row.cell.kind == Cell::Kind::outcome || row.cell.kind == Cell::Kind::no_line) continue;
                const std::optional<Elements> covers = row.covers ? row.covers : table.covers;
                if (seen && *seen != covers) same = false;
                seen = covers;
            }
        if (seen) traits.covers = same ? *seen : std::nullopt;
        loader.table_traits[source.ids[m].index] = traits;
    }
}

std::vector<Formula> formulas_in(Loader& loader, const TableSource& source) {
    // What is wrong with them is reported when they are read. Parsing needs choices and their alternatives, which are lent: to copy
    // them for every table would cost more than to parse.
    std::vector<Formula> result;
    Report silent;
    Loader quiet{loader.document, silent, loader.search};
    std::swap(quiet.t.choices, loader.t.choices);
    std::swap(quiet.t.code_lists, loader.t.code_lists);
    const auto changes = loader.value_changes.find(source.entry->key);
    const auto walk = [&](const auto& self, const Node& node) -> void {
        for (const Node& item : node.items) self(self, item);
        for (const Entry& entry : node.entries) {
            const bool bound = entry.key == "above" || entry.key == "at_least" || entry.key == "below" || entry.key == "at_most";
            const bool number = entry.value.kind == Node::Kind::scalar && Rate::parse(entry.value.text);
            if ((entry.key == "is" || bound) && !number) {
                if (auto formula = parse_formula(quiet, entry.value)) result.push_back(std::move(*formula));
            } else {
                self(self, entry.value);
            }
        }
    };
    walk(walk, source.entry->value);
    if (changes != loader.value_changes.end())
        for (const Node* change : changes->second)
            if (const Entry* is = change->find("is"); is != nullptr && is->value.kind == Node::Kind::mapping) walk(walk, is->value);
    std::swap(quiet.t.choices, loader.t.choices);
    std::swap(quiet.t.code_lists, loader.t.code_lists);
    return result;
}

}  // namespace bandtariff::loading
