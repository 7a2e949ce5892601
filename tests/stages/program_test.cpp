// Tariff to program: what is folded, what is left a row, and which lane was proved for it, word for word.
// program/small.expected is the dump of program/small. To accept a new one: BANDTARIFF_ACCEPT=1 in the environment of this
// test, then review the difference.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "plan/program.hpp"

using namespace bandtariff;

namespace {

const std::string folder = BANDTARIFF_SOURCE_DIR "/tests/stages/program/";

std::string text_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

bool has_line(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a small pack compiles to exactly this program") {
    const std::string dump = compile(load_tariff(folder + "small").value()).dump();
    if (std::getenv("BANDTARIFF_ACCEPT") != nullptr) std::ofstream(folder + "small.expected", std::ios::binary) << dump;
    CHECK(dump == text_of(folder + "small.expected"));
}

TEST_CASE("the program says what it proved") {
    const std::string dump = compile(load_tariff(folder + "small").value()).dump();
    CHECK_MESSAGE(has_line(dump, "lines in lane i53"), "sums below 53 bits are carried in doubles");
    CHECK_MESSAGE(has_line(dump, "lines in lane int128"), "five attendances of three decimals are past 64 bits");
    CHECK_MESSAGE(has_line(dump, "lines in lane exact, forced by divide"), "a division by a fact of many values has no constant denominator");
    CHECK_MESSAGE(has_line(dump, "changes on 2026-09-01"), "only the line that reads the threshold changes with it");
}

TEST_CASE("compiling twice gives the same program") {
    const Tariff tariff = load_tariff(folder + "small").value();
    CHECK(compile(tariff).dump() == compile(tariff).dump());
}

TEST_CASE("every lane prices a row as it is priced alone") {
    const Plan plan = compile(load_tariff(folder + "small").value());
    const TariffContents& tariff = *plan.tariff();
    constexpr std::size_t rows = 1100;
    std::mt19937_64 dice(20260401);
    struct Fact {
        const char* name;
        std::int64_t low, high;
        std::vector<std::int64_t> values;
    };
    const std::int64_t first = day_number(make_date(2026, 4, 1));
    std::vector<Fact> facts = {{"band", 0, 1, {}}, {"setting", 0, 1, {}}, {"start", first, first + 200, {}}, {"last_day", first + 200, first + 364, {}},
                               {"attendance", 0, 1000, {}}, {"hours", 0, 300, {}}, {"group_size", 1000, 30000, {}}};
    PlacementTable table(plan.tariff(), RecordId(0), rows);
    for (Fact& fact : facts) {
        for (std::size_t k = 0; k < rows; ++k) {
            fact.values.push_back(fact.low + static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(fact.high - fact.low + 1)));
        }
        table.set(tariff.fact(fact.name).value(), std::span<const std::int64_t>(fact.values));
    }
    std::vector<std::int64_t> total(rows);
    std::vector<std::uint16_t> outcome(rows);
    std::vector<std::vector<std::int64_t>> pence(tariff.lines.size(), std::vector<std::int64_t>(rows));
    QuoteTable quotes{total, outcome, {}};
    for (std::size_t k = 0; k < tariff.lines.size(); ++k) quotes.lines.push_back({LineId(k), pence[k], {}});
    plan.price(table, quotes);
    for (std::size_t k = 0; k < rows; k += 11) {
        Placement record(plan.tariff(), RecordId(0));
        for (const Fact& fact : facts) {
            const bandtariff::Fact& declared = tariff.at(tariff.fact(fact.name).value());
            const std::int64_t value = fact.values[k];
            if (declared.kind == FactKind::code) record.with(fact.name, tariff.text_of(declared.codes, CodeId(static_cast<std::size_t>(value))));
            else if (declared.kind == FactKind::date) record.with(fact.name, to_string(from_day_number(static_cast<std::int32_t>(value))));
            else record.with(fact.name, to_string(Rational(Integer(value), pow(Integer(10), static_cast<unsigned>(declared.decimals)))));
        }
        const Quote quote = plan.price(record);
        CAPTURE(k);
        REQUIRE(quote.outcome == "priced");
        CHECK(outcome[k] == 0);
        CHECK(total[k] == quote.total.pence());
        for (std::size_t l = 0; l < tariff.lines.size(); ++l) CHECK(pence[l][k] == quote.line(tariff.lines[l].name)->payable.pence());
    }
}
