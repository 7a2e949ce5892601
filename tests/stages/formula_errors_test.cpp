// What is no formula, and what is one that means nothing: each refusal's code, characters and words.
#include <algorithm>

#include "stages/formula_pack.hpp"

using namespace formula_tests;

TEST_CASE("what is no formula is refused at its characters, saying what to write") {
    struct Row {
        std::string why;
        std::string formula;
        std::string underlined;
        std::string says;
    };
    const std::vector<Row> rows = {
        {"an operand is missing", "price +", "\"", "the formula ends here, where a name, a quoted code or a bracket is expected"},
        {"an operator is missing", "price attendance", "attendance", "an operator such as + or =, or the end of the formula, is expected here, not 'attendance'"},
        {"a bracket is not closed", "max(0, price", "\"", "the formula ends here, where ',' or ')' is expected"},
        {"a bracket too many", "price)", ")", "not ')'"},
        {"an if without else", "if boards then price", "\"", "'else', for every 'if' says what holds otherwise, is expected"},
        {"an if inside arithmetic", "price * if boards then 1 else 0", "if", "an 'if' inside another formula stands in brackets"},
        {"capitals", "boards AND boards", "AND", "'AND' is written in small letters"},
        {"two comparisons in a row", "0 < hours < price", "<", "two comparisons in a row are joined with 'and'"},
        {"not in", "setting not in ['special']", "not", "'not' stands before what is compared"},
        {"in without a list", "setting in 'special'", "'special'", "'[' and a list, as in ['a', 'b'], is expected here, not the text 'special'"},
        {"an empty list", "setting in []", "]", "a name, a quoted code or a bracket is expected here, not ']'"},
        {"two operands of otherwise", "agreed_fee otherwise price otherwise 0", "otherwise", "'otherwise' takes one operand"},
        {"otherwise after a bracket", "(agreed_fee) + (price + price) otherwise 0", "otherwise", "'otherwise' follows the name of one fact"},
        {"an unclosed quote", "setting = 'special", "'special", "this quote is never closed"},
        {"double equals", "setting == 'special'", "==", "equality is written with one sign"},
        {"exclamation", "setting != 'special'", "!=", "'not equal' is written otherwise here"},
        {"a power", "hours ^ hours", "^", "a formula has no powers"},
        {"a power with stars", "hours ** hours", "**", "a formula has no powers"},
        {"a typeset sign", "hours ≤ hours", "\xE2\x89\xA4", "'at most' is written with two signs"},
        {"a stray character", "price ; price", ";", "';' means nothing in a formula"},
        {"a name that begins with a digit", "2nd_rate", "2nd_rate", "neither a number nor a name"},
        {"a binary number", "12.5e3", "12.5e3", "neither a number nor a name"},
        {"a look-up without its key's name", "band_price['special']", "'special'", "the name of a key is expected here"},
        {"a look-up without a colon", "band_price[setting]", "]", "':' and what the key is"},
        {"over outside sum", "min(hours, over: band)", "over", "only 'sum' runs over a code list"},
        {"two lists in one sum", "sum(level, over: band, over: setting)", "over", "'sum' runs over one code list"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.why);
        const Read read = read_formula(row.formula);
        REQUIRE(read.diagnostics.size() == 1);
        const Diagnostic& diagnostic = read.diagnostics.front();
        CHECK(diagnostic.code == "formula-syntax");
        CHECK_MESSAGE(diagnostic.message.find(row.says) != std::string::npos, diagnostic.message);
        CHECK(underlined(diagnostic.span) == row.underlined);
    }
}

TEST_CASE("a formula that is empty, endless or bottomless is refused and does no harm") {
    Report report;
    CHECK_FALSE(formula::parse(scalar("is: ''\n"), report));
    CHECK_FALSE(formula::parse(scalar("is: [a, b]\n"), report));
    CHECK_FALSE(formula::parse(scalar(in_yaml(std::string(5000, '('))), report));
    CHECK_FALSE(formula::parse(scalar(in_yaml(std::string(200, '-') + "a")), report));
    std::string chain = "a";
    for (int i = 0; i < 3000; ++i) chain += "+a";
    CHECK_FALSE(formula::parse(scalar(in_yaml(chain)), report));
    CHECK(report.size() == 5);
}

TEST_CASE("places are exact in plain, single-quoted, double-quoted and accented text") {
    const auto place = [](const std::string& yaml) {
        const Read read = read_yaml(yaml);
        REQUIRE(read.diagnostics.size() == 1);
        return to_string(read.diagnostics[0].span) + "+" + std::to_string(read.diagnostics[0].span.length);
    };
    CHECK(place("is: price * nonsense\n") == "demo.yaml:1:13+8");
    CHECK(place("is: \"price * nonsense\"\n") == "demo.yaml:1:14+8");
    CHECK(place("is: 'setting = ''special'' and nonsense'\n") == "demo.yaml:1:32+8");
    CHECK(place("is: \"setting = 'café' and boards\"\n") == "demo.yaml:1:16+6");
    CHECK(place("is: \"boards and setting in ['special', 'café'] and boards\"\n") == "demo.yaml:1:40+6");
    CHECK(place("is: |\n  price *\n  nonsense\n") == "demo.yaml:1:5+1");
}

