// Columns of rows to groups and back to columns: see groups.hpp. A row is priced by the batch; what its groups read of it is
// worked out once for each distinct set of the facts read, so a count over codes prices nothing. Entry point: GroupPricing.
#include <algorithm>
#include <stdexcept>

#include "bandtariff/groups.hpp"
#include "kernel/group_chain.hpp"
#include "kernel/read_once.hpp"

namespace bandtariff {

struct Names::Table {
    std::unordered_map<std::string, std::int64_t> numbers;
    std::vector<std::string> texts;
};

Names::Names() : table_(std::make_shared<Table>()) {}

std::int64_t Names::number(std::string_view text) const {
    const auto [at, made] = table_->numbers.try_emplace(std::string(text), static_cast<std::int64_t>(table_->texts.size()));
    if (made) table_->texts.emplace_back(text);
    return at->second;
}

const std::string& Names::text(std::int64_t number) const {
    if (number < 0 || static_cast<std::size_t>(number) >= table_->texts.size()) throw std::invalid_argument("names: " + std::to_string(number) + " is the number of no name");
    return table_->texts[static_cast<std::size_t>(number)];
}

namespace {

using kernel::GatherRead;
using kernel::Reason;
using kernel::Settled;

/// One row of a block that was priced, as a row of its groups.
class ColumnRow : public kernel::RowView {
public:
    ColumnRow(const Tariff& tariff, kernel::ReadOnce& once, const PlacementTable& rows, const QuoteTable& quotes)
        : tariff_(tariff), once_(once), rows_(rows), quotes_(quotes), read_(tariff->facts_read(rows.record())) {}

    void at(std::size_t row) {
        row_ = row;
        paid_.reset();
        record_.reset();
        account_.reset();
    }

    StatedFact fact(FactId id) const override { return read_fact(*tariff_, id, rows_.column(id), row_); }
    std::string why_not() const override {
        const Outcome& outcome = *tariff_->outcome_numbered(quotes_.outcome[row_]);
        return outcome.outcome_class == OutcomeClass::not_priced ? outcome.code : "";
    }
    const kernel::PaidDays& paid() const override {
        if (!paid_)
            paid_ = kernel::paid_days(
                *tariff_, tariff_->at(rows_.record()), [&](FactId id) { return fact_value(*tariff_, id, fact(id)); },
                [&](FactId id) { return fact(id).given != Given::absent; });
        return *paid_;
    }
    GatherRead read(const Expression* where, const Expression* what, const std::optional<DateRange>& days) const override {
        const auto line = [&](LineId id) { return Result{Result::Kind::value, {ExactMoney(pays(id)).pounds(), 0}, {}, {}}; };
        return once_.read(where, what, days, [&](FactId id) { return fact(id); }, [&] { return kernel::read_gather(where, what, record(), days, line); });
    }
    Money pays(LineId id) const override {
        for (const QuoteTable::LineColumn& column : quotes_.lines)
            if (column.line == id) return Money::from_pence(column.pence[row_]);
        return {};
    }
    const Settled& line(LineId id) const override {
        if (!account_) account_ = kernel::account(*tariff_, record());
        return account_->lines[id.index];
    }

private:
    const Placement& record() const {
        if (!record_) {
            record_.emplace(tariff_, rows_.record());
            for (const FactId id : read_) record_->state(id, fact(id));
        }
        return *record_;
    }

    const Tariff& tariff_;
    kernel::ReadOnce& once_;
    const PlacementTable& rows_;
    const QuoteTable& quotes_;
    std::vector<FactId> read_;
    std::size_t row_ = 0;
    mutable std::optional<kernel::PaidDays> paid_;
    mutable std::optional<Placement> record_;
    mutable std::optional<kernel::Account> account_;
};

/// Storage for a block's prices: every line of the kind.
struct Block {
    std::vector<std::int64_t> total;
    std::vector<std::uint16_t> outcome;
    std::vector<std::vector<std::int64_t>> pence;
    QuoteTable quotes;

