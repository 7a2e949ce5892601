// A band is never an int.
#include "bandtariff/ids.hpp"

using namespace bandtariff;

const CodeId good = CodeId(4);
#ifdef BANDTARIFF_BAD_LINE
const CodeId bad = 4;
#endif
