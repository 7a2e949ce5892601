// Pence are whole.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Money good = Money::from_pence(12);
#ifdef BANDTARIFF_BAD_LINE
const Money bad = Money::from_pence(12.5);
#endif
