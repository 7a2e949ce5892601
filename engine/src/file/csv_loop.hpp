// The loop over CSV text, built once for any machine of the family and once for newer ones (csv_loop_any.cpp, csv_loop_avx2.cpp).
// A bit stands for a byte: of 64 of them those that are commas, line ends or quotation marks. Nothing here calls what is shared
// with code built for other machines. Internal to src/file.
#pragma once

#include <cstring>

#include "file/csv_marks.hpp"

namespace bandtariff::file {
namespace {

constexpr std::size_t csv_chunk = 64;

/// The bytes of 64 that are one of three.
struct Bits {
    std::uint64_t commas = 0, line_ends = 0, quotes = 0;
};

#if defined(__SSE2__)
#if defined(__AVX2__)
using Bytes [[gnu::vector_size(32)]] = char;
#else
using Bytes [[gnu::vector_size(16)]] = char;
#endif

/// A bit a byte: those that are `byte`, of one register.
inline std::uint64_t equal(const char* bytes, char byte) {
    Bytes some;
    std::memcpy(&some, bytes, sizeof some);
#if defined(__AVX2__)
    return static_cast<std::uint32_t>(__builtin_ia32_pmovmskb256(some == Bytes{} + byte));
#else
    return static_cast<std::uint32_t>(__builtin_ia32_pmovmskb128(some == Bytes{} + byte));
#endif
}
#else
using Bytes = char;
inline std::uint64_t equal(const char* bytes, char byte) { return *bytes == byte ? 1 : 0; }
#endif

inline Bits bits_of(const char* bytes) {
    Bits bits;
    for (std::size_t k = 0; k < csv_chunk; k += sizeof(Bytes)) {
        bits.commas |= equal(bytes + k, ',') << k;
        bits.line_ends |= equal(bytes + k, '\n') << k;
        bits.quotes |= equal(bytes + k, '"') << k;
    }
    return bits;
}

/// Calls `take` with the bits of each 64 bytes and the place of the first of them; past the end there are none.
template <class Take>
void each_chunk(const char* text, std::size_t size, Take take) {
    std::size_t at = 0;
    for (; at + csv_chunk <= size; at += csv_chunk) take(bits_of(text + at), at);
    if (at == size) return;
    char rest[csv_chunk] = {};
    std::memcpy(rest, text + at, size - at);
    take(bits_of(rest), at);
}

/// Which bytes are inside quotes: each bit is the parity of those up to it, the opening quotation mark being inside.
inline std::uint64_t inside_quotes(std::uint64_t quotes, std::uint64_t& open) {
    std::uint64_t inside = quotes;
    for (int by = 1; by < 64; by *= 2) inside ^= inside << by;
    inside ^= open;
    open = 0 - (inside >> 63);
    return inside;
}

inline std::size_t add_places(std::uint32_t* to, std::uint64_t bits, std::size_t at) {
    std::size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        to[count++] = static_cast<std::uint32_t>(at) + static_cast<std::uint32_t>(__builtin_ctzll(bits));
    return count;
}

inline CsvCounts csv_loop(const char* text, std::size_t size, const CsvPlaces& places) {
    CsvCounts counts;
    std::uint64_t open = 0;  // all ones inside quotes
    each_chunk(text, size, [&](Bits bits, std::size_t at) {
        if ((bits.quotes | open) != 0) {
            const std::uint64_t inside = inside_quotes(bits.quotes, open);
            counts.quotes += add_places(places.quotes + counts.quotes, bits.quotes, at);
            counts.inner_ends += add_places(places.inner_ends + counts.inner_ends, bits.line_ends & inside, at);
            bits.commas &= ~inside;
            bits.line_ends &= ~inside;
        }
        std::uint64_t all = bits.commas | bits.line_ends;
        for (std::uint64_t rows = bits.line_ends; rows != 0; rows &= rows - 1) {
            const std::uint64_t up_to = rows ^ (rows - 1);
            places.row_ends[counts.row_ends++] =
                static_cast<std::uint32_t>(counts.ends) + static_cast<std::uint32_t>(__builtin_popcountll(all & up_to));
        }
        std::uint32_t* to = places.ends + counts.ends;
        counts.ends += static_cast<std::size_t>(__builtin_popcountll(all));
        // Eight at a time, though fewer be there: how many is guessed wrong more often than that costs. The bit that is always
        // there gives those past the last a place too.
        for (; all != 0; to += 8)
            for (std::size_t k = 0; k < 8; ++k, all &= all - 1)
                to[k] =
                    static_cast<std::uint32_t>(at) + static_cast<std::uint32_t>(__builtin_ctzll(all | std::uint64_t{1} << 63));
    });
    return counts;
}

}  // namespace
}  // namespace bandtariff::file
