// One checked pack: what a folder of YAML means, with a place and a citation behind every value.
//
//     Checked<Tariff> loaded = load_tariff("rules/england/national_bands");
//     if (!loaded.ok()) return render(loaded.diagnostics());
//     const Tariff tariff = loaded.value();
//     for (const Line& line : tariff->lines) std::cout << line.name << '\n';
//
// A Tariff can only come from load_tariff, so it is always checked; it is immutable, cheap to copy and safe to share
// between threads. Bands, thresholds and area costs are pack data under the field's own names: nothing here knows one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/calendar.hpp"
#include "bandtariff/ids.hpp"
#include "bandtariff/money.hpp"
#include "bandtariff/source.hpp"

namespace bandtariff {

enum class Status { illustrative, printed, consulted_on, in_force };
[[nodiscard]] std::string_view to_string(Status status);

/// A product of powers of GBP pupil place point hour day school_day week month term year. Empty: a ratio.
class Unit {
public:
    Unit() = default;
    /// Reads "GBP per pupil per year", "hour per week", "ratio"; nullopt where a word is not in the closed list.
    [[nodiscard]] static std::optional<Unit> parse(std::string_view text);
    [[nodiscard]] static Unit of(std::string_view symbol);
    /// The power of one symbol.
    [[nodiscard]] int power(std::string_view symbol) const;
    [[nodiscard]] bool is_ratio() const { return powers_.empty(); }
    [[nodiscard]] Unit without(std::string_view symbol) const;
    friend Unit operator*(const Unit& a, const Unit& b);
    friend Unit operator/(const Unit& a, const Unit& b);
    friend bool operator==(const Unit&, const Unit&) = default;

private:
    std::map<std::string, int, std::less<>> powers_;
};
[[nodiscard]] std::string to_string(const Unit& unit);

/// What a formula yields. `yes_no`, `code` and `date` values are carried as integers: 0 or 1, a code's position, a day number.
enum class ValueKind { number, code, yes_no, date };

struct Type {
    ValueKind kind = ValueKind::number;
    Unit unit;         ///< of a number, the record's own unit erased
    CodeListId codes;  ///< of a code
    friend bool operator==(const Type&, const Type&) = default;
};

/// A value of a Type: `number` for numbers, `integer` for the rest.
struct Value {
    Rational number = 0;
    std::int64_t integer = 0;
    friend bool operator==(const Value&, const Value&) = default;
};

enum class Element { one, two, three, place, early_years, alternative_provision, transport, fee, grant, unknown, none };
[[nodiscard]] std::string_view to_string(Element element);  ///< "1", "2", "3", "place", ...
using Elements = std::set<Element>;

// --- formulas -------------------------------------------------------------------------------------------------------

enum class Operation {
    number,     ///< `number`
    code,       ///< code `index` of type.codes
    yes_no,     ///< `index` 0 or 1
    date,       ///< day number `index`
    fact,       ///< the record's fact `index`
    key,        ///< key `index` of the computed table this formula belongs to
    choice,     ///< the selected alternative of choice `index`, a code of the choice's own list
    by_choice,  ///< operand k where alternative k of choice `index` is selected
    lookup,     ///< table or figure `index` at its keys: one operand a key
    step,       ///< step `index`
    given,      ///< whether fact `index` is stated; never stops
    otherwise,  ///< operand 0 (a fact) where stated, else operand 1
    negate, add, subtract, multiply, divide,
    equal, not_equal, less, less_or_equal, greater, greater_or_equal,
    in,  ///< operand 0 equals one of the others
    logical_not, logical_and, logical_or,  ///< and, or: left to right, stopping early
    conditional,                           ///< if operand 0 then operand 1 else operand 2; only the chosen arm counts
    minimum, maximum,
    clamp,  ///< operand 0 held between operands 1 and 2
    days, complete_weeks, complete_months,  ///< between two dates, both days counted; 0 where empty
};

/// A checked formula: a tree whose every node has a type and a place.
struct Expression {
    Operation operation = Operation::number;
    Type type;
    SourceSpan span;
    std::int64_t index = 0;
    Rational number = 0;
    std::vector<Expression> operands;
};

/// Text of a formula from its tree, names in full: "max(0, price - threshold) * attendance".
class TariffContents;
[[nodiscard]] std::string to_string(const Expression& expression, const TariffContents& tariff);

// --- declarations ---------------------------------------------------------------------------------------------------

struct Code {
    std::string code;
    std::string title;              ///< may be empty
    std::vector<std::string> also;  ///< other spellings accepted in records
};

struct CodeList {
    std::string name;
    bool ordered = false;  ///< low to high: < and > are allowed
    std::vector<Code> codes;
    SourceSpan span;
};

enum class FactKind { number, code, yes_no, date, year, name, text };

/// What a record may state. A number is carried as value x 10^decimals, a year as the year it starts in.
struct Fact {
    std::string name;
    FactKind kind = FactKind::number;
    std::string about;
    CodeListId codes;                        ///< of a code
    YearKind year = YearKind::financial;     ///< of a year
    Unit unit;                               ///< of a number, the record's own unit erased
    std::string unit_text;                   ///< as written
    int decimals = 0;
    Rational min = 0, max = 0;               ///< of a number, both allowed
    std::optional<Value> otherwise;          ///< the default, where the pack declares one
    Citation otherwise_citation;
    bool optional = false;                   ///< may be absent, and is read only under given() or otherwise
    std::optional<Date> required_from;       ///< on days from here absence is fact_missing
    SourceSpan span;
};

struct Choice {
    std::string name;
    CodeListId alternatives;  ///< an implicit list named like the choice
    CodeId selected;
    Citation citation;
    SourceSpan span;
};

enum class OutcomeClass { priced, nothing_payable, not_priced };
[[nodiscard]] std::string_view to_string(OutcomeClass outcome_class);

/// Why there is no money, or no ordinary money. Numbers: 0 to 99 priced, 100s nothing payable, 200s the record's facts,
/// 300s its days, 400s no value, 500s its group; from 1000 the pack's own, in order of code.
struct Outcome {
    std::string code;
    std::uint16_t number = 0;
    OutcomeClass outcome_class = OutcomeClass::not_priced;
    std::string say;
    Citation citation;
    SourceSpan span;
};

struct RoundingRule {
    enum class Of { unstated, whole, parts };
    std::string name;  ///< empty where written in place
    Rounding rounding;
    Of of = Of::unstated;
    Citation citation;
    SourceSpan span;
};

/// One year's terms or school days, as a pack lists them.
struct Calendar {
    enum class Kind { terms, school_days, school_days_by_month };
    /// A term, a school day, or a month with its number of school days.
    struct Unit {
        std::string name;  ///< of a term; else empty
        DateRange days;
        std::optional<Rational> weight;  ///< of a term, where the pack says; 1 of a school day; how many a month has
        SourceSpan span;
    };
    std::string name;
    Kind kind = Kind::terms;
    std::vector<Unit> units;         ///< ascending, none overlaps another
    std::optional<DateRange> whole;  ///< of listed school days: the days among which they are all that there are
    Citation citation;
    SourceSpan span;
    /// The days it says something about: `whole`, the months listed, or every day that is in no other year than that of the terms.
    [[nodiscard]] DateRange reach() const;
    [[nodiscard]] Rational sum_of_weights() const;
};

/// How much of its unit each paid day is worth.
struct TimeBasis {
    enum class Kind { days, months, whole, once, school_days, weeks, terms, times };
    enum class Part { by_days, started, complete, refused };  ///< of months, weeks and terms
    std::string name;                                         ///< empty where written in place
    Kind kind = Kind::days;
    std::optional<YearKind> of;    ///< days and whole: the year whose length divides
    std::optional<int> of_days;    ///< days: a fixed divisor such as 365
    std::optional<Rational> of_units;   ///< school_days, weeks and times: how many a year has, where the pack says a number
    std::vector<CalendarId> calendars;  ///< school_days and terms: those that list them
    bool of_calendar = false;           ///< school_days: a year has those that its calendar lists
    Part part = Part::by_days;     ///< months, weeks and terms
    std::optional<FactId> on;      ///< once: the day it falls on; the first paid day where empty
    FactId times;                  ///< times: the number that the record states
    Citation citation;
    SourceSpan span;
};

// --- tables ---------------------------------------------------------------------------------------------------------

/// What a key of a row admits.
struct KeyPattern {
    enum class Kind { codes, numbers, any, others };  ///< others: what no row with fewer `others` admits
    Kind kind = Kind::any;
    std::vector<CodeId> codes;           ///< of codes
    std::optional<Rational> from, to;    ///< of numbers
    bool above_from = false;             ///< numbers: `from` itself is out
    bool below_to = false;               ///< numbers: `to` itself is out
    SourceSpan span;
    [[nodiscard]] bool admits_number(const Rational& x) const;
};

/// What a cell says.
struct Cell {
    enum class Kind { value, outcome, stated, formula, no_line };
    Kind kind = Kind::value;
    Value value;          ///< of value: number, code, yes_no or date as the table's type says
    OutcomeId outcome;    ///< of outcome, and of stated where the sum is outside its bounds
    FactId stated_by;     ///< of stated: the record's own sum
    std::optional<Expression> above, at_least, below, at_most;  ///< of stated
    std::optional<Expression> formula;                          ///< of formula
};

struct Row {
    std::vector<KeyPattern> keys;
    Cell cell;
    std::optional<Elements> covers;
    Citation citation;
    SourceSpan span;
};

/// One dated value of a table: the whole of it from a day until the next.
struct Version {
    std::optional<Date> from;   ///< nullopt: undated
    std::optional<Date> until;  ///< exclusive; nullopt: open
    std::optional<Date> decided;   ///< the day it was decided; nullopt in an undated tariff
    std::vector<Date> replaces;    ///< the `from` of earlier decisions that it overrules
    std::vector<Row> rows;
    std::vector<std::int32_t> governing;  ///< row for each key position (mixed radix over the axes, last key fastest), -1: a hole
    Citation citation;
    SourceSpan span;
    [[nodiscard]] bool holds(Date day) const { return (!from || *from <= day) && (!until || day < *until); }
};

/// The dated values of a table as they stood from the day of a decision until the next one.
struct DecidedVersions {
    Date known_from;
    std::vector<Version> versions;
};

/// One key of a table: what it reads on a record, and the positions it can take.
struct Key {
    /// A numeric key's positions are cut at these: position = number of cuts at or below x.
    struct Cut {
        Rational at;
        bool after = false;  ///< the next position starts just above `at`, not on it
    };
    std::string name;
    Expression reads;       ///< its type is the key's type
    std::vector<Cut> cuts;  ///< of a numeric key, ascending
    std::size_t size = 1;   ///< how many positions: the code list's length, 2 for yes/no, cuts + 1 for a number
    [[nodiscard]] std::size_t position(const Value& value) const;  ///< the code's position, 0 or 1, or the interval's number
};

/// A table or a figure (no keys). A table of several measures is one of these for each, named `staffing.teachers`.
struct Table {
    std::string name;
    bool figure = false;
    Type type;
    std::string unit_text;
    std::optional<Elements> covers;
    std::vector<Key> keys;
    std::vector<Version> versions;        ///< ascending by from; as known on the tariff's `known_on`
    std::vector<DecidedVersions> decisions;  ///< ascending; empty where no value states another day of decision than the rest
    std::optional<FactId> dated_by;       ///< a date fact; the day priced where empty
    std::optional<RoundingRule> rounding; ///< of computed cells
    bool as_printed = false;              ///< complete: as_printed, so holes are the outcome not_published
    bool reference = false;               ///< prices nothing; only checks may read it
    SourceSpan span;

