// A file's text with the place of every byte: offsets in, lines and character columns out. Internal to document.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "bandtariff/source.hpp"

namespace bandtariff::document {

/// Characters (code points) in UTF-8 text.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// The text of a file after any byte order mark. Offsets count bytes of that; any offset up to the end has a place.
class Text {
public:
    explicit Text(std::shared_ptr<const SourceFile> file);

    [[nodiscard]] std::string_view body() const { return body_; }
    /// The byte there, or 0 past the end.
    [[nodiscard]] char at(std::size_t offset) const { return offset < body_.size() ? body_[offset] : '\0'; }
    /// From `offset` over `bytes`, cut at the end of its line, at least one character.
    [[nodiscard]] SourceSpan span(std::size_t offset, std::size_t bytes = 1) const;
    /// The file as a whole.
    [[nodiscard]] SourceSpan whole() const { return {file_, 0, 0, 1}; }
    [[nodiscard]] std::size_t line_start(std::size_t offset) const;
    /// Where the line's own text ends, before its line break.
    [[nodiscard]] std::size_t line_end(std::size_t offset) const;

private:
    [[nodiscard]] std::size_t characters_before(std::size_t offset) const;

    std::shared_ptr<const SourceFile> file_;
    std::string_view body_;
    std::vector<std::size_t> line_starts_;
    bool one_byte_each_ = false;  ///< every character is one byte, as in most files: nothing need be counted
    std::vector<std::size_t> characters_before_block_;  // so that a column in a very long line costs no walk along it
};

/// Reports a text that is too long, is not UTF-8, or holds control characters; true where it may be read on.
[[nodiscard]] bool is_plain_text(const Text& text, std::size_t most_bytes, Report& report);

}  // namespace bandtariff::document
