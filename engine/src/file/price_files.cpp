// Files of several kinds of record to files of prices, groups among them: see placement_file.hpp. Rows are streamed twice, first
// into their groups, then out with what those share out; groups are kept. Entry point: price_files.
#include <algorithm>
#include <fstream>

#include "bandtariff/placement_file.hpp"
#include "file/csv_rows.hpp"

namespace bandtariff {
namespace {

constexpr std::size_t most_first_lines = 5;
const std::string row_unreadable = "row_unreadable";

/// The sums of one kind of record.
class Tally {
public:
    Tally(const TariffContents& tariff, std::vector<LineId> lines)
        : tariff_(tariff), lines_(std::move(lines)), line_sums_(lines_.size()), payer_sums_(tariff.party.valid() ? tariff.at(tariff.party).codes.size() + 1 : 1) {}

    void count(const std::string& code, OutcomeClass outcome_class, bool at_fault, std::uint64_t line, const std::string& reason) {
        ++summary_.rows;
        auto found = std::find_if(summary_.outcomes.begin(), summary_.outcomes.end(), [&](const auto& each) { return each.outcome == code; });
        if (found == summary_.outcomes.end()) {
            summary_.outcomes.push_back({code, outcome_class, at_fault, 0, {}, reason});
            found = std::prev(summary_.outcomes.end());
        }
        if (line > 0 && found->first_lines.size() < most_first_lines)  // a group that its rows made has no line
             found->first_lines.push_back(line);
        ++found->rows;
    }
    void total(Money money) { summary_.total = summary_.total + money; }
    /// What a line pays on one record; `in_total` where it is in the record's own.
    void pays(std::size_t line, Money money, bool in_total, std::uint16_t payer) {
        line_sums_[line] = line_sums_[line] + money;
        if (!in_total) return;
        std::string elements;
        for (const Element element : tariff_.at(lines_[line]).elements) elements += (elements.empty() ? "" : "+") + std::string(to_string(element));
        const auto found = std::find_if(summary_.elements.begin(), summary_.elements.end(), [&](const auto& each) { return each.first == elements; });
        if (found != summary_.elements.end()) found->second = found->second + money;
        else summary_.elements.emplace_back(elements, money);
        if (payer == QuoteTable::no_payer) return;
        Money& sum = payer_sums_[std::min<std::size_t>(payer, payer_sums_.size() - 1)];
        sum = sum + money;
    }
    FileSummary result() && {
        for (std::size_t i = 0; i < lines_.size(); ++i) summary_.lines.emplace_back(tariff_.at(lines_[i]).name, line_sums_[i]);
        for (std::size_t i = 0; i < payer_sums_.size(); ++i)
            if (payer_sums_[i] != Money()) summary_.payers.emplace_back(i + 1 < payer_sums_.size() ? tariff_.at(tariff_.party).codes[i].code : "several payers", payer_sums_[i]);
        std::stable_sort(summary_.outcomes.begin(), summary_.outcomes.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; });
        return std::move(summary_);
    }

private:
    const TariffContents& tariff_;
    std::vector<LineId> lines_;
    std::vector<Money> line_sums_;
    std::vector<Money> payer_sums_;
    FileSummary summary_;
};

void append_joined(std::string& out, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += ',';
        file::append_cell(out, cells[i]);
    }
}

/// 200s and 300s are the record's own faults: its facts, its days.
bool at_fault(const Outcome& outcome) { return outcome.number >= 200 && outcome.number < 400; }

class Files {
public:
    Files(const Plan& plan, const std::vector<FileOfKind>& files, const std::filesystem::path& folder, const FileOptions& options)
        : plan_(plan), tariff_(*plan.tariff()), files_(files), folder_(folder), options_(options), pricing_(plan) {}

    Checked<std::vector<SummaryOfKind>> price() {
        if (!find_kinds()) return report_.sorted();
        for (const FileOfKind& file : files_)
            if (tariff_.at(*tariff_.record(file.record)).group) state(file);
        for (const FileOfKind& file : files_)
            if (!tariff_.at(*tariff_.record(file.record)).group) gather(file);
        if (report_.has_errors()) return report_.sorted();
        pricing_.price_groups();
        std::vector<SummaryOfKind> result;
        for (const FileOfKind& file : files_)
            if (!tariff_.at(*tariff_.record(file.record)).group) result.push_back(write_rows(file));
        for (std::size_t i = 0; i < tariff_.records.size(); ++i)
            if (tariff_.records[i].group && (listed(RecordId(i)) || !pricing_.groups(RecordId(i)).empty())) result.push_back(write_groups(RecordId(i)));
        if (report_.has_errors()) return report_.sorted();
        return result;
    }

private:
    const FileOfKind* listed(RecordId kind) const {
        for (const FileOfKind& file : files_)
            if (file.record == tariff_.at(kind).name) return &file;
        return nullptr;
    }

