// Which facts a kind of record can read: through steps, tables, conditions, payers and its span, under the choices made.
#include <algorithm>

#include "bandtariff/tariff.hpp"

namespace bandtariff {
namespace {

/// Walks everything reachable once and marks the facts it meets.
class Reading {
public:
    explicit Reading(const TariffContents& tariff)
        : tariff_(tariff), facts_(tariff.facts.size()), steps_(tariff.steps.size()), tables_(tariff.tables.size()) {}

    void fact(FactId id) { facts_[id.index] = true; }
    void fact(const std::optional<FactId>& id) {
        if (id) fact(*id);
    }
    void expression(const std::optional<Expression>& formula) {
        if (formula) expression(*formula);
    }
    void expression(const Expression& formula) {
        const auto index = static_cast<std::size_t>(formula.index);
        switch (formula.operation) {
            case Operation::fact:
            case Operation::given: fact(FactId(index)); break;
            case Operation::step: step(index); break;
            case Operation::lookup: table(index); break;
            // The alternatives not chosen are folded away, so what only they read need not be stated.
            case Operation::by_choice: expression(formula.operands[tariff_.choices[index].selected.index]); return;
            default: break;
        }
        for (const Expression& operand : formula.operands) expression(operand);
    }
    void conditions(const std::vector<Condition>& list) {
        for (const Condition& condition : list) expression(condition.when);
    }
    [[nodiscard]] std::vector<FactId> result() const {
        std::vector<FactId> ids;
        for (std::size_t i = 0; i < facts_.size(); ++i)
            if (facts_[i]) ids.emplace_back(i);
        return ids;
    }

private:
    void step(std::size_t index) {
        if (steps_[index]) return;
        steps_[index] = true;
        const Step& step = tariff_.steps[index];
        expression(step.is);
        fact(step.replaced_by);
        fact(step.replaced_reason);
    }
    void table(std::size_t index) {
        if (tables_[index]) return;
        tables_[index] = true;
        const Table& table = tariff_.tables[index];
        fact(table.dated_by);
        for (const Version& version : table.versions) {
            for (const Row& row : version.rows) {
                const Cell& cell = row.cell;
                if (cell.kind == Cell::Kind::stated) fact(cell.stated_by);
                for (const auto* formula : {&cell.above, &cell.at_least, &cell.below, &cell.at_most, &cell.formula}) expression(*formula);
            }
        }
    }

    const TariffContents& tariff_;
    std::vector<bool> facts_, steps_, tables_;
};

}  // namespace

std::vector<const Expression*> Line::formulas() const {
    std::vector<const Expression*> result{&amount, &payer, &payee};
    const auto may_have = [&](const std::optional<Expression>& formula) {
        if (formula) result.push_back(&*formula);
    };
    may_have(when);
    for (const auto* conditions : {&not_payable, &refuse})
        for (const Condition& condition : *conditions) result.push_back(&condition.when);
    for (const Slice& slice : payers) {
        result.push_back(&slice.limit);
        may_have(slice.first);
        may_have(slice.since);
    }
    return result;
}

std::vector<const Expression*> TariffContents::formulas(RecordId record) const {
    std::vector<const Expression*> result;
    if (takes && takes->when) result.push_back(&*takes->when);
    for (const Condition& condition : at(record).refuse) result.push_back(&condition.when);
    for (const Line& line : lines) {
        if (line.record != record) continue;
        const std::vector<const Expression*> own = line.formulas();
        result.insert(result.end(), own.begin(), own.end());
    }
    return result;
}

std::vector<const Expression*> TariffContents::formulas() const {
    std::vector<const Expression*> result;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::vector<const Expression*> own = formulas(RecordId(i));
        result.insert(result.end(), own.begin(), own.end());
    }
    for (const Fact& fact : facts)
        if (fact.gathers)
            for (const auto* formula : {&fact.gathers->where, &fact.gathers->what})
                if (*formula) result.push_back(&**formula);
    for (const Line& line : lines)
        if (line.share_out) result.push_back(&line.share_out->by);
    return result;
}

std::vector<FactId> TariffContents::facts_read(RecordId record) const {
    Reading reading(*this);
    const RecordKind& kind = at(record);
    if (kind.span.kind != SpanRule::Kind::none) reading.fact(kind.span.from);
    if (kind.span.kind == SpanRule::Kind::between) reading.fact(kind.span.last_day);
    reading.fact(kind.span.left_on);
    if (takes) reading.fact(takes->by);
    for (const Expression* formula : formulas(record)) reading.expression(*formula);
    for (const Line& line : lines) {
        if (line.record != record) continue;
        const TimeBasis& basis = at(over(line).basis);
        reading.fact(basis.on);
        if (basis.times.valid()) reading.fact(basis.times);
    }
    for (std::size_t group = 0; group < records.size(); ++group) {
        const std::optional<GroupRule>& rule = records[group].group;
        if (RecordId(group) == record && rule)
            for (const GroupKey& key : rule->by) reading.fact(key.states);
        if (!rule || rule->of != record) continue;
        for (const GroupKey& key : rule->by) reading.fact(key.on.value_or(key.states));
        for (const FactId id : facts_gathered(RecordId(group))) {
            const Gather& gather = *at(id).gathers;
            reading.expression(gather.where);
            reading.expression(gather.what);
            reading.fact(gather.distinct);
        }
    }
    for (const Line& line : lines) {
        if (!line.share_out || line.share_out->to != record) continue;
        reading.expression(line.share_out->by);
        reading.fact(line.share_out->takes_rest);
        reading.fact(line.share_out->order);
    }
    return reading.result();
}

std::vector<FactId> TariffContents::facts_read(const Expression& formula) const {
    Reading reading(*this);
    reading.expression(formula);
    return reading.result();
}

std::vector<FactId> TariffContents::facts_gathered(RecordId group) const {
    std::vector<FactId> result;
    if (!at(group).group) return result;
    for (const FactId id : facts_read(group))
        if (at(id).gathers && at(id).gathers->from == at(group).group->of) result.push_back(id);
    return result;
}

bool TariffContents::has_lines(RecordId record) const {
    return std::any_of(lines.begin(), lines.end(), [&](const Line& line) { return line.record == record; });
}

}  // namespace bandtariff
