// A checked formula and what it yields: units, types, values, and a tree whose every node has a type and a place.
//
//     const Unit rate = Unit::parse("GBP per pupil per year").value();
//     for (const Line& line : tariff->lines) std::cout << to_string(line.amount, *tariff) << '\n';   // max(0, price - threshold)
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/ids.hpp"
#include "bandtariff/money.hpp"
#include "bandtariff/source.hpp"

namespace bandtariff {

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
    line,       ///< what line `index` pays: rounded, 0 where it is absent or nothing is payable
    given,      ///< whether fact `index` is stated; never stops
    otherwise,  ///< operand 0 (a fact) where stated, else operand 1
    fallback,   ///< operand 0; where it has an outcome that another operand, an `instead_of`, names: the operand of that one
    instead_of, ///< of a fallback: operand 0 stands in the place of outcome `index`
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

}  // namespace bandtariff
