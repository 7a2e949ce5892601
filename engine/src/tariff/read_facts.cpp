// `facts:`: what a record may state, with the ranges that make arithmetic and intervals provable.
// Entry point: read_facts.
#include <algorithm>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> kinds = {"number", "code", "yes_no", "date", "year", "name", "text"};
const std::vector<std::string> years = {"financial_year", "academic_year", "post_16_year", "calendar_year"};

bool on_grid(const Rational& value, int decimals) {
    Rational scaled = value;
    for (int i = 0; i < decimals; ++i) scaled *= 10;
    return denominator(scaled) == 1;
}

/// What is gathered has bounds where it says none: a count is whole and not below zero, and a sum may be stated to the penny.
/// They hold for what is stated and for what is gathered alike.
void bound_gathered(Fact& fact, const Node& gathers) {
    const bool count = gathers.find("count") != nullptr;
    fact.decimals = count ? 0 : 2;
    fact.max = Rational(count ? 1000000000LL : 1000000000000LL);
    fact.min = count ? Rational(0) : Rational(-fact.max);
}

void read_number_range(Loader& loader, Fields& fields, Fact& fact, bool& known_type, const Node* gathers) {
    Report& report = loader.report;
    if (const Node* unit = fields.require("unit", "unit: ratio, or such as hour per week")) {
        const std::optional<Unit> read = read_unit(loader, *unit);
        fact.unit = read.value_or(Unit{});
        fact.unit_text = unit->text;
        known_type = read.has_value();
    }
    if (gathers != nullptr) bound_gathered(fact, *gathers);
    const auto take = [&](const char* key, const char* hint) { return gathers == nullptr ? fields.require(key, hint) : fields.take(key); };
    if (const Node* decimals = take("decimals", "decimals: 0, or how many a record may state"))
        fact.decimals = read_integer(*decimals, "'decimals'", 0, 12, report).value_or(0);
    const Node* min = take("min", "min: the least a record may state");
    const Node* max = take("max", "max: the most a record may state");
    const auto bound = [&](const Node* node, const char* what) -> std::optional<Rational> {
        if (node == nullptr) return std::nullopt;
        const std::optional<Rational> number = read_number(*node, what, report);
        if (number && !on_grid(*number, fact.decimals))
            report.error("number-decimals", node->span,
                         std::string(what) + " has more decimals than the fact, which has " + std::to_string(fact.decimals));
        return number;
    };
    if (min != nullptr || gathers == nullptr) fact.min = bound(min, "'min'").value_or(0);
    if (max != nullptr || gathers == nullptr) fact.max = bound(max, "'max'").value_or(fact.min);
    if (fact.max < fact.min && max != nullptr)
        report.error("range-backwards", max->span, "'max' is below 'min'",
                     "a number of at least " + bandtariff::to_string(fact.min));
    Rational widest = std::max(abs(fact.min), abs(fact.max));
    for (int i = 0; i < fact.decimals; ++i) widest *= 10;
    if (widest > Rational(1000000000000000000))
        report.error("range-too-wide", fields.span(), "a fact this large with this many decimals cannot be carried exactly",
                     "fewer decimals, or a lower 'max'");
}

std::optional<Value> read_default(Loader& loader, const Fact& fact, const Node& node) {
    Report& report = loader.report;
    switch (fact.kind) {
        case FactKind::number: {
            const std::optional<Rational> number = read_number(node, "the default", report);
            if (!number) return std::nullopt;
            if (*number < fact.min || *number > fact.max || !on_grid(*number, fact.decimals)) {
                report.error("number-range", node.span, "the default is outside what a record may state",
                             "a number from " + bandtariff::to_string(fact.min) + " to " + bandtariff::to_string(fact.max) +
                                 " with at most " + std::to_string(fact.decimals) + " decimals");
                return std::nullopt;
            }
            return Value{*number, 0};
        }
        case FactKind::code: {
            const auto text = read_text(node, "the default", report);
            const auto code = text ? find_code(loader, fact.codes, *text, node.span) : std::nullopt;
            return code ? std::optional(Value{0, code->index}) : std::nullopt;
        }
        case FactKind::yes_no: {
            const auto yes = read_yes_no(node, "the default", report);
            return yes ? std::optional(Value{0, *yes ? 1 : 0}) : std::nullopt;
        }
        case FactKind::date: {
            const auto day = read_date(node, "the default", report);
            return day ? std::optional(Value{0, day_number(*day)}) : std::nullopt;
        }
        case FactKind::year: {
            const auto text = read_text(node, "the default", report);
            const auto year = text ? NamedYear::parse(fact.year, *text) : std::nullopt;
            if (year) return Value{0, year->starts};
            if (text)
                report.error("year-malformed", node.span,
                             "'" + *text + "' is no " + std::string(bandtariff::to_string(fact.year)), "such as 2026-27");
            return std::nullopt;
        }
        case FactKind::name:
        case FactKind::text: break;
    }
    report.error("default-not-allowed", node.span, "a fact of this kind is never computed with, so it has no default",
                 "leave the default out");
    return std::nullopt;
}

