// Worked examples to what differs from them. Entry point: run_cases. Each case is priced alone and as a batch of one row.
#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>

#include "bandtariff/cases.hpp"
#include "bandtariff/groups.hpp"
#include "kernel/paid_days.hpp"
#include "tariff/evaluate.hpp"

namespace bandtariff {
namespace {

/// A case's facts as one row of columns.
class OneRow {
public:
    OneRow(const Plan& plan, const Placement& record, const Names* names = nullptr) : table_(plan.tariff(), record.record(), 1) {
        const std::vector<FactId> read = plan.tariff()->facts_read(record.record());
        values_.resize(read.size());
        given_.resize(read.size());
        for (std::size_t i = 0; i < read.size(); ++i) {
            values_[i] = record.at(read[i]).value;
            if (names != nullptr && plan.tariff()->at(read[i]).kind == FactKind::name && record.at(read[i]).given == Given::given)
                values_[i] = names->number(record.at(read[i]).text);
            given_[i] = record.at(read[i]).given;
            table_.set(read[i], std::span<const std::int64_t>(&values_[i], 1), &given_[i]);
        }
    }
    OneRow(const OneRow&) = delete;
    OneRow& operator=(const OneRow&) = delete;
    [[nodiscard]] const PlacementTable& table() const { return table_; }

private:
    PlacementTable table_;
    std::vector<std::int64_t> values_;
    std::vector<Given> given_;
};

class OneCase {
public:
    OneCase(const Plan& plan, const Case& wanted) : plan_(plan), tariff_(*plan.tariff()), case_(wanted) {}

    std::vector<Diagnostic> failures() {
        Placement record(plan_.tariff(), case_.record);
        for (const Case::Item& item : case_.given) {
            if (tariff_.fact(item.name)) record.with(item.name, item.text);
            else fail(item.span, "'" + item.name + "' is no fact of this pack");
        }
        if (report_.has_errors()) return report_.sorted();
        std::vector<PricedRecord> members;
        if (!case_.member_kinds.empty()) {
            members = together(record);
            if (report_.has_errors()) return report_.sorted();
            record = members.front().record;
        }
        const Quote quote = members.empty() ? plan_.price(record) : members.front().quote;
        compare_outcome(quote);
        for (const Case::Item& item : case_.expect) compare_line(quote, item);
        compare_shares(quote);
        compare_unnamed(quote);
        for (const Case::Item& item : case_.totals) compare_total(quote, item);
        for (const Case::Item& item : case_.shows) compare_shown(record, item);
        compare_differences(quote);
        compare_given_out(members);
        if (members.empty()) compare_batch(quote, record);
        else compare_columns(members);
        return report_.sorted();
    }

private:
    void fail(const SourceSpan& span, std::string message, std::string hint = {}) {
        report_.error("case-failed", span.somewhere() ? span : case_.span, std::move(message), std::move(hint));
    }

    static std::string outcome_text(const Quote& quote) { return quote.outcome + " (" + quote.say + ")"; }

    /// The group of the case, then its members; a member that does not state a key of its group has the group's.
    std::vector<StatedRecord> stated_together(const Placement& group) {
        std::vector<StatedRecord> stated = {{group, {}}};
        for (const Case::Member& member : case_.members) {
            Placement record(plan_.tariff(), member.record);
            for (const Case::Item& item : member.given) record.with(item.name, item.text);
            for (const GroupKey& key : tariff_.at(case_.record).group->by)
                if (member.record == tariff_.at(case_.record).group->of && !key.on && record.at(key.states).given == Given::absent)
                    record.state(key.states, group.at(key.states));
            stated.push_back({std::move(record), member.id});
        }
        return stated;
    }

    std::vector<PricedRecord> together(const Placement& group) {
        return price_together(plan_, stated_together(group), case_.member_kinds);
    }

