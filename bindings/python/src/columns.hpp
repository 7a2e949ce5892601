// Columns as Python hands them over: whole numbers and marks, borrowed.
#pragma once

#include <pybind11/numpy.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"

namespace bandtariff::python {

template <class T>
using Array = py::array_t<T, py::array::c_style>;
/// By fact: values as carried, and a mark of each.
using CodedColumns = std::map<std::string, std::pair<Array<std::int64_t>, Array<std::uint8_t>>>;

/// Throws KeyError for a name that is no fact.
[[nodiscard]] FactId fact_named(const Tariff& tariff, const std::string& name);
[[nodiscard]] PlacementTable table_of(const Plan& plan, const std::string& record, std::size_t rows, const CodedColumns& columns,
                                      const std::vector<std::string>& without);

}  // namespace bandtariff::python
