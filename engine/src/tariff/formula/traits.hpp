// What is known of values and trees: exact bounds, the elements that money covers, what comparisons prove, a formula's text.
// Internal to this folder.
#pragma once

#include <map>

#include "formula.hpp"

namespace bandtariff::formula {

// Bounds of a result from bounds of its operands. `covers` is left alone: empty in every result.
[[nodiscard]] Traits exactly(const Rational& value);
[[nodiscard]] Traits negated(const Traits& a);
[[nodiscard]] Traits added(const Traits& a, const Traits& b);
[[nodiscard]] Traits multiplied(const Traits& a, const Traits& b);
/// `b` must exclude zero.
[[nodiscard]] Traits divided(const Traits& a, const Traits& b);
[[nodiscard]] Traits minimum_of(const Traits& a, const Traits& b);
[[nodiscard]] Traits maximum_of(const Traits& a, const Traits& b);
/// `x` held between `low` and `high`, whichever of those two wins where they cross.
[[nodiscard]] Traits clamped(const Traits& x, const Traits& low, const Traits& high);
/// What holds of a value that is one of the two.
[[nodiscard]] Traits either_of(const Traits& a, const Traits& b);

[[nodiscard]] bool excludes_zero(const Traits& traits);
/// Tightens `traits` by bounds that hold as well.
void narrow(Traits& traits, const Traits& bounds);

/// "between 0 and 40", "at least 0", "at most 40", or "" where nothing is known.
[[nodiscard]] std::string bounds_in_words(const Traits& traits);

/// Elements of a sum or difference of money. Unknown wherever an operand's are; `clash` is what makes it an error.
struct Coverage {
    std::optional<Elements> covers;
    Elements clash;
};
[[nodiscard]] Coverage covers_of_sum(const std::optional<Elements>& a, const std::optional<Elements>& b);
[[nodiscard]] Coverage covers_of_difference(const std::optional<Elements>& a, const std::optional<Elements>& b);
/// Of min, max and if: the same where alike, else unknown.
[[nodiscard]] std::optional<Elements> covers_of_either(const std::optional<Elements>& a, const std::optional<Elements>& b);
/// "element 2", "elements 2 and 3", "no element".
[[nodiscard]] std::string elements_in_words(const Elements& elements);

// What a comparison of two numbers proves. `sign` is one of = <> < <= > >=.
[[nodiscard]] Proof proof_of_comparison(std::string_view sign, const Expression& left, const Traits& left_traits,
                                        const Expression& right, const Traits& right_traits);

/// Equal as trees, wherever they stand.
[[nodiscard]] bool same_tree(const Expression& a, const Expression& b);

/// Names of a computed table's keys, by position.
using KeyNames = std::map<std::int64_t, std::string>;
/// to_string(expression, tariff), for a formula that no table holds yet.
[[nodiscard]] std::string text_of(const Expression& expression, const TariffContents& tariff, const KeyNames& key_names);

}  // namespace bandtariff::formula
