// groups.hpp: numbers of names, records priced together, and what may not be asked.
#include "bandtariff/groups.hpp"

#include <doctest/doctest.h>

#include "bandtariff/bandtariff.hpp"

namespace bandtariff {
namespace {

Plan plan_of(const char* pack) { return compile(load_tariff(std::string(BANDTARIFF_SOURCE_DIR) + pack).value()); }
Plan cohorts() {
    static const Plan plan = plan_of("/tests/packs/good/cohorts");
    return plan;
}

StatedRecord row(const Plan& plan, const char* id, const char* school, const char* band, const char* start = "2025-04-01", const char* last = "2026-03-31") {
    return {placement(plan.tariff(), "placement").with("school", school).with("child", id).with("band", band).with("start", start).with("last_day", last).with("lead", "yes"), id};
}

StatedRecord school(const Plan& plan, const char* name, const char* roll) {
    return {placement(plan.tariff(), "school").with("school", name).with("roll", roll), {}};
}

}  // namespace

TEST_CASE("a name has one number however often it is met, and a number of no name is refused") {
    const Names names;
    CHECK_EQ(names.number("North"), names.number("North"));
    CHECK_NE(names.number("North"), names.number("north"));
    CHECK_EQ(names.text(names.number("South")), "South");
    CHECK_THROWS_AS((void)names.text(99), std::invalid_argument);
    CHECK_THROWS_AS((void)names.text(-1), std::invalid_argument);
}

TEST_CASE("what becomes of rows and of their group, a sentence each") {
    const Plan plan = cohorts();
    struct Became {
        std::string sentence;
        std::vector<StatedRecord> stated;
        std::string outcome;  // of the first
    };
    StatedRecord without_school = row(plan, "a", "", "B1");
    StatedRecord without_id = row(plan, "a", "North", "B1");
    without_id.id.clear();
    StatedRecord contradicted = school(plan, "North", "50");
    contradicted.record.with("children", "3");
    StatedRecord no_name = school(plan, "", "50");
    StatedRecord no_weight = row(plan, "a", "North", "B0");
    const Became rows[] = {
        {"a row that does not say its school is not priced", {without_school}, "fact_missing"},
        {"a row without an id cannot have a share settled", {without_id}, "fact_missing"},
        {"a row whose band is not offered is not priced", {row(plan, "a", "North", "B3")}, "not_offered"},
        {"and leaves its school unpriced", {school(plan, "North", "50"), row(plan, "a", "North", "B3")}, "member_not_priced"},
        {"one of two rows of one id is not priced", {row(plan, "a", "North", "B1"), row(plan, "a", "South", "B1")}, "id_duplicate"},
        {"nor is a school with a row whose id another school's row has", {school(plan, "South", "50"), row(plan, "a", "North", "B1"), row(plan, "a", "South", "B1")}, "id_duplicate"},
        {"a school stated twice", {school(plan, "North", "50"), school(plan, "North", "60")}, "id_duplicate"},
        {"a school that states what its rows say too", {contradicted, row(plan, "a", "North", "B1")}, "facts_contradict"},
        {"but may state it where it has none", {contradicted, row(plan, "a", "South", "B1")}, "priced"},
        {"a school that does not say which it is", {no_name, row(plan, "a", "South", "B1")}, "fact_missing"},
        {"a row that pays nothing of its own is counted and adds nothing", {school(plan, "North", "50"), no_weight}, "priced"},
        {"a row with nothing payable and no share stays so", {no_weight}, "met_elsewhere"},
    };
    for (const Became& each : rows) {
        CAPTURE(each.sentence);
        CHECK_EQ(price_together(plan, each.stated).front().quote.outcome, each.outcome);
    }
}

TEST_CASE("a fact gathered past what the pack allows is out of range, and says so") {
    const Plan plan = cohorts();
    std::vector<StatedRecord> stated;
    for (int i = 0; i < 51; ++i) {
        StatedRecord each = row(plan, ("row " + std::to_string(i)).c_str(), "North", "B2");  // 51 x 2,000, where the pack allows 100,000
        each.record.with("child", "x");
        stated.push_back(std::move(each));
    }
    for (const PricedRecord& each : price_together(plan, stated)) {
        if (plan.tariff()->at(each.record.record()).name != "year_of_child") continue;
        CHECK_EQ(each.quote.outcome, "fact_out_of_range");
        CHECK_NE(each.quote.say.find("102000"), std::string::npos);
    }
}

TEST_CASE("columns are refused where they make no sense") {
    const Plan plan = cohorts();
    const RecordId placements = plan.tariff()->record("placement").value(), schools = plan.tariff()->record("school").value();
    GroupPricing pricing(plan);
    CHECK_THROWS_WITH_AS(pricing.state(row(plan, "a", "North", "B1").record), "group: a placement groups nothing", std::invalid_argument);
    CHECK_THROWS_AS(pricing.gather(PlacementTable(plan.tariff(), schools, 0)), std::invalid_argument);
    const std::string ids[] = {"a", "b"};
    CHECK_THROWS_AS(pricing.gather(PlacementTable(plan.tariff(), placements, 1), ids), std::invalid_argument);
    PlacementTable none(plan.tariff(), placements, 0);
    for (const FactId fact : plan.tariff()->facts_read(placements)) none.without(fact);
    std::int64_t total = 0;
    std::uint16_t outcome = 0;
    CHECK_THROWS_AS(pricing.price(none, {std::span(&total, 0), std::span(&outcome, 0), {}}), std::logic_error);
    pricing.gather(none);
    CHECK_THROWS_AS(pricing.state(school(plan, "North", "50").record), std::logic_error);
    pricing.price_groups();
    PlacementTable one(plan.tariff(), placements, 1);
    for (const FactId fact : plan.tariff()->facts_read(placements)) one.without(fact);
    CHECK_THROWS_AS(pricing.price(one, {std::span(&total, 1), std::span(&outcome, 1), {}}), std::invalid_argument);
    CHECK_THROWS_AS(GroupPricing(plan.with_paid_known_on(make_date(2026, 1, 1))), std::invalid_argument);
}

TEST_CASE("a kind without lines is only counted, whenever it was") {
    const Plan plan = plan_of("/rules/local/devon/early_years");
    const Placement child = placement(plan.tariff(), "attendance").with("setting_name", "A").with("child", "x").with("age", "two").with("pupil_premium_claim", "no")
                                .with("first_day", "2016-04-01").with("last_day", "2016-07-31");
    const Quote quote = plan.price(child);
    CHECK_EQ(quote.outcome, "counted");
    CHECK_EQ(quote.total, Money());
    CHECK(quote.lines.empty());
}

}  // namespace bandtariff
