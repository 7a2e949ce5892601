// A routine made ready for one number type: the same steps for whole numbers of 64 or 128 bits, proved to fit, and for
// rationals. Each lane is an instance in its own file; make_lane (lanes.cpp) chooses by what the plan proved.
#pragma once

#include <algorithm>
#include <array>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "kernel/quotient.hpp"
#include "kernel/small_columns.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

using plan::Accrual;
using plan::Block;
using plan::Op;
using plan::Payment;
using plan::Register;

__extension__ using Wide = __int128;

template <class T>
constexpr bool is_exact = std::is_same_v<T, Rational>;

template <class Use>
void with_numbers(const plan::Source& source, Use use) {
    switch (source.type) {
        case Column::Type::u8: return use(static_cast<const std::uint8_t*>(source.at));
        case Column::Type::u16: return use(static_cast<const std::uint16_t*>(source.at));
        case Column::Type::i32: return use(static_cast<const std::int32_t*>(source.at));
        case Column::Type::i64: return use(static_cast<const std::int64_t*>(source.at));
    }
}

/// A factor of a proved routine is a whole number that fits its lane.
template <class T>
T in_lane(const Rational& value) {
    if constexpr (is_exact<T>) return value;
    else return numerator(value).template convert_to<T>();
}

template <class T>
class Lane final : public plan::LaneCode {
public:
    Lane(const plan::Routine& routine, const plan::Tables& tables, std::vector<Payment> payments, const plan::Ranks& ranks);
    [[nodiscard]] std::unique_ptr<Scratch> scratch(std::size_t rows) const override { return std::make_unique<State>(*this, rows); }
    [[nodiscard]] bool reads_as_stated(std::size_t leaf) const override {
        return std::none_of(steps_.begin(), steps_.end(), [&](const Step& step) { return step.op == Op::input_small && static_cast<std::size_t>(step.aux) == leaf; });
    }
    [[nodiscard]] bool is_none(const Scratch&, Register) const override { return false; }
    void run(const Block& block, Again again, Scratch& scratch) const override;
    [[nodiscard]] const Small* small(const Scratch& scratch, Register from) const override {
        return static_cast<const State&>(scratch).small_at(from);
    }
    void numbers(const Scratch& scratch, Register from, std::size_t rows, std::vector<Rational>& wide,
                 std::vector<std::int64_t>& narrow) const override;
    void begin(std::size_t line, std::size_t rows, Scratch& scratch) const override;
    void accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const override;
    bool finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const override;
    [[nodiscard]] bool ends_at_once(std::size_t) const override { return false; }
    void end_at_once(std::size_t, std::size_t, const plan::Counted&, bool, const plan::Ended&, Scratch&) const override {
        throw std::logic_error("only lane i53 counts and ends a line at once");
    }

private:
    struct Step {
        Op op;
        Register to;
        std::array<Register, 3> from{};
        std::size_t operands = 0;
        std::int64_t aux = 0;
        std::vector<T> factors;
        std::vector<bool> strict;
        std::vector<Register> index_from;
        const plan::Index* index = nullptr;
        const T* table = nullptr;
        Way way = Way::exact;
    };
    struct LineState {
        std::vector<T> sum, first_amount, part_amount, part_weight, quanta;
        std::vector<Small> first_state, open, inexact;
    };
    struct State final : Scratch {
        State(const Lane& lane, std::size_t rows_in)
            : rows(rows_in), small(lane.small_registers_ * rows), number(lane.number_registers_ * rows), lines(lane.payments_.size()) {}
        [[nodiscard]] Small* small_at(Register k) { return small.data() + k * rows; }
        [[nodiscard]] const Small* small_at(Register k) const { return small.data() + k * rows; }
        [[nodiscard]] T* number_at(Register k) { return number.data() + k * rows; }
        [[nodiscard]] const T* number_at(Register k) const { return number.data() + k * rows; }
        std::size_t rows;
        std::vector<Small> small;
        std::vector<T> number;
        std::vector<LineState> lines;
    };
    struct End {
        T by, over;
        Way way;
    };

    void run_compare(const Step& step, std::size_t rows, State& state) const;
    void run_number(const Step& step, const Block& block, State& state) const;
    void run_round(const Step& step, std::size_t rows, State& state) const;
    void end_part(const End& end, LineState& sums, std::size_t row) const;

