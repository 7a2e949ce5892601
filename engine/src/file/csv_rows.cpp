// Bytes to rows: see csv_rows.hpp.
#include "file/csv_rows.hpp"

#include <algorithm>
#include <optional>

namespace bandtariff::file {

namespace {
constexpr std::size_t chunk = 1 << 18;
constexpr std::size_t lines_at_once = 1 << 19;  // less than the longest row: no line among them is too long

/// Counted in lanes of bytes, which compilers turn into a few wide instructions: this is read for every byte of a file.
std::uint64_t line_ends_in(std::string_view text) {
    constexpr std::size_t lanes = 64, most_a_lane = 255;
    std::uint64_t count = 0;
    std::size_t at = 0;
    while (at + lanes <= text.size()) {
        std::uint8_t found[lanes] = {};
        const std::size_t rounds = std::min((text.size() - at) / lanes, most_a_lane);
        for (std::size_t k = 0; k < rounds; ++k, at += lanes)
            for (std::size_t lane = 0; lane < lanes; ++lane) found[lane] = static_cast<std::uint8_t>(found[lane] + (text[at + lane] == '\n' ? 1 : 0));
        for (const std::uint8_t each : found) count += each;
    }
    for (; at < text.size(); ++at) count += text[at] == '\n' ? 1 : 0;
    return count;
}
}

CsvRows::CsvRows(const std::filesystem::path& path) : stream_(path, std::ios::binary) {
    if (!stream_.is_open()) return;
    fill();
    if (buffer_.starts_with("\xEF\xBB\xBF")) start_ = consumed_ = 3;
}

bool CsvRows::fill() {
    if (ended_) return false;
    buffer_.erase(0, start_);
    start_ = 0;
    const std::size_t had = buffer_.size();
    buffer_.resize(had + chunk);
    stream_.read(buffer_.data() + had, static_cast<std::streamsize>(chunk));
    buffer_.resize(had + static_cast<std::size_t>(stream_.gcount()));
    ended_ = buffer_.size() < had + chunk;
    return buffer_.size() > had;
}

/// The end of a row is the first line end outside quotes; a quote only ever toggles, a doubled one twice.
CsvRows::End CsvRows::find_end() {
    std::optional<std::size_t> first_line;
    std::uint64_t line_ends = 0;
    bool quoted = false;
    std::size_t at = 0;
    for (; at <= longest_row; ++at) {
        if (start_ + at == buffer_.size() && !fill()) {
            if (!quoted) return {at, line_ends};
            break;
        }
        const char c = buffer_[start_ + at];
        if (c == '"') quoted = !quoted;
        if (c != '\n') continue;
        if (!quoted) return {at, line_ends};
        ++line_ends;
        if (!first_line) first_line = at;
    }
    fault_ = quoted ? "a quotation mark is not closed" : "the row is longer than a mebibyte";
    return {first_line.value_or(at), 0};
}

void CsvRows::take(const End& end) {
    row_ = std::string_view(buffer_).substr(start_, end.length);
    if (row_.ends_with('\r')) row_.remove_suffix(1);
    const std::size_t taken = std::min(end.length + 1, buffer_.size() - start_);
    start_ += taken;
    consumed_ += taken;
    line_ = next_line_;
    next_line_ += end.line_ends + 1;
}

/// The rest of a line whose beginning has been kept, never more than a chunk of it in memory.
void CsvRows::pass_over_line() {
    for (;;) {
        const std::size_t line_end = std::min(buffer_.find('\n', start_), buffer_.size());
        consumed_ += line_end - start_;
        start_ = line_end;
        if (start_ == buffer_.size() && fill()) continue;
        if (start_ == buffer_.size()) return;
        ++start_;
        ++consumed_;
        return;
    }
}

bool CsvRows::next() {
    for (;;) {
        fault_ = {};
        const End end = find_end();
        if (end.length == 0 && start_ == buffer_.size()) return false;
        if (end.length > longest_row) {
            cut_off_.assign(buffer_, start_, longest_row);
            row_ = cut_off_;
            line_ = next_line_++;
            pass_over_line();
            return true;
        }
        take(end);
        if (!row_.empty()) return true;
    }
}

std::uint64_t CsvRows::take_lines(std::string& into) {
    while (buffer_.size() - start_ < lines_at_once && fill()) {}
    const std::string_view rest = std::string_view(buffer_).substr(start_);
    const std::size_t quote = rest.find('"');
    const bool all = ended_ && quote == std::string_view::npos;
    const std::size_t end = all ? rest.size() : rest.substr(0, quote).rfind('\n') + 1;
    // A few lines before a quote are not worth it; and a line longer than all that is here is looked at with care.
    if (end == 0 || (quote != std::string_view::npos && end < lines_at_once / 8) || rest.size() > longest_row) return 0;
    into.assign(rest.substr(0, end));
    const std::uint64_t first = next_line_;
    next_line_ += line_ends_in(into);
    start_ += end;
    consumed_ += end;
    return first;
}

bool split(std::string_view row, std::vector<Cell>& cells) {
    cells.clear();
    std::size_t at = 0;
    for (;;) {
        if (at < row.size() && row[at] == '"') {
            const std::size_t begin = ++at;
            bool doubled = false;
            for (;;) {
                const std::size_t quote = row.find('"', at);
                if (quote == std::string_view::npos) return false;
                at = quote + 1;
                if (at == row.size() || row[at] != '"') break;
                doubled = true;
                ++at;
            }
            cells.push_back({row.substr(begin, at - 1 - begin), doubled});
            if (at == row.size()) return true;
            if (row[at] != ',') return false;
            ++at;
        } else {
            const std::size_t comma = row.find(',', at);
            const std::string_view text = row.substr(at, comma == std::string_view::npos ? std::string_view::npos : comma - at);
            if (text.find('"') != std::string_view::npos) return false;
            cells.push_back({text, false});
            if (comma == std::string_view::npos) return true;
            at = comma + 1;
        }
    }
}

std::string unquoted(const Cell& cell) {
    if (!cell.doubled_quotes) return std::string(cell.text);
    std::string out;
    for (std::size_t i = 0; i < cell.text.size(); ++i) {
        out += cell.text[i];
        if (cell.text[i] == '"') ++i;
    }
    return out;
}

void append_cell(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

}  // namespace bandtariff::file
