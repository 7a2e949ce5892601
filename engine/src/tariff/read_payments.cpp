// `payers:` and `paid_in:` of a line, and what settlement lines may read.
// Entry points: read_slices, read_instalments, check_mirrored, check_settlements.
#include <algorithm>
#include <array>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

constexpr std::array<const char*, 12> months = {"april",   "may",      "june",     "july",    "august",   "september",
                                                "october", "november", "december", "january", "february", "march"};

void check_pennies(Loader& loader, const RoundingRule& rule, const SourceSpan& span) {
    const Rational& quantum = rule.rounding.quantum().value();
    if (denominator(Rational(quantum * 100)) != 1)
        loader.report.error("rounding-below-penny", span,
                            "what is paid is whole pennies, and this rounds to " + bandtariff::to_string(quantum), "a multiple of 0.01");
}

std::optional<RoundingRule> read_mirrored(Loader& loader, const Node& node, const std::string& what) {
    std::optional<RoundingRule> rule = read_rounding(loader, node);
    if (!rule) return rule;
    check_mirrored(loader, *rule, what, node.span);
    check_pennies(loader, *rule, node.span);
    return rule;
}

class SliceReader {
public:
    SliceReader(Loader& loader, const Node& node, const Line& line, const formula::Proof& known)
        : loader_(loader), line_(line), known_(known), fields_(node, "a payer", loader.report) {}

    Slice read() {
        slice_.span = fields_.span();
        if (const Node* party = fields_.require("party", "party: a code of the list 'party'")) {
            if (!loader_.t.party.valid())
                loader_.report.error("party-list-missing", party->span,
                                     "who pays whom is a code of the list 'party', and 'codes' has no such list",
                                     "codes: {party: [provider, commissioning_authority]}");
            else if (const auto code = find_code(loader_, loader_.t.party, party->text, party->span))
                slice_.party = *code;
        }
        const Node* share = fields_.take("share");
        const Node* up_to = fields_.take("up_to");
        const Node* rest = fields_.take("rest");
        if ((share != nullptr) + (up_to != nullptr) + (rest != nullptr) != 1)
            loader_.report.error("payer-malformed", fields_.span(), "a payer pays a share, or up to a limit, or the rest: one of the three",
                                 "share: a ratio, up_to: in the amount's unit, or rest: true");
        else if (rest != nullptr) the_rest(*rest);
        else limit(share != nullptr ? *share : *up_to, share != nullptr);
        window();
        if (const Node* node = fields_.take("round")) {
            slice_.rounding = read_mirrored(loader_, *node, "what one of several parties pays");
            if (slice_.kind == Slice::Kind::rest)
                loader_.report.error("payer-malformed", node->span, "the rest is what the others leave, to the penny: it is not rounded",
                                     "leave 'round' out");
        }
        fields_.finish();
        return std::move(slice_);
    }

private:
    void the_rest(const Node& node) {
        if (!read_yes_no(node, "'rest'", loader_.report).value_or(true))
            loader_.report.error("payer-malformed", node.span, "a payer that does not take the rest says what it pays", "share or up_to");
    }

    std::optional<formula::Resolved> resolve(const Node& node, const std::optional<Type>& expected) {
        const auto formula = parse_formula(loader_, node);
        return formula ? resolve_formula(loader_, *formula, PackScope(loader_), expected, known_) : std::nullopt;
    }

    void limit(const Node& node, bool share) {
        slice_.kind = share ? Slice::Kind::share : Slice::Kind::up_to;
        const Type wanted{ValueKind::number, share ? Unit() : line_.amount.type.unit, {}};
        if (auto resolved = resolve(node, wanted)) slice_.limit = std::move(resolved->expression);
    }

    void window() {
        const Node* first = fields_.take("first");
        const Node* since = fields_.take("since");
        if (first == nullptr && since == nullptr) return;
        if (first == nullptr || since == nullptr || slice_.kind == Slice::Kind::rest) {
            loader_.report.error("payer-malformed", (first != nullptr ? first : since)->span,
                                 slice_.kind == Slice::Kind::rest ? "the party that takes the rest takes it on all days"
                                                                  : "'first' counts weeks or days, and 'since' is the date they start on",
                                 "first: a number of weeks or days, and since: a date");
            return;
        }
        if (line_.rounding && line_.rounding->of == RoundingRule::Of::parts)
            loader_.report.error("payer-parts", first->span,
                                 "a line whose parts are rounded one by one cannot be paid by someone else from a day inside a part",
                                 "of: whole, in the line's rounding");
        if (auto resolved = resolve(*first, std::nullopt)) {
            const Type& type = resolved->expression.type;
            slice_.first_in_weeks = type.unit == Unit::of("week");
            if (type.kind != ValueKind::number || (!slice_.first_in_weeks && type.unit != Unit::of("day")))
                loader_.report.error("unit-mismatch", first->span, "'first' is a number of weeks or of days, and this is " + type_in_words(loader_, type),
                                     "a figure or fact of unit week or day");
            slice_.first = std::move(resolved->expression);
        }
        if (auto resolved = resolve(*since, Type{ValueKind::date, {}, {}})) slice_.since = std::move(resolved->expression);
    }

