// A fact is not a line, though both are small numbers.
#include "bandtariff/ids.hpp"

using namespace bandtariff;

const LineId good = LineId(1);
#ifdef BANDTARIFF_BAD_LINE
const LineId bad = FactId(1);
#endif
