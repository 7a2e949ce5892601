// bandtariff check PACK: everything that is wrong with a pack, in one run.
#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

Exit check(const PackOptions& options) {
    const std::vector<std::filesystem::path> search(options.packs_in.begin(), options.packs_in.end());
    const Checked<Tariff> loaded = load_tariff(options.pack, search);
    std::vector<Diagnostic> found = loaded.diagnostics();
    std::size_t cases = 0;
    if (loaded.ok()) {
        const std::vector<CaseResult> results = run_cases(compile(loaded.value()));
        cases = results.size();
        for (const CaseResult& result : results) found.insert(found.end(), result.failures.begin(), result.failures.end());
    }
    const auto errors =
        std::count_if(found.begin(), found.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
    const bool good = loaded.ok() && errors == 0;
    if (options.json) {
        boost::json::object out{{"ok", good}, {"diagnostics", to_json(found)}, {"cases", cases}};
        if (loaded.ok()) {
            const TariffContents& tariff = *loaded.value();
            out["pack"] = tariff.pack;
            out["release"] = tariff.release;
            out["status"] = to_string(tariff.status);
            out["text_hash"] = tariff.text_hash;
        }
        print_json(out);
        return good ? Exit::ok : Exit::bad_input;
    }
    std::cerr << render(found);
    if (!good) {
        std::cout << options.pack << ": " << counted(static_cast<std::uint64_t>(errors), "error") << '\n';
        return Exit::bad_input;
    }
    const TariffContents& tariff = *loaded.value();
    std::cout << tariff.pack << ' ' << tariff.release << " (" << to_string(tariff.status) << "): no errors, "
              << counted(found.size(), "warning") << ", " << counted(cases, "case") << " priced as expected\n"
              << "text hash " << tariff.text_hash << '\n';
    return Exit::ok;
}

}  // namespace

void add_check(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("check", "Find everything that is wrong with a pack, in one run");
    auto options = std::make_shared<PackOptions>();
    command->add_option("pack", options->pack, "The pack's folder, or one .yaml file")->required();
    command->add_option("--packs-in", options->packs_in, "Look here for packs that this one uses (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("FOLDER");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &run] { run = [options] { return check(*options); }; });
}

}  // namespace bandtariff::cli
