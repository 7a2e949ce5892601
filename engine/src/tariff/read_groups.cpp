// `groups`, `by` and `if_member_unpriced` of a kind of record, `gathers` of a fact, and `share_out`.
// Entry points: read_groups once the facts are known, read_gathers and read_share_out once the lines are, check_groups.
#include <algorithm>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> years = {"financial_year", "academic_year", "post_16_year", "calendar_year"};

std::optional<RecordId> find_kind(Loader& loader, const Node& node) {
    const auto text = read_text(node, "the name of a kind of record", loader.report);
    if (!text) return std::nullopt;
    if (const auto id = loader.t.record(*text)) return id;
    std::vector<std::string> known;
    for (const RecordKind& kind : loader.t.records) known.push_back(kind.name);
    loader.report.error("record-unknown", node.span, "there is no kind of record '" + *text + "'", suggestion(*text, known));
    return std::nullopt;
}

std::optional<FactId> find_fact(Loader& loader, const Node& node, const std::string& name) {
    if (const auto id = loader.t.fact(name)) return id;
    std::vector<std::string> known;
    for (const Fact& fact : loader.t.facts) known.push_back(fact.name);
    loader.report.error("fact-unknown", node.span, "there is no fact '" + name + "'", suggestion(name, known));
    return std::nullopt;
}

/// A name, code or year that rows and group both state, or {financial_year: start}: the year of the row's date.
std::optional<GroupKey> read_key(Loader& loader, const Node& node) {
    Report& report = loader.report;
    if (node.kind == Node::Kind::scalar) {
        const auto fact = find_fact(loader, node, node.text);
        if (!fact) return std::nullopt;
        const FactKind kind = loader.t.at(*fact).kind;
        if (kind == FactKind::name || kind == FactKind::code || kind == FactKind::year) return GroupKey{*fact, {}, node.span};
        report.error("group-malformed", node.span, "rows are grouped by a name, a code or a year, and '" + node.text + "' is none of these",
                     kind == FactKind::date ? "{financial_year: " + node.text + "}: the year that the date is in" : "a fact of kind name, code or year")
            .notes.push_back({"the fact is declared here", loader.t.at(*fact).span});
        return std::nullopt;
    }
    if (node.kind != Node::Kind::mapping || node.entries.size() != 1 || node.entries.front().value.kind != Node::Kind::scalar) {
        report.error("group-malformed", node.span, "a key of a group is the name of a fact, or the year of a date",
                     "by: [school], or by: [child, {financial_year: start}]");
        return std::nullopt;
    }
    const Entry& entry = node.entries.front();
    Node named;
    named.span = entry.key_span;
    const auto states = find_fact(loader, named, entry.key);
    const auto on = find_fact(loader, entry.value, entry.value.text);
    if (!states || !on) return std::nullopt;
    if (loader.t.at(*states).kind != FactKind::year)
        report.error("group-malformed", entry.key_span, "the group states '" + entry.key + "', which has to be a year",
                     entry.key + ": {kind: year, of: financial_year} under 'facts'");
    else if (loader.t.at(*on).kind != FactKind::date)
        report.error("group-malformed", entry.value.span, "the year is that of a date, and '" + entry.value.text + "' is no date", "a fact of kind date");
    else
        return GroupKey{*states, *on, node.span};
    return std::nullopt;
}

/// What is wrong with a kind's group is reported there, and so not again where it is used. Names have no space.
std::string unreadable_group(const RecordKind& kind) { return "group " + kind.name; }

/// Follows what a kind groups; a way that comes back to it is reported once, at its first kind.
void check_ring(Loader& loader, RecordId start) {
    std::string path = loader.t.at(start).name;
    RecordId at = start;
    for (std::size_t i = 0; i <= loader.t.records.size() && loader.t.at(at).group; ++i) {
        at = loader.t.at(at).group->of;
        path += " groups " + loader.t.at(at).name;
        if (at < start) return;  // reported there, where it is a ring
        if (at != start) continue;
        loader.report.error("group-cycle", loader.t.at(start).group->span, "a group would be a row of itself: " + path,
                            "a kind of record of its own for the rows");
        for (RecordKind& kind : loader.t.records) {
            if (kind.group) loader.unreadable.insert(unreadable_group(kind));
            kind.group.reset();
        }
        return;
    }
}

