// A tariff some of whose figures and cells are read by scenario: one tariff, and so one plan, for many values of them.
// Used by src/sweep. Entry points: SetReader reads what scenarios set, by_scenario makes the tariff.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bandtariff/tariff.hpp"

namespace bandtariff {

/// Names and texts to tables, positions and values, each text read and each problem reported once.
class SetReader {
public:
    explicit SetReader(const TariffContents& tariff, Report& report) : tariff_(tariff), report_(report) {}

    [[nodiscard]] std::optional<TableId> figure(const std::string& name);
    [[nodiscard]] std::optional<TableId> table(const std::string& name);
    /// Of keys in the table's order, its cell's position.
    [[nodiscard]] std::optional<std::size_t> position(TableId table, const std::vector<std::string>& keys);
    /// A value that the table can take, with which no divisor might be zero.
    [[nodiscard]] std::optional<Value> value(TableId table, const std::string& text);

private:
    [[nodiscard]] bool divides(TableId table);
    const TariffContents& tariff_;
    Report& report_;
    std::map<std::string, std::optional<TableId>> figures_, tables_;
    std::map<std::pair<std::uint32_t, std::vector<std::string>>, std::optional<std::size_t>> positions_;
    std::map<std::pair<std::uint32_t, std::string>, std::optional<Value>> values_;
    std::map<std::uint32_t, bool> divides_;
};

/// One cell (a figure's is 0) and its value in each scenario, on all days.
struct SetCell {
    TableId table;
    std::size_t position = 0;
    std::vector<Value> values;
};

/// The tariff in which each set cell is read by a new last fact, `scenario`: a code from 0. Other facts, tables, lines and
/// outcomes keep their places.
[[nodiscard]] Tariff by_scenario(const Tariff& tariff, const std::vector<SetCell>& cells, std::size_t scenarios);
/// The tariff in which what is set has an outcome of its own in place of a value, which wins over every other and nothing passes over: a
/// record that comes to the same in it, line by line, reads nothing that is set.
[[nodiscard]] Tariff without_values(const Tariff& tariff, const std::vector<SetCell>& cells);

}  // namespace bandtariff
