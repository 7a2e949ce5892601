// A caller's columns to the leaves of a program, one block at a time. Entry point: load.
// A block whose facts are all stated and in range is only converted; else each row is checked and made safe.
#include <algorithm>
#include <array>

#include "kernel/batch.hpp"

namespace bandtariff::kernel {
namespace {

using plan::FactCheck;
using plan::Leaf;

template <class Use>
void with_column(const Column& column, Use use) {
    switch (column.type) {
        case Column::Type::u8: return use(static_cast<const std::uint8_t*>(column.data));
        case Column::Type::u16: return use(static_cast<const std::uint16_t*>(column.data));
        case Column::Type::i32: return use(static_cast<const std::int32_t*>(column.data));
        case Column::Type::i64: return use(static_cast<const std::int64_t*>(column.data));
    }
}

/// One fact's rows of a block.
struct FactRows {
    const Column& column;
    std::size_t start, rows;
    const FactCheck& check;

    [[nodiscard]] bool no_column() const { return column.data == nullptr; }
    [[nodiscard]] Given marked(std::size_t i) const {
        if (no_column()) return Given::absent;
        return column.given == nullptr ? Given::given : column.given[start + i];
    }
    template <class V>
    [[nodiscard]] bool in_range(V value) const {
        return check.low <= static_cast<std::int64_t>(value) && static_cast<std::int64_t>(value) <= check.high;
    }
};

/// Whether every row states the fact, in range.
bool all_stated(const FactRows& fact) {
    if (fact.no_column() || fact.column.given != nullptr) return false;
    if (fact.check.low == INT64_MIN) return true;
    bool outside = false;
    with_column(fact.column, [&](const auto* values) {
        for (std::size_t i = 0; i < fact.rows; ++i) outside |= !fact.in_range(values[fact.start + i]);
    });
    return !outside;
}

/// What each row states, where not all state it well; and the rank of what is wrong.
void mark(const FactRows& fact, const plan::Ranks& ranks, Given* given, Small* stopped) {
    for (std::size_t i = 0; i < fact.rows; ++i) given[i] = fact.marked(i);
    if (!fact.no_column()) {
        with_column(fact.column, [&](const auto* values) {
            const bool code = fact.check.rank == ranks.code_unknown;
            for (std::size_t i = 0; i < fact.rows; ++i) {
                if (given[i] == Given::given && !fact.in_range(values[fact.start + i])) given[i] = code ? Given::code_unknown : Given::out_of_range;
            }
        });
    }
    if (!fact.check.admits) return;
    for (std::size_t i = 0; i < fact.rows; ++i) {
        if (given[i] == Given::code_unknown) stopped[i] = std::max(stopped[i], ranks.code_unknown);
        if (given[i] == Given::out_of_range) stopped[i] = std::max(stopped[i], ranks.fact_out_of_range);
    }
}

/// A leaf's values: as stated, or what is carried in their place.
template <class To>
void convert(const FactRows& fact, const Given* given, std::int64_t otherwise, std::int64_t less, To* to) {
    const To carried = static_cast<To>(otherwise - less);
    if (fact.no_column()) {
        std::fill_n(to, fact.rows, carried);
        return;
    }
    with_column(fact.column, [&](const auto* values) {
        values += fact.start;
        if (given == nullptr) for (std::size_t i = 0; i < fact.rows; ++i) to[i] = static_cast<To>(static_cast<std::int64_t>(values[i]) - less);
        else for (std::size_t i = 0; i < fact.rows; ++i) {
            to[i] = given[i] == Given::given ? static_cast<To>(static_cast<std::int64_t>(values[i]) - less) : carried;
        }
    });
}

}  // namespace

LoadedBlock::LoadedBlock(const RecordProgram& program)
    : small(program.leaves.size()), number(program.leaves.size()), stopped(plan::block_rows), first(plan::block_rows), until(plan::block_rows) {
    for (std::size_t k = 0; k < program.leaves.size(); ++k) {
        if (program.leaves[k].kind == Leaf::Kind::number) number[k].resize(plan::block_rows);
        else small[k].resize(plan::block_rows);
        block.small.push_back(small[k].data());
        block.number.push_back(number[k].data());
    }
}

void load(const RecordProgram& program, const plan::Ranks& ranks, const PlacementTable& records, std::size_t start, LoadedBlock& loaded) {
    const std::size_t rows = std::min(plan::block_rows, records.rows() - start);
    loaded.rows = loaded.block.rows = rows;
    std::fill_n(loaded.stopped.begin(), rows, 0);
    std::array<Given, plan::block_rows> given;
    for (const FactCheck& check : program.checks) {
        const FactRows fact{records.column(check.fact), start, rows, check};
        const bool clean = all_stated(fact);
        if (!clean) mark(fact, ranks, given.data(), loaded.stopped.data());
        for (std::size_t k = 0; k < program.leaves.size(); ++k) {
            const Leaf& leaf = program.leaves[k];
            if (leaf.kind == Leaf::Kind::period || leaf.fact != check.fact) continue;
            const Given* marks = clean ? nullptr : given.data();
            switch (leaf.kind) {
                case Leaf::Kind::code:
                case Leaf::Kind::day: convert(fact, marks, leaf.otherwise, 0, loaded.small[k].data()); break;
                case Leaf::Kind::grid: convert(fact, marks, leaf.otherwise, check.low, loaded.small[k].data()); break;
                case Leaf::Kind::number: convert(fact, marks, leaf.otherwise, 0, loaded.number[k].data()); break;
                case Leaf::Kind::given:
                case Leaf::Kind::missing: {
                    const bool asks = leaf.kind == Leaf::Kind::given;
                    const Small yes = asks ? 1 : 0, no = asks || leaf.has_default ? 0 : ranks.fact_missing;
                    for (std::size_t i = 0; i < rows; ++i) loaded.small[k][i] = clean || given[i] == Given::given ? yes : no;
                    break;
                }
                case Leaf::Kind::period: break;
            }
        }
    }
}

}  // namespace bandtariff::kernel
