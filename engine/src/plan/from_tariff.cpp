// Tariff to Program: each kind of record's lines lowered, folded, and grouped by the days they change on and by lane.
// Entry point: compile. What a line needs in bits, its payment included, is proved here before its lane is chosen.
#include <algorithm>
#include <tuple>
#include <utility>

#include "plan/lower.hpp"
#include "plan/spans.hpp"
#include "plan/verify.hpp"

namespace bandtariff::plan {
namespace {

constexpr std::size_t plan_bytes = 4 * 1024 * 1024;
/// More than any fixed lane has: says that pence are not proved to fit 64 bits.
constexpr unsigned past_every_lane = 1024;
constexpr unsigned pence_bits = 62;

/// A line lowered, before lines are grouped.
struct DraftLine {
    LineProgram program;
    std::vector<Small> cuts;
    Lowered roots;
    std::optional<Lowered> payer;  ///< where the party is read from a table
    PaymentNeeds needs;
    bool modulo = false;  ///< the amount is more than lane i53 loads, and carried there as a size and a residue
    Lane lane = Lane::int64;
};

std::vector<const Expression*> read_by(const Line& line) {
    std::vector<const Expression*> expressions{&line.amount, &line.payer};
    if (line.when) expressions.push_back(&*line.when);
    for (const auto* list : {&line.not_payable, &line.refuse}) {
        for (const Condition& condition : *list) expressions.push_back(&condition.when);
    }
    return expressions;
}

/// Whether a sum of `stretches` amounts times what they count, of up to `quanta` quanta, is ended exactly by its size and its residue: see
/// lane_residues.hpp, which leaves a quarter of a quantum for what the estimate of the quotient may be off. In units of 2^-53 of the most
/// that the sum can be: one for the amounts times what they count, one for each sum of two, four for the quotient (its multiplier and
/// its divisor as doubles, one over the other, and the product with that), two for what all of these come to among themselves. An
/// amount that is itself only a size (`modulo`) adds two: a cell leaves out less than 2^-52 of itself, and a product half of that.
bool ends_by_residue(const Payment& payment, bool modulo, const Rational& quanta, std::size_t stretches) {
    constexpr unsigned by_bits = 62, over_bits = 61;
    const std::size_t roundings = 1 + (stretches - 1) + 4 + 2 + (modulo ? 2 : 0);
    const Rational error = quanta * Rational(roundings) / Rational(pow(Integer(2), i53_bits));
    return !payment.parts && payment.rounding.mode() != Rounding::Mode::exact && (payment.never_negative || payment.may_be_negative) &&
           bits_of(Rational(numerator(payment.scale))) <= by_bits && bits_of(Rational(denominator(payment.scale))) <= over_bits &&
           error * 4 <= 1;
}

class RecordCompiler {
public:
    /// `stated`: facts that every record states.
    RecordCompiler(const TariffContents& tariff, const Ranks& ranks, RecordId record, Budget budget, const std::vector<FactId>& stated)
        : tariff_(tariff), kind_(tariff.at(record)), graph_(budget), lowering_(tariff, ranks, graph_, by_fact(tariff, stated)) {
        result_.record = record;
        result_.stated = stated;
    }

    RecordProgram compile() {
        reach_ = reach_of(tariff_, kind_);
        result_.span = span_of(tariff_, kind_, lowering_);
        result_.row_by_row = why_row_by_row();
        if (!result_.row_by_row.empty()) {
            check_facts();
            result_.leaves = graph_.leaves();
            return std::move(result_);
        }
        compile_refusal();
        std::vector<DraftLine> drafts;
        for (std::size_t k = 0; k < tariff_.lines.size(); ++k) {
            if (tariff_.lines[k].record == result_.record) drafts.push_back(draft(LineId(k)));
        }
        group(drafts);
        prove_total();
        check_facts();
        result_.leaves = graph_.leaves();
        for (std::size_t k = 0; k < result_.leaves.size(); ++k)
            if (result_.leaves[k].kind == Leaf::Kind::scenario) result_.scenario = k;
        keep_used_tables();
        return std::move(result_);
    }

    /// What every record is expected to state: what is read, has no value where it is absent, and is nowhere asked after.
    [[nodiscard]] std::vector<FactId> expected() const {
        std::vector<FactId> facts;
        for (const FactId fact : tariff_.facts_read(result_.record))
            if (lowering_.expects(fact) && kind_.span.left_on != fact) facts.push_back(fact);
        return facts;
    }

private:
    static std::vector<bool> by_fact(const TariffContents& tariff, const std::vector<FactId>& facts) {
        std::vector<bool> is_one(tariff.facts.size(), false);
        for (const FactId fact : facts) is_one[fact.index] = true;
        return is_one;
    }
    [[nodiscard]] std::string why_row_by_row() const;
    void check_facts();
    void compile_refusal();
    DraftLine draft(LineId id);
    void group(std::vector<DraftLine>& drafts);
    void prove_total();
    void keep_used_tables();
    std::vector<Routine*> routines();

