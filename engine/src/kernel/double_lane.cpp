// A routine made ready for the loops of lane_passes.hpp: tables as doubles or 32-bit cells, factors and roundings as constants.
// What is proved before this lane is chosen, and so not looked at again: every step stays below 2^53, loaded numbers and pence
// below 2^51, and a payment's numerator below 2^53 or, carried modulo 2^64 beside its magnitude, its error below a quarter.
#include "kernel/double_lane.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "kernel/columns.hpp"
#include "kernel/quotient.hpp"
#include "kernel/small_columns.hpp"

namespace bandtariff::kernel {

RoundingPass rounding_pass(const Integer& by, const Integer& over, const Rounding& rounding, std::int64_t quantum, bool never_negative) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
    RoundingPass pass;
    pass.whole_by = by.convert_to<std::int64_t>();
    pass.whole_over = over.convert_to<std::int64_t>();
    pass.by = static_cast<double>(pass.whole_by);
    pass.over = static_cast<double>(pass.whole_over);
    pass.inverse = 1.0 / pass.over;
    pass.quantum = static_cast<double>(quantum);
    // 2t is even and `over` whole: past `over` less a half is at or past `over`.
    const auto nearest = [&](bool tie_up, bool tie_down) {
        pass.up = tie_up ? pass.over - 0.5 : pass.over;
        pass.down = tie_down ? 0.5 - pass.over : -pass.over;
        pass.whole_up = tie_up ? pass.whole_over - 1 : pass.whole_over;
        pass.whole_down = tie_down ? 1 - pass.whole_over : -pass.whole_over;
    };
    const auto floor = [&] {
        pass.up = infinity;
        pass.whole_up = most;
        pass.down = 0;
        pass.whole_down = 0;
    };
    const auto ceiling = [&] {
        pass.up = 0;
        pass.whole_up = 0;
        pass.down = -infinity;
        pass.whole_down = least;
    };
    switch (way_of(rounding)) {
        case Way::ties_up: nearest(true, false); break;
        case Way::ties_down: nearest(false, true); break;
        case Way::ties_away: nearest(true, false); pass.magnitude = !never_negative; break;
        case Way::ties_to_zero: nearest(false, true); pass.magnitude = !never_negative; break;
        case Way::ties_even: nearest(false, false); pass.even = true; break;
        case Way::ceiling: ceiling(); break;
        case Way::floor:
        case Way::exact: floor(); break;
        case Way::toward_zero: floor(); pass.magnitude = !never_negative; break;
        case Way::away_from_zero: ceiling(); pass.magnitude = !never_negative; break;
    }
    return pass;
}

