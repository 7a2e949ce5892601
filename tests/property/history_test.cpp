// Values that follow from each other: as known on any day, under an overlay, settled against what was paid, and taken back.
#include "history.hpp"

#include <chrono>

#include "batch.hpp"

using namespace bandtariff;

namespace {

Tariff loaded_or_fail(const std::filesystem::path& what, const std::string& text) {
    const auto loaded = load_tariff(what);
    if (!loaded.ok()) RC_FAIL(render(loaded.diagnostics()) + text);
    return loaded.value();
}

/// A pack as it is stated, loaded.
struct Stated {
    generate::HistoryPack pack;
    Tariff tariff;
    std::string text;
};

Stated stated(generate::Dice& dice) {
    generate::HistoryPack pack = generate::history_pack(dice);
    const std::string text = pack.stated().text() + (pack.overlay ? "--- overlay\n" + pack.overlay_text() : "");
    const Tariff tariff = loaded_or_fail(generate::write_stated(pack, generate::scratch_folder("stated")), text);
    return {std::move(pack), tariff, text};
}

/// The same pack of plain amounts, as known on a day.
Tariff plain(const generate::HistoryPack& pack, Date known_on) {
    const generate::Pack same = pack.plain(known_on);
    return loaded_or_fail(generate::write(same, generate::scratch_folder("plain")), same.text());
}

/// Facts of a record, its direction forward or back.
generate::Texts facts(const Tariff& tariff, generate::Dice& dice) {
    generate::Texts texts = generate::texts(tariff, RecordId(0), generate::Boundaries(*tariff), dice);
    texts[tariff->fact("direction")->index] = dice.chance(50) ? "1" : "-1";
    return texts;
}

/// Two of the days on which something was decided, the days before them among them, in order.
std::pair<Date, Date> two_days(const std::vector<Date>& decisions, generate::Dice& dice) {
    const auto day = [&] {
        const Date decided = dice.pick(decisions);
        return decided > decisions.front() && dice.chance(30) ? decided - std::chrono::days(1) : decided;
    };
    const Date a = day(), b = day();
    return {std::min(a, b), std::max(a, b)};
}

Money payable(const oracle::OracleQuote& quote, const std::string& line) {
    const oracle::OracleLine* found = quote.line(line);
    return found ? Money::from_pence(found->payable.convert_to<std::int64_t>()) : Money();
}

}  // namespace

TEST_CASE("as known on any day a pack prices as if what was known then had been printed plainly") {
    int overlays = 0, decided = 0, priced = 0;
    CHECK(rc::check("known on", [&] {
        generate::Dice dice(property::any_seed());
        const Stated pack = stated(dice);
        const std::vector<Date> decisions = pack.pack.decisions();
        const Date known_on = two_days(decisions, dice).second;
        const Plan plan = compile(pack.tariff.known_on(known_on));
        const Tariff same = plain(pack.pack, known_on);
        std::vector<Placement> rows;
        std::vector<Quote> quotes;
        for (int row = 0; row < 8; ++row) {
            const generate::Texts texts = facts(pack.tariff, dice);
            rows.push_back(generate::placement_of(plan.tariff(), RecordId(0), texts));
            quotes.push_back(plan.price(rows.back()));
            const std::string difference = property::difference(quotes.back(), oracle::price(generate::placement_of(same, RecordId(0), texts)));
            if (!difference.empty()) {
                RC_FAIL(difference + "\nfor " + property::facts_of(rows.back()) + ", known on " + to_string(known_on) + "\n" + pack.text + "--- plainly\n" +
                        pack.pack.plain(known_on).text());
            }
            if (!quotes.back().priced()) continue;
            ++priced;
            overlays += pack.pack.overlay ? 1 : 0;
            decided += known_on > decisions.front() ? 1 : 0;
        }
        const property::BatchPrices batch = property::price_batch(plan, RecordId(0), rows, dice);
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const std::string difference = property::difference(*plan.tariff(), batch, k, quotes[k]);
            if (!difference.empty()) RC_FAIL(difference + "\nfor " + property::facts_of(rows[k]) + "\n" + pack.text);
        }
    }));
    CHECK(priced > 100);
    CHECK(overlays > 30);
    CHECK(decided > 30);
}

