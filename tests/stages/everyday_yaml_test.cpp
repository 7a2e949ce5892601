// Everyday YAML read without the parser gives the very tree and the very diagnostics that the parser gives: over every pack file
// here, and over texts spoilt at random in every place.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "document/document.hpp"
#include "document/everyday_yaml.hpp"

using namespace bandtariff;
using namespace bandtariff::document;

namespace {

std::string read_as(const std::string& text, Reading reading) {
    Report report;
    const Node root = from_yaml(std::make_shared<const SourceFile>(SourceFile{"pack.yaml", text}), report, reading);
    return dump(root) + render(report.sorted());
}

void check_alike(const std::string& text) {
    const std::string quick = read_as(text, Reading::everyday_first), parsed = read_as(text, Reading::parser_alone);
    if (quick == parsed) return;
    CAPTURE(text);
    CHECK(quick == parsed);
}

std::vector<std::string> texts_below(const char* folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(BANDTARIFF_SOURCE_DIR) / folder))
        if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> texts;
    for (const auto& path : paths) {
        std::ifstream stream(path, std::ios::binary);
        texts.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    return texts;
}

/// Texts that gather every form, small enough that a random change is likely to meet any place of them.
const char* const forms[] = {
    "pack: a.b\n# comment\nsteps:\n  price: {unit: GBP per pupil, is: \"a * b\"}\n  other:\n    unit: 'it''s'   # why\n    is: 1.5\n",
    "rows:\n  - {a: 1, b: [x, 'y', \"z\"]}\n  - a: 2\n    b: [1,\n        2, 3]   # three\n\n  - plain text, of words\nlast: -4.75%\n",
    "keys:\n- one\n- two: 2\n  three:\n  - 3\n  - {}\nfour: []\n\"five six\": 5\n",
    "a:\n  b:\n    c: x:y\n    d: http://e.org/f?g=h#i\n  # deep\n  e: {f: g h, i: (j), k: \xC2\xA3" "1}\nl: m\n",
    "a: \"b c\n  d\"\ne: {f: 'g''s\n   h ''i''', j: \"'k'\"}\n",
    "cases:\n  - name: one, two\n    given: {band: B2, start: 2024-04-01,\n            last_day: 2025-03-31}\n    rows:\n      - [B2, 7680, 1.00]\n",
};

}  // namespace

TEST_CASE("every pack file of ours and of the tests reads alike with and without the parser, and nearly all need no parser") {
    std::size_t without = 0, all = 0;
    for (const char* folder : {"rules", "tests/packs", "examples"}) {
        for (const std::string& text : texts_below(folder)) {
            check_alike(text);
            ++all;
            if (everyday_yaml(text)) ++without;
        }
    }
    CHECK(all > 300);
    CHECK(without * 10 > all * 7);
    for (const char* text : forms) CHECK(everyday_yaml(text).has_value());
}

