// Passes over sums past 53 bits, on every machine's table that can run here, against definitions in 128-bit whole numbers: nine ways of
// rounding, both signs, every way of reading an amount and what it counts, ties made on purpose, estimates as far off as the proof
// allows, and quotients at its limit.
#include <doctest/doctest.h>

#include <cmath>

#include "kernel/columns.hpp"
#include "kernel/double_lane.hpp"
#include "stages/product_rows.hpp"

using namespace bandtariff;
using kernel::Left;
using kernel::Passes;
using kernel::Product;
using kernel::Right;
using kernel::RoundingPass;
using kernel::WideCell;
using tests::Dice;
using tests::Mode;
using tests::Rows;
using tests::below;
using tests::between;
using tests::low_bits;

namespace {

constexpr std::int64_t prime = (std::int64_t{1} << 61) - 1, of_big = 365'000'000'000'000'000;

RoundingPass pass_of(std::int64_t by, std::int64_t over, const Rounding& rounding, std::int64_t quantum, bool never_negative = false) {
    return kernel::rounding_pass(by, over, rounding, quantum, never_negative, 100);
}

/// As far below its number in size as a cell may be: all but the 53 bits that lead are left out.
WideCell cell_of(Wide number) {
    Wide kept = number < 0 ? -number : number;
    int dropped = 0;
    for (; kept >> 53 != 0; ++dropped) kept >>= 1;
    const double size = std::ldexp(static_cast<double>(kept), dropped);
    return {number < 0 ? -size : size, low_bits(number)};
}

}  // namespace

TEST_CASE("an amount of any size is read, multiplied, added and ended as defined, in every way and on every machine") {
    Dice dice(20261201);
    for (const std::size_t count : {1U, 7U, 8U, 9U, 61U}) {
        CAPTURE(count);
        const Rows rows(count, dice);
        std::vector<Wide> before(count);
        std::vector<double> before_size(count);
        std::vector<std::int64_t> before_whole(count);
        for (const Passes* passes : kernel::passes_here()) {
            CAPTURE(passes->machine);
            for (const Left left : {Left::column, Left::cells, Left::narrow, Left::wide, Left::product}) {
                const bool is_wide = left == Left::wide || left == Left::product;
                const std::int64_t over = is_wide ? prime : 365'000'000;
                for (std::size_t i = 0; i < count; ++i) {
                    before[i] = Wide(between(dice, -1'000'000'000'000'000, 1'000'000'000'000'000)) * (is_wide ? 1'000'000'000'007 : 1);
                    before_size[i] = static_cast<double>(before[i]);
                    before_whole[i] = low_bits(before[i]);
                }
                for (const Right right : tests::rights) {
                    CAPTURE(static_cast<int>(left));
                    CAPTURE(static_cast<int>(right));
                    Product product = rows.product(left, right);
                    product.sum = before_size.data();
                    product.whole = before_whole.data();
                    const kernel::ResiduePasses& of = passes->of_residue(product);
                    std::size_t wrong = 0;
                    for (const std::size_t adds : {0U, 1U}) {
                        const auto exact = [&](std::size_t i) { return rows.value(left, right, i) + (adds == 1 ? before[i] : 0); };
                        std::vector<double> size(count);
                        std::vector<std::int64_t> whole(count), pence(count), alone(count), later(count);
                        kernel::ColumnOf<std::int64_t> far(count);  // past the cache, at a cache line
                        std::vector<std::uint16_t> outcome(count);
                        of.add[adds](count, product, size.data(), whole.data());
                        for (std::size_t i = 0; i < count; ++i) {
                            wrong += whole[i] != low_bits(exact(i));
                            const double off = std::fabs(size[i] - static_cast<double>(exact(i))), most = std::fabs(before_size[i]) + std::fabs(size[i]);
                            wrong += off > std::ldexp(most, -50);
                        }
                        for (const Mode& mode : tests::modes()) {
                            for (const std::int64_t by : {1, 3}) {
                                for (const std::int64_t quantum : {1, 100}) {
                                    const RoundingPass pass = pass_of(by, over, mode.rounding, quantum);
                                    of.end[adds](count, product, pass, {pence.data(), outcome.data(), 7, 8});
                                    of.end[adds](count, product, pass, {alone.data()});
                                    of.end[adds](count, product, pass, {far.data(), nullptr, 0, 0, true});
                                    passes->residues->end(count, size.data(), whole.data(), pass, {later.data()});
                                    for (std::size_t i = 0; i < count; ++i) {
                                        const std::int64_t expected = quantum * tests::defined(mode.rounding, exact(i) * by, over);
                                        wrong += pence[i] != expected || alone[i] != expected || later[i] != expected || far[i] != expected || outcome[i] != (expected != 0 ? 7 : 8);
                                    }
                                }
                            }
                        }
                    }
                    CHECK(wrong == 0);
                }
            }
        }
    }
}

