// Money, ExactMoney and Rate: what text becomes them, what they print, and where their range ends.
#include "bandtariff/money.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace bandtariff;

namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

Money pence(std::int64_t amount) { return Money::from_pence(amount); }
Rational fraction(std::int64_t top, std::int64_t bottom) { return Rational(top, bottom); }

}  // namespace

TEST_CASE("a rate is read exactly as written") {
    struct Row {
        const char* name;
        const char* text;
        Rational value;
    };
    const std::vector<Row> rows = {
        {"nought", "0", 0},
        {"a whole number", "1250", 1250},
        {"a negative decimal", "-0.25", fraction(-1, 4)},
        {"a decimal below one keeps its leading noughts", "0.05", fraction(1, 20)},
        {"digits 8 and 9 after a nought are not octal", "0.089", fraction(89, 1000)},
        {"a factor of six decimals", "1.062500", fraction(17, 16)},
        {"trailing noughts change nothing", "2.500", fraction(5, 2)},
        {"a percentage", "4.75%", fraction(19, 400)},
        {"a negative percentage", "-3%", fraction(-3, 100)},
        {"a percentage above a hundred", "103%", fraction(103, 100)},
        {"a fraction in lowest terms", "2/37", fraction(2, 37)},
        {"a fraction not in lowest terms", "6/4", fraction(3, 2)},
        {"a negative fraction", "-5/12", fraction(-5, 12)},
        {"nothing of something", "0/5", 0},
        {"minus nought is nought", "-0", 0},
        {"minus nought with decimals is nought", "-0.00", 0},
        {"a tenth, which no binary fraction holds", "0.1", fraction(1, 10)},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto rate = Rate::parse(row.text);
        REQUIRE(rate.has_value());
        CHECK(rate->value() == row.value);
    }
}

TEST_CASE("what is not plainly one number is refused, as a rate and as money") {
    const std::vector<const char*> refused = {
        "",      " ",     "-",     ".",     "1e3",  "1E3",  ".5",    "-.5",  "5.",   "010",   "00",   "-01", "00.5", "1,000",
        "1_000", "+1",    "--1",   "1-",    "NaN",  "nan",  "inf",   "-inf", ".inf", "0x1F",  "0o10", "1 ",  " 1",   "1 000",
        "1.2.3", "1.-2",  "£5",    "5 GBP", "٣",    "1.5f", "1'000", "−1",   "true", "1.2e1", "1/",   "/2",  "1/0",  "1/-2",
        "1/02",  "1/2/3", "1.5/2", "1/2.0", "1/2%", "%",    "5%%",   "5 %",  "-%",   "50%/2", "\n1",  "1\n",
    };
    for (const char* text : refused) {
        CAPTURE(text);
        CHECK_FALSE(Rate::parse(text).has_value());
        CHECK_FALSE(Money::parse(text).has_value());
    }
    CHECK_FALSE(Rate::parse(std::string_view("1\0", 2)).has_value());
}

TEST_CASE("text of a thousand characters is read and one more is refused") {
    const std::string thousand(1000, '7');
    const auto rate = Rate::parse(thousand);
    REQUIRE(rate.has_value());
    CHECK(to_string(rate->value()) == thousand);
    CHECK_FALSE(Rate::parse(thousand + "7").has_value());
    CHECK_FALSE(Rate::parse("1/" + thousand + "7").has_value());
    CHECK_FALSE(Rate::parse("1." + thousand).has_value());
}

TEST_CASE("pounds are read to the penny") {
    struct Row {
        const char* name;
        const char* text;
        std::int64_t pence;
    };
    const std::vector<Row> rows = {
        {"whole pounds", "1250", 125000},
        {"pounds and pence", "11874.00", 1187400},
        {"one decimal is tens of pence", "-0.5", -50},
        {"a penny", "0.01", 1},
        {"a penny less than nothing", "-0.01", -1},
        {"minus nought is nought", "-0.00", 0},
        {"the largest amount", "92233720368547758.07", most},
        {"the smallest amount", "-92233720368547758.08", least},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto money = Money::parse(row.text);
        REQUIRE(money.has_value());
        CHECK(money->pence() == row.pence);
    }
}

