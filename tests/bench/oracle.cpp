// What every row of a fixture is worth, worked out one row at a time from the raw columns and tables: no engine code, whole
// numbers of 128 bits throughout, each rounding as the pack's text says it. Writes expected.i64 beside the columns.
// `check_oracle.py` works a sample of the same rows out again in Python's fractions.
//
//     bench_oracle FIXTURE_FOLDER...
#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "fixture.hpp"

namespace {

using Wide = __int128;

/// numerator / denominator to the nearest whole number, an exact half away from zero; the denominator is positive.
Wide nearest(Wide numerator, Wide denominator) {
    const Wide size = numerator < 0 ? -numerator : numerator;
    const Wide whole = size / denominator + (size % denominator >= denominator - size % denominator ? 1 : 0);
    return numerator < 0 ? -whole : whole;
}

/// a x b / denominator to the nearest, for positive numbers whose product is past 128 bits: b is taken in bit by bit, and what
/// is carried stays below the denominator (which has to stay below 2^125).
Wide nearest_of_product(Wide a, Wide b, Wide denominator) {
    Wide whole = 0, rest = 0;
    for (int bit = 63; bit >= 0; --bit) {
        whole *= 2;
        rest *= 2;
        if ((b >> bit) & 1) {
            whole += a / denominator;
            rest += a % denominator;
        }
        whole += rest / denominator;
        rest %= denominator;
    }
    return whole + (rest >= denominator - rest ? 1 : 0);
}

struct Row {
    const bench::Fixture& fixture;
    std::size_t row;
    Wide operator[](const char* column) const { return fixture.columns.at(column).at(row); }
    [[nodiscard]] Wide cell(const char* table, Wide at) const {
        return fixture.tables.at(table).at(static_cast<std::size_t>(at));
    }
};

constexpr int bands_narrow = 3, bands = 7, settings = 4, areas = 150;
constexpr Wide threshold = 600'000;  // pence
constexpr Wide first_day = 20544, september = 20697, january = 20819, after_year = 20909;

/// Days of [from, to) within those paid.
Wide days_within(const Row& row, Wide from, Wide to) {
    return std::max<Wide>(0, std::min(row["last_day"] + 1, to) - std::max(row["start"], from));
}

/// Herefordshire's printed sums for a term of 30 hours a week, from group A1 (10 to 14 points) to F4 (105 to 109), in pounds; 15
/// hours are half. rules/local/herefordshire has the source.
constexpr int per_term[] = {251,  498,  860,  1227, 1440, 1658, 1871, 2126, 2938, 3406,
                            3875, 4345, 4818, 5287, 5756, 6230, 6700, 7168, 7637, 8111};

Wide herefordshire(const Row& row) {
    if (row["funded_hours"] == 2 || row["points"] > 109) return bench::not_priced;
    if (row["points"] < 10) return 0;
    const Wide pence = 100 * per_term[static_cast<int>((row["points"] - 10) / 5)] * row["terms"];
    return row["funded_hours"] == 0 ? pence : pence / 2;
}

Wide price(const std::string& name, const Row& row) {
    if (name == "herefordshire") return herefordshire(row);
    if (name == "schemes") {
        const Wide weekly = nearest(
            row["teacher_hours"] * row.cell("teacher", row["band"]) + row["assistant_hours"] * row.cell("assistant", row["band"]),
            100);
        const Wide daily = nearest(weekly, 5), share = nearest(threshold, 190);
        return nearest(std::max<Wide>(0, daily - share) * row.cell("area_cost", row["region"]) * row["days_on_roll"], 10'000);
    }
    if (name == "slices") {
        Wide sum = 0;
        const auto slice = [&](const char* rates, Wide from, Wide to) {
            const Wide weekly = nearest(row["hours"] * row.cell(rates, row["band"]), 100);
            const Wide yearly = nearest(weekly * 386 * row["attendance"], 10 * 1000);
            return std::pair{yearly, days_within(row, from, to)};
        };
        // Neighbouring slices of one amount are one part, and are rounded together.
        std::pair<Wide, Wide> part{0, 0};
        for (const auto& next : {slice("april", first_day, september), slice("september", september, january),
                                 slice("january", january, after_year)}) {
            if (next.second == 0) continue;
            if (part.second > 0 && part.first != next.first) {
                sum += nearest(part.first * part.second, 365);
                part.second = 0;
            }
            part = {next.first, part.second + next.second};
        }
        return sum + nearest(part.first * part.second, 365);
    }
    const bool wide = name == "wide";
    Wide cell = (row["need"] * (wide ? bands_narrow : bands) + row["band"]) * settings + row["setting"];
    if (wide) cell = cell * areas + row["area"];
    const Wide area_cost = row.cell("area_cost", wide ? row["area"] : row["region"]);
    const auto above = [&](const char* table) {
        const Wide amount = row.cell(table, cell) - threshold;
        return name == "ties" ? amount : std::max<Wide>(0, amount);
    };
    if (name.starts_with("dated")) {
        const Wide sum = above("april") * days_within(row, first_day, september) +
                         above("september") * days_within(row, september, january) +
                         above("january") * days_within(row, january, after_year);
        return nearest(sum * area_cost, 365 * 10'000);
    }
    const Wide scale = name.starts_with("big") ? 1'000'000'000'000 : 10'000;
    const Wide days = name == "flat_dates" ? days_within(row, first_day, after_year) : row["days"];
    const Wide numerator = above("price") * area_cost * days;
    if (name == "big_integer") return nearest_of_product(numerator, row["attendance"], 365 * scale * 1'000'000'000'000);
    return nearest(numerator, 365 * scale);
}

}  // namespace

int main(int argc, char** argv) {
    for (int k = 1; k < argc; ++k) {
        const bench::Fixture fixture = bench::Fixture::load(argv[k]);
        const std::string name = fixture.name();
        std::vector<std::int64_t> pence(fixture.rows);
        for (std::size_t row = 0; row < fixture.rows; ++row) {
            const Wide value = price(name, {fixture, row});
            if (value != static_cast<std::int64_t>(value)) throw std::runtime_error("more than 64 bits of pence");
            pence[row] = static_cast<std::int64_t>(value);
        }
        bench::write_numbers(fixture.folder, "expected", pence);
    }
}
