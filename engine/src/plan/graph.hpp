// Values of a record as a graph of column operations: equal values are one node, and what depends only on codes and
// periods is folded into a dense table the moment it is added (fold.cpp). emit.cpp turns nodes into a Routine.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/program.hpp"

namespace bandtariff::plan {

using NodeId = std::uint32_t;

/// A dimension of a folded table: the values 0.. of a small node, where `map` sends them to fewer positions.
struct Axis {
    NodeId leaf = 0;
    std::vector<std::uint16_t> map;  ///< empty: each value its own position
    std::uint32_t size = 1;          ///< positions
    [[nodiscard]] std::uint32_t position(std::size_t value) const { return map.empty() ? static_cast<std::uint32_t>(value) : map[value]; }
};

struct Node {
    Op op = Op::constant_small;
    std::vector<NodeId> from;
    std::int64_t aux = 0;
    std::vector<Rational> factors;
    std::vector<bool> strict;
    std::vector<std::uint32_t> dims;  ///< of a lookup: how many positions each operand has, the last varies fastest

    Rational low = 0, high = 0;  ///< bounds of the value, proved
    Rational unit = 1;           ///< of a number: every value is a multiple of it
    bool bounded = true;         ///< false after a division that did not fold: only the exact lane carries it
    bool curved = false;         ///< bends along a number's grid, so that a table may be cheaper than its operations

    bool axis = false;    ///< may itself be a dimension: a small value of known size
    bool folded = false;  ///< `table` over `axes` holds every value
    std::vector<Axis> axes;
    std::int64_t table = -1;
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(high.convert_to<std::int64_t>()) + 1; }  ///< of small values from 0
};

/// How much may be folded.
struct Budget {
    std::size_t table_bytes = 256 * 1024;
    std::size_t grid_cells = 4096;
};

class Graph {
public:
    explicit Graph(Budget budget) : budget_(budget) {}

    [[nodiscard]] const Node& at(NodeId id) const { return nodes_[id]; }
    [[nodiscard]] const Tables& tables() const { return tables_; }
    [[nodiscard]] const std::vector<Leaf>& leaves() const { return leaves_; }
    std::size_t leaf(const Leaf& leaf);  ///< its position, added where new

    // Leaves: a small value 0..size-1 that may be a dimension; a small value in bounds; a number on a grid.
    NodeId code_leaf(const Leaf& leaf, std::size_t size);
    NodeId small_leaf(const Leaf& leaf, std::int64_t low, std::int64_t high);
    NodeId number_leaf(const Leaf& leaf, const Rational& unit, const Rational& low, const Rational& high);

    NodeId small(std::int64_t value);
    NodeId number(const Rational& value);
    [[nodiscard]] bool is_small(NodeId id, std::int64_t value) const { return nodes_[id].op == Op::constant_small && nodes_[id].aux == value; }
    [[nodiscard]] bool is_constant(NodeId id) const { return nodes_[id].op == Op::constant || nodes_[id].op == Op::constant_small; }

    NodeId small_table(std::vector<Small> cells, std::vector<NodeId> at, std::vector<std::uint32_t> dims);
    NodeId number_table(const std::vector<Rational>& cells, std::vector<NodeId> at, std::vector<std::uint32_t> dims);
    /// `yes` where the condition holds, else 0.
    NodeId rank_where(NodeId condition, Small yes) { return select(condition, small(yes), small(0)); }

    NodeId add(NodeId a, NodeId b) { return linear(a, 1, b, 1); }
    NodeId subtract(NodeId a, NodeId b) { return linear(a, 1, b, -1); }
    NodeId scaled(NodeId a, const Rational& by) { return linear(a, by, number(0), 0); }
    NodeId multiply(NodeId a, NodeId b);
    NodeId divide(NodeId a, NodeId b);
    NodeId minimum(NodeId a, NodeId b) { return either_number(Op::minimum, a, b); }
    NodeId maximum(NodeId a, NodeId b) { return either_number(Op::maximum, a, b); }
    NodeId round(NodeId a, const Rounding& rounding);
    NodeId has_residue(NodeId a, const Rational& quantum);
    NodeId whole(NodeId small);
    NodeId select(NodeId condition, NodeId yes, NodeId no);
    NodeId worst(NodeId a, NodeId b);          ///< of two ranks the one that wins
    NodeId first_nonzero(NodeId a, NodeId b);  ///< of two ranks the first that is not a value
    NodeId both(NodeId a, NodeId b);
    NodeId either(NodeId a, NodeId b);
    NodeId inverse(NodeId a);
    NodeId compare(Op op, NodeId a, NodeId b);  ///< of two numbers or two small values: equal, less, less_or_equal
    NodeId interval(NodeId number, const std::vector<Key::Cut>& cuts);
    NodeId interval_of_day(NodeId day, const std::vector<Small>& cuts);
    NodeId days_between(Op op, NodeId first, NodeId last);

private:
    NodeId add(Node node);
    NodeId linear(NodeId a, const Rational& by, NodeId b, const Rational& b_by);
    NodeId either_number(Op op, NodeId a, NodeId b);
    void describe(Node& node) const;
    /// Folds `id` where every operand is folded and the table is within budget; the node that stands for it afterwards.
    NodeId folded(NodeId id);
    [[nodiscard]] std::optional<std::vector<Axis>> joined_axes(const Node& node) const;
    void fill(NodeId id);
    std::size_t rounding(const Rounding& rounding);

    Budget budget_;
    std::vector<Node> nodes_;
    std::vector<Leaf> leaves_;
    Tables tables_;
    std::map<std::vector<std::int64_t>, NodeId> known_;
    std::map<Rational, std::int64_t> rationals_;
    std::map<std::vector<Small>, std::int64_t> small_tables_;
    std::map<std::vector<Rational>, std::int64_t> number_tables_;
    std::int64_t interned(const Rational& value);
};

/// The greatest number that divides both; 0 divides nothing.
[[nodiscard]] Rational common_unit(const Rational& a, const Rational& b);

/// Instructions for some nodes, in the narrowest lane that is proved for them.
struct Emitted {
    Routine routine;
    std::vector<Register> registers;  ///< one a root
    std::vector<bool> by_scenario;    ///< by root: it is another in another scenario
};
/// What the payments made from some roots need: `bits`, and whether lane i53 can end them all.
struct PaymentNeeds {
    unsigned bits = 0;
    bool ends_in_i53 = true;
    std::vector<std::size_t> modulo = {};  ///< roots that lane i53 can only carry modulo 2^64 beside their sizes
};
/// Of rows: leaves are columns.
[[nodiscard]] Emitted emit_rows(const Graph& graph, const std::vector<NodeId>& roots, const PaymentNeeds& payments);
/// Of one node over the cells of its table: `inputs` gives each dimension's column.
[[nodiscard]] Emitted emit_cells(const Graph& graph, NodeId root, const std::map<NodeId, std::size_t>& inputs);
/// Bits of a magnitude, sign left out.
[[nodiscard]] unsigned bits_of(const Rational& magnitude);

}  // namespace bandtariff::plan
