// An unrounded amount cannot join a sum of payable ones.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const ExactMoney exact = Money::from_pence(12500) * Rate(1) / Rate(3);
const Rounding penny = Rounding::nearest(Rate(1) / Rate(100), Ties::away_from_zero);
const Money good = Money::from_pence(1) + round(exact, penny);
#ifdef BANDTARIFF_BAD_LINE
const auto bad = Money::from_pence(1) + exact;
#endif
