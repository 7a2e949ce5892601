// One checked pack: what a folder of YAML means, with a place and a citation behind every value.
//
//     Checked<Tariff> loaded = load_tariff("rules/england/national_bands");
//     if (!loaded.ok()) return render(loaded.diagnostics());
//     const Tariff tariff = loaded.value();
//     for (const Line& line : tariff->lines) std::cout << line.name << '\n';
//
// A Tariff can only come from load_tariff, so it is always checked; it is immutable, cheap to copy and safe to share
// between threads. Bands, thresholds and area costs are pack data under the field's own names: nothing here knows one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/declaration.hpp"
#include "bandtariff/line.hpp"
#include "bandtariff/table.hpp"

namespace bandtariff {

enum class Status { illustrative, printed, consulted_on, in_force };
[[nodiscard]] std::string_view to_string(Status status);

struct Step {
    std::string name;
    Type type;
    std::string unit_text;
    Expression is;
    std::optional<RoundingRule> rounding;
    std::optional<FactId> replaced_by;    ///< an override that wins where stated
    std::optional<FactId> replaced_reason;///< and must be stated with it
    bool shown = false;                   ///< a headline of the explanation
    Citation citation;
    SourceSpan span;
};

/// A worked example. Texts are as written; `expect` names every line that pays, or a line and the code of why it does not.
struct Case {
    struct Item {
        std::string name;
        std::string text;  ///< a number, code, date, yes/no or outcome code
        SourceSpan span;
        std::optional<Date> on;  ///< of shows: the day asked
    };
    std::string name;
    RecordId record;
    /// What a payer pays of a line, or what falls in an instalment of it.
    struct Share {
        std::string line, part, text;
        SourceSpan span;
    };
    std::vector<Item> given, choose, expect, shows, totals;
    std::vector<Share> slices, pays;  ///< of a line named here, all of its own
    /// A row of the group that the case is about; its facts as stated.
    struct Member {
        RecordId record;
        std::string id;
        std::vector<Item> given;
        SourceSpan span;
    };
    std::vector<Member> members;
    std::vector<RecordId> member_kinds;  ///< kinds of which members are named, were it none
    std::vector<Share> shared;           ///< `line` of the group, given to the row whose id is `part`
    std::optional<Item> outcome;
    std::optional<Date> known_on;       ///< priced as known on that day
    std::optional<Date> paid_known_on;  ///< and what that differs by from what was payable as known on this one
    std::vector<Item> difference;       ///< every line that differs
    SourceSpan span;
};

/// A printed identity that holds for every cell of the keys left free, on every day on which both sides have a value.
struct Identity {
    Expression is;  ///< an `equal` comparison
    std::optional<RoundingRule> rounding;  ///< of the right side
    SourceSpan span;
};

/// Which records a release takes, where several releases of one tariff are in use at once: those whose date lies in `applies`,
/// which then does not bound the paid days, and for which the condition holds.
struct Takes {
    FactId by;
    std::optional<Expression> when;
    SourceSpan span;
};

struct NotCovered {
    std::string what, why;
    Citation citation;
};

struct Source {
    std::string key, kind, title, url, read, note;
    SourceSpan span;
};

/// Everything a pack says. Lookups by name return nullopt where there is none.
class TariffContents {
public:
    std::string pack, release, title;
    Status status = Status::illustrative;
    std::optional<DateRange> applies;  ///< nullopt: undated
    std::optional<Takes> takes;        ///< of a release of a series
    std::string undated_because;
    std::string text_hash;             ///< SHA-256 of the pack's text and of the packs it uses
    std::string meaning_hash;          ///< SHA-256 of what it says, however it is written: see schema.md, part 4
    std::vector<std::string> uses;     ///< "england.area_costs 2020-24" of each pack used
    std::vector<std::string> extends;  ///< "england.national_bands 2026-27" of each pack below this overlay, lowest first
    std::vector<std::string> set_for_run;  ///< "teacher_hour is 62, in place of 60" of each figure set for one run
    std::optional<Date> known_on;          ///< asked for: values decided later are not seen
    std::filesystem::path folder;

    std::vector<Source> sources;
    std::vector<CodeList> code_lists;
    std::vector<Fact> facts;
    std::vector<Choice> choices;
    std::vector<Table> tables;
    std::vector<Step> steps;           ///< each after the steps it reads
    std::vector<Calendar> calendars;
    std::vector<TimeBasis> time_bases;
    std::vector<Outcome> outcomes;     ///< built-in first
    std::vector<RecordKind> records;
    std::vector<Line> lines;           ///< as written, files in path order
    std::vector<Total> totals;
    std::vector<Case> cases;
    std::vector<Identity> identities;
    std::vector<NotCovered> not_covered;
    CodeListId party;