TEST_CASE("a sum is rounded as defined from its residue and from a size as far off as the proof allows") {
    Dice dice(20260403);
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        for (const std::int64_t d : {std::int64_t{2}, std::int64_t{1'825}, std::int64_t{365'000'000}, of_big, prime, prime - 1}) {
            CAPTURE(d);
            const std::vector<Wide> x = tests::numerators(dice, d, std::int64_t{1} << 46, 20000);
            std::vector<double> size;
            std::vector<std::int64_t> residue, pence(x.size());
            for (const Wide n : x) {
                // A fifth of a quantum either way, and up to five roundings of 2^-7 of one.
                size.push_back(static_cast<double>(n) + 0.2 * static_cast<double>(d) * static_cast<double>(below(dice, 3) - 1));
                residue.push_back(low_bits(n));
            }
            for (const Mode& mode : tests::modes()) {
                CAPTURE(mode.name);
                passes->residues->end(x.size(), size.data(), residue.data(), pass_of(1, d, mode.rounding, 1), {pence.data()});
                std::size_t wrong = 0;
                for (std::size_t i = 0; i < x.size(); ++i) wrong += pence[i] != tests::defined(mode.rounding, x[i], d);
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("cells and products whose quotients are at the limit of the proof are rounded as defined") {
    // Nine roundings of 2^-53 of the quotient are a quarter of a quantum: ends_by_residue, of an amount carried modulo 2^64 and one stretch.
    constexpr std::int64_t limit = (std::int64_t{1} << 51) / 9;
    Dice dice(20261202);
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        for (const std::int64_t d : {std::int64_t{2}, std::int64_t{1'825}, std::int64_t{14'600'000'000'000}, of_big, prime, prime - 1}) {
            CAPTURE(d);
            const std::vector<Wide> x = tests::numerators(dice, d, limit - 1, 14000);
            std::vector<WideCell> cells;
            std::vector<plan::Small> at;
            for (const Wide n : x) {
                at.push_back(static_cast<plan::Small>(cells.size()));
                cells.push_back(cell_of(n));
            }
            // Products of half the divisor, where that is small enough: every odd one is a tie.
            std::vector<double> a, b;
            for (std::size_t k = 0; d % 2 == 0 && d / 2 < std::int64_t{1} << 51 && k < 8000; ++k) {
                a.push_back(static_cast<double>(below(dice, 4 * limit) - 2 * limit));
                b.push_back(static_cast<double>(d / 2));
            }
            std::vector<std::int64_t> pence(x.size()), of_products(a.size());
            Product looked_up, multiplied;
            looked_up.left_kind = Left::wide;
            looked_up.wide = cells.data();
            looked_up.at = at.data();
            multiplied.left_kind = Left::product;
            multiplied.left = a.data();
            multiplied.second = b.data();
            for (const Mode& mode : tests::modes()) {
                CAPTURE(mode.name);
                const RoundingPass pass = pass_of(1, d, mode.rounding, 1);
                passes->of_residue(looked_up).end[0](x.size(), looked_up, pass, {pence.data()});
                passes->of_residue(multiplied).end[0](a.size(), multiplied, pass, {of_products.data()});
                std::size_t wrong = 0;
                for (std::size_t i = 0; i < x.size(); ++i) wrong += pence[i] != tests::defined(mode.rounding, x[i], d);
                for (std::size_t i = 0; i < a.size(); ++i)
                    wrong += of_products[i] != tests::defined(mode.rounding, Wide(static_cast<std::int64_t>(a[i])) * static_cast<std::int64_t>(b[i]), d);
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("a sum that is never negative is rounded alike without regard to its sign") {
    Dice dice(20261203);
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        std::vector<Wide> x = tests::numerators(dice, prime, std::int64_t{1} << 40, 3000);
        std::erase_if(x, [](Wide n) { return n < 0; });
        std::vector<double> size;
        std::vector<std::int64_t> residue, pence(x.size());
        for (const Wide n : x) {
            size.push_back(static_cast<double>(n));
            residue.push_back(low_bits(n));
        }
        for (const Mode& mode : tests::modes()) {
            passes->residues->end(x.size(), size.data(), residue.data(), pass_of(1, prime, mode.rounding, 7, true), {pence.data()});
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < x.size(); ++i) wrong += pence[i] != 7 * tests::defined(mode.rounding, x[i], prime);
            CHECK(wrong == 0);
        }
    }
}