    const plan::Tables& tables_;
    std::vector<plan::Index> indexes_;
    std::vector<std::vector<T>> own_tables_;  ///< those whose cells are not held in T already
    std::vector<Step> steps_;
    std::size_t by_period_, by_scenario_;  ///< steps: see Routine
    std::vector<Payment> payments_;
    std::vector<End> ends_;
    Small not_exact_, negative_not_allowed_;
    unsigned small_registers_, number_registers_;
};

template <class T>
Lane<T>::Lane(const plan::Routine& routine, const plan::Tables& tables, std::vector<Payment> payments, const plan::Ranks& ranks)
    : tables_(tables), indexes_(routine.indexes), by_period_(routine.by_period), by_scenario_(routine.by_scenario), payments_(std::move(payments)), not_exact_(ranks.not_exact), negative_not_allowed_(ranks.negative_not_allowed),
      small_registers_(routine.small_registers), number_registers_(routine.number_registers) {
    for (const plan::Instruction& instruction : routine.steps) {
        Step step;
        step.op = instruction.op;
        step.to = instruction.to;
        step.aux = instruction.aux;
        step.strict = instruction.strict;
        for (const Rational& factor : instruction.factors) step.factors.push_back(in_lane<T>(factor));
        if (step.op == Op::index) {
            step.index = &indexes_[static_cast<std::size_t>(step.aux)];
            step.index_from = instruction.from;
        } else {
            step.operands = instruction.from.size();
            std::copy(instruction.from.begin(), instruction.from.end(), step.from.begin());
            if (step.op == Op::linear && instruction.from.size() < 2) step.index_from = {0};  // marks the missing operand
        }
        if (step.op == Op::round) step.way = way_of(tables.roundings[static_cast<std::size_t>(step.aux)]);
        if (step.op == Op::lookup) {
            const plan::NumberTable& table = tables.number[static_cast<std::size_t>(step.aux)];
            if constexpr (std::is_same_v<T, std::int64_t>) {
                step.table = table.narrow.data();
            } else {
                std::vector<T> cells;
                for (std::size_t k = 0; k < table.size(); ++k) {
                    if constexpr (is_exact<T>) cells.push_back(table.at(k));
                    else cells.push_back(table.wide.empty() ? T(table.narrow[k]) : table.wide[k].template convert_to<T>());
                }
                own_tables_.push_back(std::move(cells));
                step.table = own_tables_.back().data();
            }
        }
        steps_.push_back(std::move(step));
    }
    for (const Payment& payment : payments_) {
        if constexpr (is_exact<T>) ends_.push_back({payment.scale, Rational(1), way_of(payment.rounding)});
        else ends_.push_back({in_lane<T>(Rational(numerator(payment.scale))), in_lane<T>(Rational(denominator(payment.scale))), way_of(payment.rounding)});
    }
}

template <class T>
void Lane<T>::run(const Block& block, Again again, Scratch& scratch) const {
    State& state = static_cast<State&>(scratch);
    for (std::size_t at = again == Again::everything ? 0 : again == Again::period ? by_period_ : by_scenario_; at < steps_.size(); ++at) {
        const Step& step = steps_[at];
        if (yields_number(step.op)) {
            run_number(step, block, state);
            continue;
        }
        Small* to = state.small_at(step.to);
        switch (step.op) {
            case Op::input_small: std::copy_n(block.small[static_cast<std::size_t>(step.aux)], block.rows, to); break;
            case Op::equal: case Op::less: case Op::less_or_equal: case Op::interval: case Op::has_residue:
                run_compare(step, block.rows, state);
                break;
            default: {
                constexpr std::size_t most_operands = 64;
                std::array<const Small*, most_operands> from{};
                if (step.index) {
                    for (std::size_t k = 0; k < step.index_from.size(); ++k) from[k] = state.small_at(step.index_from[k]);
                    run_index(block.rows, to, from.data(), step.index->terms);
                    break;
                }
                for (std::size_t k = 0; k < step.operands; ++k) from[k] = state.small_at(step.from[k]);
                run_small(step.op, block.rows, to, from.data(), step.aux, tables_);
            }
        }
    }
}