TEST_CASE("money has no third decimal, percentage or fraction, and ends at 64 bits of pence") {
    for (const char* text :
         {"0.001", "0.000", "12.345", "5%", "1/2", "92233720368547758.08", "-92233720368547758.09", "99999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(Money::parse(text).has_value());
    }
}

TEST_CASE("money prints with two decimals, and for people with a pound sign and commas") {
    struct Row {
        std::int64_t pence;
        const char* plain;
        const char* display;
    };
    const std::vector<Row> rows = {
        {0, "0.00", "£0.00"},
        {1, "0.01", "£0.01"},
        {-1, "-0.01", "-£0.01"},
        {-50, "-0.50", "-£0.50"},
        {99, "0.99", "£0.99"},
        {100, "1.00", "£1.00"},
        {99999, "999.99", "£999.99"},
        {100000, "1000.00", "£1,000.00"},
        {-1187400, "-11874.00", "-£11,874.00"},
        {99999999, "999999.99", "£999,999.99"},
        {100000000, "1000000.00", "£1,000,000.00"},
        {most, "92233720368547758.07", "£92,233,720,368,547,758.07"},
        {least, "-92233720368547758.08", "-£92,233,720,368,547,758.08"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.plain);
        CHECK(to_string(pence(row.pence)) == row.plain);
        CHECK(to_display(pence(row.pence)) == row.display);
    }
}

TEST_CASE("an exact number prints as a decimal where it ends within twelve places, else as a fraction") {
    struct Row {
        Rational value;
        const char* text;
    };
    const std::vector<Row> rows = {
        {0, "0"},
        {1250, "1250"},
        {fraction(46993, 8), "5874.125"},
        {fraction(-1, 4), "-0.25"},
        {fraction(3, 100), "0.03"},
        {fraction(1, 1000000000000), "0.000000000001"},
        {fraction(1, 4096), "0.000244140625"},
        {fraction(1, 8192), "1/8192"},
        {fraction(1, 10000000000000), "1/10000000000000"},
        {fraction(1, 3), "1/3"},
        {fraction(-22, 37), "-22/37"},
        {fraction(1, 15), "1/15"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(to_string(row.value) == row.text);
    }
}

TEST_CASE("what is printed reads back as the same value") {
    CHECK(rc::check("money", [](std::int64_t amount) {
        const Money money = pence(amount);
        RC_ASSERT(Money::parse(to_string(money)) == money);
    }));
    CHECK(rc::check("exact numbers", [](std::int64_t top) {
        const auto bottom =
            *rc::gen::oneOf(rc::gen::positive<std::int64_t>(), rc::gen::element<std::int64_t>(1, 8, 100, 365, 4096, 8192));
        const Rational value(top, bottom);
        const auto read = Rate::parse(to_string(value));
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->value() == value);
    }));
}

TEST_CASE("money adds, subtracts and compares to the penny") {
    CHECK(pence(150) + pence(-175) == pence(-25));
    CHECK(pence(150) - pence(175) == pence(-25));
    CHECK(-pence(150) == pence(-150));
    CHECK(Money() == pence(0));
    CHECK(pence(-1) < pence(0));
    CHECK(pence(most) > pence(most - 1));
}

TEST_CASE("money past 64 bits of pence throws and never wraps") {
    CHECK(pence(most - 1) + pence(1) == pence(most));
    CHECK_THROWS_AS(pence(most) + pence(1), std::overflow_error);
    CHECK_THROWS_AS(pence(least) + pence(-1), std::overflow_error);
    CHECK(pence(least + 1) - pence(1) == pence(least));
    CHECK_THROWS_AS(pence(least) - pence(1), std::overflow_error);
    CHECK_THROWS_AS(pence(0) - pence(least), std::overflow_error);
    CHECK(-pence(most) == pence(least + 1));
    CHECK_THROWS_AS(-pence(least), std::overflow_error);
}

TEST_CASE("exact money keeps what division leaves") {
    const ExactMoney third = pence(100) * Rate(1) / Rate(3);
    CHECK(third.pounds() == fraction(1, 3));
    CHECK(third + third + third == ExactMoney(pence(100)));
    CHECK(third - third == ExactMoney());
    CHECK(Rate(3) * third == ExactMoney(pence(100)));
    CHECK(Rate(3) * pence(100) == ExactMoney(Rate(3)));
    CHECK(ExactMoney(pence(most)) * Rate(most) / Rate(most) == ExactMoney(pence(most)));
}

TEST_CASE("rates calculate and compare exactly") {
    const Rate tenth = Rate::parse("0.1").value();
    CHECK(tenth + tenth + tenth == Rate::parse("0.3").value());
    CHECK(tenth * Rate(10) == Rate(1));
    CHECK(Rate(1) / Rate(3) * Rate(3) == Rate(1));
    CHECK(Rate(1) - Rate(2) == Rate(-1));
    CHECK(Rate(1) / Rate(3) < Rate::parse("0.333334").value());
    CHECK(Rate(1) / Rate(3) > Rate::parse("0.333333").value());
}

TEST_CASE("division by a rate of zero throws") {
    CHECK_THROWS_AS(Rate(1) / Rate(0), std::domain_error);
    CHECK_THROWS_AS(ExactMoney(pence(1)) / Rate::parse("-0.0").value(), std::domain_error);
}
