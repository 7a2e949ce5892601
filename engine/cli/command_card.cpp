// bandtariff card PACK: the pack as a rate card that a person reads.
#include <iostream>

#include "commands.hpp"

namespace bandtariff::cli {

void add_card(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("card", "Print a pack as a rate card: prices, dates, sources, rules, assumptions");
    auto pack = std::make_shared<PackOptions>();
    pack->add_place_to(*command);
    command->callback([pack, &run] {
        run = [pack] {
            const std::optional<Tariff> tariff = pack->load();
            if (!tariff) return Exit::bad_input;
            std::cout << rate_card(*tariff);
            return Exit::ok;
        };
    });
}

}  // namespace bandtariff::cli
