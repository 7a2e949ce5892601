// Packs and columns to prices.
#include "ours.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "oracle/oracle.hpp"

namespace bench {

using namespace bandtariff;

namespace {

template <class T>
Numbers narrowed(const std::vector<std::int64_t>& values) {
    Numbers numbers{type_name<T>(), std::vector<std::byte>(values.size() * sizeof(T))};
    for (std::size_t row = 0; row < values.size(); ++row) {
        const T value = static_cast<T>(values[row]);
        std::memcpy(numbers.bytes.data() + row * sizeof(T), &value, sizeof(T));
    }
    return numbers;
}

Numbers narrowest(const std::vector<std::int64_t>& values) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    if (values.empty() || (*least >= 0 && *most <= UINT8_MAX)) return narrowed<std::uint8_t>(values);
    if (*least >= 0 && *most <= UINT16_MAX) return narrowed<std::uint16_t>(values);
    if (*least >= INT32_MIN && *most <= INT32_MAX) return narrowed<std::int32_t>(values);
    return narrowed<std::int64_t>(values);
}

template <class T>
std::span<const T> all(const Numbers& numbers) {
    return {reinterpret_cast<const T*>(numbers.bytes.data()), numbers.size()};
}

}  // namespace

Plan plan_of(const std::filesystem::path& pack) {
    const Checked<Tariff> tariff = load_tariff(pack);
    if (!tariff.ok()) throw std::runtime_error(render(tariff.diagnostics()));
    return compile(tariff.value());
}

Loaded Loaded::of_folder(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder / "records.csv")) return of_fixture(Fixture::load(folder));
    std::vector<std::string> without;
    std::ifstream file(folder / "without.txt");
    for (std::string fact; file >> fact;) without.push_back(fact);
    return of_csv(std::filesystem::canonical(folder / "pack"), folder / "records.csv", without);
}

Loaded Loaded::of_fixture(Fixture fixture) {
    Loaded loaded(plan_of(fixture.folder / "pack"));
    loaded.rows_ = fixture.rows;
    loaded.expected_ = std::move(fixture.expected);
    for (auto& [name, numbers] : fixture.columns) {
        const std::optional<FactId> fact = loaded.plan_.tariff()->fact(name);
        if (!fact) throw std::runtime_error("the pack has no fact " + name);
        loaded.columns_.push_back({*fact, std::move(numbers), {}});
    }
    return loaded;
}

Loaded Loaded::of_csv(const std::filesystem::path& pack, const std::filesystem::path& csv,
                      const std::vector<std::string>& without) {
    Loaded loaded(plan_of(pack));
    FileOptions options;
    options.without = without;
    Checked<PlacementReader> opened = PlacementReader::open(loaded.plan_, csv, options);
    if (!opened.ok()) throw std::runtime_error(render(opened.diagnostics()));
    PlacementReader reader = std::move(opened).value();
    const std::vector<FactId> facts = loaded.plan_.tariff()->facts_read(loaded.record_);
    std::vector<std::vector<std::int64_t>> values(facts.size());
    std::vector<std::vector<Given>> given(facts.size());
    while (reader.next()) {
        for (std::size_t k = 0; k < facts.size(); ++k) {
            const Column& column = reader.table().column(facts[k]);
            for (std::size_t row = 0; row < reader.rows() && column.data; ++row) {
                values[k].push_back(column.at(row));
                given[k].push_back(column.given ? column.given[row] : Given::given);
            }
        }
        loaded.rows_ += reader.rows();
    }
    for (std::size_t k = 0; k < facts.size(); ++k) {
        if (values[k].empty()) {
            loaded.without_.push_back(facts[k]);
            continue;
        }
        const bool every_row = std::all_of(given[k].begin(), given[k].end(), [](Given mark) { return mark == Given::given; });
        loaded.columns_.push_back({facts[k], narrowest(values[k]), every_row ? std::vector<Given>() : std::move(given[k])});
    }
    return loaded;
}

PlacementTable Loaded::table() const {
    PlacementTable table(plan_.tariff(), record_, rows_);
    for (const Stored& column : columns_) {
        const Given* given = column.given.empty() ? nullptr : column.given.data();
        if (column.numbers.type == "u8") table.set(column.fact, all<std::uint8_t>(column.numbers), given);
        if (column.numbers.type == "u16") table.set(column.fact, all<std::uint16_t>(column.numbers), given);
        if (column.numbers.type == "i32") table.set(column.fact, all<std::int32_t>(column.numbers), given);
        if (column.numbers.type == "i64") table.set(column.fact, all<std::int64_t>(column.numbers), given);
    }
    for (const FactId fact : without_) table.without(fact);
    return table;
}

Placement Loaded::record(std::size_t row) const {
    Placement record(plan_.tariff(), record_);
    for (const Stored& column : columns_) {
        const Given given = column.given.empty() ? Given::given : column.given[row];
        if (given != Given::absent) record.state(column.fact, {given, column.numbers.at(row), {}});
    }
    return record;
}

void Loaded::make_ready(Results& results) const { plan_.price(table(), {std::span(results.pence), std::span(results.outcome), {}}, {}); }

void Loaded::price(Results& results, unsigned threads) const {
    plan_.price(table(), {std::span(results.pence), std::span(results.outcome), {}}, {.threads = threads});
}

std::pair<std::size_t, std::size_t> Loaded::check(const Results& results) const {
    std::size_t wrong = 0;
    if (expected_.empty()) {
        constexpr std::size_t sample = 2000;
        const std::size_t step = std::max<std::size_t>(1, rows_ / sample);
        std::size_t checked = 0;
        for (std::size_t row = 0; row < rows_; row += step, ++checked) {
            const oracle::OracleQuote quote = oracle::price(record(row));
            const Outcome* outcome = plan_.tariff()->outcome_numbered(results.outcome[row]);
            wrong += !outcome || outcome->code != quote.outcome || quote.total != results.pence[row];
        }
        return {wrong, checked};
    }
    for (std::size_t row = 0; row < expected_.size(); ++row) {
        const Outcome* outcome = plan_.tariff()->outcome_numbered(results.outcome[row]);
        const bool priced = outcome && outcome->outcome_class != OutcomeClass::not_priced;
        wrong += (priced ? results.pence[row] : not_priced) != expected_[row];
    }
    return {wrong, expected_.size()};
}

}  // namespace bench
