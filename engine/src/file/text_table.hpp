// Texts to small numbers, in the order they are first met: what a column of codes repeats over and over is looked up and not
// read again. Internal to src/file.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bandtariff::file {

class TextTable {
public:
    static constexpr std::uint32_t none = UINT32_MAX;

    TextTable() : slots_(64) {}
    // Slots look into the texts: they may move together, and a copy's would look into the other's.
    TextTable(const TextTable&) = delete;
    TextTable& operator=(const TextTable&) = delete;
    TextTable(TextTable&&) = default;
    TextTable& operator=(TextTable&&) = default;
    ~TextTable() = default;

    [[nodiscard]] std::uint32_t find(std::string_view text) const {
        const std::uint64_t hash = hash_of(text);
        for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
            const Slot& slot = slots_[at];
            if (slot.index == none) return none;
            if (slot.hash == hash && same(slot.text, text)) return slot.index;
        }
    }
    /// A text that is not there yet.
    std::uint32_t add(std::string_view text) {
        if (texts_.size() * 2 >= slots_.size()) grow();
        const auto index = static_cast<std::uint32_t>(texts_.size());
        texts_.emplace_back(text);
        put({hash_of(text), texts_.back(), index});
        return index;
    }
    [[nodiscard]] std::uint32_t find_or_add(std::string_view text) {
        const std::uint32_t found = find(text);
        return found != none ? found : add(text);
    }
    [[nodiscard]] const std::string& text(std::uint32_t index) const { return texts_[index]; }
    [[nodiscard]] std::size_t size() const { return texts_.size(); }

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::string_view text;
        std::uint32_t index = none;
    };

    template <class Word>
    static std::uint64_t load(const char* from) {
        Word word = 0;
        std::memcpy(&word, from, sizeof word);
        return word;
    }
    /// Calls `take` with words that hold every byte of a text; the last may hold bytes of the one before again.
    template <class Take>
    static void words_of(const char* at, std::size_t size, Take take) {
        if (size >= 8) {
            for (std::size_t k = 0; k + 8 < size; k += 8) take(load<std::uint64_t>(at + k));
            take(load<std::uint64_t>(at + size - 8));
        } else if (size >= 4) {
            take(load<std::uint32_t>(at) << 32 | load<std::uint32_t>(at + size - 4));
        } else if (size > 0) {
            take(load<std::uint8_t>(at) << 16 | load<std::uint8_t>(at + size / 2) << 8 | load<std::uint8_t>(at + size - 1));
        }
    }
    static std::uint64_t hash_of(std::string_view text) {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
        std::uint64_t hash = text.size() * odd;
        words_of(text.data(), text.size(), [&](std::uint64_t word) {
            hash = (hash ^ word) * odd;
            hash ^= hash >> 29;
        });
        return hash;
    }
    /// Equal texts without a call: they are short.
    static bool same(std::string_view a, std::string_view b) {
        if (a.size() != b.size()) return false;
        std::uint64_t differs = 0;
        if (a.size() >= 8) {
            for (std::size_t k = 0; k + 8 < a.size(); k += 8) differs |= load<std::uint64_t>(a.data() + k) ^ load<std::uint64_t>(b.data() + k);
            return (differs | (load<std::uint64_t>(a.data() + a.size() - 8) ^ load<std::uint64_t>(b.data() + a.size() - 8))) == 0;
        }
        words_of(a.data(), a.size(), [&](std::uint64_t word) { differs ^= word; });
        words_of(b.data(), b.size(), [&](std::uint64_t word) { differs ^= word; });
        return differs == 0;
    }
    void put(const Slot& slot) {
        std::size_t at = slot.hash & (slots_.size() - 1);
        while (slots_[at].index != none) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = slot;
    }
    void grow() {
        const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots_.size() * 4));
        for (const Slot& slot : before)
            if (slot.index != none) put(slot);
    }

    std::vector<Slot> slots_;  ///< a power of two of them
    std::deque<std::string> texts_;  ///< never moved: slots look into them
};

}  // namespace bandtariff::file
