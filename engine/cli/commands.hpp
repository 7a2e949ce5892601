// The commands of `bandtariff`, one file each: a skin over the public headers. Each adds itself to the app and leaves what
// to do in `run`, which returns the exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bandtariff/bandtariff.hpp"

namespace bandtariff::cli {

/// 0 priced, 1 bad input, 2 bad usage, 3 our fault.
enum class Exit : int { ok = 0, bad_input = 1, bad_usage = 2, our_fault = 3 };

using Run = std::function<Exit()>;

void add_check(CLI::App& app, Run& run);
void add_test(CLI::App& app, Run& run);
void add_price(CLI::App& app, Run& run);
void add_explain(CLI::App& app, Run& run);
void add_card(CLI::App& app, Run& run);
void add_schema(CLI::App& app, Run& run);

/// How a command prints: for people, for programs, or what is wrong for the programs that show a source file's problems.
struct FormatOptions {
    std::string format = "text";
    bool json_flag = false;

    void add_to(CLI::App& command);
    [[nodiscard]] bool json() const { return json_flag || format == "json"; }
    [[nodiscard]] bool sarif() const { return !json_flag && format == "sarif"; }
    /// Problems alone, in whichever form: text goes to standard error.
    void print(std::span<const Diagnostic> diagnostics) const;
};

/// `--map` and `--without`: how the columns of a file state the facts of a pack.
struct ColumnOptions {
    std::vector<std::string> map, without;

    void add_to(CLI::App& command);
    [[nodiscard]] bool asked() const { return !map.empty() || !without.empty(); }
    void put_into(FileOptions& options) const;
};
void add_sweep(CLI::App& app, Run& run);

/// What every command that needs a pack asks: the folder, where to look for others, which alternatives to choose.
struct PackOptions {
    std::string pack;
    std::vector<std::string> packs_in;
    std::vector<std::string> choose;
    std::vector<std::string> set_figure;
    std::string known_on, paid_known_on;
    FormatOptions format;

    void add_to(CLI::App& command);
    /// Asks for the pack's folder and where to look for others, and nothing more.
    void add_place_to(CLI::App& command);
    /// Loads the pack and makes the choices; prints what is wrong with the pack and returns nullopt. A choice that the pack
    /// does not have is bad usage: it throws CLI::ValidationError.
    [[nodiscard]] std::optional<Tariff> load() const;
    /// Whether the folder holds releases of one tariff, each in a folder of its own.
    [[nodiscard]] bool of_series() const;
    /// The same for such a folder. What is chosen for one run is of one pack: it throws CLI::ValidationError.
    [[nodiscard]] std::optional<Series> load_series() const;
    /// The plan of a tariff loaded with these options.
    [[nodiscard]] Plan plan(const Tariff& tariff) const;
};

/// What a command that prices one record asks: `--set fact=value`, `--record`.
struct RecordOptions {
    std::vector<std::string> set;
    std::string record;

    void add_to(CLI::App& command);
    /// The record as stated. A fact that the pack does not have is bad usage: it throws CLI::ValidationError.
    [[nodiscard]] Placement placement(const Tariff& tariff) const;
    /// The same by a series.
    [[nodiscard]] SeriesQuote price(const Series& series) const;
};

/// A bar on a terminal's standard error, for `FileOptions::progress`.
void show_progress(std::uint64_t read, std::uint64_t in_all);

/// "1 row", "2 rows".
[[nodiscard]] std::string counted(std::uint64_t count, const std::string& what);

/// "name=value" in two; throws CLI::ValidationError where there is no `=`.
[[nodiscard]] std::pair<std::string, std::string> name_and_value(const std::string& option, const std::string& text);

}  // namespace bandtariff::cli
