// A compiled program over columns: block by block, loaded, cut into periods, each group of lines run and counted, and the
// lines folded into each record's outcome and total. Entry points: Plan::price(PlacementTable, QuoteTable) and, for sweeps,
// Plan::price_scenarios.
// A block of which every row states what records are expected to goes through the program that takes that for granted. Scratch is
// allocated once a call; a row costs no allocation outside the exact lane.
#include <algorithm>
#include <memory>
#include <stdexcept>

#include "kernel/batch_fold.hpp"
#include "kernel/batch_lines.hpp"
#include "kernel/row_by_row.hpp"

namespace bandtariff::kernel {
namespace {

using plan::Group;
using plan::LineProgram;
using plan::Ranks;
using Again = plan::LaneCode::Again;

/// How many numbers lie between the beginning of a cache line and this one.
std::size_t past_cache_line(const std::int64_t* at) { return reinterpret_cast<std::uintptr_t>(at) % 64 / sizeof *at; }

/// So few periods that every row is taken through each of them, with or without days there.
constexpr Small few_periods = 4;

class Batch {
public:
    /// For blocks of up to `most` rows. `past_cache`: there are so many that the first results are long out of the cache when the last are made.
    Batch(const plan::RecordProgram& program, const Ranks& ranks, std::size_t most, bool past_cache)
        : past_cache_(past_cache), program_(program), ranks_(ranks), loaded_(program, most), stretch_(most), refusal_(most),
          reached_(program.groups.size()), before_lines_(most), folded_(ranks, most) {
        if (program.refuse) refuse_scratch_ = program.refuse->code->scratch(most);
        for (const Group& group : program.groups) {
            scratch_.push_back(group.code->scratch(most));
            lines_.emplace_back();
            for (std::size_t k = 0; k < group.lines.size(); ++k) lines_.back().emplace_back(most);
            by_stretches_.push_back(std::all_of(group.lines.begin(), group.lines.end(), by_stretches));
        }
        alone_ = program.groups.size() == 1 && program.groups[0].lines.size() == 1 && program.groups[0].lines[0].paid && program.total_proved;
    }

    /// One block, of `records` from `start` on.
    void price(const PlacementTable& records, std::size_t start, std::size_t rows, const QuoteTable& quotes) {
        begin(records, start, rows, quotes, start);
        for (std::size_t g = 0; g < program_.groups.size(); ++g) price_group(g, Again::everything);
        keep_stopped(quotes);
        fold(quotes.total_pence.data() + start);
        write_lines(start, quotes);
    }

    /// The same in each of some scenarios, into the first rows of `quotes`; `take` has them after each.
    template <class Take>
    void price_scenarios(const PlacementTable& records, std::size_t start, std::size_t rows, std::size_t scenarios, const QuoteTable& quotes, const Take& take);

private:
    template <class Take>
    void each_stretch(const std::vector<Small>& cuts, const Reached& reached, bool by_periods, Take take);
    [[nodiscard]] Reached reached(const std::vector<Small>& cuts) const { return cuts.empty() ? Reached{} : periods_reached(cuts, loaded_); }
    /// Loads a block, whose quotes begin at `at`, and refuses what the record refuses.
    void begin(const PlacementTable& records, std::size_t start, std::size_t rows, const QuoteTable& quotes, std::size_t at);
    std::int64_t* pence_of(const LineProgram& line, LineRows& rows, const QuoteTable& quotes, std::size_t at) const;
    void refuse();
    void price_group(std::size_t g, Again again);
    void price_stretch(std::size_t g, bool first, bool last, Again again);
    void keep_stopped(const QuoteTable& quotes);
    void fold(std::int64_t* total);
    void end_fold(std::int64_t* total);
    enum class Lines { all, fixed, by_scenario };
    void add_to_fold(Lines which);
    void write_lines(std::size_t start, const QuoteTable& quotes);
    void write_payers(const LineProgram& line, const LineRows& rows, std::span<std::uint16_t> payer) const;
    [[nodiscard]] LineBatch line_batch(std::size_t g, std::size_t k) const { return {program_.groups[g], k, program_.span, ranks_}; }
    void show_period(const Group& group) {
        loaded_.block.period = stretch_.one_period;
        if (program_.scenario && !group.code->reads_as_stated(*program_.scenario)) loaded_.fill(*program_.scenario, *loaded_.block.scenario);
        if (!group.period) return;
        if (!stretch_.one_period) loaded_.block.small[*group.period] = stretch_.own_period.data();
        else if (!group.code->reads_as_stated(*group.period)) loaded_.fill(*group.period, *stretch_.one_period);
    }
    /// Whether a line is to be priced again for another scenario.
    static bool goes_on(const LineProgram& line, Again again) { return again == Again::everything || line.by_scenario; }

