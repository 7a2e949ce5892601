// Text to document: what is read, with every place, and what is refused, word for word.
// The pairs in document/ are NAME.yaml or NAME.csv and NAME.expected: the tree, then the diagnostics.
// To accept new ones: BANDTARIFF_ACCEPT=1 in the environment of this test, then review the difference.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>

#include <unistd.h>

#include "document/document.hpp"

using namespace bandtariff;
using document::CsvTable;
using document::Node;

namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(BANDTARIFF_SOURCE_DIR) / "tests/stages/document";

std::string text_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::shared_ptr<const SourceFile> file(std::string text, std::string path = "demo.yaml") {
    return std::make_shared<const SourceFile>(SourceFile{std::move(path), std::move(text)});
}

std::string dump(const CsvTable& table) {
    std::string out;
    const auto line = [&](std::string_view name, const std::vector<CsvTable::Cell>& cells) {
        out += name;
        for (const CsvTable::Cell& cell : cells)
            out += " " + std::to_string(cell.line) + ":" + std::to_string(cell.column) + "[" + cell.text + "]";
        out += "\n";
    };
    line("header", table.header);
    for (const auto& row : table.rows) line("row", row);
    return out;
}

std::string outcome(const std::string& name, std::string text) {
    Report report;
    std::string tree;
    if (name.ends_with(".csv"))
        tree = dump(document::from_csv(file(std::move(text), name), report));
    else
        tree = dump(document::from_yaml(file(std::move(text), name), report));
    return tree + render(report.sorted());
}

std::string refusals(std::string text, const std::string& name = "demo.yaml") {
    Report report;
    if (name.ends_with(".csv"))
        (void)document::from_csv(file(std::move(text), name), report);
    else
        (void)document::from_yaml(file(std::move(text), name), report);
    return render(report.sorted());
}

struct Row {
    const char* sentence;
    const char* name;
};

constexpr Row rows[] = {
    {"a pack is read with the place of every key and value", "a_small_pack.yaml"},
    {"a number keeps its text, and 010 is not \"010\"", "numbers_keep_their_text.yaml"},
    {"a key with nothing after it is empty, not an error here", "empty_values_stay_empty.yaml"},
    {"columns count characters, not bytes", "characters_not_bytes.yaml"},
    {"the marks around one document are allowed", "document_marks_are_allowed.yaml"},
    {"a comma that splits a title is named, and the title mended", "comma_split_title.yaml"},
    {"a thousands comma is named, and the number mended", "comma_split_amount.yaml"},
    {"a run of commas in one title is one error", "comma_split_many.yaml"},
    {"a key without a value in braces is named", "key_without_value.yaml"},
    {"a second colon in braces is named", "colon_in_braces.yaml"},
    {"a second colon on a line is named", "colon_in_value.yaml"},
    {"a colon in a list makes a pair, which is refused", "pair_in_list.yaml"},
    {"null and ~ are refused, words that begin so are not", "null_words.yaml"},
    {"an empty item of a list is refused", "empty_items.yaml"},
    {"duplicate keys name both places, every time", "duplicate_keys.yaml"},
    {"a merge key offers extends", "merge_key.yaml"},
    {"anchors and aliases are refused, each where it stands", "anchors_and_aliases.yaml"},
    {"an alias of nothing is refused in the same words", "alias_unknown.yaml"},
    {"a bomb of aliases does not explode", "alias_bomb.yaml"},
    {"an alias of what holds it is refused", "alias_cycle.yaml"},
    {"tags are refused", "tags.yaml"},
    {"keys are words", "keys_must_be_words.yaml"},
    {"directives are refused", "directive.yaml"},
    {"a document of only a comma ends, and is refused", "stray_comma.yaml"},
    {"a comma after a list ends, and is refused", "stray_comma_after_list.yaml"},
    {"a second document is refused", "two_documents.yaml"},
    {"text after the end of a document is refused", "two_documents_dots.yaml"},
    {"nesting past 64 is refused", "deep_nesting.yaml"},
    {"an empty file is refused", "empty.yaml"},
    {"a file of comments is empty", "only_comments.yaml"},
    {"a list on top is refused", "a_list_on_top.yaml"},
    {"a missing space after a colon is named", "no_space_after_colon.yaml"},
    {"a file of words is refused", "two_words.yaml"},
    {"every tab in indentation is named", "tabs.yaml"},
    {"a non-breaking space in indentation is named", "non_breaking_space.yaml"},
    {"a quote that never ends is pointed at where it begins", "quote_not_closed.yaml"},
    {"a quote that the next one closes is pointed at where it begins", "quote_closed_by_the_next.yaml"},
    {"text after a closing quote is named", "text_after_quote.yaml"},
    {"an indentation that nothing has is named", "indentation_back.yaml"},
    {"an indentation too many is named", "indentation_forward.yaml"},
    {"a line without a colon is named at the next line", "line_without_colon.yaml"},
    {"a last line without a colon is named", "last_line_without_colon.yaml"},
    {"a key without a colon is named, whatever else is wrong with it", "keys_without_colon.yaml"},
    {"a list item on the line of its key is named", "list_on_the_key_line.yaml"},
    {"a bracket that never ends is pointed at where it begins", "bracket_not_closed.yaml"},
    {"a brace that never ends is pointed at where it begins", "brace_not_closed.yaml"},
    {"a bracket too many is named", "bracket_too_many.yaml"},
    {"a bracket closed by a brace is named", "brackets_crossed.yaml"},
    {"a reserved first character is named", "reserved_character.yaml"},
    {"an escape that does not exist is named", "escape.yaml"},
    {"a key after a list on top is named", "key_after_list.yaml"},
    {"all that is wrong is said in one run", "everything_at_once.yaml"},
    {"a table is read with the place of every cell", "a_small_table.csv"},
    {"quoted cells hold commas, quotes and line breaks", "quoted_cells.csv"},
    {"rows that do not fit the header are named and left out", "ragged_rows.csv"},
    {"column names are given, once each", "column_names.csv"},
    {"quotes where none can be are named, and the other rows read", "stray_quotes.csv"},
    {"a quote that never ends in a table is pointed at", "open_quote.csv"},
    {"an empty table is refused", "nothing.csv"},
};

}  // namespace

