// Groups against plain loops, and against themselves in columns and in any order of rows, on made-up schools and children.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "bandtariff/bandtariff.hpp"
#include "oracle/groups.hpp"

namespace bandtariff {
namespace {

using Dice = std::mt19937;

int roll(Dice& dice, int below) { return static_cast<int>(dice() % static_cast<unsigned>(below)); }

StatedRecord some_placement(const Tariff& tariff, Dice& dice, int number) {
    static const char* const bands[] = {"B0", "B1", "B1", "B2", "B2", "B1", "B2", "B3"};
    static const char* const shares[] = {"1", "0.5", "0.33", "0"};
    static const char* const marks[] = {"yes", "no", "no"};
    Placement record = placement(tariff, "placement");
    record.with("band", bands[roll(dice, 100) == 0 ? 7 : roll(dice, 7)]);
    record.with("school", std::string(1, static_cast<char>('A' + roll(dice, 4))));
    record.with("child", "child " + std::to_string(roll(dice, 5)));
    record.with("share_of_week", shares[roll(dice, 4)]);
    record.with("lead", marks[roll(dice, 3)]);
    const Date base = make_date(2025, 4, 1);
    const Date from = base + std::chrono::days(roll(dice, 2) == 0 ? 0 : roll(dice, 700));
    const bool to_year_end = roll(dice, 2) == 0;
    const Date end = NamedYear::holding(YearKind::financial, from).days().last_day();
    const Date last = to_year_end ? end : std::min(from + std::chrono::days(1 + roll(dice, 300)), make_date(2027, 3, 31));
    record.with("start", to_string(from)).with("last_day", to_string(last));
    if (roll(dice, 150) == 0) record.with("school", "");
    return {record, "row " + std::to_string(number)};
}

StatedRecord some_school(const Tariff& tariff, Dice& dice, int number) {
    Placement record = placement(tariff, "school");
    record.with("school", std::string(1, static_cast<char>('A' + number))).with("roll", std::to_string(roll(dice, 120)));
    return {record, {}};
}

std::vector<StatedRecord> some_records(const Tariff& tariff, Dice& dice) {
    std::vector<StatedRecord> stated;
    const int schools = roll(dice, 5), rows = 1 + roll(dice, 14);
    for (int i = 0; i < schools; ++i) stated.push_back(some_school(tariff, dice, i));
    for (int i = 0; i < rows; ++i) stated.push_back(some_placement(tariff, dice, i));
    return stated;
}

/// A quote in a line, to compare and to print: its outcome, total and what each line pays.
std::string in_short(const std::string& outcome, std::int64_t total, std::vector<std::pair<std::string, std::int64_t>> lines) {
    std::sort(lines.begin(), lines.end());
    std::string text = outcome + " " + std::to_string(total);
    for (const auto& [name, pence] : lines)
        if (pence != 0) text += ", " + name + " " + std::to_string(pence);
    return text;
}

std::string in_short(const Quote& quote) {
    std::vector<std::pair<std::string, std::int64_t>> lines;
    for (const QuoteLine& line : quote.lines)
        if (quote.priced()) lines.emplace_back(line.name, line.payable.pence());
    return in_short(quote.outcome, quote.total.pence(), lines);
}

std::string in_short(const oracle::OracleQuote& quote) {
    std::vector<std::pair<std::string, std::int64_t>> lines;
    for (const oracle::OracleLine& line : quote.lines) lines.emplace_back(line.name, line.payable.convert_to<std::int64_t>());
    return in_short(quote.outcome, quote.total.convert_to<std::int64_t>(), lines);
}

/// Rows of one kind as columns, whose numbers of names are those of a pricing.
struct Columns {
    std::vector<FactId> facts;
    std::vector<std::vector<std::int64_t>> values;
    std::vector<std::vector<Given>> given;
    std::vector<std::string> ids;

