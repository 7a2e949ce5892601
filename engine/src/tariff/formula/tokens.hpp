// A formula's text to words and signs with places. Internal to this folder.
#pragma once

#include <string>
#include <vector>

#include "document/document.hpp"

namespace bandtariff::formula {

/// Where bytes of a scalar's text stand in its file.
class Places {
public:
    explicit Places(const document::Node& scalar);
    [[nodiscard]] SourceSpan span(std::size_t begin, std::size_t end) const;

private:
    const document::Node& scalar_;
    SourceSpan first_;
    bool simple_ = false;  // every byte is one column of one line, so that places are sums
};

struct Token {
    enum class Kind { number, text, name, sign, end };
    Kind kind = Kind::end;
    std::string word;  ///< a text without its quotes
    std::size_t begin = 0, end = 0;

    [[nodiscard]] bool is(std::string_view sign_or_name) const {
        return (kind == Kind::sign || kind == Kind::name) && word == sign_or_name;
    }
};

/// The tokens, with one of Kind::end last. Every character that belongs to no formula is reported; then the list is empty.
[[nodiscard]] std::vector<Token> tokens_of(const std::string& text, const Places& places, Report& report);

}  // namespace bandtariff::formula
