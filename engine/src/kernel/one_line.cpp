// A line's states to its money: see one_line.hpp. Each stretch stands for its days, as every day of it has the same state.
#include "kernel/one_line.hpp"

#include <algorithm>
#include <chrono>

#include "kernel/counted_time.hpp"

namespace bandtariff::kernel {
namespace {

/// Of conditions that hold and conditions that have no value, every reason, least rank first; nullopt where the line is absent.
std::optional<std::vector<Reason>> reasons_of(const std::vector<Condition>& conditions, const Environment& environment) {
    std::vector<Reason> reasons;
    for (const Condition& condition : conditions) {
        const Result result = evaluate(condition.when, environment);
        if (environment.witness) environment.witness->condition(condition.when, result);
        if (result.kind == Result::Kind::no_line) return std::nullopt;
        if (result.kind == Result::Kind::outcome) reasons.push_back({result.outcome, result.about, {}});
        else if (result.value.integer != 0) reasons.push_back({condition.outcome, {}, {}});
    }
    sort_reasons(*environment.tariff, reasons);
    return reasons;
}

/// Stopped, or nothing payable, by the reason of least rank; of other stops all are kept.
LineState state_by(std::vector<Reason> reasons, const TariffContents& tariff) {
    const auto stops = [&](const Reason& reason) { return tariff.at(reason.outcome).outcome_class == OutcomeClass::not_priced; };
    if (!stops(reasons.front())) {
        reasons.resize(1);
        return {LineState::Kind::nothing, std::move(reasons), 0};
    }
    std::erase_if(reasons, [&](const Reason& reason) { return !stops(reason); });
    return {LineState::Kind::stop, std::move(reasons), 0};
}

/// Whether a line is the same on two stretches, whatever the words about it.
bool same_state(const LineState& a, const LineState& b) {
    if (a.kind != b.kind || a.amount != b.amount) return false;
    return a.reasons.empty() || b.reasons.empty() ? a.reasons.empty() == b.reasons.empty() : a.reasons[0].outcome == b.reasons[0].outcome;
}

/// Consecutive stretches of equal amount as one part.
std::vector<Part> parts_of(const std::vector<Stretch>& stretches, const std::vector<Rational>& weights) {
    std::vector<Part> parts;
    bool joined = false;  // whether the stretch before belongs to the last part
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        const Stretch& stretch = stretches[i];
        if (stretch.state.kind != LineState::Kind::value) {
            joined = false;
            continue;
        }
        if (joined && parts.back().amount == stretch.state.amount) {
            Part& part = parts.back();
            part.days = DateRange(part.days.from(), stretch.days->until());
            part.weight += weights[i];
            // One amount may come from other values on later days: the account shows both.
            if (!part.with_values.ends_with(stretch.with_values))
                part.with_values += "; from " + to_string(stretch.days->from()) + ": " + stretch.with_values;
        } else {
            parts.push_back({stretch.days.value_or(DateRange()), stretch.state.amount, weights[i], stretch.with_values});
        }
        joined = true;
    }
    return parts;
}

class Settling {
public:
    Settling(const TariffContents& tariff, const Line& line, const PaidDays& paid, const std::vector<Stretch>& stretches)
        : tariff_(tariff), line_(line), paid_(paid), stretches_(stretches), over_(tariff.over(line)), basis_(tariff.at(over_.basis)) {}

    Settled result(const std::function<Result(FactId)>& fact) {
        gather();
        if (!any_live_) return {};
        // A record that states no days is priced on those of the tariff, and only where nothing changes in them.
        if (tariff_.at(line_.record).span.kind == SpanRule::Kind::none) check_one_state();
        if (!stops_.empty()) return stopped();
        if (basis_.kind == TimeBasis::Kind::once && paid_.days) return once(fact);
        if (!any_value_) return {LineState::Kind::nothing, nothings_, {}, 0, {}};
        check_days();
        if (basis_.kind == TimeBasis::Kind::times) count_times(fact);
        if (!stops_.empty()) return stopped();
        if (basis_.kind == TimeBasis::Kind::whole || basis_.kind == TimeBasis::Kind::times) {
            check_one_state();
            if (paid_.days && paid_.own != paid_.days)
                stop("cannot_split", line_.name + " is one sum for all the paid days, and another release prices some of them");
        }
        return stops_.empty() ? accrued({}) : stopped();
    }

private:
    void stop(std::string_view code, std::string about, std::optional<Date> day = {}) {
        stops_.push_back({tariff_.outcome(code).value(), std::move(about), day});
    }

    Settled stopped() {
        sort_reasons(tariff_, stops_);
        return {LineState::Kind::stop, stops_, {}, 0, {}};
    }

