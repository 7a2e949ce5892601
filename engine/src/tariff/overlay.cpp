// A document that extends other packs to one document: the packs below in order, then its own sections, then its changes.
// Entry point: stack_of. Everything keeps the place where it was written, so that later stages point into the right pack.
#include "tariff/overlay.hpp"

#include <algorithm>
#include <set>

#include "tariff/loader.hpp"
#include "tariff/uses.hpp"

namespace bandtariff::loading {
namespace {

namespace fs = std::filesystem;

const std::set<std::string, std::less<>> identity = {"pack", "release", "title", "status", "format", "published", "applies"};
const std::set<std::string, std::less<>> lists = {"checks", "not_covered", "uses"};
const std::set<std::string, std::less<>> whole = {"record", "span", "line_defaults"};

const Node* top_value(const document::Document& document, std::string_view key) {
    for (const Node& file : document.files)
        if (const Entry* entry = file.find(key)) return &entry->value;
    return nullptr;
}

std::string identity_of(const document::Document& document) {
    const Node* pack = top_value(document, "pack");
    const Node* release = top_value(document, "release");
    return (pack == nullptr ? std::string("a pack without a name") : pack->text) + (release == nullptr ? "" : " " + release->text);
}

bool is_header(const document::Document& document, const Node& file) {
    return document.files.size() == 1 || fs::path(file.span.file->path).filename() == "pack.yaml";
}

class Stacking {
public:
    Stacking(const std::vector<fs::path>& search, Report& report) : search_(search), report_(report) {
        stack_.merged.files.emplace_back();
        root().kind = Node::Kind::mapping;
    }

    /// Puts the packs that a document extends below it, and then the document itself.
    void add(const document::Document& document, const fs::path& pack, bool top) {
        std::error_code error;
        folders_.push_back(fs::weakly_canonical(pack, error).generic_string());
        for (const Node& file : document.files)
            if (const Entry* extends = file.find("extends"))
                for (const Node* item : one_or_more(extends->value, "'extends'", report_)) below(*item, pack);
        folders_.pop_back();
        layer(document, top);
    }

    Stack finish(const document::Document& top) {
        stack_.merged.folder = top.folder;
        stack_.merged.text_hash = top.text_hash;
        if (!stack_.below.empty()) stack_.below.pop_back();  // the top itself
        return std::move(stack_);
    }

private:
    Node& root() { return stack_.merged.files.front(); }

    void below(const Node& item, const fs::path& pack) {
        const std::optional<FoundPack> found = find_pack(item, pack, search_, true, report_);
        stack_.failed = stack_.failed || !found;
        if (!found) return;
        std::error_code error;
        const std::string folder = fs::weakly_canonical(found->folder, error).generic_string();
        if (std::find(folders_.begin(), folders_.end(), folder) != folders_.end()) {
            stack_.failed = true;
            report_.error("extends-cycle", item.span, "'" + item.text + "' extends this pack itself, directly or through another");
            return;
        }
        if (!stacked_.insert(folder).second) return;  // two layers over one pack: it lies below both, once
        Report own;
        const document::Document document = document::read_pack(found->folder, own);
        stack_.failed = stack_.failed || own.has_errors();
        for (Diagnostic& diagnostic : own.sorted()) report_.add(std::move(diagnostic));
        stack_.hashes.push_back(document.text_hash);
        add(document, found->folder, false);
    }

