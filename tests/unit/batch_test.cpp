// Plan::price over columns: who is at fault for what, and that a row in a batch is the row alone, in every column type and
// on both sides of a block's end.
#include <doctest/doctest.h>

#include <algorithm>
#include <latch>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bandtariff/plan.hpp"
#include "unit/written_pack.hpp"

using namespace bandtariff;

namespace {

Plan plan_of(const std::string& pack) {
    return compile(load_tariff(std::string(BANDTARIFF_SOURCE_DIR "/tests/packs/good/") + pack).value());
}

/// One way of counting time, a start and a last day a row, as columns.
struct Rows {
    std::vector<std::uint16_t> way;
    std::vector<std::int32_t> start, last_day, paid_on;
    std::vector<Given> given;

    explicit Rows(std::size_t count, std::uint64_t seed = 20260401) : given(count, Given::given) {
        std::mt19937_64 dice(seed);
        const auto below = [&](std::uint64_t most) { return static_cast<std::int32_t>(dice() % most); };
        const std::int32_t first = day_number(make_date(2026, 4, 1));
        for (std::size_t k = 0; k < count; ++k) {
            way.push_back(static_cast<std::uint16_t>(below(16)));
            start.push_back(first + below(1096));
            last_day.push_back(start.back() + (below(4) == 0 ? 364 : below(400)));
            paid_on.push_back(start.back() + below(30));
        }
    }
    [[nodiscard]] std::size_t count() const { return way.size(); }
};

struct Prices {
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    explicit Prices(std::size_t count) : total(count, -1), outcome(count, 9999) {}
    [[nodiscard]] QuoteTable quotes() { return {total, outcome, {}}; }
};

FactId fact(const Plan& plan, const char* name) { return plan.tariff()->fact(name).value(); }

template <class Way>
PlacementTable table_of(const Plan& plan, const Rows& rows, const std::vector<Way>& way) {
    PlacementTable table(plan.tariff(), RecordId(0), rows.count());
    table.set(fact(plan, "way"), std::span<const Way>(way));
    table.set(fact(plan, "start"), std::span<const std::int32_t>(rows.start), rows.given.data());
    table.set(fact(plan, "last_day"), std::span<const std::int32_t>(rows.last_day));
    table.set(fact(plan, "paid_on"), std::span<const std::int32_t>(rows.paid_on));
    return table;
}

Prices price(const Plan& plan, const Rows& rows) {
    Prices prices(rows.count());
    plan.price(table_of(plan, rows, rows.way), prices.quotes());
    return prices;
}

Quote alone(const Plan& plan, const Rows& rows, std::size_t k) {
    const TariffContents& tariff = *plan.tariff();
    Placement record(plan.tariff(), RecordId(0));
    record.with("way", tariff.text_of(tariff.at(fact(plan, "way")).codes, CodeId(rows.way[k])));
    if (rows.given[k] == Given::given) record.with("start", to_string(from_day_number(rows.start[k])));
    record.with("last_day", to_string(from_day_number(rows.last_day[k]))).with("paid_on", to_string(from_day_number(rows.paid_on[k])));
    return plan.price(record);
}

}  // namespace

TEST_CASE("a row of a batch is the row alone, for counts on both sides of a block's end") {
    const Plan plan = plan_of("small_time_bases");
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{1023}, std::size_t{1024}, std::size_t{1025}, std::size_t{2049}}) {
        CAPTURE(count);
        const Rows rows(count);
        const Prices prices = price(plan, rows);
        for (std::size_t k = 0; k < count; k += count < 8 ? 1 : 7) {
            const Quote quote = alone(plan, rows, k);
            CAPTURE(k);
            CHECK(prices.outcome[k] == quote.outcome_number);
            CHECK(prices.total[k] == quote.total.pence());
        }
    }
}

