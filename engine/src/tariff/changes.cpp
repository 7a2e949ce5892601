// `changes:` of an overlay on the sections of the packs below it, each beside what it replaces.
// Entry points: make_changes, same_meaning, read_path. Changes of values wait until the values are read (table_changes.cpp).
#include <algorithm>

#include "tariff/formula/formula.hpp"
#include "tariff/overlay.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> evidence_keys = {"source", "at", "assumed", "day_assumed", "carried_forward"};

bool same_syntax(const formula::Syntax& a, const formula::Syntax& b) {
    const auto same_number = [&] {
        const auto x = Rate::parse(a.word), y = Rate::parse(b.word);
        return x && y && x->value() == y->value();
    };
    if (a.kind != b.kind || a.keys != b.keys || a.over != b.over || a.operands.size() != b.operands.size()) return false;
    if (a.word != b.word && !(a.kind == formula::Syntax::Kind::number && same_number())) return false;
    return std::equal(a.operands.begin(), a.operands.end(), b.operands.begin(), same_syntax);
}

bool same_scalar(const Node& a, const Node& b) {
    if (a.text == b.text) return true;
    const auto x = Rate::parse(a.text), y = Rate::parse(b.text);
    if (x && y) return x->value() == y->value();
    const auto unit = Unit::parse(a.text), other = Unit::parse(b.text);
    if (unit && other) return *unit == *other;
    Report silent;
    const auto left = formula::parse(a, silent), right = formula::parse(b, silent);
    return left && right && same_syntax(*left, *right);
}

std::string in_words(const Node* node) {
    if (node == nullptr) return "absent";
    std::string text;
    switch (node->kind) {
        case Node::Kind::scalar: return node->text;
        case Node::Kind::empty: return "without a value";
        case Node::Kind::sequence:
            for (const Node& item : node->items) text += (text.empty() ? "" : ", ") + in_words(&item);
            return "[" + text + "]";
        case Node::Kind::mapping: break;
    }
    for (const Entry& entry : node->entries) text += (text.empty() ? "" : ", ") + entry.key + ": " + in_words(&entry.value);
    return "{" + text + "}";
}

bool is_word(const Node& node, std::string_view word) { return node.kind == Node::Kind::scalar && !node.quoted && node.text == word; }

class Changes {
public:
    Changes(Node& root, std::vector<Node>& values, Report& report) : root_(root), values_(values), report_(report) {}

    void make(const Node& change) {
        Fields fields(change, "a change", report_);
        const Node* path = fields.take("change");
        const Node* multiply = fields.take("multiply");
        const Node* choose = fields.take("choose");
        const Node* remove = fields.take("remove");
        const int ways = (path != nullptr) + (multiply != nullptr) + (choose != nullptr) + (remove != nullptr);
        if (ways != 1) {
            if (change.kind == Node::Kind::mapping)
                report_.error("change-malformed", change.span, "a change says exactly one of change, multiply, choose and remove",
                              "{change: figures.NAME, from: …, was: …, is: …, source: …}");
            return;
        }
        const Node* target = path != nullptr ? path : multiply != nullptr ? multiply : choose != nullptr ? choose : remove;
        std::optional<ChangePath> where = read_path(*target, report_);
        if (!where) return;
        if (choose != nullptr) where->names = {"choices", choose->text, "is"};
        if (where->names.size() < 2 && remove == nullptr) {
            report_.error("change-path", target->span, "'" + target->text + "' names no one thing to change",
                          "such as figures.NAME, tables.NAME[key: value], lines.NAME.over");
            return;
        }
        if (multiply != nullptr || (path != nullptr && is_value(*where))) {
            if (find(*where, 2, *target) != nullptr) values_.push_back(change);
            return;
        }
        if (where->has_keys) {
            report_.error("change-path", target->span, "only a table's values are picked by keys");
            return;
        }
        const Node* was = fields.require("was", "was: what stands there now, or absent");
        const Node* is = remove == nullptr ? fields.require("is", "is: what stands there from now on") : nullptr;
        std::vector<const Entry*> evidence;
        for (const std::string& key : evidence_keys)
            if (fields.take(key) != nullptr) evidence.push_back(change.find(key));
        fields.finish();
        if (was != nullptr && (is != nullptr || remove != nullptr)) put(*where, *target, *was, is, evidence, change);
    }

private:
    /// Whether the path names a figure or table itself or one of its columns, so that the change is one of its values.
    bool is_value(const ChangePath& where) {
        if (where.names[0] != "figures" && where.names[0] != "tables") return false;
        if (where.has_keys || where.names.size() == 2) return true;
        const Node* table = named(where.names[0], where.names[1]);
        const Entry* columns = table == nullptr ? nullptr : table->find("columns");
        return where.names.size() == 3 && columns != nullptr && columns->value.find(where.names[2]) != nullptr;
    }

