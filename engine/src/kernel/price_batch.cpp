// A compiled program over columns: block by block, loaded, cut into periods, each group of lines run and accrued, and the
// lines folded into each record's outcome and total. Entry point: Plan::price(PlacementTable, QuoteTable).
// Scratch is allocated once a call; a row costs no allocation outside the exact lane.
#include <algorithm>
#include <stdexcept>

#include "kernel/batch.hpp"
#include "kernel/lane_passes.hpp"
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
                 counts(plan::block_rows), payer(plan::block_rows), rank(plan::block_rows), weight(plan::block_rows), own_pence(plan::block_rows) {}
    bool told = false;    ///< whether worst, live, valued, counts and own_day are written: else every row has values and nothing else
    bool ended = false;   ///< whether its pence are there already
    bool ranked = false;  ///< whether any row's rank is not 0; else `rank` is not written
    bool compared = false;  ///< whether any row had a second stretch to differ from its first; else `differs` is all 0
    SmallColumn worst;    ///< greatest rank met
    SmallColumn live;     ///< 1 where the line is there on any day
    SmallColumn valued;   ///< 1 where it has a value on any day that counts
    SmallColumn differs;  ///< 1 where two days are unlike
    SmallColumn own_day;  ///< once: the rank on its day
    SmallColumn counts;
    SmallColumn payer;    ///< where the party varies: its code, or QuoteTable's marks
    SmallColumn rank;     ///< in the end: 0 priced, a nothing, a stop, or absent
    ColumnOf<std::int64_t> weight, own_pence;
    std::int64_t* pence = nullptr;  ///< own_pence, or the caller's totals where this line is all of them
    [[nodiscard]] Small rank_at(std::size_t i) const { return ranked ? rank[i] : 0; }
};

/// Whether two stretches that are unlike change what becomes of a line.
bool asks_whether_days_differ(const LineProgram& line) { return line.payment.one_state || !line.span_of_its_own; }

/// Whether a line's weights add up over any stretches in any order, and are 0 where there are no days.
bool by_stretches(const LineProgram& line) {
    return (line.weights.kind == Weights::Kind::days || line.weights.kind == Weights::Kind::table) && !asks_whether_days_differ(line) && line.payer.valid();
}

/// So few periods that every row is taken through each of them, with or without days there.
constexpr Small few_periods = 4;

class Batch {
public:
    Batch(const plan::RecordProgram& program, const Ranks& ranks)
        : program_(program), ranks_(ranks), loaded_(program), refusal_(plan::block_rows), before_lines_(plan::block_rows), money_(plan::block_rows) {
        if (program.refuse) refuse_scratch_ = program.refuse->code->scratch();
        for (const Group& group : program.groups) {
            scratch_.push_back(group.code->scratch());
            lines_.emplace_back(group.lines.size());
            by_stretches_.push_back(std::all_of(group.lines.begin(), group.lines.end(), by_stretches));
        }
        alone_ = program.groups.size() == 1 && program.groups[0].lines.size() == 1 && program.groups[0].lines[0].paid && program.total_proved;
    }

    void price(const PlacementTable& records, const QuoteTable& quotes) {
        for (std::size_t start = 0; start < records.rows(); start += plan::block_rows) {
            load(program_, ranks_, records, start, loaded_);
            find_days(program_.span, ranks_, loaded_);
            refuse();
            for (auto& group : lines_)
                for (LineRows& rows : group) rows.pence = alone_ ? quotes.total_pence.data() + start : rows.own_pence.data();
            for (std::size_t g = 0; g < program_.groups.size(); ++g) price_group(g);
            any_before_lines_ = loaded_.any_stopped && !quotes.lines.empty();
            if (any_before_lines_) std::copy_n(loaded_.stopped.begin(), loaded_.rows, before_lines_.begin());
            fold(start, quotes);
            write_lines(start, quotes);
        }
    }

private:
    void refuse();
    void price_group(std::size_t g);
    void price_stretch(std::size_t g, bool first, bool only);
    void accrue(const Group& group, std::size_t line, bool first, bool only, LineRows& rows, plan::LaneCode::Scratch& scratch);
    void add_ranks(const Group& group, std::size_t line, const Small* state, LineRows& rows, plan::LaneCode::Scratch& scratch);
    void tell(LineRows& rows, bool first) const;
    void settle(const LineProgram& line, LineRows& rows);
    void fold(std::size_t start, const QuoteTable& quotes);
    void fold_row(std::size_t i, std::size_t row, const QuoteTable& quotes);
    void write_lines(std::size_t start, const QuoteTable& quotes);
    void write_payers(const LineProgram& line, const LineRows& rows, std::span<std::uint16_t> payer) const;
    void show_period(const Group& group) {
        if (!group.period) return;
        if (stretch_.one_period) loaded_.fill(*group.period, *stretch_.one_period);
        loaded_.block.small[*group.period] = stretch_.one_period ? loaded_.small[*group.period].data() : stretch_.own_period.data();
    }

