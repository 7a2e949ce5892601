// A tariff as text, everything it means on lines of its own, for golden tests. Entry point: Printer.
#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "bandtariff/tariff.hpp"

namespace bandtariff {

class Printer {
public:
    explicit Printer(const Tariff& tariff) : t_(*tariff) {}

    std::string text() {
        line(t_.pack, " ", t_.release, ", ", to_string(t_.status), ", ",
             t_.applies ? to_string(t_.applies->from()) + " to " + to_string(t_.applies->last_day())
                        : "undated: " + t_.undated_because);
        for (const std::string& used : t_.uses) line("uses ", used);
        for (const RecordKind& kind : t_.records) record(kind);
        for (const Fact& each : t_.facts) fact(each);
        for (const Choice& choice : t_.choices)
            line("choice ", choice.name, " is ", t_.text_of(choice.alternatives, choice.selected), cited(choice.citation));
        for (const Outcome& outcome : t_.outcomes)
            if (outcome.number >= 1000)
                line("outcome ", outcome.number, " ", outcome.code, " ", to_string(outcome.outcome_class),
                     cited(outcome.citation));
        for (const Table& each : t_.tables) table(each);
        for (const Calendar& each : t_.calendars) print_calendar(each);
        for (const Step& each : t_.steps) step(each);
        for (const Line& each : t_.lines) print_line(each);
        for (const Total& total : t_.totals) {
            std::string names;
            for (const LineId id : total.of) names += " " + t_.at(id).name;
            line("total ", total.name, " of", names);
        }
        for (const Identity& identity : t_.identities) line("check ", formula(identity.is), rounded(identity.rounding));
        for (const Case& each : t_.cases) print_case(each);
        for (const NotCovered& each : t_.not_covered) line("not covered: ", each.what, ": ", each.why);
        return out_.str();
    }

private:
    template <class... Part>
    void line(const Part&... part) {
        (out_ << ... << part) << '\n';
    }
    std::string formula(const Expression& expression) { return to_string(expression, t_); }
    static std::string cited(const Citation& citation) {
        const std::string text = to_string(citation);
        return text.empty() ? "" : " [" + text + "]";
    }
    static std::string rounded(const std::optional<RoundingRule>& rule) {
        if (!rule) return "";
        static const char* const modes[] = {"nearest", "ceiling", "floor", "toward_zero", "away_from_zero", "exact"};
        static const char* const ties[] = {"away_from_zero", "to_even", "toward_zero", "up", "down"};
        static const char* const of[] = {"", " of whole", " of parts"};
        std::string text = " round " + std::string(modes[static_cast<int>(rule->rounding.mode())]) + " " +
                           to_string(rule->rounding.quantum().value());
        if (rule->rounding.mode() == Rounding::Mode::nearest)
            text += std::string(" ties ") + ties[static_cast<int>(rule->rounding.ties())];
        return text + of[static_cast<int>(rule->of)] + cited(rule->citation);
    }
    std::string type(const Type& type) {
        switch (type.kind) {
            case ValueKind::number: return to_string(type.unit);
            case ValueKind::code: return t_.at(type.codes).name;
            case ValueKind::yes_no: return "yes_no";
            case ValueKind::date: break;
        }
        return "date";
    }
    std::string value(const Type& type, const Value& value) {
        switch (type.kind) {
            case ValueKind::number: return to_string(value.number);
            case ValueKind::code: return t_.text_of(type.codes, CodeId(static_cast<std::size_t>(value.integer)));
            case ValueKind::yes_no: return value.integer == 0 ? "no" : "yes";
            case ValueKind::date: break;
        }
        return to_string(from_day_number(static_cast<std::int32_t>(value.integer)));
    }
    std::string fact_name(FactId id) { return id.valid() ? t_.at(id).name : "?"; }

