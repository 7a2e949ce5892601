// `steps:`, and the order in which steps and tables are resolved: each after what it reads. A ring is printed as its path.
// Entry points: declare_steps, resolve_in_order.
#include <algorithm>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

/// Steps first, then entries of tables, as numbers of one graph.
class Order {
public:
    explicit Order(Loader& loader)
        : loader_(loader), steps_(loader.step_sources.size()), reads_(steps_ + loader.table_sources.size()) {
        for (std::size_t s = 0; s < loader.table_sources.size(); ++s)
            for (const TableId id : loader.table_sources[s].ids) entry_of_[id.index] = s;
        for (std::size_t s = 0; s < steps_; ++s)
            if (loader.step_sources[s].is) reads_[s] = read_by(*loader.step_sources[s].is);
        for (std::size_t s = 0; s < loader.table_sources.size(); ++s) {
            const TableSource& source = loader.table_sources[s];
            std::vector<std::size_t>& reads = reads_[steps_ + s];
            for (const Formula& formula : formulas_in(loader, source)) append(reads, read_by(formula));
            for (const Node* key : source.keys) key_of_declaration(reads, key->text);
        }
    }

    std::vector<std::size_t> sorted() {
        state_.assign(reads_.size(), 0);
        for (std::size_t node = 0; node < reads_.size(); ++node) visit(node);
        return done_;
    }

private:
    static void append(std::vector<std::size_t>& to, const std::vector<std::size_t>& more) {
        to.insert(to.end(), more.begin(), more.end());
    }

    std::vector<std::size_t> read_by(const Formula& formula) {
        std::vector<std::size_t> result;
        visit_names(formula,
                    [&](const std::string& word, const std::vector<std::string>& written) { name(result, word, written, 0); });
        return result;
    }

    void name(std::vector<std::size_t>& reads, const std::string& word, const std::vector<std::string>& written, int depth) {
        const auto found = loader_.names.find(word);
        if (found == loader_.names.end() || depth > 64) return;
        if (found->second.kind == Named::Kind::step) reads.push_back(found->second.index);
        if (found->second.kind != Named::Kind::table) return;
        const auto entry = entry_of_.find(found->second.index);
        if (entry == entry_of_.end()) return;  // a table of another pack
        reads.push_back(steps_ + entry->second);
        for (const Node* key : loader_.table_sources[entry->second].keys)
            if (std::find(written.begin(), written.end(), key->text) == written.end()) name(reads, key->text, {}, depth + 1);
    }

    /// A key that is a step has to be typed before the table; one whose type is declared is typed already.
    void key_of_declaration(std::vector<std::size_t>& reads, const std::string& word) {
        const auto found = loader_.names.find(word);
        if (found == loader_.names.end()) return;
        if (found->second.kind == Named::Kind::step && !loader_.step_sources[found->second.index].declared)
            reads.push_back(found->second.index);
        if (found->second.kind == Named::Kind::table)
            if (const auto entry = entry_of_.find(found->second.index); entry != entry_of_.end())
                reads.push_back(steps_ + entry->second);
    }

    void visit(std::size_t node) {
        if (state_[node] == 2) return;
        if (state_[node] == 1) {
            report_ring(node);
            return;
        }
        state_[node] = 1;
        path_.push_back(node);
        for (const std::size_t next : reads_[node]) visit(next);
        path_.pop_back();
        state_[node] = 2;
        done_.push_back(node);
    }

    void report_ring(std::size_t node) {
        std::string path;
        for (auto at = std::find(path_.begin(), path_.end(), node); at != path_.end(); ++at) path += entry(*at).key + " reads ";
        const Entry& start = entry(node);
        loader_.report.error("cycle", start.key_span, "'" + start.key + "' is worked out from itself: " + path + start.key,
                             "a formula for one of them that does not read the others");
    }

    const Entry& entry(std::size_t node) {
        return node < steps_ ? *loader_.step_sources[node].entry : *loader_.table_sources[node - steps_].entry;
    }

    Loader& loader_;
    std::size_t steps_;
    std::vector<std::vector<std::size_t>> reads_;
    std::map<std::size_t, std::size_t> entry_of_;
    std::vector<int> state_;
    std::vector<std::size_t> path_, done_;
};

void read_override(Loader& loader, const Node& node, Step& step, formula::Traits& traits) {
    Report& report = loader.report;
    Fields fields(node, "'replaced_by'", report);
    const auto optional_fact = [&](std::string_view key, std::string_view hint) -> std::optional<FactId> {
        const Node* name = fields.require(key, hint);
        if (name == nullptr) return std::nullopt;
        const auto text = read_text(*name, "the name of a fact", report);
        const auto id = text ? loader.t.fact(*text) : std::nullopt;
        if (!id && text) {
            std::vector<std::string> known;
            for (const Fact& fact : loader.t.facts) known.push_back(fact.name);
            report.error("fact-unknown", name->span, "there is no fact '" + *text + "'", suggestion(*text, known));
        }
        if (id && !loader.t.at(*id).optional)
            report
                .error("override-not-optional", name->span,
                       "'" + *text + "' is there only where something was decided otherwise, so its fact is optional",
                       "optional: true at the fact")
                .notes.push_back({"the fact is declared here", loader.t.at(*id).span});
        return id;
    };
    const auto fact = optional_fact("fact", "fact: the optional fact that replaces the value");
    const auto reason = optional_fact("reason", "reason: the optional text fact that says why");
    fields.finish();
    if (reason && loader.t.at(*reason).kind != FactKind::text)
        report.error("fact-kind", fields.key_span("reason"), "a reason is a fact of kind text", "kind: text")
            .notes.push_back({"the fact is declared here", loader.t.at(*reason).span});
    if (fact) {
        const std::optional<Type> type = type_of(loader.t.at(*fact));
        if (!type || !(*type == step.type))
            report
                .error("override-type", fields.key_span("fact"),
                       "the fact is " + (type ? type_in_words(loader, *type) : std::string("never computed with")) +
                           ", and the step is " + type_in_words(loader, step.type))
                .notes.push_back({"the fact is declared here", loader.t.at(*fact).span});
        if (loader.t.at(*fact).kind == FactKind::number) {
            if (traits.low) traits.low = std::min(*traits.low, loader.t.at(*fact).min);
            if (traits.high) traits.high = std::max(*traits.high, loader.t.at(*fact).max);
        }
    }
    traits.covers.reset();
    traits.never_zero = false;
    step.replaced_by = fact;
    step.replaced_reason = reason;
}

