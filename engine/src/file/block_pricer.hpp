// One block of rows priced: its part of the output file, and what it adds to the summary. Internal to src/file; a pricer
// belongs to one thread, what it is made from is shared.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "file/row_block.hpp"
#include "file/sums.hpp"
#include "file/written_text.hpp"

namespace bandtariff::file {

constexpr std::size_t most_first_lines = 5;

/// The outcomes met so far, in the order they were met, with their counts.
class Tally {
public:
    /// The count of an outcome, made where it is met for the first time.
    FileSummary::Count& of(const std::string& code, OutcomeClass outcome_class, bool at_fault);
    /// What later rows add.
    void add(const Tally& later);
    [[nodiscard]] std::vector<FileSummary::Count> result() &&;

private:
    std::deque<FileSummary::Count> counts_;  ///< never moved: rows of a block remember theirs
};

/// How rows are written and counted: the same for every block.
struct Writing {
    Writing(const Layout& layout, const FileOptions& options);

    /// What an outcome looks like in the file.
    struct Shown {
        const Outcome* outcome = nullptr;
        SteppedText code;    ///< ",priced,"
        SteppedText reason;  ///< "," and the line end, or between them why there is no ordinary money
        bool has_money = false;
        bool at_fault = false;  ///< 200s and 300s are the record's own faults: its facts, its days
    };
    const Layout& layout;
    std::vector<Shown> shown;        ///< one an outcome of the tariff
    std::vector<std::uint16_t> of;   ///< by outcome number: which of `shown`
    bool lines = false, strict = false;
    std::optional<std::size_t> by;   ///< the column that totals are also given by
};

struct PricedBlock {
    explicit PricedBlock(const Writing& writing, const std::vector<LineId>& lines) : sums(*writing.layout.plan.tariff(), lines) {}
    std::string_view text;  ///< in its pricer, until that prices another block
    std::uint64_t rows = 0;
    Sums sums;
    Tally tally;
    bool stopped = false;  ///< strict, and its last row was not priced
};

class BlockPricer {
public:
    explicit BlockPricer(const Writing& writing);
    [[nodiscard]] PricedBlock price(RowBlock& block);
    [[nodiscard]] const std::vector<LineId>& lines() const { return prices_.lines; }

private:
    void write(const RowBlock& block, std::size_t row, PricedBlock& priced);
    void write_unreadable(const RowBlock& block, std::size_t row, PricedBlock& priced);
    void write_reason(const std::string& reason, FileSummary::Count& count);
    FileSummary::Count& count(std::size_t index, std::uint64_t line, PricedBlock& priced);
    const Writing& writing_;
    BlockParser parser_;
    BlockPrices prices_;
    WrittenText text_;
    std::vector<FileSummary::Count*> counts_;  ///< by outcome, of the block at hand; the last is of unreadable rows
};

}  // namespace bandtariff::file
