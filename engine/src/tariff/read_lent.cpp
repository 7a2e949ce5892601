// A step that is another authority's rate: which pack the record's authority has, what its table is given, and what stands
// in the place of a rate that there is not. Entry points: read_lenders, before the pack's own outcomes; read_lent, a step.
#include <algorithm>
#include <set>

#include "tariff/scope.hpp"
#include "tariff/uses.hpp"

namespace bandtariff::loading {
namespace {

namespace fs = std::filesystem;
using formula::Syntax;

void read_lender(Loader& loader, const Node& name, const fs::path& pack) {
    if (name.kind != Node::Kind::scalar || loader.lenders.count(name.text) != 0) return;
    const std::optional<FoundPack> found = find_pack(name, pack, loader.search, false, loader.report);
    std::error_code error;
    std::optional<TariffContents> contents;
    // Packs may well borrow from each other: as lenders they give their tables, and borrow nothing.
    if (found)
        contents = load_contents(found->folder, loader.search, {fs::weakly_canonical(found->folder, error).generic_string()}, true, loader.report);
    if (!contents) {
        loader.uses_failed = true;
        return;
    }
    const std::string title = contents->pack + " " + contents->release;
    const auto same = std::find_if(loader.lenders.begin(), loader.lenders.end(), [&](const auto& each) { return each.second->lender == title; });
    if (same != loader.lenders.end()) {
        loader.lenders.emplace(name.text, same->second);
        return;
    }
    loader.t.uses.push_back(title);
    loader.used_hashes.push_back(contents->text_hash);
    auto lender = std::make_shared<UsedPack>();
    lender->contents = std::move(*contents);
    lender->span = name.span;
    lender->lender = title;
    lender->lists.assign(lender->contents.code_lists.size(), CodeListId());
    for (const Outcome& outcome : lender->contents.outcomes) {
        if (loader.t.outcome(lent_code(*lender, outcome))) continue;
        loader.t.outcomes.push_back(outcome);
        loader.t.outcomes.back().code = lent_code(*lender, outcome);
    }
    loader.lenders.emplace(name.text, std::move(lender));
}

Syntax syntax(Syntax::Kind kind, std::string word, const SourceSpan& span, std::vector<Syntax> operands = {}) {
    Syntax result;
    result.kind = kind;
    result.word = std::move(word);
    result.span = span;
    result.operands = std::move(operands);
    return result;
}

Syntax lookup(const std::string& table, const SourceSpan& span, std::vector<std::string> keys, std::vector<Syntax> operands) {
    Syntax result = syntax(keys.empty() ? Syntax::Kind::name : Syntax::Kind::lookup, table, span, std::move(operands));
    result.key_spans.assign(keys.size(), span);
    result.keys = std::move(keys);
    return result;
}

class LentReader {
public:
    LentReader(Loader& loader, const Entry& entry, Fields& fields, const std::optional<Type>& gives)
        : loader_(loader), report_(loader.report), entry_(entry), gives_(gives) {
        table_ = fields.take("table");
        by_ = fields.require("pack_by", "pack_by: the fact that says whose rate it is");
        packs_ = fields.require("packs", "packs: {CODE: the name of a pack, …}");
        give_ = fields.take("give");
        otherwise_ = fields.take("otherwise");
    }

