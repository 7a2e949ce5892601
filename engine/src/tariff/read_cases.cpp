// `cases:`, `checks:` and `not_covered:`. Cases are read here and run later: their texts stay as written, their names are
// checked. Entry points: read_cases, read_identities, read_not_covered.
#include <algorithm>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

class CaseReader {
public:
    explicit CaseReader(Loader& loader) : loader_(loader), report_(loader.report) {}

    void read(const Node& node) {
        Fields fields(node, "a case", report_);
        Case shared;
        shared.span = node.span;
        shared.record = RecordId(0U);
        if (const Node* name = fields.require("name", "name: a sentence that says what the case shows")) {
            shared.name = read_text(*name, "'name'", report_).value_or("");
            shared.span = name->span;
        }
        if (const Node* record = fields.take("record")) {
            std::vector<std::string> known;
            for (std::size_t i = 0; i < loader_.t.records.size(); ++i) {
                known.push_back(loader_.t.records[i].name);
                if (record->text == known.back()) shared.record = RecordId(i);
            }
            if (std::find(known.begin(), known.end(), record->text) == known.end())
                report_.error("record-unknown", record->span, "there is no kind of record '" + record->text + "'",
                              suggestion(record->text, known));
        } else if (loader_.t.records.size() > 1) {
            report_.error("key-missing", shared.span, "with several kinds of record, a case has to say which it states",
                          "record: a name under 'records'");
        }
        if (const Node* day = fields.take("known_on")) shared.known_on = read_date(*day, "'known_on'", report_);
        if (const Node* day = fields.take("paid_known_on")) shared.paid_known_on = read_date(*day, "'paid_known_on'", report_);
        if (fields.has("difference") != fields.has("paid_known_on"))
            report_.error("case-malformed", fields.key_span(fields.has("difference") ? "difference" : "paid_known_on"),
                          "'paid_known_on' and 'difference' belong together", "the day, and every line that differs: {} where none does");
        if (const Node* members = fields.take("members")) add_members(shared, *members);
        if (const Node* given_to = fields.take("shared"))
            for (const Entry* entry : Fields(*given_to, "'shared'", report_).rest()) add_shared(shared, *entry);
        for (const char* part : {"given", "choose", "expect", "shows", "totals", "difference"})
            if (const Node* items = fields.take(part)) add_all(shared, part, *items);
        if (const Node* pays = fields.take("pays"))
            for (const Entry* entry : Fields(*pays, "'pays'", report_).rest()) add_shares(shared, shared.pays, *entry, false);
        const Node* columns = fields.take("columns");
        const Node* rows = fields.take("rows");
        const Node* file = fields.take("file");
        fields.finish();
        if (columns == nullptr && rows == nullptr && file == nullptr) {
            add(std::move(shared));
        } else if (file != nullptr) {
            if (rows != nullptr)
                report_.error("case-malformed", rows->span, "a case has its rows in a file or here, not both", "one of the two");
            from_file(shared, *file, columns);
        } else if (columns == nullptr || rows == nullptr) {
            report_.error("case-malformed", (columns != nullptr ? columns : rows)->span, "'columns' and 'rows' belong together",
                          "columns: [given.band, expect.top_up] and rows:");
        } else {
            from_rows(shared, *columns, *rows);
        }
    }

private:
    struct Column {
        std::string part, name;
    };

    void add(Case one) {
        check_keys(one);
        if (one.expect.empty() && !one.outcome && one.shows.empty() && one.totals.empty() && one.difference.empty() && one.shared.empty())
            report_.error("case-expects-nothing", one.span, "this case expects nothing, so it cannot fail",
                          "expect: every line that pays, or an outcome");
        loader_.t.cases.push_back(std::move(one));
    }

    void add_all(Case& into, const std::string& part, const Node& items) {
        if (part == "shows" && items.kind == Node::Kind::sequence) {
            for (const Node& item : items.items) add_shown_on(into, item);
            return;
        }
        Fields fields(items, "'" + part + "'", report_);
        for (const Entry* entry : fields.rest()) {
            if (entry->value.kind == Node::Kind::empty) {
                report_.error("value-missing", entry->key_span, "'" + entry->key + "' has no value",
                              "a value, or leave the name out");
                continue;
            }
            if (part == "expect" && entry->value.kind == Node::Kind::mapping) {
                add_shares(into, into.slices, *entry, true);
                continue;
            }
            if (const auto text = read_text(entry->value, "'" + entry->key + "'", report_))
                add_item(into, part, entry->key, entry->key_span, *text, entry->value.span, std::nullopt);
        }
    }

