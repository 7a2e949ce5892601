// A checked tariff to a hash of what it means: two packs with one hash price every record alike, however each is written.
// Entry point: meaning_hash. Everything becomes a text in one canonical form, sorted wherever order says nothing.
#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>

#include "base/in_parallel.hpp"
#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

/// A table with more positions than this is hashed by its rows as written, not by what governs each key.
constexpr std::size_t most_expanded = 65'536;

/// A text that can hold anything, told apart from what stands beside it by its length.
std::string named(std::string_view text) { return std::to_string(text.size()) + ":" + std::string(text); }

/// Most numbers are short, and those of 64 bits are quicker to write by themselves.
std::string digits(const Integer& number) {
    using Limits = std::numeric_limits<std::int64_t>;
    return number >= Limits::min() && number <= Limits::max() ? std::to_string(number.convert_to<std::int64_t>()) : number.str();
}

std::string fraction(const Rational& number) { return digits(numerator(number)) + "/" + digits(denominator(number)); }

std::string day(const std::optional<Date>& date) { return date ? to_string(*date) : "-"; }

std::string joined(const std::vector<std::string>& parts) {
    std::string text = "(";
    for (const std::string& part : parts) text += part + " ";
    return text + ")";
}

std::string sorted(std::vector<std::string> parts) {
    std::sort(parts.begin(), parts.end());
    return joined(parts);
}

const char* word(Operation operation) {
    switch (operation) {
        case Operation::number: return "number";
        case Operation::code: return "code";
        case Operation::yes_no: return "yes_no";
        case Operation::date: return "date";
        case Operation::fact: return "fact";
        case Operation::key: return "key";
        case Operation::choice: return "choice";
        case Operation::by_choice: return "by_choice";
        case Operation::lookup: return "lookup";
        case Operation::fallback: return "fallback";
        case Operation::instead_of: return "instead_of";
        case Operation::step: return "step";
        case Operation::line: return "line";
        case Operation::given: return "given";
        case Operation::otherwise: return "otherwise";
        case Operation::negate: return "negate";
        case Operation::add: return "add";
        case Operation::subtract: return "subtract";
        case Operation::multiply: return "multiply";
        case Operation::divide: return "divide";
        case Operation::equal: return "equal";
        case Operation::not_equal: return "not_equal";
        case Operation::less: return "less";
        case Operation::less_or_equal: return "less_or_equal";
        case Operation::greater: return "greater";
        case Operation::greater_or_equal: return "greater_or_equal";
        case Operation::in: return "in";
        case Operation::logical_not: return "not";
        case Operation::logical_and: return "and";
        case Operation::logical_or: return "or";
        case Operation::conditional: return "if";
        case Operation::minimum: return "min";
        case Operation::maximum: return "max";
        case Operation::clamp: return "clamp";
        case Operation::days: return "days";
        case Operation::complete_weeks: return "complete_weeks";
        case Operation::complete_months: return "complete_months";
    }
    throw std::logic_error("an operation without a word");
}

class Meaning {
public:
    explicit Meaning(const TariffContents& tariff) : t_(tariff) {}

    std::string text() const {
        std::string applies = "undated";
        if (t_.applies) applies = to_string(t_.applies->from()) + " " + to_string(t_.applies->last_day());
        std::string takes;
        if (t_.takes) takes = "takes " + named(t_.at(t_.takes->by).name) + " " + of(t_.takes->when) + "\n";
        return "status " + std::string(to_string(t_.status)) + "\napplies " + applies + "\n" + takes + all("codes", t_.code_lists) +
               all("facts", t_.facts) + all("choices", t_.choices) + tables() + all("steps", t_.steps) +
               all("calendars", t_.calendars) + all("outcomes", t_.outcomes) + all("records", t_.records) + all("lines", t_.lines) +
               all("totals", t_.totals);
    }

private:
    template <class Things>
    std::string all(const char* section, const Things& things) const {
        std::vector<std::string> texts;
        for (const auto& thing : things) texts.push_back(of(thing));
        return std::string(section) + " " + sorted(std::move(texts)) + "\n";
    }

    /// Tables are most of a pack, and each is a text by itself.
    std::string tables() const {
        std::vector<std::string> texts(t_.tables.size());
        base::in_parallel(base::threads_of(0), texts.size(), [&](std::size_t k) { texts[k] = of(t_.tables[k]); });
        return "tables " + sorted(std::move(texts)) + "\n";
    }

