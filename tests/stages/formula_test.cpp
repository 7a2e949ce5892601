// Formula text to syntax tree to checked expression and back to text: what is read, what it is worth knowing of it, and
// what is refused, at which characters. Policy in the pack below is made up.
#include <doctest/doctest.h>

#include <algorithm>

#include "document/document.hpp"
#include "tariff/formula/formula.hpp"
#include "tariff/formula/traits.hpp"

using namespace bandtariff;
using formula::Syntax;
using formula::Traits;

namespace {

// --- a small pack, and what its names mean ---------------------------------------------------------------------------

Type number_in(const char* unit) { return {ValueKind::number, Unit::parse(unit).value(), {}}; }
Type code_of(std::size_t list) { return {ValueKind::code, {}, CodeListId(list)}; }
const Type yes_no{ValueKind::yes_no, {}, {}};
const Type date{ValueKind::date, {}, {}};

enum List : std::size_t { band, setting, need_category, follows };

CodeList list(std::string name, std::vector<Code> codes, bool ordered = false) { return {std::move(name), ordered, std::move(codes), {}}; }
Code plain(std::string code) { return {std::move(code), "", {}}; }

Expression read(Operation operation, const Type& type, std::size_t index) {
    Expression result;
    result.operation = operation;
    result.type = type;
    result.index = static_cast<std::int64_t>(index);
    return result;
}

class Pack final : public formula::Scope {
public:
    Pack() {
        contents_.code_lists = {list("band", {plain("B1"), plain("B2")}, true),
                                list("setting", {{"mainstream", "", {"Mainstream school"}}, plain("special"), plain("King's Place")}),
                                list("need_category", {plain("cognition"), plain("sensory")}),
                                list("area_cost_follows", {plain("provider"), plain("home")})};
        fact("band", code_of(band));
        fact("other_band", code_of(band));
        fact("setting", code_of(setting));
        fact("hours", number_in("hour per week"), bounds(0, 40));
        fact("attendance", number_in("ratio"), bounds(0, 1));
        fact("pupils", number_in("pupil"), bounds(1, 300));
        fact("places", number_in("place"), bounds(0, 50));
        fact("change", number_in("ratio"), bounds(-2, 3));
        fact("start", date);
        fact("last_day", date);
        fact("boards", yes_no);
        fact("agreed_fee", number_in("GBP per year"), bounds(0, 500000), true);
        fact("home_band", code_of(band), {}, true);
        fact("extra_hours", number_in("hour per week"), bounds(0, 20), true);
        fact("level.cognition", number_in("point"), bounds(0, 5));
        fact("level.sensory", number_in("point"), bounds(0, 5));
        fact("aid.cognition", number_in("point"), bounds(0, 5), true);
        fact("aid.sensory", number_in("point"), bounds(0, 5), true);

        contents_.choices.push_back({"area_cost_follows", CodeListId(follows), CodeId(0), {}, {}});
        choice_ = read(Operation::choice, code_of(follows), 0);

        table("band_price", number_in("GBP per year"), {key("band"), key("setting")}, bounds(0, 30000, Elements{Element::two, Element::three}));
        table("threshold", number_in("GBP per year"), {}, bounds(6000, 6000, Elements{Element::two}));
        table("place_rate", number_in("GBP per place"), {}, bounds(10000, 10000));
        table("hour_rate", number_in("GBP per hour"), {}, bounds(12, 15));
        table("weeks_open", number_in("week per year"), {}, bounds(38, 39));
        table("point_value", number_in("GBP per year per point"), {unread("need_category", need_category)}, bounds(0, 100, Elements{Element::three}));
        table("staffing.teachers", number_in("ratio"), {key("setting")}, bounds(0, 1));
        table("home_price", number_in("GBP per year"), {key("home_band")}, bounds(1, 2));
        table("factor", number_in("ratio"), {{"hours", fact_expression("hours"), {}, 1}}, bounds(0, 2));
        table("payer_of", code_of(follows), {key("setting")}, {});
        table("transport", number_in("GBP per year"), {}, bounds(0, 900, Elements{Element::transport}));

        Step step;
        step.name = "price";
        contents_.steps.push_back(step);
        price_ = read(Operation::step, number_in("GBP per year"), 0);
    }

