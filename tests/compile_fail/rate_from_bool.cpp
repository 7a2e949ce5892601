// Yes and no are not numbers.
#include "bandtariff/money.hpp"

using namespace bandtariff;

const Rate good(1);
#ifdef BANDTARIFF_BAD_LINE
const Rate bad(true);
#endif
