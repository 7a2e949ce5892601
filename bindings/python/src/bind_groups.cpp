// Records of several kinds priced together: one by one from texts, or rows from columns and groups from texts.
#include "bindings.hpp"
#include "columns.hpp"

namespace bandtariff::python {

namespace {

using Facts = std::map<std::string, std::string>;

Placement stated(const Plan& plan, const std::string& record, const Facts& facts) {
    Placement result = placement(plan.tariff(), record);
    for (const auto& [fact, value] : facts) result.with(fact, value);
    return result;
}

/// A record that was priced: its kind, id, quote, facts as stated or gathered, and whether it was stated.
py::tuple priced(const TariffContents& tariff, const PricedRecord& each) {
    py::dict facts;
    for (std::size_t i = 0; i < tariff.facts.size(); ++i)
        if (const StatedFact& fact = each.record.at(FactId(i)); fact.given != Given::absent) facts[py::str(tariff.facts[i].name)] = fact.text;
    return py::make_tuple(tariff.at(each.record.record()).name, each.id, LazyQuote(each.quote), facts, each.stated);
}

py::list price_one_by_one(const Plan& plan, const std::vector<std::tuple<std::string, std::string, Facts>>& records, const std::vector<std::string>& none_of) {
    std::vector<StatedRecord> all;
    for (const auto& [record, id, facts] : records) all.push_back({stated(plan, record, facts), id});
    std::vector<RecordId> kinds;
    for (const std::string& kind : none_of) kinds.push_back(placement(plan.tariff(), kind).record());
    py::list out;
    for (const PricedRecord& each : price_together(plan, all, kinds)) out.append(priced(*plan.tariff(), each));
    return out;
}

/// GroupPricing beside the plan whose facts its columns name.
struct Pricing {
    explicit Pricing(const Plan& plan_in) : plan(plan_in), pricing(plan_in) {}

    void gather(const std::string& record, std::size_t rows, const CodedColumns& columns, const std::vector<std::string>& without, const std::vector<std::string>& ids) {
        const PlacementTable read = table_of(plan, record, rows, columns, without);
        const py::gil_scoped_release released;
        pricing.gather(read, ids);
    }

    py::dict price(const std::string& record, std::size_t rows, const CodedColumns& columns, const std::vector<std::string>& without) {
        const PlacementTable read = table_of(plan, record, rows, columns, without);
        const auto size = static_cast<py::ssize_t>(rows);
        Array<std::int64_t> total(size);
        Array<std::uint16_t> outcome(size);
        QuoteTable quotes{std::span(total.mutable_data(), rows), std::span(outcome.mutable_data(), rows), {}};
        py::dict lines;
        for (const LineId line : pricing.lines(read.record())) {
            Array<std::int64_t> pence(size);
            quotes.lines.push_back({line, std::span(pence.mutable_data(), rows), {}, {}, {}});
            lines[py::str(plan.tariff()->at(line).name)] = std::move(pence);
        }
        {
            const py::gil_scoped_release released;
            pricing.price(read, quotes);
        }
        py::dict out;
        out["total_pence"] = std::move(total);
        out["outcome"] = std::move(outcome);
        out["lines"] = std::move(lines);
        return out;
    }

    py::list groups(const std::string& record) const {
        py::list out;
        for (const PricedRecord& each : pricing.groups(plan.tariff()->record(record).value())) out.append(priced(*plan.tariff(), each));
        return out;
    }

    Plan plan;
    GroupPricing pricing;
};

}  // namespace

void bind_groups(py::module_& module) {
    module.def("price_together", &price_one_by_one);
    py::class_<Pricing>(module, "GroupPricing")
        .def(py::init<const Plan&>())
        .def("name_numbers", [](const Pricing& self, const std::vector<std::string>& texts) {
            std::vector<std::int64_t> out;
            for (const std::string& text : texts) out.push_back(self.pricing.names().number(text));
            return out;
        })
        .def("state", [](Pricing& self, const std::string& record, const Facts& facts) { self.pricing.state(stated(self.plan, record, facts)); })
        .def("gather", &Pricing::gather)
        .def("price_groups", [](Pricing& self) {
            const py::gil_scoped_release released;
            self.pricing.price_groups();
        })
        .def("price", &Pricing::price)
        .def("lines", [](const Pricing& self, const std::string& record) {
            std::vector<std::string> out;
            for (const LineId line : self.pricing.lines(self.plan.tariff()->record(record).value())) out.push_back(self.plan.tariff()->at(line).name);
            return out;
        })
        .def("groups", &Pricing::groups);
}

}  // namespace bandtariff::python
