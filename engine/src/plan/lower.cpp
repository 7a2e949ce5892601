// Expressions to nodes: each value beside the rank of what stands in its place. Entry points: Lowering::line and refusal.
// The operands of a strict operation give the greatest of their ranks; `if`, `and`, `or` and `otherwise` choose.
#include "plan/lower.hpp"

#include <algorithm>
#include <stdexcept>

namespace bandtariff::plan {

Ranks ranks_of(const TariffContents& tariff) {
    // Greatest wins, so the order of semantics is turned round: nothing payable first, and larger numbers before smaller.
    std::vector<OutcomeId> order;
    for (std::size_t k = 0; k < tariff.outcomes.size(); ++k) {
        if (tariff.outcomes[k].outcome_class != OutcomeClass::priced) order.emplace_back(k);
    }
    const auto key = [&](OutcomeId id) {
        const Outcome& outcome = tariff.at(id);
        return std::pair(outcome.outcome_class == OutcomeClass::not_priced, -static_cast<int>(outcome.number));
    };
    std::sort(order.begin(), order.end(), [&](OutcomeId a, OutcomeId b) { return key(a) < key(b); });
    Ranks ranks;
    ranks.outcome_of = {OutcomeId()};
    ranks.number_of = {0};
    ranks.rank_of.assign(tariff.outcomes.size(), 0);
    for (const OutcomeId id : order) {
        if (tariff.at(id).outcome_class == OutcomeClass::nothing_payable) ranks.first_stop = static_cast<Small>(ranks.outcome_of.size()) + 1;
        ranks.rank_of[id.index] = static_cast<Small>(ranks.outcome_of.size());
        ranks.outcome_of.push_back(id);
        ranks.number_of.push_back(tariff.at(id).number);
    }
    ranks.absent = static_cast<Small>(ranks.outcome_of.size());
    const OutcomeId none = tariff.outcome("no_line_applies").value();
    ranks.outcome_of.push_back(none);
    ranks.number_of.push_back(tariff.at(none).number);
    const auto rank = [&](std::string_view code) { return ranks.rank_of[tariff.outcome(code).value().index]; };
    ranks.code_unknown = rank("code_unknown");
    ranks.fact_out_of_range = rank("fact_out_of_range");
    ranks.fact_missing = rank("fact_missing");
    ranks.no_paid_days = rank("no_paid_days");
    ranks.outside_applies = rank("outside_applies");
    ranks.part_year_not_stated = rank("part_year_not_stated");
    ranks.part_month_not_stated = rank("part_month_not_stated");
    ranks.part_week_not_stated = rank("part_week_not_stated");
    ranks.no_value = rank("no_value");
    ranks.cannot_split = rank("cannot_split");
    ranks.not_exact = rank("not_exact");
    ranks.negative_not_allowed = rank("negative_not_allowed");
    const auto number = [&](std::string_view code) { return tariff.at(tariff.outcome(code).value()).number; };
    ranks.priced = number("priced");
    ranks.priced_zero = number("priced_zero");
    ranks.priced_in_part = number("priced_in_part");
    return ranks;
}

Rational unit_of(const Fact& fact) { return Rational(Integer(1), pow(Integer(10), static_cast<unsigned>(fact.decimals))); }

Small Lowering::rank(std::string_view code) const { return ranks_.rank_of[tariff_.outcome(code).value().index]; }

std::size_t Lowering::leaf(Leaf::Kind kind, FactId id) {
    const Fact& fact = tariff_.at(id);
    Leaf leaf;
    leaf.kind = kind;
    leaf.fact = id;
    leaf.has_default = fact.otherwise.has_value();
    if (fact.kind == FactKind::number) {
        leaf.otherwise = carried_bounds(tariff_, id).first;
        if (fact.otherwise) {
            leaf.otherwise = numerator(Rational(fact.otherwise->number / unit_of(fact))).convert_to<std::int64_t>();
        }
    } else if (fact.otherwise) {
        leaf.otherwise = fact.otherwise->integer;
    } else if (kind == Leaf::Kind::code) {
        // One past the last; where every record states it, the first stands for what is no code, and is not priced.
        leaf.otherwise = stated_[id.index] ? 0 : fact.kind == FactKind::yes_no ? 2 : static_cast<std::int64_t>(tariff_.at(fact.codes).codes.size());
    }
    return graph_.leaf(leaf);
}

// --- when anything changes ------------------------------------------------------------------------------------------

void Lowering::cut(const Expression& expression, std::set<Small>& cuts, std::set<std::size_t>& steps, std::set<std::size_t>& tables) const {
    const auto index = static_cast<std::size_t>(expression.index);
    const auto required = [&](const Fact& fact) {
        if (fact.required_from) cuts.insert(day_number(*fact.required_from));
    };
    switch (expression.operation) {
        case Operation::by_choice:
            cut(expression.operands[tariff_.choices[index].selected.index], cuts, steps, tables);
            return;
        case Operation::given: required(tariff_.facts[index]); break;
        case Operation::otherwise: required(tariff_.facts[static_cast<std::size_t>(expression.operands[0].index)]); break;
        case Operation::step:
            if (steps.insert(index).second) cut(tariff_.steps[index].is, cuts, steps, tables);
            break;
        case Operation::lookup: {
            if (!tables.insert(index).second) break;
            const Table& table = tariff_.tables[index];
            for (const Version& version : table.versions) {
                if (!table.dated_by && version.from) cuts.insert(day_number(*version.from));
                if (!table.dated_by && version.until) cuts.insert(day_number(*version.until));
                for (const Row& row : version.rows) {
                    const Cell& cell = row.cell;
                    for (const auto* formula : {&cell.formula, &cell.above, &cell.at_least, &cell.below, &cell.at_most}) {
                        if (*formula) cut(**formula, cuts, steps, tables);
                    }
                }
            }
            break;
        }
        default: break;
    }
    for (const Expression& operand : expression.operands) cut(operand, cuts, steps, tables);
}

std::vector<Small> Lowering::cuts_of(const std::vector<const Expression*>& expressions, const std::optional<Days>& reach) const {
    std::set<Small> cuts;
    std::set<std::size_t> steps, tables;
    for (const Expression* expression : expressions) cut(*expression, cuts, steps, tables);
    std::vector<Small> inside;
    for (const Small day : cuts) {
        if (reach && reach->first < day && day < reach->until) inside.push_back(day);
    }
    return inside;
}

void Lowering::read_in_periods(std::size_t group, const std::vector<Small>& cuts, const std::optional<Days>& reach) {
    group_ = group;
    period_days_.clear();
    period_leaf_.reset();
    if (!reach) period_days_.emplace_back(std::nullopt);
    else period_days_.emplace_back(from_day_number(reach->first));
    for (const Small day : cuts) period_days_.emplace_back(from_day_number(day));
    if (cuts.empty()) {
        period_ = graph_.small(0);
        return;
    }
    Leaf leaf;
    leaf.kind = Leaf::Kind::period;
    leaf.group = group;
    period_leaf_ = graph_.leaf(leaf);
    period_ = graph_.code_leaf(leaf, period_days_.size());
}

// --- facts ----------------------------------------------------------------------------------------------------------

NodeId Lowering::given(FactId id) {
    const Fact& fact = tariff_.at(id);
    optional_[id.index] = true;
    if (stated_[id.index]) return graph_.small(1);
    if ((fact.kind == FactKind::code || fact.kind == FactKind::yes_no) && !fact.otherwise) {
        const NodeId value = this->fact(id).value;
        std::vector<Small> cells(graph_.at(value).size(), 1);
        cells.back() = 0;
        const auto size = static_cast<std::uint32_t>(cells.size());
        return graph_.small_table(std::move(cells), {value}, {size});
    }
    return graph_.code_leaf(graph_.leaves()[leaf(Leaf::Kind::given, id)], 2);
}

Lowered Lowering::fact(FactId id) {
    const Fact& fact = tariff_.at(id);
    const NodeId never = graph_.small(0);
    const bool always = fact.otherwise || stated_[id.index];
    read_[id.index] = read_[id.index] || !fact.otherwise;
    switch (fact.kind) {
        case FactKind::code:
        case FactKind::yes_no: {
            const std::size_t codes = fact.kind == FactKind::yes_no ? 2 : tariff_.at(fact.codes).codes.size();
            const std::size_t size = codes + (always ? 0 : 1);
            const NodeId value = graph_.code_leaf(graph_.leaves()[leaf(fact.scenario ? Leaf::Kind::scenario : Leaf::Kind::code, id)], size);
            if (always) return {value, never};
            std::vector<Small> cells(size, 0);
            cells.back() = rank("fact_missing");
            return {value, graph_.small_table(std::move(cells), {value}, {static_cast<std::uint32_t>(size)})};
        }
        case FactKind::number: {
            const Rational unit = unit_of(fact);
            const auto [low, high] = carried_bounds(tariff_, id);
            const NodeId value = graph_.number_leaf(graph_.leaves()[leaf(Leaf::Kind::number, id)], unit, unit * low, unit * high);
            if (always) return {value, never};
            return {value, graph_.small_leaf(graph_.leaves()[leaf(Leaf::Kind::missing, id)], 0, rank("fact_missing"))};
        }
        case FactKind::date:
        case FactKind::year:
        case FactKind::name:
        case FactKind::text: break;
    }
    const bool date = fact.kind == FactKind::date;
    const std::int64_t first = date ? day_number(make_date(1900, 1, 1)) : 1900;
    const std::int64_t last = date ? day_number(make_date(2199, 12, 31)) : 2199;
    // An absent day is carried as 0, which lies between.
    const NodeId value = graph_.small_leaf(graph_.leaves()[leaf(Leaf::Kind::day, id)], std::min<std::int64_t>(first, 0), last);
    if (always) return {value, never};
    return {value, graph_.small_leaf(graph_.leaves()[leaf(Leaf::Kind::missing, id)], 0, rank("fact_missing"))};
}

NodeId Lowering::required(FactId id) {
    const Fact& fact = tariff_.at(id);
    if (!fact.required_from) return graph_.small(0);
    std::vector<Small> cells;
    for (const auto& day : period_days_) cells.push_back(day && *day >= *fact.required_from ? 1 : 0);
    const auto size = static_cast<std::uint32_t>(cells.size());
    const NodeId due = graph_.small_table(std::move(cells), {period_}, {size});
    return graph_.rank_where(graph_.both(due, graph_.inverse(given(id))), rank("fact_missing"));
}

// --- expressions ----------------------------------------------------------------------------------------------------

Lowered Lowering::rounded(const Lowered& exact, const std::optional<RoundingRule>& rule) {
    if (!rule) return exact;
    Lowered result{graph_.round(exact.value, rule->rounding), exact.stop};
    if (rule->rounding.mode() == Rounding::Mode::exact) {
        const NodeId residue = graph_.has_residue(exact.value, rule->rounding.quantum().value());
        result.stop = graph_.first_nonzero(exact.stop, graph_.rank_where(residue, rank("not_exact")));
    }
    return result;
}

Lowered Lowering::step(StepId id) {
    if (const auto known = steps_.find({group_, id}); known != steps_.end()) return known->second;
    const Step& step = tariff_.at(id);
    Lowered result = rounded(lower(step.is, nullptr), step.rounding);
    if (step.replaced_by) {
        const NodeId stated = given(*step.replaced_by);
        const Lowered replacement = fact(*step.replaced_by);
        NodeId stop = replacement.stop;
        if (step.replaced_reason) {
            stop = graph_.first_nonzero(graph_.rank_where(graph_.inverse(given(*step.replaced_reason)), rank("reason_missing")), stop);
        }
        result = {graph_.select(stated, replacement.value, result.value), graph_.select(stated, stop, result.stop)};
    }
    steps_.emplace(std::pair(group_, id), result);
    return result;
}

Lowered Lowering::left_to_right(const Expression& expression, const Keys* keys) {
    const bool conjunction = expression.operation == Operation::logical_and;
    Lowered result = lower(expression.operands[0], keys);
    for (std::size_t k = 1; k < expression.operands.size(); ++k) {
        const Lowered next = lower(expression.operands[k], keys);
        const NodeId reaches = conjunction ? result.value : graph_.inverse(result.value);
        result.stop = graph_.first_nonzero(result.stop, graph_.select(reaches, next.stop, graph_.small(0)));
        result.value = conjunction ? graph_.both(result.value, next.value) : graph_.either(result.value, next.value);
    }
    return result;
}

Lowered Lowering::lower(const Expression& expression) { return lower(expression, nullptr); }

Lowered Lowering::lower(const Expression& expression, const Keys* keys) {
    const auto index = static_cast<std::size_t>(expression.index);
    const NodeId never = graph_.small(0);
    switch (expression.operation) {
        case Operation::number: return {graph_.number(expression.number), never};
        case Operation::code:
        case Operation::yes_no:
        case Operation::date: return {graph_.small(expression.index), never};
        case Operation::fact: return fact(FactId(index));
        case Operation::key: return keys->at(index);
        case Operation::choice: return {graph_.small(tariff_.choices[index].selected.index), never};
        case Operation::by_choice: return lower(expression.operands[tariff_.choices[index].selected.index], keys);
        case Operation::lookup: return lookup(expression, keys);
        case Operation::step: return step(StepId(index));
        case Operation::given: return {given(FactId(index)), required(FactId(index))};
        case Operation::otherwise: {
            const FactId id(static_cast<std::size_t>(expression.operands[0].index));
            const Lowered stated = fact(id), other = lower(expression.operands[1], keys);
            const NodeId is_given = given(id);
            return {graph_.select(is_given, stated.value, other.value),
                    graph_.first_nonzero(required(id), graph_.select(is_given, stated.stop, other.stop))};
        }
        case Operation::fallback: {
            const Lowered first = lower(expression.operands[0], keys);
            Lowered result = first;
            for (std::size_t k = 1; k < expression.operands.size(); ++k) {
                const Lowered instead = lower(expression.operands[k], keys);
                const Small caught = ranks_.rank_of[static_cast<std::size_t>(expression.operands[k].index)];
                const NodeId here = graph_.compare(Op::equal, first.stop, graph_.small(caught));
                result = {graph_.select(here, instead.value, result.value), graph_.select(here, instead.stop, result.stop)};
            }
            return result;
        }
        case Operation::instead_of: return lower(expression.operands[0], keys);
        case Operation::logical_and:
        case Operation::logical_or: return left_to_right(expression, keys);
        case Operation::conditional: {
            const Lowered condition = lower(expression.operands[0], keys);
            const Lowered yes = lower(expression.operands[1], keys), no = lower(expression.operands[2], keys);
            return {graph_.select(condition.value, yes.value, no.value),
                    graph_.first_nonzero(condition.stop, graph_.select(condition.value, yes.stop, no.stop))};
        }
        default: return strict(expression, keys);
    }
}

Lowered Lowering::strict(const Expression& expression, const Keys* keys) {
    std::vector<NodeId> x;
    NodeId stop = graph_.small(0);
    for (const Expression& operand : expression.operands) {
        const Lowered lowered = lower(operand, keys);
        x.push_back(lowered.value);
        stop = graph_.worst(stop, lowered.stop);
    }
    const auto with = [&](NodeId value) { return Lowered{value, stop}; };
    const auto folded = [&](auto operation) {
        NodeId result = x[0];
        for (std::size_t k = 1; k < x.size(); ++k) result = operation(result, x[k]);
        return with(result);
    };
    switch (expression.operation) {
        case Operation::negate: return with(graph_.scaled(x[0], -1));
        case Operation::add: return with(graph_.add(x[0], x[1]));
        case Operation::subtract:
            if (expression.operands[0].type.kind != ValueKind::number) return with(graph_.subtract(graph_.whole(x[0]), graph_.whole(x[1])));
            return with(graph_.subtract(x[0], x[1]));
        case Operation::multiply: return with(graph_.multiply(x[0], x[1]));
        case Operation::divide: return with(graph_.divide(x[0], x[1]));
        case Operation::equal: return with(graph_.compare(Op::equal, x[0], x[1]));
        case Operation::not_equal: return with(graph_.inverse(graph_.compare(Op::equal, x[0], x[1])));
        case Operation::less: return with(graph_.compare(Op::less, x[0], x[1]));
        case Operation::less_or_equal: return with(graph_.compare(Op::less_or_equal, x[0], x[1]));
        case Operation::greater: return with(graph_.compare(Op::less, x[1], x[0]));
        case Operation::greater_or_equal: return with(graph_.compare(Op::less_or_equal, x[1], x[0]));
        case Operation::in: {
            NodeId any = graph_.small(0);
            for (std::size_t k = 1; k < x.size(); ++k) any = graph_.either(any, graph_.compare(Op::equal, x[0], x[k]));
            return with(any);
        }
        case Operation::logical_not: return with(graph_.inverse(x[0]));
        case Operation::minimum: return folded([&](NodeId a, NodeId b) { return graph_.minimum(a, b); });
        case Operation::maximum: return folded([&](NodeId a, NodeId b) { return graph_.maximum(a, b); });
        // Below the lower bound is the lower bound, even where that is above the upper.
        case Operation::clamp:
            return with(graph_.select(graph_.compare(Op::less, x[0], x[1]), x[1], graph_.minimum(x[0], x[2])));
        case Operation::days: return with(graph_.whole(graph_.days_between(Op::days, x[0], x[1])));
        case Operation::complete_weeks: return with(graph_.whole(graph_.days_between(Op::complete_weeks, x[0], x[1])));
        case Operation::complete_months: return with(graph_.whole(graph_.days_between(Op::complete_months, x[0], x[1])));
        default: throw std::logic_error("an operation that is not strict");
    }
}

// --- lines and refusals ---------------------------------------------------------------------------------------------

/// The greatest rank of those that hold and of those that have no value.
NodeId Lowering::conditions(const std::vector<Condition>& list) {
    NodeId rank = graph_.small(0);
    for (const Condition& condition : list) {
        const Lowered holds = lower(condition.when);
        rank = graph_.worst(rank, graph_.first_nonzero(holds.stop, graph_.rank_where(holds.value, ranks_.rank_of[condition.outcome.index])));
    }
    return rank;
}

Lowered Lowering::line(const Line& line) {
    const NodeId refused = conditions(line.refuse);
    const NodeId not_payable = conditions(line.not_payable);
    const Lowered amount = lower(line.amount);
    NodeId state = graph_.first_nonzero(not_payable, graph_.first_nonzero(refused, amount.stop));
    if (line.when) {
        const Lowered when = lower(*line.when);
        state = graph_.first_nonzero(when.stop, graph_.select(when.value, state, graph_.small(ranks_.absent)));
    }
    return {amount.value, state};
}

NodeId Lowering::refusal(const RecordKind& kind) {
    // Of a condition that has no value only a stop counts; one whose table says no_line has none either.
    std::vector<Small> counts(static_cast<std::size_t>(ranks_.absent) + 1, 0);
    for (Small k = ranks_.first_stop; k < ranks_.absent; ++k) counts[static_cast<std::size_t>(k)] = k;
    counts.back() = rank("no_value");
    NodeId result = graph_.small(0);
    for (const Condition& condition : kind.refuse) {
        const Lowered holds = lower(condition.when);
        const NodeId stop = graph_.small_table(counts, {holds.stop}, {static_cast<std::uint32_t>(counts.size())});
        const NodeId yes = graph_.rank_where(graph_.both(holds.value, graph_.inverse(holds.stop)), ranks_.rank_of[condition.outcome.index]);
        result = graph_.worst(result, graph_.worst(stop, yes));
    }
    return result;
}

}  // namespace bandtariff::plan
