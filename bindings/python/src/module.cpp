// bandtariff._core: private; users see the package bandtariff.
#include "bindings.hpp"

namespace bandtariff::python {

py::object to_decimal(Money money) {
    return py::module_::import("decimal").attr("Decimal")(to_string(money));
}

py::object to_fraction(const Rational& value) {
    const std::string numerator = boost::multiprecision::numerator(value).str();
    const std::string denominator = boost::multiprecision::denominator(value).str();
    return py::module_::import("fractions").attr("Fraction")(py::int_(py::str(numerator)), py::int_(py::str(denominator)));
}

}  // namespace bandtariff::python

PYBIND11_MODULE(_core, module) {
    using namespace bandtariff::python;
    module.doc() = "The engine's public headers, bound one to one.";
    module.attr("__version__") = BANDTARIFF_PYTHON_VERSION;
    bind_diagnostic(module);
    bind_tariff(module);
    bind_quote(module);
    bind_plan(module);
    bind_groups(module);
    bind_series(module);
    bind_usage(module);
    bind_arrays(module);
}