/// Units that count records of a kind: pupil or place, or none.
bool counts(const Loader& loader, RecordId kind, const Unit& unit) {
    const std::set<std::string>& own = loader.own_units[kind.index];
    if (own.empty()) return unit.is_ratio();
    return std::any_of(own.begin(), own.end(), [&](const std::string& symbol) { return unit == Unit::of(symbol); });
}

class GatherReader {
public:
    GatherReader(Loader& loader, Fact& fact, const Node& node)
        : loader_(loader), report_(loader.report), fact_(fact), fields_(node, "'gathers'", loader.report) {}

    void read() {
        result_.span = fields_.span();
        const Node* count = fields_.take("count");
        const Node* sum = fields_.take("sum");
        const Node* of = fields_.take("of");
        const Node* where = fields_.take("where");
        const Node* distinct = fields_.take("distinct");
        const Node* on = fields_.take("on");
        const Node* during = fields_.take("during");
        fields_.finish();
        if ((count != nullptr) == (sum != nullptr)) return malformed(fields_.span(), "a fact is gathered by count or by sum", "count: KIND, or sum: line.NAME");
        bool sound = count != nullptr ? counted(*count) : summed(*sum, of);
        if (count != nullptr && of != nullptr) malformed(of->span, "'count' names the kind of record itself", "leave 'of' out");
        if (distinct != nullptr && count == nullptr) malformed(distinct->span, "only a count is of distinct values", "leave 'distinct' out");
        else if (distinct != nullptr) result_.distinct = find_fact(loader_, *distinct, distinct->text);
        if (where != nullptr) {
            const auto formula = parse_formula(loader_, *where);
            auto resolved = formula ? resolve_formula(loader_, *formula, PackScope(loader_), yes_no_type(), {}) : std::nullopt;
            if (resolved) result_.where = std::move(resolved->expression);
            sound = sound && resolved;
        }
        if (sound && days(on, during)) fact_.gathers = std::move(result_);
    }

private:
    void malformed(const SourceSpan& span, const std::string& message, const std::string& hint) { report_.error("gather-malformed", span, message, hint); }

    bool counted(const Node& node) {
        const auto kind = find_kind(loader_, node);
        if (!kind) return false;
        result_.from = *kind;
        const auto unit = Unit::parse(fact_.unit_text);
        if (unit && !counts(loader_, *kind, *unit)) {
            const auto& own = loader_.own_units[kind->index];
            report_.error("gather-unit", fact_.span, "'" + fact_.name + "' counts records of kind '" + loader_.t.at(*kind).name + "', and its unit is " + fact_.unit_text,
                          "unit: " + (own.empty() ? std::string("ratio") : *own.begin()));
        }
        return true;
    }

    bool summed(const Node& node, const Node* of) {
        const auto text = read_text(node, "what is summed", report_);
        if (!text) return false;
        const std::string line = text->starts_with("line.") ? text->substr(5) : std::string();
        const std::size_t payable = line.rfind(".payable");
        const std::string name = payable != std::string::npos && payable + 8 == line.size() ? line.substr(0, payable) : line;
        if (!name.empty() && is_name(name)) {
            const auto id = loader_.t.line(name);
            if (!id) {
                if (std::find(loader_.line_names.begin(), loader_.line_names.end(), name) == loader_.line_names.end())
                    report_.error("line-unknown", node.span, "there is no line '" + name + "'", suggestion(name, loader_.line_names));
                return false;
            }
            result_.kind = name == line ? Gather::Kind::line_exact : Gather::Kind::line_payable;
            result_.line = *id;
            result_.from = loader_.t.at(*id).record;
            if (of != nullptr) malformed(of->span, "a line is of one kind of record already", "leave 'of' out");
            return true;
        }
        result_.kind = Gather::Kind::sum;
        if (!kind_of_sum(node, of)) return false;
        const auto formula = parse_formula(loader_, node);
        auto resolved = formula ? resolve_formula(loader_, *formula, PackScope(loader_), std::nullopt, {}) : std::nullopt;
        if (!resolved) return false;
        if (resolved->expression.type.kind != ValueKind::number) {
            malformed(node.span, "what is summed is a number, and this is " + type_in_words(loader_, resolved->expression.type), "a fact or step that is a number");
            return false;
        }
        result_.what = std::move(resolved->expression);
        return true;
    }

