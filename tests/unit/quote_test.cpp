// Quote: lines that fold to the total, the reasons where there is none, and the text a head of finance reads.
#include "bandtariff/quote.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bandtariff/plan.hpp"

using namespace bandtariff;

namespace {

Quote price(const std::vector<std::pair<std::string, std::string>>& facts) {
    static const Plan plan = compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/packs/good/small_bands").value());
    Placement record = placement(plan.tariff());
    for (const auto& [fact, value] : facts) record.with(fact, value);
    return plan.price(record);
}

Quote half_year() {
    return price({{"band", "B2"}, {"setting", "mainstream"}, {"start", "2026-07-01"}, {"last_day", "2026-12-31"}, {"attendance", "0.5"}});
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const QuoteStep* step_named(const Quote& quote, const std::string& name) {
    const auto place = std::find_if(quote.steps.begin(), quote.steps.end(), [&](const QuoteStep& step) { return step.name == name; });
    return place == quote.steps.end() ? nullptr : &*place;
}

}  // namespace

TEST_CASE("paid lines fold to the total and to the payers' sums, and notional lines do not") {
    const Quote quote = price({{"band", "B2"}, {"setting", "special"}, {"start", "2026-04-01"}, {"last_day", "2026-08-31"}, {"nursing", "yes"}});
    Money paid;
    for (const QuoteLine& line : quote.lines)
        if (line.flow == Flow::paid) paid = paid + line.payable;
    CHECK(quote.outcome == "priced");
    CHECK(quote.total == paid);
    REQUIRE(quote.payers.size() == 2);
    CHECK(quote.payers[0].first == "commissioning_authority");
    CHECK(quote.payers[1].first == "health");
    CHECK(quote.payers[0].second + quote.payers[1].second == quote.total);
    CHECK(to_string(quote.payers[1].second) == "503.01");
    const Quote mainstream = half_year();
    REQUIRE(mainstream.line("school_share") != nullptr);
    CHECK(mainstream.line("school_share")->flow == Flow::notional);
    CHECK(mainstream.total == mainstream.line("top_up")->payable);
}

TEST_CASE("a line keeps its parts, its exact value, its rounding and the residue between") {
    const Quote quote = half_year();
    const QuoteLine* line = quote.line("top_up");
    REQUIRE(line != nullptr);
    REQUIRE(line->parts.size() == 2);
    // 5,937 - 3,000 for 62 days, then 6,000 - 3,000 for 122, of 365.
    CHECK(line->parts[0].amount == 2937);
    CHECK(line->parts[0].weight == Rational(62, 365));
    CHECK(line->parts[1].amount == 3000);
    CHECK(line->exact.pounds() == Rational(2937 * 62 + 3000 * 122, 365));
    CHECK(to_string(line->payable) == "1501.63");
    CHECK(line->residue == ExactMoney(line->payable).pounds() - line->exact.pounds());
    CHECK(line->formula == "if setting = 'mainstream' then max(0, part_time - own_share * attendance) else part_time");
    CHECK(says(line->parts[0].with_values, "max(0, 5937 - 6000 * 0.5)"));
    CHECK(says(line->parts[0].with_values, "else part_time"));
}

TEST_CASE("a value that changes is one step for each run of its days") {
    const Quote quote = half_year();
    std::vector<QuoteStep> prices;
    for (const QuoteStep& step : quote.steps)
        if (step.name == "price") prices.push_back(step);
    REQUIRE(prices.size() == 2);
    CHECK(prices[0].value == "11874");
    CHECK(prices[0].days == DateRange::both_ends(make_date(2026, 7, 1), make_date(2026, 8, 31)));
    CHECK(prices[1].value == "12000");
    CHECK(prices[1].days == DateRange::both_ends(make_date(2026, 9, 1), make_date(2026, 12, 31)));
    const QuoteStep* threshold = step_named(quote, "threshold");
    REQUIRE(threshold != nullptr);
    CHECK_FALSE(threshold->days.has_value());
    CHECK(threshold->citation.at == "page 3");
}

TEST_CASE("a rounded step keeps what it was before") {
    const Quote quote = price({{"band", "B2"}, {"setting", "special"}, {"start", "2026-04-01"}, {"last_day", "2026-04-01"}, {"attendance", "0.333"}});
    const QuoteStep* step = step_named(quote, "part_time");
    REQUIRE(step != nullptr);
    CHECK(step->formula == "price * attendance");
    CHECK(step->with_values == "15300 * 0.333");
    CHECK(step->exact == "5094.9");
    CHECK(step->value == "5095");
    CHECK(step->rounding == "pound: nearest 1, ties to even");
}

TEST_CASE("steps come after what they read") {
    const Quote quote = half_year();
    const auto place = [&](const std::string& name) {
        return std::find_if(quote.steps.begin(), quote.steps.end(), [&](const QuoteStep& step) { return step.name == name; });
    };
    CHECK(place("band") < place("awarded_band"));
    CHECK(place("awarded_band") < place("price"));
    CHECK(place("price") < place("part_time"));
    CHECK(place("part_time") != quote.steps.end());
}

TEST_CASE("an override shows what it replaced and why") {
    const Quote quote = price({{"band", "B2"}, {"setting", "special"}, {"panel_band", "B3"}, {"panel_reason", "panel of May"}, {"start", "2026-04-01"}, {"last_day", "2026-04-01"}});
    const QuoteStep* step = step_named(quote, "awarded_band");
    REQUIRE(step != nullptr);
    CHECK(step->value == "B3");
    CHECK(step->with_values == "replaced by panel_band; the formula gives B2; reason: panel of May");
    CHECK(quote.facts_unread.empty());
}

TEST_CASE("a reason names the fact, the cell or the day it is about, and lists the others") {
    struct Row {
        const char* name;
        std::vector<std::pair<std::string, std::string>> facts;
        const char* say;
        std::vector<std::string> also;
    };
    const std::vector<Row> rows = {
        {"every badly stated fact",
         {{"band", "B33"}, {"attendance", "1.5"}},
         "a fact is stated with a value that the pack does not allow: attendance '1.5' is above 1: the pack allows 0 to 1 (ratio)",
         {"code_unknown: a fact is stated with a code that is not in its list: band 'B33' is not in the list: did you mean B3? (B1, B2, B3)"}},
        {"both missing days", {{"band", "B2"}}, "a fact that is needed is not stated: start", {"fact_missing: a fact that is needed is not stated: last_day"}},
        {"the first day outside the tariff",
         {{"start", "2028-03-01"}, {"last_day", "2028-04-30"}},
         "a paid day is outside the days on which the tariff applies: 2028-04-01; test.small_bands 2026-27 applies from 2026-04-01 to 2028-03-31",
         {}},
        {"the cell that refuses",
         {{"band", "B1"}, {"setting", "special"}, {"start", "2026-04-01"}, {"last_day", "2026-04-02"}},
         "this band is not offered in this setting: band_price[band: B1, setting: special]",
         {}},
        {"the bound that is broken",
         {{"setting", "independent"}, {"agreed_fee", "90000.01"}, {"start", "2026-04-01"}, {"last_day", "2026-04-02"}},
         "the fee is outside what may be agreed: agreed_fee 90000.01 is above 90000",
         {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Quote quote = price(row.facts);
        CHECK(quote.say == row.say);
        CHECK(quote.also == row.also);
        CHECK(quote.total == Money());
    }
}

TEST_CASE("a record that stops has no money in any line, and keeps the line that stopped it") {
    const Quote quote = price({{"band", "B1"}, {"setting", "special"}, {"transport_miles", "10"}, {"start", "2026-04-01"}, {"last_day", "2026-04-02"}});
    CHECK_FALSE(quote.priced());
    REQUIRE(quote.lines.size() == 1);
    CHECK(quote.lines[0].name == "top_up");
    CHECK(quote.lines[0].payable == Money());
    CHECK(quote.payers.empty());
}

TEST_CASE("a line that fails alone is in the quote with its reason and the day it starts on") {
    const Quote quote = price({{"band", "B2"}, {"setting", "special"}, {"nursing", "yes"}, {"start", "2026-08-31"}, {"last_day", "2026-09-01"}});
    CHECK(quote.outcome == "priced_in_part");
    CHECK(quote.total == quote.line("top_up")->payable);
    CHECK(quote.line("nursing")->outcome == "nursing_not_agreed");
    CHECK(quote.line("nursing")->payable == Money());
    REQUIRE(quote.also.size() == 1);
    CHECK(quote.also[0] == "nursing_not_agreed: no nursing rate is agreed: nursing_rate, from 2026-09-01");
}

TEST_CASE("facts that no line read are listed, and assumptions once each") {
    const Quote quote = price({{"setting", "independent"}, {"band", "B2"}, {"agreed_fee", "7000"}, {"start", "2027-04-01"}, {"last_day", "2028-03-31"}});
    CHECK(quote.facts_unread == std::vector<std::string>{"band"});
    const auto count = std::count(quote.assumptions.begin(), quote.assumptions.end(), "penny: assumed: no tie rule is published");
    CHECK(count == 1);
    const std::vector<std::string> assumptions = half_year().assumptions;
    CHECK(std::count(assumptions.begin(), assumptions.end(), "band_price: carried forward: no later table had been read") == 1);
}

TEST_CASE("the short form says whose price it is, and loudly that it is illustrative") {
    const std::string text = render(half_year());
    CHECK(text.starts_with("*** ILLUSTRATIVE"));
    for (const char* part : {"test.small_bands 2026-27, status: illustrative", "Priced for 2026-07-01 to 2026-12-31 (184 days)", "PRICED: £1,501.63",
                             "school_share", "(£1,512.33)", "commissioning_authority to provider, element 3", "Assumptions used"}) {
        CAPTURE(part);
        CHECK(says(text, part));
    }
    CHECK(says(render(price({{"setting", "special"}})), "NOT PRICED: a fact that is needed is not stated: start [fact_missing]"));
}

TEST_CASE("the long form shows formula, values, exact value, rounding, citation and pack line") {
    const std::string text = explain(half_year());
    for (const char* part : {"threshold = £6,000 per pupil per year", "Illustrative rules for tests, page 3", "small_bands/pack.yaml:", "price * attendance",
                             "11874 * 0.5", "5937 -> 5937, pound: nearest 1, ties to even", "2026-07-01 to 2026-08-31 (62 days): £2,937", "x 62/365",
                             "exact £1,501.627397… (exactly 548094/365) -> £1,501.63, penny: nearest 0.01, ties away from zero", "attendance"}) {
        CAPTURE(part);
        CHECK(says(text, part));
    }
}