    std::optional<Formula> read() {
        if (by_ == nullptr || packs_ == nullptr) return std::nullopt;
        const auto table = read_text(*table_, "'table'", report_);
        const auto by = read_text(*by_, "'pack_by'", report_);
        if (!table || !by) return std::nullopt;
        authorities_ = by ? list_of(*by) : std::nullopt;
        if (!authorities_) {
            report_.error("pack-by-kind", by_->span, "'" + *by + "' says whose rate it is, so it is a fact that is a code, or a step that gives one",
                          "a fact of kind code");
            return std::nullopt;
        }
        if (!read_given() || packs_->kind != Node::Kind::mapping) {
            if (packs_->kind != Node::Kind::mapping)
                report_.error("wrong-kind", packs_->span, "'packs' says which pack each authority has", "packs: {CODE: the name of a pack, …}");
            return std::nullopt;
        }
        Syntax chosen = lookup(no_pack(*by), by_->span, {*by}, {syntax(Syntax::Kind::name, *by, by_->span)});
        bool sound = true;
        for (auto pack = packs_->entries.rbegin(); pack != packs_->entries.rend(); ++pack) {
            std::optional<Syntax> rate = rate_of(*pack, *table);
            sound = sound && rate && find_code(loader_, *authorities_, pack->key, pack->key_span);
            if (!rate) continue;
            Syntax is_it = syntax(Syntax::Kind::binary, "=", pack->key_span,
                                  {syntax(Syntax::Kind::name, *by, by_->span), syntax(Syntax::Kind::text, pack->key, pack->key_span)});
            chosen = syntax(Syntax::Kind::conditional, "if", pack->key_span, {std::move(is_it), std::move(*rate), std::move(chosen)});
        }
        report_unread_gifts();
        Syntax whole = syntax(Syntax::Kind::fallback, "otherwise", table_->span, {std::move(chosen)});
        if (!read_otherwise(whole) || !sound) return std::nullopt;
        Formula formula;
        formula.node = table_;
        formula.syntax = std::move(whole);
        return formula;
    }

private:
    /// What is given for a key or fact of a lender.
    struct Gift {
        Syntax formula;
        std::string name;  ///< where it is one name and no more
        SourceSpan span;
        bool read = false;
    };

    /// The code list of what a name gives, where that is known before formulas are read.
    std::optional<CodeListId> list_of(const std::string& name) const {
        const auto named = loader_.names.find(name);
        if (named == loader_.names.end()) return list_of_later_step(name);
        std::optional<Type> type;
        if (named->second.kind == Named::Kind::fact) type = type_of(loader_.t.facts[named->second.index]);
        if (named->second.kind == Named::Kind::step) type = loader_.step_sources[named->second.index].declared;
        if (named->second.kind == Named::Kind::table) type = loader_.t.tables[named->second.index].type;
        if (!type || type->kind != ValueKind::code || !type->codes.valid()) return std::nullopt;
        return type->codes;
    }

    /// Steps are declared one after another, so one that stands further down is looked for as it is written.
    std::optional<CodeListId> list_of_later_step(const std::string& name) const {
        for (const Entry* section : loader_.top.find("steps")->second)
            if (const Entry* step = section->value.find(name))
                if (const Entry* gives = step->value.find("gives")) return loader_.t.code_list(gives->value.text);
        return std::nullopt;
    }

    bool read_given() {
        if (give_ == nullptr) return true;
        if (give_->kind != Node::Kind::mapping) {
            report_.error("wrong-kind", give_->span, "'give' says what each key of the lent table reads here", "give: {band: home_band}");
            return false;
        }
        bool sound = true;
        for (const Entry& each : give_->entries) {
            std::optional<Formula> formula = parse_formula(loader_, each.value);
            if (formula && !formula->syntax)
                report_.error("formula-malformed", each.value.span, "what is given is one formula", "a step that makes the choice, by its name");
            if (!formula || !formula->syntax) {
                sound = false;
                continue;
            }
            const std::string name = formula->syntax->kind == Syntax::Kind::name ? formula->syntax->word : "";
            gifts_.emplace(each.key, Gift{std::move(*formula->syntax), name, each.key_span});
        }
        return sound;
    }

    /// A table that holds the outcome `no_pack` for every authority, for those that none is named for.
    std::string no_pack(const std::string& by) {
        Table table;
        table.name = entry_.key + ".no_pack";
        table.type = gives_.value_or(Type{});
        table.span = by_->span;
        table.lent_by = "no pack";
        Key key;
        key.name = by;
        key.reads.operation = Operation::key;
        key.reads.index = formula::unread_key;
        key.reads.type = code_type(*authorities_);
        key.size = loader_.t.at(*authorities_).codes.size();
        table.keys.push_back(std::move(key));
        Row row;
        row.keys.emplace_back();
        row.cell.kind = Cell::Kind::outcome;
        row.cell.outcome = *loader_.t.outcome("no_pack");
        row.span = by_->span;
        Version version;
        version.rows.push_back(std::move(row));
        version.governing.assign(table.positions(), 0);
        version.span = by_->span;
        table.versions.push_back(std::move(version));
        no_pack_ = loader_.t.tables.size();
        return enter(std::move(table));
    }

    std::string enter(Table table) {
        std::string name = table.name;
        loader_.names.emplace(name, Named{Named::Kind::table, loader_.t.tables.size(), table.span});
        loader_.imported_tables.insert(loader_.t.tables.size());
        loader_.t.tables.push_back(std::move(table));
        loader_.table_traits.emplace_back();
        return name;
    }

