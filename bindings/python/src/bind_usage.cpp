// What records reach of a tariff: of a file, of columns, of the pack's cases. Counts are plain numbers in plain dicts.
#include <pybind11/numpy.h>
#include <pybind11/stl/filesystem.h>

#include "bindings.hpp"
#include "columns.hpp"

namespace bandtariff::python {

namespace {

py::object day(const std::optional<Date>& date) { return date ? py::object(py::str(to_string(*date))) : py::object(py::none()); }

template <class Things, class Make>
py::list all(const Things& things, const Make& make) {
    py::list out;
    for (const auto& thing : things) {
        py::dict one = make(thing);
        one["borrowed"] = thing.borrowed;
        one["place"] = to_string(thing.span);
        one["records"] = thing.records;
        out.append(std::move(one));
    }
    return out;
}

py::dict to_dict(const Usage& usage) {
    using namespace py::literals;
    py::dict out;
    out["records"] = usage.records;
    out["not_priced"] = usage.not_priced;
    out["values"] = all(usage.values, [](const Usage::DatedValue& value) {
        const auto last = value.until ? std::optional(*value.until - std::chrono::days(1)) : std::nullopt;
        return py::dict("table"_a = value.table, "from"_a = day(value.from), "last_day"_a = day(last));
    });
    out["cells"] = all(usage.cells, [](const Usage::Cell& cell) {
        return py::dict("table"_a = cell.table, "keys"_a = cell.keys, "value"_a = cell.value, "from"_a = day(cell.from),
                        "keys_in_all"_a = cell.keys_in_all, "keys_read"_a = cell.keys_read);
    });
    out["branches"] = all(usage.branches, [](const Usage::Branch& branch) { return py::dict("where"_a = branch.where, "way"_a = branch.way); });
    out["roundings"] = all(usage.roundings, [](const Usage::RoundingPoint& point) {
        return py::dict("where"_a = point.where, "rounding"_a = point.rounding, "has_ties"_a = point.has_ties,
                        "with_residue"_a = point.with_residue, "on_a_tie"_a = point.on_a_tie);
    });
    out["outcomes"] = all(usage.outcomes, [](const Usage::Met& met) {
        return py::dict("outcome"_a = met.outcome, "outcome_class"_a = to_string(met.outcome_class), "say"_a = met.say,
                        "declared"_a = met.declared, "in_a_line"_a = met.lines, "first_lines"_a = met.first_lines,
                        "first_reason"_a = met.first_reason);
    });
    return out;
}

py::tuple of_file(const Plan& plan, const std::filesystem::path& file, const std::string& record, const std::map<std::string, std::string>& map,
                  const std::vector<std::string>& without) {
    FileOptions options;
    options.record = record;
    options.map = map;
    options.without = without;
    const Checked<Usage> usage = [&] {
        py::gil_scoped_release released;
        return used_by(plan, file, options);
    }();
    return py::make_tuple(usage.ok() ? py::object(to_dict(usage.value())) : py::object(py::none()), usage.diagnostics());
}

py::dict of_columns(const Plan& plan, const std::string& record, std::size_t rows, const CodedColumns& columns, const std::vector<std::string>& without) {
    const PlacementTable table = table_of(plan, record, rows, columns, without);
    const Usage usage = [&] {
        py::gil_scoped_release released;
        return used_by(plan, table);
    }();
    return to_dict(usage);
}

}  // namespace

void bind_usage(py::module_& module) {
    module.def("used_by_file", &of_file);
    module.def("used_by_columns", &of_columns);
    module.def("coverage", [](const Plan& plan) { return to_dict(coverage(plan)); });
    module.def("pack_schema", [] { return pack_file_schema(); });
    module.def("rate_card", &rate_card);
}

}  // namespace bandtariff::python