    /// Every share that is named is given, and of a line with a share named, every share is.
    void compare_given_out(const std::vector<PricedRecord>& members) {
        for (const Case::Share& wanted : case_.shared) {
            const auto member = std::find_if(members.begin() + 1, members.end(), [&](const PricedRecord& each) { return each.id == wanted.part; });
            const QuoteLine* line = member == members.end() ? nullptr : member->quote.line(wanted.line);
            const auto money = Money::parse(wanted.text);
            if (line == nullptr || money != std::optional(line->payable))
                fail(wanted.span, "the share of " + wanted.part + " in " + wanted.line + (line == nullptr ? " is none" : " comes to " + to_display(line->payable)) +
                                      ", and the case expects " + (money ? to_display(*money) : wanted.text));
        }
        if (case_.shared.empty()) return;
        for (std::size_t i = 1; i < members.size(); ++i)
            for (const QuoteLine& line : members[i].quote.lines) {
                const auto named = [&](const Case::Share& share) { return share.part == members[i].id && share.line == line.name; };
                if (line.share && line.payable != Money() && std::none_of(case_.shared.begin(), case_.shared.end(), named))
                    fail(case_.span, "the share of " + members[i].id + " in " + line.name + " comes to " + to_display(line.payable) + ", and the case does not name it",
                         "add " + members[i].id + ": {" + line.name + ": " + to_string(line.payable) + "} to shared");
            }
    }

    void compare_outcome(const Quote& quote) {
        if (case_.outcome) {
            if (case_.outcome->text != quote.outcome)
                fail(case_.outcome->span, "the outcome is " + outcome_text(quote) + ", and the case expects " + case_.outcome->text);
        } else if (!quote.priced()) {
            fail(case_.span, "the record is not priced: " + outcome_text(quote));
        }
    }

    void compare_line(const Quote& quote, const Case::Item& item) {
        const QuoteLine* line = quote.line(item.name);
        const auto money = Money::parse(item.text);
        const std::string wanted = ", and the case expects " + (money ? to_display(*money) : item.text);
        if (!line) {
            if (quote.priced()) fail(item.span, item.name + (tariff_.line(item.name) ? " is absent" : " is no line of this pack") + wanted);
            else if (case_.outcome) fail(item.span, item.name + " is not priced, " + outcome_text(quote) + wanted);
        } else if (line->outcome != "priced") {
            if (item.text != line->outcome) fail(item.span, item.name + " pays nothing, " + line->outcome + " (" + line->say + ")" + wanted);
        } else if (!money) {
            fail(item.span, item.name + " comes to " + to_display(line->payable) + wanted);
        } else if (*money != line->payable) {
            fail(item.span, item.name + " comes to " + to_display(line->payable) + " (exactly " + to_string(line->exact.pounds()) + ")" + wanted);
        }
    }

    void compare_share(const Case::Share& wanted, const Money* sum) {
        const auto money = Money::parse(wanted.text);
        const std::string is = sum == nullptr ? " is none" : " comes to " + to_display(*sum);
        if (sum == nullptr || money != std::optional(*sum))
            fail(wanted.span, wanted.part + " of " + wanted.line + is + ", and the case expects " + (money ? to_display(*money) : wanted.text));
    }

    /// Of a line whose payers or instalments are named, every one that pays is named.
    template <class Part, class NameOf>
    void compare_all(const QuoteLine& line, const std::vector<Part>& parts, const std::vector<Case::Share>& wanted, const NameOf& name_of) {
        const auto of_line = [&](const Case::Share& share) { return share.line == line.name; };
        if (std::none_of(wanted.begin(), wanted.end(), of_line)) return;
        for (const Part& part : parts)
            if (part.payable != Money() && std::none_of(wanted.begin(), wanted.end(), [&](const Case::Share& share) { return of_line(share) && share.part == name_of(part); }))
                fail(case_.span, name_of(part) + " of " + line.name + " comes to " + to_display(part.payable) + ", and the case does not name it",
                     name_of(part) + ": " + to_string(part.payable));
    }

    void compare_shares(const Quote& quote) {
        const auto party = [](const QuoteSlice& slice) { return slice.party; };
        const auto name = [](const QuoteInstalment& part) { return part.name; };
        const auto compare = [&](const std::vector<Case::Share>& wanted, auto parts, const auto& name_of) {
            for (const Case::Share& share : wanted) {
                const QuoteLine* line = quote.line(share.line);
                const Money* sum = nullptr;
                if (line)
                    for (const auto& part : line->*parts)
                        if (name_of(part) == share.part) sum = &part.payable;
                compare_share(share, sum);
            }
            for (const QuoteLine& line : quote.lines) compare_all(line, line.*parts, wanted, name_of);
        };
        compare(case_.slices, &QuoteLine::slices, party);
        compare(case_.pays, &QuoteLine::instalments, name);
    }

