// Tariff and dice to the facts of a record, as text. Entry points: texts, placement_of.
#include <algorithm>
#include <chrono>

#include "generate.hpp"

namespace bandtariff::generate {

namespace {

constexpr std::chrono::days one_day{1};

/// A number as carried (x 10^decimals) in the spelling of records.
std::string decimal_text(std::int64_t value, int decimals) {
    const bool negative = value < 0;
    std::string digits = std::to_string(negative ? -value : value);
    if (decimals > 0) {
        const auto places = static_cast<std::size_t>(decimals);
        if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
        digits.insert(digits.size() - places, ".");
    }
    return negative ? "-" + digits : digits;
}

std::int64_t as_carried(const Rational& value, int decimals) {
    Rational scaled = value;
    for (int k = 0; k < decimals; ++k) scaled *= 10;
    return static_cast<std::int64_t>(Integer(numerator(scaled) / denominator(scaled)));
}

/// Where the tables that this fact is a key of cut it, as carried.
std::vector<std::int64_t> cuts_of(const TariffContents& tariff, FactId id) {
    std::vector<std::int64_t> cuts;
    for (const Table& table : tariff.tables) {
        for (const Key& key : table.keys) {
            if (key.reads.operation != Operation::fact || key.reads.index != id.index) continue;
            for (const Key::Cut& cut : key.cuts) cuts.push_back(as_carried(cut.at, tariff.at(id).decimals));
        }
    }
    return cuts;
}

std::string number_text(const TariffContents& tariff, FactId id, Dice& dice) {
    const Fact& fact = tariff.at(id);
    const std::int64_t min = as_carried(fact.min, fact.decimals);
    const std::int64_t max = as_carried(fact.max, fact.decimals);
    const std::vector<std::int64_t> cuts = cuts_of(tariff, id);
    std::int64_t value = dice.between(min, max);
    switch (dice.below(8)) {
        case 0: value = min; break;
        case 1: value = max; break;
        case 2: value = min + 1; break;
        case 3: value = max - 1; break;
        case 4: value = dice.between(-2, 2); break;
        case 5:  // halves and quarters make ties
            value = min + (max - min) / 4 * dice.between(0, 4);
            break;
        default:
            if (!cuts.empty()) value = dice.pick(cuts) + dice.between(-1, 1);
    }
    return decimal_text(std::clamp(value, min, max), fact.decimals);
}

std::string bad_text(const Fact& fact, Dice& dice) {
    switch (fact.kind) {
        case FactKind::code: return "no such code";
        case FactKind::number:
            switch (dice.below(3)) {
                case 0: return decimal_text(as_carried(fact.max, fact.decimals) + 1, fact.decimals);
                case 1: return decimal_text(as_carried(fact.min, fact.decimals) - 1, fact.decimals);
                default: return "twelve";
            }
        case FactKind::yes_no: return "perhaps";
        case FactKind::date: return "2026-02-30";
        case FactKind::year: return "2026-28";
        case FactKind::name:
        case FactKind::text: break;
    }
    return "x";
}

std::string good_text(const TariffContents& tariff, FactId id, const Boundaries& boundaries, Dice& dice) {
    const Fact& fact = tariff.at(id);
    switch (fact.kind) {
        case FactKind::number: return number_text(tariff, id, dice);
        case FactKind::code: {
            const Code& code = dice.pick(tariff.at(fact.codes).codes);
            return !code.also.empty() && dice.chance(20) ? dice.pick(code.also) : code.code;
        }
        case FactKind::yes_no: return dice.chance(50) ? "yes" : "no";
        case FactKind::date: return to_string(boundaries.day(dice));
        case FactKind::year: return to_string(NamedYear::holding(fact.year, boundaries.day(dice)));
        case FactKind::name:
        case FactKind::text: return "as agreed";
    }
    return {};
}

}  // namespace

Boundaries::Boundaries(const TariffContents& tariff)
    : around_(tariff.applies.value_or(DateRange(make_date(2025, 1, 1), make_date(2028, 1, 1)))) {
    const auto beside = [&](Date day) {
        for (const int offset : {-1, 0, 1}) days_.push_back(day + offset * one_day);
    };
    beside(around_.from());
    beside(around_.last_day());
    for (const Table& table : tariff.tables) {
        for (const Version& version : table.versions) {
            if (version.from) beside(*version.from);
            if (version.until) beside(*version.until);
        }
    }
    for (const Fact& fact : tariff.facts) {
        if (fact.required_from) beside(*fact.required_from);
    }
    for (Date day = around_.from(); day < around_.until(); day += one_day) {
        const std::chrono::year_month_day ymd{day};
        const unsigned month = unsigned(ymd.month());
        const bool starts_a_year = ymd.day() == std::chrono::day(1) && (month == 1 || month == 4 || month == 8 || month == 9);
        if (starts_a_year) beside(day);
        if (month == 2 && ymd.day() == std::chrono::day(29)) beside(day);
    }
    // A fifth of the days beside a boundary lie outside; most records should be priced.
    std::erase_if(days_, [&](Date day) { return !around_.holds(day) && (day_number(day) % 3 == 0); });
}

Date Boundaries::day(Dice& dice) const {
    if (dice.chance(55)) {
        const Date day = dice.pick(days_);
        if (around_.holds(day) || dice.chance(15)) return day;
    }
    Date day = around_.from() + one_day * dice.between(0, around_.days() - 1);
    const std::chrono::year_month_day ymd{day};
    if (dice.chance(40)) day = Date(ymd.year() / ymd.month() / std::chrono::last);
    if (dice.chance(20)) day = Date(ymd.year() / ymd.month() / std::chrono::day(1));
    return around_.holds(day) ? day : around_.from();
}

Texts texts(const Tariff& tariff, RecordId record, const Boundaries& boundaries, Dice& dice, unsigned bad_percent) {
    Texts said(tariff->facts.size());
    for (const FactId id : tariff->facts_read(record)) {
        const Fact& fact = tariff->at(id);
        const unsigned absent_percent = fact.optional ? 45 : fact.otherwise ? 25 : 2;
        if (dice.chance(absent_percent)) continue;
        said[id.index] = dice.chance(bad_percent) ? bad_text(fact, dice) : good_text(*tariff, id, boundaries, dice);
    }
    const SpanRule& span = tariff->at(record).span;
    if (span.kind == SpanRule::Kind::between) {
        std::string& from = said[span.from.index];
        std::string& last_day = said[span.last_day.index];
        if (from > last_day && !last_day.empty() && dice.chance(95)) std::swap(from, last_day);
    }
    return said;
}

Placement placement_of(const Tariff& tariff, RecordId record, const Texts& texts) {
    Placement placement(tariff, record);
    for (std::size_t k = 0; k < texts.size(); ++k) {
        if (!texts[k].empty()) placement.with(tariff->facts[k].name, texts[k]);
    }
    return placement;
}

}  // namespace bandtariff::generate