    Block(const TariffContents& tariff, RecordId kind, std::size_t rows) : total(rows), outcome(rows) {
        for (std::size_t i = 0; i < tariff.lines.size(); ++i)
            if (tariff.lines[i].record == kind) pence.emplace_back(rows);
        quotes.total_pence = total;
        quotes.outcome = outcome;
        std::size_t next = 0;
        for (std::size_t i = 0; i < tariff.lines.size(); ++i)
            if (tariff.lines[i].record == kind) quotes.lines.push_back({LineId(i), pence[next++], {}, {}, {}});
    }
};

}  // namespace

struct GroupPricing::State {
    explicit State(Plan plan_in) : plan(std::move(plan_in)), chain(plan.tariff(), names), once(*plan.tariff()), kinds(plan.tariff()->records.size()) {}

    /// What is known of the rows of one kind: of those only that are not ordinary, but for ids and shares.
    struct Kind {
        std::size_t gathered = 0, priced = 0;
        std::vector<std::string> ids;
        std::unordered_map<std::size_t, Reason> stops;
        struct Shared {
            std::vector<std::int64_t> pence;
            std::vector<std::uint16_t> payer;  ///< QuoteTable's mark where the row has no share
        };
        std::vector<std::pair<LineId, Shared>> shares;
    };

    Plan plan;
    Names names;
    kernel::GroupChain chain;
    kernel::ReadOnce once;
    std::vector<Kind> kinds;
    bool rows_read = false, groups_priced = false;
};

GroupPricing::GroupPricing(Plan plan) : state_(std::make_unique<State>(std::move(plan))) {
    if (state_->plan.paid_known_on()) throw std::invalid_argument("plan: differences from what was paid are said of one record at a time");
}
GroupPricing::GroupPricing(GroupPricing&&) noexcept = default;
GroupPricing& GroupPricing::operator=(GroupPricing&&) noexcept = default;
GroupPricing::~GroupPricing() = default;

const Names& GroupPricing::names() const { return state_->names; }

void GroupPricing::state(const Placement& group, std::string id) {
    if (!state_->plan.tariff()->at(group.record()).group) throw std::invalid_argument("group: a " + state_->plan.tariff()->at(group.record()).name + " groups nothing");
    if (state_->rows_read) throw std::logic_error("state: groups are stated before rows are read");
    state_->chain.state(group, id);
}

void GroupPricing::gather(const PlacementTable& rows, std::span<const std::string> ids) {
    State& state = *state_;
    const Tariff& tariff = state.plan.tariff();
    if (tariff->at(rows.record()).group) throw std::invalid_argument("rows: a " + tariff->at(rows.record()).name + " is a group, and is stated by itself");
    if (!ids.empty() && ids.size() != rows.rows()) throw std::invalid_argument("ids: " + std::to_string(ids.size()) + " where there are " + std::to_string(rows.rows()) + " rows");
    state.rows_read = true;
    State::Kind& kind = state.kinds[rows.record().index];
    Block block(*tariff, rows.record(), rows.rows());
    state.plan.price(rows, block.quotes);
    state.chain.given(rows.record());
    ColumnRow view(tariff, state.once, rows, block.quotes);
    static const std::string none;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        view.at(row);
        const std::string& id = ids.empty() ? none : ids[row];
        const std::size_t place = kind.gathered++;
        if (!ids.empty()) {
            kind.ids.resize(place);
            kind.ids.push_back(id);
        }
        const auto placed = state.chain.add(rows.record(), place, id, view);
        if (placed.stop) kind.stops.emplace(place, *placed.stop);
    }
}

