// A pack that another one uses, and where its things stand in the reader. Internal to src/tariff.
#pragma once

#include "tariff/loader.hpp"

namespace bandtariff::loading {

struct FoundPack {
    std::filesystem::path folder;
    std::string pack, release;
};

/// The only pack of a name, or of a name and release, below the folders searched and the reader's own `rules`; none and
/// several are reported, in the words of `uses` or of `extends`.
[[nodiscard]] std::optional<FoundPack> find_pack(const Node& item, const std::filesystem::path& pack,
                                                 const std::vector<std::filesystem::path>& search, bool extending,
                                                 Report& report);

struct UsedPack {
    TariffContents contents;
    SourceSpan span;                ///< of its name under `uses`
    std::vector<CodeListId> lists;  ///< the reader's list for each of its own; not valid where it stays out of reach
};

}  // namespace bandtariff::loading