    void gather() {
        for (const Stretch& stretch : stretches_) {
            const LineState& state = stretch.state;
            any_live_ = any_live_ || state.kind != LineState::Kind::absent;
            any_value_ = any_value_ || state.kind == LineState::Kind::value;
            std::vector<Reason>& into = state.kind == LineState::Kind::stop ? stops_ : nothings_;
            for (Reason reason : state.reasons) {
                if (stretch.days && stretch.days->from() != paid_.own->from()) reason.day = stretch.days->from();
                into.push_back(std::move(reason));
            }
        }
        sort_reasons(tariff_, nothings_);
    }

    void check_one_state() {
        for (const Stretch& stretch : stretches_) {
            if (same_state(stretch.state, stretches_.front().state)) continue;
            stop("cannot_split", line_.name + " changes on " + to_string(stretch.days->from()));
            return;
        }
    }

    /// A sum that falls once: only the state of its own day says what it comes to.
    Settled once(const std::function<Result(FactId)>& fact) {
        Date on = paid_.days->from();
        if (basis_.on) {
            const Result named = fact(*basis_.on);
            if (!named.is_value()) {
                stops_.push_back({named.outcome, named.about, {}});
                return stopped();
            }
            on = from_day_number(static_cast<std::int32_t>(named.value.integer));
        }
        const auto own = std::find_if(stretches_.begin(), stretches_.end(), [&](const Stretch& s) { return s.days->holds(on); });
        if (own == stretches_.end() || own->state.kind == LineState::Kind::absent) return {};
        if (own->state.kind == LineState::Kind::nothing) return {LineState::Kind::nothing, own->state.reasons, {}, 0, {}};
        pieces_ = {{static_cast<std::size_t>(own - stretches_.begin()), DateRange::both_ends(on, on), 1}};
        return accrued({{DateRange::both_ends(on, on), own->state.amount, 1, own->with_values}});
    }

    /// Whether the days, as a whole, are days that this basis can measure.
    void check_days() {
        const auto days_text = [&] { return to_string(paid_.days->from()) + " to " + to_string(paid_.days->last_day()); };
        if (!paid_.days) {
            static const char* const counted[] = {"days", "months", "", "", "school days", "weeks", "terms", ""};
            if (const std::string unit = counted[static_cast<int>(basis_.kind)]; !unit.empty())
                stop("part_year_not_stated", line_.name + " counts " + unit + ", and the record has no days");
        } else if (basis_.kind == TimeBasis::Kind::whole) {
            const YearKind kind = basis_.of.value();
            if (NamedYear::holding(kind, paid_.days->from()).days() != *paid_.days)
                stop("part_year_not_stated", line_.name + " is priced for exactly one " + std::string(to_string(kind)) + ", not " + days_text());
        } else if (basis_.kind == TimeBasis::Kind::months && basis_.part == TimeBasis::Part::refused && !whole_months_only(*paid_.days)) {
            stop("part_month_not_stated", line_.name + " is priced by whole months, not " + days_text());
        } else if (basis_.kind == TimeBasis::Kind::weeks && basis_.part == TimeBasis::Part::refused && paid_.days->days() % 7 != 0) {
            stop("part_week_not_stated", line_.name + " is priced by whole weeks, not " + days_text());
        } else if (!basis_.calendars.empty()) {
            count_ = counted_by_calendars(tariff_, over_);
            if (const auto day = count_.first_day_not_listed(*paid_.days))
                stop("no_value", tariff_.at(basis_.calendars.front()).name + " says nothing of " + to_string(*day));
            const CountedUnit* cut = count_.part == TimeBasis::Part::refused ? count_.unit_cut_by(*paid_.days) : nullptr;
            if (cut != nullptr)
                stop(count_.cut, line_.name + " is not priced for a part of " + to_string(cut->days.from()) + " to " +
                                     to_string(cut->days.last_day()));
        }
    }

    /// All the days together are as many as the record says.
    void count_times(const std::function<Result(FactId)>& fact) {
        const Result stated = fact(basis_.times);
        if (stated.is_value()) times_ = over_.per_year ? Rational(stated.value.number / basis_.of_units.value()) : stated.value.number;
        else stops_.push_back({stated.outcome, stated.about, {}});
    }

    Rational weight_of(const DateRange& stretch) const {
        if (!basis_.calendars.empty()) return units_in(count_, *paid_.days, stretch);
        return weight(basis_, over_.per_year, *paid_.days, stretch);
    }

