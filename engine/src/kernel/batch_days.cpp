// Paid days of a block, the periods they reach, and what each stretch weighs. Entry points: find_days, find_periods, weigh.
#include <algorithm>
#include <array>

#include "kernel/batch.hpp"
#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {
namespace {

using plan::SpanProgram;
using plan::Weights;

void days_between(const SpanProgram& span, LoadedBlock& loaded) {
    const Small* from = loaded.block.small[span.from];
    const Small* last = loaded.block.small[span.last];
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        loaded.first[i] = from[i];
        loaded.until[i] = last[i] + 1;
    }
    if (!span.left) return;
    const Small* left = loaded.block.small[*span.left];
    const Small* not_left = loaded.block.small[*span.left_missing];
    const Small paid = span.leaving_day_paid ? 1 : 0;
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        if (not_left[i] == 0) loaded.until[i] = std::min(loaded.until[i], left[i] + paid);
    }
}

void days_of_years(const SpanProgram& span, LoadedBlock& loaded) {
    const Small* year = loaded.block.small[span.from];
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        if (i > 0 && year[i] == year[i - 1]) {
            loaded.first[i] = loaded.first[i - 1];
            loaded.until[i] = loaded.until[i - 1];
            continue;
        }
        const DateRange days = NamedYear{span.year, year[i]}.days();
        loaded.first[i] = day_number(days.from());
        loaded.until[i] = day_number(days.until());
    }
}

/// Days of records that all state first and last day, and none when they left: whether every row has some, all in reach.
bool all_have_days(const SpanProgram& span, LoadedBlock& loaded) {
    if (span.kind != SpanRule::Kind::between || loaded.any_stopped || loaded.all[span.from_missing] != 0 || loaded.all[span.last_missing] != 0) return false;
    if (span.left && loaded.all[*span.left_missing].value_or(0) == 0) return false;
    const bool some = passes().paid_days(loaded.rows, loaded.block.small[span.from], loaded.block.small[span.last], loaded.first.data(), loaded.until.data(), &loaded.days);
    return some && (!span.bounded || (loaded.days.first >= span.reach.first && loaded.days.until <= span.reach.until));
}

/// The latest of some first days that is not after `day`.
Small start_of(const std::vector<Small>& starts, Small day) { return *std::prev(std::upper_bound(starts.begin(), starts.end(), day)); }
bool is_start(const std::vector<Small>& starts, Small day) { return std::binary_search(starts.begin(), starts.end(), day); }

/// Weeks begin on the first paid day and every seventh after it; but for `started` those that the last paid day leaves open
/// count nothing.
void weigh_weeks(TimeBasis::Part part, const LoadedBlock& loaded, const StretchRows& stretch, std::int64_t* weight) {
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        const Small days = loaded.until[i] - loaded.first[i];
        const Small all = part == TimeBasis::Part::started ? (days + 6) / 7 : days / 7;
        const auto begun_before = [&](Small day) { return std::min(all, (day - loaded.first[i] + 6) / 7); };
        weight[i] = begun_before(stretch.until[i]) - begun_before(stretch.from[i]);
    }
}

/// Units count on the first of their paid days: from the tables where that is their first day.
void weigh_units(const Weights& weights, const SpanProgram& span, const LoadedBlock& loaded, const StretchRows& stretch, bool first,
                 std::int64_t* weight) {
    const auto at = [&](Small day) { return static_cast<std::size_t>(day - span.reach.first); };
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        const Small closed = weights.closed.empty() ? loaded.until[i] : weights.closed[at(loaded.until[i])];
        const bool begins = first && stretch.active[i] != 0 && !weights.begun.empty();
        weight[i] = weights.before[at(std::min(stretch.until[i], closed))] - weights.before[at(std::min(stretch.from[i], closed))] +
                    (begins ? weights.begun[at(stretch.from[i])] : 0);
    }
}

}  // namespace

