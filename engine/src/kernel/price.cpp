// One record or columns of them to quotes: as known now, and, of a plan that was asked to say so, what that differs by from
// what was payable as known earlier. Entry points: the forms of Plan::price.
// Rows are priced a piece at a time, on as many threads as were asked for; a piece is priced by itself.
#include <algorithm>
#include <stdexcept>

#include "bandtariff/plan.hpp"
#include "base/in_parallel.hpp"
#include "plan/program.hpp"

namespace bandtariff {
namespace {

constexpr std::uint16_t with_difference = 3;

/// priced and priced_zero become the other outcome where a line differs, and so does nothing payable where something was.
bool gives_way(std::uint16_t outcome, OutcomeClass outcome_class) {
    return outcome <= 1 || outcome_class == OutcomeClass::nothing_payable;
}

/// Rows cut into pieces of whole blocks, the last one shorter.
struct Split {
    std::size_t pieces = 1, rows = 0;
};

/// A piece costs its scratch memory, and a thread its start: few pieces for few rows, and enough of them for many that an
/// idle thread finds one. Records priced one by one cost a thousand times more each.
Split split_rows(std::size_t rows, unsigned threads, bool slow, bool bounded) {
    constexpr std::size_t worth_a_thread = 8 * plan::block_rows, worth_a_piece = 256 * plan::block_rows, most_for_a_thread = 8;
    constexpr std::size_t most_at_once = 64 * plan::block_rows;  // where each row needs memory of its own
    const std::size_t helped = std::max<std::size_t>(1, std::min<std::size_t>(threads, rows / (slow ? plan::block_rows : worth_a_thread)));
    const std::size_t each = slow ? most_for_a_thread : std::clamp<std::size_t>(rows / helped / worth_a_piece, 1, most_for_a_thread);
    std::size_t piece = helped == 1 ? rows : rows / (helped * each) + 1;
    if (bounded) piece = std::min(piece, most_at_once);
    piece = (piece + plan::block_rows - 1) / plan::block_rows * plan::block_rows;
    return {piece == 0 ? 1 : (rows + piece - 1) / piece, piece};
}

bool all_have(const QuoteTable& quotes, std::size_t rows) {
    const auto has = [&](const auto& column) { return column.empty() || column.size() == rows; };
    bool all = quotes.total_pence.size() == rows && quotes.outcome.size() == rows;
    for (const QuoteTable::LineColumn& line : quotes.lines) {
        all = all && line.pence.size() == rows && has(line.outcome) && has(line.payer) && has(line.difference);
        for (const auto& slice : line.slices) all = all && slice.size() == rows;
    }
    return all;
}

Money payable(const Quote& quote, LineId id) {
    for (const QuoteLine& line : quote.lines)
        if (line.id == id) return line.payable;
    return {};
}

}  // namespace

QuoteTable QuoteTable::slice(std::size_t start, std::size_t rows, std::size_t of) const {
    const auto part = [&](const auto& column) {
        if (column.empty()) return column;
        if (column.size() != of)
            throw std::invalid_argument("quotes: a column has " + std::to_string(column.size()) + " rows where the records have " + std::to_string(of));
        return column.subspan(start, rows);
    };
    QuoteTable result{part(total_pence), part(outcome), {}};
    for (const LineColumn& line : lines) {
        result.lines.push_back({line.line, part(line.pence), part(line.outcome), part(line.payer), {}, part(line.difference)});
        for (const auto& slice : line.slices) result.lines.back().slices.push_back(part(slice));
    }
    return result;
}

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

void Plan::price_rows(const PlacementTable& records, const QuoteTable& quotes) const {
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

void Plan::price(const PlacementTable& records, const QuoteTable& quotes, const PriceOptions& options) const {
    for (const QuoteTable::LineColumn& line : quotes.lines) {
        if (line.difference.empty()) continue;
        if (!paid_) throw std::invalid_argument("difference: the plan does not say as known on which day the lines were paid");
        if (line.difference.size() != records.rows())
            throw std::invalid_argument("difference: has " + std::to_string(line.difference.size()) + " rows where the records have " +
                                        std::to_string(records.rows()));
    }
    const std::size_t rows = records.rows();
    const bool slow = !program_->records.at(records.record().index).row_by_row.empty();
    const Split split = split_rows(rows, base::threads_of(options.threads), slow, paid_ != nullptr);
    // A column of the wrong length cannot be cut: pricing it whole says which it is.
    if (split.pieces <= 1 || !all_have(quotes, rows)) return price_rows(records, quotes);
    base::in_parallel(base::threads_of(options.threads), split.pieces, [&](std::size_t piece) {
        const std::size_t start = piece * split.rows;
        const std::size_t count = std::min(split.rows, rows - start);
        price_rows(records.slice(start, count), quotes.slice(start, count, rows));
    });
}

}  // namespace bandtariff
