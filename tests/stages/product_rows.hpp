// Rows of two numbers each, in every way that a fused pass reads them, and what they come to.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "kernel/lane_passes.hpp"
#include "stages/numerators.hpp"

namespace tests {

namespace kernel = bandtariff::kernel;
using bandtariff::plan::Small;
using kernel::Left;
using kernel::Product;
using kernel::Right;

inline std::int64_t between(Dice& dice, std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(high - low + 1));
}

inline std::int64_t low_bits(Wide x) { return static_cast<std::int64_t>(static_cast<std::uint64_t>(x)); }

/// Rows of every way of stating the same two numbers of each.
struct Rows {
    explicit Rows(std::size_t count, Dice& dice)
        : left(count), second(count), sum(count), right(count), at(count), u8(count), u16(count), i32(count), first(count), until(count) {
        for (std::size_t i = 0; i < 900; ++i) cells.push_back(static_cast<double>(between(dice, -2'000'000, 2'000'000)));
        for (const double cell : cells) narrow.push_back(static_cast<std::int32_t>(cell));
        for (std::size_t i = 0; i < 900; ++i) {
            wide_cells.push_back(Wide(between(dice, -1'000'000'000'000'000, 1'000'000'000'000'000)) * between(dice, 1, 10'000'000'000) + between(dice, 0, 9));
            wide.push_back({static_cast<double>(wide_cells.back()), low_bits(wide_cells.back())});
        }
        for (std::size_t i = 0; i < count; ++i) {
            left[i] = static_cast<double>(between(dice, -1'000'000'000, 1'000'000'000));
            second[i] = static_cast<double>(between(dice, -1'000'000'000'000'000, 1'000'000'000'000'000));
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
                first.data(), until.data(), low, high, static_cast<double>(each), sum.data(), wide.data(), second.data()};
    }
    Wide value(Left left_kind, Right right_kind, std::size_t i) const {
        const std::int64_t inside = std::max(0, std::min(until[i], high) - std::max(first[i], low));
        const std::int64_t counts[] = {1, static_cast<std::int64_t>(right[i]), u8[i], u16[i], i32[i], until[i] - first[i], inside, inside * each};
        const auto cell = static_cast<std::size_t>(at[i]);
        const Wide column = static_cast<std::int64_t>(left[i]), looked_up = static_cast<std::int64_t>(cells[cell]);
        const Wide numbers[] = {column, looked_up, looked_up, wide_cells[cell], column * static_cast<std::int64_t>(second[i])};
        return numbers[static_cast<std::size_t>(left_kind)] * counts[static_cast<std::size_t>(right_kind)];
    }
    std::vector<double> left, second, sum, right, cells;
    std::vector<Wide> wide_cells;
    std::vector<kernel::WideCell> wide;
    std::vector<std::int32_t> narrow;
    std::vector<Small> at;
    std::vector<std::uint8_t> u8;
    std::vector<std::uint16_t> u16;
    std::vector<std::int32_t> i32;
    std::vector<Small> first, until;
    Small low = 20'150, high = 20'300;
    std::int64_t each = 366;
};

inline constexpr std::array rights = {Right::none, Right::column, Right::u8, Right::u16, Right::i32, Right::days, Right::days_inside, Right::days_each};

}  // namespace tests
