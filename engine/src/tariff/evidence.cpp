// Sources, citations and outcomes: what stands behind a value, and why there may be none.
// Entry points: read_sources, read_outcomes, read_citation, find_outcome.
#include <algorithm>
#include <set>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> source_kinds = {"law", "published", "observed", "inferred", "assumed", "illustrative"};

const Source* find_source(const Loader& loader, std::string_view key) {
    for (const Source& source : loader.t.sources)
        if (source.key == key) return &source;
    return nullptr;
}

void read_source(Loader& loader, const Entry& entry) {
    Report& report = loader.report;
    if (!check_name(entry.key, entry.key_span, report)) return;
    Fields fields(entry.value, "a source", report);
    Source source;
    source.key = entry.key;
    source.span = entry.key_span;
    if (const Node* kind = fields.require("kind", "kind: " + any_of(source_kinds)))
        if (const auto word = read_word(*kind, "kind of source", source_kinds, report)) source.kind = source_kinds[*word];
    const auto text = [&](std::string_view key) {
        const Node* node = key == "title" ? fields.require(key, "title: what a reader would look for") : fields.take(key);
        return node == nullptr ? std::string() : read_text(*node, "'" + std::string(key) + "'", report).value_or("");
    };
    source.title = text("title");
    source.url = text("url");
    source.note = text("note");
    if (const Node* read = fields.take("read"))
        if (const auto day = read_date(*read, "the day it was read", report)) source.read = bandtariff::to_string(*day);
    fields.finish();
    if (const Source* other = find_source(loader, entry.key)) {
        if (other->kind != source.kind || other->title != source.title)
            report
                .error("uses-clash", entry.key_span,
                       "source '" + entry.key + "' differs from the one of the same key in a pack that this one uses",
                       "another key")
                .notes.push_back({"that one is here", other->span});
        return;
    }
    loader.t.sources.push_back(std::move(source));
}

}  // namespace

bool has_evidence(const Citation& citation) { return !citation.source.empty() || !citation.assumed.empty(); }

Citation read_citation(Loader& loader, Fields& fields, const std::string& what, Evidence need, bool dated,
                       const Citation& inherited) {
    Report& report = loader.report;
    const Node* source = fields.take("source");
    const Node* at = fields.take("at");
    const Node* assumed = fields.take("assumed");
    const Node* day_assumed = dated ? fields.take("day_assumed") : nullptr;
    const Node* carried_forward = dated ? fields.take("carried_forward") : nullptr;
    const bool own = source != nullptr || assumed != nullptr;

    Citation citation = own ? Citation{} : inherited;
    if (own) citation.day_assumed = inherited.day_assumed, citation.carried_forward = inherited.carried_forward;
    if (!citation.span.somewhere() || own)
        citation.span = source != nullptr ? source->span : assumed != nullptr ? assumed->span : fields.span();
    if (source != nullptr) {
        const std::optional<std::string> key = read_text(*source, "'source'", report);
        if (key) {
            citation.source = *key;
            if (const Source* found = find_source(loader, *key)) {
                citation.title = found->title;
                citation.kind = found->kind;
            } else {
                std::vector<std::string> keys;
                for (const Source& each : loader.t.sources) keys.push_back(each.key);
                report.error("source-unknown", source->span, "'" + *key + "' is not under 'sources'", suggestion(*key, keys));
            }
        }
    }
    const auto text = [&](const Node* node, std::string_view key, std::string& into) {
        if (node != nullptr) into = read_text(*node, "'" + std::string(key) + "'", report).value_or("");
    };
    text(at, "at", citation.at);
    text(assumed, "assumed", citation.assumed);
    text(day_assumed, "day_assumed", citation.day_assumed);
    text(carried_forward, "carried_forward", citation.carried_forward);
    if (at != nullptr && citation.source.empty())
        report.error("evidence-missing", at->span, "'at' says where in a source, and no source is named",
                     "source: KEY beside it");
    if (need == Evidence::required && !has_evidence(citation) && fields.node().kind == Node::Kind::mapping &&
        !fields.has("source") && !fields.has("assumed"))
        report.error("evidence-missing", fields.span(), what + " has neither a source nor an assumption",
                     "source: KEY with at: page, table or regulation; or assumed: why, where no source states it");
    return citation;
}

