// Counts of what records reach to JSON.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "json.hpp"

namespace bandtariff::cli {

namespace json = boost::json;

namespace {

json::value day(const std::optional<Date>& date) { return date ? json::value(to_string(*date)) : json::value(nullptr); }

json::value last_day(const std::optional<Date>& until) {
    return until ? json::value(to_string(*until - std::chrono::days(1))) : json::value(nullptr);
}

template <class Things, class Make>
json::array all(const Things& things, const Make& make) {
    json::array out;
    for (const auto& thing : things) {
        json::object one = make(thing);
        one["borrowed"] = thing.borrowed;
        one["place"] = to_string(thing.span);
        one["records"] = thing.records;
        out.emplace_back(std::move(one));
    }
    return out;
}

}  // namespace

json::value to_json(const Usage& usage) {
    json::array cells = all(usage.cells, [](const Usage::Cell& cell) {
        return json::object{{"table", cell.table},     {"keys", cell.keys},     {"value", cell.value}, {"from", day(cell.from)},
                            {"keys_in_all", cell.keys_in_all}, {"keys_read", cell.keys_read}};
    });
    json::array values = all(usage.values, [](const Usage::DatedValue& value) {
        return json::object{{"table", value.table}, {"from", day(value.from)}, {"last_day", last_day(value.until)}};
    });
    json::array branches = all(usage.branches, [](const Usage::Branch& branch) {
        return json::object{{"where", branch.where}, {"way", branch.way}};
    });
    json::array roundings = all(usage.roundings, [](const Usage::RoundingPoint& point) {
        return json::object{{"where", point.where},
                            {"rounding", point.rounding},
                            {"has_ties", point.has_ties},
                            {"with_residue", point.with_residue},
                            {"on_a_tie", point.on_a_tie}};
    });
    json::array outcomes = all(usage.outcomes, [](const Usage::Met& met) {
        json::array lines;
        for (const std::uint64_t line : met.first_lines) lines.emplace_back(line);
        return json::object{{"outcome", met.outcome},   {"outcome_class", to_string(met.outcome_class)}, {"say", met.say},
                            {"declared", met.declared}, {"in_a_line", met.lines},                        {"first_lines", std::move(lines)},
                            {"first_reason", met.first_reason}};
    });
    return json::object{{"records", usage.records},
                        {"not_priced", usage.not_priced},
                        {"values", std::move(values)},
                        {"cells", std::move(cells)},
                        {"branches", std::move(branches)},
                        {"roundings", std::move(roundings)},
                        {"outcomes", std::move(outcomes)}};
}

}  // namespace bandtariff::cli
