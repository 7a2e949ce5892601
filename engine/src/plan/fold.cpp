// A node whose operands are tables becomes a table: its one operation is run over every combination of its dimensions, by
// the same lanes that price rows. Entry point: Graph::folded. Over budget it stays an operation, so the topmost unfolds.
#include <algorithm>
#include <numeric>
#include <type_traits>
#include <utility>

#include "plan/graph.hpp"

namespace bandtariff::plan {
namespace {

/// Positions of two maps of one leaf, told apart wherever either tells them apart. Every map numbers its positions in the order of
/// the first values that have them.
Axis joined(const Axis& a, const Axis& b, std::size_t values) {
    if (a.map.empty() || a.map == b.map) return a;
    if (b.map.empty()) return b;
    Axis result{a.leaf, {}, 0};
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint16_t> classes;
    for (std::size_t value = 0; value < values; ++value) {
        const auto next = static_cast<std::uint16_t>(classes.size());
        result.map.push_back(classes.emplace(std::pair(a.position(value), b.position(value)), next).first->second);
    }
    result.size = static_cast<std::uint32_t>(classes.size());
    if (result.size == values) result.map.clear();
    return result;
}

/// The first value at each position.
std::vector<Small> representatives(const Axis& axis, std::size_t values) {
    std::vector<Small> result(axis.size, -1);
    for (std::size_t value = values; value-- > 0;) result[axis.position(value)] = static_cast<Small>(value);
    return result;
}

/// One dimension's value at each of `rows` cells from `first` on: the value changes after every `stride` cells, and comes round again.
void fill_column(Small* column, std::size_t rows, std::size_t first, std::size_t stride, const std::vector<Small>& values) {
    std::size_t position = first / stride % values.size(), until_next = stride - first % stride;
    if (stride == 1) {
        for (std::size_t k = 0; k < rows; position = 0) {
            const std::size_t count = std::min(values.size() - position, rows - k);
            std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(position), count, column + k);
            k += count;
        }
        return;
    }
    for (std::size_t k = 0; k < rows; until_next = stride) {
        const std::size_t count = std::min(until_next, rows - k);
        std::fill_n(column + k, count, values[position]);
        k += count;
        position = position + 1 == values.size() ? 0 : position + 1;
    }
}

/// Cells of a table of any element, as slices across one axis: whether positions p and q of it hold the same everywhere.
template <class Cell>
bool same_slices(const std::vector<Cell>& cells, std::size_t before, std::size_t size, std::size_t after, std::size_t p, std::size_t q) {
    for (std::size_t k = 0; k < before; ++k) {
        const auto at = [&](std::size_t position) { return cells.begin() + static_cast<std::ptrdiff_t>((k * size + position) * after); };
        if (!std::equal(at(p), at(p) + static_cast<std::ptrdiff_t>(after), at(q))) return false;
    }
    return true;
}

template <class Cell>
std::size_t slice_hash(const std::vector<Cell>& cells, std::size_t before, std::size_t size, std::size_t after, std::size_t p) {
    std::size_t hash = 0;
    for (std::size_t k = 0; k < before; ++k) {
        for (std::size_t j = 0; j < after; ++j) {
            const Cell& cell = cells[(k * size + p) * after + j];
            std::size_t word = 0;
            if constexpr (std::is_integral_v<Cell>) word = static_cast<std::size_t>(cell);
            else word = static_cast<std::size_t>(static_cast<std::uint64_t>(cell & UINT64_MAX));
            hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
        }
    }
    return hash;
}

/// Drops dimensions along which nothing changes, and lets positions that hold the same share their cells.
template <class Cell>
void share(std::vector<Cell>& cells, std::vector<Axis>& axes, const std::vector<std::size_t>& values) {
    for (std::size_t a = axes.size(); a-- > 0;) {
        std::size_t before = 1, after = 1;
        for (std::size_t k = 0; k < a; ++k) before *= axes[k].size;
        for (std::size_t k = a + 1; k < axes.size(); ++k) after *= axes[k].size;
        const std::size_t size = axes[a].size;
        std::vector<std::uint16_t> to(size);
        std::vector<std::size_t> kept;
        std::multimap<std::size_t, std::size_t> seen;
        for (std::size_t p = 0; p < size; ++p) {
            const std::size_t hash = slice_hash(cells, before, size, after, p);
            const auto [from, until] = seen.equal_range(hash);
            const auto equal = std::find_if(from, until, [&](const auto& entry) {
                return same_slices(cells, before, size, after, kept[entry.second], p);
            });
            if (equal != until) {
                to[p] = static_cast<std::uint16_t>(equal->second);
                continue;
            }
            to[p] = static_cast<std::uint16_t>(kept.size());
            seen.emplace(hash, kept.size());
            kept.push_back(p);
        }
        // A map costs a load for each row: only where it spares a quarter of the cells.
        if (kept.size() > 1 && kept.size() * 4 > size * 3) continue;
        std::vector<Cell> fewer;
        fewer.reserve(before * kept.size() * after);
        for (std::size_t k = 0; k < before; ++k) {
            for (const std::size_t p : kept) {
                const auto at = cells.begin() + static_cast<std::ptrdiff_t>((k * size + p) * after);
                fewer.insert(fewer.end(), at, at + static_cast<std::ptrdiff_t>(after));
            }
        }
        cells = std::move(fewer);
        if (kept.size() == 1) {
            axes.erase(axes.begin() + static_cast<std::ptrdiff_t>(a));
            continue;
        }
        std::vector<std::uint16_t> map;
        for (std::size_t value = 0; value < values[a]; ++value) map.push_back(to[axes[a].position(value)]);
        axes[a].map = std::move(map);
        axes[a].size = static_cast<std::uint32_t>(kept.size());
    }
}

/// The greatest unit of whole numbers over `unit`, and the numbers in it.
NumberTable reduced(std::vector<std::int64_t> narrow, const Rational& unit) {
    std::int64_t common = 0;
    for (const std::int64_t k : narrow) {
        if (common != 0 && k % common == 0) continue;
        common = std::gcd(common, k);
        if (common == 1) break;
    }
    if (common > 1) for (std::int64_t& k : narrow) k /= common;
    NumberTable table;
    table.unit = common > 1 ? Rational(unit * common) : unit;
    table.narrow = std::move(narrow);
    return table;
}

NumberTable reduced(const std::vector<Rational>& values, const Rational& unit) {
    Rational common = 0;
    for (const Rational& value : values) common = common_unit(common, value);
    if (common == 0) common = 1;
    NumberTable table;
    table.unit = common * unit;
    for (const Rational& value : values) table.wide.push_back(numerator(Rational(value / common)));
    if (std::all_of(table.wide.begin(), table.wide.end(), [](const Integer& k) { return msb(Integer(abs(k) + 1)) < 62; })) {
        for (const Integer& k : table.wide) table.narrow.push_back(k.convert_to<std::int64_t>());
        table.wide.clear();
    }
    return table;
}

/// The same values counted in a unit that divides them all.
NumberTable in_unit(const NumberTable& table, const Rational& unit) {
    NumberTable counted;
    counted.unit = unit;
    for (std::size_t k = 0; k < table.size(); ++k) counted.wide.push_back(numerator(Rational(table.at(k) / unit)));
    if (std::all_of(counted.wide.begin(), counted.wide.end(), [](const Integer& k) { return msb(Integer(abs(k) + 1)) < 62; })) {
        for (const Integer& k : counted.wide) counted.narrow.push_back(k.convert_to<std::int64_t>());
        counted.wide.clear();
    }
    return counted;
}

}  // namespace

