// There is no default rounding: it comes from a rule that someone wrote down.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Rounding penny = Rounding::nearest(Rate(1) / Rate(100), Ties::away_from_zero);
#ifdef BANDTARIFF_BAD_LINE
const Rounding bad;
#endif
