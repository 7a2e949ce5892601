// What is known of a formula's value: bounds, elements, divisors that are not zero, optional facts that are given.
#include <algorithm>

#include "stages/formula_pack.hpp"

using namespace formula_tests;

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
             "attendance / change", "if change <= attendance then 1 / (change - attendance) else 0",
             "if change >= attendance then 1 / (change - attendance) else 0", "if change < 1 then attendance / change else 0",
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
