// Bytes to rows: see csv_rows.hpp.
#include "file/csv_rows.hpp"

#include <algorithm>
#include <optional>

#include "file/csv_marks.hpp"

namespace bandtariff::file {

namespace {
constexpr std::size_t chunk = 1 << 18;
constexpr std::size_t rows_at_once = 1 << 18;  // bytes, fewer than of the longest row: no row among them is too long

}  // namespace

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
    // Most rows are one line without quotes, all of it here.
    const std::string_view here = std::string_view(buffer_).substr(start_);
    const std::size_t line = here.find('\n');
    if (line <= longest_row && here.substr(0, line).find('"') == std::string_view::npos) return {line, 0};

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

std::uint64_t CsvRows::take_rows(std::string& into) {
    const std::size_t had = buffer_.size() - start_;
    into.resize(std::max(had, rows_at_once));
    std::copy_n(buffer_.data() + start_, had, into.data());
    if (had < into.size()) {
        if (!ended_) stream_.read(into.data() + had, static_cast<std::streamsize>(into.size() - had));
        const std::size_t got = ended_ ? 0 : static_cast<std::size_t>(stream_.gcount());
        ended_ = ended_ || had + got < into.size();
        into.resize(had + got);
    }
    const std::string_view rows = std::string_view(into).substr(0, rows_at_once);
    std::size_t end = whole_rows(rows);
    if (ended_ && rows.size() == into.size() && std::count(rows.begin() + static_cast<std::ptrdiff_t>(end), rows.end(), '"') % 2 == 0) end = rows.size();
    start_ = 0;
    if (end == 0) {
        buffer_.swap(into);
        return 0;
    }
    buffer_.assign(into, end);
    into.resize(end);
    const std::uint64_t first = next_line_;
    next_line_ += line_ends_in(into);
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
