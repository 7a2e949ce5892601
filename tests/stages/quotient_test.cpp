// The kernel's rounding in each integer type and in rationals against the library's own, for every mode, both signs and
// every tie and neighbour of a tie, and at the ends of what a lane may meet.
#include <doctest/doctest.h>

#include <vector>

#include "kernel/quotient.hpp"

using namespace bandtariff;

namespace {

__extension__ using Wide = __int128;

const std::vector<Rounding> every_way = {
    Rounding::nearest(Rate(1), Ties::away_from_zero),
    Rounding::nearest(Rate(1), Ties::to_even),
    Rounding::nearest(Rate(1), Ties::toward_zero),
    Rounding::nearest(Rate(1), Ties::up),
    Rounding::nearest(Rate(1), Ties::down),
    Rounding::directed(Rounding::Mode::ceiling, Rate(1)),
    Rounding::directed(Rounding::Mode::floor, Rate(1)),
    Rounding::directed(Rounding::Mode::toward_zero, Rate(1)),
    Rounding::directed(Rounding::Mode::away_from_zero, Rate(1)),
};

/// Whether every carrier of x / d rounds to what money.hpp says it is.
bool all_agree(std::int64_t x, std::int64_t d, const Rounding& rounding) {
    const kernel::Way way = kernel::way_of(rounding);
    const Rational expected = round(Rational(Integer(x), Integer(d)), rounding);
    const bool whole = x % d == 0;
    const auto narrow = kernel::rounded(x, d, way);
    const auto wide = kernel::rounded(static_cast<Wide>(x), static_cast<Wide>(d), way);
    const auto exact = kernel::rounded(Rational(x), Rational(d), way);
    return narrow.value == expected && narrow.exact == whole && static_cast<std::int64_t>(wide.value) == expected && wide.exact == whole &&
           exact.value == expected && exact.exact == whole;
}

}  // namespace

TEST_CASE("every quotient of small numbers rounds alike in every lane and mode") {
    int wrong = 0;
    for (const Rounding& rounding : every_way) {
        for (std::int64_t d = 1; d <= 12; ++d) {
            for (std::int64_t x = -60; x <= 60; ++x) wrong += all_agree(x, d, rounding) ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("a tie and its neighbours round alike at the ends of what a lane may meet") {
    int wrong = 0;
    constexpr std::int64_t limit = (std::int64_t{1} << 62) - 1;
    for (const Rounding& rounding : every_way) {
        for (const std::int64_t d : {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{365000}, (std::int64_t{1} << 40) + 2, limit / 2}) {
            for (const std::int64_t near : {std::int64_t{0}, d / 2, d, limit - limit % d, limit - limit % d - d / 2}) {
                for (std::int64_t step = -2; step <= 2; ++step) {
                    for (const std::int64_t x : {near + step, -near + step}) {
                        if (x <= limit && x >= -limit) wrong += all_agree(x, d, rounding) ? 0 : 1;
                    }
                }
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("an exact rounding says whether there is a residue") {
    const auto way = kernel::way_of(Rounding::directed(Rounding::Mode::exact, Rate(1)));
    CHECK(kernel::rounded(std::int64_t{12}, std::int64_t{4}, way).exact);
    CHECK_FALSE(kernel::rounded(std::int64_t{13}, std::int64_t{4}, way).exact);
    CHECK_FALSE(kernel::rounded(std::int64_t{-13}, std::int64_t{4}, way).exact);
}