    std::optional<Syntax> rate_of(const Entry& pack, const std::string& name) {
        if (loader_.lending) return lookup(entry_.key + ".no_pack", pack.key_span, {by_->text}, {syntax(Syntax::Kind::name, by_->text, by_->span)});
        const auto known = loader_.lenders.find(pack.value.text);
        if (known == loader_.lenders.end()) {
            if (pack.value.kind != Node::Kind::scalar) (void)read_text(pack.value, "a pack", report_);
            return std::nullopt;  // what is wrong with the pack is reported
        }
        UsedPack& lender = *known->second;
        const auto theirs = lender.contents.table(name);
        if (!theirs) {
            std::vector<std::string> tables;
            for (const Table& table : lender.contents.tables) tables.push_back(table.name);
            report_.error("lent-table-unknown", pack.value.span, lender.lender + " has no table or figure '" + name + "'",
                          suggestion(name, tables));
            return std::nullopt;
        }
        Loan loan{lender, {}, {}, pack.value.span};
        for (auto& [key, gift] : gifts_)
            if (const auto fact = gift.name.empty() ? std::nullopt : loader_.t.fact(gift.name)) loan.facts.emplace(key, *fact);
        note_lists(lender, *theirs);
        const auto ours = import_lent(loader_, loan, name);
        if (!ours) return std::nullopt;
        note_facts(lender, *theirs);
        if (!days_match(lender, *theirs, pack.value.span) || !type_matches(*ours, lender, pack.value.span)) return std::nullopt;
        std::vector<std::string> keys;
        std::vector<Syntax> operands;
        for (std::size_t i = 0; i < loader_.t.at(*ours).keys.size(); ++i) {
            const Key key = loader_.t.at(*ours).keys[i];
            std::optional<Syntax> operand = operand_for(lender, lender.contents.at(*theirs).keys[i], key, pack.value.span);
            if (!operand) return std::nullopt;
            keys.push_back(key.name);
            operands.push_back(std::move(*operand));
        }
        return lookup(loader_.t.at(*ours).name, pack.value.span, std::move(keys), std::move(operands));
    }

    /// A lender's list with the very codes of what is given for it is the reader's list.
    void note_lists(UsedPack& lender, TableId id) {
        for (const Key& key : lender.contents.at(id).keys) {
            if (key.reads.type.kind != ValueKind::code) continue;
            const auto ours = list_of(name_given(key.name));
            CodeListId& known = lender.lists[key.reads.type.codes.index];
            if (!ours || known.valid()) continue;
            const auto& theirs = lender.contents.at(key.reads.type.codes).codes;
            const auto& own = loader_.t.at(*ours).codes;
            if (std::equal(theirs.begin(), theirs.end(), own.begin(), own.end(), [](const Code& a, const Code& b) { return a.code == b.code; }))
                known = *ours;
        }
    }

    std::string name_given(const std::string& key) const {
        const auto gift = gifts_.find(key);
        return gift == gifts_.end() ? key : gift->second.name;
    }

    /// What a table reads beside its keys may be given too.
    void note_facts(const UsedPack& lender, TableId id) {
        const Table& table = lender.contents.at(id);
        const auto read = [&](FactId fact) {
            if (const auto gift = gifts_.find(lender.contents.at(fact).name); gift != gifts_.end()) gift->second.read = true;
        };
        if (table.dated_by) read(*table.dated_by);
        for (const Version& version : table.versions)
            for (const Row& row : version.rows)
                if (row.cell.kind == Cell::Kind::stated) read(row.cell.stated_by);
    }

    /// A lender's release holds on every day of this pack.
    bool days_match(const UsedPack& lender, TableId id, const SourceSpan& span) {
        const auto& theirs = lender.contents.applies;
        const auto& ours = loader_.t.applies;
        const bool dated = std::any_of(lender.contents.at(id).versions.begin(), lender.contents.at(id).versions.end(),
                                       [](const Version& version) { return version.from.has_value(); });
        if (!ours && !dated) return true;
        if (ours && (!theirs || theirs->holds(*ours))) return true;
        report_.error("lent-days", span,
                      lender.lender + (theirs ? " applies from " + bandtariff::to_string(theirs->from()) + " to " + bandtariff::to_string(theirs->last_day())
                                              : std::string(" is undated")) +
                          (ours ? ", which does not cover the days of this tariff" : ", and this tariff is undated"),
                      ours ? "a release of it that covers " + bandtariff::to_string(ours->from()) + " to " + bandtariff::to_string(ours->last_day())
                           : std::string("applies: {from, last_day} in this pack"));
        return false;
    }

