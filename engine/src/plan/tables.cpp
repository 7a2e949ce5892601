// Look-ups to nodes: a dense table of values and one of ranks over version and keys, and, where cells are formulas or the
// record's own sums, which of them a position means. Entry point: Lowering::lookup.
#include <algorithm>
#include <array>
#include <tuple>

#include "plan/lower.hpp"

namespace bandtariff::plan {

/// Cells that read the same sum in the same way; bounds that are plain numbers differ from cell to cell.
struct StatedCells {
    FactId sum;
    OutcomeId outcome;
    std::array<std::optional<Lowered>, 4> computed;
    std::array<std::vector<Rational>, 4> printed;  ///< one a position of the table; empty where no cell has that bound
};

namespace {

using Bound = std::optional<Expression> Cell::*;
constexpr std::array<Bound, 4> bounds = {&Cell::above, &Cell::at_least, &Cell::below, &Cell::at_most};

/// Positions of a table one after another: version slowest, last key fastest.
class Positions {
public:
    Positions(std::size_t versions, std::vector<std::uint32_t> sizes) : sizes_(std::move(sizes)), at_(sizes_.size(), 0) {
        total_ = versions;
        for (const std::uint32_t size : sizes_) total_ *= size;
    }
    [[nodiscard]] std::size_t total() const { return total_; }
    /// The key positions of the next cell, and whether they all lie in the table: a key may also be absent.
    [[nodiscard]] std::optional<std::size_t> in_table(const Table& table) const {
        std::size_t position = 0;
        for (std::size_t k = 0; k < at_.size(); ++k) {
            if (at_[k] >= table.keys[k].size) return std::nullopt;
            position = position * table.keys[k].size + at_[k];
        }
        return position;
    }
    void next() {
        for (std::size_t k = at_.size(); k-- > 0;) {
            if (++at_[k] < sizes_[k]) return;
            at_[k] = 0;
        }
    }

private:
    std::vector<std::uint32_t> sizes_;
    std::vector<std::uint32_t> at_;
    std::size_t total_ = 1;
};

std::int64_t version_holding(const Table& table, const std::optional<Date>& day) {
    for (std::size_t v = 0; v < table.versions.size(); ++v) {
        const Version& version = table.versions[v];
        if (day ? version.holds(*day) : !version.from && !version.until) return static_cast<std::int64_t>(v);
    }
    return static_cast<std::int64_t>(table.versions.size());
}

}  // namespace

/// The version that holds, as a position; one past the last where none does.
NodeId Lowering::version(const Table& table) {
    std::vector<Small> cells;
    if (!table.dated_by) {
        for (const auto& day : period_days_) cells.push_back(static_cast<Small>(version_holding(table, day)));
        const auto size = static_cast<std::uint32_t>(cells.size());
        return graph_.small_table(std::move(cells), {period_}, {size});
    }
    std::set<Small> cuts;
    for (const Version& version : table.versions) {
        if (version.from) cuts.insert(day_number(*version.from));
        if (version.until) cuts.insert(day_number(*version.until));
    }
    const std::vector<Small> sorted(cuts.begin(), cuts.end());
    const Date before = sorted.empty() ? Date() : from_day_number(sorted.front() - 1);
    cells.push_back(static_cast<Small>(version_holding(table, before)));
    for (const Small day : sorted) cells.push_back(static_cast<Small>(version_holding(table, from_day_number(day))));
    const auto size = static_cast<std::uint32_t>(cells.size());
    return graph_.small_table(std::move(cells), {graph_.interval_of_day(fact(*table.dated_by).value, sorted)}, {size});
}

NodeId Lowering::position(const Key& key, const Lowered& value) {
    if (key.reads.type.kind == ValueKind::number) return graph_.interval(value.value, key.cuts);
    if (!key.cuts.empty()) return graph_.interval(graph_.whole(value.value), key.cuts);
    return value.value;
}

Lowered Lowering::lookup(const Expression& expression, const Keys* outer) {
    const Table& table = tariff_.tables[static_cast<std::size_t>(expression.index)];
    Keys keys;
    NodeId key_stop = graph_.small(0);
    for (const Expression& operand : expression.operands) {
        keys.push_back(lower(operand, outer));
        key_stop = graph_.worst(key_stop, keys.back().stop);
    }
    if (table.dated_by) key_stop = graph_.worst(key_stop, fact(*table.dated_by).stop);

    std::vector<NodeId> at{version(table)};
    std::vector<std::uint32_t> sizes;
    for (std::size_t k = 0; k < keys.size(); ++k) {
        at.push_back(position(table.keys[k], keys[k]));
        sizes.push_back(static_cast<std::uint32_t>(std::max(table.keys[k].size, graph_.at(at.back()).size())));
    }
    const std::size_t versions = table.versions.size() + 1;
    const bool number = table.type.kind == ValueKind::number;
    Positions positions(versions, sizes);
    std::vector<Rational> numbers(number ? positions.total() : 0);
    std::vector<Small> smalls(number ? 0 : positions.total()), ranks(positions.total()), which(positions.total());

    std::vector<StatedCells> stated_cells;
    std::vector<Lowered> formulas;
    std::map<const Row*, std::size_t> known_formulas;
    std::map<const Row*, std::size_t> known_stated;
    const Small not_published = rank("not_published"), no_version = table.as_printed ? not_published : ranks_.no_value;
    // `which`: 0 printed, then formulas as 1, 3, 5 ..., then stated sums as 2, 4, 6 ...
    for (std::size_t k = 0; k < positions.total(); ++k, positions.next()) {
        const std::size_t v = k / (positions.total() / versions);
        const auto position = positions.in_table(table);
        if (!position) continue;
        if (v == table.versions.size()) {
            ranks[k] = no_version;
            continue;
        }
        const std::int32_t governing = table.versions[v].governing[*position];
        if (governing < 0) {
            ranks[k] = not_published;
            continue;
        }
        const Row& row = table.versions[v].rows[static_cast<std::size_t>(governing)];
        const Cell& cell = row.cell;
        switch (cell.kind) {
            case Cell::Kind::value:
                if (number) numbers[k] = cell.value.number;
                else smalls[k] = static_cast<Small>(cell.value.integer);
                break;
            case Cell::Kind::outcome: ranks[k] = ranks_.rank_of[cell.outcome.index]; break;
            case Cell::Kind::no_line: ranks[k] = ranks_.absent; break;
            case Cell::Kind::formula: {
                const auto [known, added] = known_formulas.emplace(&row, formulas.size());
                if (added) formulas.push_back(rounded(lower(*cell.formula, &keys), cell.rounding ? cell.rounding : table.rounding));
                which[k] = static_cast<Small>(2 * known->second + 1);
                break;
            }
            case Cell::Kind::stated: {
                auto known = known_stated.find(&row);
                if (known == known_stated.end()) known = known_stated.emplace(&row, stated_group(cell, keys, stated_cells)).first;
                StatedCells& group = stated_cells[known->second];
                for (std::size_t b = 0; b < bounds.size(); ++b) {
                    const auto& bound = cell.*bounds[b];
                    if (!bound || group.computed[b]) continue;
                    group.printed[b].resize(positions.total());
                    group.printed[b][k] = bound->number;
                }
                which[k] = static_cast<Small>(2 * known->second + 2);
                break;
            }
        }
    }

    std::vector<std::uint32_t> dims{static_cast<std::uint32_t>(versions)};
    dims.insert(dims.end(), sizes.begin(), sizes.end());
    Lowered result{number ? graph_.number_table(numbers, at, dims) : graph_.small_table(std::move(smalls), at, dims),
                   graph_.small_table(std::move(ranks), at, dims)};
    const NodeId kind = graph_.small_table(std::move(which), at, dims);
    const auto choose = [&](std::size_t position, const Lowered& cell) {
        const NodeId here = graph_.compare(Op::equal, kind, graph_.small(static_cast<std::int64_t>(position)));
        result = {graph_.select(here, cell.value, result.value), graph_.select(here, cell.stop, result.stop)};
    };
    for (std::size_t k = 0; k < formulas.size(); ++k) choose(2 * k + 1, formulas[k]);
    for (std::size_t k = 0; k < stated_cells.size(); ++k) {
        StatedCells& group = stated_cells[k];
        for (std::size_t b = 0; b < bounds.size(); ++b) {
            if (!group.printed[b].empty()) group.computed[b] = Lowered{graph_.number_table(group.printed[b], at, dims), graph_.small(0)};
        }
        choose(2 * k + 2, stated(group.sum, group.outcome, group.computed));
    }
    result.stop = graph_.first_nonzero(key_stop, result.stop);
    return result;
}

/// The group of a stated cell, which is new unless one reads the same sum between bounds of the same nature.
std::size_t Lowering::stated_group(const Cell& cell, const Keys& keys, std::vector<StatedCells>& groups) {
    StatedCells wanted{cell.stated_by, cell.outcome, {}, {}};
    std::array<bool, 4> printed{};
    for (std::size_t b = 0; b < bounds.size(); ++b) {
        const auto& bound = cell.*bounds[b];
        printed[b] = bound && bound->operation == Operation::number;
        if (bound && !printed[b]) wanted.computed[b] = lower(*bound, &keys);
    }
    const auto same = [&](const StatedCells& group) {
        for (std::size_t b = 0; b < bounds.size(); ++b) {
            const auto &a = group.computed[b], &c = wanted.computed[b];
            if (a.has_value() != c.has_value() || (a && (a->value != c->value || a->stop != c->stop))) return false;
            if (group.printed[b].empty() == printed[b]) return false;
        }
        return group.sum == wanted.sum && group.outcome == wanted.outcome;
    };
    const auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found != groups.end()) return static_cast<std::size_t>(found - groups.begin());
    groups.push_back(std::move(wanted));
    return groups.size() - 1;
}

