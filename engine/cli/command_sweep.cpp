// bandtariff sweep PACK FILE.csv --set-figure FIGURE=FROM:TO:STEP --choose CHOICE=A,B -o OUT.csv: what many scenarios cost.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>

#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

struct SweepArguments {
    std::string input, output, by, record;
    std::vector<std::string> figures, choices;
    ColumnOptions columns;
    unsigned threads = 0;
};

Variations variations(const std::string& option, const std::vector<std::string>& texts) {
    Variations result;
    for (const std::string& text : texts) {
        const auto [name, values] = name_and_value(option, text);
        const Checked<std::vector<std::string>> read = values_of(values);
        if (!read.ok()) {
            const Diagnostic& problem = read.diagnostics().front();
            throw CLI::ValidationError(option, problem.message + ": " + problem.hint);
        }
        result.emplace_back(name, read.value());
    }
    return result;
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

/// A scenario's sums, as every row of the output has them.
void write_sums(std::ostream& out, const ScenarioSums& sums, const ScenarioSums& standing) {
    out << ',' << sums.rows << ',' << sums.priced << ',' << to_string(sums.total) << ',' << to_string(sums.total - standing.total) << ',' << sums.gaining
        << ',' << to_string(sums.gained) << ',' << sums.losing << ',' << to_string(sums.lost) << ',' << sums.priced_one_way;
}

struct Swept {
    const TariffContents& tariff;
    const PlacementColumns& rows;
    const std::vector<Scenario>& scenarios;
    const SweepResult& result;
    const Variations& figures;
    const Variations& choices;
};

/// A row a scenario, or a scenario and group; the pack as it stands first, with nothing where a scenario says what it sets.
void write(std::ostream& out, const Swept& swept, const std::string& by) {
    out << "scenario";
    for (const Variations* variations : {&swept.figures, &swept.choices})
        for (const auto& [name, values] : *variations) out << ',' << quoted(name);
    if (!by.empty()) out << ',' << quoted(by);
    out << ",rows,priced,total_gbp,difference_gbp,gaining,gained_gbp,losing,lost_gbp,priced_one_way";
    for (std::size_t k = 0; by.empty() && k < swept.result.lines.size(); ++k) out << ',' << swept.tariff.at(swept.result.lines[k]).name;
    out << '\n';
    const auto rows = [&](const ScenarioResult& result, const Scenario* scenario) {
        std::string begin = scenario == nullptr ? "as it stands" : quoted(scenario->name);
        for (const auto& [name, values] : swept.figures) begin += ',' + (scenario == nullptr ? "" : quoted(scenario->figures.at(name)));
        for (const auto& [name, values] : swept.choices) begin += ',' + (scenario == nullptr ? "" : quoted(scenario->choices.at(name)));
        for (std::size_t group = 0; group < result.groups.size(); ++group) {
            out << begin << ',' << quoted(swept.rows.group_texts()[group]);
            write_sums(out, result.groups[group], swept.result.as_it_stands.groups[group]);
            out << '\n';
        }
        if (!by.empty()) return;
        out << begin;
        write_sums(out, result.all, swept.result.as_it_stands.all);
        for (const Money line : result.lines) out << ',' << to_string(line);
        out << '\n';
    };
    rows(swept.result.as_it_stands, nullptr);
    for (std::size_t k = 0; k < swept.scenarios.size(); ++k) rows(swept.result.scenarios[k], &swept.scenarios[k]);
}

std::string with_sign(Money difference) { return (difference > Money() ? "+" : "") + to_display(difference); }

void print(const Swept& swept, const std::string& output) {
    const TariffContents& tariff = swept.tariff;
    if (tariff.status == Status::illustrative)
        std::cout << "*** ILLUSTRATIVE: these are not anybody's published prices, and nothing may be paid on them. ***\n";
    std::cout << tariff.pack << ' ' << tariff.release << " (" << to_string(tariff.status) << "), text hash " << tariff.text_hash << '\n';
    const ScenarioSums& standing = swept.result.as_it_stands.all;
    std::cout << counted(standing.rows, "row") << " (" << counted(swept.result.profiles, "profile") << "), "
              << counted(swept.scenarios.size(), "scenario") << ", written to " << output << '\n';
    if (swept.rows.rows_unreadable() > 0)
        std::cout << counted(swept.rows.rows_unreadable(), "row") << " could not be read and are in no sum (" << swept.rows.first_unreadable() << ")\n";
    std::cout << "  as it stands: " << to_display(standing.total) << ", " << standing.rows - standing.priced << " not priced\n";
    constexpr std::size_t most_shown = 20;
    for (std::size_t k = 0; k < std::min(most_shown, swept.result.scenarios.size()); ++k) {
        const ScenarioSums& sums = swept.result.scenarios[k].all;
        std::cout << "  " << swept.result.scenarios[k].name << ": " << to_display(sums.total) << ", " << with_sign(sums.total - standing.total) << "; "
                  << counted(sums.gaining, "row") << " gain " << to_display(sums.gained) << ", " << sums.losing << " lose " << to_display(sums.lost);
        if (sums.priced_one_way > 0) std::cout << "; " << sums.priced_one_way << " priced in one of the two only";
        std::cout << '\n';
    }
    if (swept.result.scenarios.size() > most_shown) std::cout << "  and " << swept.result.scenarios.size() - most_shown << " more in the file\n";
    // What an authority asks first: which change costs nothing.
    const auto off_neutral = [&](const ScenarioResult& result) {
        const Money difference = result.all.total - standing.total;
        return difference < Money() ? -difference : difference;
    };
    const auto changes = [](const ScenarioResult& result) { return result.all.gaining + result.all.losing > 0; };
    const ScenarioResult* nearest = nullptr;
    for (const ScenarioResult& result : swept.result.scenarios)
        if (changes(result) && (nearest == nullptr || off_neutral(result) < off_neutral(*nearest))) nearest = &result;
    if (nearest != nullptr) std::cout << "  nearest to cost neutral: " << nearest->name << ", " << with_sign(nearest->all.total - standing.total) << '\n';
}

boost::json::object sums_json(const ScenarioSums& sums) {
    return {{"rows", sums.rows}, {"priced", sums.priced}, {"total", to_string(sums.total)}, {"gaining", sums.gaining}, {"gained", to_string(sums.gained)},
            {"losing", sums.losing}, {"lost", to_string(sums.lost)}, {"priced_one_way", sums.priced_one_way}};
}

boost::json::object result_json(const Swept& swept, const ScenarioResult& result) {
    boost::json::object out = sums_json(result.all);
    out["name"] = result.name;
    boost::json::object lines, outcomes, groups;
    for (std::size_t k = 0; k < result.lines.size(); ++k) lines[swept.tariff.at(swept.result.lines[k]).name] = to_string(result.lines[k]);
    for (const auto& [number, rows] : result.outcomes) outcomes[swept.tariff.outcome_numbered(number)->code] = rows;
    for (std::size_t k = 0; k < result.groups.size(); ++k) groups[swept.rows.group_texts()[k]] = sums_json(result.groups[k]);
    out["lines"] = std::move(lines);
    out["outcomes"] = std::move(outcomes);
    if (!result.groups.empty()) out["groups"] = std::move(groups);
    return out;
}

/// The facts that some alternative reads and the pack as it stands does not.
std::vector<std::string> facts_of_alternatives(const Tariff& tariff, RecordId record, const std::vector<Scenario>& scenarios) {
    std::set<std::string> names;
    std::set<std::map<std::string, std::string>> seen;
    for (const Scenario& scenario : scenarios) {
        if (!seen.insert(scenario.choices).second) continue;
        Tariff chosen = tariff;
        for (const auto& [choice, alternative] : scenario.choices)
            if (const Checked<Tariff> made = chosen.choose(choice, alternative); made.ok()) chosen = made.value();  // else the sweep says what is wrong
        for (const FactId fact : chosen->facts_read(record)) names.insert(tariff->at(fact).name);
    }
    return {names.begin(), names.end()};
}

Exit sweep(const PackOptions& pack, const SweepArguments& arguments) {
    const Variations figures = variations("--set-figure", arguments.figures), choices = variations("--choose", arguments.choices);
    if (figures.empty() && choices.empty()) throw CLI::RequiredError("--set-figure or --choose, what the scenarios change,");
    const std::vector<Scenario> scenarios = combine(figures, choices);
    FileOptions options;
    options.record = arguments.record;
    arguments.columns.put_into(options);
    options.by = arguments.by;
    const std::optional<Tariff> tariff = pack.load();
    if (!tariff) return Exit::bad_input;
    const Plan plan = pack.plan(*tariff);
    const std::optional<RecordId> record = arguments.record.empty() ? std::optional(RecordId(0)) : (*tariff)->record(arguments.record);
    if (record) options.also = facts_of_alternatives(*tariff, *record, scenarios);
    const Checked<PlacementColumns> rows = PlacementColumns::read(plan, arguments.input, options);
    if (!rows.ok()) {
        pack.format.print(rows.diagnostics());
        return Exit::bad_input;
    }
    const Checked<SweepResult> result = plan.sweep(rows.value().table(), scenarios, {arguments.threads, rows.value().group(), false});
    if (!result.ok()) {
        pack.format.print(result.diagnostics());
        return Exit::bad_input;
    }
    const Swept swept{**tariff, rows.value(), scenarios, result.value(), figures, choices};
    std::ofstream out(arguments.output, std::ios::binary);
    if (out) write(out, swept, arguments.by);
    out.flush();
    if (!out) {
        Report report;
        report.error("cannot-write", {}, arguments.output + " cannot be written: is its folder there, may it be written to, is the disk full?");
        pack.format.print(report.sorted());
        return Exit::bad_input;
    }
    if (pack.format.json()) {
        boost::json::array all;
        for (const ScenarioResult& each : result.value().scenarios) all.push_back(result_json(swept, each));
        print_json(boost::json::object{{"as_it_stands", result_json(swept, result.value().as_it_stands)},
                                       {"scenarios", std::move(all)},
                                       {"profiles", result.value().profiles},
                                       {"rows_unreadable", rows.value().rows_unreadable()}});
    } else {
        print(swept, arguments.output);
    }
    return rows.value().rows_unreadable() == 0 ? Exit::ok : Exit::bad_input;
}

}  // namespace