namespace {

using plan::Accrual;
using plan::Block;
using plan::Op;
using plan::Payment;
using plan::Register;

/// As many operands as an index has.
constexpr std::size_t most_terms = 64;

class DoubleLane final : public plan::LaneCode {
public:
    DoubleLane(const plan::Routine& routine, const plan::Tables& tables, std::vector<Payment> payments, const plan::Ranks& ranks);
    [[nodiscard]] std::unique_ptr<Scratch> scratch() const override { return std::make_unique<State>(*this); }
    void run(const Block& block, bool again, Scratch& scratch) const override;
    [[nodiscard]] const Small* small(const Scratch& scratch, Register from) const override { return static_cast<const State&>(scratch).small_at[from]; }
    void numbers(const Scratch& scratch, Register from, std::size_t rows, std::vector<Rational>& wide, std::vector<std::int64_t>& narrow) const override;
    void begin(std::size_t line, std::size_t rows, Scratch& scratch) const override;
    void accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const override;
    bool finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const override;
    bool finish_days(std::size_t line, std::size_t rows, const Small* from, const Small* until, std::int64_t* pence, Small* rank,
                     Scratch& scratch) const override;

private:
    struct Step {
        Op op;
        Register to;
        std::array<Register, 3> from{};
        std::size_t operands = 0;
        std::int64_t aux = 0;
        std::vector<double> factors;
        std::vector<std::int32_t> narrow;  ///< cells of a number table, where all fit
        std::vector<double> cells;         ///< else
        std::vector<plan::Index::Term> terms;
        RoundingPass rounding;
    };
    struct LineState {
        ColumnOf<double> sum, first_amount, part_amount, part_weight, quanta, weight;
        ColumnOf<std::int64_t> whole;
        SmallColumn first_state, inexact;
    };
    struct State final : Scratch {
        explicit State(const DoubleLane& lane)
            : smalls(lane.small_registers_ * register_rows), doubles(lane.number_registers_ * register_rows),
              small_at(lane.small_registers_), number_at(lane.number_registers_), constant_smalls(lane.steps_.size()), constants(lane.steps_.size()),
              lines(lane.payments_.size()), all(plan::block_rows, 1), none(plan::block_rows, 0) {
            for (std::size_t k = 0; k < lane.steps_.size(); ++k) {
                const Step& step = lane.steps_[k];
                if (step.op == Op::constant_small) constant_smalls[k].assign(plan::block_rows, static_cast<Small>(step.aux));
                if (step.op == Op::constant) constants[k].assign(plan::block_rows, step.factors[0]);
            }
            for (std::size_t k = 0; k < lines.size(); ++k) {
                lines[k].sum.resize(plan::block_rows);
                lines[k].first_amount.resize(plan::block_rows);
                lines[k].first_state.resize(plan::block_rows);
                if (lane.payments_[k].residue) lines[k].whole.resize(plan::block_rows);
                if (!lane.payments_[k].parts) continue;
                for (auto* column : {&lines[k].part_amount, &lines[k].part_weight, &lines[k].quanta, &lines[k].weight}) column->resize(plan::block_rows);
                lines[k].inexact.resize(plan::block_rows);
            }
        }
        [[nodiscard]] Small* write_small(Register k) {
            Small* own = smalls.data() + k * register_rows;
            small_at[k] = own;
            return own;
        }
        [[nodiscard]] double* write_number(Register k) {
            double* own = doubles.data() + k * register_rows;
            number_at[k] = own;
            return own;
        }
        SmallColumn smalls;
        ColumnOf<double> doubles;
        // Where a register's rows are to be read: its own memory, a loaded column or a constant's.
        std::vector<const Small*> small_at;
        std::vector<const double*> number_at;
        std::vector<SmallColumn> constant_smalls;  ///< by step
        std::vector<ColumnOf<double>> constants;
        std::vector<LineState> lines;
        SmallColumn all, none;
    };

    static const double* number_of(const Step& step, std::size_t k, const State& state) {
        return k < step.operands && reads_number(step.op, k) ? state.number_at[step.from[k]] : nullptr;
    }
    void run_number(const Passes& passes, const Step& step, const Block& block, State& state) const;
    bool ranks_of_end(std::size_t line, std::size_t rows, const double* sum, const Small* inexact, Small* rank) const;
    static void clear_ranked(std::size_t rows, const Small* rank, std::int64_t* pence);

