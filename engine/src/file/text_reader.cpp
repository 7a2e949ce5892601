// See text_reader.hpp.
#include "file/text_reader.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace bandtariff::file {

namespace {

bool has_value(const std::uint8_t* valid, std::size_t bit) { return (valid[bit / 8] >> (bit % 8) & 1) != 0; }

std::size_t count_of(const TextColumn& texts) {
    const std::size_t offsets = std::visit([](const auto& all) { return all.size(); }, texts.offsets);
    if (offsets == 0) throw std::invalid_argument("texts: no offsets");
    return offsets - 1;
}

/// The length of the longest of some texts. Throws where offsets cannot be: below nothing, going down, or past the bytes.
template <class Offset>
std::size_t longest_of(std::span<const Offset> offsets, std::size_t bytes) {
    Offset most = 0, signs = offsets.front();
    for (std::size_t k = 1; k < offsets.size(); ++k) {
        using Unsigned = std::make_unsigned_t<Offset>;
        const auto size = static_cast<Offset>(static_cast<Unsigned>(offsets[k]) - static_cast<Unsigned>(offsets[k - 1]));
        signs |= offsets[k] | size;  // of two that are not negative, a difference below nothing has its sign too
        most = std::max(most, size);
    }
    if (signs < 0 || static_cast<std::uint64_t>(offsets.back()) > bytes)
        throw std::invalid_argument("texts: offsets that go down or past the bytes");
    return static_cast<std::size_t>(most);
}

}  // namespace

TextReader::TextReader(const TariffContents& tariff, FactId fact, const TextColumn& texts) : cells_(tariff, fact), texts_(texts) {
    if (!std::holds_alternative<std::monostate>(texts.places)) read_dictionary();
}

bool TextReader::narrow(const TariffContents& tariff, FactId fact) {
    const Fact& declared = tariff.at(fact);
    return declared.kind == FactKind::yes_no ||
           (declared.kind == FactKind::code &&
            tariff.at(declared.codes).codes.size() <= std::numeric_limits<std::uint16_t>::max());
}

void TextReader::read_dictionary() {
    const std::size_t count = count_of(texts_);
    values_.resize(count + 1);
    given_.resize(count + 1);
    std::visit(
        [&](const auto& offsets) {
            all_given_ = read_texts(offsets, texts_.texts_valid, texts_.texts_first_bit, 0, count, values_.data(), given_.data());
        },
        texts_.offsets);
}

template <class Offset, class Value>
bool TextReader::read_texts(std::span<const Offset> all, const std::uint8_t* valid, std::size_t first_bit, std::size_t from,
                            std::size_t to, Value* values, Given* given) {
    const Offset* const offsets = all.data() + from;
    const std::size_t longest = longest_of(all.subspan(from, to - from + 1), texts_.bytes.size());
    const char* const bytes = texts_.bytes.data();
    const char* const end = bytes + texts_.bytes.size();
    const auto text = [&](std::size_t row) {
        return std::string_view(bytes + offsets[row], static_cast<std::size_t>(offsets[row + 1] - offsets[row]));
    };
    if (valid == nullptr) return cells_.read_all(to - from, longest, end, text, values, given);
    // What a row without a value has in its place is not looked at: it reads as nothing does.
    const auto text_if_any = [&](std::size_t row) {
        return text(row).substr(0, has_value(valid, first_bit + from + row) ? std::string_view::npos : 0);
    };
    return cells_.read_all(to - from, longest, end, text_if_any, values, given);
}

template <class Place, class Value>
bool TextReader::read_places(std::span<const Place> places, std::size_t from, std::size_t to, Value* values, Given* given) {
    const std::size_t none = values_.size() - 1;
    bool stray = false, all = true;
    if (texts_.valid == nullptr && all_given_) {
        // Nearly always every row has a place, and every text states the fact: then values are all there is to look up.
        for (std::size_t row = from; row < to; ++row) {
            const auto place = static_cast<std::size_t>(places[row]);
            all &= place < none;
            values[row - from] = static_cast<Value>(values_[std::min(place, none)]);
        }
        std::fill_n(given, to - from, Given::given);
        if (all) return true;
        all = true;
    }
    for (std::size_t row = from; row < to; ++row) {
        auto place = static_cast<std::size_t>(places[row]);
        // Where there is no value, any place may stand.
        const bool absent =
            places[row] < Place{0} || (texts_.valid != nullptr && !has_value(texts_.valid, texts_.first_bit + row));
        stray |= !absent && place >= none;
        place = absent ? none : std::min(place, none);
        values[row - from] = static_cast<Value>(values_[place]);
        given[row - from] = given_[place];
        all &= given_[place] == Given::given;
    }
    if (stray) throw std::invalid_argument("texts: a place that is none of the texts");
    return all;
}

template <class Value>
bool TextReader::read(std::size_t from, std::size_t to, Value* values, Given* given) {
    return std::visit(
        [&](const auto& places) {
            using Places = std::decay_t<decltype(places)>;
            if constexpr (std::is_same_v<Places, std::monostate>) {
                return std::visit(
                    [&](const auto& offsets) {
                        return read_texts(offsets, texts_.valid, texts_.first_bit, from, to, values, given);
                    },
                    texts_.offsets);
            } else {
                return read_places(places, from, to, values, given);
            }
        },
        texts_.places);
}

template bool TextReader::read(std::size_t, std::size_t, std::uint16_t*, Given*);
template bool TextReader::read(std::size_t, std::size_t, std::int64_t*, Given*);

}  // namespace bandtariff::file

namespace bandtariff {

std::size_t TextColumn::rows() const {
    return std::visit(
        [&](const auto& all) {
            if constexpr (std::is_same_v<std::decay_t<decltype(all)>, std::monostate>)
                return file::count_of(*this);
            else
                return all.size();
        },
        places);
}

}  // namespace bandtariff
