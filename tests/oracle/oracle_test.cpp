// The oracle against sums done by hand: it is the meaning the engine is held to, so it is held to paper.
#include "oracle/oracle.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace bandtariff;

namespace {

Rational number(const char* text) { return Rate::parse(text).value().value(); }

/// A pack with one line `due` of these words, and whatever stands before it.
Tariff pack_with(const std::string& before, const std::string& line) {
    const auto folder = std::filesystem::temp_directory_path() / ("bandtariff_oracle_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "pack.yaml")
        << "pack: test.paper\nrelease: one\ntitle: Sums done on paper\nstatus: illustrative\nformat: 1\n"
           "applies: {from: 2026-04-01, last_day: 2029-03-31}\nrecord: pupil\n"
           "sources:\n  made: {kind: illustrative, title: Made up for sums on paper}\ncodes:\n  party: [provider, council]\n"
        << before << "lines:\n  due:\n    element: unknown\n    payer: council\n    payee: provider\n" << line;
    const auto loaded = load_tariff(folder);
    if (!loaded.ok()) FAIL(render(loaded.diagnostics()));
    return loaded.value();
}

const std::string days_of_stay = "facts:\n  start: {kind: date}\n  last_day: {kind: date}\n";
const std::string twelve_thousand =
    "figures:\n  rate:\n    unit: GBP per pupil per year\n    values:\n      - {from: 2026-04-01, amount: 12000, source: made}\n";
const std::string penny = "    round: {nearest: 0.01, ties: away_from_zero, of: whole, source: made}\n";

std::string over(const std::string& basis) { return "    amount: rate\n    over: {" + basis + ", source: made}\n" + penny; }

oracle::OracleQuote stay(const Tariff& tariff, const std::string& first, const std::string& last_day) {
    return oracle::price(placement(tariff).with("start", first).with("last_day", last_day));
}

}  // namespace

TEST_CASE("ten ways to round 2.5, -2.5, 3.5, 2.4 and -2.6 to a whole, and none for exact") {
    struct Row {
        std::string name;
        Rounding rounding;
        std::vector<const char*> results;
    };
    const Rate one(1);
    using Mode = Rounding::Mode;
    const std::vector<Row> rows = {
        {"ties away from zero", Rounding::nearest(one, Ties::away_from_zero), {"3", "-3", "4", "2", "-3"}},
        {"ties to even", Rounding::nearest(one, Ties::to_even), {"2", "-2", "4", "2", "-3"}},
        {"ties toward zero", Rounding::nearest(one, Ties::toward_zero), {"2", "-2", "3", "2", "-3"}},
        {"ties up", Rounding::nearest(one, Ties::up), {"3", "-2", "4", "2", "-3"}},
        {"ties down", Rounding::nearest(one, Ties::down), {"2", "-3", "3", "2", "-3"}},
        {"ceiling", Rounding::directed(Mode::ceiling, one), {"3", "-2", "4", "3", "-2"}},
        {"floor", Rounding::directed(Mode::floor, one), {"2", "-3", "3", "2", "-3"}},
        {"toward zero", Rounding::directed(Mode::toward_zero, one), {"2", "-2", "3", "2", "-2"}},
        {"away from zero", Rounding::directed(Mode::away_from_zero, one), {"3", "-3", "4", "3", "-3"}},
    };
    const std::vector<const char*> values = {"2.5", "-2.5", "3.5", "2.4", "-2.6"};
    for (const Row& row : rows) {
        for (std::size_t k = 0; k < values.size(); ++k) {
            CAPTURE(row.name);
            CAPTURE(values[k]);
            CHECK(oracle::rounded(number(values[k]), row.rounding) == number(row.results[k]));
        }
    }
    CHECK(oracle::rounded(number("2.5"), Rounding::directed(Mode::exact, one)) == std::nullopt);
    CHECK(oracle::rounded(number("3"), Rounding::directed(Mode::exact, one)) == number("3"));
    CHECK(oracle::rounded(number("11567"), Rounding::nearest(Rate(10), Ties::to_even)) == number("11570"));
    CHECK(oracle::rounded(number("1/3"), Rounding::nearest(Rate(number("2/37")), Ties::up)) == number("12/37"));
}

TEST_CASE("£12,000 a year over days, months and whole years") {
    struct Row {
        std::string name;
        const char* basis;
        const char* first;
        const char* last_day;
        const char* outcome;
        std::int64_t pence;
    };
    const std::vector<Row> rows = {
        {"a full financial year pays all of it", "count: days, of: financial_year", "2026-04-01", "2027-03-31", "priced", 1200000},
        {"one day is a 365th", "count: days, of: financial_year", "2027-03-31", "2027-03-31", "priced", 3288},
        {"a day of the year with a leap day is a 366th", "count: days, of: financial_year", "2027-04-01", "2027-04-01", "priced", 3279},
        {"an academic year by days of two financial years", "count: days, of: financial_year", "2027-09-01", "2028-08-31", "priced", 1201374},
        {"an academic year by days of the academic year", "count: days, of: academic_year", "2027-09-01", "2028-08-31", "priced", 1200000},
        {"366 days over a fixed 365 pay a day more", "count: days, of: 365", "2027-04-01", "2028-03-31", "priced", 1203288},
        {"half of April by days is half a twelfth", "count: months, part: by_days", "2026-04-01", "2026-04-15", "priced", 50000},
        {"two started months are two twelfths", "count: months, part: started", "2026-04-30", "2026-05-01", "priced", 200000},
        {"no complete month pays nothing by arithmetic", "count: months, part: complete", "2026-04-02", "2026-05-30", "priced_zero", 0},
        {"one complete month between two part months", "count: months, part: complete", "2026-04-30", "2026-06-01", "priced", 100000},
        {"a part month may be refused", "count: months, part: refused", "2026-04-01", "2026-05-30", "part_month_not_stated", 0},
        {"whole months are not refused", "count: months, part: refused", "2026-04-01", "2026-05-31", "priced", 200000},
        {"a whole year pays the sum", "whole: financial_year", "2026-04-01", "2027-03-31", "priced", 1200000},
        {"a day short of a whole year has no rule", "whole: financial_year", "2026-04-01", "2027-03-30", "part_year_not_stated", 0},
        {"two whole years are not one", "whole: financial_year", "2026-04-01", "2028-03-31", "part_year_not_stated", 0},
        {"a stay that ends before it starts has no days", "count: days, of: 365", "2026-05-02", "2026-05-01", "no_paid_days", 0},
        {"a stay from the day before the pack applies", "count: days, of: 365", "2026-03-31", "2026-05-01", "outside_applies", 0},
        {"a stay to the day after the pack applies", "count: days, of: 365", "2029-03-31", "2029-04-01", "outside_applies", 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto quote = stay(pack_with(days_of_stay + twelve_thousand, over(row.basis)), row.first, row.last_day);
        CHECK(quote.outcome == row.outcome);
        CHECK(quote.total == row.pence);
    }
}

TEST_CASE("a rate that changes is rounded once, or once for each part") {
    const std::string thirds =
        "figures:\n  rate:\n    unit: GBP per pupil per day\n    values:\n      - {from: 2026-04-01, amount: 0.005, source: made}\n"
        "      - {from: 2026-04-02, amount: 1.004, source: made}\n      - {from: 2026-04-03, amount: 1.004, source: made}\n";
    const auto due = [&](const std::string& of) {
        const std::string line = "    amount: rate\n    over: {count: days, of: 365, source: made}\n"
                                 "    round: {nearest: 0.01, ties: away_from_zero, of: " + of + ", source: made}\n";
        return stay(pack_with(days_of_stay + thirds, line), "2026-04-01", "2026-04-03");
    };
    CHECK(due("whole").total == 201);  // 0.005 + 1.004 + 1.004 = 2.013
    CHECK(due("parts").total == 202);  // 0.005 pays 0.01, and 2.008 pays 2.01: the value said again makes no part
    CHECK(due("whole").line("due")->exact == number("2.013"));
    CHECK(due("parts").line("due")->exact == number("2.013"));
}

TEST_CASE("the day of a move is paid once") {
    const std::string leavers = days_of_stay + "  left: {kind: date, optional: true}\n";
    struct Row {
        std::string name;
        const char* rule;
        const char* left;
        std::int64_t pence;
    };
    const std::string rate =
        "figures:\n  rate:\n    unit: GBP per pupil per day\n    values:\n      - {from: 2026-04-01, amount: 10, source: made}\n";
    const std::vector<Row> rows = {
        {"who has not left is paid to the last day", "unpaid", "", 10000},
        {"the leaving day is unpaid where the pack says so", "unpaid", "2026-04-06", 5000},
        {"the leaving day is paid where the pack says so", "paid", "2026-04-06", 6000},
        {"who leaves after the last day loses nothing", "unpaid", "2026-04-20", 10000},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Tariff tariff = pack_with(
            leavers + "span: {from: start, last_day: last_day, left_on: left, leaving_day: " + row.rule + "}\n" + rate,
            "    amount: rate\n    over: {count: days, of: 365, source: made}\n" + penny);
        CHECK(oracle::price(placement(tariff).with("start", "2026-04-01").with("last_day", "2026-04-10").with("left", row.left)).total == row.pence);
    }
}

TEST_CASE("a stop is never a silent zero") {
    const std::string before = days_of_stay +
        "  band: {kind: code, of: band}\ncodes:\n  band: [B1, B2, B3, B4]\n" + twelve_thousand +
        "tables:\n  price:\n    unit: GBP per pupil per year\n    by: [band]\n    values:\n      - from: 2026-04-01\n        source: made\n"
        "        each: {B1: 0, B2: met_elsewhere, B3: refused, B4: 6000}\n"
        "outcomes:\n  met_elsewhere: {class: nothing_payable, say: met from elsewhere, source: made}\n"
        "  refused: {class: not_priced, say: not priced, source: made}\n";
    // One codes section: the pack's parties stand in the header already.
    const auto moved = [&] {
        std::string text = before;
        const std::string section = "codes:\n  band: [B1, B2, B3, B4]\n";
        text.erase(text.find(section), section.size());
        return "  band: [B1, B2, B3, B4]\n" + text;
    }();
    const Tariff tariff = pack_with(moved, "    amount: \"max(0, price - rate)\"\n    over: {count: days, of: 365, source: made}\n" + penny);
    struct Row {
        std::string name;
        const char* band;
        const char* outcome;
    };
    const std::vector<Row> rows = {
        {"a price of nothing is a price", "B1", "priced_zero"},
        {"what is met elsewhere says so, through max(0, ...) too", "B2", "met_elsewhere"},
        {"what is refused says so, through max(0, ...) too", "B3", "refused"},
        {"a price below the deduction is zero by arithmetic", "B4", "priced_zero"},
        {"a band that nobody declared", "B5", "code_unknown"},
        {"no band at all", "", "fact_missing"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto quote = oracle::price(placement(tariff).with("start", "2026-04-01").with("last_day", "2027-03-31").with("band", row.band));
        CHECK(quote.outcome == row.outcome);
        CHECK(quote.total == 0);
    }
}