    bool past_cache_;
    const plan::RecordProgram& program_;
    const Ranks& ranks_;
    LoadedBlock loaded_;
    StretchRows stretch_;
    SmallColumn refusal_;
    std::vector<Reached> reached_;  ///< by group: the periods that the block reaches
    SmallColumn before_lines_;  ///< `stopped` as it was before lines were folded
    bool any_before_lines_ = false;
    FoldedRows folded_;
    std::uint16_t* outcome_ = nullptr;
    std::unique_ptr<plan::LaneCode::Scratch> refuse_scratch_;
    std::vector<std::unique_ptr<plan::LaneCode::Scratch>> scratch_;
    std::vector<std::vector<LineRows>> lines_;
    std::vector<bool> by_stretches_;  ///< by group: all its lines are
    bool alone_ = false;              ///< one line is the whole record
};

/// Takes the block through the stretches that `cuts` leave of its days: its only one; where `by_periods` and there are few, each
/// period for every row; or each row's own. `take(first, last)` for each.
template <class Take>
void Batch::each_stretch(const std::vector<Small>& cuts, const Reached& reached, bool by_periods, Take take) {
    if (reached.first == reached.last) {
        take_all(cuts, reached.first, loaded_, stretch_);
        take(true, true);
    } else if (by_periods && reached.last - reached.first < few_periods) {
        for (Small period = reached.first; period <= reached.last; ++period) {
            take_period(cuts, period, loaded_, stretch_);
            take(period == reached.first, period == reached.last);
        }
    } else {
        const Small periods = find_periods(cuts, loaded_, stretch_);
        for (Small n = 0; n < periods; ++n) {
            take_stretch(cuts, n, loaded_, stretch_);
            take(n == 0, n + 1 == periods);
        }
    }
}

void Batch::begin(const PlacementTable& records, std::size_t start, std::size_t rows, const QuoteTable& quotes, std::size_t at) {
    load(program_, ranks_, records, start, rows, loaded_);
    find_days(program_.span, ranks_, loaded_);
    refuse();
    outcome_ = quotes.outcome.data() + at;
    for (std::size_t g = 0; g < lines_.size(); ++g)
        for (std::size_t k = 0; k < lines_[g].size(); ++k) lines_[g][k].pence = pence_of(program_.groups[g].lines[k], lines_[g][k], quotes, at);
    if (alone_) lines_[0][0].past_cache = past_cache_ && past_cache_line(lines_[0][0].pence) == 0;
}

/// Where a line's pence are worked out: in the caller's column where that is read by nothing else, else in its own.
std::int64_t* Batch::pence_of(const LineProgram& line, LineRows& rows, const QuoteTable& quotes, std::size_t at) const {
    if (alone_) return quotes.total_pence.data() + at;
    if (program_.scenario && !line.by_scenario) return rows.own_pence.data();  // where it is kept from scenario to scenario
    const auto wanted = std::find_if(quotes.lines.begin(), quotes.lines.end(), [&](const QuoteTable::LineColumn& column) { return column.line == line.line; });
    return wanted == quotes.lines.end() ? rows.own_pence.data() : wanted->pence.data() + at;
}

template <class Take>
void Batch::price_scenarios(const PlacementTable& records, std::size_t start, std::size_t rows, std::size_t scenarios, const QuoteTable& quotes, const Take& take) {
    // Where totals are not proved, lines are added up in their order, so that the same sums pass 64 bits as of one scenario.
    const bool some_apart = !alone_ && program_.total_proved;
    const bool refused_by_scenario = program_.refuse && program_.refuse->routine.reads_scenario();
    for (std::size_t scenario = 0; scenario < scenarios; ++scenario) {
        loaded_.block.scenario = static_cast<Small>(scenario);
        if (scenario == 0 || refused_by_scenario) {
            begin(records, start, rows, quotes, 0);
            for (std::size_t g = 0; g < program_.groups.size(); ++g) price_group(g, Again::everything);
            keep_stopped(quotes);
            if (some_apart) {
                folded_.begin(rows);
                add_to_fold(Lines::fixed);
                folded_.keep(rows);
            }
        } else {
            if (loaded_.any_stopped) {
                if (any_before_lines_) std::copy_n(before_lines_.begin(), rows, loaded_.stopped.begin());
                else std::fill_n(loaded_.stopped.begin(), rows, 0);
                loaded_.any_stopped = any_before_lines_;
            }
            for (std::size_t g = 0; g < program_.groups.size(); ++g)
                if (program_.groups[g].routine.reads_scenario()) price_group(g, Again::scenario);
            if (some_apart) folded_.go_back(rows);
        }
        if (some_apart) {
            add_to_fold(Lines::by_scenario);
            end_fold(quotes.total_pence.data());
        } else {
            fold(quotes.total_pence.data());
        }
        write_lines(0, quotes);
        take(scenario, start, rows);
    }
}

void Batch::refuse() {
    if (!program_.refuse) return;
    const Group& group = *program_.refuse;
    bool refused = false;
    const auto add = [&](bool again) {
        show_period(group);
        group.code->run(loaded_.block, again ? Again::period : Again::everything, *refuse_scratch_);
        loaded_.ahead.ask_all();
        const Small* rank = group.code->small(*refuse_scratch_, group.refusal);
        if (group.code->is_none(*refuse_scratch_, group.refusal) || passes().any(loaded_.rows, rank) == 0) return;
        if (!refused) std::fill_n(refusal_.begin(), loaded_.rows, 0);
        refused = true;
        stretch_.spread(loaded_);
        for (std::size_t i = 0; i < loaded_.rows; ++i) refusal_[i] = std::max(refusal_[i], stretch_.active[i] != 0 ? rank[i] : 0);
    };
    each_stretch(group.cuts, reached(group.cuts), true, [&](bool first, bool) { add(!first); });
    if (!refused || passes().any(loaded_.rows, refusal_.data()) == 0) return;
    loaded_.any_stopped = true;
    for (std::size_t i = 0; i < loaded_.rows; ++i) {
        if (refusal_[i] == 0) continue;
        loaded_.stopped[i] = refusal_[i];
        if (!loaded_.same_days) loaded_.first[i] = loaded_.until[i] = loaded_.days.first;
    }
}

void Batch::price_group(std::size_t g, Again again) {
    const Group& group = program_.groups[g];
    if (again == Again::everything) reached_[g] = reached(group.cuts);
    const auto each_line = [&](auto use) {
        for (std::size_t k = 0; k < group.lines.size(); ++k)
            if (goes_on(group.lines[k], again)) use(line_batch(g, k), lines_[g][k]);
    };
    each_line([&](const LineBatch& line, LineRows& rows) { line.begin(loaded_, rows); });
    each_stretch(group.cuts, reached_[g], by_stretches_[g], [&](bool first, bool last) { price_stretch(g, first, last, again); });
    each_line([&](const LineBatch& line, LineRows& rows) { line.end(loaded_, rows, *scratch_[g]); });
}

/// One stretch of each row's days through a group's routine and into its lines. What reads the period is as the last run left it only
/// where there is no other stretch.
void Batch::price_stretch(std::size_t g, bool first, bool last, Again again) {
    const Group& group = program_.groups[g];
    show_period(group);
    const bool only = first && last;
    group.code->run(loaded_.block, only || (first && again == Again::everything) ? again : Again::period, *scratch_[g]);
    loaded_.ahead.ask_all();  // what the steps left: the lines take as long as they do
    for (std::size_t k = 0; k < group.lines.size(); ++k)
        if (goes_on(group.lines[k], again)) line_batch(g, k).take(loaded_, stretch_, first, last, alone_ ? outcome_ : nullptr, lines_[g][k], *scratch_[g]);
}

/// What was stopped before the lines, where anything is to be written or priced after they are folded.
void Batch::keep_stopped(const QuoteTable& quotes) {
    any_before_lines_ = loaded_.any_stopped && (!quotes.lines.empty() || program_.scenario);
    if (any_before_lines_) std::copy_n(loaded_.stopped.begin(), loaded_.rows, before_lines_.begin());
}

void Batch::add_to_fold(Lines which) {
    for (std::size_t g = 0; g < program_.groups.size(); ++g) {
        for (std::size_t k = 0; k < lines_[g].size(); ++k) {
            const LineProgram& line = program_.groups[g].lines[k];
            if (which != Lines::all && (which == Lines::by_scenario) != line.by_scenario) continue;
            // What stands for the lines of a record that is stopped already is no money, and its total may not overflow.
            if (loaded_.any_stopped) passes().clear_ranked(loaded_.rows, lines_[g][k].pence, loaded_.stopped.data());
            folded_.add(line, lines_[g][k], loaded_.rows);
        }
    }
}

/// Every row's lines to its outcome and total.
void Batch::fold(std::int64_t* total) {
    if (!alone_) {
        folded_.begin(loaded_.rows);
        add_to_fold(Lines::all);
    }
    end_fold(total);
}

/// The same of lines that are added already.
void Batch::end_fold(std::int64_t* total) {
    const std::size_t n = loaded_.rows;
    if (!alone_) {
        loaded_.any_stopped = folded_.end(n, loaded_.stopped.data(), total, outcome_);
        return;
    }
    if (lines_[0][0].outcomes) return;
    if (lines_[0][0].rank == nullptr && !loaded_.any_stopped) return folded_.end_alone(n, total, outcome_);
    loaded_.any_stopped = folded_.end_alone(lines_[0][0], n, loaded_.stopped.data(), total, outcome_);
}

/// Who pays a line, on the rows where it pays.
void Batch::write_payers(const LineProgram& line, const LineRows& rows, std::span<std::uint16_t> payer) const {
    for (std::size_t i = 0; i < payer.size(); ++i) {
        const bool pays = rows.rank_at(i) == 0 && loaded_.stopped[i] == 0;
        const Small party = line.payer.valid() ? static_cast<Small>(line.payer.index) : rows.payer[i];
        payer[i] = pays ? static_cast<std::uint16_t>(party) : QuoteTable::no_payer;
    }
}

void Batch::write_lines(std::size_t start, const QuoteTable& quotes) {
    for (const QuoteTable::LineColumn& wanted : quotes.lines) {
        for (std::size_t g = 0; g < program_.groups.size(); ++g) {
            for (std::size_t k = 0; k < program_.groups[g].lines.size(); ++k) {
                if (program_.groups[g].lines[k].line != wanted.line) continue;
                const LineRows& rows = lines_[g][k];
                std::int64_t* pence = wanted.pence.data() + start;
                if (pence != rows.pence) std::copy_n(rows.pence, loaded_.rows, pence);
                if (loaded_.any_stopped) passes().clear_ranked(loaded_.rows, pence, loaded_.stopped.data());
                if (!wanted.payer.empty()) write_payers(program_.groups[g].lines[k], rows, wanted.payer.subspan(start, loaded_.rows));
                if (wanted.outcome.empty()) continue;
                for (std::size_t i = 0; i < loaded_.rows; ++i) {
                    // Where the record stopped before its lines, or a line is not there, it has no outcome but the record's.
                    const bool not_there = rows.told ? rows.live[i] == 0 : (any_before_lines_ && before_lines_[i] != 0) || rows.rank_at(i) == ranks_.absent;
                    const Small rank = not_there && loaded_.stopped[i] != 0 ? loaded_.stopped[i] : rows.rank_at(i);
                    wanted.outcome[start + i] = ranks_.number_of[static_cast<std::size_t>(rank)];
                }
            }
        }
    }
}

/// Whether every row of a block states some facts, well or not.
bool all_are_stated(const std::vector<FactId>& facts, const PlacementTable& records, std::size_t start, std::size_t rows) {
    return std::all_of(facts.begin(), facts.end(), [&](FactId fact) { return all_stated(records.column(fact), start, rows); });
}

void check_facts(const TariffContents& tariff, const plan::RecordProgram& program, const PlacementTable& records) {
    for (const plan::FactCheck& fact : program.checks) {
        if (!fact.admits || records.stated(fact.fact) || tariff.at(fact.fact).scenario) continue;
        throw std::invalid_argument(tariff.at(fact.fact).name + ": the pack can read this fact; give it a column or say that no row states it");
    }
}

void check(const TariffContents& tariff, const PlacementTable& records, const QuoteTable& quotes) {
    const auto length = [&](std::size_t size, const std::string& name) {
        if (size == records.rows()) return;
        throw std::invalid_argument(name + ": has " + std::to_string(size) + " rows where the records have " + std::to_string(records.rows()));
    };
    length(quotes.total_pence.size(), "total_pence");
    length(quotes.outcome.size(), "outcome");
    for (const QuoteTable::LineColumn& column : quotes.lines) {
        if (tariff.at(column.line).record != records.record()) {
            throw std::invalid_argument(tariff.at(column.line).name + ": is a line of another kind of record");
        }
        length(column.pence.size(), tariff.at(column.line).name);
        if (!column.outcome.empty()) length(column.outcome.size(), tariff.at(column.line).name + " outcome");
        if (!column.payer.empty()) length(column.payer.size(), tariff.at(column.line).name + " payer");
        for (const auto& slice : column.slices) length(slice.size(), tariff.at(column.line).name + " slices");
        if (!column.slices.empty() && column.slices.size() != tariff.at(column.line).payers.size())
            throw std::invalid_argument(tariff.at(column.line).name + ": has " + std::to_string(tariff.at(column.line).payers.size()) + " payers");
    }
}

/// Each block of a table with what prices it: the program that takes for granted that its rows state what is expected, where they do.
/// `results`: where the pence of the rows go, of which all blocks but the first then begin at a cache line; nullptr: nowhere that stays.
template <class Price>
void each_block(const Plan::Program& of, const PlacementTable& records, const std::int64_t* results, Price price) {
    constexpr std::size_t past_a_second_cache = 64 * plan::block_rows;  // rows of 10 bytes
    const plan::RecordProgram& program = of.records.at(records.record().index);
    const plan::StatedProgram* of_stated = of.stated.at(records.record().index).get();
    const std::size_t most = std::min(plan::block_rows, records.rows());
    const bool past_cache = results != nullptr && records.rows() >= past_a_second_cache;
    std::unique_ptr<Batch> any, stated;
    const auto batch = [&](std::unique_ptr<Batch>& one, const plan::RecordProgram& by) -> Batch& {
        if (!one) one = std::make_unique<Batch>(by, of.ranks, most, past_cache);
        return *one;
    };
    for (std::size_t start = 0, rows = 0; start < records.rows(); start += rows) {
        rows = std::min(start == 0 && past_cache ? most - past_cache_line(results) : most, records.rows() - start);
        if (of_stated != nullptr && all_are_stated(of_stated->facts(), records, start, rows)) price(batch(stated, of_stated->program()), start, rows);
        else price(batch(any, program), start, rows);
    }
}

}  // namespace
}  // namespace bandtariff::kernel