    Columns(const Tariff& tariff, const Names& names, const std::vector<StatedRecord>& rows, RecordId kind) : facts(tariff->facts_read(kind)) {
        values.resize(facts.size());
        given.resize(facts.size());
        for (const StatedRecord& row : rows) {
            ids.push_back(row.id);
            for (std::size_t i = 0; i < facts.size(); ++i) {
                const StatedFact& fact = row.record.at(facts[i]);
                const bool name = tariff->at(facts[i]).kind == FactKind::name && fact.given == Given::given;
                values[i].push_back(name ? names.number(fact.text) : fact.value);
                given[i].push_back(fact.given);
            }
        }
    }
    /// Rows from `from` on, as many as asked.
    [[nodiscard]] PlacementTable table(const Tariff& tariff, RecordId kind, std::size_t from, std::size_t rows) const {
        PlacementTable result(tariff, kind, rows);
        for (std::size_t i = 0; i < facts.size(); ++i) result.set(facts[i], std::span<const std::int64_t>(values[i]).subspan(from, rows), given[i].data() + from);
        return result;
    }
};

Plan cohorts() {
    static const Plan plan = compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/packs/good/cohorts").value());
    return plan;
}

}  // namespace

TEST_CASE("records priced together come to what plain loops over all of them give") {
    const Plan plan = cohorts();
    const Tariff& tariff = plan.tariff();
    std::map<std::string, int> met;
    for (unsigned seed = 0; seed < 80; ++seed) {
        Dice dice(seed);
        const std::vector<StatedRecord> stated = some_records(tariff, dice);
        const std::vector<PricedRecord> priced = price_together(plan, stated);
        const std::vector<oracle::OracleGrouped> expected = oracle::price_together(tariff, stated);
        REQUIRE_EQ(priced.size(), expected.size());
        for (std::size_t i = 0; i < priced.size(); ++i) {
            CAPTURE(seed);
            CAPTURE(i);
            CHECK_EQ(in_short(priced[i].quote), in_short(expected[i].quote));
            ++met[priced[i].quote.outcome];
        }
    }
    // What the made-up records are for is met, or the comparison says nothing.
    for (const char* outcome : {"priced", "member_not_priced", "member_crosses_window", "nothing_to_share_by", "fact_missing"}) CHECK_MESSAGE(met[outcome] > 2, outcome);
}

TEST_CASE("columns, in blocks of any size and rows in any order, come to what records one by one do") {
    const Plan plan = cohorts();
    const Tariff& tariff = plan.tariff();
    const RecordId rows_kind = tariff->record("placement").value();
    for (unsigned seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        const std::vector<StatedRecord> stated = some_records(tariff, dice);
        std::map<std::string, std::string> alone;
        for (const PricedRecord& each : price_together(plan, stated)) {
            std::string key = tariff->at(each.record.record()).name + " " + each.id;
            for (const char* name : {"school", "child", "financial_year"})
                if (each.id.empty()) key += " " + each.record.at(tariff->fact(name).value()).text;
            alone[key] = in_short(each.quote);
        }

        GroupPricing pricing(plan);
        std::vector<StatedRecord> rows;
        for (const StatedRecord& each : stated) {
            if (tariff->at(each.record.record()).group) pricing.state(each.record);
            else rows.push_back(each);
        }
        std::shuffle(rows.begin(), rows.end(), dice);
        const Columns columns(tariff, pricing.names(), rows, rows_kind);
        for (std::size_t at = 0; at < rows.size();) {
            const std::size_t block = std::min<std::size_t>(1 + static_cast<std::size_t>(roll(dice, 5)), rows.size() - at);
            pricing.gather(columns.table(tariff, rows_kind, at, block), std::span<const std::string>(columns.ids).subspan(at, block));
            at += block;
        }
        pricing.price_groups();
        std::map<std::string, std::string> together;
        const std::vector<LineId> lines = pricing.lines(rows_kind);
        std::vector<std::int64_t> total(rows.size());
        std::vector<std::uint16_t> outcome(rows.size());
        std::vector<std::vector<std::int64_t>> pence(lines.size(), std::vector<std::int64_t>(rows.size()));
        QuoteTable quotes{total, outcome, {}};
        for (std::size_t k = 0; k < lines.size(); ++k) quotes.lines.push_back({lines[k], pence[k], {}, {}, {}});
        pricing.price(columns.table(tariff, rows_kind, 0, rows.size()), quotes);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            std::vector<std::pair<std::string, std::int64_t>> pays;
            for (std::size_t k = 0; k < lines.size(); ++k) pays.emplace_back(tariff->at(lines[k]).name, pence[k][row]);
            together["placement " + rows[row].id] = in_short(tariff->outcome_numbered(outcome[row])->code, total[row], pays);
        }
        for (std::size_t kind = 0; kind < tariff->records.size(); ++kind) {
            if (!tariff->records[kind].group) continue;
            for (const PricedRecord& each : pricing.groups(RecordId(kind))) {
                std::string key = tariff->records[kind].name + " ";
                for (const char* name : {"school", "child", "financial_year"}) key += " " + each.record.at(tariff->fact(name).value()).text;
                together[key] = in_short(each.quote);
            }
        }
        CHECK(alone == together);
        for (const auto& [key, text] : alone)
            if (together[key] != text) MESSAGE(key << ": " << text << " alone, " << together[key] << " in columns");
    }
}

