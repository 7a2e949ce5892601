// bandtariff check PACK: everything that is wrong with a pack, in one run; with --used-by, what the rows of a file reach of it.
#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "json.hpp"
#include "usage_text.hpp"

namespace bandtariff::cli {

namespace {

struct CheckArguments {
    std::string used_by, record;
    ColumnOptions columns;
};

/// What the rows of the file reach; nullopt where none was asked for.
std::optional<Checked<Usage>> usage_of(const Plan& plan, const CheckArguments& arguments) {
    if (arguments.used_by.empty()) return std::nullopt;
    FileOptions options;
    options.record = arguments.record;
    arguments.columns.put_into(options);
    return used_by(plan, arguments.used_by, options);
}

/// What was found, and the tariffs, where there are any.
struct Found {
    std::vector<Diagnostic> diagnostics;
    std::vector<Tariff> tariffs;
    std::size_t cases = 0;
    std::optional<Checked<Usage>> usage;  ///< where it was asked for
};

Found find(const PackOptions& options, const CheckArguments& arguments) {
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
        const Plan plan = compile(tariff);
        const std::vector<CaseResult> results = run_cases(plan);
        found.cases += results.size();
        for (const CaseResult& result : results) found.diagnostics.insert(found.diagnostics.end(), result.failures.begin(), result.failures.end());
        found.usage = usage_of(plan, arguments);
        if (found.usage) found.diagnostics.insert(found.diagnostics.end(), found.usage->diagnostics().begin(), found.usage->diagnostics().end());
    }
    return found;
}

boost::json::object identity(const TariffContents& tariff) {
    return {{"pack", tariff.pack},
            {"release", tariff.release},
            {"status", to_string(tariff.status)},
            {"text_hash", tariff.text_hash},
            {"meaning_hash", tariff.meaning_hash}};
}

Exit check(const PackOptions& pack, const CheckArguments& arguments) {
    if (arguments.used_by.empty() && (arguments.columns.asked() || !arguments.record.empty()))
        throw CLI::RequiredError("--used-by FILE.csv, which --map, --without and --record are about,");
    if (!arguments.used_by.empty() && pack.of_series())
        throw CLI::ValidationError("--used-by", "is asked of one release: give its own folder");
    const auto [found, tariffs, cases, usage] = find(pack, arguments);
    const auto errors =
        std::count_if(found.begin(), found.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
    const bool good = !tariffs.empty() && errors == 0;
    if (pack.format.sarif()) {
        print_json(to_sarif(found));
        return good ? Exit::ok : Exit::bad_input;
    }
    if (pack.format.json()) {
        boost::json::object out{{"ok", good}, {"diagnostics", to_json(found)}, {"cases", cases}};
        boost::json::array releases;
        for (const Tariff& tariff : tariffs) releases.push_back(identity(*tariff));
        if (pack.of_series()) out["releases"] = releases;
        else if (!tariffs.empty())
            for (const auto& [key, value] : releases.front().as_object()) out[key] = value;
        if (usage && usage->ok()) out["used_by"] = to_json(usage->value());
        print_json(out);
        return good ? Exit::ok : Exit::bad_input;
    }
    std::cerr << render(found);
    if (!good) {
        std::cout << pack.pack << ": " << counted(static_cast<std::uint64_t>(errors), "error") << '\n';
        return Exit::bad_input;
    }
    for (const Tariff& tariff : tariffs)
        std::cout << tariff->pack << ' ' << tariff->release << " (" << to_string(tariff->status) << "): no errors, "
                  << (tariffs.size() > 1 ? "" : counted(found.size(), "warning") + ", ")
                  << counted(tariffs.size() > 1 ? tariff->cases.size() : cases, "case") << " priced as expected\n"
                  << "text hash " << tariff->text_hash << "\nmeaning hash " << tariff->meaning_hash << '\n';
    if (tariffs.size() > 1) std::cout << counted(tariffs.size(), "release") << " of one series: no day and no record has two or none\n";
    if (usage) std::cout << used_by_text(usage->value(), arguments.used_by);
    return Exit::ok;
}

}  // namespace

void add_check(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("check", "Find everything that is wrong with a pack, in one run");
    auto pack = std::make_shared<PackOptions>();
    auto arguments = std::make_shared<CheckArguments>();
    pack->add_place_to(*command);
    pack->format.add_to(*command);
    command->add_option("--used-by", arguments->used_by, "Say too what the records of this file read of the pack, and what none of them does")
        ->type_name("FILE.csv");
    command->add_option("--record", arguments->record, "The kind of record that the file states, where the pack prices several")
        ->type_name("KIND");
    arguments->columns.add_to(*command);
    command->callback([=, &run] { run = [=] { return check(*pack, *arguments); }; });
}

}  // namespace bandtariff::cli
