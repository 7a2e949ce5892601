// The engines of the benchmark that are C++: ours and the loops by hand. One process is one engine over one fixture.
//
//     bench_engine serve ENGINE FOLDER   timed calls on demand: see serve.hpp
//     bench_engine growth FOLDER ROWS    ns a row from 1,000 rows to ROWS, and peak memory above the columns
//     bench_engine start PACK            load and compile, again and again
//     bench_engine sweep FOLDER COUNT    so many scenarios over the same rows
//     bench_engine csv PACK IN OUT       one file priced into another
//     bench_engine once FOLDER CALLS     so many calls and no output, to count instructions
//     bench_engine check FOLDER...       every engine that can price the fixture against the oracle; 1 where a penny differs
#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>

#include "hand_loops.hpp"
#include "ours.hpp"
#include "serve.hpp"

namespace bench {

namespace {

namespace fs = std::filesystem;

std::size_t memory_kb(const char* what) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(what)) return std::stoul(line.substr(std::string(what).size() + 1));
    }
    return 0;
}

/// One record at a time over a sample of rows: with its whole account, or the amount alone.
void serve_records(const Loaded& loaded, bool traced) {
    constexpr std::size_t sample = 1000;
    const std::size_t step = std::max<std::size_t>(1, loaded.rows() / sample);
    std::vector<bandtariff::Placement> records;
    std::vector<std::int64_t> expected;
    for (std::size_t row = 0; row < loaded.rows(); row += step) {
        records.push_back(loaded.record(row));
        if (!loaded.expected().empty()) expected.push_back(loaded.expected()[row]);
    }
    std::vector<std::int64_t> pence(records.size());
    const auto of = [](const auto& priced) { return priced.priced() ? priced.total.pence() : not_priced; };
    serve(
        records.size(), "",
        [&] {
            for (std::size_t k = 0; k < records.size(); ++k) {
                pence[k] = traced ? of(loaded.plan().price(records[k])) : of(loaded.plan().amount(records[k]));
            }
        },
        [&] { return differing(pence, expected); });
}

void serve_loop(const HandLoop& loop, const Fixture& fixture) {
    const Flat flat(fixture);
    std::vector<std::int64_t> pence(flat.rows);
    serve(flat.rows, "", [&] { loop.run(flat, 0, flat.rows, pence.data()); }, [&] { return differing(pence, fixture.expected); });
}

void serve_whole(void (*price)(const Fixture&, std::int64_t*), const Fixture& fixture) {
    std::vector<std::int64_t> pence(fixture.rows);
    serve(fixture.rows, "", [&] { price(fixture, pence.data()); }, [&] { return differing(pence, fixture.expected); });
}

int serve_engine(const std::string& engine, const fs::path& folder) {
    if (engine == "ours, 1 thread" || engine == "ours, 2 threads") {
        const Loaded loaded = Loaded::of_folder(folder);
        Results results(loaded.rows());
        const unsigned threads = engine == "ours, 1 thread" ? 1 : 2;
        serve(loaded.rows(), "", [&] { loaded.price(results, threads); }, [&] { return loaded.check(results); });
        return 0;
    }
    if (engine == "ours, traced, one at a time" || engine == "ours, untraced, one at a time") {
        serve_records(Loaded::of_folder(folder), engine == "ours, traced, one at a time");
        return 0;
    }
    const Fixture fixture = Fixture::load(folder);
    if (engine == "hand: integer loop") {
        serve_whole(fixture.name() == "dated" ? hand_dated : hand_schemes, fixture);
        return 0;
    }
    for (const HandLoop& loop : hand_loops()) {
        if (engine == loop.name) {
            serve_loop(loop, fixture);
            return 0;
        }
    }
    throw std::runtime_error("no engine " + engine);
}

/// The fixture's columns again and again up to so many rows, priced from 1,000 rows up; then the peak above the columns.
int growth(const fs::path& folder, std::size_t most) {
    Fixture fixture = Fixture::load(folder);
    const std::size_t given = fixture.rows;
    for (auto& [name, numbers] : fixture.columns) {
        const std::size_t width = numbers.bytes.size() / given;
        const std::vector<std::byte> once = numbers.bytes;
        numbers.bytes.resize(most * width);
        for (std::size_t row = given; row < most; row += given) {
            std::copy_n(once.begin(), static_cast<std::ptrdiff_t>(std::min(given, most - row) * width),
                        numbers.bytes.begin() + static_cast<std::ptrdiff_t>(row * width));
        }
    }
    fixture.rows = most;
    std::cout << "{\"growth\": [";
    const Loaded loaded = Loaded::of_fixture(std::move(fixture));
    const std::size_t before = memory_kb("VmRSS:");
    Results results(most);
    for (std::size_t rows = 1000; rows <= most; rows *= 10) {
        std::vector<double> times;
        const int calls = rows <= 1'000'000 ? 21 : 5;
        const bandtariff::PlacementTable table = loaded.table().slice(0, rows);
        const bandtariff::QuoteTable quotes{std::span(results.pence).first(rows), std::span(results.outcome).first(rows), {}};
        for (int k = 0; k < calls; ++k) {
            const Clock::time_point start = Clock::now();
            loaded.plan().price(table, quotes);
            times.push_back(nanoseconds_since(start) / static_cast<double>(rows));
        }
        std::sort(times.begin(), times.end());
        std::cout << (rows > 1000 ? ", [" : "[") << rows << ", " << times[times.size() / 2] << "]";
    }
    const double above = static_cast<double>(memory_kb("VmHWM:") - before) * 1024 / static_cast<double>(most);
    std::cout << "], \"bytes_a_row_above_columns\": " << above << "}\n";
    return 0;
}