template <class T>
void Lane<T>::run_compare(const Step& step, std::size_t rows, State& state) const {
    Small* __restrict to = state.small_at(step.to);
    const T* __restrict a = state.number_at(step.from[0]);
    if (step.op == Op::interval) {
        std::fill_n(to, rows, 0);
        for (std::size_t k = 0; k < step.factors.size(); ++k) {
            const T& cut = step.factors[k];
            if (step.strict[k]) for (std::size_t i = 0; i < rows; ++i) to[i] += a[i] > cut;
            else for (std::size_t i = 0; i < rows; ++i) to[i] += a[i] >= cut;
        }
        return;
    }
    const T& by = step.factors[0];
    const T& other_by = step.factors[1];
    if (step.op == Op::has_residue) {
        for (std::size_t i = 0; i < rows; ++i) to[i] = !rounded(T(a[i] * by), other_by, Way::floor).exact;
        return;
    }
    const T* __restrict b = state.number_at(step.from[1]);
    switch (step.op) {
        case Op::equal: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * by == b[i] * other_by; return;
        case Op::less: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * by < b[i] * other_by; return;
        default: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * by <= b[i] * other_by; return;
    }
}

template <class T>
void Lane<T>::run_number(const Step& step, const Block& block, State& state) const {
    const std::size_t rows = block.rows;
    const std::vector<T>& by = step.factors;
    T* __restrict to = state.number_at(step.to);
    const auto small = [&](std::size_t k) { return static_cast<const Small*>(state.small_at(step.from[k])); };
    const auto number = [&](std::size_t k) { return static_cast<const T*>(state.number_at(step.from[k])); };
    switch (step.op) {
        case Op::input_number: {
            with_numbers(block.stated[static_cast<std::size_t>(step.aux)], [&](const auto* column) {
                if constexpr (is_exact<T>) for (std::size_t i = 0; i < rows; ++i) to[i] = by[0] * static_cast<std::int64_t>(column[i]);
                else for (std::size_t i = 0; i < rows; ++i) to[i] = column[i];
            });
            return;
        }
        case Op::constant: std::fill_n(to, rows, by[0]); return;
        case Op::lookup: {
            const Small* __restrict at = small(0);
            for (std::size_t i = 0; i < rows; ++i) to[i] = step.table[at[i]];
            return;
        }
        case Op::whole: {
            const Small* __restrict a = small(0);
            for (std::size_t i = 0; i < rows; ++i) to[i] = a[i];
            return;
        }
        case Op::linear: {
            const T* __restrict a = number(0);
            const T *__restrict b = number(1);
            const T &x = by[0], &y = by[1], &z = by[2];
            if (!step.index_from.empty()) for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + z;
            else for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * x + b[i] * y + z;
            return;
        }
        case Op::multiply: {
            const T *__restrict a = number(0), *__restrict b = number(1);
            for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * b[i];
            return;
        }
        case Op::minimum:
        case Op::maximum: {
            const T *__restrict a = number(0), *__restrict b = number(1);
            const T &x = by[0], &y = by[1];
            if (step.op == Op::minimum) for (std::size_t i = 0; i < rows; ++i) to[i] = std::min<T>(a[i] * x, b[i] * y);
            else for (std::size_t i = 0; i < rows; ++i) to[i] = std::max<T>(a[i] * x, b[i] * y);
            return;
        }
        case Op::select: {
            const Small* __restrict a = small(0);
            const T *__restrict b = number(1), *__restrict c = number(2);
            const T &x = by[0], &y = by[1];
            for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] != 0 ? T(b[i] * x) : T(c[i] * y);
            return;
        }
        case Op::round: return run_round(step, rows, state);
        case Op::divide: {
            const T *__restrict a = number(0), *__restrict b = number(1);
            for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] / (b[i] == 0 ? T(1) : b[i]);
            return;
        }
        default: return;
    }
}

template <class T>
void Lane<T>::run_round(const Step& step, std::size_t rows, State& state) const {
    T* __restrict to = state.number_at(step.to);
    const T* __restrict a = state.number_at(step.from[0]);
    const T &by = step.factors[0], &over = step.factors[1], &quantum = step.factors[2];
    for (std::size_t i = 0; i < rows; ++i) to[i] = rounded(T(a[i] * by), over, step.way).value * quantum;
}

template <class T>
void Lane<T>::numbers(const Scratch& scratch, Register from, std::size_t rows, std::vector<Rational>& wide,
                      std::vector<std::int64_t>& narrow) const {
    const T* found = static_cast<const State&>(scratch).number_at(from);
    if constexpr (std::is_same_v<T, std::int64_t>) narrow.insert(narrow.end(), found, found + rows);
    else if constexpr (is_exact<T>) wide.insert(wide.end(), found, found + rows);
    else for (std::size_t i = 0; i < rows; ++i) wide.emplace_back(Integer(found[i]));
}

