// Sweeps as a caller sees them: combinations and ranges, cells of tables, who gains and loses, and what is refused.
#include "bandtariff/sweep.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "unit/written_pack.hpp"

using namespace bandtariff;

namespace {

const std::string bands = BANDTARIFF_SOURCE_DIR "/tests/cli/data/bands";

/// Rows of band, setting and days; attendance always 1, and no fee.
struct Rows {
    std::vector<std::uint8_t> band, setting;
    std::vector<std::int32_t> start, last_day;
    void add(std::size_t b, std::size_t s, std::size_t times = 1) {
        for (; times > 0; --times) {
            band.push_back(static_cast<std::uint8_t>(b));
            setting.push_back(static_cast<std::uint8_t>(s));
            start.push_back(day_number(make_date(2026, 4, 1)));
            last_day.push_back(day_number(make_date(2027, 3, 31)));
        }
    }
    [[nodiscard]] PlacementTable table(const Tariff& tariff) const {
        PlacementTable table(tariff, RecordId(0), band.size());
        table.set(tariff->fact("band").value(), std::span<const std::uint8_t>(band));
        table.set(tariff->fact("setting").value(), std::span<const std::uint8_t>(setting));
        table.set(tariff->fact("start").value(), std::span<const std::int32_t>(start));
        table.set(tariff->fact("last_day").value(), std::span<const std::int32_t>(last_day));
        table.without(tariff->fact("attendance").value());
        table.without(tariff->fact("agreed_fee").value());
        return table;
    }
};

std::vector<std::string> names(const std::vector<Scenario>& scenarios) {
    std::vector<std::string> result;
    for (const Scenario& scenario : scenarios) result.push_back(scenario.name);
    return result;
}

std::string codes(const std::vector<Diagnostic>& diagnostics) {
    std::string all;
    for (const Diagnostic& diagnostic : diagnostics) all += (all.empty() ? "" : " ") + diagnostic.code;
    return all;
}

}  // namespace

TEST_CASE("every combination of values is a scenario, the last varying fastest") {
    CHECK(names(combine({{"a", {"1", "2"}}, {"b", {"3", "4"}}}, {{"c", {"x"}}})) ==
          std::vector<std::string>{"a=1, b=3, c=x", "a=1, b=4, c=x", "a=2, b=3, c=x", "a=2, b=4, c=x"});
    CHECK(names(combine({}, {})) == std::vector<std::string>{""});
    CHECK(combine({{"a", {}}}, {}).empty());
}