int start(const fs::path& pack) {
    std::cout << "{\"ms\": [";
    for (int k = 0; k < 21; ++k) {
        const Clock::time_point begun = Clock::now();
        const bandtariff::Plan plan = plan_of(pack);
        std::cout << (k ? ", " : "") << nanoseconds_since(begun) / 1e6;
    }
    std::cout << "]}\n";
    return 0;
}

/// So many values of one figure over the rows, on one thread; then some of them priced by packs of their own, to be compared.
int sweep(const fs::path& folder, int count) {
    const Loaded loaded = Loaded::of_folder(folder);
    const std::string figure = "ordinarily_available_threshold";
    std::vector<std::string> values;
    for (int k = 0; k < count; ++k) values.push_back(std::to_string(5000 + 3 * k));
    const std::vector<bandtariff::Scenario> scenarios = bandtariff::combine({{figure, values}}, {});
    const Clock::time_point begun = Clock::now();
    const bandtariff::Checked<bandtariff::SweepResult> swept = loaded.plan().sweep(loaded.table(), scenarios, {});
    const double taken = nanoseconds_since(begun);
    if (!swept.ok()) throw std::runtime_error(render(swept.diagnostics()));
    std::size_t differ = 0, compared = 0;
    Results results(loaded.rows());
    for (std::size_t k = 0; k < values.size(); k += std::max<std::size_t>(1, values.size() / 5), ++compared) {
        const bandtariff::Plan by_itself = compile(loaded.plan().tariff().set_figure(figure, values[k]).value());
        by_itself.price(loaded.table(), {std::span(results.pence), std::span(results.outcome), {}});
        std::int64_t sum = 0;
        for (const std::int64_t pence : results.pence) sum += pence;
        differ += swept.value().scenarios[k].all.total.pence() != sum;
    }
    std::cout << "{\"ns\": " << taken << ", \"scenarios\": " << count << ", \"rows\": " << loaded.rows() << ", \"profiles\": "
              << swept.value().profiles << ", \"differ\": " << differ << ", \"compared\": " << compared << "}\n";
    return 0;
}

int csv(const fs::path& pack, const fs::path& in, const fs::path& out) {
    const bandtariff::Plan plan = plan_of(pack);
    const Clock::time_point begun = Clock::now();
    bandtariff::FileOptions options;
    options.threads = 2;  // as many as DuckDB is given
    const bandtariff::Checked<bandtariff::FileSummary> done = bandtariff::price_file(plan, in, out, options);
    const double taken = nanoseconds_since(begun);
    if (!done.ok()) throw std::runtime_error(render(done.diagnostics()));
    std::cout << "{\"ns\": " << taken << ", \"rows\": " << done.value().rows << ", \"pence\": " << done.value().total.pence()
              << ", \"peak_kb\": " << memory_kb("VmHWM:") << "}\n";
    return 0;
}

int once(const fs::path& folder, int calls) {
    const Loaded loaded = Loaded::of_folder(folder);
    Results results(loaded.rows());
    loaded.make_ready(results);
    for (int k = 0; k < calls; ++k) loaded.price(results);
    return 0;
}

bool report(const std::string& fixture, const std::string& engine, std::pair<std::size_t, std::size_t> found) {
    std::cout << fixture << ", " << engine << ": " << found.first << " of " << found.second << " rows differ from the oracle\n";
    return found.first == 0 && found.second > 0;
}

bool check(const fs::path& folder) {
    const Fixture fixture = Fixture::load(folder);
    const std::string name = fixture.name();
    const Loaded loaded = Loaded::of_folder(folder);
    bool right = true;
    for (const unsigned threads : {1u, 2u}) {
        Results results(loaded.rows());
        loaded.price(results, threads);
        right &= report(name, "ours, " + std::to_string(threads) + " threads", loaded.check(results));
    }
    std::vector<std::int64_t> pence(fixture.rows);
    if (name == "dated" || name == "schemes") {
        (name == "dated" ? hand_dated : hand_schemes)(fixture, pence.data());
        right &= report(name, "hand: integer loop", differing(pence, fixture.expected));
    }
    if (name == "flat" || name == "ties" || name == "wide") {
        const Flat flat(fixture);
        for (const HandLoop& loop : hand_loops()) {
            std::fill(pence.begin(), pence.end(), -1);
            loop.run(flat, 0, flat.rows, pence.data());
            right &= report(name, loop.name, differing(pence, fixture.expected));
        }
    }
    return right;
}

int run(const std::vector<std::string>& words) {
    if (words.size() == 3 && words[0] == "serve") return serve_engine(words[1], words[2]);
    if (words.size() == 3 && words[0] == "growth") return growth(words[1], std::stoul(words[2]));
    if (words.size() == 2 && words[0] == "start") return start(words[1]);
    if (words.size() == 3 && words[0] == "sweep") return sweep(words[1], std::stoi(words[2]));
    if (words.size() == 4 && words[0] == "csv") return csv(words[1], words[2], words[3]);
    if (words.size() == 3 && words[0] == "once") return once(words[1], std::stoi(words[2]));
    if (words.size() >= 2 && words[0] == "check") {
        bool right = true;
        for (std::size_t k = 1; k < words.size(); ++k) right &= check(words[k]);
        return right ? 0 : 1;
    }
    std::cerr << "serve ENGINE FOLDER | growth FOLDER ROWS | start PACK | sweep FOLDER COUNT | csv PACK IN OUT | once FOLDER "
                 "CALLS | check FOLDER...\n";
    return 2;
}

}  // namespace

}  // namespace bench

int main(int argc, char** argv) {
    try {
        return bench::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
