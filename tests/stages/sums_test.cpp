// What blocks of prices come to, by line and payer: as added up one amount after another, for amounts of any size and sign.
#include "file/sums.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace bandtariff;

TEST_CASE("sums of a block are its amounts one after another, whoever pays them") {
    const Tariff tariff = load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/bands").value();
    file::BlockPrices prices(*tariff, RecordId(0), false);
    file::Sums sums(*tariff, prices.lines);
    std::mt19937_64 dice(20260411);
    const std::vector<std::string> payers = {"school", "council", "changes within the days"};
    std::int64_t total = 0;
    std::map<std::string, std::int64_t> by_line, by_payer;
    // Blocks that one payer pays whole, and blocks where each row has its own.
    for (const bool mixed : {false, true, false, true}) {
        const std::size_t rows = 500 + dice() % 500;
        const std::size_t of_all = dice() % payers.size();
        (void)prices.quotes(rows + 100);  // rows past those that are added have amounts too
        for (std::size_t row = 0; row < rows + 100; ++row) {
            const auto amount = [&] { return static_cast<std::int64_t>(dice()) >> (14 + dice() % 50); };
            prices.total[row] = amount();
            if (row < rows) total += prices.total[row];
            for (std::size_t line = 0; line < prices.lines.size(); ++line) {
                const std::size_t payer = mixed ? dice() % payers.size() : of_all;
                prices.pence[line][row] = amount();
                prices.payer[line][row] = payer == 2 ? QuoteTable::several_payers : static_cast<std::uint16_t>(payer);
                if (row >= rows) continue;
                by_line[tariff->at(prices.lines[line]).name] += prices.pence[line][row];
                if (tariff->at(prices.lines[line]).flow == Flow::paid) by_payer[payers[payer]] += prices.pence[line][row];
            }
        }
        sums.add(prices, rows);
    }
    FileSummary summary;
    sums.into(summary);
    CHECK(summary.total.pence() == total);
    REQUIRE(summary.lines.size() == 3);
    for (const auto& [line, sum] : summary.lines) CHECK(sum.pence() == by_line[line]);
    REQUIRE(summary.payers.size() == 3);
    for (const auto& [payer, sum] : summary.payers) CHECK(sum.pence() == by_payer[payer]);
}
