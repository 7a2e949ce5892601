// Document to tariff: what a good pack means, printed, and what is wrong with a bad one, word for word.
// packs/good/NAME is printed to stages/tariff/NAME.expected; packs/bad/CODE.yaml (or folder) to CODE.expected beside it.
// To accept new ones: BANDTARIFF_ACCEPT=1 in the environment of this test, then review the difference.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "bandtariff/tariff.hpp"
#include "stages/tariff_text.hpp"

using namespace bandtariff;

namespace {

namespace fs = std::filesystem;

const fs::path root = BANDTARIFF_SOURCE_DIR;

std::string text_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Diagnostics with the paths that the project itself has.
std::string render_from_root(const std::vector<Diagnostic>& diagnostics) {
    std::string text = render(diagnostics);
    const std::string prefix = root.generic_string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) text.erase(at, prefix.size());
    return text;
}

void check_golden(const fs::path& expected, const std::string& text) {
    if (std::getenv("BANDTARIFF_ACCEPT") != nullptr) std::ofstream(expected, std::ios::binary) << text;
    INFO(expected.string());
    CHECK(text == text_of(expected));
}

std::string outcome_of(const fs::path& pack) {
    const Checked<Tariff> loaded = load_tariff(pack);
    return (loaded.ok() ? Printer(loaded.value()).text() : std::string()) + render_from_root(loaded.diagnostics());
}

std::vector<fs::path> packs_in(const fs::path& folder) {
    std::vector<fs::path> result;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.is_directory() || entry.path().extension() == ".yaml") result.push_back(entry.path());
    std::sort(result.begin(), result.end());
    return result;
}

/// A folder of several packs: the one that uses the others is rules/reader.
fs::path pack_of(const fs::path& path) { return fs::exists(path / "rules/reader") ? path / "rules/reader" : path; }

/// One small pack from its YAML, in a folder of its own.
Checked<Tariff> load_text(const std::string& yaml) {
    const fs::path folder = fs::temp_directory_path() / ("bandtariff_tariff_test_" + std::to_string(::getpid()));
    fs::create_directories(folder);
    std::ofstream(folder / "pack.yaml", std::ios::binary) << yaml;
    Checked<Tariff> loaded = load_tariff(folder / "pack.yaml");
    fs::remove_all(folder);
    return loaded;
}

bool has_code(const Checked<Tariff>& loaded, std::string_view code) {
    return std::any_of(loaded.diagnostics().begin(), loaded.diagnostics().end(),
                       [&](const Diagnostic& each) { return each.code == code; });
}

const std::string header =
    "pack: test.small\nrelease: '1'\ntitle: A small pack\nstatus: illustrative\nformat: 1\n"
    "applies: {from: 2026-04-01, last_day: 2027-03-31}\nrecord: pupil\n"
    "sources: {model: {kind: illustrative, title: Values for tests}}\n"
    "codes: {band: [B1, B2, B3]}\n"
    "facts:\n  band: {kind: code, of: band}\n  hours: {kind: number, unit: hour, decimals: 1, min: 0, max: 40}\n"
    "outcomes: {not_offered: {class: not_priced, say: not offered, source: model}}\n";

}  // namespace

TEST_CASE("a good pack means what is printed beside this test") {
    for (const fs::path& pack : packs_in(root / "tests/packs/good")) {
        const fs::path expected = root / "tests/stages/tariff" / (pack.stem().string() + ".expected");
        if (!fs::exists(expected) && std::getenv("BANDTARIFF_ACCEPT") == nullptr) continue;  // packs that other tests bring
        check_golden(expected, outcome_of(pack_of(pack)));
    }
}

TEST_CASE("every good pack loads") {
    for (const fs::path& pack : packs_in(root / "tests/packs/good")) {
        INFO(pack.string());
        const Checked<Tariff> loaded = load_tariff(pack_of(pack));
        INFO(render(loaded.diagnostics()));
        CHECK(loaded.ok());
    }
}

TEST_CASE("a bad pack gets the error it is named after, word for word") {
    const std::vector<fs::path> packs = packs_in(root / "tests/packs/bad");
    CHECK(packs.size() > 100);
    for (const fs::path& path : packs) {
        const std::string text = render_from_root(load_tariff(pack_of(path)).diagnostics());
        CHECK_MESSAGE(text.find("[" + path.stem().string() + "]") != std::string::npos, path.string());
        check_golden(path.parent_path() / (path.stem().string() + ".expected"), text);
    }
}