    const TariffContents& tariff_;
    const RecordKind& kind_;
    Graph graph_;
    Lowering lowering_;
    std::optional<Days> reach_;
    std::vector<std::vector<Small>> cut_lists_;
    RecordProgram result_;

    std::size_t cut_list(const std::vector<Small>& cuts) {
        const auto found = std::find(cut_lists_.begin(), cut_lists_.end(), cuts);
        const auto position = static_cast<std::size_t>(found - cut_lists_.begin());
        if (found == cut_lists_.end()) cut_lists_.push_back(cuts);
        return position;
    }
};

/// Whether a cell reads tables, which have the values of the date that its own table is asked for.
bool reads_tables(const Expression& expression) {
    return expression.operation == Operation::lookup || std::any_of(expression.operands.begin(), expression.operands.end(), reads_tables);
}

bool has_cells_of_another_date(const Table& table) {
    const auto reads = [](const std::optional<Expression>& formula) { return formula && reads_tables(*formula); };
    const auto any = [&](const Row& row) {
        const Cell& cell = row.cell;
        return reads(cell.formula) || reads(cell.above) || reads(cell.at_least) || reads(cell.below) || reads(cell.at_most);
    };
    return table.dated_by && std::any_of(table.versions.begin(), table.versions.end(), [&](const Version& version) {
        return std::any_of(version.rows.begin(), version.rows.end(), any);
    });
}

/// What parties and instalments leave to each other is no sum of columns.
std::string RecordCompiler::why_row_by_row() const {
    if (!tariff_.has_lines(result_.record)) return "no line is of this kind of record, and it is only counted";
    if (tariff_.takes) return "the release takes its records by " + tariff_.at(tariff_.takes->by).name;
    for (const Table& table : tariff_.tables)
        if (has_cells_of_another_date(table)) return "table " + table.name + " works its cells out on " + tariff_.at(*table.dated_by).name;
    for (const Line& line : tariff_.lines) {
        if (line.record != result_.record) continue;
        if (line.settlement) return "line " + line.name + " reads what other lines pay";
        if (!line.payers.empty()) return "line " + line.name + " is paid by several parties";
        if (line.paid_in) return "line " + line.name + " is paid in instalments";
    }
    return {};
}

void RecordCompiler::check_facts() {
    std::vector<FactId> facts = tariff_.facts_read(result_.record);
    const auto read = static_cast<std::ptrdiff_t>(facts.size());
    // A column that is loaded is kept in range, even where the pack's text lets no line read it.
    for (const Leaf& leaf : graph_.leaves()) {
        if (leaf.of_rows() && std::find(facts.begin(), facts.end(), leaf.fact) == facts.end()) facts.push_back(leaf.fact);
    }
    for (const FactId id : facts) {
        if (tariff_.at(id).scenario && result_.row_by_row.empty()) continue;  // it comes with the call, in no column
        const auto [low, high] = carried_bounds(tariff_, id);
        FactCheck check{id, low, high, lowering_.rank(tariff_.at(id).kind == FactKind::code ? "code_unknown" : "fact_out_of_range")};
        check.admits = std::find(facts.begin(), facts.begin() + read, id) != facts.begin() + read;
        result_.checks.push_back(check);
    }
}

void RecordCompiler::compile_refusal() {
    if (kind_.refuse.empty()) return;
    std::vector<const Expression*> expressions;
    for (const Condition& condition : kind_.refuse) expressions.push_back(&condition.when);
    Group group;
    group.cuts = lowering_.cuts_of(expressions, reach_);
    lowering_.read_in_periods(cut_list(group.cuts), group.cuts, reach_);
    const NodeId rank = lowering_.refusal(kind_);
    group.period = lowering_.period_leaf();
    Emitted emitted = emit_rows(graph_, {rank}, {});
    group.routine = std::move(emitted.routine);
    group.refusal = emitted.registers[0];
    result_.refuse = std::move(group);
}

DraftLine RecordCompiler::draft(LineId id) {
    const Line& line = tariff_.at(id);
    const OverTime over = tariff_.over(line);
    DraftLine draft{{id, weights_of(tariff_, over, reach_, lowering_),
                     Payment{0, 0, 1, line.rounding ? line.rounding->rounding : Rounding::directed(Rounding::Mode::exact, Rate(Rational(1, 100))),
                             1, false, false, line.may_be_negative, false, 0, false},
                     0, true, line.flow == Flow::paid && !line.share_out, line.separable, {}, 0, 0, kind_.span.kind != SpanRule::Kind::none},
                    lowering_.cuts_of(read_by(line), reach_), {}, {}, {}, false, Lane::int64};
    LineProgram& program = draft.program;
    Payment& payment = program.payment;
    payment.parts = line.rounding && line.rounding->of == RoundingRule::Of::parts && !draft.cuts.empty();
    payment.one_state = program.weights.kind == Weights::Kind::whole || program.weights.kind == Weights::Kind::times;
    const Rational& quantum = payment.rounding.quantum().value();
    const Rational quantum_pence = quantum * 100;
    if (denominator(quantum_pence) != 1) throw std::logic_error("line " + line.name + ": rounding to a quantum that is no whole number of pence");
    payment.quantum_pence = numerator(quantum_pence).convert_to<std::int64_t>();

    lowering_.read_in_periods(cut_list(draft.cuts), draft.cuts, reach_);
    draft.roots = lowering_.line(line);
    if (line.payer.operation == Operation::code) program.payer = CodeId(static_cast<std::size_t>(line.payer.index));
    else draft.payer = lowering_.lower(line.payer);
    const Node& amount = graph_.at(draft.roots.value);
    payment.scale = amount.unit * program.weights.unit / quantum;
    const Rational most_amount = std::max(Rational(abs(amount.low)), Rational(abs(amount.high))) / amount.unit;
    const Rational sum = most_amount * Rational(program.weights.most);
    const Rational quanta = sum * payment.scale + Rational(draft.cuts.size() + 2);
    const Rational pence = quanta * quantum_pence;
    payment.bits = bits_of(Rational(2 * (sum * numerator(payment.scale) + denominator(payment.scale))));
    draft.needs.bits = std::max(bits_of(sum), payment.bits);
    payment.never_negative = amount.low >= 0 && !program.weights.may_be_negative;
    if (bits_of(pence) > i53_loaded_bits || bits_of(Rational(program.weights.most)) > i53_loaded_bits) draft.needs.ends_in_i53 = false;
    else if (draft.needs.bits > i53_bits) {
        // Whether two stretches have the same amount is asked of whole numbers only.
        const bool compared = (payment.one_state || !program.span_of_its_own) && !draft.cuts.empty();
        draft.modulo = bits_of(most_amount) > i53_loaded_bits;
        payment.residue = !(draft.modulo && compared) && ends_by_residue(payment, draft.modulo, Rational(sum * payment.scale), draft.cuts.size() + 1);
        draft.needs.ends_in_i53 = payment.residue;
        if (draft.modulo) draft.needs.modulo = {1};
    }
    program.proved = amount.bounded && bits_of(pence) <= pence_bits;
    if (program.proved) program.most_pence = numerator(pence) / denominator(pence) + 1;
    else draft.needs = {past_every_lane, false};
    draft.lane = emit_rows(graph_, {draft.roots.stop, draft.roots.value}, draft.needs).routine.lane;
    draft.modulo = draft.modulo && draft.lane == Lane::i53;
    if (draft.lane == Lane::exact) payment.scale = program.weights.unit / quantum;
    return draft;
}

void RecordCompiler::group(std::vector<DraftLine>& drafts) {
    std::vector<bool> taken(drafts.size(), false);
    for (std::size_t first = 0; first < drafts.size(); ++first) {
        if (taken[first]) continue;
        Group group;
        group.cuts = drafts[first].cuts;
        lowering_.read_in_periods(cut_list(group.cuts), group.cuts, reach_);
        group.period = lowering_.period_leaf();
        std::vector<NodeId> roots;
        PaymentNeeds needs{0, drafts[first].lane == Lane::i53};
        for (std::size_t k = first; k < drafts.size(); ++k) {
            if (taken[k] || drafts[k].cuts != group.cuts || drafts[k].lane != drafts[first].lane || drafts[k].modulo != drafts[first].modulo) continue;
            taken[k] = true;
            roots.push_back(drafts[k].roots.stop);
            if (drafts[k].modulo) needs.modulo.push_back(roots.size());
            roots.push_back(drafts[k].roots.value);
            if (drafts[k].payer) roots.insert(roots.end(), {drafts[k].payer->value, drafts[k].payer->stop});
            needs.bits = std::max(needs.bits, drafts[k].needs.bits);
            group.lines.push_back(std::move(drafts[k].program));
        }
        Emitted emitted = emit_rows(graph_, roots, needs);
        std::size_t root = 0;
        for (LineProgram& line : group.lines) {
            const auto next = [&] {
                line.by_scenario = line.by_scenario || emitted.by_scenario[root];
                return emitted.registers[root++];
            };
            line.payment.state = next();
            line.payment.amount = next();
            line.payment.residue = line.payment.residue && emitted.routine.lane == Lane::i53;
            if (line.payer.valid()) continue;
            line.payer_code = next();
            line.payer_stop = next();
        }
        group.routine = std::move(emitted.routine);
        result_.groups.push_back(std::move(group));
    }
}

void RecordCompiler::prove_total() {
    Integer total = 0;
    for (const Group& group : result_.groups) {
        for (const LineProgram& line : group.lines) {
            if (!line.paid) continue;
            result_.total_proved = result_.total_proved && line.proved;
            total += line.most_pence;
        }
    }
    result_.total_proved = result_.total_proved && bits_of(Rational(total)) <= pence_bits;
}

std::vector<Routine*> RecordCompiler::routines() {
    std::vector<Routine*> all;
    if (result_.refuse) all.push_back(&result_.refuse->routine);
    for (Group& group : result_.groups) all.push_back(&group.routine);
    return all;
}

/// Tables that only folding needed are left behind.
void RecordCompiler::keep_used_tables() {
    const Tables& all = graph_.tables();
    result_.tables.cuts = all.cuts;
    result_.tables.roundings = all.roundings;
    std::map<std::int64_t, std::int64_t> small, number;
    for (Routine* routine : routines()) {
        for (Instruction& step : routine->steps) {
            if (step.op == Op::lookup_small) {
                const auto [to, added] = small.emplace(step.aux, static_cast<std::int64_t>(small.size()));
                if (added) result_.tables.small.push_back(all.small[static_cast<std::size_t>(step.aux)]);
                step.aux = to->second;
            } else if (step.op == Op::lookup) {
                const auto [to, added] = number.emplace(step.aux, static_cast<std::int64_t>(number.size()));
                if (added) result_.tables.number.push_back(all.number[static_cast<std::size_t>(step.aux)]);
                step.aux = to->second;
            }
        }
    }
}

std::size_t bytes_of(const Tables& tables) {
    std::size_t bytes = 0;
    for (const auto& table : tables.small) bytes += table.size() * sizeof(Small);
    for (const NumberTable& table : tables.number) bytes += table.size() * sizeof(std::int64_t);
    return bytes;
}

void make_lanes(RecordProgram& record, const Ranks& ranks) {
    const auto make = [&](Group& group) {
        std::vector<Payment> payments;
        for (const LineProgram& line : group.lines) payments.push_back(line.payment);
        group.code = make_lane(group.routine, record.tables, record.leaves, std::move(payments), ranks);
    };
    if (record.refuse) make(*record.refuse);
    for (Group& group : record.groups) make(group);
}

/// Makes a compiled record ready to run, where it lies.
void finish(RecordProgram& record, const Ranks& ranks) {
    make_lanes(record, ranks);
#ifndef NDEBUG
    verify(record, ranks);
#endif
}

}  // namespace
}  // namespace bandtariff::plan

