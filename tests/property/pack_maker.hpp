// The workshop of generate::pack: declares facts, figures, tables and steps as formulas come to need them, so that nothing is unused.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "bandtariff/calendar.hpp"
#include "generate.hpp"
#include "history.hpp"

namespace bandtariff::generate {

/// A formula and what it may come to: the least number of digits that bounds it, so that payables stay inside 64 bits of pence.
struct Formula {
    std::string text;
    int digits = 1;
};

/// What a rate is for: how its unit is written, and what its names end in.
struct RateUnit {
    std::string text;    ///< "GBP per pupil per year"
    std::string suffix;  ///< "year"
    int digits;          ///< the most digits an amount may have, given what time multiplies it by
};

class PackMaker {
public:
    PackMaker(Dice& dice, const Wanted& wanted) : dice_(dice), wanted_(wanted) {}
    [[nodiscard]] Pack make();
    [[nodiscard]] HistoryPack make_history();  ///< generate_history.cpp

private:
    // generate_pack.cpp: header, time and lines
    void choose_days();
    void declare_span();
    void add_line(std::size_t number);
    void add_refusal();
    [[nodiscard]] std::string line_rounding(bool mirrored, bool whole);
    [[nodiscard]] std::string calendar(bool terms);
    [[nodiscard]] std::string counted_basis(const RateUnit& unit);
    [[nodiscard]] std::string time_basis(const RateUnit& unit);
    [[nodiscard]] std::string parties();

    // generate_payments.cpp: who pays the lines, when, and what is left over
    [[nodiscard]] std::string payers(const RateUnit& unit, bool with_window);
    [[nodiscard]] std::string paid_in();
    [[nodiscard]] std::string window();
    [[nodiscard]] std::string half_or_less();
    [[nodiscard]] std::string mirrored_rounding(const std::string& quantum, const std::string& of);
    void add_settlement(std::size_t number, const std::vector<std::string>& lines);

    // generate_formula.cpp: what a formula may say
    [[nodiscard]] Formula money(const RateUnit& unit, unsigned depth);
    [[nodiscard]] Formula money_leaf(const RateUnit& unit);
    [[nodiscard]] Formula ratio(unsigned depth);
    [[nodiscard]] std::string condition(unsigned depth);
    [[nodiscard]] std::string condition_leaf();
    [[nodiscard]] std::string by_choice(const Formula& one, const Formula& other);
    [[nodiscard]] Formula money_step(const RateUnit& unit, unsigned depth);

    // generate_table.cpp: figures, tables, facts and codes
    [[nodiscard]] Formula figure(const std::string& unit, int most_digits, bool positive = false);
    [[nodiscard]] Formula money_table(const RateUnit& unit);
    [[nodiscard]] Formula ratio_table();
    [[nodiscard]] std::string level_table();
    [[nodiscard]] std::string code_fact(const std::string& name, std::size_t size, bool ordered);
    [[nodiscard]] std::string flag();
    [[nodiscard]] std::string points();
    [[nodiscard]] std::string hours();
    [[nodiscard]] std::string date_fact();
    [[nodiscard]] std::string fee(const RateUnit& unit);
    [[nodiscard]] std::string extra(const RateUnit& unit);
    [[nodiscard]] std::string outcome(const std::string& outcome_class);
    [[nodiscard]] std::string rounding_text(const std::string& quantum, const std::string& of);

    /// The days on which a figure or table has a new version; the first is the first that the pack applies to.
    [[nodiscard]] std::vector<Date> version_days();
    /// Its dated values: one block for each of those days, without its `from`.
    [[nodiscard]] std::string versions(const std::vector<Date>& days, const std::vector<std::string>& blocks, bool as_list);
    [[nodiscard]] std::string amount_text(int most_digits, bool positive, int& digits);
    struct Groups {
        std::string key;
        std::vector<std::string> patterns;
    };
    [[nodiscard]] Groups key_groups(const std::string& key, bool may_say_others);
    [[nodiscard]] std::string cell(const RateUnit* unit, int most_digits, int& digits);
    [[nodiscard]] Formula table_of(const std::string& name, const std::string& unit_line, const RateUnit* unit, int most_digits);

    [[nodiscard]] std::string each_cells(const std::string& key, int most_digits, int& digits);

    void put(const std::string& section, const std::string& name, const std::string& yaml);
    [[nodiscard]] bool has(const std::string& section, const std::string& name) const;
    [[nodiscard]] std::string fresh(const std::string& stem) { return stem + "_" + std::to_string(++names_[stem]); }

    Dice& dice_;
    Wanted wanted_;
    bool dated_ = true, as_printed_ = false;
    DateRange applies_;
    std::string span_kind_, span_text_;
    std::map<std::string, int> names_;
    std::vector<std::string> section_order_;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> sections_;
    std::map<std::string, std::vector<std::string>> codes_;
    std::set<std::string> keyed_by_band_;
    bool two_kinds_ = false;
    int points_decimals_ = 0;
};

}  // namespace bandtariff::generate
