// See row_block.hpp. Lines without quotes are cut in one pass over their bytes, eight at a time; their cells are then read a
// column at a time, so that one table of known texts is at hand for all of them.
#include "file/row_block.hpp"

#include <bit>
#include <cstring>

namespace bandtariff::file {
namespace {

constexpr std::size_t most_rows = 16384;                             // found one by one, for a block
constexpr std::size_t most_block_bytes = std::size_t{8} << 20;  // of long ones: memory depends on neither number nor length

std::string cells_for(std::size_t cells, std::size_t columns) {
    return std::to_string(cells) + (cells == 1 ? " cell" : " cells") + " where the header has " + std::to_string(columns);
}

/// The high bit of each byte that is `byte`, of eight bytes; one after a match may be marked too, so each is looked at.
std::uint64_t marks_of(std::uint64_t word, char byte) {
    constexpr std::uint64_t ones = 0x0101010101010101U, highs = ones << 7;
    const std::uint64_t differs = word ^ ones * static_cast<unsigned char>(byte);
    return (differs - ones) & ~differs & highs;
}

/// Calls `found` with the place of each comma and line end, in order.
template <class Found>
void each_delimiter(std::string_view text, Found found) {
    std::size_t at = 0;
    if constexpr (std::endian::native == std::endian::little) {
        for (; at + 8 <= text.size(); at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, sizeof word);
            for (std::uint64_t marks = marks_of(word, ',') | marks_of(word, '\n'); marks != 0; marks &= marks - 1) {
                const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
                if (text[place] == ',' || text[place] == '\n') found(place);
            }
        }
    }
    for (; at < text.size(); ++at)
        if (text[at] == ',' || text[at] == '\n') found(at);
}

/// Rows and cells of lines that have no quotes.
void find_rows(RowBlock& block, std::size_t columns) {
    std::uint64_t line = block.first_line;
    std::size_t begin = 0, cells = 0;
    const auto end_row = [&](std::size_t line_end) {
        const std::size_t end = line_end > begin && block.text[line_end - 1] == '\r' ? line_end - 1 : line_end;
        if (end > begin) {
            ++cells;
            if (cells <= columns) block.ends.push_back(static_cast<std::uint32_t>(end));
            if (cells != columns) block.unreadable.emplace(block.rows.size(), cells_for(cells, columns));
            block.rows.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin), line, false});
            block.ends.resize(block.rows.size() * columns);
        }
        ++line;
        begin = line_end + 1;
        cells = 0;
    };
    each_delimiter(block.text, [&](std::size_t place) {
        if (block.text[place] == '\n') return end_row(place);
        if (++cells <= columns) block.ends.push_back(static_cast<std::uint32_t>(place));
    });
    if (begin < block.text.size()) end_row(block.text.size());
    block.first_line = 0;
}

}  // namespace

void RowBlock::clear() {
    text.clear();
    first_line = 0;
    rows.clear();
    unreadable.clear();
    ends.clear();
}

std::string RowBlock::cell(std::size_t at, std::size_t column, std::size_t columns) const {
    if (unreadable.contains(at)) return {};
    if (!rows[at].quoted) return std::string(plain_cell(at, column, columns));
    std::vector<Cell> cells;
    if (!split(row(at), cells) || column >= cells.size()) return {};
    return unquoted(cells[column]);
}

bool RowSource::next(RowBlock& block) {
    block.clear();
    block.first_line = csv_.take_lines(block.text);
    if (block.first_line != 0) return true;
    while (block.rows.size() < most_rows && block.text.size() < most_block_bytes / 16 && add_row(block)) {}
    return !block.rows.empty();
}

bool RowSource::add_row(RowBlock& block) {
    if (!csv_.next()) return false;
    const std::string_view text = csv_.text();
    if (!csv_.fault().empty()) block.unreadable.emplace(block.rows.size(), csv_.fault());
    block.rows.push_back({static_cast<std::uint32_t>(block.text.size()), static_cast<std::uint32_t>(text.size()), csv_.line(), true});
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
    for (const Layout::FactColumn& column : layout.facts) cells_.emplace_back(layout.plan.tariff(), column.fact, layout.names);
}

void BlockParser::parse(RowBlock& block) {
    const std::size_t columns = layout_.header.size();
    if (block.first_line != 0) find_rows(block, columns);
    block.ends.resize(block.rows.size() * columns);
    block.facts.resize(cells_.size());
    for (RowBlock::Values& fact : block.facts) {
        fact.values.resize(block.rows.size());
        fact.given.resize(block.rows.size());
        fact.all_given = true;
    }
    bool all_plain = block.unreadable.empty();
    for (std::size_t row = 0; row < block.rows.size(); ++row) {
        if (!block.rows[row].quoted) continue;
        all_plain = false;
        if (block.unreadable.contains(row)) continue;
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
    for (std::size_t k = 0; k < cells_.size(); ++k) {
        RowBlock::Values& fact = block.facts[k];
        unsigned not_given = 0;
        for (std::size_t row = 0; row < block.rows.size(); ++row) {
            if (all_plain || (!block.rows[row].quoted && !block.unreadable.contains(row)))
                cells_[k].read(block.plain_cell(row, layout_.facts[k].column, columns), fact.values[row], fact.given[row]);
            not_given |= fact.given[row] != Given::given ? 1U : 0U;
        }
        for (const auto& [row, why] : block.unreadable) {
            fact.values[row] = 0;
            fact.given[row] = Given::absent;
            not_given = 1;
        }
        fact.all_given = not_given == 0;
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
