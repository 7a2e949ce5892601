// A series quote as a person reads it: each release's own quote, and what they come to. Entry points: render, explain.
#include "bandtariff/series.hpp"
#include "quote/text.hpp"

namespace bandtariff {
namespace {

std::string together(const SeriesQuote& quote, std::string (*one)(const Quote&)) {
    if (quote.quotes.empty()) return "NOT PRICED: " + quote.say + " [" + quote.outcome + "]\n";
    if (quote.quotes.size() == 1) return one(quote.quotes.front());
    std::string out;
    std::string sums;
    for (const Quote& each : quote.quotes) {
        out += one(each) + "\n";
        sums += (sums.empty() ? "" : " + ") + to_display(each.total);
    }
    const std::string releases = std::to_string(quote.quotes.size()) + " releases";
    if (!quote.priced()) return out + "NOT PRICED by " + releases + " together: " + quote.say + " [" + quote.outcome + "]\n";
    return out + "By " + releases + " together: " + to_display(quote.total) + " (" + sums + ")\n";
}

}  // namespace

std::string render(const SeriesQuote& quote) { return together(quote, render); }
std::string explain(const SeriesQuote& quote) { return together(quote, explain); }

}  // namespace bandtariff
