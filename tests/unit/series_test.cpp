// Releases in use together, against sums done by hand, and everything that may be wrong between them.
#include "bandtariff/series.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

using namespace bandtariff;
namespace fs = std::filesystem;

namespace {

const fs::path series_packs = fs::path(BANDTARIFF_SOURCE_DIR) / "tests/packs/series";

Series series_of(const std::string& name) { return load_series(series_packs / name).value(); }

std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

/// A copy of a series with one text of one release put in the place of another.
Checked<Series> with(const std::string& name, const std::string& release, const std::string& was, const std::string& is) {
    const fs::path folder = fs::temp_directory_path() / ("bandtariff_series_" + std::to_string(getpid()));
    fs::remove_all(folder);
    fs::copy(series_packs / name, folder, fs::copy_options::recursive);
    const fs::path file = folder / release / "pack.yaml";
    std::string text = text_of(file);
    const std::size_t at = text.find(was);
    REQUIRE(at != std::string::npos);
    std::ofstream(file, std::ios::binary) << text.replace(at, was.size(), is);
    Checked<Series> loaded = load_series(folder);
    fs::remove_all(folder);
    return loaded;
}

}  // namespace

TEST_CASE("a stay over two years is priced by each on its own days, weighed as one stay") {
    struct Row {
        std::string name;
        const char *band, *start, *last_day, *left_on, *outcome;
        std::vector<std::string> releases;
        const char* total;
    };
    const Row rows[] = {
        {"31 days of 2025-26 and 30 of 2026-27; the grant of entry once, each month by its year: 84.93 + 10 + 50 and 84.90 + 11", "B1", "2026-03-01", "2026-04-30", "",
         "priced", {"2025-26", "2026-27"}, "240.83"},
        {"the last day of the old year is the old year's alone", "B1", "2026-03-31", "2026-03-31", "", "priced", {"2025-26"}, "62.74"},
        {"the first day of the new year is the new year's alone", "B1", "2026-04-01", "2026-04-01", "", "priced", {"2026-27"}, "73.83"},
        {"a day of each", "B1", "2026-03-31", "2026-04-01", "", "priced", {"2025-26", "2026-27"}, "76.57"},
        {"one who left on the first day of the new year has no day in it", "B1", "2026-03-31", "2026-12-31", "2026-04-01", "priced", {"2025-26"}, "62.74"},
        {"a band that the new year does not offer leaves the whole stay without a price", "B2", "2026-03-31", "2026-04-01", "", "not_offered", {"2025-26", "2026-27"}, "0.00"},
        {"and is priced where the stay ends before", "B2", "2026-03-31", "2026-03-31", "", "priced", {"2025-26"}, "65.48"},
        {"a band that the old year does not know is no band on its days", "B3", "2026-03-31", "2026-04-01", "", "code_unknown", {"2025-26", "2026-27"}, "0.00"},
        {"a day before the first year", "B1", "2025-03-31", "2025-04-01", "", "outside_applies", {}, "0.00"},
        {"a day after the last", "B1", "2027-03-31", "2027-04-01", "", "outside_applies", {}, "0.00"},
        {"a last day before the first", "B1", "2026-04-01", "2026-03-31", "", "no_paid_days", {}, "0.00"},
        {"no first day", "B1", "", "2026-03-31", "", "fact_missing", {}, "0.00"},
    };
    const Series series = series_of("by_year");
    CHECK(series.cut_by_day());
    for (const Row& row : rows) {
        CAPTURE(row.name);
        FactTexts facts{{"band", row.band}, {"last_day", row.last_day}};
        if (*row.start) facts.emplace("start", row.start);
        if (*row.left_on) facts.emplace("left_on", row.left_on);
        const SeriesQuote quote = series.price(facts);
        CHECK(quote.outcome == row.outcome);
        CHECK(to_string(quote.total) == row.total);
        std::vector<std::string> releases;
        Money sum;
        for (const Quote& each : quote.quotes) {
            releases.push_back(each.release);
            sum = sum + each.total;
        }
        CHECK(releases == row.releases);
        if (quote.priced()) CHECK(sum == quote.total);
        const SeriesQuote sums = series.price(facts, {}, Series::Account::sums);
        CHECK(sums.outcome == quote.outcome);
        CHECK(sums.total == quote.total);
    }
}

