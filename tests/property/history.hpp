// Dated values as a pack states them, decided on several days, uplifted and changed by an overlay, and what each comes to.
//
//     const History rate = ...;
//     rate.stated();                  // the YAML of its dated values, uplifts and decisions left to the loader
//     rate.plain(applies, known_on);  // the same as known on a day, every amount worked out here, from the sentences of the language
//
// The second is a pack of plain amounts, so the oracle, which prices it, need not trust the loader with any of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/calendar.hpp"
#include "bandtariff/money.hpp"
#include "generate.hpp"

namespace bandtariff::generate {

/// An amount for each code of the key; nullopt: the outcome not_offered. A figure has the one code "".
using Cells = std::map<std::string, std::optional<Rational>>;

struct StatedRounding {
    std::string text;
    Rounding rounding;
};

/// One dated value.
struct StatedValue {
    enum class Kind { printed, keep_others, uplift };
    Kind kind = Kind::printed;
    Date from;
    std::optional<Date> last_day;
    Date decided;
    bool says_decided = false;
    std::vector<Date> replaces;
    Cells cells;             ///< of printed all, of keep_others those that change, of uplift those that are printed instead
    Rational percentage = 0; ///< of uplift
    std::optional<StatedRounding> rounding;
};

/// What an overlay does to one cell from a day, or to all of them.
struct StatedChange {
    Date from;
    std::string code;            ///< of the cell; a multiplication is of all
    std::optional<Rational> is;  ///< nullopt: not_offered
    std::optional<Rational> multiply_by;
    std::optional<StatedRounding> rounding;
};

class History {
public:
    std::string name;  ///< of the table, or of the figure
    bool figure = false;
    std::vector<StatedValue> values;    ///< the first is from the first day on which the pack applies
    std::vector<StatedChange> changes;  ///< by an overlay, in the order in which they are made

    [[nodiscard]] std::string stated() const;
    [[nodiscard]] std::string stated_changes() const;
    [[nodiscard]] std::string plain(const DateRange& applies, Date known_on) const;
    /// What holds on a day, as known on another.
    [[nodiscard]] Cells on(Date day, Date known_on) const { return cells_on(day, known_on, changes.size()); }
    [[nodiscard]] Date last_decision() const;

private:
    [[nodiscard]] const StatedValue& holding(Date day, Date known_on) const;
    [[nodiscard]] Cells cells_on(Date day, Date known_on, std::size_t changes_made) const;
    [[nodiscard]] Cells uplifted(const StatedValue& value, Date known_on, std::size_t changes_made) const;
};

/// A pack in which values were decided late, uplifted or changed, with everything about it that is said once for both spellings.
struct HistoryPack {
    Pack common;  ///< without the histories
    DateRange applies;
    std::vector<History> histories;
    bool overlay = false;  ///< the changes stand in a pack on top

    [[nodiscard]] Pack stated() const;
    [[nodiscard]] Pack plain(Date known_on) const;
    [[nodiscard]] std::string overlay_text() const;
    [[nodiscard]] std::vector<Date> decisions() const;  ///< ascending, each once
};

[[nodiscard]] HistoryPack history_pack(Dice& dice);

/// Writes the pack as stated, with its overlay above it where there is one, and gives what is to be loaded.
std::filesystem::path write_stated(const HistoryPack& pack, const std::filesystem::path& folder);

}  // namespace bandtariff::generate
