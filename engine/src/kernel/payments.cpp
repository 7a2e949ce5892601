// A rounded line to what each party pays and what falls due when: see payments.hpp. Both add up to the line, to the penny.
#include "kernel/payments.hpp"

#include <algorithm>
#include <set>

#include "kernel/trace.hpp"

namespace bandtariff::kernel {
namespace {

using Lines = std::vector<LineId>;

void lines_in(const Expression& expression, Lines& into) {
    if (expression.operation == Operation::line) into.emplace_back(static_cast<std::size_t>(expression.index));
    for (const Expression& operand : expression.operands) lines_in(operand, into);
}

/// Loading proved that no line leads back to itself.
void add_after_what_it_reads(const TariffContents& tariff, LineId id, Lines& order) {
    if (std::find(order.begin(), order.end(), id) != order.end()) return;
    Lines read;
    lines_in(tariff.at(id).amount, read);
    for (const LineId other : read) add_after_what_it_reads(tariff, other, order);
    order.push_back(id);
}

bool opposite(const Money& part, const Money& whole) {
    if (whole == Money()) return part != Money();
    return part != Money() && (part < Money()) != (whole < Money());
}

/// What a party pays towards `left`, alike for a sum and its reversal.
Rational up_to(const Rational& limit, const Rational& left) { return left < 0 ? Rational(-std::min(limit, Rational(-left))) : std::min(limit, left); }

class Splitting {
public:
    Splitting(const TariffContents& tariff, const Line& line, const PaidDays& paid, const std::vector<Stretch>& stretches, Settled& settled)
        : tariff_(tariff), line_(line), paid_(paid), stretches_(stretches), settled_(settled) {}

    void slices(const std::function<const Environment&(std::size_t)>& on) {
        sums_.assign(line_.payers.size(), 0);
        for (const Piece& piece : settled_.pieces) accrue(piece, on(piece.stretch));
        if (!stops_.empty()) return;
        Money left = settled_.payable;
        std::size_t rest = 0;
        for (std::size_t k = 0; k < line_.payers.size(); ++k) {
            const Slice& slice = line_.payers[k];
            settled_.slices.push_back({tariff_.text_of(tariff_.party, slice.party), ExactMoney(Rate(sums_[k])), Money(), words(slice), slice.span});
            if (slice.kind == Slice::Kind::rest) {
                rest = k;
                continue;
            }
            settled_.slices.back().payable = rounded(sums_[k], rounding_of(slice), settled_.slices.back().party);
            left = left - settled_.slices.back().payable;
        }
        settled_.slices[rest].payable = left;
        settled_.slices[rest].exact = ExactMoney(left);
        for (const QuoteSlice& slice : settled_.slices)
            if (opposite(slice.payable, settled_.payable))
                stop("negative_not_allowed", "of " + line_.name + ", " + to_display(settled_.payable) + ", " + slice.party + " would pay " +
                                                 to_display(slice.payable));
    }

    void instalments() {
        const Instalments& paid_in = *line_.paid_in;
        std::size_t first = 0;
        if (!first_reached(paid_in, first)) return;
        if (paid_in.residue && *paid_in.residue < first)
            return stop("cannot_split", paid_in.parts[*paid_in.residue].name + " takes the rest of " + line_.name + ", and is past before the first paid day");
        Rational weight = 0, so_far = 0;
        for (std::size_t k = first; k < paid_in.parts.size(); ++k) weight += paid_in.parts[k].share;
        Money paid;
        for (std::size_t k = first; k < paid_in.parts.size(); ++k) {
            const Rational share = paid_in.parts[k].share / weight;
            so_far += share;
            Money sum;
            if (!paid_in.residue) sum = part_of(so_far, k) - paid;
            else if (*paid_in.residue != k) sum = part_of(share, k);
            paid = paid + sum;
            settled_.instalments.push_back({paid_in.parts[k].name, share, sum});
        }
        const std::size_t takes_rest = (paid_in.residue ? *paid_in.residue : paid_in.parts.size() - 1) - first;
        QuoteInstalment& rest = settled_.instalments[takes_rest];
        rest.payable = rest.payable + (settled_.payable - paid);
        for (const QuoteInstalment& part : settled_.instalments)
            if (opposite(part.payable, settled_.payable))
                stop("cannot_split", "in instalments of " + line_.name + ", " + to_display(settled_.payable) + ", " + part.name + " would be " +
                                         to_display(part.payable));
    }

    void finish() {
        if (stops_.empty()) return;
        sort_reasons(tariff_, stops_);
        settled_ = {LineState::Kind::stop, stops_, {}, 0, {}};
    }

private:
    void stop(std::string_view code, std::string about) { stops_.push_back({tariff_.outcome(code).value(), std::move(about), {}}); }

