// Nodes to instructions: which tables to look up, whole-number factors between units, the widest magnitude any step can
// meet (which settles the lane), and registers. Entry point: emit.
#include <algorithm>
#include <utility>

#include "plan/graph.hpp"

namespace bandtariff::plan {
namespace {

/// Left free above the widest magnitude, so that the sign and one doubling always fit.
constexpr unsigned int64_bits = 62;
constexpr unsigned int128_bits = 126;

class Emitter {
public:
    Emitter(const Graph& graph, const std::map<NodeId, std::size_t>& inputs, bool filling, bool exact)
        : graph_(graph), inputs_(inputs), filling_(filling), exact_(exact) {}

    Register visit(NodeId id) {
        if (const auto known = known_.find(id); known != known_.end()) return known->second;
        const Register result = emitted(id);
        known_.emplace(id, result);
        return result;
    }

    /// Whether lane i53 holds every step; it is then chosen. `modulo`: results of which it is to carry a size and a residue.
    bool fits_i53(const std::vector<Register>& modulo);
    Emitted finish(std::vector<Register> roots);
    [[nodiscard]] bool needs_exact() const { return needs_exact_; }

private:
    Register push(Instruction instruction, const Rational& magnitude) {
        instruction.bits = exact_ ? 0 : bits_of(magnitude);
        widen(routine_, instruction);
        instruction.to = static_cast<Register>(routine_.steps.size());
        routine_.steps.push_back(std::move(instruction));
        return routine_.steps.back().to;
    }

    static void widen(Routine& routine, const Instruction& step) {
        if (step.bits <= routine.bits) return;
        routine.bits = step.bits;
        routine.widest = name_of(step.op);
    }

    /// The largest whole number of its unit that a node can be.
    Rational most(NodeId id) const {
        const Node& node = graph_.at(id);
        return std::max(Rational(abs(node.low)), Rational(abs(node.high))) / node.unit;
    }

    bool on_grid(const Node& node) const {
        return std::any_of(node.axes.begin(), node.axes.end(), [&](const Axis& axis) {
            const Node& leaf = graph_.at(axis.leaf);
            return leaf.op == Op::input_small && graph_.leaves()[static_cast<std::size_t>(leaf.aux)].kind == Leaf::Kind::grid;
        });
    }

    bool is_leaf(NodeId id, Leaf::Kind kind) const {
        const Node& node = graph_.at(id);
        return !filling_ && node.op == Op::input_small && graph_.leaves()[static_cast<std::size_t>(node.aux)].kind == kind;
    }

    /// The shares of the period and of the scenario in a position come last and by themselves, so that another one costs no more than that share.
    Register position(const std::vector<std::pair<NodeId, Index::Term>>& terms) {
        const auto of = [&](Leaf::Kind kind) { return std::find_if(terms.begin(), terms.end(), [&](const auto& term) { return is_leaf(term.first, kind); }); };
        auto last = of(Leaf::Kind::scenario);
        if (last == terms.end()) last = of(Leaf::Kind::period);
        if (last == terms.end() || terms.size() == 1) {
            std::vector<std::pair<Register, Index::Term>> read;
            for (const auto& [id, term] : terms) read.emplace_back(visit(id), term);
            return sum_of(read);
        }
        std::vector<std::pair<NodeId, Index::Term>> others(terms.begin(), last);
        others.insert(others.end(), std::next(last), terms.end());
        const Register rest = position(others);
        return sum_of({{rest, Index::Term{0, 1, {}}}, {visit(last->first), last->second}});
    }

