// One line of one record: its state on each stretch of days, and what those come to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/quote.hpp"
#include "kernel/paid_days.hpp"
#include "tariff/evaluate.hpp"

namespace bandtariff::kernel {

/// What a line is on one stretch of days.
struct LineState {
    enum class Kind { absent, nothing, stop, value };
    Kind kind = Kind::absent;
    std::vector<Reason> reasons;  ///< why it stops, or the one reason why nothing is payable
    Rational amount = 0;          ///< of a value
};

/// when, not_payable, refuse and amount, in that order, each read only where the one before lets it.
[[nodiscard]] LineState state_of(const Line& line, const Environment& environment);

/// A stretch (nullopt: an undated tariff without days), a line's state on it, and for a value its formula with values.
struct Stretch {
    std::optional<DateRange> days;
    LineState state;
    std::string with_values;
};

/// Days of one stretch that add to a line's sum, and what they are worth.
struct Piece {
    std::size_t stretch = 0;
    DateRange days;
    Rational weight = 0;
};

/// What a line comes to over all its stretches.
struct Settled {
    LineState::Kind kind = LineState::Kind::absent;
    std::vector<Reason> reasons;  ///< of a stop or nothing, least rank first
    std::vector<Part> parts;
    Rational exact = 0;
    Money payable;
    std::vector<Piece> pieces = {};  ///< of a value: where it comes from
    std::function<Rational(const DateRange&)> weigh = {};  ///< what days inside a piece are worth; empty where a piece cannot be cut
    std::vector<QuoteSlice> slices = {};
    std::vector<QuoteInstalment> instalments = {};
};

/// Accrues, checks and rounds. `fact` reads the day of a sum that falls once.
[[nodiscard]] Settled settle(const TariffContents& tariff, const Line& line, const PaidDays& paid, const std::vector<Stretch>& stretches,
                             const std::function<Result(FactId)>& fact);

/// Least rank first, each reason once.
void sort_reasons(const TariffContents& tariff, std::vector<Reason>& reasons);

}  // namespace bandtariff::kernel
