// A fact's column of texts in memory, a stretch of rows at a time, to its column as carried. Internal to src/file; a reader
// belongs to one thread.
#pragma once

#include <vector>

#include "bandtariff/text_column.hpp"
#include "file/fact_cells.hpp"

namespace bandtariff::file {

class TextReader {
public:
    TextReader(const TariffContents& tariff, FactId fact, const TextColumn& texts);

    /// Whether two bytes hold every value of the fact: codes, yes or no.
    [[nodiscard]] static bool narrow(const TariffContents& tariff, FactId fact);

    /// Rows [from, to) into `values` and `given`; whether every one of them states the fact. Throws std::invalid_argument where
    /// the offsets or places cannot be.
    template <class Value>
    bool read(std::size_t from, std::size_t to, Value* values, Given* given);

private:
    template <class Offset, class Value>
    bool read_texts(std::span<const Offset> offsets, const std::uint8_t* valid, std::size_t first_bit, std::size_t from,
                    std::size_t to, Value* values, Given* given);
    template <class Place, class Value>
    bool read_places(std::span<const Place> places, std::size_t from, std::size_t to, Value* values, Given* given);
    void read_dictionary();

    FactCells cells_;
    const TextColumn& texts_;
    // Of a column of places: what each text states, and, one past them, what a row without a value does.
    std::vector<std::int64_t> values_;
    std::vector<Given> given_;
    bool all_given_ = false;
};

}  // namespace bandtariff::file
