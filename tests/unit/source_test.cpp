// Diagnostics: the text a person reads, their order, and the nearest known word.
#include <doctest/doctest.h>

#include "bandtariff/source.hpp"

using namespace bandtariff;

namespace {

std::shared_ptr<const SourceFile> file(std::string path, std::string text) {
    return std::make_shared<const SourceFile>(SourceFile{std::move(path), std::move(text)});
}

Diagnostic at(SourceSpan span) { return {Severity::error, "demo", "here", std::move(span), {}, {}}; }

/// The two lines of the excerpt of a span in a one-file text.
std::string excerpt(std::string text, std::uint32_t line, std::uint32_t column, std::uint32_t length) {
    const std::string rendered = render(at({file("f", std::move(text)), line, column, length}));
    return rendered.substr(rendered.find('\n') + 1);
}

}  // namespace

TEST_CASE("a diagnostic shows its place, its line, its hint and its notes") {
    std::string text;
    for (int line = 1; line < 40; ++line) text += "#\n";
    text += "      last_day: 2027-03-31\n#\n    - from: 2027-09-01\n";
    const auto source = file("rules/england/demo/tariff.yaml", text);
    Report report;
    report.error("date-gap", {source, 42, 13, 10}, "band B3 has no amount from 2027-04-01 to 2027-08-31", "- from: 2027-04-01")
        .notes.push_back({"the earlier amount stops here", {source, 40, 17, 10}});
    CHECK(render(report.sorted()) ==
          "rules/england/demo/tariff.yaml:42:13: error[date-gap]: band B3 has no amount from 2027-04-01 to 2027-08-31\n"
          "   42 |     - from: 2027-09-01\n"
          "      |             ^~~~~~~~~~\n"
          "      = write: - from: 2027-04-01\n"
          "rules/england/demo/tariff.yaml:40:17: note: the earlier amount stops here\n"
          "   40 |       last_day: 2027-03-31\n"
          "      |                 ^~~~~~~~~~\n");
}

TEST_CASE("the caret stands under its character") {
    CHECK(excerpt("a: b\n", 1, 4, 1) == "    1 | a: b\n      |    ^\n");
    SUBCASE("a tab before it is kept, so that both lines move alike") {
        CHECK(excerpt("\ta:\tb\n", 1, 5, 1) == "    1 | \ta:\tb\n      | \t  \t^\n");
    }
    SUBCASE("characters are counted, not bytes") {
        CHECK(excerpt("\xC2\xA3\xC3\xA9\xE2\x82\xAC: x\n", 1, 6, 1) ==
              "    1 | \xC2\xA3\xC3\xA9\xE2\x82\xAC: x\n      |      ^\n");
    }
    SUBCASE("a byte order mark is no character, a carriage return no part of the line") {
        CHECK(excerpt("\xEF\xBB\xBF"
                      "ab\r\n",
                      1, 2, 9) == "    1 | ab\n      |  ^\n");
    }
    SUBCASE("a stray byte and a control character are shown as one character each") {
        CHECK(excerpt("\xA3\x01x\n", 1, 3, 1) == "    1 | \xEF\xBF\xBD\xEF\xBF\xBDx\n      |   ^\n");
    }
    SUBCASE("past the end of the line it stands just behind it") {
        CHECK(excerpt("ab", 1, 9, 3) == "    1 | ab\n      |   ^\n");
        CHECK(excerpt("ab\n", 2, 1, 1) == "    2 |\n      | ^\n");
    }
    SUBCASE("a line the file does not have gives no excerpt") { CHECK(excerpt("ab\n", 3, 1, 1).empty()); }
    SUBCASE("a line number of six digits moves the bar on both lines") {
        CHECK(excerpt(std::string(123455, '\n') + "x", 123456, 1, 1) == "123456 | x\n       | ^\n");
    }
}

TEST_CASE("a long line is shown through a window") {
    const std::string line = std::string(200, 'a') + "X" + std::string(200, 'b');
    SUBCASE("120 characters are not long, 121 are") {
        CHECK(excerpt(std::string(120, 'a'), 1, 1, 1) == "    1 | " + std::string(120, 'a') + "\n      | ^\n");
        CHECK(excerpt(std::string(121, 'a'), 1, 1, 1) == "    1 | " + std::string(120, 'a') + "...\n      | ^\n");
    }
    SUBCASE("the place stays in the middle") {
        CHECK(excerpt(line, 1, 201, 3) == "    1 | ..." + std::string(60, 'a') + "X" + std::string(59, 'b') + "...\n      | " +
                                              std::string(63, ' ') + "^~~\n");
    }
    SUBCASE("at the end nothing follows") {
        CHECK(excerpt(line, 1, 401, 1) == "    1 | ..." + std::string(120, 'b') + "\n      | " + std::string(122, ' ') + "^\n");
    }
    SUBCASE("the underline stops at the edge") {
        CHECK(excerpt(line, 1, 201, 999) == "    1 | ..." + std::string(60, 'a') + "X" + std::string(59, 'b') + "...\n      | " +
                                                std::string(63, ' ') + "^" + std::string(59, '~') + "\n");
    }
}

