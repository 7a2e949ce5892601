// How the loader, and nothing else, turns checked contents into a Tariff.
#pragma once

#include <memory>
#include <utility>

#include "bandtariff/tariff.hpp"

namespace bandtariff {

struct TariffAccess {
    /// The contents must have passed every check.
    [[nodiscard]] static Tariff make(TariffContents contents) {
        return Tariff(std::make_shared<const TariffContents>(std::move(contents)));
    }
};

}  // namespace bandtariff
