// Checks that need the whole pack: status against evidence, what nothing reads, and printed identities.
// Entry point: check_contents.
#include <set>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

/// Everything that lines, refusals, spans and checks read, every alternative included.
class Reach {
public:
    explicit Reach(const TariffContents& t) : t_(t) {
        for (const RecordKind& kind : t.records)
            for (const FactId id : {kind.span.from, kind.span.last_day, kind.span.left_on.value_or(FactId())})
                if (id.valid()) facts.insert(id.index);
        for (const Expression* formula : t.formulas()) expression(*formula);
        for (const Line& line : t.lines) {
            if (line.over_choice) choices.insert(line.over_choice->index);
            for (const OverTime& over : line.over) {
                const TimeBasis& basis = t.at(over.basis);
                for (const FactId id : {basis.on.value_or(FactId()), basis.times})
                    if (id.valid()) facts.insert(id.index);
            }
        }
        for (const Identity& identity : t.identities) expression(identity.is);
        for (std::size_t i = 0; i < t.records.size(); ++i)
            for (const FactId fact : t.facts_read(RecordId(i))) facts.insert(fact.index);
        for (std::size_t i = 0; i < t.steps.size(); ++i)
            if (t.steps[i].shown) step(i);
        if (t.takes) facts.insert(t.takes->by.index);
    }

    std::set<std::size_t> facts, choices, tables, steps;

private:
    void expression(const Expression& expression) {
        const auto index = static_cast<std::size_t>(expression.index);
        switch (expression.operation) {
            case Operation::fact:
            case Operation::given: facts.insert(index); break;
            case Operation::choice:
            case Operation::by_choice: choices.insert(index); break;
            case Operation::step: step(index); break;
            case Operation::lookup: table(index); break;
            default: break;
        }
        for (const Expression& operand : expression.operands) this->expression(operand);
    }

    void step(std::size_t index) {
        if (!steps.insert(index).second) return;
        const Step& step = t_.steps[index];
        expression(step.is);
        if (step.replaced_by) facts.insert(step.replaced_by->index);
        if (step.replaced_reason) facts.insert(step.replaced_reason->index);
    }

    void table(std::size_t index) {
        if (!tables.insert(index).second) return;
        const Table& table = t_.tables[index];
        if (table.dated_by) facts.insert(table.dated_by->index);
        for (const Version& version : table.versions)
            for (const Row& row : version.rows) {
                if (row.cell.kind == Cell::Kind::stated) facts.insert(row.cell.stated_by.index);
                for (const auto* part :
                     {&row.cell.above, &row.cell.at_least, &row.cell.below, &row.cell.at_most, &row.cell.formula})
                    if (*part) expression(**part);
            }
    }

    const TariffContents& t_;
};

void check_unused(Loader& loader) {
    const TariffContents& t = loader.t;
    if (t.lines.empty()) return;  // a pack that only lends its tables to others
    const Reach reach(t);
    const auto unused = [&](const char* code, const std::string& what, const std::string& name, const SourceSpan& span) {
        loader.report.warning(code, span, what + " '" + name + "' is read by no line and no check",
                              "a formula that reads it, or leave it out");
    };
    std::set<std::string> families;
    for (std::size_t i = 0; i < t.facts.size(); ++i) {
        const Fact& fact = t.facts[i];
        if (reach.facts.contains(i)) families.insert(fact.name.substr(0, fact.name.find('.')));
    }
    for (std::size_t i = 0; i < t.facts.size(); ++i) {
        const Fact& fact = t.facts[i];
        const std::string family = fact.name.substr(0, fact.name.find('.'));
        if (!reach.facts.contains(i) && fact.kind != FactKind::name && families.insert(family).second)
            unused("unused-fact", "fact", family, fact.span);
    }
    for (std::size_t i = 0; i < t.choices.size(); ++i)
        if (!reach.choices.contains(i)) unused("unused-choice", "choice", t.choices[i].name, t.choices[i].span);
    for (std::size_t i = 0; i < t.steps.size(); ++i)
        if (!reach.steps.contains(i)) unused("unused-step", "step", t.steps[i].name, t.steps[i].span);
    for (std::size_t i = 0; i < t.tables.size(); ++i) {
        const Table& table = t.tables[i];
        if (reach.tables.contains(i) || table.reference || loader.imported_tables.contains(i)) continue;
        unused(table.figure ? "unused-figure" : "unused-table", table.figure ? "figure" : "table", table.name, table.span);
    }
}

/// Values of the pack's own tables for days on none of which it applies: no record can read them.
void check_days_of_values(Loader& loader) {
    const TariffContents& t = loader.t;
    if (t.lines.empty() || !t.applies || loader.stack != nullptr) return;  // an overlay may narrow the days of what lies below
    for (std::size_t i = 0; i < t.tables.size(); ++i) {
        const Table& table = t.tables[i];
        if (table.dated_by || table.reference || loader.imported_tables.contains(i)) continue;
        for (const Version& version : table.versions) {
            const bool early = version.until && *version.until <= t.applies->from();
            if (!early && (!version.from || *version.from < t.applies->until())) continue;
            loader.report.warning("unused-value", version.span,
                                  "this value of '" + table.name + "' holds on no day on which the pack applies, which is " +
                                      to_string(t.applies->from()) + " to " + to_string(t.applies->last_day()),
                                  "the days that are meant; or leave it out");
        }
    }
}

/// In force: nothing invented may price anything, and every assumed convention is pointed at.
void check_status(Loader& loader) {
    const TariffContents& t = loader.t;
    if (t.status != Status::in_force) return;
    const auto illustrative = [&](const Citation& citation, const std::string& what) {
        if (citation.kind == "illustrative")
            loader.report.error("status-illustrative", citation.span, what + " is illustrative, and the pack is in force",
                                "status: illustrative, or a source that states it");
    };
    const auto convention = [&](const Citation& citation, const std::string& what) {
        if (citation.kind == "illustrative" || !citation.assumed.empty())
            loader.report.warning("status-assumed", citation.span, what + " is assumed, and the pack is in force",
                                  "a source that states it, where there is one");
    };
    for (const Table& table : t.tables)
        for (const Version& version : table.versions)
            for (const Row& row : version.rows) {
                if (table.reference || row.cell.kind == Cell::Kind::outcome || row.cell.kind == Cell::Kind::no_line) continue;
                illustrative(row.citation, "an amount of '" + table.name + "'");
                if (!row.citation.assumed.empty()) convention(row.citation, "an amount of '" + table.name + "'");
            }
    for (const Choice& choice : t.choices) convention(choice.citation, "choice '" + choice.name + "'");
    for (const Fact& fact : t.facts)
        if (fact.otherwise) convention(fact.otherwise_citation, "the default of '" + fact.name + "'");
    for (const TimeBasis& basis : t.time_bases) convention(basis.citation, "time basis '" + basis.name + "'");
    for (const Calendar& calendar : t.calendars) convention(calendar.citation, "calendar '" + calendar.name + "'");
    for (const auto& [name, rounding] : loader.roundings) convention(rounding.citation, "rounding '" + name + "'");
    for (const Line& line : t.lines)
        if (line.rounding && line.rounding->name.empty())
            convention(line.rounding->citation, "the rounding of line '" + line.name + "'");
}

}  // namespace

void check_contents(Loader& loader) {
    check_status(loader);
    if (loader.report.has_errors()) return;  // what follows reads the pack as a whole, and would report the same slips again
    check_groups(loader);
    check_units(loader);
    check_identities(loader);
    if (!loader.lending) check_unused(loader);
    check_days_of_values(loader);
}

}  // namespace bandtariff::loading