namespace bandtariff {

Plan compile(const Tariff& tariff) {
    const auto program = std::make_shared<Plan::Program>();
    program->ranks = plan::ranks_of(*tariff);
    plan::Budget budget;
    std::vector<std::vector<FactId>> expected;
    for (;; budget.table_bytes /= 2) {
        std::size_t bytes = 0;
        program->records.clear();
        expected.clear();
        for (std::size_t k = 0; k < tariff->records.size(); ++k) {
            plan::RecordCompiler any(*tariff, program->ranks, RecordId(k), budget, {});
            program->records.push_back(any.compile());
            bytes += plan::bytes_of(program->records.back().tables);
            expected.push_back(program->records.back().row_by_row.empty() ? any.expected() : std::vector<FactId>());
        }
        // What is left below a thousand cells a table is the pack's own printed tables.
        if (bytes <= plan::plan_bytes || budget.table_bytes <= sizeof(std::int64_t) * plan::block_rows) break;
    }
    for (plan::RecordProgram& record : program->records) plan::finish(record, program->ranks);
    for (std::size_t k = 0; k < expected.size(); ++k) {
        program->stated.emplace_back();
        if (expected[k].empty()) continue;
        const plan::Ranks& ranks = program->ranks;  // of the program that holds what reads them
        program->stated.back() = std::make_unique<plan::StatedProgram>(expected[k], [tariff, &ranks, k, budget, facts = expected[k]](plan::RecordProgram& record) {
            record = plan::RecordCompiler(*tariff, ranks, RecordId(k), budget, facts).compile();
            plan::finish(record, ranks);
        });
    }
    return {tariff, program};
}

std::optional<Date> Plan::paid_known_on() const { return paid_ ? paid_->tariff_->known_on : std::nullopt; }

Plan Plan::with_paid_known_on(Date day) const {
    Plan plan = *this;
    plan.paid_ = std::make_shared<const Plan>(compile(tariff_.known_on(day)));
    return plan;
}

}  // namespace bandtariff
