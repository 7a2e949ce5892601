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

Exit check(const PackOptions& pack, const CheckArguments& arguments) {
    if (arguments.used_by.empty() && (arguments.columns.asked() || !arguments.record.empty()))
        throw CLI::RequiredError("--used-by FILE.csv, which --map, --without and --record are about,");
    const FormatOptions& format = pack.format;
    const std::vector<std::filesystem::path> search(pack.packs_in.begin(), pack.packs_in.end());
    const Checked<Tariff> loaded = load_tariff(pack.pack, search);
    std::vector<Diagnostic> found = loaded.diagnostics();
    std::size_t cases = 0;
    std::optional<Checked<Usage>> usage;
    if (loaded.ok()) {
        const Plan plan = compile(loaded.value());
        const std::vector<CaseResult> results = run_cases(plan);
        cases = results.size();
        for (const CaseResult& result : results) found.insert(found.end(), result.failures.begin(), result.failures.end());
        usage = usage_of(plan, arguments);
        if (usage) found.insert(found.end(), usage->diagnostics().begin(), usage->diagnostics().end());
    }
    const auto errors =
        std::count_if(found.begin(), found.end(), [](const Diagnostic& d) { return d.severity == Severity::error; });
    const bool good = loaded.ok() && errors == 0;
    if (format.sarif()) {
        print_json(to_sarif(found));
        return good ? Exit::ok : Exit::bad_input;
    }
    if (format.json()) {
        boost::json::object out{{"ok", good}, {"diagnostics", to_json(found)}, {"cases", cases}};
        if (loaded.ok()) {
            const TariffContents& tariff = *loaded.value();
            out["pack"] = tariff.pack;
            out["release"] = tariff.release;
            out["status"] = to_string(tariff.status);
            out["text_hash"] = tariff.text_hash;
            out["meaning_hash"] = tariff.meaning_hash;
        }
        if (usage && usage->ok()) out["used_by"] = to_json(usage->value());
        print_json(out);
        return good ? Exit::ok : Exit::bad_input;
    }
    std::cerr << render(found);
    if (!good) {
        std::cout << pack.pack << ": " << counted(static_cast<std::uint64_t>(errors), "error") << '\n';
        return Exit::bad_input;
    }
    const TariffContents& tariff = *loaded.value();
    std::cout << tariff.pack << ' ' << tariff.release << " (" << to_string(tariff.status) << "): no errors, "
              << counted(found.size(), "warning") << ", " << counted(cases, "case") << " priced as expected\n"
              << "text hash " << tariff.text_hash << "\nmeaning hash " << tariff.meaning_hash << '\n';
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
