// `uses:`: code lists, figures and tables of another pack, readable by name with their outcomes and sources.
// Entry points: read_uses, before the pack's own declarations, and import_tables, after its facts.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

namespace fs = std::filesystem;

/// Identity of a pack folder's header, read without its meaning.
struct Header {
    std::string pack, release;
};

std::optional<Header> header_of(const fs::path& file) {
    std::error_code error;
    std::ifstream stream(file, std::ios::binary);
    if (!fs::is_regular_file(file, error) || !stream) return std::nullopt;
    std::ostringstream text;
    text << stream.rdbuf();
    Report silent;  // what is wrong with a pack is reported where it is used
    const Node node = document::from_yaml(std::make_shared<const SourceFile>(SourceFile{file.string(), text.str()}), silent);
    const Entry* pack = node.find("pack");
    const Entry* release = node.find("release");
    if (pack == nullptr) return std::nullopt;
    return Header{pack->value.text, release == nullptr ? "" : release->value.text};
}

/// Folders in which packs are looked for: those given, and the pack's own ancestors up to one named `rules`.
std::vector<fs::path> roots(const fs::path& pack, const std::vector<fs::path>& search) {
    std::vector<fs::path> result = search;
    std::error_code error;
    for (fs::path at = fs::weakly_canonical(pack, error).parent_path(); !at.empty() && at != at.root_path(); at = at.parent_path())
        if (at.filename() == "rules") {
            result.push_back(pack.is_relative() ? at.lexically_proximate(fs::weakly_canonical(".", error)) : at);
            break;
        }
    return result;
}

struct Found {
    fs::path folder;
    Header header;
};

std::vector<Found> packs_below(const std::vector<fs::path>& folders) {
    std::vector<Found> result;
    std::vector<fs::path> seen;
    for (const fs::path& root : folders) {
        std::error_code error;
        for (fs::recursive_directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
            if (at->path().filename() != "pack.yaml") continue;
            const fs::path folder = fs::weakly_canonical(at->path().parent_path(), error);
            if (std::find(seen.begin(), seen.end(), folder) != seen.end()) continue;
            seen.push_back(folder);
            if (auto header = header_of(at->path())) result.push_back({at->path().parent_path(), *header});
        }
    }
    std::sort(result.begin(), result.end(), [](const Found& a, const Found& b) { return a.folder < b.folder; });
    return result;
}

/// Positions of the used pack's things in the reader.
struct Mapping {
    std::vector<CodeListId> lists;
    std::vector<std::optional<TableId>> tables;
    std::vector<OutcomeId> outcomes;
};

}  // namespace

struct UsedPack {
    TariffContents contents;
    SourceSpan span;
    Mapping mapping;
};

namespace {

void import_declarations(Loader& loader, UsedPack& used) {
    for (const Source& source : used.contents.sources) {
        const auto same = std::find_if(loader.t.sources.begin(), loader.t.sources.end(), [&](const Source& each) { return each.key == source.key; });
        if (same == loader.t.sources.end()) loader.t.sources.push_back(source);
        else if (same->title != source.title || same->kind != source.kind)
            loader.report.error("uses-clash", used.span, "source '" + source.key + "' of " + used.contents.pack + " differs from the one of the same key in another pack used").notes.push_back({"that one is here", same->span});
    }
    for (std::size_t i = 0; i < used.contents.code_lists.size(); ++i) {
        const CodeList& list = used.contents.code_lists[i];
        const bool is_choice = used.contents.choice(list.name).has_value();
        used.mapping.lists.emplace_back(loader.t.code_lists.size());
        if (is_choice || list.name == "party") {  // its own affair: kept out of reach
            used.mapping.lists.back() = CodeListId();
            continue;
        }
        if (const auto other = loader.t.code_list(list.name)) {
            const CodeList& taken = loader.t.at(*other);
            if (taken.span.file == list.span.file || std::equal(taken.codes.begin(), taken.codes.end(), list.codes.begin(), list.codes.end(), [](const Code& a, const Code& b) { return a.code == b.code; })) {
                used.mapping.lists.back() = *other;
                continue;
            }
            loader.report.error("uses-clash", used.span, "code list '" + list.name + "' of " + used.contents.pack + " differs from the one of the same name in another pack used").notes.push_back({"that one is here", taken.span});
        }
        loader.t.code_lists.push_back(list);
    }
    for (const Outcome& outcome : used.contents.outcomes) {
        const auto same = std::find_if(loader.t.outcomes.begin(), loader.t.outcomes.end(), [&](const Outcome& each) { return each.code == outcome.code; });
        if (same == loader.t.outcomes.end()) loader.t.outcomes.push_back(outcome);
        else if (same->say != outcome.say || same->outcome_class != outcome.outcome_class)
            loader.report.error("uses-clash", used.span, "outcome '" + outcome.code + "' of " + used.contents.pack + " differs from the one of the same name in another pack used").notes.push_back({"that one is here", same->span});
    }
}

class TableImporter {
public:
    TableImporter(Loader& loader, UsedPack& used) : loader_(loader), used_(used), done_(used.contents.tables.size()), visited_(used.contents.tables.size()) {
        for (const Outcome& outcome : used.contents.outcomes) used.mapping.outcomes.push_back(*loader.t.outcome(outcome.code));
    }

