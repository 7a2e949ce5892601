// Plan: one record to its pence by every way of counting time, at the boundaries, and what stops it.
#include "bandtariff/plan.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bandtariff/cases.hpp"

using namespace bandtariff;

namespace {

Plan plan_of(const std::string& pack) {
    return compile(load_tariff(std::string(BANDTARIFF_SOURCE_DIR "/tests/packs/good/") + pack).value());
}

struct Stated {
    const char* fact;
    const char* value;
};

Quote price(const Plan& plan, const std::vector<Stated>& facts) {
    Placement record = placement(plan.tariff());
    for (const Stated& stated : facts) record.with(stated.fact, stated.value);
    return plan.price(record);
}

/// The total where priced, else the outcome's code.
std::string comes_to(const Quote& quote) {
    return quote.outcome == "priced" ? to_string(quote.total) : quote.outcome;
}

}  // namespace

TEST_CASE("each way of counting time is worth what it says, to the day") {
    struct Row {
        const char* name;
        const char* way;
        const char* from;
        const char* last_day;
        const char* expected;
    };
    const std::vector<Row> rows = {
        {"a whole financial year is the annual sum", "financial_days", "2026-04-01", "2027-03-31", "12000.00"},
        {"the last day of the year buys one day", "financial_days", "2027-03-31", "2027-03-31", "32.88"},
        {"a leap day is one of 366", "financial_days", "2028-02-29", "2028-02-29", "32.79"},
        {"an academic year by days of two financial years is not the annual sum", "financial_days", "2027-09-01", "2028-08-31", "12013.74"},
        {"an academic year by its own days is the annual sum", "academic_days", "2027-09-01", "2028-08-31", "12000.00"},
        {"of 365, a year of 366 days is worth a day more", "of_365", "2027-04-01", "2028-03-31", "12032.88"},
        {"a rate a day is paid for each day", "daily", "2026-04-01", "2026-04-10", "100.00"},
        {"parts of months by their days", "months_by_days", "2026-04-16", "2026-05-15", "983.87"},
        {"twelve months by days are the annual sum", "months_by_days", "2027-04-01", "2028-03-31", "12000.00"},
        {"a month that is touched is started", "started", "2026-04-30", "2026-06-01", "300.00"},
        {"a month that is not touched is not", "started", "2026-04-30", "2026-05-31", "200.00"},
        {"only the month between is complete", "complete", "2026-04-30", "2026-06-01", "100.00"},
        {"a month to its last day is complete", "complete", "2026-04-01", "2026-04-30", "100.00"},
        {"a month short of a day is not, and comes to nothing by arithmetic", "complete", "2026-04-01", "2026-04-29", "priced_zero"},
        {"whole months are priced where parts are refused", "refused", "2026-04-01", "2026-05-31", "200.00"},
        {"a month that starts a day late is refused", "refused", "2026-04-02", "2026-05-31", "part_month_not_stated"},
        {"a month that ends a day early is refused", "refused", "2026-04-01", "2026-05-30", "part_month_not_stated"},
        {"an annual sum for exactly its year", "whole", "2026-04-01", "2027-03-31", "12000.00"},
        {"not for a day less", "whole", "2026-04-01", "2027-03-30", "part_year_not_stated"},
        {"nor for a day more", "whole", "2026-04-01", "2027-04-01", "part_year_not_stated"},
        {"nor for another year of the same length", "whole", "2026-09-01", "2027-08-31", "part_year_not_stated"},
        {"an annual sum that changes inside its year cannot be split", "whole_changing", "2026-04-01", "2027-03-31", "cannot_split"},
        {"and can in a year in which it does not change", "whole_changing", "2027-04-01", "2028-03-31", "901.00"},
        {"a sum that falls once takes the first day's value", "once", "2026-08-31", "2026-09-30", "500.00"},
        {"and the new value from the day it holds", "once", "2026-09-01", "2026-09-30", "700.00"},
        {"each part of a changed value rounds by itself: 2.47 and 2.47", "by_parts", "2026-08-31", "2026-09-01", "4.00"},
        {"the same days in one round once: 4.93", "in_one", "2026-08-31", "2026-09-01", "5.00"},
        {"an amount below zero is refused unless the line allows it", "negative", "2026-04-01", "2027-03-31", "negative_not_allowed"},
        {"nothing is rounded where the rounding is exact", "exact", "2026-04-01", "2027-03-31", "12000.00"},
        {"so a residue is refused", "exact", "2026-04-01", "2026-04-01", "not_exact"},
        {"the first day of the tariff is priced", "financial_days", "2026-04-01", "2026-04-01", "32.88"},
        {"the day before it is not", "financial_days", "2026-03-31", "2026-04-01", "outside_applies"},
        {"nor is the day after its last", "financial_days", "2029-03-31", "2029-04-01", "outside_applies"},
        {"a last day before the first leaves no day", "financial_days", "2026-05-02", "2026-05-01", "no_paid_days"},
    };
    const Plan plan = plan_of("small_time_bases");
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(comes_to(price(plan, {{"way", row.way}, {"start", row.from}, {"last_day", row.last_day}})) == row.expected);
    }
}