    std::optional<Meaning> name(const std::string& word, const SourceSpan& span, Report& report) const override {
        if (const auto id = contents_.fact(word)) {
            Meaning meaning{fact_expression(word), fact_traits_[id->index], {}};
            if (contents_.at(*id).optional) meaning.optional_fact = id;
            return meaning;
        }
        if (const auto id = contents_.table(word)) {
            Meaning meaning{read(Operation::lookup, contents_.at(*id).type, id->index), table_traits_[id->index], {}};
            for (const Key& each : contents_.at(*id).keys) meaning.expression.operands.push_back(each.reads);
            return meaning;
        }
        if (word == "price") return Meaning{price_, bounds(0, 40000, Elements{Element::two, Element::three}), {}};
        if (word == "area_cost_follows") return Meaning{choice_, {}, {}};
        report.error("name-unknown", span, "'" + word + "' is no name here");
        return std::nullopt;
    }
    const TariffContents& contents() const override { return contents_; }
    Traits table_traits(TableId table) const override { return table_traits_[table.index]; }

    FactId fact_id(const char* word) const { return contents_.fact(word).value(); }

private:
    static Traits bounds(int low, int high, std::optional<Elements> covers = {}) {
        Traits traits;
        traits.low = low;
        traits.high = high;
        traits.covers = std::move(covers);
        return traits;
    }
    void fact(std::string word, const Type& type, Traits traits = {}, bool optional = false) {
        Fact result;
        result.name = std::move(word);
        result.optional = optional;
        contents_.facts.push_back(result);
        fact_types_.push_back(type);
        fact_traits_.push_back(std::move(traits));
    }
    Expression fact_expression(const std::string& word) const {
        const std::size_t index = contents_.fact(word).value().index;
        return read(Operation::fact, fact_types_[index], index);
    }
    Key key(const char* word) const { return {word, fact_expression(word), {}, 1}; }
    static Key unread(const char* word, std::size_t codes) {
        Key result{word, read(Operation::key, code_of(codes), 0), {}, 1};
        result.reads.index = formula::unread_key;
        return result;
    }
    void table(const char* word, const Type& type, std::vector<Key> keys, Traits traits) {
        Table result;
        result.name = word;
        result.type = type;
        result.keys = std::move(keys);
        contents_.tables.push_back(std::move(result));
        table_traits_.push_back(std::move(traits));
    }

    TariffContents contents_;
    std::vector<Type> fact_types_;
    std::vector<Traits> fact_traits_, table_traits_;
    Expression price_, choice_;
};

// --- from text -------------------------------------------------------------------------------------------------------

document::Node scalar(const std::string& yaml) {
    Report report;
    const auto file = std::make_shared<const SourceFile>(SourceFile{"demo.yaml", yaml});
    document::Node node = document::from_yaml(file, report);
    REQUIRE_MESSAGE(!report.has_errors(), render(report.sorted()));
    return node.find("is")->value;
}

std::string in_yaml(const std::string& formula) { return "is: \"" + formula + "\"\n"; }

std::string tree(const Syntax& syntax) {
    std::string out = syntax.kind == Syntax::Kind::text ? "'" + syntax.word + "'" : syntax.word;
    if (syntax.operands.empty() && syntax.kind != Syntax::Kind::call) return out;
    for (std::size_t i = 0; i < syntax.operands.size(); ++i)
        out += " " + (syntax.keys.empty() ? "" : syntax.keys[i] + ": ") + tree(syntax.operands[i]);
    return "(" + out + (syntax.over.empty() ? "" : " over: " + syntax.over) + ")";
}

struct Read {
    std::optional<formula::Resolved> resolved;
    std::vector<Diagnostic> diagnostics;
};

Read read_yaml(const std::string& yaml, const std::optional<Type>& expected = {}, const formula::Proof& known = {}) {
    static const Pack pack;
    Report report;
    Read result;
    const document::Node node = scalar(yaml);
    if (const auto syntax = formula::parse(node, report)) result.resolved = formula::resolve(*syntax, pack, expected, known, report);
    result.diagnostics = report.sorted();
    CHECK(result.resolved.has_value() == result.diagnostics.empty());
    return result;
}

Read read_formula(const std::string& formula, const std::optional<Type>& expected = {}, const formula::Proof& known = {}) {
    return read_yaml(in_yaml(formula), expected, known);
}

formula::Resolved sound(const std::string& formula, const std::optional<Type>& expected = {}) {
    Read result = read_formula(formula, expected);
    REQUIRE_MESSAGE(result.resolved, render(result.diagnostics));
    return *result.resolved;
}

/// The characters that a diagnostic underlines, of a file of one line.
std::string underlined(const SourceSpan& span) {
    std::string out;
    std::uint32_t column = 0;
    for (const char byte : span.file->text) {
        if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) ++column;
        if (column >= span.column && column < span.column + span.length) out += byte;
    }
    return out;
}

