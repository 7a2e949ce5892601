// Plan over columns as they stand, with the interpreter lock released: into the caller's arrays, or, for a data frame, into new
// ones.
#include "array_columns.hpp"

namespace bandtariff::python {

namespace {

/// The line of a name. Throws KeyError for one that is none.
LineId line_named(const Tariff& tariff, const std::string& name) {
    const std::optional<LineId> line = tariff->line(name);
    if (!line) throw py::key_error(name);
    return *line;
}

void price(const Plan& plan, const Arrived& arrived, const QuoteTable& quotes, unsigned threads) {
    const std::vector<TextFact> texts = arrived.texts();
    py::gil_scoped_release released;
    if (texts.empty())
        plan.price(arrived.table(), quotes, {.threads = threads});
    else
        price_texts(plan, arrived.table(), texts, quotes, {.threads = threads});
}

/// Prices the columns into `out`: total_pence, outcome, and a dict with an array for each line that is wanted.
void price_arrays(const Plan& plan, const std::string& record, std::size_t rows, const py::dict& columns,
                  const std::vector<std::string>& without, const py::tuple& out, unsigned threads) {
    const Arrived arrived(plan, record, rows, columns, without);
    Written written(rows);
    QuoteTable quotes{written.pence("total_pence", out[0]), written.outcome("outcome", out[1]), {}};
    for (const auto& [key, value] : py::cast<py::dict>(out[2])) {
        const std::string name = py::cast<std::string>(key);
        quotes.lines.push_back({line_named(plan.tariff(), name), written.pence(name, value), {}});
    }
    written.apart_from(arrived.arrays());
    price(plan, arrived, quotes, threads);
}

/// Each row's outcome as its place among those there are, ascending by number, and whether it is not priced.
void add_places(py::dict& out, const TariffContents& tariff, const py::array_t<std::uint16_t>& outcome) {
    const std::span<const std::uint16_t> numbers(outcome.data(), static_cast<std::size_t>(outcome.size()));
    std::vector<std::uint8_t> there(std::size_t{UINT16_MAX} + 1);
    for (const std::uint16_t number : numbers) there[number] = 1;
    std::vector<std::int16_t> place_of(there.size());
    std::vector<std::uint8_t> unpriced_of(there.size());
    py::list codes;
    for (std::size_t number = 0; number < there.size(); ++number) {
        if (there[number] == 0) continue;
        const Outcome& found = *tariff.outcome_numbered(static_cast<std::uint16_t>(number));
        place_of[number] = static_cast<std::int16_t>(codes.size());
        unpriced_of[number] = found.outcome_class == OutcomeClass::not_priced ? 1 : 0;
        codes.append(found.code);
    }
    py::array_t<std::int16_t> places(outcome.size());
    py::array_t<bool> unpriced(outcome.size());
    std::int16_t* const place = places.mutable_data();
    bool* const missing = unpriced.mutable_data();
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        place[row] = place_of[numbers[row]];
        missing[row] = unpriced_of[numbers[row]] != 0;
    }
    out["outcomes"] = std::move(codes);
    out["outcome_places"] = std::move(places);
    out["unpriced"] = std::move(unpriced);
}

/// New arrays of what the columns come to, for a data frame: with each line where they are asked for, and with what each line
/// differs by from what was paid where the plan says that.
py::dict price_columns(const Plan& plan, const std::string& record, std::size_t rows, const py::dict& columns,
                       const std::vector<std::string>& without, bool with_lines, unsigned threads) {
    const Tariff& tariff = plan.tariff();
    const RecordId kind = tariff->record(record).value();
    const Arrived arrived(plan, record, rows, columns, without);
    const auto pence = [&](py::dict& into, const std::string& name) {
        py::array_t<std::int64_t> column(static_cast<py::ssize_t>(rows));
        into[py::str(name)] = column;
        return std::span(column.mutable_data(), rows);
    };
    py::dict out, lines, differences;
    py::array_t<std::uint16_t> outcome(static_cast<py::ssize_t>(rows));
    QuoteTable quotes{pence(out, "total_pence"), std::span(outcome.mutable_data(), rows), {}};
    const bool with_differences = plan.paid_known_on().has_value();
    for (std::size_t i = 0; (with_lines || with_differences) && i < tariff->lines.size(); ++i) {
        if (tariff->lines[i].record != kind) continue;
        quotes.lines.push_back({LineId(i), pence(lines, tariff->lines[i].name), {}});
        if (with_differences) quotes.lines.back().difference = pence(differences, tariff->lines[i].name);
    }
    price(plan, arrived, quotes, threads);
    add_places(out, *tariff, outcome);
    out["lines"] = std::move(lines);
    out["differences"] = std::move(differences);
    return out;
}

}  // namespace

void bind_arrays(py::module_& module) {
    const py::object plan = module.attr("Plan");
    plan.attr("price_arrays") = py::cpp_function(&price_arrays, py::name("price_arrays"), py::is_method(plan));
    plan.attr("price_columns") = py::cpp_function(&price_columns, py::name("price_columns"), py::is_method(plan));
}

}  // namespace bandtariff::python
