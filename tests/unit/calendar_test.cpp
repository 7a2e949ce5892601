// Days, ranges of days and named years: what text becomes them, and the day before, the day and the day after each edge.
#include "bandtariff/calendar.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace bandtariff;

namespace {

Date day(const char* text) { return parse_date(text).value(); }
const std::vector<YearKind> kinds = {YearKind::financial, YearKind::academic, YearKind::post_16, YearKind::calendar};

}  // namespace

TEST_CASE("a day reads and prints as YYYY-MM-DD") {
    for (const char* text : {"1900-01-01", "1970-01-01", "2024-02-29", "2000-02-29", "2026-04-01", "2199-12-31"}) {
        CAPTURE(text);
        REQUIRE(parse_date(text).has_value());
        CHECK(to_string(*parse_date(text)) == text);
    }
    CHECK(day("2026-04-01") == make_date(2026, 4, 1));
}

TEST_CASE("a day that does not exist, or is written another way, is refused") {
    for (const char* text :
         {"2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01",  "2026-01-00",  "2026-01-32",
          "1899-12-31", "2200-01-01", "0000-01-01", "",           "2026",        "2026-4-1",    "26-04-01",
          "01/04/2026", "2026/04/01", "2026-04/01", "2026/04-01", "2026-04-01 ", " 2026-04-01", "2026-04-01T00:00",
          "2026-04-0x", "2026--4-01", "20260401",   "+026-04-01", "2026-04- 1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_date(text).has_value());
    }
}

TEST_CASE("making a day that does not exist throws") {
    CHECK_THROWS_AS(static_cast<void>(make_date(2026, 2, 29)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(make_date(2026, 0, 1)), std::invalid_argument);
}

TEST_CASE("day numbers count from 1970-01-01, go back to their day, and are right over every day of the range") {
    CHECK(day_number(day("1970-01-01")) == 0);
    CHECK(day_number(day("1969-12-31")) == -1);
    CHECK(day_number(day("2000-03-01")) == 11017);
    std::int32_t number = day_number(day("1900-01-01"));
    for (Date each = day("1900-01-01"); each <= day("2199-12-31"); each += std::chrono::days(1)) {
        REQUIRE(day_number(each) == number);
        REQUIRE(from_day_number(number) == each);
        REQUIRE(day(to_string(each).c_str()) == each);
        ++number;
    }
}

TEST_CASE("a range with both ends counts both") {
    const DateRange range = DateRange::both_ends(day("2026-09-01"), day("2027-03-31"));
    CHECK(range.days() == 212);
    CHECK(range.from() == day("2026-09-01"));
    CHECK(range.last_day() == day("2027-03-31"));
    CHECK(range.until() == day("2027-04-01"));
    CHECK_FALSE(range.holds(day("2026-08-31")));
    CHECK(range.holds(day("2026-09-01")));
    CHECK(range.holds(day("2027-03-31")));
    CHECK_FALSE(range.holds(day("2027-04-01")));
    CHECK(DateRange::both_ends(day("2026-09-01"), day("2026-09-01")).days() == 1);
}

TEST_CASE("a range that ends before it starts is empty, and so is one made of nothing") {
    CHECK(DateRange().empty());
    CHECK(DateRange().days() == 0);
    const DateRange backwards(day("2026-09-02"), day("2026-09-01"));
    CHECK(backwards.empty());
    CHECK(backwards.days() == 0);
    CHECK_FALSE(backwards.holds(day("2026-09-01")));
    CHECK(DateRange(day("2026-09-01"), day("2026-09-01")).empty());
}

TEST_CASE("ranges overlap in the days they share") {
    struct Row {
        const char* name;
        DateRange other;
        int shared;
    };
    const DateRange september = DateRange::both_ends(day("2026-09-01"), day("2026-09-30"));
    const std::vector<Row> rows = {
        {"itself", september, 30},
        {"a range that ends the day before it", DateRange::both_ends(day("2026-08-01"), day("2026-08-31")), 0},
        {"a range that ends on its first day", DateRange::both_ends(day("2026-08-01"), day("2026-09-01")), 1},
        {"a range that starts on its last day", DateRange::both_ends(day("2026-09-30"), day("2026-10-31")), 1},
        {"a range that starts the day after it", DateRange::both_ends(day("2026-10-01"), day("2026-10-31")), 0},
        {"a range within it", DateRange::both_ends(day("2026-09-10"), day("2026-09-12")), 3},
        {"a range around it", DateRange::both_ends(day("2026-01-01"), day("2026-12-31")), 30},
        {"a range far from it", DateRange::both_ends(day("1990-01-01"), day("1990-12-31")), 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(september.overlap(row.other).days() == row.shared);
        CHECK(row.other.overlap(september).days() == row.shared);
    }
}

TEST_CASE("a range holds a range that sticks out on neither side") {
    const DateRange september = DateRange::both_ends(day("2026-09-01"), day("2026-09-30"));
    CHECK(september.holds(september));
    CHECK(september.holds(DateRange::both_ends(day("2026-09-10"), day("2026-09-12"))));
    CHECK(september.holds(DateRange()));
    CHECK_FALSE(september.holds(DateRange::both_ends(day("2026-08-31"), day("2026-09-12"))));
    CHECK_FALSE(september.holds(DateRange::both_ends(day("2026-09-10"), day("2026-10-01"))));
}

TEST_CASE("a named year starts on its own first day: the day before is the year before's") {
    struct Row {
        YearKind kind;
        const char* first_day;
        const char* year;
        const char* year_before;
        const char* kind_name;
    };
    const std::vector<Row> rows = {
        {YearKind::financial, "2026-04-01", "2026-27", "2025-26", "financial_year"},
        {YearKind::academic, "2026-09-01", "2026-27", "2025-26", "academic_year"},
        {YearKind::post_16, "2026-08-01", "2026-27", "2025-26", "post_16_year"},
        {YearKind::calendar, "2026-01-01", "2026", "2025", "calendar_year"},
        {YearKind::financial, "1999-04-01", "1999-00", "1998-99", "financial_year"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.first_day);
        const Date first = day(row.first_day);
        const NamedYear year = NamedYear::holding(row.kind, first);
        const NamedYear before = NamedYear::holding(row.kind, first - std::chrono::days(1));
        CHECK(to_string(year) == row.year);
        CHECK(to_string(before) == row.year_before);
        CHECK(year.days().from() == first);
        CHECK(before.days().until() == first);
        CHECK(std::string(to_string(row.kind)) == row.kind_name);
    }
}

TEST_CASE("a financial year is a day longer where it holds a 29 February") {
    CHECK(NamedYear{YearKind::financial, 2026}.days().days() == 365);
    CHECK(NamedYear{YearKind::financial, 2027}.days().days() == 366);
    CHECK(NamedYear{YearKind::academic, 2027}.days().days() == 366);
    CHECK(NamedYear{YearKind::calendar, 2027}.days().days() == 365);
    CHECK(NamedYear{YearKind::calendar, 2028}.days().days() == 366);
}

TEST_CASE("every named year holds its own days and reads back as printed") {
    for (const YearKind kind : kinds) {
        for (int starts = 1900; starts <= 2199; ++starts) {
            const NamedYear year{kind, starts};
            CAPTURE(to_string(year));
            CHECK(NamedYear::parse(kind, to_string(year)) == year);
            CHECK(NamedYear::holding(kind, year.days().from()) == year);
            CHECK(NamedYear::holding(kind, year.days().last_day()) == year);
        }
    }
}

TEST_CASE("a year written another way is refused") {
    for (const char* text : {"", "2026", "2026-28", "2026-26", "2026-2027", "2026/27", "2026-7", "26-27", "2026-27 ", " 2026-27",
                             "1899-00", "2200-01", "2026-27-28", "202x-27", "2026–27"}) {
        CAPTURE(text);
        CHECK_FALSE(NamedYear::parse(YearKind::financial, text).has_value());
    }
    for (const char* text : {"", "2026-27", "1899", "2200", "026", "20260"}) {
        CAPTURE(text);
        CHECK_FALSE(NamedYear::parse(YearKind::calendar, text).has_value());
    }
}
