// One record or columns of them to quotes: as known now, and, of a plan that was asked to say so, what that differs by from
// what was payable as known earlier. Entry points: the two forms of Plan::price.
#include <algorithm>
#include <stdexcept>

#include "bandtariff/plan.hpp"

namespace bandtariff {
namespace {

constexpr std::uint16_t with_difference = 3;

/// priced and priced_zero become the other outcome where a line differs, and so does nothing payable where something was.
bool gives_way(std::uint16_t outcome, OutcomeClass outcome_class) {
    return outcome <= 1 || outcome_class == OutcomeClass::nothing_payable;
}

Money payable(const Quote& quote, LineId id) {
    for (const QuoteLine& line : quote.lines)
        if (line.id == id) return line.payable;
    return {};
}

}  // namespace

Quote Plan::price(const Placement& record) const {
    Quote quote = price_as_known(record);
    if (!paid_) return quote;
    quote.paid_known_on = paid_->tariff_->known_on;
    if (!quote.priced()) return quote;
    const Quote paid = paid_->price_as_known(record);
    for (std::size_t i = 0; i < tariff_->lines.size(); ++i) {
        const LineId id(i);
        const Money before = paid.priced() ? payable(paid, id) : Money();
        const Money difference = payable(quote, id) - before;
        if (difference != Money()) quote.differences.push_back({id, tariff_->lines[i].name, before, difference});
    }
    if (quote.differences.empty() || !gives_way(quote.outcome_number, quote.outcome_class)) return quote;
    const Outcome& outcome = *tariff_->outcome_numbered(with_difference);
    quote.outcome = outcome.code;
    quote.outcome_number = outcome.number;
    quote.outcome_class = outcome.outcome_class;
    quote.say = outcome.say;
    return quote;
}

void Plan::price(const PlacementTable& records, const QuoteTable& quotes) const {
    for (const QuoteTable::LineColumn& line : quotes.lines) {
        if (line.difference.empty()) continue;
        if (!paid_) throw std::invalid_argument("difference: the plan does not say as known on which day the lines were paid");
        if (line.difference.size() != records.rows())
            throw std::invalid_argument("difference: has " + std::to_string(line.difference.size()) + " rows where the records have " +
                                        std::to_string(records.rows()));
    }
    price_as_known(records, quotes);
    if (!paid_) return;
    // Whether a record differs is a matter of all its lines, whichever columns are wanted.
    const std::size_t rows = records.rows();
    std::vector<LineId> ids;
    for (std::size_t i = 0; i < tariff_->lines.size(); ++i)
        if (tariff_->lines[i].record == records.record()) ids.emplace_back(i);
    const auto all_lines = [&](const Plan& plan, std::vector<std::int64_t>& pence, std::vector<std::uint16_t>& outcome) {
        std::vector<std::int64_t> total(rows);
        outcome.resize(rows);
        pence.resize(rows * ids.size());
        QuoteTable table{total, outcome, {}};
        for (std::size_t k = 0; k < ids.size(); ++k) table.lines.push_back({ids[k], std::span(pence).subspan(k * rows, rows), {}, {}, {}});
        plan.price_as_known(records, table);
    };
    std::vector<std::int64_t> now, then;
    std::vector<std::uint16_t> outcome_now, outcome_then;
    all_lines(*this, now, outcome_now);
    all_lines(*paid_, then, outcome_then);
    for (std::size_t row = 0; row < rows; ++row) {
        const OutcomeClass outcome_class = tariff_->outcome_numbered(outcome_now[row])->outcome_class;
        const bool priced = outcome_class != OutcomeClass::not_priced;
        bool differs = false;
        for (std::size_t k = 0; k < ids.size(); ++k) {
            const std::size_t at = k * rows + row;
            const std::int64_t difference = priced ? (Money::from_pence(now[at]) - Money::from_pence(then[at])).pence() : 0;
            differs = differs || difference != 0;
            for (const QuoteTable::LineColumn& line : quotes.lines)
                if (line.line == ids[k] && !line.difference.empty()) line.difference[row] = difference;
        }
        if (differs && gives_way(outcome_now[row], outcome_class)) quotes.outcome[row] = with_difference;
    }
}

}  // namespace bandtariff
