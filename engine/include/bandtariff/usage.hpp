// What records reach of a tariff: which printed rows and dated values they read, which branches they take, where they are
// rounded, and what becomes of them.
//
//     const Usage of_cases = coverage(plan);
//     for (const Usage::Cell& cell : of_cases.cells)
//         if (cell.records == 0) std::cout << to_string(cell.span) << ": no case reads " << cell.table << '\n';
//     const Usage of_file = used_by(plan, "placements.csv").value();
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bandtariff/placement_file.hpp"
#include "bandtariff/plan.hpp"

namespace bandtariff {

/// Counts are of records: one that reads a cell on many days counts once. `borrowed` is what another pack prints.
struct Usage {
    /// A row of a table as printed, or the value of a figure. One that a later value keeps is the same row still.
    struct Cell {
        std::string table;
        std::string keys;          ///< "band: B4, setting: special"; empty for a figure
        std::string value;         ///< "15300", a code, an outcome, a formula
        std::optional<Date> from;  ///< of the dated value that prints it
        std::size_t keys_in_all = 0, keys_read = 0;  ///< combinations of keys that it governs; of them, those that were read
        bool borrowed = false;
        SourceSpan span;
        std::uint64_t records = 0;
    };
    /// One dated value of a table or figure, as a whole.
    struct DatedValue {
        std::string table;
        std::optional<Date> from, until;  ///< until: exclusive
        bool borrowed = false;
        SourceSpan span;
        std::uint64_t records = 0;
    };
    /// One way that a formula, a condition or a choice can go.
    struct Branch {
        std::string where;  ///< "step above_threshold", "line top_up", "choice area_cost_follows"
        std::string way;    ///< "then", "else", "when is false", "not_payable met_by_school", "is home"
        bool borrowed = false;
        SourceSpan span;
        std::uint64_t records = 0;
    };
    /// One place where a value is rounded.
    struct RoundingPoint {
        std::string where;
        std::string rounding;
        bool has_ties = false;  ///< its ties are settled by a rule, so that a value half way is worth a case
        bool borrowed = false;
        SourceSpan span;
        std::uint64_t records = 0;        ///< that met it
        std::uint64_t with_residue = 0;   ///< of them, those that it changed
        std::uint64_t on_a_tie = 0;       ///< of them, those exactly half way
    };
    /// An outcome of records or of their lines: those that the pack declares, and the built-in ones that were met.
    struct Met {
        std::string outcome;
        OutcomeClass outcome_class = OutcomeClass::priced;
        std::string say;
        bool declared = false;  ///< by a pack
        bool borrowed = false;
        SourceSpan span;
        std::uint64_t records = 0;               ///< whose own outcome it was
        std::uint64_t lines = 0;                 ///< records that met it in a line, or beside a worse one
        std::vector<std::uint64_t> first_lines;  ///< of a file: where the first few of those records stand
        std::string first_reason;                ///< the first record's sentence
    };
    std::uint64_t records = 0;
    std::uint64_t not_priced = 0;  ///< of them
    std::vector<Cell> cells;
    std::vector<DatedValue> values;
    std::vector<Branch> branches;
    std::vector<RoundingPoint> roundings;
    std::vector<Met> outcomes;
};

/// Prices records one at a time and keeps count of what they reach.
class UsageCounter {
public:
    static constexpr std::size_t most_first_lines = 5;

    explicit UsageCounter(const Plan& plan);
    /// Counts a record as many times as it says; `lines` is where the first few of them stand in a file.
    void add(const Placement& record, std::uint64_t times = 1, std::span<const std::uint64_t> lines = {});
    /// Counts a record priced by another tariff of the same pack: under other choices, or as known on another day.
    void add(const Tariff& as_priced, const Placement& record);
    /// Counts records that could not even be read.
    void add_unreadable(const std::string& why, std::uint64_t line);
    [[nodiscard]] Usage result() const;

    UsageCounter(UsageCounter&&) noexcept;
    UsageCounter& operator=(UsageCounter&&) noexcept;
    ~UsageCounter();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What the pack's own cases reach.
[[nodiscard]] Usage coverage(const Plan& plan);
/// What the rows of a CSV file reach; rows that state the same facts are priced once. A file whose columns cannot be
/// matched is a diagnostic.
[[nodiscard]] Checked<Usage> used_by(const Plan& plan, const std::filesystem::path& file, const FileOptions& options = {});
/// What records as columns reach; where they stand is the number of their row, from 1.
[[nodiscard]] Usage used_by(const Plan& plan, const PlacementTable& records);

}  // namespace bandtariff
