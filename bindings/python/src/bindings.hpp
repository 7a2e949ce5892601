// What the binding files share. Each bind_<noun>.cpp adds one noun of the public headers to the module; none computes.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bandtariff/bandtariff.hpp"

namespace bandtariff::python {

namespace py = pybind11;

void bind_diagnostic(py::module_& module);
void bind_tariff(py::module_& module);
void bind_quote(py::module_& module);
void bind_plan(py::module_& module);
void bind_groups(py::module_& module);
void bind_series(py::module_& module);
void bind_usage(py::module_& module);

/// A fact's column as carried, and the mark of each row.
using FactColumns = std::map<std::string, std::pair<py::array_t<std::int64_t, py::array::c_style>, py::array_t<std::uint8_t, py::array::c_style>>>;
/// The columns as records, borrowed.
[[nodiscard]] PlacementTable table_of(const Plan& plan, const std::string& record, std::size_t rows, const FactColumns& columns,
                                      const std::vector<std::string>& without);

/// Money as decimal.Decimal, with two decimals.
[[nodiscard]] py::object to_decimal(Money money);
/// What came of pricing a file, by the names that FileSummary of the package has.
[[nodiscard]] py::dict to_dict(const FileSummary& summary);
/// An exact value as fractions.Fraction.
[[nodiscard]] py::object to_fraction(const Rational& value);

}  // namespace bandtariff::python
