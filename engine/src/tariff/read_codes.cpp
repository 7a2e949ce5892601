// `codes:` and `choices:`. Code lists are declared, never inferred, so that a slip of the pen founds no band.
// Entry points: read_codes, read_choices, find_code_list, find_code.
#include <algorithm>
#include <unordered_map>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

/// A list as it is filled: every spelling once.
class Filling {
public:
    Filling(CodeList& list, Report& report) : list_(list), report_(report) {}
    void add(Code code, const SourceSpan& span) {
        if (code.code.empty()) {
            report_.error("code-empty", span, "a code of '" + list_.name + "' is empty");
            return;
        }
        if (code.code == "any" || code.code == "others" || code.code == "no_line")
            report_.error("code-reserved", span, "'" + code.code + "' has a meaning of its own in rows, so it cannot be a code",
                          "another code");
        for (const std::string* text : spellings(code)) {
            const auto [place, added] = seen_.emplace(*text, span);
            if (added) continue;
            report_.error("code-duplicate", span, "'" + *text + "' is in '" + list_.name + "' twice")
                .notes.push_back({"first here", place->second});
            return;
        }
        list_.codes.push_back(std::move(code));
    }

private:
    static std::vector<const std::string*> spellings(const Code& code) {
        std::vector<const std::string*> result = {&code.code};
        for (const std::string& also : code.also) result.push_back(&also);
        return result;
    }
    CodeList& list_;
    Report& report_;
    std::unordered_map<std::string, SourceSpan> seen_;
};

void add_items(Filling& filling, const Node& items, Report& report) {
    for (const Node& item : read_list(items, "a list of codes", report)) {
        if (item.kind == Node::Kind::scalar) {
            filling.add({item.text, {}, {}}, item.span);
            continue;
        }
        Fields fields(item, "a code", report);
        Code code;
        const Node* text = fields.require("code");
        if (text != nullptr) code.code = read_text(*text, "a code", report).value_or("");
        if (const Node* title = fields.take("title")) code.title = read_text(*title, "'title'", report).value_or("");
        if (const Node* also = fields.take("also"))
            for (const Node* each : one_or_more(*also, "'also'", report)) code.also.push_back(each->text);
        fields.finish();
        if (text != nullptr) filling.add(std::move(code), text->span);
    }
}

void add_file(Loader& loader, Filling& filling, Fields& fields, const Node& file) {
    const Node* code_column = fields.require("code", "code: the column that holds the codes");
    const Node* title_column = fields.take("title");
    const document::CsvTable* csv = find_csv(loader, file);
    if (csv == nullptr || code_column == nullptr) return;
    const std::optional<std::size_t> code = find_column(loader, *csv, *code_column);
    const std::optional<std::size_t> title = title_column == nullptr ? std::nullopt : find_column(loader, *csv, *title_column);
    if (!code) return;
    for (const auto& row : csv->rows)
        filling.add({row[*code].text, title ? row[*title].text : std::string(), {}}, csv->span(row[*code]));
}

void read_code_list(Loader& loader, const Entry& entry) {
    Report& report = loader.report;
    if (!check_name(entry.key, entry.key_span, report)) return;
    if (const auto other = loader.t.code_list(entry.key)) {
        report
            .error("uses-clash", entry.key_span, "a pack that this one uses has a code list '" + entry.key + "' too",
                   "leave this one out, or give it another name")
            .notes.push_back({"that one is here", loader.t.at(*other).span});
        return;
    }
    CodeList list;
    list.name = entry.key;
    list.span = entry.key_span;
    Filling filling(list, report);
    const Node& node = entry.value;
    if (node.kind == Node::Kind::sequence) {
        add_items(filling, node, report);
    } else if (node.kind == Node::Kind::mapping && (node.find("ordered") != nullptr || node.find("file") != nullptr)) {
        Fields fields(node, "a code list", report);
        list.ordered = fields.has("ordered");
        if (const Node* items = fields.take("ordered")) add_items(filling, *items, report);
        if (const Node* file = fields.take("file")) add_file(loader, filling, fields, *file);
        fields.finish();
    } else if (node.kind == Node::Kind::mapping) {
        for (const Entry& code : node.entries)
            filling.add(
                {code.key, code.value.kind == Node::Kind::empty ? "" : read_text(code.value, "a title", report).value_or(""), {}},
                code.key_span);
    } else {
        report.error("wrong-kind", entry.key_span, "a code list is a list of codes, or a mapping of codes to titles",
                     entry.key + ": [first, second]");
    }
    if (list.codes.empty() && node.kind != Node::Kind::scalar && node.kind != Node::Kind::empty)
        report.error("code-list-empty", entry.key_span, "code list '" + entry.key + "' has no codes");
    loader.t.code_lists.push_back(std::move(list));
}

