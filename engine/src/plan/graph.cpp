// Smart constructors of the value graph: what can be said at once is said (constants, neutral operands, equal nodes), and
// every node carries bounds and a unit that follow from its operands (bounds.cpp).
#include "plan/graph.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace bandtariff::plan {
namespace {

/// A whole number of fewer than 62 bits.
std::optional<std::int64_t> short_number(const Integer& number) {
    constexpr std::int64_t limit = (std::int64_t{1} << 62) - 1;
    if (number <= -limit || number >= limit) return std::nullopt;
    return number.convert_to<std::int64_t>();
}

/// Cells of which not all are 0, as whole numbers of the greatest unit that divides them all, where everything on the way to them is
/// short: as printed values are, which are many, and fractions slow.
std::optional<NumberTable> short_table(const std::vector<Rational>& cells) {
    std::vector<std::pair<std::int64_t, std::int64_t>> fractions;
    std::int64_t common = 0, multiple = 1;
    for (const Rational& cell : cells) {
        const auto above = short_number(numerator(cell)), below = short_number(denominator(cell));
        if (!above || !below) return std::nullopt;
        fractions.emplace_back(*above, *below);
        common = std::gcd(common, *above);
        if (__builtin_mul_overflow(multiple, *below / std::gcd(multiple, *below), &multiple)) return std::nullopt;
    }
    NumberTable table;
    table.unit = Rational(common, multiple);
    for (const auto& [above, below] : fractions) {
        std::int64_t whole = 0;
        if (__builtin_mul_overflow(above / common, multiple / below, &whole) || !short_number(Integer(whole))) return std::nullopt;
        table.narrow.push_back(whole);
    }
    return table;
}

/// Cells as whole numbers of the greatest unit that divides them all.
NumberTable whole_table(const std::vector<Rational>& cells) {
    if (auto table = short_table(cells)) return std::move(*table);
    NumberTable table;
    table.unit = 0;
    for (const Rational& cell : cells) table.unit = common_unit(table.unit, cell);
    bool narrow = true;
    for (const Rational& cell : cells) {
        table.wide.push_back(numerator(Rational(cell / table.unit)));
        narrow = narrow && msb(Integer(abs(table.wide.back()) + 1)) < 62;
    }
    if (!narrow) return table;
    for (const Integer& k : table.wide) table.narrow.push_back(k.convert_to<std::int64_t>());
    table.wide.clear();
    return table;
}

}  // namespace

std::int64_t Graph::interned(const Rational& value) {
    return rationals_.emplace(value, static_cast<std::int64_t>(rationals_.size())).first->second;
}

std::size_t Graph::leaf(const Leaf& leaf) {
    const auto found = std::find(leaves_.begin(), leaves_.end(), leaf);
    if (found != leaves_.end()) return static_cast<std::size_t>(found - leaves_.begin());
    leaves_.push_back(leaf);
    return leaves_.size() - 1;
}

std::size_t Graph::rounding(const Rounding& rounding) {
    const auto found = std::find(tables_.roundings.begin(), tables_.roundings.end(), rounding);
    if (found != tables_.roundings.end()) return static_cast<std::size_t>(found - tables_.roundings.begin());
    tables_.roundings.push_back(rounding);
    return tables_.roundings.size() - 1;
}

NodeId Graph::add(Node node) {
    std::vector<std::int64_t> key{static_cast<std::int64_t>(node.op), node.aux};
    for (const NodeId from : node.from) key.push_back(from);
    for (std::size_t k = 0; k < node.factors.size(); ++k) {
        key.push_back(interned(node.factors[k]) * 2 + (k < node.strict.size() && node.strict[k] ? 1 : 0));
    }
    key.insert(key.end(), node.dims.begin(), node.dims.end());
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    describe(node);
    nodes_.push_back(std::move(node));
    const NodeId id = folded(static_cast<NodeId>(nodes_.size() - 1));
    known_.emplace(std::move(key), id);
    return id;
}

NodeId Graph::code_leaf(const Leaf& leaf, std::size_t size) {
    Node node;
    node.op = Op::input_small;
    node.aux = static_cast<std::int64_t>(this->leaf(leaf));
    node.high = Rational(size - 1);
    node.axis = true;
    return add(std::move(node));
}

NodeId Graph::small_leaf(const Leaf& leaf, std::int64_t low, std::int64_t high) {
    Node node;
    node.op = Op::input_small;
    node.aux = static_cast<std::int64_t>(this->leaf(leaf));
    node.low = low;
    node.high = high;
    return add(std::move(node));
}

