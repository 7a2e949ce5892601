// A caller's columns to the leaves of a program, one block at a time. Entry point: load.
// A block whose facts are all stated and in range is only converted; else each row is checked and made safe.
#include <algorithm>
#include <array>

#include "kernel/batch.hpp"
#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {
namespace {

using plan::FactCheck;
using plan::Leaf;

std::size_t width_of(Column::Type type) {
    constexpr std::size_t widths[] = {1, 2, 4, 8};
    return widths[static_cast<std::size_t>(type)];
}

/// One fact's rows of a block, where it has a column.
struct FactRows {
    const Column& column;
    std::size_t start, rows;
    const FactCheck& check;
    [[nodiscard]] std::size_t type() const { return static_cast<std::size_t>(column.type); }
    [[nodiscard]] const void* values() const { return static_cast<const std::byte*>(column.data) + start * width_of(column.type); }
    [[nodiscard]] const Given* stated() const { return column.given == nullptr ? nullptr : column.given + start; }
};

/// What each row states, where not all state it well; and the rank of what is wrong.
void mark(const FactRows& fact, const plan::Ranks& ranks, Given* given, Small* stopped) {
    const Given wrong = fact.check.rank == ranks.code_unknown ? Given::code_unknown : Given::out_of_range;
    const bool any = passes().mark[fact.type()](fact.rows, fact.values(), fact.stated(), fact.check.low, fact.check.high, wrong, given);
    if (any && fact.check.admits) passes().where_wrong(fact.rows, given, ranks.code_unknown, ranks.fact_out_of_range, stopped);
}

/// The rows of the next block.
void note_next(const FactRows& fact, plan::RowsAhead& ahead) {
    const std::size_t width = width_of(fact.column.type), end = fact.start + fact.rows;
    ahead.add(static_cast<const std::byte*>(fact.column.data) + end * width, std::min(fact.rows, fact.column.rows - end) * width);
}

/// Columns of which every row is stated, and in range, from where they lie; false where a row is not in range.
bool load_stated(const RecordProgram& program, const FactRows& fact, const std::vector<std::size_t>& leaves, LoadedBlock& loaded) {
    const std::size_t type = fact.type();
    const void* at = fact.values();
    const Passes& with = passes();
    bool checked = fact.check.low == INT64_MIN;
    for (const std::size_t k : leaves) {
        const Leaf& leaf = program.leaves[k];
        if (leaf.kind != Leaf::Kind::code && leaf.kind != Leaf::Kind::day && leaf.kind != Leaf::Kind::grid) continue;
        const std::int64_t less = leaf.kind == Leaf::Kind::grid ? fact.check.low : 0;
        if (loaded.as_stated[k] && fact.column.type != Column::Type::i64) {
            loaded.block.small[k] = nullptr;
            loaded.block.stated[k] = {at, fact.column.type, less};
            continue;
        }
        if (fact.column.type == Column::Type::i32 && less == 0) {
            loaded.block.small[k] = static_cast<const Small*>(at);
            loaded.block.stated[k] = {at, fact.column.type, 0};
            continue;
        }
        loaded.all[k].reset();
        loaded.own(k);
        if (!with.check_to_small[type](fact.rows, at, fact.check.low, fact.check.high, less, loaded.small[k].data())) return false;
        checked = true;
    }
    if (!checked && !with.check[type](fact.rows, at, fact.check.low, fact.check.high)) return false;
    for (const std::size_t k : leaves) {
        switch (program.leaves[k].kind) {
            case Leaf::Kind::number: loaded.block.stated[k] = {at, fact.column.type, 0}; break;
            case Leaf::Kind::given: loaded.fill(k, 1); break;
            case Leaf::Kind::missing: loaded.fill(k, 0); break;
            default: break;
        }
    }
    return true;
}

/// A fact that no row states.
void load_absent(const RecordProgram& program, const plan::Ranks& ranks, const FactRows& fact, const std::vector<std::size_t>& leaves, LoadedBlock& loaded) {
    for (const std::size_t k : leaves) {
        const Leaf& leaf = program.leaves[k];
        switch (leaf.kind) {
            case Leaf::Kind::code:
            case Leaf::Kind::day: loaded.fill(k, static_cast<Small>(leaf.otherwise)); break;
            case Leaf::Kind::grid: loaded.fill(k, static_cast<Small>(leaf.otherwise - fact.check.low)); break;
            case Leaf::Kind::number:
                std::fill_n(loaded.number[k].data(), fact.rows, leaf.otherwise);
                loaded.block.stated[k] = {loaded.number[k].data(), Column::Type::i64, 0};
                break;
            case Leaf::Kind::given: loaded.fill(k, 0); break;
            case Leaf::Kind::missing: loaded.fill(k, leaf.has_default ? 0 : ranks.fact_missing); break;
            case Leaf::Kind::period:
            case Leaf::Kind::scenario: break;
        }
    }
}

}  // namespace