    /// `line: {school: 2280.00, council: 5463.75}`: the payers or instalments of a line, which is expected to be their sum.
    void add_shares(Case& into, std::vector<Case::Share>& list, const Entry& line, bool payers) {
        if (!known("expect", line.key, line.key_span)) return;
        const auto id = loader_.t.line(line.key);
        Fields fields(line.value, "'" + line.key + "'", report_);
        std::vector<std::string> names;
        if (id && payers)
            for (const Slice& slice : loader_.t.at(*id).payers) names.push_back(loader_.t.text_of(loader_.t.party, slice.party));
        if (id && !payers && loader_.t.at(*id).paid_in)
            for (const Instalments::Part& part : loader_.t.at(*id).paid_in->parts) names.push_back(part.name);
        Rational sum = 0;
        for (const Entry* entry : fields.rest()) {
            if (std::find(names.begin(), names.end(), entry->key) == names.end())
                report_.error("case-name-unknown", entry->key_span,
                              "'" + entry->key + "' is no " + (payers ? "payer" : "instalment") + " of line '" + line.key + "'", suggestion(entry->key, names));
            const auto amount = read_number(entry->value, "the expected sum", report_);
            if (!amount) continue;
            sum += *amount;
            list.push_back({line.key, entry->key, entry->value.text, entry->value.span});
        }
        if (payers) into.expect.push_back({line.key, bandtariff::to_string(sum), line.value.span, {}});
    }

    /// `members: {placement: [{times: 3, id: a, band: B1}]}`: rows of the group that the case is about.
    void add_members(Case& into, const Node& members) {
        for (const Entry* entry : Fields(members, "'members'", report_).rest()) {
            const auto kind = loader_.t.record(entry->key);
            if (!kind) {
                std::vector<std::string> known;
                for (const RecordKind& each : loader_.t.records) known.push_back(each.name);
                report_.error("record-unknown", entry->key_span, "there is no kind of record '" + entry->key + "'", suggestion(entry->key, known));
                continue;
            }
            into.member_kinds.push_back(*kind);
            for (const Node& item : read_list(entry->value, "'" + entry->key + "'", report_)) add_member(into, *kind, item);
        }
    }

    void add_member(Case& into, RecordId kind, const Node& item) {
        Fields fields(item, "a member", report_);
        int times = 1;
        if (const Node* node = fields.take("times")) times = read_integer(*node, "'times'", 1, 100000, report_).value_or(1);
        Case::Member member;
        member.record = kind;
        member.span = item.span;
        if (const Node* node = fields.take("id")) member.id = read_text(*node, "'id'", report_).value_or("");
        for (const Entry* entry : fields.rest()) {
            if (!known("given", entry->key, entry->key_span)) continue;
            if (const auto text = read_text(entry->value, "'" + entry->key + "'", report_)) member.given.push_back({entry->key, *text, entry->value.span, {}});
        }
        const std::string id = member.id;
        for (int i = 1; i <= times; ++i) {
            if (times > 1 && !id.empty()) member.id = id + "." + std::to_string(i);
            into.members.push_back(member);
        }
    }

    /// `shared: {a: {pot: 12.34}}`: what a member is given of lines of the group.
    void add_shared(Case& into, const Entry& to) {
        if (std::none_of(into.members.begin(), into.members.end(), [&](const Case::Member& member) { return member.id == to.key; }))
            report_.error("case-name-unknown", to.key_span, "'" + to.key + "' is the id of no member of this case", "the id of a member");
        for (const Entry* entry : Fields(to.value, "'" + to.key + "'", report_).rest()) {
            const auto line = loader_.t.line(entry->key);
            if (!known("expect", entry->key, entry->key_span) || !line) continue;
            if (!loader_.t.at(*line).share_out)
                report_.error("case-name-unknown", entry->key_span, "line '" + entry->key + "' is not shared out", "a line under 'share_out'");
            if (read_number(entry->value, "the expected share", report_)) into.shared.push_back({entry->key, to.key, entry->value.text, entry->value.span});
        }
    }

