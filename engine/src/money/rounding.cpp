// An exact value and a rounding to the one multiple of the quantum that the rounding names. Entry point: round.
// Everything is integer division with a remainder; nothing is estimated.
#include <limits>
#include <stdexcept>
#include <utility>

#include "bandtariff/money.hpp"

namespace bandtariff {
namespace {

using Mode = Rounding::Mode;

/// value = (floor + remainder / divisor) x quantum, with 0 <= remainder < divisor: the two multiples a value lies between.
struct Between {
    Integer floor;
    Integer remainder;
    Integer divisor;
};

Between place(const Rational& value, const Rate& quantum) {
    const Integer dividend = numerator(value) * denominator(quantum.value());
    Between between;
    between.divisor = denominator(value) * numerator(quantum.value());
    divide_qr(dividend, between.divisor, between.floor, between.remainder);
    if (between.remainder < 0) {  // division truncates toward zero; a negative value lies above the multiple below it
        between.floor -= 1;
        between.remainder += between.divisor;
    }
    return between;
}

bool tie_goes_up(Ties ties, const Integer& floor) {
    const bool negative = floor < 0;
    switch (ties) {
        case Ties::away_from_zero: return !negative;
        case Ties::toward_zero: return negative;
        case Ties::to_even: return floor % 2 != 0;
        case Ties::up: return true;
        case Ties::down: return false;
    }
    throw std::invalid_argument("unknown tie rule");
}

bool goes_up(const Rounding& rounding, const Between& between) {
    const bool negative = between.floor < 0;
    switch (rounding.mode()) {
        case Mode::ceiling: return true;
        case Mode::floor: return false;
        case Mode::toward_zero: return negative;
        case Mode::away_from_zero: return !negative;
        case Mode::nearest: {
            const Integer twice = between.remainder * 2;
            return twice == between.divisor ? tie_goes_up(rounding.ties(), between.floor) : twice > between.divisor;
        }
        case Mode::exact: throw std::domain_error("the value is not a multiple of " + to_string(rounding.quantum().value()));
    }
    throw std::invalid_argument("unknown rounding mode");
}

const char* words(Ties ties) {
    switch (ties) {
        case Ties::away_from_zero: return "away from zero";
        case Ties::to_even: return "to even";
        case Ties::toward_zero: return "toward zero";
        case Ties::up: return "up";
        case Ties::down: return "down";
    }
    throw std::invalid_argument("unknown tie rule");
}

const char* words(Mode mode) {
    switch (mode) {
        case Mode::nearest: return "nearest";
        case Mode::ceiling: return "ceiling";
        case Mode::floor: return "floor";
        case Mode::toward_zero: return "toward zero";
        case Mode::away_from_zero: return "away from zero";
        case Mode::exact: return "exact";
    }
    throw std::invalid_argument("unknown rounding mode");
}

}  // namespace

Rounding::Rounding(Mode mode, Ties ties, Rate quantum) : mode_(mode), ties_(ties), quantum_(std::move(quantum)) {
    if (quantum_.value() <= 0) throw std::invalid_argument("quantum: must be above zero");
}

Rounding Rounding::nearest(Rate quantum, Ties ties) { return {Mode::nearest, ties, std::move(quantum)}; }

Rounding Rounding::directed(Mode mode, Rate quantum) {
    if (mode == Mode::nearest) throw std::invalid_argument("mode: nearest needs a rule for ties");
    return {mode, Ties::away_from_zero, std::move(quantum)};
}

bool Rounding::mirror_symmetric() const {
    switch (mode_) {
        case Mode::nearest: return ties_ != Ties::up && ties_ != Ties::down;
        case Mode::ceiling:
        case Mode::floor: return false;
        case Mode::toward_zero:
        case Mode::away_from_zero:
        case Mode::exact: return true;
    }
    throw std::invalid_argument("unknown rounding mode");
}

std::string to_string(const Rounding& rounding) {
    const std::string text = std::string(words(rounding.mode())) + " " + to_string(rounding.quantum().value());
    return rounding.mode() == Mode::nearest ? text + ", ties " + words(rounding.ties()) : text;
}

bool is_multiple(const Rational& value, const Rate& quantum) { return place(value, quantum).remainder == 0; }

Rational round(const Rational& value, const Rounding& rounding) {
    const Between between = place(value, rounding.quantum());
    if (between.remainder == 0) return value;
    const Integer multiple = goes_up(rounding, between) ? Integer(between.floor + 1) : between.floor;
    return Rational(multiple) * rounding.quantum().value();
}

Money round(const ExactMoney& value, const Rounding& rounding) {
    const Rational penny(1, 100);
    if (!is_multiple(rounding.quantum().value(), Rate(penny))) {
        throw std::domain_error("rounding: a quantum of " + to_string(rounding.quantum().value()) + " pounds is not whole pence");
    }
    const Integer pence = numerator(Rational(round(value.pounds(), rounding) / penny));
    using Limits = std::numeric_limits<std::int64_t>;
    if (pence < Limits::min() || pence > Limits::max()) {
        throw std::overflow_error("an amount of money is past 64 bits of pence");
    }
    return Money::from_pence(pence.convert_to<std::int64_t>());
}

}  // namespace bandtariff