    Register sum_of(const std::vector<std::pair<Register, Index::Term>>& terms) {
        if (terms.size() == 1 && terms[0].second.stride == 1 && terms[0].second.map.empty()) return terms[0].first;
        Index index;
        Instruction step;
        step.op = Op::index;
        for (const auto& [from, term] : terms) {
            index.terms.push_back(term);
            step.from.push_back(from);
        }
        const auto same = [&](const Index& other) {
            return std::equal(index.terms.begin(), index.terms.end(), other.terms.begin(), other.terms.end(),
                              [](const Index::Term& a, const Index::Term& b) { return a.stride == b.stride && a.map == b.map; });
        };
        for (const Instruction& earlier : routine_.steps) {
            if (earlier.op == Op::index && earlier.from == step.from && same(routine_.indexes[static_cast<std::size_t>(earlier.aux)])) {
                return earlier.to;
            }
        }
        step.aux = static_cast<std::int64_t>(routine_.indexes.size());
        routine_.indexes.push_back(std::move(index));
        return push(std::move(step), 0);
    }

    Register table_of(const Node& node) {
        std::vector<std::pair<NodeId, Index::Term>> terms;
        Small stride = 1;
        for (std::size_t a = node.axes.size(); a-- > 0;) {
            const Axis& axis = node.axes[a];
            Index::Term term;
            term.stride = stride;
            for (const std::uint16_t to : axis.map) term.map.push_back(stride * static_cast<Small>(to));
            terms.emplace_back(axis.leaf, std::move(term));
            stride *= static_cast<Small>(axis.size);
        }
        Instruction step;
        step.op = yields_number(node.op) ? Op::lookup : Op::lookup_small;
        step.from = {position(terms)};
        step.aux = node.table;
        return push(std::move(step), yields_number(node.op) ? std::max(Rational(abs(node.low)), Rational(abs(node.high))) / node.unit : Rational(0));
    }

    Register emitted(NodeId id);
    Register linear(NodeId id);
    std::vector<Register> in_stages();

