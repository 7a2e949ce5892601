// Formulas: text to a syntax tree with places, then, given what the names mean, to a checked Expression.
// Entry points: parse, and resolve. Everything else of this folder stays in its .cpp files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/tariff.hpp"
#include "document/document.hpp"

namespace bandtariff::formula {

/// What was written, before anyone knows what the names mean.
struct Syntax {
    enum class Kind {
        number, text, name, lookup, call, unary, binary, conditional, in,
        fallback,  ///< never written: operand 0, or where it has the outcome of a key, the operand after it
    };
    Kind kind = Kind::number;
    std::string word;  ///< the number's, quoted text's, name's, function's or operator's own text; `a.b` for a dotted name
    SourceSpan span;
    std::vector<Syntax> operands;
    std::vector<std::string> keys;  ///< of a lookup: the key named before each operand; of a fallback: the outcomes
    std::vector<SourceSpan> key_spans;
    std::string over;               ///< of sum: the code list it runs over
    SourceSpan over_span;
};

/// Parses one formula scalar; nullopt (with diagnostics at the very character) where it is no formula.
[[nodiscard]] std::optional<Syntax> parse(const document::Node& scalar, Report& report);
/// Every name a formula mentions, for ordering steps: facts, tables, steps, choices.
[[nodiscard]] std::vector<std::string> names(const Syntax& syntax);

/// What is known of an expression beside its type: the elements its money covers, and the bounds of a number.
struct Traits {
    std::optional<Elements> covers;  ///< nullopt: not stated, so not checked
    std::optional<Rational> low, high;
    bool never_zero = false;         ///< known not to be zero, though its bounds may touch or hold it
};

/// What a condition proves of the formulas that are read only where it holds.
struct Proof {
    struct Narrowing {
        Expression what;  ///< wherever this stands, by its tree
        Traits traits;    ///< bounds that hold beside its own
    };
    std::vector<FactId> given;  ///< optional facts that are stated
    std::vector<Narrowing> narrowings;
    void add(const Proof& other);
};

struct Resolved {
    Expression expression;
    Traits traits;
    Proof when_true, when_false;  ///< of a yes/no formula
};

/// Operand of a lookup whose key's name nothing readable has: Operation::key with this index and the key's type. A Scope
/// leaves it there; resolve reports it unless the formula writes the key out or stands in a `sum` over the key's list.
inline constexpr std::int64_t unread_key = -1;

/// What a name means where a formula stands. The reader of the document implements it.
class Scope {
public:
    virtual ~Scope() = default;
    struct Meaning {
        Expression expression;  ///< a fact, key, choice, step, or a lookup whose keys read what has the key's name
        Traits traits;
        std::optional<FactId> optional_fact;  ///< set where it must be guarded by given() or otherwise
    };
    /// Reports (with the nearest name) and returns nullopt where there is none, or where it may not be read here.
    virtual std::optional<Meaning> name(const std::string& word, const SourceSpan& span, Report& report) const = 0;
    /// What `line.NAME` means; the same.
    virtual std::optional<Meaning> line(const std::string& name, const SourceSpan& span, Report& report) const;
    [[nodiscard]] virtual const TariffContents& contents() const = 0;
    /// Traits of a table as declared, for explicit lookups.
    [[nodiscard]] virtual Traits table_traits(TableId table) const = 0;
};

/// Checks kinds, units, coverage, divisors and guards, and unrolls `sum`. `expected` is what the place wants; a bare 0 or 1
/// takes what it is compared with. `guarded` are optional facts already tested where the formula stands (a line's `when`).
[[nodiscard]] std::optional<Resolved> resolve(const Syntax& syntax, const Scope& scope, const std::optional<Type>& expected,
                                              const std::vector<FactId>& guarded, Report& report);
/// The same where more is known: `when_true` of a line's `when` and `when_false` of its refusals, added together.
[[nodiscard]] std::optional<Resolved> resolve(const Syntax& syntax, const Scope& scope, const std::optional<Type>& expected,
                                              const Proof& known, Report& report);

/// The optional facts that a condition proves given where it is true: those of `given(x)` joined by `and`.
[[nodiscard]] std::vector<FactId> proved_given(const Expression& condition);

}  // namespace bandtariff::formula
