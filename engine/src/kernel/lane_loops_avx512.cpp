// The loops for x86-64 with AVX-512 (F, DQ, BW, VL): built with that machine's options, run only where it is found.
#include "kernel/lane_loops.hpp"

namespace bandtariff::kernel {

struct Machine_avx512 {
    static constexpr bool direct = true;
};
extern constexpr Passes passes_avx512 = Loops<Machine_avx512>::table("avx512");

}  // namespace bandtariff::kernel