TEST_CASE("each text gives its tree and its diagnostics") {
    const bool accept = std::getenv("BANDTARIFF_ACCEPT") != nullptr;
    std::set<std::string> listed;
    for (const Row& row : rows) {
        CAPTURE(row.sentence);
        CAPTURE(row.name);
        listed.insert(row.name);
        const fs::path input = golden / row.name;
        REQUIRE(fs::exists(input));
        const std::string found = outcome(row.name, text_of(input));
        const fs::path expected = golden / (input.stem().string() + ".expected");
        if (accept) std::ofstream(expected, std::ios::binary) << found;
        CHECK(found == text_of(expected));
    }
    for (const auto& entry : fs::directory_iterator(golden)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".expected")) CHECK_MESSAGE(listed.contains(name), name << " has no row above");
    }
}

TEST_CASE("text that is not plain UTF-8 is refused before it is read") {
    struct Case {
        const char* sentence;
        std::string text;
        const char* expected;
    };
    const std::string nul("a: 1\nb: \0\n", 10);
    const Case cases[] = {
        {"a pound sign in another encoding is placed in characters",
         "a: 1\nb: \xC3\xA9 \xA3"
         "6\n",
         "demo.yaml:2:6: error[not-utf-8]: the byte A3 here is not UTF-8 text: save the file as UTF-8 (spreadsheets call it 'CSV "
         "UTF-8')\n"
         "    2 | b: \xC3\xA9 \xEF\xBF\xBD"
         "6\n"
         "      |      ^\n"},
        {"an overlong form", "a: \xC0\xAF\n",
         "demo.yaml:1:4: error[not-utf-8]: the byte C0 here is not UTF-8 text: save the file as UTF-8 (spreadsheets call it 'CSV "
         "UTF-8')\n"
         "    1 | a: \xEF\xBF\xBD\xEF\xBF\xBD\n"
         "      |    ^\n"},
        {"a character cut short by the end", "a: \xE2\x82",
         "demo.yaml:1:4: error[not-utf-8]: the byte E2 here is not UTF-8 text: save the file as UTF-8 (spreadsheets call it 'CSV "
         "UTF-8')\n"
         "    1 | a: \xEF\xBF\xBD\xEF\xBF\xBD\n"
         "      |    ^\n"},
        {"half of a surrogate pair", "a: \xED\xA0\x80\n",
         "demo.yaml:1:4: error[not-utf-8]: the byte ED here is not UTF-8 text: save the file as UTF-8 (spreadsheets call it 'CSV "
         "UTF-8')\n"
         "    1 | a: \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n"
         "      |    ^\n"},
        {"UTF-16 is named",
         "\xFF\xFE"
         "a",
         "demo.yaml:1:1: error[not-utf-8]: this file is in UTF-16: save it as UTF-8 (spreadsheets call it 'CSV UTF-8')\n"
         "    1 | \xEF\xBF\xBD\xEF\xBF\xBD"
         "a\n"
         "      | ^\n"},
        {"a zero byte", nul,
         "demo.yaml:2:4: error[control-character]: an invisible control character (00) stands here: delete it\n"
         "    2 | b: \xEF\xBF\xBD\n"
         "      |    ^\n"},
        {"the character that the parser takes for the end of the file", "a: 1\x04\nb: 2\n",
         "demo.yaml:1:5: error[control-character]: an invisible control character (04) stands here: delete it\n"
         "    1 | a: 1\xEF\xBF\xBD\n"
         "      |     ^\n"},
        {"a carriage return alone", "a: 1\rb: 2\n",
         "demo.yaml:1:5: error[control-character]: a carriage return without a line feed: save the file with ordinary line ends\n"
         "    1 | a: 1\xEF\xBF\xBD"
         "b: 2\n"
         "      |     ^\n"},
    };
    for (const Case& row : cases) {
        CAPTURE(row.sentence);
        CHECK(refusals(row.text) == row.expected);
        CHECK_FALSE(refusals(row.text, "demo.csv").empty());
    }
}

