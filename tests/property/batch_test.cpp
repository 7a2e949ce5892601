// A row of a batch is priced as it is alone, whatever stands beside it, in any order, cut anywhere, in any column types.
#include "batch.hpp"

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
