// The fused passes, on every machine's table that can run here, against definitions in 128-bit whole numbers: every way of reading a
// number and what it counts, with and without a sum; roundings by bias, for all small numerators of all small divisors and at the limit
// of what is proved.
#include <doctest/doctest.h>

#include <array>
#include <random>
#include <vector>

#include "kernel/double_lane.hpp"
#include "kernel/lane_passes.hpp"
#include "stages/defined_rounding.hpp"

using namespace bandtariff;
using kernel::Left;
using kernel::Passes;
using kernel::Product;
using kernel::Right;
using kernel::RoundingPass;
using plan::Small;

namespace {

using Dice = std::mt19937_64;

std::int64_t between(Dice& dice, std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(high - low + 1));
}

/// Rows of every way of stating the same two numbers of each.
struct Rows {
    explicit Rows(std::size_t count, Dice& dice)
        : left(count), sum(count), right(count), at(count), u8(count), u16(count), i32(count), first(count), until(count) {
        for (std::size_t i = 0; i < 900; ++i) cells.push_back(static_cast<double>(between(dice, -2'000'000, 2'000'000)));
        for (const double cell : cells) narrow.push_back(static_cast<std::int32_t>(cell));
        for (std::size_t i = 0; i < count; ++i) {
            left[i] = static_cast<double>(between(dice, -1'000'000'000, 1'000'000'000));
            sum[i] = static_cast<double>(between(dice, -1'000'000'000, 1'000'000'000));
            right[i] = static_cast<double>(between(dice, -300, 300));
            at[i] = static_cast<Small>(between(dice, 0, 899));
            u8[i] = static_cast<std::uint8_t>(between(dice, 0, 255));
            u16[i] = static_cast<std::uint16_t>(between(dice, 0, 65535));
            i32[i] = static_cast<std::int32_t>(between(dice, -70'000, 70'000));
            first[i] = static_cast<Small>(between(dice, 20'000, 20'400));
            until[i] = first[i] + static_cast<Small>(between(dice, 0, 400));
        }
    }
    Product product(Left left_kind, Right right_kind) const {
        const void* stated[] = {nullptr, right.data(), u8.data(), u16.data(), i32.data(), nullptr, nullptr, nullptr};
        return {left_kind, right_kind, left.data(), cells.data(), narrow.data(), at.data(), stated[static_cast<std::size_t>(right_kind)],
                first.data(), until.data(), low, high, static_cast<double>(each), sum.data()};
    }
    std::int64_t value(Left left_kind, Right right_kind, std::size_t i) const {
        const std::int64_t inside = std::max(0, std::min(until[i], high) - std::max(first[i], low));
        const std::int64_t counts[] = {1, static_cast<std::int64_t>(right[i]), u8[i], u16[i], i32[i], until[i] - first[i], inside, inside * each};
        const double number = left_kind == Left::column ? left[i] : cells[static_cast<std::size_t>(at[i])];
        return static_cast<std::int64_t>(number) * counts[static_cast<std::size_t>(right_kind)];
    }
    std::vector<double> left, sum, right, cells;
    std::vector<std::int32_t> narrow;
    std::vector<Small> at;
    std::vector<std::uint8_t> u8;
    std::vector<std::uint16_t> u16;
    std::vector<std::int32_t> i32;
    std::vector<Small> first, until;
    Small low = 20'150, high = 20'300;
    std::int64_t each = 366;
};

constexpr std::array lefts = {Left::column, Left::cells, Left::narrow};
constexpr std::array rights = {Right::none, Right::column, Right::u8, Right::u16, Right::i32, Right::days, Right::days_inside, Right::days_each};

RoundingPass by_bias(std::int64_t by, std::int64_t over, const Rounding& rounding, std::int64_t quantum, bool never_negative = false) {
    return kernel::rounding_pass(by, over, rounding, quantum, never_negative, 50);
}

}  // namespace

