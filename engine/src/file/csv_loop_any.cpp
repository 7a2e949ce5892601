// The loop for any machine of the family that the library is built for: built with no options of its own.
#include "file/csv_loop.hpp"

namespace bandtariff::file {

CsvCounts csv_loop_any(const char* text, std::size_t size, const CsvPlaces& places) { return csv_loop(text, size, places); }

}  // namespace bandtariff::file
