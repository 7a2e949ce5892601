// What columns come to does not depend on how many threads price them, nor on which other rows stand where; and an amount is
// the quote without its account.
#include "columns.hpp"

using namespace bandtariff;

namespace {

/// Every column that a quote table can have, filled with rubbish first.
struct AllColumns {
    AllColumns(const TariffContents& tariff, RecordId kind, std::size_t rows) : total(rows, -77), outcome(rows, 65535) {
        for (std::size_t k = 0; k < tariff.lines.size(); ++k) {
            if (tariff.lines[k].record != kind) continue;
            lines.emplace_back(k);
            pence.emplace_back(rows, -77);
            outcomes.emplace_back(rows, std::uint16_t{65535});
            payers.emplace_back(rows, std::uint16_t{65534});
            slices.emplace_back(tariff.lines[k].payers.size(), std::vector<std::int64_t>(rows, -77));
        }
    }
    QuoteTable quotes() {
        QuoteTable table{total, outcome, {}};
        for (std::size_t k = 0; k < lines.size(); ++k) {
            table.lines.push_back({lines[k], pence[k], outcomes[k], payers[k], {}, {}});
            for (auto& slice : slices[k]) table.lines.back().slices.push_back(slice);
        }
        return table;
    }
    friend bool operator==(const AllColumns&, const AllColumns&) = default;

    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<LineId> lines;
    std::vector<std::vector<std::int64_t>> pence;
    std::vector<std::vector<std::uint16_t>> outcomes, payers;
    std::vector<std::vector<std::vector<std::int64_t>>> slices;
};

AllColumns priced(const Plan& plan, RecordId kind, const std::vector<Placement>& records, const std::vector<std::size_t>& order, unsigned threads) {
    const property::Columns columns(plan.tariff(), kind, records, order);
    AllColumns all(*plan.tariff(), kind, columns.rows());
    plan.price(columns.table(), all.quotes(), {.threads = threads});
    return all;
}

/// "" where 1, 2, 3 and 7 threads give the same columns, and another order the same rows.
std::string with_any_threads(const Plan& plan, RecordId kind, std::size_t rows, generate::Dice& dice) {
    const std::vector<Placement> records = property::some_records(plan.tariff(), kind, 12, dice);
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < rows; ++k) order.push_back(dice.below(records.size()));
    const AllColumns one = priced(plan, kind, records, order, 1);
    for (const unsigned threads : {2U, 3U, 7U})
        if (priced(plan, kind, records, order, threads) != one) return "not the same with " + std::to_string(threads) + " threads";
    std::vector<std::size_t> backwards(order.rbegin(), order.rend());
    const AllColumns other = priced(plan, kind, records, backwards, 3);
    for (std::size_t k = 0; k < rows; ++k)
        if (other.total[rows - 1 - k] != one.total[k] || other.outcome[rows - 1 - k] != one.outcome[k]) return "not the same in another order";
    return {};
}

}  // namespace

TEST_CASE("columns of a generated pack are the same for any number of threads and in any order") {
    CHECK(rc::check("threads change nothing", [] {
        generate::Dice dice(property::any_seed());
        const property::Loaded loaded = property::load_generated(dice, {.size = *rc::gen::inRange<unsigned>(1, 5)});
        if (!loaded.tariff.ok()) RC_FAIL(render(loaded.tariff.diagnostics()) + loaded.pack.text());
        const std::string difference = with_any_threads(compile(loaded.tariff.value()), RecordId(0), 17000 + dice.below(9000), dice);
        if (!difference.empty()) RC_FAIL(difference + "\n" + loaded.pack.text());
    }));
}

TEST_CASE("columns of every pack in the tree are the same for any number of threads and in any order") {
    generate::Dice dice(20260403);
    for (const auto& pack : property::all_packs()) {
        CAPTURE(pack.string());
        const Plan plan = compile(load_tariff(pack, property::search_folders()).value());
        const bool by_itself = plan.dump().find("priced row by row") != std::string::npos;
        for (std::size_t kind = 0; kind < plan.tariff()->records.size(); ++kind)
            CHECK(with_any_threads(plan, RecordId(kind), by_itself ? 2100 : 26000, dice) == "");
    }
}

TEST_CASE("an amount is the quote's outcome, total and lines, for every pack in the tree") {
    generate::Dice dice(20260404);
    for (const auto& pack : property::all_packs()) {
        CAPTURE(pack.string());
        const Plan plan = compile(load_tariff(pack, property::search_folders()).value());
        const TariffContents& tariff = *plan.tariff();
        for (std::size_t kind = 0; kind < tariff.records.size(); ++kind) {
            for (const Placement& record : property::some_records(plan.tariff(), RecordId(kind), 40, dice)) {
                const Quote quote = plan.price(record);
                const Amount amount = plan.amount(record);
                CAPTURE(property::facts_of(record));
                CHECK(amount.outcome_number == quote.outcome_number);
                CHECK(amount.outcome_class == quote.outcome_class);
                CHECK(amount.total == quote.total);
                for (const Amount::Line& line : amount.lines) {
                    const QuoteLine* shown = quote.priced() ? quote.line(tariff.at(line.id).name) : nullptr;
                    CHECK(line.payable == (shown ? shown->payable : Money()));
                    if (quote.priced())
                        CHECK(line.outcome_number == tariff.at(tariff.outcome(shown ? shown->outcome : "no_line_applies").value()).number);
                }
            }
        }
    }
}
