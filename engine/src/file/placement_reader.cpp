// A CSV file to blocks of fact columns: see placement_file.hpp. The entry point is PlacementReader::open; how a column's
// texts become values stays here.
#include <algorithm>
#include <unordered_map>

#include "bandtariff/placement_file.hpp"
#include "file/csv_rows.hpp"

namespace bandtariff {

namespace {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// One fact's column of the file: where it stands, and the block's values.
struct FactColumn {
    FactId fact;
    std::size_t column = 0;
    std::vector<std::int64_t> values;
    std::vector<Given> given;
    // Files repeat a few hundred texts over and over (codes, dates, shares), so each is read once. Past the limit, texts
    // are read as they come: memory stays constant.
    std::unordered_map<std::string, StatedFact, TextHash, std::equal_to<>> known;
    static constexpr std::size_t most_known = 4096;
    static constexpr std::size_t longest_known = 64;
};

}  // namespace

struct PlacementReader::State {
    State(Plan plan_in, RecordId record_in, const std::filesystem::path& path)
        : plan(std::move(plan_in)), record(record_in), csv(path), table(plan.tariff(), record, 0) {}

    Plan plan;
    RecordId record;
    file::CsvRows csv;
    std::vector<std::string> header;
    std::vector<FactColumn> facts;
    std::vector<FactId> without;
    const Names* names = nullptr;
    PlacementTable table;
    std::size_t rows = 0;
    std::string block;              ///< the rows of the block as written, one after another
    std::vector<std::size_t> ends;  ///< where each ends in it
    // A block of long rows is cut short, so that memory depends on neither their number nor their length.
    static constexpr std::size_t most_block_bytes = std::size_t{8} << 20;
    std::vector<std::uint64_t> lines;
    std::vector<std::string> unreadable;
    std::vector<file::Cell> cells;