    Node* named(const std::string& section, const std::string& name) {
        for (Entry& entry : root_.entries)
            if (entry.key == section)
                for (Entry& each : entry.value.entries)
                    if (each.key == name) return &each.value;
        return nullptr;
    }

    /// The node of the first `depth` names; fills a line's defaults in. Reports where there is none.
    Node* find(const ChangePath& where, std::size_t depth, const Node& target) {
        Node* node = named(where.names[0], where.names[1]);
        if (node == nullptr) {
            std::vector<std::string> known;
            for (const Entry& entry : root_.entries)
                if (entry.key == where.names[0])
                    for (const Entry& each : entry.value.entries) known.push_back(each.key);
            report_.error("change-unknown", target.span, "there is no '" + where.names[0] + "." + where.names[1] + "' in the packs below",
                          known.empty() ? "" : where.names[0] + "." + nearest_word(where.names[1], known).value_or(known.front()));
            return nullptr;
        }
        if (where.names[0] == "lines") fill_defaults(*node);
        for (std::size_t i = 2; i < depth; ++i) {
            const auto next = std::find_if(node->entries.begin(), node->entries.end(), [&](const Entry& each) { return each.key == where.names[i]; });
            if (next == node->entries.end()) {
                report_.error("change-unknown", target.span, "there is no '" + where.names[i] + "' in '" + target.text + "'",
                              "one of the keys that stand there");
                return nullptr;
            }
            node = &next->value;
        }
        return node;
    }

    void fill_defaults(Node& line) {
        if (line.kind != Node::Kind::mapping) return;
        for (const Entry& entry : root_.entries)
            if (entry.key == "line_defaults")
                for (const Entry& each : entry.value.entries)
                    if (line.find(each.key) == nullptr) line.entries.push_back(each);
    }

    void put(const ChangePath& where, const Node& target, const Node& was, const Node* is,
             const std::vector<const Entry*>& evidence, const Node& change) {
        if (where.names.size() <= 2) {
            put_in_section(where, target, was, is, change);
            return;
        }
        Node* holder = find(where, where.names.size() - 1, target);
        if (holder == nullptr) return;
        if (holder->kind != Node::Kind::mapping) {
            report_.error("change-path", target.span, "'" + target.text + "' names a key of something that has none");
            return;
        }
        if (!replace(*holder, where.names.back(), target, was, is)) return;
        if (evidence.empty()) return;
        std::erase_if(holder->entries, [](const Entry& each) {
            return std::find(evidence_keys.begin(), evidence_keys.end(), each.key) != evidence_keys.end();
        });
        for (const Entry* each : evidence) holder->entries.push_back(*each);
    }

