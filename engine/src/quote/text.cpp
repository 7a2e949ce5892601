// The parts of a quote as plain text: see text.hpp.
#include "quote/text.hpp"

#include <algorithm>

namespace bandtariff::quote {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string bullets(std::string_view title, const std::vector<std::string>& items) {
    if (items.empty()) return {};
    std::string out = "\n" + std::string(title) + "\n";
    for (const std::string& item : items) out += "  - " + item + "\n";
    return out;
}

/// A fraction that never ends as a decimal, cut off after six places: "17941.537682" of 104509457/5825.
std::string cut_off(const Rational& value) {
    constexpr int places = 6;
    const Integer scale = boost::multiprecision::pow(Integer(10), places);
    const Integer scaled = abs(numerator(value)) * scale / denominator(value);
    std::string digits = scaled.str();
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
    return (value < 0 ? "-" : "") + digits;
}

}  // namespace

std::string in_threes(std::string_view number) {
    std::string_view digits = number;
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const std::string_view rest = digits.substr(std::min(point + 1, digits.size()));
    if (point == 0 || !std::all_of(digits.begin(), digits.begin() + static_cast<std::ptrdiff_t>(point), is_digit) ||
        !std::all_of(rest.begin(), rest.end(), is_digit))
        return std::string(number);
    std::string whole(digits.substr(0, point));
    for (std::size_t place = whole.size(); place > 3;) {
        place -= 3;
        whole.insert(place, 1, ',');
    }
    return (negative ? "-" : "") + whole + std::string(digits.substr(point));
}

std::string with_unit(std::string_view value, std::string_view unit) {
    // Nobody reads 104509457/5825 as money: the first places, marked as going on, and the fraction that is exact beside them.
    if (value.find('/') != std::string_view::npos) {
        if (const auto fraction = Rate::parse(value))
            return with_unit(cut_off(fraction->value()), unit.starts_with("GBP") ? "GBP" : "ratio") + "…" +
                   (unit == "ratio" || unit.empty() ? "" : unit.starts_with("GBP") ? std::string(unit.substr(3)) : " " + std::string(unit)) +
                   " (exactly " + std::string(value) + ")";
    }
    const bool number = !value.empty() && (is_digit(value.front()) || (value.front() == '-' && value.size() > 1 && is_digit(value[1])));
    if (!number || unit.empty()) return std::string(value);
    if (unit == "ratio") return std::string(value);
    if (!unit.starts_with("GBP")) return in_threes(value) + " " + std::string(unit);
    const bool negative = value.front() == '-';
    std::string pounds = in_threes(negative ? value.substr(1) : value);
    if (pounds.size() > 2 && pounds[pounds.size() - 2] == '.') pounds += '0';  // £17.50, as money is written
    return (negative ? "-£" : "£") + pounds + std::string(unit.substr(3));
}

std::string days_text(const DateRange& days) {
    const std::string count = " (" + std::to_string(days.days()) + (days.days() == 1 ? " day)" : " days)");
    if (days.days() == 1) return to_string(days.from()) + count;
    return to_string(days.from()) + " to " + to_string(days.last_day()) + count;
}

std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string left(std::string text, std::size_t columns) {
    const std::size_t now = width(text);
    return now < columns ? text.append(columns - now, ' ') : text;
}

std::string right(std::string text, std::size_t columns) {
    const std::size_t now = width(text);
    return now < columns ? std::string(columns - now, ' ') + text : text;
}

std::string elements_text(const std::vector<Element>& elements) {
    std::string numbered;
    std::string named;
    std::size_t count = 0;
    for (const Element element : elements) {
        if (element == Element::none) continue;
        const bool number = element == Element::one || element == Element::two || element == Element::three;
        std::string& into = number ? numbered : named;
        into += (into.empty() ? "" : ", ") + (element == Element::unknown ? "element not known" : std::string(to_string(element)));
        count += number ? 1U : 0U;
    }
    std::replace(named.begin(), named.end(), '_', ' ');
    if (count > 0) numbered = (count == 1 ? "element " : "elements ") + numbered;
    return numbered + (numbered.empty() || named.empty() ? "" : ", ") + named;
}