void add_fact(Loader& loader, const Entry& entry, Fact fact, const Node* for_each) {
    if (for_each == nullptr) {
        fact.name = entry.key;
        if (loader.declare(fact.name, Named::Kind::fact, loader.t.facts.size(), entry.key_span))
            loader.t.facts.push_back(std::move(fact));
        return;
    }
    const std::optional<CodeListId> list = find_code_list(loader, *for_each);
    if (!loader.declare(entry.key, Named::Kind::fact_family, loader.t.facts.size(), entry.key_span) || !list) return;
    for (const Code& code : loader.t.at(*list).codes) {
        fact.name = entry.key + "." + code.code;
        if (loader.declare(fact.name, Named::Kind::fact, loader.t.facts.size(), entry.key_span)) loader.t.facts.push_back(fact);
    }
}

void read_fact(Loader& loader, const Entry& entry) {
    Report& report = loader.report;
    Fields fields(entry.value, "a fact", report);
    Fact fact;
    fact.span = entry.key_span;
    bool known_type = true;
    const Node* kind = fields.require("kind", "kind: " + any_of(kinds));
    const std::optional<std::size_t> word = kind == nullptr ? std::nullopt : read_word(*kind, "kind of fact", kinds, report);
    fact.kind = word ? static_cast<FactKind>(*word) : FactKind::text;
    if (const Node* about = fields.take("about")) fact.about = read_text(*about, "'about'", report).value_or("");
    const Node* gathers = fields.take("gathers");
    if (word && fact.kind == FactKind::number) read_number_range(loader, fields, fact, known_type, gathers);
    if (word && fact.kind == FactKind::code) {
        if (const Node* of = fields.require("of", "of: the name of a code list"))
            fact.codes = find_code_list(loader, *of).value_or(CodeListId{});
        known_type = fact.codes.valid();
    }
    if (word && fact.kind == FactKind::year) {
        if (const Node* of = fields.require("of", "of: " + any_of(years)))
            if (const auto year = read_word(*of, "kind of year", years, report)) fact.year = static_cast<YearKind>(*year);
    }
    const Node* otherwise = fields.take("default");
    if (otherwise != nullptr && word) {
        fact.otherwise = read_default(loader, fact, *otherwise);
        fact.otherwise_citation = read_citation(loader, fields, "the default of '" + entry.key + "'", Evidence::required);
    }
    if (const Node* optional = fields.take("optional"))
        fact.optional = read_yes_no(*optional, "'optional'", report).value_or(false);
    if (const Node* from = fields.take("required_from")) {
        fact.required_from = read_date(*from, "'required_from'", report);
        if (!fact.optional)
            report.error("required-from-alone", from->span,
                         "'required_from' ends what 'optional: true' allows, and this fact is required already",
                         "optional: true beside it, or leave it out");
    }
    if (otherwise != nullptr && fact.optional)
        report.error("default-and-optional", otherwise->span, "a fact with a default is never absent, so it is not optional",
                     "a default, or optional: true"),
            fact.optional = false;
    const Node* for_each = fields.take("for_each");
    if (gathers != nullptr) {
        if (word && fact.kind != FactKind::number)
            report.error("gather-malformed", gathers->span, "a count or a sum is a number, and this fact is none", "kind: number");
        else if (otherwise != nullptr || fact.optional || for_each != nullptr)
            report.error("gather-malformed", gathers->span, "a fact that is gathered is there for every group: it is one number, with no default and not optional",
                         "leave out 'default', 'optional' or 'for_each'");
        else loader.gather_sources.emplace_back(entry.key, gathers);
    }
    if (!word) (void)fields.rest();  // what may stand depends on the kind, which is not known
    fields.finish();
    if (!word) {
        loader.unreadable.insert(entry.key);
        (void)loader.declare(entry.key, Named::Kind::fact_family, 0, entry.key_span);
        return;
    }
    if (!known_type) loader.unreadable.insert(entry.key);  // its formulas would all be reported for their units
    add_fact(loader, entry, std::move(fact), for_each);
}

}  // namespace

void read_facts(Loader& loader) {
    for (const Entry* entry : loader.section("facts")) read_fact(loader, *entry);
}

std::optional<Type> type_of(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::number: return Type{ValueKind::number, fact.unit, {}};
        case FactKind::code: return code_type(fact.codes);
        case FactKind::yes_no: return yes_no_type();
        case FactKind::date: return Type{ValueKind::date, {}, {}};
        case FactKind::year:
        case FactKind::name:
        case FactKind::text: break;
    }
    return std::nullopt;
}

}  // namespace bandtariff::loading
