// `calendars:`: the terms or school days of one year. Entry points: read_calendars, find_calendars.
#include <algorithm>
#include <chrono>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

constexpr std::chrono::days one_day{1};

void malformed(Loader& loader, const SourceSpan& span, const std::string& message, const std::string& hint) {
    loader.report.error("calendar-malformed", span, message, hint);
}

std::string in_words(const Calendar::Unit& unit) {
    const std::string days = bandtariff::to_string(unit.days.from());
    return unit.name.empty() ? days : unit.name + ", from " + days;
}

void read_terms(Loader& loader, const Node& node, Calendar& calendar) {
    Fields terms(node, "'terms'", loader.report);
    for (const Entry* entry : terms.rest()) {
        if (!check_name(entry->key, entry->key_span, loader.report)) continue;
        const auto lent = std::find_if(loader.t.calendars.begin(), loader.t.calendars.end(), [&](const Calendar& each) { return each.name == entry->key; });
        if (lent != loader.t.calendars.end())
            loader.report
                .error("uses-clash", entry->key_span, "calendar '" + entry->key + "' has the name of one in a pack that this one uses",
                       "another name; or leave this one out and count by that one")
                .notes.push_back({"that one is here", lent->span});
        Fields fields(entry->value, "a term", loader.report);
        const Node* from = fields.require("from", "from: its first day");
        const Node* last_day = fields.require("last_day", "last_day: its last day");
        const Node* weight = fields.take("weight");
        fields.finish();
        const auto first = from == nullptr ? std::nullopt : read_date(*from, "the first day", loader.report);
        const auto last = last_day == nullptr ? std::nullopt : read_date(*last_day, "the last day", loader.report);
        std::optional<Rational> share;
        if (weight != nullptr) {
            share = read_number(*weight, "the weight of a term", loader.report);
            if (share && *share <= 0)
                loader.report.error("number-range", weight->span, "the weight of a term is more than 0", "its days or weeks, such as 73");
        }
        if (!first || !last) continue;
        if (*last < *first)
            loader.report.error("dates-backwards", last_day->span, "the last day is before the first",
                                "a day on or after " + bandtariff::to_string(*first));
        else
            calendar.units.push_back({entry->key, DateRange::both_ends(*first, *last), share, entry->key_span});
    }
}

/// A day, or `2026-09-03 to 2026-10-23`: each Monday to Friday from the first to the last.
void read_days(Loader& loader, const Node& list, std::vector<Calendar::Unit>& into) {
    for (const Node* item : one_or_more(list, "a list of days", loader.report)) {
        const std::size_t to = item->text.find(" to ");
        const auto first = read_date(item->text.substr(0, to), item->span, "a school day", loader.report);
        const auto last = to == std::string::npos ? first : read_date(item->text.substr(to + 4), item->span, "a school day", loader.report);
        if (!first || !last) continue;
        if (*last < *first || *last - *first > std::chrono::days(366)) {
            loader.report.error("dates-backwards", item->span, "a stretch of school days goes from its first day to its last, within a year",
                                "2026-09-03 to 2026-10-23");
            continue;
        }
        for (Date day = *first; day <= *last; day += one_day) {
            const std::chrono::weekday weekday(day);
            const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
            if (to == std::string::npos || !weekend) into.push_back({{}, DateRange::both_ends(day, day), Rational(1), item->span});
        }
    }
}

void take_out(Loader& loader, const Node& closed, Calendar& calendar) {
    std::vector<Calendar::Unit> days;
    read_days(loader, closed, days);
    for (const Calendar::Unit& day : days) {
        const auto same = [&](const Calendar::Unit& unit) { return unit.days == day.days; };
        if (std::erase_if(calendar.units, same) == 0)
            malformed(loader, day.span, bandtariff::to_string(day.days.from()) + " is closed, and it is no school day of this calendar anyway",
                      "a day that 'days' counts, or leave it out");
    }
}

void read_months(Loader& loader, const Node& node, Calendar& calendar) {
    calendar.kind = Calendar::Kind::school_days_by_month;
    Fields months(node, "'months'", loader.report);
    for (const Entry* entry : months.rest()) {
        const auto first = parse_date(entry->key + "-01");
        const auto count = read_integer(entry->value, "a month's number of school days", 0, 31, loader.report);
        if (!first) {
            loader.report.error("date-malformed", entry->key_span, "'" + entry->key + "' is no month", "a month such as 2026-09");
            continue;
        }
        const std::chrono::year_month_day date(*first);
        const Date next((date.year() / date.month() + std::chrono::months(1)) / 1);
        calendar.units.push_back({{}, DateRange(*first, next), Rational(count.value_or(0)), entry->key_span});
    }
}

/// The days among which a list of school days leaves none out.
void read_whole(Loader& loader, const Node* from, const Node* last_day, Calendar& calendar) {
    const auto first = from == nullptr ? std::nullopt : read_date(*from, "the first day", loader.report);
    const auto last = last_day == nullptr ? std::nullopt : read_date(*last_day, "the last day", loader.report);
    if (from == nullptr || last_day == nullptr)
        loader.report.error("key-missing", calendar.span, "a list of school days has to say from when to when it leaves none out",
                            "from: 2026-09-01, and last_day: 2027-08-31");
    if (!first || !last) return;
    calendar.whole = DateRange::both_ends(*first, *last);
    for (const Calendar::Unit& day : calendar.units)
        if (!calendar.whole->holds(day.days))
            malformed(loader, day.span, bandtariff::to_string(day.days.from()) + " is outside the days that the calendar is of",
                      "a day from " + bandtariff::to_string(*first) + " to " + bandtariff::to_string(*last));
}