/// The record's own sum inside its bounds, else the cell's outcome or the built-in one.
Lowered Lowering::stated(FactId sum, OutcomeId outcome, const std::array<std::optional<Lowered>, 4>& computed) {
    const Lowered value = fact(sum);
    optional_[sum.index] = true;
    const auto otherwise = [&](std::string_view built_in) { return outcome.valid() ? ranks_.rank_of[outcome.index] : rank(built_in); };
    NodeId stop = graph_.small(0), outside = graph_.small(0);
    for (std::size_t b = 0; b < bounds.size(); ++b) {
        if (!computed[b]) continue;
        const NodeId bound = computed[b]->value;
        stop = graph_.worst(stop, computed[b]->stop);
        const std::array<NodeId, 4> beyond = {graph_.compare(Op::less_or_equal, value.value, bound), graph_.compare(Op::less, value.value, bound),
                                              graph_.compare(Op::less_or_equal, bound, value.value), graph_.compare(Op::less, bound, value.value)};
        outside = graph_.either(outside, beyond[b]);
    }
    stop = graph_.first_nonzero(stop, graph_.rank_where(outside, otherwise("stated_sum_out_of_bounds")));
    return {value.value, graph_.select(value.stop, graph_.small(otherwise("fact_missing")), stop)};
}

}  // namespace bandtariff::plan
