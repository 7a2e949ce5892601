// A checked tariff to a card that a person reads: what is paid, by which tables and rules, on whose word, and what is left out.
// Entry point: rate_card. Tables of other packs are named and not printed: they have cards of their own.
#include <algorithm>

#include "tariff/evaluate.hpp"

namespace bandtariff {
namespace {

std::string listed(const std::vector<std::string>& words, const char* between = ", ") {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

/// Characters, not bytes.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string text, std::size_t columns) {
    if (const std::size_t has = width(text); has < columns) text.append(columns - has, ' ');
    return text;
}

class Card {
public:
    explicit Card(const TariffContents& tariff) : t_(tariff) {}

    std::string text() {
        head();
        section("Lines: what is paid", [&] { for (const Line& line : t_.lines) add(line); });
        section("Reasons not to price a record", [&] { for (const RecordKind& kind : t_.records) refusals(kind); });
        section("Steps", [&] { for (const Step& step : t_.steps) add(step); });
        section("Policy choices", [&] { for (const Choice& choice : t_.choices) add(choice); });
        section("Figures", [&] { tables(true); });
        section("Tables", [&] { tables(false); });
        section("What a record states", [&] { for (const Fact& fact : t_.facts) add(fact); });
        section("Reasons for no money", [&] { for (const Outcome& outcome : t_.outcomes) add(outcome); });
        section("Assumptions", [&] { for (const std::string& each : assumptions_) out_ += "  " + each + "\n"; });
        section("Left out of this pack", [&] { for (const NotCovered& each : t_.not_covered) add(each); });
        section("Sources", [&] { for (const Source& source : t_.sources) add(source); });
        out_ += "\nText of the pack: SHA-256 " + t_.text_hash + "\nIts meaning:      SHA-256 " + t_.meaning_hash + "\n";
        return std::move(out_);
    }

private:
    template <class Write>
    void section(const std::string& title, const Write& write) {
        const std::size_t before = out_.size();
        out_ += "\n" + title + "\n" + std::string(width(title), '-') + "\n";
        const std::size_t empty = out_.size();
        write();
        if (out_.size() == empty) out_.resize(before);
    }

    void head() {
        if (t_.status == Status::illustrative)
            out_ += "*** ILLUSTRATIVE: these are not anybody's published prices, and nothing may be paid on them. ***\n\n";
        out_ += t_.title + "\n" + t_.pack + " " + t_.release + ", " + std::string(to_string(t_.status)) + "\n";
        if (t_.applies) out_ += "applies from " + to_string(t_.applies->from()) + " to " + to_string(t_.applies->last_day()) + "\n";
        else out_ += "undated: " + t_.undated_because + "\n";
        for (const std::string& below : t_.extends) out_ += "an overlay on " + below + "\n";
        for (const std::string& used : t_.uses) out_ += "uses " + used + "\n";
    }

    /// A citation's own line below what it is of; what is assumed is told again among the assumptions.
    void evidence(const Citation& citation, const std::string& of, const std::string& indent) {
        const std::string text = to_string(citation);
        if (!text.empty()) out_ += indent + text + "\n";
        assume(citation, of);
    }

    void assume(const Citation& citation, const std::string& of) {
        const auto note = [&](const std::string& what) {
            if (std::find(assumptions_.begin(), assumptions_.end(), what) == assumptions_.end()) assumptions_.push_back(what);
        };
        if (!citation.assumed.empty()) note(of + ": " + citation.assumed);
        else if (citation.kind == "assumed") note(of + ": " + to_string(citation));
        if (!citation.day_assumed.empty()) note(of + ", its day: " + citation.day_assumed);
        if (!citation.carried_forward.empty()) note(of + ", carried forward: " + citation.carried_forward);
    }

    void rounding(const std::optional<RoundingRule>& rule, const std::string& of) {
        if (!rule) return;
        static constexpr const char* parts[] = {"", ", once for the whole", ", each part by itself"};
        out_ += "    rounded " + to_string(rule->rounding) + parts[static_cast<int>(rule->of)] + "\n";
        assume(rule->citation, rule->name.empty() ? "the rounding of " + of : "rounding " + rule->name);
    }

