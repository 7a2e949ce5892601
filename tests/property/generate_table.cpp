// The figures, tables, facts and codes of a generated pack, in every layout and with every kind of cell and key.
#include <algorithm>
#include <chrono>

#include "pack_maker.hpp"

namespace bandtariff::generate {

namespace {

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

}  // namespace

std::string PackMaker::code_fact(const std::string& name, std::size_t size, bool ordered) {
    if (has("facts", name)) return name;
    std::vector<std::string>& codes = codes_[name];
    for (std::size_t k = 1; k <= size; ++k) codes.push_back(name.substr(0, 1) + std::to_string(k));
    if (ordered) put("codes", name, "{ordered: [" + joined(codes, ", ") + "]}");
    else put("codes", name, "[" + joined(codes, ", ") + "]");
    put("facts", name, "{kind: code, of: " + name + "}");
    return name;
}

std::string PackMaker::flag() {
    if (!has("facts", "resident")) put("facts", "resident", "{kind: yes_no}");
    return "resident";
}

std::string PackMaker::points() {
    if (!has("facts", "points")) {
        points_decimals_ = static_cast<int>(dice_.below(3));
        put("facts", "points", "{kind: number, unit: point, decimals: " + std::to_string(points_decimals_) + ", min: 0, max: 40}");
    }
    return "points";
}

std::string PackMaker::hours() {
    if (!has("facts", "hours")) put("facts", "hours", "{kind: number, unit: hour, decimals: 2, min: 0, max: 60}");
    return "hours";
}

std::string PackMaker::date_fact() {
    if (!has("facts", "reviewed")) put("facts", "reviewed", "{kind: date}");
    return "reviewed";
}

std::string PackMaker::fee(const RateUnit& unit) {
    const std::string name = "fee_a_" + unit.suffix;
    if (!has("facts", name)) put("facts", name, "{kind: number, unit: " + unit.text + ", decimals: 2, min: 0, max: 250000}");
    return name;
}

std::string PackMaker::extra(const RateUnit& unit) {
    const std::string name = "extra_a_" + unit.suffix;
    if (!has("facts", name)) {
        const bool dated = dated_ && dice_.chance(30) && !wanted_.only_nonnegative;
        const std::string from = dated ? ", required_from: " + to_string(applies_.from() + std::chrono::days(applies_.days() / 2)) : "";
        put("facts", name, "{kind: number, unit: " + unit.text + ", decimals: 2, min: 0, max: 99999, optional: true" + from + "}");
    }
    return name;
}

std::string PackMaker::outcome(const std::string& outcome_class) {
    const std::string name = (outcome_class == "not_priced" ? "refused_" : "met_elsewhere_") + std::to_string(1 + dice_.below(3));
    if (!has("outcomes", name)) put("outcomes", name, "{class: " + outcome_class + ", say: said by the generator, source: made}");
    return name;
}

std::string PackMaker::rounding_text(const std::string& quantum, const std::string& of) {
    static const std::vector<std::string> symmetric = {"nearest away_from_zero", "nearest to_even", "nearest toward_zero", "toward_zero",
                                                       "away_from_zero"};
    static const std::vector<std::string> lopsided = {"nearest up", "nearest down", "ceiling", "floor"};
    const bool mirror = wanted_.only_symmetric || dice_.chance(55);
    const std::string mode = dice_.pick(mirror ? symmetric : lopsided);
    const std::string of_text = of.empty() ? "" : ", of: " + of;
    if (mode.starts_with("nearest ")) return "{nearest: " + quantum + ", ties: " + mode.substr(8) + of_text + ", source: made}";
    return "{" + mode + ": " + quantum + of_text + ", source: made}";
}

std::vector<Date> PackMaker::version_days() {
    std::vector<Date> days = {applies_.from()};
    for (std::size_t more = dice_.below(3); dated_ && more > 0; --more) {
        Date day = applies_.from() + std::chrono::days(dice_.between(1, applies_.days() - 1));
        const std::chrono::year_month_day ymd{day};
        const Date first = Date(ymd.year() / ymd.month() / std::chrono::day(1));
        if (dice_.chance(50) && first > applies_.from()) day = first;
        days.push_back(day);
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
}

std::string PackMaker::versions(const std::vector<Date>& days, const std::vector<std::string>& blocks, bool as_list) {
    std::string text;
    for (std::size_t k = 0; k < days.size(); ++k) {
        const std::string from = dated_ ? "from: " + to_string(days[k]) : "";
        if (as_list) text += "      - {" + (dated_ ? from + ", " : "") + blocks[k] + ", source: made}\n";
        else text += "      - " + (dated_ ? from + "\n        " : "") + "source: made\n" + blocks[k];
    }
    if (wanted_.restate && dated_) {
        const Date day = days.back() + (applies_.until() - days.back()) / 2;
        if (day > days.back()) {
            if (as_list) text += "      - {from: " + to_string(day) + ", " + blocks.back() + ", source: made}\n";
            else text += "      - from: " + to_string(day) + "\n        source: made\n" + blocks.back();
        }
    }
    return text;
}

std::string PackMaker::amount_text(int most_digits, bool positive, int& digits) {
    const auto whole = [&](int places) {
        std::int64_t limit = 1;
        for (int k = 0; k < places; ++k) limit *= 10;
        return std::to_string(dice_.between(positive ? 1 : 0, limit - 1));
    };
    static const std::vector<std::string> fractions = {".5", ".005", ".125", ".01", ".99", ".995", ".123457", ".3333"};
    int places = static_cast<int>(1 + dice_.below(static_cast<std::size_t>(std::min(most_digits, 5))));
    if (most_digits > 6 && dice_.chance(12)) places = most_digits - 1;
    digits = std::max(digits, places);
    switch (dice_.below(6)) {
        case 0: return whole(places);
        case 1: return positive ? "1" : "0";
        case 2: {
            const std::string above = std::to_string(1 + dice_.below(9));
            return above + "/" + std::to_string(1 + 2 * (2 + dice_.below(20)));
        }
        default: {
            const std::string pounds = whole(places);
            return pounds + dice_.pick(fractions);
        }
    }
}

Formula PackMaker::figure(const std::string& unit, int most_digits, bool positive) {
    const std::string name = fresh("figure");
    int digits = 1;
    const std::vector<Date> days = version_days();
    std::vector<std::string> blocks;
    for (std::size_t k = 0; k < days.size(); ++k) blocks.push_back("amount: " + amount_text(most_digits, positive, digits));
    if (!wanted_.only_nonnegative && !positive && dice_.chance(4)) {
        blocks.back() = "outcome: " + outcome(dice_.chance(50) ? "not_priced" : "nothing_payable");
    }
    put("figures", name, "\n    unit: " + unit + "\n    values:\n" + versions(days, blocks, true));
    return {name, digits};
}

PackMaker::Groups PackMaker::key_groups(const std::string& key, bool may_say_others) {
    Groups groups{key, {}};
    if (dice_.chance(10)) return {key, {"any"}};
    if (key == "points") {
        const std::int64_t a = dice_.between(1, 12), b = a + dice_.between(1, 12);
        const std::string x = std::to_string(a), y = std::to_string(b);
        if (points_decimals_ == 0) {
            const std::string low = std::to_string(a - 1), middle = std::to_string(b - 1);
            return {key, {"under " + x, a == b - 1 ? x : x + " to " + middle, y + " or more"}};
        }
        return {key, {"under " + x, x + " to under " + y, y + " or more"}};
    }
    if (key == "resident") return {key, {"true", "false"}};
    std::vector<std::string> codes = codes_[key];
    dice_.shuffle(codes);
    while (!codes.empty()) {
        if (may_say_others && !groups.patterns.empty() && dice_.chance(40)) {
            groups.patterns.emplace_back("others");
            break;
        }
        const std::size_t take = std::min(codes.size(), 1 + dice_.below(2));
        const std::vector<std::string> some(codes.end() - static_cast<std::ptrdiff_t>(take), codes.end());
        codes.resize(codes.size() - take);
        groups.patterns.push_back(some.size() == 1 ? some[0] : "[" + joined(some, ", ") + "]");
    }
    return groups;
}

std::string PackMaker::cell(const RateUnit* unit, int most_digits, int& digits) {
    if (!wanted_.only_nonnegative) {
        if (dice_.chance(5)) return "outcome: " + outcome("not_priced");
        if (dice_.chance(8)) return "outcome: " + outcome("nothing_payable");
        if (dice_.chance(4)) return "no_line: true";
        if (unit && dice_.chance(8)) {
            digits = std::max(digits, 6);
            const std::string otherwise = dice_.chance(60) ? ", else: " + outcome("not_priced") : "";
            static const std::vector<std::string> bounds = {"above: 100", "at_least: 100.5", "below: 200000", "at_most: 1000"};
            const std::string bound = dice_.pick(bounds);
            return "stated_by: " + fee(*unit) + ", " + bound + otherwise;
        }
    }
    if (unit && dice_.chance(8)) {
        const Formula a = figure(unit->text, most_digits - 1);
        digits = std::max(digits, a.digits + 1);
        const Formula b = figure("ratio", 1);
        return "is: \"" + a.text + " * " + b.text + "\"";
    }
    return "amount: " + amount_text(most_digits, false, digits);
}

std::string PackMaker::each_cells(const std::string& key, int most_digits, int& digits) {
    std::vector<std::string> cells;
    for (const std::string& code : codes_[key]) {
        const bool plain = wanted_.only_nonnegative || dice_.chance(80);
        const std::string reason = plain ? "" : dice_.chance(30) ? "no_line" : outcome(dice_.chance(50) ? "not_priced" : "nothing_payable");
        cells.push_back(code + ": " + (plain ? amount_text(most_digits, false, digits) : reason));
    }
    return joined(cells, ", ");
}

Formula PackMaker::table_of(const std::string& name, const std::string& unit_line, const RateUnit* unit, int most_digits) {
    std::vector<std::string> keys;
    if (dice_.chance(70)) keys.push_back(code_fact("band", 4, true));
    if (dice_.chance(50)) keys.push_back(code_fact("setting", 3, false));
    if (dice_.chance(30)) keys.push_back(points());
    if (dice_.chance(15)) keys.push_back(flag());
    if (dice_.chance(20)) keys.push_back(level_table());
    if (keys.empty()) keys.push_back(code_fact("band", 4, true));
    if (keys[0] == "band") keyed_by_band_.insert(name);
    const bool holes = !wanted_.only_nonnegative && dice_.chance(15);
    // Some tables of one coded key are printed as a list of codes and prices.
    const bool one_code_key = keys.size() == 1 && (keys[0] == "band" || keys[0] == "setting");
    const bool as_list = one_code_key && !holes && dice_.chance(40);
    int digits = 1;
    const std::vector<Date> days = version_days();
    std::vector<std::string> blocks;
    for (std::size_t version = 0; version < days.size(); ++version) {
        if (as_list) {
            blocks.push_back("        each: {" + each_cells(keys[0], most_digits, digits) + "}\n");
            continue;
        }
        std::vector<std::string> rows = {""};
        for (const std::string& key : keys) {
            const Groups groups = key_groups(key, !holes);
            std::vector<std::string> longer;
            for (const std::string& row : rows) {
                for (const std::string& pattern : groups.patterns) longer.push_back(row + key + ": " + pattern + ", ");
            }
            rows = longer;
        }
        std::string block = "        rows:\n";
        std::size_t kept = 0;
        for (const std::string& row : rows) {
            if (holes && kept > 0 && dice_.chance(20)) continue;
            ++kept;
            block += "          - {" + row + cell(unit, most_digits, digits) + "}\n";
        }
        blocks.push_back(block);
    }
    std::string yaml = "\n" + unit_line + "    by: [" + joined(keys, ", ") + "]\n";
    if (holes) yaml += "    complete: as_printed\n";
    if (dated_ && !wanted_.only_nonnegative && dice_.chance(12)) yaml += "    dated_by: " + date_fact() + "\n";
    if (unit) {
        const bool computed = std::any_of(blocks.begin(), blocks.end(), [](const std::string& b) { return b.find("is: \"") != std::string::npos; });
        if (computed && dice_.chance(50)) yaml += "    round: " + rounding_text("0.1", "") + "\n";
    }
    put("tables", name, yaml + "    values:\n" + versions(days, blocks, false));
    return {name, digits};
}

Formula PackMaker::money_table(const RateUnit& unit) {
    const std::string name = fresh("rate");
    Formula rate = table_of(name, "    unit: " + unit.text + "\n", &unit, unit.digits);
    if (keyed_by_band_.contains(name) && dice_.chance(25)) {
        if (!has("steps", "band_used")) {
            put("steps", "band_used", "{gives: band, is: \"if " + condition_leaf() + " then 'b1' else band\"}");
        }
        rate.text += "[band: band_used]";
    }
    return rate;
}

Formula PackMaker::ratio_table() { return table_of(fresh("factor"), "    unit: ratio\n", nullptr, 2); }

std::string PackMaker::level_table() {
    if (has("tables", "level")) return "level";
    codes_["level"] = {"l1", "l2", "l3"};
    put("codes", "level_code", "[l1, l2, l3]");
    (void)points();
    const std::vector<Date> days = version_days();
    std::vector<std::string> blocks;
    for (std::size_t k = 0; k < days.size(); ++k) {
        const Groups groups = key_groups("points", false);
        std::string block = "        rows:\n";
        for (const std::string& pattern : groups.patterns) {
            block += "          - {points: " + pattern + ", code: " + dice_.pick(codes_["level"]) + "}\n";
        }
        blocks.push_back(block);
    }
    put("tables", "level", "\n    gives: level_code\n    by: [points]\n    values:\n" + versions(days, blocks, false));
    return "level";
}

}  // namespace bandtariff::generate
