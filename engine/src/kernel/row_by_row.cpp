// Rows of columns to one-row prices and back to columns: see row_by_row.hpp.
#include "kernel/row_by_row.hpp"

#include <algorithm>

#include "kernel/account.hpp"

namespace bandtariff::kernel {
namespace {

std::uint16_t payer_of(const TariffContents& tariff, const QuoteLine* line) {
    if (line == nullptr || line->outcome != "priced") return QuoteTable::no_payer;
    const auto code = line->slices.empty() ? tariff.code(tariff.party, line->payer) : std::nullopt;
    return code ? static_cast<std::uint16_t>(code->index) : QuoteTable::several_payers;
}

/// A line that is absent is shown as such, and where the record stopped, by what stopped it.
std::uint16_t outcome_of(const TariffContents& tariff, const Quote& quote, const QuoteLine* line) {
    if (line != nullptr) return tariff.at(tariff.outcome(line->outcome).value()).number;
    return quote.priced() ? tariff.at(tariff.outcome("no_line_applies").value()).number : quote.outcome_number;
}

}  // namespace

void price_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, const QuoteTable& quotes) {
    for (std::size_t row = 0; row < records.rows(); ++row) {
        Placement record(tariff, records.record());
        for (const plan::FactCheck& check : program.checks) record.state(check.fact, read_fact(*tariff, check.fact, records.column(check.fact), row));
        const Quote quote = account(*tariff, record).quote;
        quotes.total_pence[row] = quote.total.pence();
        quotes.outcome[row] = quote.outcome_number;
        for (const QuoteTable::LineColumn& column : quotes.lines) {
            const QuoteLine* line = quote.line(tariff->at(column.line).name);
            column.pence[row] = line == nullptr ? 0 : line->payable.pence();
            if (!column.outcome.empty()) column.outcome[row] = outcome_of(*tariff, quote, line);
            for (std::size_t k = 0; k < column.slices.size(); ++k)
                column.slices[k][row] = line == nullptr || line->slices.empty() ? 0 : line->slices[k].payable.pence();
            if (!column.payer.empty()) column.payer[row] = payer_of(*tariff, line);
        }
    }
}

void price_scenarios_row_by_row(const Tariff& tariff, const plan::RecordProgram& program, const PlacementTable& records, std::size_t scenarios,
                                const QuoteTable& block, const std::function<void(std::size_t scenario, std::size_t start, std::size_t rows)>& take) {
    const std::vector<Fact>& facts = tariff->facts;
    const auto by_scenario = std::find_if(facts.begin(), facts.end(), [](const Fact& fact) { return fact.scenario; });
    std::vector<std::uint16_t> column(plan::block_rows);
    for (std::size_t start = 0; start < records.rows(); start += plan::block_rows) {
        const std::size_t rows = std::min(plan::block_rows, records.rows() - start);
        PlacementTable some = records.slice(start, rows);
        for (std::size_t scenario = 0; scenario < scenarios; ++scenario) {
            if (by_scenario != facts.end()) {
                std::fill(column.begin(), column.end(), static_cast<std::uint16_t>(scenario));
                some.set(FactId(static_cast<std::size_t>(by_scenario - facts.begin())), std::span<const std::uint16_t>(column).first(rows));
            }
            price_row_by_row(tariff, program, some, block);
            take(scenario, start, rows);
        }
    }
}

}  // namespace bandtariff::kernel
