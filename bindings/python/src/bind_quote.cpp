// Quote and its lines and steps. Money is decimal.Decimal, exact values fractions.Fraction.
#include "bindings.hpp"

namespace bandtariff::python {

namespace {

py::list elements(const QuoteLine& line) {
    py::list out;
    for (const Element element : line.elements) out.append(to_string(element));
    return out;
}

py::list parts(const QuoteLine& line) {
    py::list out;
    for (const Part& part : line.parts) {
        py::dict one;
        one["from"] = part.days.empty() ? py::object(py::none()) : py::str(to_string(part.days.from()));
        one["last_day"] = part.days.empty() ? py::object(py::none()) : py::str(to_string(part.days.last_day()));
        one["amount"] = to_fraction(part.amount);
        one["weight"] = to_fraction(part.weight);
        out.append(one);
    }
    return out;
}

py::dict slices(const QuoteLine& line) {
    py::dict out;
    for (const QuoteSlice& slice : line.slices) out[py::str(slice.party)] = to_decimal(slice.payable);
    return out;
}

py::dict instalments(const QuoteLine& line) {
    py::dict out;
    for (const QuoteInstalment& part : line.instalments) out[py::str(part.name)] = to_decimal(part.payable);
    return out;
}

/// How a row came by its share of a line of its group; None of an ordinary line.
py::object share(const QuoteLine& line) {
    if (!line.share) return py::none();
    py::dict out;
    out["group"] = line.share->group;
    out["pot"] = to_decimal(line.share->pot);
    out["weight"] = to_fraction(line.share->weight);
    out["weights"] = to_fraction(line.share->weights);
    out["remainder"] = to_fraction(line.share->remainder);
    return out;
}

py::dict sums(const std::vector<std::pair<std::string, Money>>& named) {
    py::dict out;
    for (const auto& [name, sum] : named) out[py::str(name)] = to_decimal(sum);
    return out;
}

const char* kind_name(const QuoteStep& step) {
    static constexpr const char* names[] = {"fact", "choice", "figure", "table", "step"};
    return names[static_cast<int>(step.kind)];
}

/// A getter of what the account says.
template <class Field>
auto account(Field Quote::*field) {
    return [field](const LazyQuote& quote) { return quote.account().*field; };
}

}  // namespace

LazyQuote::LazyQuote(Plan plan, Placement record) : asked_(Asked{std::move(plan), std::move(record)}) {
    // Whether anything differs from what was paid, and so what the outcome is, only the account says.
    if (asked_->plan.paid_known_on()) (void)account();
    else amount_ = asked_->plan.amount(asked_->record);
}

std::string LazyQuote::outcome() const {
    return account_ ? account_->outcome : asked_->plan.tariff()->outcome_numbered(amount_.outcome_number)->code;
}

const Quote& LazyQuote::account() const {
    if (!account_) account_ = asked_->plan.price(asked_->record);
    return *account_;
}

void bind_quote(py::module_& module) {
    py::class_<QuoteLine>(module, "Line")
        .def_readonly("name", &QuoteLine::name)
        .def_readonly("outcome", &QuoteLine::outcome)
        .def_readonly("say", &QuoteLine::say)
        .def_property_readonly("flow", [](const QuoteLine& line) { return line.flow == Flow::paid ? "paid" : "notional"; })
        .def_property_readonly("elements", &elements)
        .def_readonly("payer", &QuoteLine::payer)
        .def_readonly("payee", &QuoteLine::payee)
        .def_readonly("unit", &QuoteLine::unit)
        .def_property_readonly("parts", &parts)
        .def_property_readonly("slices", &slices)
        .def_property_readonly("instalments", &instalments)
        .def_property_readonly("share", &share)
        .def_readonly("shared_out", &QuoteLine::shared_out)
        .def_property_readonly("exact", [](const QuoteLine& line) { return to_fraction(line.exact.pounds()); })
        .def_property_readonly("payable", [](const QuoteLine& line) { return to_decimal(line.payable); })
        .def_property_readonly("payable_pence", [](const QuoteLine& line) { return line.payable.pence(); })
        .def_property_readonly("residue", [](const QuoteLine& line) { return to_fraction(line.residue); })
        .def_property_readonly("rounding", [](const QuoteLine& line) { return line.rounding ? to_string(line.rounding->rounding) : ""; })
        .def_readonly("citation", &QuoteLine::citation)
        .def_property_readonly("place", [](const QuoteLine& line) { return to_string(line.span); });

    py::class_<QuoteStep>(module, "Step")
        .def_property_readonly("kind", &kind_name)
        .def_readonly("name", &QuoteStep::name)
        .def_readonly("value", &QuoteStep::value)
        .def_readonly("unit", &QuoteStep::unit)
        .def_readonly("formula", &QuoteStep::formula)
        .def_readonly("with_values", &QuoteStep::with_values)
        .def_readonly("exact", &QuoteStep::exact)
        .def_readonly("rounding", &QuoteStep::rounding)
        .def_readonly("shown", &QuoteStep::shown)
        .def_readonly("citation", &QuoteStep::citation)
        .def_property_readonly("place", [](const QuoteStep& step) { return to_string(step.span); });

    py::class_<LazyQuote>(module, "Quote")
        .def_property_readonly("outcome", [](const LazyQuote& quote) { return quote.outcome(); })
        .def_property_readonly("outcome_number", [](const LazyQuote& quote) { return quote.outcome_number(); })
        .def_property_readonly("outcome_class", [](const LazyQuote& quote) { return to_string(quote.outcome_class()); })
        .def_property_readonly("say", account(&Quote::say))
        .def_property_readonly("also", account(&Quote::also))
        .def_property_readonly("priced", &LazyQuote::priced)
        .def_property_readonly("total", [](const LazyQuote& quote) { return quote.priced() ? to_decimal(quote.total()) : py::object(py::none()); })
        .def_property_readonly("total_pence", [](const LazyQuote& quote) { return quote.priced() ? py::object(py::int_(quote.total().pence())) : py::object(py::none()); })
        .def_property_readonly("first_day", [](const LazyQuote& quote) { return quote.account().days.empty() ? std::string() : to_string(quote.account().days.from()); })
        .def_property_readonly("last_day", [](const LazyQuote& quote) { return quote.account().days.empty() ? std::string() : to_string(quote.account().days.last_day()); })
        .def_property_readonly("lines", account(&Quote::lines))
        .def_property_readonly("totals", [](const LazyQuote& quote) { return sums(quote.account().totals); })
        .def_property_readonly("payers", [](const LazyQuote& quote) { return sums(quote.account().payers); })
        .def_property_readonly("steps", account(&Quote::steps))
        .def_property_readonly("assumptions", account(&Quote::assumptions))
        .def_property_readonly("facts_unread", account(&Quote::facts_unread))
        .def_property_readonly("rates_lent", account(&Quote::rates_lent))
        .def_property_readonly("extends", account(&Quote::extends))
        .def_property_readonly("set_for_run", account(&Quote::set_for_run))
        .def_property_readonly("differences", [](const LazyQuote& quote) {
            py::dict out;
            for (const QuoteDifference& each : quote.account().differences) out[py::str(each.name)] = to_decimal(each.difference);
            return out;
        })
        .def_property_readonly("pack", account(&Quote::pack))
        .def_property_readonly("release", account(&Quote::release))
        .def_property_readonly("title", account(&Quote::title))
        .def_property_readonly("status", [](const LazyQuote& quote) { return to_string(quote.account().status); })
        .def_property_readonly("text_hash", account(&Quote::text_hash))
        .def_property_readonly("meaning_hash", account(&Quote::meaning_hash))
        .def("explain", [](const LazyQuote& quote) { return explain(quote.account()); })
        .def("__str__", [](const LazyQuote& quote) { return render(quote.account()); });
}

}  // namespace bandtariff::python