    void layer(const document::Document& document, bool top) {
        const std::string name = identity_of(document);
        if (const Node* status = top_value(document, "status")) stack_.statuses.emplace_back(name, status->text);
        const bool first = stack_.below.empty();
        std::vector<Node> changes;
        const std::size_t kept = root().entries.size();
        for (const Node& file : document.files) {
            if (top && root().span.file == nullptr && is_header(document, file)) root().span = file.span;
            for (const Entry& entry : file.entries) {
                const bool header = identity.contains(entry.key) || entry.key == "extends";
                if (top && header && !is_header(document, file))
                    report_.error("header-misplaced", entry.key_span,
                                  "'" + entry.key + "' belongs in pack.yaml, where a reader looks for it");
                if (entry.key == "extends" || (entry.key == "cases" && !top)) continue;
                if (entry.key == "changes") {
                    const std::vector<Node>& items = read_list(entry.value, "'changes'", report_);
                    changes.insert(changes.end(), items.begin(), items.end());
                    if (first)
                        report_.error("changes-misplaced", entry.key_span, "there is no pack below this one to change",
                                      "extends: [the pack that it changes]");
                } else {
                    add_entry(entry, kept);
                }
            }
        }
        for (const auto& [path, csv] : document.csv) stack_.merged.csv.emplace((document.folder / path).generic_string(), csv);
        if (top)
            for (const char* key : {"pack", "title"})
                if (top_value(document, key) == nullptr)
                    report_.error("key-missing", root().span, "an overlay needs its own '" + std::string(key) + "'",
                                  std::string(key) + (std::string_view(key) == "pack" ? ": england.some_name" : ": what it changes"));
        if (!stack_.failed) make_changes(root(), changes, stack_.value_changes, report_);
        stack_.below.push_back(name);
    }

    /// One top-level entry of a layer over those of the layers below, which are the first `below` of the root.
    void add_entry(const Entry& entry, std::size_t below) {
        const auto end = root().entries.begin() + static_cast<std::ptrdiff_t>(below);
        const auto under = std::find_if(root().entries.begin(), end, [&](const Entry& each) { return each.key == entry.key; });
        if (under == end) {
            root().entries.push_back(entry);
        } else if (identity.contains(entry.key)) {
            *under = entry;
        } else if (lists.contains(entry.key)) {
            append(*under, entry);
        } else if (whole.contains(entry.key) || entry.value.kind != Node::Kind::mapping || under->value.kind != Node::Kind::mapping) {
            if (!same_meaning(under->value, entry.value)) clash(entry, *under, entry.key);
        } else {
            Entry rest = entry;
            rest.value.entries.clear();
            for (const Entry& named : entry.value.entries) add_named(named, entry.key, end, rest);
            if (!rest.value.entries.empty()) root().entries.push_back(std::move(rest));
        }
    }

    /// A name of a section: new, or the same as one below.
    void add_named(const Entry& named, const std::string& section, std::vector<Entry>::iterator end, Entry& rest) {
        for (auto each = root().entries.begin(); each != end; ++each) {
            if (each->key != section) continue;
            const Entry* taken = each->value.find(named.key);
            if (taken == nullptr) continue;
            if (!same_meaning(taken->value, named.value)) clash(named, *taken, section + "." + named.key);
            return;
        }
        rest.value.entries.push_back(named);
    }

    void clash(const Entry& entry, const Entry& taken, const std::string& path) {
        report_
            .error("overlay-clash", entry.key_span, "'" + path + "' is there already in a pack below, and says something else",
                   "another name, or under changes: {change: " + path + ", was: …, is: …}")
            .notes.push_back({"it is given here", taken.key_span});
    }

    static void append(Entry& under, const Entry& entry) {
        const auto as_list = [](const Node& node) { return node.kind == Node::Kind::sequence ? node.items : std::vector<Node>{node}; };
        Node list = under.value;
        list.kind = Node::Kind::sequence;
        list.items = as_list(under.value);
        for (const Node& item : as_list(entry.value))
            if (std::none_of(list.items.begin(), list.items.end(), [&](const Node& each) { return same_meaning(each, item); }))
                list.items.push_back(item);
        under.value = std::move(list);
    }

    const std::vector<fs::path>& search_;
    Report& report_;
    Stack stack_;
    std::vector<std::string> folders_;
    std::set<std::string> stacked_;
};

}  // namespace

std::optional<Stack> stack_of(const document::Document& top, const fs::path& pack, const std::vector<fs::path>& search,
                              Report& report) {
    if (top_value(top, "extends") == nullptr && top_value(top, "changes") == nullptr) return std::nullopt;
    Stacking stacking(search, report);
    stacking.add(top, pack, true);
    return stacking.finish(top);
}

}  // namespace bandtariff::loading
