// See csv_marks.hpp.
#include "file/csv_marks.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "file/csv_loop.hpp"

namespace bandtariff::file {

CsvCounts csv_loop_any(const char* text, std::size_t size, const CsvPlaces& places);
CsvCounts csv_loop_avx2(const char* text, std::size_t size, const CsvPlaces& places);

std::span<const CsvLoop> csv_loops_here() {
    static const bool newer = [] {
#if defined(__x86_64__)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
#else
        return false;
#endif
    }();
    static constexpr std::array<CsvLoop, 2> loops = {csv_loop_any, csv_loop_avx2};
    return std::span(loops).first(newer ? 2 : 1);
}

void CsvMarks::find(std::string_view text) {
    const std::size_t needed = text.size() + csv_chunk + 1;
    if (room_ < needed) {
        room_ = needed;
        for (Places* places : {&ends_, &row_ends_, &quotes_, &inner_ends_})
            *places = std::make_unique_for_overwrite<std::uint32_t[]>(room_);
    }
    counts_ = csv_loops_here().back()(text.data(), text.size(), {ends_.get(), row_ends_.get(), quotes_.get(), inner_ends_.get()});
    const bool ended = counts_.row_ends != 0 && row_ends_[counts_.row_ends - 1] == counts_.ends &&
                       ends_[counts_.ends - 1] + std::size_t{1} == text.size();
    if (text.empty() || ended) return;
    ends_[counts_.ends++] = static_cast<std::uint32_t>(text.size());
    row_ends_[counts_.row_ends++] = static_cast<std::uint32_t>(counts_.ends);
}

std::size_t whole_rows(std::string_view text) {
    if (text.find('"') == std::string_view::npos) return text.rfind('\n') + 1;
    std::size_t end = 0;
    std::uint64_t open = 0;
    each_chunk(text.data(), text.size(), [&](const Bits& bits, std::size_t at) {
        std::uint64_t line_ends = bits.line_ends;
        if ((bits.quotes | open) != 0) line_ends &= ~inside_quotes(bits.quotes, open);
        if (line_ends != 0) end = at + static_cast<std::size_t>(64 - std::countl_zero(line_ends));
    });
    return end;
}

/// Counted in lanes of bytes, which compilers turn into a few wide instructions: this is read for every byte of a file.
std::uint64_t line_ends_in(std::string_view text) {
    constexpr std::size_t lanes = 64, most_a_lane = 255;
    std::uint64_t count = 0;
    std::size_t at = 0;
    while (at + lanes <= text.size()) {
        std::uint8_t found[lanes] = {};
        const std::size_t rounds = std::min((text.size() - at) / lanes, most_a_lane);
        for (std::size_t k = 0; k < rounds; ++k, at += lanes)
            for (std::size_t lane = 0; lane < lanes; ++lane)
                found[lane] = static_cast<std::uint8_t>(found[lane] + (text[at + lane] == '\n' ? 1 : 0));
        for (const std::uint8_t each : found) count += each;
    }
    for (; at < text.size(); ++at) count += text[at] == '\n' ? 1 : 0;
    return count;
}

}  // namespace bandtariff::file
