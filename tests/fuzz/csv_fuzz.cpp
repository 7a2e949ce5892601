// Any bytes at all, read as a placement file: no crash, no endless run; rows and cells are the same whether many rows are
// taken at once or each is found by itself. Build with -fsanitize=fuzzer,address,undefined; seeds are in corpus/csv.
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "bandtariff/placement_file.hpp"
#include "file/open_file.hpp"

namespace {

using namespace bandtariff;

void require(bool holds) {
    if (!holds) std::abort();
}

const Plan& kinds() {
    static const Plan plan = compile(load_tariff(BANDTARIFF_SOURCE_DIR "/tests/cli/data/kinds").value());
    return plan;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::filesystem::path path = std::filesystem::temp_directory_path() / ("bandtariff_csv_fuzz_" + std::to_string(getpid()) + ".csv");
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    FileOptions options;
    options.record = "child";
    options.without = {};
    Checked<file::OpenedFile> whole = file::open_file(kinds(), path, options);
    Checked<PlacementReader> one_by_one = PlacementReader::open(kinds(), path, options);
    require(whole.ok() == one_by_one.ok());
    if (!whole.ok()) return 0;
    file::OpenedFile opened = std::move(whole).value();
    PlacementReader reader = std::move(one_by_one).value();
    file::RowSource source(std::move(opened.csv));
    file::BlockParser parser(opened.layout);
    file::RowBlock block;
    std::size_t at = 0;
    bool more = reader.next();
    while (source.next(block)) {
        parser.parse(block);
        for (std::size_t row = 0; row < block.rows.size(); ++row, ++at) {
            if (more && at == reader.rows()) {
                more = reader.next();
                at = 0;
            }
            require(more && reader.text(at) == block.row(row) && reader.line(at) == block.rows[row].line);
            const auto why = block.unreadable.find(row);
            require(reader.unreadable(at) == (why == block.unreadable.end() ? std::string() : why->second));
            for (const file::RowBlock::Values& fact : block.facts) require(fact.given.size() == block.rows.size());
            for (std::size_t k = 0; k < opened.layout.facts.size(); ++k) {
                const Column& column = reader.table().column(opened.layout.facts[k].fact);
                const Given given = column.given == nullptr ? Given::given : column.given[at];
                require(given == block.facts[k].given[row]);
                require(static_cast<const std::int64_t*>(column.data)[at] == block.facts[k].values[row]);
            }
        }
    }
    require(!more || at == reader.rows());
    require(!more || !reader.next());
    return 0;
}