/// "code at [characters]" for each, in order.
std::string complaints(const Read& read) {
    std::string out;
    for (const Diagnostic& each : read.diagnostics) out += (out.empty() ? "" : "; ") + each.code + " at [" + underlined(each.span) + "]";
    return out;
}

std::string printed(const std::string& formula) {
    static const Pack pack;
    return to_string(sound(formula).expression, pack.contents());
}

std::string type_in_words(const Type& type) {
    switch (type.kind) {
        case ValueKind::number: return to_string(type.unit);
        case ValueKind::code: return "code " + std::to_string(type.codes.index);
        case ValueKind::yes_no: return "yes or no";
        case ValueKind::date: return "date";
    }
    return {};
}

std::string bounds_of(const std::string& formula) {
    const Traits traits = sound(formula).traits;
    return (traits.low ? to_string(*traits.low) : "?") + " to " + (traits.high ? to_string(*traits.high) : "?") +
           (formula::excludes_zero(traits) ? ", never 0" : "");
}

}  // namespace

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

TEST_CASE("0 and 1 take the unit of the place; quoted text takes its code list or date") {
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

TEST_CASE("bounds are carried exactly") {
    struct Row {
        std::string formula;
        std::string bounds;
    };
    const std::vector<Row> rows = {
        {"hours", "0 to 40"},
        {"hours + hours", "0 to 80"},
        {"hours - hours", "-40 to 40"},
        {"-change", "-3 to 2"},
        {"change * change", "-6 to 9"},
        {"-change * attendance", "-3 to 2"},
        {"hours / pupils", "0 to 40"},
        {"weeks_open / pupils", "19/150 to 39, never 0"},
        {"min(change, attendance)", "-2 to 1"},
        {"max(change, attendance)", "0 to 3"},
        {"clamp(change, 0, 1)", "0 to 1"},
        {"if boards then change else 1", "-2 to 3"},
        {"if change > 1 then change else 1", "1 to 3, never 0"},
        {"if change > 0 then change else 0", "0 to 3"},
        {"if change <= 0 then -change else change", "0 to 3"},
        {"if change = 1 then change else 1", "1 to 1, never 0"},
        {"if change >= 1 and change < attendance + 1 then change else 1", "1 to 2, never 0"},
        {"if not (change > 1) then change else 0", "-2 to 1"},
        {"if change < 0 or change > 1 then 0 else change", "0 to 1"},
        {"if given(extra_hours) then extra_hours else 0", "0 to 20"},
        {"extra_hours otherwise 0", "0 to 20"},
        {"days(start, last_day)", "0 to 109573"},
        {"complete_months(start, last_day)", "0 to 3600"},
        {"last_day - start", "? to ?"},
        {"sum(level, over: need_category)", "0 to 10"},
        {"max(1, pupils)", "1 to 300, never 0"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.formula);
        CHECK(bounds_of(row.formula) == row.bounds);
    }
}

TEST_CASE("bounds hold for every value inside them, and are reached") {
    std::vector<Traits> all;
    for (int low = -3; low <= 3; ++low)
        for (int high = low; high <= 3; ++high) {
            Traits traits;
            traits.low = low;
            traits.high = high;
            all.push_back(traits);
            if (low == high && low == 0) continue;
            traits.never_zero = true;
            all.push_back(traits);
        }
    const auto values = [](const Traits& traits) {
        std::vector<Rational> result;
        for (Rational x = *traits.low; x <= *traits.high; x += Rational(1) / 2)
            if (x != 0 || !traits.never_zero) result.push_back(x);
        return result;
    };
    using Op = Traits (*)(const Traits&, const Traits&);
    struct Row {
        std::string name;
        Op op;
        Rational (*value)(const Rational&, const Rational&);
    };
    const std::vector<Row> rows = {
        {"+", formula::added, [](const Rational& a, const Rational& b) -> Rational { return a + b; }},
        {"*", formula::multiplied, [](const Rational& a, const Rational& b) -> Rational { return a * b; }},
        {"/", formula::divided, [](const Rational& a, const Rational& b) -> Rational { return a / b; }},
        {"min", formula::minimum_of, [](const Rational& a, const Rational& b) -> Rational { return std::min(a, b); }},
        {"max", formula::maximum_of, [](const Rational& a, const Rational& b) -> Rational { return std::max(a, b); }},
    };
    for (const Row& row : rows)
        for (const Traits& a : all)
            for (const Traits& b : all) {
                if (row.op == formula::divided && !formula::excludes_zero(b)) continue;
                const Traits result = row.op(a, b);
                std::optional<Rational> least, greatest;
                for (const Rational& x : values(a))
                    for (const Rational& y : values(b)) {
                        const Rational z = row.value(x, y);
                        REQUIRE_MESSAGE((!result.low || *result.low <= z), row.name);
                        REQUIRE_MESSAGE((!result.high || z <= *result.high), row.name);
                        REQUIRE_MESSAGE((z != 0 || !formula::excludes_zero(result)), row.name);
                        if (!least || z < *least) least = z;
                        if (!greatest || z > *greatest) greatest = z;
                    }
                if (a.never_zero || b.never_zero) continue;  // an end may be the very zero that is left out
                REQUIRE_MESSAGE((least == result.low && greatest == result.high), row.name);
            }
}

TEST_CASE("the elements that money covers are carried, and unknown wherever a part's are") {
    const auto covers = [](const std::string& formula) {
        const auto known = sound(formula).traits.covers;
        return known ? formula::elements_in_words(*known) : "unknown";
    };
    CHECK(covers("price") == "elements 2 and 3");
    CHECK(covers("price - threshold") == "element 3");
    CHECK(covers("max(0, price - threshold) * attendance") == "element 3");
    CHECK(covers("attendance * price / pupils") == "elements 2 and 3");
    CHECK(covers("-threshold") == "element 2");
    CHECK(covers("price - price") == "no element");
    CHECK(covers("threshold + transport") == "elements 2 and transport");
    CHECK(covers("0 + threshold") == "element 2");
    CHECK(covers("0 - threshold") == "element 2");
    CHECK(covers("if boards then 0 else threshold") == "element 2");
    CHECK(covers("clamp(threshold, 0, threshold)") == "element 2");
    CHECK(covers("min(price, threshold)") == "unknown");
    CHECK(covers("if boards then price else threshold") == "unknown");
    CHECK(covers("price - (agreed_fee otherwise 0)") == "unknown");
    CHECK(covers("price / threshold") == "unknown");
    CHECK(covers("sum(level * point_value, over: need_category)") == "element 3");
}

TEST_CASE("a divisor is safe where its bounds, or the condition it stands under, leave zero out") {
    for (const std::string formula : {
             "price / pupils", "price / weeks_open", "if places > 0 then hours / places else 0", "if places = 0 then 0 else hours / places",
             "if places <> 0 then hours / places else 0", "if 0 < places then hours / places else 0", "if places >= 1 then hours / places else 0",
             "if not (places = 0) then hours / places else 0", "if places > 0 and boards then hours / places else 0",
             "if places = 0 or boards then 0 else hours / places", "places > 0 and hours / places > 0", "places = 0 or hours / places > 0",
             "if change > attendance then attendance / (change - attendance) else 0", "if change > attendance then 1 / (change + attendance) else 0",
             "if change < 0 then attendance / change else 0", "if change <> attendance then 1 / (attendance - change) else 1",
             "attendance / (attendance + 1)", "attendance / max(1, change)", "hours / -pupils", "hours / (pupils * weeks_open)",
             "if places > 0 then hours / (places * pupils) else 0", "if given(extra_hours) and extra_hours > 0 then attendance / extra_hours else 0",
         }) {
        CAPTURE(formula);
        const Read read = read_formula(formula);
        CHECK_MESSAGE(read.resolved, render(read.diagnostics));
    }
    for (const std::string formula : {
             "hours / places", "if places >= 0 then hours / places else 0", "if places > 0 then 0 else hours / places",
             "if places > 0 or boards then hours / places else 0", "if places <= 1 then hours / places else 0",
             "if hours > 0 then hours / places else 0", "places = 0 and hours / places > 0", "hours / (pupils - pupils)",
             "attendance / change", "if change < 1 then attendance / change else 0",
             "if places = 0 and boards then 0 else hours / places", "hours / 0", "hours / days(start, last_day)",
             "(if places > 0 then hours / pupils else 0) / places",
         }) {
        CAPTURE(formula);
        CHECK(complaints(read_formula(formula)).find("may-divide-by-zero") != std::string::npos);
    }
}

TEST_CASE("an optional fact is read only where it is known to be given") {
    for (const std::string formula : {
             "if given(agreed_fee) then agreed_fee else 0", "given(agreed_fee) and agreed_fee > 0", "not given(agreed_fee) or agreed_fee > 0",
             "if not given(agreed_fee) then 0 else agreed_fee", "if boards and given(agreed_fee) then agreed_fee else price",
             "if boards or not given(agreed_fee) then price else agreed_fee", "agreed_fee otherwise price", "(agreed_fee otherwise 0) + price",
             "if given(home_band) then home_price else price", "home_price[home_band: 'B1']", "home_price[home_band: band]",
             "home_price[home_band: home_band otherwise 'B1']", "sum(aid otherwise 0, over: need_category)", "home_band otherwise 'B2' = 'B1'",
         }) {
        CAPTURE(formula);
        const Read read = read_formula(formula);
        CHECK_MESSAGE(read.resolved, render(read.diagnostics));
    }
    for (const std::string formula : {
             "agreed_fee", "if given(agreed_fee) then 0 else agreed_fee", "agreed_fee > 0 and given(agreed_fee)", "given(agreed_fee) or agreed_fee > 0",
             "if given(agreed_fee) or boards then agreed_fee else 0", "if given(extra_hours) then agreed_fee else 0",
             "(if given(agreed_fee) then agreed_fee else 0) + agreed_fee", "sum(aid, over: need_category)", "price otherwise agreed_fee",
         }) {
        CAPTURE(formula);
        const std::string found = complaints(read_formula(formula));
        CHECK_MESSAGE((found.find("unguarded-optional") != std::string::npos || found.find("kind-mismatch at [price]") != std::string::npos), found);
    }
}

TEST_CASE("what a line's conditions prove holds in its amount") {
    const Pack pack;
    const formula::Resolved when = sound("given(agreed_fee) and places > 0");
    formula::Proof known = when.when_true;
    CHECK(read_formula("agreed_fee / places", {}, known).resolved);
    CHECK_FALSE(read_formula("agreed_fee / places", {}, when.when_false).resolved);
    known = sound("places = 0").when_false;  // of a refusal that is read first
    CHECK(read_formula("price / places", {}, known).resolved);

    Report report;
    const auto syntax = formula::parse(scalar(in_yaml("agreed_fee + price")), report);
    CHECK(formula::resolve(*syntax, pack, {}, std::vector<FactId>{pack.fact_id("agreed_fee")}, report));
    CHECK_FALSE(formula::resolve(*syntax, pack, {}, std::vector<FactId>{}, report));
}

TEST_CASE("the facts that a condition proves given are those of its given(x) joined by and") {
    const Pack pack;
    const auto proved = [&](const std::string& formula) { return formula::proved_given(sound(formula).expression); };
    const FactId fee = pack.fact_id("agreed_fee"), hours = pack.fact_id("extra_hours");
    CHECK(proved("given(agreed_fee)") == std::vector<FactId>{fee});
    CHECK(proved("given(extra_hours) and boards and given(agreed_fee)") == std::vector<FactId>{fee, hours});
    CHECK(proved("given(agreed_fee) and given(agreed_fee)") == std::vector<FactId>{fee});
    CHECK(proved("given(agreed_fee) or given(extra_hours)").empty());
    CHECK(proved("not given(agreed_fee)").empty());
    CHECK(proved("not (boards or not given(agreed_fee))") == std::vector<FactId>{fee});
    CHECK(proved("boards").empty());
}

TEST_CASE("a sum is unrolled over its list: facts of each code, the code itself, and tables keyed by it") {
    CHECK(printed("sum(level, over: need_category)") == "level.cognition + level.sensory");
    CHECK(printed("sum(level * point_value, over: need_category)") ==
          "level.cognition * point_value[need_category: 'cognition'] + level.sensory * point_value[need_category: 'sensory']");
    CHECK(printed("sum(if need_category = 'sensory' then level else 0, over: need_category)") ==
          "(if 'cognition' = 'sensory' then level.cognition else 0) + (if 'sensory' = 'sensory' then level.sensory else 0)");
    CHECK(printed("sum(band_price[band: band], over: band)") == "band_price[band: 'B1'] + band_price[band: 'B2']");
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
