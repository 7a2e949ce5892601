// Nine ways to round and one that refuses, against a definition written differently: by the size of the number and its
// sign, in 64-bit integers, where the engine works from the multiple below in big ones.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "bandtariff/money.hpp"

using namespace bandtariff;
using Mode = Rounding::Mode;

namespace {

Rate rate(const char* text) { return Rate::parse(text).value(); }
ExactMoney pounds(const char* text) { return ExactMoney(rate(text)); }

struct Way {
    const char* name;
    Mode mode;
    Ties ties;

    [[nodiscard]] Rounding to(const Rate& quantum) const {
        return mode == Mode::nearest ? Rounding::nearest(quantum, ties) : Rounding::directed(mode, quantum);
    }
};

const std::vector<Way> nine_ways = {
    {"nearest, ties away from zero", Mode::nearest, Ties::away_from_zero},
    {"nearest, ties to even", Mode::nearest, Ties::to_even},
    {"nearest, ties toward zero", Mode::nearest, Ties::toward_zero},
    {"nearest, ties up", Mode::nearest, Ties::up},
    {"nearest, ties down", Mode::nearest, Ties::down},
    {"ceiling", Mode::ceiling, Ties::up},
    {"floor", Mode::floor, Ties::up},
    {"toward zero", Mode::toward_zero, Ties::up},
    {"away from zero", Mode::away_from_zero, Ties::up},
};

/// The definition by cases: does the size of the number grow to the next multiple away from zero?
bool size_grows(const Way& way, bool negative, std::int64_t whole, std::int64_t rest, std::int64_t divisor) {
    if (rest == 0) return false;
    if (way.mode == Mode::ceiling) return !negative;
    if (way.mode == Mode::floor) return negative;
    if (way.mode == Mode::toward_zero) return false;
    if (way.mode == Mode::away_from_zero) return true;
    if (rest > divisor - rest) return true;
    if (rest < divisor - rest) return false;
    if (way.ties == Ties::away_from_zero) return true;
    if (way.ties == Ties::toward_zero) return false;
    if (way.ties == Ties::up) return !negative;
    if (way.ties == Ties::down) return negative;
    return whole % 2 == 1;
}

/// How many quanta of a/b the rounded n/d is.
std::int64_t expected_multiple(const Way& way, std::int64_t n, std::int64_t d, std::int64_t a, std::int64_t b) {
    const bool negative = n < 0;
    const std::int64_t dividend = (negative ? -n : n) * b;
    const std::int64_t divisor = d * a;
    const std::int64_t whole = dividend / divisor;
    const std::int64_t size = whole + (size_grows(way, negative, whole, dividend % divisor, divisor) ? 1 : 0);
    return negative ? -size : size;
}

}  // namespace

TEST_CASE("each way at a half, at four tenths and at six, both signs") {
    const std::vector<const char*> values = {"2.5",  "-2.5", "3.5",  "-3.5", "0.5", "-0.5", "2.4",
                                             "-2.4", "2.6",  "-2.6", "2",    "-2",  "0"};
    struct Row {
        const char* name;
        std::vector<std::int64_t> rounded;
    };
    const std::vector<Row> rows = {
        {"nearest, ties away from zero", {3, -3, 4, -4, 1, -1, 2, -2, 3, -3, 2, -2, 0}},
        {"nearest, ties to even", {2, -2, 4, -4, 0, 0, 2, -2, 3, -3, 2, -2, 0}},
        {"nearest, ties toward zero", {2, -2, 3, -3, 0, 0, 2, -2, 3, -3, 2, -2, 0}},
        {"nearest, ties up", {3, -2, 4, -3, 1, 0, 2, -2, 3, -3, 2, -2, 0}},
        {"nearest, ties down", {2, -3, 3, -4, 0, -1, 2, -2, 3, -3, 2, -2, 0}},
        {"ceiling", {3, -2, 4, -3, 1, 0, 3, -2, 3, -2, 2, -2, 0}},
        {"floor", {2, -3, 3, -4, 0, -1, 2, -3, 2, -3, 2, -2, 0}},
        {"toward zero", {2, -2, 3, -3, 0, 0, 2, -2, 2, -2, 2, -2, 0}},
        {"away from zero", {3, -3, 4, -4, 1, -1, 3, -3, 3, -3, 2, -2, 0}},
    };
    REQUIRE(rows.size() == nine_ways.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        REQUIRE(std::string(rows[i].name) == nine_ways[i].name);
        REQUIRE(rows[i].rounded.size() == values.size());
        for (std::size_t j = 0; j < values.size(); ++j) {
            CAPTURE(rows[i].name);
            CAPTURE(values[j]);
            CHECK(round(rate(values[j]).value(), nine_ways[i].to(Rate(1))) == Rational(rows[i].rounded[j]));
        }
    }
}