TEST_CASE("a place that is nowhere, or a whole file, shows no excerpt") {
    CHECK(render(at({})) == "error[demo]: here\n");
    CHECK(render(at({file("packs/x", ""), 0, 0, 1})) == "packs/x: error[demo]: here\n");
    CHECK(to_string(SourceSpan{}) == "");
    CHECK(to_string(SourceSpan{file("f", "a"), 1, 2, 1}) == "f:1:2");
}

TEST_CASE("a warning says so, and a hint of two lines stays under its first") {
    Report report;
    report.warning("demo", {}, "look", "a: 1\nb: 2");
    CHECK(render(report.sorted()) == "warning[demo]: look\n      = write: a: 1\n               b: 2\n");
    CHECK_FALSE(report.has_errors());
    report.error("demo", {}, "stop");
    CHECK(report.has_errors());
    CHECK(report.size() == 2);
}

TEST_CASE("a report is in file order, its equals together, nothing said twice") {
    const auto a = file("a", "1\n2\n3\n");
    const auto b = file("b", "1\n2\n3\n");
    Report report;
    report.error("one", {b, 1, 1, 1}, "b1");
    report.error("two", {a, 2, 1, 1}, "a2, said first");
    report.error("three", {a, 1, 9, 1}, "a1 column 9");
    report.error("one", {a, 2, 1, 1}, "a2, said second");
    report.error("two", {a, 2, 1, 1}, "a2, said first");
    report.error("two", {a, 2, 1, 2}, "a2, said first");  // underlines more: another
    report.error("four", {a, 1, 10, 1}, "a1 column 10");
    report.error("five", {}, "nowhere");
    std::vector<std::string> messages;
    for (const Diagnostic& diagnostic : report.sorted()) messages.push_back(diagnostic.message);
    CHECK(messages == std::vector<std::string>{"nowhere", "a1 column 9", "a1 column 10", "a2, said first", "a2, said second",
                                               "a2, said first", "b1"});
}

TEST_CASE("the nearest word is a slip away, never a guess") {
    struct Case {
        const char* sentence;
        const char* word;
        std::vector<std::string> known;
        std::optional<std::string> nearest;
    };
    const Case cases[] = {
        {"a letter missing", "amont", {"source", "amount"}, "amount"},
        {"a letter too many", "sourrce", {"source"}, "source"},
        {"two letters swapped are one slip", "aomunt", {"amount"}, "amount"},
        {"two slips", "saurze", {"source"}, "source"},
        {"three slips are another word", "xxurze", {"source"}, std::nullopt},
        {"the nearer of two", "rates", {"rateses", "rate"}, "rate"},
        {"the first of two as near", "cat", {"cut", "cot"}, "cut"},
        {"capitals alone are no slip", "BAND", {"bend", "band"}, "band"},
        {"capitals settle a tie", "Bands", {"band", "Band"}, "Band"},
        {"half the word is too much", "ab", {"ac"}, std::nullopt},
        {"just under half", "abc", {"abd"}, "abd"},
        {"two slips in four letters are half", "abcd", {"abxy"}, std::nullopt},
        {"two slips in five are not", "abcde", {"abcxy"}, "abcxy"},
        {"letters are characters, not bytes", "caf\xC3\xA9s", {"cafes"}, "cafes"},
        {"nothing is known", "x", {}, std::nullopt},
        {"no word has none near", "", {"a"}, std::nullopt},
    };
    for (const Case& row : cases) {
        CAPTURE(row.sentence);
        CHECK(nearest_word(row.word, row.known) == row.nearest);
    }
}

TEST_CASE("a citation is one line") {
    Citation cited;
    cited.source = "regs";
    cited.title = "Regulations 2024";
    cited.at = "regulation 11(3)";
    CHECK(to_string(cited) == "Regulations 2024, regulation 11(3)");
    cited.title.clear();
    cited.day_assumed = "no day is printed";
    CHECK(to_string(cited) == "regs, regulation 11(3); day assumed: no day is printed");
    Citation assumed;
    assumed.assumed = "no tie rule is published";
    CHECK(to_string(assumed) == "assumed: no tie rule is published");
    assumed.carried_forward = "no later factor had been read";
    CHECK(to_string(assumed) == "assumed: no tie rule is published; carried forward: no later factor had been read");
    CHECK(to_string(Citation{}) == "");
}

TEST_CASE("a failed value throws the whole list when it is asked for") {
    Report report;
    report.error("demo", {}, "first");
    report.error("demo", {}, "second");
    const Checked<int> failed(report.sorted());
    CHECK_FALSE(failed.ok());
    CHECK_THROWS_WITH_AS((void)failed.value(), "error[demo]: first\nerror[demo]: second\n", DiagnosticError);
    const Checked<int> good(3, report.sorted());
    CHECK(good.ok());
    CHECK(good.value() == 3);
    CHECK(good.diagnostics().size() == 2);
}
