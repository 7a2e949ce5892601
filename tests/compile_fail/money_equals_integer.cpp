// A bare number is neither pence nor pounds.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Money money = Money::from_pence(12500);
const bool good = money == Money::from_pence(12500);
#ifdef BANDTARIFF_BAD_LINE
const bool bad = money == 12500;
#endif