    /// A case with lines names every line that pays, so that a line added to the pack is noticed by its old cases.
    void compare_unnamed(const Quote& quote) {
        if (case_.expect.empty() && !case_.outcome) return;
        for (const QuoteLine& line : quote.lines) {
            const auto named = [&](const Case::Item& item) { return item.name == line.name; };
            if (line.payable == Money() || std::any_of(case_.expect.begin(), case_.expect.end(), named)) continue;
            fail(case_.span, line.name + " comes to " + to_display(line.payable) + ", and the case does not name it",
                 "add " + line.name + ": " + to_string(line.payable) + " to expect");
        }
    }

    void compare_total(const Quote& quote, const Case::Item& item) {
        const auto named = std::find_if(quote.totals.begin(), quote.totals.end(), [&](const auto& total) { return total.first == item.name; });
        if (named == quote.totals.end() && item.name != "total") {
            fail(item.span, "'" + item.name + "' is no total of this record");
            return;
        }
        const Money sum = named == quote.totals.end() ? quote.total : named->second;
        if (Money::parse(item.text) != std::optional(sum))
            fail(item.span, item.name + " comes to " + to_display(sum) + ", and the case expects " + item.text);
    }

    /// Every line that differs is named, and comes to what the case says.
    void compare_differences(const Quote& quote) {
        if (!case_.paid_known_on) return;
        for (const Case::Item& item : case_.difference) {
            const auto found = std::find_if(quote.differences.begin(), quote.differences.end(), [&](const QuoteDifference& each) { return each.name == item.name; });
            const Money difference = found == quote.differences.end() ? Money() : found->difference;
            if (Money::parse(item.text) != std::optional(difference))
                fail(item.span, item.name + " differs by " + to_display(difference) + ", and the case expects " + item.text);
        }
        for (const QuoteDifference& each : quote.differences) {
            const auto named = [&](const Case::Item& item) { return item.name == each.name; };
            if (std::none_of(case_.difference.begin(), case_.difference.end(), named))
                fail(case_.span, each.name + " differs by " + to_display(each.difference) + ", and the case does not name it",
                     "add " + each.name + ": " + to_string(each.difference) + " to difference");
        }
    }

    /// The named value, as a formula that reads it.
    std::optional<Expression> reading(const std::string& name) const {
        Expression result;
        if (const auto step = tariff_.step(name)) {
            result.operation = Operation::step;
            result.index = step->index;
            result.type = tariff_.at(*step).type;
        } else if (const auto table = tariff_.table(name)) {
            result.operation = Operation::lookup;
            result.index = table->index;
            result.type = tariff_.at(*table).type;
            for (const Key& key : tariff_.at(*table).keys) result.operands.push_back(key.reads);
        } else {
            return std::nullopt;
        }
        return result;
    }

    void compare_shown(const Placement& record, const Case::Item& item) {
        const auto read = reading(item.name);
        if (!read) {
            fail(item.span, "'" + item.name + "' is no step, table or figure of this pack");
            return;
        }
        Environment environment;
        environment.tariff = &tariff_;
        environment.fact = [&](FactId id) { return fact_value(tariff_, id, record.at(id)); };
        environment.given = [&](FactId id) { return record.at(id).given != Given::absent; };
        std::vector<std::optional<Date>> days = {item.on};
        if (!item.on) {
            const kernel::PaidDays paid = kernel::paid_days(tariff_, tariff_.at(case_.record), environment.fact, environment.given);
            days.assign(1, std::nullopt);
            if (paid.days && !paid.days->empty()) {
                days.clear();
                for (const DateRange& stretch : kernel::stretches(tariff_, *paid.days)) days.emplace_back(stretch.from());
            }
        }
        for (const std::optional<Date>& day : days) {
            environment.day = day;
            const Result result = evaluate(*read, environment);
            if (shown_as(result, read->type, item.text)) continue;
            std::string is = "no line";
            if (result.is_value()) is = to_string(result.value, read->type, tariff_);
            if (result.kind == Result::Kind::outcome) is = tariff_.at(result.outcome).code + (result.about.empty() ? "" : " (" + result.about + ")");
            fail(item.span, item.name + " is " + is + (day ? " on " + to_string(*day) : "") + ", and the case expects " + item.text);
            return;
        }
    }

