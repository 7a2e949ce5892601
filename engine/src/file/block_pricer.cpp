// See block_pricer.hpp.
#include "file/block_pricer.hpp"

#include <algorithm>
#include <cstring>

namespace bandtariff::file {
namespace {

const std::string row_unreadable = "row_unreadable";

/// Appends whole pence as pounds: "11874.00", "-0.50".
void append_money(std::string& out, std::int64_t pence) {
    char digits[24];
    char* at = digits + sizeof digits;
    std::uint64_t rest = pence < 0 ? 0 - static_cast<std::uint64_t>(pence) : static_cast<std::uint64_t>(pence);
    const auto put = [&] {
        *--at = static_cast<char>('0' + rest % 10);
        rest /= 10;
    };
    put();
    put();
    *--at = '.';
    do put();
    while (rest != 0);
    if (pence < 0) *--at = '-';
    out.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}

/// A row that could not be read becomes a single quoted cell, so that the file stays readable after it.
void append_unreadable(std::string& out, std::string_view row, std::size_t columns) {
    out += '"';
    for (const char c : row) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
    out.append(columns - 1, ',');
}

}  // namespace

FileSummary::Count& Tally::of(const std::string& code, OutcomeClass outcome_class, bool at_fault) {
    for (FileSummary::Count& count : counts_)
        if (count.outcome == code) return count;
    FileSummary::Count& count = counts_.emplace_back();
    count.outcome = code;
    count.outcome_class = outcome_class;
    count.at_fault = at_fault;
    return count;
}

void Tally::add(const Tally& later) {
    for (const FileSummary::Count& more : later.counts_) {
        FileSummary::Count& count = of(more.outcome, more.outcome_class, more.at_fault);
        count.rows += more.rows;
        for (const std::uint64_t line : more.first_lines)
            if (count.first_lines.size() < most_first_lines) count.first_lines.push_back(line);
        if (count.first_reason.empty()) count.first_reason = more.first_reason;
    }
}

std::vector<FileSummary::Count> Tally::result() && {
    std::vector<FileSummary::Count> counts(std::make_move_iterator(counts_.begin()), std::make_move_iterator(counts_.end()));
    std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; });
    return counts;
}

Writing::Writing(const Layout& layout_in, const FileOptions& options) : layout(layout_in), lines(options.lines), strict(options.strict) {
    const TariffContents& tariff = *layout.plan.tariff();
    for (const Outcome& outcome : tariff.outcomes) {
        if (of.size() <= outcome.number) of.resize(outcome.number + std::size_t{1});
        of[outcome.number] = static_cast<std::uint16_t>(shown.size());
        Shown& one = shown.emplace_back();
        one.outcome = &outcome;
        one.code = ',' + outcome.code + ',';
        one.reason = ",";
        one.has_money = outcome.outcome_class != OutcomeClass::not_priced;
        one.at_fault = outcome.number >= 200 && outcome.number < 400;
        if (outcome.number != 0) append_cell(one.reason, outcome.say);
    }
    const auto column = std::find(layout.header.begin(), layout.header.end(), options.by);
    if (!options.by.empty() && column != layout.header.end()) by = static_cast<std::size_t>(column - layout.header.begin());
}

BlockPricer::BlockPricer(const Writing& writing)
    : writing_(writing),
      parser_(writing.layout),
      prices_(*writing.layout.plan.tariff(), writing.layout.record, writing.layout.plan.paid_known_on().has_value()) {}

PricedBlock BlockPricer::price(RowBlock& block) {
    PricedBlock priced(writing_, prices_.lines);
    parser_.parse(block);
    const std::size_t rows = block.rows.size(), columns = writing_.layout.header.size();
    writing_.layout.plan.price(parser_.table(block), prices_.quotes(rows));
    for (const auto& [row, why] : block.unreadable) prices_.clear(row);
    counts_.assign(writing_.shown.size() + 1, nullptr);
    priced.text.reserve(block.text.size() + rows * 48);
    std::size_t row = 0;
    for (; row < rows && !priced.stopped; ++row) {
        write(block, row, priced);
        if (!writing_.by) continue;
        const bool readable = !block.unreadable.contains(row);
        const bool money = readable && writing_.shown[writing_.of[prices_.outcome[row]]].has_money;
        if (!readable) priced.sums.add_to_group(row_unreadable, false, 0);
        else if (!block.rows[row].plain) priced.sums.add_to_group(block.cell(row, *writing_.by, columns), money, prices_.total[row]);
        else priced.sums.add_to_group(block.plain_cell(row, *writing_.by, columns), money, prices_.total[row]);
    }
    priced.rows = row;
    priced.sums.add(prices_, row);
    return priced;
}

void BlockPricer::write(const RowBlock& block, std::size_t row, PricedBlock& priced) {
    std::string& out = priced.text;
    const auto unreadable = block.unreadable.empty() ? block.unreadable.end() : block.unreadable.find(row);
    const bool readable = unreadable == block.unreadable.end();
    const std::size_t index = readable ? writing_.of[prices_.outcome[row]] : writing_.shown.size();
    const Writing::Shown* shown = readable ? &writing_.shown[index] : nullptr;
    FileSummary::Count*& count = counts_[index];
    if (count == nullptr)
        count = readable ? &priced.tally.of(shown->outcome->code, shown->outcome->outcome_class, shown->at_fault)
                         : &priced.tally.of(row_unreadable, OutcomeClass::not_priced, true);
    if (count->first_lines.size() < most_first_lines) count->first_lines.push_back(block.rows[row].line);
    ++count->rows;

    if (readable) out += block.row(row);
    else append_unreadable(out, block.row(row), writing_.layout.header.size());
    if (readable) out += shown->code;
    else ((out += ',') += row_unreadable) += ',';
    const bool has_money = readable && shown->has_money;
    if (has_money) append_money(out, prices_.total[row]);
    const auto columns = [&](const std::vector<std::vector<std::int64_t>>& pence) {
        for (const std::vector<std::int64_t>& column : pence) {
            out += ',';
            if (has_money) append_money(out, column[row]);
        }
    };
    if (writing_.lines) columns(prices_.pence);
    columns(prices_.difference);
    const bool own_fault = readable && shown->at_fault;
    if (readable && !own_fault) {
        out += shown->reason;
        if (shown->outcome->number != 0 && count->first_reason.empty()) count->first_reason = shown->outcome->say;
    } else {
        // The record's own faults name the fact and what would be accepted, which only the one-row account knows.
        const std::string reason = readable ? writing_.layout.plan.price(placement_of(writing_.layout, block, row)).say : unreadable->second;
        out += ',';
        append_cell(out, reason);
        if (count->first_reason.empty()) count->first_reason = reason;
    }
    out += '\n';
    priced.stopped = writing_.strict && !has_money;
}

}  // namespace bandtariff::file
