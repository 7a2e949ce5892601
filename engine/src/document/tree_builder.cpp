// See tree_builder.hpp; keys without a value are in comma_splits.cpp. Codes reported here: anchor-refused, alias-refused,
// tag-refused, key-not-a-word, key-missing, merge-key, null-word, pair-in-list, no-value (an empty item of a list),
// duplicate-key, too-deep, too-many-values, too-long, too-many-errors, and yaml-syntax where no quote or ':' follows.
#include "tree_builder.hpp"

#include <algorithm>
#include <unordered_map>

#include "scalar_places.hpp"

namespace bandtariff::document {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_values = 1'000'000;
constexpr std::size_t longest_scalar = std::size_t{64} << 10;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The word null, or ~, standing alone at `at`: the parser gives both as nothing at all.
std::size_t null_word(std::string_view body, std::size_t at) {
    for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
        if (!body.substr(at).starts_with(word)) continue;
        std::size_t after = at + word.size();
        while (after < body.size() && (body[after] == ' ' || body[after] == '\t')) ++after;
        if (after == body.size() || body[after] == '\r' || body[after] == '\n') return word.size();
        const bool apart = after > at + word.size();
        if (body[after] == '#' ? apart : std::string_view(",]}:").find(body[after]) != std::string_view::npos) return word.size();
    }
    return 0;
}

}  // namespace

Diagnostic& TreeBuilder::refuse(std::string code, const SourceSpan& where, std::string message, std::string hint) {
    if (++refusals_ > most_refusals) {
        report_.error("too-many-errors", where, too_many_errors());
        throw GaveUp{};
    }
    return report_.error(std::move(code), where, std::move(message), std::move(hint));
}

std::optional<std::size_t> TreeBuilder::open_bracket() const {
    for (auto frame = open_.rbegin(); frame != open_.rend(); ++frame)
        if (text_.at(frame->begin) == '{' || text_.at(frame->begin) == '[') return frame->begin;
    return std::nullopt;
}

bool TreeBuilder::expects_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().has_key;
}

void TreeBuilder::count_one(std::size_t at) {
    if (++count_ <= most_values) return;
    refuse("too-many-values", text_.span(at),
           "this file holds more than " + std::to_string(most_values) +
               " values, the most that is read: divide it, or put the table in a CSV file");
    throw GaveUp{};
}

void TreeBuilder::refuse_properties(std::size_t at, const Properties& properties) {
    if (properties.anchored)
        refuse("anchor-refused", text_.span(at),
               "an anchor ('&' and a name) is not read here: write the value out where it is used, or put text that begins with "
               "'&' in quotes");
    const bool ordinary = properties.tag.empty() || properties.tag == "?" || (properties.tag == "!" && text_.at(at) != '!');
    if (!ordinary || text_.at(at) == '!')
        refuse("tag-refused", text_.span(at),
               "a tag ('!' and a name) is not read here: delete it, or put text that begins with '!' in quotes");
}

/// Just past the written form. A quote that the file never closes ends the reading: the parser would let it pass.
std::size_t TreeBuilder::end_of_scalar(std::size_t at, const std::string& value, bool block) {
    if (block) return at + 1;
    const std::string_view body = text_.body();
    if (text_.at(at) != '"' && text_.at(at) != '\'') return place_of_byte(body, at, value, value.size()).value_or(at + 1);
    const std::optional<std::size_t> closing = closing_quote(body, at);
    if (closing) return *closing + 1;
    refuse("yaml-syntax", text_.span(at), "this quote is never closed");
    throw GaveUp{};
}

void TreeBuilder::scalar(std::size_t at, const Properties& properties, const std::string& value) {
    count_one(at);
    refuse_properties(at, properties);
    const char first = text_.at(at);
    Node node;
    node.kind = Node::Kind::scalar;
    node.text = value;
    node.block = first == '|' || first == '>';
    node.quoted = properties.tag == "!" && !node.block;
    const std::size_t end = end_of_scalar(at, value, node.block);
    node.span = text_.span(at, end - at);
    last_begin_ = at;
    last_end_ = end;
    if (value.size() > longest_scalar) {
        refuse("too-long", text_.span(at),
               "this text is longer than " + std::to_string(longest_scalar >> 10) +
                   " KiB, the most that is read: a quote may not be closed");
        throw GaveUp{};
    }
    if (expects_key())
        key(at, end, std::move(node));
    else
        attach(std::move(node), at, end);
}

void TreeBuilder::nothing(std::size_t at, const Properties& properties) {
    count_one(at);
    if (properties.anchored || text_.at(at) == '!') refuse_properties(at, properties);
    const std::size_t word = null_word(text_.body(), at);
    if (word > 0) {
        refuse("null-word", text_.span(at, word),
               "'" + std::string(text_.body().substr(at, word)) +
                   "' means nothing at all in YAML: leave the key out, or put a word in quotes");
        last_end_ = at + word;
    }
    Node node;
    node.span = text_.span(at);
    if (expects_key()) return refuse_key(word > 0, at, "key-missing", "there is no key before this ':'");
    const bool is_item = !open_.empty() && open_.back().node.kind == Node::Kind::sequence;
    if (is_item && word == 0 && !properties.anchored) {
        std::size_t dash = std::min(at, text_.body().size());
        while (dash > 0 && is_space(text_.at(dash - 1))) --dash;
        const bool found = dash > 0 && (text_.at(dash - 1) == '-' || text_.at(dash - 1) == ',');
        refuse("no-value", text_.span(found ? dash - 1 : at), "this item of the list is empty: write its value, or delete it");
    }
    if (!is_item) attach(std::move(node), at, at);
}

