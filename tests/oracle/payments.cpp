// A line's days to slices, day by day, and its pence to instalments, share by share. Entry point: split.
#include "payments.hpp"

#include <chrono>
#include <set>

#include "expression.hpp"

namespace bandtariff::oracle {

namespace {

class Stops {
public:
    explicit Stops(const TariffContents& tariff) : tariff_(tariff) {}
    void add(OutcomeId outcome) { least = least ? winner(tariff_, *least, outcome) : outcome; }
    void add(std::string_view code) { add(named(tariff_, code)); }
    std::optional<OutcomeId> least;

private:
    const TariffContents& tariff_;
};

/// Whole pence of a rounded sum; 0 and a stop where nothing may be rounded and something is left.
Integer pence_of(const Rational& pounds, const Rounding& rounding, Stops& stops) {
    const auto amount = rounded(pounds, rounding);
    if (!amount) {
        stops.add("not_exact");
        return 0;
    }
    return Integer(numerator(Rational(*amount * 100)));
}

/// A value that a payer needs; anything else leaves the record unpriced.
std::optional<Value> needed(const Expression& expression, const Reading& reading, Stops& stops) {
    const Answer answer = evaluate(expression, reading);
    if (answer.is_value()) return answer.value;
    if (is_stop(reading.tariff(), answer)) stops.add(answer.outcome);
    else stops.add("no_value");
    return std::nullopt;
}

/// Whether a party pays on a day; nullopt where that is not known.
std::optional<bool> in_window(const Slice& slice, const Reading& reading, Stops& stops) {
    if (!slice.first) return true;
    const auto count = needed(*slice.first, reading, stops);
    const auto since = needed(*slice.since, reading, stops);
    if (!count || !since) return std::nullopt;
    if (!reading.day) {
        stops.add("cannot_split");
        return std::nullopt;
    }
    const Rational days = slice.first_in_weeks ? Rational(count->number * 7) : count->number;
    if (denominator(days) != 1) {
        stops.add("not_exact");
        return std::nullopt;
    }
    const Rational passed = Rational((*reading.day - Date{}).count() - since->integer);
    return passed >= 0 && passed < days;
}

bool other_side(const Integer& part, const Integer& whole) { return part != 0 && (whole == 0 || (part > 0) != (whole > 0)); }

void slices(const Placement& record, const Line& line, const std::vector<ValueDay>& days, const Integer& payable, Split& result, Stops& stops) {
    const TariffContents& tariff = *record.tariff();
    std::vector<Rational> sums(line.payers.size(), Rational(0));
    // What is counted for all the days together, or is a year's sum, cannot be paid by one party on some of them and by another on the rest.
    const TimeBasis::Kind kind = tariff.at(tariff.over(line).basis).kind;
    const bool one_unit = kind == TimeBasis::Kind::times || kind == TimeBasis::Kind::whole;
    std::set<std::vector<std::pair<bool, Rational>>> ways;
    for (const ValueDay& day : days) {
        const Reading reading{record, day.day};
        Rational left = day.amount;
        std::vector<std::pair<bool, Rational>> way;
        bool known = true;  // what each pays on this day
        for (std::size_t k = 0; k < line.payers.size(); ++k) {
            const Slice& slice = line.payers[k];
            if (slice.kind == Slice::Kind::rest) continue;
            const auto pays = in_window(slice, reading, stops);
            const auto limit = needed(slice.limit, reading, stops);
            known = known && pays && limit;
            if (!known) continue;
            way.emplace_back(*pays, limit->number);
            if (!*pays) continue;
            Rational part = day.amount * limit->number;
            if (slice.kind == Slice::Kind::up_to) {
                const Rational size = left < 0 ? Rational(-left) : left;
                part = size < limit->number ? size : limit->number;
                if (left < 0) part = -part;
            }
            left -= part;
            sums[k] += part * day.weight;
        }
        if (known) ways.insert(way);
    }
    if (one_unit && ways.size() > 1) stops.add("cannot_split");
    if (stops.least) return;  // with a payer's value missing, what the others leave is not known
    Integer others = 0;
    for (std::size_t k = 0; k < line.payers.size(); ++k) {
        const Slice& slice = line.payers[k];
        Integer pence = 0;
        if (slice.kind != Slice::Kind::rest) {
            const Rate quantum = line.rounding ? line.rounding->rounding.quantum() : Rate(Rational(1, 100));
            pence = pence_of(sums[k], slice.rounding ? slice.rounding->rounding : Rounding::directed(Rounding::Mode::toward_zero, quantum), stops);
            others += pence;
        }
        result.slices.emplace_back(tariff.text_of(tariff.party, slice.party), pence);
    }
    for (std::size_t k = 0; k < line.payers.size(); ++k) {
        if (line.payers[k].kind == Slice::Kind::rest) result.slices[k].second = payable - others;
        if (other_side(result.slices[k].second, payable)) stops.add("negative_not_allowed");
    }
}

void instalments(const TariffContents& tariff, const Instalments& paid_in, const Integer& payable, const std::optional<Date>& first, const std::optional<Date>& last, Split& result,
                 Stops& stops) {
    const std::size_t size = paid_in.parts.size();
    std::vector<bool> left_out(size, false);
    if (paid_in.not_reached_left_out && !first) return stops.add("cannot_split");
    if (paid_in.not_reached_left_out && paid_in.months_of) {
        const NamedYear year = NamedYear::holding(YearKind::financial, *first);
        if (!year.days().holds(*last)) return stops.add("cannot_split");
        for (std::size_t k = 0; k < size; ++k) {
            // The last day of the k-th month from April is the day before the first of the next.
            const std::chrono::year_month month = std::chrono::year_month(std::chrono::year(year.starts), std::chrono::April) + std::chrono::months(k);
            left_out[k] = Date(std::chrono::year_month_day_last(month.year(), std::chrono::month_day_last(month.month()))) < *first;
        }
    }
    if (paid_in.not_reached_left_out && !paid_in.months_of) {
        const Calendar* year = nullptr;
        for (const CalendarId id : paid_in.terms) {
            const Calendar& each = tariff.at(id);
            const bool goes_on = each.units.back().days.last_day() >= *first;
            if (year == nullptr && goes_on && each.reach().holds(*first) && each.reach().holds(*last)) year = &each;
        }
        if (year == nullptr) return stops.add("cannot_split");
        for (std::size_t k = 0; k < size; ++k)
            for (const Calendar::Unit& term : year->units)
                if (term.name == paid_in.parts[k].name) left_out[k] = term.days.last_day() < *first;
    }
    if (paid_in.residue && left_out[*paid_in.residue]) return stops.add("cannot_split");
    Rational whole = 0;
    for (std::size_t k = 0; k < size; ++k) whole += left_out[k] ? Rational(0) : paid_in.parts[k].share;
    const Rational pounds = Rational(payable) / 100;
    Rational due = 0;
    Integer before = 0, others = 0;
    std::size_t takes_rest = 0;
    for (std::size_t k = 0; k < size; ++k) {
        if (left_out[k]) continue;
        const Rational share = paid_in.parts[k].share / whole;
        due += share;
        Integer part = 0;
        if (paid_in.residue) {
            if (*paid_in.residue == k) takes_rest = result.instalments.size();
            else part = pence_of(Rational(share * pounds), paid_in.rounding.rounding, stops);
        } else {
            takes_rest = result.instalments.size();
            const Integer now = pence_of(Rational(due * pounds), paid_in.rounding.rounding, stops);
            part = now - before;
            before = now;
        }
        others += part;
        result.instalments.emplace_back(paid_in.parts[k].name, part);
    }
    result.instalments[takes_rest].second += payable - others;
    for (const auto& [name, part] : result.instalments)
        if (other_side(part, payable)) stops.add("cannot_split");
}

}  // namespace

Split split(const Placement& record, const Line& line, const std::vector<ValueDay>& days, const Integer& payable, const std::optional<Date>& first,
            const std::optional<Date>& last) {
    Split result;
    Stops stops(*record.tariff());
    if (!line.payers.empty()) slices(record, line, days, payable, result, stops);
    if (line.paid_in) instalments(*record.tariff(), *line.paid_in, payable, first, last, result, stops);
    result.stop = stops.least;
    return result;
}

}  // namespace bandtariff::oracle
