// bandtariff price PACK --set ... for one record; bandtariff price PACK FILE.csv -o OUT.csv for many.
#include <unistd.h>

#include <iostream>

#include "bandtariff/placement_file.hpp"
#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

struct FileArguments {
    std::string input, output, by;
    std::vector<std::string> map, without;
    bool lines = false, strict = false;
    unsigned threads = 0;
};

Exit price_record(const PackOptions& pack, const RecordOptions& record, const FileArguments& arguments) {
    if (!arguments.output.empty() || !arguments.map.empty() || !arguments.without.empty() || !arguments.by.empty() || arguments.lines || arguments.strict)
        throw CLI::RequiredError("FILE.csv, which -o, --map, --without, --by, --lines and --strict are about,");
    const std::optional<Tariff> tariff = pack.load();
    if (!tariff) return Exit::bad_input;
    const Quote quote = pack.plan(*tariff).price(record.placement(*tariff));
    if (pack.json)
        print_json(to_json(quote));
    else
        std::cout << render(quote);
    return quote.priced() ? Exit::ok : Exit::bad_input;
}

void print_summary(const TariffContents& tariff, const FileSummary& summary, const std::string& output, const std::string& by) {
    if (tariff.status == Status::illustrative)
        std::cout << "*** ILLUSTRATIVE: these are not anybody's published prices, and nothing may be paid on them. ***\n";
    std::cout << tariff.pack << ' ' << tariff.release << " (" << to_string(tariff.status) << "), text hash " << tariff.text_hash
              << '\n';
    std::cout << counted(summary.rows, "row") << ", " << summary.rows_not_priced() << " not priced, total "
              << to_display(summary.total) << ", written to " << output << '\n';
    for (const auto& [name, sum] : summary.lines) {
        const auto line = tariff.line(name);
        const bool notional = line && tariff.at(*line).flow == Flow::notional;
        std::cout << "  line " << name << ": " << to_display(sum) << (notional ? ", shown and not paid" : "") << '\n';
    }
    for (const auto& [label, sum] : summary.elements)
        std::cout << "  element " << label << ": " << to_display(sum) << '\n';
    for (const auto& [payer, sum] : summary.payers) std::cout << "  paid by " << payer << ": " << to_display(sum) << '\n';
    for (const FileSummary::Group& group : summary.groups)
        std::cout << "  " << by << ' ' << group.value << ": " << to_display(group.total) << " (" << counted(group.rows, "row") << ", "
                  << group.priced << " priced)\n";
    for (const FileSummary::Count& count : summary.outcomes) {
        std::cout << "  " << count.outcome << ": " << counted(count.rows, "row");
        if (count.outcome_class != OutcomeClass::priced) {
            std::cout << (count.first_lines.size() == 1 ? " (line" : " (lines");
            for (std::size_t i = 0; i < count.first_lines.size(); ++i) std::cout << (i == 0 ? " " : ", ") << count.first_lines[i];
            std::cout << (count.rows > count.first_lines.size() ? ", ...): " : "): ") << count.first_reason;
        }
        std::cout << '\n';
    }
    if (summary.stopped) std::cout << "stopped at the first row that could not be priced (--strict)\n";
}

Exit price_many(const PackOptions& pack, const RecordOptions& record, const FileArguments& arguments) {
    if (arguments.output.empty()) throw CLI::RequiredError("-o OUT.csv, where the prices go,");
    if (!record.set.empty()) throw CLI::ValidationError("--set", "prices one record; a file's rows state their own facts");
    FileOptions options;
    options.record = record.record;
    options.without = arguments.without;
    options.lines = arguments.lines;
    options.strict = arguments.strict;
    options.by = arguments.by;
    options.threads = arguments.threads;
    for (const std::string& text : arguments.map) options.map.insert(name_and_value("--map", text));
    if (isatty(STDERR_FILENO) != 0 && !pack.json) options.progress = show_progress;

    const std::optional<Tariff> tariff = pack.load();
    if (!tariff) return Exit::bad_input;
    const Checked<FileSummary> priced = price_file(pack.plan(*tariff), arguments.input, arguments.output, options);
    if (!priced.ok()) {
        if (pack.json)
            print_json(boost::json::object{{"diagnostics", to_json(std::span<const Diagnostic>(priced.diagnostics()))}});
        else
            std::cerr << render(priced.diagnostics());
        return Exit::bad_input;
    }
    const FileSummary& summary = priced.value();
    if (pack.json) {
        boost::json::value out = to_json(summary);
        out.as_object()["pack"] = boost::json::object{{"name", (*tariff)->pack},
                                                      {"release", (*tariff)->release},
                                                      {"status", to_string((*tariff)->status)},
                                                      {"text_hash", (*tariff)->text_hash}};
        print_json(out);
    } else {
        print_summary(**tariff, summary, arguments.output, arguments.by);
    }
    return summary.rows_at_fault() == 0 && !summary.stopped ? Exit::ok : Exit::bad_input;
}

}  // namespace

void show_progress(std::uint64_t read, std::uint64_t in_all) {
    constexpr std::uint64_t width = 40;
    const std::uint64_t done = in_all == 0 ? width : read * width / in_all;
    std::cerr << "\r[" << std::string(done, '#') << std::string(width - done, ' ') << "] "
              << (in_all == 0 ? 100 : read * 100 / in_all) << '%';
    if (read >= in_all) std::cerr << '\n';
    std::cerr.flush();
}

void add_price(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("price", "Price one record, or every row of a CSV file");
    auto pack = std::make_shared<PackOptions>();
    auto record = std::make_shared<RecordOptions>();
    auto file = std::make_shared<FileArguments>();
    pack->add_to(*command);
    record->add_to(*command);
    command->add_option("file", file->input, "A CSV file of records; leave out to price the one record of --set");
    command->add_option("-o,--output", file->output, "Where the priced CSV file goes")->type_name("OUT.csv");
    command->add_option("--map", file->map, "The column that states a fact, where their names differ (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("FACT=COLUMN");
    command->add_option("--without", file->without, "No row states this fact (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("FACT");
    command->add_option("--by", file->by, "A column whose texts the totals are also given by, such as region")->type_name("COLUMN");
    command->add_flag("--lines", file->lines, "A column for each line too");
    command->add_option("--threads", file->threads, "How many threads price a file; 0: as many as the machine runs at once");
    command->add_flag("--strict", file->strict, "Stop at the first row that cannot be priced");
    command->callback([=, &run] {
        run = [=] { return file->input.empty() ? price_record(*pack, *record, *file) : price_many(*pack, *record, *file); };
    });
}

}  // namespace bandtariff::cli