    /// Of which kind of record a fact or step is summed: the only one that is grouped, or the one named.
    bool kind_of_sum(const Node& node, const Node* of) {
        if (of != nullptr) {
            const auto kind = find_kind(loader_, *of);
            if (kind) result_.from = *kind;
            return kind.has_value();
        }
        std::set<std::uint32_t> grouped;
        for (const RecordKind& kind : loader_.t.records)
            if (kind.group) grouped.insert(kind.group->of.index);
        if (grouped.size() == 1) result_.from = RecordId(*grouped.begin());
        else malformed(node.span, grouped.empty() ? "no kind of record groups another, so there is nothing to sum over" : "several kinds of record are grouped, so the sum has to say over which",
                       grouped.empty() ? "groups: KIND under 'records'" : "of: KIND beside it");
        return grouped.size() == 1;
    }

    bool days(const Node* on, const Node* during) {
        const bool no_days = !loader_.t.applies && loader_.t.at(result_.from).span.kind == SpanRule::Kind::none;
        if (no_days) {
            const Node* extra = on != nullptr ? on : during;
            if (extra != nullptr) malformed(extra->span, "a record of kind '" + loader_.t.at(result_.from).name + "' has no days in this undated tariff", "leave 'on' and 'during' out");
            return extra == nullptr;
        }
        if ((on != nullptr) == (during != nullptr)) {
            malformed(fields_.span(), "what is gathered says on which day or during which window", "on: 2026-10-01, or during: financial_year, or during: {from: …, last_day: …}");
            return false;
        }
        if (on != nullptr) {
            const auto day = read_date(*on, "'on'", report_);
            if (day) result_.when.days = DateRange::both_ends(*day, *day);
            return day.has_value();
        }
        if (during->kind == Node::Kind::scalar) {
            const auto word = read_word(*during, "kind of year", years, report_);
            if (word) result_.when.year = static_cast<YearKind>(*word);
            return word.has_value();
        }
        Fields window(*during, "'during'", report_);
        const Node* from = window.require("from", "from: the first day");
        const Node* last = window.require("last_day", "last_day: the last day");
        window.finish();
        if (from == nullptr || last == nullptr) return false;
        const std::optional<Date> first_day = read_date(*from, "the first day", report_);
        const std::optional<Date> last_day = read_date(*last, "the last day", report_);
        if (!first_day || !last_day) return false;
        const Date begin = first_day.value(), end = last_day.value();
        if (end < begin)
            report_.error("dates-backwards", last->span, "the last day is before the first", "a day on or after " + bandtariff::to_string(begin));
        result_.when.days = DateRange::both_ends(begin, end);
        return true;
    }

    Loader& loader_;
    Report& report_;
    Fact& fact_;
    Fields fields_;
    Gather result_;
};

}  // namespace

