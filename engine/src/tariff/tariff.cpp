// Lookups in a checked pack: names to ids, keys to rows, days to versions, and another choice of alternatives.
#include "bandtariff/tariff.hpp"

#include <algorithm>
#include <stdexcept>

#include "tariff/access.hpp"
#include "tariff/reader.hpp"

namespace bandtariff {
namespace {

/// The position of the thing with that name, or nullopt.
template <class Identity, class Thing, class Text>
std::optional<Identity> find(const std::vector<Thing>& things, Text Thing::*name, std::string_view wanted) {
    for (std::size_t i = 0; i < things.size(); ++i)
        if (things[i].*name == wanted) return Identity(i);
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Status status) {
    switch (status) {
        case Status::illustrative: return "illustrative";
        case Status::printed: return "printed";
        case Status::consulted_on: return "consulted_on";
        case Status::in_force: return "in_force";
    }
    throw std::invalid_argument("status: no such status");
}

std::string_view to_string(Element element) {
    switch (element) {
        case Element::one: return "1";
        case Element::two: return "2";
        case Element::three: return "3";
        case Element::place: return "place";
        case Element::early_years: return "early_years";
        case Element::alternative_provision: return "alternative_provision";
        case Element::transport: return "transport";
        case Element::fee: return "fee";
        case Element::grant: return "grant";
        case Element::unknown: return "unknown";
        case Element::none: return "none";
    }
    throw std::invalid_argument("element: no such element");
}

std::string_view to_string(OutcomeClass outcome_class) {
    switch (outcome_class) {
        case OutcomeClass::priced: return "priced";
        case OutcomeClass::nothing_payable: return "nothing_payable";
        case OutcomeClass::not_priced: return "not_priced";
    }
    throw std::invalid_argument("outcome_class: no such class");
}

bool KeyPattern::admits_number(const Rational& x) const {
    if (kind == Kind::codes) return false;
    if (kind != Kind::numbers) return true;
    if (from && (above_from ? x <= *from : x < *from)) return false;
    return !(to && (below_to ? x >= *to : x > *to));
}

std::size_t Key::position(const Value& value) const {
    if (cuts.empty()) return reads.type.kind == ValueKind::number ? 0 : static_cast<std::size_t>(value.integer);
    const Rational x = reads.type.kind == ValueKind::number ? value.number : Rational(value.integer);
    const auto next = std::partition_point(cuts.begin(), cuts.end(), [&](const Cut& cut) { return cut.after ? cut.at < x : cut.at <= x; });
    return static_cast<std::size_t>(next - cuts.begin());
}

std::size_t Table::positions() const {
    std::size_t product = 1;
    for (const Key& key : keys) product *= key.size;
    return product;
}

const Version* Table::version_on(Date day) const {
    for (const Version& version : versions)
        if (version.holds(day)) return &version;
    return nullptr;
}

const Row* Table::row(const Version& version, const std::vector<Value>& at) const {
    std::size_t position = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) position = position * keys[i].size + keys[i].position(at[i]);
    const std::int32_t row = version.governing.at(position);
    return row < 0 ? nullptr : &version.rows[static_cast<std::size_t>(row)];
}

std::optional<FactId> TariffContents::fact(std::string_view name) const { return find<FactId>(facts, &Fact::name, name); }
std::optional<CodeListId> TariffContents::code_list(std::string_view name) const { return find<CodeListId>(code_lists, &CodeList::name, name); }
std::optional<ChoiceId> TariffContents::choice(std::string_view name) const { return find<ChoiceId>(choices, &Choice::name, name); }
std::optional<TableId> TariffContents::table(std::string_view name) const { return find<TableId>(tables, &Table::name, name); }
std::optional<StepId> TariffContents::step(std::string_view name) const { return find<StepId>(steps, &Step::name, name); }
std::optional<LineId> TariffContents::line(std::string_view name) const { return find<LineId>(lines, &Line::name, name); }
std::optional<RecordId> TariffContents::record(std::string_view name) const { return find<RecordId>(records, &RecordKind::name, name); }
std::optional<OutcomeId> TariffContents::outcome(std::string_view code) const { return find<OutcomeId>(outcomes, &Outcome::code, code); }

const Outcome* TariffContents::outcome_numbered(std::uint16_t number) const {
    for (const Outcome& outcome : outcomes)
        if (outcome.number == number) return &outcome;
    return nullptr;
}

std::optional<CodeId> TariffContents::code(CodeListId list, std::string_view text) const {
    return find<CodeId>(at(list).codes, &Code::code, text);
}

std::optional<CodeId> TariffContents::code_in_record(CodeListId list, std::string_view text) const {
    if (const auto own = code(list, text)) return own;
    const std::vector<Code>& codes = at(list).codes;
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (std::find(codes[i].also.begin(), codes[i].also.end(), text) != codes[i].also.end()) return CodeId(i);
    return std::nullopt;
}

OverTime TariffContents::over(const Line& line) const {
    return line.over.at(line.over_choice ? at(*line.over_choice).selected.index : 0);
}

Checked<Tariff> Tariff::choose(std::string_view choice, std::string_view alternative) const {
    Report report;
    const auto names = [](const auto& things, auto name) {
        std::vector<std::string> result;
        for (const auto& thing : things) result.push_back(thing.*name);
        return result;
    };
    const auto id = contents_->choice(choice);
    if (!id) {
        report.error("choice-unknown", {}, "'" + std::string(choice) + "' is no choice of " + contents_->pack + (contents_->choices.empty() ? ", which has none" : ""),
                     loading::suggestion(choice, names(contents_->choices, &Choice::name)));
        return report.sorted();
    }
    const Choice& before = contents_->at(*id);
    const auto selected = contents_->code(before.alternatives, alternative);
    if (!selected) {
        report.error("alternative-unknown", before.span, "'" + std::string(alternative) + "' is no alternative of " + before.name,
                     loading::suggestion(alternative, names(contents_->at(before.alternatives).codes, &Code::code)));
        return report.sorted();
    }
    if (*selected == before.selected) return *this;
    TariffContents changed = *contents_;
    Choice& after = changed.choices[id->index];
    after.selected = *selected;
    // What stood behind the pack's own choice does not stand behind this one.
    after.citation = {};
    after.citation.assumed = "chosen for this run in place of " + contents_->text_of(before.alternatives, before.selected);
    after.citation.span = before.span;
    return TariffAccess::make(std::move(changed));
}

}  // namespace bandtariff
