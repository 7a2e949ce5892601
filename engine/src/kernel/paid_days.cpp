// Days and their weights: see paid_days.hpp. Weights are fixed on the whole of the paid days, so those of stretches add up.
#include "kernel/paid_days.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>

#include "kernel/counted_time.hpp"

namespace bandtariff::kernel {
namespace {

Date first_of_month(Date day) {
    const std::chrono::year_month_day date(day);
    return Date(date.year() / date.month() / 1);
}

Date first_of_next_month(Date day) {
    const std::chrono::year_month_day date(day);
    return Date((date.year() / date.month() + std::chrono::months(1)) / 1);
}

Rational days_of_years(YearKind kind, const DateRange& stretch) {
    Rational sum = 0;
    for (Date day = stretch.from(); day < stretch.until();) {
        const DateRange year = NamedYear::holding(kind, day).days();
        sum += Rational(year.overlap(stretch).days(), year.days());
        day = year.until();
    }
    return sum;
}

Rational months(TimeBasis::Part part, const DateRange& paid, const DateRange& stretch) {
    Rational sum = 0;
    for (Date day = first_of_month(stretch.from()); day < stretch.until(); day = first_of_next_month(day)) {
        const DateRange month(day, first_of_next_month(day));
        if (part == TimeBasis::Part::by_days) {
            sum += Rational(month.overlap(stretch).days(), month.days());
        } else {
            // A month counts once, on the first of its paid days, and where only complete months count only if all are paid.
            const bool counts = part == TimeBasis::Part::started || paid.holds(month);
            if (counts && stretch.holds(month.overlap(paid).from())) sum += 1;
        }
    }
    return sum;
}

}  // namespace

PaidDays paid_days(const TariffContents& tariff, const RecordKind& kind, const std::function<Result(FactId)>& fact,
                   const std::function<bool(FactId)>& given) {
    PaidDays result;
    const SpanRule& span = kind.span;
    const auto stop = [&](std::string_view code, std::string about) { result.stops.push_back({tariff.outcome(code).value(), std::move(about), {}}); };
    const auto integer = [&](FactId id) -> std::optional<std::int64_t> {
        Result value = fact(id);
        if (value.is_value()) return value.value.integer;
        result.stops.push_back({value.outcome, value.about, {}});
        return std::nullopt;
    };
    const auto day = [&](FactId id) -> std::optional<Date> {
        const auto number = integer(id);
        return number ? std::optional(from_day_number(static_cast<std::int32_t>(*number))) : std::nullopt;
    };
    switch (span.kind) {
        case SpanRule::Kind::none:
            result.days = tariff.applies;
            break;
        case SpanRule::Kind::on:
            if (const auto on = day(span.from)) result.days = DateRange::both_ends(*on, *on);
            break;
        case SpanRule::Kind::year:
            if (const auto starts = integer(span.from)) result.days = NamedYear{tariff.at(span.from).year, static_cast<int>(*starts)}.days();
            break;
        case SpanRule::Kind::between: {
            const auto from = day(span.from);
            const auto last = day(span.last_day);
            if (!from || !last) break;
            result.days = DateRange::both_ends(*from, *last);
            std::string last_words = tariff.at(span.last_day).name + " " + to_string(*last);
            if (span.left_on && given(*span.left_on)) {
                const auto left = day(*span.left_on);
                if (!left) break;
                const Date until = span.leaving_day_paid ? *left + std::chrono::days(1) : *left;
                if (until < result.days->until()) {
                    result.days = DateRange(*from, until);
                    last_words = tariff.at(*span.left_on).name + " " + to_string(*left) + (span.leaving_day_paid ? "" : " (itself unpaid)");
                }
            }
            if (result.days->empty()) stop("no_paid_days", tariff.at(span.from).name + " " + to_string(*from) + ", " + last_words);
            break;
        }
    }
    result.own = result.days;
    // What is only counted is not priced, so it need not be inside the days of the prices.
    if (const auto id = tariff.record(kind.name); id && !tariff.has_lines(*id)) return result;
    if (result.days && !result.days->empty() && tariff.applies && !tariff.takes && !tariff.applies->holds(*result.days)) {
        const DateRange& applies = *tariff.applies;
        const bool early = result.days->from() < applies.from();
        const Date outside = early ? result.days->from() : std::max(result.days->from(), applies.until());
        stop("outside_applies", to_string(outside) + "; " + tariff.pack + " " + tariff.release + " applies from " + to_string(applies.from()) +
                                    " to " + to_string(applies.last_day()));
    }
    return result;
}

std::vector<Reason> not_taken(const TariffContents& tariff, const Environment& environment) {
    if (!tariff.takes) return {};
    const Fact& by = tariff.at(tariff.takes->by);
    const Result date = environment.fact(tariff.takes->by);
    if (!date.is_value()) return {{date.outcome, date.about, {}}};
    const Date day = from_day_number(static_cast<std::int32_t>(date.value.integer));
    const std::string release = tariff.pack + " " + tariff.release;
    if (!tariff.applies->holds(day))
        return {{tariff.outcome("outside_applies").value(),
                 by.name + " " + to_string(day) + "; " + release + " takes records from " + to_string(tariff.applies->from()) + " to " +
                     to_string(tariff.applies->last_day()),
                 {}}};
    if (!tariff.takes->when) return {};
    const Result when = evaluate(*tariff.takes->when, environment);
    if (!when.is_value()) return {{when.outcome, when.about, {}}};
    if (when.value.integer != 0) return {};
    return {{tariff.outcome("not_taken").value(), release + " takes those for which " + to_string(*tariff.takes->when, tariff), {}}};
}

std::vector<DateRange> stretches(const TariffContents& tariff, const DateRange& paid) {
    std::set<Date> cuts = {paid.from(), paid.until()};
    const auto cut = [&](const std::optional<Date>& day) {
        if (day && paid.holds(*day)) cuts.insert(*day);
    };
    for (const Table& table : tariff.tables) {
        if (table.dated_by) continue;
        for (const Version& version : table.versions) {
            cut(version.from);
            cut(version.until);
        }
    }
    for (const Fact& fact : tariff.facts) cut(fact.required_from);
    std::vector<DateRange> result;
    for (auto from = cuts.begin(), until = std::next(from); until != cuts.end(); ++from, ++until) result.emplace_back(*from, *until);
    return result;
}

Rational weight(const TimeBasis& basis, bool per_year, const DateRange& paid, const DateRange& stretch) {
    switch (basis.kind) {
        case TimeBasis::Kind::days:
            if (!per_year) return stretch.days();
            return basis.of ? days_of_years(*basis.of, stretch) : Rational(stretch.days(), basis.of_days.value());
        case TimeBasis::Kind::months: return Rational(months(basis.part, paid, stretch) / (per_year ? 12 : 1));
        case TimeBasis::Kind::whole: return Rational(stretch.days(), paid.days());
        case TimeBasis::Kind::weeks: return Rational(weeks_in(basis.part, paid, stretch) / (per_year ? basis.of_units.value() : Rational(1)));
        case TimeBasis::Kind::once:
        case TimeBasis::Kind::times:
        case TimeBasis::Kind::school_days:
        case TimeBasis::Kind::terms: break;
    }
    throw std::logic_error("this basis is not worth so much a day by itself");
}

bool whole_months_only(const DateRange& days) {
    return first_of_month(days.from()) == days.from() && first_of_month(days.until()) == days.until();
}

}  // namespace bandtariff::kernel
