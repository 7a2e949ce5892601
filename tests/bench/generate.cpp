// Makes every fixture from one seed: columns and tables as numbers, the same tables as CSV files of the fixture's pack, and
// for `flat` the same rows as text (placements.csv). A row's values depend on the seed and its place alone, not on how many
// rows there are.
//
//     bench_generate PACKS OUT ROWS FIXTURE...
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace fs = std::filesystem;
using Integers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

namespace {

constexpr std::uint64_t seed = 20260401;
constexpr std::int64_t first_day = 20544;  // 2026-04-01, in days after 1970-01-01
constexpr std::int64_t year_days = 365;

/// FNV-1a: the same on every machine, as std::hash need not be.
std::uint64_t name_hash(const std::string& name) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3u;
    return hash;
}

/// The same number for the same name and place, whatever else is drawn (splitmix64).
std::uint64_t draw(const std::string& name, std::uint64_t place) {
    std::uint64_t x = seed + 0x9e3779b97f4a7c15u * (place + 1) + name_hash(name);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}
std::int64_t draw(const std::string& name, std::uint64_t place, std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(draw(name, place) % static_cast<std::uint64_t>(to - from + 1));
}

Texts numbered(const std::string& prefix, std::size_t count) {
    Texts texts;
    for (std::size_t k = 1; k <= count; ++k) texts.push_back(prefix + std::to_string(k));
    return texts;
}

const Texts needs = {"ASD", "SEMH", "SLCN", "MLD", "SLD", "PMLD", "SPLD", "HI", "VI", "MSI", "PD", "OTH"};
const Texts settings = {"mainstream", "resourced_unit", "special", "independent_special"};
const Texts regions = {"north_east",      "north_west", "yorkshire_and_humber", "east_midlands", "west_midlands",
                       "east_of_england", "london",     "south_east",           "south_west"};

/// Pence, or any number with so many decimals, as a pack writes it.
std::string decimal(std::int64_t value, int decimals) {
    std::string digits = std::to_string(value < 0 ? -value : value);
    while (digits.size() <= static_cast<std::size_t>(decimals)) digits.insert(0, "0");
    digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
    return (value < 0 ? "-" : "") + digits;
}

struct Maker {
    std::string name;
    fs::path out;
    std::size_t rows;
    std::map<std::string, Texts> lists;

    void list(const std::string& fact, const std::string& file, Texts codes) {
        std::ofstream csv(out / "pack" / (file + ".csv"));
        csv << fact << '\n';
        for (const std::string& code : codes) csv << code << '\n';
        lists[fact] = std::move(codes);
    }

    template <class T>
    void column(const std::string& column, const std::function<std::int64_t(std::size_t)>& value) {
        std::vector<T> values(rows);
        for (std::size_t row = 0; row < rows; ++row) values[row] = static_cast<T>(value(row));
        bench::write_numbers(out / "columns", column, values);
    }
    void coded(const std::string& fact) {
        const auto last = static_cast<std::int64_t>(lists[fact].size()) - 1;
        column<std::uint8_t>(fact, [&](std::size_t row) { return draw(fact, row, 0, last); });
    }

    /// A table by the given lists, the last changing fastest: as numbers, each measure by itself, and as one CSV file.
    void table(const std::string& file, const Texts& keys, const std::vector<std::pair<std::string, Integers>>& measures,
               const Texts& headings, int decimals) {
        std::ofstream csv(out / "pack" / (file + ".csv"));
        for (const std::string& key : keys) csv << key << ',';
        for (std::size_t m = 0; m < headings.size(); ++m) csv << headings[m] << (m + 1 < headings.size() ? "," : "\n");
        for (std::size_t cell = 0; cell < measures[0].second.size(); ++cell) {
            std::string row;
            std::size_t rest = cell;
            for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
                const Texts& codes = lists[*key];
                row.insert(0, codes[rest % codes.size()] + ",");
                rest /= codes.size();
            }
            csv << row;
            for (std::size_t m = 0; m < measures.size(); ++m)
                csv << decimal(measures[m].second[cell], decimals) << (m + 1 < measures.size() ? "," : "\n");
        }
        for (const auto& [measure, values] : measures) bench::write_numbers(out / "tables", measure, values);
    }
    Integers drawn(const std::string& what, std::size_t count, const std::function<std::int64_t(std::uint64_t)>& value) const {
        Integers values;
        for (std::size_t k = 0; k < count; ++k) values.push_back(value(draw(what, k)));
        return values;
    }
};

