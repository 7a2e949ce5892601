// Printed identities, held to at load: every cell of the keys left free, every day on which a value changes.
// Entry point: check_identities.
#include <algorithm>
#include <set>

#include "tariff/evaluate.hpp"
#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

constexpr std::size_t most_comparisons = 2'000'000;

/// A key left free: what it stands for in the pack, and the values it takes in turn.
struct Free {
    Operation operation;
    std::int64_t index;
    std::string name;
    Type type;
    std::set<Rational> numbers;  ///< of a numeric key
};

class IdentityCheck {
public:
    IdentityCheck(Loader& loader, const Identity& identity)
        : loader_(loader), t_(loader.t), identity_(identity), is_(identity.is) {}

    void run() {
        free_keys(is_);
        tables_of(identity_.is);
        days_of_change();
        std::size_t comparisons = days_.size();
        for (const Free& key : free_) {
            const std::size_t size = std::max<std::size_t>(values(key).size(), 1);
            if (comparisons > most_comparisons / size) {
                loader_.report.error(
                    "check-too-large", identity_.span,
                    "this check has more than " + std::to_string(most_comparisons) + " cells and days to compare",
                    "a check that writes some of its keys out");
                return;
            }
            comparisons *= size;
        }
        std::vector<Value> at(free_.size());
        for (const auto& day : days_) compare_all(0, at, day);
        if (compared_ == 0)
            loader_.report.error("check-never-compared", identity_.span,
                                 "on no day and for no key do both sides of this check have a value, so it says nothing");
        if (failed_ == 0) return;
        loader_.report.error(
            "check-failed", identity_.span,
            first_failure_ +
                (failed_ > 1 ? " (and " + std::to_string(failed_ - 1) + " more of " + std::to_string(compared_) + ")" : ""));
    }

private:
    /// Keys of look-ups that the check does not write out become variables, equal wherever they stand for the same thing.
    void free_keys(Expression& expression) {
        if (expression.operation == Operation::lookup) {
            const Table& table = t_.at(TableId(static_cast<std::size_t>(expression.index)));
            for (std::size_t k = 0; k < expression.operands.size(); ++k) {
                Expression& operand = expression.operands[k];
                const bool variable = operand.operation == Operation::fact || operand.operation == Operation::step ||
                                      operand.operation == Operation::lookup;
                if (!variable) {
                    free_keys(operand);
                    continue;
                }
                const std::size_t v = variable_for(operand, table.keys[k].name);
                if (operand.type.kind == ValueKind::number)
                    for (const Rational& value : key_values(loader_, table.keys[k])) free_[v].numbers.insert(value);
                to_key(operand, v);
            }
            return;
        }
        if (expression.operation == Operation::fact)
            for (std::size_t v = 0; v < free_.size(); ++v)
                if (free_[v].operation == Operation::fact && free_[v].index == expression.index) {
                    to_key(expression, v);
                    return;
                }
        for (Expression& operand : expression.operands) free_keys(operand);
    }

    std::size_t variable_for(const Expression& operand, const std::string& name) {
        for (std::size_t v = 0; v < free_.size(); ++v)
            if (free_[v].operation == operand.operation && free_[v].index == operand.index) return v;
        free_.push_back({operand.operation, operand.index, name, operand.type, {}});
        return free_.size() - 1;
    }

    static void to_key(Expression& expression, std::size_t variable) {
        expression.operation = Operation::key;
        expression.index = static_cast<std::int64_t>(variable);
        expression.operands.clear();
    }

    void tables_of(const Expression& expression) {
        if (expression.operation == Operation::lookup && tables_.insert(expression.index).second) {
            for (const Version& version : t_.at(TableId(static_cast<std::size_t>(expression.index))).versions)
                for (const Row& row : version.rows)
                    if (row.cell.formula) tables_of(*row.cell.formula);
        }
        if (expression.operation == Operation::step) tables_of(t_.at(StepId(static_cast<std::size_t>(expression.index))).is);
        for (const Expression& operand : expression.operands) tables_of(operand);
    }

