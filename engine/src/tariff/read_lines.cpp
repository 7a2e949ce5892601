// `lines:` and what stands beside them: line_defaults, totals, refusals of the record.
// Entry points: read_lines, read_totals, read_refusals.
#include <algorithm>
#include <cstdint>

#include "tariff/loader.hpp"
#include "tariff/scope.hpp"

namespace bandtariff::loading {
namespace {

/// A line's own keys over those of line_defaults.
class LineReader {
public:
    LineReader(Loader& loader, const Entry& entry, const Node* defaults)
        : loader_(loader), entry_(entry), defaults_(defaults), fields_(entry.value, "a line", loader.report) {}

    std::optional<Line> read() {
        Report& report = loader_.report;
        line_.name = entry_.key;
        line_.span = entry_.key_span;
        if (!check_name(entry_.key, entry_.key_span, report)) return std::nullopt;
        // A line's own payer stands in place of payers that line_defaults gives.
        const Node* payers = fields_.has("payer") && !fields_.has("payers") ? nullptr : take("payers");
        record();
        const Node* when = fields_.take("when");
        formula::Proof known;
        if (when != nullptr) {
            const auto formula = parse_formula(loader_, *when);
            auto resolved = formula ? resolve(*formula, yes_no_type(), {}) : std::nullopt;
            if (resolved) {
                known = resolved->when_true;
                line_.when = std::move(resolved->expression);
            }
        }
        if (payers == nullptr) line_.payer = party("payer", known, false);
        else if (const Node* payer = fields_.take("payer"))
            report.error("payer-malformed", payer->span, "'payers' says who pays this line, and so does 'payer'", "one of the two");
        line_.payee = party("payee", known, false);
        line_.not_payable = conditions("not_payable", OutcomeClass::nothing_payable, known);
        line_.refuse = conditions("refuse", OutcomeClass::not_priced, known);
        elements();
        amount(known);
        line_.flow = flow();
        if (const Node* node = take("separable")) line_.separable = read_yes_no(*node, "'separable'", report).value_or(false);
        if (const Node* node = take("may_be_negative"))
            line_.may_be_negative = read_yes_no(*node, "'may_be_negative'", report).value_or(false);
        over();
        rounding();
        payments(payers, known);
        line_.citation = read_citation(loader_, fields_, "line '" + entry_.key + "'", Evidence::optional);
        fields_.finish();
        return std::move(line_);
    }

private:
    const Node* take(std::string_view key) {
        if (const Node* own = fields_.take(key)) return own;
        if (fields_.has(key) || defaults_ == nullptr) return nullptr;
        const Entry* entry = defaults_->find(key);
        return entry == nullptr || entry->value.kind == Node::Kind::empty ? nullptr : &entry->value;
    }

    const Node* require(std::string_view key, const std::string& hint) {
        const Node* node = take(key);
        if (node == nullptr && !fields_.has(key) && entry_.value.kind == Node::Kind::mapping)
            loader_.report.error("key-missing", entry_.key_span, "line '" + entry_.key + "' needs '" + std::string(key) + "'",
                                 hint);
        return node;
    }

    std::optional<formula::Resolved> resolve(const Formula& formula, const std::optional<Type>& expected,
                                             const formula::Proof& known,
                                             const std::function<void(const formula::Resolved&, const SourceSpan&)>& each = {}) {
        return resolve_formula(loader_, formula, PackScope(loader_), expected, known, each);
    }

    void record() {
        const Node* node = take("record");
        if (node == nullptr) {
            if (loader_.t.records.size() > 1)
                loader_.report.error("key-missing", entry_.key_span,
                                     "with several kinds of record, line '" + entry_.key + "' has to say which it prices",
                                     "record: a name under 'records'");
            line_.record = RecordId(0U);
            return;
        }
        std::vector<std::string> known;
        for (std::size_t i = 0; i < loader_.t.records.size(); ++i) {
            known.push_back(loader_.t.records[i].name);
            if (node->text == known.back()) line_.record = RecordId(i);
        }
        if (!line_.record.valid())
            loader_.report.error("record-unknown", node->span, "there is no kind of record '" + node->text + "'",
                                 suggestion(node->text, known));
    }