    bool shown_as(const Result& result, const Type& type, const std::string& text) const {
        if (result.kind == Result::Kind::no_line) return text == "no_line";
        if (result.kind == Result::Kind::outcome) return text == tariff_.at(result.outcome).code;
        if (type.kind != ValueKind::number) return text == to_string(result.value, type, tariff_);
        const auto number = Rate::parse(text);
        return number && number->value() == result.value.number;
    }

    /// The same records as columns: groups, rows and shares have to come to the same.
    void compare_columns(const std::vector<PricedRecord>& members) {
        GroupPricing pricing(plan_);
        const std::vector<StatedRecord> stated = stated_together(members.front().record);
        std::vector<std::unique_ptr<OneRow>> rows(members.size());
        Placement alone(plan_.tariff(), case_.record);
        for (const Case::Item& item : case_.given) alone.with(item.name, item.text);
        pricing.state(alone);
        for (std::size_t i = 1; i < stated.size(); ++i)
            if (tariff_.at(stated[i].record.record()).group) pricing.state(stated[i].record, stated[i].id);
        // A kind of which there is no member is read as a table without rows.
        for (const RecordId kind : case_.member_kinds)
            if (!tariff_.at(kind).group) {
                PlacementTable none(plan_.tariff(), kind, 0);
                for (const FactId fact : tariff_.facts_read(kind)) none.without(fact);
                pricing.gather(none);
            }
        for (std::size_t i = 1; i < stated.size(); ++i) {
            if (tariff_.at(stated[i].record.record()).group) continue;
            rows[i] = std::make_unique<OneRow>(plan_, stated[i].record, &pricing.names());
            const std::string ids[] = {stated[i].id};
            pricing.gather(rows[i]->table(), stated[i].id.empty() ? std::span<const std::string>() : std::span<const std::string>(ids));
        }
        pricing.price_groups();
        compare_same(pricing.groups(case_.record).front().quote, members.front().quote, "the group");
        for (std::size_t i = 1; i < stated.size(); ++i) {
            if (!rows[i]) continue;
            std::int64_t total = 0;
            std::uint16_t outcome = 0;
            const std::vector<LineId> lines = pricing.lines(stated[i].record.record());
            std::vector<std::int64_t> pence(lines.size());
            QuoteTable table{std::span(&total, 1), std::span(&outcome, 1), {}};
            for (std::size_t k = 0; k < lines.size(); ++k) table.lines.push_back({lines[k], std::span(&pence[k], 1), {}, {}, {}});
            pricing.price(rows[i]->table(), table);
            const Quote& quote = members[i].quote;
            const std::string who = members[i].id.empty() ? "member " + std::to_string(i) : members[i].id;
            const Outcome* found = tariff_.outcome_numbered(outcome);
            if (outcome != quote.outcome_number) fail(case_.span, "in columns, the outcome of " + who + " is " + (found ? found->code : std::to_string(outcome)) + ", and by itself " + quote.outcome);
            if (total != quote.total.pence()) fail(case_.span, "in columns, " + who + " comes to " + to_display(Money::from_pence(total)) + ", and by itself to " + to_display(quote.total));
            for (std::size_t k = 0; k < lines.size(); ++k) {
                const QuoteLine* line = quote.line(tariff_.at(lines[k]).name);
                const Money alone_pays = line ? line->payable : Money();
                if (alone_pays.pence() != pence[k])
                    fail(case_.span, "in columns, " + tariff_.at(lines[k]).name + " of " + who + " comes to " + to_display(Money::from_pence(pence[k])) + ", and by itself to " + to_display(alone_pays));
            }
        }
    }

