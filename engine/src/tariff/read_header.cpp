// The header of a pack: identity, status, the days it applies, and the kinds of record it prices.
// Entry points: read_header, read_records, and read_spans once the facts are known.
#include <algorithm>

#include "tariff/loader.hpp"
#include "tariff/overlay.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> header_keys = {"pack",   "release", "title", "status", "format", "published",    "applies",
                                              "record", "records", "span",  "uses",   "refuse", "line_defaults",
                                              "takes"};
const std::vector<std::string> identity_keys = {"pack",      "release", "title",  "status", "format",
                                                "published", "applies", "record", "uses", "takes"};
const std::vector<std::string> section_keys = {"sources", "codes",    "facts", "choices",   "figures",
                                               "tables",  "outcomes", "steps", "roundings", "time_bases",
                                               "lines",   "totals",   "cases", "checks",    "not_covered",
                                               "calendars", "scales",    "share_out"};
const std::vector<std::string> statuses = {"illustrative", "printed", "consulted_on", "in_force"};

bool holds(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Files in path order, each key under its name; keys that no pack has are reported.
void gather_top_level(Loader& loader) {
    std::vector<std::string> known = header_keys;
    known.insert(known.end(), section_keys.begin(), section_keys.end());
    std::vector<std::string> known_in_overlays = known;
    known_in_overlays.insert(known_in_overlays.end(), {"extends", "changes"});  // taken where the layers were put together
    for (const Node& file : loader.document.files) {
        for (const Entry& entry : file.entries) {
            if (!holds(known, entry.key)) {
                loader.report.error("unknown-key", entry.key_span, "'" + entry.key + "' is not a section of a pack",
                                    suggestion(entry.key, known_in_overlays));
            } else {
                if (holds(identity_keys, entry.key) && !is_header_file(loader, file))
                    loader.report.error("header-misplaced", entry.key_span,
                                        "'" + entry.key + "' belongs in pack.yaml, where a reader looks for it");
                loader.top[entry.key].push_back(&entry);
            }
        }
    }
}

std::string header_text(Loader& loader, const std::string& key, const std::string& hint) {
    const Node* node = loader.once(key);
    if (node != nullptr) return read_text(*node, "'" + key + "'", loader.report).value_or("");
    if (loader.top.find(key) == loader.top.end())
        loader.report.error("key-missing", header_place(loader), "a pack needs '" + key + "'", hint);
    return {};
}

/// A stack is as firm as its weakest layer.
Status weakest_status(const Loader& loader, std::size_t own) {
    std::size_t weakest = own;
    if (loader.stack != nullptr)
        for (const auto& [layer, word] : loader.stack->statuses) {
            const auto at = static_cast<std::size_t>(std::find(statuses.begin(), statuses.end(), word) - statuses.begin());
            weakest = std::min(weakest, at);
        }
    return static_cast<Status>(weakest);
}

void read_applies(Loader& loader) {
    Report& report = loader.report;
    const Node* node = loader.once("applies");
    if (node == nullptr) {
        if (loader.top.find("applies") == loader.top.end())
            report.error("key-missing", header_place(loader), "a pack needs 'applies': the days its prices hold",
                         "applies: {from: 2026-04-01, last_day: 2027-03-31}, or applies: {undated: why}");
        return;
    }
    Fields fields(*node, "'applies'", report);
    if (const Node* undated = fields.take("undated")) {
        if (!fields.has("from") && !fields.has("last_day"))
            loader.t.undated_because = read_text(*undated, "'undated'", report).value_or("");
        else
            report.error("applies-both", fields.key_span("undated"), "a tariff is dated or undated, not both",
                         "'from' and 'last_day', or 'undated' alone");
        (void)fields.take("from");
        (void)fields.take("last_day");
        fields.finish();
        return;
    }
    const Node* from = fields.require("from", "from: the first day it applies");
    const Node* last_day = fields.require("last_day", "last_day: the last day it applies");
    fields.finish();
    const std::optional<Date> first = from == nullptr ? std::nullopt : read_date(*from, "the first day", report);
    const std::optional<Date> last = last_day == nullptr ? std::nullopt : read_date(*last_day, "the last day", report);
    if (!first || !last) return;
    if (*last < *first)
        report.error("dates-backwards", last_day->span, "the last day is before the first",
                     "a day on or after " + bandtariff::to_string(*first));
    else
        loader.t.applies = DateRange::both_ends(*first, *last);
}

/// Unit words that are the record itself: pupil and place, where a record is one of them.
void note_record_unit(Loader& loader, std::set<std::string>& own, const Node& name) {
    if (name.text != "pupil" && name.text != "place") return;
    loader.erased.insert(name.text);
    own.insert(name.text);
}

void read_span(Loader& loader, const Node* node, SpanRule& span) {
    Report& report = loader.report;
    const auto fact_of = [&](const Node& name, FactKind kind, const char* what) -> FactId {
        const auto text = read_text(name, "the name of a fact", report);
        if (!text) return {};
        const auto id = loader.t.fact(*text);
        if (!id) {
            std::vector<std::string> known;
            for (const Fact& fact : loader.t.facts) known.push_back(fact.name);
            report.error("fact-unknown", name.span, "there is no fact '" + *text + "'", suggestion(*text, known));
            return {};
        }
        if (loader.t.at(*id).kind != kind)
            report.error("fact-kind", name.span, "'" + *text + "' has to be " + what + " to say which days are paid");
        return *id;
    };
    if (node == nullptr) {
        const auto start = loader.t.fact("start");
        const auto last_day = loader.t.fact("last_day");
        const auto is_date = [&](FactId id) { return loader.t.at(id).kind == FactKind::date; };
        if (!start || !last_day || !is_date(*start) || !is_date(*last_day)) return;
        span.kind = SpanRule::Kind::between;
        span.from = *start;
        span.last_day = *last_day;
        return;
    }
    if (node->kind == Node::Kind::scalar) {
        if (node->text != "none")
            report.error("span-malformed", node->span, "'" + node->text + "' is no span",
                         "none, {from: FACT, last_day: FACT}, {on: FACT} or {year: FACT}");
        return;
    }
    Fields fields(*node, "'span'", report);
    const Node* from = fields.take("from");
    const Node* last_day = fields.take("last_day");
    const Node* on = fields.take("on");
    const Node* year = fields.take("year");
    const Node* left_on = fields.take("left_on");
    const Node* leaving_day = fields.take("leaving_day");
    fields.finish();
    const int ways = (from != nullptr || last_day != nullptr ? 1 : 0) + (on != nullptr ? 1 : 0) + (year != nullptr ? 1 : 0);
    if (ways != 1 || (from != nullptr) != (last_day != nullptr))
        report.error("span-malformed", node->span, "a span is from and last_day together, or on, or year",
                     "{from: FACT, last_day: FACT}, {on: FACT} or {year: FACT}");
    else if (from != nullptr)
        span = {SpanRule::Kind::between,
                fact_of(*from, FactKind::date, "a date"),
                fact_of(*last_day, FactKind::date, "a date"),
                {},
                false};
    else if (on != nullptr)
        span = {SpanRule::Kind::on, fact_of(*on, FactKind::date, "a date"), {}, {}, false};
    else
        span = {SpanRule::Kind::year, fact_of(*year, FactKind::year, "a year"), {}, {}, false};
    if (left_on != nullptr) {
        span.left_on = fact_of(*left_on, FactKind::date, "a date");
        if (leaving_day == nullptr)
            report.error("key-missing", left_on->span, "'left_on' needs 'leaving_day': whether the day a child left is paid",
                         "leaving_day: unpaid, or leaving_day: paid");
    }
    if (leaving_day != nullptr) {
        static const std::vector<std::string> words = {"unpaid", "paid"};
        if (const auto word = read_word(*leaving_day, "leaving day", words, report)) span.leaving_day_paid = *word == 1;
        if (left_on == nullptr)
            report.error("key-missing", leaving_day->span, "'leaving_day' needs 'left_on': the day a child left",
                         "left_on: FACT");
    }
}

}  // namespace