    [[nodiscard]] std::size_t positions() const;              ///< product of the keys' sizes
    [[nodiscard]] const Version* version_on(Date day) const;  ///< nullptr where none holds
    /// The row that governs these key values in `version`; nullptr for a hole.
    [[nodiscard]] const Row* row(const Version& version, const std::vector<Value>& at) const;
};

struct Step {
    std::string name;
    Type type;
    std::string unit_text;
    Expression is;
    std::optional<RoundingRule> rounding;
    std::optional<FactId> replaced_by;    ///< an override that wins where stated
    std::optional<FactId> replaced_reason;///< and must be stated with it
    bool shown = false;                   ///< a headline of the explanation
    Citation citation;
    SourceSpan span;
};

// --- records and lines ----------------------------------------------------------------------------------------------

struct Condition {
    OutcomeId outcome;
    Expression when;
    SourceSpan span;
};

/// Which days of a record are paid.
struct SpanRule {
    enum class Kind { none, between, on, year };
    Kind kind = Kind::none;
    FactId from;      ///< between: the first day; on: the day; year: the year
    FactId last_day;  ///< between
    std::optional<FactId> left_on;
    bool leaving_day_paid = false;
};

struct RecordKind {
    std::string name;
    SpanRule span;
    std::vector<Condition> refuse;  ///< before any line, on any paid day
    SourceSpan where;
};

enum class Flow { paid, notional };

/// How a line's rate becomes money over time.
struct OverTime {
    TimeBasisId basis;
    bool per_year = false;  ///< the amount is a rate a year; else in the basis's own unit (or a sum, for once)
};

struct Line {
    std::string name;
    RecordId record;
    std::optional<Expression> when;
    std::vector<Condition> not_payable;
    std::vector<Condition> refuse;
    Expression amount;
    Flow flow = Flow::paid;
    std::vector<Element> elements;
    Expression payer, payee;               ///< codes of the list `party`
    std::optional<ChoiceId> over_choice;   ///< `over` written by choice: one of `over` for each alternative
    std::vector<OverTime> over;
    std::optional<RoundingRule> rounding;  ///< absent only where flow is notional and nothing is rounded
    bool separable = false;
    bool may_be_negative = false;
    Citation citation;
    SourceSpan span;
};

/// A named sum of rounded lines.
struct Total {
    std::string name;
    std::vector<LineId> of;
    SourceSpan span;
};

// --- cases ----------------------------------------------------------------------------------------------------------

/// A worked example. Texts are as written; `expect` names every line that pays, or a line and the code of why it does not.
struct Case {
    struct Item {
        std::string name;
        std::string text;  ///< a number, code, date, yes/no or outcome code
        SourceSpan span;
        std::optional<Date> on;  ///< of shows: the day asked
    };
    std::string name;
    RecordId record;
    std::vector<Item> given, choose, expect, shows, totals;
    std::optional<Item> outcome;
    std::optional<Date> known_on;       ///< priced as known on that day
    std::optional<Date> paid_known_on;  ///< and what that differs by from what was payable as known on this one
    std::vector<Item> difference;       ///< every line that differs
    SourceSpan span;
};

/// A printed identity that holds for every cell of the keys left free, on every day on which both sides have a value.
struct Identity {
    Expression is;  ///< an `equal` comparison
    std::optional<RoundingRule> rounding;  ///< of the right side
    SourceSpan span;
};

struct NotCovered {
    std::string what, why;
    Citation citation;
};

struct Source {
    std::string key, kind, title, url, read, note;
    SourceSpan span;
};

/// Everything a pack says. Lookups by name return nullopt where there is none.
class TariffContents {
public:
    std::string pack, release, title;
    Status status = Status::illustrative;
    std::optional<DateRange> applies;  ///< nullopt: undated
    std::string undated_because;
    std::string text_hash;             ///< SHA-256 of the pack's text and of the packs it uses
    std::vector<std::string> uses;     ///< "england.area_costs 2020-24" of each pack used
    std::vector<std::string> extends;  ///< "england.national_bands 2026-27" of each pack below this overlay, lowest first
    std::vector<std::string> set_for_run;  ///< "teacher_hour is 62, in place of 60" of each figure set for one run
    std::optional<Date> known_on;          ///< asked for: values decided later are not seen
    std::filesystem::path folder;

