// A rate is exact from its first digit.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Rate good = Rate::parse("0.1").value();
#ifdef BANDTARIFF_BAD_LINE
const Rate bad(0.1);
#endif
