// An unrounded amount times another is not money either.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const ExactMoney exact = Money::from_pence(12500) * Rate(1) / Rate(3);
const ExactMoney good = exact * Rate(2);
#ifdef BANDTARIFF_BAD_LINE
const ExactMoney bad = exact * exact;
#endif
