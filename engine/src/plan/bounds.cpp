// What is known of a node from its operands: least and greatest value, and the unit every value is a multiple of. These are
// the proof that a lane's whole numbers fit. Entry point: Graph::describe.
#include <algorithm>

#include "plan/graph.hpp"

namespace bandtariff::plan {
namespace {

Integer lcm(const Integer& a, const Integer& b) { return Integer(a / gcd(a, b) * b); }

/// Bounds of a product or of a table are those of its corners.
void hull(Node& node, std::initializer_list<Rational> corners) {
    node.low = std::min(corners);
    node.high = std::max(corners);
}

}  // namespace

Rational common_unit(const Rational& a, const Rational& b) {
    if (a == 0) return abs(b);
    if (b == 0) return abs(a);
    return Rational(gcd(numerator(a), numerator(b)), lcm(denominator(a), denominator(b)));
}

/// Bounds and unit of a node whose leaf did not state them.
void Graph::describe(Node& node) const {
    const auto from = [&](std::size_t k) -> const Node& { return nodes_[node.from[k]]; };
    for (const NodeId id : node.from) {
        node.bounded = node.bounded && nodes_[id].bounded;
        node.curved = node.curved || nodes_[id].curved;
    }
    const auto on_grid = [&] {
        return std::any_of(node.from.begin(), node.from.end(), [&](NodeId id) {
            return std::any_of(nodes_[id].axes.begin(), nodes_[id].axes.end(), [&](const Axis& axis) {
                const Node& leaf = nodes_[axis.leaf];
                return leaf.op == Op::input_small && leaves_[static_cast<std::size_t>(leaf.aux)].kind == Leaf::Kind::grid;
            });
        });
    };
    switch (node.op) {
        case Op::input_small:
        case Op::input_number: return;
        case Op::constant_small: node.low = node.high = Rational(node.aux); return;
        case Op::constant:
            node.low = node.high = node.factors[0];
            node.unit = node.factors[0] == 0 ? Rational(1) : Rational(abs(node.factors[0]));
            return;
        case Op::index: return;
        case Op::lookup_small: {
            const auto& cells = tables_.small[static_cast<std::size_t>(node.aux)];
            const auto [least, most] = std::minmax_element(cells.begin(), cells.end());
            node.low = *least;
            node.high = *most;
            break;
        }
        case Op::lookup: {
            const NumberTable& table = tables_.number[static_cast<std::size_t>(node.aux)];
            node.unit = table.unit;
            node.low = node.high = table.at(0);
            for (std::size_t k = 1; k < table.size(); ++k) {
                const Rational cell = table.at(k);
                node.low = std::min(node.low, cell);
                node.high = std::max(node.high, cell);
            }
            break;
        }
        case Op::maximum_small:
            node.low = std::max(from(0).low, from(1).low);
            node.high = std::max(from(0).high, from(1).high);
            break;
        case Op::first_nonzero:
            hull(node, {from(0).low, from(0).high, from(1).low, from(1).high});
            break;
        case Op::select_small:
        case Op::select:
            hull(node, {from(1).low, from(1).high, from(2).low, from(2).high});
            if (node.op == Op::select) node.unit = common_unit(from(1).unit, from(2).unit);
            break;
        case Op::both: case Op::either: case Op::inverse: case Op::equal_small: case Op::less_small: case Op::less_or_equal_small:
        case Op::equal: case Op::less: case Op::less_or_equal: case Op::has_residue: node.high = 1; break;
        case Op::interval_small:
            node.high = Rational(tables_.cuts[static_cast<std::size_t>(node.aux)].size());
            node.axis = true;
            break;
        case Op::interval: node.high = Rational(node.factors.size()); break;
        case Op::days: case Op::complete_weeks: case Op::complete_months:
            node.high = std::max(Rational(0), Rational(from(1).high - from(0).low + 1));
            break;
        case Op::whole:
            node.low = from(0).low;
            node.high = from(0).high;
            break;
        case Op::linear: {
            const Rational &a = node.factors[0], &c = node.factors[2];
            hull(node, {Rational(from(0).low * a + c), Rational(from(0).high * a + c)});
            node.unit = common_unit(from(0).unit * a, c);
            if (node.from.size() > 1) {
                const Rational& b = node.factors[1];
                node.low += std::min(Rational(from(1).low * b), Rational(from(1).high * b));
                node.high += std::max(Rational(from(1).low * b), Rational(from(1).high * b));
                node.unit = common_unit(node.unit, from(1).unit * b);
            }
            return;
        }
        case Op::multiply:
            hull(node, {Rational(from(0).low * from(1).low), Rational(from(0).low * from(1).high), Rational(from(0).high * from(1).low),
                        Rational(from(0).high * from(1).high)});
            node.unit = from(0).unit * from(1).unit;
            return;
        case Op::minimum:
        case Op::maximum: {
            const bool least = node.op == Op::minimum;
            node.low = least ? std::min(from(0).low, from(1).low) : std::max(from(0).low, from(1).low);
            node.high = least ? std::min(from(0).high, from(1).high) : std::max(from(0).high, from(1).high);
            node.unit = common_unit(from(0).unit, from(1).unit);
            break;
        }
        case Op::round: {
            const Rounding& rounding = tables_.roundings[static_cast<std::size_t>(node.aux)];
            node.unit = rounding.quantum().value();
            node.low = bandtariff::round(from(0).low, Rounding::directed(Rounding::Mode::floor, rounding.quantum()));
            node.high = bandtariff::round(from(0).high, Rounding::directed(Rounding::Mode::ceiling, rounding.quantum()));
            break;
        }
        case Op::divide: node.bounded = false; break;
    }
    node.curved = node.curved || on_grid();
}

}  // namespace bandtariff::plan
