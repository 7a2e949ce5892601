// The loops for any machine of the family that the library is built for: built with no options of its own.
#include "kernel/lane_loops.hpp"

namespace bandtariff::kernel {

struct Machine_any {
    static constexpr bool direct = false;
};
extern constexpr Passes passes_any = Loops<Machine_any>::table("any");

}  // namespace bandtariff::kernel
