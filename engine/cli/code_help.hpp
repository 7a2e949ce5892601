// What every code of an error means, as the reference says it.
#pragma once

#include <string_view>

namespace bandtariff::cli {

/// The reference's table: a line `| code | means | write instead |` for each.
[[nodiscard]] std::string_view code_help();

}  // namespace bandtariff::cli
