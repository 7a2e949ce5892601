// A series that is cut by day against the day loop: every stay around the boundary, each release's days priced by themselves
// with the weights of the whole stay; and a lent rate against the lender's own table.
#include "bandtariff/series.hpp"

#include <doctest/doctest.h>

#include "oracle/oracle.hpp"

using namespace bandtariff;

TEST_CASE("what the releases of a series pay is what the day loop makes of their days") {
    const Series series = load_series(BANDTARIFF_SOURCE_DIR "/tests/packs/series/by_year").value();
    const Date boundary = make_date(2026, 4, 1);
    for (int before = -40; before <= 3; before += 3) {
        for (int length = 1; length <= 70; length += 9) {
            const Date start = boundary + std::chrono::days(before), last = start + std::chrono::days(length - 1);
            const SeriesQuote quote = series.price({{"band", "B1"}, {"start", to_string(start)}, {"last_day", to_string(last)}});
            Integer total = 0;
            for (const Tariff& release : series.releases()) {
                const Placement record = placement(release).with("band", "B1").with("start", to_string(start)).with("last_day", to_string(last));
                if (release->applies->overlap(DateRange::both_ends(start, last)).empty()) continue;
                const oracle::OracleQuote expected = oracle::price(record, *release->applies);
                CHECK(expected.outcome == "priced");
                total += expected.total;
            }
            CAPTURE(to_string(start));
            CAPTURE(to_string(last));
            CHECK(quote.outcome == "priced");
            CHECK(Integer(quote.total.pence()) == total);
        }
    }
}

TEST_CASE("a lent rate is what the lender's own table says, on every day and for every code") {
    const std::string packs = BANDTARIFF_SOURCE_DIR "/tests/packs/good/lent_rates/rules/";
    const Tariff reader = load_tariff(packs + "reader").value();
    const Tariff lender = load_tariff(packs + "home").value();
    const Table& table = lender->at(lender->table("top_up_rate").value());
    for (const char* day : {"2026-04-01", "2026-08-31", "2026-09-01", "2027-03-31"}) {
        for (const char* band : {"B2", "B3"}) {
            const Value key{0, lender->code(lender->code_list("band").value(), band)->index};
            const Row* row = table.row(*table.version_on(parse_date(day).value()), {key});
            REQUIRE(row != nullptr);
            const Placement record = placement(reader).with("home", "901").with("home_band", band).with("band", "B1").with("start", day).with("last_day", day);
            const Quote quote = compile(reader).price(record);
            CAPTURE(day);
            CAPTURE(band);
            CHECK(quote.line("top_up")->parts.front().amount == row->cell.value.number);
            CHECK(quote.rates_lent == std::vector<std::string>{"their_rate is test.lent.home 2026-27 top_up_rate[band: home_band]"});
            CHECK(oracle::price(record).total == Integer(quote.total.pence()));
        }
    }
    const Quote own = compile(reader).price(
        placement(reader).with("home", "902").with("home_band", "B2").with("band", "B2").with("start", "2026-04-01").with("last_day", "2026-04-01"));
    REQUIRE(own.rates_lent.size() == 1);
    CHECK(own.rates_lent.front() ==
          "their_rate is own_rate, because not_published: the publisher printed no value here: test.lent.second 2026-27 code for band[home_band: B2]");
}
