// Everything one record's price read, in the order it was needed: facts, choices, figures, cells and steps, with the
// values of each stretch of days, and the assumptions behind them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bandtariff/placement.hpp"
#include "bandtariff/quote.hpp"
#include "tariff/evaluate.hpp"

namespace bandtariff::kernel {

/// A formula as written, an alternative of a choice standing for the whole of what was written by choice.
[[nodiscard]] std::string formula_text(const Expression& expression, const TariffContents& tariff);
/// The same with every name's value put in; a name that has none stays, and so does the arm of an `if` not taken.
[[nodiscard]] std::string with_values(const Expression& expression, const Environment& environment);

class Trace : public Witness {
public:
    Trace(const TariffContents& tariff, const Placement& record);

    /// What follows is read on these days, in this environment (which must outlive the reading).
    void on(const std::optional<DateRange>& days, const Environment& environment);

    void fact(FactId id, const Result& result) override;
    void choice(ChoiceId id) override;
    void cell(TableId id, const Version* version, const Row* row, const std::vector<Value>& at, const Result& result) override;
    void step(StepId id, const Result& exact, const Result& rounded) override;

    /// Notes that a fact was read though no expression did: the facts of a span.
    void seen(FactId id) { facts_seen_[id.index] = true; }
    /// Adds what is assumed behind a rule of that name, where anything is.
    void assume(const std::string& name, const Citation& citation);

    /// Hands over every step: asked for once, at the end.
    [[nodiscard]] std::vector<QuoteStep> steps() &&;
    [[nodiscard]] const std::vector<std::string>& assumptions() const { return assumptions_; }
    [[nodiscard]] const std::vector<std::string>& rates_lent() const { return rates_lent_; }
    [[nodiscard]] bool fact_seen(FactId id) const { return facts_seen_[id.index]; }

private:
    /// A thing that was read, as it was on each stretch of days; its step's `days` say which.
    using Entry = std::vector<QuoteStep>;
    /// What has been told of one stretch of days already: lines read the same things, and a step made again would be dropped.
    struct Told {
        struct Cell {
            TableId table;
            const Version* version;
            const Row* row;
            std::vector<Value> at;
        };
        std::optional<DateRange> days;
        std::vector<bool> facts, choices;
        std::vector<Cell> cells;
        [[nodiscard]] bool know(TableId table, const Version* version, const Row* row, const std::vector<Value>& at);
    };
    void add(const std::string& key, QuoteStep step);
    void lent(const Step& step);
    [[nodiscard]] std::string text(const Result& result, const Type& type) const;

    const TariffContents& tariff_;
    const Placement& record_;
    const Environment* environment_ = nullptr;
    std::optional<DateRange> days_;
    std::vector<Entry> entries_;
    std::map<std::string, std::size_t> places_;
    std::vector<std::string> assumptions_;
    std::vector<std::string> rates_lent_;
    std::vector<bool> facts_seen_;
    std::vector<Told> told_;
    std::size_t here_ = 0;  ///< in `told_`, of the days that are read
};

}  // namespace bandtariff::kernel