    /// A case with members is about one group, and says which.
    void check_keys(const Case& one) {
        if (one.member_kinds.empty()) return;
        const std::optional<GroupRule>& group = loader_.t.at(one.record).group;
        if (!group && loader_.unreadable.contains("group " + loader_.t.at(one.record).name)) return;  // reported there
        if (!group) {
            report_.error("case-malformed", one.span, "only a case about a group has members, and '" + loader_.t.at(one.record).name + "' groups nothing", "record: a kind that groups others");
            return;
        }
        for (const GroupKey& key : group->by) {
            const std::string& name = loader_.t.at(key.states).name;
            if (std::none_of(one.given.begin(), one.given.end(), [&](const Case::Item& item) { return item.name == name; }))
                report_.error("case-malformed", one.span, "a case about a group states every key of it, and '" + name + "' is not given", name + ": … under 'given'");
        }
        if (one.paid_known_on)
            report_.error("case-malformed", one.span, "differences from what was paid are said of one record at a time, and this case has members", "a case without members");
    }

    /// `{price: 1250, on: 2026-08-31}`: what is shown on a day, where it changes in the record's days.
    void add_shown_on(Case& into, const Node& item) {
        Fields fields(item, "an item of 'shows'", report_);
        const Node* on = fields.require("on", "on: the day on which it is shown");
        const auto day = on == nullptr ? std::nullopt : read_date(*on, "the day on which it is shown", report_);
        for (const Entry* entry : fields.rest())
            if (const auto text = read_text(entry->value, "what is shown", report_); text && day)
                add_item(into, "shows", entry->key, entry->key_span, *text, entry->value.span, day);
    }

    void add_item(Case& into, const std::string& part, const std::string& name, const SourceSpan& name_span,
                  const std::string& text, const SourceSpan& span, std::optional<Date> on) {
        if (!known(part, name, name_span)) return;
        if (part == "expect" && name == "outcome") {
            if (known_outcome(text, span)) into.outcome = Case::Item{name, text, span, {}};
            return;
        }
        if ((part == "expect" || part == "totals" || part == "difference") && !Rate::parse(text)) {
            const bool number = !text.empty() && (text.front() == '-' || text.front() == '.' || text.starts_with("£") ||
                                                  (text.front() >= '0' && text.front() <= '9'));
            if (number)
                (void)read_number(text, span, "the expected sum", report_);
            else if (part != "expect")
                report_.error("number-malformed", span, (part == "totals" ? "a total is a sum, and this is '" : "a difference is a sum, and this is '") + text + "'",
                              "a number such as 1250.00");
            else
                (void)known_outcome(text, span);
        }
        if (part == "choose") {
            const Choice& choice = loader_.t.at(*loader_.t.choice(name));
            (void)find_code(loader_, choice.alternatives, text, span);
        }
        list(into, part).push_back({name, text, span, on});
    }

    static std::vector<Case::Item>& list(Case& into, const std::string& part) {
        return part == "given"    ? into.given
               : part == "choose" ? into.choose
               : part == "expect" ? into.expect
               : part == "shows"  ? into.shows
               : part == "difference" ? into.difference
                                  : into.totals;
    }

    bool known_outcome(const std::string& text, const SourceSpan& span) {
        if (loader_.t.outcome(text)) return true;
        std::vector<std::string> names;
        for (const Outcome& outcome : loader_.t.outcomes) names.push_back(outcome.code);
        const auto near = nearest_word(text, names);
        report_.error("outcome-unknown", span, "'" + text + "' is no outcome", near.value_or("the code of an outcome, or a sum"));
        return false;
    }

    bool known(const std::string& part, const std::string& name, const SourceSpan& span) {
        const TariffContents& t = loader_.t;
        const bool found = part == "given"        ? t.fact(name).has_value()
                           : part == "choose"     ? t.choice(name).has_value()
                           : part == "expect"     ? name == "outcome" || t.line(name)
                           : part == "difference" ? t.line(name).has_value()
                           : part == "totals"     ? std::any_of(t.totals.begin(), t.totals.end(), [&](const Total& total) { return total.name == name; })
                                                  : t.step(name) || t.table(name);
        if (!found)
            report_.error("case-name-unknown", span,
                          "'" + name + "' under '" + part + "' is " +
                              (part == "given"    ? "no fact"
                               : part == "choose" ? "no choice"
                               : part == "expect" || part == "difference" ? "no line"
                               : part == "totals" ? "no total"
                                                  : "no step, table or figure"),
                          suggestion(name, names_under(part)));
        return found;
    }

    /// Every name that may stand under a part of a case.
    std::vector<std::string> names_under(const std::string& part) const {
        std::vector<std::string> names;
        const auto add = [&](const auto& things) {
            for (const auto& thing : things) names.push_back(thing.name);
        };
        if (part == "expect") names.emplace_back("outcome");
        if (part == "given") add(loader_.t.facts);
        else if (part == "choose") add(loader_.t.choices);
        else if (part == "expect" || part == "difference") add(loader_.t.lines);
        else if (part == "totals") add(loader_.t.totals);
        else add(loader_.t.steps), add(loader_.t.tables);
        return names;
    }