    /// Unit and coverage are those that the step states, else those of the pack named last.
    bool type_matches(TableId id, const UsedPack& lender, const SourceSpan& span) {
        const Table& table = loader_.t.at(id);
        if (!first_) first_ = id;
        const Table& other = loader_.t.at(*first_);
        const Type wanted = gives_.value_or(other.type);
        const std::string whose = gives_ ? "the step is " : other.lent_by + " has ";
        const bool same_code = table.type.kind == ValueKind::code && wanted.kind == ValueKind::code && table.type.codes != wanted.codes;
        if (!(table.type == wanted)) {
            report_.error("lent-differs", span,
                          "of " + lender.lender + " this is " + type_in_words(loader_, table.type) + ", and " + whose + type_in_words(loader_, wanted),
                          same_code ? "tables that give amounts: codes of one pack are not those of another" : "tables in one unit")
                .notes.push_back({"the table is here", table.span});
            return false;
        }
        loader_.t.tables[no_pack_].type = wanted;
        loader_.t.tables[no_pack_].unit_text = table.unit_text;
        if (table.covers != other.covers) {
            report_.error("lent-differs", span, "of " + lender.lender + " this covers other elements than of " + other.lent_by,
                          "the same 'covers' in both packs, or a step for each")
                .notes.push_back({"the table is here", table.span});
            return false;
        }
        loader_.table_traits[no_pack_].covers = table.covers;
        return true;
    }

    std::optional<Syntax> operand_for(UsedPack& lender, const Key& theirs, const Key& key, const SourceSpan& span) {
        const auto gift = gifts_.find(key.name);
        if (gift != gifts_.end()) gift->second.read = true;
        if (gift == gifts_.end() && loader_.names.count(key.name) == 0) {
            if (theirs.reads.operation == Operation::choice) {
                const CodeId selected = lender.contents.choices[static_cast<std::size_t>(theirs.reads.index)].selected;
                return syntax(Syntax::Kind::text, lender.contents.text_of(theirs.reads.type.codes, selected), span);
            }
            report_.error("lent-key", span, "the table of " + lender.lender + " has a key '" + key.name + "', and nothing here says what it is",
                          "give: {" + key.name + ": …}");
            return std::nullopt;
        }
        const Syntax given = gift != gifts_.end() ? gift->second.formula : syntax(Syntax::Kind::name, key.name, span);
        if (key.reads.type.kind != ValueKind::code || given.kind == Syntax::Kind::text) return given;
        const auto ours = list_of(name_given(key.name));
        if (!ours) {
            report_.error("lent-key", span, "what is given for '" + key.name + "' of " + lender.lender + " has to be a code of this pack",
                          "give: {" + key.name + ": a fact that is a code, or a step that says what it 'gives'}");
            return std::nullopt;
        }
        if (*ours == key.reads.type.codes) return given;
        const auto table = translation(lender, key, *ours, span);
        if (!table) return std::nullopt;
        return lookup(*table, span, {name_given(key.name)}, {given});
    }

    /// A table from the reader's codes to the lender's of the same text; the lender publishes nothing for any other.
    std::optional<std::string> translation(const UsedPack& lender, const Key& key, CodeListId ours, const SourceSpan& span) {
        Table table;
        table.name = lender.lender + " code for " + key.name;
        for (int k = 2; loader_.names.count(table.name) != 0; ++k) table.name = lender.lender + " code for " + key.name + " (" + std::to_string(k) + ")";
        table.type = key.reads.type;
        table.span = span;
        table.as_printed = true;
        table.translates = true;
        table.lent_by = lender.lender;
        Key reads;
        reads.name = name_given(key.name);
        reads.reads.operation = Operation::key;
        reads.reads.index = formula::unread_key;
        reads.reads.type = code_type(ours);
        reads.size = loader_.t.at(ours).codes.size();
        table.keys.push_back(std::move(reads));
        Version version;
        version.span = span;
        version.governing.assign(table.positions(), -1);
        for (std::size_t i = 0; i < version.governing.size(); ++i) {
            const auto theirs = loader_.t.code(key.reads.type.codes, loader_.t.text_of(ours, CodeId(i)));
            if (!theirs) continue;
            Row row;
            row.span = span;
            row.keys.emplace_back();
            row.keys.back().kind = KeyPattern::Kind::codes;
            row.keys.back().codes = {CodeId(i)};
            row.cell.value.integer = theirs->index;
            version.governing[i] = static_cast<std::int32_t>(version.rows.size());
            version.rows.push_back(std::move(row));
        }
        if (version.rows.empty()) {
            report_.error("lent-key", span,
                          "no code of '" + loader_.t.at(ours).name + "' is a code of '" + key.name + "' of " + lender.lender +
                              ", so it would have a rate for nobody",
                          "a fact whose codes are spelt as that pack spells them");
            return std::nullopt;
        }
        table.versions.push_back(std::move(version));
        return enter(std::move(table));
    }