TEST_CASE("shares add up to the pot to the penny, whatever the weights") {
    const Plan plan = cohorts();
    const Tariff& tariff = plan.tariff();
    for (unsigned seed = 500; seed < 530; ++seed) {
        CAPTURE(seed);
        Dice dice(seed);
        const std::vector<StatedRecord> stated = some_records(tariff, dice);
        std::map<std::string, Money> pots, given;
        for (const PricedRecord& each : price_together(plan, stated))
            for (const QuoteLine& line : each.quote.lines) {
                if (!each.quote.priced()) continue;
                if (line.shared_out) pots[line.name] = pots[line.name] + line.payable;
                if (line.share) given[line.name] = given[line.name] + line.payable;
            }
        for (const auto& [name, sum] : pots) CHECK_EQ(given[name], sum);
    }
}

TEST_CASE("a group that states what it could gather is priced by itself as any other record") {
    const Plan plan = cohorts();
    const Placement school = placement(plan.tariff(), "school")
                                 .with("school", "North").with("roll", "50").with("on_census_day", "3").with("children", "4").with("full_time", "2").with("paid_in_2025", "1000.00");
    const Quote quote = plan.price(school);
    CHECK_EQ(quote.outcome, "priced");
    CHECK_EQ(quote.line("above_cap")->payable, Money::from_pence(600000));
    CHECK_EQ(quote.line("pot")->payable, Money::from_pence(10000));
    CHECK_EQ(quote.total, Money::from_pence(600000));  // the pot is the rows', not the school's
    CHECK_EQ(in_short(quote), in_short(oracle::price(school)));
}

TEST_CASE("what a group gathers from a kind of which nothing is given is missing, and no zero") {
    const Plan plan = cohorts();
    const std::vector<StatedRecord> stated = {{placement(plan.tariff(), "school").with("school", "North").with("roll", "50"), {}}};
    CHECK_EQ(price_together(plan, stated).front().quote.outcome, "fact_missing");
    const RecordId none_of[] = {plan.tariff()->record("placement").value()};
    CHECK_EQ(price_together(plan, stated, none_of).front().quote.outcome, "priced_zero");
}

TEST_CASE("the account of a group says how many rows each fact comes from, and of a row what its share is of") {
    const Plan plan = cohorts();
    const Tariff& tariff = plan.tariff();
    const auto row = [&](const char* id, const char* band, const char* lead) {
        return StatedRecord{placement(tariff, "placement").with("school", "North").with("child", id).with("band", band).with("lead", lead)
                                .with("start", "2025-04-01").with("last_day", "2026-03-31"), id};
    };
    const std::vector<StatedRecord> stated = {{placement(tariff, "school").with("school", "North").with("roll", "50"), {}}, row("a", "B1", "yes"), row("b", "B0", "no"), row("c", "B2", "no")};
    const std::vector<PricedRecord> priced = price_together(plan, stated);
    const std::string account = explain(priced.front().quote);
    CHECK_NE(account.find("gathered from 2 of 3 placement records"), std::string::npos);
    CHECK_NE(account.find("shared out: its rows are paid it"), std::string::npos);
    const std::string share = explain(priced[1].quote);
    CAPTURE(share);
    CHECK_NE(share.find("from school North, which shares out £300.00: weight 5 of 17.5, exactly £85.714285… (exactly 600/7), remainder £0.004285… (exactly 3/700)"), std::string::npos);
    REQUIRE(priced[1].quote.line("pot")->share);
    CHECK_EQ(priced[1].quote.line("pot")->payable, Money::from_pence(8571));
}

}  // namespace bandtariff
