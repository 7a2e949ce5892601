// What the binding files share. Each bind_<noun>.cpp adds one noun of the public headers to the module; none computes.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "bandtariff/bandtariff.hpp"

namespace bandtariff::python {

namespace py = pybind11;

/// A price whose outcome and total are known at once and whose account is made when it is first asked for, unless it is there
/// already. Used with the interpreter lock held.
class LazyQuote {
public:
    LazyQuote(Plan plan, Placement record);
    explicit LazyQuote(Quote account) : account_(std::move(account)) {}
    [[nodiscard]] std::string outcome() const;
    [[nodiscard]] std::uint16_t outcome_number() const { return account_ ? account_->outcome_number : amount_.outcome_number; }
    [[nodiscard]] OutcomeClass outcome_class() const { return account_ ? account_->outcome_class : amount_.outcome_class; }
    [[nodiscard]] bool priced() const { return outcome_class() != OutcomeClass::not_priced; }
    [[nodiscard]] Money total() const { return account_ ? account_->total : amount_.total; }
    [[nodiscard]] const Quote& account() const;

private:
    struct Asked {
        Plan plan;
        Placement record;
    };
    std::optional<Asked> asked_;
    Amount amount_;
    mutable std::optional<Quote> account_;
};

void bind_diagnostic(py::module_& module);
void bind_tariff(py::module_& module);
void bind_quote(py::module_& module);
void bind_plan(py::module_& module);
void bind_groups(py::module_& module);
void bind_series(py::module_& module);
void bind_usage(py::module_& module);
void bind_sweep(py::module_& module, py::class_<Plan>& plan);
void bind_arrays(py::module_& module);

/// Money as decimal.Decimal, with two decimals.
[[nodiscard]] py::object to_decimal(Money money);
/// What came of pricing a file, by the names that FileSummary of the package has.
[[nodiscard]] py::dict to_dict(const FileSummary& summary);
/// A file priced by a plan or a series, with the interpreter lock released: what came of it, or None; and what was found.
template <class PricedBy>
py::tuple price_to_file(const PricedBy& priced_by, const std::filesystem::path& input, const std::filesystem::path& output, const std::string& record,
                        const std::map<std::string, std::string>& map, const std::vector<std::string>& without, bool lines, const std::string& by,
                        unsigned threads) {
    FileOptions options;
    options.record = record;
    options.map = map;
    options.without = without;
    options.lines = lines;
    options.by = by;
    options.threads = threads;
    const Checked<FileSummary> priced = [&] {
        const py::gil_scoped_release released;
        return price_file(priced_by, input, output, options);
    }();
    if (!priced.ok()) return py::make_tuple(py::none(), priced.diagnostics());
    return py::make_tuple(to_dict(priced.value()), priced.diagnostics());
}
/// An exact value as fractions.Fraction.
[[nodiscard]] py::object to_fraction(const Rational& value);

}  // namespace bandtariff::python
