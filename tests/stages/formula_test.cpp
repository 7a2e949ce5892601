// Formula text to syntax tree to typed expression and back to text.
#include "stages/formula_pack.hpp"

using namespace formula_tests;

TEST_CASE("operators bind as in ordinary arithmetic, comparison below them, then not, and, or, and if lowest") {
    struct Row {
        std::string formula;
        std::string tree;
    };
    const std::vector<Row> rows = {
        {"a + b * c", "(+ a (* b c))"},
        {"a - b - c", "(- (- a b) c)"},
        {"a / b * c", "(* (/ a b) c)"},
        {"(a + b) * c", "(* (+ a b) c)"},
        {"-a * -b", "(* (- a) (- b))"},
        {"- - a", "(- (- a))"},
        {"a = b and c <> d or not e", "(or (and (= a b) (<> c d)) (not e))"},
        {"not a = b", "(not (= a b))"},
        {"not not a", "(not (not a))"},
        {"a and (b or c)", "(and a (or b c))"},
        {"a + b <= c * d", "(<= (+ a b) (* c d))"},
        {"a in ['x', 'y'] and b", "(and (in a 'x' 'y') b)"},
        {"if a then b else if c then d else e", "(if a b (if c d e))"},
        {"if a then if b then c else d else e", "(if a (if b c d) e)"},
        {"if a or b then c + 1 else 0", "(if (or a b) (+ c 1) 0)"},
        {"x otherwise 0 * b", "(* (otherwise x 0) b)"},
        {"x otherwise (y otherwise 0)", "(otherwise x (otherwise y 0))"},
        {"level.cognition * rate[setting: 'special', band: other]", "(* level.cognition (rate setting: 'special' band: other))"},
        {"sum(level * weight, over: need)", "(sum (* level weight) over: need)"},
        {"max(0, min(a, b, c))", "(max 0 (min a b c))"},
        {"days(start, '2026-04-01')", "(days start '2026-04-01')"},
        {"given(x)", "(given x)"},
        {"min + max", "(+ min max)"},          // a function word is one only before a bracket
        {"sum * over", "(* sum over)"},
        {"a='King''s Place'", "(= a 'King's Place')"},
        {"  a  +\\n  b ", "(+ a b)"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.formula);
        Report report;
        const auto syntax = formula::parse(scalar(in_yaml(row.formula)), report);
        REQUIRE_MESSAGE(syntax, render(report.sorted()));
        CHECK(tree(*syntax) == row.tree);
    }
}

TEST_CASE("the names of a formula are those it reads, once each, and not its functions, keys or codes") {
    Report report;
    const auto syntax = formula::parse(scalar(in_yaml("if given(fee) then fee else sum(level * rate[band: other], over: need) + min(a.b, a.b)")), report);
    CHECK(formula::names(syntax.value()) == std::vector<std::string>{"fee", "level", "rate", "other", "a.b"});
}

TEST_CASE("a formula has the kind and unit that its parts give it") {
    struct Row {
        std::string formula;
        std::string type;
    };
    const std::vector<Row> rows = {
        {"price * attendance", "GBP per year"},
        {"hours * weeks_open * hour_rate", "GBP per year"},
        {"price / threshold", "ratio"},
        {"place_rate * places", "GBP"},
        {"hours / pupils", "hour per pupil per week"},
        {"max(0, price - threshold)", "GBP per year"},
        {"1 - attendance", "ratio"},
        {"0 + 0 + price", "GBP per year"},
        {"1", "ratio"},
        {"if boards then 0 else price", "GBP per year"},
        {"clamp(price, 0, threshold)", "GBP per year"},
        {"days(start, last_day)", "day"},
        {"last_day - start", "day"},
        {"complete_weeks(start, '2027-03-31')", "week"},
        {"complete_months(start, last_day)", "month"},
        {"sum(level, over: need_category)", "point"},
        {"sum(level * point_value, over: need_category)", "GBP per year"},
        {"agreed_fee otherwise 0", "GBP per year"},
        {"setting = 'special'", "yes or no"},
        {"boards = boards", "yes or no"},
        {"band < 'B2'", "yes or no"},
        {"start >= '2026-04-01'", "yes or no"},
        {"'B1' <= band", "yes or no"},
        {"pupils > 1", "yes or no"},
        {"area_cost_follows = 'home'", "yes or no"},
        {"payer_of[setting: 'special']", "code 3"},
        {"if boards then band else 'B1'", "code 0"},
        {"if boards then 'B1' else band", "code 0"},
        {"if boards then start else '2026-04-01'", "date"},
        {"home_band otherwise 'B1'", "code 0"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.formula);
        CHECK(type_in_words(sound(row.formula).expression.type) == row.type);
    }
}

TEST_CASE("0 and 1 take the unit of the place, and quoted text takes its code list or date") {
    CHECK(type_in_words(sound("0", number_in("GBP per year")).expression.type) == "GBP per year");
    CHECK(type_in_words(sound("1", number_in("hour")).expression.type) == "hour");
    CHECK(type_in_words(sound("if boards then 1 else 0", number_in("pupil")).expression.operands[1].type) == "pupil");
    CHECK(type_in_words(sound("0 > hours").expression.operands[0].type) == "hour per week");
    CHECK(type_in_words(sound("max(1, pupils)").expression.operands[0].type) == "pupil");
    CHECK(type_in_words(sound("'B2'", code_of(band)).expression.type) == "code 0");
    CHECK(sound("'1970-01-31'", date).expression.index == 30);
    CHECK(complaints(read_formula("price", number_in("GBP per month"))) == "unit-mismatch at [price]");
    CHECK(complaints(read_formula("boards", number_in("GBP"))) == "kind-mismatch at [boards]");
    CHECK(complaints(read_formula("setting", code_of(band))) == "kind-mismatch at [setting]");
}

