// What a comma or a missing space does to a mapping in braces: the part of TreeBuilder that finds keys with no value there,
// says so in the words of the one who wrote them, and mends the tree. Codes: comma-split, no-value.
#include <algorithm>
#include <utility>

#include "tree_builder.hpp"

namespace bandtariff::document {
namespace {

bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_plain(const Node& node) { return node.kind == Node::Kind::scalar && !node.quoted && !node.block; }

/// A number written with thousands commas: 1,250 or 1,234,567.50.
bool has_thousands_commas(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto digits = [&] {
        const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    const std::size_t lead = digits();
    if (lead == 0 || lead > 3 || !text.starts_with(',')) return false;
    while (text.starts_with(',')) {
        text.remove_prefix(1);
        if (digits() != 3) return false;
    }
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (digits() == 0) return false;
    }
    return text.empty();
}

/// Where the ':' of a key such as "amount:1250" stands, which was meant to end the key; 0 where there is none. An address
/// (https://...) is not one, nor is a time of day (9:00).
std::size_t colon_without_space(std::string_view key) {
    const std::size_t colon = key.find(':');
    const bool inside = colon != std::string_view::npos && colon > 0 && colon + 1 < key.size();
    const bool is_word = inside && ((key.front() >= 'a' && key.front() <= 'z') || (key.front() >= 'A' && key.front() <= 'Z'));
    return is_word && key[colon + 1] != '/' ? colon : 0;
}

std::string in_quotes(const std::string& text) {
    if (text.find('"') == std::string::npos && text.find('\\') == std::string::npos) return '"' + text + '"';
    std::string result = "'";
    for (const char c : text) result.append(c == '\'' ? 2 : 1, c);
    return result + "'";
}

}  // namespace

/// `{title: Anytown, high needs}` reads as two keys, the second with no value. Says so once for each run of such keys, and
/// puts the text together again, so that nothing later complains of a key "high needs".
void TreeBuilder::mend_splits(Frame& frame) {
    std::vector<Entry>& entries = frame.node.entries;
    const std::vector<Written>& written = frame.all_written;
    const auto has_value = [&](std::size_t i) { return entries[i].value.kind != Node::Kind::empty || written[i].has_colon; };
    std::vector<Entry> kept;
    bool follows_text = false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (has_value(i)) {
            follows_text = is_plain(entries[i].value);
            kept.push_back(std::move(entries[i]));
            continue;
        }
        const std::size_t first = i;
        const bool joins = std::exchange(follows_text, false) && !is_quote(text_.at(written[first].key_begin));
        std::string joined = joins ? kept.back().value.text : std::string();
        std::size_t end = first == 0 ? 0 : written[first - 1].value_end;
        for (; i < entries.size() && !has_value(i) && colon_without_space(entries[i].key) == 0; ++i) {
            joined += (written[i].key_begin > end + 1 ? ", " : ",") + entries[i].key;
            end = written[i].key_end;
        }
        if (i == first) {
            const std::size_t colon = colon_without_space(entries[i].key);
            refuse("no-value", entries[i].key_span, "there is no space after the ':' here, so this is a key with no value",
                   entries[i].key.substr(0, colon) + ": " + entries[i].key.substr(colon + 1));
            continue;
        }
        --i;  // the last of the run
        if (joins) {
            kept.back().value.text = report_split(kept.back().key, entries[first].key_span, std::move(joined));
            kept.back().value.span = text_.span(written[first - 1].value_begin, end - written[first - 1].value_begin);
        } else {
            refuse("no-value", entries[first].key_span,
                   "'" + entries[first].key +
                       "' has no value: inside { } every key is followed by ': ' and its value; a list stands in [ ]");
        }
    }
    entries = std::move(kept);
}

/// Reports the split and gives the text as it should have been.
std::string TreeBuilder::report_split(const std::string& key, const SourceSpan& where, std::string joined) {
    const bool is_number = has_thousands_commas(joined);
    if (is_number) std::erase(joined, ',');
    refuse("comma-split", where,
           is_number ? "a comma split this: write the number without commas" : "a comma split this: put it in quotes",
           key + ": " + (is_number ? joined : in_quotes(joined)));
    return joined;
}

}  // namespace bandtariff::document
