// The lane of rationals of any size: where no bound or no constant unit is proved. Slow and equal; may allocate.
#include "kernel/lanes.hpp"

namespace bandtariff::kernel {
template class Lane<Rational>;
}
