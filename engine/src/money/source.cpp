// Diagnostics as values, and the text a person reads. Entry points: Report, render, nearest_word, to_string.
// The finding of a line, the window of a long one and the caret under it stay private to this file.
#include "bandtariff/source.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace bandtariff {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD, for what cannot be shown
constexpr std::size_t window = 120;                       // characters of a long line that are shown
constexpr std::size_t before_caret = 60;                  // of them, at most so many stand before the place

/// Bytes of the well-formed character that starts `text`; 1 for a byte that starts none.
std::size_t character_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const unsigned lead = byte(0);
    const std::size_t bytes = lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    for (std::size_t i = 1; i < bytes; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 1;
    const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool outside = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
    return overlong || outside ? 1 : bytes;
}

/// Where each character of a line starts, and where the line ends.
std::vector<std::size_t> character_starts(std::string_view line) {
    std::vector<std::size_t> starts;
    for (std::size_t at = 0; at < line.size(); at += character_bytes(line.substr(at))) starts.push_back(at);
    starts.push_back(line.size());
    return starts;
}

/// A character as it can be printed: a stray byte or a control character becomes U+FFFD, a tab stays.
std::string_view printable(std::string_view character) {
    const auto lead = static_cast<unsigned char>(character.front());
    const bool shown = character.size() > 1 || lead == '\t' || (lead >= 0x20 && lead < 0x7F);
    return shown ? character : replacement;
}

/// A line of a file, in characters.
struct Line {
    std::string_view text;
    std::vector<std::size_t> starts;
    [[nodiscard]] std::size_t size() const { return starts.size() - 1; }
    [[nodiscard]] std::string_view character(std::size_t i) const {
        return printable(text.substr(starts[i], starts[i + 1] - starts[i]));
    }
};

