// Columns of small values to columns of small values, one plain loop an operation. Entry point: run_small.
#include "kernel/small_columns.hpp"

#include <algorithm>
#include <chrono>

namespace bandtariff::kernel {
namespace {

using plan::Op;

void run_index(std::size_t rows, Small* __restrict to, const Small* const* from, const plan::Index& index) {
    for (std::size_t t = 0; t < index.terms.size(); ++t) {
        const plan::Index::Term& term = index.terms[t];
        const Small* __restrict a = from[t];
        const Small stride = term.stride;
        const Small* __restrict map = term.map.data();
        if (t == 0 && term.map.empty()) for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] * stride;
        else if (t == 0) for (std::size_t i = 0; i < rows; ++i) to[i] = map[a[i]];
        else if (term.map.empty()) for (std::size_t i = 0; i < rows; ++i) to[i] += a[i] * stride;
        else for (std::size_t i = 0; i < rows; ++i) to[i] += map[a[i]];
    }
}

void run_intervals(std::size_t rows, Small* __restrict to, const Small* __restrict day, const std::vector<Small>& cuts) {
    std::fill(to, to + rows, 0);
    for (const Small cut : cuts) {
        for (std::size_t i = 0; i < rows; ++i) to[i] += day[i] >= cut;
    }
}

}  // namespace

Small days_between(Small first, Small last) { return std::max(0, last - first + 1); }

Small months_between(Small first, Small last) {
    if (last < first) return 0;
    const std::chrono::year_month_day from{from_day_number(first)};
    const std::chrono::year_month_day until{from_day_number(last + 1)};
    const int years = static_cast<int>(until.year()) - static_cast<int>(from.year());
    const int months = static_cast<int>(static_cast<unsigned>(until.month())) - static_cast<int>(static_cast<unsigned>(from.month()));
    return years * 12 + months - (until.day() < from.day() ? 1 : 0);
}

void run_small(Op op, std::size_t rows, Small* __restrict to, const Small* const* from, std::int64_t aux, const plan::Tables& tables,
               const plan::Index* index) {
    const Small* __restrict a = from[0];
    const Small* __restrict b = from[1];
    const Small* __restrict c = from[2];
    switch (op) {
        case Op::index: return run_index(rows, to, from, *index);
        case Op::lookup_small: {
            const Small* __restrict cells = tables.small[static_cast<std::size_t>(aux)].data();
            for (std::size_t i = 0; i < rows; ++i) to[i] = cells[a[i]];
            return;
        }
        case Op::interval_small: return run_intervals(rows, to, a, tables.cuts[static_cast<std::size_t>(aux)]);
        case Op::maximum_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] > b[i] ? a[i] : b[i]; return;
        case Op::first_nonzero: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] != 0 ? a[i] : b[i]; return;
        case Op::select_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] != 0 ? b[i] : c[i]; return;
        case Op::both: for (std::size_t i = 0; i < rows; ++i) to[i] = (a[i] != 0) & (b[i] != 0); return;
        case Op::either: for (std::size_t i = 0; i < rows; ++i) to[i] = (a[i] != 0) | (b[i] != 0); return;
        case Op::inverse: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] == 0; return;
        case Op::equal_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] == b[i]; return;
        case Op::less_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] < b[i]; return;
        case Op::less_or_equal_small: for (std::size_t i = 0; i < rows; ++i) to[i] = a[i] <= b[i]; return;
        case Op::days: for (std::size_t i = 0; i < rows; ++i) to[i] = days_between(a[i], b[i]); return;
        case Op::complete_weeks: for (std::size_t i = 0; i < rows; ++i) to[i] = days_between(a[i], b[i]) / 7; return;
        case Op::complete_months: for (std::size_t i = 0; i < rows; ++i) to[i] = months_between(a[i], b[i]); return;
        default: return;
    }
}

}  // namespace bandtariff::kernel
