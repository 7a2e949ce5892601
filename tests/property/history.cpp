// Stated values to what each comes to on a day, as known on another: see history.hpp. Nothing here is the loader's.
#include "history.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <stdexcept>

#include "oracle/oracle.hpp"

namespace bandtariff::generate {

namespace {

constexpr std::chrono::days one_day{1};

std::string text_of(const Rational& value) { return denominator(value) == 1 ? numerator(value).str() : value.str(); }

std::string text_of(const Cells& cells) {
    std::string text;
    for (const auto& [code, amount] : cells) text += (text.empty() ? "" : ", ") + code + ": " + (amount ? text_of(*amount) : "not_offered");
    return text;
}

std::string amounts_text(const Cells& cells, bool figure) {
    return figure ? "amount: " + text_of(cells.at("").value()) : "each: {" + text_of(cells) + "}";
}

Rational to_multiple(const Rational& value, const StatedRounding& rounding) { return oracle::rounded(value, rounding.rounding).value(); }

}  // namespace

Date History::last_decision() const {
    Date last = values.front().decided;
    for (const StatedValue& value : values) last = std::max(last, value.decided);
    return last;
}

/// Of the values that were decided by then, that none decided later by then replaces and that cover the day: the greatest
/// `from`, then the latest decision.
const StatedValue& History::holding(Date day, Date known_on) const {
    const StatedValue* holds = nullptr;
    for (const StatedValue& value : values) {
        const bool covers = value.from <= day && (!value.last_day || day <= *value.last_day);
        const bool replaced = std::any_of(values.begin(), values.end(), [&](const StatedValue& later) {
            return later.decided <= known_on && value.decided < later.decided &&
                   std::find(later.replaces.begin(), later.replaces.end(), value.from) != later.replaces.end();
        });
        if (value.decided > known_on || replaced || !covers) continue;
        if (!holds || value.from > holds->from || (value.from == holds->from && value.decided > holds->decided)) holds = &value;
    }
    if (!holds) throw std::logic_error("a made history with a day of no value");
    return *holds;
}

Cells History::uplifted(const StatedValue& value, Date known_on, std::size_t changes_made) const {
    Cells cells = cells_on(value.from - one_day, known_on, changes_made);
    for (auto& [code, amount] : cells) {
        if (amount) amount = to_multiple(Rational(*amount * (1 + value.percentage)), *value.rounding);
    }
    return cells;
}

Cells History::cells_on(Date day, Date known_on, std::size_t changes_made) const {
    const StatedValue& value = holding(day, known_on);
    Cells cells;
    switch (value.kind) {
        case StatedValue::Kind::printed: break;
        case StatedValue::Kind::keep_others: cells = cells_on(value.from - one_day, known_on, changes_made); break;
        case StatedValue::Kind::uplift: cells = uplifted(value, known_on, changes_made); break;
    }
    for (const auto& [code, amount] : value.cells) cells[code] = amount;
    for (std::size_t k = 0; k < changes_made; ++k) {
        const StatedChange& change = changes[k];
        if (change.from < value.from || change.from > day) continue;  // it lasts until the next value begins
        if (!change.multiply_by) {
            cells[change.code] = change.is;
            continue;
        }
        for (auto& [code, amount] : cells) {
            if (amount) amount = to_multiple(Rational(*amount * *change.multiply_by), *change.rounding);
        }
    }
    return cells;
}

std::string History::stated() const {
    std::string text;
    for (const StatedValue& value : values) {
        text += "      - {from: " + to_string(value.from);
        if (value.last_day) text += ", last_day: " + to_string(*value.last_day);
        if (value.says_decided) text += ", decided: " + to_string(value.decided);
        std::string replaced;
        for (const Date day : value.replaces) replaced += (replaced.empty() ? "" : ", ") + to_string(day);
        if (!replaced.empty()) text += ", replaces: [" + replaced + "]";
        text += ", source: made, ";
        if (value.kind == StatedValue::Kind::keep_others) text += "keep_others: true, ";
        if (value.kind != StatedValue::Kind::uplift) {
            text += amounts_text(value.cells, figure) + "}\n";
            continue;
        }
        text += "uplift: " + text_of(value.percentage) + ", round: {" + value.rounding->text + ", source: made}";
        const Cells rule = value.cells.empty() ? Cells() : uplifted(value, last_decision(), 0);
        std::string except;
        for (const auto& [code, amount] : value.cells)
            except += (except.empty() ? "" : ", ") + ("{band: " + code + ", amount: " + text_of(*amount)) + ", instead_of: " + text_of(*rule.at(code)) + "}";
        text += (except.empty() ? "" : ", except: [" + except + "]") + "}\n";
    }
    return text;
}

std::string History::stated_changes() const {
    std::string text;
    const std::string path = (figure ? "figures." : "tables.") + name;
    for (std::size_t k = 0; k < changes.size(); ++k) {
        const StatedChange& change = changes[k];
        const Cells was = cells_on(change.from, last_decision(), k);
        const auto word = [](const std::optional<Rational>& amount) { return amount ? text_of(*amount) : std::string("not_offered"); };
        if (change.multiply_by) {
            const auto amounts = std::count_if(was.begin(), was.end(), [](const auto& cell) { return cell.second.has_value(); });
            text += "  - {multiply: " + path + ", from: " + to_string(change.from) + ", by: " + text_of(*change.multiply_by) + ", round: {" +
                    change.rounding->text + ", source: made}, was: {amounts: " + std::to_string(amounts) + "}, source: made}\n";
        } else {
            const std::string target = figure ? path : "\"" + path + "[band: " + change.code + "]\"";
            text += "  - {change: " + target + ", from: " + to_string(change.from) + ", was: " + word(was.at(change.code)) + ", is: " + word(change.is) +
                    ", source: made}\n";
        }
    }
    return text;
}

std::string History::plain(const DateRange& applies, Date known_on) const {
    std::set<Date> days = {applies.from()};
    for (const StatedValue& value : values) {
        days.insert(value.from);
        if (value.last_day) days.insert(*value.last_day + one_day);
    }
    for (const StatedChange& change : changes) days.insert(change.from);
    std::string text;
    for (const Date day : days)
        if (applies.holds(day)) text += "      - {from: " + to_string(day) + ", source: made, " + amounts_text(on(day, known_on), figure) + "}\n";
    return text;
}

namespace {

template <class Values>
Pack with_histories(const HistoryPack& pack, const Values& values) {
    Pack result = pack.common;
    for (const History& history : pack.histories) {
        const std::string key = history.figure ? "figures" : "tables";
        auto section = std::find_if(result.sections.begin(), result.sections.end(), [&](const Pack::Section& each) { return each.key == key; });
        if (section == result.sections.end()) section = result.sections.insert(section, {key, {}});
        section->entries.push_back("  " + history.name + ":\n    unit: GBP per pupil per year\n" + (history.figure ? "" : "    by: [band]\n") +
                                   "    values:\n" + values(history));
    }
    return result;
}

}  // namespace

Pack HistoryPack::stated() const {
    return with_histories(*this, [](const History& history) { return history.stated(); });
}

Pack HistoryPack::plain(Date known_on) const {
    return with_histories(*this, [&](const History& history) { return history.plain(applies, known_on); });
}

std::string HistoryPack::overlay_text() const {
    std::string text = "pack: test.overlay\ntitle: Changes of a made pack\nextends: [test.history]\nchanges:\n";
    for (const History& history : histories) text += history.stated_changes();
    return text;
}

std::vector<Date> HistoryPack::decisions() const {
    std::set<Date> days;
    for (const History& history : histories)
        for (const StatedValue& value : history.values) days.insert(value.decided);
    return {days.begin(), days.end()};
}

std::filesystem::path write_stated(const HistoryPack& pack, const std::filesystem::path& folder) {
    const auto write_to = [](const std::filesystem::path& where, const std::string& text) {
        std::filesystem::create_directories(where);
        std::ofstream(where / "pack.yaml", std::ios::binary) << text;
        return where;
    };
    if (!pack.overlay) return write_to(folder, pack.stated().text());
    write_to(folder / "rules" / "below", pack.stated().text());
    return write_to(folder / "rules" / "reader", pack.overlay_text());
}

}  // namespace bandtariff::generate