    std::vector<Source> sources;
    std::vector<CodeList> code_lists;
    std::vector<Fact> facts;
    std::vector<Choice> choices;
    std::vector<Table> tables;
    std::vector<Step> steps;           ///< each after the steps it reads
    std::vector<Calendar> calendars;
    std::vector<TimeBasis> time_bases;
    std::vector<Outcome> outcomes;     ///< built-in first
    std::vector<RecordKind> records;
    std::vector<Line> lines;           ///< as written, files in path order
    std::vector<Total> totals;
    std::vector<Case> cases;
    std::vector<Identity> identities;
    std::vector<NotCovered> not_covered;
    CodeListId party;

    [[nodiscard]] const Fact& at(FactId id) const { return facts[id.index]; }
    [[nodiscard]] const CodeList& at(CodeListId id) const { return code_lists[id.index]; }
    [[nodiscard]] const Choice& at(ChoiceId id) const { return choices[id.index]; }
    [[nodiscard]] const Table& at(TableId id) const { return tables[id.index]; }
    [[nodiscard]] const Step& at(StepId id) const { return steps[id.index]; }
    [[nodiscard]] const Calendar& at(CalendarId id) const { return calendars[id.index]; }
    [[nodiscard]] const TimeBasis& at(TimeBasisId id) const { return time_bases[id.index]; }
    [[nodiscard]] const Outcome& at(OutcomeId id) const { return outcomes[id.index]; }
    [[nodiscard]] const RecordKind& at(RecordId id) const { return records[id.index]; }
    [[nodiscard]] const Line& at(LineId id) const { return lines[id.index]; }

