// Sweep: scenarios, and what they come to, in whole pence.
#include <pybind11/numpy.h>

#include "bandtariff/sweep.hpp"
#include "bindings.hpp"
#include "columns.hpp"

namespace bandtariff::python {

namespace {

using Cells = std::vector<std::tuple<std::string, std::vector<std::string>, std::string>>;

Scenario scenario(std::string name, std::map<std::string, std::string> figures, std::map<std::string, std::string> choices, const Cells& cells) {
    Scenario made{std::move(name), std::move(choices), std::move(figures), {}};
    for (const auto& [table, keys, value] : cells) made.cells.push_back({table, keys, value});
    return made;
}

py::dict sums(const ScenarioSums& sums, const ScenarioSums& standing) {
    py::dict out;
    out["rows"] = sums.rows;
    out["priced"] = sums.priced;
    out["total"] = sums.total.pence();
    out["difference"] = (sums.total - standing.total).pence();
    out["gaining"] = sums.gaining;
    out["gained"] = sums.gained.pence();
    out["losing"] = sums.losing;
    out["lost"] = sums.lost.pence();
    out["priced_one_way"] = sums.priced_one_way;
    return out;
}

py::dict one(const TariffContents& tariff, const SweepResult& result, const ScenarioResult& each) {
    py::dict out, lines, outcomes;
    py::list groups;
    for (std::size_t k = 0; k < each.lines.size(); ++k) lines[py::str(tariff.at(result.lines[k]).name)] = each.lines[k].pence();
    for (const auto& [number, rows] : each.outcomes) outcomes[py::str(tariff.outcome_numbered(number)->code)] = rows;
    for (std::size_t k = 0; k < each.groups.size(); ++k) groups.append(sums(each.groups[k], result.as_it_stands.groups[k]));
    out["name"] = each.name;
    out["all"] = sums(each.all, result.as_it_stands.all);
    out["groups"] = std::move(groups);
    out["lines"] = std::move(lines);
    out["outcomes"] = std::move(outcomes);
    return out;
}

py::tuple sweep(const Plan& plan, const std::string& record, std::size_t rows, const CodedColumns& columns, const std::vector<std::string>& without,
                const std::vector<Scenario>& scenarios, const Array<std::uint32_t>& group, unsigned threads) {
    const PlacementTable table = table_of(plan, record, rows, columns, without);
    const SweepOptions options{threads, std::span(group.data(), static_cast<std::size_t>(group.size())), false};
    const Checked<SweepResult> swept = [&] {
        py::gil_scoped_release released;
        return plan.sweep(table, scenarios, options);
    }();
    if (!swept.ok()) return py::make_tuple(py::none(), swept.diagnostics());
    py::list all;
    all.append(one(*plan.tariff(), swept.value(), swept.value().as_it_stands));
    for (const ScenarioResult& each : swept.value().scenarios) all.append(one(*plan.tariff(), swept.value(), each));
    py::dict out;
    out["scenarios"] = std::move(all);
    out["profiles"] = swept.value().profiles;
    return py::make_tuple(std::move(out), swept.diagnostics());
}

}  // namespace

void bind_sweep(py::module_& module, py::class_<Plan>& plan) {
    py::class_<Scenario>(module, "Scenario")
        .def(py::init(&scenario))
        .def_readonly("name", &Scenario::name)
        .def_readonly("figures", &Scenario::figures)
        .def_readonly("choices", &Scenario::choices);
    plan.def("sweep", &sweep);
    module.def("combine", &combine);
    module.def("values_of", [](const std::string& text) {
        const Checked<std::vector<std::string>> values = values_of(text);
        return py::make_tuple(values.ok() ? py::cast(values.value()) : py::object(py::none()), values.diagnostics());
    });
}

}  // namespace bandtariff::python
