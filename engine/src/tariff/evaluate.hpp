// The reference evaluation: one checked expression, one record, one day, in exact rationals.
// Used where speed does not matter and every value must be seen: identities, computed cells, folding, one-row pricing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/placement.hpp"
#include "bandtariff/tariff.hpp"

namespace bandtariff {

/// What an expression comes to: a value, or the outcome that stands in its place.
struct Result {
    enum class Kind { value, outcome, no_line };
    Kind kind = Kind::value;
    Value value;
    OutcomeId outcome;
    std::string about;  ///< the fact, table, day or bound an outcome is about, for its sentence

    [[nodiscard]] bool is_value() const { return kind == Kind::value; }
};

/// Is told of every figure, cell, fact, choice and step as it is read: how a trace is made.
class Witness {
public:
    virtual ~Witness() = default;
    virtual void fact(FactId, const Result&) {}
    virtual void choice(ChoiceId) {}
    /// `row` is nullptr for a hole.
    virtual void cell(TableId, const Version*, const Row*, const std::vector<Value>&, const Result&) {}
    /// Before rounding and after; equal where no rounding is declared.
    virtual void step(StepId, const Result& exact, const Result& rounded) = 0;
    /// Which arm of an `if` counts.
    virtual void branch(const Expression&, bool) {}
    /// What a condition of a line or record comes to.
    virtual void condition(const Expression&, const Result&) {}
    /// The exact value that a step or a computed cell rounds.
    virtual void rounding(const RoundingRule&, const Rational&) {}
    /// Whether the formula of a step is read even where a stated fact replaces it.
    [[nodiscard]] virtual bool sees_replaced() const { return true; }
};

/// What an evaluation may read. `fact` yields nullopt where the fact is absent and has no default.
struct Environment {
    const TariffContents* tariff = nullptr;
    std::optional<Date> day;  ///< nullopt for an undated tariff
    std::function<Result(FactId)> fact;  ///< absent: outcome fact_missing
    std::function<bool(FactId)> given;
    std::function<Result(LineId)> line = {};  ///< what a line pays, for settlement lines
    const std::vector<Value>* keys = nullptr;  ///< inside a computed table's formula
    Witness* witness = nullptr;
    /// Results of steps on this record and day, one element a step, so that expressions of one day share them. The witness
    /// is told of a step when it is worked out, not when it is read again. May be nullptr.
    std::vector<std::optional<Result>>* steps = nullptr;
};

/// Stop beats nothing; of two stops or two nothings the one of least rank. Strict in all operands but `if`, `and`, `or`,
/// `given` and `otherwise`.
[[nodiscard]] Result evaluate(const Expression& expression, const Environment& environment);
/// Of two outcomes the one that wins.
[[nodiscard]] bool outranks(const TariffContents& tariff, OutcomeId a, OutcomeId b);
/// Reads a fact of one record as carried into a Result: admission, default and absence.
[[nodiscard]] Result fact_value(const TariffContents& tariff, FactId fact, const StatedFact& stated);
/// A value for people: "11874", "B4", "yes", "2026-04-01".
[[nodiscard]] std::string to_string(const Value& value, const Type& type, const TariffContents& tariff);
/// A cell by its table's name and keys: "band_price[band: B4, setting: special]", or a figure's name alone.
[[nodiscard]] std::string cell_name(const Table& table, const std::vector<Value>& at, const TariffContents& tariff);
/// A row's keys as a pack writes them: "band: B4 or B5, points: 10 to under 20"; nothing for a figure.
[[nodiscard]] std::string keys_text(const Table& table, const Row& row, const TariffContents& tariff);
/// What a cell says: "15300", "B4", "not_offered", "is hour_rate * 2", "stated by agreed_fee, at most 90000", "no line".
[[nodiscard]] std::string cell_text(const Table& table, const Cell& cell, const TariffContents& tariff);

}  // namespace bandtariff
