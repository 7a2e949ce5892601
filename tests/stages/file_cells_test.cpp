// What a file's cells are looked up by: texts of every length to their own numbers, and cells to what read_fact makes of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "file/fact_cells.hpp"

using namespace bandtariff;

TEST_CASE("every text has a number of its own, in the order they are met") {
    file::TextTable table;
    std::map<std::string, std::uint32_t> known;
    std::mt19937_64 dice(20260401);
    for (int k = 0; k < 40000; ++k) {
        // Few letters and many lengths: texts that differ in one place, in their length alone, or not at all.
        std::string text(dice() % 28, 'a');
        for (int change = static_cast<int>(dice() % 3); change > 0 && !text.empty(); --change) text[dice() % text.size()] = static_cast<char>('a' + dice() % 2);
        const auto [place, is_new] = known.emplace(text, static_cast<std::uint32_t>(known.size()));
        CHECK((table.find(text) == file::TextTable::none) == is_new);
        CHECK(table.find_or_add(text) == place->second);
        CHECK(table.text(place->second) == text);
    }
    CHECK(table.size() == known.size());
}

TEST_CASE("a cell is what read_fact makes of it, the first time and every other") {
    const Tariff tariff = load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/bands").value();
    const std::string texts[] = {"", "B1", "b1", "B11", "mainstream", "special", "2026-04-01", "2026-4-1", "2027-02-29", "0", "1", "1.0", "1.00", "0.5",
                                 "0.50", "0.505", ".5", "5.", "00.5", "01", "-0", "-1", "+1", "1.01", "2", "90000", "90000.01", "90000.00", "1e3", "1/2",
                                 "99999999999999999", "999999999999999999999", " 1", "1 ", "1,000", "yes", "\xC3\xA9", "0.4\n"};
    for (std::size_t fact = 0; fact < tariff->facts.size(); ++fact) {
        file::FactCells cells(*tariff, FactId(fact));
        for (int again = 0; again < 2; ++again) {
            for (const std::string& text : texts) {
                CAPTURE(tariff->facts[fact].name);
                CAPTURE(text);
                const StatedFact wanted = read_fact(*tariff, FactId(fact), text);
                std::int64_t value = -7;
                Given given = Given::absent;
                cells.read(text, value, given);
                CHECK(given == wanted.given);
                CHECK(value == wanted.value);
            }
        }
    }
}

TEST_CASE("numbers of every shape are what read_fact makes of them, at the end of memory and before it") {
    const Tariff tariff = load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/bands").value();
    std::mt19937_64 dice(20260409);
    const std::string letters = "0001234567899..-+ex,/:";
    for (std::size_t fact = 0; fact < tariff->facts.size(); ++fact) {
        if (tariff->facts[fact].kind != FactKind::number) continue;
        file::FactCells cells(*tariff, FactId(fact));
        for (int k = 0; k < 30'000; ++k) {
            // Mostly digits, so that many are numbers; with digits after them in memory, which are not part of them.
            std::string text(dice() % 12, '0');
            for (char& c : text) c = letters[dice() % (dice() % 8 == 0 ? letters.size() : 12)];
            const std::string longer = text + "99999999999999999999999999999999";
            const StatedFact wanted = read_fact(*tariff, FactId(fact), text);
            std::int64_t values[2] = {-7, -7};
            Given given[2] = {};
            cells.read(text, values[0], given[0]);
            cells.read_all(1, 0, longer.data() + longer.size(), [&](std::size_t) { return std::string_view(longer).substr(0, text.size()); }, values + 1, given + 1);
            CAPTURE(tariff->facts[fact].name);
            CAPTURE(text);
            REQUIRE(given[0] == wanted.given);
            REQUIRE(given[1] == wanted.given);
            REQUIRE(values[0] == wanted.value);
            REQUIRE(values[1] == wanted.value);
        }
    }
}

TEST_CASE("more texts than are remembered, of every length, are still what read_fact makes of them") {
    const Tariff tariff = load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/bands").value();
    const FactId code(static_cast<std::size_t>(std::find_if(tariff->facts.begin(), tariff->facts.end(), [](const Fact& fact) { return fact.kind == FactKind::code; }) - tariff->facts.begin()));
    std::mt19937_64 dice(20260410);
    std::vector<std::string> texts;
    for (const Code& each : tariff->at(tariff->at(code).codes).codes) texts.push_back(each.code);
    const std::size_t codes = texts.size();
    for (int k = 0; k < 12'000; ++k) texts.push_back(std::string(dice() % 300, 'x') + std::to_string(k));
    file::FactCells cells(*tariff, code);
    std::size_t known = 0;
    for (int k = 0; k < 60'000; ++k) {
        const std::string& text = texts[dice() % (k % 2 == 0 ? codes : texts.size())];
        std::int64_t value = -7;
        Given given = Given::absent;
        cells.read(text, value, given);
        const StatedFact wanted = read_fact(*tariff, code, text);
        REQUIRE(given == wanted.given);
        REQUIRE(value == wanted.value);
        known += given == Given::given;
    }
    CHECK(known >= 30'000);
}
