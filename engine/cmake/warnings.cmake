# Warnings for our own code only; never exported.
add_library(bandtariff_warnings INTERFACE)
option(BANDTARIFF_WERROR "Warnings are errors" OFF)
# g++ 12 reports overlapping memory in correct `"text" + std::string` when it optimises (GCC bug 105329): -Wno-restrict.
target_compile_options(bandtariff_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
    -Wold-style-cast -Wcast-qual -Wundef $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${BANDTARIFF_WERROR}>:-Werror>)