    const plan::Tables& tables_;
    std::vector<Step> steps_;
    std::size_t repeated_;
    std::vector<Payment> payments_;
    std::vector<RoundingPass> ends_, quanta_;
    Small not_exact_, negative_not_allowed_;
    unsigned small_registers_, number_registers_;
};

DoubleLane::DoubleLane(const plan::Routine& routine, const plan::Tables& tables, std::vector<Payment> payments, const plan::Ranks& ranks)
    : tables_(tables), repeated_(routine.repeated), payments_(std::move(payments)), not_exact_(ranks.not_exact),
      negative_not_allowed_(ranks.negative_not_allowed), small_registers_(routine.small_registers), number_registers_(routine.number_registers) {
    for (const plan::Instruction& instruction : routine.steps) {
        Step step;
        step.op = instruction.op;
        step.to = instruction.to;
        step.aux = instruction.aux;
        for (const Rational& factor : instruction.factors) step.factors.push_back(static_cast<double>(numerator(factor).convert_to<std::int64_t>()));
        if (step.op == Op::index) {
            step.terms = routine.indexes[static_cast<std::size_t>(step.aux)].terms;
            // Those without a map first: they are added up in one go.
            std::stable_partition(step.terms.begin(), step.terms.end(), [](const plan::Index::Term& term) { return term.map.empty(); });
        } else {
            step.operands = instruction.from.size();
            std::copy(instruction.from.begin(), instruction.from.end(), step.from.begin());
        }
        if (step.op == Op::round || step.op == Op::has_residue) {
            const Rounding floor = Rounding::directed(Rounding::Mode::floor, Rate(1));
            const Rounding& rounding = step.op == Op::round ? tables.roundings[static_cast<std::size_t>(step.aux)] : floor;
            const std::int64_t quantum = step.op == Op::round ? numerator(instruction.factors[2]).convert_to<std::int64_t>() : 1;
            step.rounding = rounding_pass(numerator(instruction.factors[0]), numerator(instruction.factors[1]), rounding, quantum, false);
        }
        if (step.op == Op::lookup) {
            const auto& cells = tables.number[static_cast<std::size_t>(step.aux)].narrow;
            const bool fits = std::all_of(cells.begin(), cells.end(), [](std::int64_t cell) { return cell == static_cast<std::int32_t>(cell); });
            if (fits) for (const std::int64_t cell : cells) step.narrow.push_back(static_cast<std::int32_t>(cell));
            else for (const std::int64_t cell : cells) step.cells.push_back(static_cast<double>(cell));
        }
        steps_.push_back(std::move(step));
    }
    for (const Payment& payment : payments_) {
        const Integer by = numerator(payment.scale), over = denominator(payment.scale);
        ends_.push_back(rounding_pass(by, over, payment.rounding, payment.quantum_pence, payment.never_negative));
        if (payment.residue) ends_.back().inverse = ends_.back().by / ends_.back().over;
        quanta_.push_back(rounding_pass(1, 1, payment.rounding, payment.quantum_pence, payment.never_negative));
    }
}

void DoubleLane::run(const Block& block, bool again, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    const std::size_t rows = block.rows;
    for (std::size_t k = again ? repeated_ : 0; k < steps_.size(); ++k) {
        const Step& step = steps_[k];
        if (step.op == Op::input_small || step.op == Op::constant_small || step.op == Op::constant) {
            if (step.op == Op::constant) state.number_at[step.to] = state.constants[k].data();
            else state.small_at[step.to] = step.op == Op::input_small ? block.small[static_cast<std::size_t>(step.aux)] : state.constant_smalls[k].data();
            continue;
        }
        if (yields_number(step.op)) {
            run_number(passes, step, block, state);
            continue;
        }
        const auto number = [&](std::size_t n) { return state.number_at[step.from[n]]; };
        std::array<const Small*, most_terms> from{};
        if (step.op == Op::index) for (std::size_t t = 0; t < step.terms.size(); ++t) from[t] = state.small_at[step.terms[t].from];
        else for (std::size_t n = 0; n < step.operands; ++n) from[n] = reads_number(step.op, n) ? nullptr : state.small_at[step.from[n]];
        if (step.op == Op::lookup_small) {
            // Ranks mostly stand in a table whose first cell says that there is a value, and which a block without stops never leaves.
            const std::vector<Small>& cells = tables_.small[static_cast<std::size_t>(step.aux)];
            if (cells[0] == 0 && passes.any(rows, from[0]) == 0) {
                state.small_at[step.to] = state.none.data();
                continue;
            }
        }
        Small* to = state.write_small(step.to);
        switch (step.op) {
            case Op::equal:
            case Op::less:
            case Op::less_or_equal: passes.compare(step.op, rows, to, number(0), step.factors[0], number(1), step.factors[1]); break;
            case Op::interval: passes.reached(rows, to, number(0), step.factors.data(), step.factors.size()); break;
            case Op::has_residue: passes.has_residue(rows, to, number(0), step.rounding); break;
            case Op::index: run_index(rows, to, from.data(), step.terms); break;
            default: run_small(step.op, rows, to, from.data(), step.aux, tables_);
        }
    }
}

void DoubleLane::run_number(const Passes& passes, const Step& step, const Block& block, State& state) const {
    const std::size_t rows = block.rows;
    const std::vector<double>& by = step.factors;
    const std::array<const double*, 3> numbers = {number_of(step, 0, state), number_of(step, 1, state), number_of(step, 2, state)};
    const auto small = [&](std::size_t k) { return state.small_at[step.from[k]]; };
    const auto number = [&](std::size_t k) { return numbers[k]; };
    double* to = state.write_number(step.to);
    switch (step.op) {
        case Op::input_number: {
            const plan::NumberSource& source = block.number[static_cast<std::size_t>(step.aux)];
            passes.to_double[static_cast<std::size_t>(source.type)](rows, source.at, to);
            return;
        }
        case Op::lookup:
            if (step.cells.empty()) passes.lookup_narrow(rows, to, step.narrow.data(), small(0));
            else passes.lookup(rows, to, step.cells.data(), small(0));
            return;
        case Op::whole: passes.whole(rows, to, small(0)); return;
        case Op::linear:
            if (step.operands < 2) passes.linear(rows, to, number(0), by[0], by[2]);
            else passes.linear_two(rows, to, number(0), by[0], number(1), by[1], by[2]);
            return;
        case Op::multiply: passes.multiply(rows, to, number(0), number(1)); return;
        case Op::minimum: passes.least(rows, to, number(0), by[0], number(1), by[1]); return;
        case Op::maximum: passes.most(rows, to, number(0), by[0], number(1), by[1]); return;
        case Op::select: passes.select(rows, to, small(0), number(1), by[0], number(2), by[1]); return;
        case Op::round: passes.round(rows, to, number(0), step.rounding); return;
        default: return;
    }
}

void DoubleLane::numbers(const Scratch& scratch, Register from, std::size_t rows, std::vector<Rational>&, std::vector<std::int64_t>& narrow) const {
    const double* found = static_cast<const State&>(scratch).number_at[from];
    for (std::size_t i = 0; i < rows; ++i) narrow.push_back(static_cast<std::int64_t>(found[i]));
}

void DoubleLane::begin(std::size_t line, std::size_t rows, Scratch& scratch) const {
    LineState& sums = static_cast<State&>(scratch).lines[line];
    if (!payments_[line].parts) return;
    for (auto* column : {&sums.part_amount, &sums.part_weight, &sums.quanta}) std::fill_n(column->begin(), rows, 0.0);
    std::fill_n(sums.inexact.begin(), rows, 0);
}

void DoubleLane::accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    LineState& sums = state.lines[line];
    const Payment& payment = payments_[line];
    const double* amount = state.number_at[payment.amount];
    const Small* counts = days.counts != nullptr ? days.counts : state.all.data();
    const bool by_days = days.weight == nullptr;
    if (by_days) passes.accrue_days(rows, sums.sum.data(), amount, days.from, days.until, first);
    else passes.accrue(rows, sums.sum.data(), amount, days.weight, counts, first);
    if (payment.residue) {
        if (by_days) passes.accrue_days_whole(rows, sums.whole.data(), amount, days.from, days.until, first);
        else passes.accrue_whole(rows, sums.whole.data(), amount, days.weight, counts, first);
    }
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
    if (by_days) for (std::size_t i = 0; i < rows; ++i) sums.weight[i] = static_cast<double>(days.until[i] - days.from[i]);
    else for (std::size_t i = 0; i < rows; ++i) sums.weight[i] = static_cast<double>(days.weight[i]);
    passes.part(rows, sums.quanta.data(), sums.part_amount.data(), sums.part_weight.data(), sums.inexact.data(), amount, sums.weight.data(), days.active,
                counts, ends_[line]);
}

