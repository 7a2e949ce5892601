// An unrounded amount equals a payable one only after someone says so.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const ExactMoney exact = Money::from_pence(12500) * Rate(1) / Rate(3);
const bool good = exact == ExactMoney(Money::from_pence(12500));
#ifdef BANDTARIFF_BAD_LINE
const bool bad = exact == Money::from_pence(12500);
#endif
