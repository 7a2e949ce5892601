// Tokens to a syntax tree. Entry points: parse, and names. The grammar, lowest binding first:
//
//     expression  if expression then expression else expression | disjunction
//     disjunction conjunction {or conjunction}        conjunction  negation {and negation}
//     negation    not negation | comparison           comparison   sum [= <> < <= > >= sum | in [expression, ...]]
//     sum         product {+ - product}               product      unary {* / unary}
//     unary       - unary | suffixed                  suffixed     name otherwise primary | primary
//     primary     number | 'text' | name | name(expression, ...) | name[key: expression, ...] | (expression)
#include <algorithm>
#include <array>

#include "formula.hpp"
#include "tokens.hpp"

namespace bandtariff::formula {
namespace {

constexpr std::size_t most_tokens = 2000;  // a step names what is longer; also keeps every recursion over a tree shallow
constexpr int deepest = 60;

constexpr std::array<std::string_view, 8> operator_words = {"and", "or", "not", "in", "if", "then", "else", "otherwise"};
constexpr std::array<std::string_view, 6> comparisons = {"=", "<>", "<", "<=", ">", ">="};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, const Token& token) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view each) { return token.is(each); });
}

struct GaveUp {};

/// A tree with the bytes it came from, brackets around it included.
struct Part {
    Syntax syntax;
    std::size_t begin = 0, end = 0;
};

class Parser {
public:
    Parser(std::vector<Token> tokens, const Places& places, Report& report)
        : tokens_(std::move(tokens)), places_(places), report_(report) {}

    Syntax formula() {
        if (tokens_.size() > most_tokens)
            give_up(tokens_.front(),
                    "this formula is longer than " + std::to_string(most_tokens) + " words and signs: name parts of it as steps");
        Part result = expression();
        if (peek().kind != Token::Kind::end) unexpected("an operator such as + or =, or the end of the formula,");
        return std::move(result.syntax);
    }

private:
    const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
    Token take() {
        Token token = peek();
        if (token.kind != Token::Kind::end) ++at_;
        return token;
    }
    bool skip(std::string_view word) {
        if (!peek().is(word)) return false;
        ++at_;
        return true;
    }

    [[noreturn]] void give_up(const Token& token, std::string message, std::string hint = {}) {
        report_.error("formula-syntax", places_.span(token.begin, token.end), std::move(message), std::move(hint));
        throw GaveUp{};
    }

    [[noreturn]] void unexpected(const std::string& wanted) {
        const Token& token = peek();
        if (token.kind == Token::Kind::end) give_up(token, "the formula ends here, where " + wanted + " is expected");
        if (token.is("if")) give_up(token, "an 'if' inside another formula stands in brackets", "(if ... then ... else ...)");
        std::string lower = token.word;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        if (lower != token.word && std::find(operator_words.begin(), operator_words.end(), lower) != operator_words.end())
            give_up(token, "'" + token.word + "' is written in small letters", lower);
        const std::string shown = token.kind == Token::Kind::text ? "the text '" + token.word + "'" : "'" + token.word + "'";
        give_up(token, wanted + " is expected here, not " + shown);
    }

    void expect(std::string_view word, const std::string& wanted) {
        if (!skip(word)) unexpected(wanted);
    }

    Part over(Syntax syntax, std::size_t begin, std::size_t end) {
        syntax.span = places_.span(begin, end);
        return {std::move(syntax), begin, end};
    }

    Part joined(Syntax::Kind kind, std::string word, Part left, Part right) {
        const std::size_t begin = left.begin, end = right.end;
        Syntax result;
        result.kind = kind;
        result.word = std::move(word);
        result.operands.push_back(std::move(left.syntax));
        result.operands.push_back(std::move(right.syntax));
        return over(std::move(result), begin, end);
    }