TEST_CASE("several slips are all reported, in the order of the file") {
    const Checked<Tariff> loaded =
        load_text(header +
                  "figures:\n  a: {unit: hours, values: [{from: 2026-04-01, amount: 1,000, source: model}]}\n  b: {unit: ratio, "
                  "values: [{from: 2026-04-01, amount: 1}]}\nlines:\n  x: {elemnt: 3}\n");
    CHECK_FALSE(loaded.ok());
    for (const char* code : {"unit-unknown", "comma-split", "evidence-missing", "unknown-key", "key-missing"})
        CHECK_MESSAGE(has_code(loaded, code), code);
    CHECK(std::is_sorted(loaded.diagnostics().begin(), loaded.diagnostics().end(),
                         [](const Diagnostic& a, const Diagnostic& b) { return a.span.line < b.span.line; }));
}

TEST_CASE("rows of a table") {
    struct Example {
        const char* sentence;
        const char* by;
        const char* rows;
        const char* code;  ///< of the only error; empty where the table is right
    };
    const Example examples[] = {
        {"a row for each code", "band", "[{band: B1, amount: 1}, {band: B2, amount: 2}, {band: B3, amount: 3}]", ""},
        {"a list of codes", "band", "[{band: [B1, B2], amount: 1}, {band: B3, amount: 3}]", ""},
        {"a code in two rows", "band", "[{band: [B1, B2], amount: 1}, {band: [B2, B3], amount: 3}]", "two-rows-for-one-key"},
        {"two rows of the same amount are two rows all the same", "band", "[{band: any, amount: 1}, {band: B2, amount: 1}]",
         "two-rows-for-one-key"},
        {"others are the codes that no row names", "band", "[{band: B1, amount: 1}, {band: others, amount: 3}]", ""},
        {"others with nothing left govern nothing", "band", "[{band: any, amount: 1}, {band: others, amount: 3}]",
         "row-unreachable"},
        {"two rows of others", "band", "[{band: B1, amount: 1}, {band: others, amount: 2}, {band: others, amount: 3}]",
         "two-rows-for-one-key"},
        {"a missing code", "band", "[{band: [B1, B3], amount: 1}]", "cell-missing"},
        {"one others goes before two", "band, hours",
         "[{band: B1, hours: any, amount: 1}, {band: others, hours: under 10, amount: 2}, {band: others, hours: others, amount: "
         "3}]",
         ""},
        {"whole numbers leave no hole that a tenth would fall into", "hours",
         "[{hours: 0 to 14, amount: 1}, {hours: 15 or more, amount: 2}]", "interval-gap"},
        {"to under leaves no hole", "hours", "[{hours: 0 to under 15, amount: 1}, {hours: 15 or more, amount: 2}]", ""},
        {"ends that touch are doubled", "hours", "[{hours: 0 to 15, amount: 1}, {hours: 15 or more, amount: 2}]",
         "two-rows-for-one-key"},
        {"a tenth apart is next to each other where the fact has one decimal", "hours",
         "[{hours: 0 to 14.9, amount: 1}, {hours: 15 or more, amount: 2}]", ""},
        {"nothing above the last interval", "hours", "[{hours: under 39, amount: 1}]", "interval-gap"},
        {"an end at the fact's greatest value is the end", "hours", "[{hours: 0 to 40, amount: 1}]", ""},
        {"an interval that no record reaches", "hours", "[{hours: 0 to 40, amount: 1}, {hours: 41 or more, amount: 2}]",
         "row-unreachable"},
        {"a single number", "hours", "[{hours: 0, amount: 1}, {hours: others, amount: 2}]", ""},
    };
    for (const Example& example : examples) {
        INFO(example.sentence);
        const Checked<Tariff> loaded =
            load_text(header + "tables:\n  t:\n    unit: ratio\n    by: [" + example.by +
                      "]\n    values:\n      - from: 2026-04-01\n        source: model\n        rows: " + example.rows + "\n");
        INFO(render(loaded.diagnostics()));
        CHECK(loaded.ok() == std::string_view(example.code).empty());
        if (!loaded.ok()) CHECK(loaded.diagnostics().front().code == example.code);
        if (!loaded.ok()) CHECK(loaded.diagnostics().size() == 1);
    }
}

TEST_CASE("the row that governs a key") {
    const Checked<Tariff> loaded = load_text(
        header +
        "tables:\n  t:\n    unit: ratio\n    by: [band, hours]\n    values:\n      - from: 2026-04-01\n        source: model\n"
        "        rows: [{band: B1, hours: any, amount: 1}, {band: others, hours: under 10, amount: 2}, {band: others, hours: "
        "others, amount: 3}]\n");
    const Tariff tariff = loaded.value();
    const Table& table = tariff->at(tariff->table("t").value());
    struct Example {
        const char* sentence;
        std::int64_t band;
        Rational hours;
        int amount;
    };
    const Example examples[] = {
        {"a named code goes before others", 0, 5, 1},
        {"one others", 1, Rational(99) / 10, 2},
        {"at the end of 'under'", 1, 10, 3},
        {"the last code", 2, 40, 3},
    };
    for (const Example& example : examples) {
        INFO(example.sentence);
        const Row* row = table.row(table.versions[0], {Value{0, example.band}, Value{example.hours, 0}});
        REQUIRE(row != nullptr);
        CHECK(row->cell.value.number == example.amount);
    }
}