void find_days(const SpanProgram& span, const plan::Ranks& ranks, LoadedBlock& loaded) {
    if (span.kind == SpanRule::Kind::none) {
        if (loaded.same_days) return;
        std::fill(loaded.first.begin(), loaded.first.end(), span.reach.first);
        std::fill(loaded.until.begin(), loaded.until.end(), span.reach.until);
        loaded.days = span.reach;
        loaded.same_days = true;
        return;
    }
    if (all_have_days(span, loaded)) return;
    switch (span.kind) {
        case SpanRule::Kind::none: break;
        case SpanRule::Kind::between: days_between(span, loaded); break;
        case SpanRule::Kind::year: days_of_years(span, loaded); break;
        case SpanRule::Kind::on:
            for (std::size_t i = 0; i < loaded.rows; ++i) {
                loaded.first[i] = loaded.block.small[span.from][i];
                loaded.until[i] = loaded.first[i] + 1;
            }
            break;
    }
    const Small* from_missing = loaded.block.small[span.from_missing];
    const Small* last_missing = span.kind == SpanRule::Kind::between ? loaded.block.small[span.last_missing] : from_missing;
    Days days{span.reach.until, span.reach.first};
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        const bool none = loaded.until[i] <= loaded.first[i];
        const bool outside = span.bounded && (loaded.first[i] < span.reach.first || loaded.until[i] > span.reach.until);
        const Small stop = (from_missing[i] | last_missing[i]) != 0 ? ranks.fact_missing : none ? ranks.no_paid_days : outside ? ranks.outside_applies : 0;
        if (loaded.stopped[i] == 0) loaded.stopped[i] = stop;
        if (loaded.stopped[i] == 0) days = {std::min(days.first, loaded.first[i]), std::max(days.until, loaded.until[i])};
    }
    loaded.days = days.first < days.until ? days : Days{span.reach.first, span.reach.first};
    for (std::size_t i = 0; i < loaded.rows; ++i)
        if (loaded.stopped[i] != 0) loaded.first[i] = loaded.until[i] = loaded.days.first;
    loaded.any_stopped = passes().any(loaded.rows, loaded.stopped.data()) != 0;
}

namespace {

/// The days that one period of all can have.
Days days_of(const std::vector<Small>& cuts, Small period) {
    const auto at = static_cast<std::size_t>(period);
    return {at == 0 ? plan::before_days : cuts[at - 1], at == cuts.size() ? plan::after_days : cuts[at]};
}

}  // namespace

void take_all(const std::vector<Small>& cuts, Small period, const LoadedBlock& loaded, StretchRows& stretch) {
    stretch.from = loaded.first.data();
    stretch.until = loaded.until.data();
    stretch.low = plan::before_days;
    stretch.high = plan::after_days;
    stretch.active = nullptr;
    stretch.one_period = period;
    const Days days = days_of(cuts, period);
    stretch.least = std::max(days.first, loaded.days.first);
    stretch.beyond = std::min(days.until, loaded.days.until);
}

void StretchRows::spread(const LoadedBlock& loaded) {
    if (active != nullptr) return;
    const bool whole = days(1).whole();
    active = all.data();
    if (!whole) {
        passes().clip(loaded.rows, from, until, low, high, from_days.data(), until_days.data(), is_active.data());
        from = from_days.data();
        until = until_days.data();
        low = plan::before_days;
        high = plan::after_days;
        active = is_active.data();
    }
    if (!loaded.any_stopped) return;
    for (std::size_t i = 0; i < loaded.rows; ++i) is_active[i] = (whole || is_active[i] != 0) && loaded.stopped[i] == 0 ? 1 : 0;
    active = is_active.data();
}

Small find_periods(const std::vector<Small>& cuts, const LoadedBlock& loaded, StretchRows& stretch) {
    Small* __restrict first = stretch.first_period.data();
    Small* __restrict last = stretch.last_period.data();
    std::fill_n(first, loaded.rows, 0);
    std::fill_n(last, loaded.rows, 0);
    for (const Small cut : cuts) {
        for (std::size_t i = 0; i < loaded.rows; ++i) {
            first[i] += loaded.first[i] >= cut;
            last[i] += loaded.until[i] > cut;
        }
    }
    Small most = 0;
    for (std::size_t i = 0; i < loaded.rows; ++i) most = std::max(most, last[i] - first[i]);
    return most + 1;
}

void take_stretch(const std::vector<Small>& cuts, Small n, const LoadedBlock& loaded, StretchRows& stretch) {
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        const Small wanted = stretch.first_period[i] + n;
        const Small period = std::min(wanted, stretch.last_period[i]);
        const bool active = loaded.stopped[i] == 0 && wanted <= stretch.last_period[i];
        stretch.own_period[i] = period;
        stretch.is_active[i] = active ? 1 : 0;
        stretch.from_days[i] = n == 0 || !active ? loaded.first[i] : cuts[static_cast<std::size_t>(period) - 1];
        stretch.until_days[i] = !active ? loaded.first[i]
                                : period == stretch.last_period[i] ? loaded.until[i]
                                                                   : cuts[static_cast<std::size_t>(period)];
    }
    stretch.from = stretch.from_days.data();
    stretch.until = stretch.until_days.data();
    stretch.low = plan::before_days;
    stretch.high = plan::after_days;
    stretch.active = stretch.is_active.data();
    stretch.one_period.reset();
    stretch.least = plan::before_days;
    stretch.beyond = plan::after_days;
}

Reached periods_reached(const std::vector<Small>& cuts, const LoadedBlock& loaded) {
    const auto at_or_below = [&](Small day) { return static_cast<Small>(std::upper_bound(cuts.begin(), cuts.end(), day) - cuts.begin()); };
    const Small first = at_or_below(loaded.days.first);
    return {first, std::max(first, at_or_below(loaded.days.until - 1))};
}

