// The loop for x86-64 with AVX2 and its counts of bits: built with that machine's options, run only where it is found.
#include "file/csv_loop.hpp"

namespace bandtariff::file {

CsvCounts csv_loop_avx2(const char* text, std::size_t size, const CsvPlaces& places) { return csv_loop(text, size, places); }

}  // namespace bandtariff::file