TEST_CASE("byte order marks and Windows line ends change no place and no text") {
    const std::string text = "pack: a\nlist:\n  - {b: 'c d', e: \xC2\xA3}\nnote: |\n  x\n";
    std::string windows = "\xEF\xBB\xBF";
    for (const char c : text) windows += c == '\n' ? "\r\n" : std::string(1, c);
    CHECK(outcome("demo.yaml", windows) == outcome("demo.yaml", text));
    CHECK(outcome("demo.csv",
                  "\xEF\xBB\xBF"
                  "a,b\r\n1,2\r\n") == outcome("demo.csv", "a,b\n1,2\n"));
    CHECK(refusals("\xEF\xBB\xBF"
                   "a: @\r\n") == refusals("a: @\n"));
}

TEST_CASE("the caps hold at the cap and not one past it") {
    const auto nested = [](std::size_t lists) { return "a: " + std::string(lists, '[') + "x" + std::string(lists, ']') + "\n"; };
    CHECK(refusals(nested(63)).empty());  // the mapping on top is the 64th
    CHECK(refusals(nested(64)).find("error[too-deep]") != std::string::npos);

    const std::size_t longest = std::size_t{64} << 10;
    CHECK(refusals("a: " + std::string(longest, 'x') + "\n").empty());
    CHECK(refusals("a: " + std::string(longest + 1, 'x') + "\n").find("error[too-long]") != std::string::npos);

    const std::size_t largest = std::size_t{4} << 20;
    const std::string start = "a: 1\n#";
    CHECK(refusals(start + std::string(largest - start.size(), '#')).empty());
    CHECK(refusals(start + std::string(largest - start.size() + 1, '#')) ==
          "demo.yaml: error[too-large]: this file is larger than 4 MiB, the most that is read: divide it\n");

    std::string many = "a: [";
    for (int i = 0; i < 1'000'000; ++i) many += "1,";
    CHECK(refusals(many + "]\n").find("error[too-many-values]") != std::string::npos);

    std::string errors = "a: [";
    for (int i = 0; i < 1000; ++i) errors += "~,";
    CHECK(refusals(errors + "1]\n").find("too-many-errors") == std::string::npos);
    CHECK(refusals(errors + "~]\n").find("error[too-many-errors]") != std::string::npos);
}

TEST_CASE("a ragged table names twenty rows and counts the rest") {
    std::string text = "a,b\n";
    for (int i = 0; i < 23; ++i) text += "1\n";
    const std::string found = refusals(text, "demo.csv");
    CHECK(found.find("demo.csv: error[ragged-row]: 3 more rows do not fit the header\n") != std::string::npos);
    CHECK(found.find("demo.csv:21:1: error[ragged-row]") != std::string::npos);
    CHECK(found.find("demo.csv:22:1: error[ragged-row]") == std::string::npos);
}