TEST_CASE("a sum on a named day is paid where that day is paid, and absent where it is not") {
    struct Row {
        const char* name;
        const char* day;
        const char* expected;
    };
    const std::vector<Row> rows = {
        {"on the first paid day", "2026-08-30", "500.00"},       {"on the last paid day", "2026-09-02", "700.00"},
        {"on the day before", "2026-08-29", "no_line_applies"},  {"on the day after", "2026-09-03", "no_line_applies"},
        {"on a day that is not stated", "", "fact_missing"},     {"on a day that does not exist", "2026-09-31", "fact_out_of_range"},
    };
    const Plan plan = plan_of("small_time_bases");
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Quote quote = price(plan, {{"way", "once_named"}, {"start", "2026-08-30"}, {"last_day", "2026-09-02"}, {"paid_on", row.day}});
        CHECK(comes_to(quote) == row.expected);
    }
}

TEST_CASE("without dates or days there is only the sum itself") {
    const Plan plan = plan_of("small_undated");
    CHECK(comes_to(price(plan, {{"way", "once"}})) == "99.99");
    CHECK(comes_to(price(plan, {{"way", "whole"}})) == "1234.56");
    CHECK(comes_to(price(plan, {{"way", "days"}})) == "part_year_not_stated");
}

TEST_CASE("restating the same amount makes no part") {
    const Plan plan = plan_of("small_time_bases");
    const Quote same = price(plan, {{"way", "financial_days"}, {"start", "2026-08-01"}, {"last_day", "2026-09-30"}});
    REQUIRE(same.line("financial_days") != nullptr);
    REQUIRE(same.line("financial_days")->parts.size() == 1);
    CHECK(same.line("financial_days")->parts[0].days.days() == 61);
    const Quote changed = price(plan, {{"way", "in_one"}, {"start", "2026-08-01"}, {"last_day", "2026-09-30"}});
    REQUIRE(changed.line("in_one")->parts.size() == 2);
    CHECK(changed.line("in_one")->parts[0].days.last_day() == make_date(2026, 8, 31));
    CHECK(changed.line("in_one")->parts[1].amount == 901);
    CHECK(changed.line("in_one")->parts[1].weight == Rational(30, 365));
}