TEST_CASE("a release takes records by the date of the plan and a condition, whatever days are priced") {
    struct Row {
        std::string name;
        const char *phase, *plan_issued, *outcome, *release, *total;
    };
    const Row rows[] = {
        {"the last day of the old scheme", "primary", "2025-08-31", "priced", "old plans", "3000.00"},
        {"the day after, in a primary school", "primary", "2025-09-01", "priced", "primary plans", "4000.00"},
        {"the day after, in a secondary school", "secondary", "2025-09-01", "priced", "secondary plans", "5000.00"},
        {"the day before the first scheme", "primary", "2020-08-31", "outside_applies", "", "0.00"},
        {"a plan without a date", "primary", "", "fact_missing", "", "0.00"},
        {"a phase that no release knows", "nursery", "2025-09-01", "code_unknown", "", "0.00"},
    };
    const Series series = series_of("by_plan");
    CHECK_FALSE(series.cut_by_day());
    for (const Row& row : rows) {
        CAPTURE(row.name);
        FactTexts facts{{"phase", row.phase}, {"start", "2033-01-01"}, {"last_day", "2033-12-31"}};
        if (*row.plan_issued) facts.emplace("plan_issued", row.plan_issued);
        const SeriesQuote quote = series.price(facts);
        CHECK(quote.outcome == row.outcome);
        CHECK(to_string(quote.total) == row.total);
        CHECK((quote.quotes.empty() ? "" : quote.quotes.front().release) == row.release);
    }
    // By itself a release refuses what another takes.
    const Quote alone = compile(series.releases().back()).price(placement(series.releases().back()).with("phase", "primary").with("plan_issued", "2025-09-01"));
    CHECK(alone.outcome == "not_taken");
    CHECK_FALSE(alone.priced());
}

