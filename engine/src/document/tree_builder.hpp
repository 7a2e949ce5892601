// Parser events to a tree of nodes, with everything refused that a pack must not say. Internal to document, and free of
// the parser's own types: from_yaml.cpp hands over offsets into the text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "document.hpp"
#include "text.hpp"

namespace bandtariff::document {

/// Thrown by TreeBuilder after it has reported why reading cannot go on.
struct GaveUp {};

/// After so many refusals the rest of a file is not read.
constexpr std::size_t most_refusals = 1000;
inline std::string too_many_errors() {
    return "more than " + std::to_string(most_refusals) + " errors in this file: the rest of it was not read";
}

/// Something the file's YAML attaches to a value: none of it is allowed but the marks "?" (plain) and "!" (quoted).
struct Properties {
    std::string tag;
    bool anchored = false;
};

class TreeBuilder {
public:
    TreeBuilder(const Text& text, Report& report) : text_(text), report_(report) {}

    void scalar(std::size_t at, const Properties& properties, const std::string& value);
    void nothing(std::size_t at, const Properties& properties);
    void alias(std::size_t at);
    void begin(Node::Kind kind, std::size_t at, const Properties& properties);
    void end();

    [[nodiscard]] Node take() { return std::move(root_); }

    /// Offset just past the last scalar, and of its start: where to look for what went wrong after it.
    [[nodiscard]] std::size_t last_end() const { return last_end_; }
    [[nodiscard]] std::size_t last_begin() const { return last_begin_; }
    /// The innermost '[' or '{' that is still open.
    [[nodiscard]] std::optional<std::size_t> open_bracket() const;

private:
    /// How an entry of a mapping in braces was written, to tell `{a: , b}` from `{a: x, b}`.
    struct Written {
        std::size_t key_begin = 0;
        std::size_t key_end = 0;
        std::size_t value_begin = 0;
        std::size_t value_end = 0;
        bool has_colon = false;
    };
    struct Frame {
        Node node;
        std::size_t begin = 0;
        bool is_key = false;      // a list or mapping where a key should be: read, and dropped
        bool has_key = false;     // a mapping whose next event is a value
        bool drop_value = false;  // its key was refused
        std::string key;
        SourceSpan key_span;
        Written written;
        std::vector<Written> all_written;  // one an entry, of a mapping in braces only
    };

    Diagnostic& refuse(std::string code, const SourceSpan& where, std::string message, std::string hint = {});
    [[nodiscard]] bool expects_key() const;
    [[nodiscard]] bool in_braces(const Frame& frame) const { return text_.at(frame.begin) == '{'; }
    void count_one(std::size_t at);
    void refuse_properties(std::size_t at, const Properties& properties);
    [[nodiscard]] std::size_t end_of_scalar(std::size_t at, const std::string& value, bool block);
    void key(std::size_t at, std::size_t end, Node node);
    void refuse_key(bool already_reported, std::size_t at, std::string_view code, std::string message, std::string hint = {});
    void attach(Node node, std::size_t at, std::size_t end);
    void mend_splits(Frame& frame);
    std::string report_split(const std::string& key, const SourceSpan& where, std::string joined);
    void refuse_duplicates(Node& mapping);

    const Text& text_;
    Report& report_;
    std::vector<Frame> open_;
    Node root_;
    std::size_t count_ = 0;
    std::size_t refusals_ = 0;
    std::size_t last_begin_ = 0;
    std::size_t last_end_ = 0;
};

}  // namespace bandtariff::document