std::optional<std::vector<Axis>> Graph::joined_axes(const Node& node) const {
    std::map<NodeId, Axis> joint;
    for (const NodeId id : node.from) {
        const Node& operand = nodes_[id];
        if (is_constant(id)) continue;
        std::vector<Axis> axes = operand.axes;
        if (operand.axis && !operand.folded) axes = {Axis{id, {}, static_cast<std::uint32_t>(operand.size())}};
        else if (!operand.folded) return std::nullopt;
        for (const Axis& axis : axes) {
            const auto [known, added] = joint.emplace(axis.leaf, axis);
            if (!added) known->second = joined(known->second, axis, nodes_[axis.leaf].size());
        }
    }
    std::size_t cells = 1;
    bool grid = false;
    std::vector<Axis> axes;
    for (auto& [leaf, axis] : joint) {
        const Node& dimension = nodes_[leaf];
        grid = grid || (dimension.op == Op::input_small && leaves_[static_cast<std::size_t>(dimension.aux)].kind == Leaf::Kind::grid);
        cells *= axis.size;
        if (cells > budget_.table_bytes) return std::nullopt;
        axes.push_back(std::move(axis));
    }
    const std::size_t most = budget_.table_bytes / (yields_number(node.op) ? sizeof(std::int64_t) : sizeof(Small));
    if (cells > (grid ? std::min(most, budget_.grid_cells) : most)) return std::nullopt;
    return axes;
}