/// Finds lines. What it has found it keeps, for many diagnostics can point into one file, and into one very long line.
class Lines {
public:
    /// The line a span is in, until the next is asked for; nullptr where the file has no such line.
    const Line* line(const SourceSpan& span) {
        if (file_ == span.file.get() && number_ == span.line) return &line_;
        const std::vector<std::size_t>& starts = starts_of(*span.file);
        if (span.line == 0 || span.line > starts.size()) return nullptr;
        const std::string_view text = span.file->text;
        const std::size_t from = starts[span.line - 1];
        line_.text = text.substr(from, text.find('\n', from) - from);
        if (line_.text.ends_with('\r')) line_.text.remove_suffix(1);
        line_.starts = character_starts(line_.text);
        file_ = span.file.get();
        number_ = span.line;
        return &line_;
    }

private:
    const std::vector<std::size_t>& starts_of(const SourceFile& file) {
        const auto [place, added] = starts_.try_emplace(&file);
        if (added) {
            const std::string_view text = file.text;
            place->second.push_back(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
            for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
                place->second.push_back(at + 1);
        }
        return place->second;
    }
    std::unordered_map<const SourceFile*, std::vector<std::size_t>> starts_;
    const SourceFile* file_ = nullptr;
    std::uint32_t number_ = 0;
    Line line_;
};

void append_excerpt(std::string& out, const SourceSpan& span, Lines& lines) {
    const Line* line = span.somewhere() ? lines.line(span) : nullptr;
    if (line == nullptr) return;
    const std::size_t size = line->size();
    const std::size_t caret = std::min<std::size_t>(span.column == 0 ? 0 : span.column - 1, size);
    std::size_t from = 0;
    if (size > window) from = std::min(caret > before_caret ? caret - before_caret : 0, size - window);
    const std::size_t to = std::min(size, from + window);

    std::string text;
    std::string under;
    if (from > 0) text += "...", under += "   ";
    for (std::size_t i = from; i < to; ++i) {
        const std::string_view character = line->character(i);
        text += character;
        if (i < caret) under += character == "\t" ? '\t' : ' ';
    }
    if (to < size) text += "...";
    const std::size_t room = to > caret ? to - caret : 1;
    under += '^';
    under.append(std::min<std::size_t>(std::max<std::uint32_t>(span.length, 1), room) - 1, '~');

    const std::string number = std::to_string(span.line);
    const std::size_t gutter = std::max<std::size_t>(number.size(), 5);
    out.append(gutter - number.size(), ' ').append(number).append(text.empty() ? " |" : " | ").append(text).append("\n");
    out.append(gutter, ' ').append(" | ").append(under).append("\n");
}

void append_head(std::string& out, const SourceSpan& span, std::string_view kind, std::string_view message) {
    const std::string place = to_string(span);
    if (!place.empty()) out.append(place).append(": ");
    out.append(kind).append(": ").append(message).append("\n");
}

void append(std::string& out, const Diagnostic& diagnostic, Lines& lines) {
    const std::string severity = diagnostic.severity == Severity::error ? "error" : "warning";
    append_head(out, diagnostic.span, severity + "[" + diagnostic.code + "]", diagnostic.message);
    append_excerpt(out, diagnostic.span, lines);
    if (!diagnostic.hint.empty()) {
        out += "      = write: ";
        for (const char c : diagnostic.hint) {
            out += c;
            if (c == '\n') out.append(15, ' ');  // under the first line of the hint
        }
        out += '\n';
    }
    for (const Note& note : diagnostic.notes) {
        append_head(out, note.span, "note", note.message);
        append_excerpt(out, note.span, lines);
    }
}

/// Everything a person would see, and the length of what is underlined: two diagnostics equal in this are one.
std::string identity(const Diagnostic& diagnostic) {
    const auto place = [](const SourceSpan& span) { return to_string(span) + "+" + std::to_string(span.length) + '\0'; };
    std::string key = std::to_string(static_cast<int>(diagnostic.severity)) + place(diagnostic.span) + diagnostic.code + '\0' +
                      diagnostic.message + '\0' + diagnostic.hint + '\0';
    for (const Note& note : diagnostic.notes) key += place(note.span) + note.message + '\0';
    return key;
}

std::string lower_case(std::string_view word) {
    std::string result(word);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (Damerau-Levenshtein,
/// no part of the word edited twice), in characters.
std::size_t edit_distance(std::string_view left, std::string_view right) {
    const Line a{left, character_starts(left)};
    const Line b{right, character_starts(right)};
    std::vector<std::size_t> two_back;
    std::vector<std::size_t> back(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        two_back = std::exchange(back, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({back[j] + 1, row[j - 1] + 1, back[j - 1] + (a.character(i - 1) == b.character(j - 1) ? 0U : 1U)});
            if (i > 1 && j > 1 && a.character(i - 1) == b.character(j - 2) && a.character(i - 2) == b.character(j - 1))
                row[j] = std::min(row[j], two_back[j - 2] + 1);
        }
    }
    return row[b.size()];
}

}  // namespace

std::string to_string(const SourceSpan& span) {
    if (!span.somewhere()) return {};
    if (span.line == 0) return span.file->path;  // the file or folder as a whole
    return span.file->path + ":" + std::to_string(span.line) + ":" + std::to_string(span.column);
}

std::string to_string(const Citation& citation) {
    const auto and_then = [](std::string text, std::string_view joint, std::string_view more) {
        if (more.empty()) return text;
        return text.empty() ? std::string(more) : text.append(joint).append(more);
    };
    std::string text = citation.title.empty() ? citation.source : citation.title;
    text = and_then(std::move(text), ", ", citation.at);
    if (!citation.assumed.empty()) text = and_then(std::move(text), "; ", "assumed: " + citation.assumed);
    if (!citation.day_assumed.empty()) text = and_then(std::move(text), "; ", "day assumed: " + citation.day_assumed);
    if (!citation.carried_forward.empty()) text = and_then(std::move(text), "; ", "carried forward: " + citation.carried_forward);
    return text;
}

std::string render(const Diagnostic& diagnostic) { return render(std::span(&diagnostic, 1)); }

std::string render(std::span<const Diagnostic> diagnostics) {
    std::string out;
    Lines lines;
    for (const Diagnostic& diagnostic : diagnostics) append(out, diagnostic, lines);
    return out;
}

Diagnostic& Report::error(std::string code, const SourceSpan& span, std::string message, std::string hint) {
    add({Severity::error, std::move(code), std::move(message), span, std::move(hint), {}});
    return diagnostics_.back();
}

Diagnostic& Report::warning(std::string code, const SourceSpan& span, std::string message, std::string hint) {
    add({Severity::warning, std::move(code), std::move(message), span, std::move(hint), {}});
    return diagnostics_.back();
}

void Report::add(Diagnostic diagnostic) {
    if (diagnostic.severity == Severity::error) ++errors_;
    diagnostics_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Report::sorted() const {
    std::vector<Diagnostic> result;
    std::unordered_set<std::string> seen;
    for (const Diagnostic& diagnostic : diagnostics_)
        if (seen.insert(identity(diagnostic)).second) result.push_back(diagnostic);
    const auto order = [](const Diagnostic& diagnostic) {
        const SourceSpan& span = diagnostic.span;
        return std::tuple(span.somewhere() ? std::string_view(span.file->path) : std::string_view(), span.line, span.column);
    };
    std::stable_sort(result.begin(), result.end(),
                     [&](const Diagnostic& left, const Diagnostic& right) { return order(left) < order(right); });
    return result;
}

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known) {
    const std::string* best = nullptr;
    std::pair<std::size_t, std::size_t> best_distance;  // ignoring capitals, then with them: capitals only settle ties
    const std::string lower = lower_case(word);
    const std::size_t length = character_starts(word).size() - 1;
    for (const std::string& candidate : known) {
        if (candidate.size() > word.size() + 8 || word.size() > candidate.size() + 8) continue;  // more than two characters apart
        const std::pair distance(edit_distance(lower, lower_case(candidate)), edit_distance(word, candidate));
        if (distance.first > 2 || distance.first * 2 >= length) continue;
        if (best == nullptr || distance < best_distance) best = &candidate, best_distance = distance;
    }
    if (best == nullptr) return std::nullopt;
    return *best;
}

}  // namespace bandtariff
