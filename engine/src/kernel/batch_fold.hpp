// A block's lines to each record's outcome and total. Used by price_batch.cpp only.
#pragma once

#include <vector>

#include "kernel/batch_lines.hpp"
#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {

/// What the lines of each row came to so far, and its outcome.
class FoldedRows {
public:
    FoldedRows(const plan::Ranks& ranks, std::size_t most);

    /// Before a block's first line.
    void begin(std::size_t rows);
    /// What is added so far is kept, and gone back to for other lines.
    void keep(std::size_t rows);
    void go_back(std::size_t rows);
    /// Throws std::overflow_error where a total leaves 64 bits.
    void add(const plan::LineProgram& line, const LineRows& rows, std::size_t count);
    /// Outcomes and totals; `stopped` becomes what stops each row, its lines included. Whether any row is stopped.
    bool end(std::size_t rows, Small* stopped, std::int64_t* total, std::uint16_t* outcome);
    /// The same of a record that is one line, whose pence are its totals already.
    void end_alone(std::size_t rows, const std::int64_t* total, std::uint16_t* outcome) const;
    /// The same where some rows are stopped or have a rank.
    bool end_alone(const LineRows& line, std::size_t rows, Small* stopped, std::int64_t* total, std::uint16_t* outcome);

private:
    std::vector<std::uint16_t> numbers_;  ///< by rank, and past the last of them by FoldRanks; then what may be read over (see Words)
    std::size_t numbers_in_all_ = 0;
    FoldRanks ranks_;
    struct Columns {
        SmallColumn stop, separable, nothing, notional, flags;
        ColumnOf<std::int64_t> total;
        Columns() = default;
        explicit Columns(std::size_t most) : stop(most), separable(most), nothing(most), notional(most), flags(most), total(most) {}
        void copy_from(const Columns& other, std::size_t rows);
    };
    Columns now_, kept_;
    SmallColumn rank_;
};

}  // namespace bandtariff::kernel
