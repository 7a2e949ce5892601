// The walk from a syntax tree to a checked expression. Internal to this folder; resolve.cpp has its entry point.
//
// resolve.cpp: the walk itself and conditions; resolve_names.cpp: names, look-ups, quoted text; resolve_numbers.cpp: arithmetic;
// resolve_calls.cpp: functions and `sum`; agree.cpp: when two operands are of one kind and unit.
#pragma once

#include "traits.hpp"

namespace bandtariff::formula {

/// A checked part of a formula.
struct Typed {
    /// A literal 0 has every unit and coverage; a literal 1, or an `if` between literals, that of what it is compared with.
    enum class Bare { no, zero, one };
    Expression expression;
    Traits traits;
    Bare bare = Bare::no;
    Proof when_true, when_false;  ///< of a condition
};

/// Resolves one formula. Every member that yields nothing has reported why.
class Resolver {
public:
    Resolver(const Scope& scope, const Proof& known, Report& report) : scope_(scope), report_(report), known_(known) {}

    /// `wanted` is what the place asks for, which quoted text takes its type from.
    std::optional<Typed> part(const Syntax& syntax, const std::optional<Type>& wanted);
    /// Checks a whole formula's type against what its place asks for.
    bool fits(Typed& typed, const Type& expected);

private:
    using Wanted = std::optional<Type>;
    struct Pair {
        Typed left, right;
    };
    enum class One { is_a_ratio, takes_the_unit };  ///< what a literal 1 is beside another operand

    // resolve.cpp
    std::optional<Typed> part_unnarrowed(const Syntax& syntax, const Wanted& wanted);
    std::optional<Typed> unary(const Syntax& syntax);
    std::optional<Typed> binary(const Syntax& syntax);
    std::optional<Typed> condition(const Syntax& syntax, const std::string& asker);
    std::optional<Typed> connective(const Syntax& syntax);
    std::optional<Typed> comparison(const Syntax& syntax);
    std::optional<Typed> membership(const Syntax& syntax);
    std::optional<Typed> conditional(const Syntax& syntax, const Wanted& wanted);
    std::optional<Typed> fallback(const Syntax& syntax, const Wanted& wanted);

    // resolve_names.cpp
    std::optional<Typed> literal(const Syntax& syntax);
    std::optional<Typed> text(const Syntax& syntax, const Wanted& wanted);
    std::optional<Typed> code(const Syntax& syntax, CodeListId list);
    std::optional<Typed> name(const Syntax& syntax);
    std::optional<Typed> lookup(const Syntax& syntax);
    std::optional<Scope::Meaning> meaning(const std::string& word, const SourceSpan& span);
    bool fits_key(Typed& value, const Key& key);
    bool write_out_keys(const Syntax& syntax, Expression& lookup, std::vector<bool>& written);
    void read_current_codes(Expression& lookup, std::vector<bool>& written);
    bool check_operands(const Expression& lookup, const SourceSpan& span);
    void learn_key_names(const std::string& word, const Expression& expression);
    void refuse_unguarded(FactId fact, const SourceSpan& span);
    [[nodiscard]] bool is_guarded(FactId fact) const;
    [[nodiscard]] bool must_be_guarded(FactId fact) const;

    // resolve_numbers.cpp
    std::optional<Typed> negation(const Syntax& syntax);
    std::optional<Typed> sum_or_difference(const Syntax& syntax);
    std::optional<Typed> product(const Syntax& syntax);
    std::optional<Typed> quotient(const Syntax& syntax);
    std::optional<Unit> unit_of_product(const Syntax& syntax, const Typed& left, const Typed& right);
    std::optional<Typed> least_or_most(const Syntax& syntax);
    std::optional<Typed> clamp(const Syntax& syntax);
    std::optional<Pair> numbers(const Syntax& syntax, const std::string& asker);
    bool is_number(const Typed& typed, const std::string& asker);
    void add_up(Typed& total, Typed term);

    // resolve_calls.cpp
    std::optional<Typed> call(const Syntax& syntax);
    std::optional<Typed> given(const Syntax& syntax);
    std::optional<Typed> otherwise(const Syntax& syntax);
    std::optional<Typed> sum(const Syntax& syntax);
    std::optional<Typed> time_between(const Syntax& syntax, Operation operation, std::string_view unit, int most);
    std::optional<Scope::Meaning> fact_named(const Syntax& syntax, const std::string& asker);
    bool has_operands(const Syntax& syntax, std::size_t least, std::size_t most);

    // agree.cpp
    /// Resolves two operands, the quoted one by the type of the other.
    std::optional<Pair> pair(const Syntax& left, const Syntax& right, const Wanted& wanted = std::nullopt);
    /// One kind, one code list, one unit; literals take the other's unit.
    bool agree(Typed& left, Typed& right, const SourceSpan& span, const std::string& asker, One one);
    [[nodiscard]] std::string in_words(const Type& type) const;
    [[nodiscard]] std::string shown(const Expression& expression) const;

    /// Runs `inner` where what `proof` says holds.
    template <class Inner>
    auto where(const Proof& proof, Inner inner) {
        const std::size_t given = known_.given.size(), narrowings = known_.narrowings.size();
        known_.add(proof);
        auto result = inner();
        known_.given.resize(given);
        known_.narrowings.erase(known_.narrowings.begin() + static_cast<std::ptrdiff_t>(narrowings), known_.narrowings.end());
        return result;
    }

    [[nodiscard]] const TariffContents& contents() const { return scope_.contents(); }

    /// The code a `sum` stands at.
    struct Current {
        std::string list_name;
        CodeListId list;
        CodeId code;
    };

    const Scope& scope_;
    Report& report_;
    Proof known_;
    std::vector<Current> currents_;
    std::size_t unrolled_ = 0;  // terms of sums so far
    KeyNames key_names_;        // of a computed table, as met
};

/// An expression of one operation over operands that are taken from their parts.
[[nodiscard]] Expression make(Operation operation, const Type& type, const SourceSpan& span, std::vector<Expression> operands);
[[nodiscard]] inline Type number_type(Unit unit) { return {ValueKind::number, std::move(unit), {}}; }
[[nodiscard]] inline Type yes_no() { return {ValueKind::yes_no, {}, {}}; }
[[nodiscard]] inline Type date_type() { return {ValueKind::date, {}, {}}; }
[[nodiscard]] inline Type code_of(CodeListId list) { return {ValueKind::code, {}, list}; }
/// Gives the literals that an expression is made of their unit.
void take_unit(Expression& expression, const Unit& unit);

}  // namespace bandtariff::formula
