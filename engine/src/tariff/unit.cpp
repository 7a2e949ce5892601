// Units as products of powers of a closed list of symbols, from text and back. Entry points: Unit::parse, to_string.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "bandtariff/tariff.hpp"

namespace bandtariff {
namespace {

/// Every symbol there is, in the order units are written in.
constexpr std::array<std::string_view, 12> symbols = {"GBP", "pupil",      "place", "point", "minute", "hour",
                                                      "day", "school_day", "week",  "month", "term",   "year"};

bool known(std::string_view word) { return std::find(symbols.begin(), symbols.end(), word) != symbols.end(); }

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> result;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) result.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

}  // namespace

std::optional<Unit> Unit::parse(std::string_view text) {
    // Words before the first "per" multiply; each "per" divides by the one word after it.
    Unit unit;
    const std::vector<std::string_view> list = words(text);
    bool divided = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == "per") {
            if (i == 0 || i + 1 == list.size() || !known(list[i + 1])) return std::nullopt;
            unit = unit / of(list[++i]);
            divided = true;
        } else if (divided || (list[i] == "ratio" ? i != 0 : !known(list[i]) || list[0] == "ratio")) {
            return std::nullopt;
        } else {
            unit = unit * of(list[i]);
        }
    }
    return list.empty() ? std::nullopt : std::optional(unit);
}

Unit Unit::of(std::string_view symbol) {
    Unit unit;
    if (symbol == "ratio") return unit;
    if (!known(symbol)) throw std::invalid_argument("symbol: no such unit: " + std::string(symbol));
    unit.powers_.emplace(symbol, 1);
    return unit;
}

int Unit::power(std::string_view symbol) const {
    const auto place = powers_.find(symbol);
    return place == powers_.end() ? 0 : place->second;
}

Unit Unit::without(std::string_view symbol) const {
    Unit unit = *this;
    if (const auto place = unit.powers_.find(symbol); place != unit.powers_.end()) unit.powers_.erase(place);
    return unit;
}

Unit operator*(const Unit& a, const Unit& b) {
    Unit unit = a;
    for (const auto& [symbol, power] : b.powers_)
        if ((unit.powers_[symbol] += power) == 0) unit.powers_.erase(symbol);
    return unit;
}

Unit operator/(const Unit& a, const Unit& b) {
    Unit unit = a;
    for (const auto& [symbol, power] : b.powers_)
        if ((unit.powers_[symbol] -= power) == 0) unit.powers_.erase(symbol);
    return unit;
}

std::string to_string(const Unit& unit) {
    std::string above;
    std::string below;
    for (const std::string_view symbol : symbols) {
        const int power = unit.power(symbol);
        for (int i = 0; i < power; ++i) above.append(above.empty() ? "" : " ").append(symbol);
        for (int i = 0; i > power; --i) below.append(" per ").append(symbol);
    }
    return (above.empty() ? "ratio" : above) + below;
}

}  // namespace bandtariff