    std::string of(const CodeList& list) const {
        std::vector<std::string> codes;
        for (const Code& code : list.codes) {
            std::vector<std::string> also;
            for (const std::string& each : code.also) also.push_back(named(each));
            codes.push_back(named(code.code) + sorted(std::move(also)));
        }
        return named(list.name) + (list.ordered ? " ordered " + joined(codes) : sorted(codes));
    }

    std::string type(const Type& type) const {
        switch (type.kind) {
            case ValueKind::number: return "number " + named(to_string(type.unit));
            case ValueKind::code: return "code " + named(t_.at(type.codes).name);
            case ValueKind::yes_no: return "yes_no";
            case ValueKind::date: break;
        }
        return "date";
    }

    std::string value(const Value& value, const Type& type) const {
        switch (type.kind) {
            case ValueKind::number: return fraction(value.number);
            case ValueKind::code: return named(t_.text_of(type.codes, CodeId(static_cast<std::size_t>(value.integer))));
            case ValueKind::yes_no: return value.integer != 0 ? "yes" : "no";
            case ValueKind::date: break;
        }
        return to_string(from_day_number(static_cast<std::int32_t>(value.integer)));
    }

    std::string of(const Fact& fact) const {
        static constexpr const char* kinds[] = {"number", "code", "yes_no", "date", "year", "name", "text"};
        std::vector<std::string> parts = {named(fact.name), kinds[static_cast<int>(fact.kind)], fact.optional ? "optional" : "required",
                                          day(fact.required_from)};
        Type carried;
        if (fact.kind == FactKind::number) {
            for (const std::string& part : {to_string(fact.unit), fraction(fact.min), fraction(fact.max)}) parts.push_back(part);
            parts.push_back(std::to_string(fact.decimals));
        } else if (fact.kind == FactKind::code) {
            carried = code_type(fact.codes);
            parts.push_back(named(t_.at(fact.codes).name));
        } else if (fact.kind == FactKind::year) {
            parts.emplace_back(to_string(fact.year));
        }
        if (fact.otherwise)
            parts.push_back("otherwise " + (carried.kind == ValueKind::code ? value(*fact.otherwise, carried)
                                                                            : fraction(fact.otherwise->number) + " " + std::to_string(fact.otherwise->integer)));
        if (fact.gathers) parts.push_back("gathers " + of(*fact.gathers));
        return joined(parts);
    }

    std::string of(const Gather& gather) const {
        static constexpr const char* kinds[] = {"count", "sum", "line_exact", "line_payable"};
        const GatherDays& when = gather.when;
        const std::string days = when.days ? to_string(when.days->from()) + " " + to_string(when.days->last_day()) : "-";
        return joined({kinds[static_cast<int>(gather.kind)], named(t_.at(gather.from).name), of(gather.where), fact_name(gather.distinct), of(gather.what),
                       gather.line ? named(t_.at(*gather.line).name) : "-", days, when.year ? std::string(to_string(*when.year)) : "-"});
    }

    std::string of(const Choice& choice) const {
        return named(choice.name) + " is " + named(t_.text_of(choice.alternatives, choice.selected));
    }

    std::string of(const Outcome& outcome) const { return named(outcome.code) + " " + std::string(to_string(outcome.outcome_class)); }

    std::string rounding(const std::optional<RoundingRule>& rule) const {
        static constexpr const char* of[] = {"", " of whole", " of parts"};
        return rule ? to_string(rule->rounding) + of[static_cast<int>(rule->of)] : "unrounded";
    }

    std::string covers(const std::optional<Elements>& elements) const {
        if (!elements) return "any";
        std::vector<std::string> words;
        for (const Element element : *elements) words.emplace_back(to_string(element));
        return sorted(std::move(words));
    }

    /// Sums are of one kind whatever their order, as a list that is added up has no order of its own.
    void add_terms(const Expression& e, const Table* table, std::vector<std::string>& terms) const {
        for (const Expression& operand : e.operands) {
            if (operand.operation == Operation::add) add_terms(operand, table, terms);
            else terms.push_back(of(operand, table));
        }
    }

