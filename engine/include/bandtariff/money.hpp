// Exact money. Whole pence that can be paid, unrounded results that cannot, plain numbers, and the rule between them.
//
//     const Money fee = Money::from_pence(123450);
//     const ExactMoney due = fee * Rate::parse("0.5").value() / Rate(3);
//     const Money paid = round(due, Rounding::nearest(Rate::parse("0.01").value(), Ties::away_from_zero));
//
// Forgetting to round, multiplying money by money and any floating point do not compile.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bandtariff {

/// Exact rational arithmetic, expression templates off so that `auto` is safe to hold.
using Rational = boost::multiprecision::number<boost::multiprecision::cpp_rational_backend, boost::multiprecision::et_off>;
using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

/// An exact plain number: a percentage, an FTE share, an area cost factor.
class Rate {
public:
    template <std::integral I>
        requires(!std::same_as<I, bool>)
    explicit Rate(I whole) : value_(whole) {}
    explicit Rate(Rational value) : value_(std::move(value)) {}
    template <std::floating_point F>
    explicit Rate(F) = delete;
    explicit Rate(bool) = delete;

    /// Reads `1250`, `-0.25`, `1.062500`, `4.75%`, `2/37`; nullopt for anything else: an exponent, a comma, a plus, a
    /// leading zero, `.5`, `5.`, a fraction of decimals, or more than 1,000 characters. `-0` is zero.
    [[nodiscard]] static std::optional<Rate> parse(std::string_view text);

    [[nodiscard]] const Rational& value() const { return value_; }
    friend bool operator==(const Rate& a, const Rate& b) { return a.value_ == b.value_; }
    friend std::strong_ordering operator<=>(const Rate& a, const Rate& b) {
        return a.value_ < b.value_   ? std::strong_ordering::less
               : b.value_ < a.value_ ? std::strong_ordering::greater
                                     : std::strong_ordering::equal;
    }
    friend Rate operator+(const Rate& a, const Rate& b) { return Rate(Rational(a.value_ + b.value_)); }
    friend Rate operator-(const Rate& a, const Rate& b) { return Rate(Rational(a.value_ - b.value_)); }
    friend Rate operator*(const Rate& a, const Rate& b) { return Rate(Rational(a.value_ * b.value_)); }
    /// Throws std::domain_error if b is zero.
    friend Rate operator/(const Rate& a, const Rate& b);

private:
    Rational value_;
};

/// An amount that can be paid: whole pence in 64 bits, checked. Arithmetic past the range throws std::overflow_error.
class Money {
public:
    constexpr Money() = default;
    [[nodiscard]] static constexpr Money from_pence(std::int64_t pence) { return Money(pence); }
    /// What 64 signed bits may not hold, and floating point, does not compile.
    template <class N>
        requires(!requires(N number) { std::int64_t{number}; })
    static Money from_pence(N) = delete;
    /// Reads pounds as printed: `1250`, `11874.00`, `-0.5`; nullopt for a third decimal, an amount past 64 bits of pence
    /// or anything that is not such a number.
    [[nodiscard]] static std::optional<Money> parse(std::string_view pounds);

    [[nodiscard]] constexpr std::int64_t pence() const { return pence_; }
    friend constexpr auto operator<=>(Money, Money) = default;
    friend Money operator+(Money a, Money b);
    friend Money operator-(Money a, Money b);
    friend Money operator-(Money a);

private:
    constexpr explicit Money(std::int64_t pence) : pence_(pence) {}
    std::int64_t pence_ = 0;
};

/// Money in pounds before rounding, exact. Leaves only through `round`.
class ExactMoney {
public:
    ExactMoney() = default;
    explicit ExactMoney(Money money) : pounds_(Rational(money.pence()) / 100) {}
    explicit ExactMoney(const Rate& pounds) : pounds_(pounds.value()) {}
    [[nodiscard]] const Rational& pounds() const { return pounds_; }
    friend bool operator==(const ExactMoney& a, const ExactMoney& b) { return a.pounds_ == b.pounds_; }
    friend ExactMoney operator+(const ExactMoney& a, const ExactMoney& b) {
        return ExactMoney(Rate(Rational(a.pounds_ + b.pounds_)));
    }
    friend ExactMoney operator-(const ExactMoney& a, const ExactMoney& b) {
        return ExactMoney(Rate(Rational(a.pounds_ - b.pounds_)));
    }
    friend ExactMoney operator*(const ExactMoney& a, const Rate& b) { return ExactMoney(Rate(Rational(a.pounds_ * b.value()))); }
    friend ExactMoney operator*(const Rate& a, const ExactMoney& b) { return b * a; }
    /// Throws std::domain_error if b is zero.
    friend ExactMoney operator/(const ExactMoney& a, const Rate& b) { return ExactMoney(Rate(a.pounds_) / b); }

private:
    Rational pounds_ = 0;
};

inline ExactMoney operator*(Money a, const Rate& b) { return ExactMoney(a) * b; }
inline ExactMoney operator*(const Rate& a, Money b) { return ExactMoney(b) * a; }
ExactMoney operator*(const ExactMoney&, const ExactMoney&) = delete;
ExactMoney operator*(Money, Money) = delete;

/// Which way an exact tie goes. up and down are toward plus and minus infinity.
enum class Ties { away_from_zero, to_even, toward_zero, up, down };

/// Tie rule and quantum: `nearest` with five tie rules, four directed modes, and `exact`, which rounds nothing and has a
/// result only where the value already is a multiple. There is no default.
class Rounding {
public:
    enum class Mode { nearest, ceiling, floor, toward_zero, away_from_zero, exact };

    /// The quantum is in the value's own unit (pounds for money) and must be positive, else std::invalid_argument.
    [[nodiscard]] static Rounding nearest(Rate quantum, Ties ties);
    /// Any mode but nearest, which needs a tie rule: that is std::invalid_argument too.
    [[nodiscard]] static Rounding directed(Mode mode, Rate quantum);

    [[nodiscard]] Mode mode() const { return mode_; }
    [[nodiscard]] Ties ties() const { return ties_; }
    [[nodiscard]] const Rate& quantum() const { return quantum_; }
    /// True where round(-x) = -round(x) for every x: what splits, schedules and differences need.
    [[nodiscard]] bool mirror_symmetric() const;
    friend bool operator==(const Rounding&, const Rounding&) = default;

private:
    Rounding(Mode mode, Ties ties, Rate quantum);
    Mode mode_;
    Ties ties_;
    Rate quantum_;
};

/// "nearest 0.01, ties away from zero", "ceiling 1", "away from zero 10", "exact 0.01".
[[nodiscard]] std::string to_string(const Rounding& rounding);

/// The multiple of the quantum that the rounding names. For Mode::exact: the value itself where it is a multiple, else
/// std::domain_error; ask `is_multiple` first.
[[nodiscard]] Rational round(const Rational& value, const Rounding& rounding);
[[nodiscard]] bool is_multiple(const Rational& value, const Rate& quantum);
/// Rounds and converts to pence. Throws std::domain_error where the quantum is not whole pence (even if this value would
/// come out whole) or an exact rounding meets a residue, std::overflow_error past 64 bits.
[[nodiscard]] Money round(const ExactMoney& value, const Rounding& rounding);

/// "11874.00", "-0.50": pounds with two decimals, no symbol.
[[nodiscard]] std::string to_string(Money money);
/// "£11,874.00": for people.
[[nodiscard]] std::string to_display(Money money);
/// Decimal text where it ends within twelve places ("5874.125"), else "n/d" in lowest terms.
[[nodiscard]] std::string to_string(const Rational& value);

}  // namespace bandtariff