    const Graph& graph_;
    const std::map<NodeId, std::size_t>& inputs_;
    bool filling_;
    bool exact_;
    bool needs_exact_ = false;
    bool loads_in_i53_ = true;
    Routine routine_;
    std::map<NodeId, Register> known_;
};

Register Emitter::linear(NodeId id) {
    const Node& node = graph_.at(id);
    Instruction step;
    step.op = Op::linear;
    for (const NodeId from : node.from) step.from.push_back(visit(from));
    step.factors = node.factors;
    if (exact_) return push(std::move(step), 0);
    Rational sum = 0;
    for (std::size_t k = 0; k < node.from.size(); ++k) {
        step.factors[k] = node.factors[k] * graph_.at(node.from[k]).unit / node.unit;
        sum += most(node.from[k]) * abs(step.factors[k]);
    }
    step.factors[2] = node.factors[2] / node.unit;
    if (node.from.size() == 1 && step.factors[0] == 1 && step.factors[2] == 0) return step.from[0];  // only the unit changes
    return push(std::move(step), Rational(sum + abs(step.factors[2])));
}

Register Emitter::emitted(NodeId id) {
    const Node& node = graph_.at(id);
    if (const auto input = inputs_.find(id); input != inputs_.end()) {
        Instruction step;
        step.op = Op::input_small;
        step.aux = static_cast<std::int64_t>(input->second);
        return push(std::move(step), 0);
    }
    if (node.folded && (filling_ || !on_grid(node) || node.curved)) return table_of(node);
    if (node.op == Op::linear) return linear(id);
    if (!node.bounded && yields_number(node.op)) needs_exact_ = true;

    Instruction step;
    step.op = node.op;
    step.aux = node.aux;
    step.factors = node.factors;
    step.strict = node.strict;
    if (node.op == Op::lookup || node.op == Op::lookup_small) {
        std::vector<std::pair<NodeId, Index::Term>> terms;
        Small stride = 1;
        for (std::size_t k = node.from.size(); k-- > 0;) {
            terms.emplace_back(node.from[k], Index::Term{0, stride, {}});
            stride *= static_cast<Small>(node.dims[k]);
        }
        step.from = {position(terms)};
        return push(std::move(step), yields_number(node.op) ? most(id) : Rational(0));
    }
    for (const NodeId from : node.from) step.from.push_back(visit(from));
    const auto unit = [&](std::size_t k) -> const Rational& { return graph_.at(node.from[k]).unit; };
    Rational widest = yields_number(node.op) && node.bounded ? most(id) : Rational(0);
    const auto in_unit = [&](std::size_t first, const Rational& common) {
        step.factors = {Rational(1), Rational(1)};
        if (exact_) return;
        for (std::size_t k = 0; k < 2; ++k) {
            step.factors[k] = unit(first + k) / common;
            widest = std::max(widest, Rational(most(node.from[first + k]) * step.factors[k]));
        }
    };
    switch (node.op) {
        case Op::input_number:
            loads_in_i53_ = loads_in_i53_ && bits_of(widest) <= i53_loaded_bits;
            if (!exact_) step.factors.clear();
            break;
        case Op::constant:
            if (!exact_) step.factors[0] = node.factors[0] / node.unit;
            break;
        case Op::equal:
        case Op::less:
        case Op::less_or_equal: in_unit(0, common_unit(unit(0), unit(1))); break;
        case Op::minimum:
        case Op::maximum: in_unit(0, node.unit); break;
        case Op::select: in_unit(1, node.unit); break;
        case Op::interval:
            if (exact_) break;
            // The least whole number of the operand's unit that reaches each cut.
            for (std::size_t k = 0; k < step.factors.size(); ++k) {
                const Rational at = node.factors[k] / unit(0);
                Rational reached = round(at, Rounding::directed(Rounding::Mode::ceiling, Rate(1)));
                if (node.strict[k] && reached == at) reached += 1;
                const Rational beyond = most(node.from[0]) + 1;
                step.factors[k] = std::clamp(reached, Rational(-numerator(beyond)), Rational(numerator(beyond) + 1));
                widest = std::max(widest, Rational(abs(step.factors[k])));
            }
            step.strict.assign(step.factors.size(), false);
            break;
        case Op::round:
        case Op::has_residue: {
            const Rational& quantum = node.factors[0];
            if (exact_) {
                step.factors = {Rational(1 / quantum), Rational(1), quantum};
                break;
            }
            const Rational ratio = unit(0) / quantum;
            step.factors = {Rational(numerator(ratio)), Rational(denominator(ratio)), Rational(1)};
            if (graph_.at(node.from[0]).bounded) widest = std::max(widest, Rational(2 * (most(node.from[0]) * numerator(ratio) + denominator(ratio))));
            break;
        }
        default: break;
    }
    return push(std::move(step), widest);
}

/// Carried modulo 2^64 is what stands in a table, or is the product of two numbers that are carried whole, and what no step reads but
/// payments; all else is below 2^53.
bool Emitter::fits_i53(const std::vector<Register>& modulo) {
    if (filling_ || exact_ || needs_exact_ || !loads_in_i53_) return false;
    const auto is_modulo = [&](Register number) { return std::find(modulo.begin(), modulo.end(), number) != modulo.end(); };
    const auto is_whole = [&](Register number) { return routine_.steps[number].bits <= i53_loaded_bits; };
    Routine others;
    for (const Instruction& step : routine_.steps) {
        if (is_modulo(step.to)) {
            if (step.op != Op::lookup && !(step.op == Op::multiply && std::all_of(step.from.begin(), step.from.end(), is_whole))) return false;
        } else {
            widen(others, step);
        }
        for (std::size_t k = 0; k < step.from.size(); ++k)
            if (reads_number(step.op, k) && is_modulo(step.from[k])) return false;
    }
    if (others.bits > i53_bits) return false;
    for (const Register number : modulo) routine_.steps[number].modulo = true;
    routine_.bits = others.bits;
    routine_.widest = others.widest;
    routine_.lane = Lane::i53;
    return true;
}

/// Puts what reads the period last, and what reads the scenario after that, so that another one needs only those steps; where each step went.
std::vector<Register> Emitter::in_stages() {
    enum Stage : std::uint8_t { neither, period, scenario };
    const std::size_t count = routine_.steps.size();
    std::vector<Stage> stage(count, neither);
    std::vector<Register> order, place(count);
    for (std::size_t k = 0; k < count; ++k) {
        const Instruction& step = routine_.steps[k];
        if (step.op == Op::input_small && !filling_) {
            const Leaf::Kind kind = graph_.leaves()[static_cast<std::size_t>(step.aux)].kind;
            stage[k] = kind == Leaf::Kind::period ? period : kind == Leaf::Kind::scenario ? scenario : neither;
        }
        for (const Register from : step.from) stage[k] = std::max(stage[k], stage[from]);
        order.push_back(static_cast<Register>(k));
    }
    std::stable_sort(order.begin(), order.end(), [&](Register a, Register b) { return stage[a] < stage[b]; });
    routine_.by_period = static_cast<std::size_t>(std::count(stage.begin(), stage.end(), neither));
    routine_.by_scenario = routine_.by_period + static_cast<std::size_t>(std::count(stage.begin(), stage.end(), period));
    std::vector<Instruction> steps;
    for (const Register k : order) {
        place[k] = static_cast<Register>(steps.size());
        steps.push_back(std::move(routine_.steps[k]));
        for (Register& from : steps.back().from) from = place[from];
    }
    routine_.steps = std::move(steps);
    return place;
}

/// Registers are given back after their last use; roots keep theirs, and so does what another period or scenario reads again.
Emitted Emitter::finish(std::vector<Register> roots) {
    const std::vector<Register> moved = in_stages();
    for (Register& root : roots) root = moved[root];
    const std::size_t count = routine_.steps.size();
    const auto stage = [&](std::size_t k) { return (k >= routine_.by_period) + (k >= routine_.by_scenario); };
    std::vector<std::size_t> last_use(count, 0);
    for (std::size_t k = 0; k < count; ++k) {
        last_use[k] = std::max(last_use[k], k);
        for (const Register from : routine_.steps[k].from) last_use[from] = stage(k) > stage(from) ? count : k;
    }
    for (const Register root : roots) last_use[root] = count;
    // A lane may leave a look-up or what is carried modulo 2^64 to whatever reads its number, and a period's or scenario's share of a position
    // to whatever looks up there: what they are worked out from is kept as long.
    for (std::size_t k = count; k-- > 0;) {
        const Instruction& step = routine_.steps[k];
        if (step.op != Op::lookup && !step.modulo && !(step.op == Op::index && k >= routine_.by_period)) continue;
        for (const Register from : step.from) last_use[from] = std::max(last_use[from], last_use[k]);
    }
    std::vector<std::vector<std::size_t>> ending(count + 1);
    for (std::size_t k = 0; k < count; ++k) ending[last_use[k]].push_back(k);
    std::vector<Register> place(count);
    std::vector<bool> is_number(count);
    std::vector<Register> free_small, free_number;
    for (std::size_t k = 0; k < count; ++k) {
        Instruction& step = routine_.steps[k];
        is_number[k] = yields_number(step.op);
        auto& free = is_number[k] ? free_number : free_small;
        if (free.empty()) free.push_back(static_cast<Register>(is_number[k] ? routine_.number_registers++ : routine_.small_registers++));
        place[k] = free.back();
        free.pop_back();
        for (const std::size_t ended : ending[k]) (is_number[ended] ? free_number : free_small).push_back(place[ended]);
        for (Register& from : step.from) from = place[from];
        step.to = place[k];
        if (step.op == Op::index) {
            auto& terms = routine_.indexes[static_cast<std::size_t>(step.aux)].terms;
            for (std::size_t t = 0; t < terms.size(); ++t) terms[t].from = step.from[t];
        }
    }
    Emitted emitted;
    for (const Register root : roots) {
        emitted.registers.push_back(place[root]);
        emitted.by_scenario.push_back(root >= routine_.by_scenario);
        (is_number[root] ? routine_.number_roots : routine_.small_roots).push_back(place[root]);
    }
    emitted.routine = std::move(routine_);
    return emitted;
}

}  // namespace

unsigned bits_of(const Rational& magnitude) {
    const Integer whole = numerator(magnitude) / denominator(magnitude) + 1;
    return static_cast<unsigned>(msb(whole)) + 1;
}

bool yields_number(Op op) { return op >= Op::input_number; }

bool reads_number(Op op, std::size_t operand) {
    switch (op) {
        case Op::equal: case Op::less: case Op::less_or_equal: case Op::interval: case Op::has_residue:
        case Op::linear: case Op::multiply: case Op::minimum: case Op::maximum: case Op::round: case Op::divide: return true;
        case Op::select: return operand > 0;
        default: return false;
    }
}

const char* name_of(Op op) {
    static constexpr const char* names[] = {
        "input", "constant", "index", "lookup", "worst", "first_nonzero", "select", "both", "either", "inverse", "equal", "less",
        "less_or_equal", "interval_of_day", "equal_numbers", "less_numbers", "less_or_equal_numbers", "interval", "has_residue", "days",
        "complete_weeks", "complete_months", "input_number", "constant_number", "lookup_number", "whole", "linear", "multiply", "minimum",
        "maximum", "select_number", "round", "divide"};
    return names[static_cast<std::size_t>(op)];
}

const char* name_of(Lane lane) {
    static constexpr const char* names[] = {"i53", "int64", "int128", "exact"};
    return names[static_cast<std::size_t>(lane)];
}

namespace {

Emitted narrowest(const Graph& graph, const std::vector<NodeId>& roots, const std::map<NodeId, std::size_t>& inputs, const PaymentNeeds& payments,
                  bool filling) {
    const auto attempt = [&](bool exact, bool& needs_exact, bool& fits_i53) {
        Emitter emitter(graph, inputs, filling, exact);
        std::vector<Register> found, modulo;
        for (const NodeId root : roots) found.push_back(emitter.visit(root));
        for (const std::size_t root : payments.modulo) modulo.push_back(found[root]);
        needs_exact = emitter.needs_exact();
        fits_i53 = payments.ends_in_i53 && emitter.fits_i53(modulo);
        return emitter.finish(found);
    };
    bool needs_exact = false, fits_i53 = false;
    Emitted emitted = attempt(false, needs_exact, fits_i53);
    if (fits_i53) {
        // A payment past 53 bits is carried otherwise, and says so itself.
        if (payments.bits > emitted.routine.bits && payments.bits <= i53_bits) {
            emitted.routine.bits = payments.bits;
            emitted.routine.widest = "payment";
        }
        return emitted;
    }
    if (payments.bits > emitted.routine.bits) {
        emitted.routine.bits = payments.bits;
        emitted.routine.widest = "payment";
    }
    const unsigned needed = emitted.routine.bits;
    if (!needs_exact && needed <= int128_bits) {
        emitted.routine.lane = needed > int64_bits ? Lane::int128 : Lane::int64;
        return emitted;
    }
    const std::string widest = needs_exact ? "divide" : emitted.routine.widest;
    emitted = attempt(true, needs_exact, fits_i53);
    emitted.routine.lane = Lane::exact;
    emitted.routine.bits = needed;
    emitted.routine.widest = widest;
    return emitted;
}

}  // namespace

Emitted emit_rows(const Graph& graph, const std::vector<NodeId>& roots, const PaymentNeeds& payments) {
    return narrowest(graph, roots, {}, payments, false);
}

Emitted emit_cells(const Graph& graph, NodeId root, const std::map<NodeId, std::size_t>& inputs) {
    return narrowest(graph, {root}, inputs, {}, true);
}

}  // namespace bandtariff::plan
