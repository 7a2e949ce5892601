// What a calendar says as a whole, and what a basis that counts by calendars comes to: units of days, each worth so much.
// Entry points: Calendar::reach, Calendar::sum_of_weights, counted_by_calendars.
#include "tariff/calendars.hpp"

#include <algorithm>
#include <chrono>

namespace bandtariff {
namespace {

Date years_later(Date day, int years) {
    const std::chrono::year_month_day date = std::chrono::year_month_day(day) + std::chrono::years(years);
    return date.ok() ? Date(date) : Date(date.year() / date.month() / std::chrono::last);
}

}  // namespace

DateRange Calendar::reach() const {
    if (whole) return *whole;
    const Date from = units.front().days.from(), until = units.back().days.until();
    if (kind == Kind::school_days_by_month) return {from, until};
    return {years_later(until, -1), years_later(from, 1)};
}

Rational Calendar::sum_of_weights() const {
    Rational sum = 0;
    for (const Unit& unit : units) sum += unit.weight.value();
    return sum;
}

CalendarCount counted_by_calendars(const TariffContents& tariff, const OverTime& over) {
    const TimeBasis& basis = tariff.at(over.basis);
    CalendarCount count;
    count.part = basis.kind == TimeBasis::Kind::terms ? basis.part : TimeBasis::Part::complete;
    for (const CalendarId id : basis.calendars) {
        const Calendar& calendar = tariff.at(id);
        const bool terms = calendar.kind == Calendar::Kind::terms;
        if (calendar.kind == Calendar::Kind::school_days_by_month) {
            count.part = TimeBasis::Part::refused;
            count.cut = "part_month_not_stated";
        }
        const Rational of = !over.per_year ? Rational(1) : basis.of_units ? *basis.of_units : calendar.sum_of_weights();
        for (const Calendar::Unit& unit : calendar.units)
            count.units.push_back({unit.days, Rational((terms && !over.per_year ? Rational(1) : unit.weight.value()) / of)});
        count.reach.push_back(calendar.reach());
    }
    std::sort(count.units.begin(), count.units.end(), [](const CountedUnit& a, const CountedUnit& b) { return a.days.from() < b.days.from(); });
    std::sort(count.reach.begin(), count.reach.end(), [](const DateRange& a, const DateRange& b) { return a.from() < b.from(); });
    return count;
}

std::optional<Date> CalendarCount::first_day_not_listed(const DateRange& days) const {
    Date day = days.from();
    for (const DateRange& each : reach)
        if (each.holds(day)) day = std::max(day, each.until());
    return day < days.until() ? std::optional(day) : std::nullopt;
}

const CountedUnit* CalendarCount::unit_cut_by(const DateRange& days) const {
    const auto found = std::find_if(units.begin(), units.end(), [&](const CountedUnit& unit) {
        return !unit.days.overlap(days).empty() && !days.holds(unit.days);
    });
    return found == units.end() ? nullptr : &*found;
}

Integer CalendarCount::common_denominator() const {
    Integer common = 1;
    for (const CountedUnit& unit : units) {
        const Rational each = part == TimeBasis::Part::by_days ? Rational(unit.worth / unit.days.days()) : unit.worth;
        common = lcm(common, Integer(denominator(each)));
    }
    return common;
}

bool CalendarCount::fits() const {
    Rational sum = 0;
    for (const CountedUnit& unit : units) sum += unit.worth;
    return Rational(sum * Rational(common_denominator())) < Rational(std::int64_t{1} << 60);
}

}  // namespace bandtariff