    void all() {
        for (std::size_t i = 0; i < used_.contents.tables.size(); ++i) (void)table(i);
    }

private:
    /// The reader's table for one of the used pack's; nullopt where it cannot be read here.
    std::optional<TableId> table(std::size_t index) {
        if (visited_[index]) return done_[index];
        visited_[index] = true;
        Table copy = used_.contents.tables[index];
        if (copy.reference) return std::nullopt;
        const bool outer = std::exchange(readable_, true);
        type(copy.type, copy.unit_text);
        if (copy.dated_by) copy.dated_by = fact(*copy.dated_by);
        for (Key& key : copy.keys) read_key(key, copy);
        for (Version& version : copy.versions)
            for (Row& row : version.rows) cell(row.cell);
        if (!std::exchange(readable_, outer)) {
            loader_.not_lent.emplace(copy.name, "'" + copy.name + "' of " + used_.contents.pack + " cannot be read here: " + why_);
            return std::nullopt;
        }
        const std::size_t dot = copy.name.find('.');
        if (dot != std::string::npos && loader_.names.find(copy.name.substr(0, dot)) == loader_.names.end())
            (void)loader_.declare(copy.name.substr(0, dot), Named::Kind::table_family, loader_.t.tables.size(), copy.span);
        if (!loader_.declare(copy.name, Named::Kind::table, loader_.t.tables.size(), copy.span)) return std::nullopt;
        days(copy);
        const TableId id(loader_.t.tables.size());
        loader_.imported_tables.insert(id.index);
        formula::Traits traits = bounds(copy);
        traits.covers = copy.covers;
        loader_.t.tables.push_back(std::move(copy));
        loader_.table_traits.push_back(traits);
        done_[index] = id;
        return id;
    }

    /// Known only where every cell is an amount.
    static formula::Traits bounds(const Table& table) {
        formula::Traits traits;
        bool known = table.type.kind == ValueKind::number;
        for (const Version& version : table.versions)
            for (const Row& row : version.rows) {
                if (row.cell.kind == Cell::Kind::outcome || row.cell.kind == Cell::Kind::no_line) continue;
                known = known && row.cell.kind == Cell::Kind::value;
                traits.low = traits.low ? std::min(*traits.low, row.cell.value.number) : row.cell.value.number;
                traits.high = traits.high ? std::max(*traits.high, row.cell.value.number) : row.cell.value.number;
            }
        return known ? traits : formula::Traits{};
    }

    void type(Type& type, const std::string& unit_text) {
        if (type.kind == ValueKind::code) {
            type.codes = used_.mapping.lists[type.codes.index];
            readable_ = readable_ && type.codes.valid();
        }
        if (type.kind != ValueKind::number) return;
        if (auto unit = Unit::parse(unit_text)) {  // from its text: what the record is differs from pack to pack
            for (const std::string& symbol : loader_.erased) unit = unit->without(symbol);
            type.unit = *unit;
        }
    }