std::string banner(const Quote& quote) {
    if (quote.status != Status::illustrative) return {};
    return "*** ILLUSTRATIVE: these are not anybody's published prices, and nothing may be paid on them. ***\n\n";
}

std::string heading(const Quote& quote) {
    std::string out = (quote.title.empty() ? quote.pack : quote.title) + "\n";
    std::string status(to_string(quote.status));
    std::replace(status.begin(), status.end(), '_', ' ');
    out += quote.pack + " " + quote.release + ", status: " + status + "\n";
    if (!quote.days.empty()) out += "Priced for " + days_text(quote.days) + "\n";
    return out;
}

std::string headline(const Quote& quote) {
    std::string out;
    switch (quote.outcome_class) {
        case OutcomeClass::priced:
            out = (quote.outcome == "priced_in_part" ? "PRICED IN PART: " : "PRICED: ") + to_display(quote.total);
            if (quote.outcome != "priced") out += " (" + quote.say + ")";
            break;
        case OutcomeClass::nothing_payable: out = "NOTHING PAYABLE: " + quote.say + " [" + quote.outcome + "]"; break;
        case OutcomeClass::not_priced: out = "NOT PRICED: " + quote.say + " [" + quote.outcome + "]"; break;
    }
    out += "\n";
    for (const std::string& reason : quote.also) out += "  also " + reason + "\n";
    return out;
}

std::string line_table(const Quote& quote) {
    if (quote.lines.empty()) return {};
    struct Entry {
        std::string name, money, rest;
    };
    std::vector<Entry> entries;
    const bool priced = quote.priced();
    for (const QuoteLine& line : quote.lines) {
        // A line that stands for the record's own reason need not say it again.
        const bool said_above = line.outcome == quote.outcome;
        std::string rest = line.payer + " to " + line.payee;
        if (line.outcome != "priced") rest = (said_above ? "" : line.say + " ") + "[" + line.outcome + "]";
        const std::string elements = elements_text(line.elements);
        if (!elements.empty()) rest += ", " + elements;
        const bool apart = line.flow == Flow::notional || line.shared_out;
        if (line.flow == Flow::notional) rest += "; shown, not paid";
        if (line.shared_out) rest += "; shared out, so in its rows' totals";
        const std::string money = line.outcome != "priced" ? "-" : to_display(line.payable);
        entries.push_back({line.name, apart ? "(" + money + ")" : money + " ", rest});
    }
    if (priced) {
        entries.push_back({"total", to_display(quote.total) + " ", "what is paid"});
        for (const auto& [payer, sum] : quote.payers) entries.push_back({"", to_display(sum) + " ", "of it by " + payer});
        for (const auto& [name, sum] : quote.totals) entries.push_back({name, to_display(sum) + " ", "sum of lines"});
        for (const QuoteDifference& each : quote.differences)
            entries.push_back({each.name + "_difference", to_display(each.difference) + " ",
                               "against " + to_display(each.paid) + " payable as known on " + to_string(*quote.paid_known_on) +
                                   "; outside the total"});
    }
    std::size_t names = 0;
    std::size_t sums = 0;
    for (const Entry& entry : entries) {
        names = std::max(names, width(entry.name));
        sums = std::max(sums, width(entry.money));
    }
    std::string out;
    for (const Entry& entry : entries) {
        if (entry.name == "total" && &entry != &entries.front()) out += "  " + std::string(names + 2 + sums, '-') + "\n";
        out += "  " + left(entry.name, names) + "  " + right(entry.money, sums) + "  " + entry.rest + "\n";
    }
    return out;
}

std::string footing(const Quote& quote) {
    std::string out = bullets("Assumptions used", quote.assumptions);
    out += bullets("Rates of other packs", quote.rates_lent);
    out += bullets("Stated, and read by no line", quote.facts_unread);
    out += bullets("Other packs used", quote.uses);
    out += bullets("An overlay on", quote.extends);
    out += bullets("Set for this run", quote.set_for_run);
    if (quote.known_on) out += "\nAs known on " + to_string(*quote.known_on) + "\n";
    if (!quote.text_hash.empty())
        out += "\nText of the pack: SHA-256 " + quote.text_hash + "\nIts meaning:      SHA-256 " + quote.meaning_hash + "\n";
    return out;
}

}  // namespace bandtariff::quote