/// What a sum's end is refused for; whether any row is.
bool DoubleLane::ranks_of_end(std::size_t line, std::size_t rows, const double* sum, const Small* inexact, Small* rank) const {
    const Payment& payment = payments_[line];
    const bool may_fall_below = !payment.may_be_negative && !payment.never_negative;
    const bool may_leave_a_rest = payment.rounding.mode() == Rounding::Mode::exact;
    if (!may_fall_below && !may_leave_a_rest) return false;
    const Passes& passes = kernel::passes();
    if (may_leave_a_rest) {
        if (inexact != nullptr) std::copy_n(inexact, rows, rank);
        else passes.has_residue(rows, rank, sum, ends_[line]);
        for (std::size_t i = 0; i < rows; ++i) rank[i] = rank[i] != 0 ? not_exact_ : 0;
        if (may_fall_below) for (std::size_t i = 0; i < rows; ++i) rank[i] = std::max(rank[i], sum[i] < 0 ? negative_not_allowed_ : 0);
    } else {
        passes.below_zero(rows, rank, sum, negative_not_allowed_);
    }
    return passes.any(rows, rank) != 0;
}

void DoubleLane::clear_ranked(std::size_t rows, const Small* rank, std::int64_t* pence) {
    for (std::size_t i = 0; i < rows; ++i) pence[i] = rank[i] != 0 ? 0 : pence[i];
}