    Part before(std::string word, std::size_t begin, Part operand) {
        Syntax result;
        result.kind = Syntax::Kind::unary;
        result.word = std::move(word);
        result.operands.push_back(std::move(operand.syntax));
        return over(std::move(result), begin, operand.end);
    }

    /// Counts how deep brackets, `if`, `not` and minus signs stand inside each other.
    template <class Inner>
    Part deeper(Inner inner) {
        if (++depth_ > deepest)
            give_up(peek(), "this formula is nested more than " + std::to_string(deepest) + " deep: name parts of it as steps");
        Part result = inner();
        --depth_;
        return result;
    }

    Part expression() {
        return deeper([&] { return peek().is("if") ? conditional() : disjunction(); });
    }

    Part conditional() {
        const std::size_t begin = take().begin;
        Syntax result;
        result.kind = Syntax::Kind::conditional;
        result.word = "if";
        result.operands.push_back(expression().syntax);
        expect("then", "'then'");
        result.operands.push_back(expression().syntax);
        expect("else", "'else', for every 'if' says what holds otherwise,");
        Part last = expression();
        result.operands.push_back(std::move(last.syntax));
        return over(std::move(result), begin, last.end);
    }

    Part disjunction() {
        Part result = conjunction();
        while (skip("or")) result = joined(Syntax::Kind::binary, "or", std::move(result), conjunction());
        return result;
    }

    Part conjunction() {
        Part result = negation();
        while (skip("and")) result = joined(Syntax::Kind::binary, "and", std::move(result), negation());
        return result;
    }

    Part negation() {
        if (!peek().is("not")) return comparison();
        const std::size_t begin = take().begin;
        return before("not", begin, deeper([&] { return negation(); }));
    }

    Part comparison() {
        Part left = sum();
        if (peek().is("not") && peek(1).is("in")) give_up(peek(), "'not' stands before what is compared", "not x in ['a', 'b']");
        if (skip("in")) {
            left = membership(std::move(left));
        } else if (is_one_of(comparisons, peek())) {
            std::string sign = take().word;
            left = joined(Syntax::Kind::binary, std::move(sign), std::move(left), sum());
        } else {
            return left;
        }
        if (is_one_of(comparisons, peek()) || peek().is("in"))
            give_up(peek(), "two comparisons in a row are joined with 'and'", "0 < x and x < y");
        return left;
    }

    Part membership(Part left) {
        Syntax result;
        result.kind = Syntax::Kind::in;
        result.word = "in";
        result.operands.push_back(std::move(left.syntax));
        expect("[", "'[' and a list, as in ['a', 'b'],");
        do result.operands.push_back(expression().syntax);
        while (skip(","));
        expect("]", "',' or ']'");
        return over(std::move(result), left.begin, tokens_[at_ - 1].end);
    }

    Part sum() {
        Part result = product();
        while (peek().is("+") || peek().is("-")) {
            std::string sign = take().word;
            result = joined(Syntax::Kind::binary, std::move(sign), std::move(result), product());
        }
        return result;
    }

    Part product() {
        Part result = unary();
        while (peek().is("*") || peek().is("/")) {
            std::string sign = take().word;
            result = joined(Syntax::Kind::binary, std::move(sign), std::move(result), unary());
        }
        return result;
    }

    Part unary() {
        if (!peek().is("-")) return suffixed();
        const std::size_t begin = take().begin;
        return before("-", begin, deeper([&] { return unary(); }));
    }

    Part suffixed() {
        Part result = primary();
        if (!peek().is("otherwise")) return result;
        if (result.syntax.kind != Syntax::Kind::name)
            give_up(peek(), "'otherwise' follows the name of one fact: it says what stands in its place where it is not given");
        ++at_;
        result = joined(Syntax::Kind::binary, "otherwise", std::move(result), primary());
        if (peek().is("otherwise"))
            give_up(peek(), "'otherwise' takes one operand: put what follows the first in brackets", "x otherwise (y otherwise 0)");
        return result;
    }

