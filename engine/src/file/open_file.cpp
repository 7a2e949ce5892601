// A file's first row to a layout, or to everything that does not match: see open_file.hpp.
#include "file/open_file.hpp"

#include <algorithm>

namespace bandtariff::file {
namespace {

std::vector<std::string> fact_names(const TariffContents& tariff) {
    std::vector<std::string> names;
    for (const Fact& fact : tariff.facts) names.push_back(fact.name);
    return names;
}

std::uint32_t characters(std::string_view text) {
    return static_cast<std::uint32_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The first row, with the place of each of its cells, so that an error about a column shows it.
class Header {
public:
    Header(const std::filesystem::path& path, const CsvRows& csv, const std::vector<Cell>& cells) {
        const std::string_view row = csv.text();
        // Only this row is kept of the file: lines before it are blank, and those after it are not looked at.
        file_ = std::make_shared<SourceFile>(SourceFile{path.string(), std::string(csv.line() - 1, '\n') + std::string(row)});
        whole_ = {file_, static_cast<std::uint32_t>(csv.line()), 1, std::max(1U, characters(row))};
        for (const Cell& cell : cells) {
            names_.push_back(unquoted(cell));
            const auto begin = static_cast<std::size_t>(cell.text.data() - row.data());
            columns_.push_back({file_, whole_.line, characters(row.substr(0, begin)) + 1, std::max(1U, characters(cell.text))});
        }
    }
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    [[nodiscard]] const SourceSpan& whole() const { return whole_; }
    [[nodiscard]] const SourceSpan& column(std::size_t index) const { return columns_[index]; }
    [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
        const auto found = std::find(names_.begin(), names_.end(), name);
        return found == names_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - names_.begin()));
    }

private:
    std::shared_ptr<const SourceFile> file_;
    SourceSpan whole_;
    std::vector<std::string> names_;
    std::vector<SourceSpan> columns_;
};

std::optional<RecordId> find_record(const TariffContents& tariff, const std::string& name, Report& report) {
    if (name.empty() && tariff.records.size() == 1) return RecordId(0U);
    if (!name.empty())
        if (const auto record = tariff.record(name)) return record;
    std::vector<std::string> kinds;
    std::string all;
    for (const RecordKind& kind : tariff.records) {
        all += (kinds.empty() ? "" : ", ") + kind.name;
        kinds.push_back(kind.name);
    }
    const auto near = nearest_word(name, kinds);
    report.error("record-unknown", {},
                 (name.empty() ? "this pack prices several kinds of record: say which this file holds"
                               : "'" + name + "' is no kind of record of this pack") +
                     " (" + all + ")",
                 "--record " + near.value_or(kinds.front()));
    return std::nullopt;
}

/// Names in the options that are no fact or no column.
void check_options(const TariffContents& tariff, const FileOptions& options, const Header& header, Report& report) {
    const std::vector<std::string> known = fact_names(tariff);
    const auto check_fact = [&](const std::string& name, const std::string& option, const std::string& rest) {
        if (tariff.fact(name)) return;
        const auto near = nearest_word(name, known);
        report.error("fact-unknown", {}, "'" + name + "' (" + option + ") is no fact of this pack",
                     near ? option + " " + *near + rest : "");
    };
    for (const auto& [fact, column] : options.map) {
        check_fact(fact, "--map", "=" + column);
        if (header.find(column)) continue;
        const auto near = nearest_word(column, header.names());
        report.error("column-unknown", header.whole(), "there is no column '" + column + "' to map " + fact + " to",
                     near ? "--map " + fact + "=" + *near : "");
    }
    for (const std::string& name : options.without) check_fact(name, "--without", "");
    for (const std::string& name : options.also) check_fact(name, "also", "");
}

/// What the pack reads, and what else was asked for.
std::vector<FactId> facts_wanted(const TariffContents& tariff, RecordId record, const FileOptions& options) {
    std::vector<FactId> facts = tariff.facts_read(record);
    for (const std::string& name : options.also)
        if (const auto fact = tariff.fact(name); fact && std::find(facts.begin(), facts.end(), *fact) == facts.end()) facts.push_back(*fact);
    return facts;
}

/// What most often makes a first row unreadable, in words; empty where it can be read.
std::string why_no_header(std::string_view row, const std::vector<Cell>& cells) {
    if (cells.size() != 1) return {};
    if (row.find(';') != std::string_view::npos) return "its columns are separated by ';', and here they are separated by commas";
    if (row.find('\t') != std::string_view::npos)
        return "its columns are separated by tabs, and here they are separated by commas";
    return {};
}

}  // namespace