/// In order, none over another, months without a gap, all of one year, and at least one that counts.
void check_units_of(Loader& loader, Calendar& calendar) {
    std::vector<Calendar::Unit>& units = calendar.units;
    std::stable_sort(units.begin(), units.end(), [](const auto& a, const auto& b) { return a.days.from() < b.days.from(); });
    for (std::size_t i = 1; i < units.size(); ++i) {
        if (units[i].days.from() < units[i - 1].days.until())
            malformed(loader, units[i].span,
                      calendar.kind == Calendar::Kind::terms ? in_words(units[i]) + ", begins before " + in_words(units[i - 1]) + ", ends"
                                                             : in_words(units[i]) + " is listed twice",
                      "each day once");
        else if (calendar.kind == Calendar::Kind::school_days_by_month && units[i].days.from() != units[i - 1].days.until())
            malformed(loader, units[i].span, "the month before " + in_words(units[i]) + " is not listed", "0 for a month without a school day");
    }
    if (std::none_of(units.begin(), units.end(), [](const auto& unit) { return !unit.weight || *unit.weight > 0; })) {
        malformed(loader, calendar.span, "calendar '" + calendar.name + "' lists nothing", "its terms, days or months");
        units.clear();
        return;
    }
    const DateRange all = calendar.whole.value_or(DateRange(units.front().days.from(), units.back().days.until()));
    if (all.days() > 366)
        malformed(loader, calendar.span, "calendar '" + calendar.name + "' goes over more than one year",
                  "one calendar for each year, and a time basis of them all: of: [first_year, second_year]");
}

}  // namespace

void read_calendars(Loader& loader) {
    static const std::vector<std::string> kinds = {"terms", "school_days"};
    for (const Entry* entry : loader.section("calendars")) {
        if (!check_name(entry->key, entry->key_span, loader.report)) continue;
        Calendar calendar;
        calendar.name = entry->key;
        calendar.span = entry->key_span;
        const std::size_t before = loader.report.sorted().size();
        Fields fields(entry->value, "a calendar", loader.report);
        const Node* kind = fields.require("kind", "kind: " + any_of(kinds));
        const auto word = kind == nullptr ? std::nullopt : read_word(*kind, "kind of calendar", kinds, loader.report);
        const Node* terms = fields.take("terms");
        const Node* days = fields.take("days");
        const Node* closed = fields.take("closed");
        const Node* from = fields.take("from");
        const Node* last_day = fields.take("last_day");
        const Node* months = fields.take("months");
        calendar.citation = read_citation(loader, fields, "calendar '" + entry->key + "'", Evidence::required);
        fields.finish();
        const bool of_terms = word && *word == 0;
        const int lists = (terms != nullptr) + (days != nullptr) + (months != nullptr);
        if (!word) continue;
        const bool beside_days = closed != nullptr || from != nullptr || last_day != nullptr;
        if (lists != 1 || (terms != nullptr) != of_terms || (beside_days && days == nullptr))
            malformed(loader, entry->key_span,
                      of_terms ? "a calendar of terms lists its 'terms', and nothing else"
                               : "a calendar of school days lists 'days' from a day to a last day (and 'closed' among them), or counts 'months'",
                      of_terms ? "terms: {autumn: {from: 2026-09-01, last_day: 2026-12-18, weight: 73}}"
                               : "from: 2026-09-01, last_day: 2027-08-31 and days: [2026-09-03 to 2026-10-23, …], or months: {2026-09: 20, 2026-10: 17}");
        else if (of_terms) read_terms(loader, *terms, calendar);
        else if (months != nullptr) read_months(loader, *months, calendar);
        else {
            calendar.kind = Calendar::Kind::school_days;
            read_days(loader, *days, calendar.units);
            if (closed != nullptr) take_out(loader, *closed, calendar);
            read_whole(loader, from, last_day, calendar);
        }
        if (loader.report.sorted().size() == before) check_units_of(loader, calendar);
        if (!calendar.units.empty()) loader.t.calendars.push_back(std::move(calendar));
    }
}

std::vector<CalendarId> find_calendars(Loader& loader, const Node& names, Calendar::Kind kind) {
    const bool terms = kind == Calendar::Kind::terms;
    std::vector<CalendarId> found;
    for (const Node* name : one_or_more(names, "the calendars", loader.report)) {
        std::vector<std::string> known;
        bool here = false;
        for (std::size_t i = 0; i < loader.t.calendars.size(); ++i) {
            const Calendar& calendar = loader.t.calendars[i];
            if ((calendar.kind == Calendar::Kind::terms) != terms) continue;
            known.push_back(calendar.name);
            if (calendar.name != name->text) continue;
            here = true;
            found.emplace_back(i);
        }
        const std::vector<const Entry*> declared = loader.section("calendars");
        const bool reported = std::any_of(declared.begin(), declared.end(), [&](const Entry* entry) {
            return entry->key == name->text && std::none_of(loader.t.calendars.begin(), loader.t.calendars.end(),
                                                            [&](const Calendar& each) { return each.name == name->text; });
        });
        if (!here && !reported)
            loader.report.error("calendar-unknown", name->span,
                                "there is no calendar '" + name->text + "' of " + (terms ? "terms" : "school days"), suggestion(name->text, known));
    }
    for (std::size_t i = 0; i < found.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
            const Calendar &a = loader.t.at(found[k]), &b = loader.t.at(found[i]);
            const DateRange of_a(a.units.front().days.from(), a.units.back().days.until());
            if (!of_a.overlap({b.units.front().days.from(), b.units.back().days.until()}).empty())
                malformed(loader, names.span, "calendars '" + a.name + "' and '" + b.name + "' list the same days", "calendars of different years");
        }
    return found;
}

}  // namespace bandtariff::loading
