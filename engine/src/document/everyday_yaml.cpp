// See everyday_yaml.hpp. The parser's cost is a few hundred instructions a character, which is half of the time that a pack takes
// to load. This reader knows keys and values by indentation, '- ' items, [ ] and { }, plain text that ends on its line, quoted
// text, and comments, each only in its plainest form; whatever else it meets ends it. It judges nothing: nulls, anchors, tags, block and
// folded text, tabs, directives, odd spacing and every error are the parser's. A test reads every pack, and texts spoilt in every
// place, both ways, and compares.
#include "everyday_yaml.hpp"

#include <algorithm>

namespace bandtariff::document {
namespace {

constexpr std::size_t deepest = 48, longest_key = 256;  // well inside what the parser itself allows

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_null_word(std::string_view text) { return text == "null" || text == "Null" || text == "NULL" || text == "~"; }

class EverydayReader {
public:
    explicit EverydayReader(std::string_view text) : text_(text) {}

    bool document() { return next_content() && column_ == 0 && block_mapping(0, 0) && ended(); }
    [[nodiscard]] std::vector<YamlEvent> take() && { return std::move(events_); }

private:
    using Kind = YamlEvent::Kind;

    [[nodiscard]] char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
    [[nodiscard]] char here() const { return at(at_); }
    [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
    [[nodiscard]] bool line_ends(std::size_t offset) const { return offset >= text_.size() || text_[offset] == '\n'; }
    [[nodiscard]] bool blank_follows(std::size_t offset) const { return line_ends(offset) || text_[offset] == ' '; }
    [[nodiscard]] bool item_begins() const { return here() == '-' && at(at_ + 1) == ' '; }
    void skip_spaces() {
        while (here() == ' ') ++at_;
    }

    void add(Kind kind, std::size_t begin, std::string_view text = {}, bool as_written = true) {
        events_.push_back({kind, begin, text, as_written});
    }

    /// Past the rest of a line, which may only be blank or a comment.
    bool end_line() {
        skip_spaces();
        if (here() == '#' && (at_ == 0 || at(at_ - 1) == ' ' || at(at_ - 1) == '\n')) at_ = std::min(text_.find('\n', at_), text_.size());
        if (!line_ends(at_)) return false;
        if (!ended()) ++at_;
        return true;
    }

    /// From the start of a line to the first character that counts, and its column; at the end of the text there is none.
    bool next_content() {
        while (true) {
            const std::size_t start = at_;
            const std::string_view rest = text_.substr(at_);
            if (rest.starts_with("---") || rest.starts_with("...") || rest.starts_with('%')) return false;
            skip_spaces();
            if (ended()) {
                column_ = 0;
                return true;
            }
            if (!line_ends(at_) && here() != '#') {
                column_ = at_ - start;
                return true;
            }
            if (!end_line()) return false;
        }
    }

    /// The same inside [ ] and { }, where lines mean nothing.
    bool next_in_flow() {
        skip_spaces();
        if (!line_ends(at_) && here() != '#') return true;
        return end_line() && next_content() && !ended();
    }

    /// One scalar on one line. A plain one ends before a comment, before a ':' that makes it a key and, in flow, before what
    /// closes it; spaces that follow it are left unread.
    bool scalar(bool in_flow) {
        const char first = here();
        if (first == '"' || first == '\'') return quoted(first);
        const bool may_begin = is_letter_or_digit(first) || std::string_view("_./(+<=").find(first) != std::string_view::npos ||
                               (first == '-' && is_letter_or_digit(at(at_ + 1)));
        if (!may_begin || first == '\0') return false;
        const std::size_t begin = at_;
        std::size_t end = at_;  // just past the last character that is no space
        for (; !line_ends(at_); ++at_) {
            const char c = here();
            if (c == '\t' || c == '\r') return false;
            if (c == '#' && at(at_ - 1) == ' ') break;
            if (c == ':' && blank_follows(at_ + 1)) break;
            if (in_flow) {
                if (c == '?' || c == '[' || c == '{') return false;
                if (c == ',' || c == ']' || c == '}') break;
                if (c == ':' && std::string_view(",[]{}?").find(at(at_ + 1)) != std::string_view::npos) return false;
            }
            if (c != ' ') end = at_ + 1;
        }
        at_ = end;
        const std::string_view text = text_.substr(begin, end - begin);
        if (is_null_word(text)) return false;
        add(Kind::plain, begin, text);
        return true;
    }

    bool quoted(char quote) {
        const std::size_t begin = at_++;
        bool as_written = true;
        for (;; ++at_) {
            const char c = here();
            if (ended() || c == '\t' || c == '\r' || (c == '\\' && quote == '"')) return false;
            if (c == '\n') {  // words on both sides, the later ones indented: one space
                const std::size_t next = std::min(text_.find_first_not_of(' ', at_ + 1), text_.size());
                if (at(at_ - 1) == ' ' || at_ == begin + 1 || next == at_ + 1 || line_ends(next) || at(next) == quote) return false;
                as_written = false;
                at_ = next - 1;
                continue;
            }
            if (c != quote) continue;
            if (quote == '"' || at(at_ + 1) != '\'') break;
            as_written = false;
            ++at_;
        }
        add(Kind::quoted, begin, text_.substr(begin + 1, at_ - begin - 1), as_written);
        ++at_;
        return true;
    }

    /// The ':' of the key that began at `begin`, and the spaces after it.
    bool colon(std::size_t begin) {
        if (here() != ':' || !blank_follows(at_ + 1) || at_ - begin > longest_key) return false;
        if (text_.substr(begin, at_ - begin).find('\n') != std::string_view::npos) return false;
        ++at_;
        skip_spaces();
        return true;
    }

    bool flow(std::size_t depth) {
        if (depth > deepest) return false;
        const bool mapping = here() == '{';
        const char closing = mapping ? '}' : ']';
        add(mapping ? Kind::begin_mapping : Kind::begin_sequence, at_++);
        if (!next_in_flow()) return false;
        while (here() != closing) {
            const std::size_t begin = at_;
            if (mapping && (!scalar(true) || !colon(begin))) return false;
            if (here() == '[' || here() == '{' ? !flow(depth + 1) : !scalar(true)) return false;
            if (!next_in_flow()) return false;
            if (here() == closing) break;
            if (here() != ',') return false;
            ++at_;
            if (!next_in_flow()) return false;
        }
        ++at_;
        add(Kind::end, at_);
        return true;
    }

    /// What stands after a key or a '- ' on its own line, to the end of the line.
    bool value_on_line(std::size_t depth) {
        if (here() == '[' || here() == '{' ? !flow(depth) : !scalar(false)) return false;
        return end_line();
    }

    /// A mapping whose first key is here, at `column`: to the first line that begins before it.
    bool block_mapping(std::size_t column, std::size_t depth) {
        if (depth > deepest) return false;
        add(Kind::begin_mapping, at_);
        do {
            const std::size_t begin = at_;
            if (!scalar(false) || !colon(begin) || !entry_value(column, depth)) return false;
        } while (!ended() && column_ == column);
        add(Kind::end, at_);
        return ended() || column_ < column;
    }

    /// The value of a key at `column`, and on to the next line that counts.
    bool entry_value(std::size_t column, std::size_t depth) {
        if (!line_ends(at_) && here() != '#') return value_on_line(depth + 1) && next_content();
        if (!end_line() || !next_content() || ended()) return false;
        if (item_begins()) return column_ >= column && block_sequence(column_, depth + 1);
        return column_ > column && block_mapping(column_, depth + 1);
    }

    /// Items that begin at `column`, which may be that of the key they belong to: then the next key ends them.
    bool block_sequence(std::size_t column, std::size_t depth) {
        if (depth > deepest) return false;
        add(Kind::begin_sequence, at_);
        do {
            std::size_t inner = column + 1;
            for (++at_; here() == ' '; ++at_) ++inner;
            if (!item(inner, depth)) return false;
        } while (!ended() && column_ == column && item_begins());
        add(Kind::end, at_);
        return ended() || column_ <= column;
    }

    /// An item: a value on its line, or a mapping whose first key stands there, at `column`.
    bool item(std::size_t column, std::size_t depth) {
        const std::size_t begin = at_, events = events_.size();
        if (here() != '[' && here() != '{' && scalar(false) && here() == ':') {
            at_ = begin;
            events_.resize(events);
            return block_mapping(column, depth + 1);
        }
        at_ = begin;
        events_.resize(events);
        return value_on_line(depth + 1) && next_content();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t column_ = 0;  ///< of the line that next_content found
    std::vector<YamlEvent> events_;
};

}  // namespace

std::optional<std::vector<YamlEvent>> everyday_yaml(std::string_view text) {
    EverydayReader reader(text);
    if (!reader.document()) return std::nullopt;
    return std::move(reader).take();
}

}  // namespace bandtariff::document
