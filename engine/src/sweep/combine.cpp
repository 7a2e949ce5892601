// Values to scenarios: every combination of them, and a range to its values. Entry points: combine, values_of.
#include <algorithm>

#include "bandtariff/sweep.hpp"

namespace bandtariff {

std::vector<Scenario> combine(const Variations& figures, const Variations& choices) {
    std::vector<Scenario> scenarios(1);
    const auto vary = [&](const auto& what, std::map<std::string, std::string> Scenario::*where) {
        for (const auto& [name, values] : what) {
            std::vector<Scenario> more;
            for (const Scenario& scenario : scenarios) {
                for (const std::string& value : values) {
                    more.push_back(scenario);
                    (more.back().*where)[name] = value;
                    more.back().name += (scenario.name.empty() ? "" : ", ") + name + "=" + value;
                }
            }
            scenarios = std::move(more);
        }
    };
    vary(figures, &Scenario::figures);
    vary(choices, &Scenario::choices);
    return scenarios;
}

Checked<std::vector<std::string>> values_of(std::string_view text) {
    constexpr int most = 100'000;
    std::vector<std::string> values;
    const auto cut = [&](char at) {
        std::vector<std::string> parts;
        std::string_view rest = text;
        for (std::size_t end = rest.find(at); end != std::string_view::npos; end = rest.find(at)) {
            parts.emplace_back(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
        parts.emplace_back(rest);
        return parts;
    };
    if (text.find(':') == std::string_view::npos) return cut(',');
    Report report;
    const auto refuse = [&](const std::string& why) {
        report.error("range-malformed", {}, "'" + std::string(text) + "' " + why, "FROM:TO:STEP, such as 5000:7000:500");
        return report.sorted();
    };
    const std::vector<std::string> ends = cut(':');
    if (ends.size() != 3) return refuse("is no range");
    const std::optional<Rate> from = Rate::parse(ends[0]), to = Rate::parse(ends[1]), step = Rate::parse(ends[2]);
    if (!from || !to || !step) return refuse("is a range of something that is no plain number");
    if (step->value() <= 0 || to->value() < from->value()) return refuse("does not go up");
    const Rational steps = (to->value() - from->value()) / step->value();
    if (denominator(steps) != 1) return refuse("does not reach its end in whole steps");
    if (steps >= most) return refuse("has more than " + std::to_string(most) + " values");
    const int last = numerator(steps).convert_to<int>();
    for (int k = 0; k <= last; ++k) values.push_back(to_string(Rational(from->value() + k * step->value())));
    return values;
}

}  // namespace bandtariff
