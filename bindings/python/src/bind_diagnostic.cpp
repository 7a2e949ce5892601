// Citation and Diagnostic: where a thing is written, and what is wrong with it.
#include "bindings.hpp"

namespace bandtariff::python {

void bind_diagnostic(py::module_& module) {
    py::class_<Citation>(module, "Citation")
        .def_readonly("source", &Citation::source)
        .def_readonly("title", &Citation::title)
        .def_readonly("kind", &Citation::kind)
        .def_readonly("at", &Citation::at)
        .def_readonly("assumed", &Citation::assumed)
        .def_readonly("day_assumed", &Citation::day_assumed)
        .def_readonly("carried_forward", &Citation::carried_forward)
        .def_property_readonly("place", [](const Citation& citation) { return to_string(citation.span); })
        .def("__str__", [](const Citation& citation) { return to_string(citation); });

    py::class_<Diagnostic>(module, "Diagnostic")
        .def_property_readonly("severity", [](const Diagnostic& d) { return d.severity == Severity::error ? "error" : "warning"; })
        .def_readonly("code", &Diagnostic::code)
        .def_readonly("message", &Diagnostic::message)
        .def_readonly("hint", &Diagnostic::hint)
        .def_property_readonly("file", [](const Diagnostic& d) { return d.span.somewhere() ? d.span.file->path : std::string(); })
        .def_property_readonly("line", [](const Diagnostic& d) { return d.span.line; })
        .def_property_readonly("column", [](const Diagnostic& d) { return d.span.column; })
        .def("__str__", [](const Diagnostic& d) { return render(d); })
        .def("__repr__", [](const Diagnostic& d) { return "<Diagnostic " + d.code + " at " + to_string(d.span) + ">"; });
}

}  // namespace bandtariff::python