NodeId Graph::number_leaf(const Leaf& leaf, const Rational& unit, const Rational& low, const Rational& high) {
    Node node;
    node.op = Op::input_number;
    node.aux = static_cast<std::int64_t>(this->leaf(leaf));
    node.factors = {unit};
    node.unit = unit;
    node.low = low;
    node.high = high;
    const std::size_t before = nodes_.size();
    const NodeId id = add(std::move(node));
    const Rational points = (high - low) / unit + 1;
    if (id < before || points > Rational(budget_.grid_cells)) return id;
    // A short grid is a dimension too: its table is the numbers themselves.
    Leaf grid = leaf;
    grid.kind = Leaf::Kind::grid;
    const auto size = points.convert_to<std::uint32_t>();
    const NodeId axis = code_leaf(grid, size);
    NumberTable table;
    table.unit = unit;
    const auto first = Rational(low / unit).convert_to<std::int64_t>();
    for (std::int64_t k = 0; k < size; ++k) table.narrow.push_back(first + k);
    tables_.number.push_back(std::move(table));
    nodes_[id].folded = true;
    nodes_[id].axes = {Axis{axis, {}, size}};
    nodes_[id].table = static_cast<std::int64_t>(tables_.number.size() - 1);
    return id;
}

NodeId Graph::small(std::int64_t value) {
    Node node;
    node.op = Op::constant_small;
    node.aux = value;
    return add(std::move(node));
}

NodeId Graph::number(const Rational& value) {
    Node node;
    node.op = Op::constant;
    node.factors = {value};
    return add(std::move(node));
}

NodeId Graph::small_table(std::vector<Small> cells, std::vector<NodeId> at, std::vector<std::uint32_t> dims) {
    if (std::all_of(cells.begin(), cells.end(), [&](Small cell) { return cell == cells[0]; })) return small(cells[0]);
    const auto [known, added] = small_tables_.try_emplace(cells, static_cast<std::int64_t>(tables_.small.size()));
    if (added) tables_.small.push_back(std::move(cells));
    Node node;
    node.op = Op::lookup_small;
    node.aux = known->second;
    node.from = std::move(at);
    node.dims = std::move(dims);
    return add(std::move(node));
}

NodeId Graph::number_table(const std::vector<Rational>& cells, std::vector<NodeId> at, std::vector<std::uint32_t> dims) {
    if (std::all_of(cells.begin(), cells.end(), [&](const Rational& cell) { return cell == cells[0]; })) return number(cells[0]);
    const auto [known, added] = number_tables_.try_emplace(cells, static_cast<std::int64_t>(tables_.number.size()));
    if (added) tables_.number.push_back(whole_table(cells));
    Node node;
    node.op = Op::lookup;
    node.aux = known->second;
    node.from = std::move(at);
    node.dims = std::move(dims);
    return add(std::move(node));
}

NodeId Graph::linear(NodeId a, const Rational& by, NodeId b, const Rational& b_by) {
    Rational constant = 0;
    std::vector<std::pair<NodeId, Rational>> terms;
    for (const auto& [id, factor] : {std::pair(a, by), std::pair(b, b_by)}) {
        if (nodes_[id].op == Op::constant) constant += nodes_[id].factors[0] * factor;
        else if (factor != 0) terms.emplace_back(id, factor);
    }
    if (terms.size() == 2 && terms[0].first == terms[1].first) {
        terms[0].second += terms[1].second;
        terms.pop_back();
        if (terms[0].second == 0) terms.clear();
    }
    if (terms.empty()) return number(constant);
    if (terms.size() == 1 && terms[0].second == 1 && constant == 0) return terms[0].first;
    Node node;
    node.op = Op::linear;
    node.factors = {terms[0].second, terms.size() > 1 ? terms[1].second : Rational(0), constant};
    for (const auto& [id, factor] : terms) node.from.push_back(id);
    return add(std::move(node));
}

NodeId Graph::multiply(NodeId a, NodeId b) {
    if (nodes_[a].op == Op::constant) return scaled(b, nodes_[a].factors[0]);
    if (nodes_[b].op == Op::constant) return scaled(a, nodes_[b].factors[0]);
    Node node;
    node.op = Op::multiply;
    node.from = {std::min(a, b), std::max(a, b)};
    // Two numbers of one grid bend; a number times a table does not.
    node.curved = !nodes_[a].axes.empty() && a == b;
    return add(std::move(node));
}

NodeId Graph::divide(NodeId a, NodeId b) {
    if (nodes_[b].op == Op::constant && nodes_[b].factors[0] != 0) return scaled(a, Rational(1) / nodes_[b].factors[0]);
    // A divisor whose values are known one by one is a table of its reciprocals.
    if (nodes_[b].folded && !nodes_[a].folded && nodes_[a].op != Op::constant) return multiply(a, divide(number(1), b));
    Node node;
    node.op = Op::divide;
    node.from = {a, b};
    return add(std::move(node));
}

NodeId Graph::either_number(Op op, NodeId a, NodeId b) {
    if (a == b) return a;
    const bool least = op == Op::minimum;
    if (nodes_[a].bounded && nodes_[b].bounded) {
        if (least ? nodes_[a].high <= nodes_[b].low : nodes_[a].low >= nodes_[b].high) return a;
        if (least ? nodes_[b].high <= nodes_[a].low : nodes_[b].low >= nodes_[a].high) return b;
    }
    Node node;
    node.op = op;
    node.from = {std::min(a, b), std::max(a, b)};
    return add(std::move(node));
}

