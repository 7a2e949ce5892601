// bandtariff check PACK: everything that is wrong with a pack, in one run.
#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

/// What was found, and the tariffs, where there are any.
struct Found {
    std::vector<Diagnostic> diagnostics;
    std::vector<Tariff> tariffs;
    std::size_t cases = 0;
};

Found find(const PackOptions& options) {
    const std::vector<std::filesystem::path> search(options.packs_in.begin(), options.packs_in.end());
    Found found;
    if (options.of_series()) {
        const Checked<Series> loaded = load_series(options.pack, search);
        found.diagnostics = loaded.diagnostics();
        if (loaded.ok()) found.tariffs = loaded.value().releases();
    } else {
        const Checked<Tariff> loaded = load_tariff(options.pack, search);
        found.diagnostics = loaded.diagnostics();
        if (loaded.ok()) found.tariffs = {loaded.value()};
    }
    for (const Tariff& tariff : found.tariffs) {
        const std::vector<CaseResult> results = run_cases(compile(tariff));
        found.cases += results.size();
        for (const CaseResult& result : results) found.diagnostics.insert(found.diagnostics.end(), result.failures.begin(), result.failures.end());
    }
    return found;
}

boost::json::object identity(const TariffContents& tariff) {
    return {{"pack", tariff.pack}, {"release", tariff.release}, {"status", to_string(tariff.status)}, {"text_hash", tariff.text_hash}};
}

Exit check(const PackOptions& options) {
    const auto [found, tariffs, cases] = find(options);
    const auto errors =
        std::count_if(found.begin(), found.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
    const bool good = !tariffs.empty() && errors == 0;
    if (options.json) {
        boost::json::object out{{"ok", good}, {"diagnostics", to_json(found)}, {"cases", cases}};
        boost::json::array releases;
        for (const Tariff& tariff : tariffs) releases.push_back(identity(*tariff));
        if (options.of_series()) out["releases"] = releases;
        else if (!tariffs.empty())
            for (const auto& [key, value] : releases.front().as_object()) out[key] = value;
        print_json(out);
        return good ? Exit::ok : Exit::bad_input;
    }
    std::cerr << render(found);
    if (!good) {
        std::cout << options.pack << ": " << counted(static_cast<std::uint64_t>(errors), "error") << '\n';
        return Exit::bad_input;
    }
    for (const Tariff& tariff : tariffs)
        std::cout << tariff->pack << ' ' << tariff->release << " (" << to_string(tariff->status) << "): no errors, "
                  << (tariffs.size() > 1 ? "" : counted(found.size(), "warning") + ", ")
                  << counted(tariffs.size() > 1 ? tariff->cases.size() : cases, "case") << " priced as expected\n"
                  << "text hash " << tariff->text_hash << '\n';
    if (tariffs.size() > 1) std::cout << counted(tariffs.size(), "release") << " of one series: no day and no record has two or none\n";
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
