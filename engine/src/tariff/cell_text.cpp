// Rows and cells of a table in words, as a pack writes them. Entry points: keys_text, cell_text.
#include "tariff/evaluate.hpp"

namespace bandtariff {
namespace {

std::string numbers_text(const KeyPattern& pattern) {
    const auto number = [](const std::optional<Rational>& x) { return to_string(*x); };
    if (!pattern.from) return pattern.to ? (pattern.below_to ? "under " : "up to ") + number(pattern.to) : "any";
    const std::string from = (pattern.above_from ? "above " : "") + number(pattern.from);
    if (!pattern.to) return pattern.above_from ? from : from + " or more";
    if (*pattern.from == *pattern.to) return from;
    return from + (pattern.below_to ? " to under " : " to ") + number(pattern.to);
}

std::string pattern_text(const KeyPattern& pattern, const Key& key, const TariffContents& tariff) {
    std::string text;
    switch (pattern.kind) {
        case KeyPattern::Kind::any: return "any";
        case KeyPattern::Kind::others: return "others";
        case KeyPattern::Kind::numbers: return numbers_text(pattern);
        case KeyPattern::Kind::codes: break;
    }
    for (const CodeId code : pattern.codes) {
        Value value;
        value.integer = code.index;
        text += (text.empty() ? "" : " or ") + to_string(value, key.reads.type, tariff);
    }
    return text;
}

}  // namespace

std::string keys_text(const Table& table, const Row& row, const TariffContents& tariff) {
    std::string text;
    for (std::size_t k = 0; k < table.keys.size(); ++k)
        text.append(k == 0 ? "" : ", ").append(table.keys[k].name).append(": ").append(pattern_text(row.keys[k], table.keys[k], tariff));
    return text;
}

std::string cell_text(const Table& table, const Cell& cell, const TariffContents& tariff) {
    switch (cell.kind) {
        case Cell::Kind::value: return to_string(cell.value, table.type, tariff);
        case Cell::Kind::outcome: return tariff.at(cell.outcome).code;
        case Cell::Kind::no_line: return "no line";
        case Cell::Kind::formula: return "is " + to_string(*cell.formula, tariff);
        case Cell::Kind::stated: break;
    }
    std::string text = "stated by " + tariff.at(cell.stated_by).name;
    const auto bound = [&](const char* is, const std::optional<Expression>& limit) {
        if (limit) text += is + to_string(*limit, tariff);
    };
    bound(", above ", cell.above);
    bound(", at least ", cell.at_least);
    bound(", below ", cell.below);
    bound(", at most ", cell.at_most);
    return cell.outcome.valid() ? text + ", else " + tariff.at(cell.outcome).code : text;
}

}  // namespace bandtariff