    /// `parts` where they are known; else those of the stretches, by their weights.
    Settled accrued(std::vector<Part> parts) {
        if (parts.empty()) {
            std::vector<Rational> weights(stretches_.size(), 1);
            if (basis_.kind == TimeBasis::Kind::times) {
                std::fill(weights.begin(), weights.end(), Rational(0));
                weights.front() = times_;
            } else if (paid_.days) {
                for (std::size_t i = 0; i < stretches_.size(); ++i) weights[i] = weight_of(*stretches_[i].days);
            }
            for (std::size_t i = 0; i < stretches_.size(); ++i)
                if (stretches_[i].state.kind == LineState::Kind::value) pieces_.push_back({i, stretches_[i].days.value_or(DateRange()), weights[i]});
            parts = parts_of(stretches_, weights);
        }
        Settled settled{LineState::Kind::value, {}, std::move(parts), 0, {}};
        settled.pieces = pieces_;
        if (paid_.days && basis_.kind != TimeBasis::Kind::once && basis_.kind != TimeBasis::Kind::times)
            settled.weigh = [count = count_, basis = basis_, per_year = over_.per_year, paid = *paid_.days](const DateRange& days) {
                return basis.calendars.empty() ? weight(basis, per_year, paid, days) : units_in(count, paid, days);
            };
        for (const Part& part : settled.parts) settled.exact += part.amount * part.weight;
        if (settled.exact < 0 && !line_.may_be_negative) stop("negative_not_allowed", line_.name + " comes to " + to_string(settled.exact));
        const bool by_parts = line_.rounding && line_.rounding->of == RoundingRule::Of::parts;
        if (by_parts) {
            for (const Part& part : settled.parts) settled.payable = settled.payable + rounded(part.amount * part.weight);
        } else {
            settled.payable = rounded(settled.exact);
        }
        return stops_.empty() ? settled : stopped();
    }

    Money rounded(const Rational& pounds) {
        static const Rate penny(Rational(1, 100));
        const bool nothing_rounded = !line_.rounding || line_.rounding->rounding.mode() == Rounding::Mode::exact;
        const Rate& quantum = line_.rounding ? line_.rounding->rounding.quantum() : penny;
        if (nothing_rounded && !is_multiple(pounds, quantum)) {
            stop("not_exact", line_.name + " comes to " + to_string(pounds) + ", no multiple of " + to_string(quantum.value()));
            return {};
        }
        const Rounding rounding = line_.rounding ? line_.rounding->rounding : Rounding::directed(Rounding::Mode::exact, penny);
        return round(ExactMoney(Rate(pounds)), rounding);
    }

    const TariffContents& tariff_;
    const Line& line_;
    const PaidDays& paid_;
    const std::vector<Stretch>& stretches_;
    OverTime over_;
    const TimeBasis& basis_;
    std::vector<Reason> stops_, nothings_;
    std::vector<Piece> pieces_;
    bool any_live_ = false, any_value_ = false;
    CalendarCount count_;  // of a basis that counts by calendars
    Rational times_ = 0;   // of one that the record counts
};

}  // namespace

void sort_reasons(const TariffContents& tariff, std::vector<Reason>& reasons) {
    std::vector<Reason> once;
    for (Reason& reason : reasons) {
        const auto known = [&](const Reason& other) { return other.outcome == reason.outcome && other.about == reason.about; };
        if (std::none_of(once.begin(), once.end(), known)) once.push_back(std::move(reason));
    }
    std::stable_sort(once.begin(), once.end(), [&](const Reason& a, const Reason& b) { return outranks(tariff, a.outcome, b.outcome); });
    reasons = std::move(once);
}

LineState state_of(const Line& line, const Environment& environment) {
    const TariffContents& tariff = *environment.tariff;
    if (line.when) {
        const Result when = evaluate(*line.when, environment);
        if (environment.witness) environment.witness->condition(*line.when, when);
        if (when.kind == Result::Kind::no_line || (when.is_value() && when.value.integer == 0)) return {};
        if (!when.is_value()) return state_by({{when.outcome, when.about, {}}}, tariff);
    }
    for (const std::vector<Condition>* conditions : {&line.not_payable, &line.refuse}) {
        const auto reasons = reasons_of(*conditions, environment);
        if (!reasons) return {};
        if (!reasons->empty()) return state_by(*reasons, tariff);
    }
    const Result amount = evaluate(line.amount, environment);
    if (amount.kind == Result::Kind::no_line) return {};
    if (!amount.is_value()) return state_by({{amount.outcome, amount.about, {}}}, tariff);
    return {LineState::Kind::value, {}, amount.value.number};
}

Settled settle(const TariffContents& tariff, const Line& line, const PaidDays& paid, const std::vector<Stretch>& stretches,
               const std::function<Result(FactId)>& fact) {
    return Settling(tariff, line, paid, stretches).result(fact);
}

}  // namespace bandtariff::kernel
