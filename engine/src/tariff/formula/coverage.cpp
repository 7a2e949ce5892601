// Which elements a sum or difference of money contains. Entry points: covers_of_sum, covers_of_difference,
// covers_of_either, elements_in_words.
#include <algorithm>
#include <iterator>

#include "traits.hpp"

namespace bandtariff::formula {
namespace {

/// An amount that says it does not know its elements is one whose elements are not stated.
bool stated(const std::optional<Elements>& covers) { return covers && !covers->contains(Element::unknown); }

}  // namespace

Coverage covers_of_sum(const std::optional<Elements>& a, const std::optional<Elements>& b) {
    if (!stated(a) || !stated(b)) return {};
    Coverage result{*a, {}};
    result.covers->insert(b->begin(), b->end());
    std::set_intersection(a->begin(), a->end(), b->begin(), b->end(), std::inserter(result.clash, result.clash.end()));
    return result;
}

Coverage covers_of_difference(const std::optional<Elements>& a, const std::optional<Elements>& b) {
    if (!stated(a) || !stated(b)) return {};
    Coverage result{Elements(), {}};
    std::set_difference(a->begin(), a->end(), b->begin(), b->end(), std::inserter(*result.covers, result.covers->end()));
    std::set_difference(b->begin(), b->end(), a->begin(), a->end(), std::inserter(result.clash, result.clash.end()));
    return result;
}

std::optional<Elements> covers_of_either(const std::optional<Elements>& a, const std::optional<Elements>& b) {
    return a == b ? a : std::nullopt;
}

std::string elements_in_words(const Elements& elements) {
    if (elements.empty()) return "no element";
    std::string result = elements.size() == 1 ? "element " : "elements ";
    std::size_t left = elements.size();
    for (const Element element : elements) {
        result += to_string(element);
        if (--left > 0) result += left == 1 ? " and " : ", ";
    }
    return result;
}

}  // namespace bandtariff::formula
