// Amounts past 51 bits: carried in doubles beside their numbers modulo 2^64 as long as that is proved to end them exactly, and in 128 bits
// just past that; and priced in a batch, by every machine's passes, as each is alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "kernel/lane_passes.hpp"
#include "unit/written_pack.hpp"

using namespace bandtariff;

namespace {

/// `lines`, and the most of a quantity that they read.
std::string pack(const std::string& lines, std::int64_t most) {
    return R"(pack: test.modulo
release: one
title: Amounts past 51 bits
status: illustrative
format: 1
applies: {from: 2026-04-01, last_day: 2027-03-31}
record: pupil
sources:
  model: {kind: illustrative, title: Illustrative values for tests}
codes:
  band: [B1, B2, B3]
  place: [P1, P2]
  party: [council, provider]
facts:
  band: {kind: code, of: band}
  place: {kind: code, of: place}
  start: {kind: date}
  last_day: {kind: date}
  quantity: {kind: number, unit: ratio, decimals: 6, min: 0, max: )" +
           std::to_string(most) + R"(}
span: {from: start, last_day: last_day}
figures:
  threshold:
    unit: GBP per year
    values:
      - {from: 2026-04-01, amount: 6000, source: model}
      - {from: 2026-09-01, amount: 620000000, source: model}
      - {from: 2027-01-01, amount: 7000, source: model}
  shade:
    unit: ratio
    values: [{from: 2026-04-01, amount: 0.000000000001, source: model}]
outcomes:
  priced_by_fee: {class: not_priced, say: priced by its fee, source: model}
  no_money: {class: nothing_payable, say: comes to no money, source: model}
tables:
  rate:
    unit: GBP per year
    by: [place, band]
    values:
      - from: 2026-04-01
        source: model
        across: band
        rows: [{place: P1, B1: 999999.99999999, B2: 123456.78901235, B3: priced_by_fee}, {place: P2, B1: 777777.77777777, B2: 250000.03, B3: 1}]
  other:
    unit: GBP per year
    by: [place]
    values:
      - {from: 2026-04-01, source: model, rows: [{place: P1, amount: 50000000.00}, {place: P2, amount: 1234567.89}]}
  price:
    unit: GBP per year
    by: [band]
    values:
      - {from: 2026-04-01, source: model, rows: [{band: B1, amount: 99999999999.99}, {band: B2, amount: 620000000.25}, {band: B3, amount: 6000.01}]}
  cost:
    unit: ratio
    by: [place]
    values:
      - {from: 2026-04-01, source: model, rows: [{place: P1, amount: 1.300000000001}, {place: P2, amount: 1.000000000003}]}
roundings:
  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}
  even: {nearest: 0.01, ties: to_even, of: whole, source: model}
  pound: {nearest: 1, ties: up, of: whole, source: model}
time_bases:
  by_days: {count: days, of: financial_year, source: model}
  by_months: {count: months, part: started, source: model}
line_defaults: {payer: council, payee: provider, element: none, round: penny, over: by_days}
lines:
)" + lines;
}

std::string program_of(const std::string& lines, std::int64_t most) { return tests::plan_of_text(pack(lines, most)).dump(); }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a product is carried modulo 2^64 up to the limit of the proof, and in 128 bits past it") {
    // A quarter of a quantum is 2^51 roundings of 2^-53, and there are nine: 250,199,979,298,360 pence, or 10^8 times 2,501,999 and a little.
    const std::string line = "  by_quantity: {amount: \"rate * quantity\"}\n";
    const std::string inside = program_of(line, 2'501'999), past = program_of(line, 2'502'000);
    CHECK(has(inside, "lines in lane i53"));
    CHECK(has(inside, "multiply n0 n1, modulo 2^64 beside its size"));
    CHECK(has(inside, "numerator past 53 bits modulo 2^64"));
    CHECK_FALSE(has(inside, "int128"));
    CHECK(has(past, "lines in lane int128"));
    CHECK_FALSE(has(past, "modulo 2^64"));
    CHECK_FALSE(has(past, "i53"));
}

