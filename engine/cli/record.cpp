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

void print_problems(std::span<const Diagnostic> diagnostics, bool json) {
    if (json)
        print_json(boost::json::object{{"diagnostics", to_json(diagnostics)}});
    else
        std::cerr << render(diagnostics);
}

std::string counted(std::uint64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::pair<std::string, std::string> name_and_value(const std::string& option, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) throw CLI::ValidationError(option, "'" + text + "' is not name=value");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

void PackOptions::add_pack_to(CLI::App& command) {
    command.add_option("pack", pack, "The pack's folder, or one .yaml file")->required();
    command.add_option("--packs-in", packs_in, "Look here for packs that this one uses (may be repeated)")
        ->allow_extra_args(false)
        ->type_name("FOLDER");
}

void PackOptions::add_to(CLI::App& command) {
    add_pack_to(command);
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
    command.add_flag("--json", json, "Print JSON");
}

std::optional<Tariff> PackOptions::load() const {
    const std::vector<std::filesystem::path> search(packs_in.begin(), packs_in.end());
    Checked<Tariff> loaded = load_tariff(pack, search);
    if (!loaded.ok()) {
        print_problems(loaded.diagnostics(), json);
        return std::nullopt;
    }
    if (!json && !loaded.diagnostics().empty()) std::cerr << render(loaded.diagnostics());
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

}  // namespace bandtariff::cli
