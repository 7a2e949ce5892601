// bandtariff price PACK --set ... for one record; bandtariff price PACK FILE.csv -o OUT.csv for many; bandtariff price PACK
// KIND=FILE.csv ... --out-dir FOLDER for records of several kinds, groups among them.
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "bandtariff/placement_file.hpp"
#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

struct FileArguments {
    std::vector<std::string> inputs;
    std::string output, folder, by, id;
    ColumnOptions columns;
    bool lines = false, strict = false;
    unsigned threads = 0;
};

Exit price_record(const PackOptions& pack, const RecordOptions& record, const FileArguments& arguments) {
    if (!arguments.output.empty() || !arguments.folder.empty() || !arguments.id.empty() || arguments.columns.asked() || !arguments.by.empty() ||
        arguments.lines || arguments.strict)
        throw CLI::RequiredError("FILE.csv, which -o, --out-dir, --id, --map, --without, --by, --lines and --strict are about,");
    if (pack.of_series()) {
        const std::optional<Series> series = pack.load_series();
        if (!series) return Exit::bad_input;
        const SeriesQuote quote = record.price(*series);
        if (pack.format.json()) print_json(to_json(quote));
        else std::cout << render(quote);
        return quote.priced() ? Exit::ok : Exit::bad_input;
    }
    const std::optional<Tariff> tariff = pack.load();
    if (!tariff) return Exit::bad_input;
    const Quote quote = pack.plan(*tariff).price(record.placement(*tariff));
    if (pack.format.json())
        print_json(to_json(quote));
    else
        std::cout << render(quote);
    return quote.priced() ? Exit::ok : Exit::bad_input;
}

void print_heading(const std::vector<Tariff>& releases) {
    if (std::any_of(releases.begin(), releases.end(), [](const Tariff& each) { return each->status == Status::illustrative; }))
        std::cout << "*** ILLUSTRATIVE: these are not anybody's published prices, and nothing may be paid on them. ***\n";
    for (const Tariff& each : releases)
        std::cout << each->pack << ' ' << each->release << " (" << to_string(each->status) << "), text hash " << each->text_hash << '\n';
}

void print_summary(const std::vector<Tariff>& releases, const FileSummary& summary, const std::string& output, const std::string& by) {
    std::cout << counted(summary.rows, "row") << ", " << summary.rows_not_priced() << " not priced, total "
              << to_display(summary.total) << ", written to " << output << '\n';
    for (const auto& [name, sum] : summary.lines) {
        const bool notional = std::any_of(releases.begin(), releases.end(), [&name = name](const Tariff& each) {
            const auto line = each->line(name);
            return line && each->at(*line).flow == Flow::notional;
        });
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
            if (!count.first_lines.empty()) std::cout << (count.first_lines.size() == 1 ? " (line" : " (lines");
            for (std::size_t i = 0; i < count.first_lines.size(); ++i) std::cout << (i == 0 ? " " : ", ") << count.first_lines[i];
            std::cout << (count.first_lines.empty() ? ": " : count.rows > count.first_lines.size() ? ", ...): " : "): ") << count.first_reason;
        }
        std::cout << '\n';
    }
    if (summary.stopped) std::cout << "stopped at the first row that could not be priced (--strict)\n";
}

FileOptions file_options(const PackOptions& pack, const RecordOptions& record, const FileArguments& arguments) {
    if (!record.set.empty()) throw CLI::ValidationError("--set", "prices one record; a file's rows state their own facts");
    FileOptions options;
    options.record = record.record;
    arguments.columns.put_into(options);
    options.lines = arguments.lines;
    options.strict = arguments.strict;
    options.by = arguments.by;
    options.id = arguments.id;
    options.threads = arguments.threads;
    if (isatty(STDERR_FILENO) != 0 && !pack.format.json()) options.progress = show_progress;
    return options;
}

Exit refuse(const PackOptions& pack, std::span<const Diagnostic> diagnostics) {
    pack.format.print(diagnostics);
    return Exit::bad_input;
}

boost::json::object pack_json(const Tariff& tariff) {
    return {{"name", tariff->pack},
            {"release", tariff->release},
            {"status", to_string(tariff->status)},
            {"text_hash", tariff->text_hash},
            {"meaning_hash", tariff->meaning_hash}};
}

