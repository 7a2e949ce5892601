// A CSV file of records to a CSV file of prices: see placement_file.hpp.
#include <algorithm>
#include <fstream>

#include "bandtariff/placement_file.hpp"
#include "file/csv_rows.hpp"
#include "file/sums.hpp"

namespace bandtariff {

namespace {

constexpr std::size_t most_first_lines = 5;

/// The outcomes met so far, with their counts.
class Tally {
public:
    /// The count of an outcome, made where it is met for the first time.
    FileSummary::Count& of(const std::string& code, OutcomeClass outcome_class, bool at_fault) {
        for (FileSummary::Count& count : counts_)
            if (count.outcome == code) return count;
        FileSummary::Count& count = counts_.emplace_back();
        count.outcome = code;
        count.outcome_class = outcome_class;
        count.at_fault = at_fault;
        return count;
    }
    std::vector<FileSummary::Count> result() && {
        std::stable_sort(counts_.begin(), counts_.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; });
        return std::move(counts_);
    }

private:
    std::vector<FileSummary::Count> counts_;
};

const std::string row_unreadable = "row_unreadable";

std::string joined(const std::vector<std::string>& columns) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) text += ',';
        file::append_cell(text, columns[i]);
    }
    return text;
}

/// The row as it was. One that could not be read becomes a single quoted cell, so that the file stays readable after it.
void append_row(std::string& out, const PlacementReader& reader, std::size_t row) {
    if (reader.unreadable(row).empty()) {
        out += reader.text(row);
        return;
    }
    out += '"';
    for (const char c : reader.text(row)) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
    out.append(reader.columns().size() - 1, ',');
}

}  // namespace

std::uint64_t FileSummary::rows_at_fault() const {
    std::uint64_t at_fault = 0;
    for (const Count& count : outcomes)
        if (count.at_fault) at_fault += count.rows;
    return at_fault;
}

std::uint64_t FileSummary::rows_not_priced() const {
    std::uint64_t not_priced = 0;
    for (const Count& count : outcomes)
        if (count.outcome_class == OutcomeClass::not_priced) not_priced += count.rows;
    return not_priced;
}

Checked<FileSummary> price_file(const Plan& plan, const std::filesystem::path& input, const std::filesystem::path& output,
                                const FileOptions& options) {
    Checked<PlacementReader> opened = PlacementReader::open(plan, input, options);
    if (!opened.ok()) return opened.diagnostics();
    PlacementReader reader = std::move(opened).value();
    Report report;
    std::error_code failed;
    if (std::filesystem::exists(output, failed) && std::filesystem::equivalent(input, output, failed)) {
        report.error("same-file", {},
                     "the prices would overwrite their own input " + input.string() + ": they need a file of another name");
        return report.sorted();
    }
    const TariffContents& tariff = *plan.tariff();
    const RecordId record = options.record.empty() ? RecordId(0) : *tariff.record(options.record);

    file::Sums sums(tariff, record, plan.paid_known_on().has_value());
    std::vector<std::string> added = {"outcome", "total_gbp"};
    if (options.lines)
        for (const LineId line : sums.lines()) added.push_back(tariff.at(line).name);
    if (sums.has_differences())
        for (const LineId line : sums.lines()) added.push_back(tariff.at(line).name + "_difference");
    added.emplace_back("reason");
    for (const std::string& column : added)
        if (std::find(reader.columns().begin(), reader.columns().end(), column) != reader.columns().end())
            report.error(
                "column-clash", {},
                input.string() + " has a column '" + column + "', and the prices add one of that name: rename or delete it");
    const auto by = std::find(reader.columns().begin(), reader.columns().end(), options.by);
    const auto by_column = static_cast<std::size_t>(by - reader.columns().begin());
    const bool grouped = !options.by.empty();
    if (grouped && by == reader.columns().end()) {
        const auto near = nearest_word(options.by, reader.columns());
        report.error("column-unknown", {}, input.string() + " has no column '" + options.by + "' to give totals by", near.value_or(""));
    }
    if (report.has_errors()) return report.sorted();

    std::ofstream out(output, std::ios::binary);
    if (!out) {
        report.error("cannot-write", {}, output.string() + " cannot be written: is its folder there, and may it be written to?");
        return report.sorted();
    }
    const std::uint64_t bytes_in_all = std::filesystem::file_size(input, failed);
    std::string text = joined(reader.columns()) + ',' + joined(added) + '\n';

    FileSummary summary;
    Tally tally;
    while (!summary.stopped && reader.next()) {
        plan.price(reader.table(), sums.quotes(reader.rows()));
        for (std::size_t row = 0; row < reader.rows() && !summary.stopped; ++row) {
            ++summary.rows;
            const bool unreadable = !reader.unreadable(row).empty();
            const Outcome& outcome = *tariff.outcome_numbered(sums.outcome(row));
            const std::string& code = unreadable ? row_unreadable : outcome.code;
            const OutcomeClass outcome_class = unreadable ? OutcomeClass::not_priced : outcome.outcome_class;
            // 200s and 300s are the record's own faults: its facts, its days.
            const bool at_fault = unreadable || (outcome.number >= 200 && outcome.number < 400);
            FileSummary::Count& count = tally.of(code, outcome_class, at_fault);
            if (count.first_lines.size() < most_first_lines) count.first_lines.push_back(reader.line(row));
            ++count.rows;
            const bool has_money = outcome_class != OutcomeClass::not_priced;
            append_row(text, reader, row);
            (text += ',') += code;
            text += ',';
            if (has_money) {
                sums.add(row);
                text += to_string(sums.total(row));
            }
            if (grouped) sums.add_to_group(unreadable ? row_unreadable : reader.cell(row, by_column), has_money, sums.total(row));
            for (std::size_t i = 0; options.lines && i < sums.lines().size(); ++i) {
                text += ',';
                if (has_money) text += to_string(sums.pays(i, row));
            }
            for (std::size_t i = 0; sums.has_differences() && i < sums.lines().size(); ++i) {
                text += ',';
                if (has_money) text += to_string(sums.difference(i, row));
            }
            text += ',';
            if (outcome.number != 0 || unreadable) {
                // The record's own faults name the fact and what would be accepted, which only the one-row account knows.
                const std::string reason = unreadable ? reader.unreadable(row)
                                           : at_fault ? plan.price(reader.placement(row)).say
                                                      : outcome.say;
                file::append_cell(text, reason);
                if (count.first_reason.empty()) count.first_reason = reason;
            }
            text += '\n';
            summary.stopped = options.strict && !has_money;
        }
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        text.clear();
        if (options.progress) options.progress(reader.bytes_read(), bytes_in_all);
    }
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    if (!out) {
        report.error("cannot-write", {}, "writing to " + output.string() + " failed: is the disk full?");
        return report.sorted();
    }
    std::move(sums).into(summary);
    summary.outcomes = std::move(tally).result();
    return summary;
}

}  // namespace bandtariff