void read_groups(Loader& loader) {
    Report& report = loader.report;
    for (const Entry* entry : loader.section("records")) {
        const auto id = loader.t.record(entry->key);
        const Entry* groups = entry->value.find("groups");
        const Entry* by = entry->value.find("by");
        const Entry* unpriced = entry->value.find("if_member_unpriced");
        if (!id || (groups == nullptr && by == nullptr && unpriced == nullptr)) continue;
        loader.unreadable.insert(unreadable_group(loader.t.at(*id)));
        const auto missing = [&](const Entry* key, const char* name, const char* hint) {
            if (key == nullptr) report.error("key-missing", entry->key_span, "a kind of record that groups others needs '" + std::string(name) + "'", hint);
            return key == nullptr || key->value.kind == Node::Kind::empty;
        };
        bool sound = !missing(groups, "groups", "groups: the kind of record that its rows are");
        sound = !missing(by, "by", "by: [the facts that rows of a group share], or by: all") && sound;
        sound = !missing(unpriced, "if_member_unpriced", "if_member_unpriced: refuse, or if_member_unpriced: leave_out") && sound;
        if (!sound) continue;
        GroupRule rule;
        rule.span = groups->key_span;
        const auto of = find_kind(loader, groups->value);
        static const std::vector<std::string> words = {"refuse", "leave_out"};
        const auto word = read_word(unpriced->value, "way with an unpriced row", words, report);
        if (by->value.kind != Node::Kind::scalar || by->value.text != "all") {
            if (by->value.kind == Node::Kind::scalar) {
                report.error("group-malformed", by->value.span, "'by' is a list of keys, or all", "by: [" + by->value.text + "]");
                continue;
            }
            for (const Node& item : read_list(by->value, "'by'", report)) {
                const auto key = read_key(loader, item);
                sound = sound && key.has_value();
                if (key) rule.by.push_back(*key);
            }
            if (by->value.items.empty() && by->value.kind == Node::Kind::sequence)
                report.error("group-malformed", by->value.span, "there is no key here", "by: [school], or by: all");
        }
        if (!of || !word || !sound) continue;
        rule.of = *of;
        rule.leave_out_unpriced = *word == 1;
        loader.t.records[id->index].group = std::move(rule);
        loader.unreadable.erase(unreadable_group(loader.t.at(*id)));
    }
    for (std::size_t i = 0; i < loader.t.records.size(); ++i) check_ring(loader, RecordId(i));
}

void read_gathers(Loader& loader) {
    for (const auto& [name, node] : loader.gather_sources)
        if (const auto id = loader.t.fact(name)) GatherReader(loader, loader.t.facts[id->index], *node).read();
}

