// `find:` of a step, the reverse of a table: which code's value is the first to reach a sum, or the nearest to it.
// Entry point: read_find, which says it as the formula that a person would write out.
#include <algorithm>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

/// A formula made from the pack's words; what is wrong inside it is reported where `find` stands.
Node formula_node(std::string text, const SourceSpan& span) {
    Node node;
    node.kind = Node::Kind::scalar;
    node.block = true;
    node.text = std::move(text);
    node.span = span;
    return node;
}

class FindReader {
public:
    FindReader(Loader& loader, const Entry& entry, const Node& node, const std::optional<Type>& gives)
        : loader_(loader), report_(loader.report), entry_(entry), node_(node), gives_(gives), fields_(node, "'find'", loader.report) {}

    std::optional<Formula> read() {
        const Node* in = fields_.require("in", "in: the table that is looked through");
        const Node* reach = fields_.take("first_at_least");
        const Node* near = fields_.take("nearest");
        const Node* ties = fields_.take("ties");
        const Node* above = fields_.take("above_all");
        fields_.finish();
        if ((reach != nullptr) == (near != nullptr)) {
            if (node_.kind == Node::Kind::mapping)
                report_.error("find-malformed", node_.span, "a reverse look-up says either first_at_least or nearest",
                              "{in: TABLE, first_at_least: NAME, above_all: OUTCOME}");
            return std::nullopt;
        }
        if (!codes(in)) return std::nullopt;
        const Node& sum = reach != nullptr ? *reach : *near;
        const auto text = read_text(sum, "what is looked for", report_);
        if (!text) return std::nullopt;
        sum_ = "(" + *text + ")";
        return reach != nullptr ? first_at_least(ties, above) : nearest(*near, ties, above);
    }

private:
    bool codes(const Node* in) {
        if (!gives_ || gives_->kind != ValueKind::code || !gives_->codes.valid()) {
            if (!gives_) report_.error("key-missing", entry_.key_span, "a reverse look-up has to say of which list its code is", "gives: a code list");
            else if (gives_->kind != ValueKind::code) report_.error("find-malformed", entry_.key_span, "a reverse look-up gives a code");
            return false;
        }
        const CodeList& list = loader_.t.at(gives_->codes);
        if (!list.ordered) {
            report_.error("find-unordered", node_.span, "'" + list.name + "' has no order, so there is no first of its codes",
                          "ordered: [from low to high] where the list is declared")
                .notes.push_back({"it is declared here", list.span});
            return false;
        }
        if (in == nullptr) return false;
        const auto name = read_text(*in, "'in'", report_);
        if (!name) return false;
        const auto source = std::find_if(loader_.table_sources.begin(), loader_.table_sources.end(), [&](const TableSource& each) {
            return std::any_of(each.ids.begin(), each.ids.end(), [&](TableId id) { return loader_.t.at(id).name == *name; });
        });
        if (source == loader_.table_sources.end()) {
            std::vector<std::string> known;
            for (const Table& table : loader_.t.tables)
                if (!table.figure) known.push_back(table.name);
            report_.error("name-unknown", in->span, "there is no table '" + *name + "' in this pack", suggestion(*name, known));
            return false;
        }
        std::vector<std::string> keys;
        for (const Node* key : source->keys)
            if (reads_the_list(key->text)) keys.push_back(key->text);
        if (keys.size() != 1) {
            report_.error("find-malformed", in->span,
                          keys.empty() ? "'" + *name + "' has no key of the list '" + list.name + "'"
                                       : "'" + *name + "' has several keys of the list '" + list.name + "'",
                          "a table by one key of that list");
            return false;
        }
        for (const Code& code : list.codes) {
            quoted_.push_back("'" + code.code + "'");
            values_.push_back(*name + "[" + keys.front() + ": " + quoted_.back() + "]");
        }
        return !quoted_.empty();
    }

    bool reads_the_list(const std::string& key) const {
        const auto named = loader_.names.find(key);
        if (named == loader_.names.end()) return loader_.t.code_list(key) == std::optional(gives_->codes);
        if (named->second.kind != Named::Kind::fact) return false;
        const Fact& fact = loader_.t.facts[named->second.index];
        return fact.kind == FactKind::code && fact.codes == gives_->codes;
    }

    std::optional<Formula> formula(std::string text) {
        loader_.made.push_back({entry_.key, node_.span, formula_node(std::move(text), node_.span)});
        return parse_formula(loader_, loader_.made.back().value);
    }