    Loader& loader_;
    const Line& line_;
    const formula::Proof& known_;
    Fields fields_;
    Slice slice_;
};

/// Each part's share; nothing where one could not be read.
std::vector<Instalments::Part> read_parts(Loader& loader, const Node& node, Instalments& result) {
    if (node.kind == Node::Kind::mapping && node.find("equal_months") != nullptr) {
        Fields fields(node, "'parts'", loader.report);
        static const std::vector<std::string> years = {"financial_year"};
        if (!read_word(*fields.take("equal_months"), "the year whose months they are", years, loader.report)) return {};
        fields.finish();
        result.months_of = YearKind::financial;
        std::vector<Instalments::Part> parts;
        for (const char* month : months) parts.push_back({month, Rational(1, static_cast<int>(months.size()))});
        return parts;
    }
    Fields fields(node, "'parts'", loader.report);
    std::vector<Instalments::Part> parts;
    Rational sum = 0;
    bool sound = true;
    for (const Entry* entry : fields.rest()) {
        const auto share = read_number(entry->value, "the share of an instalment", loader.report);
        sound = check_name(entry->key, entry->key_span, loader.report) && share && sound;
        if (!share) continue;
        if (*share <= 0) {
            loader.report.error("number-range", entry->value.span, "the share of an instalment is more than 0", "leave the part out");
            sound = false;
        }
        sum += *share;
        parts.push_back({entry->key, *share});
    }
    if (sound && sum != 1)
        loader.report.error("instalments-sum", node.span, "the shares of the instalments add up to " + bandtariff::to_string(sum) + ", not to 1",
                            "shares such as 4/12, 3/12 and 5/12");
    return sound ? parts : std::vector<Instalments::Part>();
}

/// Which terms named parts are, so that those before the first paid day can be told.
void read_terms(Loader& loader, Fields& fields, const Node& reached, Instalments& result) {
    const Node* of = fields.take("of");
    if (of == nullptr) {
        loader.report.error("key-missing", reached.span, "parts that drop out are the terms of a calendar, which says when each is past",
                            "of: the calendar of kind terms, beside 'parts'");
        return;
    }
    result.terms = find_calendars(loader, *of, Calendar::Kind::terms);
    for (const CalendarId id : result.terms) {
        const Calendar& calendar = loader.t.at(id);
        const bool same = std::equal(calendar.units.begin(), calendar.units.end(), result.parts.begin(), result.parts.end(),
                                     [](const Calendar::Unit& term, const Instalments::Part& part) { return term.name == part.name; });
        if (same) continue;
        std::vector<std::string> terms;
        for (const Calendar::Unit& term : calendar.units) terms.push_back(term.name);
        std::string all;
        for (const std::string& term : terms) all += (all.empty() ? "" : ", ") + term;
        loader.report.error("instalment-terms", of->span, "the parts are not the terms of '" + calendar.name + "', one for each and in their order", all)
            .notes.push_back({"the calendar is here", calendar.span});
    }
}

/// The lines that an amount reads.
void lines_in(const Expression& expression, std::vector<std::pair<LineId, SourceSpan>>& into) {
    if (expression.operation == Operation::line) into.emplace_back(LineId(static_cast<std::size_t>(expression.index)), expression.span);
    for (const Expression& operand : expression.operands) lines_in(operand, into);
}

class Settlements {
public:
    explicit Settlements(Loader& loader) : loader_(loader), t_(loader.t), state_(loader.t.lines.size()) {}

    void check() {
        for (std::size_t i = 0; i < t_.lines.size(); ++i) visit(LineId(i));
    }

private:
    enum class State : unsigned char { unseen, open, done };

