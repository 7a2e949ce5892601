// See fact_cells.hpp.
#include "file/fact_cells.hpp"

#include <algorithm>
#include <tuple>

#include "bandtariff/groups.hpp"

namespace bandtariff::file {
namespace {

/// Digits and decimals that surely fit 64 bits.
constexpr std::size_t surely_fits = 17;

}  // namespace

FactCells::FactCells(const TariffContents& tariff, FactId fact, const Names* names)
    : tariff_(tariff), fact_(fact), names_(names) {
    const Fact& declared = tariff_.at(fact);
    if (declared.kind != FactKind::number || declared.decimals < 0 || declared.decimals > 9) return;
    quick_ = true;
    decimals_ = declared.decimals;
    std::tie(low_, high_) = carried_bounds(tariff_, fact);
}

void FactCells::read(std::string_view text, std::int64_t& value, Given& given) {
    read_all(1, 0, text.data() + text.size(), [&](std::size_t) { return text; }, &value, &given);
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

ReadText FactCells::read_anew(std::string_view text) const {
    StatedFact stated = read_fact(tariff_, fact_, text);
    if (names_ != nullptr && stated.given == Given::given && tariff_.at(fact_).kind == FactKind::name)
        stated.value = names_->number(text);
    return {stated.value, stated.given};
}

const ReadText& FactCells::read_long(std::string_view text) {
    longest_ = std::max(longest_, text.size());
    const std::uint32_t known = text.size() <= longest_known ? long_texts_.find(text) : TextTable::none;
    if (known != TextTable::none) return long_read_[known];
    unkept_ = read_anew(text);
    if (text.size() > longest_known || long_texts_.size() >= most_long) return unkept_;
    long_texts_.add(text);
    return long_read_.emplace_back(unkept_);
}

}  // namespace bandtariff::file