    /// `table` is the one whose keys stand for themselves, inside a computed cell.
    std::string of(const Expression& e, const Table* table = nullptr) const {
        const auto index = static_cast<std::size_t>(e.index);
        std::vector<std::string> parts;
        const auto operands = [&] {
            for (const Expression& operand : e.operands) parts.push_back(of(operand, table));
        };
        switch (e.operation) {
            case Operation::number: return fraction(e.number);
            case Operation::code:
            case Operation::yes_no:
            case Operation::date: return value({0, e.index}, e.type);
            case Operation::fact:
            case Operation::given: parts = {named(t_.facts[index].name)}; break;
            case Operation::key:  // without a table: a key by a code list's own name, which formulas write out
                parts = {table == nullptr ? "list " + named(t_.at(e.type.codes).name) : named(table->keys[index].name)};
                break;
            case Operation::choice: parts = {named(t_.choices[index].name)}; break;
            case Operation::instead_of:
                parts = {named(t_.outcomes[index].code)};
                operands();
                break;
            case Operation::step: parts = {named(t_.steps[index].name)}; break;
            case Operation::line: parts = {named(t_.lines[index].name)}; break;
            case Operation::by_choice: {
                const Choice& choice = t_.choices[index];
                for (std::size_t i = 0; i < e.operands.size(); ++i)
                    parts.push_back(named(t_.text_of(choice.alternatives, CodeId(i))) + " " + of(e.operands[i], table));
                parts = {named(choice.name), sorted(std::move(parts))};
                break;
            }
            case Operation::lookup: {
                const Table& read = t_.tables[index];
                for (std::size_t i = 0; i < e.operands.size(); ++i) parts.push_back(named(read.keys[i].name) + " " + of(e.operands[i], table));
                parts = {named(read.name), sorted(std::move(parts))};
                break;
            }
            case Operation::add: {
                add_terms(e, table, parts);
                parts = {sorted(std::move(parts))};
                break;
            }
            default: operands();
        }
        return word(e.operation) + joined(parts);
    }

    std::string of(const std::optional<Expression>& e, const Table* table = nullptr) const { return e ? of(*e, table) : "-"; }

    std::string of(const Cell& cell, const Table& table) const {
        switch (cell.kind) {
            case Cell::Kind::value: return value(cell.value, table.type);
            case Cell::Kind::outcome: return "outcome " + named(t_.at(cell.outcome).code);
            case Cell::Kind::no_line: return "no_line";
            case Cell::Kind::formula: return "is " + of(*cell.formula, &table) + (cell.rounding ? " " + rounding(cell.rounding) : "");
            case Cell::Kind::stated: break;
        }
        std::vector<std::string> parts = {named(t_.at(cell.stated_by).name), cell.outcome.valid() ? named(t_.at(cell.outcome).code) : "-"};
        for (const auto* bound : {&cell.above, &cell.at_least, &cell.below, &cell.at_most}) parts.push_back(of(*bound, &table));
        return "stated_by " + joined(parts);
    }

    /// What one position of a key admits: a code, yes or no, or the numbers from one cut to the next.
    std::string position(const Key& key, std::size_t p) const {
        if (key.reads.type.kind != ValueKind::number) return value({0, static_cast<std::int64_t>(p)}, key.reads.type);
        const auto cut = [&](std::size_t i) { return fraction(key.cuts[i].at) + (key.cuts[i].after ? "+" : ""); };
        return (p == 0 ? "" : cut(p - 1)) + ".." + (p == key.cuts.size() ? "" : cut(p));
    }

    std::string pattern(const KeyPattern& pattern, const Key& key) const {
        std::vector<std::string> codes;
        switch (pattern.kind) {
            case KeyPattern::Kind::any: return "any";
            case KeyPattern::Kind::others: return "others";
            case KeyPattern::Kind::codes:
                for (const CodeId code : pattern.codes) codes.push_back(value({0, static_cast<std::int64_t>(code.index)}, key.reads.type));
                return sorted(std::move(codes));
            case KeyPattern::Kind::numbers: break;
        }
        return (pattern.from ? fraction(*pattern.from) : "") + (pattern.above_from ? "+" : "") + ".." + (pattern.to ? fraction(*pattern.to) : "") +
               (pattern.below_to ? "" : "+");
    }