    bool find_kinds() {
        std::vector<std::string> kinds;
        for (const RecordKind& kind : tariff_.records) kinds.push_back(kind.name);
        std::error_code failed;
        for (std::size_t i = 0; i < files_.size(); ++i) {
            const FileOfKind& file = files_[i];
            if (!tariff_.record(file.record)) {
                const auto near = nearest_word(file.record, kinds);
                report_.error("record-unknown", {}, "'" + file.record + "' is no kind of record of this pack", near ? *near + "=" + file.path.string() : "");
            }
            for (std::size_t k = 0; k < i; ++k)
                if (files_[k].record == file.record) report_.error("file-twice", {}, "two files of kind '" + file.record + "' are given: put their rows into one");
            const std::filesystem::path output = folder_ / (file.record + ".csv");
            if (std::filesystem::exists(output, failed) && std::filesystem::equivalent(file.path, output, failed))
                report_.error("same-file", {}, "the prices would overwrite their own input " + file.path.string() + ": they need another folder");
        }
        std::filesystem::create_directories(folder_, failed);
        if (!std::filesystem::is_directory(folder_, failed))
            report_.error("cannot-write", {}, folder_.string() + " cannot be made: is a folder's name spelt right, and may it be written to?");
        return !report_.has_errors();
    }

    std::optional<PlacementReader> open(const FileOfKind& file) {
        FileOptions own = options_;
        own.record = file.record;
        own.names = &pricing_.names();
        const std::vector<FactId> read = tariff_.facts_read(*tariff_.record(file.record));
        const auto of_others = [&](const std::string& name) {
            const auto fact = tariff_.fact(name);
            return fact && std::find(read.begin(), read.end(), *fact) == read.end();
        };
        std::erase_if(own.map, [&](const auto& pair) { return of_others(pair.first); });
        std::erase_if(own.without, of_others);
        Checked<PlacementReader> opened = PlacementReader::open(plan_, file.path, own);
        if (opened.ok()) return std::move(opened).value();
        for (const Diagnostic& diagnostic : opened.diagnostics()) report_.add(diagnostic);
        return std::nullopt;
    }

    /// Which column has the ids of a kind; nullopt where it has none and needs none.
    std::optional<std::size_t> id_column(const FileOfKind& file, const PlacementReader& reader) {
        const RecordId kind = *tariff_.record(file.record);
        const bool needs = pricing_.lines(kind).size() > own_lines(kind);
        if (options_.id.empty() && !needs) return std::nullopt;
        const std::string name = options_.id.empty() ? "id" : options_.id;
        const auto found = std::find(reader.columns().begin(), reader.columns().end(), name);
        if (found != reader.columns().end()) return static_cast<std::size_t>(found - reader.columns().begin());
        if (needs)
            report_.error("column-unknown", {}, file.path.string() + " has no column '" + name + "', and money is shared out to its rows by their ids: say which column names them (--id)",
                          nearest_word(name, reader.columns()).value_or(""));
        return std::nullopt;
    }

    std::size_t own_lines(RecordId kind) const {
        return static_cast<std::size_t>(std::count_if(tariff_.lines.begin(), tariff_.lines.end(), [&](const Line& line) { return line.record == kind; }));
    }

    void state(const FileOfKind& file) {
        auto reader = open(file);
        if (!reader) return;
        const RecordId kind = *tariff_.record(file.record);
        headers_[kind.index] = reader->columns();
        while (reader->next())
            for (std::size_t row = 0; row < reader->rows(); ++row) {
                if (!reader->unreadable(row).empty()) {
                    report_.error("row-unreadable", {}, file.path.string() + ", line " + std::to_string(reader->line(row)) + ": " + reader->unreadable(row));
                    continue;
                }
                pricing_.state(reader->placement(row));
                rows_[kind.index].emplace_back(reader->text(row));
                numbers_[kind.index].push_back(reader->line(row));
            }
    }

    void gather(const FileOfKind& file) {
        auto reader = open(file);
        const auto ids_at = reader ? id_column(file, *reader) : std::nullopt;
        if (report_.has_errors()) return;
        std::vector<std::string> ids;
        bool any = false;
        while (reader->next()) {
            any = true;
            ids.clear();
            for (std::size_t row = 0; ids_at && row < reader->rows(); ++row) ids.push_back(reader->cell(row, *ids_at));
            pricing_.gather(reader->table(), ids);
        }
        if (!any) pricing_.gather(reader->table(), {});
    }

