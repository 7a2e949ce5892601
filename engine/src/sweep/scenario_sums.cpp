// See scenario_sums.hpp. Sums are of whole pence and exact, so that no order of rows or groups can matter.
#include "sweep/scenario_sums.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <tuple>

namespace bandtariff::sweep {
namespace {

Money money(WideSum pence) {
    if (pence > std::numeric_limits<std::int64_t>::max() || pence < std::numeric_limits<std::int64_t>::min())
        throw std::overflow_error("a scenario's sum is past 64 bits of pence");
    return Money::from_pence(static_cast<std::int64_t>(pence));
}

void add(const Change::Group& more, Change::Group& to) {
    to.priced += more.priced;
    to.gaining += more.gaining;
    to.losing += more.losing;
    to.one_way += more.one_way;
    to.total += more.total;
    to.gained += more.gained;
    to.lost += more.lost;
}

ScenarioSums sums_of(const StandingSums::Group& standing, const Change::Group& change) {
    return {standing.rows, standing.priced + static_cast<std::uint64_t>(change.priced), money(standing.total + change.total), change.gaining, change.losing,
            money(change.gained), money(change.lost), change.one_way};
}

void add(const Gains& gains, Change::Group& to) {
    to.gaining += gains.gaining;
    to.losing += gains.losing;
    to.total += gains.changed;
    to.gained += gains.gained;
    to.lost += gains.gained - gains.changed;
}

}  // namespace

QuoteTable Prices::quotes(const std::vector<LineId>& lines) {
    QuoteTable table{total, outcome, {}};
    for (std::size_t k = 0; k < lines.size(); ++k) table.lines.push_back({lines[k], pence[k], {}, {}, {}, {}});
    return table;
}

void Change::add(const Change& other) {
    for (std::size_t g = 0; g < groups.size(); ++g) sweep::add(other.groups[g], groups[g]);
    for (std::size_t k = 0; k < lines.size(); ++k) lines[k] += other.lines[k];
    for (std::size_t k = 0; k < outcomes.size(); ++k) outcomes[k] += other.outcomes[k];
}

ScenarioSummer::ScenarioSummer(const TariffContents& tariff, const Profiles& profiles, std::span<const std::uint32_t> group, const Prices& standing)
    : profiles_(profiles), by_group_(!group.empty()), standing_(standing), weights_(weights_of(profiles, group)) {
    for (const Outcome& outcome : tariff.outcomes) {
        if (priced_.size() <= outcome.number) priced_.resize(outcome.number + std::size_t{1}, 0);
        priced_[outcome.number] = outcome.outcome_class != OutcomeClass::not_priced ? 1 : 0;
    }
    std::size_t groups = 1;
    for (const Weight& weight : weights_) groups = std::max<std::size_t>(groups, weight.group + std::size_t{1});
    all_ = {std::vector<StandingSums::Group>(groups), std::vector<WideSum>(standing.pence.size()), std::vector<std::uint64_t>(priced_.size())};
    for (const Weight& weight : weights_) {
        StandingSums::Group& sums = all_.groups[weight.group];
        const std::uint16_t outcome = standing.outcome[weight.profile];
        sums.rows += weight.rows;
        sums.priced += priced(outcome) ? weight.rows : 0;
        sums.total += WideSum{standing.total[weight.profile]} * weight.rows;
        all_.outcomes[outcome] += weight.rows;
        for (std::size_t line = 0; line < standing.pence.size(); ++line) all_.lines[line] += WideSum{standing.pence[line][weight.profile]} * weight.rows;
    }
}

Part ScenarioSummer::part(Changeable of, std::size_t block) const {
    const std::size_t size = of.profiles.size();
    Part part;
    part.block = block;
    part.standing = Prices(size, standing_.pence.size());
    part.of_profile.resize(size);
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> place(profiles_.size(), none);
    for (std::size_t k = 0; k < size; ++k) {
        const std::uint32_t profile = of.profiles[k];
        place[profile] = static_cast<std::uint32_t>(k);
        part.standing.total[k] = standing_.total[profile];
        part.standing.outcome[k] = standing_.outcome[profile];
        for (std::size_t line = 0; line < standing_.pence.size(); ++line) part.standing.pence[line][k] = standing_.pence[line][profile];
    }
    std::vector<Weight> weights;  // by place in the part
    for (const Weight& weight : weights_)
        if (place[weight.profile] != none) weights.push_back({place[weight.profile], weight.group, weight.rows});
    const auto key = [&](const Weight& weight) { return std::tuple(weight.profile / block, weight.group, weight.profile); };
    std::sort(weights.begin(), weights.end(), [&](const Weight& a, const Weight& b) { return key(a) < key(b); });
    for (const Weight& weight : weights) {
        const std::size_t at = part.rows.size(), in_block = weight.profile / block;
        const bool new_block = part.first_run.size() <= in_block;
        while (part.first_run.size() <= in_block) part.first_run.push_back(part.runs.size());
        if (new_block || part.runs.back().group != weight.group) part.runs.push_back({weight.group, at, at});
        part.runs.back().until = at + 1;
        part.place.push_back(static_cast<std::uint32_t>(weight.profile % block));
        part.rows.push_back(static_cast<std::int64_t>(weight.rows));
        part.weighed.push_back(part.standing.total[weight.profile]);
        part.of_profile[weight.profile] += static_cast<std::int64_t>(weight.rows);
    }
    part.first_run.push_back(part.runs.size());
    part.of = std::move(of);
    return part;
}

void ScenarioSummer::add(const Part& part, std::size_t start, std::size_t rows, const Prices& now, Change& to) const {
    const std::span<const std::uint16_t> outcomes(now.outcome.data(), rows), stood(part.standing.outcome.data() + start, rows);
    bool priced_alike = true;
    const bool others = any_differs(outcomes, stood);
    for (std::size_t k = 0; others && k < rows; ++k) {
        if (outcomes[k] == stood[k]) continue;
        to.outcomes[outcomes[k]] += part.of_profile[start + k];
        to.outcomes[stood[k]] -= part.of_profile[start + k];
        priced_alike = priced_alike && priced(outcomes[k]) == priced(stood[k]);
    }
    const std::span<const std::int64_t> of_profile = std::span(part.of_profile).subspan(start, rows);
    for (std::size_t k = 0; k < part.of.lines.size(); ++k) {
        const std::size_t line = part.of.lines[k];
        to.lines[line] += changed({std::span(now.pence[k]).first(rows), std::span(part.standing.pence[line]).subspan(start, rows), of_profile});
    }
    const std::size_t block = start / part.block;
    for (std::size_t run = part.first_run[block]; run < part.first_run[block + 1]; ++run) {
        if (priced_alike) add_run(part, part.runs[run], now, to);
        else add_each(part, part.runs[run], start, now, to);
    }
    if (!priced_alike) take_unpriced_lines(part, start, outcomes, to);
}

/// A group's weights in a block in which every profile is priced as it stands, or is not either time.
void ScenarioSummer::add_run(const Part& part, const Part::Run& run, const Prices& now, Change& to) const {
    const auto weigh = [&](std::size_t from, std::span<const std::int64_t> total) {
        const auto standing = std::span(part.weighed).subspan(from, total.size());
        sweep::add(gains({total, standing, std::span(part.rows).subspan(from, total.size())}), to.groups[run.group]);
    };
    const std::size_t count = run.until - run.from, first = part.place[run.from];
    if (part.place[run.until - 1] - first + 1 == count) return weigh(run.from, std::span(now.total).subspan(first, count));  // each profile once
    std::array<std::int64_t, 256> total;
    for (std::size_t from = run.from; from < run.until; from += total.size()) {
        const std::size_t some = std::min(total.size(), run.until - from);
        for (std::size_t k = 0; k < some; ++k) total[k] = now.total[part.place[from + k]];
        weigh(from, std::span(total).first(some));
    }
}

void ScenarioSummer::add_each(const Part& part, const Part::Run& run, std::size_t start, const Prices& now, Change& to) const {
    Change::Group& group = to.groups[run.group];
    for (std::size_t k = run.from; k < run.until; ++k) {
        const std::size_t at = part.place[k];
        const bool is = priced(now.outcome[at]), was = priced(part.standing.outcome[start + at]);
        if (is == was) {
            sweep::add(gains({std::span(now.total).subspan(at, 1), std::span(part.weighed).subspan(k, 1), std::span(part.rows).subspan(k, 1)}), group);
            continue;
        }
        group.priced += is ? part.rows[k] : -part.rows[k];
        group.one_way += static_cast<std::uint64_t>(part.rows[k]);
        group.total += (WideSum{now.total[at]} - part.weighed[k]) * part.rows[k];
    }
}

/// Lines that no scenario of this kind changes are not paid either where the record is no longer priced.
void ScenarioSummer::take_unpriced_lines(const Part& part, std::size_t start, std::span<const std::uint16_t> outcomes, Change& to) const {
    std::vector<bool> can_change(to.lines.size(), false);
    for (const std::size_t line : part.of.lines) can_change[line] = true;
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
        if (priced(outcomes[k]) || !priced(part.standing.outcome[start + k])) continue;
        for (std::size_t line = 0; line < can_change.size(); ++line)
            if (!can_change[line]) to.lines[line] -= WideSum{part.standing.pence[line][start + k]} * part.of_profile[start + k];
    }
}

