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

    [[nodiscard]] std::string_view text() const { return row_; }
    [[nodiscard]] std::uint64_t line() const { return line_; }
    [[nodiscard]] std::uint64_t bytes_read() const { return consumed_; }
    [[nodiscard]] bool unclosed_quote() const { return unclosed_; }
    /// A row longer than this is cut off and unreadable, so that one stray quote cannot swallow a file.
    static constexpr std::size_t longest_row = 1 << 20;

private:
    bool fill();
    std::ifstream stream_;
    std::string buffer_;
    std::size_t start_ = 0;   ///< first byte not yet given out
    std::uint64_t consumed_ = 0;
    std::uint64_t line_ = 0;
    std::uint64_t next_line_ = 1;
    bool ended_ = false;
    bool unclosed_ = false;
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
