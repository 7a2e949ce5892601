// Where cells and rows end, for every loop that this machine runs: the same as one byte after another, with an eye on quotes.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "file/csv_marks.hpp"

using namespace bandtariff;

namespace {

struct Plainly {
    std::vector<std::uint32_t> ends, row_ends, quotes, inner_ends;
    std::size_t whole = 0, line_ends = 0;
    explicit Plainly(const std::string& text) {
        bool quoted = false;
        for (std::uint32_t at = 0; at < text.size(); ++at) {
            const char c = text[at];
            line_ends += c == '\n';
            if (c == '"') {
                quotes.push_back(at);
                quoted = !quoted;
            }
            if (quoted && c == '\n') inner_ends.push_back(at);
            if (quoted || (c != ',' && c != '\n')) continue;
            ends.push_back(at);
            if (c == '\n') row_ends.push_back(static_cast<std::uint32_t>(ends.size()));
            if (c == '\n') whole = at + 1;
        }
    }
};

std::vector<std::uint32_t> first(const std::vector<std::uint32_t>& places, std::size_t count) {
    return {places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

TEST_CASE("every loop finds what one byte after another does") {
    std::mt19937_64 dice(20260407);
    for (int k = 0; k < 20'000; ++k) {
        // Some texts are dense with marks and some have few; every length past a chunk, and with quotes open across chunks.
        const std::string letters = k % 3 == 0   ? ",\n\"\r"
                                    : k % 3 == 1 ? "aaaaaaaaaaa,\n"
                                                 : "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,,\n\"\xC3\xAC\x8A";
        std::string text(dice() % 300, 'a');
        for (char& c : text) c = letters[dice() % letters.size()];
        CAPTURE(text);
        const Plainly plainly(text);
        for (const file::CsvLoop loop : file::csv_loops_here()) {
            const std::size_t room = text.size() + 65;
            std::vector<std::uint32_t> ends(room), row_ends(room), quotes(room), inner_ends(room);
            const file::CsvCounts counts =
                loop(text.data(), text.size(), {ends.data(), row_ends.data(), quotes.data(), inner_ends.data()});
            REQUIRE(first(ends, counts.ends) == plainly.ends);
            REQUIRE(first(row_ends, counts.row_ends) == plainly.row_ends);
            REQUIRE(first(quotes, counts.quotes) == plainly.quotes);
            REQUIRE(first(inner_ends, counts.inner_ends) == plainly.inner_ends);
        }
        REQUIRE(file::whole_rows(text) == plainly.whole);
        REQUIRE(file::line_ends_in(text) == plainly.line_ends);
    }
}

TEST_CASE("a text that does not end its last row is taken to end where it stops") {
    file::CsvMarks marks;
    struct Row {
        std::string text;
        std::vector<std::uint32_t> ends, row_ends;
    };
    const std::vector<Row> rows = {
        {"", {}, {}},
        {"a", {1}, {1}},
        {"a,b\n", {1, 3}, {2}},
        {"a,b\nc", {1, 3, 5}, {2, 3}},
        {"\n\n", {0, 1}, {1, 2}},
        {"a,\"b\n", {1, 5}, {2}},  // the quotation mark is never closed: the line end is inside
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        marks.find(row.text);
        CHECK(std::vector<std::uint32_t>(marks.ends().begin(), marks.ends().end()) == row.ends);
        CHECK(std::vector<std::uint32_t>(marks.row_ends().begin(), marks.row_ends().end()) == row.row_ends);
    }
}
