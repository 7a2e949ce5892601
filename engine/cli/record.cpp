// What several commands ask: a pack, and one record's facts.
#include <iostream>

#include "commands.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace {

Date day(const std::string& option, const std::string& text) {
    const std::optional<Date> date = parse_date(text);
    if (!date) throw CLI::ValidationError(option, "'" + text + "' is not a day such as 2026-11-21");
    return *date;
}

/// A diagnostic about the command line, where there is no place to show.
std::string sentence(const Diagnostic& diagnostic) {
    return diagnostic.message + (diagnostic.hint.empty() ? "" : ": " + diagnostic.hint) + " [" + diagnostic.code + "]";
}

}  // namespace

std::string counted(std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::pair<std::string, std::string> name_and_value(const std::string& option, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) throw CLI::ValidationError(option, "'" + text + "' is not name=value");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

void FormatOptions::add_to(CLI::App& command) {
    command.add_option("--format", format, "How to print; sarif is of what is wrong, for editors and code hosts")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json", "sarif"}));
    command.add_flag("--json", json_flag, "Print JSON: --format json");
}

void FormatOptions::print(std::span<const Diagnostic> diagnostics) const {
    if (json()) print_json(boost::json::object{{"diagnostics", to_json(diagnostics)}});
    else if (sarif()) print_json(to_sarif(diagnostics));
    else std::cerr << render(diagnostics);
}

void ColumnOptions::add_to(CLI::App& command) {
    command.add_option("--map", map, "The column that states a fact, where their names differ (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("FACT=COLUMN");
    command.add_option("--without", without, "No row states this fact (may be repeated)")->allow_extra_args(false)->type_name("FACT");
}

void ColumnOptions::put_into(FileOptions& options) const {
    options.without = without;
    for (const std::string& text : map) options.map.insert(name_and_value("--map", text));
}

void PackOptions::add_place_to(CLI::App& command) {
    command.add_option("pack", pack, "The pack's folder, or one .yaml file")->required();
    command.add_option("--packs-in", packs_in, "Look here for packs that this one uses (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("FOLDER");
}

void PackOptions::add_to(CLI::App& command) {
    add_place_to(command);
    command.add_option("--choose", choose, "Price under another alternative (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("CHOICE=ALTERNATIVE");
    command.add_option("--set-figure", set_figure, "Price with another value of a figure (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("FIGURE=VALUE");
    command.add_option("--known-on", known_on, "Price as it was known on a day: values decided later are not seen")->type_name("DATE");
    command.add_option("--paid-known-on", paid_known_on,
                       "Say too what each line differs by from what was payable as known on that day")
        ->type_name("DATE");
    format.add_to(command);
}

std::optional<Tariff> PackOptions::load() const {
    const std::vector<std::filesystem::path> search(packs_in.begin(), packs_in.end());
    Checked<Tariff> loaded = load_tariff(pack, search);
    if (!loaded.ok()) {
        format.print(loaded.diagnostics());
        return std::nullopt;
    }
    if (!format.json() && !loaded.diagnostics().empty()) std::cerr << render(loaded.diagnostics());
    Tariff tariff = loaded.value();
    for (const std::string& text : choose) {
        const auto [choice, alternative] = name_and_value("--choose", text);
        Checked<Tariff> chosen = tariff.choose(choice, alternative);
        if (!chosen.ok()) throw CLI::ValidationError("--choose", sentence(chosen.diagnostics().front()));
        tariff = chosen.value();
    }
    for (const std::string& text : set_figure) {
        const auto [figure, value] = name_and_value("--set-figure", text);
        Checked<Tariff> set = tariff.set_figure(figure, value);
        if (!set.ok()) throw CLI::ValidationError("--set-figure", sentence(set.diagnostics().front()));
        tariff = set.value();
    }
    return known_on.empty() ? tariff : tariff.known_on(day("--known-on", known_on));
}

bool PackOptions::of_series() const { return is_series(pack); }

std::optional<Series> PackOptions::load_series() const {
    const auto of_one_pack = [](const char* option, bool asked) {
        if (asked) throw CLI::ValidationError(option, "is about one pack: give the folder of one release");
    };
    of_one_pack("--choose", !choose.empty());
    of_one_pack("--set-figure", !set_figure.empty());
    of_one_pack("--known-on", !known_on.empty());
    of_one_pack("--paid-known-on", !paid_known_on.empty());
    Checked<Series> loaded = bandtariff::load_series(pack, {packs_in.begin(), packs_in.end()});
    if (!loaded.ok()) format.print(loaded.diagnostics());
    else if (!format.json() && !loaded.diagnostics().empty()) std::cerr << render(loaded.diagnostics());
    return loaded.ok() ? std::optional(loaded.value()) : std::nullopt;
}

Plan PackOptions::plan(const Tariff& tariff) const {
    const Plan plan = compile(tariff);
    return paid_known_on.empty() ? plan : plan.with_paid_known_on(day("--paid-known-on", paid_known_on));
}

void RecordOptions::add_to(CLI::App& command) {
    command.add_option("--set", set, "One fact of the record (repeat for each)")
        ->allow_extra_args(false)
        ->type_name("FACT=VALUE");
    command.add_option("--record", record, "The kind of record, where the pack prices several")->type_name("KIND");
}

Placement RecordOptions::placement(const Tariff& tariff) const {
    try {
        Placement stated = bandtariff::placement(tariff, record);
        for (const std::string& text : set) {
            const auto [fact, value] = name_and_value("--set", text);
            stated.with(fact, value);
        }
        return stated;
    } catch (const std::invalid_argument& error) {
        const std::string text = error.what();  // "fact: ..." or "record: ...", by the argument it is about
        const bool about_record = text.starts_with("record: ");
        throw CLI::ValidationError(about_record ? "--record" : "--set", text.substr(text.find(": ") + 2));
    }
}

SeriesQuote RecordOptions::price(const Series& series) const {
    FactTexts facts;
    for (const std::string& text : set) facts.insert(name_and_value("--set", text));
    try {
        return series.price(facts, record);
    } catch (const std::invalid_argument& error) {
        const std::string text = error.what();
        throw CLI::ValidationError(text.starts_with("record: ") ? "--record" : "--set", text.substr(text.find(": ") + 2));
    }
}

}  // namespace bandtariff::cli
