// Overlays, figures set for one run, and two times, as a caller sees them: what the quote says, and what is refused.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bandtariff/bandtariff.hpp"

using namespace bandtariff;

namespace {

const std::string packs = std::string(BANDTARIFF_SOURCE_DIR) + "/tests/packs/good/";

Tariff loaded(const std::string& pack) {
    const Checked<Tariff> result = load_tariff(packs + pack);
    INFO(render(result.diagnostics()));
    REQUIRE(result.ok());
    return result.value();
}

Placement first_year(const Tariff& tariff) {
    return placement(tariff).with("band", "B1").with("hours", "12").with("old_amount", "1000").with("start", "2026-04-01").with("last_day", "2027-03-31");
}

std::string code_of(const Checked<Tariff>& result) { return result.ok() ? "loaded" : result.diagnostics().front().code; }

}  // namespace

TEST_CASE("a quote of an overlay names the packs below, lowest first, and is as firm as the weakest") {
    const Tariff tariff = loaded("overlay/rules/reader");
    const Quote quote = compile(tariff).price(
        placement(tariff).with("band", "B2").with("hours", "45").with("start", "2026-08-01").with("last_day", "2026-09-30"));
    CHECK(quote.extends == std::vector<std::string>{"test.below 1", "test.middle 1"});
    CHECK(quote.status == Status::printed);
    CHECK(render(quote).find("test.middle 1") != std::string::npos);
}

TEST_CASE("a stack's text hash is of every layer") {
    CHECK(loaded("overlay/rules/reader")->text_hash != loaded("overlay/rules/middle")->text_hash);
    CHECK(loaded("overlay/rules/middle")->text_hash != loaded("overlay/rules/below")->text_hash);
}

TEST_CASE("a figure set for one run holds on every day, and the quote says so") {
    const Tariff tariff = loaded("change_over_years");
    const Checked<Tariff> set = tariff.set_figure("extra", "99.5");
    REQUIRE(set.ok());
    const Quote quote = compile(set.value()).price(first_year(set.value()));
    CHECK(quote.line("added")->payable == Money::from_pence(9950));
    REQUIRE(quote.set_for_run.size() == 1);
    CHECK(quote.set_for_run.front() == "extra is 99.5, in place of 150");
    CHECK(render(quote).find("Set for this run") != std::string::npos);
    CHECK(compile(tariff).price(first_year(tariff)).line("added")->payable == Money::from_pence(15000));
}

TEST_CASE("what a set figure stands in place of is what the overlay made it") {
    const Checked<Tariff> set = loaded("overlay/rules/reader").set_figure("full_hours", "26");
    REQUIRE(set.ok());
    CHECK(set.value()->set_for_run.front() == "full_hours is 26, in place of 25, then 26 from 2026-09-01");
}

TEST_CASE("what cannot be set is refused with its reason") {
    struct Row {
        const char* name;
        const char* pack;
        const char* figure;
        const char* value;
        const char* code;
    };
    const std::vector<Row> rows = {
        {"a name that is no figure", "change_over_years", "extras", "1", "figure-unknown"},
        {"a table is no figure", "change_over_years", "rate", "1", "figure-unknown"},
        {"an amount with a comma", "change_over_years", "extra", "1,000", "number-thousands"},
        {"nothing to divide by", "overlay/rules/reader", "full_hours", "0", "figure-divides"},
        {"the value that it has", "overlay/rules/reader", "full_hours", "25", "loaded"},
        {"a figure that nothing divides by", "overlay/rules/reader", "extra", "0", "loaded"},
    };
    for (const Row& row : rows) CHECK_MESSAGE(code_of(loaded(row.pack).set_figure(row.figure, row.value)) == row.code, row.name);
}