    void days_of_change() {
        if (!t_.applies) {
            days_.insert(std::nullopt);
            return;
        }
        days_.insert(t_.applies->from());
        for (const std::int64_t table : tables_)
            for (const Version& version : t_.at(TableId(static_cast<std::size_t>(table))).versions) {
                if (version.from) days_.insert(version.from);
                if (version.until) days_.insert(version.until);
            }
    }

    [[nodiscard]] std::vector<Value> values(const Free& key) const {
        std::vector<Value> result;
        if (key.type.kind == ValueKind::number)
            for (const Rational& number : key.numbers) result.push_back({number, 0});
        else
            for (std::size_t i = 0; i < (key.type.kind == ValueKind::yes_no ? 2 : t_.at(key.type.codes).codes.size()); ++i)
                result.push_back({0, static_cast<std::int64_t>(i)});
        return result;
    }

    void compare_all(std::size_t k, std::vector<Value>& at, const std::optional<Date>& day) {
        if (k == free_.size()) {
            compare(at, day);
            return;
        }
        for (const Value& value : values(free_[k])) {
            at[k] = value;
            compare_all(k + 1, at, day);
        }
    }

    void compare(const std::vector<Value>& at, const std::optional<Date>& day) {
        Environment environment;
        environment.tariff = &t_;
        environment.day = day;
        environment.keys = &at;
        const OutcomeId missing = t_.outcome("fact_missing").value();
        environment.fact = [&](FactId id) {
            Result result;
            if (t_.at(id).kind == FactKind::date && day)
                result.value.integer = day_number(*day);  // a table dated by another date, asked on that day
            else
                result.kind = Result::Kind::outcome, result.outcome = missing;
            return result;
        };
        environment.given = [](FactId) { return false; };
        const Result left = evaluate(is_.operands[0], environment);
        const Result right = evaluate(is_.operands[1], environment);
        if (!left.is_value() || !right.is_value()) return;
        ++compared_;
        Value wanted = right.value;
        if (identity_.rounding) {
            const Rounding& rounding = identity_.rounding->rounding;
            if (rounding.mode() != Rounding::Mode::exact) wanted.number = round(wanted.number, rounding);
        }
        if (left.value == wanted) return;
        if (failed_++ > 0) return;
        std::string where;
        for (std::size_t k = 0; k < free_.size(); ++k)
            where += (where.empty() ? "for " : ", ") + free_[k].name + " " + in_words(free_[k].type, at[k]);
        if (day) where += (where.empty() ? "on " : " on ") + bandtariff::to_string(*day);
        first_failure_ = where + (where.empty() ? "" : ": ") + "the left side is " + in_words(is_.operands[0].type, left.value) +
                         " and the right side " + in_words(is_.operands[1].type, wanted);
        if (wanted.number != right.value.number)
            first_failure_ += " (rounded from " + bandtariff::to_string(right.value.number) + ")";
    }

    [[nodiscard]] std::string in_words(const Type& type, const Value& value) const {
        switch (type.kind) {
            case ValueKind::number: return bandtariff::to_string(value.number);
            case ValueKind::code: return t_.at(type.codes).codes[static_cast<std::size_t>(value.integer)].code;
            case ValueKind::yes_no: return value.integer == 0 ? "false" : "true";
            case ValueKind::date: break;
        }
        return bandtariff::to_string(from_day_number(static_cast<std::int32_t>(value.integer)));
    }

    Loader& loader_;
    const TariffContents& t_;
    const Identity& identity_;
    Expression is_;  ///< with its free keys as variables
    std::vector<Free> free_;
    std::set<std::int64_t> tables_;
    std::set<std::optional<Date>> days_;
    std::size_t compared_ = 0, failed_ = 0;
    std::string first_failure_;
};

}  // namespace

void check_identities(Loader& loader) {
    for (const Identity& identity : loader.t.identities) IdentityCheck(loader, identity).run();
}

}  // namespace bandtariff::loading
