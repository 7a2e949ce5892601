// Quotes, diagnostics and results as JSON. Exact values are text, money is text in pounds and whole pence as numbers.
#pragma once

#include <boost/json/value.hpp>
#include <span>
#include <string>

#include "bandtariff/cases.hpp"
#include "bandtariff/placement_file.hpp"
#include "bandtariff/quote.hpp"
#include "bandtariff/series.hpp"
#include "bandtariff/usage.hpp"

namespace bandtariff::cli {

[[nodiscard]] boost::json::value to_json(const Quote& quote);
[[nodiscard]] boost::json::value to_json(const SeriesQuote& quote);
[[nodiscard]] boost::json::value to_json(std::span<const Diagnostic> diagnostics);
[[nodiscard]] boost::json::value to_json(const FileSummary& summary);
[[nodiscard]] boost::json::value to_json(std::span<const CaseResult> results);
/// Counts of what records reach: everything, that which they do not reach too.
[[nodiscard]] boost::json::value to_json(const Usage& usage);
/// What is wrong as a SARIF 2.1.0 log; paths below the folder that the command runs in are relative to it.
[[nodiscard]] boost::json::value to_sarif(std::span<const Diagnostic> diagnostics);
/// Pretty-printed, two spaces, one line end at the end.
void print_json(const boost::json::value& value);

}  // namespace bandtariff::cli
