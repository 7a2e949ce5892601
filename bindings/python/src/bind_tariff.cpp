// Tariff: loading a pack, and what it says of itself.
#include <pybind11/stl/filesystem.h>

#include "bindings.hpp"

namespace bandtariff::python {

namespace {

/// A failure is a list, so that the package can raise its own error with every diagnostic in it.
py::tuple checked(const Checked<Tariff>& tariff) {
    return py::make_tuple(tariff.ok() ? py::cast(tariff.value()) : py::object(py::none()), tariff.diagnostics());
}

constexpr const char* fact_kinds[] = {"number", "code", "yes_no", "date", "year", "name", "text"};

py::dict describe(const TariffContents& tariff, FactId id) {
    const Fact& fact = tariff.at(id);
    py::dict out;
    out["name"] = fact.name;
    out["kind"] = fact_kinds[static_cast<int>(fact.kind)];
    out["about"] = fact.about;
    out["unit"] = fact.unit_text;
    out["optional"] = fact.optional || fact.otherwise.has_value();
    if (fact.kind == FactKind::number) {
        out["decimals"] = fact.decimals;
        out["min"] = to_fraction(fact.min);
        out["max"] = to_fraction(fact.max);
    }
    py::list codes;
    if (fact.kind == FactKind::code)
        for (const Code& code : tariff.at(fact.codes).codes) codes.append(code.code);
    out["codes"] = codes;
    return out;
}

py::list facts_of(const Tariff& tariff, const std::string& record) {
    const std::optional<RecordId> kind = tariff->record(record);
    if (!kind) throw py::key_error(record);
    py::list out;
    for (const FactId fact : tariff->facts_read(*kind)) out.append(describe(*tariff, fact));
    return out;
}

py::dict choices_of(const Tariff& tariff) {
    py::dict out;
    for (const Choice& choice : tariff->choices) {
        py::list alternatives;
        for (const Code& code : tariff->at(choice.alternatives).codes) alternatives.append(code.code);
        out[py::str(choice.name)] = py::make_tuple(tariff->text_of(choice.alternatives, choice.selected), alternatives);
    }
    return out;
}

}  // namespace

void bind_tariff(py::module_& module) {
    py::class_<Tariff>(module, "Tariff")
        .def_property_readonly("pack", [](const Tariff& t) { return t->pack; })
        .def_property_readonly("release", [](const Tariff& t) { return t->release; })
        .def_property_readonly("title", [](const Tariff& t) { return t->title; })
        .def_property_readonly("status", [](const Tariff& t) { return to_string(t->status); })
        .def_property_readonly("text_hash", [](const Tariff& t) { return t->text_hash; })
        .def_property_readonly("meaning_hash", [](const Tariff& t) { return t->meaning_hash; })
        .def_property_readonly("uses", [](const Tariff& t) { return t->uses; })
        .def_property_readonly("extends", [](const Tariff& t) { return t->extends; })
        .def_property_readonly("records", [](const Tariff& t) {
            std::vector<std::string> names;
            for (const RecordKind& kind : t->records) names.push_back(kind.name);
            return names;
        })
        .def_property_readonly("groups", [](const Tariff& t) {
            std::vector<std::string> names;
            for (const RecordKind& kind : t->records)
                if (kind.group) names.push_back(kind.name);
            return names;
        })
        .def_property_readonly("outcomes", [](const Tariff& t) {
            py::dict out;
            for (const Outcome& outcome : t->outcomes) out[py::int_(outcome.number)] = py::make_tuple(outcome.code, to_string(outcome.outcome_class), outcome.say);
            return out;
        })
        .def_property_readonly("choices", &choices_of)
        .def("facts", &facts_of, py::arg("record"))
        .def("choose", [](const Tariff& t, const std::string& choice, const std::string& alternative) { return checked(t.choose(choice, alternative)); })
        .def("set_figure", [](const Tariff& t, const std::string& figure, const std::string& value) { return checked(t.set_figure(figure, value)); })
        .def("known_on", [](const Tariff& t, const std::string& day) {
            const std::optional<Date> date = parse_date(day);
            if (!date) throw py::value_error("'" + day + "' is not a day such as 2026-11-21");
            return t.known_on(*date);
        });

    module.def("load_tariff", [](const std::filesystem::path& pack, const std::vector<std::filesystem::path>& packs_in) {
        return checked(load_tariff(pack, packs_in));
    });
}

}  // namespace bandtariff::python
