// See row_block.hpp. Rows are cut at the marks that one pass over their bytes finds; their cells are then read a column at a time,
// so that one table of known texts is at hand for all of them.
#include "file/row_block.hpp"

#include <utility>

namespace bandtariff::file {
namespace {

std::string cells_for(std::size_t cells, std::size_t columns) {
    return std::to_string(cells) + (cells == 1 ? " cell" : " cells") + " where the header has " + std::to_string(columns);
}

/// Without the carriage return before a line end.
std::uint32_t before_return(std::string_view text, std::uint32_t begin, std::uint32_t line_end) {
    return line_end > begin && text[line_end - 1] == '\r' ? line_end - 1 : line_end;
}

/// Rows without quotes that all have as many cells as the header, and more than one, so that none is blank.
bool find_regular_rows(RowBlock& block, std::size_t columns) {
    const std::span<const std::uint32_t> row_ends = block.marks.row_ends();
    if (columns < 2 || !block.marks.quotes().empty() || block.marks.ends().size() != row_ends.size() * columns) return false;
    bool regular = true;
    for (std::size_t row = 0; row < row_ends.size(); ++row) regular &= row_ends[row] == (row + 1) * columns;
    if (!regular) return false;
    block.ends = block.marks.ends();
    block.rows.resize(row_ends.size());
    std::uint32_t begin = 0;
    for (std::size_t row = 0; row < row_ends.size(); ++row) {
        std::uint32_t& end = block.ends[(row + 1) * columns - 1];
        const std::uint32_t next = end + 1;
        end = before_return(block.text, begin, end);
        block.rows[row] = {begin, end - begin, block.first_line + row, true};
        begin = next;
    }
    return true;
}

/// Whether each cell of a row is in quotes of its own, with none inside, or has none: `ends` are its cells', `quotes` its own.
bool simply_quoted(std::string_view text, std::uint32_t begin, std::span<const std::uint32_t> ends, std::span<const std::uint32_t> quotes) {
    std::size_t passed = 0;
    for (const std::uint32_t end : ends) {
        if (begin < end && text[begin] == '"') {
            if (passed + 2 > quotes.size() || quotes[passed] != begin || quotes[passed + 1] != end - 1) return false;
            passed += 2;
        }
        begin = end + 1;
    }
    return passed == quotes.size();
}

/// Where rows were found one by one already, they are as they were found, and only their cells are looked for.
void find_any_rows(RowBlock& block, std::size_t columns) {
    const std::vector<RowBlock::Row> found = std::exchange(block.rows, {});
    const std::span<const std::uint32_t> ends = block.marks.ends(), quotes = block.marks.quotes(), inner_ends = block.marks.inner_ends();
    std::uint64_t line = block.first_line;
    std::uint32_t begin = 0;
    std::size_t before = 0, quote = 0, inner = 0;
    const auto pass = [](std::span<const std::uint32_t> places, std::size_t& at, std::uint32_t up_to) {
        const std::size_t first = at;
        while (at < places.size() && places[at] < up_to) ++at;
        return at - first;
    };
    for (const std::uint32_t after : block.marks.row_ends()) {
        const std::uint32_t last = ends[after - 1];
        const std::uint32_t end = found.empty() ? before_return(block.text, begin, last) : begin + found[block.rows.size()].length;
        if (!found.empty()) line = found[block.rows.size()].line;
        const std::size_t cells = after - before;
        const std::size_t quoted = pass(quotes, quote, last);
        if (end > begin) {
            const std::span<const std::uint32_t> own = ends.subspan(before, cells - 1);
            block.own_ends.insert(block.own_ends.end(), own.begin(), own.end());
            block.own_ends.push_back(end);
            const std::span<const std::uint32_t> row_quotes = quotes.subspan(quote - quoted, quoted);
            const bool plain =
                cells == columns && (quoted == 0 || simply_quoted(block.text, begin, std::span(block.own_ends).last(cells), row_quotes));
            if (cells != columns && quoted == 0) block.unreadable.emplace(block.rows.size(), cells_for(cells, columns));
            block.rows.push_back({begin, end - begin, line, plain});
            block.own_ends.resize(block.rows.size() * columns);
        }
        line += 1 + pass(inner_ends, inner, last);
        begin = last + 1;
        before = after;
    }
    block.ends = block.own_ends;
}

void find_rows(RowBlock& block, std::size_t columns) {
    block.marks.find(block.text);
    if (!find_regular_rows(block, columns)) find_any_rows(block, columns);
    block.first_line = 0;
}

void find_cells(RowBlock& block, std::size_t columns) {
    block.marks.find(block.text);
    find_any_rows(block, columns);
}

}  // namespace

void RowBlock::clear() {
    text.clear();
    first_line = 0;
    rows.clear();
    unreadable.clear();
    ends = {};
    own_ends.clear();
}

std::string RowBlock::cell(std::size_t at, std::size_t column, std::size_t columns) const {
    if (unreadable.contains(at)) return {};
    if (rows[at].plain) return std::string(plain_cell(at, column, columns));
    std::vector<Cell> cells;
    if (!split(row(at), cells) || column >= cells.size()) return {};
    return unquoted(cells[column]);
}

bool RowSource::next(RowBlock& block) {
    std::string text = std::move(block.text);
    block.clear();
    block.text = std::move(text);
    block.first_line = csv_.take_rows(block.text);
    if (block.first_line != 0) return true;
    block.text.clear();
    return add_row(block);
}

bool RowSource::add_row(RowBlock& block) {
    if (!csv_.next()) return false;
    const std::string_view text = csv_.text();
    if (!csv_.fault().empty()) block.unreadable.emplace(block.rows.size(), csv_.fault());
    block.rows.push_back({static_cast<std::uint32_t>(block.text.size()), static_cast<std::uint32_t>(text.size()), csv_.line(), false});
    block.text += text;
    block.text += '\n';
    return true;
}

Placement placement_of(const Layout& layout, const RowBlock& block, std::size_t row) {
    const Tariff& tariff = layout.plan.tariff();
    Placement record(tariff, layout.record);
    if (block.unreadable.contains(row)) return record;
    for (const Layout::FactColumn& column : layout.facts) {
        const std::string text = block.cell(row, column.column, layout.header.size());
        if (!text.empty()) record.with(tariff->at(column.fact).name, text);
    }
    return record;
}

BlockParser::BlockParser(const Layout& layout) : layout_(layout) {
    for (const Layout::FactColumn& column : layout.facts) cells_.emplace_back(*layout.plan.tariff(), column.fact, layout.names);
}

void BlockParser::parse(RowBlock& block) {
    const std::size_t columns = layout_.header.size();
    // One fault, and quotes are not closed where rows end.
    if (block.first_line != 0) find_rows(block, columns);
    else if (block.unreadable.empty()) find_cells(block, columns);
    const std::size_t rows = block.rows.size();
    bool all_plain = true;
    for (const RowBlock::Row& row : block.rows) all_plain &= row.plain;
    block.facts.resize(cells_.size());
    const char* const end = block.text.data() + block.text.size();
    for (std::size_t k = 0; k < cells_.size(); ++k) {
        RowBlock::Values& fact = block.facts[k];
        fact.values.resize(rows);
        fact.given.resize(rows);
        const std::size_t column = layout_.facts[k].column;
        const auto unquoted = [&](std::size_t row) { return block.cell_with_quotes(row, column, columns); };
        const auto plain = [&](std::size_t row) {
            return block.rows[row].plain ? block.plain_cell(row, column, columns) : std::string_view(block.text.data(), 0);
        };
        const auto read = [&](auto cell) { return cells_[k].read_all(rows, 0, end, cell, fact.values.data(), fact.given.data()); };
        fact.all_given = all_plain && block.marks.quotes().empty() ? read(unquoted) : read(plain);
    }
    if (!all_plain) parse_others(block);
}

/// The rows that are not plain. A row that cannot be read states nothing.
void BlockParser::parse_others(RowBlock& block) {
    const std::size_t columns = layout_.header.size();
    for (RowBlock::Values& fact : block.facts) fact.all_given = false;
    for (std::size_t row = 0; row < block.rows.size(); ++row) {
        if (block.rows[row].plain || block.unreadable.contains(row)) continue;
        if (!split(block.row(row), split_)) {
            block.unreadable.emplace(row, "a quotation mark stands inside a cell: the whole cell belongs in quotes, and quotes inside it are doubled");
        } else if (split_.size() != columns) {
            block.unreadable.emplace(row, cells_for(split_.size(), columns));
        } else {
            for (std::size_t k = 0; k < cells_.size(); ++k) {
                const Cell& cell = split_[layout_.facts[k].column];
                RowBlock::Values& fact = block.facts[k];
                if (cell.doubled_quotes) cells_[k].read(unquoted(cell), fact.values[row], fact.given[row]);
                else cells_[k].read(cell.text, fact.values[row], fact.given[row]);
            }
        }
    }
    for (const auto& [row, why] : block.unreadable) {
        for (RowBlock::Values& fact : block.facts) {
            fact.values[row] = 0;
            fact.given[row] = Given::absent;
        }
    }
}

PlacementTable BlockParser::table(const RowBlock& block, bool all_marks) const {
    PlacementTable table(layout_.plan.tariff(), layout_.record, block.rows.size());
    for (std::size_t k = 0; k < block.facts.size(); ++k) {
        const RowBlock::Values& fact = block.facts[k];
        table.set(layout_.facts[k].fact, std::span<const std::int64_t>(fact.values), fact.all_given && !all_marks ? nullptr : fact.given.data());
    }
    for (const FactId fact : layout_.without) table.without(fact);
    return table;
}

}  // namespace bandtariff::file
