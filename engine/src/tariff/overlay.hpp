// Packs that extend others, as one document. Internal to src/tariff.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tariff/reader.hpp"

namespace bandtariff::loading {

/// A pack's document with the packs that it extends below it, as if one pack said it all.
struct Stack {
    document::Document merged;
    std::vector<Node> value_changes;                 ///< of figures and tables, lowest layer first: done once their values are read
    std::vector<std::string> below;                  ///< "england.national_bands 2026-27" of each layer below, lowest first
    std::vector<std::pair<std::string, std::string>> statuses;  ///< of each layer that states one: its name and the word
    std::vector<std::string> hashes;                 ///< of the layers below
    bool failed = false;  ///< a pack below is missing or wrong, so names may be unknown for that
};

/// The stack of a document that has `extends`; nullopt where it has none.
[[nodiscard]] std::optional<Stack> stack_of(const document::Document& top, const std::filesystem::path& pack,
                                            const std::vector<std::filesystem::path>& search, Report& report);

// changes.cpp
/// Whether two nodes say the same: numbers, units and formulas by meaning, lists in order, mappings by key.
[[nodiscard]] bool same_meaning(const Node& a, const Node& b);
/// Makes every change of a list on the sections of `root`, in order; those of values go to `values`.
void make_changes(Node& root, const std::vector<Node>& changes, std::vector<Node>& values, Report& report);
/// What a change addresses: "tables.band_price[band: B4, setting: any]" is path tables, band_price and its keys.
struct ChangePath {
    std::vector<std::string> names;
    std::vector<std::pair<std::string, std::string>> keys;
    bool has_keys = false;
};
[[nodiscard]] std::optional<ChangePath> read_path(const Node& node, Report& report);

}  // namespace bandtariff::loading