    FactId fact(FactId id) {
        const Fact& theirs = used_.contents.at(id);
        const auto ours = loader_.t.fact(theirs.name);
        if (!ours) why_ = "this pack has no fact '" + theirs.name + "'", readable_ = false;
        return ours.value_or(FactId());
    }

    void read_key(Key& key, const Table& table) {
        Expression& reads = key.reads;
        if (reads.operation == Operation::lookup) {
            const auto id = this->table(static_cast<std::size_t>(reads.index));
            readable_ = readable_ && id;
            if (id) reads.index = id->index;
            if (id) type(reads.type, loader_.t.at(*id).unit_text);
            if (id)
                for (std::size_t i = 0; i < reads.operands.size(); ++i) reads.operands[i] = loader_.t.at(*id).keys[i].reads;
            return;
        }
        const auto named = loader_.names.find(key.name);
        Type wanted = reads.type;
        if (wanted.kind == ValueKind::code) wanted.codes = used_.mapping.lists[wanted.codes.index];
        if (wanted.kind == ValueKind::number && reads.operation == Operation::fact) type(wanted, used_.contents.at(FactId(static_cast<std::size_t>(reads.index))).unit_text);
        if (named == loader_.names.end() || named->second.kind != Named::Kind::fact) {
            if (reads.operation == Operation::fact && wanted.kind == ValueKind::code && wanted.codes.valid()) {
                // No fact of that name here: readable where a formula writes the key out.
                reads = Expression{};
                reads.operation = Operation::key;
                reads.type = wanted;
                reads.index = formula::unread_key;
                return;
            }
            why_ = "this pack has no fact '" + key.name + "'";
            readable_ = false;
            return;
        }
        const FactId ours(named->second.index);
        const std::optional<Type> own = type_of(loader_.t.at(ours));
        if (!own || !(*own == wanted)) {
            loader_.report.error("uses-fact-type", loader_.t.at(ours).span, "'" + key.name + "' is read by table '" + table.name + "' of " + used_.contents.pack + " as " + type_in_words(loader_, wanted) + ", and here it is " + (own ? type_in_words(loader_, *own) : std::string("never computed with")),
                                 "the same kind, or another name for this fact").notes.push_back({"the table is here", table.span});
            loader_.unreadable.insert(table.name);
            readable_ = false;
            return;
        }
        reads.operation = Operation::fact;
        reads.index = ours.index;
        reads.type = *own;
    }

    void cell(Cell& cell) {
        if (cell.kind == Cell::Kind::outcome || (cell.kind == Cell::Kind::stated && cell.outcome.valid())) cell.outcome = used_.mapping.outcomes[cell.outcome.index];
        if (cell.kind == Cell::Kind::stated) cell.stated_by = fact(cell.stated_by);
        for (auto* part : {&cell.above, &cell.at_least, &cell.below, &cell.at_most, &cell.formula})
            if (*part) expression(**part);
    }

    void expression(Expression& expression) {
        switch (expression.operation) {
            case Operation::lookup: {
                const auto id = this->table(static_cast<std::size_t>(expression.index));
                readable_ = readable_ && id;
                if (id) expression.index = id->index;
                break;
            }
            case Operation::fact: case Operation::given: expression.index = fact(FactId(static_cast<std::size_t>(expression.index))).index; break;
            case Operation::by_choice: {
                Expression chosen = expression.operands[used_.contents.choices[static_cast<std::size_t>(expression.index)].selected.index];
                expression = std::move(chosen);
                this->expression(expression);
                return;
            }
            case Operation::choice: case Operation::step: readable_ = false; return;
            default: break;
        }
        if (expression.type.kind == ValueKind::code) {
            expression.type.codes = used_.mapping.lists[expression.type.codes.index];
            readable_ = readable_ && expression.type.codes.valid();
        }
        for (Expression& operand : expression.operands) this->expression(operand);
    }