void add_sweep(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("sweep", "Price every row of a CSV file in many scenarios, and say who gains and loses");
    auto pack = std::make_shared<PackOptions>();
    auto arguments = std::make_shared<SweepArguments>();
    pack->add_place_to(*command);
    command->add_option("file", arguments->input, "A CSV file of records")->required();
    command->add_option("-o,--out", arguments->output, "Where the sums of each scenario go")->required()->type_name("OUT.csv");
    command->add_option("--set-figure", arguments->figures, "Values of a figure: 5000:7000:500, or 5000,7000 (may be repeated: every combination)")
        ->allow_extra_args(false)
        ->type_name("FIGURE=VALUES");
    command->add_option("--choose", arguments->choices, "Alternatives of a choice, separated by commas (may be repeated: every combination)")
        ->allow_extra_args(false)
        ->type_name("CHOICE=ALTERNATIVES");
    command->add_option("--by", arguments->by, "A column whose texts the sums are given by, such as authority")->type_name("COLUMN");
    command->add_option("--record", arguments->record, "The kind of record, where the pack prices several")->type_name("KIND");
    arguments->columns.add_to(*command);
    command->add_option("--known-on", pack->known_on, "Price as it was known on a day: values decided later are not seen")->type_name("DATE");
    command->add_option("--threads", arguments->threads, "How many threads price; 0: as many as the machine runs at once");
    pack->format.add_to(*command);
    command->callback([=, &run] { run = [=] { return sweep(*pack, *arguments); }; });
}

}  // namespace bandtariff::cli
