// What a line's amounts come to: counted on each stretch, summed, and ended as pence. Entry points: DoubleLane::accrue, finish and
// end_at_once.
#include <algorithm>

#include "kernel/double_lane_code.hpp"

namespace bandtariff::kernel {
namespace {

bool may_fall_below_zero(const Payment& payment) { return !payment.may_be_negative && !payment.never_negative; }
bool may_leave_a_rest(const Payment& payment) { return payment.rounding.mode() == Rounding::Mode::exact; }
/// Whether a line may be refused for what its sum is.
bool asks_of_sum(const Payment& payment) { return may_fall_below_zero(payment) || may_leave_a_rest(payment); }

/// Whether a product is of the same positions and days as others, in one more period.
bool goes_on(const Stretches& others, const Product& product) {
    return others.count < Stretches::most && product.left_kind == (others.narrow ? Left::narrow : Left::cells) && product.at == others.at &&
           (product.right_kind == Right::days_inside || product.right_kind == Right::days_each) && product.first == others.first &&
           product.until == others.until;
}

}  // namespace

/// Whether what a stretch comes to may be added later, together with the next ones: its positions stay where they are, and so do its days,
/// which are then the rows' own and not those that were cut for this stretch.
bool DoubleLane::waits(std::size_t line, const Product& product, const Accrual& days, bool first, const State& state) const {
    const Payment& payment = payments_[line];
    const NumberAt& amount = state.number_at[payment.amount];
    if (payment.residue || payment.parts || days.differs != nullptr || days.counts != nullptr) return false;
    if (amount.kind != NumberAt::Kind::looked_up || !amount.table->lasts) return false;
    if (days.counted.by != Counted::By::days || days.counted.whole()) return false;
    const std::optional<Stretches>& waiting = state.lines[line].waiting;
    return first || (waiting && goes_on(*waiting, product));
}

void DoubleLane::add_waiting(const Passes& passes, std::size_t rows, LineState& sums) {
    if (!sums.waiting) return;
    passes.of(*sums.waiting).add(rows, *sums.waiting, sums.sum.data());
    sums.waiting.reset();
}

/// An amount times what it counts, as a fused pass reads it. `counts`: where weights do not, there are none; nullptr: everywhere they do.
Product DoubleLane::counted(const Passes& passes, Register amount, std::size_t rows, const Counted& by, const Small* counts, LineState& sums, State& state) {
    Product product;
    set_left(passes, amount, rows, state, product);
    switch (by.by) {
        case Counted::By::once: break;
        case Counted::By::days:
            product.right_kind = by.each != 1 ? Right::days_each : by.whole() ? Right::days : Right::days_inside;
            product.each = static_cast<double>(by.each);
            product.first = by.from;
            product.until = by.until;
            product.low = by.low;
            product.high = by.high;
            break;
        case Counted::By::number:
            if (by.number.type != Column::Type::i64) {
                product.right_kind = right_of(by.number.type);
                product.right = by.number.at;
                break;
            }
            passes.to_double[static_cast<std::size_t>(Column::Type::i64)](rows, by.number.at, sums.weight.data());
            product.right_kind = Right::column;
            product.right = sums.weight.data();
            break;
        case Counted::By::weights:
            passes.to_double[static_cast<std::size_t>(Column::Type::i64)](rows, by.weights, sums.weight.data());
            if (counts != nullptr) for (std::size_t i = 0; i < rows; ++i) sums.weight[i] = counts[i] != 0 ? sums.weight[i] : 0.0;
            product.right_kind = Right::column;
            product.right = sums.weight.data();
            break;
    }
    product.sum = sums.sum.data();
    product.whole = sums.whole.data();
    return product;
}

void DoubleLane::accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    LineState& sums = state.lines[line];
    const Payment& payment = payments_[line];
    const Counted& by = days.counted;
    const bool by_days = by.by == Counted::By::days;
    const bool asks_of_whole = !payment.parts || asks_of_sum(payment);  // else its parts are all there is to know
    if (first) sums.waiting.reset();
    if (asks_of_whole) {
        const Product product = counted(passes, payment.amount, rows, by, days.counts, sums, state);
        if (waits(line, product, days, first, state)) {
            if (first) sums.waiting.emplace(product);
            else sums.waiting->add(product);
            return;
        }
        add_waiting(passes, rows, sums);
        if (payment.residue) passes.of_residue(product).add[first ? 0 : 1](rows, product, sums.sum.data(), sums.whole.data());
        else passes.of(product).add[first ? 0 : 1](rows, product, sums.sum.data());
    }
    if (!payment.parts && days.differs == nullptr) return;
    const double* amount = column(passes, payment.amount, rows, state);
    const Small* counts = days.counts != nullptr ? days.counts : state.all.data();
    if (days.differs != nullptr) {
        if (first) {
            std::copy_n(days.state, rows, sums.first_state.data());
            std::copy_n(amount, rows, sums.first_amount.data());
        } else {
            for (std::size_t i = 0; i < rows; ++i) {
                const bool same = days.state[i] == sums.first_state[i] && (days.state[i] != 0 || amount[i] == sums.first_amount[i]);
                days.differs[i] |= days.active[i] & !same;
            }
        }
    }
    if (!payment.parts) return;
    Small* inexact = may_leave_a_rest(payment) ? sums.inexact.data() : nullptr;
    double *quanta = sums.quanta.data(), *part_amount = sums.part_amount.data(), *part_weight = sums.part_weight.data();
    double* weight = sums.weight.data();
    if (by_days && days.counts == nullptr) {
        passes.days_inside(rows, weight, by.from, by.until, by.low, by.high, 1);
        passes.part_of_days(rows, quanta, part_amount, part_weight, inexact, amount, weight, static_cast<double>(by.each), first, ends_[line]);
        return;
    }
    if (first) {
        for (double* column : {quanta, part_amount, part_weight}) std::fill_n(column, rows, 0.0);
        std::fill_n(sums.inexact.begin(), rows, 0);
    }
    if (by_days) passes.days_inside(rows, weight, by.from, by.until, by.low, by.high, static_cast<double>(by.each));
    else passes.to_double[static_cast<std::size_t>(Column::Type::i64)](rows, by.weights, weight);
    passes.part(rows, quanta, part_amount, part_weight, inexact, amount, weight, days.active, counts, ends_[line]);
}

