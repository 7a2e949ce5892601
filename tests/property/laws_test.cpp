// Laws that hold without an oracle: folding, no money without a price, additivity, restated values, days, and mirrors.
#include <chrono>
#include <fstream>

#include "property.hpp"

using namespace bandtariff;

namespace {

Quote over(const Plan& plan, generate::Texts texts, Date first, Date last_day) {
    texts[plan.tariff()->fact("start")->index] = to_string(first);
    texts[plan.tariff()->fact("last_day")->index] = to_string(last_day);
    return plan.price(generate::placement_of(plan.tariff(), RecordId(0), texts));
}

Rational exact_of(const Quote& quote, const std::string& name) {
    const QuoteLine* line = quote.line(name);
    return line ? line->exact.pounds() : Rational(0);
}

template <class Parts>
Money sum_of(const Parts& parts) {
    Money sum;
    for (const auto& part : parts) sum = sum + part.payable;
    return sum;
}

bool counts_days(const TariffContents& tariff, const Line& line) {
    const TimeBasis& basis = tariff.at(tariff.over(line).basis);
    return basis.kind == TimeBasis::Kind::days || (basis.kind == TimeBasis::Kind::months && basis.part == TimeBasis::Part::by_days);
}

/// Three days in order inside `applies`, the last two apart.
std::vector<Date> three_days(const TariffContents& tariff, generate::Dice& dice) {
    const DateRange around = tariff.applies.value_or(DateRange(make_date(2025, 1, 1), make_date(2028, 1, 1)));
    std::vector<Date> days;
    for (int k = 0; k < 3; ++k) days.push_back(around.from() + std::chrono::days(dice.between(0, around.days() - 1)));
    std::sort(days.begin(), days.end());
    return days;
}

}  // namespace

TEST_CASE("the paid lines fold to the total, and what is not priced has no money anywhere") {
    int split = 0, in_parts = 0;
    CHECK(rc::check("lines fold", [&] {
        generate::Dice dice(property::any_seed());
        const property::Loaded loaded = property::load_generated(dice, {.size = *rc::gen::inRange<unsigned>(1, 5)});
        if (!loaded.tariff.ok()) RC_FAIL(render(loaded.tariff.diagnostics()) + loaded.pack.text());
        const Plan plan = compile(loaded.tariff.value());
        for (int row = 0; row < 60; ++row) {
            const Quote quote = plan.price(generate::record(plan.tariff(), RecordId(0), dice, 5));
            Money paid, to_payers;
            for (const QuoteLine& line : quote.lines) {
                if (line.flow == Flow::paid) paid = paid + line.payable;
                if (!quote.priced()) RC_ASSERT(line.payable == Money());
                if (line.outcome != "priced") RC_ASSERT(line.payable == Money());
                RC_ASSERT(line.slices.empty() || sum_of(line.slices) == line.payable);
                RC_ASSERT(line.instalments.empty() || sum_of(line.instalments) == line.payable);
                split += line.slices.empty() || line.payable == Money() ? 0 : 1;
                in_parts += line.instalments.empty() || line.payable == Money() ? 0 : 1;
            }
            for (const auto& [payer, sum] : quote.payers) to_payers = to_payers + sum;
            RC_ASSERT(paid == quote.total);
            RC_ASSERT(to_payers == quote.total);
            RC_ASSERT(quote.outcome_class != OutcomeClass::nothing_payable || quote.total == Money());
        }
    }));
    CHECK(split > 50);
    CHECK(in_parts > 50);
}

TEST_CASE("with amounts of at least zero a longer stay costs no less, and exact sums of days add up") {
    int compared = 0;
    CHECK(rc::check("days", [&] {
        generate::Dice dice(property::any_seed());
        const property::Loaded loaded = property::load_generated(dice, {.size = 3, .only_nonnegative = true});
        if (!loaded.tariff.ok()) RC_FAIL(render(loaded.tariff.diagnostics()) + loaded.pack.text());
        const Plan plan = compile(loaded.tariff.value());
        const TariffContents& tariff = *plan.tariff();
        const generate::Boundaries boundaries(tariff);
        for (int row = 0; row < 6; ++row) {
            const generate::Texts texts = generate::texts(plan.tariff(), RecordId(0), boundaries, dice, 0);
            const std::vector<Date> days = three_days(tariff, dice);
            const Quote shorter = over(plan, texts, days[0], days[1]);
            const Quote longer = over(plan, texts, days[0], days[2]);
            if (!shorter.priced() || !longer.priced()) continue;
            compared += longer.total > Money() ? 1 : 0;
            if (shorter.total > longer.total) {
                RC_FAIL(property::facts_of(generate::placement_of(plan.tariff(), RecordId(0), texts)) + "\n" + loaded.pack.text());
            }
            if (days[1] == days[2]) continue;
            const Quote rest = over(plan, texts, days[1] + std::chrono::days(1), days[2]);
            if (!rest.priced()) continue;  // of so small a sum payers or instalments may leave one that is below zero
            for (const Line& line : tariff.lines) {
                if (!counts_days(tariff, line)) continue;
                if (exact_of(shorter, line.name) + exact_of(rest, line.name) != exact_of(longer, line.name))
                    RC_FAIL(line.name + " of " + to_string(days[0]) + ", " + to_string(days[1]) + ", " + to_string(days[2]) + "; the rest is " + rest.outcome + ", " +
                            rest.say + "\n" + property::facts_of(generate::placement_of(plan.tariff(), RecordId(0), texts)) + "\n" + loaded.pack.text());
            }
        }
    }));
    CHECK(compared > 50);
}

