// Sums of differences, in 64 bits where they hold them and in 128 where they do not: the same as one row after another in 128.
#include "sweep/weighing.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

using namespace bandtariff::sweep;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();

struct Columns {
    std::vector<std::int64_t> now, standing, records;
    [[nodiscard]] Weighing weighing() const { return {now, standing, records}; }
};

void check(const Columns& columns) {
    Gains wanted;
    for (std::size_t k = 0; k < columns.now.size(); ++k) {
        const WideSum by = (WideSum{columns.now[k]} - columns.standing[k]) * columns.records[k];
        wanted.changed += by;
        if (by > 0) wanted.gained += by, wanted.gaining += static_cast<std::uint64_t>(columns.records[k]);
        if (by < 0) wanted.losing += static_cast<std::uint64_t>(columns.records[k]);
    }
    const Gains found = gains(columns.weighing());
    CHECK(found.changed == wanted.changed);
    CHECK(found.gained == wanted.gained);
    CHECK(found.gaining == wanted.gaining);
    CHECK(found.losing == wanted.losing);
    CHECK(changed(columns.weighing()) == wanted.changed);
}

}  // namespace

TEST_CASE("differences times their records are summed exactly, whatever their size") {
    struct Row {
        const char* name;
        std::int64_t largest;
        std::int64_t records;
    };
    const std::vector<Row> rows = {
        {"pence of one record", 2'000'000, 1},
        {"pence of many records", 2'000'000, 700'000},
        {"where 62 bits are just enough", std::int64_t{1} << 40, std::int64_t{1} << 14},
        {"where they are just not", std::int64_t{1} << 44, std::int64_t{1} << 12},
        {"where 64 are not", std::int64_t{1} << 60, 100'000},
        {"any number there is", most, 3},
    };
    std::mt19937_64 random(20261125);
    for (const Row& row : rows) {
        CAPTURE(row.name);
        for (const std::size_t count : {0, 1, 3, 7, 8, 9, 64, 100, 2048}) {
            Columns columns;
            std::uniform_int_distribution<std::int64_t> number(-row.largest, row.largest), records(0, row.records);
            for (std::size_t k = 0; k < count; ++k) {
                columns.now.push_back(number(random));
                columns.standing.push_back(random() % 4 == 0 ? columns.now.back() : number(random));
                columns.records.push_back(records(random));
            }
            check(columns);
        }
    }
}

TEST_CASE("differences of the least and greatest numbers are not lost") {
    check({{most, least, most, least, 0, least}, {least, most, most, least, least, 0}, {1, 1, 5, 5, 2, 3}});
    check({{most, most}, {least, least}, {1, 1}});
}

TEST_CASE("an outcome that differs is seen wherever it stands") {
    for (const std::size_t count : {1, 5, 31, 32, 33, 2048}) {
        std::vector<std::uint16_t> now(count, 300), standing = now;
        CHECK_FALSE(any_differs(now, standing));
        for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
            standing[at] = 44;  // the same low byte
            CHECK(any_differs(now, standing));
            standing[at] = 300;
        }
    }
}
