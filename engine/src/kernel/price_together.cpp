// Records stated one by one to quotes with their whole account, groups among them. Entry point: price_together.
#include <algorithm>
#include <stdexcept>

#include "bandtariff/groups.hpp"
#include "kernel/group_chain.hpp"

namespace bandtariff {
namespace {

using kernel::Account;
using kernel::GatherRead;
using kernel::Settled;

/// A record that is priced, as a row of its groups.
class PricedRow : public kernel::RowView {
public:
    PricedRow(const Placement& record, const Account& account) : record_(record), account_(account) {}
    StatedFact fact(FactId id) const override { return record_.at(id); }
    std::string why_not() const override { return account_.quote.priced() ? "" : account_.quote.outcome; }
    const kernel::PaidDays& paid() const override { return account_.paid; }
    GatherRead read(const Expression* where, const Expression* what, const std::optional<DateRange>& days) const override {
        return kernel::read_gather(where, what, record_, days,
                                   [&](LineId id) { return Result{Result::Kind::value, {ExactMoney(pays(id)).pounds(), 0}, {}, {}}; });
    }
    Money pays(LineId id) const override { return account_.lines[id.index].payable; }
    const Settled& line(LineId id) const override { return account_.lines[id.index]; }

private:
    const Placement& record_;
    const Account& account_;
};

/// Facts that only groups read of a row are read all the same.
void forget_read_by_groups(const TariffContents& tariff, RecordId kind, Quote& quote) {
    std::vector<std::string> read;
    const auto note = [&](FactId id) { read.push_back(tariff.at(id).name); };
    const auto note_all = [&](const std::optional<Expression>& formula) {
        if (formula)
            for (const FactId id : tariff.facts_read(*formula)) note(id);
    };
    for (std::size_t i = 0; i < tariff.records.size(); ++i) {
        const std::optional<GroupRule>& rule = tariff.records[i].group;
        if (!rule || rule->of != kind) continue;
        for (const GroupKey& key : rule->by) note(key.on.value_or(key.states));
        for (const FactId id : tariff.facts_gathered(RecordId(i))) {
            const Gather& gather = *tariff.at(id).gathers;
            note_all(gather.where);
            note_all(gather.what);
            if (gather.distinct) note(*gather.distinct);
        }
    }
    for (const Line& line : tariff.lines) {
        if (!line.share_out || line.share_out->to != kind) continue;
        note_all(line.share_out->by);
        if (line.share_out->takes_rest) note(*line.share_out->takes_rest);
        if (line.share_out->order) note(*line.share_out->order);
    }
    std::erase_if(quote.facts_unread, [&](const std::string& name) { return std::find(read.begin(), read.end(), name) != read.end(); });
}

}  // namespace

std::vector<PricedRecord> price_together(const Plan& plan, std::span<const StatedRecord> stated, std::span<const RecordId> none_of) {
    if (plan.paid_known_on()) throw std::invalid_argument("plan: differences from what was paid are said of one record at a time");
    const Tariff& tariff = plan.tariff();
    kernel::GroupChain chain(tariff, Names());
    for (const StatedRecord& each : stated)
        if (tariff->at(each.record.record()).group) chain.state(each.record, each.id);
    for (const RecordId kind : none_of) chain.given(kind);

    std::vector<PricedRecord> result;
    std::vector<Account> accounts;
    result.reserve(stated.size());
    accounts.reserve(stated.size());
    for (const StatedRecord& each : stated) {
        result.push_back({each.record, each.id, {}, true});
        const RecordId kind = each.record.record();
        accounts.emplace_back();
        if (tariff->at(kind).group) continue;
        result.back().quote = plan.price(each.record);
        forget_read_by_groups(*tariff, kind, result.back().quote);
        accounts.back() = kernel::account(*tariff, each.record);
        chain.given(kind);
    }
    std::vector<std::optional<kernel::Reason>> stops(stated.size());
    for (std::size_t i = 0; i < stated.size(); ++i) {
        const RecordId kind = stated[i].record.record();
        if (!tariff->at(kind).group) stops[i] = chain.add(kind, i, stated[i].id, PricedRow(result[i].record, accounts[i])).stop;
    }
    std::vector<std::pair<std::size_t, QuoteLine>> shares;
    chain.price(true, [&](RecordId, std::size_t row, QuoteLine share) { shares.emplace_back(row, std::move(share)); });
    for (std::size_t i = 0; i < stated.size(); ++i) {
        const RecordId kind = stated[i].record.record();
        if (tariff->at(kind).group) continue;
        if (stops[i]) kernel::stop(*tariff, *stops[i], result[i].quote);
        if (!stated[i].id.empty() && chain.id_twice(kind, stated[i].id))
            kernel::stop(*tariff, {tariff->outcome("id_duplicate").value(), "'" + stated[i].id + "'", {}}, result[i].quote);
    }
    for (auto& [row, share] : shares) kernel::add_share(*tariff, std::move(share), result[row].quote);

    std::vector<std::size_t> taken(tariff->records.size());
    for (PricedRecord& each : result) {
        const RecordId kind = each.record.record();
        if (tariff->at(kind).group) each = chain.groups(kind)[taken[kind.index]++];
    }
    for (std::size_t kind = 0; kind < taken.size(); ++kind) {
        const std::vector<PricedRecord>& groups = chain.groups(RecordId(kind));
        result.insert(result.end(), groups.begin() + static_cast<std::ptrdiff_t>(taken[kind]), groups.end());
    }
    return result;
}

}  // namespace bandtariff