    void conditions(const std::string& what, const std::vector<Condition>& list) {
        for (const Condition& each : list) out_ += "    " + what + " (" + t_.at(each.outcome).code + ") if " + to_string(each.when, t_) + "\n";
    }

    std::string basis_text(const OverTime& over) {
        static constexpr const char* kinds[] = {"days", "months", "the whole year only", "once", "school days", "weeks", "terms", "as often as stated"};
        const TimeBasis& basis = t_.at(over.basis);
        assume(basis.citation, basis.name.empty() ? "a time basis" : "time basis " + basis.name);
        std::string text = kinds[static_cast<int>(basis.kind)];
        if (basis.of) text += " of the " + std::string(to_string(*basis.of));
        if (basis.of_days) text += " of " + std::to_string(*basis.of_days);
        if (basis.of_units) text += " of " + to_string(*basis.of_units);
        for (const CalendarId calendar : basis.calendars) text += ", calendar " + t_.at(calendar).name;
        return basis.name.empty() ? text : basis.name + " (" + text + ")";
    }

    void add(const Line& line) {
        std::vector<std::string> elements, over, payers;
        for (const Element element : line.elements) elements.emplace_back(to_string(element));
        for (const OverTime& each : line.over) over.push_back(basis_text(each));
        for (const Slice& slice : line.payers) payers.push_back(t_.text_of(t_.party, slice.party));
        const auto party = [&](const Expression& who) {
            return who.operation == Operation::code ? t_.text_of(t_.party, CodeId(static_cast<std::size_t>(who.index))) : to_string(who, t_);
        };
        const std::string payer = line.payers.empty() ? party(line.payer) : listed(payers, " and ");
        out_ += "  " + line.name + ": " + payer + " to " + party(line.payee) + ", element " + listed(elements) +
                (line.flow == Flow::notional ? ", shown and not paid" : "") + "\n";
        if (line.when) out_ += "    where " + to_string(*line.when, t_) + "\n";
        conditions("nothing", line.not_payable);
        conditions("not priced", line.refuse);
        out_ += "    amount: " + to_string(line.amount, t_) + "\n    over: " + listed(over, "; or ") + "\n";
        rounding(line.rounding, "line " + line.name);
        evidence(line.citation, "line " + line.name, "    ");
    }

    void refusals(const RecordKind& kind) { conditions(kind.name + " not priced", kind.refuse); }

    void add(const Step& step) {
        out_ += "  " + step.name + " = " + to_string(step.is, t_) + (step.unit_text.empty() ? "" : "   (" + step.unit_text + ")") + "\n";
        if (step.replaced_by) out_ += "    replaced by " + t_.at(*step.replaced_by).name + " where it is stated\n";
        rounding(step.rounding, "step " + step.name);
        evidence(step.citation, "step " + step.name, "    ");
    }

    void add(const Choice& choice) {
        std::vector<std::string> all;
        for (const Code& code : t_.at(choice.alternatives).codes) all.push_back(code.code);
        out_ += "  " + choice.name + " is " + t_.text_of(choice.alternatives, choice.selected) + ", one of " + listed(all) + "\n";
        evidence(choice.citation, "choice " + choice.name, "    ");
    }

    /// Tables that another pack prints have a card of their own.
    static bool prints_elsewhere(const Table& table, const TariffContents& tariff) {
        if (!table.span.somewhere()) return false;
        const std::filesystem::path folder = tariff.folder.empty() ? "." : tariff.folder;
        const std::filesystem::path inside = std::filesystem::path(table.span.file->path).lexically_normal().lexically_relative(folder.lexically_normal());
        return inside.empty() || *inside.begin() == "..";
    }

    void tables(bool figures) {
        std::vector<std::string> elsewhere;
        for (const Table& table : t_.tables) {
            if (table.figure != figures) continue;
            if (prints_elsewhere(table, t_)) elsewhere.push_back(table.name);
            else add(table);
        }
        if (!elsewhere.empty()) out_ += "  of other packs: " + listed(elsewhere) + "\n";
    }

    static Citation evidence_of(const Version& version, const Row& row) {
        return row.citation.source.empty() && row.citation.assumed.empty() ? version.citation : row.citation;
    }

