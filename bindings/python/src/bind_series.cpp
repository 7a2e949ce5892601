// Series: one record, texts of many, or a file, priced by the releases that price them.

#include "bindings.hpp"

namespace bandtariff::python {

namespace {

/// One list a fact, of the texts of every row, to one list a result.
py::dict price_texts(const Series& series, const std::string& record, std::size_t rows, const std::map<std::string, std::vector<std::string>>& columns) {
    py::list outcome, outcome_class, release, reason, total;
    std::map<std::string, py::list> lines;
    for (const Tariff& each : series.releases())
        for (const Line& line : each->lines) lines.emplace(line.name, py::list());
    for (std::size_t row = 0; row < rows; ++row) {
        FactTexts facts;
        for (const auto& [fact, texts] : columns)
            if (!texts.at(row).empty()) facts.emplace(fact, texts.at(row));
        const SeriesQuote quote = series.price(facts, record, Series::Account::sums);
        std::string releases;
        for (const Quote& each : quote.quotes) releases += (releases.empty() ? "" : " + ") + each.release;
        outcome.append(quote.outcome);
        outcome_class.append(to_string(quote.outcome_class));
        release.append(releases);
        reason.append(quote.outcome == "priced" ? std::string() : quote.say);
        total.append(quote.total.pence());
        for (auto& [name, pence] : lines) {
            Money pays;
            for (const Quote& each : quote.quotes)
                if (const QuoteLine* line = each.line(name)) pays = pays + line->payable;
            pence.append(pays.pence());
        }
    }
    py::dict out, by_line;
    for (auto& [name, pence] : lines) by_line[py::str(name)] = pence;
    out["outcome"] = outcome;
    out["outcome_class"] = outcome_class;
    out["release"] = release;
    out["reason"] = reason;
    out["total_pence"] = total;
    out["lines"] = by_line;
    return out;
}

}  // namespace

void bind_series(py::module_& module) {
    py::class_<SeriesQuote>(module, "SeriesQuote")
        .def_readonly("outcome", &SeriesQuote::outcome)
        .def_property_readonly("outcome_class", [](const SeriesQuote& quote) { return to_string(quote.outcome_class); })
        .def_readonly("say", &SeriesQuote::say)
        .def_property_readonly("priced", &SeriesQuote::priced)
        .def_property_readonly("total", [](const SeriesQuote& quote) { return quote.priced() ? to_decimal(quote.total) : py::object(py::none()); })
        .def_property_readonly("quotes", [](const SeriesQuote& quote) {
            py::list out;
            for (const Quote& each : quote.quotes) out.append(LazyQuote(each));
            return out;
        })
        .def("explain", [](const SeriesQuote& quote) { return explain(quote); })
        .def("__str__", [](const SeriesQuote& quote) { return render(quote); });

    py::class_<Series>(module, "Series")
        .def_property_readonly("releases", &Series::releases)
        .def_property_readonly("cut_by_day", &Series::cut_by_day)
        .def("facts", [](const Series& series, const std::string& record) { return series.facts(record); })
        .def("price", [](const Series& series, const std::string& record, const std::map<std::string, std::string>& facts) {
            return series.price({facts.begin(), facts.end()}, record);
        })
        .def("price_texts", &price_texts)
        .def("price_file", &price_to_file<Series>);

    module.def("is_series", [](const std::filesystem::path& folder) { return is_series(folder); });
    module.def("load_series", [](const std::filesystem::path& folder, const std::vector<std::filesystem::path>& packs_in) {
        const Checked<Series> loaded = load_series(folder, packs_in);
        return py::make_tuple(loaded.ok() ? py::cast(loaded.value()) : py::object(py::none()), loaded.diagnostics());
    });
}

}  // namespace bandtariff::python
