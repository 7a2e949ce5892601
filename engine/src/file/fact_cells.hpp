// One fact's cells, of a file or of a column in memory: text to the value as carried, as read_fact reads it and many times
// faster. Internal to src/file; one for each thread.
#pragma once

#include <vector>

#include "bandtariff/placement.hpp"
#include "file/known_texts.hpp"
#include "file/text_table.hpp"

namespace bandtariff {
class Names;
}

namespace bandtariff::file {

class FactCells {
public:
    /// `names` numbers what facts of kind `name` say; may be nullptr. Both outlive this.
    FactCells(const TariffContents& tariff, FactId fact, const Names* names = nullptr);

    void read(std::string_view text, std::int64_t& value, Given& given);

    /// Reads the texts `cell(row)` of all rows, of which none goes past `end`; whether every one of them states the fact. They
    /// are read fastest where none is longer than the longest so far, or than `longest`.
    template <class Cell, class Value>
    bool read_all(std::size_t rows, std::size_t longest, const char* end, Cell cell, Value* values, Given* given) {
        longest_ = std::max(longest_, longest);
        if (longest_ < 8) return read_with(words1_, rows, end, cell, values, given);
        if (longest_ < 16) return read_with(words2_, rows, end, cell, values, given);
        return read_with(words4_, rows, end, cell, values, given);
    }

private:
    template <std::size_t count, class Cell, class Value>
    bool read_with(KnownTexts<count>& known, std::size_t rows, const char* end, Cell cell, Value* values, Given* given) {
        return quick_ ? read_rows<true>(known, rows, end, cell, values, given)
                      : read_rows<false>(known, rows, end, cell, values, given);
    }
    template <bool quick, std::size_t count, class Cell, class Value>
    bool read_rows(KnownTexts<count>& known, std::size_t rows, const char* end, Cell cell, Value* values, Given* given);

    template <std::size_t count>
    const ReadText& read_unknown(KnownTexts<count>& known, const TextName<count>& name, std::string_view text);
    const ReadText& read_long(std::string_view text);
    ReadText read_anew(std::string_view text) const;

    /// Plain digits, perhaps with a point, of a number that the fact allows: nothing else is looked at here. Of at most eight
    /// bytes of text, where eight may be read; of any.
    [[nodiscard]] bool quick_number(const char* text, std::size_t size, std::int64_t& value) const;
    [[nodiscard]] bool quick_number(std::string_view text, std::int64_t& value) const;

    const TariffContents& tariff_;
    FactId fact_;
    const Names* names_;
    bool quick_ = false;  ///< a number whose bounds as carried are these
    int decimals_ = 0;
    std::int64_t low_ = 0, high_ = 0;
    std::size_t longest_ = 0;
    KnownTexts<1> words1_;
    KnownTexts<2> words2_;
    KnownTexts<4> words4_;
    // Of longer texts too, those that a file repeats are few. Past the limit, and past the longest, texts are read as they come:
    // memory stays constant.
    static constexpr std::size_t most_long = 4096;
    static constexpr std::size_t longest_known = 256;
    TextTable long_texts_;
    std::vector<ReadText> long_read_;
    ReadText unkept_;
};

inline bool FactCells::quick_number(const char* text, std::size_t size, std::int64_t& value) const {
    constexpr std::uint64_t ones = 0x0101010101010101U, highs = ones << 7;
    constexpr std::uint64_t hundred = 100;
    static constexpr auto tens = [] {
        std::array<std::int64_t, 10> powers = {1};
        for (std::size_t k = 1; k < powers.size(); ++k) powers[k] = 10 * powers[k - 1];
        return powers;
    }();
    if (size - 1 > 7) return false;
    // The last character comes into the highest byte, and bytes below the first are zeros.
    std::uint64_t characters = word_at(text) << (64 - 8 * size);
    std::size_t digits = size;
    int scale = decimals_;
    const std::uint64_t unlike_point = characters ^ (ones * '.');
    const std::uint64_t points = (unlike_point - ones) & ~unlike_point & highs;
    bool plain = text[0] != '0' || size == 1;
    if (points != 0) {
        const auto place = static_cast<std::size_t>(std::countr_zero(points)) / 8;  // the lowest mark is always true
        const std::size_t whole = place + size - 8, decimals = 7 - place;
        if (whole == 0 || decimals == 0 || decimals > static_cast<std::size_t>(decimals_)) return false;
        plain = text[0] != '0' || whole == 1;
        const std::uint64_t below = (std::uint64_t{1} << (8 * place)) - 1;
        characters = ((characters & below) << 8) | (characters & ~((below << 8) | 0xFF));
        --digits;
        scale -= static_cast<int>(decimals);
    }
    const std::uint64_t each = characters ^ ((ones * '0') << (64 - 8 * digits));
    const bool all_digits = (((each + ones * (0x7F - 9)) | each) & highs) == 0;
    std::uint64_t number = (each * 10 + (each >> 8)) & 0x00FF00FF00FF00FFU;
    number = (number * hundred + (number >> 16)) & 0x0000FFFF0000FFFFU;
    number = (number * hundred * hundred + (number >> 32)) & 0xFFFFFFFFU;
    value = static_cast<std::int64_t>(number) * tens[static_cast<std::size_t>(scale)];
    return plain && all_digits && value >= low_ && value <= high_;
}

template <bool quick, std::size_t count, class Cell, class Value>
bool FactCells::read_rows(KnownTexts<count>& known, std::size_t rows, const char* end, Cell cell, Value* values, Given* given) {
    unsigned not_given = 0;
    std::array<char, 8 * count> copy{};
    for (std::size_t row = 0; row < rows; ++row) {
        std::string_view text = cell(row);
        if (static_cast<std::size_t>(end - text.data()) < 8 * count && text.size() < 8 * count) [[unlikely]] {
            std::copy_n(text.data(), text.size(), copy.begin());
            text = {copy.data(), text.size()};
        }
        if constexpr (quick) {
            std::int64_t value = 0;
            if (text.size() <= 8 ? quick_number(text.data(), text.size(), value) : quick_number(text, value)) [[likely]] {
                values[row] = static_cast<Value>(value);
                given[row] = Given::given;
                continue;
            }
        }
        const ReadText* read = nullptr;
        if (text.size() < 8 * count) [[likely]] {
            const TextName<count> name = name_of<count>(text.data(), text.size());
            read = known.find(name);
            if (read == nullptr) [[unlikely]]
                read = &read_unknown(known, name, text);
        } else {
            read = &read_long(text);
        }
        values[row] = static_cast<Value>(read->value);
        given[row] = read->given;
        not_given |= static_cast<unsigned>(read->given) ^ static_cast<unsigned>(Given::given);
    }
    return not_given == 0;
}

template <std::size_t count>
[[gnu::noinline]] const ReadText& FactCells::read_unknown(KnownTexts<count>& known, const TextName<count>& name,
                                                          std::string_view text) {
    unkept_ = read_anew(text);
    known.add(name, unkept_);
    return unkept_;
}

}  // namespace bandtariff::file
