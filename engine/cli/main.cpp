// The `bandtariff` command: check a pack, test its cases, price records, explain a price, sweep scenarios.
#include <algorithm>
#include <iostream>

#include "commands.hpp"

namespace bandtariff::cli {
namespace {

int run_command(int argc, char** argv) {
    CLI::App app{"Prices SEND bands and tariffs exactly, from rule packs in YAML, and explains every figure.", "bandtariff"};
    app.set_version_flag("--version", "bandtariff " BANDTARIFF_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 priced, 1 bad input, 2 bad usage, 3 our fault.");
    Run run;
    add_check(app, run);
    add_test(app, run);
    add_price(app, run);
    add_explain(app, run);
    add_card(app, run);
    add_schema(app, run);
    add_sweep(app, run);
    std::vector<std::string> commands;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        commands.push_back(command->get_name());
    const std::string word = argc > 1 ? argv[1] : "";
    if (!word.empty() && word.front() != '-' && std::find(commands.begin(), commands.end(), word) == commands.end()) {
        const auto near = nearest_word(word, commands);
        std::cerr << "'" << word << "' is no command" << (near ? ": did you mean " + *near + "?" : "")
                  << "\nRun with --help for more information.\n";
        return static_cast<int>(Exit::bad_usage);
    }
    try {
        app.parse(argc, argv);
        return static_cast<int>(run());
    } catch (const CLI::ParseError& error) {
        // Asking for help or the version is no mistake.
        return app.exit(error) == 0 ? static_cast<int>(Exit::ok) : static_cast<int>(Exit::bad_usage);
    }
}

}  // namespace
}  // namespace bandtariff::cli

int main(int argc, char** argv) {
    try {
        return bandtariff::cli::run_command(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "bandtariff: this is our fault, please report it: " << error.what() << '\n';
        return static_cast<int>(bandtariff::cli::Exit::our_fault);
    }
}