void TreeBuilder::alias(std::size_t at) {
    count_one(at);
    refuse("alias-refused", text_.span(at),
           "an alias ('*' and a name) is not read here: write the value out, or put text that begins with '*' in quotes");
    Node node;
    node.span = text_.span(at);
    if (expects_key())
        refuse_key(true, at, {}, {});
    else
        attach(std::move(node), at, at);
}

void TreeBuilder::begin(Node::Kind kind, std::size_t at, const Properties& properties) {
    count_one(at);
    refuse_properties(at, properties);
    if (open_.size() == deepest) {
        refuse("too-deep", text_.span(at), "lists and mappings are nested more than " + std::to_string(deepest) + " deep here");
        throw GaveUp{};
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.span = text_.span(at);
    frame.begin = at;
    frame.is_key = expects_key();
    if (frame.is_key) refuse_key(false, at, "key-not-a-word", "a key must be a single word or text, not a list or a mapping");
    open_.push_back(std::move(frame));
}

void TreeBuilder::end() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    if (frame.node.kind == Node::Kind::mapping) {
        const bool lone_pair = !open_.empty() && text_.at(open_.back().begin) == '[' && !in_braces(frame);
        if (lone_pair && (frame.written.has_colon || text_.at(frame.begin) == '?'))
            refuse("pair-in-list", text_.span(frame.begin),
                   "a ': ' inside [ ] makes a key and a value of this: put text in quotes, or a pair in { }");
        if (in_braces(frame)) mend_splits(frame);
        refuse_duplicates(frame.node);
    }
    if (!frame.is_key) attach(std::move(frame.node), frame.begin, std::max(last_end_, frame.begin + 1));
}

void TreeBuilder::key(std::size_t at, std::size_t end, Node node) {
    if (!node.quoted && !node.block && node.text == "<<")
        return refuse_key(false, at, "merge-key",
                          "'<<' does not merge mappings here: a pack that builds on another says so in its header",
                          "extends: [NAME OF THE OTHER PACK]");
    if (node.text.empty()) return refuse_key(false, at, "key-missing", "there is no key before this ':'");
    Frame& frame = open_.back();
    frame.has_key = true;
    frame.key = std::move(node.text);
    frame.key_span = node.span;
    std::size_t after = end;
    while (is_space(text_.at(after))) ++after;
    const bool has_properties = text_.at(at) == '&' || text_.at(at) == '!';  // refused, and where the key ends is not known
    frame.written = {at, end, end, end, has_properties || text_.at(after) == ':'};
}

void TreeBuilder::refuse_key(bool already_reported, std::size_t at, std::string_view code, std::string message,
                             std::string hint) {
    if (!already_reported) refuse(std::string(code), text_.span(at), std::move(message), std::move(hint));
    open_.back().has_key = true;
    open_.back().drop_value = true;
}

void TreeBuilder::attach(Node node, std::size_t at, std::size_t end) {
    if (open_.empty()) {
        root_ = std::move(node);
        return;
    }
    Frame& frame = open_.back();
    if (frame.node.kind == Node::Kind::sequence) {
        frame.node.items.push_back(std::move(node));
        return;
    }
    frame.has_key = false;
    if (std::exchange(frame.drop_value, false)) return;
    if (node.kind == Node::Kind::empty) node.span = frame.key_span;  // nothing stands there: point at the key
    const bool in_list = open_.size() > 1 && text_.at(open_[open_.size() - 2].begin) == '[';
    if (!frame.written.has_colon && !in_braces(frame) && !in_list)
        refuse("yaml-syntax", frame.key_span, "there is no ':' after this key");
    if (in_braces(frame)) {
        frame.written.value_begin = at;
        frame.written.value_end = end;
        frame.all_written.push_back(frame.written);
    }
    frame.node.entries.push_back({std::move(frame.key), std::move(frame.key_span), std::move(node)});
}

void TreeBuilder::refuse_duplicates(Node& mapping) {
    std::unordered_map<std::string_view, const Entry*> seen;
    std::vector<bool> doubled(mapping.entries.size(), false);
    for (std::size_t i = 0; i < mapping.entries.size(); ++i) {
        const Entry& entry = mapping.entries[i];
        const auto [first, added] = seen.try_emplace(entry.key, &entry);
        if (added) continue;
        refuse("duplicate-key", entry.key_span, "the key '" + entry.key + "' is given twice: keep one of them")
            .notes.push_back({"first defined here", first->second->key_span});
        doubled[i] = true;
    }
    if (seen.size() == mapping.entries.size()) return;
    std::vector<Entry> kept;
    for (std::size_t i = 0; i < mapping.entries.size(); ++i)
        if (!doubled[i]) kept.push_back(std::move(mapping.entries[i]));
    mapping.entries = std::move(kept);
}

}  // namespace bandtariff::document