bool DoubleLane::finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    LineState& sums = state.lines[line];
    const Payment& payment = payments_[line];
    if (payment.parts) {
        passes.part(rows, sums.quanta.data(), sums.part_amount.data(), sums.part_weight.data(), sums.inexact.data(), sums.first_amount.data(),
                    sums.weight.data(), state.all.data(), state.none.data(), ends_[line]);
        passes.pence(rows, pence, sums.quanta.data(), quanta_[line]);
    } else if (payment.residue) {
        passes.pence_whole(rows, pence, sums.sum.data(), sums.whole.data(), ends_[line]);
    } else {
        passes.pence(rows, pence, sums.sum.data(), ends_[line]);
    }
    const bool ranked = ranks_of_end(line, rows, sums.sum.data(), payment.parts ? sums.inexact.data() : nullptr, rank);
    if (ranked) clear_ranked(rows, rank, pence);
    return !ranked;
}

bool DoubleLane::finish_days(std::size_t line, std::size_t rows, const Small* from, const Small* until, std::int64_t* pence, Small* rank,
                             Scratch& scratch) const {
    const Payment& payment = payments_[line];
    const bool may_be_refused = (!payment.may_be_negative && !payment.never_negative) || payment.rounding.mode() == Rounding::Mode::exact;
    if (payment.residue || may_be_refused) {
        State& state = static_cast<State&>(scratch);
        begin(line, rows, scratch);
        accrue(line, rows, true, {nullptr, state.all.data(), nullptr, nullptr, from, until, nullptr}, scratch);
        return finish(line, rows, pence, rank, scratch);
    }
    kernel::passes().pence_by_days(rows, pence, static_cast<State&>(scratch).number_at[payment.amount], from, until, ends_[line]);
    return true;
}

}  // namespace

std::unique_ptr<const plan::LaneCode> make_double_lane(const plan::Routine& routine, const plan::Tables& tables, std::vector<plan::Payment> payments,
                                                       const plan::Ranks& ranks) {
    return std::make_unique<DoubleLane>(routine, tables, std::move(payments), ranks);
}

}  // namespace bandtariff::kernel
