// See fact_cells.hpp.
#include "file/fact_cells.hpp"

#include "bandtariff/groups.hpp"

namespace bandtariff::file {
namespace {

/// Digits and decimals that surely fit 64 bits.
constexpr std::size_t surely_fits = 17;

}  // namespace

FactCells::FactCells(Tariff tariff, FactId fact, const Names* names) : tariff_(std::move(tariff)), fact_(fact), names_(names) {
    const Fact& declared = tariff_->at(fact);
    if (declared.kind != FactKind::number || declared.decimals < 0 || declared.decimals > 9) return;
    Rational one = 1;
    for (int k = 0; k < declared.decimals; ++k) one *= 10;
    const Rational low = declared.min * one, high = declared.max * one, most = Rational(Integer(1) << 62);
    // Only whole bounds are compared here; others are left to read_fact.
    if (denominator(low) != 1 || denominator(high) != 1 || abs(low) > most || abs(high) > most) return;
    quick_ = true;
    decimals_ = declared.decimals;
    low_ = numerator(low).convert_to<std::int64_t>();
    high_ = numerator(high).convert_to<std::int64_t>();
}

bool FactCells::quick_number(std::string_view text, std::int64_t& value) const {
    if (text.empty() || text.size() + static_cast<std::size_t>(decimals_) > surely_fits) return false;
    if (text.size() > 1 && text[0] == '0' && text[1] != '.') return false;
    std::int64_t number = 0;
    std::size_t at = 0;
    for (; at < text.size() && text[at] != '.'; ++at) {
        const auto digit = static_cast<unsigned char>(text[at] - '0');
        if (digit > 9) return false;
        number = number * 10 + digit;
    }
    int places = 0;
    if (at < text.size()) {
        places = static_cast<int>(text.size() - at) - 1;
        if (at == 0 || places == 0 || places > decimals_) return false;
        for (++at; at < text.size(); ++at) {
            const auto digit = static_cast<unsigned char>(text[at] - '0');
            if (digit > 9) return false;
            number = number * 10 + digit;
        }
    }
    for (; places < decimals_; ++places) number *= 10;
    if (number < low_ || number > high_) return false;
    value = number;
    return true;
}

const FactCells::Read& FactCells::read_anew(std::string_view text) {
    StatedFact stated = read_fact(*tariff_, fact_, text);
    if (names_ != nullptr && stated.given == Given::given && tariff_->at(fact_).kind == FactKind::name) stated.value = names_->number(text);
    unkept_ = {stated.value, stated.given};
    if (text.size() > longest_known || texts_.size() >= most_known) return unkept_;
    texts_.add(text);
    return read_.emplace_back(unkept_);
}

}  // namespace bandtariff::file
