// A routine's steps over a block: see double_lane_code.hpp. Entry point: DoubleLane::run.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "kernel/double_lane_code.hpp"
#include "kernel/small_columns.hpp"

namespace bandtariff::kernel {

void DoubleLane::run(const Block& block, Again again, Scratch& scratch) const {
    const Passes& passes = kernel::passes();
    State& state = static_cast<State&>(scratch);
    const std::size_t rows = block.rows;
    for (std::size_t k = again == Again::everything ? 0 : again == Again::period ? by_period_ : by_scenario_; k < steps_.size(); ++k) {
        const Step& step = steps_[k];
        if (step.works && block.ahead != nullptr) block.ahead->ask_some();
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
                const std::optional<Small> all = step.of_all != nullptr && as_stated_[leaf] ? block.*step.of_all : std::nullopt;
                state.small_at[step.to] = {all ? state.none.data() : block.small[leaf], block.stated[leaf], all.value_or(0)};
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
            const Words words = step.words.empty() ? Words{} : Words{step.words.data(), cells.size()}.past(at.offset);
            passes.lookup_small(rows, state.write_small(step.to), from_cell, words, at.column);
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
    // Terms that are added up in one go come first, the others from the end.
    std::vector<PositionTerm>& terms = state.terms;
    std::size_t plain = 0, others = terms.size();
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
        const bool stated = from.column == nullptr;
        PositionTerm& placed = stated && share.map == nullptr && from.stated.type == Column::Type::u8 ? terms[plain++] : terms[--others];
        placed = share;
        placed.from = stated ? from.stated.at : from.column;
        placed.type = stated ? from.stated.type : Column::Type::i32;
        placed.less = stated ? static_cast<Small>(from.stated.less) : 0;
    }
    const std::size_t count = plain + (terms.size() - others);
    if (count == 0 || (count == 1 && step.share_of_all && only->share.stride == 1 && only->share.map == nullptr && state.small_at[only->from].column != nullptr)) {
        state.small_at[step.to] = {count == 0 ? state.none.data() : state.small_at[only->from].column, {}, all};
        return;
    }
    passes.position(block.rows, state.write_small(step.to), {terms.data(), plain}, {terms.data() + others, count - plain}, all);
}

/// A number register as a column, made one where it was put off; not of one that is carried modulo 2^64.
const double* DoubleLane::column(const Passes& passes, Register from, std::size_t rows, State& state) {
    NumberAt& number = state.number_at[from];
    if (number.kind == NumberAt::Kind::column) return number.column;
    double* own = state.own_number(from);
    if (number.kind == NumberAt::Kind::stated) {
        passes.to_double[static_cast<std::size_t>(number.stated.type)](rows, number.stated.at, own);
    } else if (number.kind == NumberAt::Kind::looked_up && number.at.column == state.none.data()) {
        // What only the period or the scenario decides is the same for every row.
        const auto at = static_cast<std::size_t>(number.at.offset);
        std::fill_n(own, rows, number.table->narrow.empty() ? number.table->cells[at] : number.table->narrow[at]);
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
    if (number.kind == NumberAt::Kind::product && number.product.left_kind == Left::product) {
        product.left_kind = Left::product;
        product.left = number.product.left;
        product.second = number.product.second;
        return;
    }
    if (number.kind != NumberAt::Kind::looked_up) {
        product.left_kind = Left::column;
        product.left = column(passes, from, rows, state);
        return;
    }
    const bool wide = number.table->modulo, narrow = !number.table->narrow.empty();
    product.left_kind = wide ? Left::wide : narrow ? Left::narrow : Left::cells;
    product.at = number.at.column;
    if (wide) product.wide = number.table->wide.data() + number.at.offset;
    else if (narrow) product.narrow = number.table->narrow.data() + number.at.offset;
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
            if (step.modulo) {
                Product both;
                both.left_kind = Left::product;
                both.left = number(0);
                both.second = number(1);
                put_off(NumberAt::Kind::product).product = both;
                return;
            }
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

}  // namespace bandtariff::kernel
