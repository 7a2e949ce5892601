// A quote as a person reads it, in short. Entry points: render, Quote::line.
#include "quote/text.hpp"

namespace bandtariff {

const QuoteLine* Quote::line(std::string_view name) const {
    for (const QuoteLine& line : lines)
        if (line.name == name) return &line;
    return nullptr;
}

namespace {

/// The alternatives that were selected among those that had a say in this price.
std::string choices_made(const Quote& quote) {
    std::string out;
    for (const QuoteStep& step : quote.steps)
        if (step.kind == QuoteStep::Kind::choice) out += "  " + step.name + " is " + step.value + " (" + step.formula + ")\n";
    return out.empty() ? out : "\nPolicy choices\n" + out;
}

}  // namespace

std::string render(const Quote& quote) {
    std::string out = quote::banner(quote) + quote::heading(quote) + "\n" + quote::headline(quote);
    const std::string table = quote::line_table(quote);
    if (!table.empty()) out += "\n" + table;
    return out + choices_made(quote) + quote::footing(quote);
}

}  // namespace bandtariff