TEST_CASE("threads that share a plan price alike from its first batch on") {
    const Rows rows(300);
    const Prices expected = price(plan_of("small_time_bases"), rows);
    for (std::size_t k = 0; k < rows.count(); k += 50) CHECK(expected.total[k] == alone(plan_of("small_time_bases"), rows, k).total.pence());
    constexpr std::size_t sharers = 6;
    for (int round = 0; round < 10; ++round) {
        const Plan plan = plan_of("small_time_bases");  // what its blocks of stated rows need is not compiled yet
        std::vector<Prices> prices(sharers, Prices(rows.count()));
        std::latch ready(sharers);
        std::vector<std::thread> threads;
        for (Prices& own : prices) {
            threads.emplace_back([&, shared = plan] {
                const PlacementTable table = table_of(shared, rows, rows.way);
                ready.arrive_and_wait();
                shared.price(table, own.quotes());
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (const Prices& own : prices) {
            CHECK(own.total == expected.total);
            CHECK(own.outcome == expected.outcome);
        }
    }
}

TEST_CASE("a plan says how it was compiled alike before and after its first batch") {
    const Plan priced = plan_of("small_time_bases"), fresh = plan_of("small_time_bases");
    (void)price(priced, Rows(3));
    const std::string text = fresh.dump();
    CHECK(text.find(", where every row states ") != std::string::npos);
    CHECK(priced.dump() == text);
    CHECK(fresh.dump() == text);
}

TEST_CASE("the last row of a batch is priced, and what stands before it does not matter") {
    const Plan plan = plan_of("small_time_bases");
    const Rows rows(1500);
    const Prices whole = price(plan, rows);
    Rows tail(0);
    tail.way.assign(rows.way.begin() + 700, rows.way.end());
    tail.start.assign(rows.start.begin() + 700, rows.start.end());
    tail.last_day.assign(rows.last_day.begin() + 700, rows.last_day.end());
    tail.paid_on.assign(rows.paid_on.begin() + 700, rows.paid_on.end());
    tail.given.assign(800, Given::given);
    const Prices cut = price(plan, tail);
    CHECK(std::equal(cut.total.begin(), cut.total.end(), whole.total.begin() + 700));
    CHECK(std::equal(cut.outcome.begin(), cut.outcome.end(), whole.outcome.begin() + 700));
}

TEST_CASE("a column may be of any type that holds its values") {
    const Plan plan = plan_of("small_time_bases");
    const Rows rows(1100);
    const Prices expected = price(plan, rows);
    const auto same = [&](const PlacementTable& table) {
        Prices prices(rows.count());
        plan.price(table, prices.quotes());
        return prices.total == expected.total && prices.outcome == expected.outcome;
    };
    CHECK(same(table_of(plan, rows, std::vector<std::uint8_t>(rows.way.begin(), rows.way.end()))));
    CHECK(same(table_of(plan, rows, std::vector<std::int32_t>(rows.way.begin(), rows.way.end()))));
    CHECK(same(table_of(plan, rows, std::vector<std::int64_t>(rows.way.begin(), rows.way.end()))));
}

TEST_CASE("one bad row gets its outcome and the rows beside it their price") {
    const Plan plan = plan_of("small_time_bases");
    struct Row {
        const char* name;
        void (*spoil)(Rows&);
        const char* outcome;
    };
    const std::vector<Row> cases = {
        {"a code past the list", [](Rows& rows) { rows.way[1] = 16; }, "code_unknown"},
        {"the greatest code of all", [](Rows& rows) { rows.way[1] = 65535; }, "code_unknown"},
        {"a day after any calendar here", [](Rows& rows) { rows.last_day[1] = INT32_MAX; }, "fact_out_of_range"},
        {"a day before any calendar here", [](Rows& rows) { rows.last_day[1] = INT32_MIN; }, "fact_out_of_range"},
        {"a fact that is absent", [](Rows& rows) { rows.given[1] = Given::absent; }, "fact_missing"},
        {"a fact that its reader could not read", [](Rows& rows) { rows.given[1] = Given::out_of_range; }, "fact_out_of_range"},
        {"days outside the tariff", [](Rows& rows) { rows.start[1] -= 4000; }, "outside_applies"},
        {"a last day before the first", [](Rows& rows) { rows.last_day[1] = rows.start[1] - 1; }, "no_paid_days"},
    };
    for (const Row& row : cases) {
        CAPTURE(row.name);
        Rows rows(3);
        rows.way = {0, 0, 0};
        for (std::size_t k = 0; k < 3; ++k) rows.start[k] = rows.last_day[k] = day_number(make_date(2027, 3, 31));
        row.spoil(rows);
        const Prices prices = price(plan, rows);
        CHECK(prices.outcome[1] == plan.tariff()->at(plan.tariff()->outcome(row.outcome).value()).number);
        CHECK(prices.total == std::vector<std::int64_t>{3288, 0, 3288});
        CHECK(prices.outcome[0] == 0);
        CHECK(prices.outcome[2] == 0);
    }
}

TEST_CASE("the caller is told which argument does not fit") {
    const Plan plan = plan_of("small_time_bases");
    const Rows rows(10);
    const PlacementTable table = table_of(plan, rows, rows.way);
    Prices prices(10), short_by_one(9);
    const auto message = [&](const PlacementTable& records, const QuoteTable& quotes) -> std::string {
        try {
            plan.price(records, quotes);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "";
    };
    CHECK(message(table, prices.quotes()) == "");
    CHECK(message(table, {short_by_one.total, prices.outcome, {}}) == "total_pence: has 9 rows where the records have 10");
    CHECK(message(table, {prices.total, short_by_one.outcome, {}}) == "outcome: has 9 rows where the records have 10");
    QuoteTable with_line = prices.quotes();
    with_line.lines.push_back({plan.tariff()->line("daily").value(), short_by_one.total, {}});
    CHECK(message(table, with_line) == "daily: has 9 rows where the records have 10");

    PlacementTable forgetful(plan.tariff(), RecordId(0), 10);
    forgetful.set(fact(plan, "way"), std::span<const std::uint16_t>(rows.way));
    forgetful.set(fact(plan, "start"), std::span<const std::int32_t>(rows.start));
    forgetful.set(fact(plan, "last_day"), std::span<const std::int32_t>(rows.last_day));
    CHECK(message(forgetful, prices.quotes()).substr(0, 8) == "paid_on:");
    forgetful.without(fact(plan, "paid_on"));
    CHECK(message(forgetful, prices.quotes()) == "");
}

TEST_CASE("a line's column has its pence where it pays and its own outcome where it does not") {
    const Plan plan = plan_of("small_time_bases");
    Rows rows(2);
    rows.way = {3, 0};  // daily; financial_days
    for (std::size_t k = 0; k < 2; ++k) rows.start[k] = rows.last_day[k] = day_number(make_date(2027, 3, 31));
    Prices prices(2);
    std::vector<std::int64_t> pence(2, -1);
    std::vector<std::uint16_t> outcome(2, 9999);
    QuoteTable quotes = prices.quotes();
    quotes.lines.push_back({plan.tariff()->line("daily").value(), pence, outcome});
    plan.price(table_of(plan, rows, rows.way), quotes);
    CHECK(pence == std::vector<std::int64_t>{1000, 0});
    CHECK(outcome == std::vector<std::uint16_t>{0, 100});
    CHECK(prices.total == std::vector<std::int64_t>{1000, 3288});
}

TEST_CASE("a record that is not priced has no total, however large what stands for its lines") {
    const std::string text = R"(
applies: {undated: made-up sums hold always}
codes:
  band: [a, b]
  party: [council, school]
facts:
  band:   {kind: code, of: band}
  budget: {kind: number, unit: GBP, decimals: 0, min: 0, max: 600000000000000}
  share:  {kind: number, unit: ratio, decimals: 2, min: 0.01, max: 1}
roundings:
  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}
line_defaults: {payee: school, payer: council, round: penny, element: 3, over: once}
lines:
  one: {amount: "budget / share"}
  two: {amount: "budget / share"}
  three: {amount: "if band = 'a' then budget else 0"}
)";
    const Plan plan = tests::plan_of_made_up(text);
    const auto priced = [&](std::vector<std::uint8_t> bands, std::vector<std::int64_t> budgets, std::vector<std::uint8_t> shares) {
        PlacementTable table(plan.tariff(), RecordId(0), bands.size());
        table.set(fact(plan, "band"), std::span<const std::uint8_t>(bands));
        table.set(fact(plan, "budget"), std::span<const std::int64_t>(budgets));
        table.set(fact(plan, "share"), std::span<const std::uint8_t>(shares));
        Prices prices(bands.size());
        plan.price(table, prices.quotes());
        return prices;
    };
    // The second has a band that is none, and sums of 60,000,000,000,000,000 pounds twice over.
    const Prices prices = priced({0, 9, 1}, {100, 600'000'000'000'000, 200}, {50, 1, 100});
    CHECK(prices.total == std::vector<std::int64_t>{50'000, 0, 40'000});
    CHECK(plan.tariff()->outcome_numbered(prices.outcome[1])->code == "code_unknown");
    CHECK_THROWS_AS(priced({1}, {600'000'000'000'000}, {1}), std::overflow_error);
}

TEST_CASE("years of unlike length are counted alike beside a line that has no value in one of them") {
    const std::string text = R"(
applies: {from: 2022-04-01, last_day: 2025-03-31}
span: {from: start, last_day: last_day}
codes:
  band: [a, b, c]
  need: [x, y]
  party: [council, school]
facts:
  band: {kind: code, of: band}
  need: {kind: code, of: need}
  start: {kind: date}
  last_day: {kind: date}
figures:
  begun: {unit: GBP per year, values: [{from: 2022-04-01, outcome: not_begun, source: model}, {from: 2023-04-01, amount: 73.2, source: model}, {from: 2024-04-01, amount: 7.3, source: model}]}
outcomes:
  not_begun: {class: nothing_payable, say: it has not begun, source: model}
tables:
  rate:
    unit: GBP per year
    by: [band, need]
    values:
      - {from: 2022-04-01, source: model, rows: [{band: a, need: x, amount: 100}, {band: a, need: y, amount: 200}, {band: [b, c], need: [x, y], amount: 300}]}
      - {from: 2023-04-01, source: model, rows: [{band: a, need: x, amount: 1000}, {band: a, need: y, amount: 2000}, {band: [b, c], need: [x, y], amount: 3000}]}
      - {from: 2024-04-01, source: model, rows: [{band: a, need: x, amount: 10000}, {band: a, need: y, amount: 20000}, {band: [b, c], need: [x, y], amount: 30000}]}
roundings:
  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}
line_defaults: {payee: school, payer: council, round: penny, element: 3, over: {count: days, of: financial_year, source: model}}
lines:
  later: {amount: begun}
  rated: {amount: "rate"}
)";
    const Plan plan = tests::plan_of_made_up(text);
    std::vector<std::uint8_t> band, need;
    std::vector<std::int32_t> start, last_day;
    for (int k = 0; k < 60; ++k) {
        band.push_back(static_cast<std::uint8_t>(k % 3));
        need.push_back(static_cast<std::uint8_t>(k % 2));
        start.push_back(day_number(make_date(2022, 4, 1)) + 17 * k);
        last_day.push_back(std::min(start.back() + 29 * k, day_number(make_date(2025, 3, 31))));
    }
    PlacementTable table(plan.tariff(), RecordId(0), band.size());
    table.set(fact(plan, "band"), std::span<const std::uint8_t>(band));
    table.set(fact(plan, "need"), std::span<const std::uint8_t>(need));
    table.set(fact(plan, "start"), std::span<const std::int32_t>(start));
    table.set(fact(plan, "last_day"), std::span<const std::int32_t>(last_day));
    Prices prices(band.size());
    plan.price(table, prices.quotes());
    std::size_t wrong = 0;
    for (std::size_t k = 0; k < band.size(); ++k) {
        Placement record(plan.tariff(), RecordId(0));
        record.with("band", std::string(1, static_cast<char>('a' + band[k]))).with("need", need[k] == 0 ? "x" : "y");
        record.with("start", to_string(from_day_number(start[k]))).with("last_day", to_string(from_day_number(last_day[k])));
        wrong += plan.price(record).total.pence() != prices.total[k];
    }
    CHECK(wrong == 0);
}

