// What a kind of scenario can change at all: the profiles and the lines. Used by sweep.cpp only.
#pragma once

#include <vector>

#include "bandtariff/sweep.hpp"
#include "sweep/profiles.hpp"
#include "sweep/scenario_sums.hpp"

namespace bandtariff::sweep {

/// Every outcome and sum of a table's rows, by line too.
struct Account {
    Account(const Plan& plan, const PlacementTable& table, const std::vector<LineId>& lines, unsigned threads);
    /// By row, whether it comes to anything else than in another account of the same rows.
    [[nodiscard]] std::vector<std::uint8_t> differs(const Account& other) const;
    Prices prices;
    std::vector<std::vector<std::uint16_t>> outcomes;
};

/// Lines, by position, that a tariff reads by scenario; all of them where one reads what others pay, or the record is refused by it.
[[nodiscard]] std::vector<bool> lines_by_scenario(const TariffContents& tariff, RecordId record, const std::vector<LineId>& lines);

/// Of a kind of scenario that makes a choice: all there is.
[[nodiscard]] Changeable everything(std::size_t profiles, std::size_t lines);
/// Of one that makes none: the profiles that read something it sets, with the lines that do; and apart from them those of which a line is
/// not priced as it stands: any line of theirs may be in the scenario. The others come to the same where what is set has an outcome in place of
/// a value (see without_values), and so to what they come to as it stands.
[[nodiscard]] std::vector<Changeable> changeable(const Account& standing, const Account& without_values, const std::vector<bool>& lines, const TariffContents& tariff);

/// Profiles of like days, and of like outcomes among them, come together: blocks of them lie in few periods and have few ranks.
void put_in_order(std::vector<std::uint32_t>& profiles, const Profiles& all, const PlacementTable& records, const TariffContents& tariff, const Prices& standing);

}  // namespace bandtariff::sweep