TEST_CASE("outcomes stand where there is no ordinary money") {
    struct Row {
        const char* name;
        std::vector<Stated> facts;
        const char* expected;
    };
    const std::vector<Row> rows = {
        {"met from another pot is nothing payable", {{"band", "B1"}, {"setting", "mainstream"}}, "met_by_notional_budget"},
        {"not offered is not priced", {{"band", "B1"}, {"setting", "special"}}, "not_offered"},
        {"a missing band stops", {{"setting", "special"}}, "fact_missing"},
        {"a code outside the list stops before anything else", {{"band", "B44"}}, "code_unknown"},
        {"a number above its bound stops before an unknown code", {{"band", "B44"}, {"attendance", "1.5"}}, "fact_out_of_range"},
        {"a suspended place pays nothing, whatever its band lacks", {{"band", "B1"}, {"setting", "special"}, {"suspended", "yes"}}, "suspended_place"},
        {"an attendance on the bound is priced", {{"band", "B2"}, {"setting", "special"}, {"attendance", "0.1"}}, "1530.00"},
        {"an attendance below it is refused for the record", {{"band", "B2"}, {"setting", "special"}, {"attendance", "0.099"}}, "too_short"},
        {"a stated fee is its own price", {{"setting", "independent"}, {"agreed_fee", "45000.50"}}, "45000.50"},
        {"a fee on its lower bound is accepted", {{"setting", "independent"}, {"agreed_fee", "6000"}}, "6000.00"},
        {"a penny below is not", {{"setting", "independent"}, {"agreed_fee", "5999.99"}}, "fee_not_agreed"},
        {"a fee on its upper bound is accepted", {{"setting", "independent"}, {"agreed_fee", "90000"}}, "90000.00"},
        {"a penny above is not", {{"setting", "independent"}, {"agreed_fee", "90000.01"}}, "fee_not_agreed"},
        {"a fee that is not stated is not agreed", {{"setting", "independent"}}, "fee_not_agreed"},
        {"a panel's band wins over the band", {{"band", "B1"}, {"setting", "special"}, {"panel_band", "B3"}, {"panel_reason", "appeal"}}, "25000.00"},
        {"but not without a reason", {{"band", "B2"}, {"setting", "special"}, {"panel_band", "B3"}}, "reason_missing"},
        {"a line that may be negative reduces the total", {{"band", "B2"}, {"setting", "special"}, {"transport_miles", "-10"}}, "15197.50"},
        {"a separable line alone may fail", {{"band", "B2"}, {"setting", "special"}, {"nursing", "yes"}}, "priced_in_part"},
        {"rounding inside a step comes before the year's days", {{"band", "B3"}, {"setting", "special"}, {"attendance", "0.333"}}, "8325.00"},
    };
    const Plan plan = plan_of("small_bands");
    for (const Row& row : rows) {
        CAPTURE(row.name);
        std::vector<Stated> facts = row.facts;
        facts.push_back({"start", "2027-04-01"});
        facts.push_back({"last_day", "2028-03-31"});
        CHECK(comes_to(price(plan, facts)) == row.expected);
    }
}

TEST_CASE("who left is paid until the day before") {
    struct Row {
        const char* name;
        const char* left_on;
        const char* expected;
    };
    const std::vector<Row> rows = {
        {"a leaver's last day is unpaid", "2026-04-03", "83.84"},
        {"leaving on the first day leaves no day", "2026-04-01", "no_paid_days"},
        {"leaving after the last day changes nothing", "2026-04-06", "167.67"},
        {"leaving on the last day takes one day", "2026-04-04", "125.75"},
    };
    const Plan plan = plan_of("small_bands");
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Quote quote = price(plan, {{"band", "B2"}, {"setting", "special"}, {"start", "2026-04-01"}, {"last_day", "2026-04-04"}, {"left_on", row.left_on}});
        CHECK(comes_to(quote) == row.expected);
    }
}

TEST_CASE("choosing another alternative prices under it and says so") {
    const Plan plan = plan_of("small_bands");
    const Plan doubled = compile(plan.tariff().choose("threshold_follows", "doubled").value());
    const std::vector<Stated> facts = {{"band", "B3"}, {"setting", "mainstream"}, {"start", "2027-04-01"}, {"last_day", "2028-03-31"}};
    CHECK(comes_to(price(plan, facts)) == "15000.00");
    const Quote quote = price(doubled, facts);
    CHECK(comes_to(quote) == "9000.00");
    REQUIRE(!quote.assumptions.empty());
    CHECK(quote.assumptions.front() == "threshold_follows: assumed: chosen for this run in place of flat");
    CHECK_FALSE(plan.tariff().choose("threshold_follow", "doubled").ok());
    CHECK(plan.tariff().choose("threshold_follows", "halved").diagnostics().front().hint == "one of: flat or doubled");
}

TEST_CASE("a record made for another pack is the caller's mistake") {
    const Plan plan = plan_of("small_bands");
    const Plan other = plan_of("small_undated");
    CHECK_THROWS_AS((void)plan.price(placement(other.tariff())), std::invalid_argument);
}

TEST_CASE("the cases of the small packs pass, alone and as a batch") {
    for (const char* pack : {"small_bands", "small_time_bases", "small_undated", "small_calendars", "terms_not_reached", "prior_amounts", "lent_rates/rules/reader",
                             "lent_rates/rules/second", "cells_of_another_day/rules/reader"}) {
        const std::vector<CaseResult> results = run_cases(plan_of(pack));
        CHECK(!results.empty());
        for (const CaseResult& result : results) {
            CAPTURE(result.name);
            CHECK_MESSAGE(result.passed(), render(result.failures));
        }
    }
}