TEST_CASE("what is not everyday is left to the parser, and reads as it always did") {
    struct Left {
        const char* what;
        const char* text;
    };
    const Left table[] = {
        {"a null word as a value", "a: null\n"},
        {"a null word as a key", "Null: a\n"},
        {"a null word in a list", "a: [b, ~]\n"},
        {"a key with nothing after it", "a:\nb: 1\n"},
        {"a key with nothing after it at the end", "a: 1\nb:\n"},
        {"a comma too many", "a: [b,, c]\n"},
        {"an item with nothing in it", "a:\n  -\n  - b\n"},
        {"a key with no value in braces", "a: {b, c: d}\n"},
        {"a pair in a list", "a: [b: c]\n"},
        {"a second ': ' on the line", "a: b: c\n"},
        {"text that goes on over a line", "a: b\n  c\n"},
        {"text in braces that goes on over a line", "a: {b: c\n  d}\n"},
        {"quoted text that goes on over an empty line", "a: \"b\n\n  c\"\n"},
        {"quoted text that goes on at the start of a line", "a: \"b\nc\"\n"},
        {"quoted text with a space at the end of its line", "a: \"b \n  c\"\n"},
        {"quoted text that begins with a line break", "a: \"\n  c\"\n"},
        {"quoted text that ends with a line break", "a: 'b\n  '\n"},
        {"a quoted key over two lines", "\"a\n  b\": c\n"},
        {"an escape", "a: \"b\\n\"\n"},
        {"block text", "a: |\n  b\n"},
        {"folded text", "a: >\n  b\n"},
        {"an anchor", "a: &b c\n"},
        {"an alias", "a: *b\n"},
        {"a tag", "a: !b c\n"},
        {"a directive", "%YAML 1.2\n---\na: b\n"},
        {"the start of a document", "---\na: b\n"},
        {"the end of a document", "a: b\n...\n"},
        {"a second document", "a: b\n---\nc: d\n"},
        {"the end of a document inside braces", "a: {b: c,\n... d: e}\n"},
        {"a carriage return", "a: b\r\nc: d\r\n"},
        {"a tab between", "a:\tb\n"},
        {"a tab after", "a: b\t# c\n"},
        {"a list on top", "- a\n- b\n"},
        {"one word on top", "a\n"},
        {"nothing", "# nothing\n"},
        {"a first line that is indented", "  a: b\n"},
        {"a line between two indentations", "a:\n    b: c\n  d: e\n"},
        {"a key deeper than the one before", "a: b\n  c: d\n"},
        {"a key beside items that stand deeper", "a:\n  - b\n  c: d\n"},
        {"an item beside keys", "a: b\n- c\n"},
        {"a comment without a space", "a: \"b\"#c\n"},
        {"braces that are a key", "{a: b}: c\n"},
        {"a bracket that is not closed", "a: [b\n"},
        {"a quote that is not closed", "a: 'b\n"},
        {"a bracket of the other kind", "a: [b}\n"},
        {"words after a quote", "a: 'b' c\n"},
        {"words after a bracket", "a: [b] c\n"},
        {"a space before the colon", "a : b\n"},
        {"no space after a quoted key", "a: {\"b\":c}\n"},
        {"a colon before a comma", "a: [b:, c]\n"},
        {"a question mark in braces", "a: {b: c?d}\n"},
        {"an item in an item", "a:\n  - - b\n"},
    };
    for (const Left& each : table) {
        CAPTURE(each.what);
        CHECK_FALSE(everyday_yaml(each.text).has_value());
        check_alike(each.text);
        check_alike(std::string("z: 1\n") + each.text);
    }
}

TEST_CASE("a text changed at random, a few characters in it lost, doubled or replaced, reads alike with and without the parser") {
    std::vector<std::string> texts(std::begin(forms), std::end(forms));
    for (const char* folder : {"rules/england/national_bands", "rules/england/area_costs"})
        for (std::string& text : texts_below(folder)) texts.push_back(std::move(text));
    const std::string marks = "  \n\n:::,,[]{}-'\"#?&*!|>%@`~\\\t\r.=<0aNull\xC2\xA0";
    const char* const words[] = {"null", "~", "<<: 1", "- ", ": ", "{", "}", "[", "]", " # ", "#", "---", "...\n", "\n---\n", "&a ", "*a", "!t ", "| ", ">\n",
                                 "\n ", "\n  ", "? ", "''", "\"\"", ", ", "%Y", "\n\n", " :", "-", "\n# c\n", "\n    # c\n"};
    std::mt19937 dice(20260401);
    const auto below = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(dice); };
    std::size_t still_everyday = 0;
    for (int again = 0; again < 40'000; ++again) {
        const bool small = below(8) != 0;  // a form most often: each place of it is met many times over
        std::string text = texts[small ? below(std::size(forms)) : below(texts.size())];
        for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
            const std::size_t at = below(text.size());
            const std::string one(1, marks[below(marks.size())]);
            switch (below(7)) {
                case 0: text.erase(at, 1 + below(3)); break;
                case 1: text.insert(at, text.substr(at, 1)); break;
                case 2: text.insert(at, std::string(1 + below(3), ' ')); break;
                case 3: text.replace(at, 1, one); break;
                case 4: text.insert(at, words[below(std::size(words))]); break;
                case 5: text.insert(at, text.substr(below(text.size()), 1 + below(12))); break;
                default: text.insert(at, one); break;
            }
            if (text.empty()) text = " ";
        }
        check_alike(text);
        if (everyday_yaml(text)) ++still_everyday;
    }
    CHECK(still_everyday > 2'000);  // or nothing was compared
}