    std::vector<std::string> added(const std::vector<LineId>& lines) const {
        std::vector<std::string> columns = {"outcome", "total_gbp"};
        if (options_.lines)
            for (const LineId line : lines) columns.push_back(tariff_.at(line).name);
        columns.emplace_back("reason");
        return columns;
    }

    void check_clash(const std::vector<std::string>& columns, const std::vector<std::string>& more, const std::string& where) {
        for (const std::string& column : more)
            if (std::find(columns.begin(), columns.end(), column) != columns.end())
                report_.error("column-clash", {}, where + " has a column '" + column + "', and the prices add one of that name: rename or delete it");
    }

    void write(std::ofstream& out, const std::filesystem::path& path, std::string& text) {
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        text.clear();
        if (!out) report_.error("cannot-write", {}, "writing to " + path.string() + " failed: may it be written to, and is the disk full?");
    }

    SummaryOfKind write_rows(const FileOfKind& file) {
        SummaryOfKind result{file.record, folder_ / (file.record + ".csv"), {}};
        auto reader = open(file);
        if (!reader) return result;
        const RecordId kind = *tariff_.record(file.record);
        const std::vector<LineId> lines = pricing_.lines(kind);
        check_clash(reader->columns(), added(lines), file.path.string());
        if (report_.has_errors()) return result;
        std::ofstream out(result.output, std::ios::binary);
        std::string text;
        append_joined(text, reader->columns());
        text += ',';
        append_joined(text, added(lines));
        text += '\n';
        Tally tally(tariff_, lines);
        std::vector<std::int64_t> total;
        std::vector<std::uint16_t> outcome;
        std::vector<std::vector<std::int64_t>> pence(lines.size());
        std::vector<std::vector<std::uint16_t>> payer(lines.size());
        while (reader->next()) {
            const std::size_t rows = reader->rows();
            total.assign(rows, 0);
            outcome.assign(rows, 0);
            QuoteTable quotes{total, outcome, {}};
            for (std::size_t i = 0; i < lines.size(); ++i) {
                pence[i].assign(rows, 0);
                payer[i].assign(rows, QuoteTable::no_payer);
                quotes.lines.push_back({lines[i], pence[i], {}, payer[i], {}});
            }
            pricing_.price(reader->table(), quotes);
            for (std::size_t row = 0; row < rows; ++row) {
                const bool unreadable = !reader->unreadable(row).empty();
                const Outcome& own = *tariff_.outcome_numbered(outcome[row]);
                const bool money = !unreadable && own.outcome_class != OutcomeClass::not_priced;
                std::string reason = unreadable ? reader->unreadable(row) : own.number == 0 ? "" : own.say;
                if (!unreadable && at_fault(own))
                    reason = why_at_fault(reader->placement(row), own);
                tally.count(unreadable ? row_unreadable : own.code, money ? own.outcome_class : OutcomeClass::not_priced, unreadable || at_fault(own), reader->line(row), reason);
                if (unreadable) {
                    file::append_cell(text, reader->text(row));
                    text.append(reader->columns().size() - 1, ',');
                } else text += reader->text(row);
                (text += ',') += unreadable ? row_unreadable : own.code;
                text += ',';
                if (money) {
                    tally.total(Money::from_pence(total[row]));
                    text += to_string(Money::from_pence(total[row]));
                }
                for (std::size_t i = 0; i < lines.size(); ++i) {
                    const Money pays = Money::from_pence(pence[i][row]);
                    if (money) tally.pays(i, pays, tariff_.at(lines[i]).flow == Flow::paid, payer[i][row]);
                    if (options_.lines) (text += ',') += money ? to_string(pays) : "";
                }
                text += ',';
                file::append_cell(text, reason);
                text += '\n';
            }
            write(out, result.output, text);
        }
        write(out, result.output, text);
        result.summary = std::move(tally).result();
        return result;
    }

    /// The record's own faults name the fact and what would be accepted, which only the one-row account knows; a key of its
    /// groups may be what is missing.
    std::string why_at_fault(const Placement& record, const Outcome& outcome) const {
        if (const Quote alone = plan_.price(record); alone.outcome_number == outcome.number) return alone.say;
        for (const RecordKind& kind : tariff_.records) {
            if (!kind.group || kind.group->of != record.record()) continue;
            for (const GroupKey& key : kind.group->by)
                if (const FactId fact = key.on.value_or(key.states); record.at(fact).given == Given::absent)
                    return outcome.say + ": " + tariff_.at(fact).name + ", which says of which " + kind.name + " it is";
        }
        return outcome.say;
    }

