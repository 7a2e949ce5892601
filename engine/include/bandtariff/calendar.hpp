// Days, and the years that funding is counted in. Nothing here knows what day it is.
//
//     const DateRange paid = DateRange::both_ends(parse_date("2026-09-01").value(), parse_date("2027-03-31").value());
//     const NamedYear year = NamedYear::holding(YearKind::financial, paid.from());   // 2026-27
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bandtariff {

using Date = std::chrono::sys_days;

/// Reads YYYY-MM-DD, a day that exists, years 1900 to 2199; nullopt otherwise.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);
[[nodiscard]] std::string to_string(Date day);
/// Throws std::invalid_argument for a day that does not exist.
[[nodiscard]] Date make_date(int year, unsigned month, unsigned day);
/// Days since 1970-01-01: how columns carry a date.
[[nodiscard]] inline std::int32_t day_number(Date day) { return static_cast<std::int32_t>(day.time_since_epoch().count()); }
[[nodiscard]] inline Date from_day_number(std::int32_t number) { return Date(std::chrono::days(number)); }

/// Half-open [from, until). People write last days; `both_ends` makes one of those.
class DateRange {
public:
    DateRange() = default;
    DateRange(Date from, Date until) : from_(from), until_(until) {}
    [[nodiscard]] static DateRange both_ends(Date from, Date last_day) { return {from, last_day + std::chrono::days(1)}; }
    [[nodiscard]] Date from() const { return from_; }
    [[nodiscard]] Date until() const { return until_; }
    [[nodiscard]] Date last_day() const { return until_ - std::chrono::days(1); }
    [[nodiscard]] bool empty() const { return until_ <= from_; }
    [[nodiscard]] int days() const { return empty() ? 0 : static_cast<int>((until_ - from_).count()); }
    [[nodiscard]] bool holds(Date day) const { return from_ <= day && day < until_; }
    [[nodiscard]] bool holds(const DateRange& other) const {
        return other.empty() || (from_ <= other.from_ && other.until_ <= until_);
    }
    [[nodiscard]] DateRange overlap(const DateRange& other) const {
        return {from_ < other.from_ ? other.from_ : from_, until_ < other.until_ ? until_ : other.until_};
    }
    friend bool operator==(const DateRange&, const DateRange&) = default;

private:
    Date from_{};
    Date until_{};
};

/// The years that money is counted in: financial from 1 April, academic from 1 September, post_16 from 1 August, calendar.
enum class YearKind { financial, academic, post_16, calendar };

/// "financial_year", "academic_year", "post_16_year", "calendar_year".
[[nodiscard]] std::string_view to_string(YearKind kind);

/// One named year of a kind: 2026-27 is the one that starts in 2026 (2026 for a calendar year).
struct NamedYear {
    YearKind kind = YearKind::financial;
    int starts = 0;

    [[nodiscard]] static NamedYear holding(YearKind kind, Date day);
    /// Reads "2026-27" ("2026" for a calendar year); nullopt where the second part is not the next
    /// year, and for starts before 1900 or after 2199.
    [[nodiscard]] static std::optional<NamedYear> parse(YearKind kind, std::string_view text);
    [[nodiscard]] DateRange days() const;
    friend bool operator==(const NamedYear&, const NamedYear&) = default;
};
[[nodiscard]] std::string to_string(const NamedYear& year);

}  // namespace bandtariff
