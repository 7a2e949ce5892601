// The rows of a CSV file to counts of what they reach of a tariff. Entry point: used_by. Rows that state the same facts are
// priced once, as files of a whole country have far fewer kinds of row than rows.
#include <algorithm>
#include <unordered_map>

#include "bandtariff/usage.hpp"

namespace bandtariff {
namespace {

/// How many kinds of row are held before they are counted, so that memory does not grow with the file.
constexpr std::size_t most_profiles = 50'000;

class Profiles {
public:
    Profiles(const Plan& plan, RecordId record) : counter_(plan), facts_(plan.tariff()->facts_read(record)) {}

    void add(const PlacementReader& reader, std::size_t row) {
        if (!reader.unreadable(row).empty()) {
            counter_.add_unreadable(reader.unreadable(row), reader.line(row));
            return;
        }
        add(reader.table(), row, reader.line(row), [&] { return reader.placement(row); });
    }

    void add(const Tariff& tariff, const PlacementTable& records, std::size_t row) {
        add(records, row, row + 1, [&] {
            Placement record(tariff, records.record());
            for (const FactId fact : facts_) record.state(fact, read_fact(*tariff, fact, records.column(fact), row));
            return record;
        });
    }

    Usage result() && {
        count();
        return counter_.result();
    }

private:
    struct Profile {
        Placement record;
        std::uint64_t rows;
        std::vector<std::uint64_t> first_lines;
    };

    template <class Make>
    void add(const PlacementTable& table, std::size_t row, std::uint64_t line, const Make& make) {
        const auto [place, is_new] = places_.try_emplace(key(table, row), profiles_.size());
        if (is_new) profiles_.push_back({make(), 0, {}});
        Profile& profile = profiles_[place->second];
        ++profile.rows;
        if (profile.first_lines.size() < UsageCounter::most_first_lines) profile.first_lines.push_back(line);
        if (profiles_.size() == most_profiles) count();
    }

    /// Equal for rows that state the same; all that state a fact badly in the same way are alike, as they stop alike.
    std::string key(const PlacementTable& table, std::size_t row) const {
        std::string key;
        for (const FactId fact : facts_) {
            const Column& column = table.column(fact);
            if (column.data == nullptr) continue;
            const Given given = column.given == nullptr ? Given::given : column.given[row];
            key += static_cast<char>('0' + static_cast<int>(given));
            if (given == Given::given) key += std::to_string(column.at(row)) + ",";
        }
        return key;
    }

    void count() {
        for (const Profile& profile : profiles_) counter_.add(profile.record, profile.rows, profile.first_lines);
        profiles_.clear();
        places_.clear();
    }

    UsageCounter counter_;
    std::vector<FactId> facts_;
    std::vector<Profile> profiles_;  // in the order in which they were met
    std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

Checked<Usage> used_by(const Plan& plan, const std::filesystem::path& file, const FileOptions& options) {
    Checked<PlacementReader> opened = PlacementReader::open(plan, file, options);
    if (!opened.ok()) return opened.diagnostics();
    PlacementReader reader = std::move(opened).value();
    const RecordId record = options.record.empty() ? RecordId(0) : *plan.tariff()->record(options.record);
    Profiles profiles(plan, record);
    while (reader.next())
        for (std::size_t row = 0; row < reader.rows(); ++row) profiles.add(reader, row);
    return std::move(profiles).result();
}

Usage used_by(const Plan& plan, const PlacementTable& records) {
    Profiles profiles(plan, records.record());
    for (std::size_t row = 0; row < records.rows(); ++row) profiles.add(plan.tariff(), records, row);
    return std::move(profiles).result();
}

}  // namespace bandtariff