TEST_CASE("a sum is unrolled over its list: facts of each code, the code itself, and tables keyed by it") {
    CHECK(printed("sum(level, over: need_category)") == "level.cognition + level.sensory");
    CHECK(printed("sum(level * point_value, over: need_category)") ==
          "level.cognition * point_value[need_category: 'cognition'] + level.sensory * point_value[need_category: 'sensory']");
    CHECK(printed("sum(if need_category = 'sensory' then level else 0, over: need_category)") ==
          "(if 'cognition' = 'sensory' then level.cognition else 0) + (if 'sensory' = 'sensory' then level.sensory else 0)");
    CHECK(printed("sum(band_price[band: band], over: band)") == "band_price[band: 'B1'] + band_price[band: 'B2']");
    CHECK(printed("sum(band_price, over: band)") == "band_price[band: 'B1'] + band_price[band: 'B2']");
    CHECK(printed("sum(band_price[band: 'B1'], over: band)") == "band_price[band: 'B1'] + band_price[band: 'B1']");
    CHECK(printed("sum(sum(level * attendance, over: band), over: need_category)") ==
          "level.cognition * attendance + level.cognition * attendance + (level.sensory * attendance + level.sensory * attendance)");
    CHECK(complaints(read_formula("sum(levels, over: need_category)")) == "name-unknown at [levels]");
    CHECK(complaints(read_formula("sum(sum(sum(sum(sum(sum(sum(sum(sum(sum(sum(level, over: band), over: band), over: band), over: band), over: band), "
                                  "over: band), over: band), over: band), over: band), over: band), over: need_category)"))
              .find("formula-syntax") == 0);
}

TEST_CASE("a printed formula has only the brackets it needs, and reads back as the same tree") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"(price * attendance)", "price * attendance"},
        {"((price) - (threshold)) * attendance", "(price - threshold) * attendance"},
        {"hours - (hours - hours)", "hours - (hours - hours)"},
        {"(hours - hours) - hours", "hours - hours - hours"},
        {"hours + (hours + hours)", "hours + (hours + hours)"},
        {"hours / (pupils / pupils)", "hours / (pupils / pupils)"},
        {"-(hours + hours)", "-(hours + hours)"},
        {"-hours * attendance", "-hours * attendance"},
        {"-(hours * attendance)", "-(hours * attendance)"},
        {"- -hours", "--hours"},
        {"(if boards then 1 else attendance) * price", "(if boards then 1 else attendance) * price"},
        {"if (if boards then boards else boards) then (if boards then 1 else 0) else (if boards then 0 else 1)",
         "if if boards then boards else boards then if boards then 1 else 0 else if boards then 0 else 1"},
        {"not (boards and boards)", "not (boards and boards)"},
        {"not (hours > 0)", "not hours > 0"},
        {"(boards or boards) and boards", "(boards or boards) and boards"},
        {"boards and (boards and boards)", "boards and (boards and boards)"},
        {"(hours > 0) = boards", "(hours > 0) = boards"},
        {"(setting in ['special', 'King''s Place']) and start >= '2026-04-01'", "setting in ['special', 'King''s Place'] and start >= '2026-04-01'"},
        {"band_price[setting: setting, band: band]", "band_price"},
        {"band_price[setting: 'special', band: other_band]", "band_price[band: other_band, setting: 'special']"},
        {"staffing.teachers[setting: 'special'] + 1", "staffing.teachers[setting: 'special'] + 1"},
        {"min(hours, min(hours, 0))", "min(hours, min(hours, 0))"},
        {"min(min(hours, hours), 0)", "min(hours, hours, 0)"},
        {"clamp(hours, 0, hours + hours)", "clamp(hours, 0, hours + hours)"},
        {"(agreed_fee otherwise 0) * attendance", "agreed_fee otherwise 0 * attendance"},
        {"agreed_fee otherwise (price * attendance)", "agreed_fee otherwise (price * attendance)"},
        {"extra_hours otherwise (extra_hours otherwise 0)", "extra_hours otherwise (extra_hours otherwise 0)"},
        {"if given(agreed_fee) then agreed_fee else price", "if given(agreed_fee) then agreed_fee else price"},
        {"complete_months(start, '2027-03-31') > 0", "complete_months(start, '2027-03-31') > 0"},
        {"area_cost_follows <> 'home'", "area_cost_follows <> 'home'"},
    };
    for (const auto& [formula, text] : rows) {
        CAPTURE(formula);
        const std::string once = printed(formula);
        CHECK(once == text);
        CHECK(printed(once) == once);
        CHECK(formula::same_tree(sound(formula).expression, sound(once).expression));
    }
}

TEST_CASE("trees that a formula's text cannot hold still print: choices by alternative, keys of a computed table, other numbers") {
    const Pack pack;
    Expression by_choice = read(Operation::by_choice, number_in("ratio"), 0);
    by_choice.operands = {sound("attendance").expression, sound("1").expression};
    CHECK(to_string(by_choice, pack.contents()) == "{area_cost_follows: {provider: attendance, home: 1}}");

    Expression half = read(Operation::number, number_in("ratio"), 0);
    half.number = Rational(1) / 3;
    Expression product = read(Operation::multiply, number_in("ratio"), 0);
    product.operands = {sound("attendance").expression, half};
    CHECK(to_string(product, pack.contents()) == "attendance * (1/3)");

    TariffContents computed = pack.contents();
    Row row;
    row.cell.kind = Cell::Kind::formula;
    row.cell.formula = read(Operation::key, code_of(setting), 1);
    Version version;
    version.rows.push_back(row);
    computed.tables[0].versions.push_back(version);
    CHECK(to_string(*row.cell.formula, computed) == "setting");
}
