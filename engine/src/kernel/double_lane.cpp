// A routine made ready for the loops of lane_passes.hpp: tables as doubles or 32-bit cells, factors and roundings as constants.
// What is proved before this lane is chosen, and so not looked at again: every step stays below 2^53, loaded numbers and pence
// below 2^51, and a payment's numerator below 2^53 or, carried modulo 2^64 beside its size, its quotient's error below a quarter.
#include "kernel/double_lane.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernel/double_lane_code.hpp"
#include "kernel/small_columns.hpp"

namespace bandtariff::kernel {
namespace {

/// Cells of a table that stay near as doubles; longer tables are kept in 32 bits where they fit, as less memory is then quicker than
/// the conversion.
constexpr std::size_t most_wide_cells = 32768;

/// Where a block says what a leaf is for every row; nullptr of those that rows have.
std::optional<Small> Block::* of_all(const plan::Leaf& leaf) {
    if (leaf.kind == plan::Leaf::Kind::period) return &Block::period;
    return leaf.kind == plan::Leaf::Kind::scenario ? &Block::scenario : nullptr;
}

/// The 53 bits that lead a number, and its low 64.
WideCell wide_cell(const Integer& number) {
    const Integer magnitude = abs(number);
    const unsigned bits = magnitude == 0 ? 0 : static_cast<unsigned>(msb(magnitude)) + 1, dropped = bits > 53 ? bits - 53 : 0;
    const double size = std::ldexp(static_cast<double>(Integer(magnitude >> dropped).convert_to<std::int64_t>()), static_cast<int>(dropped));
    const auto low = Integer(magnitude & std::numeric_limits<std::uint64_t>::max()).convert_to<std::uint64_t>();
    return {number < 0 ? -size : size, static_cast<std::int64_t>(number < 0 ? std::uint64_t{0} - low : low)};
}

}  // namespace

DoubleLane::State::State(const DoubleLane& lane, std::size_t rows)
    : stride(rows_apart(rows)), smalls(lane.small_registers_ * stride), doubles(lane.number_registers_ * stride), small_at(lane.small_registers_),
      number_at(lane.number_registers_), constant_smalls(lane.steps_.size()), constants(lane.steps_.size()), lines(lane.payments_.size()), all(rows, 1),
      none(rows, 0) {
    for (std::size_t k = 0; k < lane.steps_.size(); ++k) {
        const Step& step = lane.steps_[k];
        terms.resize(std::max(terms.size(), step.terms.size()));
        if (step.op == Op::constant_small && step.aux != 0) constant_smalls[k].assign(rows, static_cast<Small>(step.aux));
        if (step.op == Op::constant) constants[k].assign(rows, step.factors[0]);
    }
    for (std::size_t k = 0; k < lines.size(); ++k) {
        lines[k].sum.resize(rows);
        lines[k].weight.resize(rows);
        lines[k].first_amount.resize(rows);
        lines[k].first_state.resize(rows);
        if (lane.payments_[k].residue) lines[k].whole.resize(rows);
        if (!lane.payments_[k].parts) continue;
        for (auto* column : {&lines[k].part_amount, &lines[k].part_weight, &lines[k].quanta}) column->resize(rows);
        lines[k].inexact.resize(rows);
    }
}

DoubleLane::DoubleLane(const plan::Routine& routine, const plan::Tables& tables, const std::vector<plan::Leaf>& leaves, std::vector<Payment> payments,
                       const plan::Ranks& ranks)
    : tables_(tables), indexes_(routine.indexes), by_period_(routine.by_period), by_scenario_(routine.by_scenario),
      payments_(std::move(payments)), not_exact_(ranks.not_exact),
      negative_not_allowed_(ranks.negative_not_allowed), small_registers_(routine.small_registers), number_registers_(routine.number_registers) {
    for (const plan::Instruction& instruction : routine.steps) {
        Step step;
        step.op = instruction.op;
        step.to = instruction.to;
        step.aux = instruction.aux;
        step.works = step.op != Op::input_small && step.op != Op::constant_small && step.op != Op::input_number && step.op != Op::constant && step.op != Op::lookup;
        step.modulo = instruction.modulo;
        for (const Rational& factor : instruction.factors) step.factors.push_back(static_cast<double>(numerator(factor).convert_to<std::int64_t>()));
        if (step.op == Op::index) {
            for (const plan::Index::Term& term : indexes_[static_cast<std::size_t>(step.aux)].terms) {
                IndexTerm& share = step.terms.emplace_back(IndexTerm{term.from, share_of(term), words_of(term.map)});
                if (!share.words.empty()) share.share.words = {share.words.data(), term.map.size()};
            }
        } else {
            step.operands = instruction.from.size();
            std::copy(instruction.from.begin(), instruction.from.end(), step.from.begin());
        }
        if (step.op == Op::round || step.op == Op::has_residue) {
            const Rounding floor = Rounding::directed(Rounding::Mode::floor, Rate(1));
            const Rounding& rounding = step.op == Op::round ? tables.roundings[static_cast<std::size_t>(step.aux)] : floor;
            const std::int64_t quantum = step.op == Op::round ? numerator(instruction.factors[2]).convert_to<std::int64_t>() : 1;
            step.rounding = rounding_pass(numerator(instruction.factors[0]), numerator(instruction.factors[1]), rounding, quantum, false, instruction.bits);
        }
        if (step.op == Op::lookup_small) step.words = words_of(tables.small[static_cast<std::size_t>(step.aux)]);
        if (step.op == Op::lookup && step.modulo) {
            const plan::NumberTable& table = tables.number[static_cast<std::size_t>(step.aux)];
            for (const std::int64_t cell : table.narrow) step.wide.push_back(wide_cell(cell));
            for (const Integer& cell : table.wide) step.wide.push_back(wide_cell(cell));
        } else if (step.op == Op::lookup) {
            const auto& cells = tables.number[static_cast<std::size_t>(step.aux)].narrow;
            const bool fits = std::all_of(cells.begin(), cells.end(), [](std::int64_t cell) { return cell == static_cast<std::int32_t>(cell); });
            if (fits && cells.size() > most_wide_cells) for (const std::int64_t cell : cells) step.narrow.push_back(static_cast<std::int32_t>(cell));
            else for (const std::int64_t cell : cells) step.cells.push_back(static_cast<double>(cell));
        }
        steps_.push_back(std::move(step));
    }
    for (const Payment& payment : payments_) {
        const Integer by = numerator(payment.scale), over = denominator(payment.scale);
        ends_.push_back(rounding_pass(by, over, payment.rounding, payment.quantum_pence, payment.never_negative, payment.bits));
    }
    find_columns_read(routine, leaves);
}

/// Which leaves must be columns of small values, and which products only the next step reads.
void DoubleLane::find_columns_read(const plan::Routine& routine, const std::vector<plan::Leaf>& leaves) {
    std::vector<bool> read_as_column(leaves.size(), false);
    std::vector<std::optional<std::size_t>> leaf_in(small_registers_);
    const auto reads_column = [&](Register from) {
        if (leaf_in[from]) read_as_column[*leaf_in[from]] = true;
    };
    for (Step& step : steps_) {
        for (const IndexTerm& term : step.terms) {
            const auto& leaf = leaf_in[term.from];
            step.share_of_all = step.share_of_all || (leaf && of_all(leaves[*leaf]) != nullptr);
        }
        if (step.op == Op::lookup || step.op == Op::lookup_small) {
            // Of the period or scenario a look-up needs no column; a code that is itself the position is read as one.
            const auto& leaf = leaf_in[step.from[0]];
            if (leaf && of_all(leaves[*leaf]) == nullptr) read_as_column[*leaf] = true;
        } else if (step.op != Op::index) {
            for (std::size_t n = 0; n < step.operands; ++n)
                if (!reads_number(step.op, n)) reads_column(step.from[n]);
        }
        if (yields_number(step.op)) continue;
        leaf_in[step.to].reset();
        if (step.op != Op::input_small) continue;
        const auto leaf = static_cast<std::size_t>(step.aux);
        leaf_in[step.to] = leaf;
        step.of_all = of_all(leaves[leaf]);
    }
    for (const Register root : routine.small_roots) reads_column(root);
    for (const bool column : read_as_column) as_stated_.push_back(!column);
    for (std::size_t k = 0; k < steps_.size(); ++k)
        if (steps_[k].op == Op::lookup) steps_[k].lasts = lasts(k);
    for (std::size_t k = 0; k + 1 < steps_.size(); ++k) {
        Step& step = steps_[k];
        const Step& next = steps_[k + 1];
        if (step.op != Op::multiply || next.op != Op::round || next.from[0] != step.to || !next.rounding.by_bias) continue;
        step.put_off = !read_after(k + 1, step.to, routine.number_roots);
    }
}

/// Whether a look-up's positions are written before the steps that are repeated for each period: as a column of their own, to which the
/// period adds an offset at most (see run_index).
bool DoubleLane::lasts(std::size_t step) const {
    const auto writer = [&](Register small, std::size_t before) -> const Step* {
        for (std::size_t k = before; k > 0; --k)
            if (!yields_number(steps_[k - 1].op) && steps_[k - 1].to == small) return &steps_[k - 1];
        return nullptr;
    };
    const auto before_period = [&](const Step* written) { return written != nullptr && static_cast<std::size_t>(written - steps_.data()) < by_period_; };
    const Step* at = writer(steps_[step].from[0], step);
    if (before_period(at)) return true;
    if (at == nullptr || !at->share_of_all || at->terms.size() != 2) return false;
    return std::any_of(at->terms.begin(), at->terms.end(), [&](const IndexTerm& term) {
        const Step* from = writer(term.from, static_cast<std::size_t>(at - steps_.data()));
        return before_period(from) && from->op == Op::index && term.share.stride == 1 && term.share.map == nullptr;
    });
}

/// Whether a number is read by any step after one, or is a result.
bool DoubleLane::read_after(std::size_t step, Register number, const std::vector<Register>& roots) const {
    for (std::size_t k = step; k < steps_.size(); ++k) {
        for (std::size_t n = 0; k > step && n < steps_[k].operands; ++n)
            if (reads_number(steps_[k].op, n) && steps_[k].from[n] == number) return true;
        if (yields_number(steps_[k].op) && steps_[k].to == number) return false;
    }
    return std::find(roots.begin(), roots.end(), number) != roots.end();
}

std::unique_ptr<const plan::LaneCode> make_double_lane(const plan::Routine& routine, const plan::Tables& tables, const std::vector<plan::Leaf>& leaves,
                                                       std::vector<plan::Payment> payments, const plan::Ranks& ranks) {
    return std::make_unique<DoubleLane>(routine, tables, leaves, std::move(payments), ranks);
}

}  // namespace bandtariff::kernel
