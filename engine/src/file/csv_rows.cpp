// Bytes to rows: see csv_rows.hpp.
#include "file/csv_rows.hpp"

#include <algorithm>
#include <cstring>

namespace bandtariff::file {

namespace {
constexpr std::size_t chunk = 1 << 18;
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

bool CsvRows::next() {
    for (;;) {
        // The end of a row is the first line end outside quotes; a quote only ever toggles, a doubled one twice.
        std::size_t at = start_;
        bool quoted = false;
        std::uint64_t lines = 0;
        unclosed_ = false;
        for (;;) {
            if (at == buffer_.size()) {
                const std::size_t reached = at - start_;
                if (fill()) {
                    at = start_ + reached;
                    continue;
                }
                if (at == start_) return false;
                unclosed_ = quoted;
                break;
            }
            const char c = buffer_[at];
            if (c == '"') quoted = !quoted;
            if (c == '\n') {
                ++lines;
                if (!quoted) break;
                if (at - start_ > longest_row) {
                    unclosed_ = true;
                    break;
                }
            }
            ++at;
        }
        const std::size_t end = at;
        std::size_t length = end - start_;
        if (length > 0 && buffer_[start_ + length - 1] == '\r') --length;
        row_ = std::string_view(buffer_).substr(start_, length);
        const std::size_t taken = std::min(end + 1, buffer_.size()) - start_;
        start_ += taken;
        consumed_ += taken;
        line_ = next_line_;
        next_line_ += lines;
        if (!row_.empty()) return true;
    }
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
