// What a tariff compiles to: for each kind of record, columns to load, paid days, and routines of column operations over
// blocks of rows. Made by src/plan (entry point `compile`), run by src/kernel; printed by dump.cpp, checked by verify.cpp.
//
// A value is either small (codes, yes/no, days, outcome ranks, table positions: 32 bits in every lane) or a number. A number
// is an integer times one constant unit; which integer type carries it is the routine's lane, chosen by proof of its bounds.
// Outcomes are small values of their own beside each value, ranked so that the greatest wins: see Ranks.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/plan.hpp"

namespace bandtariff::plan {

using Small = std::int32_t;

/// Rows a block: enough that a pass costs more than its call, few enough that what it leaves stays near.
constexpr std::size_t block_rows = 2048;

/// Outcomes as small numbers: 0 a value, then what pays nothing, then stops, then `absent` (no line). The greatest wins.
struct Ranks {
    std::vector<OutcomeId> outcome_of;    ///< by rank; [0] unused
    std::vector<std::uint16_t> number_of; ///< by rank: the outcome's number; 0 for a value, no_line_applies for absent
    std::vector<Small> rank_of;           ///< by outcome position; 0 for those of class priced
    Small first_stop = 1;
    Small absent = 1;
    // Those that the kernel gives by itself.
    Small code_unknown = 0, fact_out_of_range = 0, fact_missing = 0, no_paid_days = 0, outside_applies = 0, part_year_not_stated = 0,
          part_month_not_stated = 0, part_week_not_stated = 0, no_value = 0, cannot_split = 0, not_exact = 0, negative_not_allowed = 0;
    // Outcomes of class priced, which have no rank.
    std::uint16_t priced = 0, priced_zero = 0, priced_in_part = 0;
};

/// One column operation. `a b c` are its operands in order; numbers in brackets are its factors.
enum class Op : std::uint8_t {
    // To a small value.
    input_small,          ///< leaf `aux`
    constant_small,       ///< `aux`
    index,                ///< position in a table: indexes[aux]
    lookup_small,         ///< small table `aux` at a
    maximum_small,        ///< the greater of a and b: the outcome that wins
    first_nonzero,        ///< a, or b where a is 0
    select_small,         ///< b where a holds, else c
    both, either, inverse,
    equal_small, less_small, less_or_equal_small,
    interval_small,       ///< how many of cut list `aux` are at or below a
    equal, less, less_or_equal,  ///< of numbers: a x [0] against b x [1]
    interval,             ///< how many of the factors a has reached (or passed, where strict)
    has_residue,          ///< whether a x [0] / [1] is no whole number
    days, complete_weeks, complete_months,  ///< from day a to day b, both counted
    // To a number.
    input_number,         ///< leaf `aux`, x [0] in the exact lane
    constant,             ///< [0]
    lookup,               ///< number table `aux` at a
    whole,                ///< small a as a number
    linear,               ///< a x [0] + b x [1] + [2]; b may be missing
    multiply,
    minimum, maximum,     ///< of a x [0] and b x [1]
    select,               ///< b x [0] where a holds, else c x [1]
    round,                ///< a x [0] / [1] to a whole number by roundings[aux], x [2]
    divide,               ///< a / b, 1 where b is 0; exact lane only
};
[[nodiscard]] bool yields_number(Op op);
[[nodiscard]] const char* name_of(Op op);
/// Whether an operand is a number; the others are small.
[[nodiscard]] bool reads_number(Op op, std::size_t operand);

/// Whole numbers that mean k x unit each.
struct NumberTable {
    Rational unit = 1;
    std::vector<std::int64_t> narrow;
    std::vector<Integer> wide;  ///< used instead of `narrow` where some k is past 64 bits
    [[nodiscard]] std::size_t size() const { return wide.empty() ? narrow.size() : wide.size(); }
    [[nodiscard]] Rational at(std::size_t k) const { return unit * (wide.empty() ? Rational(narrow[k]) : Rational(wide[k])); }
};

struct Tables {
    std::vector<std::vector<Small>> small;
    std::vector<NumberTable> number;
    std::vector<std::vector<Small>> cuts;
    std::vector<Rounding> roundings;
};

using Register = std::uint16_t;

/// Position in a dense table: the sum of each register's own share of it.
struct Index {
    struct Term {
        Register from = 0;
        Small stride = 1;
        std::vector<Small> map;  ///< where positions share cells: position to share, stride included; else empty
    };
    std::vector<Term> terms;
};

struct Instruction {
    Op op = Op::constant_small;
    Register to = 0;
    std::vector<Register> from;
    std::int64_t aux = 0;
    std::vector<Rational> factors;
    std::vector<bool> strict;  ///< of interval: the factor itself is not yet reached
    unsigned bits = 0;         ///< of the largest magnitude it can meet
    bool modulo = false;       ///< in lane i53: more than it loads, and carried modulo 2^64 beside its size; only payments read it
};

/// i53: whole numbers in doubles; the others in whole numbers of that width, or in rationals.
enum class Lane { i53, int64, int128, exact };
/// Bits that lane i53 carries, and those of a number that is loaded or paid.
constexpr unsigned i53_bits = 53, i53_loaded_bits = 51;
[[nodiscard]] const char* name_of(Lane lane);

/// Instructions in order over two files of registers. In the exact lane every unit is 1 and numbers are rationals.
struct Routine {
    std::vector<Instruction> steps;
    std::vector<Index> indexes;
    unsigned small_registers = 0;
    unsigned number_registers = 0;
    std::vector<Register> small_roots, number_roots;
    // Steps that read neither the period nor the scenario come first, then those that read the period alone, then the others.
    std::size_t by_period = 0;    ///< the first step that another period needs
    std::size_t by_scenario = 0;  ///< the first that another scenario needs, in the same period
    Lane lane = Lane::int64;
    unsigned bits = 0;       ///< of the largest magnitude any step can meet
    std::string widest;      ///< the step that needs them
    [[nodiscard]] bool reads_scenario() const { return by_scenario < steps.size(); }
};

/// What a routine reads: one column each.
struct Leaf {
    enum class Kind {
        code,     ///< of a code or yes/no fact: its position; one past the last where absent without a default
        day,      ///< of a date or year fact as carried
        number,   ///< of a number fact as carried
        grid,     ///< of a number fact: steps above its least value
        given,    ///< 0 or 1: stated
        missing,  ///< 0, or the rank of fact_missing where neither stated nor defaulted
        period,   ///< which stretch of days between the group's cuts
        scenario, ///< of a sweep: the same for every row
    };
    Kind kind = Kind::code;
    FactId fact;
    std::int64_t otherwise = 0;  ///< carried where the fact is absent
    bool has_default = false;
    std::size_t group = 0;       ///< of a period: which list of cuts
    /// Whether rows state it; the others are the same for all of a block, or follow from its days.
    [[nodiscard]] bool of_rows() const { return kind != Kind::period && kind != Kind::scenario; }
    friend bool operator==(const Leaf& a, const Leaf& b) { return a.kind == b.kind && a.fact == b.fact && a.group == b.group; }
};

/// What a stated fact must be, or the record is not priced.
struct FactCheck {
    FactId fact;
    std::int64_t low = 0, high = 0;
    Small rank = 0;      ///< where it is not
    bool admits = true;  ///< false: only kept in range
};

struct Days {
    Small first = 0, until = 0;  ///< half-open day numbers
};

struct SpanProgram {
    SpanRule::Kind kind = SpanRule::Kind::none;
    bool without_days = false;  ///< an undated tariff's kind without a span
    bool bounded = false;       ///< days outside `reach` are outside_applies
    Days reach;                 ///< every paid day lies here
    std::size_t from = 0, from_missing = 0, last = 0, last_missing = 0;  ///< leaves
    std::optional<std::size_t> left, left_missing;
    bool leaving_day_paid = false;
    YearKind year = YearKind::financial;
};

/// What a stretch of days counts: a whole number, of `unit`.
struct Weights {
    /// sum: without days, the amount itself. times: what the record says, for all its days together.
    enum class Kind { days, table, started, complete, once, whole, sum, times, weeks, units };
    Kind kind = Kind::days;
    Rational unit = 1;
    Integer most = 1;                 ///< that a record can reach
    bool may_be_negative = false;
    std::vector<std::int64_t> before; ///< table, started, complete: the count on days before each day of the reach
    struct Slope {
        Small from = 0;         ///< first day on which
        std::int64_t each = 1;  ///< a day counts so much
    };
    std::vector<Slope> slopes;        ///< table: ascending, up to the end of the reach
    std::vector<Small> starts;        ///< started, complete, whole: first days of months or years, ascending
    bool whole_months_only = false;
    // units: terms or school days. By day of the reach and its end, as `before`.
    std::vector<std::int64_t> begun;  ///< started: what the unit that holds the day counts, where the day is not its first
    std::vector<Small> closed;        ///< complete: the first day of the unit that ends with no day before this one, else this day
    std::vector<Small> not_listed;    ///< days before this one that no calendar says anything about
    Small cut = 0;                    ///< the rank of days that cut a unit, where they may not; else 0
    TimeBasis::Part part = TimeBasis::Part::by_days;  ///< weeks: started, complete or refused
    std::optional<std::size_t> on, on_missing;  ///< once: leaves of the named day; times: of the number
    bool refused = false;             ///< days or months where there are none: part_year_not_stated
};

/// How one line's amounts become pence.
struct Payment {
    Register state = 0, amount = 0;
    Rational scale = 1;            ///< quanta in one unit of amount x weight; in the exact lane the amount's unit is 1
    Rounding rounding;
    std::int64_t quantum_pence = 1;
    bool parts = false;            ///< each stretch of equal amount is rounded
    bool one_state = false;        ///< must be the same on all days
    bool may_be_negative = false;
    bool never_negative = false;   ///< proved
    unsigned bits = 0;             ///< of twice the last numerator and its divisor
    bool residue = false;          ///< in lane i53: the numerator is past 53 bits, and carried modulo 2^64 beside its size
};

struct LineProgram {
    LineId line;
    Weights weights;
    Payment payment;
    Integer most_pence = 0;  ///< in magnitude; 0 where it is not proved
    bool proved = true;
    bool paid = true;
    bool separable = false;
    CodeId payer;                      ///< where it is always the same party; else the next two
    Register payer_code = 0, payer_stop = 0;
    bool span_of_its_own = true;  ///< else a change of state is cannot_split before anything else
    bool by_scenario = false;     ///< its state, amount or payer is another in another scenario
};

/// A fact's rows of a block, in the type that they were given in. Those of a grid are `less` above their place on it.
struct Source {
    const void* at = nullptr;
    Column::Type type = Column::Type::i64;
    std::int64_t less = 0;
};

/// Where the rows after a block's lie, asked for some cache lines at a time while the block is worked out: a first look at a column waits for
/// memory, and requests for all of them at once wait for each other.
class RowsAhead {
public:
    void clear() { count_ = column_ = 0; }
    void add(const void* at, std::size_t bytes) {
        const auto* first = static_cast<const std::byte*>(at);
        if (count_ < most_columns && bytes > 0) columns_[count_++] = {first, first + bytes};
    }
    /// About what memory brings while one step goes over a block.
    void ask_some() { ask(24); }
    void ask_all() { ask(std::numeric_limits<std::size_t>::max()); }

private:
    void ask(std::size_t lines) {
        while (lines > 0 && column_ < count_) {
            Column& column = columns_[column_];
            for (; lines > 0 && column.next < column.end; column.next += bytes_a_line, --lines) __builtin_prefetch(column.next);
            if (column.next >= column.end) ++column_;
        }
    }
    static constexpr std::size_t most_columns = 32, bytes_a_line = 64;
    struct Column {
        const std::byte *next = nullptr, *end = nullptr;
    };
    std::array<Column, most_columns> columns_;
    std::size_t count_ = 0, column_ = 0;
};

/// A block of rows as a lane sees it: one column a leaf, of small values or of numbers.
struct Block {
    std::size_t rows = 0;
    std::vector<const Small*> small;  ///< nullptr where only positions in tables are read of it: see reads_as_stated
    std::vector<Source> stated;       ///< of numbers, and of those small values
    std::optional<Small> period, scenario;  ///< where it is the same for every row: its leaf may then have no column
    RowsAhead* ahead = nullptr;
};

/// Bounds that leave out no day.
constexpr Small before_days = std::numeric_limits<Small>::min(), after_days = std::numeric_limits<Small>::max();

/// What a stretch of days of each row counts.
struct Counted {
    enum class By { once, days, number, weights };
    By by = By::once;
    const Small *from = nullptr, *until = nullptr;  ///< days: those of them inside [low, high)
    Small low = before_days, high = after_days;
    std::int64_t each = 1;  ///< days: what one counts
    Source number;
    const std::int64_t* weights = nullptr;
    [[nodiscard]] bool whole() const { return low == before_days && high == after_days; }
};

/// One line on one stretch of days of each row.
struct Accrual {
    const Small* state = nullptr;   ///< rank on these days
    const Small* active = nullptr;  ///< 1 where the row has these days
    const Small* counts = nullptr;  ///< 1 where they add amount x what they count, else no days are counted; nullptr: everywhere
    Counted counted;                ///< days or weights
    Small* differs = nullptr;       ///< becomes 1 where two stretches have unlike states; nullptr: not asked
};

/// Where a line's pence go and, unless nullptr, outcomes: of rows whose pence are all they come to.
struct Ended {
    std::int64_t* pence = nullptr;
    std::uint16_t* outcome = nullptr;
    std::uint16_t priced = 0, priced_zero = 0;
    bool past_cache = false;  ///< the pence begin at a cache line and nothing here reads them again: they may go past the cache
};

/// A routine made ready for one integer type. Implemented in src/kernel, one file a lane.
class LaneCode {
public:
    /// What is another than in the last run, and so which steps are to run: all, those that read the period, or the scenario.
    enum class Again { everything, period, scenario };
    struct Scratch {
        virtual ~Scratch() = default;
    };
    virtual ~LaneCode() = default;
    /// For blocks of up to so many rows.
    [[nodiscard]] virtual std::unique_ptr<Scratch> scratch(std::size_t rows) const = 0;
    /// Whether of this leaf nothing is read but positions in tables, and so from the column as it was stated, and of a period or a
    /// scenario that is the same for every row, from no column.
    [[nodiscard]] virtual bool reads_as_stated(std::size_t leaf) const = 0;
    /// The block's columns are otherwise those of the last run.
    virtual void run(const Block& block, Again again, Scratch& scratch) const = 0;
    [[nodiscard]] virtual const Small* small(const Scratch& scratch, Register from) const = 0;
    /// Whether a small register is known to be 0 in every row.
    [[nodiscard]] virtual bool is_none(const Scratch& scratch, Register from) const = 0;
    /// Appends a number register: in the lanes of up to 64 bits to `narrow`, else to `wide`; in units but in the exact lane.
    virtual void numbers(const Scratch& scratch, Register from, std::size_t rows, std::vector<Rational>& wide,
                         std::vector<std::int64_t>& narrow) const = 0;
    /// A line's sums: cleared; added to, from what the last run gave; ended, as pence and the rank of what stops them. True where
    /// nothing stops any row: `rank` is then not written.
    virtual void begin(std::size_t line, std::size_t rows, Scratch& scratch) const = 0;
    virtual void accrue(std::size_t line, std::size_t rows, bool first, const Accrual& days, Scratch& scratch) const = 0;
    virtual bool finish(std::size_t line, std::size_t rows, std::int64_t* pence, Small* rank, Scratch& scratch) const = 0;
    /// Whether a line's last stretch and its end may be one, as nothing stops a sum and none is rounded in parts.
    [[nodiscard]] virtual bool ends_at_once(std::size_t line) const = 0;
    /// What the last run gave, counted and, where `more`, added to the sums; ended.
    virtual void end_at_once(std::size_t line, std::size_t rows, const Counted& counted, bool more, const Ended& to, Scratch& scratch) const = 0;
};

/// `leaves`: what its rows are read from.
[[nodiscard]] std::unique_ptr<const LaneCode> make_lane(const Routine& routine, const Tables& tables, const std::vector<Leaf>& leaves,
                                                        std::vector<Payment> payments, const Ranks& ranks);

/// Lines that share their cuts and their lane, and so one routine.
struct Group {
    std::vector<Small> cuts;  ///< first days of the periods after the first
    std::optional<std::size_t> period;  ///< leaf
    Routine routine;
    std::vector<LineProgram> lines;
    Register refusal = 0;     ///< of the record's refuse conditions: the rank
    std::unique_ptr<const LaneCode> code;
};

struct RecordProgram {
    RecordId record;
    std::vector<FactCheck> checks;
    std::vector<Leaf> leaves;
    SpanProgram span;
    Tables tables;
    std::optional<Group> refuse;
    std::vector<Group> groups;
    std::optional<std::size_t> scenario;  ///< leaf
    std::vector<FactId> stated;  ///< facts that every row of a block states, where this program may be used
    std::string row_by_row;    ///< why rows are priced one by one, with no groups of lines; else empty
    bool total_proved = true;  ///< no row's total can leave 64 bits
};

/// A program for blocks of which every row states some facts. One price needs none, nor does loading a pack, so it is compiled when
/// it is first asked for. Safe to share between threads: one compiles, and others that ask meanwhile wait for it.
class StatedProgram {
public:
    using Compile = std::function<void(RecordProgram&)>;
    StatedProgram(std::vector<FactId> facts, Compile compile) : facts_(std::move(facts)), compile_(std::move(compile)) {}

    /// What every row states, where the program may be used.
    [[nodiscard]] const std::vector<FactId>& facts() const { return facts_; }
    [[nodiscard]] const RecordProgram& program() const {
        std::call_once(compiled_, [this] { compile_(program_); });
        return program_;
    }

private:
    std::vector<FactId> facts_;
    Compile compile_;
    mutable std::once_flag compiled_;
    mutable RecordProgram program_;
};

}  // namespace bandtariff::plan

namespace bandtariff {

struct Plan::Program {
    plan::Ranks ranks;
    std::vector<plan::RecordProgram> records;  ///< by record position
    /// The same, for blocks of which every row states what records are expected to; nullptr where that changes nothing.
    std::vector<std::unique_ptr<const plan::StatedProgram>> stated;
};

}  // namespace bandtariff
