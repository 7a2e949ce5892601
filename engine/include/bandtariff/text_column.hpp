// Columns of texts in memory, as Arrow lays them out: turned into a fact's column, each distinct text being read once; or priced
// as they lie.
//
//     const std::vector<std::int32_t> offsets = {0, 2, 4};
//     const CodedColumn column = code_texts(*tariff, band, {offsets, "B4B2"});
//     column.set(table);
//
// Every text is read as read_fact reads it. Empty text, and a row without a value, is an absent fact.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "bandtariff/placement.hpp"
#include "bandtariff/plan.hpp"

namespace bandtariff {

/// Texts one after the other: text i is the bytes from offsets[i] to offsets[i + 1]; or, where there are `places`, row i is the
/// text of that place, as in Arrow's dictionaries and pandas' categories, and a place below nothing is no value. Borrowed.
struct TextColumn {
    std::variant<std::span<const std::int32_t>, std::span<const std::int64_t>> offsets;
    std::string_view bytes;
    const std::uint8_t* valid = nullptr;  ///< a bit a row, least first: 0 is no value; nullptr: every row has one
    std::size_t first_bit = 0;            ///< of row 0 in `valid`
    using Places = std::variant<std::monostate, std::span<const std::int8_t>, std::span<const std::uint8_t>,
                                std::span<const std::int16_t>, std::span<const std::uint16_t>, std::span<const std::int32_t>,
                                std::span<const std::uint32_t>, std::span<const std::int64_t>, std::span<const std::uint64_t>>;
    Places places = {};
    const std::uint8_t* texts_valid = nullptr;  ///< where there are places: of the texts, as `valid`
    std::size_t texts_first_bit = 0;
    [[nodiscard]] std::size_t rows() const;
};

/// A fact's column as carried, with its marks. Owns both; what it sets in a table borrows them.
class CodedColumn {
public:
    [[nodiscard]] std::size_t rows() const { return narrow_.empty() ? wide_.size() : narrow_.size(); }
    [[nodiscard]] std::int64_t value(std::size_t row) const { return narrow_.empty() ? wide_[row] : narrow_[row]; }
    [[nodiscard]] Given given(std::size_t row) const { return given_.empty() ? Given::given : given_[row]; }
    /// Sets the fact's column of a table. Throws std::invalid_argument where the length differs from its rows.
    void set(PlacementTable& table) const;

private:
    friend CodedColumn code_texts(const TariffContents&, FactId, const TextColumn&, unsigned);
    FactId fact_{0};
    std::vector<std::uint16_t> narrow_;  ///< codes, yes or no
    std::vector<std::int64_t> wide_;     ///< everything else
    std::vector<Given> given_;           ///< empty: every row states the fact
};

/// Reads every text. Throws std::invalid_argument where the offsets go down or past the bytes, or a place is none of a text.
/// `threads` read at once; the result is the same for any number of them.
[[nodiscard]] CodedColumn code_texts(const TariffContents& tariff, FactId fact, const TextColumn& texts, unsigned threads = 1);

/// A fact that a column of texts states.
struct TextFact {
    FactId fact;
    TextColumn texts;
};

/// Prices records some of whose facts are columns of texts, read a stretch of rows at a time: as Plan::price does with the
/// columns that code_texts makes, which are never whole in memory. Throws as both do; what has been priced by then is not undone.
void price_texts(const Plan& plan, const PlacementTable& records, std::span<const TextFact> texts, const QuoteTable& quotes,
                 const PriceOptions& options = {});

}  // namespace bandtariff