void read_share_out(Loader& loader) {
    Report& report = loader.report;
    for (const Entry* entry : loader.section("share_out")) {
        const auto id = loader.t.line(entry->key);
        if (!id) {
            if (std::find(loader.line_names.begin(), loader.line_names.end(), entry->key) == loader.line_names.end())
                report.error("line-unknown", entry->key_span, "there is no line '" + entry->key + "' to share out", suggestion(entry->key, loader.line_names));
            continue;
        }
        Line& line = loader.t.lines[id->index];
        Fields fields(entry->value, "a line that is shared out", report);
        const Node* to = fields.require("to", "to: the kind of record that gets the shares");
        const Node* by = fields.require("by", "by: a fact, step or formula: the weight of a row");
        const Node* round = fields.require("round", "round: a rounding, of each share");
        const Node* residue = fields.take("residue");
        const Node* order = fields.take("order");
        const Node* take_from = fields.take("take_from");
        const Citation citation = read_citation(loader, fields, "the sharing out of '" + entry->key + "'", Evidence::optional);
        fields.finish();
        const auto malformed = [&](const SourceSpan& span, const std::string& message, const std::string& hint) { report.error("share-malformed", span, message, hint); };
        const auto kind = to == nullptr ? std::nullopt : find_kind(loader, *to);
        const std::optional<GroupRule>& group = loader.t.at(line.record).group;
        if (kind && (!group || group->of != *kind) && !loader.unreadable.contains(unreadable_group(loader.t.at(line.record))))
            malformed(to->span, "'" + entry->key + "' is a line of kind '" + loader.t.at(line.record).name + "', which does not group '" + to->text + "'",
                      group ? "to: " + loader.t.at(group->of).name : "a line of a kind of record that groups others");
        const auto rounding = round == nullptr ? std::nullopt : read_rounding(loader, *round);
        if (rounding) {
            check_mirrored(loader, *rounding, "a share", round->span);
            const Rational quantum = rounding->rounding.quantum().value();
            const Rational whole = line.rounding ? line.rounding->rounding.quantum().value() : Rational(1, 100);
            if (denominator(Rational(whole / quantum)) != 1 || denominator(Rational(quantum * 100)) != 1)
                malformed(round->span, "shares of " + bandtariff::to_string(quantum) + " pounds cannot add up to a line in steps of " + bandtariff::to_string(whole) + " pounds",
                          "a rounding of which the line's own is a multiple, such as a penny");
        }
        std::optional<FactId> takes_rest, ordered;
        bool latest = false;
        if (order == nullptr && residue == nullptr) malformed(fields.span(), "what is left after rounding has to go somewhere", "residue: largest_remainder, or a yes/no fact that holds for the row that takes it");
        if (order != nullptr && residue != nullptr) malformed(residue->span, "rows that give all they can in an order leave nothing to divide", "leave 'residue' out");
        if ((order != nullptr) != (take_from != nullptr)) malformed((order != nullptr ? order : take_from)->span, "'order' and 'take_from' belong together", "order: a date, and take_from: latest or earliest");
        if (residue != nullptr && residue->text != "largest_remainder") {
            takes_rest = find_fact(loader, *residue, residue->text);
            if (takes_rest && loader.t.at(*takes_rest).kind != FactKind::yes_no)
                malformed(residue->span, "the row that takes the rest is the one for which a yes/no fact holds", "largest_remainder, or a fact of kind yes_no");
        }
        if (order != nullptr) {
            ordered = find_fact(loader, *order, order->text);
            if (ordered && loader.t.at(*ordered).kind != FactKind::date) malformed(order->span, "rows are put in the order of a date", "a fact of kind date");
        }
        if (take_from != nullptr) {
            static const std::vector<std::string> words = {"latest", "earliest"};
            if (const auto word = read_word(*take_from, "end to take from", words, report)) latest = *word == 0;
        }
        const auto formula = by == nullptr ? std::nullopt : parse_formula(loader, *by);
        auto weight = formula ? resolve_formula(loader, *formula, PackScope(loader, PackScope::Place::amount), std::nullopt, {}) : std::nullopt;
        if (weight && weight->expression.type.kind != ValueKind::number)
            malformed(by->span, "rows share by a number, and this is " + type_in_words(loader, weight->expression.type), "a fact or step that is a number");
        else if (weight && order != nullptr && weight->expression.type.unit != Unit::of("GBP"))
            malformed(by->span, "in an order each row gives what it can, in GBP, and this is " + bandtariff::to_string(weight->expression.type.unit), "by: line.NAME, what the row is paid");
        if (!kind || !rounding || !weight) continue;
        line.share_out = ShareOut{*kind, std::move(weight->expression), *rounding, takes_rest, ordered, latest, citation, entry->key_span};
        if (line.paid_in || !line.payers.empty())
            malformed(entry->key_span, "a line that is shared out is paid by one party and not in parts: its rows are paid it", "payer and no paid_in");
    }
}

void check_groups(Loader& loader) {
    const TariffContents& t = loader.t;
    for (std::size_t i = 0; i < t.records.size(); ++i) {
        const RecordId id(i);
        const RecordKind& kind = t.at(id);
        for (const FactId fact : t.facts_read(id)) {
            const std::optional<Gather>& gathers = t.at(fact).gathers;
            if (!gathers || (kind.group && kind.group->of == gathers->from)) continue;
            loader.report.error("gather-kind", gathers->span, "'" + t.at(fact).name + "' is gathered from records of kind '" + t.at(gathers->from).name + "', and is read by '" +
                                                                 kind.name + "', which does not group them",
                                "groups: " + t.at(gathers->from).name + " at that kind, or another fact");
        }
    }
}

}  // namespace bandtariff::loading
