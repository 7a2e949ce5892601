// bandtariff schema: the JSON Schema of a pack file, for an editor's completion and hover texts.
#include <iostream>

#include "commands.hpp"

namespace bandtariff::cli {

void add_schema(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("schema", "Print the JSON Schema of a pack file, for editors");
    command->callback([&run] {
        run = [] {
            std::cout << pack_file_schema();
            return Exit::ok;
        };
    });
}

}  // namespace bandtariff::cli
