// Words and columns that the short and the long form of a quote share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/quote.hpp"

namespace bandtariff::quote {

/// "11874.125" as "11,874.125": the whole part of plain digits in threes; anything else is left alone.
[[nodiscard]] std::string in_threes(std::string_view number);
/// A value with its unit: "£11,874 per pupil per year", "1.062500", "B4".
[[nodiscard]] std::string with_unit(std::string_view value, std::string_view unit);
/// "2026-04-01 to 2027-03-31 (365 days)", "2026-04-01 (1 day)".
[[nodiscard]] std::string days_text(const DateRange& days);
/// Characters, not bytes: a pound sign is one.
[[nodiscard]] std::size_t width(std::string_view text);
[[nodiscard]] std::string left(std::string text, std::size_t columns);
[[nodiscard]] std::string right(std::string text, std::size_t columns);
/// "element 3", "elements 1, 2, 3", "transport"; nothing for none.
[[nodiscard]] std::string elements_text(const std::vector<Element>& elements);

/// The banner of an illustrative pack, or nothing.
[[nodiscard]] std::string banner(const Quote& quote);
/// Title, pack, release, status and paid days.
[[nodiscard]] std::string heading(const Quote& quote);
/// The outcome as a headline: "PRICED: £5,874.00", "NOT PRICED: a fact that is needed is not stated: band".
[[nodiscard]] std::string headline(const Quote& quote);
/// Lines, total, named totals and payers as a table.
[[nodiscard]] std::string line_table(const Quote& quote);
/// Assumptions, facts read by no line, and what the pack's text and meaning hash to.
[[nodiscard]] std::string footing(const Quote& quote);

}  // namespace bandtariff::quote