    void payments(const Node* payers, const formula::Proof& known) {
        if (payers != nullptr && has_amount_) line_.payers = read_slices(loader_, *payers, line_, known);
        if (const Node* node = take("paid_in")) line_.paid_in = read_instalments(loader_, *node);
        if (line_.settlement && line_.rounding)
            check_mirrored(loader_, *line_.rounding, "a line that is worked out from other lines", line_.rounding->span.somewhere() ? line_.rounding->span : entry_.key_span);
    }

    /// What is read after them is read only where they are false, so that is known too.
    std::vector<Condition> conditions(std::string_view key, OutcomeClass wanted, formula::Proof& known) {
        const Node* node = fields_.take(key);
        return node == nullptr ? std::vector<Condition>()
                               : read_conditions(loader_, *node, "'" + std::string(key) + "'", wanted, known);
    }

    void elements() {
        const Node* node = require("element", "element: 1, 2, 3, place, … or none");
        if (node != nullptr) line_.elements = read_elements(*node, loader_.report);
        const auto has = [&](Element element) {
            return std::find(line_.elements.begin(), line_.elements.end(), element) != line_.elements.end();
        };
        if (line_.elements.size() > 1 && (has(Element::none) || has(Element::unknown)))
            loader_.report.error("element-mixed", node->span, "'none' and 'unknown' stand alone", "the elements, or none");
        check_covers_ = !line_.elements.empty() && !has(Element::none) && !has(Element::unknown);
    }

    void amount(const formula::Proof& known) {
        const Node* node = require("amount", "amount: a formula in quotes");
        const auto formula = node == nullptr ? std::nullopt : parse_formula(loader_, *node);
        if (!formula) return;
        const Elements elements(line_.elements.begin(), line_.elements.end());
        auto resolved = resolve_formula(loader_, *formula, PackScope(loader_, PackScope::Place::amount), std::nullopt, known,
                                        [&](const formula::Resolved& each, const SourceSpan& span) {
            if (!check_covers_ || !each.traits.covers || *each.traits.covers == elements) return;
            loader_.report
                .error("covers-element", span,
                       "the amount covers " + words(*each.traits.covers) + ", and the line pays " + words(elements),
                       "element: " + words(*each.traits.covers) + ", or an amount that covers what the line pays")
                .notes.push_back({"the line is here", entry_.key_span});
        });
        if (!resolved) return;
        if (resolved->expression.type.kind != ValueKind::number || resolved->expression.type.unit.power("GBP") != 1) {
            loader_.report.error("amount-not-money", node->span,
                                 "an amount is money, and this is " + type_in_words(loader_, resolved->expression.type));
            return;
        }
        amount_traits_ = resolved->traits;
        line_.amount = std::move(resolved->expression);
        line_.settlement = reads_a_line(line_.amount);
        has_amount_ = true;
    }

    static bool reads_a_line(const Expression& expression) {
        return expression.operation == Operation::line || std::any_of(expression.operands.begin(), expression.operands.end(), reads_a_line);
    }

    static std::string words(const Elements& elements) {
        std::string text;
        for (const Element element : elements) text += (text.empty() ? "" : ", ") + std::string(bandtariff::to_string(element));
        return elements.size() == 1 ? text : "[" + text + "]";
    }

    /// A party's own code, or a formula that gives one.
    Expression party(std::string_view key, const formula::Proof& known, bool optional) {
        const Node* node =
            optional ? take(key) : require(key, std::string(key) + ": a code of the list 'party', or a table that gives one");
        if (node == nullptr) return {};
        if (!loader_.t.party.valid()) {
            loader_.report.error("party-list-missing", node->span,
                                 "who pays whom is a code of the list 'party', and 'codes' has no such list",
                                 "codes: {party: [provider, commissioning_authority]}");
            return {};
        }
        if (node->kind == Node::Kind::scalar &&
            (loader_.names.find(node->text) == loader_.names.end() || loader_.t.code(loader_.t.party, node->text))) {
            const bool word = std::all_of(node->text.begin(), node->text.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' ';
            });
            if (word && node->text.find(" then ") == std::string::npos) {
                Expression result;
                result.operation = Operation::code;
                result.type = code_type(loader_.t.party);
                result.span = node->span;
                if (const auto code = find_code(loader_, loader_.t.party, node->text, node->span)) result.index = code->index;
                return result;
            }
        }
        const auto formula = parse_formula(loader_, *node);
        auto resolved = formula ? resolve(*formula, code_type(loader_.t.party), known) : std::nullopt;
        return resolved ? std::move(resolved->expression) : Expression{};
    }

