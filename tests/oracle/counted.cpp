// Paid days and a basis that counts something to a weight a day: see counted.hpp. Each day is asked by itself.
#include "counted.hpp"

#include <algorithm>

namespace bandtariff::oracle {

namespace {

using Part = TimeBasis::Part;

Weights weeks(const TariffContents& tariff, const TimeBasis& basis, const PaidDays& paid) {
    Weights result;
    const std::size_t days = paid.days.size();
    for (std::size_t k = 0; k < days; ++k) {
        const bool begins = k % 7 == 0, whole = k + 7 <= days;
        if (basis.part == Part::by_days) result.of_day.push_back(Rational(1) / 7);
        else result.of_day.emplace_back(begins && (whole || basis.part == Part::started) ? 1 : 0);
    }
    if (basis.part == Part::refused && days % 7 != 0) result.stop = named(tariff, "part_week_not_stated");
    return result;
}

struct Found {
    const Calendar* calendar = nullptr;
    const Calendar::Unit* unit = nullptr;
};

/// The term, school day or month that holds a day.
Found holding(const TariffContents& tariff, const TimeBasis& basis, Date day) {
    for (const CalendarId id : basis.calendars) {
        for (const Calendar::Unit& unit : tariff.at(id).units) {
            if (unit.days.holds(day)) return {&tariff.at(id), &unit};
        }
    }
    return {};
}

Rational sum_of(const Calendar& calendar) {
    Rational sum = 0;
    for (const Calendar::Unit& unit : calendar.units) sum += *unit.weight;
    return sum;
}

Weights by_calendar(const TariffContents& tariff, const OverTime& over, const PaidDays& paid) {
    const TimeBasis& basis = tariff.at(over.basis);
    const DateRange all = DateRange::both_ends(paid.days.front(), paid.days.back());
    Weights result;
    const auto stop = [&](const char* code) {
        const OutcomeId outcome = named(tariff, code);
        result.stop = result.stop ? winner(tariff, *result.stop, outcome) : outcome;
    };
    for (const Date day : paid.days) {
        const bool listed = std::any_of(basis.calendars.begin(), basis.calendars.end(), [&](CalendarId id) { return tariff.at(id).reach().holds(day); });
        if (!listed) stop("no_value");
        const auto [calendar, unit] = holding(tariff, basis, day);
        if (unit == nullptr) {
            result.of_day.emplace_back(0);
            continue;
        }
        const bool terms = calendar->kind == Calendar::Kind::terms, months = calendar->kind == Calendar::Kind::school_days_by_month;
        Rational worth = terms && !over.per_year ? Rational(1) : *unit->weight;
        if (over.per_year) worth /= basis.of_units ? *basis.of_units : sum_of(*calendar);
        const bool cut = !all.holds(unit->days);
        if (cut && months) stop("part_month_not_stated");
        if (cut && terms && basis.part == Part::refused) stop("part_year_not_stated");
        const bool first = day == std::max(unit->days.from(), all.from());
        if (terms && basis.part == Part::by_days) result.of_day.push_back(worth / unit->days.days());
        else result.of_day.push_back(first && (!cut || (terms && basis.part == Part::started)) ? worth : Rational(0));
    }
    return result;
}

Weights times(const Placement& record, const OverTime& over, const PaidDays& paid) {
    const TimeBasis& basis = record.tariff()->at(over.basis);
    Weights result;
    result.one_state = true;
    result.of_day.assign(paid.no_days ? 1 : paid.days.size(), 0);
    const Answer stated = fact_of(basis.times, {record, std::nullopt});
    if (stated.is_value()) result.of_day.front() = over.per_year ? Rational(stated.value.number / *basis.of_units) : stated.value.number;
    else result.stop = stated.outcome;
    return result;
}

}  // namespace

bool is_counted(const TimeBasis& basis) {
    using Kind = TimeBasis::Kind;
    return basis.kind == Kind::school_days || basis.kind == Kind::weeks || basis.kind == Kind::terms || basis.kind == Kind::times;
}

Weights counted(const Placement& record, const OverTime& over, const PaidDays& paid) {
    const TariffContents& tariff = *record.tariff();
    const TimeBasis& basis = tariff.at(over.basis);
    if (basis.kind == TimeBasis::Kind::times) return times(record, over, paid);
    Weights result;
    if (paid.no_days) {
        result.stop = named(tariff, "part_year_not_stated");
        return result;
    }
    if (basis.kind != TimeBasis::Kind::weeks) return by_calendar(tariff, over, paid);
    result = weeks(tariff, basis, paid);
    for (Rational& weight : result.of_day) weight /= over.per_year ? *basis.of_units : Rational(1);
    return result;
}

}  // namespace bandtariff::oracle