    void visit(LineId id) {
        if (state_[id.index] != State::unseen) return;
        state_[id.index] = State::open;
        path_.push_back(t_.at(id).name);
        std::vector<std::pair<LineId, SourceSpan>> read;
        lines_in(t_.at(id).amount, read);
        for (const auto& [other, span] : read) {
            if (t_.at(other).record != t_.at(id).record)
                loader_.report.error("line-record", span,
                                     "line '" + t_.at(other).name + "' prices another kind of record, so no record has both lines",
                                     "a line of record " + t_.at(t_.at(id).record).name);
            if (state_[other.index] == State::open) {
                std::string round;
                for (auto name = std::find(path_.begin(), path_.end(), t_.at(other).name); name != path_.end(); ++name) round += *name + " -> ";
                loader_.report.error("cycle", span, "a line cannot wait for itself: " + round + t_.at(other).name,
                                     "an amount that does not read what it leads to");
            }
            visit(other);
        }
        path_.pop_back();
        state_[id.index] = State::done;
    }

    Loader& loader_;
    const TariffContents& t_;
    std::vector<State> state_;
    std::vector<std::string> path_;
};

}  // namespace

std::vector<Slice> read_slices(Loader& loader, const Node& node, const Line& line, const formula::Proof& known) {
    std::vector<Slice> result;
    for (const Node& item : read_list(node, "'payers'", loader.report)) {
        result.push_back(SliceReader(loader, item, line, known).read());
        const CodeId party = result.back().party;
        if (party.valid() && std::count_if(result.begin(), result.end(), [&](const Slice& each) { return each.party == party; }) > 1)
            loader.report.error("payer-duplicate", item.span, "'" + loader.t.text_of(loader.t.party, party) + "' pays twice", "each party once");
    }
    const auto rests = std::count_if(result.begin(), result.end(), [](const Slice& each) { return each.kind == Slice::Kind::rest; });
    if (node.kind == Node::Kind::sequence && rests != 1)
        loader.report.error("payer-rest", node.span, "exactly one party takes the rest, to the last penny, and here " +
                                                         std::string(rests == 0 ? "none does" : "several do"),
                            "{party: …, rest: true}, once");
    return result;
}

std::optional<Instalments> read_instalments(Loader& loader, const Node& node) {
    Report& report = loader.report;
    Fields fields(node, "'paid_in'", report);
    std::optional<RoundingRule> rounding;
    if (const Node* round = fields.require("round", "round: a rounding")) rounding = read_mirrored(loader, *round, "an instalment");
    if (!rounding) rounding.emplace(RoundingRule{{}, Rounding::directed(Rounding::Mode::toward_zero, Rate(Rational(1, 100))), {}, {}, {}});
    Instalments result{{}, {}, {}, *rounding, {}, false, {}, fields.span()};
    if (const Node* parts = fields.require("parts", "parts: {autumn: 4/12, spring: 3/12, summer: 5/12}, or {equal_months: financial_year}"))
        result.parts = read_parts(loader, *parts, result);
    if (const Node* residue = fields.require("residue", "residue: the part that takes the rest, or cumulative"); residue != nullptr && !result.parts.empty()) {
        std::vector<std::string> known = {"cumulative"};
        for (std::size_t i = 0; i < result.parts.size(); ++i) {
            known.push_back(result.parts[i].name);
            if (known.back() == residue->text) result.residue = i;
        }
        if (!result.residue && residue->text != "cumulative")
            report.error("instalment-unknown", residue->span, "there is no instalment '" + residue->text + "'", suggestion(residue->text, known));
    }
    if (const Node* reached = fields.take("not_reached")) {
        static const std::vector<std::string> words = {"left_out"};
        result.not_reached_left_out = read_word(*reached, "'not_reached'", words, report).has_value();
        if (!result.months_of && !result.parts.empty()) read_terms(loader, fields, *reached, result);
    }
    result.citation = read_citation(loader, fields, "'paid_in'", Evidence::optional);
    fields.finish();
    return result;
}

void check_mirrored(Loader& loader, const RoundingRule& rule, const std::string& what, const SourceSpan& span) {
    const Rounding& rounding = rule.rounding;
    const bool leans = rounding.mode() == Rounding::Mode::ceiling || rounding.mode() == Rounding::Mode::floor ||
                       (rounding.mode() == Rounding::Mode::nearest && (rounding.ties() == Ties::up || rounding.ties() == Ties::down));
    if (!leans) return;
    loader.report.error("rounding-not-mirrored", span,
                        what + " is rounded alike for a payment and its reversal, and '" + bandtariff::to_string(rounding) +
                            "' rounds the two to different pennies",
                        "ties: away_from_zero, to_even or toward_zero; or toward_zero or away_from_zero in place of floor or ceiling");
}

void check_settlements(Loader& loader) {
    if (!loader.report.has_errors()) Settlements(loader).check();  // ids of lines hold only where every line was read
}

}  // namespace bandtariff::loading
