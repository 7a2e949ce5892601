// Rows to groups and shares: see groups.hpp.
#include "groups.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "days.hpp"

namespace bandtariff::oracle {

namespace {

constexpr std::chrono::days one_day{1};

struct One {
    Placement record;
    std::string id;
    bool stated = true;
    OracleQuote quote = {};
    std::string key = {};
};

/// The texts of a row's keys, or of a group's own; nullopt where one is not stated.
std::optional<std::string> key_text(const TariffContents& tariff, const GroupRule& rule, const Placement& record, bool is_group) {
    std::string text;
    for (const GroupKey& key : rule.by) {
        const StatedFact& fact = record.at(is_group || !key.on ? key.states : *key.on);
        if (fact.given != Given::given) return std::nullopt;
        std::string word = fact.text;
        if (!is_group && key.on) word = to_string(NamedYear::holding(tariff.at(key.states).year, from_day_number(static_cast<std::int32_t>(fact.value))));
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

std::optional<DateRange> window(const TariffContents& tariff, const Gather& gather, const Placement& group) {
    if (gather.when.days) return gather.when.days;
    if (!gather.when.year) return std::nullopt;
    for (const GroupKey& key : tariff.at(group.record()).group->by)
        if (tariff.at(key.states).kind == FactKind::year && tariff.at(key.states).year == *gather.when.year)
            return NamedYear{*gather.when.year, static_cast<int>(group.at(key.states).value)}.days();
    return NamedYear::holding(*gather.when.year, paid_days(group).days.front()).days();
}

/// What a member is to one gathered fact.
struct Term {
    bool counts = false, unpriced = false, crosses = false;
    Rational value = 0;
    std::string distinct;
};

Term term(const TariffContents& tariff, const Gather& gather, const Placement& group, const One& row) {
    Term result;
    if (!row.quote.priced()) {
        result.unpriced = true;
        return result;
    }
    const PaidDays paid = paid_days(row.record);
    const std::optional<DateRange> days = window(tariff, gather, group);
    std::vector<std::optional<Date>> inside;
    for (const Date day : paid.days)
        if (!days || days->holds(day)) inside.emplace_back(day);
    if (paid.no_days) inside.emplace_back(std::nullopt);
    if (inside.empty()) return result;
    result.counts = !gather.where;
    for (const auto& day : inside) {
        if (!gather.where) continue;
        const Answer holds = evaluate(*gather.where, {row.record, day});
        result.unpriced = result.unpriced || is_stop(tariff, holds);
        result.counts = result.counts || holds.is_yes();
    }
    if (!result.counts) return result;
    if (gather.distinct) result.distinct = row.record.at(*gather.distinct).text;
    if (gather.distinct && row.record.at(*gather.distinct).given != Given::given) result.unpriced = true;
    if (gather.what) {
        const Answer value = evaluate(*gather.what, {row.record, inside.front()});
        result.unpriced = result.unpriced || is_stop(tariff, value);
        if (value.is_value()) result.value = value.value.number;
    }
    const OracleLine* line = gather.line ? row.quote.line(tariff.at(*gather.line).name) : nullptr;
    if (gather.kind == Gather::Kind::line_payable) {
        result.crosses = inside.size() != std::max<std::size_t>(paid.days.size(), 1);
        if (line) result.value = Rational(line->payable) / 100;
    }
    if (gather.kind == Gather::Kind::line_exact && line)
        for (const auto& [day, sum] : line->by_day)
            if (std::find(inside.begin(), inside.end(), day) != inside.end()) result.value += sum;
    return result;
}

/// Pennies one at a time to whoever is owed most, of equals to the first id; or in an order, each as much as it can give.
std::optional<std::vector<Integer>> shares(const ShareOut& rule, Integer pot, const std::vector<std::pair<const One*, Rational>>& weights) {
    std::vector<Integer> given(weights.size());
    const int sign = pot < 0 ? -1 : 1;
    if (pot < 0) pot = -pot;
    Rational all = 0;
    for (const auto& [row, weight] : weights) {
        if (weight < 0) return std::nullopt;
        all += weight;
    }
    if (pot == 0) return given;
    if (!rule.order && all == 0) return std::nullopt;
    std::size_t rest = weights.size();
    for (std::size_t i = 0; rule.takes_rest && i < weights.size(); ++i) {
        const StatedFact& fact = weights[i].first->record.at(*rule.takes_rest);
        if (fact.given != Given::given || fact.value == 0) continue;
        if (rest < weights.size()) return std::nullopt;
        rest = i;
    }
    if (rule.takes_rest && rest == weights.size()) return std::nullopt;
    if (rule.takes_rest) {
        Integer left = pot * sign;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (i == rest) continue;
            const auto share = rounded(Rational(Rational(pot * sign) / 100 * weights[i].second / all), rule.rounding.rounding);
            if (!share) return std::nullopt;
            given[i] = numerator(Rational(*share * 100));
            left -= given[i];
        }
        given[rest] = left;
        if (left != 0 && (left < 0) != (sign < 0)) return std::nullopt;
        return given;
    }
    for (Integer penny = 0; penny < pot; ++penny) {
        std::size_t best = weights.size();
        const auto day = [&](std::size_t i) { return weights[i].first->record.at(*rule.order).value; };
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const auto before = [&](std::size_t j) {
                if (rule.order) {
                    if (day(i) != day(j)) return rule.from_latest ? day(i) > day(j) : day(i) < day(j);
                } else {
                    const Rational owed = Rational(pot) * weights[i].second / all - given[i], other = Rational(pot) * weights[j].second / all - given[j];
                    if (owed != other) return owed > other;
                }
                return weights[i].first->id < weights[j].first->id;
            };
            if (rule.order && Rational(given[i] + 1) > weights[i].second * 100) continue;
            if (best == weights.size() || before(best)) best = i;
        }
        if (best == weights.size()) return std::nullopt;
        ++given[best];
    }
    for (Integer& share : given) share *= sign;
    return given;
}

OracleQuote stop(const TariffContents& tariff, std::string_view code) { return {std::string(code), tariff.at(named(tariff, code)).outcome_class, 0, {}}; }

/// Gathers for one group, prices it and gives out what it shares.
void price_group(const TariffContents& tariff, One& group, std::vector<One*>& members) {
    const GroupRule& rule = *tariff.at(group.record.record()).group;
    std::vector<std::string> stops;
    std::vector<One*> left_in;
    for (One* row : members) {
        bool unpriced = !row->quote.priced();
        for (const FactId id : tariff.facts_gathered(group.record.record())) unpriced = unpriced || term(tariff, *tariff.at(id).gathers, group.record, *row).unpriced;
        if (!unpriced) left_in.push_back(row);
        else if (!rule.leave_out_unpriced) stops.emplace_back("member_not_priced");
    }
    for (const FactId id : tariff.facts_gathered(group.record.record())) {
        const Fact& fact = tariff.at(id);
        if (group.record.at(id).given != Given::absent) {
            if (!members.empty()) stops.emplace_back("facts_contradict");
            continue;
        }
        auto gathered = std::make_shared<Gathered>();
        std::set<std::string> distinct;
        for (One* row : left_in) {
            const Term one = term(tariff, *fact.gathers, group.record, *row);
            if (!one.counts) continue;
            if (one.crosses) stops.emplace_back("member_crosses_window");
            distinct.insert(one.distinct);
            gathered->value += fact.gathers->kind == Gather::Kind::count ? (fact.gathers->distinct ? Rational(0) : Rational(1)) : one.value;
        }
        if (fact.gathers->distinct) gathered->value = distinct.size();
        const bool allowed = fact.min <= gathered->value && gathered->value <= fact.max;
        if (!allowed) stops.emplace_back("fact_out_of_range");
        group.record.state(id, {Given::given, 0, {}, gathered});
    }
    group.quote = price(group.record);
    bool settled = false;
    for (const std::string& code : stops) {
        const OracleQuote other = stop(tariff, code);
        // What its rows leave it with is known before its days and lines are looked at, with the facts that it states badly.
        const bool as_early = group.quote.outcome == "fact_out_of_range" || group.quote.outcome == "code_unknown" || settled;
        if (!as_early || tariff.at(named(tariff, code)).number < tariff.at(named(tariff, group.quote.outcome)).number) group.quote = other;
        settled = true;
    }
    if (!group.quote.priced()) return;
    const PaidDays own = paid_days(group.record);
    std::map<One*, std::vector<OracleLine>> given;
    for (const OracleLine& line : group.quote.lines) {
        const std::optional<ShareOut>& share = tariff.at(line.id).share_out;
        if (!share || line.outcome != "priced") continue;
        std::vector<std::pair<const One*, Rational>> weights;
        std::vector<One*> rows;
        for (One* row : left_in) {
            const PaidDays paid = paid_days(row->record);
            std::optional<Date> first;
            for (const Date day : paid.days)
                if (!first && std::find(own.days.begin(), own.days.end(), day) != own.days.end()) first = day;
            if (!first && !paid.no_days) continue;
            std::vector<Answer> lines(tariff.lines.size());
            for (const OracleLine& each : row->quote.lines) lines[each.id.index].value.number = Rational(each.payable) / 100;
            const Answer weight = evaluate(share->by, {row->record, first, nullptr, &lines});
            if (!weight.is_value()) continue;
            weights.emplace_back(row, weight.value.number);
            rows.push_back(row);
        }
        const auto pence = shares(*share, line.payable, weights);
        if (!pence) {
            group.quote = stop(tariff, "nothing_to_share_by");
            return;
        }
        for (std::size_t i = 0; i < rows.size(); ++i) given[rows[i]].push_back({line.id, line.name, "priced", line.flow, 0, (*pence)[i], {}, {}, {}});
    }
    for (auto& [row, lines] : given)
        for (OracleLine& line : lines) {
            if (line.flow == Flow::paid) row->quote.total += line.payable;
            const bool none = row->quote.outcome == "priced_zero" || row->quote.outcome_class == OutcomeClass::nothing_payable;
            if (none && line.payable != 0) row->quote.outcome = "priced", row->quote.outcome_class = OutcomeClass::priced;
            row->quote.lines.push_back(std::move(line));
        }
}

}  // namespace

std::vector<OracleGrouped> price_together(const Tariff& tariff, const std::vector<StatedRecord>& stated) {
    std::vector<One> all;
    all.reserve(stated.size() * (tariff->records.size() + 1) + tariff->records.size());
    for (const StatedRecord& each : stated) {
        all.push_back({each.record, each.id});
        if (!tariff->at(each.record.record()).group) all.back().quote = price(each.record);
    }
    std::vector<RecordId> kinds;
    while (true) {
        const std::size_t known = kinds.size();
        for (std::size_t i = 0; i < tariff->records.size(); ++i) {
            const RecordId kind(i);
            if (!tariff->records[i].group || std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
            const RecordId of = tariff->records[i].group->of;
            if (!tariff->at(of).group || std::find(kinds.begin(), kinds.end(), of) != kinds.end()) kinds.push_back(kind);
        }
        if (kinds.size() == known) break;
    }
    // A row that does not say which group of any kind it is in is no row of that kind, and not priced.
    for (const RecordId kind : kinds)
        for (One& row : all)
            if (row.record.record() == tariff->at(kind).group->of && !key_text(*tariff, *tariff->at(kind).group, row.record, false) && row.quote.priced() && !tariff->at(row.record.record()).group)
                row.quote = stop(*tariff, "fact_missing");
    for (const RecordId kind : kinds) {
        const GroupRule& rule = *tariff->at(kind).group;
        std::map<std::string, std::vector<std::size_t>> members;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].record.record() == rule.of)
                if (const auto key = key_text(*tariff, rule, all[i].record, false)) members[*key].push_back(i);
        for (One& one : all)
            if (one.record.record() == kind) one.key = key_text(*tariff, rule, one.record, true).value_or("");
        for (const auto& [key, rows] : members) {
            if (std::any_of(all.begin(), all.end(), [&](const One& one) { return one.record.record() == kind && one.key == key; })) continue;
            Placement made(tariff, kind);
            for (const GroupKey& each : rule.by) {
                const Placement& row = all[rows.front()].record;
                std::string text = row.at(each.on.value_or(each.states)).text;
                if (each.on) text = to_string(NamedYear::holding(tariff->at(each.states).year, from_day_number(static_cast<std::int32_t>(row.at(*each.on).value))));
                made.with(tariff->at(each.states).name, text);
            }
            all.push_back({made, {}, false, {}, key});
        }
        for (One& one : all) {
            if (one.record.record() != kind) continue;
            std::vector<One*> rows;
            for (const std::size_t i : members[one.key]) rows.push_back(&all[i]);
            price_group(*tariff, one, rows);
        }
    }
    std::vector<OracleGrouped> result;
    for (const One& one : all)
        if (one.stated) result.push_back({one.key.empty() ? one.id : one.key, one.quote});
    for (std::size_t kind = 0; kind < tariff->records.size(); ++kind) {
        std::map<std::string, OracleQuote> found;
        for (const One& one : all)
            if (!one.stated && one.record.record() == RecordId(kind)) found[one.key] = one.quote;
        for (const auto& [key, quote] : found) result.push_back({key, quote});
    }
    return result;
}

}  // namespace bandtariff::oracle