template <class T>
void Lane<T>::begin(std::size_t line, std::size_t rows, Scratch& scratch) const {
    LineState& sums = static_cast<State&>(scratch).lines[line];
    sums.sum.assign(rows, T(0));
    sums.first_amount.assign(rows, T(0));
    sums.first_state.assign(rows, 0);
    if (!payments_[line].parts) return;
    sums.part_amount.assign(rows, T(0));
    sums.part_weight.assign(rows, T(0));
    sums.quanta.assign(rows, T(0));
    sums.open.assign(rows, 0);
    sums.inexact.assign(rows, 0);
}

template <class T>
void Lane<T>::end_part(const End& end, LineState& sums, std::size_t row) const {
    if (sums.open[row] == 0) return;
    const auto part = rounded(T(sums.part_amount[row] * sums.part_weight[row] * end.by), end.over, end.way);
    sums.quanta[row] += part.value;
    if (!part.exact) sums.inexact[row] = 1;
    sums.open[row] = 0;
}

template <class T>
void Lane<T>::accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const {
    State& state = static_cast<State&>(scratch);
    LineState& sums = state.lines[line];
    const T* __restrict amount = state.number_at(payments_[line].amount);
    T* __restrict sum = sums.sum.data();
    const auto counts = [&](std::size_t i) { return days.counts == nullptr || days.counts[i] != 0; };
    const plan::Counted& by = days.counted;
    const auto weight = [&](std::size_t i) {
        if (by.by != plan::Counted::By::days) return by.weights[i];
        return by.each * std::max<std::int64_t>(0, std::int64_t{std::min(by.until[i], by.high)} - std::max(by.from[i], by.low));
    };
    for (std::size_t i = 0; i < rows; ++i) sum[i] += counts(i) ? T(amount[i] * weight(i)) : T(0);
    if (days.differs != nullptr && first) {
        std::copy_n(days.state, rows, sums.first_state.data());
        std::copy_n(amount, rows, sums.first_amount.data());
    } else if (days.differs != nullptr) {
        for (std::size_t i = 0; i < rows; ++i) {
            const bool same = days.state[i] == sums.first_state[i] && (days.state[i] != 0 || amount[i] == sums.first_amount[i]);
            days.differs[i] |= days.active[i] & !same;
        }
    }
    if (!payments_[line].parts) return;
    const auto there = [&](std::size_t i) {
        return days.active != nullptr ? days.active[i] != 0 : std::min(by.until[i], by.high) > std::max(by.from[i], by.low);
    };
    for (std::size_t i = 0; i < rows; ++i) {
        if (!there(i)) continue;
        if (!counts(i) || sums.open[i] == 0 || amount[i] != sums.part_amount[i]) end_part(ends_[line], sums, i);
        if (!counts(i)) continue;
        if (sums.open[i] == 0) {
            sums.open[i] = 1;
            sums.part_amount[i] = amount[i];
            sums.part_weight[i] = 0;
        }
        sums.part_weight[i] += weight(i);
    }
}

template <class T>
bool Lane<T>::finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const {
    LineState& sums = static_cast<State&>(scratch).lines[line];
    const Payment& payment = payments_[line];
    const End& end = ends_[line];
    bool none = true;
    for (std::size_t i = 0; i < rows; ++i) {
        T quanta(0);
        bool exact = true;
        if (payment.parts) {
            end_part(end, sums, i);
            quanta = sums.quanta[i];
            exact = sums.inexact[i] == 0;
        } else {
            auto whole = rounded(T(sums.sum[i] * end.by), end.over, end.way);
            quanta = whole.value;
            exact = whole.exact;
        }
        rank[i] = 0;
        if (!payment.may_be_negative && sums.sum[i] < 0) rank[i] = negative_not_allowed_;
        if (end.way == Way::exact && !exact) rank[i] = std::max(rank[i], not_exact_);
        none = none && rank[i] == 0;
        if constexpr (is_exact<T>) {
            // Only here can an amount pass 64 bits; the caller is told, as adding such Money would.
            pence[i] = rank[i] != 0 ? 0 : round(ExactMoney(Rate(Rational(quanta * payment.quantum_pence / 100))), payment.rounding).pence();
        } else {
            pence[i] = rank[i] != 0 ? 0 : static_cast<std::int64_t>(quanta) * payment.quantum_pence;
        }
    }
    return none;
}

}  // namespace bandtariff::kernel
