// The loops for x86-64 with AVX2 and fused multiply-add: built with that machine's options, run only where it is found.
#include "kernel/lane_loops.hpp"

namespace bandtariff::kernel {

struct Machine_avx2 {
    static constexpr bool direct = false;
};
extern constexpr Passes passes_avx2 = Loops<Machine_avx2>::table("avx2");

}  // namespace bandtariff::kernel
