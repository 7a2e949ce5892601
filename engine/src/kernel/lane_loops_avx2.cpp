// The loops for x86-64 with AVX2 and FMA: built with that machine's options, run only where it is found.
#include "kernel/lane_loops.hpp"
#include "kernel/lane_products.hpp"
#include "kernel/lane_residues.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#endif

namespace bandtariff::kernel {

struct Machine_avx2 {
    static constexpr bool direct = false, permutes = false;
};

#if defined(__AVX2__) && defined(__FMA__)

/// Four rows in a register of 256 bits.
struct FourRows {
    using Doubles = __m256d;
    static constexpr std::size_t width = 4;
    static Doubles load(const double* from) { return _mm256_loadu_pd(from); }
    static void store(double* to, Doubles x) { _mm256_storeu_pd(to, x); }
    [[gnu::always_inline]] static Doubles look_up(const double* cells, const Small* at) {
        return _mm256_setr_pd(cells[at[0]], cells[at[1]], cells[at[2]], cells[at[3]]);
    }
    [[gnu::always_inline]] static Doubles look_up(const std::int32_t* cells, const Small* at) {
        return _mm256_cvtepi32_pd(_mm_setr_epi32(cells[at[0]], cells[at[1]], cells[at[2]], cells[at[3]]));
    }
    static __m128i smalls(const Small* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
    static Doubles whole(const std::uint8_t* from) { return _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_loadu_si32(from))); }
    static Doubles whole(const std::uint16_t* from) { return _mm256_cvtepi32_pd(_mm_cvtepu16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))); }
    static Doubles whole(const std::int32_t* from) { return _mm256_cvtepi32_pd(smalls(from)); }
    static Doubles days(const Small* first, const Small* until) { return _mm256_cvtepi32_pd(_mm_sub_epi32(smalls(until), smalls(first))); }
    static Doubles days_inside(const Small* first, const Small* until, Small low, Small high) {
        const __m128i from = _mm_max_epi32(smalls(first), _mm_set1_epi32(low)), to = _mm_min_epi32(smalls(until), _mm_set1_epi32(high));
        return _mm256_cvtepi32_pd(_mm_max_epi32(_mm_sub_epi32(to, from), _mm_setzero_si128()));
    }
    static Doubles add(Doubles x, Doubles y) { return _mm256_add_pd(x, y); }
    static Doubles subtract(Doubles x, Doubles y) { return _mm256_sub_pd(x, y); }
    static Doubles multiply(Doubles x, Doubles y) { return _mm256_mul_pd(x, y); }
    static Doubles fused(Doubles x, Doubles factor, Doubles bias) { return _mm256_fmadd_pd(x, factor, bias); }
    static Doubles all(double x) { return _mm256_set1_pd(x); }
    static Doubles turned(Doubles bias, Doubles x, std::uint64_t sign) {
        return _mm256_xor_pd(bias, _mm256_and_pd(x, _mm256_castsi256_pd(_mm256_set1_epi64x(static_cast<long long>(sign)))));
    }
    static __m256i whole_of(Doubles shifted) { return _mm256_sub_epi64(_mm256_castpd_si256(shifted), _mm256_castpd_si256(all(to_whole))); }
    static void pence(std::int64_t* to, Doubles shifted) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), whole_of(shifted)); }
    static void pence_past_cache(std::int64_t* to, Doubles shifted) { store_past_cache(to, whole_of(shifted)); }
    static void settle() { _mm_sfence(); }
    static void outcomes(std::uint16_t* to, Doubles shifted, std::uint16_t priced, std::uint16_t zero) { outcomes(to, whole_of(shifted), priced, zero); }
    static void outcomes(std::uint16_t* to, __m256i pence, std::uint16_t priced, std::uint16_t zero) {
        // Of each 64 bits that say whether a row comes to 0, the low 16.
        const __m256i is_zero = _mm256_cmpeq_epi64(pence, _mm256_setzero_si256());
        const __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(is_zero), _mm256_extracti128_si256(is_zero, 1));  // each twice
        const __m128i narrow = _mm_shuffle_epi8(halves, _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1));
        const __m128i chosen = _mm_blendv_epi8(_mm_set1_epi16(static_cast<short>(priced)), _mm_set1_epi16(static_cast<short>(zero)), narrow);
        _mm_storel_epi64(reinterpret_cast<__m128i*>(to), chosen);
    }

    using Wholes = __m256i;
    [[gnu::always_inline]] static void look_up(const WideCell* cells, const Small* at, Doubles& size, Wholes& whole) {
        const auto one = [&](int k) { return _mm_load_pd(&cells[at[k]].size); };
        const auto two = [&](int a, int b) { return _mm256_insertf128_pd(_mm256_castpd128_pd256(one(a)), one(b), 1); };
        const Doubles even = two(0, 2), odd = two(1, 3);
        size = _mm256_unpacklo_pd(even, odd);
        whole = _mm256_castpd_si256(_mm256_unpackhi_pd(even, odd));
    }
    static Wholes load(const std::int64_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
    static void store(std::int64_t* to, Wholes x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), x); }
    static void store_past_cache(std::int64_t* to, Wholes x) { _mm256_stream_si256(reinterpret_cast<__m256i*>(to), x); }
    static Wholes wholes(Doubles x) { return whole_of(add(x, all(to_whole))); }
    static Wholes all_wholes(std::int64_t x) { return _mm256_set1_epi64x(x); }
    static Wholes add(Wholes x, Wholes y) { return _mm256_add_epi64(x, y); }
    static Wholes subtract(Wholes x, Wholes y) { return _mm256_sub_epi64(x, y); }
    // Of halves of 32 bits: low times low, and twice a high one times the other's low, 32 bits up.
    static Wholes multiply(Wholes x, Wholes y) {
        const Wholes across = _mm256_mullo_epi32(x, _mm256_shuffle_epi32(y, 0xB1));
        const Wholes high = _mm256_slli_epi64(_mm256_add_epi64(across, _mm256_srli_epi64(across, 32)), 32);
        return _mm256_add_epi64(_mm256_mul_epu32(x, y), high);
    }
    static Wholes bits_in_both(Wholes x, Wholes y) { return _mm256_and_si256(x, y); }
    static Wholes bits_in_one(Wholes x, Wholes y) { return _mm256_xor_si256(x, y); }
    static Wholes past(Wholes x, Wholes y) { return _mm256_cmpgt_epi64(x, y); }
};
constexpr ProductTable products_avx2 = Products<Machine_avx2, FourRows>::table();
constexpr StretchTable stretches_avx2 = Products<Machine_avx2, FourRows>::stretches();
constexpr ResidueTable residues_avx2 = Residues<Machine_avx2, FourRows>::table();

#else

constexpr ProductTable products_avx2 = Products<Machine_avx2, OneRow<Machine_avx2>>::table();
constexpr StretchTable stretches_avx2 = Products<Machine_avx2, OneRow<Machine_avx2>>::stretches();
constexpr ResidueTable residues_avx2 = Residues<Machine_avx2, OneRow<Machine_avx2>>::table();

#endif

extern constexpr Passes passes_avx2 = Loops<Machine_avx2>::table("avx2", &products_avx2, &stretches_avx2, &residues_avx2);

}  // namespace bandtariff::kernel
