// What records reach of a tariff, counted.
#include <doctest/doctest.h>

#include <array>

#include "bandtariff/bandtariff.hpp"

using namespace bandtariff;

namespace {

const std::string data = std::string(BANDTARIFF_SOURCE_DIR) + "/tests/cli/data/";

Plan bands() { return compile(load_tariff(data + "bands").value()); }

Placement in(const Plan& plan, const char* band, const char* setting) {
    return placement(plan.tariff()).with("band", band).with("setting", setting).with("start", "2026-04-01").with("last_day", "2027-03-31");
}

std::uint64_t records_of(const Usage& usage, const std::string& table, const std::string& keys) {
    for (const Usage::Cell& cell : usage.cells)
        if (cell.table == table && cell.keys == keys) return cell.records;
    FAIL("no such printed row: " << table << " " << keys);
    return 0;
}

const Usage::Met& met(const Usage& usage, const std::string& outcome) {
    for (const Usage::Met& each : usage.outcomes)
        if (each.outcome == outcome) return each;
    throw std::invalid_argument(outcome);
}

}  // namespace

TEST_CASE("before any record everything is there and nothing is reached") {
    const Plan plan = bands();
    const Usage usage = UsageCounter(plan).result();
    CHECK(usage.records == 0);
    CHECK(usage.cells.size() == 8);
    CHECK(usage.values.size() == 3);
    for (const Usage::Cell& cell : usage.cells) CHECK(cell.records == 0);
    for (const Usage::Branch& branch : usage.branches) CHECK(branch.records == 0);
    for (const Usage::RoundingPoint& point : usage.roundings) CHECK(point.records == 0);
}

TEST_CASE("a record counts as often as it says, and once for all its days") {
    const Plan plan = bands();
    UsageCounter counter(plan);
    counter.add(in(plan, "B2", "mainstream"), 3);
    const Usage usage = counter.result();
    CHECK(usage.records == 3);
    CHECK(records_of(usage, "price", "band: B2, setting: mainstream") == 3);
    CHECK(records_of(usage, "threshold", "") == 3);
    CHECK(records_of(usage, "price", "band: B1, setting: mainstream") == 0);
    CHECK(met(usage, "priced").records == 3);
    CHECK(usage.not_priced == 0);
}

TEST_CASE("of records that are not priced the first lines are kept, in order, and no more than five") {
    const Plan plan = bands();
    UsageCounter counter(plan);
    const std::array<std::uint64_t, 3> late = {70, 80, 90};
    const std::array<std::uint64_t, 4> early = {10, 20, 30, 40};
    counter.add(in(plan, "B1", "special"), 3, late);
    counter.add(in(plan, "B1", "special"), 4, early);
    counter.add_unreadable("3 cells where the header has 5", 50);
    const Usage usage = counter.result();
    CHECK(usage.not_priced == 8);
    CHECK(met(usage, "not_offered").records == 7);
    CHECK(met(usage, "not_offered").first_lines == std::vector<std::uint64_t>{10, 20, 30, 40, 70});
    CHECK(met(usage, "row_unreadable").first_reason == "3 cells where the header has 5");
}

TEST_CASE("a file and its columns reach the same") {
    const Plan plan = bands();
    const Usage of_file = used_by(plan, data + "placements.csv").value();
    PlacementReader reader = PlacementReader::open(plan, data + "placements.csv").value();
    REQUIRE(reader.next());
    const Usage of_columns = used_by(plan, reader.table());
    REQUIRE(of_file.cells.size() == of_columns.cells.size());
    for (std::size_t i = 0; i < of_file.cells.size(); ++i) CHECK(of_file.cells[i].records == of_columns.cells[i].records);
    CHECK(of_file.records == of_columns.records);
}

TEST_CASE("a file without the facts that the pack reads is refused") {
    const Checked<Usage> usage = used_by(bands(), data + "hours.csv");
    CHECK_FALSE(usage.ok());
    CHECK(usage.diagnostics().front().code == "fact-without-column");
}

TEST_CASE("a column's value that its fact cannot have is a wrong fact, as it is where columns are priced") {
    const Plan plan = bands();
    const TariffContents& tariff = *plan.tariff();
    const std::vector<std::uint8_t> band = {1, 200}, setting = {0, 0};
    const std::vector<std::int32_t> start(2, day_number(make_date(2026, 4, 1))), last(2, day_number(make_date(2027, 3, 31)));
    PlacementTable table(plan.tariff(), RecordId(0), 2);
    table.set(tariff.fact("band").value(), std::span(band));
    table.set(tariff.fact("setting").value(), std::span(setting));
    table.set(tariff.fact("start").value(), std::span(start));
    table.set(tariff.fact("last_day").value(), std::span(last));
    for (const char* absent : {"attendance", "agreed_fee"}) table.without(tariff.fact(absent).value());
    const Usage usage = used_by(plan, table);
    CHECK(met(usage, "priced").records == 1);
    CHECK(met(usage, "code_unknown").records == 1);
}