void GroupPricing::price_groups() {
    State& state = *state_;
    state.rows_read = true;
    state.groups_priced = true;
    const TariffContents& tariff = *state.plan.tariff();
    for (std::size_t i = 0; i < state.kinds.size(); ++i)
        if (!tariff.records[i].group)
            for (const LineId line : state.chain.shared_to(RecordId(i)))
                state.kinds[i].shares.push_back({line, {std::vector<std::int64_t>(state.kinds[i].gathered), std::vector<std::uint16_t>(state.kinds[i].gathered, QuoteTable::no_payer)}});
    state.chain.price(true, [&](RecordId kind, std::size_t row, const QuoteLine& share) {
        for (auto& [line, shared] : state.kinds[kind.index].shares) {
            if (line != share.id) continue;
            shared.pence[row] = share.payable.pence();
            const auto payer = tariff.code(tariff.party, share.payer);
            shared.payer[row] = payer ? static_cast<std::uint16_t>(payer->index) : QuoteTable::several_payers;
        }
    });
}

void GroupPricing::price(const PlacementTable& rows, const QuoteTable& quotes) {
    State& state = *state_;
    const TariffContents& tariff = *state.plan.tariff();
    State::Kind& kind = state.kinds[rows.record().index];
    if (!state.groups_priced) throw std::logic_error("price: the groups are priced first");
    if (kind.priced + rows.rows() > kind.gathered) throw std::invalid_argument("rows: more than were read for the first time");
    QuoteTable own{quotes.total_pence, quotes.outcome, {}};
    for (const QuoteTable::LineColumn& column : quotes.lines)
        if (tariff.at(column.line).record == rows.record()) own.lines.push_back(column);
    state.plan.price(rows, own);
    const std::uint16_t absent = tariff.at(tariff.outcome("no_line_applies").value()).number;
    const std::uint16_t twice = tariff.at(tariff.outcome("id_duplicate").value()).number;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const std::size_t place = kind.priced++;
        const auto found = kind.stops.find(place);
        std::uint16_t stopped = found == kind.stops.end() ? 0 : tariff.at(found->second.outcome).number;
        if (stopped == 0 && place < kind.ids.size() && !kind.ids[place].empty() && state.chain.id_twice(rows.record(), kind.ids[place])) stopped = twice;
        const auto unpriced = [&] { return tariff.outcome_numbered(quotes.outcome[row])->outcome_class == OutcomeClass::not_priced; };
        if (stopped != 0 && !(unpriced() && quotes.outcome[row] <= stopped)) {
            quotes.outcome[row] = stopped;
            quotes.total_pence[row] = 0;
            for (const QuoteTable::LineColumn& column : own.lines) {
                column.pence[row] = 0;
                if (!column.outcome.empty()) column.outcome[row] = stopped;
                if (!column.payer.empty()) column.payer[row] = QuoteTable::no_payer;
                for (const std::span<std::int64_t>& slice : column.slices) slice[row] = 0;
            }
        }
        for (const auto& [line, shared] : kind.shares) {
            const bool has = shared.payer[place] != QuoteTable::no_payer;
            if (has && tariff.at(line).flow == Flow::paid)
                quotes.total_pence[row] = (Money::from_pence(quotes.total_pence[row]) + Money::from_pence(shared.pence[place])).pence();
            if (has && shared.pence[place] != 0 && (quotes.outcome[row] == 1 || tariff.outcome_numbered(quotes.outcome[row])->outcome_class == OutcomeClass::nothing_payable))
                quotes.outcome[row] = 0;
            for (const QuoteTable::LineColumn& column : quotes.lines) {
                if (column.line != line) continue;
                column.pence[row] = shared.pence[place];
                if (!column.outcome.empty()) column.outcome[row] = has ? 0 : unpriced() ? quotes.outcome[row] : absent;
                if (!column.payer.empty()) column.payer[row] = shared.payer[place];
            }
        }
    }
}

const std::vector<PricedRecord>& GroupPricing::groups(RecordId kind) const { return state_->chain.groups(kind); }

std::vector<LineId> GroupPricing::lines(RecordId kind) const {
    const TariffContents& tariff = *state_->plan.tariff();
    std::vector<LineId> result;
    for (std::size_t i = 0; i < tariff.lines.size(); ++i)
        if (tariff.lines[i].record == kind) result.emplace_back(i);
    for (const LineId line : state_->chain.shared_to(kind)) result.push_back(line);
    return result;
}

}  // namespace bandtariff
