// Columns of small values to columns of small values, by the loops of lane_passes.hpp. Entry points: run_small, run_index.
#include "kernel/small_columns.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "kernel/lane_passes.hpp"

namespace bandtariff::kernel {

using plan::Op;

Small days_between(Small first, Small last) { return std::max(0, last - first + 1); }

Small months_between(Small first, Small last) {
    if (last < first) return 0;
    const std::chrono::year_month_day from{from_day_number(first)};
    const std::chrono::year_month_day until{from_day_number(last + 1)};
    const int years = static_cast<int>(until.year()) - static_cast<int>(from.year());
    const int months = static_cast<int>(static_cast<unsigned>(until.month())) - static_cast<int>(static_cast<unsigned>(from.month()));
    return years * 12 + months - (until.day() < from.day() ? 1 : 0);
}

PositionTerm share_of(const plan::Index::Term& term) {
    PositionTerm share;
    share.stride = term.stride;
    const std::vector<Small>& map = term.map;
    if (map.empty()) return share;
    share.map = map.data();
    // A map that only tells an absent fact, or one end of a list, from the rest is a comparison and no load.
    const auto turn = std::find_if(map.begin(), map.end(), [&](Small to_position) { return to_position != map.front(); });
    if (turn == map.end() || std::any_of(turn, map.end(), [&](Small to_position) { return to_position != *turn; })) return share;
    share.turns = true;
    share.turn = static_cast<Small>(turn - map.begin());
    share.low = map.front();
    share.high = *turn;
    return share;
}

void run_index(std::size_t rows, Small* __restrict to, const Small* const* from, const std::vector<plan::Index::Term>& terms) {
    constexpr std::size_t most_terms = 64;
    std::array<PositionTerm, most_terms> parts;
    for (std::size_t t = 0; t < terms.size(); ++t) {
        parts[t] = share_of(terms[t]);
        parts[t].from = from[t];
    }
    passes().position(rows, to, {}, {parts.data(), terms.size()}, 0);
}

void run_small(Op op, std::size_t rows, Small* __restrict to, const Small* const* from, std::int64_t aux, const plan::Tables& tables) {
    switch (op) {
        case Op::constant_small: std::fill_n(to, rows, static_cast<Small>(aux)); return;
        case Op::lookup_small: return passes().lookup_small(rows, to, tables.small[static_cast<std::size_t>(aux)].data(), {}, from[0]);
        case Op::interval_small: {
            const std::vector<Small>& cuts = tables.cuts[static_cast<std::size_t>(aux)];
            return passes().interval_small(rows, to, from[0], cuts.data(), cuts.size());
        }
        case Op::complete_months: for (std::size_t i = 0; i < rows; ++i) to[i] = months_between(from[0][i], from[1][i]); return;
        default: return passes().small(op, rows, to, from[0], from[1], from[2]);
    }
}

}  // namespace bandtariff::kernel
