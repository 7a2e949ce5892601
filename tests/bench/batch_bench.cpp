// Nanoseconds a row of Plan::price over columns, for a flat pack of bands read from YAML: 336 amounts by need, band and
// setting, a threshold, nine regions, part-year days and part-time attendance, one rounding. Prints; asserts nothing.
//
//     batch_bench [ROWS]
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "bandtariff/plan.hpp"

using namespace bandtariff;

namespace {

constexpr std::uint32_t needs = 12, bands = 7, settings = 4, regions = 9;
constexpr int repeats = 15;

/// Processor time of this thread: what others do on the machine is left out, but for the caches they share.
double nanoseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

std::string codes(const char* prefix, std::uint32_t count) {
    std::string text = "[";
    for (std::uint32_t k = 0; k < count; ++k) text += (k ? ", " : "") + (prefix + std::to_string(k));
    return text + "]";
}

std::string pack_text(std::mt19937_64& dice, bool dated) {
    std::ostringstream pack;
    pack << "pack: bench.flat\nrelease: one\ntitle: A flat pack of bands\nstatus: illustrative\nformat: 1\n"
            "applies: {from: 2026-04-01, last_day: 2027-03-31}\nrecord: pupil\n"
            "sources:\n  model: {kind: illustrative, title: Made by a seeded generator}\n"
            "codes:\n  need: " << codes("n", needs) << "\n  band: " << codes("b", bands) << "\n  setting: " << codes("s", settings)
         << "\n  region: " << codes("r", regions) << "\n  party: [council, provider]\n"
            "facts:\n  need: {kind: code, of: need}\n  band: {kind: code, of: band}\n  setting: {kind: code, of: setting}\n"
            "  region: {kind: code, of: region}\n  start: {kind: date}\n  last_day: {kind: date}\n"
            "  attendance: {kind: number, unit: ratio, decimals: 3, min: 0, max: 1}\n"
            "span: {from: start, last_day: last_day}\n"
            "figures:\n  threshold: {unit: GBP per year, values: [{from: 2026-04-01, amount: 6000, source: model}]}\n"
            "tables:\n  area_cost:\n    unit: ratio\n    by: [region]\n    values:\n      - from: 2026-04-01\n        source: model\n        each: {";
    for (std::uint32_t r = 0; r < regions; ++r) pack << (r ? ", " : "") << 'r' << r << ": 1." << 1000 + dice() % 2000;
    pack << "}\n  price:\n    unit: GBP per year\n    by: [need, band, setting]\n    values:\n";
    for (const char* from : {"2026-04-01", "2026-09-01", "2027-01-01"}) {
        pack << "      - from: " << from << "\n        source: model\n        rows:\n";
        for (std::uint32_t n = 0; n < needs; ++n) {
            for (std::uint32_t b = 0; b < bands; ++b) {
                for (std::uint32_t s = 0; s < settings; ++s) {
                    pack << "          - {need: n" << n << ", band: b" << b << ", setting: s" << s << ", amount: " << 4000 + dice() % 120000 / 4 << ".25}\n";
                }
            }
        }
        if (!dated) break;
    }
    pack << "roundings:\n  penny: {nearest: 0.01, ties: away_from_zero, of: whole, source: model}\n"
            "time_bases:\n  part_year: {count: days, of: financial_year, source: model}\n"
            "lines:\n  top_up:\n    element: none\n    payer: council\n    payee: provider\n    over: part_year\n    round: penny\n"
            "    amount: \"max(0, price - threshold) * area_cost * attendance\"\n";
    return pack.str();
}

Plan plan_of(const std::string& text) {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "bandtariff_batch_bench";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "pack.yaml") << text;
    const auto start = std::chrono::steady_clock::now();
    const Tariff tariff = load_tariff(folder).value();
    const auto loaded = std::chrono::steady_clock::now();
    Plan plan = compile(tariff);
    const auto milliseconds = [](auto duration) { return std::chrono::duration<double, std::milli>(duration).count(); };
    std::cout << "load " << milliseconds(loaded - start) << " ms, compile " << milliseconds(std::chrono::steady_clock::now() - loaded) << " ms\n";
    std::filesystem::remove_all(folder);
    return plan;
}

void measure(const char* name, const Plan& plan, std::size_t rows, std::mt19937_64& dice) {
    std::vector<std::uint8_t> need(rows), band(rows), setting(rows), region(rows);
    std::vector<std::int32_t> start(rows), last_day(rows), attendance(rows);
    const std::int32_t first = day_number(make_date(2026, 4, 1));
    for (std::size_t k = 0; k < rows; ++k) {
        const auto below = [&](std::uint32_t most) { return static_cast<std::uint32_t>(dice() % most); };
        need[k] = static_cast<std::uint8_t>(below(needs));
        band[k] = static_cast<std::uint8_t>(below(bands));
        setting[k] = static_cast<std::uint8_t>(below(settings));
        region[k] = static_cast<std::uint8_t>(below(regions));
        const bool full_year = below(10) < 7;
        start[k] = full_year ? first : first + static_cast<std::int32_t>(below(365));
        last_day[k] = full_year ? first + 364 : start[k] + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(first + 365 - start[k])));
        attendance[k] = below(10) < 8 ? 1000 : static_cast<std::int32_t>(1 + below(1000));
    }
    const TariffContents& tariff = *plan.tariff();
    PlacementTable table(plan.tariff(), RecordId(0), rows);
    const auto set = [&](const char* fact, const auto& column) { table.set(tariff.fact(fact).value(), std::span(column)); };
    set("need", need);
    set("band", band);
    set("setting", setting);
    set("region", region);
    set("start", start);
    set("last_day", last_day);
    set("attendance", attendance);
    std::vector<std::int64_t> total(rows);
    std::vector<std::uint16_t> outcome(rows);
    std::vector<double> times;
    for (int k = 0; k < repeats; ++k) {
        const double begun = nanoseconds();
        plan.price(table, {total, outcome, {}});
        times.push_back((nanoseconds() - begun) / static_cast<double>(rows));
    }
    std::sort(times.begin(), times.end());
    std::vector<std::int64_t> cells(needs * bands * settings * regions);
    for (std::int64_t& cell : cells) cell = static_cast<std::int64_t>(dice() % 1'500'000'000);
    std::vector<double> by_hand;
    for (int k = 0; k < repeats; ++k) {
        const double begun = nanoseconds();
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t at = ((need[i] * bands + band[i]) * settings + setting[i]) * regions + region[i];
            const std::int64_t x = cells[at] * (last_day[i] - start[i] + 1) * attendance[i];
            constexpr std::int64_t over = 365'000;
            total[i] = (2 * x + over) / (2 * over);
        }
        by_hand.push_back((nanoseconds() - begun) / static_cast<double>(rows));
    }
    std::sort(by_hand.begin(), by_hand.end());
    std::cout << "a loop by hand: " << by_hand.front() << " ns a row (median " << by_hand[repeats / 2] << "); ";
    std::int64_t sum = 0;
    plan.price(table, {total, outcome, {}});
    for (const std::int64_t pence : total) sum += pence;
    std::cout << name << ": " << times.front() << " ns a row (median " << times[repeats / 2] << "), " << rows << " rows, " << sum << " pence\n";
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t rows = argc > 1 ? std::stoul(argv[1]) : 1'000'000;
    std::mt19937_64 dice(20260401);
    measure("flat", plan_of(pack_text(dice, false)), rows, dice);
    measure("dated, two changes in the year", plan_of(pack_text(dice, true)), rows, dice);
}
