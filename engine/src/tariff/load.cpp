// A pack's folder to a Tariff, or to everything that is wrong with it. Entry point: load_tariff.
#include <algorithm>

#include "tariff/access.hpp"
#include "tariff/loader.hpp"
#include "tariff/overlay.hpp"
#include "tariff/uses.hpp"

namespace bandtariff {
namespace loading {

namespace {

/// Whether what the document stage refused left every file's tree as it was meant. Where a file is missing or broken, what
/// it declares is missing too, and every reader of it would be reported beside the one slip.
bool leaves_the_tree_whole(const Report& report) {
    const std::vector<Diagnostic> all = report.sorted();
    return std::all_of(all.begin(), all.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::warning || diagnostic.code == "comma-split" || diagnostic.code == "duplicate-key";
    });
}

/// Names that a used pack would have declared are unknown where that pack is.
bool is_unknown_name(std::string_view code) {
    return code == "name-unknown" || code == "code-list-unknown" || code == "source-unknown" || code == "outcome-unknown" ||
           code == "cell-malformed";
}

void take_stack(Loader& loader, const Stack& stack) {
    loader.stack = &stack;
    loader.t.extends = stack.below;
    loader.used_hashes = stack.hashes;
    loader.uses_failed = stack.failed;
    for (const Node& change : stack.value_changes) {
        const Entry* target = change.find("change") != nullptr ? change.find("change") : change.find("multiply");
        if (const auto path = read_path(target->value, loader.report)) loader.value_changes[path->names[1]].push_back(&change);
    }
}

}  // namespace

std::optional<TariffContents> load_contents(const std::filesystem::path& pack, const std::vector<std::filesystem::path>& search,
                                            std::vector<std::string> using_packs, bool lending, Report& report) {
    Report own;
    UsesAhead uses(pack, search, std::move(using_packs), lending);
    const document::Document document = document::read_pack(pack, own, [&](const Node& file) { uses.hear(file); });
    std::optional<TariffContents> contents;
    bool uses_failed = false;
    if (leaves_the_tree_whole(own)) {
        const std::optional<Stack> stack = stack_of(document, pack, search, own);
        Loader loader{stack ? stack->merged : document, own, search, lending};
        if (stack) take_stack(loader, *stack);
        if (!loader.uses_failed) from_document(loader, pack, uses);  // without a pack below, what it declares would all be missing
        loader.t.text_hash =
            loader.used_hashes.empty() ? document.text_hash : document::combined_hash(document.text_hash, loader.used_hashes);
        uses_failed = loader.uses_failed;
        contents = std::move(loader.t);
    }
    const bool failed = own.has_errors();
    for (Diagnostic& diagnostic : own.sorted())
        if (!uses_failed || !is_unknown_name(diagnostic.code)) report.add(std::move(diagnostic));
    return failed ? std::nullopt : std::move(contents);
}

}  // namespace loading

Checked<Tariff> load_tariff(const std::filesystem::path& pack, const std::vector<std::filesystem::path>& search) {
    Report report;
    std::error_code error;
    std::optional<TariffContents> contents =
        loading::load_contents(pack, search, {std::filesystem::weakly_canonical(pack, error).generic_string()}, false, report);
    if (!contents) return {report.sorted()};
    contents->meaning_hash = loading::meaning_hash(*contents);
    return {TariffAccess::make(std::move(*contents)), report.sorted()};
}

}  // namespace bandtariff
