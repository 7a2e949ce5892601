// What a checked expression comes to for one record on one day.
#pragma once

#include <optional>
#include <vector>

#include "bandtariff/placement.hpp"

namespace bandtariff::oracle {

/// A value, an outcome in its place (nothing or stop, by the outcome's class), or no line at all.
struct Answer {
    enum class Kind { value, outcome, no_line };
    Kind kind = Kind::value;
    Value value;
    OutcomeId outcome;

    [[nodiscard]] bool is_value() const { return kind == Kind::value; }
    [[nodiscard]] bool is_yes() const { return is_value() && value.integer == 1; }
    [[nodiscard]] bool is_no() const { return is_value() && value.integer == 0; }
    friend bool operator==(const Answer&, const Answer&) = default;
};

[[nodiscard]] inline Answer of_outcome(OutcomeId outcome) { return {Answer::Kind::outcome, {}, outcome}; }
[[nodiscard]] inline bool is_stop(const TariffContents& tariff, const Answer& answer) {
    return answer.kind == Answer::Kind::outcome && tariff.at(answer.outcome).outcome_class == OutcomeClass::not_priced;
}
[[nodiscard]] inline bool is_nothing(const TariffContents& tariff, const Answer& answer) {
    return answer.kind == Answer::Kind::outcome && !is_stop(tariff, answer);
}
/// The outcome that a code names; the code must exist.
[[nodiscard]] OutcomeId named(const TariffContents& tariff, std::string_view code);
/// Of two outcomes the one that wins: not priced before nothing payable, then the smaller number.
[[nodiscard]] OutcomeId winner(const TariffContents& tariff, OutcomeId a, OutcomeId b);

/// One record on one day; no day for an undated tariff without a span.
struct Reading {
    const Placement& record;
    std::optional<Date> day;
    const std::vector<Value>* keys = nullptr;  ///< inside a cell: what its table was asked for
    const std::vector<Answer>* lines = nullptr;  ///< of a settlement line: what each line pays, as far as it is known

    std::optional<Date> priced = day;  ///< the day of the record; `day` is another inside a cell of a table that is dated by a fact

    [[nodiscard]] const TariffContents& tariff() const { return *record.tariff(); }
};

[[nodiscard]] Answer evaluate(const Expression& expression, const Reading& reading);
/// The fact as stated, else its default, else fact_missing.
[[nodiscard]] Answer fact_of(FactId fact, const Reading& reading);

}  // namespace bandtariff::oracle
