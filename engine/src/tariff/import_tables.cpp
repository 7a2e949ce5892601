// Figures and tables of used packs as the reader's own: ids exchanged, keys read from the reader's facts of the same name.
// Entry point: import_tables.
#include <algorithm>
#include <utility>

#include "tariff/scope.hpp"
#include "tariff/uses.hpp"

namespace bandtariff::loading {
namespace {

class TableImporter {
public:
    explicit TableImporter(Loader& loader, UsedPack& used, const Loan* loan = nullptr)
        : loader_(loader), used_(used), loan_(loan), done_(used.contents.tables.size()),
          visited_(used.contents.tables.size()) {
        for (const Outcome& outcome : used.contents.outcomes)
            outcomes_.push_back(*loader.t.outcome(loan == nullptr ? outcome.code : lent_code(used, outcome)));
    }

    void all() {
        for (std::size_t i = 0; i < used_.contents.tables.size(); ++i)
            if (!stands_behind(used_.contents.tables[i])) (void)table(i);
    }

    std::optional<TableId> lent(TableId id) {
        const std::optional<TableId> result = table(id.index);
        if (!result)
            loader_.report.error("not-lent", loan_->span,
                                 "'" + used_.contents.at(id).name + "' of " + used_.lender + " cannot be read here: " + why_)
                .notes.push_back({"the table is here", used_.contents.at(id).span});
        return result;
    }

private:
    /// Tables that loading made have names that no pack can write: they come along with those whose cells read them.
    static bool stands_behind(const Table& table) { return table.name.find(' ') != std::string::npos; }

    /// The reader's table for one of the used pack's; nullopt where it cannot be read here.
    std::optional<TableId> table(std::size_t index) {
        if (visited_[index]) return done_[index];
        visited_[index] = true;
        Table& theirs = used_.contents.tables[index];
        if (theirs.reference) {
            why_ = "it is kept for reference and prices nothing";
            return std::nullopt;
        }
        const std::string name = theirs.name;
        // Its values are lent once and may be taken; those of a lender are read by every step that borrows them.
        std::vector<Version> versions = loan_ == nullptr ? std::exchange(theirs.versions, {}) : theirs.versions;
        std::vector<DecidedVersions> decisions = loan_ == nullptr ? std::exchange(theirs.decisions, {}) : theirs.decisions;
        Table copy = theirs;
        copy.versions = std::move(versions);
        copy.decisions = std::move(decisions);
        if (loan_ != nullptr) {
            copy.name = used_.lender + " " + name;
            copy.lent_by = used_.lender;
            for (int k = 2; loader_.names.count(copy.name) != 0; ++k) copy.name = used_.lender + " " + name + " (" + std::to_string(k) + ")";
        }
        const bool outer = std::exchange(readable_, true);
        type(copy.type, copy.unit_text);
        if (copy.dated_by) copy.dated_by = fact(*copy.dated_by);
        for (Key& key : copy.keys) read_key(key, copy);
        for (Version& version : copy.versions)
            for (Row& row : version.rows) cell(row.cell);
        for (DecidedVersions& decided : copy.decisions)
            for (Version& version : decided.versions)
                for (Row& row : version.rows) cell(row.cell);
        if (!std::exchange(readable_, outer)) {
            if (loan_ != nullptr) return std::nullopt;
            loader_.not_lent.emplace(copy.name,
                                     "'" + copy.name + "' of " + used_.contents.pack + " cannot be read here: " + why_);
            return std::nullopt;
        }
        const bool unwritten = loan_ != nullptr || stands_behind(copy);
        if (loan_ == nullptr && unwritten && loader_.names.count(copy.name) != 0) copy.name = used_.contents.pack + " " + copy.name;
        const std::size_t dot = copy.name.find('.');
        if (!unwritten && dot != std::string::npos && loader_.names.find(copy.name.substr(0, dot)) == loader_.names.end())
            (void)loader_.declare(copy.name.substr(0, dot), Named::Kind::table_family, loader_.t.tables.size(), copy.span);
        if (unwritten) loader_.names.emplace(copy.name, Named{Named::Kind::table, loader_.t.tables.size(), copy.span});
        else if (!loader_.declare(copy.name, Named::Kind::table, loader_.t.tables.size(), copy.span)) return std::nullopt;
        days(copy);
        const TableId id(loader_.t.tables.size());
        loader_.imported_tables.insert(id.index);
        formula::Traits traits = bounds(copy);
        traits.covers = copy.covers;
        loader_.t.tables.push_back(std::move(copy));
        loader_.table_traits.push_back(traits);
        done_[index] = id;
        return id;
    }

