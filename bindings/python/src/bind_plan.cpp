// Plan: one record from texts, many from columns (borrowed, with the interpreter lock released), a file to a file.

#include "bandtariff/placement_file.hpp"
#include "bindings.hpp"
#include "columns.hpp"

namespace bandtariff::python {

FactId fact_named(const Tariff& tariff, const std::string& name) {
    const std::optional<FactId> fact = tariff->fact(name);
    if (!fact) throw py::key_error(name);
    return *fact;
}

PlacementTable table_of(const Plan& plan, const std::string& record, std::size_t rows, const CodedColumns& columns,
                        const std::vector<std::string>& without) {
    const Tariff& tariff = plan.tariff();
    PlacementTable table(tariff, tariff->record(record).value(), rows);
    for (const auto& [name, column] : columns) {
        const auto& [values, given] = column;
        table.set(fact_named(tariff, name), std::span(values.data(), static_cast<std::size_t>(values.size())),
                  reinterpret_cast<const Given*>(given.data()));
    }
    for (const std::string& name : without) table.without(fact_named(tariff, name));
    return table;
}

namespace {

LazyQuote price_one(const Plan& plan, const std::string& record, const std::map<std::string, std::string>& facts) {
    Placement stated = placement(plan.tariff(), record);
    for (const auto& [fact, value] : facts) stated.with(fact, value);
    return {plan, std::move(stated)};
}

/// What read_fact makes of each text: its value as carried, its mark, and why not.
py::list read_texts(const Plan& plan, const std::string& fact, const std::vector<std::string>& texts) {
    py::list out;
    const FactId id = fact_named(plan.tariff(), fact);
    for (const std::string& text : texts) {
        const StatedFact stated = read_fact(*plan.tariff(), id, text);
        out.append(py::make_tuple(stated.value, static_cast<int>(stated.given)));
    }
    return out;
}

}  // namespace

py::dict to_dict(const FileSummary& summary) {
    const auto sums = [](const auto& named) {
        py::dict all;
        for (const auto& [name, sum] : named) all[py::str(name)] = to_decimal(sum);
        return all;
    };
    py::dict out, outcomes, groups;
    for (const FileSummary::Group& group : summary.groups)
        groups[py::str(group.value)] = py::make_tuple(group.rows, group.priced, to_decimal(group.total));
    for (const FileSummary::Count& count : summary.outcomes) outcomes[py::str(count.outcome)] = count.rows;
    out["rows"] = summary.rows;
    out["total"] = to_decimal(summary.total);
    out["lines"] = sums(summary.lines);
    out["elements"] = sums(summary.elements);
    out["payers"] = sums(summary.payers);
    out["groups"] = std::move(groups);
    out["outcomes"] = std::move(outcomes);
    return out;
}

void bind_plan(py::module_& module) {
    py::class_<Plan> bound(module, "Plan");
    bound.def(py::init([](const Tariff& tariff) { return compile(tariff); }))
        .def_property_readonly("tariff", &Plan::tariff)
        .def("with_paid_known_on", [](const Plan& plan, const std::string& day) {
            const std::optional<Date> date = parse_date(day);
            if (!date) throw py::value_error("'" + day + "' is not a day such as 2026-11-21");
            return plan.with_paid_known_on(*date);
        })
        .def("price", &price_one)
        .def("read_texts", &read_texts)
        .def("price_file", &price_to_file<Plan>)
        .def("dump", &Plan::dump)
        .def("run_cases", [](const Plan& plan) {
            py::list out;
            for (const CaseResult& result : run_cases(plan)) out.append(py::make_tuple(result.name, result.failures));
            return out;
        });
    bind_sweep(module, bound);
}

}  // namespace bandtariff::python
