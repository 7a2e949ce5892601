// Dice to a pack whose values follow from each other: late decisions, uplifts, changes, and lines that are split and settled.
// Entry point: history_pack.
#include <algorithm>
#include <chrono>

#include "history.hpp"
#include "pack_maker.hpp"

namespace bandtariff::generate {

namespace {

constexpr std::chrono::days one_day{1};

const std::vector<StatedRounding>& roundings() {
    const auto rate = [](int over, int under) { return Rate(Rational(over, under)); };
    static const std::vector<StatedRounding> all = {
        {"nearest: 0.01, ties: away_from_zero", Rounding::nearest(rate(1, 100), Ties::away_from_zero)},
        {"nearest: 1, ties: to_even", Rounding::nearest(rate(1, 1), Ties::to_even)},
        {"nearest: 10, ties: away_from_zero", Rounding::nearest(rate(10, 1), Ties::away_from_zero)},
        {"floor: 0.5", Rounding::directed(Rounding::Mode::floor, rate(1, 2))},
        {"ceiling: 1", Rounding::directed(Rounding::Mode::ceiling, rate(1, 1))}};
    return all;
}

/// Histories of one pack share their days, so that decisions of one fall beside those of another.
class HistoryMaker {
public:
    HistoryMaker(Dice& dice, const DateRange& applies, Date published, bool overlay)
        : dice_(dice), applies_(applies), published_(published), overlay_(overlay) {
        for (int k = 0; k < 4; ++k) days_.push_back(applies.from() + one_day * dice.between(1, applies.days() - 1));
    }

    History make(const std::string& name, bool figure) {
        History history;
        history.name = name;
        history.figure = figure;
        history.values.push_back({StatedValue::Kind::printed, applies_.from(), {}, published_, false, {}, amounts(figure, true), 0, {}});
        for (std::size_t more = dice_.below(3); more > 0; --more) add_value(history, published_);
        for (StatedValue& value : history.values) {
            // Only a value that the rule gives can be printed in its place.
            const bool may = !figure && value.kind == StatedValue::Kind::uplift && overlay_;
            if (may && dice_.chance(50) && history.on(value.from, published_).at("b2")) value.cells["b2"] = amount();
        }
        const std::size_t late = overlay_ ? 0 : dice_.below(4);
        for (std::size_t k = 0; k < late; ++k) add_value(history, published_ + one_day * (30 * (1 + static_cast<int>(dice_.below(9)))));
        if (overlay_ && dice_.chance(80)) {
            std::vector<Date> changed;
            for (std::size_t more = dice_.below(4); more > 0; --more) changed.push_back(some_day());
            std::sort(changed.begin(), changed.end());
            for (const Date day : changed) add_change(history, day);
        }
        dice_.shuffle(history.values);
        return history;
    }

private:
    Date some_day() { return dice_.chance(70) ? dice_.pick(days_) : applies_.from() + one_day * dice_.between(1, applies_.days() - 1); }

    Rational amount() {
        static const std::vector<int> thousandths = {0, 0, 500, 5, 125, 10, 990, 995};
        return Rational(dice_.chance(10) ? 0 : dice_.between(1, 99999)) + Rational(dice_.pick(thousandths), 1000);
    }

    /// An amount of each code, or of some.
    Cells amounts(bool figure, bool all) {
        if (figure) return {{"", amount()}};
        Cells cells;
        for (const char* code : {"b1", "b2", "b3"}) {
            if (!all && dice_.chance(60)) continue;
            if (dice_.chance(10)) cells[code] = std::nullopt;
            else cells[code] = amount();
        }
        if (cells.empty()) cells["b2"] = amount();
        return cells;
    }

    Rational percentage() {
        static const std::vector<Rational> all = {Rational(34, 1000), Rational(275, 10000), Rational(-15, 1000), Rational(1, 2), Rational(0)};
        return dice_.pick(all);
    }

