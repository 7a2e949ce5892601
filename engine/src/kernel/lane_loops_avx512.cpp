// The loops for x86-64 with AVX-512 (F, DQ, BW, VL): built with that machine's options, run only where it is found.
#include "kernel/lane_loops.hpp"
#include "kernel/lane_products.hpp"
#include "kernel/lane_residues.hpp"

#if defined(__AVX512F__) && defined(__AVX512VL__)
#include <immintrin.h>
#endif

namespace bandtariff::kernel {

#if defined(__AVX512F__) && defined(__AVX512VL__)

struct Machine_avx512 {
    static constexpr bool direct = true, permutes = true;

    /// Each row's word, put or added. The cells stay in registers: an instruction looks up 32 rows in 64 cells, so 256 cells take four and
    /// a choice between them.
    template <bool added, class To, class V>
    static void look_up(std::size_t rows, To* to, const V* at, Small less, const Words& words) {
        if (words.count <= 64) look_up_in<1, added>(rows, to, at, less, words.cells);
        else if (words.count <= 128) look_up_in<2, added>(rows, to, at, less, words.cells);
        else look_up_in<4, added>(rows, to, at, less, words.cells);
    }

private:
    template <bool added>
    static void put(Small* to, __m512i found) {
        const __m512i low = lower(found), high = upper(found);
        _mm512_storeu_si512(to, added ? _mm512_add_epi32(_mm512_loadu_si512(to), low) : low);
        _mm512_storeu_si512(to + 16, added ? _mm512_add_epi32(_mm512_loadu_si512(to + 16), high) : high);
    }
    template <bool added>
    static void put(std::uint16_t* to, __m512i found) {
        _mm512_storeu_si512(to, found);
    }
    static __m512i lower(__m512i words) { return _mm512_cvtepu16_epi32(_mm512_castsi512_si256(words)); }
    static __m512i upper(__m512i words) { return _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(words, 1)); }
    static __m512i positions(const std::uint8_t* at) { return _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at))); }
    static __m512i positions(const std::uint16_t* at) { return _mm512_loadu_si512(at); }
    static __m512i positions(const std::int32_t* at) {
        const __m256i low = _mm512_cvtepi32_epi16(_mm512_loadu_si512(at)), high = _mm512_cvtepi32_epi16(_mm512_loadu_si512(at + 16));
        return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    }
    static __m512i positions(const std::int64_t* at) {
        alignas(64) std::uint16_t words[32];
        for (std::size_t k = 0; k < 32; ++k) words[k] = static_cast<std::uint16_t>(at[k]);
        return _mm512_load_si512(words);
    }
    static __m512i in_64(const __m512i* cells, __m512i at) { return _mm512_permutex2var_epi16(cells[0], at, cells[1]); }
    static __m512i in_128(const __m512i* cells, __m512i at) {
        return _mm512_mask_mov_epi16(in_64(cells, at), _mm512_test_epi16_mask(at, _mm512_set1_epi16(64)), in_64(cells + 2, at));
    }
    template <int sixty_fours, bool added, class To, class V>
    static void look_up_in(std::size_t rows, To* to, const V* at, Small less, const std::uint16_t* from) {
        __m512i cells[2 * sixty_fours];
        for (int k = 0; k < 2 * sixty_fours; ++k) cells[k] = _mm512_loadu_si512(from + 32 * k);
        const __m512i off = _mm512_set1_epi16(static_cast<short>(less));
        std::size_t i = 0;
        for (; i + 32 <= rows; i += 32) {
            const __m512i position = _mm512_sub_epi16(positions(at + i), off);
            if constexpr (sixty_fours == 1) put<added>(to + i, in_64(cells, position));
            else if constexpr (sixty_fours == 2) put<added>(to + i, in_128(cells, position));
            else {
                const __mmask32 high = _mm512_test_epi16_mask(position, _mm512_set1_epi16(128));
                put<added>(to + i, _mm512_mask_mov_epi16(in_128(cells, position), high, in_128(cells + 4, position)));
            }
        }
        for (; i < rows; ++i) {
            const To found = static_cast<To>(from[static_cast<Small>(at[i]) - less]);
            to[i] = added ? static_cast<To>(to[i] + found) : found;
        }
    }
};

