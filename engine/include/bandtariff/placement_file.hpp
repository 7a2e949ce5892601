// Records in a CSV file: read as columns a block at a time, priced into another CSV file, in constant memory.
//
//     PlacementReader reader = PlacementReader::open(plan, "placements.csv").value();
//     while (reader.next()) plan.price(reader.table(), quotes);
//
//     const FileSummary done = price_file(plan, "placements.csv", "priced.csv").value();
//
// The first row names the columns; a column is a fact where it has the fact's name or is mapped to it. Other columns are
// carried through untouched. Empty text is an absent fact.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/groups.hpp"
#include "bandtariff/plan.hpp"

namespace bandtariff {

struct FileOptions {
    std::string record;                       ///< the kind of record; may be empty where the pack has one kind
    std::map<std::string, std::string> map;   ///< fact -> column, where their names differ
    std::vector<std::string> without;         ///< facts that no row states
    std::vector<std::string> also;            ///< facts to be read though the pack as it stands reads none of them
    bool lines = false;                       ///< price_file: write a column for each line too
    std::string by;                           ///< a column whose texts the totals are also given by
    bool strict = false;                      ///< price_file: stop at the first row that is not priced
    std::string id;                           ///< price_files: the column of each row's id; empty: `id`, where rows need one
    const Names* names = nullptr;             ///< numbers what facts of kind `name` say, in columns; must outlive the reading
    unsigned threads = 1;                     ///< price_file: that work at once; 0: as many as the machine runs at once
    std::function<void(std::uint64_t bytes_read, std::uint64_t bytes_in_all)> progress;  ///< told now and then, by one thread at a time
};

/// Reads a file of one kind of record in blocks of columns.
class PlacementReader {
public:
    static constexpr std::size_t block_rows = 4096;

    /// Opens a file and matches its columns to facts. Every column that cannot be matched, every fact that the pack can
    /// read and no column states, and every name in the options that is no fact or column is a diagnostic.
    [[nodiscard]] static Checked<PlacementReader> open(const Plan& plan, const std::filesystem::path& file, const FileOptions& options = {});

    /// Reads the next block; false at the end of the file. Views of the block before are gone.
    bool next();

    [[nodiscard]] const PlacementTable& table() const;
    [[nodiscard]] std::size_t rows() const;
    [[nodiscard]] const std::vector<std::string>& columns() const;  ///< the header
    [[nodiscard]] std::uint64_t line(std::size_t row) const;        ///< the row's line in the file, from 1
    [[nodiscard]] std::string_view text(std::size_t row) const;     ///< the whole row as written, without its line end
    [[nodiscard]] std::string cell(std::size_t row, std::size_t column) const;  ///< one cell, unquoted
    /// Empty, or why the row could not be read: "3 cells where the header has 5". Such a row has no facts.
    [[nodiscard]] const std::string& unreadable(std::size_t row) const;
    /// The row's facts as one record, for its whole account.
    [[nodiscard]] Placement placement(std::size_t row) const;
    [[nodiscard]] std::uint64_t bytes_read() const;

    PlacementReader(PlacementReader&&) noexcept;
    PlacementReader& operator=(PlacementReader&&) noexcept;
    ~PlacementReader();

private:
    struct State;
    explicit PlacementReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Every row of a file that can be read, in memory: for what looks at rows more than once, such as a sweep.
class PlacementColumns {
public:
    /// Opens and reads a file; what does not match is a diagnostic, as of PlacementReader. `by` names the column of groups.
    [[nodiscard]] static Checked<PlacementColumns> read(const Plan& plan, const std::filesystem::path& file, const FileOptions& options = {});

    /// Borrows the columns here.
    [[nodiscard]] PlacementTable table() const;
    /// Each row's group, as its place among the texts of the column, ascending; empty where none was asked for.
    [[nodiscard]] std::span<const std::uint32_t> group() const { return group_; }
    [[nodiscard]] const std::vector<std::string>& group_texts() const { return group_texts_; }
    [[nodiscard]] std::uint64_t rows_unreadable() const { return rows_unreadable_; }
    [[nodiscard]] const std::string& first_unreadable() const { return first_unreadable_; }  ///< "line 7: 3 cells where ..."

private:
    struct FactColumn {
        FactId fact;
        std::vector<std::int64_t> values;
        std::vector<Given> given;
    };
    explicit PlacementColumns(Tariff tariff) : tariff_(std::move(tariff)) {}
    Tariff tariff_;
    RecordId record_;
    std::size_t rows_ = 0;
    std::vector<FactColumn> columns_;
    std::vector<FactId> without_;
    std::vector<std::uint32_t> group_;
    std::vector<std::string> group_texts_;
    std::uint64_t rows_unreadable_ = 0;
    std::string first_unreadable_;
};

/// What came of pricing a file.
struct FileSummary {
    struct Count {
        std::string outcome;
        OutcomeClass outcome_class = OutcomeClass::priced;
        bool at_fault = false;                   ///< the row itself is wrong, not what the pack says of it
        std::uint64_t rows = 0;
        std::vector<std::uint64_t> first_lines;  ///< line numbers of the first few
        std::string first_reason;                ///< the first row's sentence
    };
    struct Group {
        std::string value;
        std::uint64_t rows = 0;
        std::uint64_t priced = 0;  ///< of them
        Money total;
    };
    std::uint64_t rows = 0;
    Money total;                                        ///< paid lines of every priced row
    std::vector<std::pair<std::string, Money>> lines;   ///< sum of each line, in the pack's order
    std::vector<std::pair<std::string, Money>> elements;  ///< paid lines by the elements they are for: "3", "1+2"
    std::vector<std::pair<std::string, Money>> payers;    ///< paid lines by who pays them, in the pack's order
    std::vector<Group> groups;                          ///< by the texts of the column asked for, ascending
    std::vector<Count> outcomes;                        ///< most rows first
    bool stopped = false;                               ///< strict, and a row was not priced: nothing after it was read
    [[nodiscard]] std::uint64_t rows_not_priced() const;
    /// Rows that are themselves at fault: unreadable, or with facts or days that cannot be priced (outcomes 200 to 399).
    [[nodiscard]] std::uint64_t rows_at_fault() const;
};

/// Prices every row of `input` into `output`: the row as it was, then `outcome`, `total_gbp`, one column a line where asked,
/// one LINE_difference a line (outside the total) where the plan says what was paid,
/// and `reason` for a row without ordinary money. A file that cannot be read or written, or whose columns do not match, is
/// a diagnostic; a bad row is an outcome.
[[nodiscard]] Checked<FileSummary> price_file(const Plan& plan, const std::filesystem::path& input,
                                              const std::filesystem::path& output, const FileOptions& options = {});

/// A CSV file of one kind of record.
struct FileOfKind {
    std::string record;
    std::filesystem::path path;
};

/// What came of one kind of record, of several priced together.
struct SummaryOfKind {
    std::string record;
    std::filesystem::path output;
    FileSummary summary;
};

/// Prices records of several kinds together, a file each, into `folder`/KIND.csv. Files of rows are read twice; kinds of groups
/// may be without a file, and groups that only their rows name follow those of the file. A group's row has a column for what it
/// gathered. An option about a fact is for the files of the kinds that read it.
[[nodiscard]] Checked<std::vector<SummaryOfKind>> price_files(const Plan& plan, const std::vector<FileOfKind>& files,
                                                              const std::filesystem::path& folder, const FileOptions& options = {});

}  // namespace bandtariff