TEST_CASE("a range is its values, and what is no range is refused") {
    struct Row {
        const char* name;
        const char* text;
        std::vector<std::string> values;  ///< none: refused
    };
    const std::vector<Row> rows = {
        {"whole steps", "5000:6000:500", {"5000", "5500", "6000"}},
        {"one value", "5:5:1", {"5"}},
        {"exact decimal steps, which no binary fraction could take", "0.1:0.4:0.1", {"0.1", "0.2", "0.3", "0.4"}},
        {"a list", "5000,7000", {"5000", "7000"}},
        {"a value", "home", {"home"}},
        {"below nothing", "-1:1:1", {"-1", "0", "1"}},
        {"an end that no step reaches", "0:1:0.3", {}},
        {"downwards", "2:1:1", {}},
        {"a step of nothing", "1:2:0", {}},
        {"no numbers", "a:b:c", {}},
        {"too many parts", "1:2:3:4", {}},
        {"too many values", "0:100000:1", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Checked<std::vector<std::string>> read = values_of(row.text);
        CHECK(read.ok() == !row.values.empty());
        if (read.ok()) CHECK(read.value() == row.values);
        else CHECK(codes(read.diagnostics()) == "range-malformed");
    }
}

TEST_CASE("a scenario says who gains and loses, by how much, and who is priced one way only") {
    const Plan plan = compile(load_tariff(bands).value());
    Rows rows;
    rows.add(1, 0, 3);  // B2 mainstream: 9150 less the threshold
    rows.add(0, 0, 2);  // B1 mainstream: 5000 less the threshold
    rows.add(1, 1, 4);  // B2 special, which has no threshold taken off: see the pack
    rows.add(0, 1, 1);  // not offered
    const std::vector<std::uint32_t> group = {0, 0, 0, 1, 1, 1, 1, 1, 1, 1};
    const SweepResult swept = plan.sweep(rows.table(plan.tariff()), combine({{"threshold", {"4000", "6000"}}}, {}), {.threads = 1, .group = group}).value();
    CHECK(swept.profiles == 4);
    REQUIRE(swept.scenarios.size() == 2);
    const ScenarioSums& lower = swept.scenarios[0].all;
    CHECK(lower.rows == 10);
    CHECK(lower.priced == 9);
    CHECK(lower.priced_one_way == 0);
    CHECK(lower.losing == 0);
    CHECK(lower.gained == lower.total - swept.as_it_stands.all.total);
    CHECK(swept.scenarios[0].groups.size() == 2);
    CHECK(swept.scenarios[0].groups[0].gained == Money::from_pence(3 * 200000));  // 9150 less 4000, not 6000
    CHECK(swept.scenarios[0].groups[0].gaining == 3);
    CHECK(swept.scenarios[1].all == swept.as_it_stands.all);  // the figure that it has
}

TEST_CASE("codes that only tell which release takes a record are told apart") {
    const Plan plan = compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/packs/series/by_plan/new_primary").value());
    const TariffContents& tariff = *plan.tariff();
    const std::vector<std::uint8_t> phase = {0, 1, 0, 1, 1};  // taken: primary alone
    const std::vector<std::int32_t> issued(5, day_number(make_date(2026, 1, 1))), start(5, day_number(make_date(2026, 4, 1))), last(5, day_number(make_date(2027, 3, 31)));
    PlacementTable table(plan.tariff(), RecordId(0), 5);
    table.set(tariff.fact("phase").value(), std::span(phase));
    table.set(tariff.fact("plan_issued").value(), std::span(issued));
    table.set(tariff.fact("start").value(), std::span(start));
    table.set(tariff.fact("last_day").value(), std::span(last));
    const SweepResult swept = plan.sweep(table, combine({{"rate", {"5000"}}}, {}), {}).value();
    CHECK(swept.as_it_stands.all.priced == 2);
    CHECK(swept.scenarios[0].all.priced == 2);
    CHECK(swept.scenarios[0].all.total == Money::from_pence(2 * 500000));
}

TEST_CASE("a line that is priced only in the scenario is, where the record goes without it as the pack stands") {
    const Plan plan = tests::plan_of_made_up(R"(
applies: {undated: made-up sums hold always}
codes:
  party: [council, school]
figures:
  base: {unit: GBP per pupil, values: [{amount: 100, source: model}]}
  fee:  {unit: GBP per pupil, values: [{outcome: no_value, source: model}]}
facts:
  hours: {kind: number, unit: hour, decimals: 0, min: 0, max: 10}
roundings:
  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}
line_defaults: {payee: school, payer: council, round: penny, element: 3, over: once}
lines:
  paid:  {amount: base}
  extra: {amount: fee, separable: true}
)");
    const std::vector<std::uint8_t> hours = {3, 4};
    PlacementTable table(plan.tariff(), RecordId(0), 2);
    table.set(plan.tariff()->fact("hours").value(), std::span(hours));
    const SweepResult swept = plan.sweep(table, combine({{"fee", {"25"}}}, {}), {}).value();
    CHECK(swept.as_it_stands.all.total == Money::from_pence(2 * 10000));
    CHECK(swept.scenarios[0].all.total == Money::from_pence(2 * 12500));
}