void take_period(const std::vector<Small>& cuts, Small period, const LoadedBlock& loaded, StretchRows& stretch) {
    take_all(cuts, period, loaded, stretch);
    stretch.low = stretch.least;
    stretch.high = stretch.beyond;
}

void weigh(const Weights& weights, const SpanProgram& span, const LoadedBlock& loaded, const StretchRows& stretch, bool first, std::int64_t* weight) {
    const Small* __restrict from = stretch.from;
    const Small* __restrict until = stretch.until;
    const auto before = [&](Small day) { return weights.before[static_cast<std::size_t>(day - span.reach.first)]; };
    switch (weights.kind) {
        case Weights::Kind::days:
            for (std::size_t i = 0; i < loaded.rows; ++i) weight[i] = until[i] - from[i];
            return;
        case Weights::Kind::table:
            for (std::size_t i = 0; i < loaded.rows; ++i) weight[i] = before(until[i]) - before(from[i]);
            return;
        case Weights::Kind::started:
            // The first paid day starts its month for the record, wherever in it it falls.
            for (std::size_t i = 0; i < loaded.rows; ++i) {
                weight[i] = before(until[i]) - before(from[i]) + (first && stretch.active[i] != 0 && before(from[i] + 1) == before(from[i]) ? 1 : 0);
            }
            return;
        case Weights::Kind::complete:
            // Months count from their first day, up to the one that the last paid day leaves open.
            for (std::size_t i = 0; i < loaded.rows; ++i) {
                const Small closed = std::max(span.reach.first, start_of(weights.starts, loaded.until[i]));
                weight[i] = before(std::min(until[i], closed)) - before(std::min(from[i], closed));
            }
            return;
        case Weights::Kind::times: {
            const plan::Source& times = loaded.block.stated[*weights.on];
            const Column column{times.at, times.type, loaded.rows, nullptr};
            for (std::size_t i = 0; i < loaded.rows; ++i) weight[i] = first ? column.at(i) : 0;
            return;
        }
        case Weights::Kind::weeks: weigh_weeks(weights.part, loaded, stretch, weight); return;
        case Weights::Kind::units: weigh_units(weights, span, loaded, stretch, first, weight); return;
        case Weights::Kind::once:
            if (weights.on) {
                const Small* on = loaded.block.small[*weights.on];
                for (std::size_t i = 0; i < loaded.rows; ++i) weight[i] = from[i] <= on[i] && on[i] < until[i] ? 1 : 0;
                return;
            }
            [[fallthrough]];
        case Weights::Kind::whole:
        case Weights::Kind::sum: std::fill_n(weight, loaded.rows, first ? 1 : 0); return;
    }
}

std::optional<std::int64_t> each_day(const Weights& weights, const SpanProgram& span, const StretchRows& stretch) {
    if (weights.kind == Weights::Kind::days) return 1;
    if (weights.kind != Weights::Kind::table) return std::nullopt;
    const Small first = std::max(stretch.least, span.reach.first), until = std::min(stretch.beyond, span.reach.until);
    const auto next = std::upper_bound(weights.slopes.begin(), weights.slopes.end(), first, [](Small day, const Weights::Slope& slope) { return day < slope.from; });
    if (next == weights.slopes.begin() || (next != weights.slopes.end() && next->from < until)) return std::nullopt;
    return std::prev(next)->each;
}

bool never_refused(const Weights& weights) {
    if (weights.refused || !weights.not_listed.empty() || weights.kind == Weights::Kind::whole || weights.whole_months_only) return false;
    return weights.kind != Weights::Kind::weeks || weights.part != TimeBasis::Part::refused;
}

Small days_refused(const Weights& weights, const SpanProgram& span, const plan::Ranks& ranks, Small first, Small until) {
    if (weights.refused) return ranks.part_year_not_stated;
    if (weights.kind == Weights::Kind::weeks) return weights.part == TimeBasis::Part::refused && (until - first) % 7 != 0 ? ranks.part_week_not_stated : 0;
    if (!weights.not_listed.empty()) {
        const auto from = static_cast<std::size_t>(first - span.reach.first), to = static_cast<std::size_t>(until - span.reach.first);
        const bool cut = weights.cut != 0 && (weights.begun[from] != 0 || weights.begun[to] != 0);
        return std::max(cut ? weights.cut : 0, weights.not_listed[from] != weights.not_listed[to] ? ranks.no_value : 0);
    }
    if (weights.kind == Weights::Kind::whole) {
        const bool one_year = is_start(weights.starts, first) && *std::upper_bound(weights.starts.begin(), weights.starts.end(), first) == until;
        return one_year ? 0 : ranks.part_year_not_stated;
    }
    if (!weights.whole_months_only) return 0;
    return is_start(weights.starts, first) && is_start(weights.starts, until) ? 0 : ranks.part_month_not_stated;
}

}  // namespace bandtariff::kernel
