// A formula's text to tokens. Entry point: tokens_of. What people write by habit from other languages is named, with what
// to write instead; those lists stay here.
#include "tokens.hpp"

#include <algorithm>
#include <array>

namespace bandtariff::formula {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr std::array<std::string_view, 16> signs = {"<>", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", ",", ":"};

struct Habit {
    std::string_view written, message, instead;
};

// Longest first where one begins another.
constexpr std::array<Habit, 22> habits = {{
    {"==", "equality is written with one sign", "="},
    {"!=", "'not equal' is written otherwise here", "<>"},
    {"=>", "'at least' is written the other way round", ">="},
    {"=<", "'at most' is written the other way round", "<="},
    {"&&", "conditions are joined with a word", "and"},
    {"||", "conditions are joined with a word", "or"},
    {"!", "a condition is turned round with a word", "not"},
    {"**", "a formula has no powers", ""},
    {"^", "a formula has no powers", ""},
    {"\"", "codes and dates stand in single quotes", "'"},
    {"\xE2\x80\x98", "codes and dates stand in straight single quotes", "'"},
    {"\xE2\x80\x99", "codes and dates stand in straight single quotes", "'"},
    {"\xE2\x80\x9C", "codes and dates stand in straight single quotes", "'"},
    {"\xE2\x80\x9D", "codes and dates stand in straight single quotes", "'"},
    {"\xE2\x89\xA4", "'at most' is written with two signs", "<="},
    {"\xE2\x89\xA5", "'at least' is written with two signs", ">="},
    {"\xE2\x89\xA0", "'not equal' is written with two signs", "<>"},
    {"\xC3\x97", "multiplication is written with a star", "*"},
    {"\xC3\xB7", "division is written with a stroke", "/"},
    {"\xE2\x88\x92", "subtraction is written with a hyphen", "-"},
    {"\xE2\x80\x93", "subtraction is written with a hyphen", "-"},
    {"\xC2\xA3", "a sum of money is a figure with a source, and a formula reads it by its name", ""},
}};

class Reader {
public:
    Reader(const std::string& text, const Places& places, Report& report) : text_(text), places_(places), report_(report) {}

    std::vector<Token> read() {
        while (at_ < text_.size()) one();
        if (failed_) return {};
        tokens_.push_back({Token::Kind::end, "", text_.size(), text_.size()});
        return std::move(tokens_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void one() {
        const char c = peek();
        if (is_space(c))
            ++at_;
        else if (is_digit(c))
            number();
        else if (is_letter(c))
            name();
        else if (c == '\'')
            quoted();
        else if (!habit() && !sign())
            stray();
    }

    void fail(std::size_t begin, std::size_t end, const std::string& message, std::string hint = {}) {
        report_.error("formula-syntax", places_.span(begin, end), message, std::move(hint));
        failed_ = true;
    }

    void push(Token::Kind kind, std::string word, std::size_t begin) { tokens_.push_back({kind, std::move(word), begin, at_}); }

    void digits() {
        while (is_digit(peek())) ++at_;
    }

    /// Any number as people write one, so that all of 1,250 or 4.75% is underlined, though only 0 and 1 are allowed.
    void number() {
        const std::size_t begin = at_;
        digits();
        while (peek() == ',' && is_digit(peek(1)) && is_digit(peek(2)) && is_digit(peek(3)) && !is_digit(peek(4))) at_ += 4;
        if (peek() == '.' && is_digit(peek(1))) {
            ++at_;
            digits();
        }
        if (peek() == '%') ++at_;
        if (is_letter(peek())) {
            while (is_letter(peek()) || is_digit(peek())) ++at_;
            const std::string word = text_.substr(begin, at_ - begin);
            return fail(begin, at_, "'" + word + "' is neither a number nor a name: a name begins with a letter");
        }
        push(Token::Kind::number, text_.substr(begin, at_ - begin), begin);
    }

    void name() {
        const std::size_t begin = at_;
        do {
            if (at_ != begin) ++at_;  // the dot
            while (is_letter(peek()) || is_digit(peek())) ++at_;
        } while (peek() == '.' && (is_letter(peek(1)) || is_digit(peek(1))));
        push(Token::Kind::name, text_.substr(begin, at_ - begin), begin);
    }

    /// A quote inside is written twice.
    void quoted() {
        const std::size_t begin = at_++;
        std::string word;
        while (at_ < text_.size() && (peek() != '\'' || peek(1) == '\'')) {
            if (peek() == '\'') ++at_;
            word += text_[at_++];
        }
        if (at_ == text_.size()) return fail(begin, at_, "this quote is never closed");
        ++at_;
        push(Token::Kind::text, std::move(word), begin);
    }

    bool habit() {
        const std::string_view rest = std::string_view(text_).substr(at_);
        const auto* found = std::find_if(habits.begin(), habits.end(), [&](const Habit& each) { return rest.starts_with(each.written); });
        if (found == habits.end()) return false;
        fail(at_, at_ + found->written.size(), std::string(found->message), std::string(found->instead));
        at_ += found->written.size();
        return true;
    }

    bool sign() {
        const std::string_view rest = std::string_view(text_).substr(at_);
        const auto* found = std::find_if(signs.begin(), signs.end(), [&](std::string_view each) { return rest.starts_with(each); });
        if (found == signs.end()) return false;
        const std::size_t begin = at_;
        at_ += found->size();
        push(Token::Kind::sign, std::string(*found), begin);
        return true;
    }

    void stray() {
        const std::size_t begin = at_++;
        while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;  // the rest of one character
        fail(begin, at_, "'" + text_.substr(begin, at_ - begin) + "' means nothing in a formula");
    }

    const std::string& text_;
    const Places& places_;
    Report& report_;
    std::size_t at_ = 0;
    bool failed_ = false;
    std::vector<Token> tokens_;
};

}  // namespace

Places::Places(const document::Node& scalar) : scalar_(scalar) {
    const std::size_t size = scalar.text.size();
    if (size == 0) return;
    first_ = scalar.inside(0, 1);
    const SourceSpan last = scalar.inside(size - 1, 1);
    // Bytes never take less than a column, so where the last is as far along as it can be, all are where they seem.
    simple_ = !scalar.block && last.line == first_.line && last.column == first_.column + size - 1 && size > 1;
}

SourceSpan Places::span(std::size_t begin, std::size_t end) const {
    const std::size_t length = std::max<std::size_t>(end - begin, 1);
    if (!simple_) return scalar_.inside(begin, length);
    SourceSpan result = first_;
    result.column += static_cast<std::uint32_t>(begin);
    result.length = static_cast<std::uint32_t>(length);
    return result;
}

std::vector<Token> tokens_of(const std::string& text, const Places& places, Report& report) {
    return Reader(text, places, report).read();
}

}  // namespace bandtariff::formula
