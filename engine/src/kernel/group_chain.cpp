// Kinds of groups above each other: see group_chain.hpp. A group that is priced is a row of the kind above it.
#include "kernel/group_chain.hpp"

#include <algorithm>

namespace bandtariff::kernel {
namespace {

/// A group as a row of the kind above.
class GroupAsRow : public RowView {
public:
    GroupAsRow(const PricedRecord& priced, const Account& account) : priced_(priced), account_(account) {}
    StatedFact fact(FactId id) const override { return priced_.record.at(id); }
    std::string why_not() const override { return priced_.quote.priced() ? "" : priced_.quote.outcome + ": " + priced_.quote.say; }
    const PaidDays& paid() const override { return account_.paid; }
    GatherRead read(const Expression* where, const Expression* what, const std::optional<DateRange>& days) const override {
        return read_gather(where, what, priced_.record, days, [&](LineId id) { return Result{Result::Kind::value, {ExactMoney(pays(id)).pounds(), 0}, {}, {}}; });
    }
    Money pays(LineId id) const override { return account_.lines[id.index].payable; }
    const Settled& line(LineId id) const override { return account_.lines[id.index]; }

private:
    const PricedRecord& priced_;
    const Account& account_;
};

}  // namespace

GroupChain::GroupChain(const Tariff& tariff, const Names& names) : tariff_(tariff), ids_(tariff->records.size()), priced_(tariff->records.size()) {
    std::vector<std::pair<std::size_t, RecordId>> kinds;
    for (std::size_t i = 0; i < tariff->records.size(); ++i) {
        std::size_t depth = 0;
        for (RecordId at(i); tariff->at(at).group; at = tariff->at(at).group->of) ++depth;
        if (depth > 0) kinds.emplace_back(depth, RecordId(i));
    }
    std::sort(kinds.begin(), kinds.end());
    for (const auto& [depth, kind] : kinds) books_.emplace_back(tariff, kind, names);
}

void GroupChain::given(RecordId kind) {
    for (GroupBook& book : books_)
        if (book.rows() == kind) book.rows_are_given();
}

void GroupChain::state(const Placement& group, const std::string& id) {
    for (GroupBook& book : books_)
        if (book.kind() == group.record()) book.state(group, id);
}

std::optional<Reason> GroupChain::why_not(RecordId kind, const std::string& id, const RowView& view) const {
    const auto missing = [&](std::string about) { return Reason{tariff_->outcome("fact_missing").value(), std::move(about), {}}; };
    for (const GroupBook& book : books_) {
        if (book.rows() != kind) continue;
        FactId fact;
        if (!book.key_of(view, fact)) return missing(tariff_->at(fact).name + ", which says of which " + tariff_->at(book.kind()).name + " it is");
    }
    if (id.empty() && !tariff_->at(kind).group && !shared_to(kind).empty()) return missing("its id, which settles who has the last penny of what is shared out");
    return std::nullopt;
}

bool GroupChain::id_twice(RecordId kind, const std::string& id) const {
    const auto seen = ids_[kind.index].find(id);
    return seen != ids_[kind.index].end() && seen->second.twice;
}

GroupChain::Placed GroupChain::add(RecordId kind, std::size_t row, const std::string& id, const RowView& view) {
    Placed placed{why_not(kind, id, view)};
    Seen* seen = nullptr;
    bool again = false;
    if (!id.empty()) {
        const auto [at, first] = ids_[kind.index].try_emplace(id);
        seen = &at->second;
        again = !first;
        seen->twice = seen->twice || again;
    }
    /// A row that is in no group of one kind still is one of the others', and leaves them without its price.
    class Unpriced : public RowView {
    public:
        Unpriced(const RowView& row, std::string why) : row_(row), why_(std::move(why)) {}
        StatedFact fact(FactId fact_id) const override { return row_.fact(fact_id); }
        std::string why_not() const override { return why_; }
        const PaidDays& paid() const override { return row_.paid(); }
        GatherRead read(const Expression* where, const Expression* what, const std::optional<DateRange>& days) const override { return row_.read(where, what, days); }
        Money pays(LineId line_id) const override { return row_.pays(line_id); }
        const Settled& line(LineId line_id) const override { return row_.line(line_id); }

    private:
        const RowView& row_;
        std::string why_;
    };
    const Unpriced unpriced(view, placed.stop ? "fact_missing: " + placed.stop->about : "");
    for (std::size_t b = 0; b < books_.size(); ++b) {
        GroupBook& book = books_[b];
        if (book.rows() != kind) continue;
        FactId missing;
        const auto key = book.key_of(view, missing);
        if (!key) continue;
        const std::size_t group = book.group(*key);
        if (seen != nullptr && !again) seen->groups.emplace_back(b, group);
        if (again) {
            book.contradict(group, id);
            for (const auto& [other, first] : seen->groups) books_[other].contradict(first, id);
        }
        book.add(group, row, id, placed.stop ? static_cast<const RowView&>(unpriced) : view);
    }
    return placed;
}

void GroupChain::price(bool traced, const OnShare& on_share) {
    for (GroupBook& book : books_) {
        std::vector<Account> accounts;
        const RecordId kind = book.kind();
        std::vector<PricedRecord>& priced = priced_[kind.index];
        priced = book.price(traced, accounts, [&](std::size_t row, QuoteLine share) {
            if (tariff_->at(book.rows()).group) {  // the rows are groups themselves, priced before
                add_share(*tariff_, std::move(share), priced_[book.rows().index][row].quote);
                return;
            }
            on_share(book.rows(), row, std::move(share));
        });
        given(kind);
        for (std::size_t i = 0; i < priced.size(); ++i) {
            const GroupAsRow view(priced[i], accounts[i]);
            std::string id = priced[i].id;  // a group that has none of its own goes by its key
            if (id.empty())
                for (const GroupKey& by : tariff_->at(kind).group->by) id += (id.empty() ? "" : " ") + priced[i].record.at(by.states).text;
            const Placed placed = add(kind, i, id, view);
            if (placed.stop) stop(*tariff_, *placed.stop, priced[i].quote);
        }
    }
}

std::vector<LineId> GroupChain::shared_to(RecordId kind) const {
    std::vector<LineId> result;
    for (std::size_t i = 0; i < tariff_->lines.size(); ++i)
        if (tariff_->lines[i].share_out && tariff_->lines[i].share_out->to == kind) result.emplace_back(i);
    return result;
}

void add_share(const TariffContents& tariff, QuoteLine share, Quote& quote) {
    const Money money = share.payable;
    if (share.flow == Flow::paid) {
        quote.total = quote.total + money;
        const auto payer = std::find_if(quote.payers.begin(), quote.payers.end(), [&](const auto& each) { return each.first == share.payer; });
        if (payer != quote.payers.end()) payer->second = payer->second + money;
        else quote.payers.insert(std::upper_bound(quote.payers.begin(), quote.payers.end(), std::pair(share.payer, Money())), {share.payer, money});
    }
    for (const Total& total : tariff.totals) {
        if (std::find(total.of.begin(), total.of.end(), share.id) == total.of.end()) continue;
        const auto known = std::find_if(quote.totals.begin(), quote.totals.end(), [&](const auto& each) { return each.first == total.name; });
        if (known != quote.totals.end()) known->second = known->second + money;
        else quote.totals.emplace_back(total.name, money);
    }
    // Nothing of its own and a share beside it is an ordinary price.
    if (money != Money() && (quote.outcome == "priced_zero" || quote.outcome_class == OutcomeClass::nothing_payable)) {
        const Outcome& priced = *tariff.outcome_numbered(0);
        quote.outcome = priced.code;
        quote.outcome_number = priced.number;
        quote.outcome_class = priced.outcome_class;
        quote.say = priced.say;
    }
    if (!share.citation.assumed.empty()) quote.assumptions.push_back(share.name + ", sharing out: assumed: " + share.citation.assumed);
    quote.lines.push_back(std::move(share));
}

void stop(const TariffContents& tariff, const Reason& reason, Quote& quote) {
    const Outcome& outcome = tariff.at(reason.outcome);
    if (!quote.priced() && quote.outcome_number <= outcome.number) return;
    quote.outcome = outcome.code;
    quote.outcome_number = outcome.number;
    quote.outcome_class = outcome.outcome_class;
    quote.say = outcome.say + (reason.about.empty() ? "" : ": " + reason.about);
    quote.total = Money();
    quote.lines.clear();
    quote.totals.clear();
    quote.payers.clear();
}

}  // namespace bandtariff::kernel