    Part primary() {
        const Token& token = peek();
        const bool is_operator = is_one_of(operator_words, token);
        if (token.is("(")) return bracketed();
        if (token.kind == Token::Kind::name && !is_operator) {
            if (peek(1).is("(")) return call();
            if (peek(1).is("[")) return lookup();
            return leaf(Syntax::Kind::name);
        }
        if (token.kind == Token::Kind::number) return leaf(Syntax::Kind::number);
        if (token.kind == Token::Kind::text) return leaf(Syntax::Kind::text);
        unexpected("a name, a quoted code or a bracket");
    }

    Part leaf(Syntax::Kind kind) {
        Token token = take();
        Syntax result;
        result.kind = kind;
        result.word = std::move(token.word);
        return over(std::move(result), token.begin, token.end);
    }

    Part bracketed() {
        const std::size_t begin = take().begin;
        Part result = expression();
        expect(")", "')' or an operator");
        return over(std::move(result.syntax), begin, tokens_[at_ - 1].end);
    }

    Part call() {
        const Token name = take();
        ++at_;
        Syntax result;
        result.kind = Syntax::Kind::call;
        result.word = name.word;
        while (!peek().is(")")) {
            if (peek().is("over") && peek(1).is(":"))
                sum_over(result);
            else
                result.operands.push_back(expression().syntax);
            if (!skip(",")) break;
        }
        expect(")", "',' or ')'");
        return over(std::move(result), name.begin, tokens_[at_ - 1].end);
    }

    void sum_over(Syntax& result) {
        const Token word = take();
        ++at_;
        if (result.word != "sum") give_up(word, "only 'sum' runs over a code list");
        if (!result.over.empty()) give_up(word, "'sum' runs over one code list: put one sum inside another for two");
        if (peek().kind != Token::Kind::name) unexpected("the name of a code list");
        const Token list = take();
        result.over = list.word;
        result.over_span = places_.span(list.begin, list.end);
    }

    Part lookup() {
        const Token name = take();
        ++at_;
        Syntax result;
        result.kind = Syntax::Kind::lookup;
        result.word = name.word;
        do {
            if (peek().kind != Token::Kind::name) unexpected("the name of a key");
            const Token key = take();
            expect(":", "':' and what the key is, as in " + name.word + "[" + key.word + ": 'special'],");
            result.keys.push_back(key.word);
            result.key_spans.push_back(places_.span(key.begin, key.end));
            result.operands.push_back(expression().syntax);
        } while (skip(","));
        expect("]", "',' or ']'");
        return over(std::move(result), name.begin, tokens_[at_ - 1].end);
    }

    std::vector<Token> tokens_;
    const Places& places_;
    Report& report_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

void collect_names(const Syntax& syntax, std::vector<std::string>& result) {
    if (syntax.kind == Syntax::Kind::name || syntax.kind == Syntax::Kind::lookup)
        if (std::find(result.begin(), result.end(), syntax.word) == result.end()) result.push_back(syntax.word);
    for (const Syntax& operand : syntax.operands) collect_names(operand, result);
}

}  // namespace

std::optional<Syntax> parse(const document::Node& scalar, Report& report) {
    if (scalar.kind != document::Node::Kind::scalar || scalar.text.find_first_not_of(" \t\r\n") == std::string::npos) {
        report.error("formula-syntax", scalar.span, "a formula is expected here, such as \"price * attendance\"");
        return std::nullopt;
    }
    const Places places(scalar);
    std::vector<Token> tokens = tokens_of(scalar.text, places, report);
    if (tokens.empty()) return std::nullopt;
    try {
        return Parser(std::move(tokens), places, report).formula();
    } catch (const GaveUp&) {
        return std::nullopt;
    }
}

std::vector<std::string> names(const Syntax& syntax) {
    std::vector<std::string> result;
    collect_names(syntax, result);
    return result;
}

}  // namespace bandtariff::formula
