// bandtariff test PACK: price every worked example of a pack and compare to the penny; with --coverage, what none of them reaches.
#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "json.hpp"
#include "usage_text.hpp"

namespace bandtariff::cli {

namespace {

/// How the cases of one plan came out, in the form asked for; the number that failed.
std::ptrdiff_t test_one(const Plan& plan, const PackOptions& options, bool verbose, bool with_coverage, boost::json::array& out, std::vector<Diagnostic>& failures) {
    const TariffContents& tariff = *plan.tariff();
    const std::vector<CaseResult> results = run_cases(plan);
    const auto failed = std::count_if(results.begin(), results.end(), [](const CaseResult& result) { return !result.passed(); });
    for (const CaseResult& result : results) failures.insert(failures.end(), result.failures.begin(), result.failures.end());
    if (options.format.sarif()) return failed;
    if (options.format.json()) {
        boost::json::object one{{"pack", tariff.pack},
                                {"release", tariff.release},
                                {"cases", results.size()},
                                {"failed", failed},
                                {"results", to_json(std::span<const CaseResult>(results))}};
        if (with_coverage) one["coverage"] = to_json(coverage(plan));
        out.push_back(std::move(one));
        return failed;
    }
    for (const CaseResult& result : results) {
        if (verbose || !result.passed()) std::cout << (result.passed() ? "ok      " : "FAILED  ") << result.name << '\n';
        std::cerr << render(result.failures);
    }
    std::cout << tariff.pack << ' ' << tariff.release << ": " << counted(results.size() - static_cast<std::size_t>(failed), "case") << " passed, "
              << failed << " failed\n";
    if (with_coverage) std::cout << coverage_text(coverage(plan));
    return failed;
}

Exit test(const PackOptions& options, bool verbose, bool with_coverage) {
    boost::json::array out;
    std::vector<Diagnostic> failures;
    std::ptrdiff_t failed = 0;
    const bool releases = options.of_series();
    if (releases) {
        const std::optional<Series> series = options.load_series();
        if (!series) return Exit::bad_input;
        for (const Tariff& release : series->releases()) failed += test_one(compile(release), options, verbose, with_coverage, out, failures);
    } else {
        const std::optional<Tariff> tariff = options.load();
        if (!tariff) return Exit::bad_input;
        failed = test_one(options.plan(*tariff), options, verbose, with_coverage, out, failures);
    }
    if (options.format.sarif()) print_json(to_sarif(failures));
    else if (options.format.json()) print_json(releases ? boost::json::value(out) : out.front());
    return failed == 0 ? Exit::ok : Exit::bad_input;
}

}  // namespace

void add_test(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("test", "Price every case of a pack and compare to the penny");
    auto options = std::make_shared<PackOptions>();
    auto verbose = std::make_shared<bool>(false);
    auto with_coverage = std::make_shared<bool>(false);
    options->add_to(*command);
    command->add_flag("--verbose", *verbose, "Name the cases that pass too");
    command->add_flag("--coverage", *with_coverage, "Say too which rows, branches, roundings and outcomes no case reaches");
    command->callback([=, &run] { run = [=] { return test(*options, *verbose, *with_coverage); }; });
}

}  // namespace bandtariff::cli
