// See sums.hpp.
#include "file/sums.hpp"

#include <algorithm>

namespace bandtariff::file {

namespace {

/// The elements that a paid line is for, as one label: "1+2". What is only shown is no cost.
std::string label(const Line& line) {
    std::string text;
    if (line.flow != Flow::paid || line.share_out) return text;  // what is shared out is paid with the rows that get it
    for (const Element element : line.elements) text += (text.empty() ? "" : "+") + std::string(to_string(element));
    return text;
}

}  // namespace

Sums::Sums(const TariffContents& tariff, RecordId record, bool differences)
    : tariff_(tariff), total_(PlacementReader::block_rows), outcome_(PlacementReader::block_rows) {
    for (std::size_t i = 0; i < tariff.lines.size(); ++i) {
        if (tariff.lines[i].record != record) continue;
        lines_.emplace_back(i);
        elements_of_.push_back(label(tariff.lines[i]));
    }
    pence_.assign(lines_.size(), std::vector<std::int64_t>(PlacementReader::block_rows));
    if (differences) difference_ = pence_;
    payer_.assign(lines_.size(), std::vector<std::uint16_t>(PlacementReader::block_rows));
    slices_.resize(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i)
        slices_[i].assign(tariff.at(lines_[i]).payers.size(), std::vector<std::int64_t>(PlacementReader::block_rows));
    line_sums_.resize(lines_.size());
    payer_sums_.resize(tariff.at(tariff.party).codes.size() + 1);
}

QuoteTable Sums::quotes(std::size_t rows) {
    QuoteTable table{std::span(total_).first(rows), std::span(outcome_).first(rows), {}};
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        table.lines.push_back({lines_[i], std::span(pence_[i]).first(rows), {}, std::span(payer_[i]).first(rows), {}, {}});
        for (std::vector<std::int64_t>& slice : slices_[i]) table.lines.back().slices.push_back(std::span(slice).first(rows));
        if (has_differences()) table.lines.back().difference = std::span(difference_[i]).first(rows);
    }
    return table;
}

void Sums::add(std::size_t row) {
    sum_ = sum_ + total(row);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (pence_[i][row] == 0) continue;
        line_sums_[i] = line_sums_[i] + pays(i, row);
        if (elements_of_[i].empty()) continue;
        const std::vector<Slice>& slices = tariff_.at(lines_[i]).payers;
        for (std::size_t k = 0; k < slices.size(); ++k)
            payer_sums_[slices[k].party.index] = payer_sums_[slices[k].party.index] + Money::from_pence(slices_[i][k][row]);
        if (!slices.empty()) continue;
        const std::size_t party = std::min<std::size_t>(payer_[i][row], payer_sums_.size() - 1);
        payer_sums_[party] = payer_sums_[party] + pays(i, row);
    }
}

void Sums::add_to_group(std::string group, bool priced, Money total) {
    FileSummary::Group& into = groups_[std::move(group)];
    ++into.rows;
    if (!priced) return;
    ++into.priced;
    into.total = into.total + total;
}

void Sums::into(FileSummary& summary) && {
    summary.total = sum_;
    std::map<std::string, Money> elements;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        summary.lines.emplace_back(tariff_.at(lines_[i]).name, line_sums_[i]);
        if (!elements_of_[i].empty()) elements[elements_of_[i]] = elements[elements_of_[i]] + line_sums_[i];
    }
    // A line of no element says why nobody is paid; only where it has money is it a cost.
    if (const auto none = elements.find("none"); none != elements.end() && none->second == Money()) elements.erase(none);
    summary.elements.assign(elements.begin(), elements.end());
    for (std::size_t party = 0; party < payer_sums_.size(); ++party) {
        if (payer_sums_[party] == Money()) continue;
        const bool several = party + 1 == payer_sums_.size();
        summary.payers.emplace_back(several ? "changes within the days" : tariff_.text_of(tariff_.party, CodeId(party)), payer_sums_[party]);
    }
    for (auto& [value, group] : groups_) {
        group.value = value;
        summary.groups.push_back(std::move(group));
    }
}

}  // namespace bandtariff::file
