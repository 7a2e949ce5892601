// The groups of one kind: which rows are in each, what is gathered for it, and what it may share out.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "bandtariff/groups.hpp"
#include "kernel/account.hpp"

namespace bandtariff::kernel {

/// What a formula of a gather came to on one row.
struct GatherRead {
    bool holds = true;     ///< its `where`, on any of the days
    Rational value = 0;    ///< of a sum
    std::string why_not;   ///< not empty: it has no value, so the row is not priced for its group
};

/// Reads `where` on any of the days and `what` on the first of them; no days where records have none.
[[nodiscard]] GatherRead read_gather(const Expression* where, const Expression* what, const Placement& record, const std::optional<DateRange>& days,
                                     const std::function<Result(LineId)>& line = {});

/// A row as its groups see it, however it is kept.
class RowView {
public:
    virtual ~RowView() = default;
    [[nodiscard]] virtual StatedFact fact(FactId id) const = 0;
    /// Not empty: the row is not priced.
    [[nodiscard]] virtual std::string why_not() const = 0;
    [[nodiscard]] virtual const PaidDays& paid() const = 0;
    [[nodiscard]] virtual GatherRead read(const Expression* where, const Expression* what, const std::optional<DateRange>& days) const = 0;
    [[nodiscard]] virtual Money pays(LineId line) const = 0;
    [[nodiscard]] virtual const Settled& line(LineId line) const = 0;
};

/// What one row may get of what its group shares out.
struct Claim {
    std::size_t row = 0;     ///< its place among the rows of its kind
    std::string id;
    Rational weight = 0;
    std::int64_t order = 0;  ///< a day
    bool takes_rest = false;
};

/// Shares of a sum by claims, in the claims' order; or why it cannot be shared.
struct Shares {
    std::vector<Money> payable;
    std::vector<Rational> exact;
    Rational weights = 0;
    std::string why_not;
};
[[nodiscard]] Shares share_out(const ShareOut& rule, Money pot, const std::vector<Claim>& claims);

using GroupKeyValues = std::vector<std::int64_t>;

class GroupBook {
public:
    GroupBook(const Tariff& tariff, RecordId kind, const Names& names);

    [[nodiscard]] RecordId kind() const { return kind_; }
    [[nodiscard]] RecordId rows() const { return rule_.of; }
    /// What follows is gathered from rows that are given, were it none.
    void rows_are_given();
    /// A group that states itself.
    void state(const Placement& group, std::string id);
    /// The key of the group that a row is in; of a row that does not state it, the fact that is missing.
    [[nodiscard]] std::optional<GroupKeyValues> key_of(const RowView& row, FactId& missing) const;
    /// The group of that key, made where there is none.
    [[nodiscard]] std::size_t group(const GroupKeyValues& key);
    void add(std::size_t group, std::size_t row, const std::string& id, const RowView& view);
    /// Two rows of a group share an id.
    void contradict(std::size_t group, const std::string& id);

    using OnShare = std::function<void(std::size_t row, QuoteLine share)>;
    /// Prices every group: those stated first, then by key. What they share out is told row by row.
    [[nodiscard]] std::vector<PricedRecord> price(bool traced, std::vector<Account>& accounts, const OnShare& on_share);

private:
    struct Sum {
        Rational value = 0;
        std::uint64_t rows = 0;
        std::set<std::int64_t> distinct;
    };
    struct Group {
        Placement record;
        std::string id;
        bool stated = false;
        GroupKeyValues key;
        std::optional<DateRange> days;                     ///< its own, where they are known
        std::vector<std::optional<DateRange>> windows;     ///< by gathered fact
        std::vector<Sum> sums;                             ///< the same
        std::vector<std::vector<Claim>> claims;            ///< by line shared out
        std::uint64_t members = 0, left_out = 0;
        std::string not_priced, crosses, duplicate, no_window;  ///< why; the least text of all, so that order means nothing
    };
    /// What one row adds to one gathered fact.
    struct Addition {
        bool counts = false;
        Rational value = 0;
        std::int64_t distinct = 0;
        std::string why_not, crosses;
    };
    std::size_t make(Placement record, GroupKeyValues key);
    [[nodiscard]] Addition addition(const Gather& gather, const std::optional<DateRange>& window, const RowView& row) const;
    void claim(Group& group, std::size_t row, const std::string& id, const RowView& view);
    void complete(Group& group, std::vector<Reason>& stops) const;
    [[nodiscard]] std::string name(const Group& group) const;
    [[nodiscard]] std::int64_t carried(FactId id, const StatedFact& stated) const;

    Tariff tariff_;
    RecordId kind_;
    GroupRule rule_;
    Names names_;
    std::vector<FactId> gathered_;
    std::vector<LineId> pots_;
    bool given_ = false;
    std::vector<Group> groups_;
    std::map<GroupKeyValues, std::size_t> places_;
};

}  // namespace bandtariff::kernel
