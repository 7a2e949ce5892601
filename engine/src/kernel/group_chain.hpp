// Every kind of group of a tariff, the lowest first: rows go in, groups come out priced, and are rows of the kinds above them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/group_book.hpp"

namespace bandtariff::kernel {

class GroupChain {
public:
    GroupChain(const Tariff& tariff, const Names& names);

    /// Rows of this kind are given, were it none.
    void given(RecordId kind);
    void state(const Placement& group, const std::string& id);
    /// What became of a row: not empty, why it is in no group and so not priced.
    struct Placed {
        std::optional<Reason> stop;
    };
    Placed add(RecordId kind, std::size_t row, const std::string& id, const RowView& view);
    /// Why a row cannot be a row of its groups, before it is looked at: a key or an id is missing. The id may come twice later.
    [[nodiscard]] std::optional<Reason> why_not(RecordId kind, const std::string& id, const RowView& view) const;
    [[nodiscard]] bool id_twice(RecordId kind, const std::string& id) const;

    using OnShare = std::function<void(RecordId kind, std::size_t row, QuoteLine share)>;
    void price(bool traced, const OnShare& on_share);
    [[nodiscard]] const std::vector<PricedRecord>& groups(RecordId kind) const { return priced_[kind.index]; }
    /// Lines that are shared out to a kind of record.
    [[nodiscard]] std::vector<LineId> shared_to(RecordId kind) const;

private:
    struct Seen {
        bool twice = false;
        std::vector<std::pair<std::size_t, std::size_t>> groups;  ///< book and group of the first row with the id
    };
    Tariff tariff_;
    std::vector<GroupBook> books_;  ///< the lowest kinds first
    std::vector<std::unordered_map<std::string, Seen>> ids_;  ///< by kind
    std::vector<std::vector<PricedRecord>> priced_;           ///< by kind
};

/// Adds a share to what a row is paid: in its lines, totals and payers.
void add_share(const TariffContents& tariff, QuoteLine share, Quote& quote);
/// The quote of a row that cannot be priced with its groups.
void stop(const TariffContents& tariff, const Reason& reason, Quote& quote);

}  // namespace bandtariff::kernel
