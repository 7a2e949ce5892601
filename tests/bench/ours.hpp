// Our own engine as a caller uses it: a pack and columns in memory, through the public headers alone.
//
//     const Loaded loaded = Loaded::of_folder("build/bench_data/flat");
//     loaded.price(results, 2);
#pragma once

#include <memory>

#include "bandtariff/bandtariff.hpp"
#include "fixture.hpp"

namespace bench {

/// Where a batch's results go.
struct Results {
    explicit Results(std::size_t rows) : pence(rows), outcome(rows) {}
    std::vector<std::int64_t> pence;
    std::vector<std::uint16_t> outcome;
};

/// A compiled pack and the records to price with it, in the narrowest types that hold them.
class Loaded {
public:
    /// A fixture's folder: its pack and columns, or a pack and `records.csv`, where `without.txt` names the facts no row states.
    [[nodiscard]] static Loaded of_folder(const std::filesystem::path& folder);
    /// The pack beside the fixture's columns.
    [[nodiscard]] static Loaded of_fixture(Fixture fixture);
    /// A CSV file of records, read once into columns.
    [[nodiscard]] static Loaded of_csv(const std::filesystem::path& pack, const std::filesystem::path& csv,
                                       const std::vector<std::string>& without);

    [[nodiscard]] const bandtariff::Plan& plan() const { return plan_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] bandtariff::PlacementTable table() const;
    /// One row as a record, for its whole account.
    [[nodiscard]] bandtariff::Placement record(std::size_t row) const;

    /// Prices every row.
    void price(Results& results, unsigned threads = 1) const;
    /// Does once what a plan puts off until rows are priced: it is no part of what is counted (instructions.py).
    void make_ready(Results& results) const;
    /// Rows that differ from the oracle's, in pence or in whether they are priced, of all; where records came as a file, of a
    /// sample that the day-loop oracle of the tests prices.
    [[nodiscard]] std::pair<std::size_t, std::size_t> check(const Results& results) const;
    [[nodiscard]] const std::vector<std::int64_t>& expected() const { return expected_; }

private:
    struct Stored {
        bandtariff::FactId fact;
        Numbers numbers;
        std::vector<bandtariff::Given> given;  ///< empty: all given
    };
    explicit Loaded(bandtariff::Plan plan) : plan_(std::move(plan)) {}
    bandtariff::Plan plan_;
    bandtariff::RecordId record_{0};
    std::size_t rows_ = 0;
    std::vector<Stored> columns_;
    std::vector<bandtariff::FactId> without_;
    std::vector<std::int64_t> expected_;
};

[[nodiscard]] bandtariff::Plan plan_of(const std::filesystem::path& pack);

}  // namespace bench
