// The executable meaning of a pack: one record priced by the plain day loop, in rationals, slowly and obviously.
//
//     const oracle::OracleQuote expected = oracle::price(placement(tariff).with("band", "B4"));
//
// Everything is worked out afresh on each paid day: versions by scanning, rows one by one, no table folded, no run of days
// priced at once. It reads the public headers alone and shares no arithmetic with the engine beyond Rational.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bandtariff/placement.hpp"

namespace bandtariff::oracle {

/// A line that is in the quote. `outcome` is "priced", or the code of why it pays nothing or could not be priced.
struct OracleLine {
    LineId id;
    std::string name;
    std::string outcome;
    Flow flow = Flow::paid;
    Rational exact = 0;   ///< pounds, before rounding
    Integer payable = 0;  ///< pence
    std::vector<std::pair<std::string, Integer>> slices, instalments;  ///< pence, by party and by part
    std::vector<std::pair<std::optional<Date>, Rational>> by_day = {};  ///< what each day adds to the exact sum
};

struct OracleQuote {
    std::string outcome;
    OutcomeClass outcome_class = OutcomeClass::not_priced;
    Integer total = 0;              ///< pence of the paid lines; 0 where not priced
    std::vector<OracleLine> lines;  ///< live lines as the tariff lists them; none where not priced

    [[nodiscard]] bool priced() const { return outcome_class != OutcomeClass::not_priced; }
    [[nodiscard]] const OracleLine* line(std::string_view name) const;
};

/// Prices one record. Throws std::logic_error where the tariff breaks a promise that checking it makes (a divisor of zero,
/// a payable that is no whole number of pence).
[[nodiscard]] OracleQuote price(const Placement& record, const std::optional<DateRange>& window = {});

/// The multiple of the quantum that a rounding names, by the size of the number and its sign; nullopt where `exact` meets a residue.
[[nodiscard]] std::optional<Rational> rounded(const Rational& value, const Rounding& rounding);

}  // namespace bandtariff::oracle