TEST_CASE("what is wrong between releases") {
    struct Row {
        std::string name;
        const char *series, *release, *was, *is, *code, *says;
    };
    const Row rows[] = {
        {"a day with two releases", "by_year", "2025-26", "last_day: 2026-03-31}", "last_day: 2026-04-01}", "series-overlap", "both apply on 2026-04-01"},
        {"a day with none", "by_year", "2026-27", "from: 2026-04-01, last_day: 2027", "from: 2026-04-02, last_day: 2027", "series-hole", "no release applies on 2026-04-01"},
        {"two that take the same plans", "by_plan", "new_primary", "when: \"phase = 'primary'\"", "when: \"phase in ['primary', 'secondary']\"", "series-overlap",
         "both take records of 2025-09-01 with phase secondary"},
        {"plans of one phase that none takes", "by_plan", "new_secondary", "applies: {from: 2025-09-01", "applies: {from: 2025-10-01", "series-hole",
         "no release takes records of 2025-09-01 with phase secondary"},
        {"another pack", "by_year", "2026-27", "pack: test.by_year", "pack: test.other", "series-differs", "not 'test.by_year'"},
        {"one name for two", "by_year", "2026-27", "release: 2026-27", "release: 2025-26", "series-differs", "two releases are called '2025-26'"},
        {"only one says what it takes", "by_plan", "old", "takes: {by: plan_issued}\n", "", "series-differs", "or none does"},
        {"two dates to go by", "by_plan", "old", "takes: {by: plan_issued}", "takes: {by: start}", "series-differs", "by 'start'"},
        {"a fact of another kind", "by_year", "2026-27", "left_on:  {kind: date, optional: true}\nspan: {from: start, last_day: last_day, left_on: left_on, leaving_day: unpaid}",
         "left_on:  {kind: yes_no, optional: true}", "series-differs", "'left_on' is of another kind"},
        {"no days of its own", "by_year", "2026-27", "span: {from: start, last_day: last_day, left_on: left_on, leaving_day: unpaid}", "span: none", "series-differs", "no days of its own"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Checked<Series> loaded = with(row.series, row.release, row.was, row.is);
        CHECK_FALSE(loaded.ok());
        const std::string text = render(loaded.diagnostics());
        CHECK_MESSAGE(text.find(std::string("[") + row.code + "]") != std::string::npos, text);
        CHECK_MESSAGE(text.find(row.says) != std::string::npos, text);
    }
    // Two versions of a page without dates are no series: nothing says which of them a day has.
    const Checked<Series> undated = load_series(BANDTARIFF_SOURCE_DIR "/rules/local/lambeth");
    CHECK_FALSE(undated.ok());
    CHECK(render(undated.diagnostics()).find("this one is undated") != std::string::npos);
    CHECK(load_series(series_packs / "nothing_here").diagnostics().front().code == "series-empty");
    CHECK(is_series(series_packs / "by_year"));
    CHECK_FALSE(is_series(series_packs / "by_year/2025-26"));
}

TEST_CASE("a fact that no release has is the caller's mistake, and one that some have is not") {
    const Series series = series_of("by_year");
    CHECK_THROWS_WITH_AS((void)series.price({{"bnad", "B1"}}), "fact: no release of test.by_year has a fact 'bnad': did you mean band?", std::invalid_argument);
    const SeriesQuote quote = series.price({{"band", "B1"}, {"start", "2026-04-01"}, {"last_day", "2026-04-01"}, {"extra", "5"}});
    CHECK(to_string(quote.total) == "78.83");
    CHECK(to_string(series.price({{"band", "B1"}, {"start", "2026-03-31"}, {"last_day", "2026-04-01"}, {"extra", "5"}}).total) == "76.57");
}

TEST_CASE("a file's rows are priced as each alone") {
    const Series series = series_of("by_year");
    const fs::path folder = fs::temp_directory_path() / ("bandtariff_series_file_" + std::to_string(getpid()));
    fs::create_directories(folder);
    std::ofstream(folder / "in.csv") << "id,band,start,last_day,left,extra\n"
                                        "a,B1,2026-03-01,2026-04-30,,\nb,B2,2026-03-31,2026-04-01,,\nc,B1,2026-04-01,2026-04-01,,5\nd,B1\n";
    FileOptions options;
    options.map = {{"left_on", "left"}};
    options.lines = true;
    options.by = "band";
    const Checked<FileSummary> priced = price_file(series, folder / "in.csv", folder / "out.csv", options);
    REQUIRE_MESSAGE(priced.ok(), render(priced.diagnostics()));
    CHECK(text_of(folder / "out.csv") ==
          "id,band,start,last_day,left,extra,release,outcome,total_gbp,top_up,by_month,on_entry,added,reason\n"
          "a,B1,2026-03-01,2026-04-30,,,2025-26 + 2026-27,priced,240.83,169.83,21.00,50.00,0.00,\n"
          "b,B2,2026-03-31,2026-04-01,,,2025-26 + 2026-27,not_offered,,,,,,band B2 is no more: price[band: B2] (test.by_year 2026-27)\n"
          "c,B1,2026-04-01,2026-04-01,,5,2026-27,priced,78.83,2.83,11.00,60.00,5.00,\n"
          "\"d,B1\",,,,,,,row_unreadable,,,,,,2 cells where the header has 6\n");
    const FileSummary& summary = priced.value();
    CHECK(to_string(summary.total) == "319.66");
    CHECK(summary.rows == 4);
    CHECK(summary.rows_not_priced() == 2);
    CHECK(summary.rows_at_fault() == 1);
    REQUIRE(summary.groups.size() == 3);
    CHECK(to_string(summary.groups[0].total) == "319.66");
    options.map.clear();
    const Checked<FileSummary> missing = price_file(series, folder / "in.csv", folder / "out.csv", options);
    CHECK_FALSE(missing.ok());
    CHECK(render(missing.diagnostics()).find("left_on") != std::string::npos);
    fs::remove_all(folder);
}
