// See scenario_sums.hpp. Sums are of whole pence in 128 bits, so that no order of rows or groups can matter.
#include "sweep/scenario_sums.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace bandtariff::sweep {
namespace {

__extension__ using Sum = __int128;

Money money(Sum pence) {
    if (pence > std::numeric_limits<std::int64_t>::max() || pence < std::numeric_limits<std::int64_t>::min())
        throw std::overflow_error("a scenario's sum is past 64 bits of pence");
    return Money::from_pence(static_cast<std::int64_t>(pence));
}

/// One group's sums on their way.
struct Running {
    std::uint64_t rows = 0, priced = 0, gaining = 0, losing = 0, one_way = 0;
    Sum total = 0, gained = 0, lost = 0;
    void add(const Running& other) {
        rows += other.rows;
        priced += other.priced;
        gaining += other.gaining;
        losing += other.losing;
        one_way += other.one_way;
        total += other.total;
        gained += other.gained;
        lost += other.lost;
    }
    [[nodiscard]] ScenarioSums result() const { return {rows, priced, money(total), gaining, losing, money(gained), money(lost), one_way}; }
};

}  // namespace

QuoteTable ProfilePrices::quotes(const std::vector<LineId>& lines) {
    QuoteTable table{total, outcome, {}};
    for (std::size_t k = 0; k < lines.size(); ++k) table.lines.push_back({lines[k], pence[k], {}, {}, {}, {}});
    return table;
}

ScenarioSummer::ScenarioSummer(const TariffContents& tariff, Profiles profiles, std::span<const std::uint32_t> group)
    : profiles_(std::move(profiles)), weights_(weights_of(profiles_, group)), rows_(profiles_.size(), 0) {
    for (const Weight& weight : weights_) {
        rows_[weight.profile] += weight.rows;
        groups_ = std::max<std::size_t>(groups_, weight.group + std::size_t{1});
    }
    for (const Outcome& outcome : tariff.outcomes) {
        if (priced_.size() <= outcome.number) priced_.resize(outcome.number + std::size_t{1}, 0);
        priced_[outcome.number] = outcome.outcome_class != OutcomeClass::not_priced ? 1 : 0;
    }
}

ScenarioResult ScenarioSummer::sum(const ProfilePrices& prices, const ProfilePrices& before, const SweepOptions& options) const {
    std::vector<Running> groups(groups_);
    for (const Weight& weight : weights_) {
        Running& into = groups[weight.group];
        const std::size_t p = weight.profile;
        into.rows += weight.rows;
        const bool now = priced_[prices.outcome[p]] != 0, then = priced_[before.outcome[p]] != 0;
        if (now != then) into.one_way += weight.rows;
        if (!now) continue;
        into.priced += weight.rows;
        into.total += Sum{prices.total[p]} * weight.rows;
        if (!then) continue;
        const Sum more = (Sum{prices.total[p]} - before.total[p]) * weight.rows;
        into.gaining += more > 0 ? weight.rows : 0;
        into.losing += more < 0 ? weight.rows : 0;
        into.gained += std::max<Sum>(more, 0);
        into.lost += std::max<Sum>(-more, 0);
    }
    ScenarioResult result;
    Running all;
    for (const Running& group : groups) {
        all.add(group);
        if (!options.group.empty()) result.groups.push_back(group.result());
    }
    result.all = all.result();
    for (const std::vector<std::int64_t>& pence : prices.pence) {
        Sum sum = 0;
        for (std::size_t p = 0; p < pence.size(); ++p) sum += Sum{pence[p]} * rows_[p];
        result.lines.push_back(money(sum));
    }
    std::vector<std::uint64_t> outcomes(priced_.size(), 0);
    for (std::size_t p = 0; p < rows_.size(); ++p) outcomes[prices.outcome[p]] += rows_[p];
    for (std::size_t number = 0; number < outcomes.size(); ++number)
        if (outcomes[number] != 0) result.outcomes.emplace_back(static_cast<std::uint16_t>(number), outcomes[number]);
    if (!options.rows) return result;
    for (const std::uint32_t profile : profiles_.of_row) {
        result.total_pence.push_back(prices.total[profile]);
        result.outcome.push_back(prices.outcome[profile]);
    }
    return result;
}

}  // namespace bandtariff::sweep
