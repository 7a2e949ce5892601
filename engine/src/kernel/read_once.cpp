// Facts read to a result known: see read_once.hpp.
#include "kernel/read_once.hpp"

#include <algorithm>

namespace bandtariff::kernel {
namespace {

bool reads_lines(const Expression& formula) {
    return formula.operation == Operation::line || std::any_of(formula.operands.begin(), formula.operands.end(), reads_lines);
}

}  // namespace

std::size_t ReadOnce::Hash::operator()(const std::vector<std::int64_t>& key) const {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const std::int64_t word : key) hash = (hash ^ static_cast<std::uint64_t>(word)) * 1099511628211ULL;
    return static_cast<std::size_t>(hash ^ (hash >> 29U));
}

ReadOnce::ReadOnce(const TariffContents& tariff) : tariff_(tariff) {
    const Date first = make_date(1900, 1, 1), last = make_date(2200, 1, 1);
    for (const DateRange& stretch : stretches(tariff, DateRange(first, last))) cuts_.push_back(stretch.from());
}

GatherRead ReadOnce::read(const Expression* where, const Expression* what, const std::optional<DateRange>& days, const std::function<StatedFact(FactId)>& fact,
                          const std::function<GatherRead()>& work_out) {
    const auto [at, made] = known_.try_emplace({where, what});
    Known& known = at->second;
    if (made) {
        for (const Expression* formula : {where, what}) {
            if (formula == nullptr) continue;
            known.reads_lines = known.reads_lines || reads_lines(*formula);
            for (const FactId id : tariff_.facts_read(*formula)) known.facts.push_back(id);
        }
    }
    if (known.reads_lines) return work_out();
    const auto stretch = [&](Date day) { return std::upper_bound(cuts_.begin(), cuts_.end(), day) - cuts_.begin(); };
    std::vector<std::int64_t> key = {days ? stretch(days->from()) : -1, days ? stretch(days->last_day()) : -1};
    for (const FactId id : known.facts) {
        const StatedFact stated = fact(id);
        key.push_back(static_cast<std::int64_t>(stated.given));
        key.push_back(stated.value);
    }
    const auto found = known.results.find(key);
    if (found != known.results.end()) return found->second;
    GatherRead result = work_out();
    if (known.results.size() < most_known) known.results.emplace(std::move(key), result);
    return result;
}

}  // namespace bandtariff::kernel
