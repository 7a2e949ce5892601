// One YAML text to one tree: the only file that knows the YAML parser. The parser is lenient; what it would let through
// is refused before it (plain text, indentation, directives), by TreeBuilder while it runs, or after it (one document,
// a mapping on top). What the parser itself refuses is put into a pack writer's words here.
#include <algorithm>
#include <optional>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "document.hpp"
#include "scalar_places.hpp"
#include "text.hpp"
#include "tree_builder.hpp"

namespace bandtariff::document {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;

/// Hands the parser's events to a TreeBuilder.
class Listener final : public YAML::EventHandler {
public:
    explicit Listener(TreeBuilder& tree) : tree_(tree) {}
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { tree_.nothing(offset(mark), {"", anchor != 0}); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { tree_.alias(offset(mark)); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
        tree_.scalar(offset(mark), {tag, anchor != 0}, value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        tree_.begin(Node::Kind::sequence, offset(mark), {tag, anchor != 0});
    }
    void OnSequenceEnd() override { tree_.end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        tree_.begin(Node::Kind::mapping, offset(mark), {tag, anchor != 0});
    }
    void OnMapEnd() override { tree_.end(); }

    static std::size_t offset(const YAML::Mark& mark) { return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos); }

private:
    TreeBuilder& tree_;
};

/// Stops at the start of a second document, which is an error whatever it holds.
struct SecondDocument {
    std::size_t at;
};
class Stopper final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& mark) override { throw SecondDocument{Listener::offset(mark)}; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

/// Tabs and non-breaking spaces before the first word of a line, and directives: each reported; false if there are any.
bool layout_is_plain(const Text& text, Report& report) {
    const std::string_view body = text.body();
    bool before_document = true;
    std::size_t refusals = 0;
    for (std::size_t start = 0; start < body.size(); start = std::min(body.find('\n', start), body.size() - 1) + 1) {
        if (before_document && body[start] == '%') {
            report.error("directive-refused", text.span(start),
                         "a line that begins with '%' is a YAML directive, which is not read here: delete it");
            ++refusals;
        }
        std::size_t at = start;
        while (at < body.size() && body[at] == ' ') ++at;
        const bool non_breaking = body.substr(at).starts_with("\xC2\xA0");
        if (text.at(at) == '\t' || non_breaking) {
            report.error(
                "bad-indentation", text.span(at),
                std::string(non_breaking ? "a non-breaking space" : "a tab") + " is used for indentation: use ordinary spaces");
            ++refusals;
        }
        const char first = text.at(at);
        if (first != '#' && first != '\n' && first != '\r' && first != '%') before_document = false;
        if (refusals == most_refusals) {
            report.error("too-many-errors", text.span(at), too_many_errors());
            return false;
        }
    }
    return refusals == 0;
}

/// The opening quote, at or after `from`, of the first quoted text that never ends.
std::optional<std::size_t> unclosed_quote(std::string_view body, std::size_t from) {
    for (std::size_t at = from; at < body.size(); ++at) {
        const char c = body[at];
        const char previous = at == 0 ? '\n' : body[at - 1];
        const bool fresh = std::string_view(" \t\n[{,:").find(previous) != std::string_view::npos;
        if (c == '#' && fresh) at = std::min(body.find('\n', at), body.size());
        if ((c != '"' && c != '\'') || !fresh) continue;
        const std::optional<std::size_t> closing = closing_quote(body, at);
        if (!closing) return at;
        at = *closing;
    }
    return std::nullopt;
}

bool says(const YAML::Exception& problem, const char* theirs) { return std::string_view(problem.msg).starts_with(theirs); }

/// What the parser refused, by the message it refused it with, where our words need no look at the text around it.
struct Words {
    const char* theirs;
    const char* ours;
};
const Words words[] = {
    {YAML::ErrorMsg::BLOCK_ENTRY, "a list item ('- ') cannot begin here: put it on a line of its own, under its key"},
    {YAML::ErrorMsg::INVALID_ESCAPE,
     "a '\\' in double quotes begins a special character, and this one does not exist: use single quotes"},
    {YAML::ErrorMsg::INVALID_HEX,
     "a '\\' in double quotes begins a special character, and this one does not exist: use single quotes"},
    {YAML::ErrorMsg::INVALID_UNICODE, "this '\\' code stands for no character: write the character itself"},
    {YAML::ErrorMsg::FLOW_END, "no opening bracket matches this closing one"},
    {YAML::ErrorMsg::END_OF_SEQ, "this line does not belong to the list above: check its indentation, or begin it with '- '"},
    {YAML::ErrorMsg::UNKNOWN_TOKEN, "a value cannot begin with this character: put it in quotes"},
    {YAML::ErrorMsg::DOC_IN_SCALAR, "'---' or '...' stands inside quoted text: a quote above is not closed"},
    {YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab is used for indentation: use ordinary spaces"},
    {YAML::ErrorMsg::CHAR_IN_BLOCK, "after '|' or '>' the text begins on the next line: move this down"},
    {YAML::ErrorMsg::ZERO_INDENT_IN_BLOCK, "after '|' or '>' an indentation of 0 cannot be asked for: delete the 0"},
    {YAML::ErrorMsg::MAP_KEY, "a key cannot begin here: put it on a line of its own"},
};

void syntax_error(const Text& text, std::size_t at, std::string message, Report& report) {
    report.error("yaml-syntax", text.span(at), std::move(message));
}

/// A ':' where no key can be: either a second one on the line, or a line that was taken for more of the text above.
void misplaced_colon(const Text& text, std::size_t at, const TreeBuilder& tree, Report& report) {
    if (text.line_start(tree.last_begin()) == text.line_start(at))
        return syntax_error(text, at, "a second ': ' on this line splits the text: put the text in quotes", report);
    std::size_t first = text.line_start(at);
    while (text.at(first) == ' ') ++first;
    report
        .error("yaml-syntax", text.span(first, at - first),
               "this line does not fit the one above: check its indentation, and that the line above is 'key: value'")
        .notes.push_back(
            {"the text it was taken to go on from", text.span(tree.last_begin(), tree.last_end() - tree.last_begin())});
}

/// Something where the next key should be: after a closing quote or bracket, or at an indentation that nothing has.
void misplaced_text(const Text& text, std::size_t at, const TreeBuilder& tree, Report& report) {
    const std::size_t start = text.line_start(at);
    const std::string_view before = text.body().substr(start, at - start);
    if (before.find_first_not_of(' ') == std::string_view::npos)
        return syntax_error(text, at,
                            "this line does not fit the lines above: check its indentation, and that it is 'key: value'", report);
    const char opening = text.at(tree.last_begin());
    if (tree.last_end() <= at && (opening == '"' || opening == '\'')) {
        const bool one_line = text.line_start(tree.last_begin()) == start;
        report
            .error(
                "yaml-syntax", text.span(at),
                one_line
                    ? "there is text after a closing quote: put the whole text in quotes, of the other kind than those inside it"
                    : "text in quotes ends just before this, and began on an earlier line: a closing quote is missing there")
            .notes.push_back({"the quoted text begins here", text.span(tree.last_begin(), tree.last_end() - tree.last_begin())});
        return;
    }
    syntax_error(text, at, "there is more on this line than one value: put text in quotes", report);
}

/// A list or mapping in brackets that is not closed, or is broken by a ':'.
void broken_brackets(const Text& text, std::size_t at, const TreeBuilder& tree, Report& report) {
    const std::size_t open = tree.open_bracket().value_or(at);
    const std::string bracket(1, text.at(open));
    if (at >= text.body().size()) return syntax_error(text, open, "this '" + bracket + "' is never closed", report);
    if (text.at(at) == ':' && text.line_start(tree.last_begin()) == text.line_start(at))
        return syntax_error(text, at, "a second ': ' splits the text: put the text in quotes", report);
    report.error("yaml-syntax", text.span(at), "a comma or a closing bracket is missing before this")
        .notes.push_back({"the '" + bracket + "' was opened here", text.span(open)});
}

void report_refusal(const YAML::Exception& problem, const Text& text, const TreeBuilder& tree, Report& report) {
    const std::size_t at = std::min(Listener::offset(problem.mark), text.body().size());
    if (says(problem, YAML::ErrorMsg::EOF_IN_SCALAR)) {
        const std::size_t quote = unclosed_quote(text.body(), tree.last_end()).value_or(tree.last_end());
        return syntax_error(text, quote, "this quote is never closed", report);
    }
    if (says(problem, YAML::ErrorMsg::UNKNOWN_ANCHOR) || says(problem, YAML::ErrorMsg::ALIAS_NOT_FOUND) ||
        says(problem, YAML::ErrorMsg::CHAR_IN_ALIAS) || says(problem, YAML::ErrorMsg::ALIAS_CONTENT)) {
        report.error(
            "alias-refused", text.span(at),
            "an alias ('*' and a name) is not read here: write the value out, or put text that begins with '*' in quotes");
        return;
    }
    if (says(problem, YAML::ErrorMsg::MAP_VALUE)) return misplaced_colon(text, at, tree, report);
    if (says(problem, YAML::ErrorMsg::END_OF_MAP_FLOW) || says(problem, YAML::ErrorMsg::END_OF_SEQ_FLOW))
        return broken_brackets(text, at, tree, report);
    if (problem.msg == YAML::ErrorMsg::END_OF_MAP) return misplaced_text(text, at, tree, report);
    const auto known =
        std::find_if(std::begin(words), std::end(words), [&](const Words& row) { return says(problem, row.theirs); });
    syntax_error(text, at, known == std::end(words) ? "this is not YAML that can be read (" + problem.msg + ")" : known->ours,
                 report);
}

void report_second(const Text& text, std::size_t at, Report& report) {
    const std::string_view body = text.body();
    std::size_t end = body.find_last_not_of(" \r\n", at == 0 ? 0 : at - 1);
    end = end == std::string_view::npos ? 0 : end;
    const bool after_end = at > 0 && body.substr(text.line_start(end)).starts_with("...");
    if (body.substr(std::min(at, body.size())).starts_with("---") || after_end)
        report.error("one-document", text.span(at, 3),
                     "a second document begins here: a pack file holds one, so put it in a file of its own");
    else if (std::string_view(",]}").find(text.at(at)) != std::string_view::npos)
        syntax_error(text, at, std::string("a '") + text.at(at) + "' stands here that belongs to nothing: delete it", report);
    else
        syntax_error(text, at, "this belongs to nothing above it: check its indentation, and that it is 'key: value'", report);
}

bool is_one_mapping(const Node& root, const Text& text, Report& report) {
    if (root.kind == Node::Kind::mapping) return true;
    if (root.kind == Node::Kind::empty) {
        report.error("empty-file", text.whole(), "this file holds nothing: write 'key: value' lines, or delete it");
        return false;
    }
    const std::size_t colon =
        root.kind == Node::Kind::scalar && !root.quoted && !root.block ? root.text.find(':') : std::string::npos;
    std::string hint;
    if (colon != std::string::npos && colon > 0 && colon + 1 < root.text.size() && root.text.find('\n') == std::string::npos)
        hint = root.text.substr(0, colon) + ": " + root.text.substr(colon + 1);
    report.error("not-a-mapping", root.span,
                 hint.empty() ? "a pack file is made of 'key: value' lines; this one begins otherwise"
                              : "there is no space after the ':' here, so this is not a key and its value",
                 std::move(hint));
    return false;
}

/// At most two documents are asked for, never in a loop: on a stray ',' the parser would hand out empty ones for ever.
bool parse(const Text& text, TreeBuilder& tree, Report& report) {
    std::istringstream stream{std::string(text.body())};
    try {
        YAML::Parser parser(stream);
        Listener listener(tree);
        if (!parser.HandleNextDocument(listener)) return true;
        Stopper stopper;
        parser.HandleNextDocument(stopper);
        return true;
    } catch (const SecondDocument& second) {
        report_second(text, second.at, report);
    } catch (const YAML::Exception& problem) {
        report_refusal(problem, text, tree, report);
    } catch (const GaveUp&) {
        // reported where it was thrown
    }
    return false;
}

}  // namespace

Node from_yaml(std::shared_ptr<const SourceFile> file, Report& report) {
    const Text text(std::move(file));
    if (!is_plain_text(text, most_bytes, report) || !layout_is_plain(text, report)) return {};
    TreeBuilder tree(text, report);
    if (!parse(text, tree, report)) return {};
    Node root = tree.take();
    if (!is_one_mapping(root, text, report)) return {};
    return root;
}

}  // namespace bandtariff::document