    void report_unread_gifts() {
        if (loader_.lending || report_.has_errors()) return;
        for (const auto& [name, gift] : gifts_)
            if (!gift.read)
                report_.error("lent-key", gift.span, "no table of these packs has a key '" + name + "'", "leave it out, or the key's own name");
    }

    bool read_otherwise(Syntax& whole) {
        if (otherwise_ == nullptr) return true;
        if (otherwise_->kind != Node::Kind::mapping) {
            report_.error("wrong-kind", otherwise_->span, "'otherwise' says for which reason what stands in the place of the rate",
                          "otherwise: {no_pack: own_rate, not_published: own_rate}");
            return false;
        }
        bool sound = true;
        for (const Entry& each : otherwise_->entries) {
            std::optional<Formula> instead = parse_formula(loader_, each.value);
            if (instead && !instead->syntax)
                report_.error("formula-malformed", each.value.span, "what stands in the place of the rate is one formula",
                              "a step that makes the choice, by its name");
            sound = sound && instead && instead->syntax;
            if (loader_.lending || !instead || !instead->syntax) continue;
            const std::vector<std::string> codes = outcomes_called(each);
            sound = sound && !codes.empty();
            for (const std::string& code : codes) {
                whole.keys.push_back(code);
                whole.operands.push_back(*instead->syntax);
            }
        }
        return sound;
    }

    /// One that every tariff has, or the lenders' own of that name.
    std::vector<std::string> outcomes_called(const Entry& reason) {
        std::vector<std::string> codes, known = {"no_pack", "not_published"};
        const auto own = loader_.t.outcome(reason.key);
        if (own && !loader_.t.at(*own).span.somewhere()) codes.push_back(reason.key);
        for (const Entry& pack : packs_->entries) {
            const auto lender = loader_.lenders.find(pack.value.text);
            if (lender == loader_.lenders.end()) continue;
            for (const Outcome& outcome : lender->second->contents.outcomes) {
                if (!outcome.span.somewhere()) continue;
                known.push_back(outcome.code);
                const std::string code = lent_code(*lender->second, outcome);
                if (outcome.code == reason.key && std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
            }
        }
        if (codes.empty() && !loader_.uses_failed)
            report_.error("outcome-unknown", reason.key_span, "'" + reason.key + "' is no reason why one of these packs has no rate",
                          suggestion(reason.key, known));
        return codes;
    }

    Loader& loader_;
    Report& report_;
    const Entry& entry_;
    const std::optional<Type>& gives_;
    const Node *table_ = nullptr, *by_ = nullptr, *packs_ = nullptr, *give_ = nullptr, *otherwise_ = nullptr;
    std::optional<CodeListId> authorities_;
    std::map<std::string, Gift, std::less<>> gifts_;
    std::optional<TableId> first_;
    std::size_t no_pack_ = 0;
};

}  // namespace

void read_lenders(Loader& loader, const fs::path& pack) {
    const auto sections = loader.top.find("steps");
    if (sections == loader.top.end()) return;
    for (const Entry* section : sections->second)
        for (const Entry& step : section->value.entries)
            if (const Entry* packs = step.value.find("packs"))
                for (const Entry& each : packs->value.entries) read_lender(loader, each.value, pack);
}

std::optional<Formula> read_lent(Loader& loader, const Entry& entry, Fields& fields, const std::optional<Type>& gives) {
    return LentReader(loader, entry, fields, gives).read();
}

}  // namespace bandtariff::loading