    [[nodiscard]] const Fact& at(FactId id) const { return facts[id.index]; }
    [[nodiscard]] const CodeList& at(CodeListId id) const { return code_lists[id.index]; }
    [[nodiscard]] const Choice& at(ChoiceId id) const { return choices[id.index]; }
    [[nodiscard]] const Table& at(TableId id) const { return tables[id.index]; }
    [[nodiscard]] const Step& at(StepId id) const { return steps[id.index]; }
    [[nodiscard]] const Calendar& at(CalendarId id) const { return calendars[id.index]; }
    [[nodiscard]] const TimeBasis& at(TimeBasisId id) const { return time_bases[id.index]; }
    [[nodiscard]] const Outcome& at(OutcomeId id) const { return outcomes[id.index]; }
    [[nodiscard]] const RecordKind& at(RecordId id) const { return records[id.index]; }
    [[nodiscard]] const Line& at(LineId id) const { return lines[id.index]; }

    [[nodiscard]] std::optional<FactId> fact(std::string_view name) const;
    [[nodiscard]] std::optional<CodeListId> code_list(std::string_view name) const;
    [[nodiscard]] std::optional<ChoiceId> choice(std::string_view name) const;
    [[nodiscard]] std::optional<TableId> table(std::string_view name) const;
    [[nodiscard]] std::optional<StepId> step(std::string_view name) const;
    [[nodiscard]] std::optional<LineId> line(std::string_view name) const;
    [[nodiscard]] std::optional<RecordId> record(std::string_view name) const;
    [[nodiscard]] std::optional<OutcomeId> outcome(std::string_view code) const;
    [[nodiscard]] const Outcome* outcome_numbered(std::uint16_t number) const;
    /// The code by its own spelling only, as formulas and rows write it.
    [[nodiscard]] std::optional<CodeId> code(CodeListId list, std::string_view text) const;
    /// The code by its own spelling or an `also`, as records may write it.
    [[nodiscard]] std::optional<CodeId> code_in_record(CodeListId list, std::string_view text) const;
    [[nodiscard]] const std::string& text_of(CodeListId list, CodeId code) const { return at(list).codes[code.index].code; }
    [[nodiscard]] OverTime over(const Line& line) const;  ///< the selected alternative
    /// Every formula by which records of a kind are priced: what their release takes, refusals, lines and who pays them. Those of
    /// steps and cells that these read are not listed again.
    [[nodiscard]] std::vector<const Expression*> formulas(RecordId record) const;
    /// Those of every kind, and what groups gather of their rows and share out by.
    [[nodiscard]] std::vector<const Expression*> formulas() const;
    /// Every fact that the lines, span and refusals of a kind of record can read, and what its groups read of it, ascending.
    [[nodiscard]] std::vector<FactId> facts_read(RecordId record) const;
    /// Every fact that a formula can read, through steps and tables.
    [[nodiscard]] std::vector<FactId> facts_read(const Expression& formula) const;
    /// Every fact of a group that is gathered from its rows, ascending.
    [[nodiscard]] std::vector<FactId> facts_gathered(RecordId group) const;
    /// Whether any line is of this kind of record; without one its records are only counted.
    [[nodiscard]] bool has_lines(RecordId record) const;
};

class Tariff {
public:
    [[nodiscard]] const TariffContents& operator*() const { return *contents_; }
    [[nodiscard]] const TariffContents* operator->() const { return contents_.get(); }
    /// The same tariff with another alternative selected; an unknown name or alternative is a diagnostic.
    [[nodiscard]] Checked<Tariff> choose(std::string_view choice, std::string_view alternative) const;
    /// The same tariff with another value of a figure on all its days, for one run; quotes say so. A name that is no figure, a
    /// value that it cannot take, or one with which a divisor might be zero, is a diagnostic.
    [[nodiscard]] Checked<Tariff> set_figure(std::string_view figure, std::string_view value) const;
    /// The same tariff as it was known on a day: values decided later are not seen.
    [[nodiscard]] Tariff known_on(Date day) const;

private:
    friend struct TariffAccess;
    explicit Tariff(std::shared_ptr<const TariffContents> contents) : contents_(std::move(contents)) {}
    std::shared_ptr<const TariffContents> contents_;
};

/// Reads and checks a pack folder (or a single .yaml file). Packs that it `uses:` are looked for below `search`, and below
/// the pack's own ancestors up to one named `rules`. Every problem found is in the diagnostics, in file order.
[[nodiscard]] Checked<Tariff> load_tariff(const std::filesystem::path& pack, const std::vector<std::filesystem::path>& search = {});

/// The tariff as a card that a person reads: tables and figures with their days and sources, rules, assumptions, and what of
/// the scheme it leaves out.
[[nodiscard]] std::string rate_card(const Tariff& tariff);

/// The JSON Schema (draft 2020-12) of one file of a pack, for editors.
[[nodiscard]] std::string_view pack_file_schema();

/// The outcomes every tariff has, before a pack declares its own: built-in codes, numbers, classes and sentences.
[[nodiscard]] const std::vector<Outcome>& built_in_outcomes();

}  // namespace bandtariff