TEST_CASE("a value said again from a later day changes nothing that is paid") {
    int with_money = 0;
    CHECK(rc::check("restated", [&] {
        const auto seed = property::any_seed();
        generate::Dice dice(seed), again(seed);
        const property::Loaded once = property::load_generated(dice, {.size = 3});
        const property::Loaded twice = property::load_generated(again, {.size = 3, .restate = true});
        if (!twice.tariff.ok()) RC_FAIL(render(twice.tariff.diagnostics()) + twice.pack.text());
        const Plan plan = compile(once.tariff.value()), restated = compile(twice.tariff.value());
        const generate::Boundaries boundaries(*restated.tariff());
        for (int row = 0; row < 12; ++row) {
            const generate::Texts texts = generate::texts(plan.tariff(), RecordId(0), boundaries, dice);
            const Quote a = plan.price(generate::placement_of(plan.tariff(), RecordId(0), texts));
            const Quote b = restated.price(generate::placement_of(restated.tariff(), RecordId(0), texts));
            with_money += a.total != Money() && twice.pack.text() != once.pack.text() ? 1 : 0;
            RC_ASSERT(a.outcome == b.outcome);
            RC_ASSERT(a.total == b.total);
            RC_ASSERT(a.lines.size() == b.lines.size());
            for (std::size_t k = 0; k < a.lines.size(); ++k) RC_ASSERT(a.lines[k].payable == b.lines[k].payable);
        }
    }));
    CHECK(with_money > 50);
}

TEST_CASE("a charge under a mirror-symmetric rounding is the payment of the same size, taken back to the penny") {
    const std::vector<std::string> symmetric = {"nearest: 0.01, ties: away_from_zero", "nearest: 0.01, ties: to_even",
                                                "nearest: 0.01, ties: toward_zero", "toward_zero: 0.01", "away_from_zero: 0.01"};
    for (const std::string& rounding : symmetric) {
        for (const std::string of : {"whole", "parts"}) {
            CAPTURE(rounding);
            const auto folder = generate::scratch_folder("mirror");
            std::ofstream(folder / "pack.yaml")
                << "pack: test.mirror\nrelease: one\ntitle: Adjustments of either sign\nstatus: illustrative\nformat: 1\n"
                   "applies: {from: 2026-04-01, last_day: 2028-03-31}\nrecord: pupil\n"
                   "sources:\n  made: {kind: illustrative, title: Made up}\ncodes:\n  party: [provider, council]\n"
                   "facts:\n  adjustment: {kind: number, unit: GBP per pupil per year, decimals: 2, min: -90000, max: 90000}\n"
                   "  start: {kind: date}\n  last_day: {kind: date}\n"
                   "figures:\n  share:\n    unit: ratio\n    values:\n"
                   "      - {from: 2026-04-01, amount: 0.5, source: made}\n      - {from: 2026-11-05, amount: 1/3, source: made}\n"
                   "lines:\n  due:\n    element: unknown\n    payer: council\n    payee: provider\n    may_be_negative: true\n"
                   "    amount: \"adjustment * share\"\n    over: {count: days, of: financial_year, source: made}\n"
                << "    round: {" << rounding << ", of: " << of << ", source: made}\n";
            const auto loaded = load_tariff(folder);
            if (!loaded.ok()) FAIL(render(loaded.diagnostics()));
            const Plan plan = compile(loaded.value());
            CHECK(rc::check([&](std::uint64_t seed) {
                generate::Dice dice(seed);
                generate::Texts texts(plan.tariff()->facts.size());
                std::string& adjustment = texts[plan.tariff()->fact("adjustment")->index];
                const std::vector<Date> days = three_days(*plan.tariff(), dice);
                const std::string size = std::to_string(dice.between(1, 89999)) + (dice.chance(50) ? ".5" : ".25");
                adjustment = size;
                const Quote payment = over(plan, texts, days[0], days[1]);
                adjustment = "-" + size;
                const Quote charge = over(plan, texts, days[0], days[1]);
                RC_ASSERT(payment.total > Money() || payment.outcome == "priced_zero");
                RC_ASSERT(payment.total == -charge.total);
            }));
        }
    }
}
