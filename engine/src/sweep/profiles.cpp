// Columns to profiles: each row's facts are packed into as few bits as the columns' own ranges need, and equal bits are one
// profile. See profiles.hpp.
#include "sweep/profiles.hpp"

#include <algorithm>
#include <array>
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

/// What stands where a row states something else than a value: the bits of none.
bool is_given(const Column& column, std::size_t row) { return column.given == nullptr || column.given[row] == Given::given; }

/// A column's share of a row's bits: what its value is above the least one, or how it is stated.
struct Field {
    const Column* column = nullptr;
    const std::vector<std::int64_t>* same = nullptr;  ///< code to the code that stands for it and those that are the same
    bool stated = false;                              ///< how it is stated, not its value
    std::int64_t low = 0;
    std::size_t word = 0;
    unsigned shift = 0;

    template <class V>
    [[nodiscard]] std::int64_t value(V stands) const {
        const auto wide = static_cast<std::int64_t>(stands);
        return same == nullptr || wide < 0 || wide >= static_cast<std::int64_t>(same->size()) ? wide : (*same)[static_cast<std::size_t>(wide)];
    }
    /// Adds the rows from `start` on to their words.
    void add_to(std::uint64_t* words, std::size_t start, std::size_t rows) const {
        if (stated) {
            for (std::size_t k = 0; k < rows; ++k) words[k] |= static_cast<std::uint64_t>(column->given[start + k]) << shift;
            return;
        }
        with_column(*column, [&](const auto* values) {
            values += start;
            const auto bits = [&](auto stands) { return (static_cast<std::uint64_t>(stands) - static_cast<std::uint64_t>(low)) << shift; };
            if (column->given != nullptr) {
                for (std::size_t k = 0; k < rows; ++k) words[k] |= is_given(*column, start + k) ? bits(value(values[k])) : 0;
            } else if (same != nullptr) {
                for (std::size_t k = 0; k < rows; ++k) words[k] |= bits(value(values[k]));
            } else {
                for (std::size_t k = 0; k < rows; ++k) words[k] |= bits(static_cast<std::int64_t>(values[k]));
            }
        });
    }
};

/// Every row's facts in as few words as the columns' own ranges need.
class Fields {
public:
    void add(const Column& column, const std::vector<std::int64_t>* same) {
        Field field{&column, same};
        if (column.given != nullptr) add({&column, nullptr, true}, static_cast<std::uint64_t>(Given::out_of_range));
        with_column(column, [&](const auto* values) {
            auto low = std::numeric_limits<std::int64_t>::max(), high = std::numeric_limits<std::int64_t>::min();
            if (column.given == nullptr && same == nullptr && column.rows > 0) {
                const auto [least, most] = std::minmax_element(values, values + column.rows);
                low = static_cast<std::int64_t>(*least);
                high = static_cast<std::int64_t>(*most);
            }
            for (std::size_t row = 0; (column.given != nullptr || same != nullptr) && row < column.rows; ++row) {
                if (!is_given(column, row)) continue;  // what stands there says nothing
                low = std::min(low, field.value(values[row]));
                high = std::max(high, field.value(values[row]));
            }
            if (low >= high) return;
            field.low = low;
            add(field, static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low));
        });
    }
    [[nodiscard]] std::size_t words() const { return words_; }
    /// A row's words stand `apart` from each other.
    void pack(std::size_t start, std::size_t rows, std::uint64_t* words, std::size_t apart) const {
        for (const Field& field : fields_) field.add_to(words + field.word * apart, start, rows);
    }

private:
    void add(Field field, std::uint64_t most) {
        const auto bits = static_cast<unsigned>(std::bit_width(most));
        if (words_ == 0 || used_ + bits > 64) {
            ++words_;
            used_ = 0;
        }
        field.word = words_ - 1;
        field.shift = used_;
        used_ += bits;
        fields_.push_back(field);
    }
    std::vector<Field> fields_;
    std::size_t words_ = 0;
    unsigned used_ = 0;
};

}  // namespace

/// Rows are packed, and looked up by hash, some at a time, so that the places of all of them are on their way from memory before the first is
/// looked at.
Profiles profiles_of(const PlacementTable& records, const std::vector<FactId>& facts, const EquivalentCodes& equivalent) {
    Fields fields;
    for (const FactId fact : facts) {
        const Column& column = records.column(fact);
        if (column.data == nullptr) continue;
        const auto same = equivalent.find(fact.index);
        fields.add(column, same == equivalent.end() ? nullptr : &same->second);
    }
    constexpr std::size_t at_once = 256;
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    struct Slot {
        std::uint32_t profile, tag;  ///< the hash's upper half, so that words are hardly ever compared in vain
    };
    const std::size_t rows = records.rows(), width = fields.words();
    Profiles profiles;
    profiles.of_row.resize(rows);
    std::vector<std::uint64_t> packed(at_once * width), known;  // known: by profile
    std::vector<Slot> slots(std::bit_ceil(std::max<std::size_t>(16, rows * 2)), {none, 0});
    std::array<std::uint64_t, at_once> hashes;
    for (std::size_t start = 0; start < rows; start += at_once) {
        const std::size_t count = std::min(at_once, rows - start);
        std::fill(packed.begin(), packed.end(), 0);
        fields.pack(start, count, packed.data(), at_once);
        hashes.fill(0);
        for (std::size_t w = 0; w < width; ++w) {
            for (std::size_t k = 0; k < count; ++k) {
                hashes[k] = (hashes[k] ^ packed[w * at_once + k]) * 0x9E3779B97F4A7C15U;
                hashes[k] ^= hashes[k] >> 32;
            }
        }
        for (std::size_t k = 0; k < count; ++k) __builtin_prefetch(&slots[hashes[k] & (slots.size() - 1)]);
        for (std::size_t k = 0; k < count; ++k) {
            const auto tag = static_cast<std::uint32_t>(hashes[k] >> 32);
            const auto same = [&](const Slot& slot) {
                if (slot.tag != tag) return false;
                for (std::size_t w = 0; w < width; ++w)
                    if (known[slot.profile * width + w] != packed[w * at_once + k]) return false;
                return true;
            };
            std::size_t at = hashes[k] & (slots.size() - 1);
            while (slots[at].profile != none && !same(slots[at])) at = (at + 1) & (slots.size() - 1);
            if (slots[at].profile == none) {
                slots[at] = {static_cast<std::uint32_t>(profiles.first_row.size()), tag};
                profiles.first_row.push_back(static_cast<std::uint32_t>(start + k));
                for (std::size_t w = 0; w < width; ++w) known.push_back(packed[w * at_once + k]);
            }
            profiles.of_row[start + k] = slots[at].profile;
        }
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
