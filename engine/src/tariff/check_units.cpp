// Units where a pack prices several kinds of record: what is the record itself to one kind is counted by another. Formulas are
// resolved with the units of every kind's record left out; here each line is walked again with those of its own kind only.
// Entry point: check_units.
#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

class UnitWalk {
public:
    UnitWalk(Loader& loader, RecordId record) : loader_(loader), t_(loader.t), record_(record) {}

    void line(const Line& line) {
        const std::optional<Unit> unit = of(line.amount);
        if (failed_ || !unit || *unit == line.amount.type.unit) return;
        loader_.report
            .error("unit-of-record", line.amount.span,
                   "to a record of kind '" + t_.at(record_).name + "' this amount is " + bandtariff::to_string(*unit) +
                       ", because what it is counted in is not the record itself",
                   "an amount that multiplies it away, such as a rate per pupil times a number of pupils")
            .notes.push_back({"the line is here", line.span});
    }

    /// The unit of a sum over records of this kind: that of what is summed, or, of a plain number or rate, per record counted.
    void gathered(const Fact& fact) {
        const Gather& gather = *fact.gathers;
        const std::optional<Unit> summed = gather.line ? Unit::of("GBP") : of(*gather.what);
        const std::optional<Unit> own = Unit::parse(fact.unit_text);
        if (failed_ || !summed || !own || *summed == *own) return;
        for (const std::string& symbol : loader_.own_units[record_.index])
            if (*summed * Unit::of(symbol) == *own) return;
        loader_.report.error("gather-unit", fact.span, "'" + fact.name + "' adds up " + bandtariff::to_string(*summed) + ", and its unit is " + fact.unit_text,
                             "unit: " + bandtariff::to_string(*summed));
    }

private:
    /// nullopt for a literal, which has the unit of what it stands beside.
    std::optional<Unit> of(const Expression& expression) {
        const auto index = static_cast<std::size_t>(expression.index);
        switch (expression.operation) {
            case Operation::number: return std::nullopt;
            case Operation::fact: return written(t_.facts[index].unit_text);
            case Operation::lookup: return written(t_.tables[index].unit_text);
            case Operation::step: return of(t_.steps[index].is);
            case Operation::conditional: return same(expression, 1);
            case Operation::multiply: return product(expression, false);
            case Operation::divide: return product(expression, true);
            case Operation::by_choice:
            case Operation::otherwise:
            case Operation::fallback:
            case Operation::instead_of:
            case Operation::negate:
            case Operation::add:
            case Operation::subtract:
            case Operation::minimum:
            case Operation::maximum:
            case Operation::clamp: return same(expression, 0);
            default: return expression.type.unit;
        }
    }

    std::optional<Unit> written(const std::string& text) const {
        std::optional<Unit> unit = Unit::parse(text);
        for (const std::string& symbol : loader_.own_units[record_.index])
            if (unit) unit = unit->without(symbol);
        return unit;
    }

    std::optional<Unit> product(const Expression& expression, bool divided) {
        const std::optional<Unit> left = of(expression.operands[0]), right = of(expression.operands[1]);
        if (!left && !right) return std::nullopt;
        return divided ? left.value_or(Unit()) / right.value_or(Unit()) : left.value_or(Unit()) * right.value_or(Unit());
    }

    /// Operands that have to be of one unit, from the `first` on.
    std::optional<Unit> same(const Expression& expression, std::size_t first) {
        std::optional<Unit> unit;
        for (std::size_t i = first; i < expression.operands.size(); ++i) {
            const std::optional<Unit> other = of(expression.operands[i]);
            if (!unit) unit = other;
            if (!other || *other == *unit || failed_) continue;
            failed_ = true;
            loader_.report.error("unit-of-record", expression.operands[i].span,
                                 "to a record of kind '" + t_.at(record_).name + "' this is " + bandtariff::to_string(*other) +
                                     ", and what it stands beside is " + bandtariff::to_string(*unit),
                                 "both sides per pupil, or neither");
        }
        return unit;
    }

    Loader& loader_;
    const TariffContents& t_;
    RecordId record_;
    bool failed_ = false;
};

}  // namespace

void check_units(Loader& loader) {
    for (const Line& line : loader.t.lines)
        if (loader.own_units[line.record.index].size() < loader.erased.size()) UnitWalk(loader, line.record).line(line);
    for (const Fact& fact : loader.t.facts)
        if (fact.gathers && fact.gathers->kind != Gather::Kind::count) UnitWalk(loader, fact.gathers->from).gathered(fact);
}

}  // namespace bandtariff::loading