    /// Its values have to cover the reader's days.
    void days(const Table& table) {
        if (table.as_printed || table.dated_by || table.versions.empty()) return;
        const Version& first = table.versions.front();
        const Version& last = table.versions.back();
        if (!loader_.t.applies) {
            if (first.from && !loader_.t.undated_because.empty()) loader_.report.error("uses-days", used_.span, "this tariff is undated, and table '" + table.name + "' of " + used_.contents.pack + " is dated").notes.push_back({"the table is here", table.span});
            return;
        }
        const DateRange ours = *loader_.t.applies;
        std::optional<Date> from = first.from, until = last.until;
        if (used_.contents.applies) {
            from = from ? std::max(*from, used_.contents.applies->from()) : used_.contents.applies->from();
            until = until ? std::min(*until, used_.contents.applies->until()) : used_.contents.applies->until();
        }
        if ((from && *from > ours.from()) || (until && *until < ours.until()))
            loader_.report.error("uses-days", used_.span, "'" + table.name + "' of " + used_.contents.pack + " has values from " + (from ? bandtariff::to_string(*from) : "the start") + " to " + (until ? bandtariff::to_string(*until - std::chrono::days(1)) : "the end") + ", which does not cover the days of this tariff",
                                 "a release of it that covers " + bandtariff::to_string(ours.from()) + " to " + bandtariff::to_string(ours.last_day())).notes.push_back({"the table is here", table.span});
    }

    Loader& loader_;
    UsedPack& used_;
    std::vector<std::optional<TableId>> done_;
    std::vector<bool> visited_;
    bool readable_ = true;  ///< the table being copied, so far
    std::string why_ = "it reads choices or code lists that stay with its own pack";
};

}  // namespace

void read_uses(Loader& loader, const fs::path& pack) {
    const Node* node = loader.once("uses");
    if (node == nullptr) return;
    std::optional<std::vector<Found>> packs;
    for (const Node* item : one_or_more(*node, "'uses'", loader.report)) {
        if (!packs) packs = packs_below(roots(pack, loader.search));
        const std::size_t space = item->text.find(' ');
        const std::string name = item->text.substr(0, space);
        const std::string release = space == std::string::npos ? "" : item->text.substr(space + 1);
        std::vector<const Found*> matches;
        std::vector<std::string> known;
        for (const Found& found : *packs) {
            known.push_back(found.header.pack);
            if (found.header.pack == name && (release.empty() || found.header.release == release)) matches.push_back(&found);
        }
        if (matches.empty()) {
            const auto near = nearest_word(name, known);
            loader.uses_failed = true;
            loader.report.error("uses-unknown", item->span, "there is no pack '" + item->text + "' in the folders that were searched", near.value_or("its name, and the folder that holds it on the command line"));
            continue;
        }
        if (matches.size() > 1) {
            loader.uses_failed = true;
            Diagnostic& error = loader.report.error("uses-ambiguous", item->span, "'" + item->text + "' is the name of " + std::to_string(matches.size()) + " packs", name + " " + matches.front()->header.release + ", or another release");
            for (const Found* match : matches) error.notes.push_back({"release " + match->header.release + " is in " + match->folder.generic_string(), {}});
            continue;
        }
        std::error_code error;
        const std::string folder = fs::weakly_canonical(matches.front()->folder, error).generic_string();
        if (std::find(loader.using_packs.begin(), loader.using_packs.end(), folder) != loader.using_packs.end()) {
            loader.uses_failed = true;
            loader.report.error("uses-cycle", item->span, "'" + item->text + "' uses this pack itself, directly or through another");
            continue;
        }
        std::vector<std::string> outer = loader.using_packs;
        outer.push_back(folder);
        std::optional<TariffContents> contents = load_contents(matches.front()->folder, loader.search, std::move(outer), loader.report);
        if (!contents) loader.uses_failed = true;
        if (!contents) continue;
        loader.t.uses.push_back(contents->pack + " " + contents->release);
        loader.used_hashes.push_back(contents->text_hash);
        auto used = std::make_shared<UsedPack>();
        used->contents = std::move(*contents);
        used->span = item->span;
        import_declarations(loader, *used);
        loader.used.push_back(std::move(used));
    }
}

void import_tables(Loader& loader) {
    for (const auto& used : loader.used) TableImporter(loader, *used).all();
}

}  // namespace bandtariff::loading
