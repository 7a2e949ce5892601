// Any bytes at all, read as a pack file and as a table: no crash, no endless run, and every place that comes out lies in
// the file. Build with -fsanitize=fuzzer,address,undefined; seeds are in corpus/yaml.
#include <algorithm>
#include <cstdlib>

#include "document/document.hpp"

namespace {

using namespace bandtariff;
using document::Node;

void require(bool holds) {
    if (!holds) std::abort();
}

/// The line exists, and the place lies in it or just past its end.
void require_place(const SourceSpan& span, const SourceFile& file) {
    require(span.file.get() == &file && span.line >= 1 && span.column >= 1 && span.length >= 1);
    std::string_view rest = file.text;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    for (std::uint32_t line = 1; line < span.line; ++line) {
        const std::size_t end = rest.find('\n');
        require(end != std::string_view::npos);
        rest.remove_prefix(end + 1);
    }
    rest = rest.substr(0, rest.find('\n'));
    const auto characters =
        std::count_if(rest.begin(), rest.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    require(span.column + span.length <= static_cast<std::uint64_t>(characters) + 2);
}

void require_places(const Node& node, const SourceFile& file) {
    require_place(node.span, file);
    if (node.kind == Node::Kind::scalar) require_place(node.inside(node.text.size() / 2, 3), file);
    for (const Node& item : node.items) require_places(item, file);
    for (const document::Entry& entry : node.entries) {
        require_place(entry.key_span, file);
        require(node.find(entry.key) == &entry);  // no key twice
        require_places(entry.value, file);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
    const auto file = std::make_shared<const SourceFile>(SourceFile{"fuzz", std::string(bytes, bytes + size)});
    Report report;
    const Node node = document::from_yaml(file, report);
    if (node.kind == Node::Kind::mapping)
        require_places(node, *file);
    else
        require(report.has_errors());

    const document::CsvTable table = document::from_csv(file, report);
    for (const auto& row : table.rows) {
        require(row.size() == table.header.size());
        for (const document::CsvTable::Cell& cell : row) require_place(table.span(cell), *file);
    }
    for (const Diagnostic& diagnostic : report.sorted()) {
        if (diagnostic.span.line > 0) require_place(diagnostic.span, *file);
        require(!render(diagnostic).empty());
    }
    return 0;
}
