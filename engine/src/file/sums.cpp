// See sums.hpp.
#include "file/sums.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace bandtariff::file {

namespace {

/// The elements that a paid line is for, as one label: "1+2". What is only shown is no cost.
std::string label(const Line& line) {
    std::string text;
    if (line.flow != Flow::paid || line.share_out) return text;  // what is shared out is paid with the rows that get it
    for (const Element element : line.elements) text += (text.empty() ? "" : "+") + std::string(to_string(element));
    return text;
}

Money money(Pence pence) {
    if (pence > std::numeric_limits<std::int64_t>::max() || pence < std::numeric_limits<std::int64_t>::min())
        throw std::overflow_error("the sum of a file is past 64 bits of pence");
    return Money::from_pence(static_cast<std::int64_t>(pence));
}

/// Halves of 32 bits are added up by themselves, which compilers do several at once: neither sum can be past 64 bits.
Pence sum_of(const std::vector<std::int64_t>& pence, std::size_t rows) {
    std::uint64_t low = 0;
    std::int64_t high = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        low += static_cast<std::uint32_t>(pence[row]);
        high += pence[row] >> 32;
    }
    return static_cast<Pence>(high) * (Pence{1} << 32) + static_cast<Pence>(low);
}

bool all_one(const std::vector<std::uint16_t>& payer, std::size_t rows) {
    unsigned unlike = 0;
    for (std::size_t row = 0; row < rows; ++row) unlike |= static_cast<unsigned>(payer[row] ^ payer[0]);
    return unlike == 0;
}

}  // namespace

BlockPrices::BlockPrices(const TariffContents& tariff, RecordId record, bool differences) {
    for (std::size_t i = 0; i < tariff.lines.size(); ++i)
        if (tariff.lines[i].record == record) lines.emplace_back(i);
    pence.resize(lines.size());
    payer.resize(lines.size());
    if (differences) difference.resize(lines.size());
    for (const LineId line : lines) slices.emplace_back(tariff.at(line).payers.size());
}

QuoteTable BlockPrices::quotes(std::size_t rows) {
    const auto first = [&](auto& column) {
        if (column.size() < rows) column.resize(rows);
        return std::span(column).first(rows);
    };
    QuoteTable table{first(total), first(outcome), {}};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        table.lines.push_back({lines[i], first(pence[i]), {}, first(payer[i]), {}, {}});
        for (auto& slice : slices[i]) table.lines.back().slices.push_back(first(slice));
        if (!difference.empty()) table.lines.back().difference = first(difference[i]);
    }
    return table;
}

void BlockPrices::clear(std::size_t row) {
    total[row] = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        pence[i][row] = 0;
        for (auto& slice : slices[i]) slice[row] = 0;
    }
}

Sums::Sums(const TariffContents& tariff, const std::vector<LineId>& lines)
    : tariff_(tariff), lines_(lines), line_sums_(lines.size()), payer_sums_(tariff.at(tariff.party).codes.size() + 1) {}

void Sums::add(const BlockPrices& prices, std::size_t rows) {
    sum_ += sum_of(prices.total, rows);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        line_sums_[i] += sum_of(prices.pence[i], rows);
        const Line& line = tariff_.at(lines_[i]);
        if (label(line).empty()) continue;
        for (std::size_t k = 0; k < line.payers.size(); ++k) payer_sums_[line.payers[k].party.index] += sum_of(prices.slices[i][k], rows);
        if (!line.payers.empty()) continue;
        const auto sum_paid_by = [&](std::uint16_t payer) -> Pence& { return payer_sums_[std::min<std::size_t>(payer, payer_sums_.size() - 1)]; };
        if (rows != 0 && all_one(prices.payer[i], rows)) {
            sum_paid_by(prices.payer[i][0]) += sum_of(prices.pence[i], rows);
            continue;
        }
        for (std::size_t row = 0; row < rows; ++row) sum_paid_by(prices.payer[i][row]) += prices.pence[i][row];
    }
}

void Sums::add_to_group(std::string_view group, bool priced, std::int64_t total) {
    const std::uint32_t index = group_texts_.find_or_add(group);
    if (index == groups_.size()) groups_.emplace_back();
    Group& into = groups_[index];
    ++into.rows;
    if (!priced) return;
    ++into.priced;
    into.total += total;
}

void Sums::add(const Sums& other) {
    const auto each = [](std::vector<Pence>& to, const std::vector<Pence>& from) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
    };
    sum_ += other.sum_;
    each(line_sums_, other.line_sums_);
    each(payer_sums_, other.payer_sums_);
    for (std::uint32_t k = 0; k < other.groups_.size(); ++k) {
        const std::uint32_t index = group_texts_.find_or_add(other.group_texts_.text(k));
        if (index == groups_.size()) groups_.emplace_back();
        groups_[index].rows += other.groups_[k].rows;
        groups_[index].priced += other.groups_[k].priced;
        groups_[index].total += other.groups_[k].total;
    }
}

void Sums::into(FileSummary& summary) const {
    summary.total = money(sum_);
    std::map<std::string, Pence> elements;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const Line& line = tariff_.at(lines_[i]);
        summary.lines.emplace_back(line.name, money(line_sums_[i]));
        if (const std::string element = label(line); !element.empty()) elements[element] += line_sums_[i];
    }
    // A line of no element says why nobody is paid; only where it has money is it a cost.
    if (const auto none = elements.find("none"); none != elements.end() && none->second == 0) elements.erase(none);
    for (const auto& [element, sum] : elements) summary.elements.emplace_back(element, money(sum));
    for (std::size_t party = 0; party < payer_sums_.size(); ++party) {
        if (payer_sums_[party] == 0) continue;
        const bool several = party + 1 == payer_sums_.size();
        summary.payers.emplace_back(several ? "changes within the days" : tariff_.text_of(tariff_.party, CodeId(party)), money(payer_sums_[party]));
    }
    std::map<std::string, const Group*> groups;
    for (std::uint32_t k = 0; k < groups_.size(); ++k) groups.emplace(group_texts_.text(k), &groups_[k]);
    for (const auto& [value, group] : groups) summary.groups.push_back({value, group->rows, group->priced, money(group->total)});
}

}  // namespace bandtariff::file
