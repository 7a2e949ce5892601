// What a pack declares for its tables, steps and lines to read: code lists, facts, choices, outcomes, roundings, calendars
// and time bases.
//
//     for (const Fact& fact : tariff->facts) std::cout << fact.name << ", " << fact.unit_text << '\n';
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/calendar.hpp"
#include "bandtariff/expression.hpp"
#include "bandtariff/gather.hpp"

namespace bandtariff {

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
    std::optional<Gather> gathers;           ///< of a group: what it comes from, where the record does not state it
    bool scenario = false;                   ///< no pack's own: says which scenario of a sweep is priced, of every record the same
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

}  // namespace bandtariff