    Flow flow() {
        const Node* node = take("flow");
        if (node == nullptr) return Flow::paid;
        static const std::vector<std::string> words = {"paid", "notional"};
        const auto word = read_word(*node, "flow", words, loader_.report);
        return word && *word == 1 ? Flow::notional : Flow::paid;
    }

    void over() {
        // What other lines pay is a sum already, whatever time the other lines of the pack are paid over.
        if (line_.settlement && !fields_.has("over")) {
            Node once;
            once.kind = Node::Kind::scalar;
            once.text = "once";
            once.span = entry_.key_span;
            add_basis(once);
            return;
        }
        const Node* node = require("over", "over: a time basis, or once");
        if (node == nullptr) return;
        const bool by_choice =
            node->kind == Node::Kind::mapping && node->entries.size() == 1 && loader_.t.choice(node->entries.front().key);
        if (!by_choice) {
            add_basis(*node);
            return;
        }
        const ChoiceId choice = *loader_.t.choice(node->entries.front().key);
        line_.over_choice = choice;
        Fields alternatives(node->entries.front().value, "'" + node->entries.front().key + "'", loader_.report);
        for (const Code& code : loader_.t.at(loader_.t.at(choice).alternatives).codes)
            if (const Node* basis = alternatives.require(code.code, code.code + ": a time basis")) add_basis(*basis);
        alternatives.finish();
    }

    void add_basis(const Node& node) {
        const auto basis = read_basis(loader_, node);
        if (!basis) return;
        const auto per_year = has_amount_ ? rate_a_year(loader_.t.at(*basis), node) : std::optional(false);
        if (has_amount_ && per_year) check_counted(loader_, {*basis, *per_year}, node.span);
        line_.over.push_back({*basis, per_year.value_or(false)});
        if (has_amount_ && per_year) check_size(line_.over.back(), node.span);
    }

    /// The most of its unit that a record's days can be worth over this basis.
    Rational most_units(const OverTime& over) {
        constexpr int most_years = 300;  // that records and packs can name
        const TimeBasis& basis = loader_.t.at(over.basis);
        if (basis.kind == TimeBasis::Kind::whole || basis.kind == TimeBasis::Kind::once) return 1;
        if (basis.kind == TimeBasis::Kind::times) return std::max(Rational(1), loader_.t.at(basis.times).max);
        const Rational days = loader_.t.applies ? loader_.t.applies->days() : most_years * 366;
        return over.per_year ? Rational(days / 365 + 1) : days;
    }

    /// Sums of money are whole pence in 64 bits: what the declared ranges allow has to fit.
    void check_size(const OverTime& over, const SourceSpan& span) {
        static const Rational most = Rational(INT64_MAX) / 100;
        const Rational units = most_units(over);
        for (const std::optional<Rational>& bound : {amount_traits_.low, amount_traits_.high}) {
            if (!bound || abs(*bound) * units <= most) continue;
            loader_.report
                .error("amount-too-large", line_.amount.span,
                       "by the declared ranges the amount of '" + entry_.key + "' can reach " + bandtariff::to_string(*bound) +
                           ", and over time more than a sum of money can hold",
                       "a lower 'max' at the facts that it reads")
                .notes.push_back({"it is turned into money here", span});
            return;
        }
    }