TEST_CASE("what stands in a table is carried modulo 2^64 where only payments read it") {
    const std::string looked_up = program_of("  above: {amount: \"max(0, price - threshold) * cost\"}\n", 1);
    CHECK(has(looked_up, "lines in lane i53"));
    CHECK(has(looked_up, ", modulo 2^64 beside its size"));
    CHECK_FALSE(has(looked_up, "int128"));
    const std::string read_on = program_of("  above: {amount: \"max(0, price - threshold) * cost * quantity\"}\n", 1);
    CHECK(has(read_on, "lines in lane int128"));
    CHECK_FALSE(has(read_on, "modulo 2^64"));
    // An amount of 53 bits, of which it is asked whether it is 0.
    const std::string line = "amount: \"other * quantity\"";
    CHECK(has(program_of("  others: {" + line + "}\n", 1), "lines in lane i53"));
    const std::string asked = program_of("  others: {" + line + ", not_payable: {no_money: \"other * quantity = 0\"}}\n", 1);
    CHECK(has(asked, "lines in lane int64"));
    CHECK_FALSE(has(asked, "modulo 2^64"));
    // A factor past 51 bits is no whole number of a double that all machines turn into 64 bits.
    const std::string long_factor = program_of("  by_quantity: {amount: \"rate * (quantity - shade)\", may_be_negative: true}\n", 2'501);
    CHECK(has(long_factor, "lines in lane int128"));
}

TEST_CASE("amounts that are carried modulo 2^64 are priced as each row is alone") {
    const Plan plan = tests::plan_of_text(pack(R"(  by_quantity: {amount: "rate * quantity"}
  others: {amount: "other * quantity"}
  to_even: {amount: "rate * quantity", round: even}
  in_pounds: {amount: "price * cost", round: pound}
  taken_back: {amount: "0 - price * cost", may_be_negative: true}
  of_months: {amount: "rate * quantity", over: by_months}
  above: {amount: "max(0, price - threshold) * cost"}
)", 40'000));
    const TariffContents& tariff = *plan.tariff();
    CHECK_FALSE(has(plan.dump(), "int128"));
    constexpr std::size_t rows = 1200;
    std::mt19937_64 dice(20261204);
    const auto between = [&](std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(high - low + 1));
    };
    const auto text_of = [](std::int64_t day) { return to_string(from_day_number(static_cast<std::int32_t>(day))); };
    const std::int64_t first = day_number(make_date(2026, 4, 1));
    for (const bool priced_by_fee : {false, true}) {
        std::vector<std::int64_t> band(rows), place(rows), start(rows), last_day(rows), quantity(rows);
        for (std::size_t k = 0; k < rows; ++k) {
            band[k] = between(0, priced_by_fee ? 2 : 1);
            place[k] = between(0, 1);
            start[k] = k % 5 == 0 ? first : first + between(1, 300);
            last_day[k] = k % 5 == 0 ? first + 364 : k % 3 == 0 ? start[k] + between(0, 30) : first + between(start[k] - first, 364);
            // Every other one a number of halves, which makes ties in full years.
            quantity[k] = k % 2 == 0 ? between(0, 40'000) * 500'000 : between(0, 40'000'000'000);
        }
        PlacementTable table(plan.tariff(), RecordId(0), rows);
        const auto set = [&](const char* name, const std::vector<std::int64_t>& column) {
            table.set(tariff.fact(name).value(), std::span<const std::int64_t>(column));
        };
        set("band", band);
        set("place", place);
        set("start", start);
        set("last_day", last_day);
        set("quantity", quantity);
        // No line of a record that is priced by its fee is paid.
        std::vector<std::vector<std::int64_t>> expected(tariff.lines.size(), std::vector<std::int64_t>(rows));
        std::vector<std::int64_t> expected_total;
        for (std::size_t k = 0; k < rows; ++k) {
            Placement record(plan.tariff(), RecordId(0));
            record.with("band", "B" + std::to_string(band[k] + 1)).with("place", "P" + std::to_string(place[k] + 1));
            record.with("start", text_of(start[k])).with("last_day", text_of(last_day[k]));
            record.with("quantity", to_string(Rational(Integer(quantity[k]), Integer(1'000'000))));
            const Quote quote = plan.price(record);
            expected_total.push_back(quote.total.pence());
            if (quote.outcome != "priced") continue;
            for (std::size_t l = 0; l < tariff.lines.size(); ++l) expected[l][k] = quote.line(tariff.lines[l].name)->payable.pence();
        }
        CHECK((std::count(expected[0].begin(), expected[0].end(), 0) > 100) == priced_by_fee);
        for (const kernel::Passes* passes : kernel::passes_here()) {
            CAPTURE(passes->machine);
            kernel::use_passes(passes);
            std::vector<std::int64_t> total(rows);
            std::vector<std::uint16_t> outcome(rows);
            std::vector<std::vector<std::int64_t>> pence(tariff.lines.size(), std::vector<std::int64_t>(rows));
            QuoteTable quotes{total, outcome, {}};
            for (std::size_t l = 0; l < tariff.lines.size(); ++l) quotes.lines.push_back({LineId(l), pence[l], {}});
            plan.price(table, quotes);
            kernel::use_passes(nullptr);
            CHECK(total == expected_total);
            for (std::size_t l = 0; l < tariff.lines.size(); ++l) {
                CAPTURE(tariff.lines[l].name);
                CHECK(pence[l] == expected[l]);
            }
        }
    }
}