Exit price_together(const PackOptions& pack, const RecordOptions& record, const FileArguments& arguments) {
    if (arguments.folder.empty()) throw CLI::RequiredError("--out-dir FOLDER, where the prices of several files go,");
    if (!arguments.output.empty() || !record.record.empty() || !arguments.by.empty() || arguments.strict)
        throw CLI::ValidationError("KIND=FILE.csv", "is priced without -o, --record, --by and --strict");
    if (!pack.paid_known_on.empty()) throw CLI::ValidationError("--paid-known-on", "says what one kind of record differs by, from a file of its own");
    FileOptions options = file_options(pack, record, arguments);
    options.progress = {};
    std::vector<FileOfKind> files;
    for (const std::string& text : arguments.inputs) {
        const auto [kind, path] = name_and_value("KIND=FILE.csv", text);
        files.push_back({kind, path});
    }
    const std::optional<Tariff> tariff = pack.load();
    if (!tariff) return Exit::bad_input;
    const auto priced = price_files(pack.plan(*tariff), files, arguments.folder, options);
    if (!priced.ok()) return refuse(pack, priced.diagnostics());
    std::uint64_t at_fault = 0;
    boost::json::object records;
    if (!pack.format.json()) print_heading({*tariff});
    for (const SummaryOfKind& each : priced.value()) {
        at_fault += each.summary.rows_at_fault();
        records[each.record] = to_json(each.summary);
        if (pack.format.json()) continue;
        std::cout << each.record << ": ";
        print_summary({*tariff}, each.summary, each.output.generic_string(), {});
    }
    if (pack.format.json()) print_json(boost::json::object{{"pack", pack_json(*tariff)}, {"records", records}});
    return at_fault == 0 ? Exit::ok : Exit::bad_input;
}

Exit price_many(const PackOptions& pack, const RecordOptions& record, const FileArguments& arguments) {
    if (arguments.output.empty()) throw CLI::RequiredError("-o OUT.csv, where the prices go,");
    if (arguments.inputs.size() > 1 || !arguments.folder.empty() || !arguments.id.empty())
        throw CLI::ValidationError("file", "is one; several kinds of record are KIND=FILE.csv each, with --out-dir, and --id names their ids");
    const FileOptions options = file_options(pack, record, arguments);
    std::vector<Tariff> releases;
    std::optional<Series> series;
    if (pack.of_series()) {
        series = pack.load_series();
        if (series) releases = series->releases();
    } else if (const std::optional<Tariff> tariff = pack.load()) {
        releases = {*tariff};
    }
    if (releases.empty()) return Exit::bad_input;
    const std::string& input = arguments.inputs.front();
    const Checked<FileSummary> priced = series ? price_file(*series, input, arguments.output, options)
                                               : price_file(pack.plan(releases.front()), input, arguments.output, options);
    if (!priced.ok()) return refuse(pack, priced.diagnostics());
    const FileSummary& summary = priced.value();
    if (pack.format.json()) {
        boost::json::value out = to_json(summary);
        boost::json::array packs;
        for (const Tariff& release : releases) packs.push_back(pack_json(release));
        if (series) out.as_object()["releases"] = packs;
        else out.as_object()["pack"] = packs.front();
        print_json(out);
    } else {
        print_heading(releases);
        print_summary(releases, summary, arguments.output, arguments.by);
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
    command->add_option("file", file->inputs, "A CSV file of records, or KIND=FILE.csv for each kind priced together; leave out to price the one record of --set")
        ->type_name("FILE");
    command->add_option("-o,--output", file->output, "Where the priced CSV file goes")->type_name("OUT.csv");
    command->add_option("--out-dir", file->folder, "Where the priced files of several kinds go, a file each")->type_name("FOLDER");
    command->add_option("--id", file->id, "The column of each record's id, for shares of what a group shares out (default: id)")->type_name("COLUMN");
    file->columns.add_to(*command);
    command->add_option("--by", file->by, "A column whose texts the totals are also given by, such as region")->type_name("COLUMN");
    command->add_flag("--lines", file->lines, "A column for each line too");
    command->add_option("--threads", file->threads, "How many threads price a file; 0: as many as the machine runs at once");
    command->add_flag("--strict", file->strict, "Stop at the first row that cannot be priced");
    command->callback([=, &run] {
        run = [=] {
            if (file->inputs.empty()) return price_record(*pack, *record, *file);
            const bool kinds = file->inputs.front().find('=') != std::string::npos && file->inputs.front().find('/') > file->inputs.front().find('=');
            return kinds ? price_together(*pack, *record, *file) : price_many(*pack, *record, *file);
        };
    });
}

}  // namespace bandtariff::cli
