// What the rows of a priced file come to: by line, element, payer and, where asked, by the texts of one column. Blocks are
// added up by themselves and then together, exactly, so that no order of them matters. Internal to src/file.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "bandtariff/placement_file.hpp"
#include "file/text_table.hpp"

namespace bandtariff::file {

__extension__ using Pence = __int128;

/// Where one block's prices go: every line of the kind of record, with its payers. Storage is reused.
struct BlockPrices {
    BlockPrices(const TariffContents& tariff, RecordId record, bool differences);
    [[nodiscard]] QuoteTable quotes(std::size_t rows);
    /// Leaves a row without money.
    void clear(std::size_t row);

    std::vector<LineId> lines;
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<std::vector<std::int64_t>> pence;
    std::vector<std::vector<std::int64_t>> difference;  ///< empty where none is asked for
    std::vector<std::vector<std::uint16_t>> payer;
    std::vector<std::vector<std::vector<std::int64_t>>> slices;  ///< by line and payer, where a line has several
};

class Sums {
public:
    Sums(const TariffContents& tariff, const std::vector<LineId>& lines);

    /// Adds the first `rows` rows of a block; those that are not priced have no money in any column.
    void add(const BlockPrices& prices, std::size_t rows);
    /// Counts one row, priced or not, under the text of the column that was asked for.
    void add_to_group(std::string_view group, bool priced, std::int64_t total);
    void add(const Sums& other);
    /// Throws std::overflow_error where a sum is past 64 bits of pence.
    void into(FileSummary& summary) const;

private:
    struct Group {
        std::uint64_t rows = 0, priced = 0;
        Pence total = 0;
    };
    const TariffContents& tariff_;
    std::vector<LineId> lines_;
    Pence sum_ = 0;
    std::vector<Pence> line_sums_;
    std::vector<Pence> payer_sums_;  ///< by code of the list `party`; the last is for payers that change within a record's days
    TextTable group_texts_;
    std::vector<Group> groups_;
};

}  // namespace bandtariff::file
