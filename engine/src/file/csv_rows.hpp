// A CSV file as a stream of rows, in constant memory: bytes to rows and cells with line numbers. Quotes as RFC 4180, CRLF or
// LF, a byte order mark skipped. Internal to src/file; packs' own CSV files are small and read whole by src/document.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace bandtariff::file {

class CsvRows {
public:
    explicit CsvRows(const std::filesystem::path& path);
    [[nodiscard]] bool opened() const { return stream_.is_open(); }

    /// Moves to the next row that is not blank; false at the end. The views below hold until the next call.
    bool next();

    /// Takes many whole rows at once, blank lines too; gives the number of the first line, or 0 where the file ends or its next row
    /// must be looked at by itself. Fastest where `into` is what was taken before.
    std::uint64_t take_rows(std::string& into);

    [[nodiscard]] std::string_view text() const { return row_; }
    [[nodiscard]] std::uint64_t line() const { return line_; }
    [[nodiscard]] std::uint64_t bytes_read() const { return consumed_; }
    /// Empty, or why the text is no whole row. A quote that is never closed costs its own line and no other.
    [[nodiscard]] std::string_view fault() const { return fault_; }
    /// A row past this is not looked at whole: one stray quote, or a file that is no CSV, must not fill the memory.
    static constexpr std::size_t longest_row = 1 << 20;

private:
    /// How far a row goes from `start_`, and how many line ends are inside it.
    struct End {
        std::size_t length = 0;
        std::uint64_t line_ends = 0;
    };
    bool fill();
    End find_end();
    void take(const End& end);
    void pass_over_line();

    std::ifstream stream_;
    std::string buffer_;
    std::string cut_off_;    ///< the beginning of a line that is too long
    std::size_t start_ = 0;  ///< first byte not yet given out
    std::uint64_t consumed_ = 0;
    std::uint64_t line_ = 0;
    std::uint64_t next_line_ = 1;
    bool ended_ = false;
    std::string_view fault_;
    std::string_view row_;
};

/// One cell of a row: where it stands, and whether it must be unquoted to be read.
struct Cell {
    std::string_view text;  ///< inside the quotes, where quoted
    bool doubled_quotes = false;
};

/// Splits a row into `cells`; false where quotes are misplaced.
bool split(std::string_view row, std::vector<Cell>& cells);
[[nodiscard]] std::string unquoted(const Cell& cell);
/// A cell as it must be written: quoted where it has a comma, a quote or a line end.
void append_cell(std::string& out, std::string_view text);

}  // namespace bandtariff::file
