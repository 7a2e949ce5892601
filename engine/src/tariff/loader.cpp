// The sections of a pack's files, and its one namespace. Entry points are the members of Loader.
#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

const char* kind_name(Named::Kind kind) {
    switch (kind) {
        case Named::Kind::fact:
        case Named::Kind::fact_family: return "a fact";
        case Named::Kind::table:
        case Named::Kind::table_family: return "a table or figure";
        case Named::Kind::step: return "a step";
        case Named::Kind::choice: return "a choice";
        case Named::Kind::time_basis: break;
    }
    return "a time basis";
}

}  // namespace

std::vector<const Entry*> Loader::section(std::string_view key) {
    std::vector<const Entry*> result;
    const auto found = top.find(key);
    if (found == top.end()) return result;
    std::map<std::string_view, const Entry*> first;
    for (const Entry* part : found->second) {
        if (part->value.kind == Node::Kind::empty) {
            report.error("value-missing", part->key_span, "'" + part->key + "' has no value",
                         "its entries below it, or leave the section out");
            continue;
        }
        if (part->value.kind != Node::Kind::mapping) {
            report.error("wrong-kind", part->value.span, "'" + part->key + "' is a mapping of names to what they stand for");
            continue;
        }
        for (const Entry& entry : part->value.entries) {
            const auto [place, added] = first.emplace(entry.key, &entry);
            if (added)
                result.push_back(&entry);
            else if (place->second->key_span.file != entry.key_span.file)  // the document stage reports those of one mapping
                report.error("name-duplicate", entry.key_span, "'" + entry.key + "' is given twice under '" + part->key + "'")
                    .notes.push_back({"first given here", place->second->key_span});
        }
    }
    return result;
}

const Node* Loader::once(std::string_view key) {
    const auto found = top.find(key);
    if (found == top.end()) return nullptr;
    for (std::size_t i = 1; i < found->second.size(); ++i)
        report.error("name-duplicate", found->second[i]->key_span, "'" + std::string(key) + "' is given twice")
            .notes.push_back({"first given here", found->second.front()->key_span});
    const Entry& entry = *found->second.front();
    if (entry.value.kind != Node::Kind::empty) return &entry.value;
    report.error("value-missing", entry.key_span, "'" + entry.key + "' has no value",
                 "a value after '" + entry.key + ":', or leave the key out");
    return nullptr;
}

bool Loader::declare(const std::string& name, Named::Kind kind, std::size_t index, const SourceSpan& span) {
    const std::size_t dot = name.find('.');  // only families make dotted names, from parts checked one by one
    if (dot == std::string::npos && !check_name(name, span, report)) return false;
    const auto [place, added] = names.emplace(name, Named{kind, index, span});
    if (added) return true;
    report
        .error("name-duplicate", span,
               "'" + name + "' already is " + kind_name(place->second.kind) +
                   ": facts, figures, tables, steps, choices and time bases share their names",
               "another name")
        .notes.push_back({"first given here", place->second.span});
    return false;
}

}  // namespace bandtariff::loading
