// Nodes to typed values. Entry points are in reader.hpp; the sentences for numbers that are none stay private here.
#include "tariff/reader.hpp"

#include <algorithm>
#include <array>

namespace bandtariff::loading {
namespace {

const char* kind_of(const Node& node) {
    switch (node.kind) {
        case Node::Kind::scalar: return "a single value";
        case Node::Kind::sequence: return "a list";
        case Node::Kind::mapping: return "a mapping of keys to values";
        case Node::Kind::empty: break;
    }
    return "nothing";
}

bool digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string without(std::string_view text, std::string_view characters) {
    std::string result;
    for (const char c : text)
        if (characters.find(c) == std::string_view::npos) result += c;
    return result;
}

/// "1.25e3" written out: "1250". Empty where it is no such number or is too long to write.
std::string written_out(std::string_view text) {
    const std::size_t e = text.find_first_of("eE");
    if (e == std::string_view::npos) return {};
    std::string_view exponent = text.substr(e + 1);
    const bool down = exponent.starts_with('-');
    if (down || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!digits(exponent) || exponent.size() > 2) return {};
    Rational power = 1;
    for (int i = std::stoi(std::string(exponent)); i > 0; --i) power *= 10;
    const std::optional<Rate> mantissa = Rate::parse(text.substr(0, e));
    if (!mantissa) return {};
    return to_string(down ? Rational(mantissa->value() / power) : Rational(mantissa->value() * power));
}

/// What is wrong with a text that is no number, and what to write: the most likely slip first.
std::pair<std::string, std::pair<std::string, std::string>> why_no_number(const std::string& text) {
    const auto answer = [](std::string code, std::string why, std::string hint) { return std::pair(code, std::pair(why, hint)); };
    const auto if_number = [](std::string candidate) { return Rate::parse(candidate) ? candidate : std::string(); };
    if (text.starts_with("£") || text.ends_with("£"))
        return answer("number-symbol", "an amount is written without the pound sign",
                      if_number(without(text.substr(text.find("£") == 0 ? 2 : 0), "£, ")));
    if (text.find(',') != std::string::npos && Rate::parse(without(text, ",")))
        return answer("number-thousands", "a number has no thousands comma", without(text, ","));
    if (text.find('_') != std::string::npos && Rate::parse(without(text, "_")))
        return answer("number-thousands", "a number has no underscore between its digits", without(text, "_"));
    if (const std::string full = written_out(text); !full.empty())
        return answer("number-exponent", "a number is written in full, without an exponent", full);
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    if (text.size() > sign + 1 && text[sign] == '0' && text[sign + 1] != '.') {
        const std::size_t first = std::min(text.find_first_not_of('0', sign), text.size() - 1);
        return answer("number-leading-zero", "a number has no leading zero (a code that looks like one belongs in quotes)",
                      if_number(text.substr(0, sign) + text.substr(text[first] == '.' ? first - 1 : first)));
    }
    if (text.starts_with('.') || text.starts_with("-."))
        return answer("number-malformed", "a number has a digit before its point",
                      if_number(text.substr(0, sign) + "0" + text.substr(sign)));
    if (text.ends_with('.'))
        return answer("number-malformed", "a number has a digit after its point", if_number(text.substr(0, text.size() - 1)));
    if (text.starts_with('+')) return answer("number-malformed", "a number has no plus sign", if_number(text.substr(1)));
    return answer("number-malformed", "this is no number", "a number such as 1250, 1250.50, 4.75% or 2/37");
}

constexpr std::array formula_words = {"and", "or", "not", "if", "then", "else", "in", "otherwise", "given", "over"};

}  // namespace

Fields::Fields(const Node& node, std::string what, Report& report) : node_(node), what_(std::move(what)), report_(report) {
    if (node.kind == Node::Kind::mapping) return;
    mapping_ = false;
    report.error(node.kind == Node::Kind::empty ? "value-missing" : "wrong-kind", node.span,
                 what_ + " is a mapping of keys to values, and this is " + kind_of(node));
}

const Node* Fields::take(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
    const Entry* entry = node_.find(key);
    if (entry == nullptr) return nullptr;
    if (entry->value.kind == Node::Kind::empty) {
        report_.error("value-missing", entry->key_span, "'" + entry->key + "' has no value",
                      "a value after '" + entry->key + ":', or leave the key out");
        return nullptr;
    }
    return &entry->value;
}

const Node* Fields::require(std::string_view key, std::string_view hint) {
    const Node* value = take(key);
    if (value == nullptr && mapping_ && !has(key))
        report_.error("key-missing", node_.span, what_ + " needs '" + std::string(key) + "'",
                      hint.empty() ? std::string(key) + ": …" : std::string(hint));
    return value;
}

std::vector<const Entry*> Fields::rest() {
    std::vector<const Entry*> result;
    for (const Entry& entry : node_.entries)
        if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) result.push_back(&entry);
    for (const Entry* entry : result) known_.push_back(entry->key);
    return result;
}

void Fields::finish() {
    const std::vector<std::string> known = known_;
    for (const Entry* entry : rest())
        report_.error("unknown-key", entry->key_span, "'" + entry->key + "' is not a key of " + what_,
                      suggestion(entry->key, known));
}

