// A span rule and a time basis to day arithmetic. Entry points: reach_of, span_of, weights_of. Weights add up over any cut
// of the paid days, so that a stretch is worth the count before its end less the count before its start.
#include "plan/spans.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "plan/counted.hpp"
#include "plan/lower.hpp"

namespace bandtariff::plan {
namespace {

// Every date and year a record may state lies in these; a year may end after the last of them.
constexpr int first_year = 1900;
constexpr int year_after_last = 2201;

DateRange month_holding(Date day) {
    const std::chrono::year_month_day date(day);
    const Date first(date.year() / date.month() / 1);
    return {first, Date((date.year() / date.month() + std::chrono::months(1)) / 1)};
}

void note_slopes(Weights& weights, const Days& reach) {
    for (Small day = reach.first; day < reach.until; ++day) {
        const auto at = static_cast<std::size_t>(day - reach.first);
        const std::int64_t each = weights.before[at + 1] - weights.before[at];
        if (weights.slopes.empty() || weights.slopes.back().each != each) weights.slopes.push_back({day, each});
    }
}

/// Units before each day of the reach and before its end, where each day is worth 1/length of the range that holds it.
void count_shares(Weights& weights, const Days& reach, const std::function<DateRange(Date)>& holding) {
    std::set<std::int64_t> lengths;
    for (Date day = from_day_number(reach.first); day_number(day) < reach.until; day = holding(day).until()) lengths.insert(holding(day).days());
    std::int64_t common = 1;
    for (const std::int64_t length : lengths) common = std::lcm(common, length);
    weights.unit /= Rational(common);
    if (lengths.size() == 1) {
        weights.kind = Weights::Kind::days;
        weights.unit = weights.unit * Rational(common) / Rational(*lengths.begin());
        weights.most = reach.until - reach.first;
        return;
    }
    weights.kind = Weights::Kind::table;
    std::int64_t count = 0;
    for (Date day = from_day_number(reach.first); day_number(day) < reach.until;) {
        const DateRange range = holding(day);
        for (; day < range.until() && day_number(day) < reach.until; day += std::chrono::days(1)) {
            weights.before.push_back(count);
            count += common / range.days();
        }
    }
    weights.before.push_back(count);
    weights.most = count;
}

/// First days of the ranges that touch the reach, and of the one after.
std::vector<Small> starts_in(const Days& reach, const std::function<DateRange(Date)>& holding) {
    std::vector<Small> starts;
    for (Date day = from_day_number(reach.first); day_number(day) <= reach.until; day = holding(day).until()) {
        starts.push_back(day_number(holding(day).from()));
    }
    if (starts.back() < reach.until) starts.push_back(day_number(holding(from_day_number(starts.back())).until()));
    return starts;
}

void count_months(Weights& weights, const Days& reach, TimeBasis::Part part) {
    weights.kind = part == TimeBasis::Part::started ? Weights::Kind::started : Weights::Kind::complete;
    weights.whole_months_only = part == TimeBasis::Part::refused;
    weights.starts = starts_in(reach, month_holding);
    std::int64_t count = 0;
    for (Small day = reach.first; day < reach.until; ++day) {
        weights.before.push_back(count);
        if (std::binary_search(weights.starts.begin(), weights.starts.end(), day)) ++count;
    }
    weights.before.push_back(count);
    weights.most = count + 1;
}

}  // namespace

std::optional<Days> reach_of(const TariffContents& tariff, const RecordKind& kind) {
    if (tariff.applies) return Days{day_number(tariff.applies->from()), day_number(tariff.applies->until())};
    if (kind.span.kind == SpanRule::Kind::none) return std::nullopt;
    return Days{day_number(make_date(first_year, 1, 1)), day_number(make_date(year_after_last, 1, 1))};
}

SpanProgram span_of(const TariffContents& tariff, const RecordKind& kind, Lowering& lowering) {
    const SpanRule& rule = kind.span;
    SpanProgram span;
    span.kind = rule.kind;
    span.bounded = tariff.applies.has_value();
    const auto reach = reach_of(tariff, kind);
    span.without_days = !reach;
    span.reach = reach.value_or(Days{});
    if (rule.kind == SpanRule::Kind::none) return span;
    span.from = lowering.leaf(Leaf::Kind::day, rule.from);
    span.from_missing = lowering.leaf(Leaf::Kind::missing, rule.from);
    if (rule.kind == SpanRule::Kind::year) span.year = tariff.at(rule.from).year;
    if (rule.kind != SpanRule::Kind::between) return span;
    span.last = lowering.leaf(Leaf::Kind::day, rule.last_day);
    span.last_missing = lowering.leaf(Leaf::Kind::missing, rule.last_day);
    if (!rule.left_on) return span;
    span.left = lowering.leaf(Leaf::Kind::day, *rule.left_on);
    span.left_missing = lowering.leaf(Leaf::Kind::missing, *rule.left_on);
    span.leaving_day_paid = rule.leaving_day_paid;
    return span;
}

Weights weights_of(const TariffContents& tariff, const OverTime& over, const std::optional<Days>& reach, Lowering& lowering) {
    const TimeBasis& basis = tariff.at(over.basis);
    Weights weights;
    if (!reach) {
        weights.kind = Weights::Kind::sum;
        if (basis.kind == TimeBasis::Kind::times) count_times(weights, tariff, over, lowering);
        else weights.refused = basis.kind != TimeBasis::Kind::whole && basis.kind != TimeBasis::Kind::once;
        return weights;
    }
    switch (basis.kind) {
        case TimeBasis::Kind::days:
            weights.most = reach->until - reach->first;
            if (!over.per_year) break;
            if (basis.of) count_shares(weights, *reach, [&](Date day) { return NamedYear::holding(*basis.of, day).days(); });
            else weights.unit = Rational(1) / Rational(basis.of_days.value());
            break;
        case TimeBasis::Kind::months:
            if (basis.part == TimeBasis::Part::by_days) count_shares(weights, *reach, month_holding);
            else count_months(weights, *reach, basis.part);
            if (over.per_year) weights.unit /= 12;
            break;
        case TimeBasis::Kind::whole:
            weights.kind = Weights::Kind::whole;
            weights.starts = starts_in(*reach, [&](Date day) { return NamedYear::holding(basis.of.value(), day).days(); });
            break;
        case TimeBasis::Kind::once:
            weights.kind = Weights::Kind::once;
            if (!basis.on) break;
            weights.on = lowering.leaf(Leaf::Kind::day, *basis.on);
            weights.on_missing = lowering.leaf(Leaf::Kind::missing, *basis.on);
            break;
        case TimeBasis::Kind::times: count_times(weights, tariff, over, lowering); break;
        case TimeBasis::Kind::weeks: count_weeks(weights, basis, over, *reach); break;
        case TimeBasis::Kind::school_days:
        case TimeBasis::Kind::terms: count_units(weights, counted_by_calendars(tariff, over), *reach, lowering); break;
    }
    if (weights.kind == Weights::Kind::table) note_slopes(weights, *reach);
    return weights;
}

}  // namespace bandtariff::plan