    /// The places of a table's keys in the order of their names, so that the order under `by` says nothing.
    static std::vector<std::size_t> keys_by_name(const Table& table) {
        std::vector<std::size_t> order(table.keys.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return table.keys[a].name < table.keys[b].name; });
        return order;
    }

    /// What each position of each key admits, keys in the order of their names.
    struct Positions {
        std::vector<std::size_t> order;
        std::vector<std::vector<std::string>> texts;  // by the key's own place
    };
    Positions positions_of(const Table& table) const {
        Positions result{keys_by_name(table), {}};
        for (const Key& key : table.keys) {
            std::vector<std::string>& texts = result.texts.emplace_back();
            for (std::size_t p = 0; p < key.size && table.positions() <= most_expanded; ++p) texts.push_back(position(key, p) + ",");
        }
        return result;
    }

    /// The keys of every position that a row governs, each under what its cell says; `all` where one cell governs every key.
    std::string governed(const Version& version, const Table& table, const Positions& positions, const std::vector<std::string>& cells) const {
        std::map<std::string, std::vector<std::string>> keys;
        bool holes = false;
        std::vector<std::size_t> at(table.keys.size());
        for (const std::int32_t row : version.governing) {
            holes = holes || row < 0;
            if (row >= 0) {
                std::string text;
                for (const std::size_t k : positions.order) text += positions.texts[k][at[k]];
                keys[cells[static_cast<std::size_t>(row)]].push_back(std::move(text));
            }
            for (std::size_t k = at.size(); k-- > 0 && ++at[k] == table.keys[k].size;) at[k] = 0;
        }
        if (keys.size() == 1 && !holes) return "\n " + keys.begin()->first + " for all";
        std::string text;
        for (auto& [cell, list] : keys) text += "\n " + cell + " for " + sorted(std::move(list));
        return text;
    }

    /// Of a table too large for that: the rows that govern something, as they are written.
    std::string written(const Version& version, const Table& table, const Positions& positions, const std::vector<std::string>& cells) const {
        std::vector<std::size_t> governs(version.rows.size());
        for (const std::int32_t row : version.governing)
            if (row >= 0) ++governs[static_cast<std::size_t>(row)];
        std::vector<std::string> rows;
        for (std::size_t i = 0; i < version.rows.size(); ++i) {
            if (governs[i] == 0) continue;
            std::string text = cells[i] + " for " + std::to_string(governs[i]) + " of ";  // where another row goes first, fewer
            for (const std::size_t k : positions.order) text += pattern(version.rows[i].keys[k], table.keys[k]) + ",";
            rows.push_back(std::move(text));
        }
        return sorted(std::move(rows));
    }

    std::string of(const Version& version, const Table& table, const Positions& positions) const {
        std::vector<std::string> cells;
        for (const Row& row : version.rows) cells.push_back(of(row.cell, table) + " covers " + covers(row.covers ? row.covers : table.covers));
        return day(version.from) + " " + day(version.until) + " " + day(version.decided) +
               (table.positions() > most_expanded ? written(version, table, positions, cells) : governed(version, table, positions, cells));
    }

    std::string of(const std::vector<Version>& versions, const Table& table) const {
        const Positions positions = positions_of(table);
        std::vector<std::string> texts;
        for (const Version& version : versions) texts.push_back(of(version, table, positions));
        return sorted(std::move(texts));
    }

    std::string of(const Table& table) const {
        std::vector<std::string> keys;
        for (const Key& key : table.keys) keys.push_back(named(key.name) + " " + of(key.reads));
        std::vector<std::string> parts = {named(table.name), type(table.type), covers(table.covers), sorted(std::move(keys)),
                                          table.dated_by ? named(t_.at(*table.dated_by).name) : "-", rounding(table.rounding),
                                          table.as_printed ? "as_printed" : "complete", table.reference ? "reference" : "used",
                                          table.translates ? "translates" : "-", of(table.versions, table)};
        for (const DecidedVersions& known : table.decisions) parts.push_back(to_string(known.known_from) + " " + of(known.versions, table));
        return joined(parts);
    }

    std::string fact_name(const std::optional<FactId>& fact) const { return fact && fact->valid() ? named(t_.at(*fact).name) : "-"; }

    std::string of(const Step& step) const {
        return joined({named(step.name), type(step.type), of(step.is), rounding(step.rounding), fact_name(step.replaced_by), fact_name(step.replaced_reason)});
    }

    std::string of(const Calendar& calendar) const {
        std::vector<std::string> units;
        for (const Calendar::Unit& unit : calendar.units)
            units.push_back(joined({named(unit.name), to_string(unit.days.from()), to_string(unit.days.last_day()), unit.weight ? fraction(*unit.weight) : "-"}));
        const std::string whole = calendar.whole ? to_string(calendar.whole->from()) + " " + to_string(calendar.whole->last_day()) : "-";
        return joined({named(calendar.name), std::to_string(static_cast<int>(calendar.kind)), whole, joined(units)});
    }

    std::string of(const TimeBasis& basis) const {
        static constexpr const char* kinds[] = {"days", "months", "whole", "once", "school_days", "weeks", "terms", "times"};
        static constexpr const char* parts[] = {"by_days", "started", "complete", "refused"};
        std::vector<std::string> calendars;
        for (const CalendarId calendar : basis.calendars) calendars.push_back(named(t_.at(calendar).name));
        return joined({kinds[static_cast<int>(basis.kind)], basis.of ? std::string(to_string(*basis.of)) : "-",
                       basis.of_days ? std::to_string(*basis.of_days) : "-", basis.of_units ? fraction(*basis.of_units) : "-", sorted(std::move(calendars)),
                       basis.of_calendar ? "of_calendar" : "-", parts[static_cast<int>(basis.part)], fact_name(basis.on), fact_name(basis.times)});
    }

    std::string of(const std::vector<Condition>& conditions) const {
        std::vector<std::string> texts;
        for (const Condition& condition : conditions) texts.push_back(named(t_.at(condition.outcome).code) + " " + of(condition.when));
        return sorted(std::move(texts));
    }

    std::string of(const RecordKind& record) const {
        static constexpr const char* kinds[] = {"none", "between", "on", "year"};
        const SpanRule& span = record.span;
        return joined({named(record.name), kinds[static_cast<int>(span.kind)], fact_name(span.from), fact_name(span.last_day), fact_name(span.left_on),
                       span.leaving_day_paid ? "paid" : "unpaid", of(record.refuse), record.group ? of(*record.group) : "-"});
    }

    std::string of(const GroupRule& group) const {
        std::vector<std::string> keys;
        for (const GroupKey& key : group.by) keys.push_back(named(t_.at(key.states).name) + " " + fact_name(key.on));
        return joined({named(t_.at(group.of).name), sorted(std::move(keys)), group.leave_out_unpriced ? "leave_out" : "refuse"});
    }

    std::string of(const ShareOut& share) const {
        return joined({named(t_.at(share.to).name), of(share.by), rounding(share.rounding), fact_name(share.takes_rest), fact_name(share.order),
                       share.from_latest ? "latest" : "earliest"});
    }

    std::string of(const Slice& slice) const {
        static constexpr const char* kinds[] = {"share", "up_to", "rest"};
        return joined({named(t_.text_of(t_.party, slice.party)), kinds[static_cast<int>(slice.kind)], slice.kind == Slice::Kind::rest ? "-" : of(slice.limit),
                       of(slice.first), slice.first_in_weeks ? "weeks" : "days", of(slice.since), rounding(slice.rounding)});
    }

    std::string of(const Instalments& instalments) const {
        std::vector<std::string> parts;
        for (const Instalments::Part& part : instalments.parts) parts.push_back(named(part.name) + " " + fraction(part.share));
        std::vector<std::string> terms;
        for (const CalendarId calendar : instalments.terms) terms.push_back(named(t_.at(calendar).name));
        return joined({joined(parts), sorted(std::move(terms)), instalments.months_of ? std::string(to_string(*instalments.months_of)) : "-", rounding(instalments.rounding),
                       instalments.residue ? std::to_string(*instalments.residue) : "cumulative", instalments.not_reached_left_out ? "left_out" : "-"});
    }

    std::string of(const Line& line) const {
        std::vector<std::string> over, slices, elements;
        for (std::size_t i = 0; i < line.over.size(); ++i) {
            const std::string alternative = line.over_choice ? named(t_.text_of(t_.at(*line.over_choice).alternatives, CodeId(i))) + " " : "";
            over.push_back(alternative + of(t_.at(line.over[i].basis)) + (line.over[i].per_year ? " per year" : ""));
        }
        for (const Slice& slice : line.payers) slices.push_back(of(slice));
        for (const Element element : line.elements) elements.emplace_back(to_string(element));
        return joined({named(line.name), named(t_.at(line.record).name), of(line.when), of(line.not_payable), of(line.refuse), of(line.amount),
                       line.flow == Flow::paid ? "paid" : "notional", sorted(std::move(elements)), line.payers.empty() ? of(line.payer) : "-", of(line.payee),
                       line.over_choice ? named(t_.at(*line.over_choice).name) : "-", sorted(std::move(over)), rounding(line.rounding),
                       line.separable ? "separable" : "-", line.may_be_negative ? "may_be_negative" : "-", joined(slices),
                       line.paid_in ? of(*line.paid_in) : "-", line.share_out ? of(*line.share_out) : "-"});
    }

    std::string of(const Total& total) const {
        std::vector<std::string> lines;
        for (const LineId line : total.of) lines.push_back(named(t_.at(line).name));
        return named(total.name) + sorted(std::move(lines));
    }

    const TariffContents& t_;
};

}  // namespace

std::string meaning_hash(const TariffContents& tariff) { return document::hash_of(Meaning(tariff).text()); }

}  // namespace bandtariff::loading
