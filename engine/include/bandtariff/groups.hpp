// Records of several kinds priced together: rows, the groups that they make, and what groups share out to their rows.
//
//     std::vector<StatedRecord> stated = {{placement(tariff, "placement").with("school", "St Mary"), "a child"},
//                                         {placement(tariff, "school").with("school", "St Mary"), {}}};
//     for (const PricedRecord& each : price_together(plan, stated)) std::cout << explain(each.quote);
//
// price_together keeps every record's whole account. GroupPricing reads columns twice, block by block, and keeps the groups
// alone. Both give the same pence, in whatever order the rows come.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/plan.hpp"

namespace bandtariff {

/// One record of several priced together. Ids of one kind of record differ; rows that money is shared out to need one.
struct StatedRecord {
    Placement record;
    std::string id = {};
};

struct PricedRecord {
    Placement record;    ///< as stated, with what was gathered
    std::string id;
    Quote quote;
    bool stated = true;  ///< else a group that its rows made
};

/// Prices records of any kinds, in the order stated; then the groups that only their rows name, by kind and key. What a group
/// gathers from a kind of which no record is stated is absent, unless `none_of` names the kind: then there are none.
[[nodiscard]] std::vector<PricedRecord> price_together(const Plan& plan, std::span<const StatedRecord> stated,
                                                       std::span<const RecordId> none_of = {});

/// Texts that columns carry as numbers: of facts of kind `name`.
class Names {
public:
    Names();
    /// The number of a text, made where it is met for the first time.
    [[nodiscard]] std::int64_t number(std::string_view text) const;
    /// Throws std::invalid_argument for a number that is no text's.
    [[nodiscard]] const std::string& text(std::int64_t number) const;

private:
    struct Table;
    std::shared_ptr<Table> table_;
};

/// Prices columns of rows together with their groups. Rows are read twice, in the same order; memory grows with the groups,
/// with the ids of kinds that have any, and with the rows of a kind that money is shared out to.
class GroupPricing {
public:
    explicit GroupPricing(Plan plan);
    GroupPricing(GroupPricing&&) noexcept;
    GroupPricing& operator=(GroupPricing&&) noexcept;
    ~GroupPricing();

    /// Numbers of names, for columns of them.
    [[nodiscard]] const Names& names() const;
    /// States a group by itself, before any row is read. Throws std::invalid_argument for a kind that groups nothing.
    void state(const Placement& group, std::string id = {});
    /// Reads a block of rows for the first time. `ids` may be empty where the kind needs none. Throws std::invalid_argument
    /// for a kind of groups, and where Plan::price would.
    void gather(const PlacementTable& rows, std::span<const std::string> ids = {});
    /// Prices every group, once all rows are read.
    void price_groups();
    /// Prices a block of rows, read for the second time in the same order; a line shared out is a column like any other.
    void price(const PlacementTable& rows, const QuoteTable& quotes);
    /// The groups of a kind: those stated, in that order, then the others by key.
    [[nodiscard]] const std::vector<PricedRecord>& groups(RecordId kind) const;
    /// Lines that a kind of record is paid: its own, and those shared out to it.
    [[nodiscard]] std::vector<LineId> lines(RecordId kind) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bandtariff