TEST_CASE("days of which no calendar says anything are refused in a batch too, where a line's last stretch ends it") {
    const std::string text = R"(
applies: {from: 2024-04-01, last_day: 2025-03-31}
span: {from: start, last_day: last_day}
codes:
  party: [council, school]
facts:
  start: {kind: date}
  last_day: {kind: date}
figures:
  rate: {unit: GBP per term, values: [{from: 2024-04-01, amount: 1000, source: model}, {from: 2024-10-01, amount: 1200, source: model}]}
calendars:
  terms: {kind: terms, source: model, terms: {spring: {from: 2024-01-01, last_day: 2024-05-31}, summer: {from: 2024-06-01, last_day: 2024-08-31}}}
roundings:
  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}
time_bases:
  by_terms: {count: terms, of: terms, part: by_days, source: model}
line_defaults: {payer: council, payee: school, element: none, over: by_terms, round: penny}
lines:
  due: {amount: "rate"}
)";
    const Plan plan = tests::plan_of_made_up(text);
    const std::vector<std::int32_t> start(3, day_number(make_date(2024, 5, 1)));
    const std::vector<std::int32_t> last_day = {day_number(make_date(2024, 5, 31)), day_number(make_date(2024, 6, 30)), day_number(make_date(2025, 2, 28))};
    PlacementTable table(plan.tariff(), RecordId(0), start.size());
    table.set(fact(plan, "start"), std::span<const std::int32_t>(start));
    table.set(fact(plan, "last_day"), std::span<const std::int32_t>(last_day));
    Prices prices(start.size());
    plan.price(table, prices.quotes());
    for (std::size_t k = 0; k < start.size(); ++k) {
        Placement record(plan.tariff(), RecordId(0));
        record.with("start", to_string(from_day_number(start[k]))).with("last_day", to_string(from_day_number(last_day[k])));
        const Quote quote = plan.price(record);
        CAPTURE(k);
        CHECK(quote.outcome == (k == 2 ? "no_value" : "priced"));
        CHECK(plan.tariff()->outcome_numbered(prices.outcome[k])->code == quote.outcome);
        CHECK(prices.total[k] == (k == 2 ? 0 : quote.total.pence()));
    }
}