    const plan::RecordProgram& program_;
    const Ranks& ranks_;
    LoadedBlock loaded_;
    StretchRows stretch_;
    SmallColumn refusal_;
    SmallColumn before_lines_;  ///< `stopped` as it was before lines were folded
    bool any_before_lines_ = false;
    ColumnOf<std::int64_t> money_;
    std::unique_ptr<plan::LaneCode::Scratch> refuse_scratch_;
    std::vector<std::unique_ptr<plan::LaneCode::Scratch>> scratch_;
    std::vector<std::vector<LineRows>> lines_;
    std::vector<bool> by_stretches_;  ///< by group: all its lines are
    bool alone_ = false;              ///< one line is the whole record
};

void Batch::refuse() {
    if (!program_.refuse) return;
    const Group& group = *program_.refuse;
    std::fill_n(refusal_.begin(), loaded_.rows, 0);
    const Small periods = find_periods(group.cuts, loaded_, stretch_);
    Small any = 0;
    for (Small n = 0; n < periods; ++n) {
        take_stretch(group.cuts, n, loaded_, stretch_);
        show_period(group);
        group.code->run(loaded_.block, n > 0, *refuse_scratch_);
        const Small* rank = group.code->small(*refuse_scratch_, group.refusal);
        if (passes().any(loaded_.rows, rank) == 0) continue;
        for (std::size_t i = 0; i < loaded_.rows; ++i) {
            refusal_[i] = std::max(refusal_[i], stretch_.active[i] != 0 ? rank[i] : 0);
            any |= refusal_[i];
        }
    }
    if (any == 0) return;
    loaded_.any_stopped = true;
    for (std::size_t i = 0; i < loaded_.rows; ++i) {
        if (refusal_[i] == 0) continue;
        loaded_.stopped[i] = refusal_[i];
        if (!loaded_.same_days) loaded_.first[i] = loaded_.until[i] = program_.span.reach.first;
    }
}

void Batch::price_group(std::size_t g) {
    const Group& group = program_.groups[g];
    plan::LaneCode::Scratch& scratch = *scratch_[g];
    for (std::size_t k = 0; k < group.lines.size(); ++k) {
        LineRows& rows = lines_[g][k];
        rows.told = rows.ended = rows.ranked = rows.compared = false;
        if (asks_whether_days_differ(group.lines[k])) std::fill_n(rows.differs.begin(), loaded_.rows, 0);
        if (!group.lines[k].payer.valid()) std::fill_n(rows.payer.begin(), loaded_.rows, QuoteTable::no_payer);
    }
    const Reached reached = group.cuts.empty() ? Reached{} : periods_reached(group.cuts, loaded_);
    if (reached.first == reached.last) {
        take_all(loaded_, stretch_);
        stretch_.one_period = reached.first;
        price_stretch(g, true, true);
    } else if (by_stretches_[g] && reached.last - reached.first < few_periods) {
        for (Small period = reached.first; period <= reached.last; ++period) {
            take_period(group.cuts, period, loaded_, stretch_);
            price_stretch(g, period == reached.first, false);
        }
    } else {
        const Small periods = find_periods(group.cuts, loaded_, stretch_);
        for (Small n = 0; n < periods; ++n) {
            take_stretch(group.cuts, n, loaded_, stretch_);
            price_stretch(g, n == 0, false);
        }
    }
    for (std::size_t k = 0; k < group.lines.size(); ++k) {
        LineRows& rows = lines_[g][k];
        if (!rows.ended) rows.ranked = !group.code->finish(k, loaded_.rows, rows.pence, rows.rank.data(), scratch);
        settle(group.lines[k], rows);
    }
}

/// One stretch of each row's days through a group's routine and into its lines. `only`: there is no other.
void Batch::price_stretch(std::size_t g, bool first, bool only) {
    const Group& group = program_.groups[g];
    show_period(group);
    group.code->run(loaded_.block, !first, *scratch_[g]);
    for (std::size_t k = 0; k < group.lines.size(); ++k) accrue(group, k, first, only, lines_[g][k], *scratch_[g]);
}