TEST_CASE("many profiles, whose days cross changes of price and who may be refused, come to what each scenario's own pack comes to") {
    const Plan plan = tests::plan_of_made_up(R"(
applies: {from: 2026-04-01, last_day: 2028-03-31}
span: {from: start, last_day: last_day}
codes:
  party: [council, school]
  setting: [mainstream, special]
facts:
  hours: {kind: number, unit: hour per week, decimals: 1, min: 0, max: 40}
  setting: {kind: code, of: setting}
  start: {kind: date}
  last_day: {kind: date}
choices:
  grant_is: {is: paid, of: [paid, left_out], source: model}
outcomes:
  too_many_hours: {class: not_priced, say: more hours than are priced, source: model}
  met_by_school: {class: nothing_payable, say: the school meets it, source: model}
  grant_not_agreed: {class: not_priced, say: no such grant is agreed, source: model}
figures:
  most_hours: {unit: hour per week, values: [{from: 2026-04-01, amount: 35, source: model}]}
  school_meets: {unit: hour per week, values: [{from: 2026-04-01, amount: 11, source: model}]}
  weeks: {unit: week per year, values: [{from: 2026-04-01, amount: 39, source: model}]}
  grant: {unit: GBP per pupil per year, values: [{from: 2026-04-01, amount: 55.55, source: model}]}
  most_grant: {unit: GBP per pupil per year, values: [{from: 2026-04-01, amount: 60, source: model}]}
tables:
  rate:
    unit: GBP per hour
    by: [setting]
    values:
      - {from: 2026-04-01, source: model, rows: [{setting: mainstream, amount: 12.34}, {setting: special, amount: 15}]}
      - {from: 2026-09-01, source: model, rows: [{setting: mainstream, amount: 13.21}, {setting: special, amount: 15.07}]}
      - {from: 2027-09-01, source: model, rows: [{setting: mainstream, amount: 14}, {setting: special, amount: 16.45}]}
refuse: {too_many_hours: "hours > most_hours"}
time_bases:
  by_days: {count: days, of: financial_year, source: model}
roundings:
  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}
line_defaults: {payer: council, payee: school, over: by_days, round: penny, element: 3}
lines:
  support:
    not_payable: {met_by_school: "hours <= school_meets"}
    amount: "max(0, hours - school_meets) * weeks * rate"
  grant: {amount: {grant_is: {paid: grant, left_out: "0"}}, refuse: {grant_not_agreed: "grant > most_grant"}}
)");
    constexpr std::size_t rows = 9'000;  // five blocks of profiles
    std::mt19937_64 dice(20261125);
    std::vector<std::uint16_t> hours;
    std::vector<std::uint8_t> setting;
    std::vector<std::int32_t> start, last_day;
    std::vector<std::uint32_t> group;
    const std::int32_t first = day_number(make_date(2026, 4, 1)), last = day_number(make_date(2028, 3, 31));
    for (std::size_t k = 0; k < rows; ++k) {
        hours.push_back(static_cast<std::uint16_t>(dice() % 402));  // the last of them is out of range
        setting.push_back(static_cast<std::uint8_t>(dice() % 2));
        start.push_back(first + static_cast<std::int32_t>(dice() % 500));
        last_day.push_back(std::min(last, start.back() + static_cast<std::int32_t>(dice() % 700)));
        group.push_back(static_cast<std::uint32_t>(dice() % 7));
    }
    const auto table_of = [&](const Plan& of) {
        const TariffContents& tariff = *of.tariff();
        PlacementTable table(of.tariff(), RecordId(0), rows);
        table.set(tariff.fact("hours").value(), std::span<const std::uint16_t>(hours));
        table.set(tariff.fact("setting").value(), std::span<const std::uint8_t>(setting));
        table.set(tariff.fact("start").value(), std::span<const std::int32_t>(start));
        table.set(tariff.fact("last_day").value(), std::span<const std::int32_t>(last_day));
        return table;
    };
    struct Row {
        const char* name;
        const char* figure;
        std::vector<std::string> values;
        bool chooses = false;  ///< what is chosen anyway: then every record is priced in every scenario
    };
    const std::vector<Row> sweeps = {
        {"what some are refused by", "most_hours", {"20", "35", "40"}},
        {"what stands between nothing and money", "school_meets", {"0", "11", "12.5", "39.9"}},
        {"what one line alone reads", "grant", {"55.55", "100", "0"}},
        {"what every price is multiplied by", "weeks", {"38", "39"}},
        {"what stops a line in one of them, beside records that are stopped anyway", "grant", {"100", "55.55"}, true},
    };
    for (const Row& row : sweeps) {
        for (const unsigned threads : {1U, 3U}) {
            CAPTURE(row.name);
            CAPTURE(threads);
            const Variations choices = row.chooses ? Variations{{"grant_is", {"paid"}}} : Variations{};
            const SweepResult swept = plan.sweep(table_of(plan), combine({{row.figure, row.values}}, choices), {.threads = threads, .group = group, .rows = true}).value();
            CHECK(swept.profiles > 4 * 2048);
            for (std::size_t k = 0; k < row.values.size(); ++k) {
                const Plan own = compile(plan.tariff().set_figure(row.figure, row.values[k]).value());
                std::vector<std::int64_t> total(rows), support(rows), grant(rows);
                std::vector<std::uint16_t> outcome(rows);
                own.price(table_of(own), {total, outcome, {{LineId(0), support, {}, {}, {}, {}}, {LineId(1), grant, {}, {}, {}, {}}}});
                const ScenarioResult& found = swept.scenarios[k];
                CHECK(found.total_pence == total);
                CHECK(found.outcome == outcome);
                CHECK(found.all.total.pence() == std::accumulate(total.begin(), total.end(), std::int64_t{0}));
                CHECK(found.lines[0].pence() == std::accumulate(support.begin(), support.end(), std::int64_t{0}));
                CHECK(found.lines[1].pence() == std::accumulate(grant.begin(), grant.end(), std::int64_t{0}));
                Money by_group, gained;
                for (const ScenarioSums& sums : found.groups) by_group = by_group + sums.total, gained = gained + sums.gained;
                CHECK(by_group == found.all.total);
                CHECK(gained == found.all.gained);
            }
        }
    }
}

