// The loops for x86-64 with AVX-512 (F, DQ, BW, VL): built with that machine's options, run only where it is found.
#include "kernel/lane_loops.hpp"
#include "kernel/lane_products.hpp"

#if defined(__AVX512F__) && defined(__AVX512VL__)
#include <immintrin.h>
#endif

namespace bandtariff::kernel {

struct Machine_avx512 {
    static constexpr bool direct = true;
};

#if defined(__AVX512F__) && defined(__AVX512VL__)

/// Eight rows in a register of 512 bits.
struct EightRows {
    using Doubles = __m512d;
    static constexpr std::size_t width = 8;
    static Doubles load(const double* from) { return _mm512_loadu_pd(from); }
    static void store(double* to, Doubles x) { _mm512_storeu_pd(to, x); }
    // Eight loads, and not the instruction that gathers: it takes twice as long.
    static Doubles look_up(const double* cells, const Small* at) {
        return _mm512_setr_pd(cells[at[0]], cells[at[1]], cells[at[2]], cells[at[3]], cells[at[4]], cells[at[5]], cells[at[6]], cells[at[7]]);
    }
    static Doubles look_up(const std::int32_t* cells, const Small* at) {
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
    static void outcomes(std::uint16_t* to, Doubles shifted, std::uint16_t priced, std::uint16_t zero) {
        const __mmask8 some = _mm512_test_epi64_mask(whole_of(shifted), whole_of(shifted));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                         _mm_mask_mov_epi16(_mm_set1_epi16(static_cast<short>(zero)), some, _mm_set1_epi16(static_cast<short>(priced))));
    }
};
constexpr ProductTable products_avx512 = Products<Machine_avx512, EightRows>::table();

#else

constexpr ProductTable products_avx512 = Products<Machine_avx512, OneRow<Machine_avx512>>::table();

#endif

extern constexpr Passes passes_avx512 = Loops<Machine_avx512>::table("avx512", &products_avx512);

}  // namespace bandtariff::kernel
