// See changeable.hpp. Profiles are told by pricing them where what is set has no value; lines by what their formulas read.
#include "sweep/changeable.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace bandtariff::sweep {
namespace {

/// Whether a formula reads which scenario is priced.
bool reads_scenario(const TariffContents& tariff, const Expression& formula) {
    const std::vector<FactId> facts = tariff.facts_read(formula);
    return std::any_of(facts.begin(), facts.end(), [&](FactId fact) { return tariff.at(fact).scenario; });
}

}  // namespace

Account::Account(const Plan& plan, const PlacementTable& table, const std::vector<LineId>& lines, unsigned threads)
    : prices(table.rows(), lines.size()), outcomes(lines.size(), std::vector<std::uint16_t>(table.rows())) {
    QuoteTable quotes = prices.quotes(lines);
    for (std::size_t k = 0; k < lines.size(); ++k) quotes.lines[k].outcome = outcomes[k];
    plan.price(table, quotes, {threads});
}

std::vector<std::uint8_t> Account::differs(const Account& other) const {
    std::vector<std::uint8_t> differs(prices.total.size(), 0);
    const auto compare = [&](const auto& column, const auto& others) {
        for (std::size_t row = 0; row < differs.size(); ++row) differs[row] = column[row] != others[row] ? 1 : differs[row];
    };
    compare(prices.total, other.prices.total);
    compare(prices.outcome, other.prices.outcome);
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
        compare(prices.pence[k], other.prices.pence[k]);
        compare(outcomes[k], other.outcomes[k]);
    }
    return differs;
}

std::vector<bool> lines_by_scenario(const TariffContents& tariff, RecordId record, const std::vector<LineId>& lines) {
    const auto reads = [&](const Expression* formula) { return reads_scenario(tariff, *formula); };
    const auto& refuse = tariff.at(record).refuse;
    const bool refused = std::any_of(refuse.begin(), refuse.end(), [&](const Condition& condition) { return reads(&condition.when); });
    const bool settled = std::any_of(lines.begin(), lines.end(), [&](LineId line) { return tariff.at(line).settlement; });
    std::vector<bool> found;
    for (const LineId line : lines) {
        const std::vector<const Expression*> formulas = tariff.at(line).formulas();
        found.push_back(refused || settled || std::any_of(formulas.begin(), formulas.end(), reads));
    }
    return found;
}

Changeable everything(std::size_t profiles, std::size_t lines) {
    Changeable all{std::vector<std::uint32_t>(profiles), std::vector<std::size_t>(lines)};
    std::iota(all.profiles.begin(), all.profiles.end(), 0U);
    std::iota(all.lines.begin(), all.lines.end(), std::size_t{0});
    return all;
}

std::vector<Changeable> changeable(const Account& standing, const Account& without_values, const std::vector<bool>& lines, const TariffContents& tariff) {
    std::vector<bool> not_priced(std::numeric_limits<std::uint16_t>::max() + std::size_t{1}, false);  // by outcome number
    for (const Outcome& outcome : tariff.outcomes) not_priced[outcome.number] = outcome.outcome_class == OutcomeClass::not_priced;
    const auto is_stopped = [&](std::size_t p) {
        return not_priced[standing.prices.outcome[p]] ||
               std::any_of(standing.outcomes.begin(), standing.outcomes.end(), [&](const auto& line) { return not_priced[line[p]]; });
    };
    Changeable priced, stopped = everything(0, lines.size());
    const std::vector<std::uint8_t> differs = standing.differs(without_values);
    for (std::size_t p = 0; p < differs.size(); ++p)
        if (differs[p] != 0) (is_stopped(p) ? stopped : priced).profiles.push_back(static_cast<std::uint32_t>(p));
    for (std::size_t line = 0; line < lines.size(); ++line)
        if (lines[line]) priced.lines.push_back(line);
    return {std::move(priced), std::move(stopped)};
}

void put_in_order(std::vector<std::uint32_t>& profiles, const Profiles& all, const PlacementTable& records, const TariffContents& tariff, const Prices& standing) {
    const SpanRule& span = tariff.at(records.record()).span;
    const auto day = [&](FactId fact, std::uint32_t profile) {
        const Column& column = records.column(fact);
        const std::uint32_t row = all.first_row[profile];
        return column.data == nullptr || (column.given != nullptr && column.given[row] != Given::given) ? 0 : column.at(row);
    };
    using Key = std::tuple<std::int64_t, std::int64_t, std::uint16_t, std::uint32_t>;
    std::vector<Key> keys;
    for (const std::uint32_t profile : profiles) {
        keys.emplace_back(span.kind == SpanRule::Kind::none ? 0 : day(span.from, profile), span.kind == SpanRule::Kind::between ? day(span.last_day, profile) : 0,
                          standing.outcome[profile], profile);
    }
    std::sort(keys.begin(), keys.end());
    for (std::size_t k = 0; k < keys.size(); ++k) profiles[k] = std::get<3>(keys[k]);
}

}  // namespace bandtariff::sweep