    [[nodiscard]] std::string_view text(std::size_t row) const {
        const std::size_t begin = row == 0 ? 0 : ends[row - 1];
        return std::string_view(block).substr(begin, ends[row] - begin);
    }
    void read_cell(FactColumn& column, std::size_t row, const file::Cell& cell) const;
    void read_row(std::size_t row);
};

void PlacementReader::State::read_cell(FactColumn& column, std::size_t row, const file::Cell& cell) const {
    const auto put = [&](const StatedFact& stated) {
        column.values[row] = stated.value;
        column.given[row] = stated.given;
    };
    const auto found = column.known.find(cell.text);
    if (found != column.known.end() && !cell.doubled_quotes) return put(found->second);
    const std::string text = unquoted(cell);
    StatedFact stated = read_fact(*plan.tariff(), column.fact, text);
    if (names != nullptr && stated.given == Given::given && plan.tariff()->at(column.fact).kind == FactKind::name) stated.value = names->number(text);
    put(stated);
    if (!cell.doubled_quotes && text.size() <= FactColumn::longest_known && column.known.size() < FactColumn::most_known)
        column.known.emplace(text, stated);
}

void PlacementReader::State::read_row(std::size_t row) {
    block += csv.text();
    ends[row] = block.size();
    lines[row] = csv.line();
    unreadable[row].clear();
    if (!csv.fault().empty()) {
        unreadable[row] = csv.fault();
    } else if (!split(text(row), cells)) {
        unreadable[row] =
            "a quotation mark stands inside a cell: the whole cell belongs in quotes, and quotes inside it are doubled";
    } else if (cells.size() != header.size()) {
        unreadable[row] = std::to_string(cells.size()) + (cells.size() == 1 ? " cell" : " cells") + " where the header has " +
                          std::to_string(header.size());
    }
    for (FactColumn& column : facts) {
        if (unreadable[row].empty()) {
            read_cell(column, row, cells[column.column]);
        } else {
            column.values[row] = 0;
            column.given[row] = Given::absent;
        }
    }
}

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
    Header(const std::filesystem::path& path, const file::CsvRows& csv, const std::vector<file::Cell>& cells) {
        const std::string_view row = csv.text();
        // Only this row is kept of the file: lines before it are blank, and those after it are not looked at.
        file_ = std::make_shared<SourceFile>(SourceFile{path.string(), std::string(csv.line() - 1, '\n') + std::string(row)});
        whole_ = {file_, static_cast<std::uint32_t>(csv.line()), 1, std::max(1U, characters(row))};
        for (const file::Cell& cell : cells) {
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
}

/// What most often makes a first row unreadable, in words; empty where it can be read.
std::string why_no_header(std::string_view row, const std::vector<file::Cell>& cells) {
    if (cells.size() != 1) return {};
    if (row.find(';') != std::string_view::npos) return "its columns are separated by ';', and here they are separated by commas";
    if (row.find('\t') != std::string_view::npos)
        return "its columns are separated by tabs, and here they are separated by commas";
    return {};
}

}  // namespace

Checked<PlacementReader> PlacementReader::open(const Plan& plan, const std::filesystem::path& path, const FileOptions& options) {
    Report report;
    const TariffContents& tariff = *plan.tariff();
    const std::optional<RecordId> record = find_record(tariff, options.record, report);
    if (!record) return report.sorted();
    std::error_code failed;
    const bool folder = std::filesystem::is_directory(path, failed);
    auto state = std::make_unique<State>(plan, *record, path);
    const auto refuse = [&](const char* code, const std::string& why) {
        report.error(code, {std::make_shared<SourceFile>(SourceFile{path.string(), {}}), 0, 0, 1}, why);
        return report.sorted();
    };
    if (folder) return refuse("cannot-read", "this is a folder, and records are read from a CSV file");
    if (!state->csv.opened())
        return refuse("cannot-read",
                      std::filesystem::exists(path, failed) ? "there is no permission to read this" : "there is no such file");
    if (!state->csv.next()) return refuse("empty-file", "this file holds nothing: its first row names the columns");
    const std::string_view first = state->csv.text();
    if (first.starts_with("\xFF\xFE") || first.starts_with("\xFE\xFF"))
        return refuse("not-utf-8", "this file is in UTF-16: save it as UTF-8 (spreadsheets call it 'CSV UTF-8')");
    if (!state->csv.fault().empty() || !split(first, state->cells))
        return refuse("csv-header", "its first row, which names the columns, cannot be read: a quotation mark is not closed");
    if (const std::string why = why_no_header(first, state->cells); !why.empty()) return refuse("csv-header", why);

    const Header header(path, state->csv, state->cells);
    state->header = header.names();
    for (std::size_t i = 0; i < header.names().size(); ++i)
        if (const std::size_t before = *header.find(header.names()[i]); before != i)
            report
                .error("duplicate-column", header.column(i),
                       "two columns are called '" + header.names()[i] + "': rename one of them")
                .notes.push_back({"first named here", header.column(before)});
    check_options(tariff, options, header, report);
    state->names = options.names;
    const std::vector<FactId> gathered = tariff.facts_gathered(*record);
    for (const std::string& name : options.without)
        if (const auto fact = tariff.fact(name)) state->without.push_back(*fact);
    for (const FactId fact : tariff.facts_read(*record)) {
        const std::string& name = tariff.at(fact).name;
        const auto mapped = options.map.find(name);
        const auto column = header.find(mapped == options.map.end() ? name : mapped->second);
        const bool told_without = std::find(state->without.begin(), state->without.end(), fact) != state->without.end();
        if (column && told_without)
            report.error("fact-both", header.column(*column),
                         "the fact '" + name + "' has a column and is also said to be without one (--without)");
        if (column) {
            FactColumn& values = state->facts.emplace_back();
            values.fact = fact;
            values.column = *column;
            values.values.resize(block_rows);
            values.given.resize(block_rows);
        } else if (std::find(gathered.begin(), gathered.end(), fact) != gathered.end() && mapped == options.map.end()) {
            state->without.push_back(fact);  // a group that does not state it gathers it
        } else if (!told_without && mapped == options.map.end()) {
            report.error("fact-without-column", header.whole(),
                         "the pack reads the fact '" + name +
                             "' and no column states it: name the column that does, or say that no row states it (--without " +
                             name + ")",
                         "--map " + name + "=" + nearest_word(name, header.names()).value_or("COLUMN"));
        }
    }
    if (report.has_errors()) return report.sorted();
    state->ends.resize(block_rows);
    state->lines.resize(block_rows);
    state->unreadable.resize(block_rows);
    return PlacementReader(std::move(state));
}

bool PlacementReader::next() {
    State& state = *state_;
    state.rows = 0;
    state.block.clear();
    while (state.rows < block_rows && state.block.size() < State::most_block_bytes && state.csv.next())
        state.read_row(state.rows++);
    state.table = PlacementTable(state.plan.tariff(), state.record, state.rows);
    for (const FactColumn& column : state.facts)
        state.table.set(column.fact, std::span<const std::int64_t>(column.values).first(state.rows), column.given.data());
    for (const FactId fact : state.without) state.table.without(fact);
    return state.rows > 0;
}

const PlacementTable& PlacementReader::table() const { return state_->table; }
std::size_t PlacementReader::rows() const { return state_->rows; }
const std::vector<std::string>& PlacementReader::columns() const { return state_->header; }
std::uint64_t PlacementReader::line(std::size_t row) const { return state_->lines[row]; }
std::string_view PlacementReader::text(std::size_t row) const { return state_->text(row); }
const std::string& PlacementReader::unreadable(std::size_t row) const { return state_->unreadable[row]; }
std::uint64_t PlacementReader::bytes_read() const { return state_->csv.bytes_read(); }

std::string PlacementReader::cell(std::size_t row, std::size_t column) const {
    std::vector<file::Cell> cells;
    if (!split(state_->text(row), cells) || column >= cells.size()) return {};
    return unquoted(cells[column]);
}

Placement PlacementReader::placement(std::size_t row) const {
    Placement record(state_->plan.tariff(), state_->record);
    std::vector<file::Cell> cells;
    if (!state_->unreadable[row].empty() || !split(state_->text(row), cells)) return record;
    for (const FactColumn& column : state_->facts) {
        const std::string text = unquoted(cells[column.column]);
        if (!text.empty()) record.with(state_->plan.tariff()->at(column.fact).name, text);
    }
    return record;
}

PlacementReader::PlacementReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PlacementReader::PlacementReader(PlacementReader&&) noexcept = default;
PlacementReader& PlacementReader::operator=(PlacementReader&&) noexcept = default;
PlacementReader::~PlacementReader() = default;

}  // namespace bandtariff
