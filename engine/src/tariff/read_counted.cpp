// Time bases that count school days, weeks or terms, or a number that the record states: what stands beside `count` and
// `times`. Entry points: read_counted, read_times, check_counted.
#include <algorithm>

#include "tariff/calendars.hpp"
#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

const std::vector<std::string> part_words = {"by_days", "started", "complete", "refused"};

bool is_number(const Node& node) { return node.kind == Node::Kind::scalar && !node.text.empty() && node.text.front() >= '0' && node.text.front() <= '9'; }

/// How many a year has.
bool read_of_units(Loader& loader, const Node& node, TimeBasis& basis) {
    basis.of_units = read_number(node, "'of'", loader.report);
    if (!basis.of_units) return false;
    if (*basis.of_units > 0 && *basis.of_units <= 100000) return true;
    loader.report.error("number-range", node.span, "how many a year has is more than 0", "such as 190 school days or 52 weeks");
    return false;
}

bool read_part(Loader& loader, const Node* part, const Node& count, const std::string& unit, TimeBasis& basis) {
    if (part == nullptr) {
        loader.report.error("key-missing", count.span, "counting " + unit + "s has to say what a part of a " + unit + " is worth",
                            "part: " + any_of(part_words));
        return false;
    }
    const auto word = read_word(*part, "part of a " + unit, part_words, loader.report);
    if (word) basis.part = static_cast<TimeBasis::Part>(*word);
    return word.has_value();
}

/// `of` a number or a calendar; `calendar`, which may be left out where the pack has only one of school days.
bool read_school_days(Loader& loader, Fields& fields, const Node& count, TimeBasis& basis) {
    const Node *of = fields.take("of"), *calendar = fields.take("calendar"), *part = fields.take("part");
    if (part != nullptr)
        loader.report.error("time-basis-malformed", part->span, "school days have no parts, so 'part' says nothing here", "leave 'part' out");
    bool ok = part == nullptr;
    if (of != nullptr && is_number(*of)) ok = read_of_units(loader, *of, basis) && ok;
    else if (of != nullptr) {
        basis.of_calendar = true;
        if (calendar != nullptr) {
            loader.report.error("time-basis-malformed", calendar->span, "'of' names the calendar already", "leave 'calendar' out, or of: 190");
            return false;
        }
        calendar = of;
    }
    if (calendar != nullptr) {
        basis.calendars = find_calendars(loader, *calendar, Calendar::Kind::school_days);
        return ok && !basis.calendars.empty();
    }
    std::vector<std::string> known;
    for (std::size_t i = 0; i < loader.t.calendars.size(); ++i) {
        if (loader.t.calendars[i].kind == Calendar::Kind::terms) continue;
        known.push_back(loader.t.calendars[i].name);
        basis.calendars = {CalendarId(i)};
    }
    if (known.size() == 1) return ok;
    loader.report.error("key-missing", count.span, "counting school days has to say which calendar lists them",
                        known.empty() ? "calendar: a name under 'calendars'" : "calendar: " + any_of(known));
    return false;
}

/// Reports what a rate a year over such a basis still lacks; whether its calendars can be counted then.
bool counts_years(Loader& loader, const TimeBasis& basis, const SourceSpan& span) {
    const auto need = [&](const std::string& what, const std::string& hint) {
        loader.report.error("key-missing", span, "a rate a year over this time basis needs " + what, hint);
    };
    if (basis.kind == TimeBasis::Kind::weeks && !basis.of_units) need("'of': how many weeks a year has", "of: 52");
    if (basis.kind == TimeBasis::Kind::school_days && !basis.of_units && !basis.of_calendar)
        need("'of': how many school days a year has", "of: 190, or of: a calendar");
    if (basis.kind == TimeBasis::Kind::times && !basis.of_units) need("'of': how many of the fact a year has", "of: 190");
    if (basis.kind == TimeBasis::Kind::terms)
        for (const CalendarId id : basis.calendars) {
            const Calendar& calendar = loader.t.at(id);
            const auto unweighed = std::find_if(calendar.units.begin(), calendar.units.end(), [](const auto& term) { return !term.weight; });
            if (unweighed == calendar.units.end()) continue;
            need("the weight of every term", "weight: its share of the year, such as its days");
            return false;
        }
    return true;
}

}  // namespace

bool read_counted(Loader& loader, Fields& fields, const Node& count, TimeBasis& basis) {
    if (basis.kind == TimeBasis::Kind::school_days) return read_school_days(loader, fields, count, basis);
    const Node *of = fields.take("of"), *part = fields.take("part");
    if (basis.kind == TimeBasis::Kind::weeks) {
        const bool has_part = read_part(loader, part, count, "week", basis);
        if (of != nullptr && !read_of_units(loader, *of, basis)) return false;
        return has_part;
    }
    const bool has_part = read_part(loader, part, count, "term", basis);
    if (of == nullptr) {
        loader.report.error("key-missing", count.span, "counting terms has to say which calendar lists them", "of: a name under 'calendars'");
        return false;
    }
    basis.calendars = find_calendars(loader, *of, Calendar::Kind::terms);
    return has_part && !basis.calendars.empty();
}

bool read_times(Loader& loader, Fields& fields, const Node& name, TimeBasis& basis) {
    basis.kind = TimeBasis::Kind::times;
    const Node* of = fields.take("of");
    const auto fact = name.kind == Node::Kind::scalar ? loader.t.fact(name.text) : std::nullopt;
    std::vector<std::string> known;
    for (const Fact& each : loader.t.facts)
        if (each.kind == FactKind::number) known.push_back(each.name);
    const bool number = fact && loader.t.at(*fact).kind == FactKind::number;
    if (number) basis.times = *fact;
    else loader.report.error("fact-unknown", name.span, "'times' names the number fact that says how many", suggestion(name.text, known));
    return (of == nullptr || read_of_units(loader, *of, basis)) && number;
}

void check_counted(Loader& loader, const OverTime& over, const SourceSpan& span) {
    const TimeBasis& basis = loader.t.at(over.basis);
    if (over.per_year && !counts_years(loader, basis, span)) return;
    if (!basis.calendars.empty() && !counted_by_calendars(loader.t, over).fits())
        loader.report.error("calendar-too-fine", span,
                            "counted by days, these terms have so many different lengths that their shares of a year cannot be added exactly",
                            "fewer years in one pack, or part: complete, started or refused");
}

}  // namespace bandtariff::loading