    /// A whole name of a section, or a whole section.
    void put_in_section(const ChangePath& where, const Node& target, const Node& was, const Node* is, const Node& change) {
        bool found = false;
        for (Entry& section : root_.entries) {
            if (section.key != where.names[0]) continue;
            if (where.names.size() == 1 || section.value.find(where.names[1]) != nullptr) {
                found = true;
                (void)replace(where.names.size() == 1 ? root_ : section.value, where.names.back(), target, was, is);
                break;
            }
        }
        if (found) return;
        if (where.names.size() == 2 && is != nullptr && is_word(was, "absent"))
            report_.error("change-path", change.span, "a new name needs no change", "'" + where.names[1] + "' under '" + where.names[0] + ":'");
        else if (where.names.size() == 2)
            (void)find(where, 2, target);
        else
            report_.error("change-unknown", target.span, "there is no '" + target.text + "' in the packs below");
    }

    /// Checks `was` and puts `is` (or nothing) in its place.
    bool replace(Node& holder, const std::string& key, const Node& target, const Node& was, const Node* is) {
        const auto at = std::find_if(holder.entries.begin(), holder.entries.end(), [&](const Entry& each) { return each.key == key; });
        const bool there = at != holder.entries.end();
        const bool held = is_word(was, "absent") ? !there : is_word(was, "present") ? there : there && same_meaning(at->value, was);
        if (!held) {
            Diagnostic& error = report_.error(
                "was-differs", was.span,
                "'" + target.text + "' was to be " + in_words(&was) + ", and is " + in_words(there ? &at->value : nullptr),
                "was: " + in_words(there ? &at->value : nullptr));
            if (there) error.notes.push_back({"it stands here", at->value.span});
            return false;
        }
        if (is == nullptr) {
            if (there) holder.entries.erase(at);
        } else if (there) {
            at->value = *is;
        } else {
            holder.entries.push_back({key, target.span, *is});
        }
        return true;
    }

    Node& root_;
    std::vector<Node>& values_;
    Report& report_;
};

}  // namespace

bool same_meaning(const Node& a, const Node& b) {
    if (a.kind != b.kind) return false;
    if (a.kind == Node::Kind::scalar) return same_scalar(a, b);
    if (a.kind == Node::Kind::sequence) return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_meaning);
    if (a.entries.size() != b.entries.size()) return false;
    return std::all_of(a.entries.begin(), a.entries.end(), [&](const Entry& entry) {
        const Entry* other = b.find(entry.key);
        return other != nullptr && same_meaning(entry.value, other->value);
    });
}

void make_changes(Node& root, const std::vector<Node>& changes, std::vector<Node>& values, Report& report) {
    Changes making(root, values, report);
    for (const Node& change : changes) making.make(change);
}

std::optional<ChangePath> read_path(const Node& node, Report& report) {
    const auto malformed = [&]() -> std::optional<ChangePath> {
        report.error("change-path", node.span, "this does not name a thing of a pack",
                     "such as figures.NAME, \"tables.NAME[key: value]\", lines.NAME.over");
        return std::nullopt;
    };
    if (node.kind != Node::Kind::scalar || node.text.empty()) return malformed();
    ChangePath path;
    const std::size_t bracket = node.text.find('[');
    const std::string names = node.text.substr(0, bracket);
    for (std::size_t at = 0; at <= names.size();) {
        const std::size_t dot = std::min(names.find('.', at), names.size());
        path.names.push_back(names.substr(at, dot - at));
        if (path.names.back().empty()) return malformed();
        at = dot + 1;
    }
    if (bracket == std::string::npos) return path;
    if (node.text.back() != ']') return malformed();
    path.has_keys = true;
    const std::string keys = node.text.substr(bracket + 1, node.text.size() - bracket - 2);
    for (std::size_t at = 0; at < keys.size();) {
        const std::size_t comma = std::min(keys.find(", ", at), keys.size());
        const std::string one = keys.substr(at, comma - at);
        const std::size_t colon = one.find(": ");
        if (colon == std::string::npos) return malformed();
        path.keys.emplace_back(one.substr(0, colon), one.substr(colon + 2));
        at = comma + 2;
    }
    return path;
}

}  // namespace bandtariff::loading
