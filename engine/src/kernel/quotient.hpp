// The whole number that a rounding names for x / d, in any integer type or in rationals. Entry point: rounded.
// For integers d is positive and twice the remainder stays below d's own type's range: the plan's proof leaves that room.
#pragma once

#include "bandtariff/money.hpp"

namespace bandtariff::kernel {

/// A rounding's mode and tie rule in one.
enum class Way { ties_away, ties_even, ties_to_zero, ties_up, ties_down, ceiling, floor, toward_zero, away_from_zero, exact };

inline Way way_of(const Rounding& rounding) {
    switch (rounding.mode()) {
        case Rounding::Mode::ceiling: return Way::ceiling;
        case Rounding::Mode::floor: return Way::floor;
        case Rounding::Mode::toward_zero: return Way::toward_zero;
        case Rounding::Mode::away_from_zero: return Way::away_from_zero;
        case Rounding::Mode::exact: return Way::exact;
        case Rounding::Mode::nearest: break;
    }
    switch (rounding.ties()) {
        case Ties::away_from_zero: return Way::ties_away;
        case Ties::to_even: return Way::ties_even;
        case Ties::toward_zero: return Way::ties_to_zero;
        case Ties::up: return Way::ties_up;
        case Ties::down: break;
    }
    return Way::ties_down;
}

/// Whether the quotient whose floor is `floor` goes up: `side` is the sign of (remainder - half), never asked where exact.
template <class T>
constexpr bool goes_up(Way way, const T& floor, int side) {
    const bool negative = floor < 0;
    switch (way) {
        case Way::ceiling: return true;
        case Way::floor:
        case Way::exact: return false;
        case Way::toward_zero: return negative;
        case Way::away_from_zero: return !negative;
        default: break;
    }
    if (side != 0) return side > 0;
    switch (way) {
        case Way::ties_away: return !negative;
        case Way::ties_to_zero: return negative;
        case Way::ties_even: return floor % 2 != 0;
        case Way::ties_up: return true;
        default: return false;
    }
}

template <class T>
struct Quotient {
    T value;
    bool exact;
};

/// x / d for fixed-width integers. Division truncates toward zero, so a negative remainder moves the floor down by one.
template <class T>
constexpr Quotient<T> rounded(T x, T d, Way way) {
    T floor = x / d;
    T rest = x - floor * d;
    if (rest < 0) {
        floor -= 1;
        rest += d;
    }
    if (rest == 0) return {floor, true};
    const T twice = rest + rest;
    const int side = twice < d ? -1 : twice > d ? 1 : 0;
    return {goes_up(way, floor, side) ? static_cast<T>(floor + 1) : floor, false};
}

inline Quotient<Rational> rounded(const Rational& x, const Rational& d, Way way) {
    const Rational quotient = x / d;
    const Integer bottom = denominator(quotient);
    Integer floor, rest;
    divide_qr(numerator(quotient), bottom, floor, rest);
    if (rest < 0) {
        floor -= 1;
        rest += bottom;
    }
    if (rest == 0) return {Rational(floor), true};
    const int side = Integer(rest * 2).compare(bottom);
    return {Rational(goes_up(way, floor, side) ? Integer(floor + 1) : floor), false};
}

}  // namespace bandtariff::kernel
