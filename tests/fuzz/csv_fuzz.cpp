// Any bytes at all, read as a placement file: no crash, no endless run; rows and cells are the same whether many rows are taken at
// once or each is found by itself. Build with -fsanitize=fuzzer,address,undefined; seeds are in corpus/csv.
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
    Checked<file::OpenedFile> one_by_one = file::open_file(kinds(), path, options);
    Checked<PlacementReader> many = PlacementReader::open(kinds(), path, options);
    require(one_by_one.ok() == many.ok());
    if (!many.ok()) return 0;
    file::OpenedFile opened = std::move(one_by_one).value();
    PlacementReader reader = std::move(many).value();
    file::RowSource source(std::move(opened.csv));
    file::BlockParser parser(opened.layout);
    file::RowBlock block;
    std::size_t at = 0;
    while (block.clear(), source.add_row(block)) {
        parser.parse(block);
        if (at == reader.rows()) {
            require(reader.next());
            at = 0;
        }
        require(reader.text(at) == block.row(0) && reader.line(at) == block.rows[0].line);
        require(reader.unreadable(at) == (block.unreadable.empty() ? std::string() : block.unreadable.at(0)));
        for (std::size_t k = 0; k < opened.layout.facts.size(); ++k) {
            const Column& column = reader.table().column(opened.layout.facts[k].fact);
            require(column.given[at] == block.facts[k].given[0] && column.at(at) == block.facts[k].values[0]);
        }
        ++at;
    }
    require(at == reader.rows() && !reader.next());
    return 0;
}
