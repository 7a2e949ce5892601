// `uses:`: code lists, figures and tables of another pack, readable by name with their outcomes and sources.
// Entry point: read_uses, before the pack's own declarations. Its tables follow its facts, in import_tables.cpp.
#include <algorithm>
#include <fstream>
#include <utility>

#include "tariff/uses.hpp"

namespace bandtariff::loading {
namespace {

namespace fs = std::filesystem;

/// A pack.yaml that was found, unread: most of those below a folder of packs are of other packs.
struct Header {
    fs::path file, folder;
    std::string text;
};

std::optional<Header> header_in(const fs::path& file) {
    std::error_code error;
    std::ifstream stream(file, std::ios::binary);
    if (!fs::is_regular_file(file, error) || !stream) return std::nullopt;
    const std::uintmax_t size = fs::file_size(file, error);
    Header header{file, file.parent_path(), std::string(error ? 0 : static_cast<std::size_t>(size), '\0')};
    stream.read(header.text.data(), static_cast<std::streamsize>(header.text.size()));
    header.text.resize(static_cast<std::size_t>(stream.gcount()));
    return header;
}

/// Whether a header may be of the pack of this name, as far as can be told without the parser: a name is one word, and only
/// an escape or a doubled quote can make it differ from what is written.
bool may_name(const Header& header, const std::string& name) {
    const bool as_written = name.find_first_of("'\"\\") == std::string::npos && header.text.find('\\') == std::string::npos;
    return !as_written || header.text.find(name) != std::string::npos;
}

/// The pack of a header, read without its meaning.
std::optional<FoundPack> pack_of(const Header& header) {
    Report silent;  // what is wrong with a pack is reported where it is used
    const Node node = document::from_yaml(std::make_shared<const SourceFile>(SourceFile{header.file.string(), header.text}), silent);
    const Entry* pack = node.find("pack");
    const Entry* release = node.find("release");
    if (pack == nullptr) return std::nullopt;
    return FoundPack{header.folder, pack->value.text, release == nullptr ? "" : release->value.text};
}

/// Folders in which packs are looked for: those given, and the pack's own ancestors up to one named `rules`.
std::vector<fs::path> roots(const fs::path& pack, const std::vector<fs::path>& search) {
    std::vector<fs::path> result = search;
    std::error_code error;
    for (fs::path at = fs::weakly_canonical(pack, error).parent_path(); !at.empty() && at != at.root_path();
         at = at.parent_path())
        if (at.filename() == "rules") {
            result.push_back(pack.is_relative() ? at.lexically_proximate(fs::weakly_canonical(".", error)) : at);
            break;
        }
    return result;
}

/// Every pack.yaml below the folders, in path order of theirs. One folder reaches no file twice: no link to a folder is followed.
std::vector<Header> headers_below(const std::vector<fs::path>& folders) {
    std::vector<Header> result;
    std::vector<fs::path> seen;
    for (const fs::path& root : folders) {
        std::error_code error;
        for (fs::recursive_directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
            if (!at->path().native().ends_with("/pack.yaml")) continue;
            if (folders.size() > 1) {
                const fs::path folder = fs::weakly_canonical(at->path().parent_path(), error);
                if (std::find(seen.begin(), seen.end(), folder) != seen.end()) continue;
                seen.push_back(folder);
            }
            if (auto header = header_in(at->path())) result.push_back(std::move(*header));
        }
    }
    std::sort(result.begin(), result.end(), [](const Header& a, const Header& b) { return a.folder < b.folder; });
    return result;
}

void import_declarations(Loader& loader, UsedPack& used) {
    for (const Source& source : used.contents.sources) {
        const auto same = std::find_if(loader.t.sources.begin(), loader.t.sources.end(),
                                       [&](const Source& each) { return each.key == source.key; });
        if (same == loader.t.sources.end())
            loader.t.sources.push_back(source);
        else if (same->title != source.title || same->kind != source.kind)
            loader.report
                .error("uses-clash", used.span,
                       "source '" + source.key + "' of " + used.contents.pack +
                           " differs from the one of the same key in another pack used")
                .notes.push_back({"that one is here", same->span});
    }
    for (std::size_t i = 0; i < used.contents.code_lists.size(); ++i) {
        const CodeList& list = used.contents.code_lists[i];
        const bool is_choice = used.contents.choice(list.name).has_value();
        used.lists.emplace_back(loader.t.code_lists.size());
        if (is_choice || list.name == "party") {  // its own affair: kept out of reach
            used.lists.back() = CodeListId();
            continue;
        }
        if (const auto other = loader.t.code_list(list.name)) {
            const CodeList& taken = loader.t.at(*other);
            if (taken.span.file == list.span.file ||
                std::equal(taken.codes.begin(), taken.codes.end(), list.codes.begin(), list.codes.end(),
                           [](const Code& a, const Code& b) { return a.code == b.code; })) {
                used.lists.back() = *other;
                continue;
            }
            loader.report
                .error("uses-clash", used.span,
                       "code list '" + list.name + "' of " + used.contents.pack +
                           " differs from the one of the same name in another pack used")
                .notes.push_back({"that one is here", taken.span});
        }
        loader.t.code_lists.push_back(list);
    }
    for (const Calendar& calendar : used.contents.calendars) {
        const auto same = std::find_if(loader.t.calendars.begin(), loader.t.calendars.end(), [&](const Calendar& each) { return each.name == calendar.name; });
        if (same == loader.t.calendars.end())
            loader.t.calendars.push_back(calendar);
        else if (same->span.file != calendar.span.file)
            loader.report
                .error("uses-clash", used.span,
                       "calendar '" + calendar.name + "' of " + used.contents.pack + " has the name of one in another pack used")
                .notes.push_back({"that one is here", same->span});
    }
    for (const Outcome& outcome : used.contents.outcomes) {
        const auto same = std::find_if(loader.t.outcomes.begin(), loader.t.outcomes.end(),
                                       [&](const Outcome& each) { return each.code == outcome.code; });
        if (same == loader.t.outcomes.end())
            loader.t.outcomes.push_back(outcome);
        else if (same->say != outcome.say || same->outcome_class != outcome.outcome_class)
            loader.report
                .error("uses-clash", used.span,
                       "outcome '" + outcome.code + "' of " + used.contents.pack +
                           " differs from the one of the same name in another pack used")
                .notes.push_back({"that one is here", same->span});
    }
}

}  // namespace

std::optional<FoundPack> find_pack(const Node& item, const fs::path& pack, const std::vector<fs::path>& search,
                                   bool extending, Report& report) {
    const std::size_t space = item.text.find(' ');
    const std::string name = item.text.substr(0, space);
    const std::string release = space == std::string::npos ? "" : item.text.substr(space + 1);
    const std::vector<Header> headers = headers_below(roots(pack, search));
    std::vector<FoundPack> matches;
    for (const Header& header : headers) {
        if (!may_name(header, name)) continue;
        const std::optional<FoundPack> found = pack_of(header);
        if (found && found->pack == name && (release.empty() || found->release == release)) matches.push_back(*found);
    }
    if (matches.empty()) {
        std::vector<std::string> known;
        for (const Header& header : headers)
            if (const std::optional<FoundPack> found = pack_of(header)) known.push_back(found->pack);
        const std::string none = "there is no pack '" + item.text + "' in the folders that were searched";
        const std::string hint = nearest_word(name, known).value_or("its name, and the folder that holds it on the command line");
        if (extending)
            report.error("extends-unknown", item.span, none, hint);
        else
            report.error("uses-unknown", item.span, none, hint);
    }
    if (matches.size() > 1) {
        const std::string several = "'" + item.text + "' is the name of " + std::to_string(matches.size()) + " packs";
        const std::string hint = name + " " + matches.front().release + ", or another release";
        Diagnostic& error = extending ? report.error("extends-ambiguous", item.span, several, hint)
                                      : report.error("uses-ambiguous", item.span, several, hint);
        for (const FoundPack& match : matches)
            error.notes.push_back({"release " + match.release + " is in " + match.folder.generic_string(), {}});
    }
    return matches.size() == 1 ? std::optional(matches.front()) : std::nullopt;
}

LoadedUse UsesAhead::load(const Node& item) const {
    LoadedUse use;
    const std::optional<FoundPack> found = find_pack(item, pack_, search_, false, use.report);
    if (!found) return use;
    std::error_code error;
    const std::string folder = fs::weakly_canonical(found->folder, error).generic_string();
    if (std::find(using_packs_.begin(), using_packs_.end(), folder) != using_packs_.end()) {
        use.report.error("uses-cycle", item.span, "'" + item.text + "' uses this pack itself, directly or through another");
        return use;
    }
    std::vector<std::string> outer = using_packs_;
    outer.push_back(folder);
    use.contents = load_contents(found->folder, search_, std::move(outer), lending_, use.report);
    return use;
}

void UsesAhead::hear(const Node& file) {
    const Entry* uses = file.find("uses");
    if (uses == nullptr || uses->value.kind == Node::Kind::empty) return;
    Report silent;  // what is wrong with the list is reported where it is read
    for (const Node* item : one_or_more(uses->value, "'uses'", silent)) {
        LoadedUse use = load(*item);
        const std::lock_guard lock(mutex_);
        loaded_.emplace_back(item->span, std::move(use));
    }
}

LoadedUse UsesAhead::take(const Node& item) {
    const auto found = std::find_if(loaded_.begin(), loaded_.end(), [&](const auto& each) {
        return each.first.file == item.span.file && each.first.line == item.span.line && each.first.column == item.span.column;
    });
    if (found == loaded_.end()) return load(item);
    LoadedUse use = std::move(found->second);
    loaded_.erase(found);
    return use;
}

void read_uses(Loader& loader, UsesAhead& uses) {
    const Node* node = loader.once("uses");
    if (node == nullptr) return;
    for (const Node* item : one_or_more(*node, "'uses'", loader.report)) {
        LoadedUse use = uses.take(*item);
        for (Diagnostic& diagnostic : use.report.sorted()) loader.report.add(std::move(diagnostic));
        if (!use.contents) {
            loader.uses_failed = true;
            continue;
        }
        loader.t.uses.push_back(use.contents->pack + " " + use.contents->release);
        loader.used_hashes.push_back(use.contents->text_hash);
        auto used = std::make_shared<UsedPack>();
        used->contents = std::move(*use.contents);
        used->span = item->span;
        import_declarations(loader, *used);
        loader.used.push_back(std::move(used));
    }
}

}  // namespace bandtariff::loading
