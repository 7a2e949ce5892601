// A record to the quotes of the releases that price it: the one that takes it, or each on its own days. Entry point:
// Series::price. Days are weighed as parts of all the paid days, so that what the releases pay adds up.
#include "bandtariff/series.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "kernel/account.hpp"
#include "kernel/one_line.hpp"

namespace bandtariff {
namespace {

using kernel::Reason;

class OneRecordOfSeries {
public:
    OneRecordOfSeries(const Series& series, const FactTexts& facts, std::string_view record, bool traced) : traced_(traced) {
        for (const Tariff& release : series.releases()) {
            Placement stated = placement(release, record);
            for (const auto& [name, text] : facts)
                if (release->fact(name)) stated.with(name, text);
            records_.push_back(std::move(stated));
        }
    }

    SeriesQuote taken() {
        std::vector<Reason> reasons;
        for (const Placement& record : records_) {
            const TariffContents& release = *record.tariff();
            const std::vector<Reason> why = kernel::not_taken(release, record);
            if (why.empty()) {
                quote_.quotes.push_back(kernel::account(release, record, {.traced = traced_}).quote);
                return added_up();
            }
            reasons.push_back(why.front());
        }
        // A fact that is missing or wrong says more than that a release takes others, and that more than another date.
        const auto weight = [&](std::size_t i) {
            const std::string& code = records_[i].tariff()->at(reasons[i].outcome).code;
            return code == "outside_applies" ? 0 : code == "not_taken" ? 1 : 2;
        };
        std::size_t worst = 0;
        for (std::size_t i = 1; i < reasons.size(); ++i)
            if (weight(i) > weight(worst)) worst = i;
        const Outcome& outcome = records_[worst].tariff()->at(reasons[worst].outcome);
        stop(outcome, kernel::sentence(outcome, reasons[worst]));
        return std::move(quote_);
    }

    SeriesQuote cut_by_day() {
        std::optional<DateRange> paid, reach;
        std::vector<Reason> reasons;
        std::size_t first = 0;
        for (std::size_t i = 0; i < records_.size(); ++i) {
            const TariffContents& release = *records_[i].tariff();
            kernel::PaidDays days = kernel::days_of(release, records_[i]);
            std::erase_if(days.stops, [&](const Reason& why) { return release.at(why.outcome).code == "outside_applies"; });
            const DateRange applies = *release.applies;
            reach = reach ? DateRange(std::min(reach->from(), applies.from()), std::max(reach->until(), applies.until())) : applies;
            if (!days.stops.empty()) {
                if (reasons.empty()) first = i;
                if (reasons.empty()) reasons = days.stops;
                continue;
            }
            paid = days.days;
            if (days.days->overlap(applies).empty()) continue;
            quote_.quotes.push_back(kernel::account(release, records_[i], {.traced = traced_, .window = applies}).quote);
        }
        if (!reasons.empty()) {
            const TariffContents& release = *records_[first].tariff();
            kernel::sort_reasons(release, reasons);
            const Outcome& outcome = release.at(reasons.front().outcome);
            stop(outcome, kernel::sentence(outcome, reasons.front()));
        } else if (!reach->holds(*paid)) {
            const TariffContents& release = *records_.front().tariff();
            const Date outside = paid->from() < reach->from() ? paid->from() : std::max(paid->from(), reach->until());
            const Outcome& outcome = release.at(release.outcome("outside_applies").value());
            stop(outcome, outcome.say + ": " + to_string(outside) + "; the releases of " + release.pack + " apply from " + to_string(reach->from()) + " to " +
                              to_string(reach->last_day()));
        } else {
            return added_up();
        }
        return std::move(quote_);
    }

private:
    void stop(const Outcome& outcome, std::string say) {
        quote_.outcome = outcome.code;
        quote_.outcome_class = outcome.outcome_class;
        quote_.say = std::move(say);
        quote_.quotes.clear();
    }

    /// A release that cannot price its days leaves the record without a price. Else it is priced where one of them is.
    SeriesQuote added_up() {
        const Quote* shown = nullptr;
        const auto rank = [](const Quote& quote) {
            if (quote.outcome_class == OutcomeClass::not_priced) return 0;
            if (quote.outcome == "priced_in_part") return 1;
            if (quote.outcome_class == OutcomeClass::nothing_payable) return 4;
            return quote.outcome == "priced_zero" ? 3 : 2;
        };
        for (const Quote& quote : quote_.quotes) {
            if (shown == nullptr || rank(quote) < rank(*shown)) shown = &quote;
            quote_.total = quote_.total + quote.total;
        }
        quote_.outcome = shown->outcome;
        quote_.outcome_class = shown->outcome_class;
        quote_.say = shown->say;
        if (quote_.quotes.size() > 1 && !quote_.priced()) quote_.say += " (" + shown->pack + " " + shown->release + ")";
        if (!quote_.priced()) quote_.total = Money();
        return std::move(quote_);
    }

    bool traced_;
    std::vector<Placement> records_;
    SeriesQuote quote_;
};

}  // namespace

std::vector<std::string> Series::facts(std::string_view record) const {
    std::set<std::string> names;
    for (const Tariff& release : releases_)
        for (const FactId id : release->facts_read(placement(release, record).record())) names.insert(release->at(id).name);
    return {names.begin(), names.end()};
}

SeriesQuote Series::price(const FactTexts& facts, std::string_view record, Account account) const {
    for (const auto& [name, text] : facts) {
        const std::string_view stated = name;
        if (std::any_of(releases_.begin(), releases_.end(), [&](const Tariff& release) { return release->fact(stated).has_value(); })) continue;
        std::vector<std::string> known;
        for (const Fact& fact : releases_.back()->facts) known.push_back(fact.name);
        const auto near = nearest_word(name, known);
        throw std::invalid_argument("fact: no release of " + releases_.front()->pack + " has a fact '" + name + "'" +
                                    (near ? ": did you mean " + *near + "?" : ""));
    }
    OneRecordOfSeries one(*this, facts, record, account == Account::whole);
    return cut_by_day() ? one.cut_by_day() : one.taken();
}

}  // namespace bandtariff