    std::optional<Column> column(const std::string& text, const SourceSpan& span) {
        const std::size_t dot = text.find('.');
        const std::string part = text.substr(0, dot);
        if (text == "name") return Column{"name", {}};
        const bool is_part = part == "given" || part == "choose" || part == "expect" || part == "shows" || part == "totals" || part == "difference";
        if (dot == std::string::npos || !is_part) {
            report_.error("case-malformed", span, "'" + text + "' is no column of a case",
                          "name, given.FACT, choose.CHOICE, expect.LINE, expect.outcome, shows.STEP, totals.TOTAL or difference.LINE");
            return std::nullopt;
        }
        if (!known(part, text.substr(dot + 1), span)) return std::nullopt;
        return Column{part, text.substr(dot + 1)};
    }

    /// One case of a table of them; `cell` gives a column's text and place. An empty cell states nothing.
    template <class CellAt>
    void add_row(const Case& shared, const std::vector<std::optional<Column>>& columns, std::size_t number,
                 const SourceSpan& span, const CellAt& cell) {
        Case one = shared;
        one.span = span;
        one.name += ", row " + std::to_string(number);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const auto& [text, place] = cell(c);
            if (!columns[c] || text.empty()) continue;
            if (columns[c]->part == "name")
                one.name = text;
            else
                add_item(one, columns[c]->part, columns[c]->name, place, text, place, std::nullopt);
        }
        add(std::move(one));
    }

    void from_rows(const Case& shared, const Node& columns, const Node& rows) {
        std::vector<std::optional<Column>> read;
        for (const Node* item : one_or_more(columns, "'columns'", report_)) read.push_back(column(item->text, item->span));
        std::size_t number = 0;
        for (const Node& row : read_list(rows, "'rows'", report_)) {
            ++number;
            if (row.kind != Node::Kind::sequence || row.items.size() != read.size()) {
                report_.error("case-malformed", row.span,
                              "a row is a list of " + std::to_string(read.size()) + " values, one for each column");
                continue;
            }
            add_row(shared, read, number, row.span, [&](std::size_t c) {
                const Node& item = row.items[c];
                if (item.kind == Node::Kind::empty) return std::pair(std::string(), item.span);
                return std::pair(read_text(item, "a value", report_).value_or(""), item.span);
            });
        }
    }

    void from_file(const Case& shared, const Node& file, const Node* columns) {
        const document::CsvTable* csv = find_csv(loader_, file);
        if (csv == nullptr) return;
        std::vector<std::optional<Column>> read;
        std::vector<std::size_t> at;
        if (columns == nullptr) {
            for (std::size_t c = 0; c < csv->header.size(); ++c)
                read.push_back(column(csv->header[c].text, csv->span(csv->header[c]))), at.push_back(c);
        } else {
            for (const Node* item : one_or_more(*columns, "'columns'", report_))
                if (const auto index = find_column(loader_, *csv, *item))
                    read.push_back(column(item->text, item->span)), at.push_back(*index);
        }
        std::size_t number = 0;
        for (const auto& row : csv->rows)
            add_row(shared, read, ++number, csv->span(row.front()),
                    [&](std::size_t c) { return std::pair(row[at[c]].text, csv->span(row[at[c]])); });
    }

    Loader& loader_;
    Report& report_;
};

std::vector<const Node*> items_of(Loader& loader, const std::string& key) {
    std::vector<const Node*> result;
    const auto found = loader.top.find(key);
    if (found == loader.top.end()) return result;
    for (const Entry* entry : found->second) {
        if (entry->value.kind == Node::Kind::empty)
            loader.report.error("value-missing", entry->key_span, "'" + key + "' has no items",
                                "its items below it, each after '- ', or leave the section out");
        else
            for (const Node& item : read_list(entry->value, "'" + key + "'", loader.report)) result.push_back(&item);
    }
    return result;
}

}  // namespace

void read_cases(Loader& loader) {
    CaseReader reader(loader);
    for (const Node* item : items_of(loader, "cases")) reader.read(*item);
}