TEST_CASE("a figure that is divided by anywhere is not set to nothing: in what a payer pays, and what a group gathers and shares by") {
    const std::string head =
        "pack: test.divides\nrelease: one\ntitle: Divides\nstatus: illustrative\nformat: 1\napplies: {from: 2026-04-01, last_day: 2027-03-31}\n"
        "sources: {model: {kind: illustrative, title: Values for tests}}\ncodes: {party: [council, school]}\n"
        "facts:\n  start: {kind: date}\n  last_day: {kind: date}\n  school: {kind: name}\n"
        "  points: {kind: number, unit: ratio, decimals: 0, min: 0, max: 9}\n"
        "figures: {parts: {unit: ratio, values: [{from: 2026-04-01, amount: 2, source: model}]}, rate: {unit: GBP per pupil per year, values: [{from: 2026-04-01, amount: 100, source: model}]}}\n"
        "roundings: {penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}}\n";
    const std::string one_kind = "record: pupil\n", line = "element: 3, payee: school, amount: rate, over: {count: days, of: 365, source: model}, round: penny";
    const std::string two_kinds = "records: {pupil: {is: pupil}, school_sum: {is: school, groups: pupil, by: [school], if_member_unpriced: refuse}}\n";
    const std::string group_line = "element: grant, payer: council, payee: school, round: {exact: 0.01}, over: once, record: school_sum";
    struct Row {
        const char* name;
        std::string text;
    };
    const std::vector<Row> rows = {
        {"what a payer pays", one_kind + head + "lines: {top_up: {" + line + ", payers: [{party: school, share: \"1 / parts\"}, {party: council, rest: true}]}}\n"},
        {"what a group gathers", two_kinds + head.substr(0, head.find("figures:")) +
                                     "  sum_of_points: {kind: number, unit: ratio, gathers: {sum: \"points / parts\", of: pupil, on: 2026-10-01}}\n  each: {kind: number, unit: GBP, decimals: 0, min: 0, max: 9}\n" +
                                     head.substr(head.find("figures:")) + "lines: {top_up: {" + line + ", payer: council, record: pupil}, grant: {" + group_line +
                                     ", amount: \"each * sum_of_points\"}}\n"},
        {"what a group shares by", two_kinds + head.substr(0, head.find("figures:")) + "  pot_of_school: {kind: number, unit: GBP, decimals: 2, min: 0, max: 9}\n" +
                                       head.substr(head.find("figures:")) + "lines: {top_up: {" + line + ", payer: council, record: pupil}, pot: {" + group_line +
                                       ", amount: pot_of_school}}\nshare_out: {pot: {to: pupil, by: \"points / parts\", round: penny, residue: largest_remainder}}\n"},
    };
    const auto folder = std::filesystem::temp_directory_path() / ("bandtariff_change_test_" + std::to_string(getpid()));
    for (const Row& row : rows) {
        CAPTURE(row.name);
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "pack.yaml") << row.text;
        const Checked<Tariff> tariff = load_tariff(folder);
        std::filesystem::remove_all(folder);
        INFO(render(tariff.diagnostics()));
        REQUIRE(tariff.ok());
        CHECK(code_of(tariff.value().set_figure("parts", "0")) == "figure-divides");
        CHECK(code_of(tariff.value().set_figure("rate", "0")) == "loaded");
    }
}

TEST_CASE("paid and difference add up to the new sum, alone and as a batch, and the total is the new sum") {
    const Tariff tariff = loaded("change_over_years");
    const Plan plan = compile(tariff).with_paid_known_on(*parse_date("2026-11-30"));
    const Quote quote = plan.price(first_year(tariff));
    CHECK(quote.outcome == "priced_with_difference");
    CHECK(quote.outcome_number == 3);
    REQUIRE(quote.differences.size() == 1);
    CHECK(quote.differences[0].name == "added");
    CHECK(quote.differences[0].paid + quote.differences[0].difference == quote.line("added")->payable);
    CHECK(quote.total == compile(tariff).price(first_year(tariff)).total);
    CHECK(quote.differences[0].difference == Money::from_pence(-808));
    CHECK(render(quote).find("added_difference") != std::string::npos);
}

TEST_CASE("as known before a day, and on it") {
    const Tariff tariff = loaded("change_over_years");
    const auto added = [&](const char* day) { return compile(tariff.known_on(*parse_date(day))).price(first_year(tariff)); };
    CHECK(added("2026-11-30").line("added")->payable == Money::from_pence(15808));
    CHECK(added("2026-12-01").line("added")->payable == Money::from_pence(15000));
    CHECK(added("2026-03-31").line("added")->payable == Money::from_pence(15808));
    CHECK(added("2026-03-30").outcome == "no_value");
}

TEST_CASE("a difference is only asked of a plan that knows what was paid") {
    const Tariff tariff = loaded("change_over_years");
    CHECK_FALSE(compile(tariff).paid_known_on());
    CHECK(compile(tariff).with_paid_known_on(*parse_date("2026-11-30")).paid_known_on() == parse_date("2026-11-30"));
}