    void add_value(History& history, Date decided) {
        const bool late = decided > published_;
        StatedValue value;
        value.from = late && dice_.chance(10) ? applies_.from() : some_day();
        value.decided = decided;
        value.says_decided = late || dice_.chance(20);
        for (const StatedValue& other : history.values)
            if (other.from == value.from && other.decided == value.decided) return;  // one value for each day and decision
        for (const StatedValue& other : history.values) {
            // What held on the first day is replaced by what holds on it too, or there would be days without a value.
            const bool first = other.from == applies_.from();
            if (late && other.decided < decided && dice_.chance(40) && (!first || value.from == other.from) &&
                std::find(value.replaces.begin(), value.replaces.end(), other.from) == value.replaces.end())
                value.replaces.push_back(other.from);
        }
        if (late && value.replaces.empty() && value.from > applies_.from() && dice_.chance(40)) value.last_day = value.from + one_day * dice_.between(0, 200);
        const std::size_t kind = value.from == applies_.from() ? 0 : dice_.below(4);
        if (kind == 1 && !history.figure) value.kind = StatedValue::Kind::keep_others;
        if (kind >= 2) value.kind = StatedValue::Kind::uplift;
        if (value.kind == StatedValue::Kind::uplift) {
            value.percentage = percentage();
            value.rounding = dice_.pick(roundings());
            history.values.push_back(value);
            return;
        }
        value.cells = amounts(history.figure, value.kind == StatedValue::Kind::printed);
        history.values.push_back(value);
    }

    void add_change(History& history, Date day) {
        StatedChange change;
        change.from = day;
        if (dice_.chance(40)) {
            static const std::vector<Rational> factors = {Rational(103, 100), Rational(1, 3), Rational(1), Rational(97, 100)};
            change.multiply_by = dice_.pick(factors);
            change.rounding = dice_.pick(roundings());
        } else {
            static const std::vector<std::string> codes = {"b1", "b2", "b3"};
            change.code = history.figure ? "" : dice_.pick(codes);
            if (history.figure || dice_.chance(85)) change.is = amount();
        }
        history.changes.push_back(change);
    }

    Dice& dice_;
    DateRange applies_;
    Date published_;
    bool overlay_;
    std::vector<Date> days_;
};

}  // namespace

HistoryPack PackMaker::make_history() {
    wanted_.only_symmetric = true;
    const int year = static_cast<int>(2023 + dice_.below(4));
    const NamedYear first{YearKind::financial, year}, last{YearKind::financial, year + static_cast<int>(dice_.below(3))};
    applies_ = {first.days().from(), last.days().until()};
    span_kind_ = "between";
    put("facts", "start", "{kind: date}");
    put("facts", "last_day", "{kind: date}");
    put("facts", "direction", "{kind: number, unit: ratio, decimals: 0, min: -1, max: 1}");
    put("facts", "already_paid", "{kind: number, unit: GBP per pupil, decimals: 2, min: 0, max: 99999}");
    (void)code_fact("band", 3, true);
    put("outcomes", "not_offered", "{class: not_priced, say: said by the generator, source: made}");

    const RateUnit unit{"GBP per pupil per year", "year", 13};
    const bool several = dice_.chance(50), windowed = several && dice_.chance(60);
    std::string due = "\n    element: unknown\n    may_be_negative: true\n" + (several ? payers(unit, windowed) : parties());
    if (dice_.chance(60)) due += paid_in();
    due += "    amount: \"(rate + addition) * direction\"\n    over: " + time_basis(unit) + "\n    round: " + line_rounding(true, windowed) + "\n";
    put("lines", "due", due);
    const auto settled = [&](const std::string& name, const std::string& amount) {
        put("lines", name, "\n    element: none\n    may_be_negative: true\n" + parties() + (dice_.chance(40) ? paid_in() : "") + "    amount: \"" + amount +
                               "\"\n    round: " + mirrored_rounding("0.01", "whole") + "\n");
    };
    settled("fee", half_or_less() + " * line.due");
    settled("balance", "line.due + line.fee - already_paid * direction");

    HistoryPack result;
    result.applies = applies_;
    result.overlay = dice_.chance(40);
    const Date published = applies_.from() - one_day * dice_.between(0, 60);
    result.common.header = "pack: test.history\nrelease: one\ntitle: Values made by dice\nstatus: illustrative\nformat: 1\napplies: {from: " +
                           to_string(applies_.from()) + ", last_day: " + to_string(applies_.last_day()) + "}\npublished: " + to_string(published) +
                           "\nrecord: pupil\nsources:\n  made: {kind: illustrative, title: Made up by dice}\n";
    for (const std::string& key : section_order_) {
        Pack::Section section{key, {}};
        for (const auto& [name, yaml] : sections_[key]) section.entries.push_back(yaml);
        result.common.sections.push_back(section);
    }
    HistoryMaker maker(dice_, applies_, published, result.overlay);
    result.histories = {maker.make("rate", false), maker.make("addition", true)};
    if (result.histories[0].changes.empty() && result.histories[1].changes.empty()) result.overlay = false;
    return result;
}

HistoryPack history_pack(Dice& dice) { return PackMaker(dice, {}).make_history(); }

}  // namespace bandtariff::generate
