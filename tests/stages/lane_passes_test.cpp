// The kernel's loops, on every machine's table that can run here, against definitions in 128-bit whole numbers: nine ways of
// rounding and the tenth that refuses a rest, both signs, ties made on purpose, and quotients at the limit of what is proved.
#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "kernel/double_lane.hpp"
#include "kernel/lane_passes.hpp"
#include "stages/numerators.hpp"

using namespace bandtariff;
using kernel::Passes;
using kernel::RoundingPass;
using plan::Small;
using tests::Dice;
using tests::Mode;
using tests::below;
using tests::defined;
using tests::divisors;
using tests::modes;
using tests::numerators;

TEST_CASE("a numerator below 53 bits is rounded as defined, by every mode, on every machine") {
    Dice dice(20260401);
    const std::int64_t limit = std::int64_t{1} << 53;
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        for (const std::int64_t d : divisors()) {
            CAPTURE(d);
            // What the plan proves: 2 (|x| + d) < 2^53, and what is paid below 2^51.
            const std::int64_t most = std::min(((limit - 1) / 2 - d) / d - 1, (std::int64_t{1} << 51) - 2);
            std::vector<Wide> x = numerators(dice, d, std::max<std::int64_t>(most, 0), 14000);
            std::erase_if(x, [&](Wide n) { return 2 * ((n < 0 ? -n : n) + d) >= limit; });
            std::vector<double> a(x.begin(), x.end()), to(x.size());
            std::vector<std::int64_t> pence(x.size());
            std::vector<Small> rest(x.size());
            for (const Mode& mode : modes()) {
                CAPTURE(mode.name);
                const RoundingPass pass = kernel::rounding_pass(1, d, mode.rounding, 1, false, 53);
                passes->round(x.size(), to.data(), a.data(), pass);
                passes->pence(x.size(), pence.data(), a.data(), pass);
                passes->has_residue(x.size(), rest.data(), a.data(), pass);
                std::size_t wrong = 0;
                for (std::size_t i = 0; i < x.size(); ++i) {
                    const std::int64_t right = defined(mode.rounding, x[i], d);
                    wrong += static_cast<std::int64_t>(to[i]) != right || pence[i] != right || (rest[i] != 0) != (x[i] % d != 0);
                }
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("a numerator that is never negative is rounded alike without regard to its sign") {
    Dice dice(20260402);
    for (const Passes* passes : kernel::passes_here()) {
        for (const std::int64_t d : {3, 38, 365'000}) {
            std::vector<Wide> x = numerators(dice, d, 1'000'000'000, 700);
            std::erase_if(x, [](Wide n) { return n < 0; });
            std::vector<double> a(x.begin(), x.end());
            std::vector<std::int64_t> pence(x.size());
            for (const Mode& mode : modes()) {
                passes->pence(x.size(), pence.data(), a.data(), kernel::rounding_pass(1, d, mode.rounding, 7, true, 53));
                std::size_t wrong = 0;
                for (std::size_t i = 0; i < x.size(); ++i) wrong += pence[i] != 7 * defined(mode.rounding, x[i], d);
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("parts end where the amount changes or does not count, and each is rounded") {
    constexpr std::size_t rows = 300, stretches = 5;
    constexpr std::int64_t d = 10;
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        for (const Mode& mode : modes()) {
            CAPTURE(mode.name);
            Dice dice(20260404);
            std::vector<double> quanta(rows, 0), amount(rows, 0), weight(rows, 0), next(rows), next_weight(rows);
            std::vector<Small> inexact(rows, 0), there(rows), counts(rows);
            std::vector<std::int64_t> due(rows, 0), open(rows, 0), days(rows, 0);
            std::vector<bool> has_rest(rows, false);
            const RoundingPass pass = kernel::rounding_pass(1, d, mode.rounding, 1, false, 53);
            const auto end = [&](std::size_t i) {
                due[i] += defined(mode.rounding, Wide(open[i]) * days[i], d);
                has_rest[i] = has_rest[i] || open[i] * days[i] % d != 0;
                days[i] = 0;
            };
            for (std::size_t s = 0; s <= stretches; ++s) {
                for (std::size_t i = 0; i < rows; ++i) {
                    there[i] = s == stretches || below(dice, 4) > 0;
                    counts[i] = s < stretches && there[i] != 0 && below(dice, 5) > 0;
                    const std::int64_t value = (below(dice, 3) - 1) * 5;
                    const std::int64_t length = there[i] != 0 ? below(dice, 200) : 0;
                    next[i] = static_cast<double>(value);
                    next_weight[i] = static_cast<double>(length);
                    if (there[i] == 0) continue;
                    if (counts[i] == 0 || value != open[i]) end(i);
                    if (counts[i] == 0) continue;
                    open[i] = value;
                    days[i] += length;
                }
                passes->part(rows, quanta.data(), amount.data(), weight.data(), inexact.data(), next.data(), next_weight.data(), there.data(), counts.data(), pass);
            }
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < rows; ++i) wrong += static_cast<std::int64_t>(quanta[i]) != due[i] || (inexact[i] != 0) != has_rest[i];
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("every machine's loops price the same rows to the same bytes") {
    const Plan plan = compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/stages/program/small").value());
    const TariffContents& tariff = *plan.tariff();
    constexpr std::size_t rows = 2500;
    Dice dice(20260405);
    const std::int64_t first = day_number(make_date(2026, 4, 1));
    // Some bands, days and attendances are outside what may be stated.
    const std::vector<std::tuple<const char*, std::int64_t, std::int64_t>> facts = {
        {"band", 0, 2}, {"setting", 0, 2}, {"start", first - 3, first + 200}, {"last_day", first + 190, first + 364},
        {"attendance", 0, 1001}, {"hours", 0, 300}, {"group_size", 1000, 30000}};
    std::vector<std::vector<std::int32_t>> columns;
    PlacementTable table(plan.tariff(), RecordId(0), rows);
    columns.reserve(facts.size());
    for (const auto& [name, low, high] : facts) {
        auto& column = columns.emplace_back();
        for (std::size_t k = 0; k < rows; ++k) column.push_back(static_cast<std::int32_t>(low + below(dice, high - low + 1)));
        table.set(tariff.fact(name).value(), std::span<const std::int32_t>(column));
    }
    std::vector<std::int64_t> expected;
    std::vector<std::uint16_t> expected_outcome;
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        kernel::use_passes(passes);
        std::vector<std::int64_t> total(rows);
        std::vector<std::uint16_t> outcome(rows);
        plan.price(table, {total, outcome, {}});
        kernel::use_passes(nullptr);
        if (expected.empty()) {
            expected = total;
            expected_outcome = outcome;
        }
        CHECK(total == expected);
        CHECK(outcome == expected_outcome);
    }
    CHECK(std::count(expected_outcome.begin(), expected_outcome.end(), 0) > 1000);
    CHECK(std::count(expected_outcome.begin(), expected_outcome.end(), 0) < 2400);
}

TEST_CASE("a column is in range where each of its values is, in every type and at the type's own ends") {
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        const auto agrees = [&](auto values, std::int64_t low, std::int64_t high) {
            using Value = typename decltype(values)::value_type;
            constexpr std::size_t type = sizeof(Value) == 1 ? 0 : sizeof(Value) == 2 ? 1 : sizeof(Value) == 4 ? 2 : 3;
            const bool inside = std::all_of(values.begin(), values.end(), [&](Value v) { return low <= static_cast<std::int64_t>(v) && static_cast<std::int64_t>(v) <= high; });
            CAPTURE(low);
            CAPTURE(high);
            CHECK(passes->check[type](values.size(), values.data(), low, high) == inside);
            // Where some state none, the others are marked one by one.
            std::vector<Given> stated(values.size(), Given::given), given(values.size()), expected;
            stated[0] = Given::absent;
            for (std::size_t i = 0; i < values.size(); ++i) {
                const bool wrong = i > 0 && !(low <= static_cast<std::int64_t>(values[i]) && static_cast<std::int64_t>(values[i]) <= high);
                expected.push_back(wrong ? Given::code_unknown : stated[i]);
            }
            const bool any = passes->mark[type](values.size(), values.data(), stated.data(), low, high, Given::code_unknown, given.data());
            CHECK(given == expected);
            CHECK(any == (std::count(expected.begin(), expected.end(), Given::code_unknown) > 0));
            CHECK(passes->mark[type](values.size(), values.data(), nullptr, low, high, Given::out_of_range, given.data()) == !inside);
            std::vector<std::int64_t> numbers(values.size());
            passes->stated_number[type](values.size(), values.data(), stated.data(), -7, numbers.data());
            std::vector<std::int64_t> wide(values.begin(), values.end());
            wide[0] = -7;
            CHECK(numbers == wide);
        };
        for (const auto& [low, high] : std::vector<std::pair<std::int64_t, std::int64_t>>{
                 {0, 11}, {1, 255}, {0, 65'535}, {-5, 300}, {-2'147'483'648, 2'147'483'647}, {-1, -1}, {300, 400}, {70'000, 80'000}, {-9'000'000'000, 9'000'000'000}}) {
            agrees(std::vector<std::uint8_t>{0, 3, 11}, low, high);
            agrees(std::vector<std::uint8_t>{1, 12, 255}, low, high);
            agrees(std::vector<std::uint16_t>{0, 300, 65'535}, low, high);
            agrees(std::vector<std::int32_t>{-1, -1, -1}, low, high);
            agrees(std::vector<std::int32_t>{-2'147'483'647 - 1, 0, 2'147'483'647}, low, high);
            agrees(std::vector<std::int64_t>{-8'000'000'000, 8'000'000'000}, low, high);
            agrees(std::vector<std::int64_t>{INT64_MIN, 0}, low, high);
        }
    }
}

TEST_CASE("what a few cells hold is looked up alike in registers and in memory, however many rows and cells there are") {
    Dice dice(20261125);
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        for (const std::size_t cells : {1U, 2U, 31U, 33U, 63U, 64U, 65U, 127U, 128U, 129U, 192U, 193U, 255U, 256U, 257U, 700U}) {
            CAPTURE(cells);
            std::vector<Small> table;
            for (std::size_t k = 0; k < cells; ++k) table.push_back(static_cast<Small>(below(dice, k % 5 == 0 ? 65'536 : 300)));
            const std::vector<std::uint16_t> words = kernel::words_of(table);
            REQUIRE(words.size() == cells + kernel::most_words);
            for (const std::size_t rows : {1U, 31U, 32U, 33U, 95U, 300U}) {
                CAPTURE(rows);
                std::vector<Small> at, expected, to(rows), added(rows, 11);
                std::vector<std::uint8_t> bytes;
                std::vector<std::uint16_t> numbers(rows), more;
                const Small offset = static_cast<Small>(cells > 40 ? below(dice, 40) : 0), less = 3;
                for (std::size_t k = 0; k < rows; ++k) {
                    at.push_back(static_cast<Small>(below(dice, static_cast<std::int64_t>(cells) - offset)));
                    expected.push_back(table[static_cast<std::size_t>(at.back() + offset)]);
                    bytes.push_back(static_cast<std::uint8_t>(std::min<Small>(at.back(), 200) + less));
                    more.push_back(static_cast<std::uint16_t>(at.back() + less));
                }
                const kernel::Words all{words.data(), cells};
                passes->lookup_small(rows, to.data(), table.data() + offset, all.past(offset), at.data());
                CHECK(to == expected);
                passes->numbers_of(rows, numbers.data(), all.past(offset), at.data());
                CHECK(std::vector<Small>(numbers.begin(), numbers.end()) == expected);
                kernel::PositionTerm term;
                term.map = table.data() + offset;
                term.words = all.past(offset);
                const auto terms_add_up = [&](const void* from, Column::Type type, Small off) {
                    term.from = from;
                    term.type = type;
                    term.less = off;
                    passes->position(rows, added.data(), {}, {&term, 1}, 11);
                    std::size_t wrong = 0;
                    for (std::size_t k = 0; k < rows; ++k) {
                        const Small position = type == Column::Type::u8 ? std::min<Small>(at[k], 200) : at[k];
                        wrong += added[k] != 11 + table[static_cast<std::size_t>(position + offset)];
                    }
                    CHECK(wrong == 0);
                };
                terms_add_up(bytes.data(), Column::Type::u8, less);
                terms_add_up(more.data(), Column::Type::u16, less);
                terms_add_up(at.data(), Column::Type::i32, 0);
                const std::vector<std::int64_t> wide(at.begin(), at.end());
                terms_add_up(wide.data(), Column::Type::i64, 0);
            }
        }
    }
    CHECK(kernel::words_of(std::vector<Small>{0, 65'536}).empty());
    CHECK(kernel::words_of(std::vector<Small>{-1}).empty());
    CHECK(kernel::words_of(std::vector<Small>(5'000, 1)).empty());
}

TEST_CASE("a line's ranks on stretches of days come to the rank of the line, row by row") {
    Dice dice(5);
    constexpr std::size_t rows = 333;
    constexpr Small first_stop = 4, absent = 9;
    for (const Passes* passes : kernel::passes_here()) {
        CAPTURE(passes->machine);
        std::vector<Small> state(rows), active(rows), from(rows), until(rows), live(rows), worst(rows), counts(rows), valued(rows), counted_until(rows), rank(rows);
        std::vector<std::int64_t> pence(rows, 55);
        std::vector<Small> greatest(rows, 0), any_value(rows, 0), there(rows, 0);
        std::size_t wrong = 0;
        for (int stretch = 0; stretch < 3; ++stretch) {
            for (std::size_t i = 0; i < rows; ++i) {
                state[i] = below(dice, 2) == 0 ? 0 : static_cast<Small>(below(dice, 10));
                active[i] = static_cast<Small>(below(dice, 2));
                from[i] = static_cast<Small>(below(dice, 100));
                until[i] = from[i] + 10;
            }
            passes->told_stretch(rows, {state.data(), active.data(), from.data(), until.data(), absent, live.data(), worst.data(), counts.data(), valued.data(),
                                        counted_until.data()});
            for (std::size_t i = 0; i < rows; ++i) {
                const bool here = active[i] != 0 && state[i] != absent, value = active[i] != 0 && state[i] == 0;
                if (here) greatest[i] = std::max(greatest[i], state[i]);
                there[i] |= here ? 1 : 0;
                any_value[i] |= value ? 1 : 0;
                wrong += (counts[i] != 0) != value || counted_until[i] != (value ? until[i] : from[i]);
            }
        }
        for (std::size_t i = 0; i < rows; ++i) rank[i] = i % 7 == 0 ? 2 : 0;
        passes->told_end(rows, {live.data(), worst.data(), valued.data(), first_stop, absent, rank.data(), pence.data()});
        for (std::size_t i = 0; i < rows; ++i) {
            const Small own = i % 7 == 0 ? 2 : 0;
            const Small expected = there[i] == 0 ? absent : greatest[i] >= first_stop || any_value[i] == 0 ? greatest[i] : own;
            wrong += rank[i] != expected || pence[i] != (expected != 0 ? 0 : 55);
        }
        CHECK(wrong == 0);
    }
}
