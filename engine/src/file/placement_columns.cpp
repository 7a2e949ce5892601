// A whole placement file to columns in memory: see placement_file.hpp. Entry point: PlacementColumns::read.
#include <algorithm>
#include <numeric>

#include "bandtariff/placement_file.hpp"
#include "file/open_file.hpp"
#include "file/text_table.hpp"

namespace bandtariff {

Checked<PlacementColumns> PlacementColumns::read(const Plan& plan, const std::filesystem::path& path, const FileOptions& options) {
    Checked<file::OpenedFile> opened_file = file::open_file(plan, path, options);
    if (!opened_file.ok()) return opened_file.diagnostics();
    file::OpenedFile opened = std::move(opened_file).value();
    const file::Layout& layout = opened.layout;
    const auto by = std::find(layout.header.begin(), layout.header.end(), options.by);
    const auto by_column = static_cast<std::size_t>(by - layout.header.begin());
    const bool grouped = !options.by.empty();
    if (grouped && by == layout.header.end()) {
        Report report;
        report.error("column-unknown", {}, path.string() + " has no column '" + options.by + "' to give totals by",
                     nearest_word(options.by, layout.header).value_or(""));
        return report.sorted();
    }
    PlacementColumns result(plan.tariff());
    result.record_ = layout.record;
    result.without_ = layout.without;
    for (const file::Layout::FactColumn& column : layout.facts) result.columns_.push_back({column.fact, {}, {}});

    file::RowSource source(std::move(opened.csv));
    file::BlockParser parser(layout);
    file::RowBlock block;
    file::TextTable texts;
    while (source.next(block)) {
        parser.parse(block);
        if (block.unreadable.empty() && !grouped) {
            for (std::size_t k = 0; k < layout.facts.size(); ++k) {
                const file::RowBlock::Values& fact = block.facts[k];
                result.columns_[k].values.insert(result.columns_[k].values.end(), fact.values.begin(), fact.values.end());
                result.columns_[k].given.insert(result.columns_[k].given.end(), fact.given.begin(), fact.given.end());
            }
            result.rows_ += block.rows.size();
            continue;
        }
        for (std::size_t row = 0; row < block.rows.size(); ++row) {
            if (const auto why = block.unreadable.find(row); why != block.unreadable.end()) {
                if (result.rows_unreadable_++ == 0) result.first_unreadable_ = "line " + std::to_string(block.rows[row].line) + ": " + why->second;
                continue;
            }
            for (std::size_t k = 0; k < layout.facts.size(); ++k) {
                result.columns_[k].values.push_back(block.facts[k].values[row]);
                result.columns_[k].given.push_back(block.facts[k].given[row]);
            }
            if (grouped) result.group_.push_back(texts.find_or_add(block.cell(row, by_column, layout.header.size())));
            ++result.rows_;
        }
    }
    std::vector<std::uint32_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return texts.text(a) < texts.text(b); });
    std::vector<std::uint32_t> place(texts.size());
    for (std::uint32_t k = 0; k < order.size(); ++k) {
        place[order[k]] = k;
        result.group_texts_.push_back(texts.text(order[k]));
    }
    for (std::uint32_t& group : result.group_) group = place[group];
    return result;
}

PlacementTable PlacementColumns::table() const {
    PlacementTable table(tariff_, record_, rows_);
    for (const FactColumn& column : columns_) table.set(column.fact, std::span<const std::int64_t>(column.values), column.given.data());
    for (const FactId fact : without_) table.without(fact);
    return table;
}

}  // namespace bandtariff
