// The whole account of a quote: what was stated and chosen, every value in the order it was needed, and each line from its
// formula to its pence. Entry point: explain.
#include <algorithm>

#include "quote/text.hpp"

namespace bandtariff {
namespace {

using quote::days_text;
using quote::left;
using quote::width;
using quote::with_unit;

constexpr std::size_t widest_name = 44;

/// Where a thing is written: "rules/england/demo/pack.yaml:42".
std::string place(const SourceSpan& span) {
    if (!span.somewhere()) return {};
    return span.file->path + (span.line == 0 ? "" : ":" + std::to_string(span.line));
}

/// Citation and place on one line, where there is either.
std::string evidence(const Citation& citation, const SourceSpan& span) {
    const std::string said = to_string(citation);
    const std::string where = place(span);
    if (said.empty()) return where;
    return said + (where.empty() ? "" : "  [" + where + "]");
}

std::string titled(std::string_view title, const std::string& body) {
    return body.empty() ? "" : "\n" + std::string(title) + "\n" + std::string(width(title), '-') + "\n" + body;
}

std::string stated(const Quote& quote, QuoteStep::Kind kind) {
    std::size_t names = 0;
    std::size_t values = 0;
    for (const QuoteStep& step : quote.steps) {
        if (step.kind != kind) continue;
        names = std::max(names, width(step.name));
        values = std::max(values, width(with_unit(step.value, step.unit)));
    }
    values = std::min(values, widest_name);
    std::string out;
    for (const QuoteStep& step : quote.steps) {
        if (step.kind != kind) continue;
        const bool choice = kind == QuoteStep::Kind::choice;
        std::string line = "  " + left(step.name, names) + "  " + left(with_unit(step.value, step.unit), values) + "  " + step.formula;
        const std::string why = choice ? evidence(step.citation, step.span) : to_string(step.citation);
        if (!why.empty()) line += (step.formula.empty() ? "" : "; ") + why;
        out += line.erase(line.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
}

/// One value worked out or read: its name and value, then how, then who says so.
std::string worked(const QuoteStep& step, const std::string& number) {
    const std::string indent(number.size(), ' ');
    std::string out = number + step.name + " = " + with_unit(step.value, step.unit);
    if (step.days) out += "   on " + days_text(*step.days);
    out += "\n";
    const auto add = [&](std::string_view label, const std::string& text) {
        if (!text.empty()) out += indent + left(std::string(label), 9) + text + "\n";
    };
    add("is", step.formula);
    if (step.with_values != step.value && step.with_values != step.formula) add("=", step.with_values);
    if (!step.rounding.empty()) add("rounded", step.exact + " -> " + step.value + ", " + step.rounding);
    add(to_string(step.citation).empty() ? "written" : "source", evidence(step.citation, step.span));
    return out;
}

std::string working(const Quote& quote) {
    std::string out;
    std::size_t count = 0;
    for (const QuoteStep& step : quote.steps) {
        if (step.kind == QuoteStep::Kind::fact || step.kind == QuoteStep::Kind::choice) continue;
        out += worked(step, quote::right(std::to_string(++count), 3) + ". ");
    }
    return out;
}

std::string headlines(const Quote& quote) {
    std::string out;
    for (const QuoteStep& step : quote.steps) {
        if (!step.shown) continue;
        out += "  " + step.name + " = " + with_unit(step.value, step.unit) + (step.days ? "   on " + days_text(*step.days) : "") + "\n";
    }
    return out;
}

std::string part_text(const Part& part, const QuoteLine& line) {
    std::string out = "     ";
    if (!part.days.empty()) out += days_text(part.days) + ": ";
    out += with_unit(to_string(part.amount), line.unit) + " x " + to_string(part.weight) + " = " +
           with_unit(to_string(Rational(part.amount * part.weight)), "GBP") + "\n";
    if (!part.with_values.empty() && part.with_values != to_string(part.amount)) out += "       where the amount is " + part.with_values + "\n";
    return out;
}

std::string share_account(const QuoteLine& line) {
    const QuoteShare& share = *line.share;
    std::string out = "     from " + share.group + ", which shares out " + to_display(share.pot) + ": ";
    if (share.in_order) return out + "of " + with_unit(to_string(share.weight), "GBP") + " that it could give, " + to_display(line.payable) + "\n";
    out += "weight " + to_string(share.weight) + " of " + to_string(share.weights) + ", exactly " + with_unit(to_string(line.exact.pounds()), "GBP");
    return out + ", remainder " + with_unit(to_string(share.remainder), "GBP") + "\n";
}

std::string line_account(const QuoteLine& line) {
    std::string out = "  " + line.name + ": ";
    const std::string elements = quote::elements_text(line.elements);
    if (line.outcome != "priced") {
        out += "no money, because " + line.say + " [" + line.outcome + "]\n";
    } else {
        out += to_display(line.payable) + (line.flow == Flow::notional ? ", shown and not paid" : "") + "\n";
    }
    out += "     " + line.payer + " pays " + line.payee + (elements.empty() ? "" : " (" + elements + ")") + "\n";
    if (!line.formula.empty()) out += "     amount: " + line.formula + "\n";
    for (const Part& part : line.parts) out += part_text(part, line);
    if (line.outcome == "priced") {
        const std::string exact = with_unit(to_string(line.exact.pounds()), "GBP");
        out += "     exact " + exact + " -> " + to_display(line.payable);
        if (!line.rounding) {
            out += ", which is whole pence: nothing was rounded";
        } else {
            const std::string name = line.rounding->name.empty() ? "" : line.rounding->name + ": ";
            out += ", " + name + to_string(line.rounding->rounding);
            if (line.rounding->of == RoundingRule::Of::parts) out += ", each part by itself";
            out += "; residue " + with_unit(to_string(line.residue), "GBP");
            const std::string why = to_string(line.rounding->citation);
            if (!why.empty()) out += " (" + why + ")";
        }
        out += "\n";
    }
    for (const QuoteSlice& slice : line.slices)
        out += "     " + slice.party + " pays " + to_display(slice.payable) + ", exactly " + with_unit(to_string(slice.exact.pounds()), "GBP") + ": " + slice.rule + "\n";
    for (const QuoteInstalment& part : line.instalments)
        out += "     in " + part.name + " " + to_display(part.payable) + ", " + to_string(part.share) + " of it\n";
    if (line.share) out += share_account(line);
    if (line.shared_out) out += "     shared out: its rows are paid it, so it is in their totals and not in this one\n";
    const std::string why = evidence(line.citation, line.span);
    return why.empty() ? out : out + (to_string(line.citation).empty() ? "     written " : "     source ") + why + "\n";
}

std::string line_accounts(const Quote& quote) {
    std::string out;
    for (const QuoteLine& line : quote.lines) out += line_account(line);
    return out;
}

}  // namespace

std::string explain(const Quote& quote) {
    std::string out = quote::banner(quote) + quote::heading(quote) + "\n" + quote::headline(quote);
    out += headlines(quote);
    out += titled("What the record states", stated(quote, QuoteStep::Kind::fact));
    out += titled("Policy choices", stated(quote, QuoteStep::Kind::choice));
    out += titled("How it is worked out", working(quote));
    out += titled("Lines", line_accounts(quote));
    out += titled("In all", quote::line_table(quote));
    return out + quote::footing(quote);
}

}  // namespace bandtariff