    void record(const RecordKind& kind) {
        static const char* const kinds[] = {"no days", "days from ", "the day of ", "the year of "};
        std::string days = kinds[static_cast<int>(kind.span.kind)];
        if (kind.span.kind != SpanRule::Kind::none) days += fact_name(kind.span.from);
        if (kind.span.kind == SpanRule::Kind::between) days += " to " + fact_name(kind.span.last_day);
        if (kind.span.left_on)
            days += ", left on " + fact_name(*kind.span.left_on) + (kind.span.leaving_day_paid ? " paid" : " unpaid");
        line("record ", kind.name, ": ", days);
        if (kind.group) {
            std::string keys;
            for (const GroupKey& key : kind.group->by) keys += " " + fact_name(key.states) + (key.on ? " of " + fact_name(*key.on) : "");
            line("  groups ", t_.at(kind.group->of).name, keys.empty() ? " all together" : " by" + keys, kind.group->leave_out_unpriced ? ", unpriced left out" : "");
        }
        conditions("  refuse ", kind.refuse);
    }
    void print_gather(const Gather& gather) {
        static const char* const kinds[] = {"count of ", "sum over ", "exact sum over ", "payable sum over "};
        std::string text = kinds[static_cast<int>(gather.kind)] + t_.at(gather.from).name;
        if (gather.distinct) text += " by distinct " + fact_name(*gather.distinct);
        if (gather.what) text += " of " + formula(*gather.what);
        if (gather.line) text += " of line " + t_.at(*gather.line).name;
        if (gather.where) text += " where " + formula(*gather.where);
        if (gather.when.days) text += ", " + to_string(gather.when.days->from()) + " to " + to_string(gather.when.days->last_day());
        if (gather.when.year) text += ", in the group's " + std::string(to_string(*gather.when.year));
        line("  gathered: ", text);
    }
    void fact(const Fact& fact) {
        static const char* const kinds[] = {"number", "code", "yes_no", "date", "year", "name", "text"};
        std::string text = kinds[static_cast<int>(fact.kind)];
        if (fact.kind == FactKind::number)
            text += " " + to_string(fact.unit) + " " + to_string(fact.min) + " to " + to_string(fact.max) + " by " +
                    std::to_string(fact.decimals);
        if (fact.kind == FactKind::code) text += " of " + t_.at(fact.codes).name;
        if (fact.kind == FactKind::year) text += " " + std::string(to_string(fact.year));
        if (fact.optional) text += ", optional";
        if (fact.required_from) text += " until " + to_string(*fact.required_from);
        if (fact.otherwise) {
            const Type of{fact.kind == FactKind::number   ? ValueKind::number
                          : fact.kind == FactKind::code   ? ValueKind::code
                          : fact.kind == FactKind::yes_no ? ValueKind::yes_no
                                                          : ValueKind::date,
                          {},
                          fact.codes};
            text += ", default " + value(of, *fact.otherwise) + cited(fact.otherwise_citation);
        }
        line("fact ", fact.name, ": ", text);
        if (fact.gathers) print_gather(*fact.gathers);
    }
    void table(const Table& table) {
        std::string head = type(table.type);
        if (table.covers) head += " covers" + elements(*table.covers);
        for (const Key& key : table.keys)
            head += ", by " + key.name + " = " + formula(key.reads) + " (" + std::to_string(key.size) + cuts(key) + ")";
        if (table.dated_by) head += ", dated by " + fact_name(*table.dated_by);
        if (table.as_printed) head += ", as printed";
        if (table.reference) head += ", for reference";
        line(table.figure ? "figure " : "table ", table.name, ": ", head, rounded(table.rounding));
        for (const Version& version : table.versions) {
            std::string governing;
            for (const std::int32_t row : version.governing) governing += " " + std::to_string(row);
            line("  ", version.from ? "from " + to_string(*version.from) : "always",
                 version.until ? " until " + to_string(*version.until) : "", ", rows", governing);
            for (const Row& row : version.rows) {
                std::string keys;
                for (std::size_t k = 0; k < row.keys.size(); ++k)
                    keys += (k == 0 ? "" : ", ") + pattern(table.keys[k], row.keys[k]);
                line("    ", keys, keys.empty() ? "" : ": ", cell(table, row.cell),
                     row.covers ? " covers" + elements(*row.covers) : "", cited(row.citation));
            }
        }
    }
    static std::string cuts(const Key& key) {
        std::string text;
        for (const Key::Cut& cut : key.cuts)
            text += (text.empty() ? ", cut " : " ") + std::string(cut.after ? "after " : "at ") + to_string(cut.at);
        return text;
    }
    std::string pattern(const Key& key, const KeyPattern& pattern) {
        switch (pattern.kind) {
            case KeyPattern::Kind::any: return "any";
            case KeyPattern::Kind::others: return "others";
            case KeyPattern::Kind::numbers:
                return (pattern.from ? (pattern.above_from ? "over " : "") + to_string(*pattern.from) : "…") +
                       (pattern.to ? (pattern.below_to ? " to under " : " to ") + to_string(*pattern.to) : " or more");
            case KeyPattern::Kind::codes: break;
        }
        std::string text;
        for (const CodeId code : pattern.codes) text += (text.empty() ? "" : "|") + value(key.reads.type, Value{0, code.index});
        return text;
    }
    std::string cell(const Table& table, const Cell& cell) {
        switch (cell.kind) {
            case Cell::Kind::value: return value(table.type, cell.value);
            case Cell::Kind::outcome: return t_.at(cell.outcome).code;
            case Cell::Kind::formula: return formula(*cell.formula);
            case Cell::Kind::no_line: return "no line";
            case Cell::Kind::stated: break;
        }
        std::string text = "stated by " + fact_name(cell.stated_by);
        if (cell.above) text += " above " + formula(*cell.above);
        if (cell.at_least) text += " at least " + formula(*cell.at_least);
        if (cell.below) text += " below " + formula(*cell.below);
        if (cell.at_most) text += " at most " + formula(*cell.at_most);
        return text + (cell.outcome.valid() ? " else " + t_.at(cell.outcome).code : "");
    }
    static std::string elements(const Elements& elements) {
        std::string text;
        for (const Element element : elements) text += " " + std::string(to_string(element));
        return text;
    }
    void step(const Step& step) {
        line("step ", step.name, ": ", type(step.type), " = ", formula(step.is), rounded(step.rounding),
             step.shown ? ", shown" : "", cited(step.citation));
        if (step.replaced_by)
            line("  replaced by ", fact_name(*step.replaced_by), " because ", fact_name(step.replaced_reason.value_or(FactId())));
    }
    void conditions(const char* what, const std::vector<Condition>& list) {
        for (const Condition& condition : list) line(what, t_.at(condition.outcome).code, " where ", formula(condition.when));
    }
    void print_line(const Line& each) {
        std::string elements;
        for (const Element element : each.elements) elements += " " + std::string(to_string(element));
        line("line ", each.name, " of ", t_.at(each.record).name, ", element", elements, ": ", formula(each.amount),
             each.flow == Flow::notional ? ", notional" : "", each.separable ? ", separable" : "",
             each.may_be_negative ? ", may be negative" : "");
        line("  from ", each.payers.empty() ? formula(each.payer) : "several", " to ", formula(each.payee), cited(each.citation));
        for (const Slice& slice : each.payers)
            line("  payer ", t_.text_of(t_.party, slice.party),
                 slice.kind == Slice::Kind::rest ? " the rest" : (slice.kind == Slice::Kind::share ? " share " : " up to ") + formula(slice.limit),
                 slice.first ? " first " + formula(*slice.first) + (slice.first_in_weeks ? " weeks" : " days") + " since " + formula(*slice.since) : "",
                 rounded(slice.rounding));
        if (each.paid_in) {
            for (const Instalments::Part& part : each.paid_in->parts) line("  paid in ", part.name, " ", to_string(part.share));
            line("  rest in ", each.paid_in->residue ? each.paid_in->parts[*each.paid_in->residue].name : "each, cumulative",
                 each.paid_in->not_reached_left_out ? ", not reached left out" : "", rounded(each.paid_in->rounding));
        }
        if (each.share_out) {
            const ShareOut& share = *each.share_out;
            line("  shared out to ", t_.at(share.to).name, " by ", formula(share.by),
                 share.order ? ", in the order of " + fact_name(*share.order) + (share.from_latest ? ", latest first" : ", earliest first")
                             : share.takes_rest ? ", rest to " + fact_name(*share.takes_rest) : ", largest remainder",
                 rounded(share.rounding));
        }
        if (each.when) line("  when ", formula(*each.when));
        conditions("  not payable ", each.not_payable);
        conditions("  refuse ", each.refuse);
        for (std::size_t i = 0; i < each.over.size(); ++i)
            line("  over ",
                 each.over_choice ? t_.at(each.over_choice.value()).name + " " +
                                        t_.at(t_.at(*each.over_choice).alternatives).codes[i].code + ": "
                                  : "",
                 basis(t_.at(each.over[i].basis)), each.over[i].per_year ? ", a rate a year" : "");
        if (each.rounding) line(" ", rounded(each.rounding));
    }
    std::string basis(const TimeBasis& basis) {
        static const char* const parts[] = {"by_days", "started", "complete", "refused"};
        std::string text;
        switch (basis.kind) {
            case TimeBasis::Kind::days:
                text = "days of " + (basis.of ? std::string(to_string(*basis.of)) : std::to_string(basis.of_days.value_or(0)));
                break;
            case TimeBasis::Kind::months: text = std::string("months, part ") + parts[static_cast<int>(basis.part)]; break;
            case TimeBasis::Kind::whole: text = "whole " + std::string(to_string(*basis.of)); break;
            case TimeBasis::Kind::once: text = "once" + (basis.on ? " on " + fact_name(*basis.on) : ""); break;
            case TimeBasis::Kind::school_days: text = "school days" + calendars(basis); break;
            case TimeBasis::Kind::weeks: text = std::string("weeks, part ") + parts[static_cast<int>(basis.part)]; break;
            case TimeBasis::Kind::terms: text = "terms" + calendars(basis) + ", part " + parts[static_cast<int>(basis.part)]; break;
            case TimeBasis::Kind::times: text = "times " + fact_name(basis.times); break;
        }
        if (basis.of_units) text += ", of " + to_string(*basis.of_units);
        if (basis.of_calendar) text += ", of its calendar";
        return text + cited(basis.citation);
    }
    std::string calendars(const TimeBasis& basis) {
        std::string text;
        for (const CalendarId id : basis.calendars) text += " " + t_.at(id).name;
        return text;
    }
    void print_calendar(const Calendar& calendar) {
        static const char* const kinds[] = {"terms", "school days", "school days by month"};
        line("calendar ", calendar.name, " of ", kinds[static_cast<int>(calendar.kind)], ", says something from ",
             to_string(calendar.reach().from()), " until ", to_string(calendar.reach().until()), cited(calendar.citation));
        for (const Calendar::Unit& unit : calendar.units)
            line("  ", unit.name, unit.name.empty() ? "" : " ", to_string(unit.days.from()), " until ", to_string(unit.days.until()),
                 unit.weight ? ", weight " + to_string(*unit.weight) : "");
    }
    void print_case(const Case& each) {
        line("case of ", t_.at(each.record).name, ": ", each.name);
        const auto items = [&](const char* what, const std::vector<Case::Item>& list) {
            std::string text;
            for (const Case::Item& item : list)
                text += (text.empty() ? "" : ", ") + item.name + " " + item.text + (item.on ? " on " + to_string(*item.on) : "");
            if (!text.empty()) line("  ", what, " ", text);
        };
        items("given", each.given);
        for (const Case::Member& member : each.members) items(("member " + t_.at(member.record).name + " " + member.id).c_str(), member.given);
        for (const Case::Share& share : each.shared) line("  shared ", share.part, " ", share.line, " ", share.text);
        items("choose", each.choose);
        items("shows", each.shows);
        items("expect", each.expect);
        items("totals", each.totals);
        if (each.outcome) line("  outcome ", each.outcome->text);
    }

    const TariffContents& t_;
    std::ostringstream out_;
};

}  // namespace bandtariff
