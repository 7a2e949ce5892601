// A compiled record to nothing, or std::logic_error with the step that is wrong. Entry point: verify.
#include "plan/verify.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace bandtariff::plan {
namespace {

class Verifying {
public:
    Verifying(const RecordProgram& record, const Routine& routine) : record_(record), routine_(routine) {}

    void steps() {
        for (at_ = 0; at_ < routine_.steps.size(); ++at_) step(routine_.steps[at_]);
    }
    void root(Register found, bool number) { require((number ? numbers_ : smalls_).contains(found), "a result is never written"); }

private:
    void require(bool holds, const char* what) const {
        if (!holds) throw std::logic_error("step " + std::to_string(at_) + ": " + what);
    }

    void step(const Instruction& step) {
        const auto within = [&](std::size_t size) { return step.aux >= 0 && static_cast<std::size_t>(step.aux) < size; };
        for (std::size_t k = 0; k < step.from.size(); ++k) {
            require((reads_number(step.op, k) ? numbers_ : smalls_).contains(step.from[k]), "an operand is not written yet");
            require(!reads_number(step.op, k) || !modulo_.contains(step.from[k]), "what is carried modulo 2^64 is read by a step");
            require(reads_number(step.op, k) != yields_number(step.op) || step.from[k] != step.to, "an operand is overwritten while it is read");
        }
        const bool number = yields_number(step.op);
        require(step.to < (number ? routine_.number_registers : routine_.small_registers), "a register is not there");
        switch (step.op) {
            case Op::input_small:
            case Op::input_number: require(within(record_.leaves.size()), "a leaf is not there"); break;
            case Op::lookup_small: require(within(record_.tables.small.size()), "a table is not there"); break;
            case Op::lookup: require(within(record_.tables.number.size()), "a table is not there"); break;
            case Op::interval_small: require(within(record_.tables.cuts.size()), "a list of days is not there"); break;
            case Op::round: require(within(record_.tables.roundings.size()), "a rounding is not there"); break;
            case Op::index: require(within(routine_.indexes.size()), "an index is not there"); break;
            case Op::divide: require(routine_.lane == Lane::exact, "a division outside the exact lane"); break;
            default: break;
        }
        if (routine_.lane != Lane::exact) {
            for (const Rational& factor : step.factors) require(denominator(factor) == 1, "a factor is no whole number");
        }
        (number ? numbers_ : smalls_).insert(step.to);
        if (step.modulo) modulo_.insert(step.to);
        else if (number) modulo_.erase(step.to);
    }

    const RecordProgram& record_;
    const Routine& routine_;
    std::set<Register> smalls_, numbers_, modulo_;
    std::size_t at_ = 0;
};

}  // namespace

void verify(const RecordProgram& record, const Ranks& ranks) {
    if (record.refuse) {
        Verifying refuse(record, record.refuse->routine);
        refuse.steps();
        refuse.root(record.refuse->refusal, false);
    }
    for (const Group& group : record.groups) {
        Verifying lines(record, group.routine);
        lines.steps();
        if (!std::is_sorted(group.cuts.begin(), group.cuts.end())) throw std::logic_error("periods are not in order");
        for (const LineProgram& line : group.lines) {
            lines.root(line.payment.state, false);
            lines.root(line.payment.amount, true);
            if (!line.payer.valid()) {
                lines.root(line.payer_code, false);
                lines.root(line.payer_stop, false);
            }
        }
    }
    if (ranks.first_stop < 1 || ranks.absent < ranks.first_stop) throw std::logic_error("ranks are not in order");
}

}  // namespace bandtariff::plan
