// What a record is priced at, and why.
//
//     const Quote quote = plan.price(one);
//     std::cout << quote.outcome << ' ' << to_display(quote.total) << '\n' << explain(quote);
//
// Folding the paid lines gives the total, to the penny. A quote names the pack, its status and its days.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bandtariff/calendar.hpp"
#include "bandtariff/money.hpp"
#include "bandtariff/tariff.hpp"

namespace bandtariff {

/// A stretch of days on which a line's amount is one value.
struct Part {
    DateRange days;
    Rational amount = 0;  ///< in the line's unit
    Rational weight = 0;  ///< how much of that unit the days are worth
    std::string with_values = {};  ///< the line's formula with the values of these days put in
};

/// What one party pays of a line.
struct QuoteSlice {
    std::string party;
    ExactMoney exact;  ///< before rounding; of the party that takes the rest, its payable sum
    Money payable;
    std::string rule;  ///< "share half", "up to council_day_rate", "the rest"
    SourceSpan span;
};

/// One part in which a line is paid.
struct QuoteInstalment {
    std::string name;
    Rational share = 0;  ///< of the line
    Money payable;
};

/// How a row came by its share of a group's line.
struct QuoteShare {
    std::string group;       ///< "school St Mary"
    Money pot;
    Rational weight = 0;     ///< of the row, or what it could give
    Rational weights = 0;    ///< of all rows of the group
    bool in_order = false;   ///< rows gave all that they could, one after another
    Rational remainder = 0;  ///< of the exact share, below the quantum
};

/// One line of a quote.
struct QuoteLine {
    LineId id;
    std::string name;
    std::string outcome;  ///< "priced", or the code of why the line pays nothing
    std::string say;      ///< that outcome's sentence, where it is not priced
    Flow flow = Flow::paid;
    std::vector<Element> elements;
    std::string payer, payee;
    std::string unit;             ///< of the amount: "GBP per year", the record's own unit left out
    std::string formula;          ///< of the amount, as written in the pack
    std::vector<Part> parts;
    ExactMoney exact;             ///< sum of amount x weight, before rounding
    std::optional<RoundingRule> rounding;
    Money payable;                ///< after rounding
    Rational residue = 0;         ///< payable - exact, in pounds
    std::vector<QuoteSlice> slices;            ///< where several parties pay: they add up to `payable`
    std::vector<QuoteInstalment> instalments;  ///< where it is paid in parts: they add up to `payable`
    std::optional<QuoteShare> share = {};      ///< of a row: its share of a line of its group
    bool shared_out = false;                   ///< of a group: its rows are paid this, so it is in their totals alone
    Citation citation;
    SourceSpan span;
};

/// One step of the explanation: a fact, choice, figure, table cell or step that was read.
struct QuoteStep {
    enum class Kind { fact, choice, figure, table, step };
    Kind kind = Kind::step;
    std::string name;
    std::optional<DateRange> days;  ///< the paid days it holds on, where the value changes
    std::string value;              ///< "11874", "B4", "2026-04-01", or an outcome's code
    std::string unit;
    std::string formula;            ///< as written in the pack; empty for facts and printed cells
    std::string with_values;        ///< the formula with values put in
    std::string exact;              ///< before a declared rounding; empty where nothing is rounded
    std::string rounding;           ///< the rounding, where one is declared
    bool shown = false;             ///< a headline
    Citation citation;
    SourceSpan span;
};

/// What a line comes to, less what it came to as known on an earlier day: of payable sums, so paid + difference = new sum.
struct QuoteDifference {
    LineId id;
    std::string name;  ///< of the line
    Money paid;        ///< as known then
    Money difference;  ///< positive: still due
};

struct Quote {
    std::string outcome;      ///< code: "priced", "priced_zero", "met_by_notional_budget", "fact_missing", ...
    std::uint16_t outcome_number = 0;
    OutcomeClass outcome_class = OutcomeClass::not_priced;
    std::string say;          ///< the outcome's sentence, with the fact, day or bound it is about
    std::vector<std::string> also;  ///< every other reason that stopped it: "code: sentence"
    Money total;              ///< paid lines; zero where not priced
    DateRange days;           ///< paid days; empty for an undated record
    std::vector<QuoteLine> lines;
    std::vector<std::pair<std::string, Money>> totals;  ///< the pack's named totals
    std::vector<std::pair<std::string, Money>> payers;  ///< each payer's sum of paid lines, by name
    std::vector<QuoteStep> steps;   ///< in the order they were needed
    std::vector<std::string> assumptions;   ///< "assumed: ..." of every value, rounding and choice used, once each
    std::vector<std::string> facts_unread;  ///< stated, and read by no live line
    std::vector<std::string> rates_lent;    ///< "their_rate is local.ashshire 2026-27 top_up_rate[band: B2]", or why it is another
    std::string pack, release, title, text_hash, meaning_hash;
    Status status = Status::illustrative;
    std::vector<std::string> uses;
    std::vector<std::string> extends;      ///< the packs below an overlay, lowest first
    std::vector<std::string> set_for_run;  ///< figures set for this run
    std::optional<Date> known_on, paid_known_on;
    std::vector<QuoteDifference> differences;  ///< of lines that differ; never part of the total

