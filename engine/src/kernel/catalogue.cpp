// A tariff's contents to everything that a record can reach: see catalogue.hpp.
#include "kernel/catalogue.hpp"

#include <algorithm>

#include "tariff/evaluate.hpp"

namespace bandtariff::kernel {
namespace {

/// Whether a thing is written in another pack than the tariff's own.
bool is_borrowed(const TariffContents& tariff, const SourceSpan& span) {
    if (!span.somewhere()) return false;
    const std::filesystem::path folder = tariff.folder.empty() ? "." : tariff.folder;
    const std::filesystem::path inside = std::filesystem::path(span.file->path).lexically_normal().lexically_relative(folder.lexically_normal());
    return inside.empty() || *inside.begin() == "..";
}

}  // namespace

class Catalogue::Walk {
public:
    Walk(Catalogue& catalogue, const TariffContents& tariff) : catalogue_(catalogue), usage_(catalogue.usage_), tariff_(tariff) {}

    Places result() {
        for (const Table& table : tariff_.tables)
            if (!table.reference) enter(table);
        for (const Choice& choice : tariff_.choices) enter(choice);
        for (const Step& step : tariff_.steps) {
            expression("step " + step.name, step.is);
            rounding("step " + step.name, step.rounding);
        }
        for (const RecordKind& kind : tariff_.records)
            for (const Condition& each : kind.refuse) condition("record " + kind.name, "refuse", each);
        for (const Line& line : tariff_.lines) enter(line);
        for (const Outcome& outcome : tariff_.outcomes)
            if (outcome.span.somewhere()) (void)catalogue_.outcome(tariff_, outcome);
        return std::move(places_);
    }

private:
    /// The place of a thing among its like, made by `add` where it is new.
    template <class Add>
    std::size_t place(const std::string& key, const std::size_t size, const Add& add) {
        const auto [known, is_new] = catalogue_.known_.try_emplace(key, size);
        if (is_new) add();
        return known->second;
    }

    void enter(const Table& table) {
        rounding((table.figure ? "figure " : "table ") + table.name, table.rounding);
        for (const Version& version : table.versions) {
            const std::string from = version.from ? to_string(*version.from) : "always";
            const bool borrowed = is_borrowed(tariff_, version.span);
            places_.values[&version] = place("value\n" + table.name + "\n" + from + "\n" + to_string(version.span), usage_.values.size(), [&] {
                usage_.values.push_back({table.name, version.from, version.until, borrowed, version.span, 0});
            });
            std::vector<std::size_t> governed(version.rows.size());
            for (const std::int32_t row : version.governing)
                if (row >= 0) ++governed[static_cast<std::size_t>(row)];
            for (std::size_t i = 0; i < version.rows.size(); ++i)
                if (governed[i] > 0) enter(table, version, version.rows[i], governed[i]);
        }
    }

    void enter(const Table& table, const Version& version, const Row& row, std::size_t governed) {
        const std::string keys = keys_text(table, row, tariff_);
        const std::string value = cell_text(table, row.cell, tariff_);
        const std::string key = "cell\n" + table.name + "\n" + to_string(row.span) + "\n" + keys + "\n" + value;
        const std::size_t at = place(key, usage_.cells.size(), [&] {
            usage_.cells.push_back({table.name, keys, value, version.from, 0, 0, is_borrowed(tariff_, row.span), row.span, 0});
        });
        Usage::Cell& cell = usage_.cells[at];
        cell.keys_in_all = std::max(cell.keys_in_all, governed);  // a later value may keep fewer of them
        places_.cells[&row] = at;
        const std::string where = (table.figure ? "figure " : "table ") + table.name;
        for (const auto* part : {&row.cell.formula, &row.cell.above, &row.cell.at_least, &row.cell.below, &row.cell.at_most})
            if (*part) expression(where, **part);
    }

    std::size_t branch(const std::string& where, const std::string& way, const SourceSpan& span) {
        return place("branch\n" + where + "\n" + way + "\n" + to_string(span), usage_.branches.size(),
                     [&] { usage_.branches.push_back({where, way, is_borrowed(tariff_, span), span, 0}); });
    }

