// Nodes of a document to typed values, each refusal with its place and what to write instead. Internal to src/tariff.
// Entry points: Fields for mappings, read_* for scalars. Nothing here knows what a pack means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/calendar.hpp"
#include "bandtariff/money.hpp"
#include "bandtariff/source.hpp"
#include "document/document.hpp"

namespace bandtariff::loading {

using document::Entry;
using document::Node;

/// A mapping as it is read: every key asked for is a known key, and what is left at `finish` is an error.
class Fields {
public:
    /// `what` says what the mapping is ("a step"), for sentences. A node that is no mapping is reported and reads as empty.
    Fields(const Node& node, std::string what, Report& report);

    [[nodiscard]] const Node* take(std::string_view key);
    /// Reports where it is absent.
    [[nodiscard]] const Node* require(std::string_view key, std::string_view hint = {});
    /// Entries that nobody has asked for, in order; they count as taken afterwards.
    [[nodiscard]] std::vector<const Entry*> rest();
    /// Reports every key that nobody asked for, with the nearest that was.
    void finish();
    [[nodiscard]] bool has(std::string_view key) const { return node_.find(key) != nullptr; }
    [[nodiscard]] const SourceSpan& span() const { return node_.span; }
    [[nodiscard]] const Node& node() const { return node_; }
    [[nodiscard]] Report& report() const { return report_; }
    /// The place of a key, or of the mapping where it is absent.
    [[nodiscard]] SourceSpan key_span(std::string_view key) const;

private:
    const Node& node_;
    std::string what_;
    Report& report_;
    std::vector<std::string> known_;
    bool mapping_ = true;
};

/// The scalar's text; reports (wrong-kind) a list, a mapping or nothing.
[[nodiscard]] std::optional<std::string> read_text(const Node& node, std::string_view what, Report& report);
/// A name: lower-case letters, digits and underscores, starting with a letter.
[[nodiscard]] bool is_name(std::string_view text);
/// Reports name-invalid where it is none, or is a word that formulas use.
bool check_name(const std::string& name, const SourceSpan& span, Report& report);
/// An exact number, by the one grammar of packs.
[[nodiscard]] std::optional<Rational> read_number(const Node& node, std::string_view what, Report& report);
[[nodiscard]] std::optional<Rational> read_number(const std::string& text, const SourceSpan& span, std::string_view what,
                                                  Report& report);
[[nodiscard]] std::optional<int> read_integer(const Node& node, std::string_view what, int low, int high, Report& report);
[[nodiscard]] std::optional<bool> read_yes_no(const Node& node, std::string_view what, Report& report);
[[nodiscard]] std::optional<Date> read_date(const Node& node, std::string_view what, Report& report);
[[nodiscard]] std::optional<Date> read_date(const std::string& text, const SourceSpan& span, std::string_view what,
                                            Report& report);
/// One word of a closed list; its position.
[[nodiscard]] std::optional<std::size_t> read_word(const Node& node, std::string_view what,
                                                   const std::vector<std::string>& allowed, Report& report);
/// The items of a list; reports what is none.
[[nodiscard]] const std::vector<Node>& read_list(const Node& node, std::string_view what, Report& report);
/// One scalar, or a list of them.
[[nodiscard]] std::vector<const Node*> one_or_more(const Node& node, std::string_view what, Report& report);

/// "band_price", or the whole list where nothing is near, or "" where there is nothing to offer.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& known);
/// "a, b or c".
[[nodiscard]] std::string any_of(const std::vector<std::string>& words);

}  // namespace bandtariff::loading