    void compare_same(const Quote& columns, const Quote& one, const std::string& who) {
        if (columns.outcome != one.outcome) fail(case_.span, "in columns, the outcome of " + who + " is " + columns.outcome + ", and by itself " + one.outcome);
        if (columns.total != one.total) fail(case_.span, "in columns, " + who + " comes to " + to_display(columns.total) + ", and by itself to " + to_display(one.total));
        for (const QuoteLine& line : one.lines) {
            const QuoteLine* other = columns.line(line.name);
            if (other == nullptr || other->payable != line.payable) fail(case_.span, "in columns, " + line.name + " of " + who + " does not come to " + to_display(line.payable));
        }
    }

    void compare_batch(const Quote& quote, const Placement& record) {
        std::int64_t total = 0;
        std::uint16_t outcome = 0;
        std::vector<std::int64_t> pence(tariff_.lines.size());
        std::vector<std::int64_t> differences(tariff_.lines.size());
        std::vector<std::uint16_t> line_outcomes(tariff_.lines.size());
        QuoteTable table{std::span(&total, 1), std::span(&outcome, 1), {}};
        for (std::size_t i = 0; i < tariff_.lines.size(); ++i) {
            if (tariff_.lines[i].record != case_.record) continue;
            table.lines.push_back({LineId(i), std::span(&pence[i], 1), std::span(&line_outcomes[i], 1), {}, {}});
            if (case_.paid_known_on) table.lines.back().difference = std::span(&differences[i], 1);
        }
        const OneRow row(plan_, record);
        plan_.price(row.table(), table);
        const std::string differs = "priced as a batch, ";
        if (outcome != quote.outcome_number) {
            const Outcome* found = tariff_.outcome_numbered(outcome);
            fail(case_.span, differs + "the outcome is " + (found ? found->code : std::to_string(outcome)) + ", and by itself " + quote.outcome);
        }
        if (total != quote.total.pence())
            fail(case_.span, differs + "the total is " + to_display(Money::from_pence(total)) + ", and by itself " + to_display(quote.total));
        for (const QuoteTable::LineColumn& column : table.lines) {
            const std::string& name = tariff_.at(column.line).name;
            const QuoteLine* line = quote.line(name);
            const Money alone = line ? line->payable : Money();
            const Money batch = Money::from_pence(column.pence[0]);
            const auto named = std::find_if(quote.differences.begin(), quote.differences.end(), [&](const QuoteDifference& each) { return each.name == name; });
            const Money due = named == quote.differences.end() ? Money() : named->difference;
            if (Money::from_pence(differences[column.line.index]) != due)
                fail(case_.span, differs + name + " differs by " + to_display(Money::from_pence(differences[column.line.index])) + ", and by itself by " + to_display(due));
            if (batch != alone) fail(case_.span, differs + name + " comes to " + to_display(batch) + ", and by itself to " + to_display(alone));
        }
    }

    const Plan& plan_;
    const TariffContents& tariff_;
    const Case& case_;
    Report report_;
};

/// The plan under the choices and on the days that the case names, or why they cannot be selected.
Checked<Plan> chosen(const Plan& plan, const Case& wanted) {
    Tariff tariff = plan.tariff();
    for (const Case::Item& item : wanted.choose) {
        const Checked<Tariff> next = tariff.choose(item.name, item.text);
        if (!next.ok()) {
            std::vector<Diagnostic> diagnostics = next.diagnostics();
            for (Diagnostic& diagnostic : diagnostics) diagnostic.span = item.span;
            return diagnostics;
        }
        tariff = next.value();
    }
    const Plan as_known = compile(wanted.known_on ? tariff.known_on(*wanted.known_on) : tariff);
    return wanted.paid_known_on ? as_known.with_paid_known_on(*wanted.paid_known_on) : as_known;
}

}  // namespace

std::vector<CaseResult> run_cases(const Plan& plan) {
    std::vector<CaseResult> results;
    for (const Case& wanted : plan.tariff()->cases) {
        CaseResult result{wanted.name, wanted.span, {}};
        if (wanted.choose.empty() && !wanted.known_on && !wanted.paid_known_on) {
            result.failures = OneCase(plan, wanted).failures();
        } else {
            const Checked<Plan> other = chosen(plan, wanted);
            result.failures = other.ok() ? OneCase(other.value(), wanted).failures() : other.diagnostics();
        }
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace bandtariff
