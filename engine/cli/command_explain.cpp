// bandtariff explain PACK --set ...: every step behind one price; --plan: how the pack was compiled.
#include <iostream>

#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

Exit explain_record(const PackOptions& pack, const RecordOptions& record) {
    if (pack.of_series()) {
        const std::optional<Series> series = pack.load_series();
        if (!series) return Exit::bad_input;
        const SeriesQuote quote = record.price(*series);
        if (pack.format.json()) print_json(to_json(quote));
        else std::cout << explain(quote);
        return quote.priced() ? Exit::ok : Exit::bad_input;
    }
    const std::optional<Tariff> tariff = pack.load();
    if (!tariff) return Exit::bad_input;
    const Quote quote = pack.plan(*tariff).price(record.placement(*tariff));
    if (pack.format.json())
        print_json(to_json(quote));
    else
        std::cout << explain(quote);
    return quote.priced() ? Exit::ok : Exit::bad_input;
}

Exit explain_plan(const PackOptions& pack) {
    if (pack.of_series()) throw CLI::ValidationError("--plan", "is about one pack: give the folder of one release");
    const std::optional<Tariff> tariff = pack.load();
    if (!tariff) return Exit::bad_input;
    const std::string text = pack.plan(*tariff).dump();
    if (pack.format.json())
        print_json(boost::json::object{{"plan", text}});
    else
        std::cout << text;
    return Exit::ok;
}

}  // namespace

void add_explain(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("explain", "Show every step behind one price: formula, values, rounding, source");
    auto pack = std::make_shared<PackOptions>();
    auto record = std::make_shared<RecordOptions>();
    auto plan = std::make_shared<bool>(false);
    pack->add_to(*command);
    record->add_to(*command);
    command->add_flag("--plan", *plan, "Show instead how the pack was compiled: tables, lanes, operations");
    command->callback([=, &run] { run = [=] { return *plan ? explain_plan(*pack) : explain_record(*pack, *record); }; });
}

}  // namespace bandtariff::cli
