// What is known of a pack while its document becomes a tariff, shared by the readers of its sections. Internal to src/tariff.
// The order of the readers is in from_document.cpp; each section has a file of its own.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bandtariff/tariff.hpp"
#include "document/document.hpp"
#include "tariff/formula/formula.hpp"
#include "tariff/reader.hpp"

namespace bandtariff::loading {

/// What a name of the one namespace stands for. A family is `level` of `level.cognition`, or `staffing` of `staffing.teachers`.
struct Named {
    enum class Kind { fact, fact_family, table, table_family, step, choice, time_basis };
    Kind kind = Kind::fact;
    std::size_t index = 0;
    SourceSpan span;
};

/// A formula as written: one text, or one for each alternative of a choice.
struct Formula {
    const Node* node = nullptr;
    std::optional<formula::Syntax> syntax;
    std::optional<ChoiceId> choice;
    std::vector<Formula> alternatives;
};

struct StepSource {
    const Entry* entry = nullptr;
    std::optional<Formula> is;
    std::optional<Type> declared;
    std::string unit_text;
};

/// One entry of `tables:` or `figures:`; several tables where it has columns.
struct TableSource {
    const Entry* entry = nullptr;
    std::vector<TableId> ids;
    std::vector<std::string> columns;  ///< the measure of each id; empty for an ordinary table
    std::vector<const Node*> keys;     ///< the scalars under `by`
    std::optional<Formula> computed;
    bool scale = false;  ///< an entry of `scales:`
};

struct UsedPack;  // uses.cpp
struct Stack;     // overlay.cpp

struct Loader {
    const document::Document& document;
    Report& report;
    const std::vector<std::filesystem::path>& search;
    bool lending = false;  ///< read only for its tables: the packs that its own steps borrow from are not read
    TariffContents t = {};

    std::map<std::string, std::vector<const Entry*>, std::less<>> top = {};  ///< top-level entries by key, in file order
    std::map<std::string, Named, std::less<>> names = {};
    std::set<std::string, std::less<>> erased = {};  ///< unit words that are the record itself
    std::vector<std::set<std::string>> own_units = {};  ///< of them, those of each kind of record
    std::map<std::string, RoundingRule, std::less<>> roundings = {};
    std::set<std::string, std::less<>> unreadable = {};             ///< names whose declaration was reported
    std::map<std::string, std::string, std::less<>> not_lent = {};  ///< tables of used packs that cannot be read here, and why
    bool uses_failed = false;  ///< a used pack is missing or wrong, so names may be unknown for that
    std::vector<StepSource> step_sources = {};
    std::vector<TableSource> table_sources = {};
    std::vector<std::string> line_names = {};  ///< of every line, known before any is read
    std::vector<bool> step_known = {};  ///< resolved without an error
    std::vector<formula::Traits> step_traits = {};
    std::vector<formula::Traits> table_traits = {};
    std::set<std::size_t> imported_tables = {};
    std::vector<std::shared_ptr<UsedPack>> used = {};
    std::map<std::string, std::shared_ptr<UsedPack>, std::less<>> lenders = {};  ///< by what a step calls them
    std::vector<std::string> used_hashes = {};
    std::vector<std::pair<std::string, const Node*>> gather_sources = {};  ///< by the fact's name
    std::vector<Table> hidden = {};  ///< made while a table is read, to stand behind all tables once it is
    std::deque<Entry> made = {};  ///< what short spellings stand for, as if it had been written
    std::optional<Date> published = {};  ///< when values count as decided, unless they say otherwise
    std::map<std::size_t, std::map<std::string, CodeId, std::less<>>> codes_by_text = {};  ///< of code lists that cells have named, by list
    const Stack* stack = nullptr;  ///< of an overlay: what lies below it
    std::map<std::string, std::vector<const Node*>, std::less<>> value_changes = {};  ///< by the figure's or table's name