    /// Whether the amount is a rate a year over this basis; nullopt (reported) where the unit and the basis do not go together.
    std::optional<bool> rate_a_year(const TimeBasis& basis, const Node& node) {
        const Unit& unit = line_.amount.type.unit;
        const Unit gbp = Unit::of("GBP"), a_year = gbp / Unit::of("year"), a_month = gbp / Unit::of("month"),
                   a_day = gbp / Unit::of("day");
        const auto counts = [&](const Unit& counted) { return unit == a_year || unit == gbp / counted; };
        switch (basis.kind) {
            case TimeBasis::Kind::days:
                if (unit == a_year || unit == a_day) return unit == a_year;
                break;
            case TimeBasis::Kind::months:
                if (unit == a_year || unit == a_month) return unit == a_year;
                break;
            case TimeBasis::Kind::whole:
                if (unit == a_year || unit == gbp) return unit == a_year;
                break;
            case TimeBasis::Kind::once:
                if (unit == gbp) return false;
                break;
            case TimeBasis::Kind::school_days:
                if (counts(Unit::of("school_day"))) return unit == a_year;
                break;
            case TimeBasis::Kind::weeks:
                if (counts(Unit::of("week"))) return unit == a_year;
                break;
            case TimeBasis::Kind::terms:
                if (counts(Unit::of("term"))) return unit == a_year;
                break;
            case TimeBasis::Kind::times:
                if (counts(loader_.t.at(basis.times).unit)) return unit != gbp / loader_.t.at(basis.times).unit;
                break;
        }
        static const char* const kinds[] = {"GBP per year or GBP per day", "GBP per year or GBP per month",
                                            "GBP per year, or GBP", "GBP", "GBP per year or GBP per school_day",
                                            "GBP per year or GBP per week", "GBP per year or GBP per term"};
        const std::string wants = basis.kind == TimeBasis::Kind::times
                                      ? "GBP per year or " + bandtariff::to_string(gbp / loader_.t.at(basis.times).unit)
                                      : kinds[static_cast<int>(basis.kind)];
        loader_.report
            .error("unit-basis", node.span,
                   "the amount of '" + entry_.key + "' is " + bandtariff::to_string(unit) + ", and this time basis turns " + wants +
                       " into money",
                   "a time basis that counts what the amount is per, or an amount in " + wants)
            .notes.push_back({"the line is here", entry_.key_span});
        return std::nullopt;
    }

    void rounding() {
        const Node* node = line_.flow == Flow::paid
                               ? require("round", "round: a rounding, such as {nearest: 0.01, ties: away_from_zero, source: …}")
                               : take("round");
        if (node == nullptr) return;
        line_.rounding = read_rounding(loader_, *node);
        if (!line_.rounding) return;
        const Rational pennies = line_.rounding->rounding.quantum().value() * 100;
        if (denominator(pennies) != 1)
            loader_.report.error("rounding-below-penny", node->span,
                                 "a line is paid in whole pennies, and this rounds to " +
                                     bandtariff::to_string(line_.rounding->rounding.quantum().value()),
                                 "a multiple of 0.01");
        if (line_.rounding->of == RoundingRule::Of::unstated && line_.rounding->rounding.mode() != Rounding::Mode::exact &&
            may_have_parts())
            loader_.report.error("rounding-of", node->span,
                                 "line '" + entry_.key +
                                     "' can fall into parts where its value changes, so its rounding has to say whether it "
                                     "rounds the whole or each part",
                                 "of: whole, or of: parts");
    }

    /// Days, weeks, months and terms of a span can hold a change of value; a whole year, a counted sum and a single day cannot.
    [[nodiscard]] bool may_have_parts() const {
        if (!line_.record.valid() || line_.record.index >= loader_.t.records.size()) return false;
        const SpanRule::Kind span = loader_.t.at(line_.record).span.kind;
        if (span == SpanRule::Kind::on || span == SpanRule::Kind::none) return false;
        return loader_.t.applies && std::any_of(line_.over.begin(), line_.over.end(), [&](const OverTime& over) {
                   const TimeBasis::Kind kind = loader_.t.at(over.basis).kind;
                   return kind != TimeBasis::Kind::whole && kind != TimeBasis::Kind::once && kind != TimeBasis::Kind::times;
               });
    }

    Loader& loader_;
    const Entry& entry_;
    const Node* defaults_;
    Fields fields_;
    Line line_;
    bool check_covers_ = false;
    bool has_amount_ = false;
    formula::Traits amount_traits_;
};

const Node* line_defaults(Loader& loader) {
    const Node* node = loader.once("line_defaults");
    if (node == nullptr) return nullptr;
    Fields fields(*node, "'line_defaults'", loader.report);
    for (const char* key : {"record", "element", "payer", "payee", "over", "round", "flow", "separable", "may_be_negative", "payers", "paid_in"})
        (void)fields.take(key);
    fields.finish();
    return node->kind == Node::Kind::mapping ? node : nullptr;
}

}  // namespace