TEST_CASE("days of a figure") {
    struct Example {
        const char* sentence;
        const char* values;
        const char* code;
    };
    const Example examples[] = {
        {"from before the tariff and open", "{from: 2013-04-01, amount: 1, source: model}", ""},
        {"from the tariff's first day", "{from: 2026-04-01, amount: 1, source: model}", ""},
        {"a day late", "{from: 2026-04-02, amount: 1, source: model}", "date-gap"},
        {"to the tariff's last day", "{from: 2026-04-01, last_day: 2027-03-31, amount: 1, source: model}", ""},
        {"a day short", "{from: 2026-04-01, last_day: 2027-03-30, amount: 1, source: model}", "date-gap"},
        {"the next begins the day after",
         "{from: 2026-04-01, last_day: 2026-08-31, amount: 1, source: model}, {from: 2026-09-01, amount: 2, source: model}", ""},
        {"the next begins two days after",
         "{from: 2026-04-01, last_day: 2026-08-30, amount: 1, source: model}, {from: 2026-09-01, amount: 2, source: model}",
         "date-gap"},
        {"the next begins on the last day",
         "{from: 2026-04-01, last_day: 2026-09-01, amount: 1, source: model}, {from: 2026-09-01, amount: 2, source: model}",
         "date-overlap"},
        {"two on one day", "{from: 2026-04-01, amount: 1, source: model}, {from: 2026-04-01, amount: 2, source: model}",
         "date-overlap"},
        {"a value ends before it begins", "{from: 2026-04-01, last_day: 2026-03-31, amount: 1, source: model}",
         "dates-backwards"},
    };
    for (const Example& example : examples) {
        INFO(example.sentence);
        const Checked<Tariff> loaded = load_text(header + "figures:\n  f: {unit: ratio, values: [" + example.values + "]}\n");
        INFO(render(loaded.diagnostics()));
        CHECK(loaded.ok() == std::string_view(example.code).empty());
        if (!loaded.ok()) CHECK(loaded.diagnostics().front().code == example.code);
    }
}

TEST_CASE("a rate becomes money over a basis of its own unit") {
    struct Example {
        const char* unit;
        const char* over;
        bool right, per_year;
    };
    const Example examples[] = {
        {"GBP per pupil per year", "{count: days, of: financial_year, source: model}", true, true},
        {"GBP per pupil per day", "{count: days, of: 365, source: model}", true, false},
        {"GBP per pupil per month", "{count: days, of: 365, source: model}", false, false},
        {"GBP per pupil per year", "{count: months, part: started, source: model}", true, true},
        {"GBP per pupil per month", "{count: months, part: started, source: model}", true, false},
        {"GBP per pupil per day", "{count: months, part: started, source: model}", false, false},
        {"GBP per pupil per year", "{whole: financial_year, source: model}", true, true},
        {"GBP", "{whole: financial_year, source: model}", true, false},
        {"GBP", "once", true, false},
        {"GBP per pupil per year", "once", false, false},
        {"GBP per place per year", "{whole: financial_year, source: model}", false, false},
    };
    for (const Example& example : examples) {
        INFO(example.unit, " over ", example.over);
        const Checked<Tariff> loaded = load_text(
            header +
            "time_bases: {}\nroundings: {penny: {floor: 0.01, of: whole, source: model}}\nfigures:\n  f: {unit: " + example.unit +
            ", values: [{from: 2026-04-01, amount: 1, source: model}]}\n"
            "lines:\n  x: {element: none, payer: a, payee: b, amount: f, over: " +
            example.over + ", round: penny}\n" + "refuse: {not_offered: \"band = 'B1' and hours > 0\"}\n");
        const bool unit_error = has_code(loaded, "unit-basis");
        CHECK(unit_error != example.right);
    }
}

TEST_CASE("folders that name a pack in use are searched for it, and a used pack's hash is part of the reader's") {
    const fs::path folder = root / "tests/packs/bad/uses-days/rules/lent";
    const Checked<Tariff> lent = load_tariff(folder);
    REQUIRE(lent.ok());
    const Checked<Tariff> again = load_tariff(folder);
    CHECK(lent.value()->text_hash == again.value()->text_hash);
    const std::string reader = header + "uses: [test.lent]\n";
    CHECK(has_code(load_text(reader), "uses-unknown"));
}