    [[nodiscard]] bool priced() const { return outcome_class != OutcomeClass::not_priced; }
    /// The line of that name, or nullptr.
    [[nodiscard]] const QuoteLine* line(std::string_view name) const;
};

/// What a record is priced at, without the account of it: as many times faster as an account is long.
struct Amount {
    std::uint16_t outcome_number = 0;
    OutcomeClass outcome_class = OutcomeClass::not_priced;
    Money total;  ///< paid lines; zero where not priced
    struct Line {
        LineId id;
        std::uint16_t outcome_number = 0;  ///< no_line_applies where absent, the record's own where that is not priced before its lines
        Money payable;                     ///< zero where the line is absent, pays nothing or the record is not priced
    };
    std::vector<Line> lines;  ///< every line of the kind of record, in the pack's order
    [[nodiscard]] bool priced() const { return outcome_class != OutcomeClass::not_priced; }
};

/// The quote as a person reads it: outcome, lines, total, pack, status, assumptions.
[[nodiscard]] std::string render(const Quote& quote);
/// The whole account: every step with its formula, the values put in, the exact value, rounding, citation and pack line.
[[nodiscard]] std::string explain(const Quote& quote);

/// Where a batch's results go: the caller's storage, one element a record.
struct QuoteTable {
    std::span<std::int64_t> total_pence;   ///< paid lines; 0 where not priced: read `outcome` first
    std::span<std::uint16_t> outcome;      ///< outcome numbers
    struct LineColumn {
        LineId line;
        std::span<std::int64_t> pence;     ///< payable; 0 where the line is absent, pays nothing or the record is not priced
        std::span<std::uint16_t> outcome = {};  ///< may be empty; else the line's own outcome number, `no_line_applies` where absent
        std::span<std::uint16_t> payer = {};    ///< may be empty; else the paying party's code, `no_payer` where the line pays nothing
        std::vector<std::span<std::int64_t>> slices = {};  ///< may be empty; else pence of each of the line's `payers`, in their order
        std::span<std::int64_t> difference = {};  ///< may be empty; else against what was paid, of a plan `with_paid_known_on`
    };
    std::vector<LineColumn> lines;         ///< only those wanted
    /// `rows` rows from `start` on, borrowed from the same memory, of a table for `of` records; an empty column stays empty. Throws
    /// std::invalid_argument where any other has not `of` rows.
    [[nodiscard]] QuoteTable slice(std::size_t start, std::size_t rows, std::size_t of) const;
    static constexpr std::uint16_t no_payer = UINT16_MAX;
    static constexpr std::uint16_t several_payers = UINT16_MAX - 1;  ///< the payer changes within the paid days, or the line has `payers`
};

}  // namespace bandtariff
