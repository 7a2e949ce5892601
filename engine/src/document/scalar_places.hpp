// Where the characters of a scalar's text stand in the file: quotes, escapes and folded lines undone. Internal to document.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace bandtariff::document {

/// Offset in `source` of the byte `wanted` of a scalar whose written form starts at `begin` (at its quote or its first
/// character) and whose value is `text`; `wanted` may be the length of `text`: the end. nullopt where the two cannot be
/// matched. Not for block scalars.
[[nodiscard]] std::optional<std::size_t> place_of_byte(std::string_view source, std::size_t begin, std::string_view text,
                                                       std::size_t wanted);

/// Offset of the quote that closes the one at `opening`, or nullopt where none does.
[[nodiscard]] std::optional<std::size_t> closing_quote(std::string_view source, std::size_t opening);

}  // namespace bandtariff::document
