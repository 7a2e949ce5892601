// A CSV file to blocks of fact columns: see placement_file.hpp. A skin over open_file and BlockParser.
#include "bandtariff/placement_file.hpp"
#include "file/open_file.hpp"

namespace bandtariff {

struct PlacementReader::State {
    explicit State(file::OpenedFile opened)
        : layout(std::move(opened.layout)), source(std::move(opened.csv)), parser(layout), table(layout.plan.tariff(), layout.record, 0) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() = default;

    file::Layout layout;
    file::RowSource source;
    file::BlockParser parser;
    file::RowBlock block;
    PlacementTable table;
};

Checked<PlacementReader> PlacementReader::open(const Plan& plan, const std::filesystem::path& path, const FileOptions& options) {
    Checked<file::OpenedFile> opened = file::open_file(plan, path, options);
    if (!opened.ok()) return opened.diagnostics();
    return PlacementReader(std::make_unique<State>(std::move(opened).value()));
}

bool PlacementReader::next() {
    // A block of long rows is cut short, so that memory depends on neither their number nor their length.
    constexpr std::size_t most_block_bytes = std::size_t{8} << 20;
    file::RowBlock& block = state_->block;
    block.clear();
    while (block.rows.size() < block_rows && block.text.size() < most_block_bytes && state_->source.add_row(block)) {}
    state_->parser.parse(block);
    state_->table = state_->parser.table(block, true);
    return !block.rows.empty();
}

const PlacementTable& PlacementReader::table() const { return state_->table; }
std::size_t PlacementReader::rows() const { return state_->block.rows.size(); }
const std::vector<std::string>& PlacementReader::columns() const { return state_->layout.header; }
std::uint64_t PlacementReader::line(std::size_t row) const { return state_->block.rows[row].line; }
std::string_view PlacementReader::text(std::size_t row) const { return state_->block.row(row); }
std::uint64_t PlacementReader::bytes_read() const { return state_->source.bytes_read(); }

const std::string& PlacementReader::unreadable(std::size_t row) const {
    static const std::string readable;
    const auto why = state_->block.unreadable.find(row);
    return why == state_->block.unreadable.end() ? readable : why->second;
}

std::string PlacementReader::cell(std::size_t row, std::size_t column) const {
    std::vector<file::Cell> cells;
    if (!split(state_->block.row(row), cells) || column >= cells.size()) return {};
    return unquoted(cells[column]);
}

Placement PlacementReader::placement(std::size_t row) const { return file::placement_of(state_->layout, state_->block, row); }

PlacementReader::PlacementReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PlacementReader::PlacementReader(PlacementReader&&) noexcept = default;
PlacementReader& PlacementReader::operator=(PlacementReader&&) noexcept = default;
PlacementReader::~PlacementReader() = default;

}  // namespace bandtariff