/// Begins to write down what a line is on its rows' days: on all those that were looked at it had a value. Of stretches by period,
/// those are the days before this one's; of each row's own stretches, every row had the first.
void Batch::tell(LineRows& rows, bool first) const {
    rows.told = true;
    std::fill_n(rows.worst.begin(), loaded_.rows, 0);
    std::fill_n(rows.own_day.begin(), loaded_.rows, ranks_.absent);
    for (SmallColumn* column : {&rows.live, &rows.valued}) {
        if (first) std::fill_n(column->begin(), loaded_.rows, 0);
        else for (std::size_t i = 0; i < loaded_.rows; ++i)
            (*column)[i] = loaded_.stopped[i] == 0 && (!stretch_.one_period || loaded_.first[i] < stretch_.from[i]) ? 1 : 0;
    }
}

/// Adds what the last run gave for one line: ranks here, sums in the lane.
void Batch::accrue(const Group& group, std::size_t k, bool first, bool only, LineRows& rows, plan::LaneCode::Scratch& scratch) {
    const LineProgram& line = group.lines[k];
    const std::size_t n = loaded_.rows;
    const Small* state = group.code->small(scratch, line.payment.state);
    const bool own_day_matters = line.weights.kind == Weights::Kind::once && line.weights.on;
    if (!rows.told && (own_day_matters || !line.payer.valid() || passes().any(n, state) != 0)) tell(rows, first);
    if (!rows.told && only && line.weights.kind == Weights::Kind::days) {
        rows.ended = true;
        rows.ranked = !group.code->finish_days(k, n, stretch_.from, stretch_.until, rows.pence, rows.rank.data(), scratch);
        return;
    }
    if (first) group.code->begin(k, n, scratch);
    const bool by_days = line.weights.kind == Weights::Kind::days && !rows.told;
    if (!by_days) weigh(line.weights, program_.span, loaded_, stretch_, first, rows.weight.data());
    if (rows.told) add_ranks(group, k, state, rows, scratch);
    const bool asks = asks_whether_days_differ(line) && !only;
    rows.compared = rows.compared || asks;
    group.code->accrue(k, n, first,
                       {state, stretch_.active, rows.told ? rows.counts.data() : nullptr, by_days ? nullptr : rows.weight.data(), stretch_.from, stretch_.until,
                        asks ? rows.differs.data() : nullptr},
                       scratch);
}

void Batch::add_ranks(const Group& group, std::size_t k, const Small* __restrict state, LineRows& rows, plan::LaneCode::Scratch& scratch) {
    const LineProgram& line = group.lines[k];
    const std::size_t n = loaded_.rows;
    const Small* __restrict active = stretch_.active;
    const Small absent = ranks_.absent;
    Small* __restrict live = rows.live.data();
    Small* __restrict worst = rows.worst.data();
    Small* __restrict counts = rows.counts.data();
    Small* __restrict valued = rows.valued.data();
    for (std::size_t i = 0; i < n; ++i) {
        const Small there = active[i] & (state[i] != absent ? 1 : 0);
        const Small met = there != 0 ? state[i] : 0;
        live[i] |= there;
        worst[i] = worst[i] > met ? worst[i] : met;
        counts[i] = active[i] & (state[i] == 0 ? 1 : 0);
    }
    if (line.weights.kind == Weights::Kind::once) {
        for (std::size_t i = 0; i < n; ++i) {
            const bool own = active[i] != 0 && rows.weight[i] != 0;
            rows.own_day[i] = own ? state[i] : rows.own_day[i];
            counts[i] = own ? counts[i] : 0;
        }
    }
    for (std::size_t i = 0; i < n; ++i) valued[i] |= counts[i];
    if (line.payer.valid()) return;
    const Small* __restrict code = group.code->small(scratch, line.payer_code);
    const Small* __restrict stop = group.code->small(scratch, line.payer_stop);
    for (std::size_t i = 0; i < n; ++i) {
        if (counts[i] == 0) continue;
        const Small party = stop[i] != 0 ? QuoteTable::no_payer : code[i];
        rows.payer[i] = rows.payer[i] == QuoteTable::no_payer || rows.payer[i] == party ? party : QuoteTable::several_payers;
    }
}