bool is_header_file(const Loader& loader, const Node& file) {
    return loader.document.files.size() == 1 ||
           std::filesystem::path(file.span.file ? file.span.file->path : "").filename() == "pack.yaml";
}

SourceSpan header_place(const Loader& loader) {
    for (const Node& file : loader.document.files)
        if (is_header_file(loader, file)) {
            // What is not there has no place of its own: where the pack is named, else where its header starts.
            const Entry* pack = file.find("pack");
            return pack != nullptr ? pack->key_span : SourceSpan{file.span.file, 1, 1, 1};
        }
    return {};
}

void read_header(Loader& loader) {
    Report& report = loader.report;
    gather_top_level(loader);
    loader.t.pack = header_text(loader, "pack", "pack: england.some_name");
    const Node* pack = loader.once("pack");
    for (std::size_t at = 0; pack != nullptr && at <= loader.t.pack.size();) {
        const std::size_t dot = std::min(loader.t.pack.find('.', at), loader.t.pack.size());
        if (!is_name(loader.t.pack.substr(at, dot - at))) {
            report.error("name-invalid", pack->span,
                         "'" + loader.t.pack +
                             "' is no name of a pack: names joined by dots, in lower-case letters, digits and underscores",
                         "such as england.national_bands");
            break;
        }
        at = dot + 1;
    }
    loader.t.release = header_text(loader, "release", "release: 2026-27");
    loader.t.title = header_text(loader, "title", "title: what the tariff is called");
    (void)header_text(loader, "status", "status: " + any_of(statuses));
    if (const Node* status = loader.once("status"))
        if (const auto word = read_word(*status, "status", statuses, report)) loader.t.status = weakest_status(loader, *word);
    (void)header_text(loader, "format", "format: 1");
    if (const Node* format = loader.once("format");
        format != nullptr && format->kind == Node::Kind::scalar && format->text != "1")
        report.error("format-unknown", format->span, "format '" + format->text + "' is not one that this engine reads", "1");
    if (const Node* published = loader.once("published")) loader.published = read_date(*published, "'published'", report);
    read_applies(loader);
    if (!loader.published && loader.t.applies) loader.published = loader.t.applies->from();
    read_records(loader);
}

