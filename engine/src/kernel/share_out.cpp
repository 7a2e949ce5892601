// A sum to the shares of the rows of a group, to the penny: by weight with the largest remainders first, by weight with one row
// that takes the rest, or in an order until nothing is left. Entry point: share_out. Shares always add up to the sum.
#include <algorithm>
#include <numeric>

#include "kernel/group_book.hpp"

namespace bandtariff::kernel {
namespace {

Rational pounds(Money money) { return ExactMoney(money).pounds(); }

/// Whole quanta in a sum, toward zero.
Integer quanta(const Rational& sum, const Rational& quantum) {
    const Rational count = sum / quantum;
    return numerator(count) / denominator(count);
}

Money to_money(const Rational& sum) { return round(ExactMoney(Rate(sum)), Rounding::directed(Rounding::Mode::exact, Rate(Rational(1, 100)))); }

/// Each gives what it can, the first in the order first.
void in_order(const ShareOut& rule, const Rational& pot, const std::vector<Claim>& claims, Shares& shares) {
    std::vector<std::size_t> order(claims.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (claims[a].order != claims[b].order) return rule.from_latest ? claims[a].order > claims[b].order : claims[a].order < claims[b].order;
        return claims[a].id < claims[b].id;
    });
    const Rational quantum = rule.rounding.rounding.quantum().value();
    Rational left = abs(pot);
    for (const std::size_t i : order) {
        const Rational can = Rational(quanta(claims[i].weight, quantum)) * quantum;
        const Rational gives = std::min(can, left);
        left -= gives;
        shares.exact[i] = pot < 0 ? Rational(-gives) : gives;
        shares.payable[i] = to_money(shares.exact[i]);
    }
    if (left > 0) shares.why_not = "its records can give " + to_string(Rational(abs(pot) - left)) + " of " + to_string(abs(pot));
}

/// Everyone's share rounded down, then one quantum more for the largest remainders until all is given.
void by_remainder(const ShareOut& rule, const Rational& pot, const std::vector<Claim>& claims, Shares& shares) {
    const Rational quantum = rule.rounding.rounding.quantum().value();
    std::vector<Integer> whole(claims.size());
    std::vector<Rational> remainder(claims.size());
    std::vector<std::size_t> order;
    Integer left = quanta(abs(pot), quantum);
    for (std::size_t i = 0; i < claims.size(); ++i) {
        const Rational exact = abs(shares.exact[i]);
        whole[i] = quanta(exact, quantum);
        remainder[i] = exact - Rational(whole[i]) * quantum;
        left -= whole[i];
        if (claims[i].weight > 0) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return remainder[a] != remainder[b] ? remainder[a] > remainder[b] : claims[a].id < claims[b].id;
    });
    for (std::size_t k = 0; left > 0; ++k, --left) whole[order[k]] += 1;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        const Rational share = Rational(whole[i]) * quantum;
        shares.payable[i] = to_money(pot < 0 ? Rational(-share) : share);
    }
}

void with_rest(const ShareOut& rule, Money pot, const std::vector<Claim>& claims, Shares& shares) {
    const auto rests = std::count_if(claims.begin(), claims.end(), [](const Claim& claim) { return claim.takes_rest; });
    if (rests != 1) {
        shares.why_not = std::to_string(rests) + " of its records take the rest, and one has to";
        return;
    }
    Money left = pot;
    std::size_t rest = 0;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        if (claims[i].takes_rest) {
            rest = i;
            continue;
        }
        if (rule.rounding.rounding.mode() == Rounding::Mode::exact && !is_multiple(shares.exact[i], rule.rounding.rounding.quantum())) {
            shares.why_not = "the share of '" + claims[i].id + "' is " + to_string(shares.exact[i]) + ", which is not whole";
            return;
        }
        shares.payable[i] = round(ExactMoney(Rate(shares.exact[i])), rule.rounding.rounding);
        left = left - shares.payable[i];
    }
    shares.payable[rest] = left;
    if (left != Money() && (left < Money()) != (pot < Money()))
        shares.why_not = "the rest, for '" + claims[rest].id + "', would be " + to_string(left) + ", which is of the other sign";
}

}  // namespace

Shares share_out(const ShareOut& rule, Money pot, const std::vector<Claim>& claims) {
    Shares shares{std::vector<Money>(claims.size()), std::vector<Rational>(claims.size()), 0, {}};
    for (const Claim& claim : claims) {
        shares.weights += claim.weight;
        const std::string negative = "the weight of '" + claim.id + "' is below zero";
        if (claim.weight < 0 && (shares.why_not.empty() || negative < shares.why_not)) shares.why_not = negative;
    }
    if (!shares.why_not.empty() || pot == Money()) return shares;
    if (rule.order) {
        in_order(rule, pounds(pot), claims, shares);
        return shares;
    }
    if (shares.weights == 0) {
        shares.why_not = claims.empty() ? "it has no records" : "all weights are zero";
        return shares;
    }
    for (std::size_t i = 0; i < claims.size(); ++i) shares.exact[i] = pounds(pot) * claims[i].weight / shares.weights;
    if (rule.takes_rest) with_rest(rule, pot, claims, shares);
    else by_remainder(rule, pounds(pot), claims, shares);
    return shares;
}

}  // namespace bandtariff::kernel
