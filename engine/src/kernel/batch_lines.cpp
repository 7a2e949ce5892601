// A line's stretches of days to its pence and ranks: see batch_lines.hpp. Mostly a line has a value on every day, and its one or
// last stretch ends it in the same pass that counts it; what is not so is written down row by row (`told`).
#include "kernel/batch_lines.hpp"

#include <algorithm>

#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {
namespace {

using plan::Weights;

/// Whether two stretches that are unlike change what becomes of a line.
bool asks_whether_days_differ(const plan::LineProgram& line) { return line.payment.one_state || !line.span_of_its_own; }

}  // namespace

bool by_stretches(const plan::LineProgram& line) {
    return (line.weights.kind == Weights::Kind::days || line.weights.kind == Weights::Kind::table) && !asks_whether_days_differ(line) && line.payer.valid();
}

void LineBatch::begin(const LoadedBlock& loaded, LineRows& rows) const {
    rows.told = rows.ended = rows.outcomes = rows.compared = false;
    rows.rank = nullptr;
    if (asks_whether_days_differ(line_)) std::fill_n(rows.differs.begin(), loaded.rows, 0);
    if (!line_.payer.valid()) std::fill_n(rows.payer.begin(), loaded.rows, QuoteTable::no_payer);
}

/// Whether a line of one stretch is its amount times what that counts, wherever it has a value, and its state elsewhere.
bool LineBatch::ends_with_its_only_stretch(const LoadedBlock& loaded) const {
    const Weights& weights = line_.weights;
    if (!code_.ends_at_once(position_) || !never_refused(weights)) return false;
    if (weights.kind == Weights::Kind::once) return !weights.on;
    return weights.kind != Weights::Kind::times || loaded.all[*weights.on_missing] == 0;
}

void LineBatch::end_at_once(const LoadedBlock& loaded, StretchRows& stretch, bool more, const Small* state, std::uint16_t* outcome, LineRows& rows,
                            plan::LaneCode::Scratch& scratch) const {
    const std::size_t n = loaded.rows;
    plan::Counted counted;
    const Weights& weights = line_.weights;
    if (const auto each = each_day(weights, span_, stretch)) {
        counted = stretch.days(*each);
    } else if (weights.kind == Weights::Kind::times) {
        counted.by = plan::Counted::By::number;
        counted.number = loaded.block.stated[*weights.on];
    } else if (weights.kind != Weights::Kind::once && weights.kind != Weights::Kind::sum) {
        stretch.spread(loaded);
        weigh(weights, span_, loaded, stretch, true, rows.weight.data());
        counted.by = plan::Counted::By::weights;
        counted.weights = rows.weight.data();
    }
    rows.outcomes = outcome != nullptr && state == nullptr && !loaded.any_stopped;
    code_.end_at_once(position_, n, counted, more, {rows.pence, rows.outcomes ? outcome : nullptr, ranks_.priced, ranks_.priced_zero, rows.outcomes && rows.past_cache}, scratch);
    rows.ended = true;
    if (state != nullptr) {
        passes().clear_ranked(n, rows.pence, state);
        rows.rank = state;
    }
    if (line_.payer.valid()) return;
    const Small* code = code_.small(scratch, line_.payer_code);
    const Small* stop = code_.small(scratch, line_.payer_stop);
    for (std::size_t i = 0; i < n; ++i) rows.payer[i] = stop[i] != 0 ? QuoteTable::no_payer : code[i];
}

void LineBatch::take(const LoadedBlock& loaded, StretchRows& stretch, bool first, bool last, std::uint16_t* outcome, LineRows& rows,
                     plan::LaneCode::Scratch& scratch) const {
    const std::size_t n = loaded.rows;
    const bool only = first && last;
    const Small* state = code_.small(scratch, line_.payment.state);
    const bool all_valued = code_.is_none(scratch, line_.payment.state) || passes().any(n, state) == 0;
    const bool own_day_matters = line_.weights.kind == Weights::Kind::once && line_.weights.on;
    const std::optional<std::int64_t> each = each_day(line_.weights, span_, stretch);
    const bool by_days = each.has_value();
    if (!rows.told) {
        if (only && ends_with_its_only_stretch(loaded)) return end_at_once(loaded, stretch, false, all_valued ? nullptr : state, outcome, rows, scratch);
        if (last && !first && all_valued && by_days && by_stretches(line_) && never_refused(line_.weights) && code_.ends_at_once(position_))
            return end_at_once(loaded, stretch, true, nullptr, outcome, rows, scratch);
        if (own_day_matters || !line_.payer.valid() || !all_valued) {
            stretch.spread(loaded);
            tell(loaded, stretch, first, rows);
        }
    }
    if (first) code_.begin(position_, n, scratch);
    const bool asks = asks_whether_days_differ(line_) && !only;
    if (rows.told || !by_days || asks) stretch.spread(loaded);
    plan::Counted counted = stretch.days(each.value_or(1));
    if (!by_days) {
        weigh(line_.weights, span_, loaded, stretch, first, rows.weight.data());
        counted.by = plan::Counted::By::weights;
        counted.weights = rows.weight.data();
    }
    if (rows.told) {
        add_ranks(loaded, stretch, state, rows, scratch);
        if (by_days) counted.until = rows.counted_until.data();
    }
    rows.compared = rows.compared || asks;
    code_.accrue(position_, n, first, {state, stretch.active, rows.told ? rows.counts.data() : nullptr, counted, asks ? rows.differs.data() : nullptr}, scratch);
}

