// Where a thing is written, and what is wrong with it.
//
//     Checked<Tariff> tariff = load_tariff("rules/england/national_bands");
//     if (!tariff.ok()) std::cerr << render(tariff.diagnostics());
//
// A SourceSpan points into a file of ours; a Citation points into a published document; a Diagnostic says what is
// wrong at a span. Nothing here prints.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bandtariff {

/// A file that was read: its name as the user gave it, and its whole text. Shared by every span into it.
struct SourceFile {
    std::string path;
    std::string text;
};

/// A place in a file: 1-based line, 1-based column counted in characters (code points), length in characters.
/// A default-made span points nowhere and renders without an excerpt.
struct SourceSpan {
    std::shared_ptr<const SourceFile> file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 1;

    [[nodiscard]] bool somewhere() const { return file != nullptr; }
};

/// "path:line:column", or "" for a span that points nowhere.
[[nodiscard]] std::string to_string(const SourceSpan& span);

/// What stands behind a value or rule. Either `source` names an entry of the pack's `sources:` (and `at` the page,
/// table or regulation), or `assumed` says why no source could be given. Never both empty in a checked tariff.
struct Citation {
    std::string source;           ///< key in the pack's sources
    std::string title;            ///< the source's title, so a quote can print it alone
    std::string kind;             ///< law | published | observed | inferred | assumed | illustrative
    std::string at;               ///< page, table or regulation
    std::string assumed;          ///< why, where no source states it
    std::string day_assumed;      ///< why, where a printed value stands on an assumed day
    std::string carried_forward;  ///< why, where a value is used past its printed period
    SourceSpan span;              ///< the line of the pack that says so
};

/// One line of plain text: "School and Early Years Finance ... Regulations 2024, regulation 11(3)" or "assumed: ...".
[[nodiscard]] std::string to_string(const Citation& citation);

enum class Severity { error, warning };

/// A second place that explains a diagnostic: "first defined here".
struct Note {
    std::string message;
    SourceSpan span;
};

/// One thing that is wrong: a stable code ("date-gap"), a sentence, a place, and what to write instead.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;
    std::string message;
    SourceSpan span;
    std::string hint;  ///< what to write instead; may be empty
    std::vector<Note> notes;
};

/// The text a person reads: path:line:column: error[code]: message, the excerpt, a caret, the hint and the notes.
[[nodiscard]] std::string render(const Diagnostic& diagnostic);
[[nodiscard]] std::string render(std::span<const Diagnostic> diagnostics);

/// Collects diagnostics during one stage. `sorted()` gives them in file order (path, line, column).
class Report {
public:
    Diagnostic& error(std::string code, const SourceSpan& span, std::string message, std::string hint = {});
    Diagnostic& warning(std::string code, const SourceSpan& span, std::string message, std::string hint = {});
    void add(Diagnostic diagnostic);
    [[nodiscard]] bool has_errors() const { return errors_ > 0; }
    [[nodiscard]] std::size_t size() const { return diagnostics_.size(); }
    [[nodiscard]] std::vector<Diagnostic> sorted() const;

private:
    std::vector<Diagnostic> diagnostics_;
    std::size_t errors_ = 0;
};

/// The nearest of `known` to `word` by edit distance (at most 2, and under half the word), or nullopt: for "did you mean".
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known);

/// A list of diagnostics thrown by the conveniences that throw; `what()` is the rendered text.
class DiagnosticError : public std::runtime_error {
public:
    explicit DiagnosticError(std::vector<Diagnostic> diagnostics)
        : std::runtime_error(render(diagnostics)), diagnostics_(std::move(diagnostics)) {}
    [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

/// A T, or every reason why there is none. Warnings may stand beside a T. Asking a failed one for its value throws
/// DiagnosticError with the whole list.
template <class T>
class Checked {
public:
    Checked(T value, std::vector<Diagnostic> warnings = {}) : value_(std::move(value)), diagnostics_(std::move(warnings)) {}
    Checked(std::vector<Diagnostic> errors) : diagnostics_(std::move(errors)) {}

    [[nodiscard]] bool ok() const { return value_.has_value(); }
    [[nodiscard]] const T& value() const& { return require(*this); }
    [[nodiscard]] T&& value() && { return std::move(require(*this)); }
    [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

private:
    template <class Self>
    static auto& require(Self& self) {
        if (!self.value_) throw DiagnosticError(self.diagnostics_);
        return *self.value_;
    }
    std::optional<T> value_;
    std::vector<Diagnostic> diagnostics_;
};

}  // namespace bandtariff
