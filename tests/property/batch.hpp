// Records as the columns of a table in the narrowest or widest types that hold them, and their prices as columns.
#pragma once

#include <limits>
#include <memory>
#include <variant>

#include "property.hpp"

namespace bandtariff::property {

/// One fact of many records, in the type it is handed over in.
struct FactColumn {
    std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::int32_t>, std::vector<std::int64_t>> values;
    std::vector<Given> given;
    bool all_given = true;
};

/// What a badly stated fact looks like in a column where nobody marks it: a code past the list, a number past its bounds.
inline std::optional<std::int64_t> unmarked_bad_value(const TariffContents& tariff, const Fact& fact) {
    if (fact.kind == FactKind::code) return static_cast<std::int64_t>(tariff.at(fact.codes).codes.size());
    if (fact.kind == FactKind::yes_no) return 2;
    if (fact.kind != FactKind::number) return std::nullopt;
    Rational past = fact.max;
    for (int k = 0; k < fact.decimals; ++k) past *= 10;
    return static_cast<std::int64_t>(Integer(numerator(past) / denominator(past))) + 1;
}

inline FactColumn fact_column(const TariffContents& tariff, FactId id, const std::vector<Placement>& rows, generate::Dice& dice) {
    FactColumn column;
    std::vector<std::int64_t> values;
    for (const Placement& row : rows) {
        const StatedFact& stated = row.at(id);
        Given given = stated.given;
        std::int64_t value = given == Given::given ? stated.value : 0;
        const bool bad = given == Given::code_unknown || given == Given::out_of_range;
        if (const auto past = unmarked_bad_value(tariff, tariff.at(id)); bad && past && dice.chance(50)) {
            given = Given::given;
            value = *past;
        }
        column.all_given = column.all_given && given == Given::given;
        values.push_back(value);
        column.given.push_back(given);
    }
    const auto fits = [&](std::int64_t low, std::int64_t high) {
        return std::all_of(values.begin(), values.end(), [&](std::int64_t value) { return low <= value && value <= high; });
    };
    std::vector<int> types = {3};
    if (fits(std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max())) types.push_back(2);
    if (fits(0, 65535)) types.push_back(1);
    if (fits(0, 255)) types.push_back(0);
    switch (dice.pick(types)) {
        case 0: column.values = std::vector<std::uint8_t>(values.begin(), values.end()); break;
        case 1: column.values = std::vector<std::uint16_t>(values.begin(), values.end()); break;
        case 2: column.values = std::vector<std::int32_t>(values.begin(), values.end()); break;
        default: column.values = values;
    }
    return column;
}

/// Totals, outcomes and lines of a batch, row by row.
struct BatchPrices {
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<LineId> lines;
    std::vector<std::vector<std::int64_t>> line_pence;
    std::vector<std::vector<std::uint16_t>> line_outcome;
    std::vector<std::vector<std::vector<std::int64_t>>> slice_pence;  ///< of each line, of each of its payers
    std::vector<std::vector<std::int64_t>> difference_pence;  ///< of each line, of a plan that was asked for differences
};

inline BatchPrices price_batch(const Plan& plan, RecordId kind, const std::vector<Placement>& rows, generate::Dice& dice) {
    const TariffContents& tariff = *plan.tariff();
    PlacementTable table(plan.tariff(), kind, rows.size());
    std::vector<std::unique_ptr<FactColumn>> columns;
    for (const FactId id : tariff.facts_read(kind)) {
        const bool nobody = std::all_of(rows.begin(), rows.end(), [&](const Placement& row) { return row.at(id).given == Given::absent; });
        if (nobody && dice.chance(50)) {
            table.without(id);
            continue;
        }
        columns.push_back(std::make_unique<FactColumn>(fact_column(tariff, id, rows, dice)));
        const FactColumn& column = *columns.back();
        const Given* given = column.all_given && dice.chance(50) ? nullptr : column.given.data();
        std::visit([&](const auto& values) { table.set(id, std::span(values), given); }, column.values);
    }
    // Storage starts out as rubbish, so that a row nobody writes is seen.
    BatchPrices prices{std::vector<std::int64_t>(rows.size(), -77), std::vector<std::uint16_t>(rows.size(), 65535), {}, {}, {}, {}, {}};
    for (std::size_t k = 0; k < tariff.lines.size(); ++k) {
        if (tariff.lines[k].record != kind) continue;
        prices.lines.emplace_back(k);
        prices.line_pence.emplace_back(rows.size(), -77);
        prices.line_outcome.emplace_back(rows.size(), std::uint16_t{65535});
        prices.slice_pence.emplace_back(tariff.lines[k].payers.size(), std::vector<std::int64_t>(rows.size(), -77));
    }
    QuoteTable quotes{prices.total, prices.outcome, {}};
    for (std::size_t k = 0; k < prices.lines.size(); ++k) quotes.lines.push_back({prices.lines[k], prices.line_pence[k], prices.line_outcome[k]});
    if (plan.paid_known_on()) {
        prices.difference_pence.assign(prices.lines.size(), std::vector<std::int64_t>(rows.size(), -77));
        for (std::size_t k = 0; k < prices.lines.size(); ++k) quotes.lines[k].difference = prices.difference_pence[k];
    }
    for (std::size_t k = 0; k < prices.lines.size(); ++k) quotes.lines[k].slices.assign(prices.slice_pence[k].begin(), prices.slice_pence[k].end());
    plan.price(table, quotes);
    return prices;
}

/// The first field in which row `k` of a batch is not the one-row quote, or "".
inline std::string difference(const TariffContents& tariff, const BatchPrices& batch, std::size_t k, const Quote& quote) {
    const auto differs = [](const std::string& what, std::int64_t got, std::int64_t wanted) {
        return what + " is " + std::to_string(got) + " in the batch and " + std::to_string(wanted) + " alone";
    };
    if (batch.outcome[k] != quote.outcome_number) return differs("the outcome", batch.outcome[k], quote.outcome_number);
    if (batch.total[k] != quote.total.pence()) return differs("the total", batch.total[k], quote.total.pence());
    for (std::size_t line = 0; line < batch.lines.size(); ++line) {
        const std::string& name = tariff.at(batch.lines[line]).name;
        const QuoteLine* alone = quote.priced() ? quote.line(name) : nullptr;
        const std::int64_t pence = alone ? alone->payable.pence() : 0;
        if (batch.line_pence[line][k] != pence) return differs(name, batch.line_pence[line][k], pence);
        for (std::size_t party = 0; party < batch.slice_pence[line].size(); ++party) {
            const std::int64_t part = alone && party < alone->slices.size() ? alone->slices[party].payable.pence() : 0;
            if (batch.slice_pence[line][party][k] != part) return differs("a part of " + name, batch.slice_pence[line][party][k], part);
        }
        if (!quote.priced()) continue;
        const std::uint16_t outcome = tariff.at(*tariff.outcome(alone ? alone->outcome : "no_line_applies")).number;
        if (batch.line_outcome[line][k] != outcome) return differs("the outcome of " + name, batch.line_outcome[line][k], outcome);
    }
    return {};
}

}  // namespace bandtariff::property
