// Releases of one tariff in use together: which release prices a record, or which of its days.
//
//     const Series series = load_series("rules/local/example").value();
//     const SeriesQuote quote = series.price({{"band", "B4"}, {"start", "2026-01-01"}, {"last_day", "2026-08-31"}});
//     std::cout << render(quote);
//
// Releases that say what they `take` each price the records they take, whole. Others are cut by day: each prices the paid
// days that it applies to, and what it pays adds up to the quote.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/placement_file.hpp"
#include "bandtariff/quote.hpp"

namespace bandtariff {

/// The facts of one record by name, as text. A release is told those that it has.
using FactTexts = std::map<std::string, std::string, std::less<>>;

/// What a record is priced at by the releases that price it.
struct SeriesQuote {
    std::string outcome;      ///< code, of all of them together
    OutcomeClass outcome_class = OutcomeClass::not_priced;
    std::string say;          ///< the outcome's sentence, and whose it is
    Money total;              ///< of all; zero where not priced
    std::vector<Quote> quotes;  ///< of each release that prices the record or some of its days, by their first day
    [[nodiscard]] bool priced() const { return outcome_class != OutcomeClass::not_priced; }
};
/// Every release's quote, and what they come to.
[[nodiscard]] std::string render(const SeriesQuote& quote);
[[nodiscard]] std::string explain(const SeriesQuote& quote);

class Series {
public:
    [[nodiscard]] const std::vector<Tariff>& releases() const { return releases_; }  ///< by their first day
    /// Whether a record's days are shared among the releases; else each record has one release.
    [[nodiscard]] bool cut_by_day() const { return !releases_.front()->takes; }
    /// Every fact that a kind of record can state in some release.
    [[nodiscard]] std::vector<std::string> facts(std::string_view record = {}) const;

    enum class Account { whole, sums };  ///< every step, or outcomes and sums alone, sooner
    /// Throws std::invalid_argument for a fact that no release has, or a kind of record that must be named or is unknown.
    [[nodiscard]] SeriesQuote price(const FactTexts& facts, std::string_view record = {}, Account account = Account::whole) const;

private:
    friend Checked<Series> load_series(const std::filesystem::path&, const std::vector<std::filesystem::path>&);
    explicit Series(std::vector<Tariff> releases) : releases_(std::move(releases)) {}
    std::vector<Tariff> releases_;
};

/// Whether a folder holds releases, each in a folder of its own, and is no pack itself.
[[nodiscard]] bool is_series(const std::filesystem::path& folder);
/// Reads and checks every release in a folder: that they are of one tariff, and that no day, or record, has two or none.
[[nodiscard]] Checked<Series> load_series(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& search = {});

/// price_file by the releases of a series: the row as it was, then `release`, `outcome`, `total_gbp`, one column a line where
/// asked, and `reason`. A fact that some release can read needs a column or stands in `without`.
[[nodiscard]] Checked<FileSummary> price_file(const Series& series, const std::filesystem::path& input, const std::filesystem::path& output,
                                              const FileOptions& options = {});

}  // namespace bandtariff