    /// Known only where every cell is an amount.
    static formula::Traits bounds(const Table& table) {
        formula::Traits traits;
        bool known = table.type.kind == ValueKind::number;
        for (const Version& version : table.versions)
            for (const Row& row : version.rows) {
                if (row.cell.kind == Cell::Kind::outcome || row.cell.kind == Cell::Kind::no_line) continue;
                known = known && row.cell.kind == Cell::Kind::value;
                traits.low = traits.low ? std::min(*traits.low, row.cell.value.number) : row.cell.value.number;
                traits.high = traits.high ? std::max(*traits.high, row.cell.value.number) : row.cell.value.number;
            }
        return known ? traits : formula::Traits{};
    }

    void type(Type& type, const std::string& unit_text) {
        if (type.kind == ValueKind::code) {
            type.codes = list(type.codes);
            readable_ = readable_ && type.codes.valid();
        }
        if (type.kind != ValueKind::number) return;
        if (auto unit = Unit::parse(unit_text)) {  // from its text: what the record is differs from pack to pack
            for (const std::string& symbol : loader_.erased) unit = unit->without(symbol);
            type.unit = *unit;
        }
    }

    /// A lender's list is copied when something of it is first needed, under a name that no pack can write.
    CodeListId list(CodeListId theirs) {
        CodeListId& ours = used_.lists[theirs.index];
        if (loan_ == nullptr || ours.valid()) return ours;
        ours = CodeListId(loader_.t.code_lists.size());
        CodeList copy = used_.contents.at(theirs);
        copy.name = used_.lender + " " + copy.name;
        loader_.t.code_lists.push_back(std::move(copy));
        return ours;
    }

    FactId fact(FactId id) {
        const Fact& theirs = used_.contents.at(id);
        if (loan_ != nullptr)
            if (const auto given = loan_->facts.find(theirs.name); given != loan_->facts.end()) return same_kind(theirs, given->second);
        const auto ours = loader_.t.fact(theirs.name);
        if (ours && loan_ != nullptr) return same_kind(theirs, *ours);
        if (!ours) why_ = "this pack has no fact '" + theirs.name + "'", readable_ = false;
        return ours.value_or(FactId());
    }

    /// What a table reads on the record by itself, its date or a stated sum, is of one kind and unit in both packs.
    FactId same_kind(const Fact& theirs, FactId ours) {
        const Fact& own = loader_.t.at(ours);
        if (own.kind != theirs.kind || (own.kind == FactKind::number && own.unit != theirs.unit)) {
            why_ = "its '" + theirs.name + "' and the fact '" + own.name + "' here are of different kinds or units";
            readable_ = false;
        }
        return ours;
    }

    void read_key(Key& key, const Table& table) {
        Expression& reads = key.reads;
        if (loan_ != nullptr || reads.operation == Operation::key) {  // what reads it writes every key out
            Type wanted = reads.type;
            if (wanted.kind == ValueKind::code) wanted.codes = list(wanted.codes);
            for (const std::string& symbol : loader_.erased) wanted.unit = wanted.unit.without(symbol);
            reads = Expression();
            reads.operation = Operation::key;
            reads.type = wanted;
            reads.index = formula::unread_key;
            return;
        }
        if (reads.operation == Operation::lookup) {
            const auto id = this->table(static_cast<std::size_t>(reads.index));
            readable_ = readable_ && id;
            if (id) reads.index = id->index;
            if (id) type(reads.type, loader_.t.at(*id).unit_text);
            if (id)
                for (std::size_t i = 0; i < reads.operands.size(); ++i) reads.operands[i] = loader_.t.at(*id).keys[i].reads;
            return;
        }
        const auto named = loader_.names.find(key.name);
        Type wanted = reads.type;
        if (wanted.kind == ValueKind::code) wanted.codes = used_.lists[wanted.codes.index];
        if (wanted.kind == ValueKind::number && reads.operation == Operation::fact)
            type(wanted, used_.contents.at(FactId(static_cast<std::size_t>(reads.index))).unit_text);
        if (named == loader_.names.end() || named->second.kind != Named::Kind::fact) {
            if (reads.operation == Operation::fact && wanted.kind == ValueKind::code && wanted.codes.valid()) {
                // No fact of that name here: readable where a formula writes the key out.
                reads.operands.clear();
                reads.operation = Operation::key;
                reads.type = wanted;
                reads.index = formula::unread_key;
                return;
            }
            why_ = "this pack has no fact '" + key.name + "'";
            readable_ = false;
            return;
        }
        const FactId ours(named->second.index);
        const std::optional<Type> own = type_of(loader_.t.at(ours));
        if (!own || !(*own == wanted)) {
            loader_.report
                .error("uses-fact-type", loader_.t.at(ours).span,
                       "'" + key.name + "' is read by table '" + table.name + "' of " + used_.contents.pack + " as " +
                           type_in_words(loader_, wanted) + ", and here it is " +
                           (own ? type_in_words(loader_, *own) : std::string("never computed with")),
                       "the same kind, or another name for this fact")
                .notes.push_back({"the table is here", table.span});
            loader_.unreadable.insert(table.name);
            readable_ = false;
            return;
        }
        reads.operation = Operation::fact;
        reads.index = ours.index;
        reads.type = *own;
    }

