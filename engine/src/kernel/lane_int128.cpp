// The lane of whole numbers of 128 bits: every magnitude a step can meet is proved below 2^126 before this is chosen.
#include "kernel/lanes.hpp"

namespace bandtariff::kernel {
template class Lane<Wide>;
}
