// Record to paid days, and paid days with a time basis to a weight a day. Entry points: paid_days, weights.
#include "days.hpp"

#include <algorithm>
#include <chrono>

#include "counted.hpp"

namespace bandtariff::oracle {

namespace {

constexpr std::chrono::days one_day{1};

/// A kind of record without a line is only counted, whenever it was.
bool is_priced(const TariffContents& tariff, RecordId kind) {
    return std::any_of(tariff.lines.begin(), tariff.lines.end(), [&](const Line& line) { return line.record == kind; });
}

DateRange month_holding(Date day) {
    const std::chrono::year_month_day ymd{day};
    const auto month = ymd.year() / ymd.month();
    return {Date(month / std::chrono::day(1)), Date((month + std::chrono::months(1)) / std::chrono::day(1))};
}

int days_in_year(YearKind kind, Date day) { return NamedYear::holding(kind, day).days().days(); }

bool is_whole_year(YearKind kind, const std::vector<Date>& days) {
    return NamedYear::holding(kind, days.front()).days() == DateRange::both_ends(days.front(), days.back());
}

std::vector<Date> every_day(const DateRange& range) {
    std::vector<Date> days;
    for (Date d = range.from(); d < range.until(); d += one_day) days.push_back(d);
    return days;
}

/// Whether every day of a day's month is paid.
bool month_is_whole(const std::vector<Date>& days, Date day) {
    return DateRange::both_ends(days.front(), days.back()).holds(month_holding(day));
}

Rational month_weight(TimeBasis::Part part, const std::vector<Date>& days, Date day) {
    const DateRange month = month_holding(day);
    const bool first_paid_of_month = day == days.front() || day == month.from();
    switch (part) {
        case TimeBasis::Part::by_days: return Rational(1) / month.days();
        case TimeBasis::Part::started: return first_paid_of_month ? 1 : 0;
        case TimeBasis::Part::complete:
        case TimeBasis::Part::refused: return first_paid_of_month && month_is_whole(days, day) ? 1 : 0;
    }
    return 0;
}

bool has_part_month(const std::vector<Date>& days) {
    return !std::all_of(days.begin(), days.end(), [&](Date day) { return month_is_whole(days, day); });
}

/// Without days only `once` and `whole` price: the amount itself.
Weights weights_without_days(const TariffContents& tariff, const TimeBasis& basis) {
    Weights result;
    if (basis.kind == TimeBasis::Kind::once || basis.kind == TimeBasis::Kind::whole) result.of_day = {1};
    else result.stop = named(tariff, "part_year_not_stated");
    return result;
}

Weights once(const Placement& record, const TimeBasis& basis, const PaidDays& paid) {
    Weights result;
    result.of_day.assign(paid.days.size(), 0);
    result.only_day = 0;
    if (basis.on) {
        const Answer day = fact_of(*basis.on, {record, std::nullopt});
        if (!day.is_value()) {
            result.stop = day.outcome;
            return result;
        }
        const auto found = std::find(paid.days.begin(), paid.days.end(), Date(std::chrono::days(day.value.integer)));
        if (found == paid.days.end()) {
            result.line_is_absent = true;
            return result;
        }
        result.only_day = static_cast<std::size_t>(found - paid.days.begin());
    }
    result.of_day[*result.only_day] = 1;
    return result;
}

}  // namespace

PaidDays paid_days(const Placement& record, const std::optional<DateRange>& window) {
    const TariffContents& tariff = *record.tariff();
    const SpanRule& span = tariff.at(record.record()).span;
    const Reading reading{record, std::nullopt};
    PaidDays paid;
    const auto date = [&](FactId fact) {
        const Answer answer = fact_of(fact, reading);
        if (!answer.is_value()) paid.stop = answer.outcome;
        return Date(std::chrono::days(answer.value.integer));
    };
    switch (span.kind) {
        case SpanRule::Kind::none:
            if (tariff.applies) paid.days = every_day(*tariff.applies);
            else paid.no_days = true;
            return paid;
        case SpanRule::Kind::on: paid.days = {date(span.from)}; break;
        case SpanRule::Kind::year: {
            const Answer year = fact_of(span.from, reading);
            if (year.is_value()) paid.days = every_day(NamedYear{tariff.at(span.from).year, static_cast<int>(year.value.integer)}.days());
            else paid.stop = year.outcome;
            break;
        }
        case SpanRule::Kind::between: {
            const Date from = date(span.from);
            const Date last_day = date(span.last_day);
            if (paid.stop) break;
            paid.days = every_day(DateRange::both_ends(from, last_day));
            if (span.left_on && fact_of(*span.left_on, reading).is_value()) {
                const Date left = date(*span.left_on);
                std::erase_if(paid.days, [&](Date d) { return span.leaving_day_paid ? d > left : d >= left; });
            }
            break;
        }
    }
    if (paid.stop) return paid;
    if (paid.days.empty()) paid.stop = named(tariff, "no_paid_days");
    else if (tariff.applies && !tariff.takes && !window && is_priced(tariff, record.record()) &&
             !(tariff.applies->holds(paid.days.front()) && tariff.applies->holds(paid.days.back()))) {
        paid.stop = named(tariff, "outside_applies");
    }
    return paid;
}

Weights weights(const Placement& record, const OverTime& over, const PaidDays& paid) {
    const TariffContents& tariff = *record.tariff();
    const TimeBasis& basis = tariff.at(over.basis);
    if (is_counted(basis)) return counted(record, over, paid);
    if (paid.no_days) return weights_without_days(tariff, basis);
    if (basis.kind == TimeBasis::Kind::once) return once(record, basis, paid);
    Weights result;
    if (basis.kind == TimeBasis::Kind::whole) {
        result.one_state = true;
        if (!is_whole_year(*basis.of, paid.days)) result.stop = named(tariff, "part_year_not_stated");
        result.of_day.assign(paid.days.size(), 0);
        result.of_day.front() = 1;
        return result;
    }
    if (basis.kind == TimeBasis::Kind::months && basis.part == TimeBasis::Part::refused && has_part_month(paid.days)) {
        result.stop = named(tariff, "part_month_not_stated");
    }
    for (const Date day : paid.days) {
        if (basis.kind == TimeBasis::Kind::months) {
            result.of_day.push_back(month_weight(basis.part, paid.days, day) / (over.per_year ? 12 : 1));
        } else if (over.per_year) {
            result.of_day.push_back(Rational(1) / (basis.of ? days_in_year(*basis.of, day) : *basis.of_days));
        } else {
            result.of_day.emplace_back(1);
        }
    }
    return result;
}

}  // namespace bandtariff::oracle
