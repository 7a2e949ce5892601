// Placement and PlacementTable: what text a record may state, why other text is not accepted, and columns that fit.
#include "bandtariff/placement.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace bandtariff;

namespace {

Tariff small_bands() { return load_tariff(BANDTARIFF_SOURCE_DIR "/tests/packs/good/small_bands").value(); }

}  // namespace

TEST_CASE("a fact is carried as a whole number, whatever it is") {
    struct Row {
        const char* name;
        const char* fact;
        const char* text;
        std::int64_t value;
    };
    const std::vector<Row> rows = {
        {"a code as its position", "band", "B3", 2},
        {"a number at its decimals", "attendance", "0.5", 500},
        {"all its decimals", "attendance", "0.125", 125},
        {"noughts past its decimals change nothing", "attendance", "0.1250", 125},
        {"the smallest allowed", "attendance", "0", 0},
        {"the largest allowed", "attendance", "1.000", 1000},
        {"a percentage", "attendance", "12.5%", 125},
        {"a negative number", "transport_miles", "-0.5", -5},
        {"minus nought", "transport_miles", "-0", 0},
        {"money to the penny", "agreed_fee", "12345.67", 1234567},
        {"a date as its day number", "start", "1970-01-02", 1},
        {"yes", "suspended", "yes", 1},
        {"no", "suspended", "no", 0},
        {"true, as packs write yes", "suspended", "true", 1},
        {"false, as packs write no", "suspended", "false", 0},
    };
    const Tariff tariff = small_bands();
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const StatedFact stated = read_fact(*tariff, tariff->fact(row.fact).value(), row.text);
        CHECK(stated.given == Given::given);
        CHECK(stated.value == row.value);
        CHECK(stated.text == row.text);
        CHECK(why_not(*tariff, tariff->fact(row.fact).value(), stated).empty());
    }
    CHECK(read_fact(*tariff, tariff->fact("band").value(), "").given == Given::absent);
}

TEST_CASE("what is not accepted says why, and what would be") {
    struct Row {
        const char* fact;
        const char* text;
        Given given;
        const char* why;
    };
    const std::vector<Row> rows = {
        {"band", "B33", Given::code_unknown, "band 'B33' is not in the list: did you mean B3? (B1, B2, B3)"},
        {"band", "gold", Given::code_unknown, "band 'gold' is not in the list (B1, B2, B3)"},
        {"band", "b3", Given::code_unknown, "band 'b3' is not in the list: did you mean B3? (B1, B2, B3)"},
        {"attendance", "1.5", Given::out_of_range, "attendance '1.5' is above 1: the pack allows 0 to 1 (ratio)"},
        {"attendance", "1.001", Given::out_of_range, "attendance '1.001' is above 1: the pack allows 0 to 1 (ratio)"},
        {"attendance", "-0.001", Given::out_of_range, "attendance '-0.001' is below 0: the pack allows 0 to 1 (ratio)"},
        {"attendance", "0.1234", Given::out_of_range, "attendance '0.1234' has more than 3 decimals"},
        {"attendance", "half", Given::out_of_range, "attendance 'half' is not a plain number: write digits such as 1"},
        {"attendance", "1e-1", Given::out_of_range, "attendance '1e-1' is not a plain number: write digits such as 1"},
        {"transport_miles", "0.25", Given::out_of_range, "transport_miles '0.25' has more than 1 decimal"},
        {"agreed_fee", "£12,345.60", Given::out_of_range, "agreed_fee '£12,345.60' is not a plain number: write 12345.60"},
        {"agreed_fee", "99999999999999999999", Given::out_of_range,
         "agreed_fee '99999999999999999999' is above 500000: the pack allows 0 to 500000 (GBP per pupil per year)"},
        {"start", "2026-02-29", Given::out_of_range, "start '2026-02-29' is not a day: write it as 2026-04-01"},
        {"start", "1/4/2026", Given::out_of_range, "start '1/4/2026' is not a day: write it as 2026-04-01"},
        {"suspended", "Y", Given::out_of_range, "suspended 'Y' is neither yes nor no"},
    };
    const Tariff tariff = small_bands();
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const FactId fact = tariff->fact(row.fact).value();
        const StatedFact stated = read_fact(*tariff, fact, row.text);
        CHECK(stated.given == row.given);
        CHECK(why_not(*tariff, fact, stated) == row.why);
    }
}

TEST_CASE("a name that is no fact is the caller's mistake, with the nearest one") {
    Placement record = placement(small_bands());
    CHECK_THROWS_WITH_AS(record.with("atendance", "1"), "fact: 'atendance' is no fact of test.small_bands: did you mean attendance?",
                         std::invalid_argument);
}

TEST_CASE("over states both ends of the span") {
    Placement record = placement(small_bands());
    record.over(DateRange::both_ends(make_date(2026, 4, 1), make_date(2027, 3, 31)));
    CHECK(record.at(record.tariff()->fact("start").value()).text == "2026-04-01");
    CHECK(record.at(record.tariff()->fact("last_day").value()).text == "2027-03-31");
    Placement without_days = placement(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/packs/good/small_undated").value());
    CHECK_THROWS_AS(without_days.over(DateRange::both_ends(make_date(2026, 4, 1), make_date(2026, 4, 1))), std::logic_error);
}

TEST_CASE("a record of an unknown kind is refused by name") {
    CHECK_NOTHROW((void)placement(small_bands(), "pupil"));
    CHECK_THROWS_WITH_AS((void)placement(small_bands(), "pupl"), "record: 'pupl' is no kind of record of test.small_bands (pupil)", std::invalid_argument);
}

TEST_CASE("a column must be as long as its table, and says whether it was set") {
    const Tariff tariff = small_bands();
    const FactId band = tariff->fact("band").value();
    const FactId start = tariff->fact("start").value();
    PlacementTable table(tariff, RecordId(0), 2);
    CHECK_FALSE(table.stated(band));
    const std::vector<std::uint16_t> bands = {0, 2};
    table.set(band, std::span<const std::uint16_t>(bands));
    CHECK(table.stated(band));
    CHECK(table.column(band).data == bands.data());
    CHECK(table.column(band).type == Column::Type::u16);
    table.without(start);
    CHECK(table.stated(start));
    CHECK(table.column(start).data == nullptr);
    const std::vector<std::int32_t> one = {0};
    CHECK_THROWS_WITH_AS(table.set(start, std::span<const std::int32_t>(one)), "values: a column of 1 rows in a table of 2", std::invalid_argument);
    CHECK_THROWS_AS(table.without(FactId(tariff->facts.size())), std::invalid_argument);
}
