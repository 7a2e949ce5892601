// Rows to groups, and groups to their prices: see group_book.hpp. Everything gathered is a sum or a set, and every reason the
// least of all, so that the order of rows means nothing.
#include "kernel/group_book.hpp"

#include <algorithm>

namespace bandtariff::kernel {
namespace {

Result fact_of(const TariffContents& tariff, const Placement& record, FactId id) { return fact_value(tariff, id, record.at(id)); }

/// Keeps the least of all texts.
void note(std::string& least, const std::string& text) {
    if (!text.empty() && (least.empty() || text < least)) least = text;
}

std::string in_words(const TariffContents& tariff, const Result& result) {
    const std::string code = tariff.at(result.outcome).code;
    return result.about.empty() ? code : code + ": " + result.about;
}

/// A line's exact sum on some of the days that it is paid for; nullopt where it cannot be cut there.
std::optional<Rational> accrued(const Settled& line, const std::optional<DateRange>& days) {
    if (!days) return line.exact;
    Rational sum = 0;
    for (const Piece& piece : line.pieces) {
        const DateRange inside = piece.days.overlap(*days);
        if (inside.empty()) continue;
        const auto part = std::find_if(line.parts.begin(), line.parts.end(), [&](const Part& each) { return each.days.holds(inside.from()); });
        if (inside == piece.days) sum += part->amount * piece.weight;
        else if (line.weigh) sum += part->amount * line.weigh(inside);
        else return std::nullopt;
    }
    return sum;
}

}  // namespace

GatherRead read_gather(const Expression* where, const Expression* what, const Placement& record, const std::optional<DateRange>& days,
                       const std::function<Result(LineId)>& line) {
    const TariffContents& tariff = *record.tariff();
    GatherRead read;
    std::vector<std::optional<Date>> moments = {std::nullopt};
    if (days) {
        moments.clear();
        for (const DateRange& stretch : stretches(tariff, *days)) moments.emplace_back(stretch.from());
    }
    std::optional<Result> stop;
    read.holds = where == nullptr;
    const auto value_on = [&](const Expression& formula, const std::optional<Date>& moment) {
        std::vector<std::optional<Result>> steps(tariff.steps.size());
        Environment environment;
        environment.tariff = &tariff;
        environment.day = moment;
        environment.fact = [&](FactId id) { return fact_of(tariff, record, id); };
        environment.given = [&](FactId id) { return record.at(id).given != Given::absent; };
        environment.line = line;
        environment.steps = &steps;
        const Result result = evaluate(formula, environment);
        if (result.is_value()) return std::optional(result.value);
        const bool stops = result.kind == Result::Kind::outcome && tariff.at(result.outcome).outcome_class == OutcomeClass::not_priced;
        if (stops && (!stop || outranks(tariff, result.outcome, stop->outcome))) stop = result;
        return std::optional<Value>();
    };
    for (const std::optional<Date>& moment : moments)
        if (where != nullptr)
            if (const auto test = value_on(*where, moment)) read.holds = read.holds || test->integer != 0;
    // What is not asked of a row cannot fail on it.
    if (what != nullptr && read.holds && !stop) read.value = value_on(*what, moments.front()).value_or(Value()).number;
    if (stop) read.why_not = in_words(tariff, *stop);
    return read;
}

GroupBook::GroupBook(const Tariff& tariff, RecordId kind, const Names& names)
    : tariff_(tariff), kind_(kind), rule_(*tariff->at(kind).group), names_(names), gathered_(tariff->facts_gathered(kind)) {
    for (std::size_t i = 0; i < tariff->lines.size(); ++i)
        if (tariff->lines[i].record == kind && tariff->lines[i].share_out) pots_.emplace_back(i);
}

void GroupBook::rows_are_given() {
    if (given_) return;
    given_ = true;
    if (rule_.by.empty()) (void)group({});
}

std::int64_t GroupBook::carried(FactId id, const StatedFact& stated) const {
    // A column carries the number of a name already.
    return tariff_->at(id).kind == FactKind::name && !stated.text.empty() ? names_.number(stated.text) : stated.value;
}

void GroupBook::state(const Placement& record, std::string id) {
    GroupKeyValues key;
    bool known = true;
    for (const GroupKey& by : rule_.by) {
        const StatedFact& stated = record.at(by.states);
        known = known && stated.given == Given::given;
        key.push_back(carried(by.states, stated));
    }
    const auto place = known ? places_.find(key) : places_.end();
    if (place != places_.end()) {
        const std::string twice = name(groups_[place->second]) + " is stated twice";
        note(groups_[place->second].duplicate, twice);
        const std::size_t again = make(record, key);
        groups_[again].id = std::move(id);
        groups_[again].stated = true;
        groups_[again].duplicate = twice;
        return;
    }
    const std::size_t at = make(record, key);
    groups_[at].id = std::move(id);
    groups_[at].stated = true;
    if (known) places_.emplace(std::move(key), at);
}

std::optional<GroupKeyValues> GroupBook::key_of(const RowView& row, FactId& missing) const {
    GroupKeyValues key;
    for (const GroupKey& by : rule_.by) {
        const FactId read = by.on.value_or(by.states);
        StatedFact stated = row.fact(read);
        const Fact& fact = tariff_->at(read);
        if (stated.given == Given::absent && fact.otherwise) stated = {Given::given, fact.otherwise->integer, {}, {}};
        if (stated.given != Given::given) {
            missing = read;
            return std::nullopt;
        }
        if (by.on) key.push_back(NamedYear::holding(tariff_->at(by.states).year, from_day_number(static_cast<std::int32_t>(stated.value))).starts);
        else key.push_back(carried(read, stated));
    }
    return key;
}

std::size_t GroupBook::make(Placement record, GroupKeyValues key) {
    Group made{std::move(record), {}, false, std::move(key), {}, {}, std::vector<Sum>(gathered_.size()), std::vector<std::vector<Claim>>(pots_.size()), 0, 0, {}, {}, {}, {}};
    const TariffContents& t = *tariff_;
    const auto days = paid_days(
        t, t.at(kind_), [&](FactId id) { return fact_of(t, made.record, id); }, [&](FactId id) { return made.record.at(id).given != Given::absent; });
    if (days.stops.empty()) made.days = days.days;
    for (const FactId id : gathered_) {
        const GatherDays& when = t.at(id).gathers->when;
        std::optional<DateRange> window = when.days;
        if (when.year) {
            for (std::size_t k = 0; k < made.key.size(); ++k)
                if (const Fact& fact = t.at(rule_.by[k].states); fact.kind == FactKind::year && fact.year == *when.year)
                    window = NamedYear{*when.year, static_cast<int>(made.key[k])}.days();
            if (!window && made.days && !made.days->empty()) window = NamedYear::holding(*when.year, made.days->from()).days();
            if (!window) {
                note(made.no_window, t.at(id).name + " is gathered during the " + std::string(to_string(*when.year)) + " of its group, and the group has no day");
                window = DateRange();
            }
        }
        made.windows.push_back(window);
    }
    groups_.push_back(std::move(made));
    return groups_.size() - 1;
}

std::size_t GroupBook::group(const GroupKeyValues& key) {
    const auto place = places_.find(key);
    if (place != places_.end()) return place->second;
    Placement record(tariff_, kind_);
    for (std::size_t k = 0; k < key.size(); ++k) {
        const FactId id = rule_.by[k].states;
        const Fact& fact = tariff_->at(id);
        StatedFact stated{Given::given, key[k], {}, {}};
        if (fact.kind == FactKind::name) stated.text = names_.text(key[k]), stated.value = 0;
        if (fact.kind == FactKind::code) stated.text = tariff_->text_of(fact.codes, CodeId(static_cast<std::size_t>(key[k])));
        if (fact.kind == FactKind::year) stated.text = to_string(NamedYear{fact.year, static_cast<int>(key[k])});
        record.state(id, std::move(stated));
    }
    const std::size_t at = make(std::move(record), key);
    places_.emplace(key, at);
    return at;
}

GroupBook::Addition GroupBook::addition(const Gather& gather, const std::optional<DateRange>& window, const RowView& row) const {
    Addition result;
    const std::optional<DateRange>& paid = row.paid().days;
    std::optional<DateRange> days = paid;
    if (paid && window) days = paid->overlap(*window);
    if (days && days->empty()) return result;
    const Expression* where = gather.where ? &*gather.where : nullptr;
    const Expression* what = gather.what ? &*gather.what : nullptr;
    GatherRead read = where != nullptr || what != nullptr ? row.read(where, what, days) : GatherRead();
    result.why_not = std::move(read.why_not);
    result.counts = read.holds;
    result.value = std::move(read.value);
    if (!result.counts || !result.why_not.empty()) return result;
    const TariffContents& t = *tariff_;
    if (gather.distinct) {
        const StatedFact stated = row.fact(*gather.distinct);
        if (stated.given == Given::given) result.distinct = carried(*gather.distinct, stated);
        else if (stated.given == Given::absent && t.at(*gather.distinct).otherwise) result.distinct = t.at(*gather.distinct).otherwise->integer;
        else result.why_not = "fact_missing: " + t.at(*gather.distinct).name;
    }
    if (gather.kind == Gather::Kind::line_payable) {
        if (paid && window && !window->holds(*paid))
            result.crosses = to_string(paid->from()) + " to " + to_string(paid->last_day()) + " is not all inside " + to_string(window->from()) + " to " + to_string(window->last_day());
        else result.value = ExactMoney(row.pays(*gather.line)).pounds();
    }
    if (gather.kind == Gather::Kind::line_exact) {
        const Settled& line = row.line(*gather.line);
        if (line.kind == LineState::Kind::stop) result.why_not = in_words(t, {Result::Kind::outcome, {}, line.reasons.front().outcome, line.reasons.front().about});
        if (line.kind != LineState::Kind::value) return result;
        if (const auto sum = accrued(line, paid ? days : std::nullopt)) result.value = *sum;
        else result.crosses = t.at(*gather.line).name + " is one sum for all its days, and they are not all inside " + to_string(window->from()) + " to " + to_string(window->last_day());
    }
    return result;
}

void GroupBook::add(std::size_t at, std::size_t row, const std::string& id, const RowView& view) {
    Group& group = groups_[at];
    ++group.members;
    std::string why_not = view.why_not();
    std::vector<Addition> additions;
    for (std::size_t g = 0; why_not.empty() && g < gathered_.size(); ++g) {
        additions.push_back(addition(*tariff_->at(gathered_[g]).gathers, group.windows[g], view));
        note(why_not, additions.back().why_not);
    }
    if (!why_not.empty()) {
        ++group.left_out;
        note(group.not_priced, why_not);
        return;
    }
    for (std::size_t g = 0; g < additions.size(); ++g) {
        if (!additions[g].counts) continue;
        Sum& sum = group.sums[g];
        ++sum.rows;
        sum.value += additions[g].value;
        if (tariff_->at(gathered_[g]).gathers->distinct) sum.distinct.insert(additions[g].distinct);
        note(group.crosses, additions[g].crosses);
    }
    claim(group, row, id, view);
}

/// What a row may get of its group's lines: its weight is read on its first day that is one of the group's.
void GroupBook::claim(Group& group, std::size_t row, const std::string& id, const RowView& view) {
    for (std::size_t p = 0; p < pots_.size(); ++p) {
        const ShareOut& rule = *tariff_->at(pots_[p]).share_out;
        std::optional<DateRange> days = view.paid().days;
        if (days && group.days) days = days->overlap(*group.days);
        if (days && days->empty()) continue;
        const GatherRead read = view.read(nullptr, &rule.by, days);
        note(group.not_priced, read.why_not);
        if (!read.why_not.empty()) continue;
        Claim made{row, id, read.value, 0, false};
        if (rule.takes_rest) made.takes_rest = view.fact(*rule.takes_rest).given == Given::given && view.fact(*rule.takes_rest).value != 0;
        if (rule.order) {
            const StatedFact stated = view.fact(*rule.order);
            if (stated.given == Given::given) made.order = stated.value;
            else note(group.not_priced, "fact_missing: " + tariff_->at(*rule.order).name);
        }
        group.claims[p].push_back(std::move(made));
    }
}

void GroupBook::contradict(std::size_t at, const std::string& id) { note(groups_[at].duplicate, "two of its records are '" + id + "'"); }

std::string GroupBook::name(const Group& group) const {
    std::string text = tariff_->at(kind_).name;
    for (const GroupKey& by : rule_.by) text += " " + group.record.at(by.states).text;
    return text;
}

/// Puts what was gathered in the place of facts, and says why the group cannot be priced.
void GroupBook::complete(Group& group, std::vector<Reason>& stops) const {
    const TariffContents& t = *tariff_;
    const auto stop = [&](std::string_view code, std::string about) { stops.push_back({t.outcome(code).value(), std::move(about), {}}); };
    for (const GroupKey& by : rule_.by)
        if (group.record.at(by.states).given == Given::absent) stop("fact_missing", t.at(by.states).name);
    // A group that does not say which group of the next kind it is in is priced no more than such a row.
    for (const RecordKind& above : t.records) {
        if (!above.group || above.group->of != kind_) continue;
        for (const GroupKey& key : above.group->by)
            if (const FactId id = key.on.value_or(key.states); group.record.at(id).given == Given::absent && !t.at(id).otherwise)
                stop("fact_missing", t.at(id).name + ", which says of which " + above.name + " it is");
    }
    if (!group.duplicate.empty()) stop("id_duplicate", group.duplicate);
    bool unpriced_matters = !group.not_priced.empty() && !rule_.leave_out_unpriced;
    if (unpriced_matters) stop("member_not_priced", std::to_string(group.left_out) + " of " + std::to_string(group.members) + ", such as " + group.not_priced);
    if (!group.crosses.empty()) stop("member_crosses_window", group.crosses);
    for (std::size_t g = 0; g < gathered_.size(); ++g) {
        const FactId id = gathered_[g];
        const Fact& fact = t.at(id);
        if (group.record.at(id).given != Given::absent) {
            if (group.members > 0) stop("facts_contradict", fact.name + " is stated as " + group.record.at(id).text + ", and the group has " + std::to_string(group.members) + " records to gather it from");
            continue;
        }
        if (!given_) continue;
        if (group.windows[g] && group.windows[g]->empty()) {
            stop("part_year_not_stated", group.no_window);
            continue;
        }
        const Sum& sum = group.sums[g];
        auto gathered = std::make_shared<Gathered>();
        gathered->value = fact.gathers->kind != Gather::Kind::count ? sum.value : Rational(fact.gathers->distinct ? sum.distinct.size() : sum.rows);
        gathered->rows = sum.rows;
        gathered->members = group.members;
        gathered->left_out = group.left_out;
        const bool allowed = fact.min <= gathered->value && gathered->value <= fact.max;
        StatedFact stated{allowed ? Given::given : Given::out_of_range, 0, to_string(gathered->value), gathered};
        Rational scaled = gathered->value;
        for (int i = 0; i < fact.decimals; ++i) scaled *= 10;
        if (allowed && denominator(scaled) == 1) stated.value = numerator(scaled).convert_to<std::int64_t>();
        group.record.state(id, std::move(stated));
    }
}

std::vector<PricedRecord> GroupBook::price(bool traced, std::vector<Account>& accounts, const OnShare& on_share) {
    const TariffContents& t = *tariff_;
    // Those that only rows made come last, by their key's text.
    std::vector<std::size_t> order(groups_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (groups_[a].stated != groups_[b].stated) return groups_[a].stated;
        return !groups_[a].stated && name(groups_[a]) < name(groups_[b]);
    });
    std::vector<PricedRecord> result;
    for (const std::size_t i : order) {
        Group& group = groups_[i];
        FromGroups from;
        complete(group, from.stops);
        std::vector<std::pair<LineId, Shares>> shared(pots_.size());
        from.share = [&](LineId id, Money pot) -> std::optional<Reason> {
            const auto p = static_cast<std::size_t>(std::find(pots_.begin(), pots_.end(), id) - pots_.begin());
            if (!given_) return std::nullopt;
            shared[p] = {id, share_out(*t.at(id).share_out, pot, group.claims[p])};
            if (shared[p].second.why_not.empty()) return std::nullopt;
            return Reason{t.outcome("nothing_to_share_by").value(), t.at(id).name + ": " + shared[p].second.why_not, {}};
        };
        Account account = kernel::account(t, group.record, {.traced = traced, .groups = &from});
        for (std::size_t p = 0; p < pots_.size(); ++p) {
            const QuoteLine* pot = account.quote.priced() ? account.quote.line(t.at(pots_[p]).name) : nullptr;
            if (pot == nullptr || pot->outcome != "priced" || !given_) continue;
            const Shares& shares = shared[p].second;
            const ShareOut& rule = *t.at(pots_[p]).share_out;
            for (std::size_t c = 0; c < group.claims[p].size(); ++c) {
                const Claim& claim = group.claims[p][c];
                QuoteLine line = *pot;
                line.parts.clear();
                line.shared_out = false;
                line.formula = "its share of " + pot->name;
                line.exact = ExactMoney(Rate(shares.exact[c]));
                line.payable = shares.payable[c];
                line.residue = ExactMoney(line.payable).pounds() - shares.exact[c];
                line.rounding = rule.rounding;
                line.citation = rule.citation;
                line.span = rule.span;
                const Rational quanta = abs(shares.exact[c]) / rule.rounding.rounding.quantum().value();
                const Rational below = quanta - Rational(numerator(quanta) / denominator(quanta));
                line.share = QuoteShare{name(group), pot->payable, claim.weight, shares.weights, rule.order.has_value(), below * rule.rounding.rounding.quantum().value()};
                on_share(claim.row, std::move(line));
            }
        }
        for (const GroupKey& by : rule_.by) std::erase(account.quote.facts_unread, t.at(by.states).name);
        result.push_back({group.record, group.id, account.quote, group.stated});
        accounts.push_back(std::move(account));
    }
    return result;
}

}  // namespace bandtariff::kernel
