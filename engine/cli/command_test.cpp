// bandtariff test PACK: price every worked example of a pack and compare to the penny.
#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

/// The cases of one plan; says how many failed.
std::ptrdiff_t test_one(const Plan& plan, const PackOptions& options, bool verbose, boost::json::array& out) {
    const TariffContents& tariff = *plan.tariff();
    const std::vector<CaseResult> results = run_cases(plan);
    const auto failed = std::count_if(results.begin(), results.end(), [](const CaseResult& result) { return !result.passed(); });
    if (options.json) {
        out.push_back(boost::json::object{{"pack", tariff.pack},
                                          {"release", tariff.release},
                                          {"cases", results.size()},
                                          {"failed", failed},
                                          {"results", to_json(std::span<const CaseResult>(results))}});
        return failed;
    }
    for (const CaseResult& result : results) {
        if (verbose || !result.passed()) std::cout << (result.passed() ? "ok      " : "FAILED  ") << result.name << '\n';
        std::cerr << render(result.failures);
    }
    std::cout << tariff.pack << ' ' << tariff.release << ": " << counted(results.size() - static_cast<std::size_t>(failed), "case") << " passed, "
              << failed << " failed\n";
    return failed;
}

Exit test(const PackOptions& options, bool verbose) {
    boost::json::array out;
    std::ptrdiff_t failed = 0;
    if (options.of_series()) {
        const std::optional<Series> series = options.load_series();
        if (!series) return Exit::bad_input;
        for (const Tariff& release : series->releases()) failed += test_one(compile(release), options, verbose, out);
        if (options.json) print_json(out);
    } else {
        const std::optional<Tariff> tariff = options.load();
        if (!tariff) return Exit::bad_input;
        failed = test_one(options.plan(*tariff), options, verbose, out);
        if (options.json) print_json(out.front());
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
