// `roundings:` and `time_bases:`, by name or written in place. There is no default for either.
// Entry points: read_roundings, read_time_bases, read_rounding, read_basis.
#include <algorithm>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> ties_words = {"away_from_zero", "to_even", "toward_zero", "up", "down"};
const std::vector<std::string> directed_words = {"ceiling", "floor", "toward_zero", "away_from_zero", "exact"};
const std::vector<std::string> year_words = {"financial_year", "academic_year", "post_16_year", "calendar_year"};
const std::vector<std::string> part_words = {"by_days", "started", "complete", "refused"};

std::optional<Rate> read_quantum(const Node& node, Report& report) {
    const std::optional<Rational> quantum = read_number(node, "what it rounds to", report);
    if (!quantum) return std::nullopt;
    if (*quantum > 0) return Rate(*quantum);
    report.error("number-range", node.span, "what it rounds to is more than 0", "0.01 for a penny, 1 for a pound");
    return std::nullopt;
}

/// "half up" names two different rules, one of which pays a penny differently for charges and clawbacks.
bool refuse_half(const Node& node, Report& report) {
    static const std::vector<std::string> halves = {"half_up",   "half up",   "half_down", "half down",
                                                    "half_even", "half even", "bankers",   "half_away_from_zero"};
    if (node.kind != Node::Kind::scalar || std::find(halves.begin(), halves.end(), node.text) == halves.end()) return false;
    const bool up = node.text == "half_up" || node.text == "half up";
    report.error(
        "rounding-half-up", node.span,
        up ? "'" + node.text + "' means two things for negative amounts: some round -0.5 to -1, others to 0"
           : "'" + node.text + "' is not how a tie rule is named here",
        up ? "away_from_zero (-0.5 becomes -1, as most people and Excel do), or up (-0.5 becomes 0)" : any_of(ties_words));
    return true;
}

std::optional<RoundingRule> read_rounding_in_place(Loader& loader, const Node& node, const std::string& what) {
    Report& report = loader.report;
    Fields fields(node, what, report);
    const Node* nearest = fields.take("nearest");
    const Node* ties = fields.take("ties");
    std::optional<Rounding> rounding;
    int modes = nearest != nullptr ? 1 : 0;
    bool exact = false;
    if (nearest != nullptr) {
        const std::optional<Rate> quantum = read_quantum(*nearest, report);
        if (ties == nullptr)
            report.error("rounding-ties-missing", nearest->span, "rounding to the nearest has to say where an exact half goes",
                         "ties: " + any_of(ties_words));
        else if (!refuse_half(*ties, report))
            if (const auto word = read_word(*ties, "tie rule", ties_words, report); word && quantum)
                rounding = Rounding::nearest(*quantum, static_cast<Ties>(*word));
    } else if (ties != nullptr) {
        report.error("rounding-malformed", ties->span, "only rounding to the nearest has ties",
                     "nearest: 0.01 beside it, or no ties");
    }
    for (std::size_t i = 0; i < directed_words.size(); ++i) {
        const Node* quantum = fields.take(directed_words[i]);
        if (quantum == nullptr) continue;
        ++modes;
        const auto mode = static_cast<Rounding::Mode>(i + 1);
        exact = exact || mode == Rounding::Mode::exact;
        if (const std::optional<Rate> rate = read_quantum(*quantum, report); rate && !rounding)
            rounding = Rounding::directed(mode, *rate);
    }
    RoundingRule::Of of = RoundingRule::Of::unstated;
    if (const Node* each = fields.take("of")) {
        static const std::vector<std::string> words = {"whole", "parts"};
        if (const auto word = read_word(*each, "'of' of a rounding", words, report))
            of = *word == 0 ? RoundingRule::Of::whole : RoundingRule::Of::parts;
    }
    const Citation citation = read_citation(loader, fields, what, exact ? Evidence::optional : Evidence::required);
    fields.finish();
    if (modes != 1 && node.kind == Node::Kind::mapping)
        report.error("rounding-malformed", node.span,
                     "a rounding says exactly one of nearest, ceiling, floor, toward_zero, away_from_zero and exact",
                     "{nearest: 0.01, ties: away_from_zero, source: …}");
    if (!rounding || modes != 1) return std::nullopt;
    return RoundingRule{{}, *rounding, of, citation, node.span};
}

/// The length of a basis's year: a named kind of year, or a number of days.
void read_days_of(const Node& node, TimeBasis& basis, Report& report) {
    if (node.kind == Node::Kind::scalar && !node.text.empty() && node.text.front() >= '0' && node.text.front() <= '9')
        basis.of_days = read_integer(node, "'of'", 1, 366, report);
    else if (const auto word = read_word(node, "kind of year", year_words, report))
        basis.of = static_cast<YearKind>(*word);
}