void resolve_step(Loader& loader, std::size_t id, const StepSource& source) {
    Step& step = loader.t.steps[id];
    Fields fields(source.entry->value, "a step", loader.report);
    for (const char* key : {"unit", "gives"}) (void)fields.take(key);
    for (const char* key : {"table", "pack_by", "packs", "give", "otherwise"})
        if (fields.has("table")) (void)fields.take(key);
    (void)fields.take("is");
    (void)fields.take("find");
    const Node* round = fields.take("round");
    const Node* replaced_by = fields.take("replaced_by");
    if (const Node* shown = fields.take("shown")) step.shown = read_yes_no(*shown, "'shown'", loader.report).value_or(false);
    step.citation = read_citation(loader, fields, "step '" + step.name + "'", Evidence::optional);
    fields.finish();
    if (round != nullptr) step.rounding = read_rounding(loader, *round);
    formula::Traits traits;
    if (source.is) {
        auto resolved = resolve_formula(loader, *source.is, PackScope(loader), source.declared, {});
        if (resolved) {
            step.type = resolved->expression.type;
            step.is = std::move(resolved->expression);
            traits = resolved->traits;
            loader.step_known[id] = true;
        }
    }
    if (step.rounding && loader.step_known[id]) {
        if (step.type.kind != ValueKind::number)
            loader.report.error("rounding-kind", round->span,
                                "only a number is rounded, and '" + step.name + "' gives " + type_in_words(loader, step.type),
                                "leave 'round' out");
        const bool exact = step.rounding->rounding.mode() == Rounding::Mode::exact;
        if (traits.low && !exact) traits.low = bandtariff::round(*traits.low, step.rounding->rounding);
        if (traits.high && !exact) traits.high = bandtariff::round(*traits.high, step.rounding->rounding);
        if (!exact) traits.never_zero = false;
    }
    if (replaced_by != nullptr && loader.step_known[id]) read_override(loader, *replaced_by, step, traits);
    loader.step_traits[id] = traits;
}

}  // namespace

void declare_steps(Loader& loader) {
    for (const Entry* entry : loader.section("steps")) {
        Fields fields(entry->value, "a step", loader.report);
        StepSource source;
        source.entry = entry;
        source.declared = read_type(loader, fields, source.unit_text);
        const Node* find = fields.take("find");
        const bool lent = fields.has("table");
        const Node* is = find != nullptr || lent ? fields.take("is") : fields.require("is", "is: a formula in quotes");
        if ((is != nullptr) + (find != nullptr) + lent > 1)
            loader.report.error("step-ambiguous", entry->key_span, "'" + entry->key + "' says twice what the step is", "one of 'is', 'find' and 'table'");
        else if (lent)
            source.is = read_lent(loader, *entry, fields, source.declared);
        else if (find != nullptr)
            source.is = read_find(loader, *entry, *find, source.declared);
        else if (is != nullptr)
            source.is = parse_formula(loader, *is);
        if (loader.declare(entry->key, Named::Kind::step, loader.step_sources.size(), entry->key_span))
            loader.step_sources.push_back(std::move(source));
    }
}

void resolve_in_order(Loader& loader) {
    const std::vector<std::size_t> order = Order(loader).sorted();
    const std::size_t steps = loader.step_sources.size();
    std::vector<std::size_t> position(steps);
    for (const std::size_t node : order) {
        if (node >= steps) continue;
        const StepSource& source = loader.step_sources[node];
        position[node] = loader.t.steps.size();
        Step step;
        step.name = source.entry->key;
        step.type = source.declared.value_or(Type{});
        step.unit_text = source.unit_text;
        step.span = source.entry->key_span;
        loader.t.steps.push_back(std::move(step));
        loader.step_known.push_back(source.declared.has_value());
    }
    loader.step_traits.resize(steps);
    for (auto& [name, named] : loader.names)
        if (named.kind == Named::Kind::step) named.index = position[named.index];
    for (const std::size_t node : order) {
        if (node < steps)
            resolve_step(loader, position[node], loader.step_sources[node]);
        else
            read_table(loader, loader.table_sources[node - steps]);
        for (Table& table : loader.hidden) {
            loader.imported_tables.insert(loader.t.tables.size());
            loader.t.tables.push_back(std::move(table));
            loader.table_traits.emplace_back();
        }
        loader.hidden.clear();
    }
}

}  // namespace bandtariff::loading