NodeId Graph::folded(NodeId id) {
    if (nodes_[id].from.empty() || nodes_[id].axis) return id;
    auto axes = joined_axes(nodes_[id]);
    if (!axes) return id;
    nodes_[id].axes = std::move(*axes);
    fill(id);
    const Node& node = nodes_[id];
    if (!node.axes.empty()) return id;
    if (!yields_number(node.op)) return small(tables_.small[static_cast<std::size_t>(node.table)][0]);
    return number(tables_.number[static_cast<std::size_t>(node.table)].at(0));
}

void Graph::fill(NodeId id) {
    const std::vector<Axis> axes = nodes_[id].axes;
    std::map<NodeId, std::size_t> inputs;
    std::vector<std::vector<Small>> steps;
    std::vector<std::size_t> values;
    std::size_t cells = 1;
    for (const Axis& axis : axes) {
        inputs.emplace(axis.leaf, inputs.size());
        values.push_back(nodes_[axis.leaf].size());
        steps.push_back(representatives(axis, values.back()));
        cells *= axis.size;
    }
    nodes_[id].axes.clear();  // the operation itself is asked for, not its table
    const Emitted emitted = emit_cells(*this, id, inputs);
    const auto code = make_lane(emitted.routine, tables_, leaves_, {}, {});
    const std::size_t at_once = std::min(block_rows, cells);  // many tables have few cells
    const auto scratch = code->scratch(at_once);

    std::vector<Small> small;
    std::vector<std::int64_t> narrow;
    std::vector<Rational> exact;
    std::vector<std::vector<Small>> columns(axes.size(), std::vector<Small>(at_once));
    Block block;
    for (const auto& column : columns) block.small.push_back(column.data());
    for (std::size_t first = 0; first < cells; first += at_once) {
        block.rows = std::min(at_once, cells - first);
        std::size_t stride = cells;
        for (std::size_t a = 0; a < axes.size(); ++a) {
            stride /= axes[a].size;
            fill_column(columns[a].data(), block.rows, first, stride, steps[a]);
        }
        code->run(block, LaneCode::Again::everything, *scratch);
        if (yields_number(nodes_[id].op)) {
            code->numbers(*scratch, emitted.registers[0], block.rows, exact, narrow);
        } else {
            const Small* found = code->small(*scratch, emitted.registers[0]);
            small.insert(small.end(), found, found + block.rows);
        }
    }

    Node& node = nodes_[id];
    node.axes = axes;
    node.folded = true;
    if (!yields_number(node.op)) {
        share(small, node.axes, values);
        const auto [least, most] = std::minmax_element(small.begin(), small.end());
        node.low = *least;
        node.high = *most;
        node.table = static_cast<std::int64_t>(tables_.small.size());
        tables_.small.push_back(std::move(small));
        return;
    }
    // Along a number's grid a node that does not bend is still emitted as its operation for rows: its unit stays the operation's.
    const bool stays_an_operation = !node.curved && emitted.routine.lane != Lane::exact && std::any_of(axes.begin(), axes.end(), [&](const Axis& axis) {
        const Node& leaf = nodes_[axis.leaf];
        return leaf.op == Op::input_small && leaves_[static_cast<std::size_t>(leaf.aux)].kind == Leaf::Kind::grid;
    });
    NumberTable table = exact.empty() ? reduced(std::move(narrow), node.unit) : reduced(exact, emitted.routine.lane == Lane::exact ? Rational(1) : node.unit);
    if (stays_an_operation) table = in_unit(table, node.unit);
    if (table.wide.empty()) share(table.narrow, node.axes, values);
    else share(table.wide, node.axes, values);
    node.unit = table.unit;
    node.bounded = true;
    node.low = node.high = table.at(0);
    if (table.wide.empty()) {
        const auto [least, most] = std::minmax_element(table.narrow.begin(), table.narrow.end());
        node.low = table.unit * *least;
        node.high = table.unit * *most;
    } else {
        const auto [least, most] = std::minmax_element(table.wide.begin(), table.wide.end());
        node.low = table.unit * Rational(*least);
        node.high = table.unit * Rational(*most);
    }
    node.table = static_cast<std::int64_t>(tables_.number.size());
    tables_.number.push_back(std::move(table));
}

}  // namespace bandtariff::plan