std::vector<Condition> read_conditions(Loader& loader, const Node& node, const std::string& what, OutcomeClass wanted,
                                       formula::Proof& known) {
    std::vector<Condition> result;
    formula::Proof proved;
    Fields fields(node, what, loader.report);
    for (const Entry* entry : fields.rest()) {
        const auto outcome = find_outcome(loader, entry->key, entry->key_span);
        if (outcome && loader.t.at(*outcome).outcome_class != wanted)
            loader.report
                .error(
                    "outcome-class", entry->key_span,
                    "'" + entry->key + "' is an outcome of class " +
                        std::string(bandtariff::to_string(loader.t.at(*outcome).outcome_class)) + ", and " + what +
                        " wants one of class " + std::string(bandtariff::to_string(wanted)),
                    wanted == OutcomeClass::not_priced ? "not_payable, where nothing is owed" : "refuse, where there is no price")
                .notes.push_back({"the outcome is declared here", loader.t.at(*outcome).span});
        if (entry->value.kind == Node::Kind::empty) {
            loader.report.error("value-missing", entry->key_span, "'" + entry->key + "' has no condition",
                                "a condition in quotes");
            continue;
        }
        const auto formula = parse_formula(loader, entry->value);
        auto resolved = formula ? resolve_formula(loader, *formula, PackScope(loader), yes_no_type(), known) : std::nullopt;
        if (!resolved) continue;
        proved.add(resolved->when_false);
        if (outcome) result.push_back({*outcome, std::move(resolved->expression), entry->key_span});
    }
    known.add(proved);
    return result;
}

void read_lines(Loader& loader) {
    const Node* defaults = line_defaults(loader);
    for (const Entry* entry : loader.section("lines")) loader.line_names.push_back(entry->key);
    for (const Entry* entry : loader.section("lines"))
        if (std::optional<Line> line = LineReader(loader, *entry, defaults).read()) loader.t.lines.push_back(std::move(*line));
    check_settlements(loader);
}

void read_totals(Loader& loader) {
    for (const Entry* entry : loader.section("totals")) {
        if (!check_name(entry->key, entry->key_span, loader.report)) continue;
        Fields fields(entry->value, "a total", loader.report);
        Total total;
        total.name = entry->key;
        total.span = entry->key_span;
        if (const Node* of = fields.require("of", "of: [the lines it adds up]"))
            for (const Node* name : one_or_more(*of, "'of'", loader.report)) {
                std::vector<std::string> known;
                for (const Line& line : loader.t.lines) known.push_back(line.name);
                if (const auto line = loader.t.line(name->text)) {
                    if (std::find(total.of.begin(), total.of.end(), *line) != total.of.end())
                        loader.report.error("line-duplicate", name->span, "'" + name->text + "' would be added twice",
                                            "each line once");
                    else
                        total.of.push_back(*line);
                } else if (std::none_of(loader.top["lines"].begin(), loader.top["lines"].end(),
                                        [&](const Entry* part) { return part->value.find(name->text) != nullptr; })) {
                    loader.report.error("line-unknown", name->span, "there is no line '" + name->text + "'",
                                        suggestion(name->text, known));
                }
            }
        fields.finish();
        loader.t.totals.push_back(std::move(total));
    }
}

void read_refusals(Loader& loader) {
    if (const Node* common = loader.once("refuse")) {
        formula::Proof known;
        const std::vector<Condition> conditions = read_conditions(loader, *common, "'refuse'", OutcomeClass::not_priced, known);
        for (RecordKind& kind : loader.t.records)
            if (!kind.group) kind.refuse = conditions;  // what all records are refused for is of those that group nothing
    }
    for (const Entry* entry : loader.section("records"))
        for (RecordKind& kind : loader.t.records)
            if (const Entry* own = entry->value.find("refuse");
                own != nullptr && kind.name == entry->key && own->value.kind != Node::Kind::empty) {
                formula::Proof known;
                const std::vector<Condition> conditions =
                    read_conditions(loader, own->value, "'refuse'", OutcomeClass::not_priced, known);
                kind.refuse.insert(kind.refuse.end(), conditions.begin(), conditions.end());
            }
}

}  // namespace bandtariff::loading
