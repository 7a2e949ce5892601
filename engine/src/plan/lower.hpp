// Formulas, steps, tables and conditions to nodes of the value graph. One Lowering a kind of record; one period leaf a
// distinct list of cuts, so that lines that change on the same days share everything.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "plan/graph.hpp"

namespace bandtariff::plan {

[[nodiscard]] Ranks ranks_of(const TariffContents& tariff);
/// What one step of a number fact as carried is worth.
[[nodiscard]] Rational unit_of(const Fact& fact);

struct StatedCells;

/// A value and the outcome that stands in its place, where its rank is not 0.
struct Lowered {
    NodeId value = 0;
    NodeId stop = 0;
};

class Lowering {
public:
    /// `stated`: by fact, whether every record states it.
    Lowering(const TariffContents& tariff, const Ranks& ranks, Graph& graph, std::vector<bool> stated)
        : tariff_(tariff), ranks_(ranks), graph_(graph), stated_(std::move(stated)), read_(tariff.facts.size(), false), optional_(tariff.facts.size(), false) {}

    /// The days inside `reach` on which a version of anything the expressions read starts or ends, or a fact becomes required.
    [[nodiscard]] std::vector<Small> cuts_of(const std::vector<const Expression*>& expressions, const std::optional<Days>& reach) const;

    /// Everything lowered from here on is read on the periods that `cuts` leave of `reach` (nullopt: on no day). One `group` is one
    /// list of cuts.
    void read_in_periods(std::size_t group, const std::vector<Small>& cuts, const std::optional<Days>& reach);
    [[nodiscard]] std::optional<std::size_t> period_leaf() const { return period_leaf_; }

    Lowered lower(const Expression& expression);
    /// A line's rank and amount on a period.
    Lowered line(const Line& line);
    /// The rank of a record's refuse conditions on a period.
    NodeId refusal(const RecordKind& kind);

    /// The rank of a built-in outcome.
    [[nodiscard]] Small rank(std::string_view code) const;
    std::size_t leaf(Leaf::Kind kind, FactId fact);
    /// Whether a fact was read as one that has no value where it is absent, and nothing asked whether it is stated.
    [[nodiscard]] bool expects(FactId fact) const { return read_[fact.index] && !optional_[fact.index]; }

private:
    using Keys = std::vector<Lowered>;
    Lowered lower(const Expression& expression, const Keys* keys);
    Lowered strict(const Expression& expression, const Keys* keys);
    Lowered fact(FactId id);
    NodeId given(FactId id);
    /// fact_missing on periods from which an absent fact is required.
    NodeId required(FactId id);
    Lowered step(StepId id);
    Lowered left_to_right(const Expression& expression, const Keys* keys);
    Lowered rounded(const Lowered& exact, const std::optional<RoundingRule>& rule);
    Lowered compared(Operation operation, NodeId a, NodeId b);

    // Tables: tables.cpp.
    Lowered lookup(const Expression& expression, const Keys* keys);
    std::size_t stated_group(const Cell& cell, const Keys& keys, std::vector<StatedCells>& groups);
    Lowered stated(FactId sum, OutcomeId outcome, const std::array<std::optional<Lowered>, 4>& computed);
    NodeId version(const Table& table);
    NodeId position(const Key& key, const Lowered& value);

    NodeId zero(const Type& type) { return type.kind == ValueKind::number ? graph_.number(0) : graph_.small(0); }
    NodeId conditions(const std::vector<Condition>& list);
    void cut(const Expression& expression, std::set<Small>& cuts, std::set<std::size_t>& steps, std::set<std::size_t>& tables) const;

    const TariffContents& tariff_;
    const Ranks& ranks_;
    Graph& graph_;
    std::vector<bool> stated_, read_, optional_;  ///< by fact
    std::optional<std::size_t> period_leaf_;
    NodeId period_ = 0;
    std::vector<std::optional<Date>> period_days_;  ///< a day of each period
    std::size_t group_ = 0;                         ///< of this list of periods
    std::map<std::pair<std::size_t, StepId>, Lowered> steps_;  ///< by list of periods: lines that change on the same days share them
};

}  // namespace bandtariff::plan
