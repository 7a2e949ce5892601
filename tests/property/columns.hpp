// Records as plain columns of 64 bits, every fact of them, over and over until there are enough rows.
#pragma once

#include "property.hpp"

namespace bandtariff::property {

class Columns {
public:
    Columns(const Tariff& tariff, RecordId kind, const std::vector<Placement>& records, const std::vector<std::size_t>& order)
        : tariff_(tariff), kind_(kind), rows_(order.size()), values_(tariff->facts.size()), given_(tariff->facts.size()) {
        for (std::size_t fact = 0; fact < values_.size(); ++fact) {
            for (const std::size_t k : order) {
                const StatedFact& stated = records[k].at(FactId(fact));
                values_[fact].push_back(stated.given == Given::given ? stated.value : 0);
                given_[fact].push_back(stated.given);
            }
        }
    }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] PlacementTable table() const {
        PlacementTable table(tariff_, kind_, rows_);
        for (std::size_t fact = 0; fact < values_.size(); ++fact)
            table.set(FactId(fact), std::span<const std::int64_t>(values_[fact]), given_[fact].data());
        return table;
    }

private:
    Tariff tariff_;
    RecordId kind_;
    std::size_t rows_;
    std::vector<std::vector<std::int64_t>> values_;
    std::vector<std::vector<Given>> given_;
};

inline std::vector<Placement> some_records(const Tariff& tariff, RecordId kind, std::size_t count, generate::Dice& dice) {
    const generate::Boundaries boundaries(*tariff);
    std::vector<Placement> records;
    for (std::size_t k = 0; k < count; ++k) records.push_back(generate::placement_of(tariff, kind, generate::texts(tariff, kind, boundaries, dice)));
    return records;
}

}  // namespace bandtariff::property