NodeId Graph::round(NodeId a, const Rounding& rule) {
    const Rational& quantum = rule.quantum().value();
    if (nodes_[a].bounded && denominator(Rational(nodes_[a].unit / quantum)) == 1) return a;  // already on the quantum
    Node node;
    node.op = Op::round;
    node.aux = static_cast<std::int64_t>(rounding(rule));
    node.factors = {quantum};
    node.from = {a};
    return add(std::move(node));
}

NodeId Graph::has_residue(NodeId a, const Rational& quantum) {
    if (nodes_[a].bounded && denominator(Rational(nodes_[a].unit / quantum)) == 1) return small(0);
    Node node;
    node.op = Op::has_residue;
    node.factors = {quantum};
    node.from = {a};
    return add(std::move(node));
}

NodeId Graph::whole(NodeId value) {
    if (nodes_[value].op == Op::constant_small) return number(Rational(nodes_[value].aux));
    Node node;
    node.op = Op::whole;
    node.from = {value};
    return add(std::move(node));
}

NodeId Graph::select(NodeId condition, NodeId yes, NodeId no) {
    if (yes == no) return yes;
    if (nodes_[condition].op == Op::constant_small) return nodes_[condition].aux != 0 ? yes : no;
    if (is_small(yes, 1) && is_small(no, 0) && nodes_[condition].high <= 1) return condition;
    Node node;
    node.op = yields_number(nodes_[yes].op) ? Op::select : Op::select_small;
    node.from = {condition, yes, no};
    return add(std::move(node));
}

NodeId Graph::worst(NodeId a, NodeId b) {
    if (a == b || is_small(b, 0)) return a;
    if (is_small(a, 0)) return b;
    Node node;
    node.op = Op::maximum_small;
    node.from = {std::min(a, b), std::max(a, b)};
    return add(std::move(node));
}

NodeId Graph::first_nonzero(NodeId a, NodeId b) {
    if (a == b || is_small(b, 0)) return a;
    if (nodes_[a].op == Op::constant_small) return nodes_[a].aux != 0 ? a : b;
    Node node;
    node.op = Op::first_nonzero;
    node.from = {a, b};
    return add(std::move(node));
}

NodeId Graph::both(NodeId a, NodeId b) {
    if (nodes_[a].op == Op::constant_small && nodes_[a].aux == 0) return a;
    if (nodes_[b].op == Op::constant_small && nodes_[b].aux == 0) return b;
    if (nodes_[a].op == Op::constant_small && nodes_[b].high <= 1) return b;
    if (nodes_[b].op == Op::constant_small && nodes_[a].high <= 1) return a;
    Node node;
    node.op = Op::both;
    node.from = {std::min(a, b), std::max(a, b)};
    return add(std::move(node));
}

NodeId Graph::either(NodeId a, NodeId b) {
    if (is_small(a, 1) || is_small(b, 1)) return small(1);
    if (is_small(a, 0) && nodes_[b].high <= 1) return b;
    if (is_small(b, 0) && nodes_[a].high <= 1) return a;
    Node node;
    node.op = Op::either;
    node.from = {std::min(a, b), std::max(a, b)};
    return add(std::move(node));
}

NodeId Graph::inverse(NodeId a) {
    Node node;
    node.op = Op::inverse;
    node.from = {a};
    return add(std::move(node));
}

NodeId Graph::compare(Op op, NodeId a, NodeId b) {
    const bool numbers = yields_number(nodes_[a].op);
    Node node;
    node.op = numbers ? op : op == Op::equal ? Op::equal_small : op == Op::less ? Op::less_small : Op::less_or_equal_small;
    node.from = {a, b};
    return add(std::move(node));
}

NodeId Graph::interval(NodeId value, const std::vector<Key::Cut>& cuts) {
    if (cuts.empty()) return small(0);
    Node node;
    node.op = Op::interval;
    node.from = {value};
    for (const Key::Cut& cut : cuts) {
        node.factors.push_back(cut.at);
        node.strict.push_back(cut.after);
    }
    return add(std::move(node));
}

NodeId Graph::interval_of_day(NodeId day, const std::vector<Small>& cuts) {
    if (cuts.empty()) return small(0);
    const auto found = std::find(tables_.cuts.begin(), tables_.cuts.end(), cuts);
    Node node;
    node.op = Op::interval_small;
    node.from = {day};
    node.aux = found - tables_.cuts.begin();
    if (found == tables_.cuts.end()) tables_.cuts.push_back(cuts);
    return add(std::move(node));
}

NodeId Graph::days_between(Op op, NodeId first, NodeId last) {
    Node node;
    node.op = op;
    node.from = {first, last};
    return add(std::move(node));
}

}  // namespace bandtariff::plan
