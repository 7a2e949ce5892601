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
            if (slot.hash == hash && slot.text == text) return slot.index;
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

    static std::uint64_t hash_of(std::string_view text) {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
        std::uint64_t hash = text.size() * odd;
        const auto mix = [&](std::uint64_t word) {
            hash = (hash ^ word) * odd;
            hash ^= hash >> 29;
        };
        std::uint64_t word = 0;
        while (text.size() >= sizeof word) {
            std::memcpy(&word, text.data(), sizeof word);
            mix(word);
            text.remove_prefix(sizeof word);
        }
        word = 0;
        for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
        mix(word);
        return hash;
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
