// See block_pricer.hpp.
#include "file/block_pricer.hpp"

#include <algorithm>
#include <cstring>

namespace bandtariff::file {
namespace {

const std::string row_unreadable = "row_unreadable";

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

constexpr std::size_t copy_step = 64;

/// A row as it was written, and up to a step more.
char* write_row(char* to, const RowBlock& block, const RowBlock::Row& row) {
    const char* const from = block.text.data() + row.begin;
    if (block.text.size() - row.begin < row.length + copy_step) return std::copy_n(from, row.length, to);
    for (std::size_t at = 0; at < row.length; at += copy_step) std::memcpy(to + at, from + at, copy_step);
    return to + row.length;
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
        one.code = SteppedText(',' + outcome.code + ',');
        std::string reason = ",";
        if (outcome.number != 0) append_cell(reason, outcome.say);
        one.reason = SteppedText(reason + '\n');
        one.has_money = outcome.outcome_class != OutcomeClass::not_priced;
        one.at_fault = outcome.number >= 200 && outcome.number < 400;
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
    text_.clear();
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
    priced.text = text_.text();
    priced.rows = row;
    priced.sums.add(prices_, row);
    return priced;
}

FileSummary::Count& BlockPricer::count(std::size_t index, std::uint64_t line, PricedBlock& priced) {
    FileSummary::Count*& count = counts_[index];
    if (count == nullptr) {
        const Writing::Shown* shown = index < writing_.shown.size() ? &writing_.shown[index] : nullptr;
        count = shown != nullptr ? &priced.tally.of(shown->outcome->code, shown->outcome->outcome_class, shown->at_fault)
                                 : &priced.tally.of(row_unreadable, OutcomeClass::not_priced, true);
        if (shown != nullptr && !shown->at_fault && shown->outcome->number != 0) count->first_reason = shown->outcome->say;
    }
    if (++count->rows <= most_first_lines) count->first_lines.push_back(line);
    return *count;
}

void BlockPricer::write(const RowBlock& block, std::size_t row, PricedBlock& priced) {
    const RowBlock::Row& place = block.rows[row];
    if (!place.plain && block.unreadable.contains(row)) return write_unreadable(block, row, priced);
    const Writing::Shown& shown = writing_.shown[writing_.of[prices_.outcome[row]]];
    FileSummary::Count& count = this->count(writing_.of[prices_.outcome[row]], place.line, priced);
    priced.stopped = writing_.strict && !shown.has_money;

    const std::size_t amounts = 1 + (writing_.lines ? prices_.pence.size() : 0) + prices_.difference.size();
    char* to = text_.room(place.length + copy_step + shown.code.size() + amounts * money_room + shown.reason.size() + 2 * SteppedText::step);
    to = write_row(to, block, place);
    to = shown.code.write(to);
    if (shown.has_money) to = write_money(to, prices_.total[row]);
    const auto columns = [&](const std::vector<std::vector<std::int64_t>>& pence) {
        for (const std::vector<std::int64_t>& column : pence) {
            *to++ = ',';
            if (shown.has_money) to = write_money(to, column[row]);
        }
    };
    if (writing_.lines) columns(prices_.pence);
    columns(prices_.difference);
    if (!shown.at_fault) return text_.wrote(shown.reason.write(to));
    text_.wrote(to);
    // The record's own faults name the fact and what would be accepted, which only the one-row account knows.
    write_reason(writing_.layout.plan.price(placement_of(writing_.layout, block, row)).say, count);
}

void BlockPricer::write_unreadable(const RowBlock& block, std::size_t row, PricedBlock& priced) {
    FileSummary::Count& count = this->count(writing_.shown.size(), block.rows[row].line, priced);
    std::string text;
    append_unreadable(text, block.row(row), writing_.layout.header.size());
    ((text += ',') += row_unreadable) += ',';
    text.append((writing_.lines ? prices_.pence.size() : 0) + prices_.difference.size(), ',');
    text_.append(text);
    write_reason(block.unreadable.at(row), count);
    priced.stopped = writing_.strict;
}

void BlockPricer::write_reason(const std::string& reason, FileSummary::Count& count) {
    std::string text = ",";
    append_cell(text, reason);
    text_.append(text += '\n');
    if (count.first_reason.empty()) count.first_reason = reason;
}

}  // namespace bandtariff::file
