// Rows taken many at once are the rows that are found one by one: for any bytes, however badly quoted, and across what is read at
// once.
#include "file/row_block.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "file/open_file.hpp"

using namespace bandtariff;

namespace {

const Plan& kinds() {
    static const Plan plan = compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/kinds").value());
    return plan;
}

struct Row {
    std::string text, why;
    std::uint64_t line = 0;
    std::vector<std::string> cells;
    std::vector<std::int64_t> values;
    std::vector<Given> given;
    friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> rows_of(const std::filesystem::path& path, bool many) {
    FileOptions options;
    options.record = "child";
    file::OpenedFile opened = file::open_file(kinds(), path, options).value();
    file::RowSource source(std::move(opened.csv));
    file::BlockParser parser(opened.layout);
    file::RowBlock block;
    std::vector<Row> rows;
    for (;;) {
        if (!many) block.clear();
        const bool more = many ? source.next(block) : source.add_row(block);
        for (int k = 0; k < 6 && more && !many; ++k)
            (void)source.add_row(block);  // a few in a block, so that one may spoil the others
        if (!more) return rows;
        parser.parse(block);
        for (std::size_t k = 0; k < block.rows.size(); ++k) {
            Row& row = rows.emplace_back();
            row.text = block.row(k);
            row.line = block.rows[k].line;
            if (const auto why = block.unreadable.find(k); why != block.unreadable.end()) row.why = why->second;
            for (std::size_t column = 0; column < opened.layout.header.size(); ++column)
                row.cells.push_back(block.cell(k, column, opened.layout.header.size()));
            for (const file::RowBlock::Values& fact : block.facts) {
                row.values.push_back(fact.values[k]);
                row.given.push_back(fact.given[k]);
            }
        }
    }
}

void check_same(const std::string& text) {
    const std::filesystem::path path = std::filesystem::temp_directory_path() / ("bandtariff_" + std::to_string(getpid()) + "_rows.csv");
    std::ofstream(path, std::ios::binary) << "id,hours,note\n" << text;
    const std::vector<Row> many = rows_of(path, true), one_by_one = rows_of(path, false);
    std::filesystem::remove(path);
    REQUIRE(many.size() == one_by_one.size());
    std::vector<file::Cell> cells;
    for (std::size_t k = 0; k < many.size(); ++k) {
        CAPTURE(many[k].text);
        CAPTURE(one_by_one[k].text);
        CAPTURE(many[k].why);
        CAPTURE(one_by_one[k].why);
        REQUIRE(many[k] == one_by_one[k]);
        // What can be read has the cells that the row splits into by itself.
        if (!many[k].why.empty()) continue;
        REQUIRE(file::split(many[k].text, cells));
        REQUIRE(cells.size() == many[k].cells.size());
        for (std::size_t column = 0; column < cells.size(); ++column)
            REQUIRE(many[k].cells[column] == file::unquoted(cells[column]));
    }
}

}  // namespace

TEST_CASE("rows of any bytes are the same taken at once and found one by one") {
    std::mt19937_64 dice(20260412);
    const std::vector<std::string> pieces = {",",   ",",  "\n",    "\n",   "\"",   "\"\"", "\r\n",        "\r",     "a",
                                             "2.5", "12", "\",\"", "\"\n", "\n\"", ",,\n", "1,\"2\",3\n", "1,2,3\n"};
    for (int k = 0; k < 3'000; ++k) {
        std::string text;
        for (std::uint64_t n = dice() % 40; n > 0; --n) text += pieces[dice() % pieces.size()];
        CAPTURE(text);
        check_same(text);
    }
}

TEST_CASE("rows are the same across what is read at once, whatever stands there") {
    // A few hundred kibibytes of rows, then what is put at every place near the end of what is taken, then more rows.
    const std::string plain = "1,2.5,plain\n";
    for (const char* odd : {"\"1\",\"2\",\"a \"\"word\"\"\"\n", "1,2,\"two\nlines\"\n", "1,2,\"never closed\n", "1,2,a\"b\"c\n",
                            "\n\r\n", "1,2\n", "1,2,3\r\n", ",\"\",\n"})
        for (std::size_t before = (std::size_t{1} << 18) - 64; before < (std::size_t{1} << 18) + 8; before += 5) {
            std::string text;
            while (text.size() + plain.size() <= before) text += plain;
            text.insert(text.size() - 1, before - text.size(), 'x');
            CAPTURE(odd);
            CAPTURE(before);
            check_same(text + odd + plain + plain + odd);
        }
}