void LineBatch::end(const LoadedBlock& loaded, LineRows& rows, plan::LaneCode::Scratch& scratch) const {
    if (rows.ended) return;
    if (!code_.finish(position_, loaded.rows, rows.pence, rows.own_rank.data(), scratch)) rows.rank = rows.own_rank.data();
    settle(loaded, rows);
}

/// Begins to write down what a line is on its rows' days: on all those that were looked at it had a value. Of stretches by period,
/// those are the days before this one's; of each row's own stretches, every row had the first.
void LineBatch::tell(const LoadedBlock& loaded, const StretchRows& stretch, bool first, LineRows& rows) const {
    rows.told = true;
    std::fill_n(rows.worst.begin(), loaded.rows, 0);
    std::fill_n(rows.own_day.begin(), loaded.rows, ranks_.absent);
    for (SmallColumn* column : {&rows.live, &rows.valued}) {
        if (first) std::fill_n(column->begin(), loaded.rows, 0);
        else for (std::size_t i = 0; i < loaded.rows; ++i)
            (*column)[i] = loaded.stopped[i] == 0 && (!stretch.one_period || loaded.first[i] < stretch.from[i]) ? 1 : 0;
    }
}

void LineBatch::add_ranks(const LoadedBlock& loaded, const StretchRows& stretch, const Small* __restrict state, LineRows& rows,
                          plan::LaneCode::Scratch& scratch) const {
    const std::size_t n = loaded.rows;
    const bool once = line_.weights.kind == Weights::Kind::once;
    passes().told_stretch(n, {state, stretch.active, stretch.from, stretch.until, ranks_.absent, rows.live.data(), rows.worst.data(), rows.counts.data(),
                              once ? nullptr : rows.valued.data(), rows.counted_until.data()});
    if (once) add_own_days(loaded, stretch, state, rows);
    if (line_.payer.valid()) return;
    const Small* __restrict code = code_.small(scratch, line_.payer_code);
    const Small* __restrict stop = code_.small(scratch, line_.payer_stop);
    for (std::size_t i = 0; i < n; ++i) {
        if (rows.counts[i] == 0) continue;
        const Small party = stop[i] != 0 ? QuoteTable::no_payer : code[i];
        rows.payer[i] = rows.payer[i] == QuoteTable::no_payer || rows.payer[i] == party ? party : QuoteTable::several_payers;
    }
}

/// Of a sum that falls once, only its own day counts.
void LineBatch::add_own_days(const LoadedBlock& loaded, const StretchRows& stretch, const Small* state, LineRows& rows) const {
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        const bool own = stretch.active[i] != 0 && rows.weight[i] != 0;
        rows.own_day[i] = own ? state[i] : rows.own_day[i];
        rows.counts[i] = own ? rows.counts[i] : 0;
        rows.valued[i] |= rows.counts[i];
    }
}

/// A line's rank in the end, from its days, its weights and what ending its sum gave; no pence but where it is priced.
void LineBatch::settle(const LoadedBlock& loaded, LineRows& rows) const {
    const bool asks_times = line_.weights.kind == Weights::Kind::times && loaded.all[*line_.weights.on_missing] != 0;
    if (!rows.told && !asks_times && !rows.compared && never_refused(line_.weights)) return;
    if (!rows.told) {
        std::fill_n(rows.live.begin(), loaded.rows, 1);
        std::fill_n(rows.valued.begin(), loaded.rows, 1);
        std::fill_n(rows.worst.begin(), loaded.rows, 0);
    }
    if (rows.rank == nullptr) std::fill_n(rows.own_rank.begin(), loaded.rows, 0);
    rows.rank = rows.own_rank.data();
    if (!asks_times && never_refused(line_.weights) && !asks_whether_days_differ(line_) && line_.weights.kind != Weights::Kind::once) {
        passes().told_end(loaded.rows, {rows.live.data(), rows.worst.data(), rows.valued.data(), ranks_.first_stop, ranks_.absent, rows.own_rank.data(), rows.pence});
        return;
    }
    const bool once = line_.weights.kind == Weights::Kind::once;
    const bool named_day = once && line_.weights.on_missing;
    const bool refuses = !never_refused(line_.weights);
    for (std::size_t i = 0; i < loaded.rows; ++i) {
        if (loaded.stopped[i] != 0) continue;
        Small rank = rows.own_rank[i];  // not_exact or negative_not_allowed
        Small stop = rows.worst[i] >= ranks_.first_stop ? rows.worst[i] : 0;
        if (!line_.span_of_its_own && rows.differs[i] != 0) stop = std::max(stop, ranks_.cannot_split);
        if (rows.live[i] == 0) rank = ranks_.absent;
        else if (stop != 0) rank = stop;
        else if (named_day && loaded.block.small[*line_.weights.on_missing][i] != 0) rank = ranks_.fact_missing;
        else if (rows.valued[i] == 0) rank = once ? rows.own_day[i] : rows.worst[i];
        else if (asks_times && loaded.block.small[*line_.weights.on_missing][i] != 0) rank = ranks_.fact_missing;
        else if (const Small days = refuses ? days_refused(line_.weights, span_, ranks_, loaded.first[i], loaded.until[i]) : 0; days != 0) rank = days;
        else if (line_.payment.one_state && rows.differs[i] != 0) rank = ranks_.cannot_split;
        rows.own_rank[i] = rank;
        if (rank != 0) rows.pence[i] = 0;
    }
}

}  // namespace bandtariff::kernel
