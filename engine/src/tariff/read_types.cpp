// Units, what a table or step gives, and the elements that money covers.
// Entry points: read_unit, read_type, read_covers, read_elements.
#include <algorithm>
#include <array>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> unit_words = {"GBP",  "pupil", "place", "point", "minute", "hour", "day", "school_day",
                                             "week", "month", "term",  "year",  "ratio",  "per"};
const std::vector<std::string> element_words = {"1",         "2",   "3",     "place",   "early_years", "alternative_provision",
                                                "transport", "fee", "grant", "unknown", "none"};

std::string why_no_unit(const std::string& text) {
    std::string better;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, end - at);
        const bool known = std::find(unit_words.begin(), unit_words.end(), word) != unit_words.end();
        const std::string near = known                                              ? word
                                 : word == "£" || word == "pounds" || word == "gbp" ? "GBP"
                                                                                    : nearest_word(word, unit_words).value_or("");
        if (near.empty()) return {};
        better += (better.empty() ? "" : " ") + near;
        at = end + 1;
    }
    return Unit::parse(better) ? better : std::string();
}

}  // namespace

std::optional<Unit> read_unit(Loader& loader, const Node& node) {
    const std::optional<std::string> text = read_text(node, "a unit", loader.report);
    if (!text) return std::nullopt;
    std::optional<Unit> unit = Unit::parse(*text);
    if (!unit) {
        const std::string better = why_no_unit(*text);
        loader.report.error("unit-unknown", node.span,
                            "'" + *text +
                                "' is no unit: units are made of GBP, pupil, place, point, minute, hour, day, school_day, week, month, "
                                "term, year and ratio",
                            better.empty() ? "such as GBP per pupil per year" : better);
        return std::nullopt;
    }
    for (const std::string& symbol : loader.erased) unit = unit->without(symbol);
    return unit;
}

std::optional<Type> read_type(Loader& loader, Fields& fields, std::string& unit_text) {
    const Node* unit = fields.take("unit");
    const Node* gives = fields.take("gives");
    if (unit != nullptr && gives != nullptr)
        loader.report.error("type-ambiguous", gives->span,
                            "'unit' is for amounts and 'gives' for codes, dates and yes or no: only one of them can stand",
                            "one of the two");
    if (unit != nullptr) {
        const std::optional<Unit> parsed = read_unit(loader, *unit);
        unit_text = unit->text;
        return parsed ? std::optional(Type{ValueKind::number, *parsed, {}}) : std::nullopt;
    }
    if (gives == nullptr) return std::nullopt;
    if (gives->kind == Node::Kind::scalar && gives->text == "date") return Type{ValueKind::date, {}, {}};
    if (gives->kind == Node::Kind::scalar && gives->text == "yes_no") return yes_no_type();
    const std::optional<CodeListId> list = find_code_list(loader, *gives);
    return list ? std::optional(code_type(*list)) : std::nullopt;
}

std::vector<Element> read_elements(const Node& node, Report& report) {
    std::vector<Element> result;
    for (const Node* item : one_or_more(node, "an element", report)) {
        const std::optional<std::size_t> word = read_word(*item, "element", element_words, report);
        if (!word) continue;
        const auto element = static_cast<Element>(*word);
        if (std::find(result.begin(), result.end(), element) != result.end())
            report.error("element-duplicate", item->span, "element " + item->text + " is named twice", "each element once");
        else
            result.push_back(element);
    }
    return result;
}

std::optional<Elements> read_covers(Fields& fields) {
    const Node* node = fields.take("covers");
    if (node == nullptr) return std::nullopt;
    const std::vector<Element> elements = read_elements(*node, fields.report());
    return Elements(elements.begin(), elements.end());
}

std::string type_in_words(const Loader& loader, const Type& type) {
    switch (type.kind) {
        case ValueKind::number: return bandtariff::to_string(type.unit);
        case ValueKind::code: return type.codes.valid() ? "a code of " + loader.t.at(type.codes).name : "a code";
        case ValueKind::yes_no: return "yes or no";
        case ValueKind::date: break;
    }
    return "a date";
}

}  // namespace bandtariff::loading