namespace bandtariff {

void Plan::price_as_known(const PlacementTable& records, const QuoteTable& quotes) const {
    const plan::RecordProgram& program = program_->records.at(records.record().index);
    kernel::check(*tariff_, records, quotes);
    kernel::check_facts(*tariff_, program, records);
    if (!program.row_by_row.empty()) return kernel::price_row_by_row(tariff_, program, records, quotes);
    kernel::each_block(*program_, records, quotes.total_pence.data(), [&](kernel::Batch& batch, std::size_t start, std::size_t rows) {
        batch.price(records, start, rows, quotes);
    });
}

void Plan::price_scenarios(const PlacementTable& records, std::size_t scenarios, const QuoteTable& block, const TakeScenario& take) const {
    static_assert(rows_a_block == plan::block_rows);
    const plan::RecordProgram& program = program_->records.at(records.record().index);
    kernel::check_facts(*tariff_, program, records);
    if (!program.row_by_row.empty()) return kernel::price_scenarios_row_by_row(tariff_, program, records, scenarios, block, take);
    kernel::each_block(*program_, records, nullptr, [&](kernel::Batch& batch, std::size_t start, std::size_t rows) {
        batch.price_scenarios(records, start, rows, scenarios, block, take);
    });
}

}  // namespace bandtariff
