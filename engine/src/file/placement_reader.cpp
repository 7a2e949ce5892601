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
    PlacementTable table;
    std::size_t rows = 0;
    std::vector<std::string> texts;       ///< of the block, reused
    std::vector<std::uint64_t> lines;
    std::vector<std::string> unreadable;
    std::vector<file::Cell> cells;

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
    const StatedFact stated = read_fact(*plan.tariff(), column.fact, text);
    put(stated);
    if (!cell.doubled_quotes && column.known.size() < FactColumn::most_known) column.known.emplace(text, stated);
}

void PlacementReader::State::read_row(std::size_t row) {
    texts[row].assign(csv.text());
    lines[row] = csv.line();
    unreadable[row].clear();
    if (csv.unclosed_quote() || !split(texts[row], cells)) {
        unreadable[row] = "a quotation mark is not closed, or stands inside an unquoted cell";
    } else if (cells.size() != header.size()) {
        unreadable[row] = std::to_string(cells.size()) + " cells where the header has " + std::to_string(header.size());
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

/// A span over the header row, so that an error about a column shows it.
SourceSpan header_span(const std::filesystem::path& path, std::string_view text, std::size_t column, const std::vector<std::string>& header) {
    SourceSpan span{std::make_shared<SourceFile>(SourceFile{path.string(), std::string(text)}), 1, 1, 1};
    for (std::size_t i = 0; i < column && i < header.size(); ++i) span.column += static_cast<std::uint32_t>(header[i].size()) + 1;
    if (column < header.size()) span.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, header[column].size()));
    return span;
}

std::vector<std::string> fact_names(const TariffContents& tariff) {
    std::vector<std::string> names;
    for (const Fact& fact : tariff.facts) names.push_back(fact.name);
    return names;
}

}  // namespace

Checked<PlacementReader> PlacementReader::open(const Plan& plan, const std::filesystem::path& path, const FileOptions& options) {
    Report report;
    const TariffContents& tariff = *plan.tariff();
    std::optional<RecordId> record;
    if (options.record.empty() && tariff.records.size() == 1) record = RecordId(0);
    if (!options.record.empty()) record = tariff.record(options.record);
    if (!record) {
        std::string kinds;
        for (const RecordKind& kind : tariff.records) kinds += (kinds.empty() ? "" : ", ") + kind.name;
        report.error("record-unknown", {}, options.record.empty() ? "this pack prices several kinds of record: say which this file holds"
                                                                  : "'" + options.record + "' is no kind of record of this pack",
                     "one of " + kinds);
        return report.sorted();
    }
    auto state = std::make_unique<State>(plan, *record, path);
    if (!state->csv.opened()) {
        report.error("cannot-read", {}, "cannot read " + path.string());
        return report.sorted();
    }
    if (!state->csv.next() || !split(state->csv.text(), state->cells)) {
        report.error("csv-header", {}, path.string() + " has no first row that names its columns");
        return report.sorted();
    }
    const std::string header_text(state->csv.text());
    for (const file::Cell& cell : state->cells) state->header.push_back(unquoted(cell));
    const std::vector<std::string>& header = state->header;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (std::find(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(i), header[i]) != header.begin() + static_cast<std::ptrdiff_t>(i))
            report.error("duplicate-column", header_span(path, header_text, i, header), "column '" + header[i] + "' stands twice");
    }
    const std::vector<std::string> known = fact_names(tariff);
    const auto no_such_fact = [&](const std::string& name, const char* option) {
        const auto near = nearest_word(name, known);
        report.error("fact-unknown", {}, "'" + name + "' (" + option + ") is no fact of this pack", near ? "did you mean " + *near + "?" : "");
    };
    for (const auto& [fact, column] : options.map) {
        if (!tariff.fact(fact)) no_such_fact(fact, "--map");
        if (std::find(header.begin(), header.end(), column) == header.end()) {
            const auto near = nearest_word(column, header);
            report.error("column-unknown", header_span(path, header_text, header.size(), header), "there is no column '" + column + "' to map " + fact + " to",
                         near ? "did you mean " + *near + "?" : "");
        }
    }
    for (const std::string& name : options.without) {
        if (const auto fact = tariff.fact(name)) state->without.push_back(*fact);
        else no_such_fact(name, "--without");
    }
    const std::vector<FactId> read = tariff.facts_read(*record);
    for (const FactId fact : read) {
        const std::string& name = tariff.at(fact).name;
        const auto mapped = options.map.find(name);
        const std::string& wanted = mapped == options.map.end() ? name : mapped->second;
        const auto place = std::find(header.begin(), header.end(), wanted);
        const bool told_without = std::find(state->without.begin(), state->without.end(), fact) != state->without.end();
        if (place != header.end()) {
            if (told_without) {
                report.error("fact-both", header_span(path, header_text, static_cast<std::size_t>(place - header.begin()), header),
                             "fact '" + name + "' has a column and is also said to be without one");
            }
            FactColumn column;
            column.fact = fact;
            column.column = static_cast<std::size_t>(place - header.begin());
            column.values.resize(block_rows);
            column.given.resize(block_rows);
            state->facts.push_back(std::move(column));
        } else if (!told_without && mapped == options.map.end()) {
            const auto near = nearest_word(name, header);
            report.error("fact-without-column", header_span(path, header_text, header.size(), header),
                         "the pack reads the fact '" + name + "' and no column states it",
                         near ? "--map " + name + "=" + *near + ", or --without " + name + " if no row states it"
                              : "--map " + name + "=COLUMN, or --without " + name + " if no row states it");
        }
    }
    if (report.has_errors()) return report.sorted();
    state->texts.resize(block_rows);
    state->lines.resize(block_rows);
    state->unreadable.resize(block_rows);
    return PlacementReader(std::move(state));
}

bool PlacementReader::next() {
    State& state = *state_;
    state.rows = 0;
    while (state.rows < block_rows && state.csv.next()) state.read_row(state.rows++);
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
std::string_view PlacementReader::text(std::size_t row) const { return state_->texts[row]; }
const std::string& PlacementReader::unreadable(std::size_t row) const { return state_->unreadable[row]; }
std::uint64_t PlacementReader::bytes_read() const { return state_->csv.bytes_read(); }

std::string PlacementReader::cell(std::size_t row, std::size_t column) const {
    std::vector<file::Cell> cells;
    if (!split(state_->texts[row], cells) || column >= cells.size()) return {};
    return unquoted(cells[column]);
}

Placement PlacementReader::placement(std::size_t row) const {
    Placement record(state_->plan.tariff(), state_->record);
    std::vector<file::Cell> cells;
    if (!state_->unreadable[row].empty() || !split(state_->texts[row], cells)) return record;
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
