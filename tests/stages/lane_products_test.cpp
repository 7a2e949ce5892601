// The fused passes, on every machine's table that can run here, against definitions in 128-bit whole numbers: every way of reading a
// number and what it counts, with and without a sum; roundings by bias, for all small numerators of all small divisors and at the limit
// of what is proved.
#include <doctest/doctest.h>

#include <vector>

#include "kernel/columns.hpp"
#include "kernel/double_lane.hpp"
#include "kernel/lane_passes.hpp"
#include "stages/defined_rounding.hpp"
#include "stages/product_rows.hpp"

using namespace bandtariff;
using kernel::Left;
using kernel::Passes;
using kernel::Product;
using kernel::Right;
using kernel::RoundingPass;
using tests::Dice;
using tests::Rows;
using tests::between;
using tests::rights;

namespace {

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
            for (const Left left : {Left::column, Left::cells, Left::narrow}) {
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
                        const auto value = static_cast<std::int64_t>(rows.value(left, right, i));
                        wrong += static_cast<std::int64_t>(one[i]) != value;
                        wrong += static_cast<std::int64_t>(more[i]) != value + static_cast<std::int64_t>(rows.sum[i]);
                        wrong += static_cast<std::int64_t>(rounded[i]) != 5 * tests::defined(rounding, Wide(value) * 3, 1460);
                    }
                    for (const std::size_t adds : {0U, 1U}) {
                        for (const std::int64_t quantum : {1, 100}) {
                            const RoundingPass end = by_bias(3, 36'500'000, rounding, quantum);
                            std::vector<std::int64_t> pence(count), alone(count);
                            kernel::ColumnOf<std::int64_t> far(count);  // past the cache, at a cache line
                            std::vector<std::uint16_t> outcome(count), far_outcome(count);
                            of.end[adds](count, product, end, {pence.data(), outcome.data(), 7, 8});
                            of.end[adds](count, product, end, {far.data(), far_outcome.data(), 7, 8, true});
                            of.end[adds](count, product, end, {alone.data(), nullptr, 0, 0});
                            for (std::size_t i = 0; i < count; ++i) {
                                const std::int64_t sum = static_cast<std::int64_t>(rows.value(left, right, i)) + (adds == 1 ? static_cast<std::int64_t>(rows.sum[i]) : 0);
                                const std::int64_t expected = quantum * tests::defined(rounding, Wide(sum) * 3, 36'500'000);
                                wrong += pence[i] != expected || alone[i] != expected || far[i] != expected;
                                wrong += outcome[i] != (expected != 0 ? 7 : 8) || far_outcome[i] != outcome[i];
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
