// What a generated formula may say: sums, products, choices and conditions over what the workshop declares.
#include "pack_maker.hpp"

namespace bandtariff::generate {

namespace {

std::string bracketed(const Formula& formula) { return "(" + formula.text + ")"; }
std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

Formula PackMaker::money_leaf(const RateUnit& unit) {
    switch (dice_.below(5)) {
        case 0: return figure(unit.text, unit.digits);
        case 1: return {fee(unit), 6};
        default: return money_table(unit);
    }
}

Formula PackMaker::money(const RateUnit& unit, unsigned depth) {
    if (depth == 0) return money_leaf(unit);
    const auto less = [&] { return money(unit, depth - 1); };
    const auto larger = [](const Formula& a, const Formula& b) { return a.digits > b.digits ? a.digits : b.digits; };
    for (;;) {
        switch (dice_.below(14)) {
            case 0:
            case 1:
            case 2: {
                const Formula a = less();
                const Formula b = ratio(depth - 1);
                if (a.digits + b.digits > unit.digits) return {bracketed(a) + " * min(1, " + b.text + ")", a.digits};
                return {bracketed(a) + " * " + bracketed(b), a.digits + b.digits};
            }
            case 3: {
                const Formula a = less(), b = less();
                return {a.text + " + " + bracketed(b), larger(a, b) + 1};
            }
            case 4: {
                if (wanted_.only_nonnegative) continue;
                const Formula a = less(), b = less();
                return {"max(0, " + a.text + " - " + bracketed(b) + ")", larger(a, b) + 1};
            }
            case 5: {
                const Formula a = less(), b = less();
                return {"min(" + a.text + ", " + b.text + ")", larger(a, b)};
            }
            case 6: {
                const Formula a = less(), b = less();
                const std::string test = condition(depth - 1);
                return {"(if " + test + " then " + a.text + " else " + b.text + ")", larger(a, b)};
            }
            case 7: {
                const Formula a = less();
                return {bracketed(a) + " / " + figure("ratio", 3, true).text, a.digits + 1};
            }
            case 8: {
                const Formula a = less();
                const std::string name = extra(unit);
                return {"(" + name + " otherwise " + bracketed(a) + ")", larger(a, {"", 6})};
            }
            case 9: {
                const std::string name = extra(unit);
                const Formula a = less();
                return {"(if given(" + name + ") then " + name + " else " + a.text + ")", larger(a, {"", 6})};
            }
            case 10: {
                if (wanted_.only_nonnegative) continue;
                const Formula a = less(), b = less();
                return {bracketed(a) + " - " + bracketed(b), larger(a, b) + 1};
            }
            case 11: {
                const std::string per_hour = unit.suffix == "sum" ? "GBP per hour" : "GBP per hour per " + unit.suffix;
                const std::string worked = hours();
                return {figure(per_hour, 3).text + " * " + worked, 6};
            }
            case 12: {
                const Formula a = less(), b = less();
                const std::string low = figure(unit.text, 3).text;
                return {"clamp(" + a.text + ", " + low + ", max(" + low + ", " + b.text + "))", larger(a, b) + 1};
            }
            default: return money_step(unit, depth - 1);
        }
    }
}

Formula PackMaker::ratio(unsigned depth) {
    switch (dice_.below(depth == 0 ? 5 : 8)) {
        case 0:
            if (!has("facts", "attendance")) {
                // With so many decimals that amounts pass 53 bits, and some that every lane of whole numbers.
                static const std::vector<std::string> decimals = {"3", "3", "9", "12"};
                put("facts", "attendance", "{kind: number, unit: ratio, decimals: " + dice_.pick(decimals) + ", min: 0, max: 1, default: 1, source: made}");
            }
            return {"attendance", 1};
        case 1: return figure("ratio", 3);
        case 2: return {"1", 1};
        case 3:
        case 4: return ratio_table();
        case 5: {
            const Formula a = ratio(depth - 1), b = ratio(depth - 1);
            return {"min(" + a.text + ", " + b.text + ")", a.digits > b.digits ? a.digits : b.digits};
        }
        case 6: {
            const std::string name = fresh("ratio_step");
            const Formula a = ratio(depth - 1);
            static const std::vector<std::string> quanta = {"0.01", "0.001", "1/37", "1", "0.25"};
            put("steps", name, "{unit: ratio, is: " + quoted(a.text) + ", round: " + rounding_text(dice_.pick(quanta), "") + "}");
            return {name, a.digits + 1};
        }
        default: {
            if (wanted_.only_nonnegative) return figure("ratio", 3);
            static const std::vector<std::pair<std::string, std::string>> measures = {
                {"days", "day"}, {"complete_weeks", "week"}, {"complete_months", "month"}};
            const auto& [function, unit] = dice_.pick(measures);
            const std::string dates = span_kind_ == "between" && dice_.chance(50) ? "start, last_day" : "'2026-01-31', " + date_fact();
            return {function + "(" + dates + ") / " + figure(unit, 2, true).text, 5};
        }
    }
}

// The order of operands of + is the compiler's, so everything that throws dice is named before it is joined.
std::string PackMaker::condition_leaf() {
    const auto a_code = [&](const std::string& fact) { return "'" + dice_.pick(codes_[fact]) + "'"; };
    switch (dice_.below(8)) {
        case 0: {
            const std::string band = code_fact("band", 4, true);
            return band + " = " + a_code(band);
        }
        case 1: {
            const std::string setting = code_fact("setting", 3, false);
            return setting + " <> " + a_code(setting);
        }
        case 2: return flag();
        case 3: {
            const std::string score = points();
            return score + " >= " + figure("point", 1).text;
        }
        case 4: {
            const std::string setting = code_fact("setting", 3, false);
            return setting + " in ['s1', '" + codes_[setting][1 + dice_.below(2)] + "']";
        }
        case 5: {
            const std::string band = code_fact("band", 4, true);
            return band + " < " + a_code(band);
        }
        case 6: return hours() + " > 0";
        default:
            return wanted_.only_nonnegative ? flag() : date_fact() + " <= '" + to_string(applies_.from() + std::chrono::days(200)) + "'";
    }
}

std::string PackMaker::condition(unsigned depth) {
    if (depth == 0) return condition_leaf();
    const std::string one = condition(depth - 1);
    switch (dice_.below(5)) {
        case 0: return "(" + one + " and " + condition(depth - 1) + ")";
        case 1: return "(" + one + " or " + condition(depth - 1) + ")";
        case 2: return "(not " + one + ")";
        default: return one;
    }
}

std::string PackMaker::by_choice(const Formula& one, const Formula& other) {
    const std::string name = fresh("choice");
    put("choices", name, std::string("{is: ") + (dice_.chance(50) ? "first" : "second") + ", of: [first, second], source: made}");
    return "{" + name + ": {first: " + quoted(one.text) + ", second: " + quoted(other.text) + "}}";
}

Formula PackMaker::money_step(const RateUnit& unit, unsigned depth) {
    const std::string name = fresh("step");
    const Formula a = money(unit, depth);
    std::string yaml = "{unit: " + unit.text + ", is: ";
    int digits = a.digits;
    if (dice_.chance(30)) {
        const Formula b = money(unit, 0);
        yaml += by_choice(a, b);
        digits = b.digits > digits ? b.digits : digits;
    } else {
        yaml += quoted(a.text);
    }
    if (dice_.chance(60)) {
        static const std::vector<std::string> quanta = {"0.01", "0.001", "1", "10", "0.05", "2/3"};
        yaml += ", round: " + rounding_text(dice_.pick(quanta), "");
    }
    if (dice_.chance(20)) {
        put("facts", name + "_agreed",
            "{kind: number, unit: " + unit.text + ", decimals: 2, min: 0, max: 90000, optional: true}");
        put("facts", name + "_reason", "{kind: text, optional: true}");
        yaml += ", replaced_by: {fact: " + name + "_agreed, reason: " + name + "_reason}";
        digits = digits > 6 ? digits : 6;
    }
    put("steps", name, yaml + "}");
    return {name, digits + 1};
}

}  // namespace bandtariff::generate