ScenarioResult ScenarioSummer::result(const Change& change, const Prices* of_profiles) const {
    ScenarioResult result;
    StandingSums::Group all;
    Change::Group all_changes;
    for (std::size_t g = 0; g < all_.groups.size(); ++g) {
        all.rows += all_.groups[g].rows;
        all.priced += all_.groups[g].priced;
        all.total += all_.groups[g].total;
        sweep::add(change.groups[g], all_changes);
        if (by_group_) result.groups.push_back(sums_of(all_.groups[g], change.groups[g]));
    }
    result.all = sums_of(all, all_changes);
    for (std::size_t line = 0; line < all_.lines.size(); ++line) result.lines.push_back(money(all_.lines[line] + change.lines[line]));
    for (std::size_t number = 0; number < all_.outcomes.size(); ++number) {
        const std::uint64_t has_it = all_.outcomes[number] + static_cast<std::uint64_t>(change.outcomes[number]);
        if (has_it != 0) result.outcomes.emplace_back(static_cast<std::uint16_t>(number), has_it);
    }
    if (of_profiles == nullptr) return result;
    for (const std::uint32_t profile : profiles_.of_row) {
        result.total_pence.push_back(of_profiles->total[profile]);
        result.outcome.push_back(of_profiles->outcome[profile]);
    }
    return result;
}

}  // namespace bandtariff::sweep