    void add(const Table& table) {
        std::vector<std::string> keys;
        for (const Key& key : table.keys) keys.push_back(key.name);
        out_ += "  " + table.name + (table.unit_text.empty() ? "" : ", " + table.unit_text) + (keys.empty() ? "" : ", by " + listed(keys));
        if (table.dated_by) out_ += ", of the day of " + t_.at(*table.dated_by).name;
        out_ += table.reference ? ", kept as printed and pricing nothing\n" : "\n";
        const std::string of = (table.figure ? "figure " : "table ") + table.name;
        rounding(table.rounding, of);
        for (const Version& version : table.versions) add(table, version, of);
    }

    void add(const Table& table, const Version& version, const std::string& of) {
        if (version.from) out_ += "    from " + to_string(*version.from) + (version.until ? " to " + to_string(*version.until - std::chrono::days(1)) : "") + "\n";
        std::size_t keys = 0;
        std::vector<bool> governs(version.rows.size());
        for (const std::int32_t row : version.governing)
            if (row >= 0) governs[static_cast<std::size_t>(row)] = true;
        for (std::size_t i = 0; i < version.rows.size(); ++i)
            if (governs[i]) keys = std::max(keys, width(keys_text(table, version.rows[i], t_)));
        std::string last;
        for (std::size_t i = 0; i < version.rows.size(); ++i) {
            const Row& row = version.rows[i];
            if (!governs[i]) continue;
            const Citation citation = evidence_of(version, row);
            if (const std::string said = to_string(citation); said != last) evidence(citation, of, "      ");
            else assume(citation, of);
            last = to_string(citation);
            out_ += "      " + (keys == 0 ? "" : padded(keys_text(table, row, t_), keys) + "  ") + cell_text(table, row.cell, t_) + "\n";
        }
    }

    void add(const Fact& fact) {
        static constexpr const char* kinds[] = {"number", "code", "yes or no", "day", "year", "name", "text"};
        std::string text = kinds[static_cast<int>(fact.kind)];
        if (fact.kind == FactKind::number) text = fact.unit_text + ", " + to_string(fact.min) + " to " + to_string(fact.max);
        if (fact.kind == FactKind::code) {
            std::vector<std::string> codes;
            for (const Code& code : t_.at(fact.codes).codes) codes.push_back(code.code);
            constexpr std::size_t most = 12;
            const std::size_t all = codes.size();
            if (all > most) codes.resize(most);
            text = listed(codes) + (all > most ? " and " + std::to_string(all - most) + " more" : "");
        }
        if (fact.optional) text += ", may be absent" + (fact.required_from ? " until " + to_string(*fact.required_from) : std::string());
        out_ += "  " + fact.name + ": " + text + (fact.about.empty() ? "" : "; " + fact.about) + "\n";
        if (!fact.otherwise) return;
        Type type;
        type.codes = fact.codes;
        if (fact.kind == FactKind::code) type.kind = ValueKind::code;
        if (fact.kind == FactKind::yes_no) type.kind = ValueKind::yes_no;
        if (fact.kind == FactKind::date) type.kind = ValueKind::date;
        out_ += "    " + (fact.kind == FactKind::year ? std::string("has a default") : to_string(*fact.otherwise, type, t_)) + " where it is not stated\n";
        evidence(fact.otherwise_citation, fact.name + ", where it is not stated", "    ");
    }

    void add(const Outcome& outcome) {
        if (!outcome.span.somewhere()) return;  // built in
        out_ += "  " + outcome.code + " (" + (outcome.outcome_class == OutcomeClass::nothing_payable ? "nothing payable" : "not priced") + "): " + outcome.say + "\n";
        evidence(outcome.citation, "outcome " + outcome.code, "    ");
    }

    void add(const NotCovered& each) {
        out_ += "  " + each.what + ": " + each.why + "\n";
        if (const std::string text = to_string(each.citation); !text.empty()) out_ += "    " + text + "\n";
    }

    void add(const Source& source) {
        out_ += "  " + source.key + " (" + source.kind + "): " + source.title + (source.read.empty() ? "" : ", read " + source.read) + "\n";
        for (const std::string& text : {source.url, source.note})
            if (!text.empty()) out_ += "    " + text + "\n";
    }

    const TariffContents& t_;
    std::string out_;
    std::vector<std::string> assumptions_;
};

}  // namespace

std::string rate_card(const Tariff& tariff) { return Card(*tariff).text(); }

}  // namespace bandtariff
