// Weeks, school days, terms and counted facts to whole numbers over one unit: see counted.hpp. Units of a calendar become
// tables by day of the reach, so that a stretch costs the same however many there are.
#include "plan/counted.hpp"

#include <algorithm>

#include "plan/lower.hpp"

namespace bandtariff::plan {
namespace {

Integer whole(const Rational& worth, const Integer& common) { return numerator(Rational(worth * Rational(common))); }

}  // namespace

void count_times(Weights& weights, const TariffContents& tariff, const OverTime& over, Lowering& lowering) {
    const TimeBasis& basis = tariff.at(over.basis);
    const Fact& fact = tariff.at(basis.times);
    const auto [low, high] = carried_bounds(tariff, basis.times);
    weights.kind = Weights::Kind::times;
    weights.unit = unit_of(fact);
    if (over.per_year) weights.unit /= basis.of_units.value();
    weights.most = std::max(abs(Integer(low)), abs(Integer(high)));
    weights.may_be_negative = low < 0;
    weights.on = lowering.leaf(Leaf::Kind::number, basis.times);
    weights.on_missing = lowering.leaf(Leaf::Kind::missing, basis.times);
}

void count_weeks(Weights& weights, const TimeBasis& basis, const OverTime& over, const Days& reach) {
    weights.most = reach.until - reach.first;
    if (over.per_year) weights.unit /= basis.of_units.value();
    if (basis.part == TimeBasis::Part::by_days) {
        weights.unit /= 7;
        return;
    }
    weights.kind = Weights::Kind::weeks;
    weights.part = basis.part;
    weights.most = weights.most / 7 + 1;
}

void count_units(Weights& weights, const CalendarCount& count, const Days& reach, const Lowering& lowering) {
    const bool by_days = count.part == TimeBasis::Part::by_days;
    const bool started = count.part == TimeBasis::Part::started, refused = count.part == TimeBasis::Part::refused;
    const Integer common = count.common_denominator();
    Integer most = 0;
    for (const CountedUnit& unit : count.units) most += whole(unit.worth, common);
    weights.unit = Rational(Integer(1), common);
    weights.most = most;
    weights.kind = by_days ? Weights::Kind::table : Weights::Kind::units;
    if (refused) weights.cut = lowering.rank(count.cut);

    const auto days = static_cast<std::size_t>(reach.until - reach.first) + 1;
    weights.before.reserve(days);
    std::int64_t counted = 0;
    Small not_listed = 0;
    auto unit = count.units.begin();
    auto listed = count.reach.begin();
    for (Small number = reach.first; number <= reach.until; ++number) {
        const Date day = from_day_number(number);
        while (unit != count.units.end() && unit->days.until() <= day) ++unit;
        while (listed != count.reach.end() && listed->until() <= day) ++listed;
        const bool inside = unit != count.units.end() && unit->days.from() <= day;
        const bool first = inside && unit->days.from() == day;
        weights.before.push_back(counted);
        weights.not_listed.push_back(not_listed);
        const auto worth = inside ? whole(by_days ? Rational(unit->worth / unit->days.days()) : unit->worth, common).convert_to<std::int64_t>() : 0;
        if (started || refused) weights.begun.push_back(inside && !first ? (refused ? 1 : worth) : 0);
        if (!by_days && !started) weights.closed.push_back(inside && !first ? day_number(unit->days.from()) : number);
        if (by_days || first) counted += worth;
        if (listed == count.reach.end() || day < listed->from()) ++not_listed;
    }
}

}  // namespace bandtariff::plan