TEST_CASE("half a penny exactly, and a hair on both sides of it") {
    struct Row {
        const char* name;
        const char* pounds;
        std::int64_t away_from_zero;
        std::int64_t to_even;
    };
    const std::vector<Row> rows = {
        {"a hair below half a penny", "0.004999999999999999999", 0, 0},
        {"half a penny", "0.005", 1, 0},
        {"a hair above half a penny", "0.005000000000000000001", 1, 1},
        {"a penny and a half", "0.015", 2, 2},
        {"two pence and a half", "0.025", 3, 2},
        {"1.005, which binary fractions hold as less", "1.005", 101, 100},
        {"minus a hair below half a penny", "-0.004999999999999999999", 0, 0},
        {"minus half a penny", "-0.005", -1, 0},
        {"minus a hair above half a penny", "-0.005000000000000000001", -1, -1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(round(pounds(row.pounds), Rounding::nearest(rate("0.01"), Ties::away_from_zero)).pence() == row.away_from_zero);
        CHECK(round(pounds(row.pounds), Rounding::nearest(rate("0.01"), Ties::to_even)).pence() == row.to_even);
    }
}

TEST_CASE("any quantum: tens, quarters and thirds") {
    struct Row {
        const char* name;
        const char* value;
        Rounding rounding;
        const char* rounded;
    };
    const std::vector<Row> rows = {
        {"to ten pounds, the tie away from zero", "11565", Rounding::nearest(Rate(10), Ties::away_from_zero), "11570"},
        {"to ten pounds, the tie to even tens", "11565", Rounding::nearest(Rate(10), Ties::to_even), "11560"},
        {"up to the pound", "100.01", Rounding::directed(Mode::ceiling, Rate(1)), "101"},
        {"a pound already is not raised", "100", Rounding::directed(Mode::ceiling, Rate(1)), "100"},
        {"down to a quarter", "0.74", Rounding::directed(Mode::floor, rate("0.25")), "0.5"},
        {"a tie between quarters", "0.375", Rounding::nearest(rate("0.25"), Ties::to_even), "0.5"},
        {"a tie between thirds", "1/2", Rounding::nearest(rate("1/3"), Ties::down), "1/3"},
        {"a quantum larger than the value", "40", Rounding::nearest(Rate(100), Ties::away_from_zero), "0"},
        {"rounding twice is not rounding once: first to the penny", "0.495",
         Rounding::nearest(rate("0.01"), Ties::away_from_zero), "0.5"},
        {"rounding once: straight to the pound", "0.495", Rounding::nearest(Rate(1), Ties::away_from_zero), "0"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(to_string(round(rate(row.value).value(), row.rounding)) == row.rounded);
    }
}

TEST_CASE("all nine ways equal the definition by cases, ties made on purpose") {
    for (const Way& way : nine_ways) {
        CAPTURE(way.name);
        CHECK(rc::check(way.name, [&way] {
            const auto a = *rc::gen::inRange<std::int64_t>(1, 1000);
            const auto b = *rc::gen::inRange<std::int64_t>(1, 1000);
            // Half of the values sit on a multiple, on a tie, or one part in a million beside one.
            auto d = *rc::gen::inRange<std::int64_t>(1, 1000000);
            auto n = *rc::gen::inRange<std::int64_t>(-1000000000, 1000000001);
            if (*rc::gen::arbitrary<bool>()) {
                const auto halves = *rc::gen::inRange<std::int64_t>(-2001, 2002);
                const auto nudge = *rc::gen::inRange<std::int64_t>(-1, 2);
                d = 2 * b * 1000000;
                n = halves * a * 1000000 + nudge;
            }
            const Rational quantum(a, b);
            const Rational rounded = round(Rational(n, d), way.to(Rate(quantum)));
            RC_ASSERT(rounded == Rational(expected_multiple(way, n, d, a, b)) * quantum);
        }));
    }
}

TEST_CASE("every tenth of a penny from minus ten pence to ten, every way, equals the definition by cases") {
    for (const Way& way : nine_ways) {
        for (std::int64_t tenths = -100; tenths <= 100; ++tenths) {
            CAPTURE(way.name);
            CAPTURE(tenths);
            const Money rounded = round(ExactMoney(Rate(Rational(tenths, 1000))), way.to(rate("0.01")));
            CHECK(rounded.pence() == expected_multiple(way, tenths, 1000, 1, 100));
        }
    }
}

TEST_CASE("the modes called mirror symmetric are those that reverse to the penny") {
    for (const Way& way : nine_ways) {
        CAPTURE(way.name);
        const Rounding rounding = way.to(Rate(1));
        bool mirrors = true;
        for (std::int64_t quarters = 0; quarters <= 12; ++quarters) {
            mirrors = mirrors && round(Rational(-quarters, 4), rounding) == -round(Rational(quarters, 4), rounding);
        }
        CHECK(rounding.mirror_symmetric() == mirrors);
    }
    CHECK(Rounding::directed(Mode::exact, Rate(1)).mirror_symmetric());
}

TEST_CASE("exact rounds nothing and refuses a residue") {
    const Rounding penny = Rounding::directed(Mode::exact, rate("0.01"));
    CHECK(round(pounds("12.34"), penny) == Money::from_pence(1234));
    CHECK(round(pounds("-12.34"), penny) == Money::from_pence(-1234));
    CHECK_THROWS_AS(static_cast<void>(round(pounds("12.345"), penny)), std::domain_error);
    CHECK_THROWS_AS(static_cast<void>(round(pounds("1/3"), penny)), std::domain_error);
    CHECK(is_multiple(rate("-12.34").value(), rate("0.01")));
    CHECK_FALSE(is_multiple(rate("12.345").value(), rate("0.01")));
    CHECK(is_multiple(0, rate("0.01")));
}

TEST_CASE("a quantum must be above zero, nearest must say where ties go") {
    CHECK_THROWS_AS(static_cast<void>(Rounding::nearest(Rate(0), Ties::to_even)), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(Rounding::directed(Mode::floor, Rate(-1))), std::invalid_argument);
    CHECK_THROWS_AS(static_cast<void>(Rounding::directed(Mode::nearest, Rate(1))), std::invalid_argument);
}

TEST_CASE("a quantum that is not whole pence cannot make money, though the value be whole") {
    CHECK_THROWS_AS(static_cast<void>(round(pounds("1"), Rounding::nearest(rate("0.001"), Ties::to_even))), std::domain_error);
    CHECK_THROWS_AS(static_cast<void>(round(pounds("1"), Rounding::nearest(rate("0.015"), Ties::to_even))), std::domain_error);
    CHECK(round(pounds("1"), Rounding::nearest(rate("0.03"), Ties::to_even)) == Money::from_pence(99));
}

TEST_CASE("rounding to money throws past 64 bits of pence and reaches both ends") {
    const Rounding penny = Rounding::nearest(rate("0.01"), Ties::away_from_zero);
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    CHECK(round(pounds("92233720368547758.0749"), penny) == Money::from_pence(most));
    CHECK_THROWS_AS(static_cast<void>(round(pounds("92233720368547758.075"), penny)), std::overflow_error);
    CHECK(round(pounds("-92233720368547758.0849"), penny) == Money::from_pence(least));
    CHECK_THROWS_AS(static_cast<void>(round(pounds("-92233720368547758.085"), penny)), std::overflow_error);
}

TEST_CASE("a rounding prints as words and compares by mode, ties and quantum") {
    CHECK(to_string(Rounding::nearest(rate("0.01"), Ties::away_from_zero)) == "nearest 0.01, ties away from zero");
    CHECK(to_string(Rounding::nearest(rate("0.01"), Ties::to_even)) == "nearest 0.01, ties to even");
    CHECK(to_string(Rounding::nearest(Rate(10), Ties::toward_zero)) == "nearest 10, ties toward zero");
    CHECK(to_string(Rounding::nearest(rate("1/3"), Ties::up)) == "nearest 1/3, ties up");
    CHECK(to_string(Rounding::nearest(Rate(1), Ties::down)) == "nearest 1, ties down");
    CHECK(to_string(Rounding::directed(Mode::ceiling, Rate(1))) == "ceiling 1");
    CHECK(to_string(Rounding::directed(Mode::floor, Rate(1))) == "floor 1");
    CHECK(to_string(Rounding::directed(Mode::toward_zero, Rate(1))) == "toward zero 1");
    CHECK(to_string(Rounding::directed(Mode::away_from_zero, Rate(10))) == "away from zero 10");
    CHECK(to_string(Rounding::directed(Mode::exact, rate("0.01"))) == "exact 0.01");
    CHECK(Rounding::nearest(rate("0.010"), Ties::up) == Rounding::nearest(rate("0.01"), Ties::up));
    CHECK_FALSE(Rounding::nearest(Rate(1), Ties::up) == Rounding::nearest(Rate(1), Ties::down));
    CHECK_FALSE(Rounding::nearest(Rate(1), Ties::up) == Rounding::nearest(Rate(10), Ties::up));
    CHECK_FALSE(Rounding::directed(Mode::floor, Rate(1)) == Rounding::directed(Mode::ceiling, Rate(1)));
}
