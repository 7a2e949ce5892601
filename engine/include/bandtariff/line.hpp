// Kinds of record and the lines that are paid on them: what, by whom to whom, over what time, rounded how.
//
//     for (const Line& line : tariff->lines)
//         if (line.flow == Flow::paid) std::cout << line.name << ": " << to_string(line.amount, *tariff) << '\n';
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/declaration.hpp"

namespace bandtariff {

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
    std::optional<GroupRule> group = {};  ///< of a kind whose records are groups of others
};

enum class Flow { paid, notional };

/// How a line's rate becomes money over time.
struct OverTime {
    TimeBasisId basis;
    bool per_year = false;  ///< the amount is a rate a year; else in the basis's own unit (or a sum, for once)
};

/// What one party pays of a line.
struct Slice {
    enum class Kind { share, up_to, rest };  ///< of the whole line; of what is left, in the amount's unit; all that is left
    CodeId party;
    Kind kind = Kind::rest;
    Expression limit;                      ///< the share, or what it is up to; read for each paid day
    std::optional<Expression> first;       ///< only in the first so many weeks or days
    bool first_in_weeks = false;
    std::optional<Expression> since;       ///< counted from this date
    std::optional<RoundingRule> rounding;  ///< toward zero at the line's own quantum where empty
    SourceSpan span;
};

/// The parts in which a line is paid.
struct Instalments {
    struct Part {
        std::string name;
        Rational share;  ///< of the line; all of them add up to 1
    };
    std::vector<CalendarId> terms;  ///< where named parts are terms that may be left out: the calendars that say when
    std::vector<Part> parts;
    std::optional<YearKind> months_of;  ///< one part a month of the year that holds the record's first paid day
    RoundingRule rounding;
    std::optional<std::size_t> residue; ///< the part that takes the rest; empty: each is what is due by then less what was
    bool not_reached_left_out = false;  ///< parts before the record's first paid day drop out, the others sharing their weight
    Citation citation;
    SourceSpan span;
};

/// How a group's line is given to its rows: each has a line of the same name, and the group's own is then in no total.
struct ShareOut {
    RecordId to;
    Expression by;                   ///< the row's weight, or, in an order, what it can give
    RoundingRule rounding;           ///< of each share; its quantum alone where remainders or an order settle the rest
    std::optional<FactId> takes_rest;  ///< a yes/no fact that holds for the one row that takes the rest; empty: largest remainder
    std::optional<FactId> order;     ///< rows give all that they can, one after another by this date
    bool from_latest = false;        ///< the latest first
    Citation citation;
    SourceSpan span;
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
    bool settlement = false;               ///< its amount reads what other lines pay, so it is priced after them
    std::vector<Slice> payers;             ///< empty where `payer` pays it all; else one of them takes the rest
    std::optional<Instalments> paid_in;
    std::optional<ShareOut> share_out;     ///< its money is in the rows' totals, not in the group's
    Citation citation;
    SourceSpan span;
    /// Its amount, parties and conditions, payers' included; not what it is shared out by.
    [[nodiscard]] std::vector<const Expression*> formulas() const;
};

/// A named sum of rounded lines.
struct Total {
    std::string name;
    std::vector<LineId> of;
    SourceSpan span;
};

}  // namespace bandtariff
