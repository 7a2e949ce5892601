// The lane of whole numbers of 64 bits: every magnitude a step can meet is proved below 2^62 before this is chosen.
#include "kernel/lanes.hpp"

namespace bandtariff::kernel {
template class Lane<std::int64_t>;
}
