// Where the cells and rows of a stretch of CSV text end, outside quotes, found 64 bytes at a time. Internal to src/file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace bandtariff::file {

/// How many places of each kind were found.
struct CsvCounts {
    std::size_t ends = 0, row_ends = 0, quotes = 0, inner_ends = 0;
};
/// Where they go; each has room for a place a byte of the text and a chunk more.
struct CsvPlaces {
    std::uint32_t *ends = nullptr, *row_ends = nullptr, *quotes = nullptr, *inner_ends = nullptr;
};
/// The loop that finds them, as built for one machine of the family.
using CsvLoop = CsvCounts (*)(const char* text, std::size_t size, const CsvPlaces& places);

/// Places in a text that begins outside quotes. Storage is reused.
class CsvMarks {
public:
    /// Finds them all. A text whose last row has no line end is taken to end where one would be.
    void find(std::string_view text);

    /// Each comma and line end outside quotes.
    [[nodiscard]] std::span<std::uint32_t> ends() const { return {ends_.get(), counts_.ends}; }
    /// How many of `ends` each row has with those before it.
    [[nodiscard]] std::span<const std::uint32_t> row_ends() const { return {row_ends_.get(), counts_.row_ends}; }
    [[nodiscard]] std::span<const std::uint32_t> quotes() const { return {quotes_.get(), counts_.quotes}; }
    /// Each line end inside quotes.
    [[nodiscard]] std::span<const std::uint32_t> inner_ends() const { return {inner_ends_.get(), counts_.inner_ends}; }

private:
    using Places = std::unique_ptr<std::uint32_t[]>;  // not written before it is used, and so no memory either
    Places ends_, row_ends_, quotes_, inner_ends_;
    std::size_t room_ = 0;
    CsvCounts counts_;
};

/// What stands before the last line end outside quotes, that line end too; 0 where there is none.
[[nodiscard]] std::size_t whole_rows(std::string_view text);

/// How many line ends there are.
[[nodiscard]] std::uint64_t line_ends_in(std::string_view text);

/// The loops that this machine can run, the fastest last: tests run them all.
[[nodiscard]] std::span<const CsvLoop> csv_loops_here();

}  // namespace bandtariff::file
