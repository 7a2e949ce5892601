// A pack that another one uses, and where its things stand in the reader. Internal to src/tariff.
#pragma once

#include "tariff/loader.hpp"

namespace bandtariff::loading {

struct UsedPack {
    TariffContents contents;
    SourceSpan span;                ///< of its name under `uses`
    std::vector<CodeListId> lists;  ///< the reader's list for each of its own; not valid where it stays out of reach
};

}  // namespace bandtariff::loading
