// A routine made ready for the loops of lane_passes.hpp: tables as doubles or 32-bit cells, factors and roundings as constants.
// What is proved before this lane is chosen, and so not looked at again: every step stays below 2^53, loaded numbers and pence
// below 2^51, and a payment's numerator below 2^53 or, carried modulo 2^64 beside its magnitude, its error below a quarter.
//
// A number is put off as long as it can be: a look-up, a column as stated or a product is first what it is made of (NumberAt), and
// one fused pass works it out on the way to where it goes; only a step that needs a column makes it one.
#include "kernel/double_lane.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include "kernel/columns.hpp"
#include "kernel/small_columns.hpp"

namespace bandtariff::kernel {
namespace {

using plan::Accrual;
using plan::Block;
using plan::Counted;
using plan::Op;
using plan::Payment;
using plan::Register;
using plan::Source;

/// As many operands as an index has.
constexpr std::size_t most_terms = 64;
/// Cells of a table that stay in the first cache as doubles; longer tables are kept in 32 bits where they fit.
constexpr std::size_t most_wide_cells = 4096;

constexpr Small least_day = std::numeric_limits<Small>::min(), greatest_day = std::numeric_limits<Small>::max();

class DoubleLane final : public plan::LaneCode {
public:
    DoubleLane(const plan::Routine& routine, const plan::Tables& tables, const std::vector<plan::Leaf>& leaves, std::vector<Payment> payments,
               const plan::Ranks& ranks);
    [[nodiscard]] std::unique_ptr<Scratch> scratch(std::size_t rows) const override { return std::make_unique<State>(*this, rows); }
    [[nodiscard]] bool reads_as_stated(std::size_t leaf) const override { return as_stated_[leaf]; }
    [[nodiscard]] bool reads_period_as_column() const override { return period_as_column_; }
    void run(const Block& block, bool again, Scratch& scratch) const override;
    [[nodiscard]] const Small* small(const Scratch& scratch, Register from) const override { return static_cast<const State&>(scratch).small_at[from].column; }
    [[nodiscard]] bool is_none(const Scratch& scratch, Register from) const override {
        const State& state = static_cast<const State&>(scratch);
        return state.small_at[from].column == state.none.data();
    }
    void numbers(const Scratch& scratch, Register from, std::size_t rows, std::vector<Rational>& wide, std::vector<std::int64_t>& narrow) const override;
    void begin(std::size_t line, std::size_t rows, Scratch& scratch) const override;
    void accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const override;
    bool finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const override;
    [[nodiscard]] bool ends_at_once(std::size_t line) const override;
    void end_at_once(std::size_t line, std::size_t rows, const Counted& counted, bool more, const plan::Ended& to, Scratch& scratch) const override;

private:
    struct IndexTerm {
        Register from = 0;
        PositionTerm share;  ///< but for where it is read
    };
    struct Step {
        Op op;
        Register to;
        std::array<Register, 3> from{};
        std::size_t operands = 0;
        std::int64_t aux = 0;
        bool of_period = false;  ///< of an index: the period has a share in it, and what the others come to is kept (see emit.cpp)
        bool put_off = false;  ///< of a product: the next step rounds it, and nothing else reads it
        std::vector<double> factors;
        std::vector<std::int32_t> narrow;  ///< cells of a long number table, where all fit
        std::vector<double> cells;         ///< else
        std::vector<IndexTerm> terms;
        RoundingPass rounding;
    };
    /// Where a small register's rows are to be read: its own memory, a loaded column, a column as stated, or a constant's.
    struct SmallAt {
        const Small* column = nullptr;
        Source stated;     ///< where `column` is nullptr
        Small offset = 0;  ///< of positions in tables: more, for every row
    };
    struct NumberAt {
        enum class Kind { column, looked_up, stated, product };
        Kind kind = Kind::column;
        const double* column = nullptr;
        const Step* table = nullptr;
        SmallAt at;
        Source stated;
        Product product;
    };
    struct LineState {
        ColumnOf<double> sum, first_amount, part_amount, part_weight, quanta, weight;
        ColumnOf<std::int64_t> whole;
        SmallColumn first_state, inexact;
    };
    struct State final : Scratch {
        State(const DoubleLane& lane, std::size_t rows);
        [[nodiscard]] Small* write_small(Register k) {
            Small* own = smalls.data() + k * stride;
            small_at[k] = {own, {}, 0};
            return own;
        }
        [[nodiscard]] double* own_number(Register k) { return doubles.data() + k * stride; }
        [[nodiscard]] double* write_number(Register k) {
            double* own = own_number(k);
            number_at[k] = {};
            number_at[k].column = own;
            return own;
        }
        std::size_t stride;  ///< from one register to the next
        SmallColumn smalls;
        ColumnOf<double> doubles;
        std::vector<SmallAt> small_at;
        std::vector<NumberAt> number_at;
        std::vector<SmallColumn> constant_smalls;  ///< by step
        std::vector<ColumnOf<double>> constants;
        std::vector<LineState> lines;
        SmallColumn all, none;
    };

