// Interval arithmetic in exact rationals: bounds of operands to bounds of a result. Open ends are kept as infinities here
// and nowhere else. Entry points: the first half of traits.hpp.
#include <algorithm>

#include "traits.hpp"

namespace bandtariff::formula {
namespace {

/// An end of an interval: a number, or one of the infinities.
struct End {
    int infinite = 0;  ///< -1, 0 or 1
    Rational value = 0;

    int sign() const { return infinite != 0 ? infinite : value < 0 ? -1 : value > 0 ? 1 : 0; }
};

bool operator<(const End& a, const End& b) {
    return a.infinite != b.infinite ? a.infinite < b.infinite : a.infinite == 0 && a.value < b.value;
}

/// Zero times infinity is zero: the infinity is only "no bound is known", and no value is infinite.
End operator*(const End& a, const End& b) {
    if (a.infinite == 0 && b.infinite == 0) return {0, a.value * b.value};
    return {a.sign() * b.sign(), 0};
}

End low_end(const Traits& traits) { return traits.low ? End{0, *traits.low} : End{-1, 0}; }
End high_end(const Traits& traits) { return traits.high ? End{0, *traits.high} : End{1, 0}; }
std::optional<Rational> number(const End& end) { return end.infinite != 0 ? std::nullopt : std::optional(end.value); }

Traits between(std::optional<Rational> low, std::optional<Rational> high, bool never_zero) {
    Traits result;
    result.low = std::move(low);
    result.high = std::move(high);
    result.never_zero = never_zero;
    return result;
}

bool above_zero(const Traits& traits) { return traits.low && (*traits.low > 0 || (*traits.low == 0 && traits.never_zero)); }
bool below_zero(const Traits& traits) { return traits.high && (*traits.high < 0 || (*traits.high == 0 && traits.never_zero)); }
bool not_below_zero(const Traits& traits) { return traits.low && *traits.low >= 0; }
bool not_above_zero(const Traits& traits) { return traits.high && *traits.high <= 0; }

std::optional<Rational> sum(const std::optional<Rational>& a, const std::optional<Rational>& b) {
    if (!a || !b) return std::nullopt;
    return *a + *b;
}

std::optional<Rational> minus(const std::optional<Rational>& a) {
    if (!a) return std::nullopt;
    return -*a;
}

/// 1 / b, for b without zero. An end at zero is open there, so its reciprocal is unbounded.
Traits reciprocal(const Traits& b) {
    const bool positive = above_zero(b);
    if (!positive && !below_zero(b)) return between(std::nullopt, std::nullopt, true);
    const auto flipped = [&](const std::optional<Rational>& end) -> std::optional<Rational> {
        if (!end) return Rational(0);
        if (*end == 0) return std::nullopt;
        return Rational(1) / *end;
    };
    return between(flipped(b.high), flipped(b.low), true);
}

}  // namespace

bool excludes_zero(const Traits& traits) { return traits.never_zero || above_zero(traits) || below_zero(traits); }

void narrow(Traits& traits, const Traits& bounds) {
    if (bounds.low && (!traits.low || *traits.low < *bounds.low)) traits.low = bounds.low;
    if (bounds.high && (!traits.high || *bounds.high < *traits.high)) traits.high = bounds.high;
    traits.never_zero = traits.never_zero || bounds.never_zero;
}

Traits exactly(const Rational& value) { return between(value, value, value != 0); }

Traits negated(const Traits& a) { return between(minus(a.high), minus(a.low), a.never_zero); }

Traits added(const Traits& a, const Traits& b) {
    const bool never_zero = (above_zero(a) && not_below_zero(b)) || (not_below_zero(a) && above_zero(b)) ||
                            (below_zero(a) && not_above_zero(b)) || (not_above_zero(a) && below_zero(b));
    return between(sum(a.low, b.low), sum(a.high, b.high), never_zero);
}

Traits multiplied(const Traits& a, const Traits& b) {
    const End products[] = {low_end(a) * low_end(b), low_end(a) * high_end(b), high_end(a) * low_end(b), high_end(a) * high_end(b)};
    const auto [least, greatest] = std::minmax_element(std::begin(products), std::end(products));
    return between(number(*least), number(*greatest), excludes_zero(a) && excludes_zero(b));
}

Traits divided(const Traits& a, const Traits& b) { return multiplied(a, reciprocal(b)); }

Traits minimum_of(const Traits& a, const Traits& b) {
    const bool never_zero = below_zero(a) || below_zero(b) || (excludes_zero(a) && excludes_zero(b));
    return between(number(std::min(low_end(a), low_end(b))), number(std::min(high_end(a), high_end(b))), never_zero);
}

Traits maximum_of(const Traits& a, const Traits& b) {
    const bool never_zero = above_zero(a) || above_zero(b) || (excludes_zero(a) && excludes_zero(b));
    return between(number(std::max(low_end(a), low_end(b))), number(std::max(high_end(a), high_end(b))), never_zero);
}

Traits clamped(const Traits& x, const Traits& low, const Traits& high) {
    return either_of(minimum_of(maximum_of(x, low), high), maximum_of(minimum_of(x, high), low));
}

Traits either_of(const Traits& a, const Traits& b) {
    const bool never_zero = excludes_zero(a) && excludes_zero(b);
    return between(number(std::min(low_end(a), low_end(b))), number(std::max(high_end(a), high_end(b))), never_zero);
}

std::string bounds_in_words(const Traits& traits) {
    if (traits.low && traits.high && *traits.low == *traits.high) return "always " + to_string(*traits.low);
    if (traits.low && traits.high) return "between " + to_string(*traits.low) + " and " + to_string(*traits.high);
    if (traits.low) return "at least " + to_string(*traits.low);
    if (traits.high) return "at most " + to_string(*traits.high);
    return "";
}

}  // namespace bandtariff::formula