std::optional<TimeBasis> read_basis_in_place(Loader& loader, const Node& node, const std::string& what) {
    Report& report = loader.report;
    TimeBasis basis;
    basis.span = node.span;
    if (node.kind == Node::Kind::scalar && node.text == "once") {
        basis.kind = TimeBasis::Kind::once;
        return basis;
    }
    Fields fields(node, what, report);
    const Node* count = fields.take("count");
    const Node* times = fields.take("times");
    const Node* whole = fields.take("whole");
    const Node* once = fields.take("once");
    const Node* of = fields.take("of");
    const Node* part = fields.take("part");
    bool ok = true;
    const int kinds = (count != nullptr) + (times != nullptr) + (whole != nullptr) + (once != nullptr);
    if (kinds != 1 && node.kind == Node::Kind::mapping) {
        report.error("time-basis-malformed", node.span, "a time basis says exactly one of count, times, whole and once",
                     "{count: days, of: financial_year, source: …}");
        ok = false;
    }
    if (count != nullptr && kinds == 1) {
        static const std::vector<std::string> units = {"days", "months", "school_days", "weeks", "terms"};
        const auto unit = read_word(*count, "what a time basis counts", units, report);
        ok = ok && unit;
        if (unit && *unit == 0) {
            basis.kind = TimeBasis::Kind::days;
            if (of != nullptr)
                read_days_of(*of, basis, report);
            else
                report.error("key-missing", count->span, "counting days has to say of which year",
                             "of: " + any_of(year_words) + ", or of: 365"),
                    ok = false;
            if (part != nullptr)
                report.error("time-basis-malformed", part->span, "days have no parts, so 'part' says nothing here",
                             "leave 'part' out");
        }
        if (unit && *unit == 1) {
            basis.kind = TimeBasis::Kind::months;
            if (part == nullptr)
                report.error("key-missing", count->span, "counting months has to say what a part of a month is worth",
                             "part: " + any_of(part_words)),
                    ok = false;
            else if (const auto word = read_word(*part, "part of a month", part_words, report))
                basis.part = static_cast<TimeBasis::Part>(*word);
            if (of != nullptr)
                report.error("time-basis-malformed", of->span, "a year is 12 months, so 'of' says nothing here",
                             "leave 'of' out");
        }
        if (unit && *unit > 1) {
            static const TimeBasis::Kind counted[] = {TimeBasis::Kind::school_days, TimeBasis::Kind::weeks, TimeBasis::Kind::terms};
            basis.kind = counted[*unit - 2];
            ok = read_counted(loader, fields, *count, basis) && ok;
        }
    }
    if (times != nullptr && kinds == 1) ok = read_times(loader, fields, *times, basis) && ok;
    if (whole != nullptr) {
        basis.kind = TimeBasis::Kind::whole;
        if (const auto word = read_word(*whole, "kind of year", year_words, report)) basis.of = static_cast<YearKind>(*word);
    }
    if (once != nullptr) {
        basis.kind = TimeBasis::Kind::once;
        const auto fact = once->kind == Node::Kind::scalar ? loader.t.fact(once->text) : std::nullopt;
        std::vector<std::string> known;
        for (const Fact& each : loader.t.facts)
            if (each.kind == FactKind::date) known.push_back(each.name);
        if (!fact || loader.t.at(*fact).kind != FactKind::date)
            report.error("fact-unknown", once->span, "'once' names the date fact on whose day the amount falls",
                         suggestion(once->text, known)),
                ok = false;
        else
            basis.on = *fact;
    }
    if (const Node* stray = part != nullptr ? part : times == nullptr ? of : nullptr; count == nullptr && stray != nullptr)
        report.error("time-basis-malformed", stray->span, "'of' and 'part' belong beside 'count'", "leave it out");
    // The amount itself on one day: no convention of anyone's that would need evidence.
    basis.citation = read_citation(loader, fields, what, once != nullptr ? Evidence::optional : Evidence::required);
    fields.finish();
    return ok ? std::optional(basis) : std::nullopt;
}

}  // namespace

std::optional<RoundingRule> read_rounding(Loader& loader, const Node& node) {
    if (node.kind != Node::Kind::scalar) return read_rounding_in_place(loader, node, "a rounding");
    const auto found = loader.roundings.find(node.text);
    if (found != loader.roundings.end()) return found->second;
    if (refuse_half(node, loader.report)) return std::nullopt;
    std::vector<std::string> known;
    for (const Entry* entry : loader.section("roundings")) known.push_back(entry->key);
    if (std::find(known.begin(), known.end(), node.text) ==
        known.end())  // else it is declared, and what is wrong is reported there
        loader.report.error("rounding-unknown", node.span, "there is no rounding '" + node.text + "'",
                            suggestion(node.text, known));
    return std::nullopt;
}

std::optional<TimeBasisId> read_basis(Loader& loader, const Node& node) {
    if (node.kind == Node::Kind::scalar && node.text != "once") {
        for (std::size_t i = 0; i < loader.t.time_bases.size(); ++i)
            if (loader.t.time_bases[i].name == node.text) return TimeBasisId(i);
        std::vector<std::string> known;
        for (const Entry* entry : loader.section("time_bases")) known.push_back(entry->key);
        if (std::find(known.begin(), known.end(), node.text) == known.end()) {
            known.push_back("once");
            loader.report.error("time-basis-unknown", node.span, "there is no time basis '" + node.text + "'",
                                suggestion(node.text, known));
        }
        return std::nullopt;
    }
    const std::optional<TimeBasis> basis = read_basis_in_place(loader, node, "a time basis");
    if (!basis) return std::nullopt;
    loader.t.time_bases.push_back(*basis);
    return TimeBasisId(loader.t.time_bases.size() - 1);
}

void read_roundings(Loader& loader) {
    for (const Entry* entry : loader.section("roundings")) {
        const bool named = check_name(entry->key, entry->key_span, loader.report);
        std::optional<RoundingRule> rule = read_rounding_in_place(loader, entry->value, "rounding '" + entry->key + "'");
        if (!rule || !named) continue;
        rule->name = entry->key;
        rule->span = entry->key_span;
        loader.roundings.emplace(entry->key, std::move(*rule));
    }
}

void read_time_bases(Loader& loader) {
    for (const Entry* entry : loader.section("time_bases")) {
        std::optional<TimeBasis> basis = read_basis_in_place(loader, entry->value, "time basis '" + entry->key + "'");
        if (!loader.declare(entry->key, Named::Kind::time_basis, loader.t.time_bases.size(), entry->key_span) || !basis) continue;
        basis->name = entry->key;
        basis->span = entry->key_span;
        loader.t.time_bases.push_back(std::move(*basis));
    }
}

}  // namespace bandtariff::loading
