// A compiled program over columns: block by block, loaded, cut into periods, each group of lines run and accrued, and the
// lines folded into each record's outcome and total. Entry point: Plan::price(PlacementTable, QuoteTable).
// Scratch is allocated once a call; a row costs no allocation outside the exact lane.
#include <algorithm>
#include <stdexcept>

#include "kernel/batch.hpp"
#include "kernel/row_by_row.hpp"

namespace bandtariff::kernel {
namespace {

using plan::Group;
using plan::LineProgram;
using plan::Ranks;
using plan::Weights;

/// One line of a block: what its days came to so far, and what the line comes to.
struct LineRows {
    LineRows() : worst(plan::block_rows), live(plan::block_rows), valued(plan::block_rows), differs(plan::block_rows), own_day(plan::block_rows),
                 counts(plan::block_rows), payer(plan::block_rows), rank(plan::block_rows), weight(plan::block_rows), pence(plan::block_rows) {}
    SmallColumn worst;    ///< greatest rank met
    SmallColumn live;     ///< 1 where the line is there on any day
    SmallColumn valued;   ///< 1 where it has a value on any day that counts
    SmallColumn differs;  ///< 1 where two days are unlike
    SmallColumn own_day;  ///< once: the rank on its day
    SmallColumn counts;
    SmallColumn payer;    ///< where the party varies: its code, or QuoteTable's marks
    SmallColumn rank;     ///< in the end: 0 priced, a nothing, a stop, or absent
    std::vector<std::int64_t> weight, pence;
};

class Batch {
public:
    Batch(const plan::RecordProgram& program, const Ranks& ranks) : program_(program), ranks_(ranks), loaded_(program), refusal_(plan::block_rows) {
        if (program.refuse) refuse_scratch_ = program.refuse->code->scratch();
        for (const Group& group : program.groups) {
            scratch_.push_back(group.code->scratch());
            lines_.emplace_back(group.lines.size());
        }
    }

    void price(const PlacementTable& records, const QuoteTable& quotes) {
        for (std::size_t start = 0; start < records.rows(); start += plan::block_rows) {
            load(program_, ranks_, records, start, loaded_);
            find_days(program_.span, ranks_, loaded_);
            refuse();
            for (std::size_t g = 0; g < program_.groups.size(); ++g) price_group(g);
            for (std::size_t i = 0; i < loaded_.rows; ++i) fold_row(i, start + i, quotes);
            write_lines(start, quotes);
        }
    }

private:
    void refuse();
    void price_group(std::size_t g);
    void accrue(const Group& group, std::size_t line, bool first, LineRows& rows, plan::LaneCode::Scratch& scratch);
    void settle(const LineProgram& line, LineRows& rows);
    void fold_row(std::size_t i, std::size_t row, const QuoteTable& quotes);
    void write_lines(std::size_t start, const QuoteTable& quotes);
    void write_payers(const LineProgram& line, const LineRows& rows, std::span<std::uint16_t> payer) const;
    void set_period(const Group& group) {
        if (group.period) loaded_.block.small[*group.period] = stretch_.period.data();
    }

