// How the lines of a generated pack are paid: by several parties, in instalments, and settled against each other.
#include "pack_maker.hpp"

namespace bandtariff::generate {

/// A count of days or weeks, and a date to count it from.
std::string PackMaker::window() {
    const bool weeks = dice_.chance(60);
    const std::string name = fresh("figure");
    const std::vector<Date> days = version_days();
    std::vector<std::string> blocks;
    for (std::size_t k = 0; k < days.size(); ++k) {
        const bool fraction = weeks && dice_.chance(10);  // part of a day is no day
        blocks.push_back("amount: " + std::to_string(dice_.between(0, weeks ? 20 : 140)) + (fraction ? ".5" : ""));
    }
    put("figures", name, std::string("\n    unit: ") + (weeks ? "week" : "day") + "\n    values:\n" + versions(days, blocks, true));
    const std::string since = span_kind_ == "between" && dice_.chance(50) ? "start" : date_fact();
    return ", first: " + name + ", since: " + since;
}

/// The parties that pay a line in the place of `payer`; one of them, anywhere among them, takes the rest.
std::string PackMaker::payers(const RateUnit& unit, bool with_window) {
    if (!has("codes", "party")) put("codes", "party", "[provider, council, health]");
    std::vector<std::string> parties = {"provider", "council", "health"};
    dice_.shuffle(parties);
    parties.resize(2 + dice_.below(2));
    const std::size_t takes_rest = dice_.below(parties.size());
    std::string yaml = "    payee: provider\n    payers:\n";
    for (std::size_t k = 0; k < parties.size(); ++k) {
        yaml += "      - {party: " + parties[k];
        if (k == takes_rest) {
            yaml += ", rest: true}\n";
            continue;
        }
        if (dice_.chance(50)) {
            // Two whole shares would be more than the line, which is an outcome to see now and then.
            const std::string share = dice_.chance(30) ? "1" : dice_.chance(80) ? half_or_less() : ratio(0).text;
            yaml += ", share: \"" + (dice_.chance(50) ? share : "min(1, " + share + ")") + "\"";
        } else {
            yaml += ", up_to: " + figure(unit.text, 4).text;
        }
        if (with_window && dice_.chance(60)) yaml += window();
        static const std::vector<std::string> quanta = {"0.01", "1"};
        if (dice_.chance(40)) yaml += ", round: " + mirrored_rounding(dice_.pick(quanta), "");
        yaml += "}\n";
    }
    return yaml;
}

std::string PackMaker::half_or_less() {
    const std::string name = fresh("figure");
    static const std::vector<std::string> shares = {"1/2", "1/3", "0", "0.125", "2.5%", "3/7"};
    const std::vector<Date> days = version_days();
    std::vector<std::string> blocks;
    for (std::size_t k = 0; k < days.size(); ++k) blocks.push_back("amount: " + dice_.pick(shares));
    put("figures", name, "\n    unit: ratio\n    values:\n" + versions(days, blocks, true));
    return name;
}

std::string PackMaker::paid_in() {
    static const std::vector<std::string> months = {"april",   "may",      "june",     "july",    "august",   "september",
                                                    "october", "november", "december", "january", "february", "march"};
    static const std::vector<std::pair<std::string, std::vector<std::string>>> schedules = {
        {"{autumn: 4/12, spring: 3/12, summer: 5/12}", {"autumn", "spring", "summer"}},
        {"{one: 1/3, two: 1/3, three: 1/3}", {"one", "two", "three"}},
        {"{first: 0.135, second: 0.865}", {"first", "second"}},
        {"{all: 1}", {"all"}},
        {"{equal_months: financial_year}", months}};
    static const std::vector<std::string> quanta = {"0.01", "0.01", "0.05", "1", "10"};
    const auto& [parts, names] = dice_.pick(schedules);
    const std::string residue = dice_.chance(35) ? "cumulative" : dice_.chance(60) ? names.back() : dice_.pick(names);
    const std::string left_out = names.size() == 12 && dice_.chance(50) ? ", not_reached: left_out" : "";
    return "    paid_in: {parts: " + parts + ", round: " + mirrored_rounding(dice_.pick(quanta), "") + ", residue: " + residue + left_out + "}\n";
}

std::string PackMaker::mirrored_rounding(const std::string& quantum, const std::string& of) {
    const bool lopsided_too = !wanted_.only_symmetric;
    wanted_.only_symmetric = true;
    const std::string text = rounding_text(quantum, of);
    wanted_.only_symmetric = !lopsided_too;
    return text;
}

/// A line that is priced from what others pay: a fee, a floor, what is still due.
void PackMaker::add_settlement(std::size_t number, const std::vector<std::string>& lines) {
    const std::string one = "line." + dice_.pick(lines), other = "line." + dice_.pick(lines);
    std::string amount;
    switch (dice_.below(4)) {
        case 0: amount = half_or_less() + " * " + one; break;
        case 1: amount = "max(0, " + figure("GBP per pupil", 4).text + " - " + one + ")"; break;
        case 2: amount = one + " + " + other; break;
        default: amount = one + " - " + fee({"GBP per pupil", "sum", 6});
    }
    std::string yaml = "\n    element: none\n    amount: \"" + amount + "\"\n";
    if (dice_.chance(30)) yaml += "    when: \"" + condition(0) + "\"\n";
    if (dice_.chance(80)) yaml += "    may_be_negative: true\n";
    if (dice_.chance(30)) yaml += "    separable: true\n";
    if (dice_.chance(20)) yaml += "    flow: notional\n";
    if (two_kinds_) yaml += "    record: placement\n";
    yaml += dice_.chance(30) ? payers({"GBP per pupil", "sum", 6}, false) : parties();
    if (dice_.chance(20)) yaml += paid_in();
    put("lines", "line_" + std::to_string(number), yaml + "    round: " + mirrored_rounding("0.01", "whole") + "\n");
}

}  // namespace bandtariff::generate
