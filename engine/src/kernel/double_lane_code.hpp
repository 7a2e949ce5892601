// The code of lane i53: a routine and its constants, and what a block's registers hold while it runs. Made by double_lane.cpp, run by
// double_lane_run.cpp; its lines are counted and ended by double_lane_lines.cpp.
//
// A number is put off as long as it can be: a look-up, a column as stated or a product is first what it is made of (NumberAt), and
// one fused pass works it out on the way to where it goes; only a step that needs a column makes it one.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "kernel/columns.hpp"
#include "kernel/lane_passes.hpp"
#include "plan/program.hpp"

namespace bandtariff::kernel {

using plan::Accrual;
using plan::Block;
using plan::Counted;
using plan::Op;
using plan::Payment;
using plan::Register;
using plan::Source;

class DoubleLane final : public plan::LaneCode {
public:
    DoubleLane(const plan::Routine& routine, const plan::Tables& tables, const std::vector<plan::Leaf>& leaves, std::vector<Payment> payments,
               const plan::Ranks& ranks);
    [[nodiscard]] std::unique_ptr<Scratch> scratch(std::size_t rows) const override { return std::make_unique<State>(*this, rows); }
    [[nodiscard]] bool reads_as_stated(std::size_t leaf) const override { return as_stated_[leaf]; }
    void run(const Block& block, Again again, Scratch& scratch) const override;
    [[nodiscard]] const Small* small(const Scratch& scratch, Register from) const override { return static_cast<const State&>(scratch).small_at[from].column; }
    [[nodiscard]] bool is_none(const Scratch& scratch, Register from) const override {
        const State& state = static_cast<const State&>(scratch);
        return state.small_at[from].column == state.none.data();
    }
    void numbers(const Scratch& scratch, Register from, std::size_t rows, std::vector<Rational>& wide, std::vector<std::int64_t>& narrow) const override;
    void begin(std::size_t, std::size_t, Scratch&) const override {}  // a first stretch clears what it needs
    void accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const override;
    bool finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const override;
    [[nodiscard]] bool ends_at_once(std::size_t line) const override;
    void end_at_once(std::size_t line, std::size_t rows, const Counted& counted, bool more, const plan::Ended& to, Scratch& scratch) const override;

private:
    struct IndexTerm {
        Register from = 0;
        PositionTerm share;  ///< but for where it is read
        std::vector<std::uint16_t> words;  ///< of its map
    };
    struct Step {
        Op op;
        Register to;
        std::array<Register, 3> from{};
        std::size_t operands = 0;
        std::int64_t aux = 0;
        std::optional<Small> Block::* of_all = nullptr;  ///< of an input: which value it is where that is the same for every row
        bool share_of_all = false;  ///< of an index: the period or scenario has a share in it, and what the others come to is kept (see emit.cpp)
        bool lasts = false;    ///< of a look-up: its positions, but for the period's share, stay as they are from period to period
        bool works = false;    ///< goes over the rows by itself, and puts nothing off
        bool put_off = false;  ///< of a product: the next step rounds it, and nothing else reads it
        bool modulo = false;   ///< carried modulo 2^64 beside its size, for payments only
        std::vector<double> factors;
        std::vector<std::int32_t> narrow;  ///< cells of a long number table, where all fit
        std::vector<double> cells;         ///< else
        std::vector<WideCell> wide;        ///< cells that are carried modulo 2^64
        std::vector<IndexTerm> terms;
        std::vector<std::uint16_t> words;  ///< cells of a small table, where they are few
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
        std::optional<Stretches> waiting;  ///< of which nothing is in `sum` yet
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
        std::vector<PositionTerm> terms;  ///< of one index after another
        SmallColumn all, none;
    };

    void find_columns_read(const plan::Routine& routine, const std::vector<plan::Leaf>& leaves);
    [[nodiscard]] bool lasts(std::size_t step) const;
    [[nodiscard]] bool waits(std::size_t line, const Product& product, const plan::Accrual& days, bool first, const State& state) const;
    static void add_waiting(const Passes& passes, std::size_t rows, LineState& sums);
    [[nodiscard]] bool read_after(std::size_t step, Register number, const std::vector<Register>& roots) const;
    void run_index(const Passes& passes, const Step& step, const Block& block, State& state) const;
    void run_number(const Passes& passes, const Step& step, const Block& block, State& state) const;
    static const double* column(const Passes& passes, Register from, std::size_t rows, State& state);
    static void set_left(const Passes& passes, Register from, std::size_t rows, State& state, Product& product);
    static void set_right(const Passes& passes, Register from, std::size_t rows, State& state, Product& product);
    static Product product_of(const Passes& passes, Register a, Register b, std::size_t rows, State& state);
    static Product counted(const Passes& passes, Register amount, std::size_t rows, const Counted& by, const Small* counts, LineState& sums, State& state);
    bool ranks_of_end(std::size_t line, std::size_t rows, const double* sum, const Small* inexact, Small* rank) const;

    const plan::Tables& tables_;
    std::vector<plan::Index> indexes_;
    std::vector<Step> steps_;
    std::vector<bool> as_stated_;  ///< by leaf
    std::size_t by_period_, by_scenario_;  ///< steps: see Routine
    std::vector<Payment> payments_;
    std::vector<RoundingPass> ends_;
    Small not_exact_, negative_not_allowed_;
    unsigned small_registers_, number_registers_;
};

}  // namespace bandtariff::kernel