void read_sources(Loader& loader) {
    for (const Entry* entry : loader.section("sources")) read_source(loader, *entry);
}

void read_outcomes(Loader& loader) {
    Report& report = loader.report;
    static const std::vector<std::string> classes = {"nothing_payable", "not_priced"};
    std::vector<Outcome> own;
    for (const Entry* entry : loader.section("outcomes")) {
        Fields fields(entry->value, "an outcome", report);
        Outcome outcome;
        outcome.code = entry->key;
        outcome.span = entry->key_span;
        if (const Node* node = fields.require("class", "class: nothing_payable or not_priced"))
            if (const auto word = read_word(*node, "class of an outcome", classes, report))
                outcome.outcome_class = *word == 0 ? OutcomeClass::nothing_payable : OutcomeClass::not_priced;
        if (const Node* node = fields.require("say", "say: the reason in words that a reader of a quote understands"))
            outcome.say = read_text(*node, "'say'", report).value_or("");
        outcome.citation = read_citation(loader, fields, "outcome '" + entry->key + "'", Evidence::required);
        fields.finish();
        if (!check_name(entry->key, entry->key_span, report)) continue;
        if (const std::optional<OutcomeId> other = [&]() -> std::optional<OutcomeId> {
                for (std::size_t i = 0; i < loader.t.outcomes.size(); ++i)
                    if (loader.t.outcomes[i].code == entry->key) return OutcomeId(i);
                return std::nullopt;
            }()) {
            const Outcome& taken = loader.t.at(*other);
            if (!taken.span.somewhere())
                report.error("name-duplicate", entry->key_span, "'" + entry->key + "' is an outcome that every tariff has",
                             "another name");
            else if (taken.say != outcome.say || taken.outcome_class != outcome.outcome_class)
                report
                    .error("uses-clash", entry->key_span,
                           "outcome '" + entry->key + "' differs from the one of the same name in a pack that this one uses",
                           "another name")
                    .notes.push_back({"that one is here", taken.span});
            continue;
        }
        for (const CodeList& list : loader.t.code_lists)
            for (const Code& code : list.codes)
                if (code.code == entry->key)
                    report.error(
                        "outcome-is-code", entry->key_span,
                        "outcome '" + entry->key + "' has the name of a code of '" + list.name + "', so a cell could mean either",
                        "another name");
        own.push_back(std::move(outcome));
    }
    std::vector<Outcome>& outcomes = loader.t.outcomes;
    outcomes.insert(outcomes.end(), own.begin(), own.end());
    // Numbers follow the codes, not the files, so that moving a declaration changes no number.
    const auto first_own = std::find_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.span.somewhere(); });
    std::sort(first_own, outcomes.end(), [](const Outcome& a, const Outcome& b) { return a.code < b.code; });
    std::uint16_t number = 1000;
    for (auto outcome = first_own; outcome != outcomes.end(); ++outcome) outcome->number = number++;
}

std::optional<OutcomeId> find_outcome(Loader& loader, const std::string& code, const SourceSpan& span) {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < loader.t.outcomes.size(); ++i) {
        if (loader.t.outcomes[i].code == code) return OutcomeId(i);
        if (loader.t.outcomes[i].span.somewhere()) known.push_back(loader.t.outcomes[i].code);
    }
    const std::optional<std::string> near = nearest_word(code, known);
    loader.report.error("outcome-unknown", span, "'" + code + "' is not declared under 'outcomes'",
                        near ? *near : "outcomes: {" + code + ": {class: nothing_payable or not_priced, say: why, source: …}}");
    return std::nullopt;
}

}  // namespace bandtariff::loading
