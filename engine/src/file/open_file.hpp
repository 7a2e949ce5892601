// A placement file opened: its columns matched to facts, its first row read. Internal to src/file.
#pragma once

#include "bandtariff/placement_file.hpp"
#include "file/row_block.hpp"

namespace bandtariff::file {

struct OpenedFile {
    Layout layout;
    CsvRows csv;  ///< past the first row
};

/// Every column that cannot be matched, fact without a column and name in the options that is neither is a diagnostic.
[[nodiscard]] Checked<OpenedFile> open_file(const Plan& plan, const std::filesystem::path& path, const FileOptions& options);

}  // namespace bandtariff::file
