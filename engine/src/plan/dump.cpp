// A Program as text: what is loaded and checked, the days, each group's lane with its proof, tables and steps.
// Entry point: Plan::dump. Tests compare it whole for small packs, so nothing in it depends on the machine.
#include <algorithm>

#include "plan/program.hpp"

namespace bandtariff {
namespace plan {
namespace {

constexpr std::size_t cells_shown = 16;

const char* name_of(Leaf::Kind kind) {
    static constexpr const char* names[] = {"code", "day", "number", "grid", "given", "missing", "period", "scenario"};
    return names[static_cast<std::size_t>(kind)];
}

const char* name_of(Weights::Kind kind) {
    static constexpr const char* names[] = {"days", "table", "started months", "complete months", "once", "whole", "sum", "times", "weeks", "units"};
    return names[static_cast<std::size_t>(kind)];
}

class Dump {
public:
    explicit Dump(const TariffContents& tariff) : tariff_(tariff) {}

    std::string text(const RecordProgram& record) {
        record_ = &record;
        std::string head = "record " + tariff_.at(record.record).name;
        for (const FactId fact : record.stated) head += (fact == record.stated.front() ? ", where every row states " : ", ") + tariff_.at(fact).name;
        line(head);
        for (const FactCheck& check : record.checks) {
            if (check.low == INT64_MIN) continue;
            line("  check " + tariff_.at(check.fact).name + " " + std::to_string(check.low) + ".." + std::to_string(check.high));
        }
        days();
        if (!record.row_by_row.empty()) line("  priced row by row: " + record.row_by_row);
        if (record.refuse) group("refuse", *record.refuse);
        for (const Group& lines : record.groups) group("lines", lines);
        for (std::size_t k = 0; k < record.tables.small.size(); ++k) {
            std::vector<std::string> cells;
            for (const Small cell : record.tables.small[k]) cells.push_back(std::to_string(cell));
            table("small table " + std::to_string(k), cells);
        }
        for (std::size_t k = 0; k < record.tables.number.size(); ++k) {
            const NumberTable& numbers = record.tables.number[k];
            std::vector<std::string> cells;
            for (std::size_t i = 0; i < numbers.size(); ++i) cells.push_back(numbers.wide.empty() ? std::to_string(numbers.narrow[i]) : numbers.wide[i].str());
            table("number table " + std::to_string(k) + ", unit " + to_string(numbers.unit), cells);
        }
        if (!record.total_proved && record.row_by_row.empty()) line("  totals are not proved to fit 64 bits: each is checked");
        return std::move(text_);
    }

private:
    void line(const std::string& words) { text_ += words + '\n'; }

    void days() {
        const SpanProgram& span = record_->span;
        if (span.without_days) return line("  days none");
        line("  days within " + bandtariff::to_string(DateRange(from_day_number(span.reach.first), from_day_number(span.reach.until)).from()) + " to " +
             bandtariff::to_string(from_day_number(span.reach.until - 1)));
    }

    std::string leaf(std::int64_t k) const {
        const Leaf& leaf = record_->leaves[static_cast<std::size_t>(k)];
        return leaf.of_rows() ? std::string(name_of(leaf.kind)) + " " + tariff_.at(leaf.fact).name : name_of(leaf.kind);
    }

    void table(const std::string& what, const std::vector<std::string>& cells) {
        std::string words = "  " + what + ", " + std::to_string(cells.size()) + " cells:";
        for (std::size_t k = 0; k < std::min(cells_shown, cells.size()); ++k) words += " " + cells[k];
        line(cells.size() > cells_shown ? words + " ..." : words);
    }

    void group(const std::string& what, const Group& group) {
        const Routine& routine = group.routine;
        const unsigned lane_bits = routine.lane == Lane::i53 ? i53_bits : routine.lane == Lane::int64 ? 62 : 126;
        std::string head = "  " + what + " in lane " + plan::name_of(routine.lane);
        if (routine.lane != Lane::exact) head += ", " + std::to_string(routine.bits) + " bits of " + std::to_string(lane_bits);
        if (!routine.widest.empty()) head += routine.lane == Lane::exact ? ", forced by " + routine.widest : ", widest " + routine.widest;
        line(head);
        if (!group.cuts.empty()) {
            std::string cuts = "    changes on";
            for (const Small cut : group.cuts) cuts += " " + bandtariff::to_string(from_day_number(cut));
            line(cuts);
        }
        for (const Instruction& step : routine.steps) line("    " + words(step, routine));
        for (const LineProgram& program : group.lines) {
            const Payment& payment = program.payment;
            std::string words = "    line " + tariff_.at(program.line).name + ": state s" + std::to_string(payment.state) + ", amount n" +
                                std::to_string(payment.amount) + " x " + name_of(program.weights.kind) + " x " + to_string(payment.scale) + ", " +
                                bandtariff::to_string(payment.rounding);
            if (payment.parts) words += ", each part";
            if (payment.residue) words += ", numerator past 53 bits modulo 2^64";
            if (program.proved) words += ", at most " + program.most_pence.str() + " pence";
            line(words);
        }
    }

    std::string words(const Instruction& step, const Routine& routine) const {
        std::string words = std::string(yields_number(step.op) ? "n" : "s") + std::to_string(step.to) + " = " + plan::name_of(step.op);
        switch (step.op) {
            case Op::input_small:
            case Op::input_number: return words + " " + leaf(step.aux);
            case Op::constant_small: return words + " " + std::to_string(step.aux);
            case Op::index:
                for (const Index::Term& term : routine.indexes[static_cast<std::size_t>(step.aux)].terms) {
                    words += " s" + std::to_string(term.from) + (term.map.empty() ? " x " + std::to_string(term.stride) : " mapped");
                }
                return words;
            case Op::lookup_small:
            case Op::lookup: words += " table " + std::to_string(step.aux) + " at"; break;
            case Op::interval_small:
                for (const Small cut : record_->tables.cuts[static_cast<std::size_t>(step.aux)]) words += " " + bandtariff::to_string(from_day_number(cut));
                words += " of";
                break;
            case Op::round: words += " " + bandtariff::to_string(record_->tables.roundings[static_cast<std::size_t>(step.aux)]); break;
            default: break;
        }
        for (std::size_t k = 0; k < step.from.size(); ++k) words += (reads_number(step.op, k) ? " n" : " s") + std::to_string(step.from[k]);
        for (const Rational& factor : step.factors) words += " [" + to_string(factor) + "]";
        return step.modulo ? words + ", modulo 2^64 beside its size" : words;
    }

    const TariffContents& tariff_;
    const RecordProgram* record_ = nullptr;
    std::string text_;
};

}  // namespace
}  // namespace plan

std::string Plan::dump() const {
    std::string text;
    for (std::size_t k = 0; k < program_->records.size(); ++k) {
        text += plan::Dump(*tariff_).text(program_->records[k]);
        if (program_->stated[k]) text += plan::Dump(*tariff_).text(program_->stated[k]->program());
    }
    return text;
}

}  // namespace bandtariff