TEST_CASE("a cell set in a scenario is the pack with that cell, and no other cell changes") {
    std::ostringstream text;
    text << std::ifstream(bands + "/pack.yaml").rdbuf();
    std::string edited = text.str();
    const std::string before = "special: 14000.50";
    REQUIRE(edited.find(before) != std::string::npos);
    edited.replace(edited.find(before), before.size(), "special: 15250.25");
    const auto folder = std::filesystem::temp_directory_path() / ("bandtariff_sweep_test_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "pack.yaml") << edited;
    const Plan plan = compile(load_tariff(bands).value()), other = compile(load_tariff(folder).value());
    std::filesystem::remove_all(folder);

    Rows rows;
    for (std::size_t band = 0; band < 2; ++band)
        for (std::size_t setting = 0; setting < 3; ++setting) rows.add(band, setting);
    Scenario scenario;
    scenario.name = "dearer";
    scenario.cells.push_back({"price", {"B2", "special"}, "15250.25"});
    Scenario two = scenario;
    two.cells.push_back({"price", {"B1", "special"}, "1"});
    const SweepResult swept = plan.sweep(rows.table(plan.tariff()), {scenario, two, scenario}, {.rows = true}).value();
    std::vector<std::int64_t> total(rows.band.size());
    std::vector<std::uint16_t> outcome(rows.band.size());
    other.price(rows.table(other.tariff()), {total, outcome, {}});
    for (const std::size_t k : {0U, 2U}) {
        CHECK(swept.scenarios[k].total_pence == total);
        CHECK(swept.scenarios[k].outcome == outcome);
    }
    CHECK(swept.as_it_stands.total_pence != total);
    CHECK(swept.scenarios[0].all.gaining == 1);
    CHECK(swept.scenarios[1].all.priced_one_way == 1);  // B1 special, which is not offered as it stands
}

TEST_CASE("what a scenario cannot set is reported once, with what it could be") {
    const Plan plan = compile(load_tariff(bands).value());
    Rows rows;
    rows.add(1, 0);
    struct Row {
        const char* name;
        Scenario scenario;
        const char* code;
    };
    const std::vector<Row> cases = {
        {"no figure", {"", {}, {{"treshold", "1"}}, {}}, "figure-unknown"},
        {"a value that is none", {"", {}, {{"threshold", "much"}}, {}}, "number-malformed"},
        {"no choice", {"", {{"grows", "stays"}}, {}, {}}, "choice-unknown"},
        {"no alternative", {"", {{"threshold_grows", "shrinks"}}, {}, {}}, "alternative-unknown"},
        {"no table", {"", {}, {}, {{"prices", {"B1", "special"}, "1"}}}, "change-unknown"},
        {"a figure is no table", {"", {}, {}, {{"threshold", {}, "1"}}}, "change-unknown"},
        {"too few keys", {"", {}, {}, {{"price", {"B1"}, "1"}}}, "key-missing"},
        {"a code that is not in its list", {"", {}, {}, {{"price", {"B9", "special"}, "1"}}}, "code-unknown"},
    };
    for (const Row& row : cases) {
        CAPTURE(row.name);
        const Checked<SweepResult> swept = plan.sweep(rows.table(plan.tariff()), {row.scenario, row.scenario}, {});
        REQUIRE(!swept.ok());
        CHECK(codes(swept.diagnostics()) == row.code);
    }
}

TEST_CASE("the caller's mistakes throw") {
    const Plan plan = compile(load_tariff(bands).value());
    Rows rows;
    rows.add(1, 0, 3);
    const std::vector<std::uint32_t> group(2);
    CHECK_THROWS_AS((void)plan.sweep(rows.table(plan.tariff()), {}, {.group = group}), std::invalid_argument);
    PlacementTable bare(plan.tariff(), RecordId(0), 3);
    CHECK_THROWS_AS((void)plan.sweep(bare, {}, {}), std::invalid_argument);
    CHECK(plan.sweep(rows.table(plan.tariff()), {}, {}).value().as_it_stands.all.rows == 3);
    CHECK_THROWS_AS((void)rows.table(plan.tariff()).slice(1, 3), std::out_of_range);
}