TEST_CASE("many rows are priced as few are, wherever the caller's column begins, and nothing is written beside it") {
    const Plan plan = tests::plan_of_made_up(R"(
applies: {undated: made-up sums hold always}
codes:
  band: {b1: first, b2: second, b3: third}
  party: [council, school]
facts:
  band: {kind: code, of: band}
  days: {kind: number, unit: day, decimals: 0, min: 0, max: 365}
tables:
  price:
    unit: GBP per pupil per year
    by: [band]
    values:
      - source: model
        rows: [{band: b1, amount: 0}, {band: b2, amount: 1234.56}, {band: b3, amount: 98765.43}]
lines:
  top_up: {element: 3, payer: council, payee: school, amount: price, over: {times: days, of: 365, source: model},
           round: {nearest: 0.01, ties: away_from_zero, source: model}}
)");
    constexpr std::size_t rows = 140'000, beside = 16;
    std::mt19937_64 dice(20261125);
    std::vector<std::uint8_t> band;
    std::vector<std::uint16_t> days;
    for (std::size_t k = 0; k < rows; ++k) {
        band.push_back(static_cast<std::uint8_t>(dice() % 3));
        days.push_back(static_cast<std::uint16_t>(dice() % 366));
    }
    PlacementTable table(plan.tariff(), RecordId(0), rows);
    table.set(fact(plan, "band"), std::span<const std::uint8_t>(band));
    table.set(fact(plan, "days"), std::span<const std::uint16_t>(days));
    Prices few(rows);
    for (std::size_t start = 0; start < rows; start += 1'000) plan.price(table.slice(start, 1'000), few.quotes().slice(start, 1'000, rows));
    for (std::size_t offset = 0; offset < 9; ++offset) {
        for (const unsigned threads : {1U, 2U}) {
            CAPTURE(offset);
            CAPTURE(threads);
            std::vector<std::int64_t> memory(rows + 2 * beside, -7);
            std::vector<std::uint16_t> outcome(rows, 9999);
            const std::span<std::int64_t> total = std::span(memory).subspan(offset, rows);
            plan.price(table, {total, outcome, {}}, {threads});
            CHECK(std::equal(total.begin(), total.end(), few.total.begin()));
            CHECK(outcome == few.outcome);
            CHECK(std::count(memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(offset), -7) == static_cast<std::ptrdiff_t>(offset));
            CHECK(std::count(total.end().base(), memory.data() + memory.size(), -7) == static_cast<std::ptrdiff_t>(2 * beside - offset));
        }
    }
}

TEST_CASE("a part of a table of quotes lies in the same memory, and a column of another length is refused") {
    std::vector<std::int64_t> total(5), line(5);
    std::vector<std::uint16_t> outcome(5);
    const QuoteTable quotes{total, outcome, {{LineId(3), line, {}, {}, {}, {}}}};
    const QuoteTable part = quotes.slice(2, 3, 5);
    CHECK(part.total_pence.data() == total.data() + 2);
    CHECK(part.outcome.size() == 3);
    REQUIRE(part.lines.size() == 1);
    CHECK(part.lines[0].line == LineId(3));
    CHECK(part.lines[0].pence.data() == line.data() + 2);
    CHECK(part.lines[0].outcome.empty());
    CHECK_THROWS_AS(static_cast<void>(quotes.slice(0, 2, 6)), std::invalid_argument);
}
