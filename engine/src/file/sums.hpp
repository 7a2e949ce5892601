// The sums of a priced file: by line, element, payer and, where asked, by the texts of one column. Rows come in blocks of
// columns; nothing is kept a row.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "bandtariff/placement_file.hpp"

namespace bandtariff::file {

/// Where one block's prices go, and what its rows come to.
class Sums {
public:
    Sums(const TariffContents& tariff, RecordId record, bool differences);

    /// Storage for a block's prices, reused: every line of the kind of record, with its payers.
    [[nodiscard]] QuoteTable quotes(std::size_t rows);
    [[nodiscard]] const std::vector<LineId>& lines() const { return lines_; }
    [[nodiscard]] std::uint16_t outcome(std::size_t row) const { return outcome_[row]; }
    [[nodiscard]] Money total(std::size_t row) const { return Money::from_pence(total_[row]); }
    [[nodiscard]] Money pays(std::size_t line, std::size_t row) const { return Money::from_pence(pence_[line][row]); }

    /// Whether the plan says what was paid; and what a line differs by from that.
    [[nodiscard]] bool has_differences() const { return !difference_.empty(); }
    [[nodiscard]] Money difference(std::size_t line, std::size_t row) const { return Money::from_pence(difference_[line][row]); }

    /// Adds one row of the block that has money; `group` is the text it is counted under.
    void add(std::size_t row);
    /// Counts one row, priced or not, under the text of the column that was asked for.
    void add_to_group(std::string group, bool priced, Money total);
    void into(FileSummary& summary) &&;

private:
    const TariffContents& tariff_;
    std::vector<LineId> lines_;
    std::vector<std::string> elements_of_;  ///< by line: "3", "1+2"; empty for a notional line
    std::vector<std::int64_t> total_;
    std::vector<std::uint16_t> outcome_;
    std::vector<std::vector<std::int64_t>> pence_;
    std::vector<std::vector<std::int64_t>> difference_;  ///< empty where none is asked for
    std::vector<std::vector<std::uint16_t>> payer_;
    std::vector<std::vector<std::vector<std::int64_t>>> slices_;  ///< by line and payer, where a line has several

    Money sum_;
    std::vector<Money> line_sums_;
    std::vector<Money> payer_sums_;  ///< by code of the list `party`; the last is for payers that change within a record's days
    std::map<std::string, FileSummary::Group> groups_;
};

}  // namespace bandtariff::file