    /// A value, or nothing where it stands for no money on these days; a stop is noted.
    std::optional<Value> read(const Expression& expression, const Environment& environment) {
        const Result result = evaluate(expression, environment);
        if (result.is_value()) return result.value;
        if (result.kind == Result::Kind::no_line) stop("no_value", "a payer of " + line_.name + " reads a cell that says no_line");
        else stops_.push_back({tariff_.at(result.outcome).outcome_class == OutcomeClass::not_priced ? result.outcome
                                                                                                    : tariff_.outcome("no_value").value(),
                               result.about.empty() ? tariff_.at(result.outcome).say : result.about, {}});
        return std::nullopt;
    }

    /// The days on which a party pays; nullopt: on all.
    std::optional<DateRange> window(const Slice& slice, const Environment& environment) {
        if (!slice.first) return std::nullopt;
        const auto count = read(*slice.first, environment);
        const auto since = read(*slice.since, environment);
        if (!count || !since) return DateRange();
        const Rational days = count->number * (slice.first_in_weeks ? 7 : 1);
        if (denominator(days) != 1) {
            stop("not_exact", "the first " + to_string(count->number) + " weeks or days of " + line_.name + " end inside a day");
            return DateRange();
        }
        constexpr int longest = 400 * 366;  // past every date that a record can state
        const int length = days < 0 ? 0 : days > longest ? longest : numerator(days).convert_to<int>();
        const Date from = from_day_number(static_cast<std::int32_t>(since->integer));
        return DateRange(from, from + std::chrono::days(length));
    }

    void accrue(const Piece& piece, const Environment& environment) {
        std::vector<std::optional<DateRange>> windows;
        std::vector<Rational> limits;
        std::set<Date> cuts = {piece.days.from(), piece.days.until()};
        const std::size_t stopped_before = stops_.size();  // of other days: these are looked at all the same
        for (const Slice& slice : line_.payers) {
            windows.push_back(window(slice, environment));
            if (windows.back() && piece.days.empty()) stop("cannot_split", line_.name + " has no days, and a payer pays the first of them");
            if (windows.back() && !windows.back()->empty())  // the first none of the days parts nothing
                for (const Date day : {windows.back()->from(), windows.back()->until()})
                    if (piece.days.holds(day)) cuts.insert(day);
            const auto limit = slice.kind == Slice::Kind::rest ? std::optional(Value()) : read(slice.limit, environment);
            limits.push_back(limit ? limit->number : 0);
        }
        if (stops_.size() > stopped_before) return;
        // A quantity that the record states for all its days, or a year's sum with no rule for part of one, is no sum over them: who
        // pays what of it may not change inside them.
        const TimeBasis::Kind kind = tariff_.at(tariff_.over(line_).basis).kind;
        const bool one_unit = kind == TimeBasis::Kind::times || kind == TimeBasis::Kind::whole;
        std::vector<std::pair<bool, Rational>> way;
        for (std::size_t k = 0; k < limits.size(); ++k) way.emplace_back(!windows[k] || windows[k]->holds(piece.days), limits[k]);
        if (one_unit && way_ && *way_ != way) return stop("cannot_split", "a payer of " + line_.name + " pays otherwise from " + to_string(piece.days.from()));
        way_ = way;
        if (cuts.size() < 3) return share_out(piece.stretch, piece.days, piece.weight, windows, limits);
        if (one_unit || !settled_.weigh) return stop("cannot_split", line_.name + " is one unit on all its days, and a payer pays the first of them");
        for (auto from = cuts.begin(), until = std::next(from); until != cuts.end(); ++from, ++until) {
            const DateRange days(*from, *until);
            share_out(piece.stretch, days, settled_.weigh(days), windows, limits);
        }
    }

    void share_out(std::size_t stretch, const DateRange& days, const Rational& weight, const std::vector<std::optional<DateRange>>& windows,
                   const std::vector<Rational>& limits) {
        const Rational& amount = stretches_[stretch].state.amount;
        Rational left = amount;
        for (std::size_t k = 0; k < line_.payers.size(); ++k) {
            const Slice::Kind kind = line_.payers[k].kind;
            if (kind == Slice::Kind::rest || (windows[k] && !windows[k]->holds(days))) continue;
            const Rational part = kind == Slice::Kind::share ? Rational(amount * limits[k]) : up_to(limits[k], left);
            left -= part;
            sums_[k] += part * weight;
        }
    }

