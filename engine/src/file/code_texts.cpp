// Columns of text to columns of facts. Entry point: code_texts. A record's file has few distinct texts in a column of codes, so
// each is read by read_fact once and then found again in a small table. Words of eight bytes and the length name a text exactly
// (one word up to 8 bytes, two up to 16, four up to 32: as many as the column's longest text needs), and are taken without a
// branch on the length, which would be guessed wrong as often as lengths vary; a longer text is compared in full.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

#include "bandtariff/text_column.hpp"

namespace bandtariff {

namespace {

using Word = std::uint64_t;
static_assert(std::endian::native == std::endian::little, "the bytes past a short text are masked off at the top");

constexpr std::size_t word = sizeof(Word);

/// A text's first and last words, which may overlap, and how long it is. Shorter than a word: its bytes and zeros, each time.
template <std::size_t count>
struct Name {
    std::array<Word, count> words{};
    std::size_t size = 0;
    friend bool operator==(const Name& a, const Name& b) {
        Word unlike = a.size ^ b.size;
        for (std::size_t k = 0; k < count; ++k) unlike |= a.words[k] ^ b.words[k];
        return unlike == 0;
    }
};

Word word_at(const char* bytes) {
    Word loaded;
    std::memcpy(&loaded, bytes, word);
    return loaded;
}

/// Of a text with at least a word of readable bytes from its start on.
template <std::size_t count>
Name<count> name_of(const char* bytes, std::size_t size) {
    const Word mask = size >= word ? ~Word(0) : (Word(1) << (8 * size)) - 1;
    const std::size_t last = size >= word ? size - word : 0;
    Name<count> name;
    name.size = size;
    name.words[0] = word_at(bytes) & mask;
    if constexpr (count > 1) name.words[count - 1] = word_at(bytes + last) & mask;
    if constexpr (count > 2) {
        name.words[1] = word_at(bytes + std::min(last, word)) & mask;
        name.words[2] = word_at(bytes + (size >= 2 * word ? size - 2 * word : 0)) & mask;
    }
    return name;
}

/// Texts seen so far and what each was read as. Open addressing, at most half full.
template <std::size_t count>
class Seen {
public:
    struct Slot {
        Name<count> name;
        std::int64_t value = 0;
        std::uint32_t text = 0;  ///< of a long text, its place among them
        Given given = Given::absent;
        bool used = false;
    };

    Seen(const TariffContents& tariff, FactId fact) : tariff_(tariff), fact_(fact), slots_(smallest) {}

    /// What the text is; read once. Holds until the next text. `end` is the end of what may be read.
    const Slot& operator()(const char* bytes, std::size_t size, const char* end) {
        const Name<count> name =
            static_cast<std::size_t>(end - bytes) >= word ? name_of<count>(bytes, size) : name_near_end(bytes, size);
        for (std::size_t at = place(name);; at = (at + 1) & (slots_.size() - 1)) {
            const Slot& slot = slots_[at];
            if (slot.name == name && slot.used && (size <= count * word || long_[slot.text] == std::string_view(bytes, size)))
                return slot;
            if (!slot.used) return add(name, {bytes, size});
        }
    }

private:
    static constexpr std::size_t smallest = 256;
    static constexpr int shift_of(std::size_t slots) { return 64 - std::countr_zero(slots); }

    [[gnu::noinline]] static Name<count> name_near_end(const char* bytes, std::size_t size) {
        std::array<char, word> copy{};
        std::copy_n(bytes, size, copy.begin());
        return name_of<count>(copy.data(), size);
    }

    [[nodiscard]] std::size_t place(const Name<count>& name) const {
        return static_cast<std::size_t>(
            ((name.words[0] ^ std::rotl(name.words[count - 1], 29) ^ name.size) * 0x9e3779b97f4a7c15u) >> shift_);
    }

    [[gnu::noinline]] const Slot& add(const Name<count>& name, std::string_view text) {
        // A column of distinct texts would make the table as large as the column: past this it forgets and starts again.
        constexpr std::size_t most = 1 << 16;
        if (used_ == most) {
            slots_.assign(smallest, {});
            shift_ = shift_of(smallest);
            long_.clear();
            used_ = 0;
        }
        if (2 * ++used_ > slots_.size()) grow();
        const StatedFact stated = read_fact(tariff_, fact_, text);
        Slot& slot = free_slot(name);
        slot = {name, stated.value, static_cast<std::uint32_t>(long_.size()), stated.given, true};
        if (name.size > count * word) long_.emplace_back(text);
        return slot;
    }

    Slot& free_slot(const Name<count>& name) {
        std::size_t at = place(name);
        while (slots_[at].used) at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }

    void grow() {
        std::vector<Slot> before(2 * slots_.size());
        before.swap(slots_);
        shift_ = shift_of(slots_.size());
        for (const Slot& slot : before) {
            if (slot.used) free_slot(slot.name) = slot;
        }
    }

    const TariffContents& tariff_;
    FactId fact_;
    std::vector<Slot> slots_;
    std::vector<std::string> long_;
    std::size_t used_ = 0;
    int shift_ = shift_of(smallest);  ///< of a hash, to a slot
};

/// Rows [from, to) into `out` and `given`; whether every one of them states the fact.
template <std::size_t count, class T>
bool read_rows(const TariffContents& tariff, FactId fact, const TextColumn& texts, std::size_t from, std::size_t to, T* out,
               Given* given) {
    const char* const bytes = texts.bytes.data();
    const char* const end = bytes + texts.bytes.size();
    Seen<count> seen(tariff, fact);
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
        const auto& stated = seen(bytes + start, stop - start, end);
        out[row] = static_cast<T>(stated.value);
        given[row] = stated.given;
        all &= stated.given == Given::given;
    }
    return all;
}

/// The length of the longest text. Throws where offsets cannot be.
std::size_t longest(const TextColumn& texts) {
    std::int64_t before = 0, shortest = 0, most = 0;
    for (const std::int64_t offset : texts.offsets) {
        shortest = std::min(shortest, offset - before);
        most = std::max(most, offset - before);
        before = offset;
    }
    // A first offset is no length, but one past the longest text only makes the names longer than they need be.
    if (texts.offsets.empty() || shortest < 0 || static_cast<std::size_t>(before) > texts.bytes.size()) {
        throw std::invalid_argument("texts: offsets that go down or past the bytes");
    }
    return static_cast<std::size_t>(most);
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
    const std::size_t most = longest(texts);
    const std::size_t rows = texts.offsets.size() - 1;
    const FactKind kind = tariff.at(fact).kind;
    const bool codes =
        kind == FactKind::code && tariff.at(tariff.at(fact).codes).codes.size() <= std::numeric_limits<std::uint16_t>::max();
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
        const auto into = [&](auto* out) {
            Given* const given = column.given_.data();
            if (most <= word) return read_rows<1>(tariff, fact, texts, from, to, out, given);
            if (most <= 2 * word) return read_rows<2>(tariff, fact, texts, from, to, out, given);
            return read_rows<4>(tariff, fact, texts, from, to, out, given);
        };
        const bool stated = column.narrow_.empty() ? into(column.wide_.data()) : into(column.narrow_.data());
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
