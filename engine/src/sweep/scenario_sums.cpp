// See scenario_sums.hpp. Sums are of whole pence and exact, so that no order of rows or groups can matter.
#include "sweep/scenario_sums.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace bandtariff::sweep {
namespace {

Money money(WideSum pence) {
    if (pence > std::numeric_limits<std::int64_t>::max() || pence < std::numeric_limits<std::int64_t>::min())
        throw std::overflow_error("a scenario's sum is past 64 bits of pence");
    return Money::from_pence(static_cast<std::int64_t>(pence));
}

ScenarioSums result_of(const GroupSums& sums, std::uint64_t priced_as_it_stands) {
    const std::uint64_t one_way = sums.priced + priced_as_it_stands - 2 * sums.both;
    return {sums.rows, sums.priced, money(sums.total), sums.gaining, sums.losing, money(sums.gained), money(sums.lost), one_way};
}

void add(const GroupSums& sums, GroupSums& into) {
    into.rows += sums.rows;
    into.priced += sums.priced;
    into.both += sums.both;
    into.gaining += sums.gaining;
    into.losing += sums.losing;
    into.total += sums.total;
    into.gained += sums.gained;
    into.lost += sums.lost;
}

/// As many bits as hold each of some numbers, with its sign.
unsigned bits_of(std::span<const std::int64_t> numbers) {
    std::uint64_t any = 0;
    for (const std::int64_t number : numbers) any |= static_cast<std::uint64_t>(number ^ (number >> 63));
    return static_cast<unsigned>(std::bit_width(any)) + 1;
}

/// Whether a sum of numbers of so many bits, each times its rows, stays below 2^62.
bool in_64_bits(unsigned bits, std::uint64_t rows) { return bits + static_cast<unsigned>(std::bit_width(rows)) <= 62; }

/// A group's sums, in whole numbers that hold them: 64 bits where that is proved, which are several times faster.
template <class Whole>
void add_group(std::span<const Weight> weights, const Part& part, const ProfilePrices& now, const std::vector<std::uint8_t>& priced, GroupSums& into) {
    GroupSums sums;
    Whole total = 0, gained = 0, changed = 0;
    for (const Weight& weight : weights) {
        const std::size_t p = weight.profile;
        const std::uint64_t is = priced[now.outcome[p]], was = part.priced[p];
        const Whole more = Whole{now.total[p]} - part.standing.total[p];
        const std::uint64_t counted = weight.rows & (0 - (is & was));
        const Whole by = more * static_cast<Whole>(counted);
        sums.rows += weight.rows;
        sums.priced += weight.rows & (0 - is);
        sums.both += counted;
        sums.gaining += more > 0 ? counted : 0;
        sums.losing += more < 0 ? counted : 0;
        total += Whole{now.total[p]} * static_cast<Whole>(weight.rows & (0 - is));
        gained += by > 0 ? by : 0;
        changed += by;
    }
    sums.total = total;
    sums.gained = gained;
    sums.lost = gained - changed;
    add(sums, into);
}

template <class Whole>
WideSum sum_of(std::span<const std::int64_t> pence, std::span<const std::uint64_t> rows) {
    Whole sum = 0;
    for (std::size_t p = 0; p < rows.size(); ++p) sum += Whole{pence[p]} * static_cast<Whole>(rows[p]);
    return sum;
}

/// `all`, with what a part comes to in place of what it came to.
Sums replaced(Sums all, const Sums& was, const Sums& is) {
    for (std::size_t g = 0; g < all.groups.size(); ++g) {
        GroupSums less;
        less.rows = 0 - was.groups[g].rows;
        less.priced = 0 - was.groups[g].priced;
        less.both = 0 - was.groups[g].both;
        less.total = 0 - was.groups[g].total;
        add(less, all.groups[g]);
        add(is.groups[g], all.groups[g]);
    }
    for (std::size_t k = 0; k < all.lines.size(); ++k) all.lines[k] += is.lines[k] - was.lines[k];
    for (std::size_t k = 0; k < all.outcomes.size(); ++k) all.outcomes[k] += is.outcomes[k] - was.outcomes[k];
    return all;
}

}  // namespace

QuoteTable ProfilePrices::quotes(const std::vector<LineId>& lines, std::size_t rows) {
    QuoteTable table{std::span(total).first(rows), std::span(outcome).first(rows), {}};
    for (std::size_t k = 0; k < lines.size(); ++k) table.lines.push_back({lines[k], std::span(pence[k]).first(rows), {}, {}, {}, {}});
    return table;
}

ScenarioSummer::ScenarioSummer(const TariffContents& tariff, const Profiles& profiles, std::span<const std::uint32_t> group, const ProfilePrices& standing)
    : profiles_(profiles), standing_(standing), weights_(weights_of(profiles, group)) {
    for (const Weight& weight : weights_) groups_ = std::max<std::size_t>(groups_, weight.group + std::size_t{1});
    for (const Outcome& outcome : tariff.outcomes) {
        if (priced_.size() <= outcome.number) priced_.resize(outcome.number + std::size_t{1}, 0);
        priced_[outcome.number] = outcome.outcome_class != OutcomeClass::not_priced ? 1 : 0;
    }
    std::vector<std::uint32_t> every(profiles.size());
    std::iota(every.begin(), every.end(), 0U);
    std::vector<std::size_t> lines(standing.pence.size());
    std::iota(lines.begin(), lines.end(), std::size_t{0});
    all_ = part({std::move(every), std::move(lines)}).sums;
}

