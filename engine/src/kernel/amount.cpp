// One record to its outcome and sums, without their account. Entry point: Plan::amount. The compiled program prices it as a
// table of one row; where a kind of record has no program, the reference evaluation does, and keeps no steps.
#include <algorithm>

#include "bandtariff/plan.hpp"
#include "kernel/account.hpp"
#include "plan/program.hpp"

namespace bandtariff {
namespace {

Amount amount_of(const TariffContents& tariff, const Quote& quote, const std::vector<LineId>& lines) {
    Amount amount{quote.outcome_number, quote.outcome_class, quote.total, {}};
    for (const LineId id : lines) {
        const auto live = std::find_if(quote.lines.begin(), quote.lines.end(), [&](const QuoteLine& line) { return line.id == id; });
        if (live == quote.lines.end())
            amount.lines.push_back({id, quote.priced() ? tariff.at(tariff.outcome("no_line_applies").value()).number : quote.outcome_number, {}});
        else
            amount.lines.push_back({id, tariff.at(tariff.outcome(live->outcome).value()).number, live->payable});
    }
    return amount;
}

}  // namespace

Amount Plan::amount(const Placement& record) const {
    const TariffContents& tariff = *tariff_;
    kernel::check_same_tariff(tariff, record);
    std::vector<LineId> lines;
    for (std::size_t i = 0; i < tariff.lines.size(); ++i)
        if (tariff.lines[i].record == record.record()) lines.emplace_back(i);
    const plan::RecordProgram& program = program_->records.at(record.record().index);
    if (!program.row_by_row.empty()) return amount_of(tariff, kernel::account(tariff, record).quote, lines);

    PlacementTable row(tariff_, record.record(), 1);
    for (const plan::FactCheck& check : program.checks) {
        const StatedFact& stated = record.at(check.fact);
        if (stated.given == Given::absent) row.without(check.fact);
        else row.set(check.fact, std::span(&stated.value, 1), stated.given == Given::given ? nullptr : &stated.given);
    }
    std::int64_t total = 0;
    std::uint16_t outcome = 0;
    std::vector<std::int64_t> pence(lines.size());
    std::vector<std::uint16_t> outcomes(lines.size());
    QuoteTable quotes{std::span(&total, 1), std::span(&outcome, 1), {}};
    for (std::size_t k = 0; k < lines.size(); ++k) quotes.lines.push_back({lines[k], std::span(&pence[k], 1), std::span(&outcomes[k], 1), {}, {}, {}});
    price_as_known(row, quotes);
    Amount amount{outcome, tariff.outcome_numbered(outcome)->outcome_class, Money::from_pence(total), {}};
    for (std::size_t k = 0; k < lines.size(); ++k) amount.lines.push_back({lines[k], outcomes[k], Money::from_pence(pence[k])});
    return amount;
}

}  // namespace bandtariff
