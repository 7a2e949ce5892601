// The small questions asked of a read document: find a key, the span of a cell, and the whole tree as text.
#include <algorithm>

#include "document.hpp"
#include "text.hpp"

namespace bandtariff::document {
namespace {

std::string place(const SourceSpan& span) { return std::to_string(span.line) + ":" + std::to_string(span.column); }

/// A scalar on one line: its style, place and length, then its text with line breaks and quotes made visible.
std::string shown(const Node& node) {
    std::string text = node.block ? "block " : node.quoted ? "quoted " : "plain ";
    text += place(node.span) + "+" + std::to_string(node.span.length) + " \"";
    for (const char c : node.text) {
        if (c == '\n')
            text += "\\n";
        else if (c == '"' || c == '\\')
            text.append("\\").append(1, c);
        else
            text += c;
    }
    return text + "\"\n";
}

void append(std::string& out, const Node& node, std::size_t indent) {
    if (node.kind == Node::Kind::empty) out += "empty " + place(node.span) + "\n";
    if (node.kind == Node::Kind::scalar) out += shown(node);
    if (node.kind == Node::Kind::sequence) {
        out += "list " + place(node.span) + "\n";
        for (const Node& item : node.items) {
            out.append(indent + 2, ' ').append("- ");
            append(out, item, indent + 2);
        }
    }
    if (node.kind == Node::Kind::mapping) {
        out += "mapping " + place(node.span) + "\n";
        for (const Entry& entry : node.entries) {
            out.append(indent + 2, ' ').append(entry.key).append(" ").append(place(entry.key_span)).append(": ");
            append(out, entry.value, indent + 2);
        }
    }
}

}  // namespace

const Entry* Node::find(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

SourceSpan CsvTable::span(const Cell& cell) const {
    const std::string_view first_line = std::string_view(cell.text).substr(0, cell.text.find('\n'));
    return {file, cell.line, cell.column, static_cast<std::uint32_t>(std::max<std::size_t>(count_characters(first_line), 1))};
}

std::string dump(const Node& node) {
    std::string out;
    append(out, node, 0);
    return out;
}

}  // namespace bandtariff::document