Checked<OpenedFile> open_file(const Plan& plan, const std::filesystem::path& path, const FileOptions& options) {
    Report report;
    const TariffContents& tariff = *plan.tariff();
    const std::optional<RecordId> record = find_record(tariff, options.record, report);
    if (!record) return report.sorted();
    std::error_code failed;
    const bool folder = std::filesystem::is_directory(path, failed);
    CsvRows csv(path);
    std::vector<Cell> cells;
    const auto refuse = [&](const char* code, const std::string& why) {
        report.error(code, {std::make_shared<SourceFile>(SourceFile{path.string(), {}}), 0, 0, 1}, why);
        return report.sorted();
    };
    if (folder) return refuse("cannot-read", "this is a folder, and records are read from a CSV file");
    if (!csv.opened())
        return refuse("cannot-read",
                      std::filesystem::exists(path, failed) ? "there is no permission to read this" : "there is no such file");
    if (!csv.next()) return refuse("empty-file", "this file holds nothing: its first row names the columns");
    const std::string_view first = csv.text();
    if (first.starts_with("\xFF\xFE") || first.starts_with("\xFE\xFF"))
        return refuse("not-utf-8", "this file is in UTF-16: save it as UTF-8 (spreadsheets call it 'CSV UTF-8')");
    if (!csv.fault().empty() || !split(first, cells))
        return refuse("csv-header", "its first row, which names the columns, cannot be read: a quotation mark is not closed");
    if (const std::string why = why_no_header(first, cells); !why.empty()) return refuse("csv-header", why);

    const Header header(path, csv, cells);
    Layout layout{plan, *record, header.names(), {}, {}, nullptr};
    for (std::size_t i = 0; i < header.names().size(); ++i)
        if (const std::size_t before = *header.find(header.names()[i]); before != i)
            report
                .error("duplicate-column", header.column(i),
                       "two columns are called '" + header.names()[i] + "': rename one of them")
                .notes.push_back({"first named here", header.column(before)});
    check_options(tariff, options, header, report);
    for (const std::string& name : options.without)
        if (const auto fact = tariff.fact(name)) layout.without.push_back(*fact);
    layout.names = options.names;
    const std::vector<FactId> gathered = tariff.facts_gathered(*record);
    for (const FactId fact : facts_wanted(tariff, *record, options)) {
        const std::string& name = tariff.at(fact).name;
        const auto mapped = options.map.find(name);
        const auto column = header.find(mapped == options.map.end() ? name : mapped->second);
        const bool told_without = std::find(layout.without.begin(), layout.without.end(), fact) != layout.without.end();
        if (column && told_without)
            report.error("fact-both", header.column(*column),
                         "the fact '" + name + "' has a column and is also said to be without one (--without)");
        if (column) {
            layout.facts.push_back({fact, *column});
        } else if (std::find(gathered.begin(), gathered.end(), fact) != gathered.end() && mapped == options.map.end()) {
            layout.without.push_back(fact);  // a group that does not state it gathers it
        } else if (!told_without && mapped == options.map.end()) {
            report.error("fact-without-column", header.whole(),
                         "the pack reads the fact '" + name +
                             "' and no column states it: name the column that does, or say that no row states it (--without " +
                             name + ")",
                         "--map " + name + "=" + nearest_word(name, header.names()).value_or("COLUMN"));
        }
    }
    if (report.has_errors()) return report.sorted();
    return OpenedFile{std::move(layout), std::move(csv)};
}

}  // namespace bandtariff::file
