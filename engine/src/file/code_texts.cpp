// Columns of texts in memory to columns of facts, and to prices: see text_column.hpp. A record's file has few distinct texts in a
// column of codes, so each is read by read_fact once and then found again (known_texts.hpp). Prices are worked out a stretch of
// rows at a time, whose columns stay in the cache.
#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "bandtariff/text_column.hpp"
#include "file/text_reader.hpp"
#include "base/in_parallel.hpp"

namespace bandtariff {

namespace {

constexpr std::size_t worth_a_thread = 16'384;

std::size_t parts_of(std::size_t rows, unsigned threads) {
    return std::clamp<std::size_t>(rows / worth_a_thread, 1, base::threads_of(threads));
}

/// One thread's columns of a stretch of rows, written over by the next.
class Stretch {
public:
    Stretch(const TariffContents& tariff, std::span<const TextFact> texts, std::size_t most_rows) {
        for (const TextFact& fact : texts) {
            Read& read = reads_.emplace_back(Read{fact.fact, {tariff, fact.fact, fact.texts}, {}, {}, {}});
            read.given.resize(most_rows);
            if (file::TextReader::narrow(tariff, fact.fact))
                read.narrow.resize(most_rows);
            else
                read.wide.resize(most_rows);
        }
    }
    /// Sets the columns of rows [from, to) in a table of so many rows.
    void set(PlacementTable& table, std::size_t from, std::size_t to) {
        for (Read& read : reads_) {
            const auto put = [&](auto& values) {
                const bool all = read.reader.read(from, to, values.data(), read.given.data());
                table.set(read.fact, std::span(std::as_const(values)).first(to - from), all ? nullptr : read.given.data());
            };
            if (read.wide.empty())
                put(read.narrow);
            else
                put(read.wide);
        }
    }

private:
    struct Read {
        FactId fact;
        file::TextReader reader;
        std::vector<std::uint16_t> narrow;
        std::vector<std::int64_t> wide;
        std::vector<Given> given;
    };
    std::vector<Read> reads_;
};

}  // namespace

void CodedColumn::set(PlacementTable& table) const {
    const Given* given = given_.empty() ? nullptr : given_.data();
    if (narrow_.empty()) {
        table.set(fact_, std::span(wide_), given);
    } else {
        table.set(fact_, std::span(narrow_), given);
    }
}

CodedColumn code_texts(const TariffContents& tariff, FactId fact, const TextColumn& texts, unsigned threads) {
    const std::size_t rows = texts.rows();
    CodedColumn column;
    column.fact_ = fact;
    column.given_.resize(rows);
    if (file::TextReader::narrow(tariff, fact))
        column.narrow_.resize(rows);
    else
        column.wide_.resize(rows);
    std::atomic<bool> all = true;
    const std::size_t parts = parts_of(rows, threads);
    base::in_parallel(base::threads_of(threads), parts, [&](std::size_t part) {
        file::TextReader reader(tariff, fact, texts);
        const std::size_t from = rows * part / parts, to = rows * (part + 1) / parts;
        const auto into = [&](auto& values) { return reader.read(from, to, values.data() + from, column.given_.data() + from); };
        if (!(column.narrow_.empty() ? into(column.wide_) : into(column.narrow_))) all = false;
    });
    if (all) column.given_.clear();
    return column;
}

void price_texts(const Plan& plan, const PlacementTable& records, std::span<const TextFact> texts, const QuoteTable& quotes,
                 const PriceOptions& options) {
    const std::size_t rows = records.rows();
    for (const TextFact& fact : texts)
        if (fact.texts.rows() != rows)
            throw std::invalid_argument(plan.tariff()->at(fact.fact).name + ": has " + std::to_string(fact.texts.rows()) +
                                        " texts where the records have " + std::to_string(rows));
    constexpr std::size_t most_rows = 16'384;
    const std::size_t stretch = std::min(rows, most_rows), stretches = rows == 0 ? 1 : (rows + stretch - 1) / stretch;
    const std::size_t parts = parts_of(rows, options.threads);
    std::atomic<std::size_t> next{0};
    base::in_parallel(base::threads_of(options.threads), parts, [&](std::size_t) {
        Stretch columns(*plan.tariff(), texts, stretch);
        for (std::size_t k = next++; k < stretches; k = next++) {
            const std::size_t from = k * stretch, to = std::min(rows, from + stretch);
            PlacementTable table = records.slice(from, to - from);
            columns.set(table, from, to);
            // Few rows are priced by all threads together, for where each is slow.
            plan.price(table, quotes.slice(from, to - from, rows), parts == 1 ? options : PriceOptions{});
        }
    });
}

}  // namespace bandtariff
