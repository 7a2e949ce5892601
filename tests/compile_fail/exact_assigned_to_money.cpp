// Forgetting to round does not compile.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const ExactMoney exact = Money::from_pence(12500) * Rate(1) / Rate(3);
const Rounding penny = Rounding::nearest(Rate(1) / Rate(100), Ties::away_from_zero);
const Money good = round(exact, penny);
#ifdef BANDTARIFF_BAD_LINE
const Money bad = exact;
#endif
