// A CSV file of records to a CSV file of prices by the releases of a series: see series.hpp. Rows are priced one at a time.
#include <algorithm>
#include <fstream>
#include <map>

#include "bandtariff/series.hpp"
#include "file/csv_rows.hpp"

namespace bandtariff {
namespace {

constexpr std::size_t most_first_lines = 5;
constexpr std::size_t flush_at = 1 << 20;

/// Which column states each fact; nothing where something does not match, which is reported.
std::map<std::string, std::size_t> match(const Series& series, const std::vector<std::string>& columns, const std::string& file,
                                         const FileOptions& options, Report& report) {
    const std::vector<std::string> facts = series.facts(options.record);
    std::map<std::string, std::size_t> result;
    const auto has = [](const std::vector<std::string>& words, const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); };
    const auto known_fact = [&](const std::string& name) {
        if (has(facts, name)) return;
        report.error("fact-unknown", {}, "'" + name + "' is no fact that a release of this series reads", nearest_word(name, facts).value_or(""));
    };
    for (const auto& [fact, column] : options.map) known_fact(fact);
    for (const std::string& fact : options.without) known_fact(fact);
    std::string missing;
    for (const std::string& fact : facts) {
        const auto mapped = options.map.find(fact);
        const std::string& column = mapped == options.map.end() ? fact : mapped->second;
        const auto at = std::find(columns.begin(), columns.end(), column);
        if (has(options.without, fact)) continue;
        if (at != columns.end()) result.emplace(fact, static_cast<std::size_t>(at - columns.begin()));
        else missing += (missing.empty() ? "" : ", ") + fact;
    }
    if (!missing.empty())
        report.error("fact-without-column", {}, file + " has no column for what the releases can read: " + missing,
                     "--map FACT=COLUMN where it has another name; --without FACT where no row states it");
    return result;
}

class SeriesFile {
public:
    SeriesFile(const Series& series, const FileOptions& options) : series_(series), options_(options) {
        for (const Tariff& release : series.releases())
            for (const Line& line : release->lines)
                if (std::find(lines_.begin(), lines_.end(), line.name) == lines_.end() &&
                    (options.record.empty() || release->at(line.record).name == options.record))
                    lines_.push_back(line.name);
        sums_.resize(lines_.size());
    }

    const std::vector<std::string>& lines() const { return lines_; }

    /// The row's columns after its own, and the row into the summary.
    void add(std::string& text, const FactTexts& facts, std::uint64_t line, const std::string& group) {
        const SeriesQuote quote = series_.price(facts, options_.record, Series::Account::sums);
        std::string releases;
        for (const Quote& each : quote.quotes) releases += (releases.empty() ? "" : " + ") + each.release;
        text += ',';
        file::append_cell(text, releases);
        const std::uint16_t number = built_in_number(quote.outcome);
        count(text, quote.outcome, quote.outcome_class, number >= 200 && number < 400, line, quote.outcome == "priced" ? "" : quote.say, quote.priced(),
              quote.total);
        if (!options_.by.empty()) add_to_group(group, quote.priced(), quote.total);
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            Money pays;
            for (const Quote& each : quote.quotes)
                if (const QuoteLine* found = each.line(lines_[i])) pays = pays + found->payable;
            if (quote.priced()) sums_[i] = sums_[i] + pays;
            if (options_.lines) text += ',' + (quote.priced() ? to_string(pays) : std::string());
        }
        for (const Quote& each : quote.quotes) {
            if (!quote.priced()) continue;
            for (const auto& [payer, sum] : each.payers) payers_[payer] = payers_[payer] + sum;
            for (const QuoteLine& one : each.lines) {
                if (one.flow != Flow::paid) continue;
                std::string label;
                for (const Element element : one.elements) label += (label.empty() ? "" : "+") + std::string(to_string(element));
                elements_[label] = elements_[label] + one.payable;
            }
        }
        text += ',';
        if (quote.outcome != "priced") file::append_cell(text, quote.say);
        text += '\n';
    }

    void add_unreadable(std::string& text, std::string_view why, std::uint64_t line) {
        text += ',';
        count(text, "row_unreadable", OutcomeClass::not_priced, true, line, std::string(why), false, Money());
        if (!options_.by.empty()) add_to_group("row_unreadable", false, Money());
        text.append((options_.lines ? lines_.size() : 0) + 1, ',');
        file::append_cell(text, why);
        text += '\n';
    }

    FileSummary summary() && {
        for (auto& [name, group] : groups_) summary_.groups.push_back(group);
        for (std::size_t i = 0; i < lines_.size(); ++i) summary_.lines.emplace_back(lines_[i], sums_[i]);
        summary_.payers.assign(payers_.begin(), payers_.end());
        summary_.elements.assign(elements_.begin(), elements_.end());
        std::stable_sort(summary_.outcomes.begin(), summary_.outcomes.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; });
        return std::move(summary_);
    }
    bool stop() { return summary_.stopped = options_.strict && !last_priced_; }