    const plan::RecordProgram& program_;
    const Ranks& ranks_;
    LoadedBlock loaded_;
    StretchRows stretch_;
    SmallColumn refusal_;
    std::unique_ptr<plan::LaneCode::Scratch> refuse_scratch_;
    std::vector<std::unique_ptr<plan::LaneCode::Scratch>> scratch_;
    std::vector<std::vector<LineRows>> lines_;
};

void Batch::refuse() {
    if (!program_.refuse) return;
    const Group& group = *program_.refuse;
    std::fill_n(refusal_.begin(), loaded_.rows, 0);
    const Small periods = find_periods(group.cuts, loaded_, stretch_);
    for (Small n = 0; n < periods; ++n) {
        take_stretch(group.cuts, n, loaded_, stretch_);
        set_period(group);
        group.code->run(loaded_.block, *refuse_scratch_);
        const Small* rank = group.code->small(*refuse_scratch_, group.refusal);
        for (std::size_t i = 0; i < loaded_.rows; ++i) refusal_[i] = std::max(refusal_[i], stretch_.active[i] != 0 ? rank[i] : 0);
    }
    for (std::size_t i = 0; i < loaded_.rows; ++i) {
        if (refusal_[i] == 0) continue;
        loaded_.stopped[i] = refusal_[i];
        loaded_.first[i] = loaded_.until[i] = program_.span.reach.first;
    }
}

void Batch::price_group(std::size_t g) {
    const Group& group = program_.groups[g];
    plan::LaneCode::Scratch& scratch = *scratch_[g];
    for (std::size_t k = 0; k < group.lines.size(); ++k) {
        LineRows& rows = lines_[g][k];
        for (SmallColumn* column : {&rows.worst, &rows.live, &rows.valued, &rows.differs}) std::fill_n(column->begin(), loaded_.rows, 0);
        std::fill_n(rows.own_day.begin(), loaded_.rows, ranks_.absent);
        std::fill_n(rows.payer.begin(), loaded_.rows, QuoteTable::no_payer);
        group.code->begin(k, loaded_.rows, scratch);
    }
    const Small periods = find_periods(group.cuts, loaded_, stretch_);
    for (Small n = 0; n < periods; ++n) {
        take_stretch(group.cuts, n, loaded_, stretch_);
        set_period(group);
        group.code->run(loaded_.block, scratch);
        for (std::size_t k = 0; k < group.lines.size(); ++k) accrue(group, k, n == 0, lines_[g][k], scratch);
    }
    for (std::size_t k = 0; k < group.lines.size(); ++k) {
        LineRows& rows = lines_[g][k];
        group.code->finish(k, loaded_.rows, rows.pence.data(), rows.rank.data(), scratch);
        settle(group.lines[k], rows);
    }
}

/// Adds what the last run gave for one line: ranks here, sums in the lane.
void Batch::accrue(const Group& group, std::size_t k, bool first, LineRows& rows, plan::LaneCode::Scratch& scratch) {
    const LineProgram& line = group.lines[k];
    const std::size_t n = loaded_.rows;
    const Small* __restrict state = group.code->small(scratch, line.payment.state);
    const Small* __restrict active = stretch_.active.data();
    const Small absent = ranks_.absent;
    weigh(line.weights, program_.span, loaded_, stretch_, first, rows.weight.data());
    for (std::size_t i = 0; i < n; ++i) {
        const Small there = active[i] & (state[i] != absent);
        rows.live[i] |= there;
        rows.worst[i] = std::max(rows.worst[i], there != 0 ? state[i] : 0);
        rows.counts[i] = active[i] & (state[i] == 0);
    }
    if (line.weights.kind == Weights::Kind::once) {
        for (std::size_t i = 0; i < n; ++i) {
            const bool own = active[i] != 0 && rows.weight[i] != 0;
            rows.own_day[i] = own ? state[i] : rows.own_day[i];
            rows.counts[i] = own ? rows.counts[i] : 0;
        }
    }
    for (std::size_t i = 0; i < n; ++i) rows.valued[i] |= rows.counts[i];
    if (!line.payer.valid()) {
        const Small* __restrict code = group.code->small(scratch, line.payer_code);
        const Small* __restrict stop = group.code->small(scratch, line.payer_stop);
        for (std::size_t i = 0; i < n; ++i) {
            if (rows.counts[i] == 0) continue;
            const Small party = stop[i] != 0 ? QuoteTable::no_payer : code[i];
            rows.payer[i] = rows.payer[i] == QuoteTable::no_payer || rows.payer[i] == party ? party : QuoteTable::several_payers;
        }
    }
    group.code->accrue(k, n, first, {state, active, rows.counts.data(), rows.weight.data(), rows.differs.data()}, scratch);
}

/// A line's rank in the end, from its days, its weights and what ending its sum gave; no pence but where it is priced.
void Batch::settle(const LineProgram& line, LineRows& rows) {
    for (std::size_t i = 0; i < loaded_.rows; ++i) {
        Small rank = rows.rank[i];  // not_exact or negative_not_allowed
        Small stop = rows.worst[i] >= ranks_.first_stop ? rows.worst[i] : 0;
        if (!line.span_of_its_own && rows.differs[i] != 0) stop = std::max(stop, ranks_.cannot_split);
        const bool once = line.weights.kind == Weights::Kind::once;
        if (rows.live[i] == 0) rank = ranks_.absent;
        else if (stop != 0) rank = stop;
        else if (once && line.weights.on_missing && loaded_.small[*line.weights.on_missing][i] != 0) rank = ranks_.fact_missing;
        else if (rows.valued[i] == 0) rank = once ? rows.own_day[i] : rows.worst[i];
        else if (line.weights.kind == Weights::Kind::times && loaded_.small[*line.weights.on_missing][i] != 0) rank = ranks_.fact_missing;
        else if (const Small days = days_refused(line.weights, program_.span, ranks_, loaded_.first[i], loaded_.until[i]); days != 0) rank = days;
        else if (line.payment.one_state && rows.differs[i] != 0) rank = ranks_.cannot_split;
        rows.rank[i] = rank;
        if (rank != 0) rows.pence[i] = 0;
    }
}

/// The lines of one row to its outcome and total.
void Batch::fold_row(std::size_t i, std::size_t row, const QuoteTable& quotes) {
    quotes.total_pence[row] = 0;
    if (loaded_.stopped[i] != 0) {
        quotes.outcome[row] = ranks_.number_of[static_cast<std::size_t>(loaded_.stopped[i])];
        return;
    }
    Small stop = 0, separable_stop = 0, nothing = 0, notional_nothing = 0;
    bool valued = false, notional_valued = false, money = false;
    std::int64_t total = 0;
    for (std::size_t g = 0; g < program_.groups.size(); ++g) {
        for (std::size_t k = 0; k < program_.groups[g].lines.size(); ++k) {
            const LineProgram& line = program_.groups[g].lines[k];
            const LineRows& rows = lines_[g][k];
            const Small rank = rows.rank[i];
            if (rank == ranks_.absent) continue;
            if (rank >= ranks_.first_stop) {
                Small& into = line.separable ? separable_stop : stop;
                into = std::max(into, rank);
            } else if (rank != 0) {
                Small& into = line.paid ? nothing : notional_nothing;
                into = std::max(into, rank);
            } else {
                (line.paid ? valued : notional_valued) = true;
                money = money || rows.pence[i] != 0;
                if (line.paid && __builtin_add_overflow(total, rows.pence[i], &total)) throw std::overflow_error("a total is past 64 bits of pence");
            }
        }
    }
    const auto number = [&](Small rank) { return ranks_.number_of[static_cast<std::size_t>(rank)]; };
    // What is shown and not paid says how the record is priced only where no line is paid.
    if (!valued && nothing == 0) {
        valued = notional_valued;
        nothing = notional_nothing;
    }
    const bool anything_but_stops = valued || nothing != 0;
    if (stop == 0 && !anything_but_stops) stop = separable_stop;
    if (stop != 0) {
        loaded_.stopped[i] = stop;
        quotes.outcome[row] = number(stop);
        for (auto& group : lines_) {
            for (LineRows& rows : group) rows.pence[i] = 0;
        }
        return;
    }
    quotes.total_pence[row] = total;
    if (!anything_but_stops) quotes.outcome[row] = number(ranks_.absent);
    else if (separable_stop != 0) quotes.outcome[row] = ranks_.priced_in_part;
    else if (!valued) quotes.outcome[row] = number(nothing);
    else quotes.outcome[row] = money ? ranks_.priced : ranks_.priced_zero;
}

/// Who pays a line, on the rows where it pays.
void Batch::write_payers(const LineProgram& line, const LineRows& rows, std::span<std::uint16_t> payer) const {
    for (std::size_t i = 0; i < payer.size(); ++i) {
        const bool pays = rows.rank[i] == 0 && loaded_.stopped[i] == 0;
        const Small party = line.payer.valid() ? static_cast<Small>(line.payer.index) : rows.payer[i];
        payer[i] = pays ? static_cast<std::uint16_t>(party) : QuoteTable::no_payer;
    }
}

void Batch::write_lines(std::size_t start, const QuoteTable& quotes) {
    for (const QuoteTable::LineColumn& wanted : quotes.lines) {
        for (std::size_t g = 0; g < program_.groups.size(); ++g) {
            for (std::size_t k = 0; k < program_.groups[g].lines.size(); ++k) {
                if (program_.groups[g].lines[k].line != wanted.line) continue;
                const LineRows& rows = lines_[g][k];
                std::copy_n(rows.pence.begin(), loaded_.rows, wanted.pence.begin() + static_cast<std::ptrdiff_t>(start));
                if (!wanted.payer.empty()) write_payers(program_.groups[g].lines[k], rows, wanted.payer.subspan(start, loaded_.rows));
                if (wanted.outcome.empty()) continue;
                for (std::size_t i = 0; i < loaded_.rows; ++i) {
                    // Where the record stopped before its lines, they have no outcome but its own.
                    const Small rank = rows.live[i] == 0 && loaded_.stopped[i] != 0 ? loaded_.stopped[i] : rows.rank[i];
                    wanted.outcome[start + i] = ranks_.number_of[static_cast<std::size_t>(rank)];
                }
            }
        }
    }
}

void check(const TariffContents& tariff, const plan::RecordProgram& program, const PlacementTable& records, const QuoteTable& quotes) {
    const auto length = [&](std::size_t size, const std::string& name) {
        if (size == records.rows()) return;
        throw std::invalid_argument(name + ": has " + std::to_string(size) + " rows where the records have " + std::to_string(records.rows()));
    };
    length(quotes.total_pence.size(), "total_pence");
    length(quotes.outcome.size(), "outcome");
    for (const QuoteTable::LineColumn& column : quotes.lines) {
        if (tariff.at(column.line).record != records.record()) {
            throw std::invalid_argument(tariff.at(column.line).name + ": is a line of another kind of record");
        }
        length(column.pence.size(), tariff.at(column.line).name);
        if (!column.outcome.empty()) length(column.outcome.size(), tariff.at(column.line).name + " outcome");
        if (!column.payer.empty()) length(column.payer.size(), tariff.at(column.line).name + " payer");
        for (const auto& slice : column.slices) length(slice.size(), tariff.at(column.line).name + " slices");
        if (!column.slices.empty() && column.slices.size() != tariff.at(column.line).payers.size())
            throw std::invalid_argument(tariff.at(column.line).name + ": has " + std::to_string(tariff.at(column.line).payers.size()) + " payers");
    }
    for (const plan::FactCheck& fact : program.checks) {
        if (!fact.admits || records.stated(fact.fact)) continue;
        throw std::invalid_argument(tariff.at(fact.fact).name + ": the pack can read this fact; give it a column or say that no row states it");
    }
}

}  // namespace
}  // namespace bandtariff::kernel

namespace bandtariff {

void Plan::price_as_known(const PlacementTable& records, const QuoteTable& quotes) const {
    const plan::RecordProgram& program = program_->records.at(records.record().index);
    kernel::check(*tariff_, program, records, quotes);
    if (!program.row_by_row.empty()) return kernel::price_row_by_row(tariff_, program, records, quotes);
    kernel::Batch(program, program_->ranks).price(records, quotes);
}

}  // namespace bandtariff
