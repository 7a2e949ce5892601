// An integer that 64 signed bits may not hold is not silently cut.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Money good = Money::from_pence(1u);
#ifdef BANDTARIFF_BAD_LINE
const Money bad = Money::from_pence(1ull);
#endif
