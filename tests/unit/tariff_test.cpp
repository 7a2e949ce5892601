// TariffContents: units, keys and versions, names to ids, and which facts a pack can read.
#include "bandtariff/tariff.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace bandtariff;

namespace {

Tariff small_bands() { return load_tariff(BANDTARIFF_SOURCE_DIR "/tests/packs/good/small_bands").value(); }

std::vector<std::string> names_read(const Tariff& tariff) {
    std::vector<std::string> names;
    for (const FactId fact : tariff->facts_read(RecordId(0))) names.push_back(tariff->at(fact).name);
    return names;
}

}  // namespace

TEST_CASE("a unit is read, multiplied and printed") {
    struct Row {
        const char* text;
        const char* printed;
    };
    const std::vector<Row> rows = {
        {"ratio", "ratio"},
        {"GBP", "GBP"},
        {"GBP per year", "GBP per year"},
        {"GBP per pupil per year", "GBP per pupil per year"},
        {"GBP per year per pupil", "GBP per pupil per year"},
        {"hour per week", "hour per week"},
        {"ratio per pupil", "ratio per pupil"},
        {"pupil hour per week", "pupil hour per week"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto unit = Unit::parse(row.text);
        REQUIRE(unit.has_value());
        CHECK(to_string(*unit) == row.printed);
    }
    for (const char* text : {"", "GBP per", "per year", "GBP per annum", "pounds", "GBP per pupil year", "ratio ratio", "GBP ratio", "GBP per ratio", "GBP  per per year"}) {
        CAPTURE(text);
        CHECK_FALSE(Unit::parse(text).has_value());
    }
    const Unit rate = Unit::parse("GBP per hour").value();
    const Unit hours = Unit::parse("hour per week").value();
    CHECK(rate * hours == Unit::parse("GBP per week").value());
    CHECK((rate / rate).is_ratio());
    CHECK(rate.power("hour") == -1);
    CHECK(rate.power("week") == 0);
    CHECK(rate.without("hour") == Unit::of("GBP"));
    CHECK_THROWS_AS((void)Unit::of("furlong"), std::invalid_argument);
}

TEST_CASE("an interval admits its ends, or not, as it says") {
    KeyPattern ten_to_fourteen;
    ten_to_fourteen.kind = KeyPattern::Kind::numbers;
    ten_to_fourteen.from = 10;
    ten_to_fourteen.to = 14;
    CHECK_FALSE(ten_to_fourteen.admits_number(Rational(999, 100)));
    CHECK(ten_to_fourteen.admits_number(10));
    CHECK(ten_to_fourteen.admits_number(14));
    CHECK_FALSE(ten_to_fourteen.admits_number(Rational(1401, 100)));
    KeyPattern open = ten_to_fourteen;
    open.above_from = open.below_to = true;
    CHECK_FALSE(open.admits_number(10));
    CHECK(open.admits_number(12));
    CHECK_FALSE(open.admits_number(14));
    KeyPattern from_ten;
    from_ten.kind = KeyPattern::Kind::numbers;
    from_ten.from = 10;
    CHECK(from_ten.admits_number(1000000));
    CHECK(KeyPattern().admits_number(-5));
}

TEST_CASE("a numeric key's position counts the cuts reached, or passed where a cut says after") {
    Key points;
    points.cuts = {{10, false}, {14, true}};  // under 10; 10 to 14; above 14
    const auto position = [&](const Rational& x) { return points.position(Value{x, 0}); };
    CHECK(position(Rational(999, 100)) == 0);
    CHECK(position(10) == 1);
    CHECK(position(14) == 1);
    CHECK(position(Rational(1401, 100)) == 2);
}

TEST_CASE("a version holds from its first day until its last, half-open") {
    const Tariff tariff = small_bands();
    const Table& nursing = tariff->at(tariff->table("nursing_rate").value());
    CHECK(nursing.version_on(make_date(2026, 3, 31)) == nullptr);
    REQUIRE(nursing.version_on(make_date(2026, 4, 1)) != nullptr);
    CHECK(nursing.version_on(make_date(2026, 4, 1)) == nursing.version_on(make_date(2026, 8, 31)));
    CHECK(nursing.version_on(make_date(2026, 8, 31)) != nursing.version_on(make_date(2026, 9, 1)));
    CHECK(nursing.figure);
    CHECK(nursing.positions() == 1);
}

TEST_CASE("a row is found by its keys, the last key fastest") {
    const Tariff tariff = small_bands();
    const Table& price = tariff->at(tariff->table("band_price").value());
    CHECK(price.positions() == 9);
    const Version* version = price.version_on(make_date(2026, 4, 1));
    REQUIRE(version != nullptr);
    const auto cell = [&](std::int64_t band, std::int64_t setting) { return price.row(*version, {Value{0, band}, Value{0, setting}})->cell; };
    CHECK(cell(1, 0).value.number == 11874);
    CHECK(cell(1, 1).value.number == 15300);
    CHECK(cell(2, 0).value.number == Rational(200005, 10));
    CHECK(tariff->at(cell(0, 1).outcome).code == "not_offered");
}

TEST_CASE("names become ids, and nothing becomes none") {
    const Tariff tariff = small_bands();
    CHECK(tariff->at(tariff->fact("band").value()).name == "band");
    CHECK(tariff->at(tariff->step("price").value()).shown);
    CHECK(tariff->at(tariff->line("top_up").value()).name == "top_up");
    CHECK(tariff->at(tariff->record("pupil").value()).name == "pupil");
    CHECK_FALSE(tariff->fact("bnad").has_value());
    CHECK_FALSE(tariff->line("band").has_value());
    const CodeListId bands = tariff->code_list("band").value();
    CHECK(tariff->text_of(bands, tariff->code(bands, "B2").value()) == "B2");
    CHECK_FALSE(tariff->code(bands, "b2").has_value());
    CHECK(tariff->outcome_numbered(200)->code == "fact_missing");
    CHECK(tariff->outcome_numbered(999) == nullptr);
    CHECK(tariff->outcome_numbered(1000)->code == "fee_not_agreed");
}

TEST_CASE("the facts a pack can read are found through steps, tables, stated cells, conditions and the span") {
    CHECK(names_read(small_bands()) == std::vector<std::string>{"band", "setting", "start", "last_day", "left_on", "attendance", "agreed_fee", "panel_band",
                                                                "panel_reason", "suspended", "transport_miles", "nursing"});
}

TEST_CASE("built-in outcomes have one number and one code each, in the range of their class") {
    std::set<std::string> codes;
    std::set<int> numbers;
    for (const Outcome& outcome : built_in_outcomes()) {
        CAPTURE(outcome.code);
        CHECK(codes.insert(outcome.code).second);
        CHECK(numbers.insert(outcome.number).second);
        const OutcomeClass expected = outcome.number < 100 ? OutcomeClass::priced : outcome.number < 200 ? OutcomeClass::nothing_payable : OutcomeClass::not_priced;
        CHECK(outcome.outcome_class == expected);
        CHECK(!outcome.say.empty());
    }
    CHECK(codes.contains("priced"));
}

TEST_CASE("what is wrong with a pack and with the packs that it uses is told alike however often it is loaded") {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / ("bandtariff_tariff_test_" + std::to_string(getpid()));
    const auto write = [&](const std::string& name, const std::string& text) {
        fs::create_directories((folder / "rules" / name).parent_path());
        std::ofstream(folder / "rules" / name, std::ios::binary) << text;
    };
    write("one/pack.yaml", "pack: test.one\nuses: [test.two, test.none, test.one, test.two]\n");
    write("one/uses_again.yaml", "uses: [test.none]\n");
    write("two/pack.yaml", "pack: test.two\nuses: test.one\n");
    for (int k = 10; k < 40; ++k) {
        write("one/facts_" + std::to_string(k) + ".yaml", "facts: {fact_" + std::to_string(k) + ": 5, both: 6}\n");
        write("two/codes_" + std::to_string(k) + ".yaml", "codes: {code_" + std::to_string(k) + ": {}, both: 6}\n");
    }
    const auto load = [&] { return render(load_tariff(folder / "rules/one").diagnostics()); };
    const std::string first = load();
    const auto times = [&](const std::string& word) {
        std::size_t count = 0;
        for (std::size_t at = first.find(word); at != std::string::npos; at = first.find(word, at + 1)) ++count;
        return count;
    };
    CHECK(times("one/uses_again.yaml:1:1: error[name-duplicate]: 'uses' is given twice") == 1);
    CHECK(times("error[uses-unknown]: there is no pack 'test.none'") == 1);
    CHECK(times("rules/two/pack.yaml:2:7: error[uses-cycle]") == 1);
    CHECK(times("rules/two/codes_") >= 30);
    CHECK(times("rules/one/facts_") >= 30);
    for (int again = 0; again < 20; ++again) CHECK(load() == first);
    fs::remove_all(folder);
}