TEST_CASE("a fused pass reads, multiplies, adds, rounds and ends as the passes one by one, on every machine") {
    Dice dice(20260901);
    for (const std::size_t count : {1U, 7U, 8U, 9U, 61U}) {
        CAPTURE(count);
        const Rows rows(count, dice);
        const Rounding rounding = Rounding::nearest(Rate(1), Ties::away_from_zero);
        for (const Passes* passes : kernel::passes_here()) {
            CAPTURE(passes->machine);
            for (const Left left : lefts) {
                for (const Right right : rights) {
                    CAPTURE(static_cast<int>(left));
                    CAPTURE(static_cast<int>(right));
                    const Product product = rows.product(left, right);
                    const kernel::ProductPasses& of = passes->of(product);
                    std::vector<double> one(count), more(count), rounded(count);
                    of.add[0](count, product, one.data());
                    of.add[1](count, product, more.data());
                    of.round(count, product, by_bias(3, 1460, rounding, 5), rounded.data());
                    std::size_t wrong = 0;
                    for (std::size_t i = 0; i < count; ++i) {
                        const std::int64_t value = rows.value(left, right, i);
                        wrong += static_cast<std::int64_t>(one[i]) != value;
                        wrong += static_cast<std::int64_t>(more[i]) != value + static_cast<std::int64_t>(rows.sum[i]);
                        wrong += static_cast<std::int64_t>(rounded[i]) != 5 * tests::defined(rounding, Wide(value) * 3, 1460);
                    }
                    for (const std::size_t adds : {0U, 1U}) {
                        for (const std::int64_t quantum : {1, 100}) {
                            const RoundingPass end = by_bias(3, 36'500'000, rounding, quantum);
                            std::vector<std::int64_t> pence(count), alone(count);
                            std::vector<std::uint16_t> outcome(count);
                            of.end[adds](count, product, end, {pence.data(), outcome.data(), 7, 8});
                            of.end[adds](count, product, end, {alone.data(), nullptr, 0, 0});
                            for (std::size_t i = 0; i < count; ++i) {
                                const std::int64_t sum = rows.value(left, right, i) + (adds == 1 ? static_cast<std::int64_t>(rows.sum[i]) : 0);
                                const std::int64_t expected = quantum * tests::defined(rounding, Wide(sum) * 3, 36'500'000);
                                wrong += pence[i] != expected || alone[i] != expected || outcome[i] != (expected != 0 ? 7 : 8);
                            }
                        }
                    }
                    CHECK(wrong == 0);
                }
            }
        }
    }
}

TEST_CASE("by its bias every numerator of a small divisor is rounded as defined") {
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        for (std::int64_t d = 1; d <= 130; ++d) {
            std::vector<double> x;
            for (std::int64_t n = -5 * d; n <= 5 * d; ++n) x.push_back(static_cast<double>(n));
            std::vector<double> to(x.size());
            Product product;
            product.left = x.data();
            for (const tests::Mode& mode : tests::modes()) {
                const RoundingPass pass = by_bias(1, d, mode.rounding, 1);
                if (!pass.by_bias) {
                    CHECK(mode.rounding.ties() == Ties::to_even);
                    continue;
                }
                passes->of(product).round(x.size(), product, pass, to.data());
                std::size_t wrong = 0;
                for (std::size_t i = 0; i < x.size(); ++i) wrong += static_cast<std::int64_t>(to[i]) != tests::defined(mode.rounding, static_cast<std::int64_t>(x[i]), d);
                CAPTURE(d);
                CAPTURE(mode.name);
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("by its bias a numerator at the limit of the proof is rounded as defined, on both sides of every point where a way turns") {
    Dice dice(20270101);
    const std::int64_t limit = std::int64_t{1} << 49;
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        for (const std::int64_t d : tests::divisors()) {
            if (d >= limit / 2) continue;
            for (const std::int64_t by : {std::int64_t{1}, std::int64_t{7}, std::int64_t{2401}}) {
                // Numerators are multiples of `by`: those next to a point, below and above it, up to |n| + d < 2^49.
                std::vector<double> x;
                const std::int64_t most = (limit - d - 1) / d;
                for (std::size_t k = 0; k < 4000; ++k) {
                    const std::int64_t q = k < 1000 ? most - static_cast<std::int64_t>(k % 500) : between(dice, 0, std::max<std::int64_t>(most, 0));
                    const std::int64_t near = q * d + (k % 2 == 0 ? 0 : d / 2) + static_cast<std::int64_t>(k % 5) - 2;
                    const std::int64_t n = near / by;
                    if (n < 0 || n * by + d >= limit) continue;
                    x.push_back(static_cast<double>(n));
                    x.push_back(-static_cast<double>(n));
                }
                std::vector<std::int64_t> pence(x.size()), unfused(x.size());
                Product product;
                product.left = x.data();
                for (const tests::Mode& mode : tests::modes()) {
                    const RoundingPass pass = by_bias(by, d, mode.rounding, 1);
                    if (!pass.by_bias) continue;
                    passes->of(product).end[0](x.size(), product, pass, {pence.data(), nullptr, 0, 0});
                    passes->pence(x.size(), unfused.data(), x.data(), pass);
                    std::size_t wrong = 0;
                    for (std::size_t i = 0; i < x.size(); ++i) {
                        const std::int64_t right = tests::defined(mode.rounding, Wide(static_cast<std::int64_t>(x[i])) * by, d);
                        wrong += pence[i] != right || unfused[i] != right;
                    }
                    CAPTURE(d);
                    CAPTURE(by);
                    CAPTURE(mode.name);
                    CHECK(wrong == 0);
                }
            }
        }
    }
}
