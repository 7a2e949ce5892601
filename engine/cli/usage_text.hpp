// What records reach of a pack, for people.
#pragma once

#include <string>

#include "bandtariff/usage.hpp"

namespace bandtariff::cli {

/// Of a file of records: which tables, dated values and rows they read, which rows nothing prices, and what nothing reads.
[[nodiscard]] std::string used_by_text(const Usage& usage, const std::string& file);
/// Of a pack's cases: how much they reach, and everything of the pack's own that they do not.
[[nodiscard]] std::string coverage_text(const Usage& usage);

}  // namespace bandtariff::cli