SourceSpan Fields::key_span(std::string_view key) const {
    const Entry* entry = node_.find(key);
    return entry == nullptr ? node_.span : entry->key_span;
}

std::optional<std::string> read_text(const Node& node, std::string_view what, Report& report) {
    if (node.kind == Node::Kind::scalar) return node.text;
    report.error("wrong-kind", node.span, std::string(what) + " is a single value, and this is " + kind_of(node));
    return std::nullopt;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool check_name(const std::string& name, const SourceSpan& span, Report& report) {
    if (!is_name(name)) {
        std::string better;
        for (const char c : name) {
            if (c >= 'A' && c <= 'Z')
                better += static_cast<char>(c - 'A' + 'a');
            else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                better += c;
            else if (!better.empty() && better.back() != '_')
                better += '_';
        }
        report.error("name-invalid", span,
                     "'" + name + "' is no name: a name has lower-case letters, digits and underscores, and starts with a letter",
                     is_name(better) ? better : "");
        return false;
    }
    if (std::find(formula_words.begin(), formula_words.end(), name) == formula_words.end()) return true;
    report.error("name-invalid", span, "'" + name + "' is a word that formulas use, so nothing can have it as its name");
    return false;
}

std::optional<Rational> read_number(const std::string& text, const SourceSpan& span, std::string_view what, Report& report) {
    if (const std::optional<Rate> rate = Rate::parse(text)) return rate->value();
    const auto [code, words] = why_no_number(text);
    report.error(code, span, std::string(what) + " is '" + text + "': " + words.first, words.second);
    return std::nullopt;
}

std::optional<Rational> read_number(const Node& node, std::string_view what, Report& report) {
    const std::optional<std::string> text = read_text(node, what, report);
    return text ? read_number(*text, node.span, what, report) : std::nullopt;
}

std::optional<int> read_integer(const Node& node, std::string_view what, int low, int high, Report& report) {
    const std::optional<Rational> number = read_number(node, what, report);
    if (!number) return std::nullopt;
    if (denominator(*number) == 1 && *number >= low && *number <= high) return numerator(*number).convert_to<int>();
    report.error("number-range", node.span,
                 std::string(what) + " is a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return std::nullopt;
}

std::optional<bool> read_yes_no(const Node& node, std::string_view what, Report& report) {
    const std::optional<std::string> text = read_text(node, what, report);
    if (!text) return std::nullopt;
    if (*text == "true" || *text == "yes") return true;
    if (*text == "false" || *text == "no") return false;
    report.error("yes-no-malformed", node.span, std::string(what) + " is true or false, and this is '" + *text + "'",
                 "true or false");
    return std::nullopt;
}

std::optional<Date> read_date(const std::string& text, const SourceSpan& span, std::string_view what, Report& report) {
    if (const std::optional<Date> date = parse_date(text)) return date;
    report.error("date-malformed", span,
                 std::string(what) + " is '" + text + "', which is no day of the calendar written year-month-day",
                 "a day such as 2026-04-01");
    return std::nullopt;
}

std::optional<Date> read_date(const Node& node, std::string_view what, Report& report) {
    const std::optional<std::string> text = read_text(node, what, report);
    return text ? read_date(*text, node.span, what, report) : std::nullopt;
}

std::optional<std::size_t> read_word(const Node& node, std::string_view what, const std::vector<std::string>& allowed,
                                     Report& report) {
    const std::optional<std::string> text = read_text(node, what, report);
    if (!text) return std::nullopt;
    const auto found = std::find(allowed.begin(), allowed.end(), *text);
    if (found != allowed.end()) return static_cast<std::size_t>(found - allowed.begin());
    const std::optional<std::string> near = nearest_word(*text, allowed);
    report.error("unknown-word", node.span, "'" + *text + "' is no " + std::string(what), near ? *near : any_of(allowed));
    return std::nullopt;
}

const std::vector<Node>& read_list(const Node& node, std::string_view what, Report& report) {
    if (node.kind != Node::Kind::sequence)
        report.error("wrong-kind", node.span, std::string(what) + " is a list, and this is " + kind_of(node),
                     node.kind == Node::Kind::scalar ? "[" + node.text + "]" : "a list: one item a line, each after '- '");
    return node.items;
}

std::vector<const Node*> one_or_more(const Node& node, std::string_view what, Report& report) {
    if (node.kind == Node::Kind::scalar) return {&node};
    std::vector<const Node*> result;
    for (const Node& item : read_list(node, what, report)) {
        if (item.kind == Node::Kind::scalar)
            result.push_back(&item);
        else
            report.error("wrong-kind", item.span,
                         "each item of " + std::string(what) + " is a single value, and this is " + kind_of(item));
    }
    return result;
}

std::string any_of(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    return text;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
    if (const std::optional<std::string> near = nearest_word(word, known)) return *near;
    for (const std::string& each : known)  // "rounding" for "round"
        if (std::min(each.size(), word.size()) >= 4 && (word.starts_with(each) || std::string_view(each).starts_with(word)))
            return each;
    if (known.empty() || known.size() > 40) return {};
    return known.size() == 1 ? known.front() : "one of: " + any_of(known);
}

}  // namespace bandtariff::loading
