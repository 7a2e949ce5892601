// A share is an exact Rate; 0.4 in binary is not four tenths.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Money money = Money::from_pence(12500);
const ExactMoney good = money * Rate::parse("0.5").value();
#ifdef BANDTARIFF_BAD_LINE
const ExactMoney bad = money * 0.5;
#endif
