// Two codes are equivalent where every table keyed by the fact holds equal cells for them, and every comparison with a named
// code answers alike. Any other use of a fact makes all its codes count. See equivalent_codes.hpp.
#include "sweep/equivalent_codes.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace bandtariff::sweep {
namespace {

class Uses {
public:
    Uses(const TariffContents& tariff, std::map<std::uint32_t, CodeUse>& uses) : tariff_(tariff), uses_(uses), steps_(tariff.steps.size()) {
        for (std::size_t i = 0; i < tariff.facts.size(); ++i)
            if (tariff.facts[i].kind == FactKind::code) uses_[static_cast<std::uint32_t>(i)].met.resize(tariff.at(tariff.facts[i].codes).codes.size());
    }

    void record(RecordId id) {
        for (const Expression* formula : tariff_.formulas(id)) read(*formula, {});
    }

private:
    /// Which fact each key of the table being read is, where it is just that.
    using Keys = std::vector<std::optional<FactId>>;

    [[nodiscard]] std::optional<FactId> fact_of(const Expression& e, const Keys& keys) const {
        const auto index = static_cast<std::size_t>(e.index);
        if (e.operation == Operation::fact && tariff_.facts[index].kind == FactKind::code) return FactId(index);
        return e.operation == Operation::key ? keys[index] : std::nullopt;
    }

    void all_count(FactId fact) {
        if (const auto use = uses_.find(fact.index); use != uses_.end()) use->second.all_count = true;
    }

    void read(const Expression& e, const Keys& keys) {
        const auto index = static_cast<std::size_t>(e.index);
        switch (e.operation) {
            case Operation::fact:
            case Operation::key:
                if (const auto fact = fact_of(e, keys)) all_count(*fact);
                return;
            case Operation::given: return;
            case Operation::by_choice: return read(e.operands[tariff_.choices[index].selected.index], keys);
            case Operation::step: return step(index);
            case Operation::lookup: return lookup(e, keys);
            case Operation::equal:
            case Operation::not_equal:
            case Operation::in:
                if (compares(e, keys)) return;
                break;
            default: break;
        }
        for (const Expression& operand : e.operands) read(operand, keys);
    }

    void step(std::size_t index) {
        if (steps_[index]) return;
        steps_[index] = true;
        read(tariff_.steps[index].is, {});
        for (const auto& fact : {tariff_.steps[index].replaced_by, tariff_.steps[index].replaced_reason})
            if (fact) all_count(*fact);
    }

    /// Whether it compares a fact with codes named in the formula, which tells only those apart.
    bool compares(const Expression& e, const Keys& keys) {
        const auto fact = fact_of(e.operands.front(), keys);
        const auto named = [](const Expression& operand) { return operand.operation == Operation::code; };
        if (!fact || !std::all_of(e.operands.begin() + 1, e.operands.end(), named)) return false;
        std::vector<std::vector<std::int64_t>>& met = uses_.at(fact->index).met;
        for (std::size_t operand = 1; operand < e.operands.size(); ++operand)
            for (std::size_t code = 0; code < met.size(); ++code) met[code].push_back(e.operands[operand].index == static_cast<std::int64_t>(code) ? 1 : 0);
        return true;
    }

    void lookup(const Expression& e, const Keys& outer) {
        const auto index = static_cast<std::size_t>(e.index);
        const Table& table = tariff_.tables[index];
        Keys keys;
        for (const Expression& operand : e.operands) {
            keys.push_back(fact_of(operand, outer));
            if (!keys.back()) read(operand, outer);
        }
        if (!tables_.emplace(index, keys).second) return;
        for (std::size_t k = 0; k < keys.size(); ++k)
            if (keys[k]) tell_apart(table, k, *keys[k]);
        for (const Version& version : table.versions) {
            for (const Row& row : version.rows) {
                const Cell& cell = row.cell;
                if (cell.kind == Cell::Kind::stated) all_count(cell.stated_by);
                for (const auto* formula : {&cell.above, &cell.at_least, &cell.below, &cell.at_most, &cell.formula})
                    if (*formula) read(**formula, keys);
            }
        }
    }

    /// Each code of the key meets the cells that the table has for it, whatever its other keys are.
    void tell_apart(const Table& table, std::size_t key, FactId fact) {
        std::vector<std::vector<std::int64_t>>& met = uses_.at(fact.index).met;
        const std::size_t size = table.keys[key].size, positions = table.positions();
        if (!table.keys[key].cuts.empty() || size != met.size()) return all_count(fact);
        std::size_t stride = 1;
        for (std::size_t k = key + 1; k < table.keys.size(); ++k) stride *= table.keys[k].size;
        for (const Version& version : table.versions) {
            const std::vector<std::int64_t> cells = numbered(version);
            for (std::size_t p = 0; p < positions; ++p) {
                const std::int32_t row = version.governing[p];
                met[p / stride % size].push_back(row < 0 ? -1 : cells[static_cast<std::size_t>(row)]);
            }
        }
    }

    /// Rows numbered by what their cells say: equal printed cells have one number, a formula one of its own.
    [[nodiscard]] static std::vector<std::int64_t> numbered(const Version& version) {
        std::vector<std::int64_t> numbers;
        std::map<std::tuple<Cell::Kind, Rational, std::int64_t, std::uint32_t>, std::int64_t> known;
        for (const Row& row : version.rows) {
            const Cell& cell = row.cell;
            const auto own = static_cast<std::int64_t>(numbers.size());
            const bool by_itself = cell.kind == Cell::Kind::formula || cell.kind == Cell::Kind::stated;
            numbers.push_back(by_itself ? own : known.try_emplace({cell.kind, cell.value.number, cell.value.integer, cell.outcome.index}, own).first->second);
        }
        return numbers;
    }

    const TariffContents& tariff_;
    std::map<std::uint32_t, CodeUse>& uses_;
    std::vector<bool> steps_;
    std::set<std::pair<std::size_t, Keys>> tables_;
};

}  // namespace

void CodeUses::read(const TariffContents& tariff, RecordId record) { Uses(tariff, uses_).record(record); }

EquivalentCodes CodeUses::equivalent() const {
    EquivalentCodes result;
    for (const auto& [fact, use] : uses_) {
        if (use.all_count) continue;
        std::map<std::vector<std::int64_t>, std::int64_t> first;
        std::vector<std::int64_t>& codes = result[fact];
        for (std::size_t code = 0; code < use.met.size(); ++code)
            codes.push_back(first.try_emplace(use.met[code], static_cast<std::int64_t>(code)).first->second);
    }
    return result;
}

}  // namespace bandtariff::sweep
