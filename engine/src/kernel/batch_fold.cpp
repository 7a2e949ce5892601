// See batch_fold.hpp. Ranks of all lines are folded a column at a time: the greatest stop, the greatest reason for nothing, whether
// anything has a value and whether that is money; from these each row's rank, and from that its outcome's number.
#include "kernel/batch_fold.hpp"

#include <algorithm>
#include <stdexcept>

namespace bandtariff::kernel {

FoldedRows::FoldedRows(const plan::Ranks& ranks, std::size_t most)
    : numbers_(ranks.number_of), now_(most), rank_(most) {
    const auto past_last = static_cast<Small>(numbers_.size());
    numbers_.insert(numbers_.end(), {ranks.priced, ranks.priced_zero, ranks.priced_in_part});
    numbers_in_all_ = numbers_.size();
    numbers_.resize(numbers_in_all_ + most_words);
    ranks_ = {ranks.first_stop, ranks.absent, past_last, past_last + 1, past_last + 2};
}

void FoldedRows::begin(std::size_t rows) {
    for (SmallColumn* column : {&now_.stop, &now_.separable, &now_.nothing, &now_.notional, &now_.flags}) std::fill_n(column->begin(), rows, 0);
    std::fill_n(now_.total.begin(), rows, 0);
}

void FoldedRows::Columns::copy_from(const Columns& other, std::size_t rows) {
    for (SmallColumn Columns::* column : {&Columns::stop, &Columns::separable, &Columns::nothing, &Columns::notional, &Columns::flags})
        std::copy_n((other.*column).begin(), rows, (this->*column).begin());
    std::copy_n(other.total.begin(), rows, total.begin());
}

void FoldedRows::keep(std::size_t rows) {
    if (kept_.total.empty()) kept_ = Columns(now_.total.size());
    kept_.copy_from(now_, rows);
}

void FoldedRows::go_back(std::size_t rows) { now_.copy_from(kept_, rows); }

void FoldedRows::add(const plan::LineProgram& line, const LineRows& rows, std::size_t count) {
    Small* stop = line.separable ? now_.separable.data() : now_.stop.data();
    Small* nothing = line.paid ? now_.nothing.data() : now_.notional.data();
    const FoldLine fold{rows.rank, rows.pence, line.paid, stop, nothing, now_.flags.data(), now_.total.data()};
    if (!passes().fold_line(count, fold, ranks_)) throw std::overflow_error("a total is past 64 bits of pence");
}

bool FoldedRows::end(std::size_t rows, Small* stopped, std::int64_t* total, std::uint16_t* outcome) {
    const FoldEnd fold{now_.stop.data(), now_.separable.data(), now_.nothing.data(), now_.notional.data(), now_.flags.data(), now_.total.data(), stopped};
    const bool any_stopped = passes().fold_end(rows, fold, ranks_, rank_.data(), total);
    passes().numbers_of(rows, outcome, {numbers_.data(), numbers_in_all_}, rank_.data());
    return any_stopped;
}

void FoldedRows::end_alone(std::size_t rows, const std::int64_t* total, std::uint16_t* outcome) const {
    passes().outcomes(rows, total, numbers_[static_cast<std::size_t>(ranks_.priced)], numbers_[static_cast<std::size_t>(ranks_.priced_zero)], outcome);
}

bool FoldedRows::end_alone(const LineRows& line, std::size_t rows, Small* stopped, std::int64_t* total, std::uint16_t* outcome) {
    const bool any_stopped = passes().fold_alone(rows, line.rank, ranks_, stopped, rank_.data(), total);
    passes().numbers_of(rows, outcome, {numbers_.data(), numbers_in_all_}, rank_.data());
    return any_stopped;
}

}  // namespace bandtariff::kernel
