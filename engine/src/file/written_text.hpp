// Text on its way into a file: one run of bytes that grows, is written out and is used again. Short texts and amounts are put
// down in a few wide steps that may write past their own end, where the next ones go. Internal to src/file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace bandtariff::file {

/// A text that is written over and over: bytes after its end may be read as far as a step goes.
class SteppedText {
public:
    SteppedText() = default;
    explicit SteppedText(std::string text) : text_(std::move(text)), size_(text_.size()) { text_.append(step, '\0'); }
    static constexpr std::size_t step = 32;
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Writes it, and up to a step more; gives where it ends.
    char* write(char* to) const {
        for (std::size_t at = 0; at < size_; at += step) std::memcpy(to + at, text_.data() + at, step);
        return to + size_;
    }

private:
    std::string text_;
    std::size_t size_ = 0;
};

/// Writes whole pence as pounds, "11874.00", "-0.50", and up to a word more; gives where they end.
inline char* write_money(char* to, std::int64_t pence) {
    const std::uint64_t amount = pence < 0 ? 0 - static_cast<std::uint64_t>(pence) : static_cast<std::uint64_t>(pence);
    std::uint64_t pounds = amount / 100;
    const std::uint64_t rest = amount % 100;
    *to = '-';
    to += pence < 0 ? 1 : 0;
    constexpr std::uint64_t hundred = 100, four_digits = hundred * hundred, eight_digits = four_digits * four_digits;
    constexpr std::uint64_t zeros = 0x3030303030303030U;
    // The eight digits of a number, one a byte, the first of them lowest.
    const auto digits_of = [](std::uint64_t number) {
        const std::uint64_t fours = number / four_digits | (number % four_digits) << 32;
        const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000007F0000007FU;  // of four digits: the quotient is exact
        const std::uint64_t twos = hundreds | (fours - hundred * hundreds) << 16;
        const std::uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000FU;  // of two digits
        return tens | (twos - 10 * tens) << 8;
    };
    if (pounds >= eight_digits) {
        const std::string above = std::to_string(pounds / eight_digits);
        to = std::copy(above.begin(), above.end(), to);
        pounds %= eight_digits;
        const std::uint64_t digits = digits_of(pounds) | zeros;
        std::memcpy(to, &digits, sizeof digits);
        to += sizeof digits;
    } else {
        const std::uint64_t digits = digits_of(pounds);
        const auto leading = static_cast<unsigned>(__builtin_ctzll(digits | std::uint64_t{1} << 56)) / 8;
        const std::uint64_t shown = (digits | zeros) >> (8 * leading);
        std::memcpy(to, &shown, sizeof shown);
        to += sizeof shown - leading;
    }
    *to++ = '.';
    *to++ = static_cast<char>('0' + rest / 10);
    *to++ = static_cast<char>('0' + rest % 10);
    return to;
}
constexpr std::size_t money_room = 32;

/// The text written so far.
class WrittenText {
public:
    void clear() { size_ = 0; }
    [[nodiscard]] std::string_view text() const { return {bytes_.get(), size_}; }

    /// Room for so many bytes after what is written; `wrote` says where they end.
    [[nodiscard]] char* room(std::size_t bytes) {
        if (room_ - size_ < bytes) grow(bytes);
        return bytes_.get() + size_;
    }
    void wrote(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }
    void append(std::string_view more) { wrote(std::copy(more.begin(), more.end(), room(more.size()))); }

private:
    [[gnu::noinline]] void grow(std::size_t bytes) {
        room_ = std::max(2 * room_, size_ + bytes);
        std::unique_ptr<char[]> larger = std::make_unique_for_overwrite<char[]>(room_);
        std::copy_n(bytes_.get(), size_, larger.get());
        bytes_ = std::move(larger);
    }
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0, room_ = 0;
};

}  // namespace bandtariff::file