    [[nodiscard]] std::optional<FactId> fact(std::string_view name) const;
    [[nodiscard]] std::optional<CodeListId> code_list(std::string_view name) const;
    [[nodiscard]] std::optional<ChoiceId> choice(std::string_view name) const;
    [[nodiscard]] std::optional<TableId> table(std::string_view name) const;
    [[nodiscard]] std::optional<StepId> step(std::string_view name) const;
    [[nodiscard]] std::optional<LineId> line(std::string_view name) const;
    [[nodiscard]] std::optional<RecordId> record(std::string_view name) const;
    [[nodiscard]] std::optional<OutcomeId> outcome(std::string_view code) const;
    [[nodiscard]] const Outcome* outcome_numbered(std::uint16_t number) const;
    /// The code by its own spelling only, as formulas and rows write it.
    [[nodiscard]] std::optional<CodeId> code(CodeListId list, std::string_view text) const;
    /// The code by its own spelling or an `also`, as records may write it.
    [[nodiscard]] std::optional<CodeId> code_in_record(CodeListId list, std::string_view text) const;
    [[nodiscard]] const std::string& text_of(CodeListId list, CodeId code) const { return at(list).codes[code.index].code; }
    [[nodiscard]] OverTime over(const Line& line) const;  ///< the selected alternative
    /// Every fact that the lines, span and refusals of a kind of record can read, ascending.
    [[nodiscard]] std::vector<FactId> facts_read(RecordId record) const;
};

class Tariff {
public:
    [[nodiscard]] const TariffContents& operator*() const { return *contents_; }
    [[nodiscard]] const TariffContents* operator->() const { return contents_.get(); }
    /// The same tariff with another alternative selected; an unknown name or alternative is a diagnostic.
    [[nodiscard]] Checked<Tariff> choose(std::string_view choice, std::string_view alternative) const;
    /// The same tariff with another value of a figure on all its days, for one run; quotes say so. A name that is no figure, a
    /// value that it cannot take, or one with which a divisor might be zero, is a diagnostic.
    [[nodiscard]] Checked<Tariff> set_figure(std::string_view figure, std::string_view value) const;
    /// The same tariff as it was known on a day: values decided later are not seen.
    [[nodiscard]] Tariff known_on(Date day) const;

private:
    friend struct TariffAccess;
    explicit Tariff(std::shared_ptr<const TariffContents> contents) : contents_(std::move(contents)) {}
    std::shared_ptr<const TariffContents> contents_;
};

/// Reads and checks a pack folder (or a single .yaml file). Packs that it `uses:` are looked for below `search`, and below
/// the pack's own ancestors up to one named `rules`. Every problem found is in the diagnostics, in file order.
[[nodiscard]] Checked<Tariff> load_tariff(const std::filesystem::path& pack, const std::vector<std::filesystem::path>& search = {});

/// The outcomes every tariff has, before a pack declares its own: built-in codes, numbers, classes and sentences.
[[nodiscard]] const std::vector<Outcome>& built_in_outcomes();

}  // namespace bandtariff
