// Slices, instalments and settlement lines: the engine against the oracle, and the laws that both must keep.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "bandtariff/plan.hpp"
#include "oracle/oracle.hpp"

using namespace bandtariff;

namespace {

const char* const starts[] = {"2026-04-01", "2026-04-30", "2026-09-07", "2027-02-28", "2027-03-31"};
const char* const placed[] = {"2026-03-01", "2026-03-25", "2026-04-01", "2026-09-30", "2027-03-31"};
const char* const sums[] = {"0", "0.01", "1.03", "368.65", "999.99", "1000.01", "3650", "11874.37", "99999.99"};

template <class Parts>
Money sum_of(const Parts& parts) {
    Money sum;
    for (const auto& part : parts) sum = sum + part.payable;
    return sum;
}

/// One record under the engine, the oracle, and the laws.
Quote priced(const Plan& plan, const std::string& start, const std::string& placed_on, const std::string& prior) {
    Placement record = placement(plan.tariff());
    record.with("start", start).with("last_day", "2027-03-31").with("placed_on", placed_on).with("prior", prior);
    const Quote quote = plan.price(record);
    const oracle::OracleQuote expected = oracle::price(record);
    CHECK(quote.outcome == expected.outcome);
    CHECK(Integer(quote.total.pence()) == expected.total);
    for (const oracle::OracleLine& line : expected.lines) {
        CAPTURE(line.name);
        const QuoteLine* own = quote.line(line.name);
        REQUIRE(own != nullptr);
        CHECK(Integer(own->payable.pence()) == line.payable);
        REQUIRE(own->slices.size() == line.slices.size());
        for (std::size_t k = 0; k < line.slices.size(); ++k) {
            CHECK(own->slices[k].party == line.slices[k].first);
            CHECK(Integer(own->slices[k].payable.pence()) == line.slices[k].second);
        }
        REQUIRE(own->instalments.size() == line.instalments.size());
        for (std::size_t k = 0; k < line.instalments.size(); ++k) {
            CHECK(own->instalments[k].name == line.instalments[k].first);
            CHECK(Integer(own->instalments[k].payable.pence()) == line.instalments[k].second);
        }
        if (!own->slices.empty()) CHECK(sum_of(own->slices) == own->payable);
        if (!own->instalments.empty()) CHECK(sum_of(own->instalments) == own->payable);
    }
    Money by_payer;
    for (const auto& [payer, sum] : quote.payers) by_payer = by_payer + sum;
    CHECK(by_payer == quote.total);
    return quote;
}

}  // namespace

TEST_CASE("slices and instalments add up to their line, equal the oracle's, and reverse to the penny") {
    const Plan plan = compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/packs/good/payments").value());
    std::size_t money = 0;
    for (const char* start : starts) {
        for (const char* placed_on : placed) {
            for (const std::string prior : sums) {
                CAPTURE(start);
                CAPTURE(placed_on);
                CAPTURE(prior);
                const Quote paid = priced(plan, start, placed_on, prior);
                const Quote back = priced(plan, start, placed_on, "-" + prior);
                CHECK(back.outcome == paid.outcome);
                CHECK(back.total == Money() - paid.total);
                for (const QuoteLine& line : paid.lines) {
                    const QuoteLine* reversed = back.line(line.name);
                    REQUIRE(reversed != nullptr);
                    for (std::size_t k = 0; k < line.slices.size(); ++k) {
                        CHECK(reversed->slices[k].payable == Money() - line.slices[k].payable);
                        money += line.slices[k].payable == Money() ? 0U : 1U;
                    }
                    for (std::size_t k = 0; k < line.instalments.size(); ++k)
                        CHECK(reversed->instalments[k].payable == Money() - line.instalments[k].payable);
                }
            }
        }
    }
    CHECK(money > 100);  // the grid holds splits, not only refusals
}