TEST_CASE("what was paid as known once, and the difference, are what is payable now, line by line and in columns") {
    int differing = 0;
    CHECK(rc::check("paid + difference", [&] {
        generate::Dice dice(property::any_seed());
        const Stated pack = stated(dice);
        const auto [paid_on, known_on] = two_days(pack.pack.decisions(), dice);
        const Plan plan = compile(pack.tariff.known_on(known_on)).with_paid_known_on(paid_on);
        const Tariff once = plain(pack.pack, paid_on), now = plain(pack.pack, known_on);
        std::vector<Placement> rows;
        std::vector<Quote> quotes;
        for (int row = 0; row < 8; ++row) {
            const generate::Texts texts = facts(pack.tariff, dice);
            rows.push_back(generate::placement_of(plan.tariff(), RecordId(0), texts));
            quotes.push_back(plan.price(rows.back()));
            const Quote& quote = quotes.back();
            const oracle::OracleQuote paid = oracle::price(generate::placement_of(once, RecordId(0), texts));
            const oracle::OracleQuote due = oracle::price(generate::placement_of(now, RecordId(0), texts));
            RC_ASSERT(Integer(quote.total.pence()) == due.total);
            bool differs = false;
            for (const Line& line : plan.tariff()->lines) {
                const auto own = std::find_if(quote.differences.begin(), quote.differences.end(), [&](const auto& each) { return each.name == line.name; });
                // What had no price then was not paid; what has none now has no difference either.
                const Money wanted = due.priced() ? payable(due, line.name) - payable(paid, line.name) : Money();
                differs = differs || wanted != Money();
                const Money said = own == quote.differences.end() ? Money() : own->difference;
                if (said != wanted || (own != quote.differences.end() && own->paid != payable(paid, line.name)))
                    RC_FAIL(line.name + " differs by another sum\nfor " + property::facts_of(rows.back()) + "\n" + pack.text);
            }
            differing += differs ? 1 : 0;
            RC_ASSERT(quote.outcome == (differs && (due.outcome == "priced" || due.outcome == "priced_zero") ? "priced_with_difference" : due.outcome));
        }
        const property::BatchPrices batch = property::price_batch(plan, RecordId(0), rows, dice);
        for (std::size_t k = 0; k < rows.size(); ++k) {
            RC_ASSERT(batch.total[k] == quotes[k].total.pence());
            for (std::size_t line = 0; line < batch.lines.size(); ++line) {
                std::int64_t wanted = 0;
                for (const QuoteDifference& each : quotes[k].differences) wanted += each.id == batch.lines[line] ? each.difference.pence() : 0;
                RC_ASSERT(batch.difference_pence[line][k] == wanted);
            }
        }
    }));
    CHECK(differing > 30);
}

TEST_CASE("a payment taken back is the same pence the other way: lines, parties, instalments and what is settled from them") {
    int split = 0, in_parts = 0;
    CHECK(rc::check("reversal", [&] {
        generate::Dice dice(property::any_seed());
        const Stated pack = stated(dice);
        const Plan plan = compile(pack.tariff);
        const std::size_t direction = pack.tariff->fact("direction")->index;
        for (int row = 0; row < 8; ++row) {
            generate::Texts texts = facts(pack.tariff, dice);
            texts[direction] = "1";
            const Quote paid = plan.price(generate::placement_of(plan.tariff(), RecordId(0), texts));
            texts[direction] = "-1";
            const Quote back = plan.price(generate::placement_of(plan.tariff(), RecordId(0), texts));
            RC_ASSERT(paid.outcome == back.outcome);
            RC_ASSERT(paid.total == -back.total);
            RC_ASSERT(paid.lines.size() == back.lines.size());
            for (std::size_t k = 0; k < paid.lines.size(); ++k) {
                const QuoteLine &one = paid.lines[k], &other = back.lines[k];
                RC_ASSERT(one.payable == -other.payable);
                RC_ASSERT(one.slices.size() == other.slices.size());
                for (std::size_t i = 0; i < one.slices.size(); ++i) RC_ASSERT(one.slices[i].payable == -other.slices[i].payable);
                RC_ASSERT(one.instalments.size() == other.instalments.size());
                for (std::size_t i = 0; i < one.instalments.size(); ++i) RC_ASSERT(one.instalments[i].payable == -other.instalments[i].payable);
                split += one.slices.empty() || one.payable == Money() ? 0 : 1;
                in_parts += one.instalments.empty() || one.payable == Money() ? 0 : 1;
            }
        }
    }));
    CHECK(split > 50);
    CHECK(in_parts > 50);
}
