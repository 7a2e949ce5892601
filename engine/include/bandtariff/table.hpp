// Tables and figures: dated cells, each with its own source, keyed by what they read on a record.
//
//     const Table& prices = tariff->at(tariff->table("band_price").value());
//     const Version* version = prices.version_on(parse_date("2026-09-01").value());   // nullptr where none holds
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/declaration.hpp"

namespace bandtariff {

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
    std::optional<RoundingRule> rounding;                       ///< of a formula: its own, in the place of the table's
};

/// A conflicting value that a source prints beside the one that is used: kept, never priced.
struct AlsoPrinted {
    std::string value;  ///< as written
    std::string why;    ///< it is not the one used; may be empty
    Citation citation;
    SourceSpan span;
};

struct Row {
    std::vector<KeyPattern> keys;
    Cell cell;
    std::optional<Elements> covers;
    Citation citation;
    SourceSpan span;
    std::vector<AlsoPrinted> also_printed = {};
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
    std::string lent_by;                  ///< "local.ashshire 2026-27" where a step reads it as that pack's rate; else empty
    bool translates = false;              ///< the codes of such a pack for the codes of this one
    SourceSpan span;

    [[nodiscard]] std::size_t positions() const;              ///< product of the keys' sizes
    [[nodiscard]] const Version* version_on(Date day) const;  ///< nullptr where none holds
    /// The row that governs these key values in `version`; nullptr for a hole.
    [[nodiscard]] const Row* row(const Version& version, const std::vector<Value>& at) const;
};

}  // namespace bandtariff
