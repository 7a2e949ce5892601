// See scalar_places.hpp, and Node::inside, which is made of it.
#include "scalar_places.hpp"
#include "document.hpp"
#include "text.hpp"

#include <algorithm>

namespace bandtariff::document {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

char at(std::string_view text, std::size_t offset) { return offset < text.size() ? text[offset] : '\0'; }

std::size_t bytes_of_code_point(unsigned long value) { return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4; }

/// What one escape of a double-quoted scalar takes in the file, and how many bytes of text it gives.
struct Escape {
    std::size_t written = 2;
    std::size_t given = 1;
};

Escape escape_at(std::string_view source, std::size_t backslash) {
    const char kind = at(source, backslash + 1);
    if (kind == '\r' || kind == '\n') return {kind == '\r' ? 3U : 2U, 0};  // the line goes on without a space
    if (kind == 'N' || kind == '_') return {2, 2};
    if (kind == 'L' || kind == 'P') return {2, 3};
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits == 0) return {};
    unsigned long value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const char c = at(source, backslash + 2 + i);
        value = value * 16 + static_cast<unsigned long>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return {2 + digits, bytes_of_code_point(value)};
}

}  // namespace

std::optional<std::size_t> place_of_byte(std::string_view source, std::size_t begin, std::string_view text, std::size_t wanted) {
    const char quote = at(source, begin) == '"' || at(source, begin) == '\'' ? source[begin] : '\0';
    std::size_t from = begin + (quote == '\0' ? 0 : 1);
    std::size_t reached = 0;
    while (from < source.size()) {
        const char c = source[from];
        const bool ended = reached == text.size();
        const bool escaped = quote == '"' && c == '\\';
        const Escape escape = escaped ? escape_at(source, from) : Escape{1, 1};
        const bool gives_nothing = escape.given == 0 || (!ended && is_space(c) && !is_space(text[reached]));
        if (reached >= wanted && !gives_nothing) return from;
        if (escaped) {
            from += escape.written;
            reached += escape.given;
            while (escape.given == 0 && is_space(at(source, from))) ++from;
        } else if (!ended && c == text[reached]) {
            from += quote == '\'' && c == quote ? 2 : 1;
            ++reached;
        } else if (is_space(c)) {  // a folded line break, or the indentation after it
            ++from;
        } else if (!ended && is_space(text[reached])) {  // the space that a folded line break became
            ++reached;
        } else {
            return std::nullopt;
        }
    }
    if (reached >= wanted) return from;
    return std::nullopt;
}

std::optional<std::size_t> closing_quote(std::string_view source, std::size_t opening) {
    const char quote = source[opening];
    for (std::size_t at = opening + 1; at < source.size(); ++at) {
        if (quote == '"' && source[at] == '\\') {
            ++at;
        } else if (source[at] == quote) {
            if (quote == '"' || at + 1 == source.size() || source[at + 1] != quote) return at;
            ++at;
        }
    }
    return std::nullopt;
}

SourceSpan Node::inside(std::size_t offset, std::size_t length) const {
    if (kind != Kind::scalar || block || !span.somewhere()) return span;
    std::string_view body = span.file->text;
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    std::size_t begin = 0;
    for (std::uint32_t line = 1; line < span.line; ++line) begin = body.find('\n', begin) + 1;
    for (std::uint32_t column = 1; column < span.column && begin < body.size(); ++column) {
        ++begin;
        while (begin < body.size() && (static_cast<unsigned char>(body[begin]) & 0xC0) == 0x80) ++begin;
    }
    const std::optional<std::size_t> from = place_of_byte(body, begin, text, std::min(offset, text.size()));
    const std::optional<std::size_t> to = place_of_byte(body, begin, text, std::min(offset + length, text.size()));
    if (!from || !to) return span;

    const std::string_view skipped = body.substr(begin, *from - begin);
    const std::size_t line_break = skipped.rfind('\n');
    const bool same_line = line_break == std::string_view::npos;
    const std::size_t characters = count_characters(same_line ? skipped : skipped.substr(line_break + 1));
    const std::size_t line_end = std::min(body.find_first_of("\r\n", *from), body.size());
    SourceSpan result = span;
    result.line += static_cast<std::uint32_t>(std::count(skipped.begin(), skipped.end(), '\n'));
    result.column = static_cast<std::uint32_t>(characters + (same_line ? span.column : 1));
    result.length = static_cast<std::uint32_t>(
        std::max<std::size_t>(count_characters(body.substr(*from, std::max(*from, std::min(*to, line_end)) - *from)), 1));
    return result;
}

}  // namespace bandtariff::document