    /// Every entry of a section spread over files; a name given twice is reported with both places.
    [[nodiscard]] std::vector<const Entry*> section(std::string_view key);
    /// The only occurrence of a key that may be given once; nullptr where there is none.
    [[nodiscard]] const Node* once(std::string_view key);
    /// Enters a name; reports where it is no name or is taken, naming both places.
    bool declare(const std::string& name, Named::Kind kind, std::size_t index, const SourceSpan& span);
};

// evidence.cpp
enum class Evidence { required, optional };
/// Reads source, at and assumed (and day_assumed, carried_forward where `dated`), over what `inherited` says.
Citation read_citation(Loader& loader, Fields& fields, const std::string& what, Evidence need, bool dated = false,
                       const Citation& inherited = {});
[[nodiscard]] bool has_evidence(const Citation& citation);
void read_sources(Loader& loader);
void read_outcomes(Loader& loader);
[[nodiscard]] std::optional<OutcomeId> find_outcome(Loader& loader, const std::string& code, const SourceSpan& span);

// read_header.cpp
void read_header(Loader& loader);
void read_records(Loader& loader);
[[nodiscard]] bool is_header_file(const Loader& loader, const Node& file);
[[nodiscard]] SourceSpan header_place(const Loader& loader);
void read_spans(Loader& loader);  ///< after the facts
void read_takes(Loader& loader);  ///< after steps and tables

// import_tables.cpp
void import_tables(Loader& loader);  ///< after the facts

// read_codes.cpp, read_facts.cpp
void read_codes(Loader& loader);
void read_facts(Loader& loader);
void read_choices(Loader& loader);
[[nodiscard]] std::optional<CodeListId> find_code_list(Loader& loader, const Node& name);
[[nodiscard]] const document::CsvTable* find_csv(Loader& loader, const Node& file);
[[nodiscard]] std::optional<std::size_t> find_column(Loader& loader, const document::CsvTable& csv, const Node& column);
[[nodiscard]] std::optional<CodeId> find_code(Loader& loader, CodeListId list, const std::string& text, const SourceSpan& span);

// read_types.cpp
[[nodiscard]] std::optional<Unit> read_unit(Loader& loader, const Node& node);
/// `unit:` or `gives:` of a table, a column or a step; nullopt where neither stands.
[[nodiscard]] std::optional<Type> read_type(Loader& loader, Fields& fields, std::string& unit_text);
[[nodiscard]] std::optional<Elements> read_covers(Fields& fields);
[[nodiscard]] std::vector<Element> read_elements(const Node& node, Report& report);
[[nodiscard]] std::string type_in_words(const Loader& loader, const Type& type);
[[nodiscard]] inline Type code_type(CodeListId list) { return {ValueKind::code, {}, list}; }
[[nodiscard]] inline Type yes_no_type() { return {ValueKind::yes_no, {}, {}}; }

// read_formula.cpp
[[nodiscard]] std::optional<Formula> parse_formula(Loader& loader, const Node& node);
/// Resolves every alternative; they must agree in type. `known` is what conditions before it prove; `each` hears every text.
[[nodiscard]] std::optional<formula::Resolved> resolve_formula(
    Loader& loader, const Formula& formula, const formula::Scope& scope, const std::optional<Type>& expected,
    const formula::Proof& known, const std::function<void(const formula::Resolved&, const SourceSpan&)>& each = {});
/// Every name the formula reads with the keys that it names itself: `rate[setting: 'special']` reads rate, with setting given.
void visit_names(const Formula& formula, const std::function<void(const std::string&, const std::vector<std::string>&)>& visit);
// read_calendars.cpp
void read_calendars(Loader& loader);
/// The calendars of a kind that are named, one or a list; every month of counts and list of days is one of school days.
[[nodiscard]] std::vector<CalendarId> find_calendars(Loader& loader, const Node& names, Calendar::Kind kind);
// read_counted.cpp
/// `of`, `part` and `calendar` of school_days, weeks and terms into `basis`; false where something is wrong, and reported.
[[nodiscard]] bool read_counted(Loader& loader, Fields& fields, const Node& count, TimeBasis& basis);
/// `times: FACT` and its `of`.
[[nodiscard]] bool read_times(Loader& loader, Fields& fields, const Node& fact, TimeBasis& basis);
/// Reports what a rate a year over such a basis still lacks, and calendars that cannot be counted exactly.
void check_counted(Loader& loader, const OverTime& over, const SourceSpan& span);
// read_rules.cpp
void read_roundings(Loader& loader);
void read_time_bases(Loader& loader);
[[nodiscard]] std::optional<RoundingRule> read_rounding(Loader& loader, const Node& node);
[[nodiscard]] std::optional<TimeBasisId> read_basis(Loader& loader, const Node& node);

// read_tables.cpp
void declare_tables(Loader& loader);
/// Keys, versions and cells of one table, once everything its formulas read is known.
void read_table(Loader& loader, TableSource& source);
/// Formulas inside cells and bounds, for ordering.
[[nodiscard]] std::vector<Formula> formulas_in(Loader& loader, const TableSource& source);

// read_rows.cpp
/// Rows as they are read, for each table of one entry (several where it has columns), with bounds over all its values.
struct TableRows {
    std::vector<std::vector<Row>> rows;
    std::vector<std::optional<formula::Traits>> bounds;
    bool complete = true;  ///< false where a row could not be read, so that what is missing is not known
};
void read_rows(Loader& loader, TableSource& source, Fields& fields, const Citation& citation, TableRows& into);

// read_cells.cpp
struct ReadCell {
    Cell cell;
    formula::Traits traits;
};
/// A cell of one scalar, as in `each`, `across` and CSV.
[[nodiscard]] std::optional<ReadCell> read_cell(Loader& loader, const Table& table, const std::string& text,
                                                const SourceSpan& span);
[[nodiscard]] std::optional<ReadCell> read_cell(Loader& loader, const Table& table, const Node& node);
/// The cell under keys such as amount, code, outcome or stated_by; reports where there is none or more than one.
[[nodiscard]] std::optional<ReadCell> read_cell(Loader& loader, const Table& table, Fields& fields);
[[nodiscard]] std::optional<KeyPattern> read_pattern(Loader& loader, const Key& key, const std::string& text,
                                                     const SourceSpan& span);
[[nodiscard]] std::optional<KeyPattern> read_pattern(Loader& loader, const Key& key, const Node& node);

// table_index.cpp
/// Cuts, sizes and governing rows of every version; reports doubled, missing and unreachable cells and holes between
/// intervals. Flags stand beside the versions of one table.
/// Every value of the version before times a number, rounded; printed exceptions win, and say what the rule would give.
struct Uplift {
    Rational by = 1;
    std::optional<RoundingRule> rounding;
    std::vector<Row> except;
    std::vector<Rational> instead_of;  ///< of each exception
    SourceSpan span;
};
struct VersionFlags {
    bool keeps = false;    ///< its other rows are those of the version before
    bool complete = true;  ///< every row was read, so what is missing is known
    std::optional<Uplift> uplift = {};
    bool may_be_idle = false;  ///< a row that no record can reach is no slip
    std::optional<Date> stated_from = {};  ///< of a value that others interrupt: its own first day, which what it follows from was before
};
/// A change of an overlay on the cells that some keys pick, from a day until the table's next value.
struct ValueChange {
    std::optional<Date> from;
    std::vector<KeyPattern> keys;  ///< of every key of the table
    bool was_absent = false;
    Cell was, is;                  ///< unless it multiplies
    bool multiplies = false;
    Rational by = 1;
    std::optional<RoundingRule> rounding;
    std::optional<Rational> amounts;  ///< how many printed cells are multiplied
    Citation citation;
    SourceSpan was_span, span;
};
void index_table(Loader& loader, Table& table, const std::vector<VersionFlags>& flags, const std::vector<ValueChange>& changes,
                 const std::vector<Row>& other_rows);

// table_changes.cpp
/// Calls back with each position of a table that the keys pick, and what to call it.
using VisitCells = std::function<void(const std::vector<KeyPattern>&, const std::function<void(std::size_t, const std::string&)>&)>;
[[nodiscard]] std::optional<Uplift> read_uplift(Loader& loader, const TableSource& source, Fields& fields, const Citation& citation);
/// The changes of an overlay on one table, in order.
[[nodiscard]] std::vector<ValueChange> read_value_changes(Loader& loader, const TableSource& source, std::size_t measure);
void uplift_cells(Loader& loader, const Table& table, Version& version, const Version& before, const Uplift& uplift, bool checks,
                  const VisitCells& visit);
/// Makes the change; where it `checks`, says where `was` does not hold.
void change_cells(Loader& loader, const Table& table, Version& version, const ValueChange& change, const VisitCells& visit,
                  bool checks);

// decisions.cpp
/// The versions as known once a day's decisions are made: of what covers a day the greatest `from`, then the latest decision.
struct KnownVersions {
    std::vector<Version> versions;
    std::vector<VersionFlags> flags;
};
[[nodiscard]] KnownVersions known_versions(const std::vector<Version>& all, const std::vector<VersionFlags>& flags, Date known_on);
/// Every day on which one of them was decided, ascending.
[[nodiscard]] std::vector<Date> days_of_decision(const std::vector<Version>& versions);
void check_replacements(Loader& loader, const Table& table);
/// A number for each interval of a numeric key, once its table is indexed.
[[nodiscard]] std::vector<Rational> key_values(const Loader& loader, const Key& key);

// read_scales.cpp
void declare_scales(Loader& loader);
void read_scale(Loader& loader, TableSource& source);  ///< once its key is known

// find.cpp
/// `find:` of a step as the formula it stands for.
[[nodiscard]] std::optional<Formula> read_find(Loader& loader, const Entry& entry, const Node& node, const std::optional<Type>& gives);

// read_lent.cpp
/// `table:` of a step with `pack_by`, the rate of a pack that the record names, as the formula it stands for.
[[nodiscard]] std::optional<Formula> read_lent(Loader& loader, const Entry& entry, Fields& fields, const std::optional<Type>& gives);

// read_steps.cpp
void declare_steps(Loader& loader);
void resolve_in_order(Loader& loader);

// read_lines.cpp, read_cases.cpp
void read_lines(Loader& loader);
void read_totals(Loader& loader);
void read_refusals(Loader& loader);
/// Conditions by outcome; adds what is proved where all of them are false to `known`.
[[nodiscard]] std::vector<Condition> read_conditions(Loader& loader, const Node& node, const std::string& what,
                                                     OutcomeClass wanted, formula::Proof& known);
// read_payments.cpp
/// `payers:` of a line that is read but for its rounding; `known` is what holds on the days on which the line is live.
[[nodiscard]] std::vector<Slice> read_slices(Loader& loader, const Node& node, const Line& line, const formula::Proof& known);
[[nodiscard]] std::optional<Instalments> read_instalments(Loader& loader, const Node& node);
/// Reports a rounding under which a reversal would not reverse to the penny.
void check_mirrored(Loader& loader, const RoundingRule& rule, const std::string& what, const SourceSpan& span);
/// What settlement lines read: lines of their own kind of record, and no line by way of itself.
void check_settlements(Loader& loader);
// read_groups.cpp
void read_groups(Loader& loader);     ///< after the facts
void read_gathers(Loader& loader);    ///< after the lines
void read_share_out(Loader& loader);  ///< the same
/// Reports a fact gathered from what a kind of record that reads it does not group.
void check_groups(Loader& loader);
void read_cases(Loader& loader);
void read_identities(Loader& loader);
void read_not_covered(Loader& loader);

// check_units.cpp, check_identities.cpp, checks.cpp
void check_units(Loader& loader);
void check_identities(Loader& loader);
void check_contents(Loader& loader);

// meaning.cpp
/// SHA-256 of what a tariff says, however it is written: names sorted, numbers as fractions, days in full; without titles,
/// sources, cases, the order of rows and keys, or the files they stand in.
[[nodiscard]] std::string meaning_hash(const TariffContents& tariff);

// from_document.cpp, load.cpp
class UsesAhead;  // uses.cpp
/// Reads every section of `loader.document` into `loader.t`; everything that is wrong is reported.
void from_document(Loader& loader, const std::filesystem::path& pack, UsesAhead& uses);
/// load_tariff without its wrapping.
[[nodiscard]] std::optional<TariffContents> load_contents(const std::filesystem::path& pack,
                                                          const std::vector<std::filesystem::path>& search,
                                                          std::vector<std::string> using_packs, bool lending, Report& report);

}  // namespace bandtariff::loading
