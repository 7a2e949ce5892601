// A row of a batch is priced as it is alone, whatever stands beside it, in any order, cut anywhere, in any column types.
#include "batch.hpp"

#include <fstream>

using namespace bandtariff;

namespace {

/// "" where the batch and the rows alone agree; else the first difference.
std::string batch_against_rows(const Plan& plan, RecordId kind, const std::vector<Placement>& rows, const std::vector<Quote>& alone,
                               generate::Dice& dice) {
    const property::BatchPrices batch = property::price_batch(plan, kind, rows, dice);
    for (std::size_t k = 0; k < rows.size(); ++k) {
        const std::string difference = property::difference(*plan.tariff(), batch, k, alone[k]);
        if (!difference.empty()) return difference + "\nfor " + property::facts_of(rows[k]);
    }
    return {};
}

std::string in_any_order_and_cut(const Plan& plan, RecordId kind, std::size_t count, generate::Dice& dice) {
    const generate::Boundaries boundaries(*plan.tariff());
    std::vector<Placement> rows;
    std::vector<Quote> alone;
    for (std::size_t k = 0; k < count; ++k) {
        rows.push_back(generate::placement_of(plan.tariff(), kind, generate::texts(plan.tariff(), kind, boundaries, dice)));
        alone.push_back(plan.price(rows.back()));
    }
    if (const std::string difference = batch_against_rows(plan, kind, rows, alone, dice); !difference.empty()) return difference;

    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < count; ++k) order.push_back(k);
    dice.shuffle(order);
    for (std::size_t from = 0; from < count;) {
        const std::size_t until = std::min(count, from + 1 + dice.below(count));
        std::vector<Placement> some;
        std::vector<Quote> quotes;
        for (std::size_t k = from; k < until; ++k) {
            some.push_back(rows[order[k]]);
            quotes.push_back(alone[order[k]]);
        }
        if (const std::string difference = batch_against_rows(plan, kind, some, quotes, dice); !difference.empty()) return "cut: " + difference;
        from = until;
    }
    return {};
}

}  // namespace

TEST_CASE("a row of a generated pack's batch is priced as it is alone, in any order and cut anywhere") {
    CHECK(rc::check("batch == one row", [] {
        const auto seed = property::any_seed();
        generate::Dice dice(seed);
        const property::Loaded loaded = property::load_generated(dice, {.size = *rc::gen::inRange<unsigned>(1, 5)});
        if (!loaded.tariff.ok()) RC_FAIL(render(loaded.tariff.diagnostics()) + loaded.pack.text());
        const std::string difference = in_any_order_and_cut(compile(loaded.tariff.value()), RecordId(0), 12, dice);
        if (!difference.empty()) RC_FAIL(difference + "\n" + loaded.pack.text());
    }));
}

TEST_CASE("a row of a batch of every pack in the tree is priced as it is alone") {
    generate::Dice dice(20260402);
    for (const auto& pack : property::all_packs()) {
        CAPTURE(pack.string());
        const auto loaded = load_tariff(pack, property::search_folders());
        REQUIRE(loaded.ok());
        const Plan plan = compile(loaded.value());
        for (std::size_t kind = 0; kind < plan.tariff()->records.size(); ++kind) {
            CHECK(in_any_order_and_cut(plan, RecordId(kind), 60, dice) == "");
        }
    }
}

TEST_CASE("a rate that is zero whenever the other factor changes is not counted in that factor's own multiples") {
    // On every day one factor is 267 of its units or the other is 0, so the product has a larger common measure than its factors
    // give.
    const auto folder = generate::scratch_folder("zero_factor");
    std::ofstream(folder / "pack.yaml")
        << "pack: test.zero_factor\nrelease: one\ntitle: A factor of zero\nstatus: illustrative\nformat: 1\n"
           "applies: {from: 2024-04-01, last_day: 2025-03-31}\nrecord: pupil\n"
           "sources:\n  made: {kind: illustrative, title: Made up}\ncodes:\n  party: [provider, council]\n"
           "facts:\n  start: {kind: date}\n  last_day: {kind: date}\n"
           "  attendance: {kind: number, unit: ratio, decimals: 3, min: 0, max: 1}\n"
           "figures:\n  rate:\n    unit: GBP per pupil per year\n    values:\n"
           "      - {from: 2024-04-01, amount: 8.01, source: made}\n      - {from: 2024-09-01, amount: 85785, source: made}\n"
           "  share:\n    unit: ratio\n    values:\n"
           "      - {from: 2024-04-01, amount: 8/15, source: made}\n      - {from: 2024-04-23, amount: 0, source: made}\n"
           "lines:\n  due:\n    element: unknown\n    payer: council\n    payee: provider\n    amount: \"(rate * attendance) * "
           "share\"\n"
           "    over: {count: days, of: calendar_year, source: made}\n    round: {toward_zero: 0.01, of: whole, source: made}\n";
    const auto loaded = load_tariff(folder);
    if (!loaded.ok()) FAIL(render(loaded.diagnostics()));
    const Plan plan = compile(loaded.value());
    // 22 days of 8.01 x 8/15 x 22/366 = 0.2567...
    const std::vector<Placement> rows = {
        placement(plan.tariff()).with("start", "2024-04-01").with("last_day", "2024-04-30").with("attendance", "1")};
    generate::Dice dice(1);
    CHECK(property::price_batch(plan, RecordId(0), rows, dice).total == std::vector<std::int64_t>{25});
    CHECK(in_any_order_and_cut(plan, RecordId(0), 200, dice) == "");
}

TEST_CASE("a batch longer than any block is priced row by row alike") {
    generate::Dice dice(20260403);
    const property::Loaded loaded = property::load_generated(dice, {.size = 2});
    REQUIRE(loaded.tariff.ok());
    CHECK(in_any_order_and_cut(compile(loaded.tariff.value()), RecordId(0), 2100, dice) == "");
}

TEST_CASE("a batch of no rows is no error") {
    generate::Dice dice(20260404);
    const property::Loaded loaded = property::load_generated(dice, {.size = 2});
    REQUIRE(loaded.tariff.ok());
    CHECK(property::price_batch(compile(loaded.tariff.value()), RecordId(0), {}, dice).total.empty());
}