private:
    /// Of a pack's own outcome 0: whose fault a row is, only the built-in ones say.
    static std::uint16_t built_in_number(const std::string& code) {
        for (const Outcome& outcome : built_in_outcomes())
            if (outcome.code == code) return outcome.number;
        return 0;
    }

    void add_to_group(const std::string& name, bool priced, const Money& total) {
        FileSummary::Group& group = groups_[name];
        group.value = name;
        ++group.rows;
        if (priced) ++group.priced, group.total = group.total + total;
    }

    void count(std::string& text, const std::string& code, OutcomeClass outcome_class, bool at_fault, std::uint64_t line, const std::string& why, bool priced,
               const Money& total) {
        auto found = std::find_if(summary_.outcomes.begin(), summary_.outcomes.end(), [&](const FileSummary::Count& each) { return each.outcome == code; });
        if (found == summary_.outcomes.end()) {
            found = summary_.outcomes.insert(found, FileSummary::Count());
            found->outcome = code;
            found->outcome_class = outcome_class;
            found->at_fault = at_fault;
            found->first_reason = why;
        }
        ++found->rows;
        if (found->first_lines.size() < most_first_lines) found->first_lines.push_back(line);
        ++summary_.rows;
        if (priced) summary_.total = summary_.total + total;
        last_priced_ = priced;
        (text += ',') += code;
        text += ',';
        if (priced) text += to_string(total);
    }

    const Series& series_;
    const FileOptions& options_;
    std::vector<std::string> lines_;
    std::vector<Money> sums_;
    std::map<std::string, Money> payers_, elements_;
    std::map<std::string, FileSummary::Group> groups_;
    FileSummary summary_;
    bool last_priced_ = true;
};

std::vector<std::string> texts(const std::vector<file::Cell>& cells) {
    std::vector<std::string> result;
    for (const file::Cell& cell : cells) result.push_back(file::unquoted(cell));
    return result;
}

}  // namespace

Checked<FileSummary> price_file(const Series& series, const std::filesystem::path& input, const std::filesystem::path& output,
                                const FileOptions& options) {
    Report report;
    file::CsvRows rows(input);
    std::vector<file::Cell> cells;
    if (!rows.opened() || !rows.next() || !file::split(rows.text(), cells)) {
        report.error("cannot-read", {}, input.string() + " cannot be read, or has no first row that names its columns");
        return report.sorted();
    }
    const std::vector<std::string> columns = texts(cells);
    const std::map<std::string, std::size_t> states = match(series, columns, input.string(), options, report);
    const auto by = std::find(columns.begin(), columns.end(), options.by);
    if (!options.by.empty() && by == columns.end())
        report.error("column-unknown", {}, input.string() + " has no column '" + options.by + "' to give totals by", nearest_word(options.by, columns).value_or(""));
    std::error_code failed;
    if (std::filesystem::exists(output, failed) && std::filesystem::equivalent(input, output, failed))
        report.error("same-file", {}, "the prices would overwrite their own input " + input.string() + ": they need a file of another name");
    SeriesFile file(series, options);
    std::vector<std::string> added = {"release", "outcome", "total_gbp"};
    if (options.lines) added.insert(added.end(), file.lines().begin(), file.lines().end());
    added.emplace_back("reason");
    for (const std::string& column : added)
        if (std::find(columns.begin(), columns.end(), column) != columns.end())
            report.error("column-clash", {}, input.string() + " has a column '" + column + "', and the prices add one of that name: rename or delete it");
    if (report.has_errors()) return report.sorted();
    std::ofstream out(output, std::ios::binary);
    std::string text(rows.text());
    for (const std::string& column : added) file::append_cell(text += ',', column);
    text += '\n';
    const std::uint64_t bytes = std::filesystem::file_size(input, failed);
    for (bool stopped = false; !stopped && rows.next(); stopped = file.stop()) {
        const bool whole = rows.fault().empty() && file::split(rows.text(), cells) && cells.size() == columns.size();
        if (whole) {
            FactTexts facts;
            for (const auto& [fact, column] : states)
                if (std::string cell = file::unquoted(cells[column]); !cell.empty()) facts.emplace(fact, std::move(cell));
            text += rows.text();
            file.add(text, facts, rows.line(), options.by.empty() ? std::string() : file::unquoted(cells[static_cast<std::size_t>(by - columns.begin())]));
        } else {
            file::append_cell(text, rows.text());
            text.append(columns.size() - 1, ',');
            const std::string why = !rows.fault().empty() ? std::string(rows.fault())
                                                          : std::to_string(cells.size()) + " cells where the header has " + std::to_string(columns.size());
            file.add_unreadable(text, why, rows.line());
        }
        if (text.size() < flush_at) continue;
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        text.clear();
        if (options.progress) options.progress(rows.bytes_read(), bytes);
    }
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    if (!out) {
        report.error("cannot-write", {}, output.string() + " cannot be written: is its folder there, and is the disk not full?");
        return report.sorted();
    }
    if (options.progress) options.progress(bytes, bytes);
    return std::move(file).summary();
}

}  // namespace bandtariff