TEST_CASE("a place inside a scalar is exact through quotes, escapes and folded lines") {
    struct Case {
        const char* sentence;
        const char* text;
        const char* word;  // looked for in the value
        std::uint32_t line;
        std::uint32_t column;
    };
    constexpr Case cases[] = {
        {"plain", "a: one + two\n", "two", 1, 10},
        {"in double quotes", "a: \"one + two\"\n", "two", 1, 11},
        {"in single quotes, one of them doubled", "a: 'it''s + two'\n", "two", 1, 13},
        {"after an escape of one character", "a: \"x\\ty + two\"\n", "two", 1, 12},
        {"after an escape by number", "a: \"\\u00A3 + two\"\n", "two", 1, 14},
        {"after a character of two bytes", "\xC2\xA3: '\xC2\xA3 + two'\n", "two", 1, 9},
        {"on a second line", "a: one\n  + two\n", "two", 2, 5},
        {"on a second line, in quotes", "a: \"one\n   + two\"\n", "two", 2, 6},
        {"on a second line with Windows line ends", "a: 'one\r\n   + two'\r\n", "two", 2, 6},
        {"in a block it is the start", "a: |\n  one\n", "one", 1, 4},
    };
    for (const Case& row : cases) {
        CAPTURE(row.sentence);
        Report report;
        const Node root = document::from_yaml(file(row.text), report);
        REQUIRE(root.entries.size() == 1);
        const Node& value = root.entries[0].value;
        const std::size_t at = value.text.find(row.word);
        REQUIRE(at != std::string::npos);
        const SourceSpan span = value.inside(at, std::string_view(row.word).size());
        CHECK(span.line == row.line);
        CHECK(span.column == row.column);
        if (!value.block) CHECK(span.length == std::string_view(row.word).size());
    }
}

TEST_CASE("keys are found by name") {
    Report report;
    const Node root = document::from_yaml(file("a: 1\nb: 2\n"), report);
    REQUIRE(root.find("b") != nullptr);
    CHECK(root.find("b")->value.text == "2");
    CHECK(root.find("c") == nullptr);
}

namespace {

/// A folder of its own that is gone afterwards.
struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "bandtariff-document-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << text;
    }
};

/// Diagnostics of a folder, its own path left out.
std::string refusals(const fs::path& pack, const fs::path& folder) {
    Report report;
    (void)document::read_pack(pack, report);
    std::string text = render(report.sorted());
    for (std::size_t at = text.find(folder.string()); at != std::string::npos; at = text.find(folder.string()))
        text.replace(at, folder.string().size(), "PACK");
    return text;
}

}  // namespace

TEST_CASE("a pack is every YAML and CSV file below its folder, in path order") {
    const Folder folder;
    folder.write("pack.yaml", "pack: a\n");
    folder.write("tables/rates.yml", "b: 1\n");
    folder.write("bands.YAML", "c: 1\n");
    folder.write("cases/rows.csv", "x\n1\n");
    folder.write("README.md", "not part of it: [");
    folder.write(".hidden.yaml", "not: [part");
    folder.write(".git/config.yaml", "not: [part");
    Report report;
    const document::Document found = document::read_pack(folder.path, report);
    CHECK(render(report.sorted()) == "");
    REQUIRE(found.files.size() == 3);
    CHECK(found.files[0].span.file->path == (folder.path / "bands.YAML").string());
    CHECK(found.files[1].span.file->path == (folder.path / "pack.yaml").string());
    CHECK(found.files[2].span.file->path == (folder.path / "tables/rates.yml").string());
    REQUIRE(found.csv.size() == 1);
    CHECK(found.csv.at("cases/rows.csv").rows.size() == 1);
    CHECK(found.folder == folder.path);
}

TEST_CASE("all files are read, whatever is wrong with one") {
    const Folder folder;
    folder.write("pack.yaml", "pack: [a\n");
    folder.write("other.yaml", "a: 1\na: 2\n");
    folder.write("rows.csv", "x,y\n1\n");
    CHECK(refusals(folder.path, folder.path) ==
          "PACK/other.yaml:2:1: error[duplicate-key]: the key 'a' is given twice: keep one of them\n"
          "    2 | a: 2\n"
          "      | ^\n"
          "PACK/other.yaml:1:1: note: first defined here\n"
          "    1 | a: 1\n"
          "      | ^\n"
          "PACK/pack.yaml:1:7: error[yaml-syntax]: this '[' is never closed\n"
          "    1 | pack: [a\n"
          "      |       ^\n"
          "PACK/rows.csv:2:1: error[ragged-row]: this row has 1 cell, the header has 2\n"
          "    2 | 1\n"
          "      | ^\n");
}

