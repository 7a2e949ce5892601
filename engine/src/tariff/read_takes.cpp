// `takes:` of a release: which records it prices, where several releases of one tariff are in use at once.
// Entry point: read_takes.
#include <algorithm>

#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

/// The name of a fact that is no code and no yes or no, where the condition reads one, or what else it reads.
std::optional<std::string> reads_more_than_codes(const Loader& loader, const Expression& expression) {
    if (expression.operation == Operation::fact || expression.operation == Operation::given) {
        const Fact& fact = loader.t.facts[static_cast<std::size_t>(expression.index)];
        if (fact.kind != FactKind::code && fact.kind != FactKind::yes_no) return "'" + fact.name + "'";
    }
    if (expression.operation == Operation::lookup) return "table '" + loader.t.tables[static_cast<std::size_t>(expression.index)].name + "'";
    if (expression.operation == Operation::step) return "step '" + loader.t.steps[static_cast<std::size_t>(expression.index)].name + "'";
    for (const Expression& operand : expression.operands)
        if (const auto more = reads_more_than_codes(loader, operand)) return more;
    return std::nullopt;
}

}  // namespace

void read_takes(Loader& loader) {
    Report& report = loader.report;
    const Node* node = loader.once("takes");
    if (node == nullptr) return;
    Fields fields(*node, "'takes'", report);
    const Node* by = fields.require("by", "by: the date fact that says which release a record belongs to");
    const Node* when = fields.take("when");
    fields.finish();
    Takes takes;
    takes.span = node->span;
    if (by != nullptr) {
        const auto name = read_text(*by, "'by'", report);
        const auto fact = name ? loader.t.fact(*name) : std::nullopt;
        if (name && !fact) {
            std::vector<std::string> known;
            for (const Fact& each : loader.t.facts)
                if (each.kind == FactKind::date) known.push_back(each.name);
            report.error("fact-unknown", by->span, "there is no fact '" + *name + "'", suggestion(*name, known));
        } else if (fact && loader.t.at(*fact).kind != FactKind::date) {
            report.error("fact-kind", by->span, "'" + *name + "' has to be a date to say which release takes a record");
        }
        takes.by = fact.value_or(FactId());
    }
    if (!loader.t.applies && !loader.t.undated_because.empty())
        report.error("takes-undated", node->span, "a release takes the records whose date lies in 'applies', and this tariff is undated",
                     "applies: {from: …, last_day: …}");
    if (when != nullptr) {
        const std::optional<Formula> formula = parse_formula(loader, *when);
        auto resolved = formula ? resolve_formula(loader, *formula, PackScope(loader), yes_no_type(), {}) : std::nullopt;
        if (resolved)
            if (const auto more = reads_more_than_codes(loader, resolved->expression))
                report.error("takes-when", when->span,
                             "which records a release takes is compared with the other releases before anything is priced, and this reads " + *more,
                             "facts that are codes or yes or no");
        if (resolved) takes.when = std::move(resolved->expression);
    }
    if (takes.by.valid()) loader.t.takes = std::move(takes);
}

}  // namespace bandtariff::loading