void read_records(Loader& loader) {
    Report& report = loader.report;
    const Node* record = loader.once("record");
    const std::vector<const Entry*> records = loader.section("records");
    if (record != nullptr && !records.empty())
        report.error("records-both", records.front()->key_span,
                     "a pack has one kind of record ('record') or several ('records'), not both");
    if (record == nullptr && records.empty() && loader.top.find("record") == loader.top.end() &&
        loader.top.find("records") == loader.top.end())
        report.error("key-missing", header_place(loader), "a pack needs 'record': what is priced", "record: pupil");
    if (record != nullptr) {
        const std::vector<const Node*> names = one_or_more(*record, "'record'", report);
        std::set<std::string>& own = loader.own_units.emplace_back();
        for (const Node* name : names)
            if (check_name(name->text, name->span, report)) note_record_unit(loader, own, *name);
        if (!names.empty()) loader.t.records.push_back({names.front()->text, {}, {}, record->span});
        return;
    }
    for (const Entry* entry : records) {
        if (!check_name(entry->key, entry->key_span, report)) continue;
        Fields fields(entry->value, "a kind of record", report);
        std::set<std::string>& own = loader.own_units.emplace_back();
        if (const Node* is = fields.require("is", "is: pupil"))
            for (const Node* name : one_or_more(*is, "'is'", report))
                if (check_name(name->text, name->span, report)) note_record_unit(loader, own, *name);
        for (const char* key : {"groups", "by", "if_member_unpriced", "span", "refuse"}) (void)fields.take(key);
        fields.finish();
        loader.t.records.push_back({entry->key, {}, {}, entry->key_span});
    }
}

void read_spans(Loader& loader) {
    const Node* common = loader.once("span");
    for (RecordKind& kind : loader.t.records) {
        const Node* own = nullptr;
        for (const Entry* entry : loader.section("records"))
            if (entry->key == kind.name)
                if (const Entry* span = entry->value.find("span"); span != nullptr && span->value.kind != Node::Kind::empty)
                    own = &span->value;
        // What the pack says of all its records is of those that group nothing: a group has no days but those it states itself.
        if (own != nullptr || !kind.group) read_span(loader, own != nullptr ? own : common, kind.span);
    }
}

}  // namespace bandtariff::loading