TEST_CASE("a pack reads the same on any number of threads, and each of its files is heard once, the header first") {
    const Folder folder;
    folder.write("pack.yaml", "pack: a\nuses: [b]\n");
    for (int k = 0; k < 40; ++k) {
        const std::string number = std::to_string(100 + k);
        folder.write("good/" + number + ".yaml", "table_" + number + ": {rows: [1, 2, 3], title: \"" + std::string(static_cast<std::size_t>(k * 20), 'x') + "\"}\n");
        folder.write("bad/" + number + ".yaml", "a: 1\na: 2\nb: 1\nb: " + number + "\n");
        folder.write("broken/" + number + ".yaml", "list: [" + number + "\n");
        folder.write("tables/" + number + ".csv", "x,y\n1,2\n" + number + "\n");
    }
    const auto read = [&](unsigned threads, std::vector<std::string>& heard) {
        Report report;
        std::mutex hearing;
        const document::Document found = document::read_pack(folder.path, report, [&](const Node& node) {
            const std::lock_guard lock(hearing);
            heard.push_back(node.span.file->path);
        }, threads);
        std::string text = found.text_hash + "\n";
        for (const Node& node : found.files) text += node.span.file->path + "\n" + dump(node);
        for (const auto& [path, table] : found.csv) text += path + "\n" + dump(table);
        return text + render(report.sorted());
    };
    std::vector<std::string> in_order;
    const std::string expected = read(1, in_order);
    CHECK(in_order.front() == (folder.path / "pack.yaml").string());
    std::sort(in_order.begin(), in_order.end());
    CHECK(in_order.size() == 81);
    CHECK(std::adjacent_find(in_order.begin(), in_order.end()) == in_order.end());
    for (int again = 0; again < 5; ++again) {
        for (const unsigned threads : {0U, 2U, 7U}) {
            std::vector<std::string> heard;
            CHECK(read(threads, heard) == expected);
            std::sort(heard.begin(), heard.end());
            CHECK(heard == in_order);
        }
    }
}

TEST_CASE("what cannot be read is said") {
    const Folder folder;
    folder.write("bands/a.yaml", "a: 1\n");
    folder.write("outside.txt", "x");
    CHECK(refusals(folder.path / "none", folder.path) == "PACK/none: error[cannot-read]: there is no such file or folder\n");
    CHECK(refusals(folder.path / "outside.txt", folder.path) ==
          "PACK/outside.txt: error[cannot-read]: this is not a pack: give a folder that holds pack.yaml, or one .yaml file\n");
    CHECK(refusals(folder.path / "bands", folder.path) ==
          "PACK/bands: error[no-pack-yaml]: this folder has no pack.yaml, the file that says what the pack is\n");
}

TEST_CASE("links are followed inside the pack only") {
    const Folder outside;
    outside.write("secret.csv", "a\n1\n");
    const Folder folder;
    folder.write("pack.yaml", "pack: a\n");
    folder.write("rows.csv", "a\n1\n");
    fs::create_symlink(folder.path / "rows.csv", folder.path / "same.csv");
    fs::create_symlink(outside.path / "secret.csv", folder.path / "out.csv");
    fs::create_directory_symlink(folder.path, folder.path / "round");
    CHECK(refusals(folder.path, folder.path) ==
          "PACK/out.csv: error[cannot-read]: a link that leads nowhere, or out of the pack's folder, is not followed: put the "
          "file itself here\n"
          "PACK/round: error[cannot-read]: a link to a folder is not followed: put the folder itself here\n");
    Report report;
    CHECK(document::read_pack(folder.path, report).csv.contains("same.csv"));
}

TEST_CASE("one file is a pack with the tables it names") {
    const Folder folder;
    folder.write("small.yaml", "pack: a\ntable: {file: rows.csv, other: ../up.csv}\n");
    folder.write("rows.csv", "a\n1\n");
    folder.write("unnamed.csv", "a,a\n");
    Report report;
    const document::Document found = document::read_pack(folder.path / "small.yaml", report);
    CHECK(render(report.sorted()) == "");
    CHECK(found.files.size() == 1);
    CHECK(found.csv.size() == 1);
    CHECK(found.csv.contains("rows.csv"));
}

TEST_CASE("the text hash is of every path and text, and of nothing else") {
    const auto hash = [](const Folder& folder) {
        Report report;
        return document::read_pack(folder.path, report).text_hash;
    };
    const Folder one;
    one.write("pack.yaml", "pack: a\n");
    // sha256sum of the bytes "pack.yaml", line feed, "8", line feed, "pack: a", line feed.
    const std::string expected = "35c6911d0fe0d12db2c886cce4256cc35237219130257d3e895a01ff2dccfa2c";
    CHECK(hash(one) == expected);
    one.write("README.md", "prose");
    CHECK(hash(one) == expected);
    one.write("rows.csv", "a\n");
    const std::string with_rows = hash(one);
    CHECK(with_rows != expected);
    one.write("rows.csv", "b\n");
    CHECK(hash(one) != with_rows);

    const Folder other;
    other.write("pack.yaml", "pack: a\n");
    CHECK(hash(other) == expected);
    other.write("more.yaml", "a: 1\n");
    const std::string with_more = hash(other);
    fs::rename(other.path / "more.yaml", other.path / "most.yaml");
    CHECK(hash(other) != with_more);
}
