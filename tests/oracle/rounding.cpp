// The nine ways to round and the one that refuses, by cases on whole numbers: how many whole quanta are in the size of the
// value, what is left over, and whether that makes the size grow by one more.
#include "oracle.hpp"

namespace bandtariff::oracle {

namespace {

bool size_grows(const Rounding& rounding, bool negative, bool odd, const Integer& twice_the_rest, const Integer& divisor) {
    switch (rounding.mode()) {
        case Rounding::Mode::ceiling: return !negative;
        case Rounding::Mode::floor: return negative;
        case Rounding::Mode::toward_zero: return false;
        case Rounding::Mode::away_from_zero: return true;
        case Rounding::Mode::exact: return false;
        case Rounding::Mode::nearest: break;
    }
    if (twice_the_rest != divisor) return twice_the_rest > divisor;
    switch (rounding.ties()) {
        case Ties::away_from_zero: return true;
        case Ties::toward_zero: return false;
        case Ties::up: return !negative;
        case Ties::down: return negative;
        case Ties::to_even: return odd;
    }
    return false;
}

}  // namespace

std::optional<Rational> rounded(const Rational& value, const Rounding& rounding) {
    const Rational& quantum = rounding.quantum().value();
    const bool negative = value < 0;
    const Rational quanta = (negative ? Rational(-value) : value) / quantum;
    const Integer divisor(denominator(quanta));
    const Integer whole(numerator(quanta) / divisor);
    const Integer rest(numerator(quanta) - whole * divisor);
    if (rest == 0) return value;
    if (rounding.mode() == Rounding::Mode::exact) return std::nullopt;
    const Integer size = size_grows(rounding, negative, whole % 2 == 1, 2 * rest, divisor) ? Integer(whole + 1) : whole;
    return Rational(negative ? Integer(-size) : size) * quantum;
}

}  // namespace bandtariff::oracle