    Rounding rounding_of(const Slice& slice) const {
        if (slice.rounding) return slice.rounding->rounding;
        return Rounding::directed(Rounding::Mode::toward_zero, line_.rounding ? line_.rounding->rounding.quantum() : Rate(Rational(1, 100)));
    }

    std::string words(const Slice& slice) const {
        if (slice.kind == Slice::Kind::rest) return "the rest, to the penny";
        std::string text = (slice.kind == Slice::Kind::share ? "share " : "up to ") + formula_text(slice.limit, tariff_);
        if (slice.first)
            text += ", the first " + formula_text(*slice.first, tariff_) + (slice.first_in_weeks ? " weeks since " : " days since ") +
                    formula_text(*slice.since, tariff_);
        return text + "; " + to_string(rounding_of(slice));
    }

    Money rounded(const Rational& pounds, const Rounding& rounding, const std::string& what) {
        if (rounding.mode() == Rounding::Mode::exact && !is_multiple(pounds, rounding.quantum())) {
            stop("not_exact", "of " + line_.name + ", " + what + " comes to " + to_string(pounds) + ", no multiple of " + to_string(rounding.quantum().value()));
            return {};
        }
        return round(ExactMoney(Rate(pounds)), rounding);
    }

    Money part_of(const Rational& share, std::size_t k) {
        return rounded(Rational(share * ExactMoney(settled_.payable).pounds()), line_.paid_in->rounding.rounding, line_.paid_in->parts[k].name);
    }

    /// The first part that is left, where those before the first paid day drop out.
    bool first_reached(const Instalments& paid_in, std::size_t& first) {
        if (!paid_in.not_reached_left_out) return true;
        if (!paid_.own) {
            stop("cannot_split", line_.name + " is paid by the " + (paid_in.months_of ? "month" : "term") + ", and the record has no days");
            return false;
        }
        return paid_in.months_of ? month_reached(paid_in, first) : term_reached(paid_in, first);
    }

    bool month_reached(const Instalments& paid_in, std::size_t& first) {
        const DateRange year = NamedYear::holding(*paid_in.months_of, paid_.own->from()).days();
        if (!year.holds(*paid_.own)) {
            stop("cannot_split", line_.name + " is paid by the months of one year, and the paid days reach into another, from " + to_string(year.until()));
            return false;
        }
        const std::chrono::year_month_day start(year.from()), own(paid_.own->from());
        const int months = (static_cast<int>(own.year()) - static_cast<int>(start.year())) * 12 + static_cast<int>(static_cast<unsigned>(own.month())) -
                           static_cast<int>(static_cast<unsigned>(start.month()));
        first = static_cast<std::size_t>(months);
        return true;
    }

    /// A term is past when its last day is before the first paid day. Of several years' calendars it is the one that the paid days are in.
    bool term_reached(const Instalments& paid_in, std::size_t& first) {
        for (const CalendarId id : paid_in.terms) {
            const Calendar& calendar = tariff_.at(id);
            if (!calendar.reach().holds(*paid_.own) || calendar.units.back().days.until() <= paid_.own->from()) continue;
            while (first < calendar.units.size() && calendar.units[first].days.until() <= paid_.own->from()) ++first;
            return true;
        }
        stop("cannot_split", line_.name + " is paid by the terms of one year, and none that is listed has the paid days from " + to_string(paid_.own->from()) + " to " +
                                 to_string(paid_.own->last_day()));
        return false;
    }

    const TariffContents& tariff_;
    const Line& line_;
    const PaidDays& paid_;
    const std::vector<Stretch>& stretches_;
    Settled& settled_;
    std::vector<Rational> sums_;
    std::optional<std::vector<std::pair<bool, Rational>>> way_;  // of the piece before: which parties pay on its days, and how much
    std::vector<Reason> stops_;
};

}  // namespace

std::vector<LineId> pricing_order(const TariffContents& tariff, RecordId record) {
    Lines order;
    for (const bool settlement : {false, true})
        for (std::size_t i = 0; i < tariff.lines.size(); ++i)
            if (tariff.lines[i].record == record && tariff.lines[i].settlement == settlement) add_after_what_it_reads(tariff, LineId(i), order);
    return order;
}

void split(const TariffContents& tariff, const Line& line, const PaidDays& paid, const std::vector<Stretch>& stretches,
           const std::function<const Environment&(std::size_t)>& on, Settled& settled) {
    if (settled.kind != LineState::Kind::value) return;
    Splitting splitting(tariff, line, paid, stretches, settled);
    if (!line.payers.empty()) splitting.slices(on);
    if (line.paid_in) splitting.instalments();
    splitting.finish();
}

}  // namespace bandtariff::kernel