void read_choice(Loader& loader, const Entry& entry) {
    Report& report = loader.report;
    Fields fields(entry.value, "a choice", report);
    Choice choice;
    choice.name = entry.key;
    choice.span = entry.key_span;
    CodeList list;
    list.name = entry.key;
    list.span = entry.key_span;
    Filling filling(list, report);
    if (const Node* of = fields.require("of", "of: [every alternative]"))
        for (const Node* item : one_or_more(*of, "'of'", report))
            if (check_name(item->text, item->span, report)) filling.add({item->text, {}, {}}, item->span);
    const Node* is = fields.require("is", "is: the alternative that this pack takes");
    choice.citation = read_citation(loader, fields, "choice '" + entry.key + "'", Evidence::required);
    fields.finish();
    if (const auto other = loader.t.code_list(entry.key)) {
        report
            .error("name-duplicate", entry.key_span,
                   "'" + entry.key + "' is a code list too, and a choice makes a list of its own name", "another name")
            .notes.push_back({"first given here", loader.t.at(*other).span});
        return;
    }
    if (!loader.declare(entry.key, Named::Kind::choice, loader.t.choices.size(), entry.key_span)) return;
    choice.alternatives = CodeListId(loader.t.code_lists.size());
    loader.t.code_lists.push_back(std::move(list));
    if (is != nullptr)
        if (const auto text = read_text(*is, "'is'", report))
            choice.selected = find_code(loader, choice.alternatives, *text, is->span).value_or(CodeId{0U});
    loader.t.choices.push_back(std::move(choice));
}

}  // namespace

const document::CsvTable* find_csv(Loader& loader, const Node& file) {
    const std::optional<std::string> name = read_text(file, "'file'", loader.report);
    if (!name) return nullptr;
    // A file stands beside the one that names it, or in the pack's folder.
    const std::filesystem::path yaml = file.span.file->path;
    for (std::filesystem::path folder = yaml.parent_path();; folder = folder.parent_path()) {
        const std::string wanted = (folder / *name).lexically_normal().generic_string();
        for (const auto& [path, csv] : loader.document.csv)
            if (std::filesystem::path(csv.file->path).lexically_normal().generic_string() == wanted) return &csv;
        if (std::filesystem::path(folder).lexically_normal() == loader.document.folder.lexically_normal() || !folder.has_relative_path()) break;
    }
    std::vector<std::string> names;
    for (const auto& [each, csv] : loader.document.csv) names.push_back(each);
    loader.report.error("file-unknown", file.span, "there is no CSV file '" + *name + "' in the pack's folder",
                        suggestion(*name, names));
    return nullptr;
}

std::optional<std::size_t> find_column(Loader& loader, const document::CsvTable& csv, const Node& column) {
    const std::optional<std::string> name = read_text(column, "a column", loader.report);
    if (!name) return std::nullopt;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < csv.header.size(); ++i) {
        if (csv.header[i].text == *name) return i;
        names.push_back(csv.header[i].text);
    }
    loader.report.error("column-unknown", column.span, csv.file->path + " has no column '" + *name + "'",
                        suggestion(*name, names));
    return std::nullopt;
}

void read_codes(Loader& loader) {
    for (const Entry* entry : loader.section("codes")) read_code_list(loader, *entry);
    if (const auto party = loader.t.code_list("party")) loader.t.party = *party;
}

void read_choices(Loader& loader) {
    for (const Entry* entry : loader.section("choices")) read_choice(loader, *entry);
}

std::optional<CodeListId> find_code_list(Loader& loader, const Node& node) {
    const std::optional<std::string> name = read_text(node, "the name of a code list", loader.report);
    if (!name) return std::nullopt;
    if (const auto found = loader.t.code_list(*name)) return found;
    std::vector<std::string> names;
    for (const CodeList& list : loader.t.code_lists) names.push_back(list.name);
    loader.report.error("code-list-unknown", node.span, "there is no code list '" + *name + "'", suggestion(*name, names));
    return std::nullopt;
}

std::optional<CodeId> find_code(Loader& loader, CodeListId list, const std::string& text, const SourceSpan& span) {
    if (!list.valid()) return std::nullopt;  // reported where the list was named
    const CodeList& codes = loader.t.at(list);
    auto& by_text = loader.codes_by_text[list.index];
    if (by_text.size() != codes.codes.size())  // new, or more codes since
        for (std::size_t i = 0; i < codes.codes.size(); ++i) by_text.emplace(codes.codes[i].code, CodeId(i));
    if (const auto found = by_text.find(text); found != by_text.end()) return found->second;
    std::vector<std::string> known;
    std::string also;
    for (const Code& code : codes.codes) {
        known.push_back(code.code);
        if (std::find(code.also.begin(), code.also.end(), text) != code.also.end()) also = code.code;
    }
    Diagnostic& error = loader.report.error("code-unknown", span, "'" + text + "' is not in the code list '" + codes.name + "'",
                                            also.empty() ? suggestion(text, known) : also);
    if (codes.span.somewhere()) error.notes.push_back({"the list is here", codes.span});
    return std::nullopt;
}

}  // namespace bandtariff::loading