/// A line's rank in the end, from its days, its weights and what ending its sum gave; no pence but where it is priced.
void Batch::settle(const LineProgram& line, LineRows& rows) {
    const bool asks_times = line.weights.kind == Weights::Kind::times && loaded_.all[*line.weights.on_missing] != 0;
    if (!rows.told && !asks_times && !rows.compared && never_refused(line.weights)) return;
    if (!rows.told) {
        std::fill_n(rows.live.begin(), loaded_.rows, 1);
        std::fill_n(rows.valued.begin(), loaded_.rows, 1);
        std::fill_n(rows.worst.begin(), loaded_.rows, 0);
    }
    if (!rows.ranked) std::fill_n(rows.rank.begin(), loaded_.rows, 0);
    rows.ranked = true;
    const bool once = line.weights.kind == Weights::Kind::once;
    const bool named_day = once && line.weights.on_missing;
    const bool refuses = !never_refused(line.weights);
    for (std::size_t i = 0; i < loaded_.rows; ++i) {
        if (loaded_.stopped[i] != 0) continue;
        Small rank = rows.rank[i];  // not_exact or negative_not_allowed
        Small stop = rows.worst[i] >= ranks_.first_stop ? rows.worst[i] : 0;
        if (!line.span_of_its_own && rows.differs[i] != 0) stop = std::max(stop, ranks_.cannot_split);
        if (rows.live[i] == 0) rank = ranks_.absent;
        else if (stop != 0) rank = stop;
        else if (named_day && loaded_.small[*line.weights.on_missing][i] != 0) rank = ranks_.fact_missing;
        else if (rows.valued[i] == 0) rank = once ? rows.own_day[i] : rows.worst[i];
        else if (asks_times && loaded_.small[*line.weights.on_missing][i] != 0) rank = ranks_.fact_missing;
        else if (const Small days = refuses ? days_refused(line.weights, program_.span, ranks_, loaded_.first[i], loaded_.until[i]) : 0; days != 0) rank = days;
        else if (line.payment.one_state && rows.differs[i] != 0) rank = ranks_.cannot_split;
        rows.rank[i] = rank;
        if (rank != 0) rows.pence[i] = 0;
    }
}

/// Every row's lines to its outcome and total: at once where every line of every row is priced, else row by row.
void Batch::fold(std::size_t start, const QuoteTable& quotes) {
    const std::size_t n = loaded_.rows;
    const Passes& with = passes();
    bool ranked = !program_.total_proved;
    bool any_line = false;
    for (const auto& group : lines_) {
        for (const LineRows& rows : group) {
            ranked = ranked || rows.ranked;
            any_line = true;
        }
    }
    if (ranked || !any_line) {
        for (std::size_t i = 0; i < n; ++i) fold_row(i, start + i, quotes);
        return;
    }
    std::int64_t* total = quotes.total_pence.data() + start;
    const std::int64_t* money = total;
    if (!alone_) {
        std::fill_n(total, n, 0);
        std::fill_n(money_.begin(), n, 0);
        money = money_.data();
        for (std::size_t g = 0; g < program_.groups.size(); ++g) {
            for (std::size_t k = 0; k < lines_[g].size(); ++k) {
                with.either_money(n, money_.data(), lines_[g][k].pence);
                if (program_.groups[g].lines[k].paid) with.add_pence(n, total, lines_[g][k].pence);
            }
        }
    }
    with.outcomes(n, quotes.outcome.data() + start, money, ranks_.priced, ranks_.priced_zero);
    if (!loaded_.any_stopped) return;
    for (std::size_t i = 0; i < n; ++i) {
        if (loaded_.stopped[i] == 0) continue;
        total[i] = 0;
        quotes.outcome[start + i] = ranks_.number_of[static_cast<std::size_t>(loaded_.stopped[i])];
        for (auto& group : lines_)
            for (LineRows& rows : group) rows.pence[i] = 0;
    }
}

/// The lines of one row to its outcome and total.
void Batch::fold_row(std::size_t i, std::size_t row, const QuoteTable& quotes) {
    if (loaded_.stopped[i] != 0) {
        quotes.total_pence[row] = 0;
        for (auto& group : lines_)
            for (LineRows& rows : group) rows.pence[i] = 0;
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
            const Small rank = rows.rank_at(i);
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
        loaded_.any_stopped = true;
        quotes.total_pence[row] = 0;
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
        const bool pays = rows.rank_at(i) == 0 && loaded_.stopped[i] == 0;
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
                std::copy_n(rows.pence, loaded_.rows, wanted.pence.begin() + static_cast<std::ptrdiff_t>(start));
                if (!wanted.payer.empty()) write_payers(program_.groups[g].lines[k], rows, wanted.payer.subspan(start, loaded_.rows));
                if (wanted.outcome.empty()) continue;
                for (std::size_t i = 0; i < loaded_.rows; ++i) {
                    // Where the record stopped before its lines, they have no outcome but its own.
                    const bool before_lines = rows.told ? rows.live[i] == 0 : any_before_lines_ && before_lines_[i] != 0;
                    const Small rank = before_lines && loaded_.stopped[i] != 0 ? loaded_.stopped[i] : rows.rank_at(i);
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