TEST_CASE("every check finds its error, at its characters, and all of a formula's errors come at once") {
    struct Row {
        std::string why;
        std::string formula;
        std::string complaints;
        std::string says;
    };
    const std::vector<Row> rows = {
        {"an unknown name", "price * attendence", "name-unknown at [attendence]", "no name here"},
        {"a line's own sum", "line.top_up * attendance", "name-unknown at [line.top_up]", "what a line pays cannot be read here"},
        {"a policy number", "price * 6000", "policy-number at [6000]", "6000 is a figure, with a unit, a date and a source"},
        {"thousands and percentages", "max(0, 6,000) + 4.75%", "policy-number at [6,000]; policy-number at [4.75%]", "is a figure"},
        {"1.0 is not 1", "price * 1.0", "policy-number at [1.0]", "only 0 and 1"},
        {"an unknown function", "maxx(0, price)", "function-unknown at [maxx(0, price)]", "'maxx' is no function"},
        {"rounding as a function", "round(price)", "function-unknown at [round(price)]", "stands beside it under `round`"},
        {"a table called like a function", "band_price(band)", "function-unknown at [band_price(band)]", "square brackets"},
        {"too few arguments", "min(price)", "wrong-number-of-arguments at [min(price)]", "takes 2 or more arguments, and has 1"},
        {"too many arguments", "clamp(price, 0, price, price)", "wrong-number-of-arguments at [clamp(price, 0, price, price)]", "takes 3 arguments, and has 4"},
        {"no argument", "given()", "wrong-number-of-arguments at [given()]", "takes 1 argument, and has 0"},
        {"a sum of no list", "sum(level.cognition)", "wrong-number-of-arguments at [sum(level.cognition)]", "say which"},
        {"a sum over an unknown list", "sum(level, over: need_categori)", "code-list-unknown at [need_categori]", "is no code list"},
        {"an unknown code", "setting = 'specail'", "code-unknown at ['specail']", "is no code of 'setting'"},
        {"a code by the spelling of records", "setting = 'Mainstream school'", "code-unknown at ['Mainstream school']", "is no code of 'setting'"},
        {"an unknown code in a list", "setting in ['special', 'other', 'x']", "code-unknown at ['other']; code-unknown at ['x']", "is no code"},
        {"an unknown code for a key", "band_price[setting: 'college']", "code-unknown at ['college']", "is no code of 'setting'"},
        {"an unknown key", "band_price[settings: 'special']", "key-unknown at [settings]", "'band_price' has no key 'settings'"},
        {"a key of a figure", "threshold[band: band]", "key-unknown at [band]", "'threshold' has no keys"},
        {"a key twice", "band_price[band: 'B1', band: 'B2']", "formula-syntax at [band]", "is written twice"},
        {"keys of a fact", "band[setting: 'special']", "kind-mismatch at [band[setting: 'special']]", "'band' is a fact: only a table has keys"},
        {"a key of another list", "band_price[band: setting]", "kind-mismatch at [setting]", "wants a code of 'band', and this is a code of 'setting'"},
        {"a key of another unit", "factor[hours: attendance]", "unit-mismatch at [attendance]", "is in \"hour per week\", and this in \"ratio\""},
        {"a key that nothing reads", "point_value", "name-unknown at [point_value]", "no fact, step, choice or table here has that name"},
        {"two units added", "price + hours", "unit-mismatch at [price + hours]", "'price' is in \"GBP per year\" and 'hours' in \"hour per week\""},
        {"two units compared", "hours > attendance", "unit-mismatch at [hours > attendance]", "\"hour per week\""},
        {"a 1 beside a unit", "price + 1", "unit-mismatch at [price + 1]", "\"ratio\""},
        {"arms of two units", "if boards then price else 1", "unit-mismatch at [if boards then price else 1]", "'if' wants one unit"},
        {"a default of another unit", "agreed_fee otherwise attendance", "unit-mismatch at [agreed_fee otherwise attendance]", "'otherwise' wants one unit"},
        {"least of two units", "min(price, hours)", "unit-mismatch at [min(price, hours)]", "'min' wants one unit"},
        {"money times money", "price * threshold", "money-times-money at [price * threshold]", "money times money means nothing"},
        {"one over money", "1 / threshold", "one-over-money at [1 / threshold]", "only money is divided by money"},
        {"hours over money", "hours / threshold", "one-over-money at [hours / threshold]", "\"hour per week\""},
        {"a code in arithmetic", "price * band", "kind-mismatch at [band]", "'*' works on numbers; this is a code of 'band'"},
        {"dates added", "start + last_day", "kind-mismatch at [start]; kind-mismatch at [last_day]", "'+' works on numbers; this is a date"},
        {"a number as a condition", "hours and boards", "kind-mismatch at [hours]", "'and' wants a condition, yes or no; this is a number in \"hour per week\""},
        {"a number tested by if", "if hours then 1 else 0", "kind-mismatch at [hours]", "'if' wants a condition"},
        {"not of a number", "not hours", "kind-mismatch at [hours]", "'not' wants a condition"},
        {"arms of two kinds", "if boards then price else band", "kind-mismatch at [if boards then price else band]", "'if' wants two of a kind"},
        {"a code with a number", "band = hours", "kind-mismatch at [band = hours]", "one is a code of 'band', the other a number in \"hour per week\""},
        {"codes of two lists", "band = setting", "kind-mismatch at [band = setting]", "one is a code of 'band', the other a code of 'setting'"},
        {"text with text", "'a' = 'b'", "kind-mismatch at ['a']", "nothing here says whether 'a' is a code, of which list, or a date"},
        {"text with a number", "hours = '12'", "kind-mismatch at ['12']", "a number that is policy is a figure"},
        {"text with yes or no", "boards = 'yes'", "kind-mismatch at ['yes']", "is a condition by itself"},
        {"text alone", "'special'", "kind-mismatch at ['special']", "nothing here says"},
        {"a day that does not exist", "start < '2026-02-30'", "kind-mismatch at ['2026-02-30']", "is no day"},
        {"days of a number", "days(start, hours)", "kind-mismatch at [hours]", "'days' counts between two dates"},
        {"given of a step", "given(price)", "kind-mismatch at [price]", "'price' is not a fact"},
        {"given of a sum", "given(hours + hours)", "kind-mismatch at [hours + hours]", "takes the name of one fact"},
        {"otherwise of a table", "threshold otherwise 0", "kind-mismatch at [threshold]", "'threshold' is not a fact"},
        {"an order of unordered codes", "setting < 'special'", "ordered-only at [setting < 'special']", "the list 'setting' is not declared as ordered"},
        {"an order of yes and no", "boards < boards", "ordered-only at [boards < boards]", "yes and no have none"},
        {"the same element twice", "price + threshold", "coverage-mismatch at [price + threshold]", "element 2 would be counted twice"},
        {"an element that is not there", "threshold - price", "coverage-mismatch at [threshold - price]", "element 3 would be taken off what does not contain it"},
        {"a divisor that may be zero", "price / places", "may-divide-by-zero at [places]", "'places' is between 0 and 50"},
        {"a divisor that is zero", "price / 0", "may-divide-by-zero at [0]", "'0' is always 0"},
        {"an optional fact", "agreed_fee * attendance", "unguarded-optional at [agreed_fee]", "a record may leave out 'agreed_fee'"},
        {"an optional fact as a key", "home_price", "unguarded-optional at [home_price]", "a record may leave out 'home_band'"},
        {"an optional fact written for a key", "band_price[band: home_band]", "unguarded-optional at [home_band]", "may leave out"},
        {"everything at once", "if hours then pricee + 6000 else band_price[band: 'B9'] / places",
         "kind-mismatch at [hours]; name-unknown at [pricee]; policy-number at [6000]; code-unknown at ['B9']", ""},
        {"both sides of an operator", "(price + hours) * (price * threshold)", "unit-mismatch at [(price + hours)]; money-times-money at [(price * threshold)]", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.why);
        const Read read = read_formula(row.formula);
        std::string found = complaints(read);
        CHECK(found == row.complaints);
        const auto says = [&](const Diagnostic& each) { return each.message.find(row.says) != std::string::npos; };
        CHECK_MESSAGE(std::any_of(read.diagnostics.begin(), read.diagnostics.end(), says), render(read.diagnostics));
    }
}

TEST_CASE("what a finance officer reads") {
    CHECK(render(read_formula("max(0, price + hours) * attendance").diagnostics) ==
          "demo.yaml:1:13: error[unit-mismatch]: '+' wants one unit: 'price' is in \"GBP per year\" and 'hours' in \"hour per week\"\n"
          "    1 | is: \"max(0, price + hours) * attendance\"\n"
          "      |             ^~~~~~~~~~~~~\n");
    CHECK(render(read_formula("setting = 'specail'").diagnostics).find("      = write: 'special'\n") != std::string::npos);
    CHECK(render(read_formula("setting = 'Mainstream school'").diagnostics).find("      = write: 'mainstream'\n") != std::string::npos);
    CHECK(render(read_formula("band_price[settin: 'special']").diagnostics).find("      = write: setting\n") != std::string::npos);
    CHECK(render(read_formula("maxx(0, price)").diagnostics).find("      = write: max\n") != std::string::npos);
    CHECK(render(read_formula("price / places").diagnostics).find("      = write: if places <> 0 then ... / places else ...\n") != std::string::npos);
    CHECK(render(read_formula("agreed_fee").diagnostics).find("      = write: if given(agreed_fee) then ... else ...\n") != std::string::npos);
}
