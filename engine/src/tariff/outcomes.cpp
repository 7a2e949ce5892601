// The outcomes every tariff has before a pack declares its own. Numbers are for ever: columns carry them.
#include "bandtariff/tariff.hpp"

namespace bandtariff {

const std::vector<Outcome>& built_in_outcomes() {
    using enum OutcomeClass;
    const auto make = [](std::uint16_t number, OutcomeClass outcome_class, const char* code, const char* say) {
        return Outcome{code, number, outcome_class, say, {}, {}};
    };
    static const std::vector<Outcome> outcomes = {
        make(0, priced, "priced", "priced"),
        make(1, priced, "priced_zero", "every line that applies comes to zero by arithmetic"),
        make(2, priced, "priced_in_part", "a line could not be priced; the others are"),
        make(3, priced, "priced_with_difference", "priced, and it differs from what was payable as known earlier"),
        make(100, nothing_payable, "no_line_applies", "no line of the tariff applies to this record"),
        make(101, nothing_payable, "counted", "this kind of record is only counted"),
        make(200, not_priced, "fact_missing", "a fact that is needed is not stated"),
        make(201, not_priced, "fact_out_of_range", "a fact is stated with a value that the pack does not allow"),
        make(202, not_priced, "code_unknown", "a fact is stated with a code that is not in its list"),
        make(203, not_priced, "facts_contradict", "a fact is stated and gathered too"),
        make(204, not_priced, "stated_sum_out_of_bounds", "the record's own sum is outside its bounds"),
        make(205, not_priced, "reason_missing", "an override is stated without its reason"),
        make(206, not_priced, "id_duplicate", "another record of its kind has the same name"),
        make(300, not_priced, "no_paid_days", "there is no paid day"),
        make(301, not_priced, "outside_applies", "a paid day is outside the days on which the tariff applies"),
        make(302, not_priced, "part_year_not_stated", "the tariff does not say how a part of a year is priced"),
        make(303, not_priced, "part_month_not_stated", "the tariff does not say how a part of a month is priced"),
        make(304, not_priced, "part_week_not_stated", "the tariff does not say how a part of a week is priced"),
        make(305, not_priced, "cannot_split", "a value changes inside a sum that cannot be split"),
        make(306, not_priced, "not_taken", "the release takes other records than this one"),
        make(400, not_priced, "not_published", "the publisher printed no value here"),
        make(401, not_priced, "no_value", "the pack has no value here"),
        make(402, not_priced, "not_exact", "a value leaves a residue where nothing may be rounded"),
        make(403, not_priced, "negative_not_allowed", "the amount is below zero and the pack does not allow that"),
        make(404, not_priced, "no_pack", "no pack holds the rate of this authority"),
        make(500, not_priced, "member_not_priced", "a record of its group is not priced"),
        make(501, not_priced, "member_crosses_window", "a record of its group is paid for days outside those that are added up"),
        make(502, not_priced, "nothing_to_share_by", "what is shared out cannot be divided between its records"),
    };
    return outcomes;
}

}  // namespace bandtariff
