// Money times money is not money.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Money money = Money::from_pence(12500);
const ExactMoney good = money * Rate(2);
#ifdef BANDTARIFF_BAD_LINE
const ExactMoney bad = money * money;
#endif