bool all_stated(const Column& column, std::size_t start, std::size_t rows) {
    if (column.data == nullptr) return false;
    if (column.given == nullptr) return true;
    bool otherwise = false;
    for (std::size_t i = start; i < start + rows; ++i) otherwise |= column.given[i] != Given::given;
    return !otherwise;
}

LoadedBlock::LoadedBlock(const RecordProgram& program, std::size_t most)
    : small(program.leaves.size()), number(program.leaves.size()), as_stated(program.leaves.size(), true), all(program.leaves.size()),
      leaves_of(program.checks.size()), stopped(most, 0), first(most), until(most) {
    const auto read_by = [&](const plan::Group& group) {
        for (std::size_t k = 0; k < as_stated.size(); ++k) as_stated[k] = as_stated[k] && group.code->reads_as_stated(k);
    };
    if (program.refuse) read_by(*program.refuse);
    for (const plan::Group& group : program.groups) read_by(group);
    const plan::SpanProgram& span = program.span;
    if (span.kind != SpanRule::Kind::none) as_stated[span.from] = false;
    if (span.kind == SpanRule::Kind::between) as_stated[span.last] = false;
    if (span.left) as_stated[*span.left] = false;
    for (const plan::Group& group : program.groups)
        for (const plan::LineProgram& line : group.lines)
            if (line.weights.kind == plan::Weights::Kind::once && line.weights.on) as_stated[*line.weights.on] = false;
    block.small.resize(program.leaves.size());
    block.stated.resize(program.leaves.size());
    for (std::size_t k = 0; k < program.leaves.size(); ++k) {
        const Leaf& leaf = program.leaves[k];
        if (leaf.kind == Leaf::Kind::number) {
            number[k].resize(most);
            block.stated[k] = {number[k].data(), Column::Type::i64, 0};
        } else {
            small[k].resize(most);
            own(k);
        }
        if (!leaf.of_rows()) continue;
        for (std::size_t c = 0; c < program.checks.size(); ++c)
            if (program.checks[c].fact == leaf.fact) leaves_of[c].push_back(k);
    }
}

void LoadedBlock::own(std::size_t leaf) {
    block.small[leaf] = small[leaf].data();
    block.stated[leaf] = {small[leaf].data(), Column::Type::i32, 0};
}

void LoadedBlock::fill(std::size_t leaf, Small value) {
    own(leaf);
    if (all[leaf] == value) return;
    std::fill(small[leaf].begin(), small[leaf].end(), value);
    all[leaf] = value;
}

void load(const RecordProgram& program, const plan::Ranks& ranks, const PlacementTable& records, std::size_t start, std::size_t rows,
          LoadedBlock& loaded) {
    loaded.rows = loaded.block.rows = rows;
    loaded.ahead.clear();
    loaded.block.ahead = &loaded.ahead;
    if (loaded.any_stopped) std::fill(loaded.stopped.begin(), loaded.stopped.end(), 0);
    bool may_stop = false;
    std::array<Given, plan::block_rows> given;
    for (std::size_t c = 0; c < program.checks.size(); ++c) {
        const FactCheck& check = program.checks[c];
        const FactRows fact{records.column(check.fact), start, rows, check};
        if (fact.column.data == nullptr) {
            load_absent(program, ranks, fact, loaded.leaves_of[c], loaded);
            continue;
        }
        note_next(fact, loaded.ahead);
        loaded.ahead.ask_some();
        if (all_stated(fact.column, start, rows) && load_stated(program, fact, loaded.leaves_of[c], loaded)) continue;
        may_stop = true;
        const Passes& with = passes();
        mark(fact, ranks, given.data(), loaded.stopped.data());
        for (const std::size_t k : loaded.leaves_of[c]) {
            const Leaf& leaf = program.leaves[k];
            loaded.all[k].reset();
            if (leaf.kind != Leaf::Kind::number) loaded.own(k);
            switch (leaf.kind) {
                case Leaf::Kind::code:
                case Leaf::Kind::day:
                case Leaf::Kind::grid: {
                    const auto less = static_cast<Small>(leaf.kind == Leaf::Kind::grid ? check.low : 0);
                    const auto otherwise = static_cast<Small>(leaf.otherwise - less);
                    with.stated_small[fact.type()](rows, fact.values(), given.data(), otherwise, less, loaded.small[k].data());
                    break;
                }
                case Leaf::Kind::number:
                    with.stated_number[fact.type()](rows, fact.values(), given.data(), leaf.otherwise, loaded.number[k].data());
                    loaded.block.stated[k] = {loaded.number[k].data(), Column::Type::i64, 0};
                    break;
                case Leaf::Kind::given:
                case Leaf::Kind::missing: {
                    const bool asks = leaf.kind == Leaf::Kind::given;
                    const Small yes = asks ? 1 : 0, no = asks || leaf.has_default ? 0 : ranks.fact_missing;
                    with.where_given(rows, given.data(), yes, no, loaded.small[k].data());
                    break;
                }
                case Leaf::Kind::period:
                case Leaf::Kind::scenario: break;
            }
        }
    }
    loaded.any_stopped = may_stop && passes().any(rows, loaded.stopped.data()) != 0;
}

}  // namespace bandtariff::kernel
