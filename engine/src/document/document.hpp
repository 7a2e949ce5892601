// Text with places, no meaning: what a pack's files say before anyone asks what they mean.
// Internal to the engine. from_yaml.cpp and from_csv.cpp make these; src/tariff reads them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/source.hpp"

namespace bandtariff::document {

struct Entry;

/// A scalar, list or mapping as written. A scalar keeps its exact text and whether it was quoted, so 010 and "010" differ.
struct Node {
    enum class Kind { scalar, sequence, mapping, empty };  ///< empty: a key with nothing after it
    Kind kind = Kind::empty;
    std::string text;
    bool quoted = false;
    bool block = false;  ///< a `|` or `>` scalar
    SourceSpan span;     ///< of the scalar's text, or of the first character of a list or mapping
    std::vector<Node> items;
    std::vector<Entry> entries;

    [[nodiscard]] const Entry* find(std::string_view key) const;
    /// Place of the character at byte `offset` of a scalar's text, for errors inside formulas. Exact for plain and quoted
    /// one-line scalars (a quote moves it by one); the start of the scalar for block and multi-line ones.
    [[nodiscard]] SourceSpan inside(std::size_t offset, std::size_t length) const;
};

struct Entry {
    std::string key;
    SourceSpan key_span;
    Node value;
};

/// A CSV file of a pack: a header row, then rows of as many cells, each cell with its line and column.
struct CsvTable {
    struct Cell {
        std::string text;
        std::uint32_t line = 0;
        std::uint32_t column = 0;  ///< 1-based character column of the cell's first character
    };
    std::shared_ptr<const SourceFile> file;
    std::vector<Cell> header;
    std::vector<std::vector<Cell>> rows;

    [[nodiscard]] SourceSpan span(const Cell& cell) const;
};

/// One pack folder, read: every *.yaml below it in path order, each a mapping, and every *.csv by its path relative to
/// the folder.
struct Document {
    std::filesystem::path folder;
    std::vector<Node> files;
    std::map<std::string, CsvTable> csv;
    std::string text_hash;  ///< SHA-256 over the files' paths and texts in path order, lower-case hexadecimal
};

/// One YAML text to one tree. Refuses what the format cannot mean safely; adds every refusal to `report`.
[[nodiscard]] Node from_yaml(std::shared_ptr<const SourceFile> file, Report& report);
[[nodiscard]] CsvTable from_csv(std::shared_ptr<const SourceFile> file, Report& report);
/// Reads a folder (or one .yaml file as a pack of one file). A folder without pack.yaml is an error. Files are read on so many threads,
/// of which nothing that comes out depends (0: as many as the machine runs at once), pack.yaml first; `hear` is given each YAML file
/// that can be read as soon as it is parsed, on whichever thread parsed it.
[[nodiscard]] Document read_pack(const std::filesystem::path& folder, Report& report, const std::function<void(const Node&)>& hear = {},
                                 unsigned threads = 0);

/// SHA-256 over a pack's hash and those of the packs it uses, in order.
[[nodiscard]] std::string combined_hash(const std::string& own, const std::vector<std::string>& used);

/// SHA-256 of a text, lower-case hexadecimal.
[[nodiscard]] std::string hash_of(std::string_view text);

/// The tree as indented text with places, for tests.
[[nodiscard]] std::string dump(const Node& node);

}  // namespace bandtariff::document
