// Texts read before, found again by words of their bytes. A file's column repeats a few texts over and over (codes, days): each
// is read by read_fact once. A text of fewer than 8, 16 or 32 bytes is named exactly by one, two or four words: its bytes, zeros
// after them, and in the last byte how long it is, all taken without a branch on the length, which would be guessed wrong as
// often as lengths vary. Internal to src/file.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "bandtariff/placement.hpp"

namespace bandtariff::file {

/// What a text states: the value as carried, and its mark.
struct ReadText {
    std::int64_t value = 0;
    Given given = Given::absent;
};

template <std::size_t count>
using TextName = std::array<std::uint64_t, count>;

inline std::uint64_t word_at(const void* bytes) {
    static_assert(std::endian::native == std::endian::little, "the first byte of a text is the lowest of its word");
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// The name of a text of fewer than 8 x `count` bytes, where so many may be read, whatever stands after the text.
template <std::size_t count>
TextName<count> name_of(const char* bytes, std::size_t size) {
    static constexpr auto masks = [] {
        std::array<std::uint8_t, 64> all{};
        std::fill_n(all.begin(), 32, std::uint8_t{0xFF});
        return all;
    }();
    TextName<count> name;
    for (std::size_t k = 0; k < count; ++k) name[k] = word_at(bytes + 8 * k) & word_at(masks.data() + 32 - size + 8 * k);
    name[count - 1] |= static_cast<std::uint64_t>(size) << 56;
    return name;
}

/// Open addressing. While there are few texts each has a place to itself, so that the first look finds it.
template <std::size_t count>
class KnownTexts {
public:
    using Name = TextName<count>;

    KnownTexts() : slots_(fewest) {}

    /// What is known of a text, or nullptr.
    [[nodiscard]] const ReadText* find(const Name& name) const {
        for (std::size_t at = place(name);; at = (at + 1) & (slots_.size() - 1)) {
            const Slot& slot = slots_[at];
            if (same(slot.name, name)) [[likely]]
                return &slot.read;
            if (slot.name == free_name) return nullptr;
        }
    }

    /// Keeps a text that is not known yet. Past the most that are kept, all are forgotten: memory stays constant.
    void add(const Name& name, ReadText read) {
        if (used_ == most) *this = KnownTexts();
        ++used_;
        if (slots_[place(name)].name != free_name && used_ <= few && spread(name)) {
            put(name, read);
            return;
        }
        if (4 * used_ > slots_.size()) move_to(2 * slots_.size(), odd_);
        put(name, read);
    }

private:
    static constexpr std::size_t fewest = 64, few = 64, most = 4096;
    static constexpr Name free_name = [] {
        Name name{};
        name[count - 1] = ~std::uint64_t{0};  // no text is so long
        return name;
    }();
    struct Slot {
        Name name = free_name;
        ReadText read;
    };

    static bool same(const Name& a, const Name& b) {
        std::uint64_t unlike = 0;
        for (std::size_t k = 0; k < count; ++k) unlike |= a[k] ^ b[k];
        return unlike == 0;
    }
    [[nodiscard]] std::size_t place(const Name& name) const {
        std::uint64_t mixed = name[0];
        if constexpr (count > 1) mixed ^= std::rotl(name[1], 23);
        if constexpr (count > 2) mixed ^= std::rotl(name[2], 43) ^ std::rotl(name[3], 9);
        return static_cast<std::size_t>((mixed * odd_) >> shift_);
    }
    void put(const Name& name, ReadText read) {
        std::size_t at = place(name);
        while (slots_[at].name != free_name) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = {name, read};
    }
    void move_to(std::size_t size, std::uint64_t odd) {
        const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(size));
        odd_ = odd;
        shift_ = 64 - std::countr_zero(size);
        for (const Slot& slot : before)
            if (slot.name != free_name) put(slot.name, slot.read);
    }
    /// Looks for a factor and a size under which every text and one more have places to themselves; false where none is found.
    bool spread(const Name& more) {
        constexpr int factors = 16;
        const std::uint64_t odd = odd_;
        const int shift = shift_;
        std::vector<std::uint8_t> taken;
        for (std::size_t size = slots_.size(); size <= 16 * std::bit_ceil(used_); size *= 2) {
            shift_ = 64 - std::countr_zero(size);
            for (int k = 0; k < factors; ++k) {
                odd_ = (odd_ * 0x5851F42D4C957F2DU + 0x14057B7EF767814FU) | 1;
                taken.assign(size, 0);
                bool apart = true;
                const auto take = [&](const Name& name) { apart = apart && ++taken[place(name)] == 1; };
                take(more);
                for (const Slot& slot : slots_)
                    if (slot.name != free_name) take(slot.name);
                if (!apart) continue;
                move_to(size, odd_);
                return true;
            }
        }
        odd_ = odd;
        shift_ = shift;
        return false;
    }

    std::vector<Slot> slots_;  ///< a power of two of them
    std::size_t used_ = 0;
    std::uint64_t odd_ = 0x9E3779B97F4A7C15U;
    int shift_ = 64 - std::countr_zero(fewest);
};

}  // namespace bandtariff::file
