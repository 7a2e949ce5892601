// Text to days and named years, and back. Entry points: parse_date, NamedYear::holding, NamedYear::parse.
#include "bandtariff/calendar.hpp"

#include <stdexcept>

namespace bandtariff {
namespace {

constexpr int first_year = 1900;
constexpr int last_year = 2199;

/// So many digits as a number, or nullopt.
std::optional<int> parse_digits(std::string_view text, std::size_t count) {
    if (text.size() != count) return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<int> parse_year(std::string_view text) {
    const auto year = parse_digits(text, 4);
    return year && *year >= first_year && *year <= last_year ? year : std::nullopt;
}

std::string two_digits(unsigned value) { return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)}; }

unsigned first_month(YearKind kind) {
    switch (kind) {
        case YearKind::financial: return 4;
        case YearKind::academic: return 9;
        case YearKind::post_16: return 8;
        case YearKind::calendar: return 1;
    }
    throw std::invalid_argument("kind: unknown kind of year");
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = parse_year(text.substr(0, 4));
    const auto month = parse_digits(text.substr(5, 2), 2);
    const auto day = parse_digits(text.substr(8, 2), 2);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    return date.ok() ? std::optional(Date(date)) : std::nullopt;
}

std::string to_string(Date day) {
    const std::chrono::year_month_day date(day);
    return std::to_string(static_cast<int>(date.year())) + "-" + two_digits(static_cast<unsigned>(date.month())) + "-" +
           two_digits(static_cast<unsigned>(date.day()));
}

Date make_date(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok()) throw std::invalid_argument("make_date: no such day");
    return date;
}

std::string_view to_string(YearKind kind) {
    switch (kind) {
        case YearKind::financial: return "financial_year";
        case YearKind::academic: return "academic_year";
        case YearKind::post_16: return "post_16_year";
        case YearKind::calendar: return "calendar_year";
    }
    throw std::invalid_argument("kind: unknown kind of year");
}

NamedYear NamedYear::holding(YearKind kind, Date day) {
    const std::chrono::year_month_day date(day);
    const int year = static_cast<int>(date.year());
    return {kind, static_cast<unsigned>(date.month()) < first_month(kind) ? year - 1 : year};
}

std::optional<NamedYear> NamedYear::parse(YearKind kind, std::string_view text) {
    const auto starts = parse_year(text.substr(0, 4));
    if (!starts) return std::nullopt;
    const NamedYear year{kind, *starts};
    return text == bandtariff::to_string(year) ? std::optional(year) : std::nullopt;
}

DateRange NamedYear::days() const {
    const unsigned month = first_month(kind);
    return {make_date(starts, month, 1), make_date(starts + 1, month, 1)};
}

std::string to_string(const NamedYear& year) {
    std::string starts = std::to_string(year.starts);
    if (year.kind == YearKind::calendar) return starts;
    return starts + "-" + two_digits(static_cast<unsigned>(year.starts + 1) % 100);
}

}  // namespace bandtariff
