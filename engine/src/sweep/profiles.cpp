// Columns to profiles: each row's facts are packed into as few bits as the columns' own ranges need, and equal bits are one
// profile. See profiles.hpp.
#include "sweep/profiles.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>

namespace bandtariff::sweep {
namespace {

template <class Use>
auto with_column(const Column& column, Use use) {
    switch (column.type) {
        case Column::Type::u8: return use(static_cast<const std::uint8_t*>(column.data));
        case Column::Type::u16: return use(static_cast<const std::uint16_t*>(column.data));
        case Column::Type::i32: return use(static_cast<const std::int32_t*>(column.data));
        case Column::Type::i64: break;
    }
    return use(static_cast<const std::int64_t*>(column.data));
}

/// Rows of words, `words` of them each, filled bit by bit.
class PackedRows {
public:
    explicit PackedRows(std::size_t rows) : rows_(rows) {}

    /// Adds a field to every row: what `value` gives, which is at most `most`.
    template <class Value>
    void add(std::uint64_t most, Value value) {
        const unsigned bits = static_cast<unsigned>(std::bit_width(most));
        if (bits == 0) return;
        if (columns_.empty() || used_ + bits > 64) {
            columns_.emplace_back(rows_, 0);
            used_ = 0;
        }
        std::vector<std::uint64_t>& words = columns_.back();
        for (std::size_t row = 0; row < rows_; ++row) words[row] |= value(row) << used_;
        used_ += bits;
    }
    [[nodiscard]] std::size_t words() const { return columns_.size(); }
    [[nodiscard]] std::uint64_t hash(std::size_t row) const {
        std::uint64_t hash = 0;
        for (const std::vector<std::uint64_t>& words : columns_) {
            hash = (hash ^ words[row]) * 0x9E3779B97F4A7C15U;
            hash ^= hash >> 32;
        }
        return hash;
    }
    [[nodiscard]] bool same(std::size_t a, std::size_t b) const {
        return std::all_of(columns_.begin(), columns_.end(), [&](const auto& words) { return words[a] == words[b]; });
    }

private:
    std::size_t rows_;
    unsigned used_ = 0;
    std::vector<std::vector<std::uint64_t>> columns_;
};

void pack(const Column& column, std::size_t rows, const std::vector<std::int64_t>* equivalent, PackedRows& packed) {
    const auto given = [&](std::size_t row) { return column.given == nullptr ? Given::given : column.given[row]; };
    if (column.given != nullptr)
        packed.add(static_cast<std::uint64_t>(Given::out_of_range), [&](std::size_t row) { return static_cast<std::uint64_t>(column.given[row]); });
    with_column(column, [&](const auto* values) {
        const auto value = [&](std::size_t row) {
            const auto stated = static_cast<std::int64_t>(values[row]);
            if (equivalent == nullptr || stated < 0 || stated >= static_cast<std::int64_t>(equivalent->size())) return stated;
            return (*equivalent)[static_cast<std::size_t>(stated)];
        };
        std::int64_t low = std::numeric_limits<std::int64_t>::max(), high = std::numeric_limits<std::int64_t>::min();
        for (std::size_t row = 0; row < rows; ++row) {
            if (given(row) != Given::given) continue;  // what stands there says nothing
            low = std::min(low, value(row));
            high = std::max(high, value(row));
        }
        if (low >= high) return;
        const auto above = [&](std::int64_t x) { return static_cast<std::uint64_t>(x) - static_cast<std::uint64_t>(low); };
        packed.add(above(high), [&](std::size_t row) { return given(row) == Given::given ? above(value(row)) : 0; });
    });
}

}  // namespace

Profiles profiles_of(const PlacementTable& records, const std::vector<FactId>& facts, const EquivalentCodes& equivalent) {
    const std::size_t rows = records.rows();
    PackedRows packed(rows);
    for (const FactId fact : facts) {
        const Column& column = records.column(fact);
        if (column.data == nullptr) continue;
        const auto same = equivalent.find(fact.index);
        pack(column, rows, same == equivalent.end() ? nullptr : &same->second, packed);
    }
    Profiles profiles;
    profiles.of_row.resize(rows);
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> slots(std::bit_ceil(std::max<std::size_t>(16, rows * 2)), none);
    for (std::size_t row = 0; row < rows; ++row) {
        std::size_t at = packed.hash(row) & (slots.size() - 1);
        while (slots[at] != none && !packed.same(profiles.first_row[slots[at]], row)) at = (at + 1) & (slots.size() - 1);
        if (slots[at] == none) {
            slots[at] = static_cast<std::uint32_t>(profiles.first_row.size());
            profiles.first_row.push_back(static_cast<std::uint32_t>(row));
        }
        profiles.of_row[row] = slots[at];
    }
    return profiles;
}

std::vector<Weight> weights_of(const Profiles& profiles, std::span<const std::uint32_t> group) {
    // Rows are put by profile first, which leaves few to be sorted at a time.
    std::vector<std::size_t> next(profiles.size() + 1, 0);
    for (const std::uint32_t profile : profiles.of_row) ++next[profile + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    const std::vector<std::size_t> first = next;
    std::vector<std::uint32_t> groups(group.size());
    for (std::size_t row = 0; row < group.size(); ++row) groups[next[profiles.of_row[row]]++] = group[row];
    std::vector<Weight> weights;
    for (std::uint32_t profile = 0; profile < profiles.size(); ++profile) {
        if (group.empty()) {
            weights.push_back({profile, 0, first[profile + 1] - first[profile]});
            continue;
        }
        const auto begin = groups.begin() + static_cast<std::ptrdiff_t>(first[profile]), end = groups.begin() + static_cast<std::ptrdiff_t>(first[profile + 1]);
        std::sort(begin, end);
        for (auto at = begin; at != end;) {
            const auto until = std::upper_bound(at, end, *at);
            weights.push_back({profile, *at, static_cast<std::uint64_t>(until - at)});
            at = until;
        }
    }
    return weights;
}

ProfileColumns::ProfileColumns(const PlacementTable& records, const std::vector<FactId>& facts, std::span<const std::uint32_t> rows) : rows_(rows.size()) {
    for (const FactId fact : facts) {
        if (!records.stated(fact)) continue;
        Gathered& gathered = columns_.emplace_back();
        gathered.fact = fact;
        const Column& column = records.column(fact);
        gathered.stated = column.data != nullptr;
        if (!gathered.stated) continue;
        std::vector<std::int64_t> values(rows_);
        bool all_given = true;
        with_column(column, [&](const auto* from) {
            for (std::size_t k = 0; k < rows_; ++k) {
                const std::uint32_t row = rows[k];
                const bool given = column.given == nullptr || column.given[row] == Given::given;
                values[k] = given ? static_cast<std::int64_t>(from[row]) : 0;
                all_given = all_given && given;
            }
        });
        gathered.keep(values);
        if (all_given) continue;
        for (const std::uint32_t row : rows) gathered.given.push_back(column.given[row]);
    }
}

/// In the narrowest type that holds them: every scenario reads them again.
void ProfileColumns::Gathered::keep(const std::vector<std::int64_t>& wide) {
    const auto [low, high] = std::minmax_element(wide.begin(), wide.end());
    const auto fits = [&](auto zero) {
        using Limits = std::numeric_limits<decltype(zero)>;
        return wide.empty() || (*low >= static_cast<std::int64_t>(Limits::min()) && *high <= static_cast<std::int64_t>(Limits::max()));
    };
    const auto copy = [&](auto narrow, Column::Type as) {
        type = as;
        values.resize(wide.size() * sizeof narrow);
        for (std::size_t k = 0; k < wide.size(); ++k) {
            narrow = static_cast<decltype(narrow)>(wide[k]);
            std::memcpy(&values[k * sizeof narrow], &narrow, sizeof narrow);
        }
    };
    if (fits(std::uint8_t{})) copy(std::uint8_t{}, Column::Type::u8);
    else if (fits(std::uint16_t{})) copy(std::uint16_t{}, Column::Type::u16);
    else if (fits(std::int32_t{})) copy(std::int32_t{}, Column::Type::i32);
    else copy(std::int64_t{}, Column::Type::i64);
}

PlacementTable ProfileColumns::table(const Tariff& tariff, RecordId record) const {
    PlacementTable table(tariff, record, rows_);
    for (const Gathered& gathered : columns_) {
        if (!gathered.stated) {
            table.without(gathered.fact);
            continue;
        }
        const Given* given = gathered.given.empty() ? nullptr : gathered.given.data();
        const auto set = [&](const auto* values) { table.set(gathered.fact, std::span(values, rows_), given); };
        with_column({gathered.values.data(), gathered.type, rows_, given}, set);
    }
    return table;
}

}  // namespace bandtariff::sweep
