// A pack that another one uses, and where its things stand in the reader. Internal to src/tariff.
#pragma once

#include <mutex>
#include <utility>

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
    SourceSpan span;                ///< of its name under `uses`, or under `packs` of a step
    std::vector<CodeListId> lists;  ///< the reader's list for each of its own; not valid where it stays out of reach
    std::string lender = {};               ///< "local.ashshire 2026-27" of a pack that lends a rate to a step; else empty
};

/// A pack that another one names under `uses`, loaded where it could be, and what was wrong on the way.
struct LoadedUse {
    std::optional<TariffContents> contents;
    Report report;
};

/// The packs that a pack uses, loaded while the rest of its own files are still being read: to find and load them is much of its
/// loading, and its header alone says which they are. What comes out is what loading them later would give.
class UsesAhead {
public:
    /// As for load_contents: the pack that uses, the folders being loaded, and whether it only lends. The first two must outlive this.
    UsesAhead(const std::filesystem::path& pack, const std::vector<std::filesystem::path>& search, std::vector<std::string> using_packs, bool lending)
        : pack_(pack), search_(search), using_packs_(std::move(using_packs)), lending_(lending) {}

    /// Loads what a file of the pack names under `uses`. Files may be heard on several threads at once.
    void hear(const Node& file);
    /// What an item of `uses` names, once: loaded already, or else now. Asked when every file has been heard.
    [[nodiscard]] LoadedUse take(const Node& item);

private:
    [[nodiscard]] LoadedUse load(const Node& item) const;

    const std::filesystem::path& pack_;
    const std::vector<std::filesystem::path>& search_;
    std::vector<std::string> using_packs_;  ///< outermost first, so that a ring of `uses` is seen
    bool lending_;
    std::mutex mutex_;
    std::vector<std::pair<SourceSpan, LoadedUse>> loaded_;  ///< by the place of the item
};

/// Code lists, sources and outcomes of the used packs, before the pack's own.
void read_uses(Loader& loader, UsesAhead& uses);

/// The packs that steps name under `packs`: read as lenders, their outcomes entered, before the pack's own are numbered.
void read_lenders(Loader& loader, const std::filesystem::path& pack);

/// What the reader calls a lender's outcome: as it is, where every tariff has it, else under its pack's name, since two packs
/// may say different things by one word.
[[nodiscard]] inline std::string lent_code(const UsedPack& lender, const Outcome& theirs) {
    return theirs.span.somewhere() ? lender.contents.pack + "." + theirs.code : theirs.code;
}

/// How one step reads a lender's table.
struct Loan {
    UsedPack& lender;
    std::map<std::string, FactId, std::less<>> facts;  ///< the reader's fact for one of the lender's that `give` names
    std::map<std::string, CodeListId, std::less<>> key_lists;  ///< what the reader gives for a key of codes
    SourceSpan span;
};
/// Its table of that name, as the reader's own under the lender's name; nullopt where it cannot be read, which is reported.
[[nodiscard]] std::optional<TableId> import_lent(Loader& loader, Loan& loan, const std::string& table);

}  // namespace bandtariff::loading