    void cell(Cell& cell) {
        if (cell.kind == Cell::Kind::outcome || (cell.kind == Cell::Kind::stated && cell.outcome.valid()))
            cell.outcome = outcomes_[cell.outcome.index];
        if (cell.kind == Cell::Kind::stated) cell.stated_by = fact(cell.stated_by);
        for (auto* part : {&cell.above, &cell.at_least, &cell.below, &cell.at_most, &cell.formula})
            if (*part) expression(**part);
    }

    void expression(Expression& expression) {
        switch (expression.operation) {
            case Operation::lookup: {
                const auto id = this->table(static_cast<std::size_t>(expression.index));
                readable_ = readable_ && id;
                if (id) expression.index = id->index;
                break;
            }
            case Operation::fact:
            case Operation::given: expression.index = fact(FactId(static_cast<std::size_t>(expression.index))).index; break;
            case Operation::by_choice: {
                Expression chosen =
                    expression.operands[used_.contents.choices[static_cast<std::size_t>(expression.index)].selected.index];
                expression = std::move(chosen);
                this->expression(expression);
                return;
            }
            case Operation::choice:
            case Operation::step: readable_ = false; return;
            default: break;
        }
        if (expression.type.kind == ValueKind::code) {
            expression.type.codes = list(expression.type.codes);
            readable_ = readable_ && expression.type.codes.valid();
        }
        for (Expression& operand : expression.operands) this->expression(operand);
    }

    /// Its values have to cover the reader's days.
    void days(const Table& table) {
        if (loan_ != nullptr) return;  // the step compares the whole of both packs
        if (table.as_printed || table.dated_by || table.versions.empty()) return;
        const Version& first = table.versions.front();
        const Version& last = table.versions.back();
        if (!loader_.t.applies) {
            if (first.from && !loader_.t.undated_because.empty())
                loader_.report
                    .error("uses-days", used_.span,
                           "this tariff is undated, and table '" + table.name + "' of " + used_.contents.pack + " is dated")
                    .notes.push_back({"the table is here", table.span});
            return;
        }
        const DateRange ours = *loader_.t.applies;
        std::optional<Date> from = first.from, until = last.until;
        if (used_.contents.applies) {
            from = from ? std::max(*from, used_.contents.applies->from()) : used_.contents.applies->from();
            until = until ? std::min(*until, used_.contents.applies->until()) : used_.contents.applies->until();
        }
        if ((from && *from > ours.from()) || (until && *until < ours.until()))
            loader_.report
                .error("uses-days", used_.span,
                       "'" + table.name + "' of " + used_.contents.pack + " has values from " +
                           (from ? bandtariff::to_string(*from) : "the start") + " to " +
                           (until ? bandtariff::to_string(*until - std::chrono::days(1)) : "the end") +
                           ", which does not cover the days of this tariff",
                       "a release of it that covers " + bandtariff::to_string(ours.from()) + " to " +
                           bandtariff::to_string(ours.last_day()))
                .notes.push_back({"the table is here", table.span});
    }

    Loader& loader_;
    UsedPack& used_;
    const Loan* loan_;                 ///< where it is a step that reads the table, and not the whole pack
    std::vector<OutcomeId> outcomes_;  ///< the reader's, for each of the used pack's
    std::vector<std::optional<TableId>> done_;
    std::vector<bool> visited_;
    bool readable_ = true;  ///< the table being copied, so far
    std::string why_ = "it reads choices or code lists that stay with its own pack";
};

}  // namespace

std::optional<TableId> import_lent(Loader& loader, Loan& loan, const std::string& table) {
    return TableImporter(loader, loan.lender, &loan).lent(*loan.lender.contents.table(table));
}

void import_tables(Loader& loader) {
    for (const auto& used : loader.used) TableImporter(loader, *used).all();
}

}  // namespace bandtariff::loading