/// What a sum's end is refused for; whether any row is.
bool DoubleLane::ranks_of_end(std::size_t line, std::size_t rows, const double* sum, const Small* inexact, Small* rank) const {
    const Payment& payment = payments_[line];
    if (!asks_of_sum(payment)) return false;
    const Passes& passes = kernel::passes();
    if (may_leave_a_rest(payment)) {
        if (inexact != nullptr) std::copy_n(inexact, rows, rank);
        else passes.has_residue(rows, rank, sum, ends_[line]);
        for (std::size_t i = 0; i < rows; ++i) rank[i] = rank[i] != 0 ? not_exact_ : 0;
        if (may_fall_below_zero(payment)) for (std::size_t i = 0; i < rows; ++i) rank[i] = std::max(rank[i], sum[i] < 0 ? negative_not_allowed_ : 0);
    } else {
        passes.below_zero(rows, rank, sum, negative_not_allowed_);
    }
    return passes.any(rows, rank) != 0;
}

bool DoubleLane::finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    LineState& sums = state.lines[line];
    add_waiting(passes, rows, sums);
    const Payment& payment = payments_[line];
    if (payment.parts) {
        passes.pence_of_parts(rows, pence, sums.quanta.data(), sums.part_amount.data(), sums.part_weight.data(),
                              may_leave_a_rest(payment) ? sums.inexact.data() : nullptr, ends_[line]);
    } else if (payment.residue) {
        passes.residues->end(rows, sums.sum.data(), sums.whole.data(), ends_[line], {pence});
    } else {
        passes.pence(rows, pence, sums.sum.data(), ends_[line]);
    }
    const bool ranked = ranks_of_end(line, rows, sums.sum.data(), payment.parts ? sums.inexact.data() : nullptr, rank);
    if (ranked) passes.clear_ranked(rows, pence, rank);
    return !ranked;
}

bool DoubleLane::ends_at_once(std::size_t line) const {
    const Payment& payment = payments_[line];
    const RoundingPass& end = ends_[line];
    return (end.by_bias || payment.residue) && !payment.parts && !may_fall_below_zero(payment) && (!may_leave_a_rest(payment) || end.over == 1);
}

void DoubleLane::end_at_once(std::size_t line, std::size_t rows, const Counted& by, bool more, const plan::Ended& to, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    LineState& sums = state.lines[line];
    const Product product = counted(passes, payments_[line].amount, rows, by, nullptr, sums, state);
    if (payments_[line].residue) {
        passes.of_residue(product).end[more ? 1 : 0](rows, product, ends_[line], to);
        return;
    }
    if (more && sums.waiting && goes_on(*sums.waiting, product)) {
        sums.waiting->add(product);
        passes.of(*sums.waiting).end(rows, *sums.waiting, ends_[line], to);
        sums.waiting.reset();
        return;
    }
    if (more) add_waiting(passes, rows, sums);
    passes.of(product).end[more ? 1 : 0](rows, product, ends_[line], to);
}

}  // namespace bandtariff::kernel
