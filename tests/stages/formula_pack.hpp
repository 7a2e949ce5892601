// A small made-up pack, a Scope over it, and the steps from a formula's text to what is checked, for the tests of formulas.
#pragma once

#include <doctest/doctest.h>

#include "document/document.hpp"
#include "tariff/formula/formula.hpp"
#include "tariff/formula/traits.hpp"

namespace formula_tests {

using namespace bandtariff;
using formula::Syntax;
using formula::Traits;


inline Type number_in(const char* unit) { return {ValueKind::number, Unit::parse(unit).value(), {}}; }
inline Type code_of(std::size_t list) { return {ValueKind::code, {}, CodeListId(list)}; }
inline const Type yes_no{ValueKind::yes_no, {}, {}};
inline const Type date{ValueKind::date, {}, {}};

enum List : std::size_t { band, setting, need_category, follows };

inline CodeList list(std::string name, std::vector<Code> codes, bool ordered = false) { return {std::move(name), ordered, std::move(codes), {}}; }
inline Code plain(std::string code) { return {std::move(code), "", {}}; }

inline Expression read(Operation operation, const Type& type, std::size_t index) {
    Expression result;
    result.operation = operation;
    result.type = type;
    result.index = static_cast<std::int64_t>(index);
    return result;
}

class Pack final : public formula::Scope {
public:
    Pack() {
        contents_.code_lists = {list("band", {plain("B1"), plain("B2")}, true),
                                list("setting", {{"mainstream", "", {"Mainstream school"}}, plain("special"), plain("King's Place")}),
                                list("need_category", {plain("cognition"), plain("sensory")}),
                                list("area_cost_follows", {plain("provider"), plain("home")})};
        fact("band", code_of(band));
        fact("other_band", code_of(band));
        fact("setting", code_of(setting));
        fact("hours", number_in("hour per week"), bounds(0, 40));
        fact("attendance", number_in("ratio"), bounds(0, 1));
        fact("pupils", number_in("pupil"), bounds(1, 300));
        fact("places", number_in("place"), bounds(0, 50));
        fact("change", number_in("ratio"), bounds(-2, 3));
        fact("start", date);
        fact("last_day", date);
        fact("boards", yes_no);
        fact("agreed_fee", number_in("GBP per year"), bounds(0, 500000), true);
        fact("home_band", code_of(band), {}, true);
        fact("extra_hours", number_in("hour per week"), bounds(0, 20), true);
        fact("level.cognition", number_in("point"), bounds(0, 5));
        fact("level.sensory", number_in("point"), bounds(0, 5));
        fact("aid.cognition", number_in("point"), bounds(0, 5), true);
        fact("aid.sensory", number_in("point"), bounds(0, 5), true);

        contents_.choices.push_back({"area_cost_follows", CodeListId(follows), CodeId(0), {}, {}});
        choice_ = read(Operation::choice, code_of(follows), 0);

        table("band_price", number_in("GBP per year"), {key("band"), key("setting")}, bounds(0, 30000, Elements{Element::two, Element::three}));
        table("threshold", number_in("GBP per year"), {}, bounds(6000, 6000, Elements{Element::two}));
        table("place_rate", number_in("GBP per place"), {}, bounds(10000, 10000));
        table("hour_rate", number_in("GBP per hour"), {}, bounds(12, 15));
        table("weeks_open", number_in("week per year"), {}, bounds(38, 39));
        table("point_value", number_in("GBP per year per point"), {unread("need_category", need_category)}, bounds(0, 100, Elements{Element::three}));
        table("staffing.teachers", number_in("ratio"), {key("setting")}, bounds(0, 1));
        table("home_price", number_in("GBP per year"), {key("home_band")}, bounds(1, 2));
        table("factor", number_in("ratio"), {{"hours", fact_expression("hours"), {}, 1}}, bounds(0, 2));
        table("payer_of", code_of(follows), {key("setting")}, {});
        table("transport", number_in("GBP per year"), {}, bounds(0, 900, Elements{Element::transport}));

        Step step;
        step.name = "price";
        contents_.steps.push_back(step);
        price_ = read(Operation::step, number_in("GBP per year"), 0);
    }

    std::optional<Meaning> name(const std::string& word, const SourceSpan& span, Report& report) const override {
        if (const auto id = contents_.fact(word)) {
            Meaning meaning{fact_expression(word), fact_traits_[id->index], {}};
            if (contents_.at(*id).optional) meaning.optional_fact = id;
            return meaning;
        }
        if (const auto id = contents_.table(word)) {
            Meaning meaning{read(Operation::lookup, contents_.at(*id).type, id->index), table_traits_[id->index], {}};
            for (const Key& each : contents_.at(*id).keys) meaning.expression.operands.push_back(each.reads);
            return meaning;
        }
        if (word == "price") return Meaning{price_, bounds(0, 40000, Elements{Element::two, Element::three}), {}};
        if (word == "area_cost_follows") return Meaning{choice_, {}, {}};
        report.error("name-unknown", span, "'" + word + "' is no name here");
        return std::nullopt;
    }
    const TariffContents& contents() const override { return contents_; }
    Traits table_traits(TableId table) const override { return table_traits_[table.index]; }

