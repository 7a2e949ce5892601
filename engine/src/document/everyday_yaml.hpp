// The YAML that packs are nearly always written in, read without the parser. Internal to document.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bandtariff::document {

/// What the parser would report of one scalar, list or mapping: `at` is its first byte.
struct YamlEvent {
    enum class Kind { plain, quoted, begin_sequence, begin_mapping, end };
    Kind kind = Kind::end;
    std::size_t at = 0;
    std::string_view text;   ///< of a scalar, between its quotes, as written
    bool as_written = true;  ///< false where '' stands for ' in it, or a line break and what indents the next line for a space
};

/// The events of a text of one mapping, exactly as the parser gives them, or nullopt where there is anything in it that this
/// reader does not know, however right or wrong: then the parser reads it, and says what is wrong. The text is plain (no
/// control characters but line feeds, no tabs or carriage returns of its own are known here).
[[nodiscard]] std::optional<std::vector<YamlEvent>> everyday_yaml(std::string_view text);

}  // namespace bandtariff::document