    void find_columns_read(const plan::Routine& routine, const std::vector<plan::Leaf>& leaves);
    [[nodiscard]] bool read_after(std::size_t step, Register number, const std::vector<Register>& roots) const;
    void run_index(const Passes& passes, const Step& step, const Block& block, State& state) const;
    void run_number(const Passes& passes, const Step& step, const Block& block, State& state) const;
    static const double* column(const Passes& passes, Register from, std::size_t rows, State& state);
    static void set_left(const Passes& passes, Register from, std::size_t rows, State& state, Product& product);
    static void set_right(const Passes& passes, Register from, std::size_t rows, State& state, Product& product);
    static Product product_of(const Passes& passes, Register a, Register b, std::size_t rows, State& state);
    static Product counted(const Passes& passes, Register amount, std::size_t rows, const Counted& by, LineState& sums, State& state);
    bool ranks_of_end(std::size_t line, std::size_t rows, const double* sum, const Small* inexact, Small* rank) const;
    static void clear_ranked(std::size_t rows, const Small* rank, std::int64_t* pence);

    const plan::Tables& tables_;
    std::vector<plan::Index> indexes_;
    std::vector<Step> steps_;
    std::vector<bool> as_stated_;  ///< by leaf
    std::optional<std::int64_t> period_leaf_;
    bool period_as_column_ = false;
    std::size_t repeated_;
    std::vector<Payment> payments_;
    std::vector<RoundingPass> ends_, quanta_;
    Small not_exact_, negative_not_allowed_;
    unsigned small_registers_, number_registers_;
};

DoubleLane::State::State(const DoubleLane& lane, std::size_t rows)
    : stride(rows_apart(rows)), smalls(lane.small_registers_ * stride), doubles(lane.number_registers_ * stride), small_at(lane.small_registers_),
      number_at(lane.number_registers_), constant_smalls(lane.steps_.size()), constants(lane.steps_.size()), lines(lane.payments_.size()), all(rows, 1),
      none(rows, 0) {
    for (std::size_t k = 0; k < lane.steps_.size(); ++k) {
        const Step& step = lane.steps_[k];
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
    : tables_(tables), indexes_(routine.indexes), repeated_(routine.repeated), payments_(std::move(payments)), not_exact_(ranks.not_exact),
      negative_not_allowed_(ranks.negative_not_allowed), small_registers_(routine.small_registers), number_registers_(routine.number_registers) {
    for (const plan::Instruction& instruction : routine.steps) {
        Step step;
        step.op = instruction.op;
        step.to = instruction.to;
        step.aux = instruction.aux;
        for (const Rational& factor : instruction.factors) step.factors.push_back(static_cast<double>(numerator(factor).convert_to<std::int64_t>()));
        if (step.op == Op::index) {
            for (const plan::Index::Term& term : indexes_[static_cast<std::size_t>(step.aux)].terms) step.terms.push_back({term.from, share_of(term)});
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
        if (step.op == Op::lookup) {
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
        if (payment.residue) ends_.back().inverse = ends_.back().by / ends_.back().over;
        quanta_.push_back(rounding_pass(1, 1, payment.rounding, payment.quantum_pence, payment.never_negative, 53));
    }
    find_columns_read(routine, leaves);
}

/// Which leaves must be columns of small values, and which products only the next step reads.
void DoubleLane::find_columns_read(const plan::Routine& routine, const std::vector<plan::Leaf>& leaves) {
    as_stated_.assign(leaves.size(), false);
    std::vector<bool> read_as_column(leaves.size(), false);
    std::vector<std::optional<std::size_t>> leaf_in(small_registers_);
    const auto reads_column = [&](Register from) {
        if (leaf_in[from]) read_as_column[*leaf_in[from]] = true;
    };
    for (Step& step : steps_) {
        for (const IndexTerm& term : step.terms) {
            const auto& leaf = leaf_in[term.from];
            step.of_period = step.of_period || (leaf && leaves[*leaf].kind == plan::Leaf::Kind::period);
        }
        if (step.op == Op::lookup || step.op == Op::lookup_small) {
            // Of the period a look-up needs no column; a code that is itself the position is read as one.
            const auto& leaf = leaf_in[step.from[0]];
            if (leaf && leaves[*leaf].kind != plan::Leaf::Kind::period) read_as_column[*leaf] = true;
        } else if (step.op != Op::index) {
            for (std::size_t n = 0; n < step.operands; ++n)
                if (!reads_number(step.op, n)) reads_column(step.from[n]);
        }
        if (yields_number(step.op)) continue;
        leaf_in[step.to].reset();
        if (step.op != Op::input_small) continue;
        const auto leaf = static_cast<std::size_t>(step.aux);
        leaf_in[step.to] = leaf;
        as_stated_[leaf] = true;
        if (leaves[leaf].kind == plan::Leaf::Kind::period) period_leaf_ = step.aux;
    }
    for (const Register root : routine.small_roots) reads_column(root);
    for (std::size_t k = 0; k < leaves.size(); ++k) as_stated_[k] = as_stated_[k] && !read_as_column[k];
    if (period_leaf_) period_as_column_ = read_as_column[static_cast<std::size_t>(*period_leaf_)];
    for (std::size_t k = 0; k + 1 < steps_.size(); ++k) {
        Step& step = steps_[k];
        const Step& next = steps_[k + 1];
        if (step.op != Op::multiply || next.op != Op::round || next.from[0] != step.to || !next.rounding.by_bias) continue;
        step.put_off = !read_after(k + 1, step.to, routine.number_roots);
    }
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

void DoubleLane::run(const Block& block, bool again, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    const std::size_t rows = block.rows;
    for (std::size_t k = again ? repeated_ : 0; k < steps_.size(); ++k) {
        const Step& step = steps_[k];
        if (yields_number(step.op)) {
            if (step.op == Op::constant) {
                state.number_at[step.to] = {};
                state.number_at[step.to].column = state.constants[k].data();
            } else {
                run_number(passes, step, block, state);
            }
            continue;
        }
        switch (step.op) {
            case Op::input_small: {
                const auto leaf = static_cast<std::size_t>(step.aux);
                const bool offset = block.period && period_leaf_ == step.aux && !period_as_column_;
                state.small_at[step.to] = {offset ? state.none.data() : block.small[leaf], block.stated[leaf], offset ? *block.period : 0};
                continue;
            }
            case Op::constant_small:
                state.small_at[step.to] = {step.aux == 0 ? state.none.data() : state.constant_smalls[k].data(), {}, 0};
                continue;
            case Op::index: run_index(passes, step, block, state); continue;
            default: break;
        }
        std::array<const Small*, 3> from{};
        for (std::size_t n = 0; n < step.operands; ++n)
            if (!reads_number(step.op, n)) from[n] = state.small_at[step.from[n]].column;
        const auto number = [&](std::size_t n) { return column(passes, step.from[n], rows, state); };
        if (step.op == Op::lookup_small) {
            // Ranks mostly stand in a table whose first cell says that there is a value, and which a block without stops never leaves.
            const std::vector<Small>& cells = tables_.small[static_cast<std::size_t>(step.aux)];
            const SmallAt at = state.small_at[step.from[0]];
            const Small* from_cell = cells.data() + at.offset;
            if (at.column == state.none.data() || (*from_cell == 0 && passes.any(rows, at.column) == 0)) {
                if (*from_cell == 0) state.small_at[step.to] = {state.none.data(), {}, 0};
                else std::fill_n(state.write_small(step.to), rows, *from_cell);
                continue;
            }
            passes.lookup_small(rows, state.write_small(step.to), from_cell, at.column);
            continue;
        }
        Small* to = state.write_small(step.to);
        switch (step.op) {
            case Op::equal:
            case Op::less:
            case Op::less_or_equal: passes.compare(step.op, rows, to, number(0), step.factors[0], number(1), step.factors[1]); break;
            case Op::interval: passes.reached(rows, to, number(0), step.factors.data(), step.factors.size()); break;
            case Op::has_residue: passes.has_residue(rows, to, number(0), step.rounding); break;
            default: run_small(step.op, rows, to, from.data(), step.aux, tables_);
        }
    }
}

/// Positions in a table. A share that is the same for every row is only an offset, and one that is left alone no column of its own.
void DoubleLane::run_index(const Passes& passes, const Step& step, const Block& block, State& state) const {
    std::array<PositionTerm, most_terms> terms;
    std::size_t count = 0;
    Small all = 0;
    const IndexTerm* only = nullptr;
    for (const IndexTerm& term : step.terms) {
        const SmallAt& from = state.small_at[term.from];
        const PositionTerm& share = term.share;
        if (from.column == state.none.data()) {
            all += share.map != nullptr ? share.map[from.offset] : from.offset * share.stride;
            continue;
        }
        only = &term;
        if (share.map == nullptr) all += from.offset * share.stride;
        terms[count] = share;
        if (from.column == nullptr) {
            terms[count].from = from.stated.at;
            terms[count].type = from.stated.type;
            terms[count].less = static_cast<Small>(from.stated.less);
        } else {
            terms[count].from = from.column;
        }
        ++count;
    }
    if (count == 0 || (count == 1 && step.of_period && only->share.stride == 1 && only->share.map == nullptr && state.small_at[only->from].column != nullptr)) {
        state.small_at[step.to] = {count == 0 ? state.none.data() : state.small_at[only->from].column, {}, all};
        return;
    }
    // Those that are added up in one go come first.
    std::stable_partition(terms.begin(), terms.begin() + static_cast<std::ptrdiff_t>(count),
                          [](const PositionTerm& term) { return term.map == nullptr && term.type == Column::Type::u8; });
    passes.position(block.rows, state.write_small(step.to), terms.data(), count, all);
}

/// A number register as a column, made one where it was put off.
const double* DoubleLane::column(const Passes& passes, Register from, std::size_t rows, State& state) {
    NumberAt& number = state.number_at[from];
    if (number.kind == NumberAt::Kind::column) return number.column;
    double* own = state.own_number(from);
    if (number.kind == NumberAt::Kind::stated) {
        passes.to_double[static_cast<std::size_t>(number.stated.type)](rows, number.stated.at, own);
    } else {
        Product product = number.product;
        if (number.kind == NumberAt::Kind::looked_up) set_left(passes, from, rows, state, product);
        passes.of(product).add[0](rows, product, own);
    }
    number = {};
    number.column = own;
    return own;
}

void DoubleLane::set_left(const Passes& passes, Register from, std::size_t rows, State& state, Product& product) {
    const NumberAt& number = state.number_at[from];
    if (number.kind != NumberAt::Kind::looked_up) {
        product.left_kind = Left::column;
        product.left = column(passes, from, rows, state);
        return;
    }
    const bool narrow = !number.table->narrow.empty();
    product.left_kind = narrow ? Left::narrow : Left::cells;
    product.at = number.at.column;
    if (narrow) product.narrow = number.table->narrow.data() + number.at.offset;
    else product.cells = number.table->cells.data() + number.at.offset;
}

void DoubleLane::set_right(const Passes& passes, Register from, std::size_t rows, State& state, Product& product) {
    const NumberAt& number = state.number_at[from];
    if (number.kind == NumberAt::Kind::stated && number.stated.type != Column::Type::i64) {
        product.right_kind = right_of(number.stated.type);
        product.right = number.stated.at;
        return;
    }
    product.right_kind = Right::column;
    product.right = column(passes, from, rows, state);
}

/// Of two numbers, the looked-up one left and the stated one right.
Product DoubleLane::product_of(const Passes& passes, Register a, Register b, std::size_t rows, State& state) {
    using Kind = NumberAt::Kind;
    const Kind of_a = state.number_at[a].kind, of_b = state.number_at[b].kind;
    if ((of_b == Kind::looked_up && of_a != Kind::looked_up) || (of_a == Kind::stated && of_b != Kind::stated)) std::swap(a, b);
    Product product;
    set_right(passes, b, rows, state, product);
    set_left(passes, a, rows, state, product);
    return product;
}

void DoubleLane::run_number(const Passes& passes, const Step& step, const Block& block, State& state) const {
    const std::size_t rows = block.rows;
    const std::vector<double>& by = step.factors;
    const auto small = [&](std::size_t k) { return state.small_at[step.from[k]].column; };
    const auto number = [&](std::size_t k) { return column(passes, step.from[k], rows, state); };
    const auto put_off = [&](NumberAt::Kind kind) -> NumberAt& {
        state.number_at[step.to] = {};
        state.number_at[step.to].kind = kind;
        return state.number_at[step.to];
    };
    switch (step.op) {
        case Op::input_number: put_off(NumberAt::Kind::stated).stated = block.stated[static_cast<std::size_t>(step.aux)]; return;
        case Op::lookup: {
            const SmallAt at = state.small_at[step.from[0]];
            NumberAt& looked_up = put_off(NumberAt::Kind::looked_up);
            looked_up.table = &step;
            looked_up.at = at;
            return;
        }
        case Op::multiply: {
            const Product product = product_of(passes, step.from[0], step.from[1], rows, state);
            if (step.put_off) put_off(NumberAt::Kind::product).product = product;
            else passes.of(product).add[0](rows, product, state.write_number(step.to));
            return;
        }
        case Op::round: {
            Product product;
            if (!step.rounding.by_bias) {
                const double* from = number(0);
                passes.round(rows, state.write_number(step.to), from, step.rounding);
                return;
            }
            if (state.number_at[step.from[0]].kind == NumberAt::Kind::product) product = state.number_at[step.from[0]].product;
            else set_left(passes, step.from[0], rows, state, product);
            passes.of(product).round(rows, product, step.rounding, state.write_number(step.to));
            return;
        }
        default: break;
    }
    std::array<const double*, 3> numbers{};
    for (std::size_t k = 0; k < step.operands; ++k)
        if (reads_number(step.op, k)) numbers[k] = number(k);
    double* to = state.write_number(step.to);
    switch (step.op) {
        case Op::whole: passes.whole(rows, to, small(0)); return;
        case Op::linear:
            if (step.operands < 2) passes.linear(rows, to, numbers[0], by[0], by[2]);
            else passes.linear_two(rows, to, numbers[0], by[0], numbers[1], by[1], by[2]);
            return;
        case Op::minimum: passes.least(rows, to, numbers[0], by[0], numbers[1], by[1]); return;
        case Op::maximum: passes.most(rows, to, numbers[0], by[0], numbers[1], by[1]); return;
        case Op::select: passes.select(rows, to, small(0), numbers[1], by[0], numbers[2], by[1]); return;
        default: return;
    }
}

void DoubleLane::numbers(const Scratch&, Register, std::size_t, std::vector<Rational>&, std::vector<std::int64_t>&) const {
    throw std::logic_error("lane i53 prices rows and fills no tables");
}

void DoubleLane::begin(std::size_t line, std::size_t rows, Scratch& scratch) const {
    LineState& sums = static_cast<State&>(scratch).lines[line];
    if (!payments_[line].parts) return;
    for (auto* column : {&sums.part_amount, &sums.part_weight, &sums.quanta}) std::fill_n(column->begin(), rows, 0.0);
    std::fill_n(sums.inexact.begin(), rows, 0);
}

/// An amount times what it counts, as a fused pass reads it.
Product DoubleLane::counted(const Passes& passes, Register amount, std::size_t rows, const Counted& by, LineState& sums, State& state) {
    Product product;
    set_left(passes, amount, rows, state, product);
    switch (by.by) {
        case Counted::By::once: break;
        case Counted::By::days:
            product.right_kind = by.low == least_day && by.high == greatest_day ? Right::days : Right::days_inside;
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
            product.right_kind = Right::column;
            product.right = sums.weight.data();
            break;
    }
    product.sum = sums.sum.data();
    return product;
}

void DoubleLane::accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    LineState& sums = state.lines[line];
    const Payment& payment = payments_[line];
    const Counted& by = days.counted;
    const bool by_days = by.by == Counted::By::days;
    if (by_days || days.counts == nullptr) {
        const Product product = counted(passes, payment.amount, rows, by, sums, state);
        passes.of(product).add[first ? 0 : 1](rows, product, sums.sum.data());
    } else {
        passes.accrue(rows, sums.sum.data(), column(passes, payment.amount, rows, state), by.weights, days.counts, first);
    }
    if (!payment.residue && !payment.parts && days.differs == nullptr) return;
    const double* amount = column(passes, payment.amount, rows, state);
    const Small* counts = days.counts != nullptr ? days.counts : state.all.data();
    if (payment.residue) {
        if (by_days) passes.accrue_days_whole(rows, sums.whole.data(), amount, by.from, by.until, by.low, by.high, first);
        else passes.accrue_whole(rows, sums.whole.data(), amount, by.weights, counts, first);
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
    if (by_days) passes.days_inside(rows, sums.weight.data(), by.from, by.until, by.low, by.high);
    else for (std::size_t i = 0; i < rows; ++i) sums.weight[i] = static_cast<double>(by.weights[i]);
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

bool DoubleLane::ends_at_once(std::size_t line) const {
    const Payment& payment = payments_[line];
    const RoundingPass& end = ends_[line];
    const bool may_fall_below = !payment.may_be_negative && !payment.never_negative;
    const bool may_leave_a_rest = payment.rounding.mode() == Rounding::Mode::exact && end.over != 1;
    return end.by_bias && !payment.residue && !payment.parts && !may_fall_below && !may_leave_a_rest;
}

void DoubleLane::end_at_once(std::size_t line, std::size_t rows, const Counted& by, bool more, const plan::Ended& to, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    const Product product = counted(passes, payments_[line].amount, rows, by, state.lines[line], state);
    passes.of(product).end[more ? 1 : 0](rows, product, ends_[line], to);
}

}  // namespace

std::unique_ptr<const plan::LaneCode> make_double_lane(const plan::Routine& routine, const plan::Tables& tables, const std::vector<plan::Leaf>& leaves,
                                                       std::vector<plan::Payment> payments, const plan::Ranks& ranks) {
    return std::make_unique<DoubleLane>(routine, tables, leaves, std::move(payments), ranks);
}

}  // namespace bandtariff::kernel