/// Eight rows in a register of 512 bits.
struct EightRows {
    using Doubles = __m512d;
    static constexpr std::size_t width = 8;
    static Doubles load(const double* from) { return _mm512_loadu_pd(from); }
    static void store(double* to, Doubles x) { _mm512_storeu_pd(to, x); }
    // Eight loads, and not the instruction that gathers: it takes twice as long.
    [[gnu::always_inline]] static Doubles look_up(const double* cells, const Small* at) {
        return _mm512_setr_pd(cells[at[0]], cells[at[1]], cells[at[2]], cells[at[3]], cells[at[4]], cells[at[5]], cells[at[6]], cells[at[7]]);
    }
    [[gnu::always_inline]] static Doubles look_up(const std::int32_t* cells, const Small* at) {
        return _mm512_cvtepi32_pd(_mm256_setr_epi32(cells[at[0]], cells[at[1]], cells[at[2]], cells[at[3]], cells[at[4]], cells[at[5]], cells[at[6]], cells[at[7]]));
    }
    static __m256i smalls(const Small* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
    static Doubles whole(const std::uint8_t* from) { return _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))); }
    static Doubles whole(const std::uint16_t* from) { return _mm512_cvtepi32_pd(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)))); }
    static Doubles whole(const std::int32_t* from) { return _mm512_cvtepi32_pd(smalls(from)); }
    static Doubles days(const Small* first, const Small* until) { return _mm512_cvtepi32_pd(_mm256_sub_epi32(smalls(until), smalls(first))); }
    static Doubles days_inside(const Small* first, const Small* until, Small low, Small high) {
        const __m256i from = _mm256_max_epi32(smalls(first), _mm256_set1_epi32(low)), to = _mm256_min_epi32(smalls(until), _mm256_set1_epi32(high));
        return _mm512_cvtepi32_pd(_mm256_max_epi32(_mm256_sub_epi32(to, from), _mm256_setzero_si256()));
    }
    static Doubles add(Doubles x, Doubles y) { return _mm512_add_pd(x, y); }
    static Doubles subtract(Doubles x, Doubles y) { return _mm512_sub_pd(x, y); }
    static Doubles multiply(Doubles x, Doubles y) { return _mm512_mul_pd(x, y); }
    static Doubles fused(Doubles x, Doubles factor, Doubles bias) { return _mm512_fmadd_pd(x, factor, bias); }
    static Doubles all(double x) { return _mm512_set1_pd(x); }
    static Doubles turned(Doubles bias, Doubles x, std::uint64_t sign) {
        return _mm512_xor_pd(bias, _mm512_and_pd(x, _mm512_castsi512_pd(_mm512_set1_epi64(static_cast<long long>(sign)))));
    }
    static __m512i whole_of(Doubles shifted) { return _mm512_sub_epi64(_mm512_castpd_si512(shifted), _mm512_castpd_si512(all(to_whole))); }
    static void pence(std::int64_t* to, Doubles shifted) { _mm512_storeu_si512(to, whole_of(shifted)); }
    static void pence_past_cache(std::int64_t* to, Doubles shifted) { store_past_cache(to, whole_of(shifted)); }
    static void settle() { _mm_sfence(); }
    static void outcomes(std::uint16_t* to, Doubles shifted, std::uint16_t priced, std::uint16_t zero) { outcomes(to, whole_of(shifted), priced, zero); }
    static void outcomes(std::uint16_t* to, __m512i pence, std::uint16_t priced, std::uint16_t zero) {
        const __mmask8 some = _mm512_test_epi64_mask(pence, pence);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                         _mm_mask_mov_epi16(_mm_set1_epi16(static_cast<short>(zero)), some, _mm_set1_epi16(static_cast<short>(priced))));
    }

    using Wholes = __m512i;
    // A load of both halves a row, of even rows and of odd ones; then the first halves of all, and the second ones.
    [[gnu::always_inline]] static void look_up(const WideCell* cells, const Small* at, Doubles& size, Wholes& whole) {
        const auto one = [&](int k) { return _mm_load_pd(&cells[at[k]].size); };
        const auto two = [&](int a, int b) { return _mm256_insertf128_pd(_mm256_castpd128_pd256(one(a)), one(b), 1); };
        const auto four = [](__m256d low, __m256d high) { return _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1); };
        const Doubles even = four(two(0, 2), two(4, 6)), odd = four(two(1, 3), two(5, 7));
        size = _mm512_unpacklo_pd(even, odd);
        whole = _mm512_castpd_si512(_mm512_unpackhi_pd(even, odd));
    }
    static Wholes load(const std::int64_t* from) { return _mm512_loadu_si512(from); }
    static void store(std::int64_t* to, Wholes x) { _mm512_storeu_si512(to, x); }
    static void store_past_cache(std::int64_t* to, Wholes x) { _mm512_stream_si512(reinterpret_cast<__m512i*>(to), x); }
    static Wholes wholes(Doubles x) { return _mm512_cvtpd_epi64(x); }
    static Wholes all_wholes(std::int64_t x) { return _mm512_set1_epi64(x); }
    static Wholes add(Wholes x, Wholes y) { return _mm512_add_epi64(x, y); }
    static Wholes subtract(Wholes x, Wholes y) { return _mm512_sub_epi64(x, y); }
    static Wholes multiply(Wholes x, Wholes y) { return _mm512_mullo_epi64(x, y); }
    static Wholes bits_in_both(Wholes x, Wholes y) { return _mm512_and_si512(x, y); }
    static Wholes bits_in_one(Wholes x, Wholes y) { return _mm512_xor_si512(x, y); }
    static Wholes past(Wholes x, Wholes y) { return _mm512_movm_epi64(_mm512_cmpgt_epi64_mask(x, y)); }
};
constexpr ProductTable products_avx512 = Products<Machine_avx512, EightRows>::table();
constexpr StretchTable stretches_avx512 = Products<Machine_avx512, EightRows>::stretches();
constexpr ResidueTable residues_avx512 = Residues<Machine_avx512, EightRows>::table();

#else

struct Machine_avx512 {
    static constexpr bool direct = true, permutes = false;
};
constexpr ProductTable products_avx512 = Products<Machine_avx512, OneRow<Machine_avx512>>::table();
constexpr StretchTable stretches_avx512 = Products<Machine_avx512, OneRow<Machine_avx512>>::stretches();
constexpr ResidueTable residues_avx512 = Residues<Machine_avx512, OneRow<Machine_avx512>>::table();

#endif

extern constexpr Passes passes_avx512 = Loops<Machine_avx512>::table("avx512", &products_avx512, &stretches_avx512, &residues_avx512);

}  // namespace bandtariff::kernel
