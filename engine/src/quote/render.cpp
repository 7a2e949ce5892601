// A quote as a person reads it, in short. Entry points: render, Quote::line.
#include "quote/text.hpp"

namespace bandtariff {

const QuoteLine* Quote::line(std::string_view name) const {
    for (const QuoteLine& line : lines)
        if (line.name == name) return &line;
    return nullptr;
}

std::string render(const Quote& quote) {
    std::string out = quote::banner(quote) + quote::heading(quote) + "\n" + quote::headline(quote);
    const std::string table = quote::line_table(quote);
    if (!table.empty()) out += "\n" + table;
    return out + quote::footing(quote);
}

}  // namespace bandtariff
