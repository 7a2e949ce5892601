// See json.hpp. The one file that compiles Boost.JSON's sources, so that nothing must be linked for them.
#include "json.hpp"

#include <boost/json/src.hpp>
#include <iostream>

#include "bandtariff/version.hpp"

namespace bandtariff::cli {

namespace json = boost::json;

namespace {

json::value citation_json(const Citation& citation) {
    json::object out;
    const auto put = [&](const char* key, const std::string& text) {
        if (!text.empty()) out[key] = text;
    };
    put("source", citation.source);
    put("title", citation.title);
    put("kind", citation.kind);
    put("at", citation.at);
    put("assumed", citation.assumed);
    put("day_assumed", citation.day_assumed);
    put("carried_forward", citation.carried_forward);
    put("place", to_string(citation.span));
    return out;
}

json::value days_json(const DateRange& days) {
    return json::object{{"from", to_string(days.from())}, {"last_day", to_string(days.last_day())}};
}

json::value texts_json(const std::vector<std::string>& texts) {
    json::array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

json::value sums_json(const std::vector<std::pair<std::string, Money>>& sums) {
    json::object out;
    for (const auto& [name, sum] : sums) out[name] = to_string(sum);
    return out;
}

json::value line_json(const QuoteLine& line) {
    json::array parts, elements;
    for (const Part& part : line.parts) {
        json::object one{{"amount", to_string(part.amount)}, {"weight", to_string(part.weight)}};
        if (!part.days.empty()) one["days"] = days_json(part.days);
        parts.emplace_back(std::move(one));
    }
    for (const Element element : line.elements) elements.emplace_back(to_string(element));
    json::array slices, instalments;
    for (const QuoteSlice& slice : line.slices)
        slices.emplace_back(json::object{{"party", slice.party},
                                         {"exact", to_string(slice.exact.pounds())},
                                         {"payable", to_string(slice.payable)},
                                         {"payable_pence", slice.payable.pence()},
                                         {"rule", slice.rule}});
    for (const QuoteInstalment& part : line.instalments)
        instalments.emplace_back(json::object{{"name", part.name},
                                              {"share", to_string(part.share)},
                                              {"payable", to_string(part.payable)},
                                              {"payable_pence", part.payable.pence()}});
    json::object out{{"name", line.name},
                        {"outcome", line.outcome},
                        {"say", line.say},
                        {"flow", line.flow == Flow::paid ? "paid" : "notional"},
                        {"elements", std::move(elements)},
                        {"payer", line.payer},
                        {"payee", line.payee},
                        {"unit", line.unit},
                        {"parts", std::move(parts)},
                        {"exact", to_string(line.exact.pounds())},
                        {"rounding", line.rounding ? to_string(line.rounding->rounding) : ""},
                        {"payable", to_string(line.payable)},
                        {"payable_pence", line.payable.pence()},
                        {"residue", to_string(line.residue)},
                        {"citation", citation_json(line.citation)},
                        {"place", to_string(line.span)}};
    if (!slices.empty()) out["slices"] = std::move(slices);
    if (!instalments.empty()) out["instalments"] = std::move(instalments);
    if (line.shared_out) out["shared_out"] = true;
    if (line.share)
        out["share"] = json::object{{"group", line.share->group},
                                    {"pot", to_string(line.share->pot)},
                                    {"weight", to_string(line.share->weight)},
                                    {"weights", to_string(line.share->weights)},
                                    {"remainder", to_string(line.share->remainder)}};
    return out;
}

json::value step_json(const QuoteStep& step) {
    static constexpr const char* kinds[] = {"fact", "choice", "figure", "table", "step"};
    json::object out{
        {"kind", kinds[static_cast<int>(step.kind)]}, {"name", step.name}, {"value", step.value}, {"unit", step.unit}};
    if (step.days) out["days"] = days_json(*step.days);
    if (!step.formula.empty()) {
        out["formula"] = step.formula;
        out["with_values"] = step.with_values;
    }
    if (!step.rounding.empty()) {
        out["exact"] = step.exact;
        out["rounding"] = step.rounding;
    }
    out["citation"] = citation_json(step.citation);
    out["place"] = to_string(step.span);
    return out;
}

json::value diagnostic_json(const Diagnostic& diagnostic) {
    const auto place = [](const SourceSpan& span) {
        json::object out;
        if (span.somewhere()) {
            out = {{"file", span.file->path}, {"line", span.line}, {"column", span.column}, {"length", span.length}};
        }
        return out;
    };
    json::array notes;
    for (const Note& note : diagnostic.notes)
        notes.emplace_back(json::object{{"message", note.message}, {"place", place(note.span)}});
    return json::object{{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
                        {"code", diagnostic.code},
                        {"message", diagnostic.message},
                        {"place", place(diagnostic.span)},
                        {"hint", diagnostic.hint},
                        {"notes", std::move(notes)},
                        {"text", render(diagnostic)}};
}

/// Boost.JSON prints on one line; people read these too.
void pretty(std::ostream& out, const json::value& value, const std::string& indent) {
    const std::string deeper = indent + "  ";
    if (const json::object* object = value.if_object(); object && !object->empty()) {
        const char* before = "{\n";
        for (const auto& [key, item] : *object) {
            out << before << deeper << json::serialize(key) << ": ";
            pretty(out, item, deeper);
            before = ",\n";
        }
        out << '\n' << indent << '}';
    } else if (const json::array* array = value.if_array(); array && !array->empty()) {
        const char* before = "[\n";
        for (const json::value& item : *array) {
            out << before << deeper;
            pretty(out, item, deeper);
            before = ",\n";
        }
        out << '\n' << indent << ']';
    } else {
        out << json::serialize(value);
    }
}

}  // namespace

json::value to_json(const Quote& quote) {
    json::array lines, steps;
    for (const QuoteLine& line : quote.lines) lines.push_back(line_json(line));
    for (const QuoteStep& step : quote.steps) steps.push_back(step_json(step));
    json::object out{{"outcome", quote.outcome},
                     {"outcome_number", quote.outcome_number},
                     {"outcome_class", to_string(quote.outcome_class)},
                     {"say", quote.say},
                     {"also", texts_json(quote.also)}};
    // No money without an outcome that has money: a record that is not priced has no total at all, not a zero.
    out["total"] = quote.priced() ? json::value(to_string(quote.total)) : json::value(nullptr);
    out["total_pence"] = quote.priced() ? json::value(quote.total.pence()) : json::value(nullptr);
    if (!quote.days.empty()) out["days"] = days_json(quote.days);
    out["lines"] = std::move(lines);
    out["totals"] = sums_json(quote.totals);
    out["payers"] = sums_json(quote.payers);
    out["steps"] = std::move(steps);
    out["assumptions"] = texts_json(quote.assumptions);
    out["facts_unread"] = texts_json(quote.facts_unread);
    if (!quote.rates_lent.empty()) out["rates_lent"] = texts_json(quote.rates_lent);
    out["pack"] = json::object{{"name", quote.pack},           {"release", quote.release},
                               {"title", quote.title},         {"status", to_string(quote.status)},
                               {"text_hash", quote.text_hash}, {"meaning_hash", quote.meaning_hash}, {"uses", texts_json(quote.uses)},
                               {"extends", texts_json(quote.extends)}, {"set_for_run", texts_json(quote.set_for_run)}};
    if (quote.known_on) out["known_on"] = to_string(*quote.known_on);
    if (quote.paid_known_on) {
        out["paid_known_on"] = to_string(*quote.paid_known_on);
        json::array differences;
        for (const QuoteDifference& each : quote.differences)
            differences.push_back(json::object{{"line", each.name}, {"paid", to_string(each.paid)}, {"difference", to_string(each.difference)}});
        out["differences"] = std::move(differences);
    }
    out["engine"] = BANDTARIFF_VERSION;
    return out;
}

json::value to_json(const SeriesQuote& quote) {
    json::array quotes;
    for (const Quote& each : quote.quotes) quotes.push_back(to_json(each));
    return json::object{{"outcome", quote.outcome},
                        {"outcome_class", to_string(quote.outcome_class)},
                        {"say", quote.say},
                        {"total", quote.priced() ? json::value(to_string(quote.total)) : json::value(nullptr)},
                        {"total_pence", quote.priced() ? json::value(quote.total.pence()) : json::value(nullptr)},
                        {"quotes", quotes}};
}

json::value to_json(std::span<const Diagnostic> diagnostics) {
    json::array out;
    for (const Diagnostic& diagnostic : diagnostics) out.push_back(diagnostic_json(diagnostic));
    return out;
}

json::value to_json(const FileSummary& summary) {
    json::array groups;
    for (const FileSummary::Group& group : summary.groups)
        groups.emplace_back(
            json::object{{"value", group.value}, {"rows", group.rows}, {"priced", group.priced}, {"total", to_string(group.total)}});
    json::array outcomes;
    for (const FileSummary::Count& count : summary.outcomes) {
        json::array lines;
        for (const std::uint64_t line : count.first_lines) lines.emplace_back(line);
        outcomes.emplace_back(json::object{{"outcome", count.outcome},
                                           {"outcome_class", to_string(count.outcome_class)},
                                           {"rows", count.rows},
                                           {"first_lines", std::move(lines)},
                                           {"first_reason", count.first_reason}});
    }
    return json::object{{"rows", summary.rows},
                        {"rows_not_priced", summary.rows_not_priced()},
                        {"rows_at_fault", summary.rows_at_fault()},
                        {"total", to_string(summary.total)},
                        {"lines", sums_json(summary.lines)},
                        {"elements", sums_json(summary.elements)},
                        {"payers", sums_json(summary.payers)},
                        {"groups", std::move(groups)},
                        {"outcomes", std::move(outcomes)},
                        {"stopped", summary.stopped}};
}

json::value to_json(std::span<const CaseResult> results) {
    json::array out;
    for (const CaseResult& result : results) {
        out.emplace_back(json::object{{"name", result.name},
                                      {"place", to_string(result.span)},
                                      {"passed", result.passed()},
                                      {"failures", to_json(std::span<const Diagnostic>(result.failures))}});
    }
    return out;
}

void print_json(const json::value& value) {
    pretty(std::cout, value, "");
    std::cout << '\n';
}

}  // namespace bandtariff::cli