/// Seven rows in ten are a full year, and the rest any part of one.
std::int64_t paid_days(std::size_t row, std::int64_t full_in_ten) {
    return draw("full year", row, 0, 9) < full_in_ten ? year_days : draw("days", row, 1, year_days - 1);
}

/// Those of the flat shape: what differs is how many codes, what is drawn for prices and area costs, and how days are stated.
void flat_like(Maker& make) {
    const std::string& name = make.name;
    const bool wide = name == "wide", big = name == "big" || name == "big_integer", ties = name == "ties",
               dated = name.starts_with("dated");
    make.list("need", "needs", needs);
    make.list("band", "bands", numbered("B", wide ? 3 : 7));
    make.list("setting", "settings", settings);
    if (wide) {
        make.list("area", "areas", numbered("E", 150));
    } else {
        make.list("region", "regions", regions);
    }
    const std::string place = wide ? "area" : "region";
    Texts keys = {"need", "band", "setting"};
    if (wide) keys.push_back("area");
    std::size_t cells = 1;
    for (const std::string& key : keys) cells *= make.lists[key].size();

    const auto price = [&](std::uint64_t dice) {
        if (big) return static_cast<std::int64_t>(10'000'000'000'000 + 25 * (dice % 3'600'000'000'000));  // 10^11 to 10^12 pounds
        if (ties) return static_cast<std::int64_t>(100 * (4001 + 2 * (dice % 15'000)));                   // odd whole pounds
        return static_cast<std::int64_t>(400'000 + 25 * (dice % 120'000));                                // multiples of 25p
    };
    if (dated) {
        make.table("prices", keys,
                   {{"april", make.drawn("april", cells, price)},
                    {"september", make.drawn("september", cells, price)},
                    {"january", make.drawn("january", cells, price)}},
                   {"april", "september", "january"}, 2);
    } else {
        make.table("prices", keys, {{"price", make.drawn("price", cells, price)}}, {"amount"}, 2);
    }
    const int decimals = big ? 12 : 4;
    const Integers area_cost = make.drawn("area cost", make.lists[place].size(), [&](std::uint64_t dice) {
        if (big) return static_cast<std::int64_t>(1'000'000'000'000 + dice % 300'000'000'000);
        if (ties) return static_cast<std::int64_t>(10'050 + 100 * (dice % 10));  // 1.0050, 1.0150, ...
        return static_cast<std::int64_t>(10'000 + dice % 3'000);
    });
    make.table("area_costs", {place}, {{"area_cost", area_cost}}, {"amount"}, decimals);

    for (const std::string& key : keys) make.coded(key);
    if (!wide) make.coded("region");
    const std::int64_t full_in_ten = ties ? 5 : 7;
    if (name == "dated_within") {  // between two changes: no row crosses one
        constexpr std::int64_t september = 153;
        const auto start = [](std::size_t row) { return draw("start", row, 0, september - 1); };
        make.column<std::int32_t>("start", [&](std::size_t row) { return first_day + start(row); });
        make.column<std::int32_t>("last_day",
                                  [&](std::size_t row) { return first_day + draw("last day", row, start(row), september - 1); });
    } else if (dated || name == "flat_dates") {
        const auto start = [&](std::size_t row) { return draw("start", row, 0, year_days - paid_days(row, full_in_ten)); };
        make.column<std::int32_t>("start", [&](std::size_t row) { return first_day + start(row); });
        make.column<std::int32_t>("last_day",
                                  [&](std::size_t row) { return first_day + start(row) + paid_days(row, full_in_ten) - 1; });
    } else {
        make.column<std::uint16_t>("days", [&](std::size_t row) { return paid_days(row, full_in_ten); });
    }
    if (name == "big_integer")
        make.column<std::int64_t>("attendance", [&](std::size_t row) { return draw("attendance", row, 1, 1'000'000'000'000); });
}

void schemes(Maker& make) {
    make.list("band", "bands", numbered("B", 7));
    make.list("region", "regions", regions);
    const auto rate = [](std::int64_t from) {
        return [from](std::uint64_t dice) { return static_cast<std::int64_t>(from + dice % 1500); };
    };
    make.table("rates", {"band"},
               {{"teacher", make.drawn("teacher", 7, rate(3000))}, {"assistant", make.drawn("assistant", 7, rate(1200))}},
               {"teacher", "assistant"}, 2);
    make.table("area_costs", {"region"},
               {{"area_cost", make.drawn("area cost", 9,
                                         [](std::uint64_t dice) { return static_cast<std::int64_t>(10'000 + dice % 3'000); })}},
               {"amount"}, 4);
    make.coded("band");
    make.coded("region");
    make.column<std::uint16_t>("teacher_hours",
                               [](std::size_t row) { return 25 * draw("teacher hours", row, 0, 40); });  // quarter hours
    make.column<std::uint16_t>("assistant_hours", [](std::size_t row) { return 25 * draw("assistant hours", row, 0, 140); });
    make.column<std::uint16_t>(
        "days_on_roll", [](std::size_t row) { return draw("full year", row, 0, 9) < 7 ? 190 : draw("days", row, 1, 195); });
}

void slices(Maker& make) {
    make.list("band", "bands", numbered("B", 7));
    const auto rate = [](std::uint64_t dice) { return static_cast<std::int64_t>(1200 + dice % 2500); };
    make.table("rates", {"band"},
               {{"april", make.drawn("april", 7, rate)},
                {"september", make.drawn("september", 7, rate)},
                {"january", make.drawn("january", 7, rate)}},
               {"april", "september", "january"}, 2);
    make.coded("band");
    make.column<std::uint16_t>("hours", [](std::size_t row) { return 25 * draw("hours", row, 0, 140); });
    make.column<std::uint16_t>(
        "attendance", [](std::size_t row) { return draw("full time", row, 0, 9) < 7 ? 1000 : draw("attendance", row, 1, 1000); });
    const auto start = [](std::size_t row) { return draw("start", row, 0, year_days - paid_days(row, 7)); };
    make.column<std::int32_t>("start", [&](std::size_t row) { return first_day + start(row); });
    make.column<std::int32_t>("last_day", [&](std::size_t row) { return first_day + start(row) + paid_days(row, 7) - 1; });
}

/// Records for a printed local pack: points to a group to a sum for each term. Three rows in a hundred have more points than are
/// printed, or hours that are not: they are not priced, and the oracle says so.
void herefordshire(Maker& make) {
    make.column<std::uint16_t>("points", [](std::size_t row) { return draw("points", row, 0, 111); });
    make.column<std::uint8_t>(
        "funded_hours", [](std::size_t row) { return draw("other hours", row, 0, 99) == 0 ? 2 : draw("hours", row, 0, 1); });
    make.column<std::uint8_t>("terms", [](std::size_t row) { return draw("terms", row, 1, 3); });
}

/// The flat rows as text, as a person's file has them, and nothing else.
void write_placements(const Maker& make) {
    const bench::Fixture flat = bench::Fixture::load(make.out);
    const auto need = flat.column<std::uint8_t>("need"), band = flat.column<std::uint8_t>("band"),
               setting = flat.column<std::uint8_t>("setting"), region = flat.column<std::uint8_t>("region");
    const auto days = flat.column<std::uint16_t>("days");
    std::ofstream csv(make.out / "placements.csv");
    csv << "need,band,setting,region,days\n";
    for (std::size_t row = 0; row < make.rows; ++row) {
        csv << needs[need[row]] << ",B" << band[row] + 1 << ',' << settings[setting[row]] << ',' << regions[region[row]] << ','
            << days[row] << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        std::cerr << "bench_generate PACKS OUT ROWS FIXTURE...\n";
        return 2;
    }
    for (int k = 4; k < argc; ++k) {
        Maker make{argv[k], fs::path(argv[2]) / argv[k], std::stoul(argv[3]), {}};
        fs::remove_all(make.out);
        fs::create_directories(make.out);
        const fs::path own = fs::path(argv[1]) / (make.name == "dated_within" ? "dated" : make.name);
        // A fixture without a pack of its own prices a printed one.
        fs::copy(fs::exists(own) ? own : fs::path(argv[1]) / "../../../rules/local" / argv[k], make.out / "pack",
                 fs::copy_options::recursive);
        if (make.name == "herefordshire") {
            herefordshire(make);
        } else if (make.name == "schemes") {
            schemes(make);
        } else if (make.name == "slices") {
            slices(make);
        } else {
            flat_like(make);
        }
        if (make.name == "flat") write_placements(make);
    }
}
