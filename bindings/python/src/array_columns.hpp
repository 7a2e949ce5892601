// Columns as they stand, borrowed for one call: NumPy arrays of facts as carried, in the types the engine reads, columns of text
// (text_columns.hpp), and the caller's arrays to write into.
#pragma once

#include <pybind11/numpy.h>

#include <deque>
#include <string>
#include <vector>

#include "bindings.hpp"
#include "text_columns.hpp"

namespace bandtariff::python {

/// What the columns of one call state, and what keeps them alive while they are borrowed. Throws TypeError or ValueError with the
/// name of a column that cannot be read as it stands, KeyError for a name that is no fact.
class Arrived {
public:
    Arrived(const Plan& plan, const std::string& record, std::size_t rows, const py::dict& columns,
            const std::vector<std::string>& without);
    [[nodiscard]] const PlacementTable& table() const { return table_; }
    [[nodiscard]] const std::vector<py::array>& arrays() const { return kept_; }
    [[nodiscard]] std::vector<TextFact> texts() const;

private:
    void add(const std::string& name, const py::handle& value);
    void add_pair(FactId fact, const std::string& name, const py::tuple& pair);
    void put(FactId fact, const std::string& name, py::array values, const Given* given);
    const Tariff& tariff_;
    PlacementTable table_;
    std::vector<py::array> kept_;
    std::deque<HeldTexts> texts_;
};

/// The caller's columns to write into, none of which may lie over another or over what is read. Throws ValueError with the name.
class Written {
public:
    explicit Written(std::size_t rows) : rows_(rows) {}
    [[nodiscard]] std::span<std::int64_t> pence(const std::string& name, const py::handle& value) {
        return column<std::int64_t>(name, value, 'i');
    }
    [[nodiscard]] std::span<std::uint16_t> outcome(const std::string& name, const py::handle& value) {
        return column<std::uint16_t>(name, value, 'u');
    }
    void apart_from(const std::vector<py::array>& read) const;

private:
    struct Run {
        std::string name;
        const char *begin, *end;
    };
    template <class T>
    std::span<T> column(const std::string& name, const py::handle& value, char kind);
    void check_apart(const std::string& name, const char* begin, const char* end) const;
    std::size_t rows_;
    std::vector<Run> runs_;
};

}  // namespace bandtariff::python
