// One fact's cells: text to the value as carried, as read_fact reads it and many times faster. Internal to src/file; one
// for each thread.
#pragma once

#include <optional>
#include <vector>

#include "bandtariff/placement.hpp"
#include "file/text_table.hpp"

namespace bandtariff {
class Names;
}

namespace bandtariff::file {

class FactCells {
public:
    /// `names` numbers what facts of kind `name` say; may be nullptr.
    FactCells(Tariff tariff, FactId fact, const Names* names = nullptr);

    void read(std::string_view text, std::int64_t& value, Given& given) {
        if (quick_ && quick_number(text, value)) {
            given = Given::given;
            return;
        }
        const std::uint32_t known = texts_.find(text);
        const Read& read = known != TextTable::none ? read_[known] : read_anew(text);
        value = read.value;
        given = read.given;
    }

private:
    struct Read {
        std::int64_t value = 0;
        Given given = Given::absent;
    };
    /// Plain digits, perhaps with a point, of a number that the fact allows: nothing else is looked at here.
    [[nodiscard]] bool quick_number(std::string_view text, std::int64_t& value) const;
    const Read& read_anew(std::string_view text);

    Tariff tariff_;
    FactId fact_;
    const Names* names_;
    bool quick_ = false;  ///< a number whose bounds as carried are these
    int decimals_ = 0;
    std::int64_t low_ = 0, high_ = 0;
    // Files repeat a few hundred texts over and over (codes, dates), so each is read once. Past the limit, texts are read as
    // they come: memory stays constant.
    static constexpr std::size_t most_known = 4096;
    static constexpr std::size_t longest_known = 64;
    TextTable texts_;
    std::vector<Read> read_;
    Read unkept_;
};

}  // namespace bandtariff::file
