// A scenario of a sweep is the tariff with the same figures set and choices made, compiled and priced by itself: every row,
// every sum, and who gains and loses.
#include <map>

#include "bandtariff/sweep.hpp"
#include "columns.hpp"

using namespace bandtariff;

namespace {

/// A value for one run: one that the figure already has, doubled or halved where it is a sum or a number of its own.
std::string some_value(const TariffContents& tariff, const Table& figure, generate::Dice& dice) {
    std::vector<std::string> values;
    for (const Version& version : figure.versions) {
        for (const Row& row : version.rows) {
            if (row.cell.kind != Cell::Kind::value) continue;
            const Value& value = row.cell.value;
            switch (figure.type.kind) {
                case ValueKind::number:
                    values.push_back(to_string(value.number));
                    values.push_back(to_string(Rational(value.number * 2)));
                    values.push_back(to_string(Rational(value.number / 2)));
                    break;
                case ValueKind::code: values.push_back(tariff.text_of(figure.type.codes, CodeId(static_cast<std::size_t>(value.integer)))); break;
                case ValueKind::yes_no: values.insert(values.end(), {"yes", "no"}); break;
                case ValueKind::date: values.push_back(to_string(from_day_number(static_cast<std::int32_t>(value.integer)))); break;
            }
        }
    }
    return values.empty() ? std::string() : dice.pick(values);
}

/// The tariff that a scenario stands for; nullopt where it sets what it may not.
std::optional<Tariff> alone(const Tariff& tariff, const Scenario& scenario) {
    std::optional<Tariff> made = tariff;
    for (const auto& [choice, alternative] : scenario.choices) made = made->choose(choice, alternative).value();
    for (const auto& [figure, value] : scenario.figures) {
        const Checked<Tariff> set = made->set_figure(figure, value);
        if (!set.ok()) return std::nullopt;
        made = set.value();
    }
    return made;
}

Scenario some_scenario(const Tariff& tariff, generate::Dice& dice) {
    Scenario scenario;
    for (const Choice& choice : tariff->choices)
        if (dice.chance(40)) scenario.choices[choice.name] = dice.pick(tariff->at(choice.alternatives).codes).code;
    for (const Table& figure : tariff->tables) {
        if (!figure.figure || !dice.chance(50)) continue;
        if (const std::string value = some_value(*tariff, figure, dice); !value.empty()) scenario.figures[figure.name] = value;
    }
    return scenario;
}

struct Priced {
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<std::vector<std::int64_t>> lines;
};

Priced price(const Plan& plan, const PlacementTable& table, const std::vector<LineId>& lines) {
    Priced priced{std::vector<std::int64_t>(table.rows()), std::vector<std::uint16_t>(table.rows()), {}};
    for (std::size_t k = 0; k < lines.size(); ++k) priced.lines.emplace_back(table.rows());
    QuoteTable quotes{priced.total, priced.outcome, {}};
    for (std::size_t k = 0; k < lines.size(); ++k) quotes.lines.push_back({lines[k], priced.lines[k], {}, {}, {}, {}});
    plan.price(table, quotes);
    return priced;
}

/// Sums of rows, one after another, as anybody would add them up.
ScenarioSums summed(const TariffContents& tariff, const Priced& now, const Priced& then, const std::vector<std::uint32_t>& group, std::optional<std::uint32_t> of) {
    ScenarioSums sums;
    const auto priced = [&](std::uint16_t number) { return tariff.outcome_numbered(number)->outcome_class != OutcomeClass::not_priced; };
    for (std::size_t row = 0; row < now.total.size(); ++row) {
        if (of && group[row] != *of) continue;
        ++sums.rows;
        if (priced(now.outcome[row]) != priced(then.outcome[row])) ++sums.priced_one_way;
        if (!priced(now.outcome[row])) continue;
        ++sums.priced;
        sums.total = sums.total + Money::from_pence(now.total[row]);
        if (!priced(then.outcome[row])) continue;
        const Money more = Money::from_pence(now.total[row]) - Money::from_pence(then.total[row]);
        if (more > Money()) ++sums.gaining, sums.gained = sums.gained + more;
        if (more < Money()) ++sums.losing, sums.lost = sums.lost - more;
    }
    return sums;
}

std::string compare(const Tariff& tariff, RecordId kind, generate::Dice& dice, std::size_t rows, int& compared) {
    const std::vector<Placement> records = property::some_records(tariff, kind, rows, dice);
    std::vector<std::size_t> order;
    std::vector<std::uint32_t> group;
    for (std::size_t k = 0; k < rows * 3; ++k) {
        order.push_back(dice.below(rows));
        group.push_back(static_cast<std::uint32_t>(dice.below(3)));
    }
    const property::Columns columns(tariff, kind, records, order);
    std::vector<Scenario> scenarios;
    std::vector<Tariff> tariffs;
    // One scenario again and again with other values fills a batch; others set something else.
    for (int k = 0; k < 6; ++k) {
        Scenario scenario = some_scenario(tariff, dice);
        scenario.name = std::to_string(k);
        for (int again = 0; again < 3; ++again) {
            if (const auto made = alone(tariff, scenario)) {
                scenarios.push_back(scenario);
                tariffs.push_back(*made);
            }
            for (auto& [figure, value] : scenario.figures) value = some_value(*tariff, tariff->at(tariff->table(figure).value()), dice);
        }
    }
    const Plan plan = compile(tariff);
    const auto threads = static_cast<unsigned>(1 + dice.below(3));
    const Checked<SweepResult> swept = plan.sweep(columns.table(), scenarios, {.threads = threads, .group = group, .rows = true});
    if (!swept.ok()) return render(swept.diagnostics());
    const SweepResult& result = swept.value();
    const Priced before = price(plan, columns.table(), result.lines);
    const auto differs = [&](const ScenarioResult& got, const Priced& wanted) -> std::string {
        if (got.total_pence != wanted.total) return "totals by row";
        if (got.outcome != wanted.outcome) return "outcomes by row";
        if (got.all != summed(*tariff, wanted, before, group, std::nullopt)) return "sums";
        for (std::uint32_t g = 0; g < got.groups.size(); ++g)
            if (got.groups[g] != summed(*tariff, wanted, before, group, g)) return "sums of a group";
        for (std::size_t k = 0; k < wanted.lines.size(); ++k) {
            Money sum;
            for (const std::int64_t pence : wanted.lines[k]) sum = sum + Money::from_pence(pence);
            if (got.lines[k] != sum) return "the sum of a line";
        }
        std::map<std::uint16_t, std::uint64_t> outcomes;
        for (const std::uint16_t outcome : wanted.outcome) ++outcomes[outcome];
        if (got.outcomes != std::vector<std::pair<std::uint16_t, std::uint64_t>>(outcomes.begin(), outcomes.end())) return "outcomes";
        return {};
    };
    if (const std::string what = differs(result.as_it_stands, before); !what.empty()) return "as it stands: " + what;
    for (std::size_t k = 0; k < scenarios.size(); ++k) {
        std::string sets;
        for (const auto& [name, value] : scenarios[k].figures) sets += " " + name + "=" + value;
        for (const auto& [name, value] : scenarios[k].choices) sets += " " + name + "=" + value;
        const Priced wanted = price(compile(tariffs[k]), columns.table(), result.lines);
        if (const std::string what = differs(result.scenarios[k], wanted); !what.empty()) return what + " of a scenario with" + sets;
        if (wanted.total != before.total) ++compared;
    }
    return {};
}

}  // namespace

TEST_CASE("a scenario of a generated pack is the pack with the same set, by itself") {
    int compared = 0;
    CHECK(rc::check("sweep == set, compile and price", [&] {
        generate::Dice dice(property::any_seed());
        const property::Loaded loaded = property::load_generated(dice, {.size = *rc::gen::inRange<unsigned>(1, 5)});
        if (!loaded.tariff.ok()) RC_FAIL(render(loaded.tariff.diagnostics()) + loaded.pack.text());
        const std::string difference = compare(loaded.tariff.value(), RecordId(0), dice, 12, compared);
        if (!difference.empty()) RC_FAIL(difference + "\n" + loaded.pack.text());
    }));
    CHECK(compared > 50);  // else nothing that was set changed anything
}

TEST_CASE("a scenario of every pack in the tree is the pack with the same set, by itself") {
    generate::Dice dice(20260405);
    int compared = 0;
    for (const auto& pack : property::all_packs()) {
        CAPTURE(pack.string());
        const Tariff tariff = load_tariff(pack, property::search_folders()).value();
        for (std::size_t kind = 0; kind < tariff->records.size(); ++kind) CHECK(compare(tariff, RecordId(kind), dice, 30, compared) == "");
    }
    CHECK(compared > 50);
}
