// How groups are made of rows, and what is counted or summed over the rows of each.
//
//     for (const Fact& fact : tariff->facts)
//         if (fact.gathers) std::cout << fact.name << " is gathered from each " << tariff->at(fact.gathers->from).name << '\n';
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bandtariff/calendar.hpp"
#include "bandtariff/expression.hpp"

namespace bandtariff {

/// One thing that rows of a group have in common.
struct GroupKey {
    FactId states;             ///< the group's own fact: a name, a code or a year
    std::optional<FactId> on;  ///< the row's date whose year it is; empty: the row states the same fact
    SourceSpan span;
};

/// What a kind of record is a group of.
struct GroupRule {
    RecordId of;
    std::vector<GroupKey> by;          ///< empty: all rows are one group
    bool leave_out_unpriced = false;   ///< else a row that is not priced leaves its group unpriced
    SourceSpan span;
};

/// Which days of a row count: one day, a window, or the year of that kind that the group's key or first day names.
struct GatherDays {
    std::optional<DateRange> days;
    std::optional<YearKind> year;  ///< neither: the tariff is undated and its rows have no days
};

/// What a fact of a group comes from.
struct Gather {
    enum class Kind { count, sum, line_exact, line_payable };
    Kind kind = Kind::count;
    RecordId from;
    std::optional<Expression> where;  ///< only rows on which it holds on any of the days
    std::optional<FactId> distinct;   ///< of a count: how many values this fact has
    std::optional<Expression> what;   ///< of a sum: read on the row's first day among them
    std::optional<LineId> line;
    GatherDays when;
    SourceSpan span;
};

}  // namespace bandtariff
