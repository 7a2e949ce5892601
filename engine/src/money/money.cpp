// Text to exact numbers and back, and checked pence. Entry points: Rate::parse, Money::parse, to_string and Money's operators.
#include "bandtariff/money.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace bandtariff {
namespace {

// A guard against text that takes minutes to turn into a number; no figure that anyone prints comes near it.
constexpr std::size_t longest_text = 1000;
constexpr int longest_decimal = 12;

/// A decimal as written: 1.50 is the whole number 150 and two decimals.
struct Decimal {
    Integer digits;
    unsigned decimals = 0;
};

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool whole_number(std::string_view text) { return all_digits(text) && (text.size() == 1 || text.front() != '0'); }

// Boost reads a leading zero as octal, so leading zeros ("0.05" has the digits 005) are taken off first.
Integer to_integer(std::string_view digits) {
    const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    return Integer(std::string(digits.substr(first)));
}

Integer power_of_ten(unsigned exponent) { return Integer(boost::multiprecision::pow(Integer(10), exponent)); }

std::optional<Decimal> parse_decimal(std::string_view text) {
    if (text.size() > longest_text) return std::nullopt;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    if (!whole_number(whole)) return std::nullopt;
    std::string digits(whole);
    Decimal result;
    if (point != std::string_view::npos) {
        const std::string_view decimals = text.substr(point + 1);
        if (!all_digits(decimals)) return std::nullopt;
        digits += decimals;
        result.decimals = static_cast<unsigned>(decimals.size());
    }
    result.digits = to_integer(digits);
    if (negative) result.digits = -result.digits;
    return result;
}

std::optional<Rate> parse_fraction(std::string_view top, std::string_view bottom) {
    if (top.size() > longest_text || bottom.size() > longest_text) return std::nullopt;
    const bool negative = top.starts_with('-');
    if (negative) top.remove_prefix(1);
    if (!whole_number(top) || !whole_number(bottom) || bottom == "0") return std::nullopt;
    const Rational value(to_integer(top), to_integer(bottom));
    return Rate(negative ? Rational(-value) : value);
}

Money checked(bool overflowed, std::int64_t pence) {
    if (overflowed) throw std::overflow_error("an amount of money is past 64 bits of pence");
    return Money::from_pence(pence);
}

/// Digits with a decimal point so many places from the right: ("125", 2) is "1.25".
std::string with_point(std::string digits, std::size_t decimals) {
    if (decimals == 0) return digits;
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    return digits.insert(digits.size() - decimals, 1, '.');
}

/// Pence without their sign, which 64 signed bits cannot hold for the smallest amount.
std::string unsigned_pounds(Money money) {
    const auto bits = static_cast<std::uint64_t>(money.pence());
    return with_point(std::to_string(money.pence() < 0 ? 0 - bits : bits), 2);
}

/// How often `factor` divides `number`, which loses those factors.
int take_out(Integer& number, int factor) {
    int times = 0;
    while (number % factor == 0) {
        number /= factor;
        ++times;
    }
    return times;
}

}  // namespace

std::optional<Rate> Rate::parse(std::string_view text) {
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        return parse_fraction(text.substr(0, slash), text.substr(slash + 1));
    }
    const bool percent = text.ends_with('%');
    if (percent) text.remove_suffix(1);
    const auto decimal = parse_decimal(text);
    if (!decimal) return std::nullopt;
    return Rate(Rational(decimal->digits, power_of_ten(decimal->decimals + (percent ? 2 : 0))));
}

Rate operator/(const Rate& a, const Rate& b) {
    if (b.value_ == 0) throw std::domain_error("division by a rate of zero");
    return Rate(Rational(a.value_ / b.value_));
}

std::optional<Money> Money::parse(std::string_view pounds) {
    const auto decimal = parse_decimal(pounds);
    if (!decimal || decimal->decimals > 2) return std::nullopt;
    const Integer pence = decimal->digits * power_of_ten(2 - decimal->decimals);
    using Limits = std::numeric_limits<std::int64_t>;
    if (pence < Limits::min() || pence > Limits::max()) return std::nullopt;
    return Money(pence.convert_to<std::int64_t>());
}

Money operator+(Money a, Money b) {
    std::int64_t sum = 0;
    const bool overflowed = __builtin_add_overflow(a.pence_, b.pence_, &sum);
    return checked(overflowed, sum);
}

Money operator-(Money a, Money b) {
    std::int64_t difference = 0;
    const bool overflowed = __builtin_sub_overflow(a.pence_, b.pence_, &difference);
    return checked(overflowed, difference);
}

Money operator-(Money a) { return Money() - a; }

std::string to_string(Money money) { return (money.pence() < 0 ? "-" : "") + unsigned_pounds(money); }

std::string to_display(Money money) {
    std::string text = unsigned_pounds(money);
    constexpr std::size_t pence_part = 3;
    for (std::size_t place = text.size() - pence_part; place > 3;) {
        place -= 3;
        text.insert(place, 1, ',');
    }
    return (money.pence() < 0 ? "-£" : "£") + text;
}

std::string to_string(const Rational& value) {
    const Integer top = numerator(value);
    const Integer bottom = denominator(value);
    // A fraction in lowest terms ends as a decimal only where 2 and 5 alone divide its denominator, after as many places
    // as the more frequent of the two.
    Integer rest = bottom;
    const int twos = take_out(rest, 2);
    const int fives = take_out(rest, 5);
    const int decimals = std::max(twos, fives);
    if (rest != 1 || decimals > longest_decimal) return top.str() + "/" + bottom.str();
    const auto places = static_cast<unsigned>(decimals);
    const Integer scaled = abs(top) * power_of_ten(places) / bottom;
    return (top < 0 ? "-" : "") + with_point(scaled.str(), places);
}

}  // namespace bandtariff
