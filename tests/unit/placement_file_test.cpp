// PlacementReader and price_file: what bytes make which rows, wherever a buffer ends, and that a file prices as its rows do.
#include "bandtariff/placement_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

using namespace bandtariff;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = std::size_t{1} << 18;        // what the reader asks the file for at once
constexpr std::size_t longest_row = std::size_t{1} << 20;  // what it looks at before it gives a row up

/// A folder of the test's own, gone with it.
class Folder {
public:
    Folder() : path_(fs::temp_directory_path() / ("bandtariff_file_test_" + std::to_string(getpid()))) {
        fs::create_directories(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }
    [[nodiscard]] fs::path write(const char* name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }

private:
    fs::path path_;
};

std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// `support` pays 4.02 for each of `hours`; other columns are carried through.
Plan kinds() { return compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/kinds").value()); }
/// Bands, settings, dates, a default and an optional fee.
Plan bands() { return compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/bands").value()); }

FileOptions child() {
    FileOptions options;
    options.record = "child";
    return options;
}

struct SeenRow {
    std::uint64_t line = 0;
    std::string hours;  ///< as the pack took it: "2.50", "absent", "refused"
    std::string note;   ///< the last cell
    std::string fault;
    friend bool operator==(const SeenRow&, const SeenRow&) = default;
};

/// Every row of a file with the columns id, hours and note, and perhaps others.
std::vector<SeenRow> rows_of(const Plan& plan, const fs::path& path) {
    PlacementReader reader = PlacementReader::open(plan, path, child()).value();
    const FactId hours = plan.tariff()->fact("hours").value();
    std::vector<SeenRow> rows;
    while (reader.next()) {
        const Column& column = reader.table().column(hours);
        for (std::size_t i = 0; i < reader.rows(); ++i) {
            SeenRow row{reader.line(i), "refused", reader.cell(i, reader.columns().size() - 1), reader.unreadable(i)};
            if (column.given[i] == Given::absent) row.hours = "absent";
            if (column.given[i] == Given::given)
                row.hours = to_string(Money::from_pence(static_cast<const std::int64_t*>(column.data)[i]));
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

std::vector<std::string> codes_of(const std::vector<Diagnostic>& diagnostics) {
    std::vector<std::string> codes;
    for (const Diagnostic& diagnostic : diagnostics) codes.push_back(diagnostic.code);
    return codes;
}

}  // namespace

TEST_CASE("bytes make rows and cells with the line each begins on") {
    struct Case {
        const char* name;
        std::string text;
        std::vector<SeenRow> rows;
    };
    const std::string head = "id,hours,note\n";
    const std::string misplaced =
        "a quotation mark stands inside a cell: the whole cell belongs in quotes, and quotes inside it are doubled";
    const std::vector<Case> cases = {
        {"a header alone", head, {}},
        {"a header without a line end", "id,hours,note", {}},
        {"two rows", head + "1,2.5,a\n2,3,b\n", {{2, "2.50", "a", ""}, {3, "3.00", "b", ""}}},
        {"a last row without a line end", head + "1,2.5,a", {{2, "2.50", "a", ""}}},
        {"an empty last cell without a line end", head + "1,2.5,", {{2, "2.50", "", ""}}},
        {"lines that end as in Windows", "id,hours,note\r\n1,2.5,a\r\n2,3,b\r\n", {{2, "2.50", "a", ""}, {3, "3.00", "b", ""}}},
        {"a byte order mark", "\xEF\xBB\xBF" + head + "1,2.5,a\n", {{2, "2.50", "a", ""}}},
        {"blank lines are passed over and counted",
         head + "\n1,2.5,a\n\r\n\n2,3,b\n\n",
         {{3, "2.50", "a", ""}, {6, "3.00", "b", ""}}},
        {"blank lines before the header", "\n\n" + head + "1,2.5,a\n", {{4, "2.50", "a", ""}}},
        {"an empty cell is an absent fact", head + "1,,a\n2,\"\",b\n", {{2, "absent", "a", ""}, {3, "absent", "b", ""}}},
        {"a number that the pack does not allow",
         head + "1,2000.01,a\n2,2000,b\n",
         {{2, "refused", "a", ""}, {3, "2000.00", "b", ""}}},
        {"quotes round a cell", head + "1,\"2.5\",\"a\"\n", {{2, "2.50", "a", ""}}},
        {"a comma inside quotes", head + "1,2.5,\"a, b\"\n", {{2, "2.50", "a, b", ""}}},
        {"doubled quotes inside quotes", head + "1,2.5,\"say \"\"a\"\"\"\n", {{2, "2.50", "say \"a\"", ""}}},
        {"nothing but doubled quotes", head + "1,2.5,\"\"\"\"\n", {{2, "2.50", "\"", ""}}},
        {"a line end inside quotes", head + "1,2.5,\"a\nb\"\n2,3,c\n", {{2, "2.50", "a\nb", ""}, {4, "3.00", "c", ""}}},
        {"a blank line inside quotes",
         head + "1,2.5,\"a\r\n\r\nb\"\r\n2,3,c\n",
         {{2, "2.50", "a\r\n\r\nb", ""}, {5, "3.00", "c", ""}}},
        {"a cell too few", head + "1,2.5\n2,3,b\n", {{2, "absent", "", "2 cells where the header has 3"}, {3, "3.00", "b", ""}}},
        {"a cell too many",
         head + "1,2.5,a,\n2,3,b\n",
         {{2, "absent", "a", "4 cells where the header has 3"}, {3, "3.00", "b", ""}}},
        {"one word", head + "1\n", {{2, "absent", "", "1 cell where the header has 3"}}},
        {"commas alone are a row", head + ",,\n", {{2, "absent", "", ""}}},
        {"a quote inside a bare cell",
         head + "1,2.5,5\" tall\" x\n2,3,b\n",
         {{2, "absent", "", misplaced}, {3, "3.00", "b", ""}}},
        {"text after a closing quote", head + "1,2.5,\"a\" b\n2,3,b\n", {{2, "absent", "", misplaced}, {3, "3.00", "b", ""}}},
        {"a quote that is never closed costs its own line and no other",
         head + "1,2.5,\"a\n2,3,b\n3,4,c\n",
         {{2, "absent", "", "a quotation mark is not closed"}, {3, "3.00", "b", ""}, {4, "4.00", "c", ""}}},
        {"a quote that the last line opens",
         head + "1,2.5,a\n2,3,\"b",
         {{2, "2.50", "a", ""}, {3, "absent", "", "a quotation mark is not closed"}}},
        {"a carriage return inside a line is part of its cell", head + "1,2.5,a\rb\n", {{2, "2.50", "a\rb", ""}}},
    };
    const Plan plan = kinds();
    const Folder folder;
    for (const Case& each : cases) {
        CAPTURE(each.name);
        const std::vector<SeenRow> rows = rows_of(plan, folder.write("rows.csv", each.text));
        CHECK(rows == each.rows);
    }
}

TEST_CASE("a row is the same wherever the reader's buffer ends in it") {
    const Plan plan = kinds();
    const Folder folder;
    const std::string head = "id,hours,note\n";
    const std::string last_rows = "2,\"2.50\",\"a \"\"b\"\", c\r\nd\"\r\n\r\n3,,\"\"\r\n4,40,e\r\n";
    const auto file = [&](std::size_t before) {  // so many bytes, then the rows that are looked at
        const std::string first = "1,1,";
        return head + first + std::string(before - head.size() - first.size() - 1, 'x') + "\n" + last_rows;
    };
    const auto expected = [](const std::vector<SeenRow>& rows) {
        return rows.size() == 4 && rows[0].hours == "1.00" && rows[1] == SeenRow{3, "2.50", "a \"b\", c\r\nd", ""} &&
               rows[2] == SeenRow{6, "absent", "", ""} && rows[3] == SeenRow{7, "40.00", "e", ""};
    };
    for (std::size_t inside = 0; inside <= last_rows.size() + 1; ++inside) {
        CAPTURE(inside);
        CHECK(expected(rows_of(plan, folder.write("rows.csv", file(chunk - inside)))));
        CHECK(expected(rows_of(plan, folder.write("rows.csv", file(2 * chunk - inside)))));
    }
}

TEST_CASE("a row longer than a mebibyte is given up, and no row after it") {
    struct Case {
        const char* name;
        std::string text;
        std::vector<std::string> faults;  ///< of each row
    };
    const std::string head = "id,hours,note\n", next = "2,3,b\n";
    const std::string fits(longest_row - 6, 'x'), over(longest_row, 'x'), vast(5 * longest_row, 'x');
    std::string many;
    while (many.size() < longest_row + chunk) many += "9,1,row after the quote\n";
    const std::size_t rows_after = static_cast<std::size_t>(std::count(many.begin(), many.end(), '\n'));
    std::vector<std::string> one_fault(rows_after + 1);
    one_fault[0] = "a quotation mark is not closed";
    const std::string too_long = "the row is longer than a mebibyte";
    const std::vector<Case> cases = {
        {"as long as a row may be", head + "1,2.5," + fits + "\n" + next, {"", ""}},
        {"a little longer", head + "1,2.5," + over + "\n" + next, {too_long, ""}},
        {"much longer", head + "1,2.5," + vast + "\n" + next, {too_long, ""}},
        {"much longer and without a line end", head + "1,2.5," + vast, {too_long}},
        {"a quote that nothing closes for a mebibyte", head + "1,2.5,\"a\n" + many, one_fault},
    };
    const Plan plan = kinds();
    const Folder folder;
    for (const Case& each : cases) {
        CAPTURE(each.name);
        std::vector<std::string> faults;
        for (const SeenRow& row : rows_of(plan, folder.write("rows.csv", each.text))) faults.push_back(row.fault);
        CHECK(faults == each.faults);
    }
}

TEST_CASE("blocks hold 4,096 rows and the last what is left") {
    const Plan plan = kinds();
    const Folder folder;
    constexpr std::size_t block = PlacementReader::block_rows;
    for (const std::size_t rows : {std::size_t{1}, block - 1, block, block + 1, 2 * block - 1, 2 * block, 2 * block + 1}) {
        CAPTURE(rows);
        std::string text = "hours\n";
        for (std::size_t i = 0; i < rows; ++i) text += std::to_string(i % 2000) + "\n";
        const fs::path path = folder.write("rows.csv", text);
        PlacementReader reader = PlacementReader::open(plan, path, child()).value();
        std::size_t read = 0;
        while (reader.next()) {
            CHECK(reader.rows() == std::min(block, rows - read));
            CHECK(reader.table().rows() == reader.rows());
            CHECK(reader.line(0) == read + 2);
            CHECK(reader.cell(reader.rows() - 1, 0) == std::to_string((read + reader.rows() - 1) % 2000));
            read += reader.rows();
        }
        CHECK(read == rows);
        CHECK(reader.bytes_read() == text.size());
        const FileSummary done = price_file(plan, path, folder / "priced.csv", child()).value();
        CHECK(done.rows == rows);
        std::int64_t pence = 0;
        for (std::size_t i = 0; i < rows; ++i) pence += static_cast<std::int64_t>(i % 2000) * 402;
        CHECK(done.total == Money::from_pence(pence));
    }
}

TEST_CASE("a block of long rows is cut short, and no row is lost") {
    const Plan plan = kinds();
    const Folder folder;
    std::string text = "hours,note\n";
    constexpr std::size_t rows = 40;
    for (std::size_t i = 0; i < rows; ++i) text += std::to_string(i) + "," + std::string(longest_row - 100, 'x') + "\n";
    PlacementReader reader = PlacementReader::open(plan, folder.write("rows.csv", text), child()).value();
    std::size_t read = 0;
    while (reader.next()) {
        CHECK(reader.rows() < 10);
        for (std::size_t i = 0; i < reader.rows(); ++i) CHECK(reader.cell(i, 0) == std::to_string(read++));
    }
    CHECK(read == rows);
}

TEST_CASE("a file, a table and one record at a time give the same prices") {
    const Plan plan = bands();
    const TariffContents& tariff = *plan.tariff();
    const Folder folder;
    std::mt19937 random(20260401);
    const auto one_of = [&](const std::vector<const char*>& texts) { return std::string(texts[random() % texts.size()]); };
    std::string text = "id,band,setting,start,last_day,attendance,agreed_fee\n";
    constexpr std::size_t rows = 2 * PlacementReader::block_rows + 7;
    for (std::size_t i = 0; i < rows; ++i) {
        text += std::to_string(i) + ',' + one_of({"B1", "B2", "B2", "B2", "B3", ""}) + ',' +
                one_of({"mainstream", "special", "independent", "Special"}) + ',' +
                one_of({"2026-04-01", "2026-09-01", "2027-03-31", "2026-02-30", ""}) + ',' +
                one_of({"2027-03-31", "2027-03-31", "2026-08-31", "2027-04-01"}) + ',' +
                one_of({"", "1", "0", "0.5", "0.33", "0.333"}) + ',' + one_of({"", "42000.00", "0", "90000.01"}) +
                (random() % 50 == 0 ? ",\n" : "\n");
    }
    FileOptions options;
    options.lines = true;
    const FileSummary done = price_file(plan, folder.write("rows.csv", text), folder / "priced.csv", options).value();
    CHECK(done.rows == rows);

    // The priced file is a file of records too: its other columns are the prices.
    PlacementReader priced = PlacementReader::open(plan, folder / "priced.csv").value();
    PlacementReader given = PlacementReader::open(plan, folder / "rows.csv").value();
    const std::size_t outcome_column = 7, total_column = 8, first_line_column = 9,
                      reason_column = first_line_column + tariff.lines.size();
    REQUIRE(priced.columns().size() == reason_column + 1);
    Money total;
    std::size_t unreadable = 0;
    while (priced.next()) {
        REQUIRE(given.next());
        REQUIRE(given.rows() == priced.rows());
        std::vector<std::int64_t> totals(priced.rows());
        std::vector<std::uint16_t> outcomes(priced.rows());
        plan.price(given.table(), QuoteTable{totals, outcomes, {}});
        for (std::size_t i = 0; i < priced.rows(); ++i) {
            CAPTURE(given.text(i));
            if (!given.unreadable(i).empty()) {
                ++unreadable;
                CHECK(priced.cell(i, outcome_column) == "row_unreadable");
                CHECK(priced.cell(i, total_column).empty());
                CHECK(priced.cell(i, reason_column) == given.unreadable(i));
                continue;
            }
            const Quote quote = plan.price(given.placement(i));
            CHECK(outcomes[i] == quote.outcome_number);
            CHECK(totals[i] == quote.total.pence());
            CHECK(priced.cell(i, outcome_column) == quote.outcome);
            CHECK(priced.cell(i, total_column) == (quote.priced() ? to_string(quote.total) : ""));
            CHECK(priced.cell(i, reason_column).empty() == (quote.outcome == "priced"));
            for (std::size_t line = 0; line < tariff.lines.size(); ++line) {
                const QuoteLine* own = quote.line(tariff.lines[line].name);
                CHECK(priced.cell(i, first_line_column + line) ==
                      (quote.priced() ? to_string(own ? own->payable : Money()) : ""));
            }
            total = total + quote.total;
        }
    }
    CHECK_FALSE(given.next());
    CHECK(unreadable > 100);
    CHECK(done.total == total);
    std::uint64_t counted = 0;
    for (const FileSummary::Count& count : done.outcomes) {
        counted += count.rows;
        CHECK(count.first_lines.size() == std::min<std::uint64_t>(count.rows, 5));
        CHECK((count.outcome == "priced") == count.first_reason.empty());
    }
    CHECK(counted == rows);
    CHECK(
        std::is_sorted(done.outcomes.begin(), done.outcomes.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; }));
}

TEST_CASE("a row that cannot be read stays one row of the priced file") {
    const Plan plan = kinds();
    const Folder folder;
    const FileSummary done =
        price_file(plan, folder.write("rows.csv", "id,hours\n1,2,3\n\"2\" x,1\n\"3, c\",2\n"), folder / "priced.csv", child())
            .value();
    CHECK(read(folder / "priced.csv") ==
          "id,hours,outcome,total_gbp,reason\n"
          "\"1,2,3\",,row_unreadable,,3 cells where the header has 2\n"
          "\"\"\"2\"\" x,1\",,row_unreadable,,\"a quotation mark stands inside a cell: the whole cell belongs in quotes, and "
          "quotes inside it are doubled\"\n"
          "\"3, c\",2,priced,8.04,\n");
    CHECK(done.rows_not_priced() == 2);
    CHECK(done.rows_at_fault() == 2);
}

TEST_CASE("strict stops at the first row without a price, and that row is the last one written") {
    const Plan plan = kinds();
    const Folder folder;
    FileOptions options = child();
    options.strict = true;
    const FileSummary done =
        price_file(plan, folder.write("rows.csv", "hours\n1\n0\n\n2001\n3\n"), folder / "priced.csv", options).value();
    CHECK(done.stopped);
    CHECK(done.rows == 3);
    CHECK(done.outcomes.back().first_lines == std::vector<std::uint64_t>{5});
    CHECK(read(folder / "priced.csv") ==
          "hours,outcome,total_gbp,reason\n"
          "1,priced,4.02,\n"
          "0,priced_zero,0.00,every line that applies comes to zero by arithmetic\n"
          "2001,fact_out_of_range,,a fact is stated with a value that the pack does not allow: hours '2001' is above 2000: the "
          "pack "
          "allows 0 to 2000 (hour)\n");
    CHECK_FALSE(price_file(plan, folder.write("rows.csv", "hours\n1\n"), folder / "priced.csv", options).value().stopped);
}

TEST_CASE("progress goes up, however many threads work, and ends where the file ends") {
    const Folder folder;
    std::string text = "hours\n";
    for (int i = 0; i < 400000; ++i) text += "1.5\n";
    std::vector<std::uint64_t> told;
    FileOptions options = child();
    options.threads = 3;
    options.progress = [&](std::uint64_t read, std::uint64_t in_all) {
        CHECK(in_all == text.size());
        told.push_back(read);
    };
    CHECK(price_file(kinds(), folder.write("rows.csv", text), folder / "priced.csv", options).ok());
    CHECK(told.size() >= 3);
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(told.back() == text.size());
}

TEST_CASE("a file whose columns do not fit is refused, with everything that is wrong, before anything is written") {
    struct Case {
        const char* name;
        std::string text;
        std::map<std::string, std::string> map;
        std::vector<std::string> without;
        std::vector<std::string> codes;
    };
    const std::vector<Case> cases = {
        {"an empty file", "", {}, {}, {"empty-file"}},
        {"blank lines alone", "\n\r\n", {}, {}, {"empty-file"}},
        {"a header that a quote swallows", "\"hours\n1\n", {}, {}, {"csv-header"}},
        {"columns separated by semicolons", "id;hours\n1;2\n", {}, {}, {"csv-header"}},
        {"columns separated by tabs", "id\thours\n1\t2\n", {}, {}, {"csv-header"}},
        {"UTF-16", std::string("\xFF\xFEh\0o\0", 6), {}, {}, {"not-utf-8"}},
        {"no column for a fact", "id,Hours\n1,2\n", {}, {}, {"fact-without-column"}},
        {"the same, mapped", "id,Hours\n1,2\n", {{"hours", "Hours"}}, {}, {}},
        {"the same, said to be without", "id,Hours\n1,2\n", {}, {"hours"}, {}},
        {"a column and said to be without it", "hours\n1\n", {}, {"hours"}, {"fact-both"}},
        {"two columns of one name", "hours,id,id\n1,2,3\n", {}, {}, {"duplicate-column"}},
        {"mapped to a column that is none", "hours\n1\n", {{"hours", "time"}}, {}, {"column-unknown"}},
        {"names that are no facts", "hours\n1\n", {{"hour", "hours"}}, {"pupil"}, {"fact-unknown", "fact-unknown"}},
        {"everything at once",
         "id,id\n1,2\n",
         {{"hour", "time"}},
         {"pupil"},
         {"fact-unknown", "fact-unknown", "duplicate-column", "column-unknown", "fact-without-column"}},
        {"a column that the prices would add", "hours,outcome,reason\n1,2,3\n", {}, {}, {"column-clash", "column-clash"}},
    };
    const Plan plan = kinds();
    const Folder folder;
    for (const Case& each : cases) {
        CAPTURE(each.name);
        fs::remove(folder / "priced.csv");
        FileOptions options = child();
        options.map = each.map;
        options.without = each.without;
        const Checked<FileSummary> done = price_file(plan, folder.write("rows.csv", each.text), folder / "priced.csv", options);
        std::vector<std::string> codes = codes_of(done.diagnostics()), wanted = each.codes;
        std::sort(codes.begin(), codes.end());
        std::sort(wanted.begin(), wanted.end());
        CHECK(codes == wanted);
        CHECK(done.ok() == each.codes.empty());
        CHECK(fs::exists(folder / "priced.csv") == each.codes.empty());
    }
}

TEST_CASE("an error about a column shows it, in characters and on its line") {
    const Folder folder;
    const fs::path path = folder.write("rows.csv", "\n\"größe, m\",hours,hours\n1,2,3\n");
    const Checked<FileSummary> done = price_file(kinds(), path, folder / "priced.csv", child());
    REQUIRE(done.diagnostics().size() == 1);
    const SourceSpan& span = done.diagnostics()[0].span;
    CHECK(span.line == 2);
    CHECK(span.column == 18);
    CHECK(span.length == 5);
    CHECK(done.diagnostics()[0].notes[0].span.column == 12);
}

TEST_CASE("files that cannot be read or written") {
    const Plan plan = kinds();
    const Folder folder;
    const fs::path rows = folder.write("rows.csv", "hours\n1\n");
    CHECK(codes_of(price_file(plan, folder / "none.csv", folder / "priced.csv", child()).diagnostics()) ==
          std::vector<std::string>{"cannot-read"});
    CHECK(codes_of(price_file(plan, fs::path(rows).parent_path(), folder / "priced.csv", child()).diagnostics()) ==
          std::vector<std::string>{"cannot-read"});
    CHECK(codes_of(price_file(plan, rows, folder / "no/folder.csv", child()).diagnostics()) ==
          std::vector<std::string>{"cannot-write"});
    CHECK(codes_of(price_file(plan, rows, rows, child()).diagnostics()) == std::vector<std::string>{"same-file"});
    fs::create_symlink(rows, folder / "another_name.csv");
    CHECK(codes_of(price_file(plan, rows, folder / "another_name.csv", child()).diagnostics()) ==
          std::vector<std::string>{"same-file"});
    CHECK(read(rows) == "hours\n1\n");
    CHECK(codes_of(price_file(plan, rows, folder / "priced.csv").diagnostics()) == std::vector<std::string>{"record-unknown"});
}

TEST_CASE("memory does not grow with the file") {
    const auto peak_kibibytes = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    };
    const Plan plan = kinds();
    const Folder folder;
    const auto write = [&](std::size_t rows) {
        std::ofstream file(folder / "rows.csv", std::ios::binary);
        file << "hours,note\n";
        // Every text differs, so that nothing that remembers texts may remember them all.
        for (std::size_t i = 0; i < rows; ++i)
            file << i % 2000 << '.' << i / 2000 % 100
                 << ",a note that makes the row some eighty bytes long, as rows of placements are\n";
    };
    write(20'000);
    REQUIRE(price_file(plan, folder / "rows.csv", folder / "priced.csv", child()).ok());
    const auto before = peak_kibibytes();
    write(400'000);
    CHECK(fs::file_size(folder / "rows.csv") > 30'000'000);
    CHECK(price_file(plan, folder / "rows.csv", folder / "priced.csv", child()).value().rows == 400'000);
    CHECK(peak_kibibytes() - before < 4096);
}
