// A stretch of rows of a placement file, from text to columns of facts. Internal to src/file: a layout is shared by every
// block of a file, a parser belongs to one thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/plan.hpp"
#include "file/csv_marks.hpp"
#include "file/csv_rows.hpp"
#include "file/fact_cells.hpp"

namespace bandtariff::file {

/// Which columns of a file state which facts.
struct Layout {
    struct FactColumn {
        FactId fact;
        std::size_t column = 0;
    };
    Plan plan;
    RecordId record;
    std::vector<std::string> header;
    std::vector<FactColumn> facts;
    std::vector<FactId> without;
    const Names* names = nullptr;  ///< numbers what facts of kind `name` say
};

struct RowBlock {
    struct Row {
        std::uint32_t begin = 0, length = 0;  ///< in `text`, without its line end
        std::uint64_t line = 0;               ///< in the file, from 1
        bool plain = false;                   ///< as many cells as the header has, with no quotes inside any: they end at `ends`
    };
    std::string text;
    std::uint64_t first_line = 0;  ///< of whole rows, not yet cut; else 0
    std::vector<Row> rows;
    std::map<std::size_t, std::string> unreadable;  ///< by row: why it could not be read
    CsvMarks marks;
    std::span<std::uint32_t> ends;  ///< where each cell of each row ends in `text`, as many a row as the header has; of plain rows
    std::vector<std::uint32_t> own_ends;  ///< the same, where rows are not so regular that those of `marks` will do
    struct Values {
        std::vector<std::int64_t> values;
        std::vector<Given> given;
        bool all_given = true;
    };
    std::vector<Values> facts;  ///< as the layout's

    void clear();
    [[nodiscard]] std::string_view row(std::size_t k) const { return std::string_view(text).substr(rows[k].begin, rows[k].length); }
    /// A cell of a plain row, without its quotes if it has any.
    [[nodiscard]] std::string_view plain_cell(std::size_t row, std::size_t column, std::size_t columns) const {
        std::string_view cell = cell_with_quotes(row, column, columns);
        if (cell.starts_with('"')) cell = cell.substr(1, cell.size() - 2);
        return cell;
    }
    [[nodiscard]] std::string_view cell_with_quotes(std::size_t row, std::size_t column, std::size_t columns) const {
        const std::uint32_t* end = &ends[row * columns + column];
        const std::uint32_t begin = column == 0 ? rows[row].begin : end[-1] + 1;
        return {text.data() + begin, *end - begin};
    }
    /// Any cell, unquoted; empty where the row is unreadable.
    [[nodiscard]] std::string cell(std::size_t row, std::size_t column, std::size_t columns) const;
};

/// The next rows of a file into a block, as text. Many come at once, to be cut by whoever parses the block; one that must be looked
/// at by itself comes alone.
class RowSource {
public:
    explicit RowSource(CsvRows csv) : csv_(std::move(csv)) {}
    /// False at the end of the file.
    bool next(RowBlock& block);
    [[nodiscard]] std::uint64_t bytes_read() const { return csv_.bytes_read(); }
    /// Adds one row of the file; false where there is none.
    bool add_row(RowBlock& block);

private:
    CsvRows csv_;
};

/// One row's facts as a record, for its whole account.
[[nodiscard]] Placement placement_of(const Layout& layout, const RowBlock& block, std::size_t row);

class BlockParser {
public:
    explicit BlockParser(const Layout& layout);
    /// Rows and cells found, and every row's cells as columns of facts. An unreadable row states nothing.
    void parse(RowBlock& block);
    /// Where every row states a fact, its marks are left out, unless all are asked for.
    [[nodiscard]] PlacementTable table(const RowBlock& block, bool all_marks = false) const;

private:
    void parse_others(RowBlock& block);
    const Layout& layout_;
    std::vector<FactCells> cells_;
    std::vector<Cell> split_;
};

}  // namespace bandtariff::file