    SummaryOfKind write_groups(RecordId kind) {
        const std::string& name = tariff_.at(kind).name;
        SummaryOfKind result{name, folder_ / (name + ".csv"), {}};
        std::vector<std::string> columns = headers_[kind.index];
        if (columns.empty())
            for (const GroupKey& key : tariff_.at(kind).group->by) columns.push_back(tariff_.at(key.states).name);
        std::vector<FactId> gathered;
        for (const FactId id : tariff_.facts_gathered(kind))
            if (std::find(columns.begin(), columns.end(), tariff_.at(id).name) == columns.end()) gathered.push_back(id);
        const std::vector<LineId> lines = pricing_.lines(kind);
        check_clash(columns, added(lines), listed(kind) != nullptr ? listed(kind)->path.string() : "the key of '" + name + "'");
        if (report_.has_errors()) return result;
        std::ofstream out(result.output, std::ios::binary);
        std::string text;
        append_joined(text, columns);
        for (const FactId id : gathered) file::append_cell(text += columns.empty() && text.empty() ? "" : ",", tariff_.at(id).name);
        if (!text.empty()) text += ',';
        append_joined(text, added(lines));
        text += '\n';
        Tally tally(tariff_, lines);
        const std::vector<PricedRecord>& groups = pricing_.groups(kind);
        for (std::size_t i = 0; i < groups.size(); ++i) write_group(kind, groups[i], i, columns, gathered, lines, tally, text);
        write(out, result.output, text);
        result.summary = std::move(tally).result();
        return result;
    }

    void write_group(RecordId kind, const PricedRecord& group, std::size_t i, const std::vector<std::string>& columns, const std::vector<FactId>& gathered,
                     const std::vector<LineId>& lines, Tally& tally, std::string& text) {
        const Quote& quote = group.quote;
        std::string row;
        if (group.stated) row = rows_[kind.index][i];
        else {
            std::vector<std::string> cells;
            for (const std::string& column : columns) {
                const auto mapped = std::find_if(options_.map.begin(), options_.map.end(), [&](const auto& pair) { return pair.second == column; });
                const auto fact = tariff_.fact(mapped == options_.map.end() ? column : mapped->first);
                cells.push_back(fact && group.record.at(*fact).given != Given::absent && !group.record.at(*fact).gathered ? group.record.at(*fact).text : "");
            }
            append_joined(row, cells);
        }
        for (const FactId id : gathered) {
            if (!row.empty() || !columns.empty()) row += ',';
            file::append_cell(row, group.record.at(id).text);
        }
        text += row;
        if (!columns.empty() || !gathered.empty()) text += ',';
        text += quote.outcome;
        text += ',';
        const bool money = quote.priced();
        if (money) text += to_string(quote.total);
        if (money) tally.total(quote.total);
        const std::string reason = quote.outcome_number == 0 ? "" : quote.say;
        tally.count(quote.outcome, quote.outcome_class, quote.outcome_number >= 200 && quote.outcome_number < 400, group.stated ? numbers_[kind.index][i] : 0, reason);
        for (std::size_t k = 0; k < lines.size(); ++k) {
            const QuoteLine* line = quote.line(tariff_.at(lines[k]).name);
            const Money pays = money && line != nullptr ? line->payable : Money();
            const auto payer = line == nullptr || line->outcome != "priced" ? std::nullopt : tariff_.code(tariff_.party, line->payer);
            const bool none = line == nullptr || line->outcome != "priced";
            if (money)
                tally.pays(k, pays, tariff_.at(lines[k]).flow == Flow::paid && (line == nullptr || !line->shared_out),
                           none ? QuoteTable::no_payer : payer ? static_cast<std::uint16_t>(payer->index) : QuoteTable::several_payers);
            if (options_.lines) (text += ',') += money ? to_string(pays) : "";
        }
        text += ',';
        file::append_cell(text, reason);
        text += '\n';
    }

    const Plan& plan_;
    const TariffContents& tariff_;
    const std::vector<FileOfKind>& files_;
    const std::filesystem::path& folder_;
    const FileOptions& options_;
    GroupPricing pricing_;
    Report report_;
    std::map<std::size_t, std::vector<std::string>> headers_, rows_;  ///< of kinds of groups that have a file
    std::map<std::size_t, std::vector<std::uint64_t>> numbers_;       ///< the line of each of those rows
};

}  // namespace

Checked<std::vector<SummaryOfKind>> price_files(const Plan& plan, const std::vector<FileOfKind>& files, const std::filesystem::path& folder,
                                                const FileOptions& options) {
    return Files(plan, files, folder, options).price();
}

}  // namespace bandtariff
