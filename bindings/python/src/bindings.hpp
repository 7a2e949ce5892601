// What the binding files share. Each bind_<noun>.cpp adds one noun of the public headers to the module; none computes.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bandtariff/bandtariff.hpp"

namespace bandtariff::python {

namespace py = pybind11;

void bind_diagnostic(py::module_& module);
void bind_tariff(py::module_& module);
void bind_quote(py::module_& module);
void bind_plan(py::module_& module);
void bind_arrays(py::module_& module);

/// Money as decimal.Decimal, with two decimals.
[[nodiscard]] py::object to_decimal(Money money);
/// An exact value as fractions.Fraction.
[[nodiscard]] py::object to_fraction(const Rational& value);

}  // namespace bandtariff::python
