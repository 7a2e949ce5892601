// Columns of text to columns of facts. Entry point: code_texts. A record's file has few distinct texts in a column of codes, so
// each is read by read_fact once and then found again in a small table: the first and last eight bytes and the length name a
// text of up to sixteen bytes exactly, and a longer one is compared in full.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <thread>

#include "bandtariff/text_column.hpp"

namespace bandtariff {

namespace {

using Word = std::uint64_t;
static_assert(std::endian::native == std::endian::little, "the bytes past a short text are masked off at the top");

/// The ends of a text, and how long it is.
struct Ends {
    Word first = 0, last = 0;
    std::size_t size = 0;
    friend bool operator==(const Ends&, const Ends&) = default;
};

Word eight(const char* bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

Ends ends_of(const char* bytes, std::size_t size, const char* end) {
    if (size >= sizeof(Word)) return {eight(bytes), eight(bytes + size - sizeof(Word)), size};
    Word word = 0;
    if (end - bytes >= static_cast<std::ptrdiff_t>(sizeof(Word))) {
        word = size == 0 ? 0 : eight(bytes) << (64 - 8 * size);
    } else {
        for (std::size_t k = 0; k < size; ++k) word |= static_cast<Word>(static_cast<unsigned char>(bytes[k])) << (64 - 8 * (size - k));
    }
    return {word, 0, size};
}

/// Texts seen so far and what each was read as. Open addressing, at most half full.
class Seen {
public:
    Seen(const TariffContents& tariff, FactId fact) : tariff_(tariff), fact_(fact), slots_(256) {}

    /// What the text is; read once.
    const StatedFact& operator()(const char* bytes, std::size_t size, const char* end) {
        const Ends ends = ends_of(bytes, size, end);
        for (std::size_t at = place(ends);; at = (at + 1) & (slots_.size() - 1)) {
            const Slot& slot = slots_[at];
            if (slot.ends == ends && slot.used && (size <= 2 * sizeof(Word) || std::memcmp(slot.stated.text.data(), bytes, size) == 0)) return slot.stated;
            if (!slot.used) return add(ends, std::string_view(bytes, size));
        }
    }

private:
    struct Slot {
        Ends ends;
        bool used = false;
        StatedFact stated;
    };

    [[nodiscard]] std::size_t place(const Ends& ends) const {
        const Word mixed = (ends.first ^ std::rotl(ends.last, 29) ^ ends.size) * 0x9e3779b97f4a7c15u;
        return static_cast<std::size_t>(mixed >> (64 - std::bit_width(slots_.size() - 1)));
    }

    const StatedFact& add(const Ends& ends, std::string_view text) {
        // A column of distinct texts would make the table as large as the column: past this it forgets and starts again.
        constexpr std::size_t most = 1 << 16;
        if (used_ == most) {
            slots_.assign(256, {});
            used_ = 0;
        }
        if (2 * ++used_ > slots_.size()) grow();
        Slot& slot = free_slot(ends);
        slot = {ends, true, read_fact(tariff_, fact_, text)};
        slot.stated.text = text;  // also of an absent fact: longer texts are compared by it
        return slot.stated;
    }

    Slot& free_slot(const Ends& ends) {
        std::size_t at = place(ends);
        while (slots_[at].used) at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }

    void grow() {
        std::vector<Slot> before(2 * slots_.size());
        before.swap(slots_);
        for (Slot& slot : before) {
            if (slot.used) free_slot(slot.ends) = std::move(slot);
        }
    }

    const TariffContents& tariff_;
    FactId fact_;
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

/// Rows [from, to) into `out` and `given`; whether every one of them states the fact.
template <class T>
bool read_rows(Seen seen, const TextColumn& texts, std::size_t from, std::size_t to, T* out, Given* given) {
    const char* const bytes = texts.bytes.data();
    const char* const end = bytes + texts.bytes.size();
    bool all = true;
    for (std::size_t row = from; row < to; ++row) {
        const std::size_t bit = texts.first_bit + row;
        if (texts.valid && !(texts.valid[bit / 8] >> (bit % 8) & 1)) {
            out[row] = 0;
            given[row] = Given::absent;
            all = false;
            continue;
        }
        const auto start = static_cast<std::size_t>(texts.offsets[row]), stop = static_cast<std::size_t>(texts.offsets[row + 1]);
        const StatedFact& stated = seen(bytes + start, stop - start, end);
        out[row] = static_cast<T>(stated.value);
        given[row] = stated.given;
        all &= stated.given == Given::given;
    }
    return all;
}

bool in_order(const TextColumn& texts) {
    std::int32_t before = 0;
    bool right = true;
    for (const std::int32_t offset : texts.offsets) {
        right &= offset >= before;
        before = offset;
    }
    return right && static_cast<std::size_t>(before) <= texts.bytes.size();
}

}  // namespace

void CodedColumn::set(PlacementTable& table) const {
    const Given* given = given_.empty() ? nullptr : given_.data();
    if (narrow_.empty()) {
        table.set(fact_, std::span(wide_), given);
    } else {
        table.set(fact_, std::span(narrow_), given);
    }
}

CodedColumn code_texts(const TariffContents& tariff, FactId fact, const TextColumn& texts, unsigned threads) {
    if (texts.offsets.empty() || !in_order(texts)) throw std::invalid_argument("texts: offsets that go down or past the bytes");
    const std::size_t rows = texts.offsets.size() - 1;
    const FactKind kind = tariff.at(fact).kind;
    const bool codes = kind == FactKind::code && tariff.at(tariff.at(fact).codes).codes.size() <= std::numeric_limits<std::uint16_t>::max();
    CodedColumn column;
    column.fact_ = fact;
    column.given_.resize(rows);
    if (codes || kind == FactKind::yes_no) {
        column.narrow_.resize(rows);
    } else {
        column.wide_.resize(rows);
    }
    std::atomic<bool> all = true;
    const auto read = [&](std::size_t from, std::size_t to) {
        Seen seen(tariff, fact);
        const bool stated = column.narrow_.empty() ? read_rows(std::move(seen), texts, from, to, column.wide_.data(), column.given_.data())
                                                   : read_rows(std::move(seen), texts, from, to, column.narrow_.data(), column.given_.data());
        if (!stated) all = false;
    };
    constexpr std::size_t worth_a_thread = 16'384;
    const std::size_t parts = std::clamp<std::size_t>(rows / worth_a_thread, 1, std::max(1u, threads));
    {
        std::vector<std::jthread> others;
        for (std::size_t k = 1; k < parts; ++k) others.emplace_back(read, rows * k / parts, rows * (k + 1) / parts);
        read(0, rows / parts);
    }
    if (all) column.given_.clear();
    return column;
}

}  // namespace bandtariff
