// One CSV text to a header and rows of cells, each with its place: RFC 4180, a comma between cells, quotes where a cell
// holds a comma, a quote or a line break. Rows that do not fit the header are reported and left out.
#include <algorithm>
#include <unordered_map>

#include "document.hpp"
#include "text.hpp"

namespace bandtariff::document {
namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;
constexpr std::size_t most_columns = 16'384;
constexpr std::size_t most_cells = 10'000'000;
constexpr std::size_t most_ragged_rows_named = 20;

/// Walks the text once, keeping line and column in step.
class Reader {
public:
    Reader(const Text& text, Report& report) : text_(text), body_(text.body()), report_(report) {}

    [[nodiscard]] bool at_end() const { return at_ >= body_.size(); }
    [[nodiscard]] bool broken() const { return broken_; }
    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] bool line_is_blank() const { return body_[at_] == '\n' || body_.substr(at_).starts_with("\r\n"); }
    void skip_line_break() {
        if (!at_end() && body_[at_] == '\r') ++at_;
        ++at_;
        ++line_;
        column_ = 1;
    }

    /// The cells of one row, at most `keep` of them; how many there were. Ends past the row's line break.
    std::size_t row(std::vector<CsvTable::Cell>& cells, std::size_t keep) {
        std::size_t count = 0;
        while (!broken_) {
            CsvTable::Cell cell = next_cell();
            if (count++ < keep) cells.push_back(std::move(cell));
            if (at_end()) break;
            if (body_[at_] != ',') {
                skip_line_break();
                break;
            }
            ++at_;
            ++column_;
        }
        return count;
    }

    /// Whether a fault was met since this was last asked.
    bool take_fault() { return std::exchange(row_is_faulty_, false); }

private:
    CsvTable::Cell next_cell() { return !at_end() && body_[at_] == '"' ? quoted_cell() : plain_cell(); }

    CsvTable::Cell plain_cell() {
        CsvTable::Cell cell{{}, line_, column_};
        const std::size_t end = std::min(body_.find_first_of(",\"\r\n", at_), body_.size());
        cell.text = body_.substr(at_, end - at_);
        column_ += static_cast<std::uint32_t>(count_characters(cell.text));
        at_ = end;
        if (!at_end() && body_[at_] == '"') {
            report_.error("csv-quote", text_.span(at_),
                          "a quote stands inside a cell that does not begin with one: quote the whole cell and double the quotes "
                          "inside it");
            skip_to_line_end();
        }
        return cell;
    }

    CsvTable::Cell quoted_cell() {
        const std::size_t opening = at_++;
        ++column_;
        CsvTable::Cell cell{{}, line_, column_};
        while (true) {
            const std::size_t end = body_.find_first_of("\"\n", at_);
            if (end == std::string_view::npos) {
                report_.error("csv-quote", text_.span(opening), "this quote is never closed");
                broken_ = true;
                return cell;
            }
            const std::string_view piece = body_.substr(at_, end - at_);
            cell.text += piece;
            column_ += static_cast<std::uint32_t>(count_characters(piece)) + 1;
            at_ = end + 1;
            if (body_[end] == '\n') {
                cell.text += '\n';
                ++line_;
                column_ = 1;
            } else if (text_.at(at_) == '"') {
                cell.text += '"';
                ++at_;
                ++column_;
            } else {
                break;
            }
        }
        if (!at_end() && body_[at_] != ',' && body_[at_] != '\n' && body_[at_] != '\r') {
            report_.error("csv-quote", text_.span(at_),
                          "there is text after a closing quote: quote the whole cell and double the quotes inside it");
            skip_to_line_end();
        }
        return cell;
    }

    /// After a fault in a cell nothing more can be made of its line: the next line is read afresh.
    void skip_to_line_end() {
        at_ = text_.line_end(at_);
        row_is_faulty_ = true;
    }

    const Text& text_;
    std::string_view body_;
    Report& report_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 1;
    std::uint32_t column_ = 1;
    bool broken_ = false;
    bool row_is_faulty_ = false;
};

std::string cells_in_words(std::size_t count) { return std::to_string(count) + (count == 1 ? " cell" : " cells"); }

void check_header(const CsvTable& table, Report& report) {
    std::unordered_map<std::string_view, const CsvTable::Cell*> seen;
    for (const CsvTable::Cell& cell : table.header) {
        if (cell.text.empty()) {
            report.error("empty-column-name", table.span(cell), "a column has no name: give it one, or delete the column");
            continue;
        }
        const auto [first, added] = seen.try_emplace(cell.text, &cell);
        if (!added)
            report.error("duplicate-column", table.span(cell), "two columns are called '" + cell.text + "': rename one of them")
                .notes.push_back({"first named here", table.span(*first->second)});
    }
}

}  // namespace

CsvTable from_csv(std::shared_ptr<const SourceFile> file, Report& report) {
    CsvTable table;
    table.file = file;
    const Text text(file);
    if (!is_plain_text(text, most_bytes, report)) return table;
    if (text.body().find_first_not_of(" \r\n\t") == std::string_view::npos) {
        report.error("empty-file", text.whole(), "this file holds nothing: its first line names the columns");
        return table;
    }
    Reader reader(text, report);
    if (reader.row(table.header, most_columns) > most_columns) {
        report.error("too-large", text.span(0),
                     "this table has more than " + std::to_string(most_columns) + " columns, the most that is read");
        return table;
    }
    const std::size_t columns = table.header.size();
    if (reader.take_fault() || reader.broken()) return table;  // without its columns no row can be judged
    check_header(table, report);

    const std::size_t last_text = text.body().find_last_not_of("\r\n");
    std::size_t ragged = 0;
    while (!reader.at_end() && !reader.broken() && reader.at() <= last_text) {
        const std::size_t start = reader.at();
        std::vector<CsvTable::Cell> row;
        row.reserve(columns);
        const bool blank = reader.line_is_blank();
        const std::size_t count = reader.row(row, columns);
        if (reader.take_fault() || reader.broken()) continue;
        if (count == columns) {
            table.rows.push_back(std::move(row));
        } else if (++ragged <= most_ragged_rows_named) {
            report.error("ragged-row", text.span(start, text.line_end(start) - start),
                         blank ? "this line is empty: every row has " + cells_in_words(columns) + ", as the header has"
                               : "this row has " + cells_in_words(count) + ", the header has " + std::to_string(columns));
        }
        if (table.rows.size() * columns > most_cells) {
            report.error("too-large", text.span(start),
                         "this table has more than " + std::to_string(most_cells) + " cells, the most that is read: divide it");
            break;
        }
    }
    if (ragged > most_ragged_rows_named)
        report.error("ragged-row", text.whole(),
                     std::to_string(ragged - most_ragged_rows_named) + " more rows do not fit the header");
    return table;
}

}  // namespace bandtariff::document