    std::optional<Formula> first_at_least(const Node* ties, const Node* above) {
        if (ties != nullptr) report_.error("find-malformed", ties->span, "only 'nearest' has ties", "leave 'ties' out");
        if (above == nullptr) {
            report_.error("key-missing", node_.span, "'first_at_least' has to say what happens above every value",
                          "above_all: an outcome, or a code");
            return std::nullopt;
        }
        const std::optional<std::string> last = above_all(*above);
        if (!last) return std::nullopt;
        std::string text;
        for (std::size_t i = 0; i < values_.size(); ++i) text += "if " + values_[i] + " >= " + sum_ + " then " + quoted_[i] + " else ";
        return formula(text + *last);
    }

    /// A code as it is, or the name of a figure that stands for the outcome.
    std::optional<std::string> above_all(const Node& node) {
        const auto text = read_text(node, "'above_all'", report_);
        if (!text) return std::nullopt;
        if (loader_.t.code(gives_->codes, *text)) return "'" + *text + "'";
        const auto outcome = find_outcome(loader_, *text, node.span);
        if (!outcome) return std::nullopt;
        Table table;
        table.name = entry_.key + ".above_all";
        table.figure = true;
        table.type = *gives_;
        table.span = node.span;
        Row row;
        row.cell.kind = Cell::Kind::outcome;
        row.cell.outcome = *outcome;
        row.citation = loader_.t.at(*outcome).citation;
        row.span = node.span;
        Version version;
        version.rows.push_back(std::move(row));
        version.governing = {0};
        version.span = node.span;
        table.versions.push_back(std::move(version));
        if (!loader_.declare(table.name, Named::Kind::table, loader_.t.tables.size(), node.span)) return std::nullopt;
        std::string name = table.name;
        loader_.t.tables.push_back(std::move(table));
        loader_.table_traits.emplace_back();
        return name;
    }

    std::optional<Formula> nearest(const Node& near, const Node* ties, const Node* above) {
        static const std::vector<std::string> words = {"lower", "higher"};
        if (above != nullptr) report_.error("find-malformed", above->span, "something is always nearest, so 'above_all' says nothing", "leave it out");
        if (ties == nullptr) report_.error("key-missing", near.span, "'nearest' has to say which of two equally near values wins", "ties: lower, or ties: higher");
        const auto side = ties == nullptr ? std::nullopt : read_word(*ties, "'ties'", words, report_);
        if (!side || above != nullptr) return std::nullopt;
        std::vector<std::string> distances;
        std::string least;
        for (const std::string& value : values_) {
            distances.push_back("max(" + value + " - " + sum_ + ", " + sum_ + " - " + value + ")");
            least += (least.empty() ? "" : ", ") + distances.back();
        }
        const std::string name = entry_.key + ".distance";
        Entry made{name, node_.span, {}};
        made.value.kind = Node::Kind::mapping;
        made.value.span = node_.span;
        made.value.entries.push_back({"is", node_.span, formula_node(values_.size() == 1 ? least : "min(" + least + ")", node_.span)});
        loader_.made.push_back(std::move(made));
        StepSource step;
        step.entry = &loader_.made.back();
        step.is = parse_formula(loader_, loader_.made.back().value.entries.front().value);
        if (!step.is || !loader_.declare(name, Named::Kind::step, loader_.step_sources.size(), node_.span)) return std::nullopt;
        loader_.step_sources.push_back(std::move(step));
        const std::string side_of = *side == 0 ? " <= " : " >= ";
        std::string text;
        for (std::size_t i = 0; i < values_.size(); ++i)  // on the winning side, then on the other
            text += "if " + distances[i] + " = " + name + " and " + values_[i] + side_of + sum_ + " then " + quoted_[i] + " else ";
        for (std::size_t i = 0; i + 1 < values_.size(); ++i) text += "if " + distances[i] + " = " + name + " then " + quoted_[i] + " else ";
        return formula(text + quoted_.back());
    }

    Loader& loader_;
    Report& report_;
    const Entry& entry_;
    const Node& node_;
    const std::optional<Type>& gives_;
    Fields fields_;
    std::string sum_;
    std::vector<std::string> quoted_, values_;  ///< each code in quotes, and its value's look-up
};

}  // namespace

std::optional<Formula> read_find(Loader& loader, const Entry& entry, const Node& node, const std::optional<Type>& gives) {
    return FindReader(loader, entry, node, gives).read();
}

}  // namespace bandtariff::loading
