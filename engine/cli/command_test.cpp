// bandtariff test PACK: price every worked example of a pack and compare to the penny.
#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

Exit test(const PackOptions& options, bool verbose) {
    const std::optional<Tariff> tariff = options.load();
    if (!tariff) return Exit::bad_input;
    const std::vector<CaseResult> results = run_cases(options.plan(*tariff));
    const auto failed = std::count_if(results.begin(), results.end(), [](const CaseResult& result) { return !result.passed(); });
    if (options.json) {
        print_json(boost::json::object{{"pack", (*tariff)->pack},
                                       {"release", (*tariff)->release},
                                       {"cases", results.size()},
                                       {"failed", failed},
                                       {"results", to_json(std::span<const CaseResult>(results))}});
    } else {
        for (const CaseResult& result : results) {
            if (verbose || !result.passed()) std::cout << (result.passed() ? "ok      " : "FAILED  ") << result.name << '\n';
            std::cerr << render(result.failures);
        }
        std::cout << (*tariff)->pack << ' ' << (*tariff)->release << ": "
                  << counted(results.size() - static_cast<std::size_t>(failed), "case") << " passed, " << failed << " failed\n";
    }
    return failed == 0 ? Exit::ok : Exit::bad_input;
}

}  // namespace

void add_test(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("test", "Price every case of a pack and compare to the penny");
    auto options = std::make_shared<PackOptions>();
    auto verbose = std::make_shared<bool>(false);
    options->add_to(*command);
    command->add_flag("--verbose", *verbose, "Name the cases that pass too");
    command->callback([options, verbose, &run] { run = [options, verbose] { return test(*options, *verbose); }; });
}

}  // namespace bandtariff::cli