    void enter(const Choice& choice) {
        const std::size_t first = usage_.branches.size();
        std::optional<std::size_t> known;
        for (const Code& code : tariff_.at(choice.alternatives).codes) {
            const std::size_t at = branch("choice " + choice.name, "is " + code.code, choice.span);
            if (!known) known = at;
        }
        places_.choices.push_back(known.value_or(first));
    }

    void expression(const std::string& where, const Expression& e) {
        if (e.operation == Operation::conditional) {
            const std::string test = to_string(e.operands[0], tariff_);
            places_.branches[&e] = branch(where, "then, of if " + test, e.span);
            (void)branch(where, "else, of if " + test, e.span);
        }
        for (const Expression& operand : e.operands) expression(where, operand);
    }
    void expression(const std::string& where, const std::optional<Expression>& e) {
        if (e) expression(where, *e);
    }

    void condition(const std::string& where, const std::string& key, const Condition& condition) {
        const std::string way = key + " " + tariff_.at(condition.outcome).code;
        places_.branches[&condition.when] = branch(where, way + " holds", condition.span);
        (void)branch(where, way + " does not hold", condition.span);
        expression(where, condition.when);
    }

    void rounding(const std::string& where, const std::optional<RoundingRule>& rule) {
        if (!rule || rule->rounding.mode() == Rounding::Mode::exact) return;  // that one rounds nothing
        const bool has_ties = rule->rounding.mode() == Rounding::Mode::nearest;
        places_.roundings[&*rule] = place("rounding\n" + where, usage_.roundings.size(), [&] {
            usage_.roundings.push_back({where, to_string(rule->rounding), has_ties, is_borrowed(tariff_, rule->span), rule->span, 0, 0, 0});
        });
    }

    void enter(const Line& line) {
        const std::string where = "line " + line.name;
        if (line.when) {
            places_.branches[&*line.when] = branch(where, "when is true", line.when->span);
            (void)branch(where, "when is false", line.when->span);
            expression(where, *line.when);
        }
        for (const Condition& each : line.not_payable) condition(where, "not_payable", each);
        for (const Condition& each : line.refuse) condition(where, "refuse", each);
        for (const Expression* each : {&line.amount, &line.payer, &line.payee}) expression(where, *each);
        rounding(where, line.rounding);
        for (const Slice& slice : line.payers) {
            expression(where, slice.limit);
            expression(where, slice.first);
            expression(where, slice.since);
            rounding(where + ", what " + tariff_.text_of(tariff_.party, slice.party) + " pays", slice.rounding);
        }
        if (line.paid_in) rounding(where + ", instalments", line.paid_in->rounding);
    }

    Catalogue& catalogue_;
    Usage& usage_;
    const TariffContents& tariff_;
    Places places_;
};

Places Catalogue::places(const TariffContents& tariff) { return Walk(*this, tariff).result(); }

std::size_t Catalogue::outcome(const TariffContents& tariff, const Outcome& outcome) {
    const auto [known, is_new] = known_.try_emplace("outcome\n" + outcome.code, usage_.outcomes.size());
    if (is_new) {
        Usage::Met met;
        met.outcome = outcome.code;
        met.outcome_class = outcome.outcome_class;
        met.say = outcome.say;
        met.declared = outcome.span.somewhere();
        met.borrowed = is_borrowed(tariff, outcome.span);
        met.span = outcome.span;
        usage_.outcomes.push_back(std::move(met));
    }
    return known->second;
}

std::size_t Catalogue::unreadable() {
    const auto [known, is_new] = known_.try_emplace("outcome\nrow_unreadable", usage_.outcomes.size());
    if (is_new) {
        Usage::Met met;
        met.outcome = "row_unreadable";
        met.outcome_class = OutcomeClass::not_priced;
        usage_.outcomes.push_back(std::move(met));
    }
    return known->second;
}

}  // namespace bandtariff::kernel
