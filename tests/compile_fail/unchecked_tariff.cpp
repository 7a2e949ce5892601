// A tariff that was not checked cannot be compiled.
#include "bandtariff/plan.hpp"

using namespace bandtariff;

Plan good(const Tariff& tariff) { return compile(tariff); }
#ifdef BANDTARIFF_BAD_LINE
Plan bad(const Checked<Tariff>& tariff) { return compile(tariff); }
#endif
