// One line over a block: what its days came to so far, and what the line comes to. Used by price_batch.cpp only.
#pragma once

#include "kernel/batch.hpp"

namespace bandtariff::kernel {

struct LineRows {
    /// For blocks of up to `most` rows.
    explicit LineRows(std::size_t most)
        : worst(most), live(most), valued(most), differs(most), own_day(most), counts(most), counted_until(most), payer(most), own_rank(most), weight(most), own_pence(most) {}
    bool told = false;      ///< whether worst, live, valued, counts and own_day are written: else every row has values and nothing else
    bool ended = false;     ///< whether its pence are there already
    bool outcomes = false;  ///< whether they were written with them
    bool compared = false;  ///< whether any row had a second stretch to differ from its first; else `differs` is all 0
    SmallColumn worst;      ///< greatest rank met
    SmallColumn live;       ///< 1 where the line is there on any day
    SmallColumn valued;     ///< 1 where it has a value on any day that counts
    SmallColumn differs;    ///< 1 where two days are unlike
    SmallColumn own_day;    ///< once: the rank on its day
    SmallColumn counts;
    SmallColumn counted_until;  ///< where the stretch's days end, none being left where they do not count
    SmallColumn payer;      ///< where the party varies: its code, or QuoteTable's marks
    SmallColumn own_rank;
    const Small* rank = nullptr;  ///< in the end: 0 priced, a nothing, a stop, or absent; nullptr: all 0
    ColumnOf<std::int64_t> weight, own_pence;
    bool past_cache = false;  ///< its pence may go past the cache, if they are not read again here (see Ended)
    std::int64_t* pence = nullptr;  ///< own_pence, or the caller's totals where this line is all of them
    [[nodiscard]] Small rank_at(std::size_t i) const { return rank == nullptr ? 0 : rank[i]; }
};

/// One line on its way through the stretches of a block.
class LineBatch {
public:
    LineBatch(const plan::Group& group, std::size_t line, const plan::SpanProgram& span, const plan::Ranks& ranks)
        : code_(*group.code), position_(line), line_(group.lines[line]), span_(span), ranks_(ranks) {}

    /// Before a block's first stretch.
    void begin(const LoadedBlock& loaded, LineRows& rows) const;
    /// Adds what the last run gave on a stretch; with the last of them, ends the line where that can be done at once. `outcome`, where
    /// the line is the whole record: to be written with its pence.
    void take(const LoadedBlock& loaded, StretchRows& stretch, bool first, bool last, std::uint16_t* outcome, LineRows& rows,
              plan::LaneCode::Scratch& scratch) const;
    /// After its last stretch: pence and ranks.
    void end(const LoadedBlock& loaded, LineRows& rows, plan::LaneCode::Scratch& scratch) const;

private:
    [[nodiscard]] bool ends_with_its_only_stretch(const LoadedBlock& loaded) const;
    void end_at_once(const LoadedBlock& loaded, StretchRows& stretch, bool more, const Small* state, std::uint16_t* outcome, LineRows& rows,
                     plan::LaneCode::Scratch& scratch) const;
    void tell(const LoadedBlock& loaded, const StretchRows& stretch, bool first, LineRows& rows) const;
    void add_ranks(const LoadedBlock& loaded, const StretchRows& stretch, const Small* state, LineRows& rows, plan::LaneCode::Scratch& scratch) const;
    void add_own_days(const LoadedBlock& loaded, const StretchRows& stretch, const Small* state, LineRows& rows) const;
    void settle(const LoadedBlock& loaded, LineRows& rows) const;

    const plan::LaneCode& code_;
    std::size_t position_;
    const plan::LineProgram& line_;
    const plan::SpanProgram& span_;
    const plan::Ranks& ranks_;
};

/// Whether a line's weights add up over any stretches in any order, and are 0 where there are no days.
[[nodiscard]] bool by_stretches(const plan::LineProgram& line);

}  // namespace bandtariff::kernel
