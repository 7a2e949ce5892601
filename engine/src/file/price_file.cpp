// A CSV file of records to a CSV file of prices: see placement_file.hpp. Blocks of rows are read one after another, priced by
// as many threads as were asked for, and written one after another: what comes out depends on no thread, and no more blocks
// are in memory than threads.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <mutex>

#include "bandtariff/placement_file.hpp"
#include "file/block_pricer.hpp"
#include "file/open_file.hpp"
#include "base/in_parallel.hpp"

namespace bandtariff {

namespace {

std::string joined(const std::vector<std::string>& columns) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) text += ',';
        file::append_cell(text, columns[i]);
    }
    return text;
}

/// The columns that prices add to a file.
std::vector<std::string> added_columns(const TariffContents& tariff, const std::vector<LineId>& lines, bool with_lines, bool differences) {
    std::vector<std::string> added = {"outcome", "total_gbp"};
    for (std::size_t i = 0; with_lines && i < lines.size(); ++i) added.push_back(tariff.at(lines[i]).name);
    for (std::size_t i = 0; differences && i < lines.size(); ++i) added.push_back(tariff.at(lines[i]).name + "_difference");
    added.emplace_back("reason");
    return added;
}

/// Blocks on their way from the input, through whichever thread is free, to the output in their own order.
class Passage {
public:
    Passage(file::RowSource source, const file::Writing& writing, const std::vector<LineId>& lines, std::ostream& out,
            std::function<void(std::uint64_t)> progress)
        : source_(std::move(source)), writing_(writing), sums_(*writing.layout.plan.tariff(), lines), out_(out), progress_(std::move(progress)) {}

    /// What each thread does until there is nothing left to read.
    void work() {
        file::BlockPricer pricer(writing_);
        file::RowBlock block;
        for (;;) {
            std::size_t number = 0;
            std::uint64_t bytes_read = 0;
            {
                const std::lock_guard lock(reading_);
                if (ended_ || !source_.next(block)) {
                    ended_ = true;
                    return;
                }
                number = read_++;
                bytes_read = source_.bytes_read();
            }
            std::optional<file::PricedBlock> priced;
            std::exception_ptr failure;
            try {
                priced.emplace(pricer.price(block));
            } catch (...) {
                failure = std::current_exception();
            }
            std::unique_lock lock(writing_out_);
            turn_.wait(lock, [&] { return written_ == number; });
            if (!ended_early_) {
                if (failure) failure_ = failure;
                else take(*priced, bytes_read);
                if (failure || priced->stopped) ended_ = ended_early_ = true;
            }
            ++written_;
            turn_.notify_all();
        }
    }

    [[nodiscard]] FileSummary result() && {
        if (failure_) std::rethrow_exception(failure_);
        sums_.into(summary_);
        summary_.outcomes = std::move(tally_).result();
        return std::move(summary_);
    }

private:
    void take(const file::PricedBlock& priced, std::uint64_t bytes_read) {
        summary_.rows += priced.rows;
        summary_.stopped = priced.stopped;
        sums_.add(priced.sums);
        tally_.add(priced.tally);
        out_.write(priced.text.data(), static_cast<std::streamsize>(priced.text.size()));
        if (progress_) progress_(bytes_read);
    }

    std::mutex reading_;
    file::RowSource source_;
    std::size_t read_ = 0;
    std::atomic<bool> ended_{false};

    std::mutex writing_out_;
    std::condition_variable turn_;
    std::size_t written_ = 0;
    bool ended_early_ = false;
    std::exception_ptr failure_;  ///< of the first block that could not be priced

    const file::Writing& writing_;
    file::Sums sums_;
    file::Tally tally_;
    FileSummary summary_;
    std::ostream& out_;
    std::function<void(std::uint64_t)> progress_;
};

}  // namespace

std::uint64_t FileSummary::rows_at_fault() const {
    std::uint64_t at_fault = 0;
    for (const Count& count : outcomes)
        if (count.at_fault) at_fault += count.rows;
    return at_fault;
}

std::uint64_t FileSummary::rows_not_priced() const {
    std::uint64_t not_priced = 0;
    for (const Count& count : outcomes)
        if (count.outcome_class == OutcomeClass::not_priced) not_priced += count.rows;
    return not_priced;
}

Checked<FileSummary> price_file(const Plan& plan, const std::filesystem::path& input, const std::filesystem::path& output,
                                const FileOptions& options) {
    Checked<file::OpenedFile> opened_file = file::open_file(plan, input, options);
    if (!opened_file.ok()) return opened_file.diagnostics();
    file::OpenedFile opened = std::move(opened_file).value();
    const std::vector<std::string>& columns = opened.layout.header;
    Report report;
    std::error_code failed;
    if (std::filesystem::exists(output, failed) && std::filesystem::equivalent(input, output, failed)) {
        report.error("same-file", {},
                     "the prices would overwrite their own input " + input.string() + ": they need a file of another name");
        return report.sorted();
    }
    const bool differences = plan.paid_known_on().has_value();
    const std::vector<LineId> lines = file::BlockPrices(*plan.tariff(), opened.layout.record, differences).lines;
    const std::vector<std::string> added = added_columns(*plan.tariff(), lines, options.lines, differences);
    for (const std::string& column : added)
        if (std::find(columns.begin(), columns.end(), column) != columns.end())
            report.error(
                "column-clash", {},
                input.string() + " has a column '" + column + "', and the prices add one of that name: rename or delete it");
    if (!options.by.empty() && std::find(columns.begin(), columns.end(), options.by) == columns.end()) {
        const auto near = nearest_word(options.by, columns);
        report.error("column-unknown", {}, input.string() + " has no column '" + options.by + "' to give totals by", near.value_or(""));
    }
    if (report.has_errors()) return report.sorted();

    std::ofstream out(output, std::ios::binary);
    if (!out) {
        report.error("cannot-write", {}, output.string() + " cannot be written: is its folder there, and may it be written to?");
        return report.sorted();
    }
    const std::uint64_t bytes_in_all = std::filesystem::file_size(input, failed);
    const std::string header = joined(columns) + ',' + joined(added) + '\n';
    out.write(header.data(), static_cast<std::streamsize>(header.size()));
    const file::Writing writing(opened.layout, options);
    std::function<void(std::uint64_t)> progress;
    if (options.progress) progress = [&](std::uint64_t bytes_read) { options.progress(bytes_read, bytes_in_all); };
    Passage passage(file::RowSource(std::move(opened.csv)), writing, lines, out, progress);
    const unsigned threads = base::threads_of(options.threads);
    base::in_parallel(threads, threads, [&](std::size_t) { passage.work(); });
    FileSummary summary = std::move(passage).result();
    out.flush();
    if (!out) {
        report.error("cannot-write", {}, "writing to " + output.string() + " failed: is the disk full?");
        return report.sorted();
    }
    return summary;
}

}  // namespace bandtariff