Part ScenarioSummer::part(Changeable of) const {
    const std::size_t size = of.profiles.size();
    Part part{std::move(of.profiles), {}, {}, std::vector<std::uint64_t>(size), {}, ProfilePrices(size, standing_.pence.size()), {}, {}};
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> place(profiles_.size(), none);
    ProfilePrices& standing = part.standing;
    for (std::size_t k = 0; k < size; ++k) {
        const std::uint32_t profile = part.profiles[k];
        place[profile] = static_cast<std::uint32_t>(k);
        standing.total[k] = standing_.total[profile];
        standing.outcome[k] = standing_.outcome[profile];
        for (std::size_t line = 0; line < standing.pence.size(); ++line) standing.pence[line][k] = standing_.pence[line][profile];
        part.priced.push_back(priced_[standing.outcome[k]]);
    }
    for (const Weight& weight : weights_) {
        if (place[weight.profile] == none) continue;
        part.weights.push_back({place[weight.profile], weight.group, weight.rows});
        part.rows[place[weight.profile]] += weight.rows;
    }
    std::stable_sort(part.weights.begin(), part.weights.end(), [](const Weight& a, const Weight& b) { return a.group < b.group; });
    for (std::size_t g = 0; g < groups_; ++g) {
        const auto end = std::upper_bound(part.weights.begin(), part.weights.end(), g, [](std::size_t group, const Weight& weight) { return group < weight.group; });
        part.group_ends.push_back(static_cast<std::size_t>(end - part.weights.begin()));
    }
    for (std::size_t line = 0; line < standing.pence.size(); ++line) part.lines.push_back(line);
    part.sums = sums(part, standing);
    part.lines = std::move(of.lines);
    return part;
}

Sums ScenarioSummer::sums(const Part& part, const ProfilePrices& now) const {
    const std::size_t size = part.profiles.size();
    const std::uint64_t rows = profiles_.of_row.size();
    Sums sums{std::vector<GroupSums>(groups_), {}, std::vector<std::uint64_t>(priced_.size(), 0)};
    const bool narrow = in_64_bits(std::max(bits_of(std::span(now.total).first(size)), bits_of(part.standing.total)) + 1, rows);
    for (std::size_t g = 0, from = 0; g < groups_; from = part.group_ends[g++]) {
        const std::span<const Weight> weights = std::span(part.weights).subspan(from, part.group_ends[g] - from);
        if (narrow) add_group<std::int64_t>(weights, part, now, priced_, sums.groups[g]);
        else add_group<WideSum>(weights, part, now, priced_, sums.groups[g]);
    }
    std::vector<std::size_t> no_longer_priced;
    for (std::size_t p = 0; p < size; ++p) {
        sums.outcomes[now.outcome[p]] += part.rows[p];
        if (part.priced[p] > priced_[now.outcome[p]]) no_longer_priced.push_back(p);
    }
    sums.lines = part.sums.lines;
    sums.lines.resize(part.standing.pence.size(), 0);
    for (std::size_t line = 0; line < sums.lines.size(); ++line)
        for (const std::size_t p : no_longer_priced) sums.lines[line] -= WideSum{part.standing.pence[line][p]} * part.rows[p];
    for (std::size_t k = 0; k < part.lines.size(); ++k) {
        const std::span<const std::int64_t> pence = std::span(now.pence[k]).first(size);
        sums.lines[part.lines[k]] = in_64_bits(bits_of(pence), rows) ? sum_of<std::int64_t>(pence, part.rows) : sum_of<WideSum>(pence, part.rows);
    }
    return sums;
}

ScenarioResult ScenarioSummer::result(const Sums& sums, const SweepOptions& options) const {
    ScenarioResult result;
    GroupSums all;
    std::uint64_t priced_as_it_stands = 0;
    for (std::size_t g = 0; g < sums.groups.size(); ++g) {
        add(sums.groups[g], all);
        priced_as_it_stands += all_.groups[g].priced;
        if (!options.group.empty()) result.groups.push_back(result_of(sums.groups[g], all_.groups[g].priced));
    }
    result.all = result_of(all, priced_as_it_stands);
    for (const WideSum& sum : sums.lines) result.lines.push_back(money(sum));
    for (std::size_t number = 0; number < sums.outcomes.size(); ++number)
        if (sums.outcomes[number] != 0) result.outcomes.emplace_back(static_cast<std::uint16_t>(number), sums.outcomes[number]);
    return result;
}

ScenarioResult ScenarioSummer::as_it_stands(const SweepOptions& options) const { return sum(part({}), {0, 0}, options); }

ScenarioResult ScenarioSummer::sum(const Part& part, const ProfilePrices& now, const SweepOptions& options) const {
    ScenarioResult made = result(part.profiles.empty() ? all_ : replaced(all_, part.sums, sums(part, now)), options);
    if (!options.rows) return made;
    std::vector<std::int64_t> total = standing_.total;
    std::vector<std::uint16_t> outcome = standing_.outcome;
    for (std::size_t k = 0; k < part.profiles.size(); ++k) {
        total[part.profiles[k]] = now.total[k];
        outcome[part.profiles[k]] = now.outcome[k];
    }
    for (const std::uint32_t profile : profiles_.of_row) {
        made.total_pence.push_back(total[profile]);
        made.outcome.push_back(outcome[profile]);
    }
    return made;
}

}  // namespace bandtariff::sweep