namespace {

/// A table as it stood on a day, as a table of its own; its name, or nothing where it had no value then.
std::optional<std::string> stood_on(Loader& loader, std::size_t index, Date day, const SourceSpan& span) {
    const Table& table = loader.t.tables[index];
    std::string name = table.name + " on " + bandtariff::to_string(day);
    if (loader.names.contains(name)) return name;
    const Version* version = table.version_on(day);
    const auto computed = [](const Row& row) { return row.cell.kind == Cell::Kind::formula || row.cell.kind == Cell::Kind::stated; };
    if (version == nullptr || std::any_of(version->rows.begin(), version->rows.end(), computed)) {
        loader.report
            .error("check-day", span,
                   "'" + table.name + "' has " + (version == nullptr ? "no value" : "cells that are computed or stated, and no printed values,") + " on " +
                       bandtariff::to_string(day),
                   version == nullptr ? "a day on which it has one" : "what those cells read")
            .notes.push_back({"it is declared here", table.span});
        return std::nullopt;
    }
    Table then = table;
    then.name = name;
    then.dated_by.reset();
    then.decisions.clear();
    then.versions = {*version};
    then.versions.front().from.reset();
    then.versions.front().until.reset();
    loader.names.emplace(name, Named{Named::Kind::table, loader.t.tables.size(), table.span});
    loader.imported_tables.insert(loader.t.tables.size());
    loader.t.tables.push_back(std::move(then));
    loader.table_traits.push_back(loader.table_traits[index]);
    return name;
}

/// `price[on: '2025-04-01']` in a check is the table as it stood that day, whatever the day on which the rest is read.
bool take_days(Loader& loader, formula::Syntax& syntax) {
    bool sound = true;
    for (formula::Syntax& operand : syntax.operands) sound = take_days(loader, operand) && sound;
    const auto key = std::find(syntax.keys.begin(), syntax.keys.end(), "on");
    const auto named = loader.names.find(syntax.word);
    if (syntax.kind != formula::Syntax::Kind::lookup || key == syntax.keys.end() || named == loader.names.end() || named->second.kind != Named::Kind::table)
        return sound;
    const std::vector<Key>& own = loader.t.tables[named->second.index].keys;
    if (std::any_of(own.begin(), own.end(), [](const Key& each) { return each.name == "on"; })) return sound;
    const auto at = key - syntax.keys.begin();
    const formula::Syntax& day = syntax.operands[static_cast<std::size_t>(at)];
    if (day.kind != formula::Syntax::Kind::text) {
        loader.report.error("date-malformed", day.span, "'on' says on which day a table is read", "on: '2025-04-01'");
        return false;
    }
    const std::optional<Date> date = read_date(day.word, day.span, "the day on which a table is read", loader.report);
    const auto name = date ? stood_on(loader, named->second.index, *date, day.span) : std::nullopt;
    if (!name) return false;
    syntax.word = *name;
    syntax.operands.erase(syntax.operands.begin() + at);
    syntax.key_spans.erase(syntax.key_spans.begin() + at);
    syntax.keys.erase(key);
    if (syntax.keys.empty()) syntax.kind = formula::Syntax::Kind::name;
    return sound;
}

}  // namespace

void read_identities(Loader& loader) {
    for (const Node* item : items_of(loader, "checks")) {
        Fields fields(*item, "a check", loader.report);
        const Node* is = fields.require("is", "is: an equation in quotes");
        const Node* round = fields.take("round");
        fields.finish();
        const auto rounding = round == nullptr ? std::nullopt : read_rounding(loader, *round);
        auto formula = is == nullptr ? std::nullopt : parse_formula(loader, *is);
        if (formula && formula->syntax && !take_days(loader, *formula->syntax)) continue;
        if (!formula || (round != nullptr && !rounding)) continue;
        auto resolved = resolve_formula(loader, *formula, PackScope(loader, PackScope::Place::identity), yes_no_type(), {});
        if (!resolved) continue;
        if (resolved->expression.operation != Operation::equal) {
            loader.report.error("check-not-equation", is->span, "a check is an equation: two sides with = between them", "a = b");
            continue;
        }
        loader.t.identities.push_back({std::move(resolved->expression), rounding, is->span});
    }
}

void read_not_covered(Loader& loader) {
    for (const Node* item : items_of(loader, "not_covered")) {
        Fields fields(*item, "an item of 'not_covered'", loader.report);
        NotCovered result;
        if (const Node* what = fields.require("what", "what: what of the scheme is left out"))
            result.what = read_text(*what, "'what'", loader.report).value_or("");
        if (const Node* why = fields.require("why", "why: the reason"))
            result.why = read_text(*why, "'why'", loader.report).value_or("");
        result.citation = read_citation(loader, fields, "what is not covered", Evidence::optional);
        fields.finish();
        loader.t.not_covered.push_back(std::move(result));
    }
}

}  // namespace bandtariff::loading
