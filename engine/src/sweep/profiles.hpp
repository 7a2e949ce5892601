// Rows that state the same, found once: profiles. Used by sweep.cpp only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bandtariff/placement.hpp"
#include "sweep/equivalent_codes.hpp"

namespace bandtariff::sweep {

struct Profiles {
    std::vector<std::uint32_t> of_row;     ///< each row's profile
    std::vector<std::uint32_t> first_row;  ///< by profile: a row that has it
    [[nodiscard]] std::size_t size() const { return first_row.size(); }
    /// A row of each of some profiles.
    [[nodiscard]] std::vector<std::uint32_t> rows_of(const std::vector<std::uint32_t>& profiles) const {
        std::vector<std::uint32_t> rows;
        for (const std::uint32_t profile : profiles) rows.push_back(first_row[profile]);
        return rows;
    }
};

/// Rows are of one profile where the facts' columns say the same of them, equivalent codes being the same.
[[nodiscard]] Profiles profiles_of(const PlacementTable& records, const std::vector<FactId>& facts, const EquivalentCodes& equivalent);

/// How many rows of a profile are in a group.
struct Weight {
    std::uint32_t profile = 0, group = 0;
    std::uint64_t rows = 0;
};
/// Ascending by profile, then group. An empty `group` puts every row in group 0.
[[nodiscard]] std::vector<Weight> weights_of(const Profiles& profiles, std::span<const std::uint32_t> group);

/// Profiles' own columns, gathered from a row of each: as many rows as there are profiles.
class ProfileColumns {
public:
    ProfileColumns(const PlacementTable& records, const std::vector<FactId>& facts, std::span<const std::uint32_t> rows);
    /// They as the records of a tariff with the same first facts; the columns here must outlive it.
    [[nodiscard]] PlacementTable table(const Tariff& tariff, RecordId record) const;

private:
    struct Gathered {
        FactId fact;
        Column::Type type = Column::Type::i64;
        std::vector<std::byte> values;
        std::vector<Given> given;
        bool stated = true;
        void keep(const std::vector<std::int64_t>& wide);
    };
    std::size_t rows_ = 0;
    std::vector<Gathered> columns_;
};

}  // namespace bandtariff::sweep