    FactId fact_id(const char* word) const { return contents_.fact(word).value(); }

private:
    static Traits bounds(int low, int high, std::optional<Elements> covers = {}) {
        Traits traits;
        traits.low = low;
        traits.high = high;
        traits.covers = std::move(covers);
        return traits;
    }
    void fact(std::string word, const Type& type, Traits traits = {}, bool optional = false) {
        Fact result;
        result.name = std::move(word);
        result.optional = optional;
        contents_.facts.push_back(result);
        fact_types_.push_back(type);
        fact_traits_.push_back(std::move(traits));
    }
    Expression fact_expression(const std::string& word) const {
        const std::size_t index = contents_.fact(word).value().index;
        return read(Operation::fact, fact_types_[index], index);
    }
    Key key(const char* word) const { return {word, fact_expression(word), {}, 1}; }
    static Key unread(const char* word, std::size_t codes) {
        Key result{word, read(Operation::key, code_of(codes), 0), {}, 1};
        result.reads.index = formula::unread_key;
        return result;
    }
    void table(const char* word, const Type& type, std::vector<Key> keys, Traits traits) {
        Table result;
        result.name = word;
        result.type = type;
        result.keys = std::move(keys);
        contents_.tables.push_back(std::move(result));
        table_traits_.push_back(std::move(traits));
    }

    TariffContents contents_;
    std::vector<Type> fact_types_;
    std::vector<Traits> fact_traits_, table_traits_;
    Expression price_, choice_;
};

inline document::Node scalar(const std::string& yaml) {
    Report report;
    const auto file = std::make_shared<const SourceFile>(SourceFile{"demo.yaml", yaml});
    document::Node node = document::from_yaml(file, report);
    REQUIRE_MESSAGE(!report.has_errors(), render(report.sorted()));
    return node.find("is")->value;
}

inline std::string in_yaml(const std::string& formula) { return "is: \"" + formula + "\"\n"; }

inline std::string tree(const Syntax& syntax) {
    std::string out = syntax.kind == Syntax::Kind::text ? "'" + syntax.word + "'" : syntax.word;
    if (syntax.operands.empty() && syntax.kind != Syntax::Kind::call) return out;
    for (std::size_t i = 0; i < syntax.operands.size(); ++i)
        out += " " + (syntax.keys.empty() ? "" : syntax.keys[i] + ": ") + tree(syntax.operands[i]);
    return "(" + out + (syntax.over.empty() ? "" : " over: " + syntax.over) + ")";
}

struct Read {
    std::optional<formula::Resolved> resolved;
    std::vector<Diagnostic> diagnostics;
};

inline Read read_yaml(const std::string& yaml, const std::optional<Type>& expected = {}, const formula::Proof& known = {}) {
    static const Pack pack;
    Report report;
    Read result;
    const document::Node node = scalar(yaml);
    if (const auto syntax = formula::parse(node, report)) result.resolved = formula::resolve(*syntax, pack, expected, known, report);
    result.diagnostics = report.sorted();
    CHECK(result.resolved.has_value() == result.diagnostics.empty());
    return result;
}

inline Read read_formula(const std::string& formula, const std::optional<Type>& expected = {}, const formula::Proof& known = {}) {
    return read_yaml(in_yaml(formula), expected, known);
}

inline formula::Resolved sound(const std::string& formula, const std::optional<Type>& expected = {}) {
    Read result = read_formula(formula, expected);
    REQUIRE_MESSAGE(result.resolved, render(result.diagnostics));
    return *result.resolved;
}

/// The characters that a diagnostic underlines, of a file of one line.
inline std::string underlined(const SourceSpan& span) {
    std::string out;
    std::uint32_t column = 0;
    for (const char byte : span.file->text) {
        if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) ++column;
        if (column >= span.column && column < span.column + span.length) out += byte;
    }
    return out;
}

/// "code at [characters]" for each, in order.
inline std::string complaints(const Read& read) {
    std::string out;
    for (const Diagnostic& each : read.diagnostics) out += (out.empty() ? "" : "; ") + each.code + " at [" + underlined(each.span) + "]";
    return out;
}

inline std::string printed(const std::string& formula) {
    static const Pack pack;
    return to_string(sound(formula).expression, pack.contents());
}

inline std::string type_in_words(const Type& type) {
    switch (type.kind) {
        case ValueKind::number: return to_string(type.unit);
        case ValueKind::code: return "code " + std::to_string(type.codes.index);
        case ValueKind::yes_no: return "yes or no";
        case ValueKind::date: return "date";
    }
    return {};
}

inline std::string bounds_of(const std::string& formula) {
    const Traits traits = sound(formula).traits;
    return (traits.low ? to_string(*traits.low) : "?") + " to " + (traits.high ? to_string(*traits.high) : "?") +
           (formula::excludes_zero(traits) ? ", never 0" : "");
}

}  // namespace formula_tests
