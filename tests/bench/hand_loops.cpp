// The flat loops. All but the first work in blocks that stay in the first-level cache: one pass looks up and multiplies, the
// next divides and rounds, so that the compiler can use wide registers for the second even where the first cannot.
//
// Bounds that every loop relies on, of the flat, ties and wide fixtures: a numerator is below 2^43, a quotient below 2^23.
#include "hand_loops.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cmath>

#define EACH_CPU __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))

namespace bench {

namespace {

constexpr std::size_t block = 1024;
constexpr std::int64_t D = Flat::divisor;

/// n / D to the nearest, an exact half away from zero.
std::int64_t nearest(std::int64_t n) {
    const std::int64_t size = n < 0 ? -n : n;
    const std::int64_t whole = (2 * size + D) / (2 * D);
    return n < 0 ? -whole : whole;
}

std::size_t cell(const Flat& f, std::size_t i) { return (f.need[i] * f.bands + f.band[i]) * f.settings + f.setting[i]; }
std::size_t folded_cell(const Flat& f, std::size_t i) { return cell(f, i) * f.places + f.place[i]; }

/// The obvious loop: two tables, one constant divisor that the compiler turns into a multiplication.
void constant_divisor(const Flat& f, std::size_t from, std::size_t to, std::int64_t* pence) {
    for (std::size_t i = from; i < to; ++i) {
        const std::int64_t amount = f.amount[f.priced_by_place ? folded_cell(f, i) : cell(f, i)];
        pence[i] = nearest(amount * f.cost[f.place[i]] * f.days[i]);
    }
}

/// The same with amount x area cost worked out beforehand for every cell: one look-up and one multiplication less.
void constant_divisor_folded(const Flat& f, std::size_t from, std::size_t to, std::int64_t* pence) {
    for (std::size_t i = from; i < to; ++i) pence[i] = nearest(f.folded[folded_cell(f, i)] * f.days[i]);
}

EACH_CPU void cells_of(const std::uint8_t* need, const std::uint8_t* band, const std::uint8_t* setting, const std::uint8_t* place,
                       std::uint32_t bands, std::uint32_t settings, std::uint32_t places, std::uint32_t* cells,
                       std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) cells[k] = ((need[k] * bands + band[k]) * settings + setting[k]) * places + place[k];
}
EACH_CPU void products(const std::int64_t* table, const std::uint32_t* cells, const std::uint16_t* days, std::int64_t* out,
                       std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) out[k] = table[cells[k]] * days[k];
}

/// Division by a multiplication: with m = ceil(2^s / 2D), floor(x / 2D) is (x m) >> s for every x below 2^44 and s = 86, since
/// m exceeds 2^s / 2D by less than one, so the error x / 2^s is less than 2^-42, and x / 2D is at least 1 / 2D = 2^-22.8 below
/// the next whole number. The high 64 bits of the product are shifted by the remaining 22.
constexpr int magic_shift = 86;
constexpr std::uint64_t magic =
    static_cast<std::uint64_t>(((static_cast<unsigned __int128>(1) << magic_shift) + 2 * D - 1) / (2 * D));

void divide_by_magic(std::int64_t* numbers, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        const std::int64_t sign = numbers[k] >> 63;
        const auto twice = static_cast<std::uint64_t>(2 * ((numbers[k] ^ sign) - sign) + D);
        const auto whole = static_cast<std::int64_t>(
            static_cast<std::uint64_t>((static_cast<unsigned __int128>(twice) * magic) >> 64) >> (magic_shift - 64));
        numbers[k] = (whole ^ sign) - sign;
    }
}

/// Division by a reciprocal: the quotient of doubles can be one off either way, and the remainder in whole numbers says so.
EACH_CPU void divide_by_reciprocal(std::int64_t* numbers, std::size_t count) {
    constexpr double reciprocal = 1.0 / (2 * D);
    for (std::size_t k = 0; k < count; ++k) {
        const std::int64_t sign = numbers[k] >> 63;
        const std::int64_t twice = 2 * ((numbers[k] ^ sign) - sign) + D;
        std::int64_t whole = static_cast<std::int64_t>(static_cast<double>(twice) * reciprocal);
        const std::int64_t rest = twice - whole * 2 * D;
        whole += (rest >= 2 * D) - (rest < 0);
        numbers[k] = (whole ^ sign) - sign;
    }
}

template <void (*divide)(std::int64_t*, std::size_t)>
void in_blocks(const Flat& f, std::size_t from, std::size_t to, std::int64_t* pence) {
    std::array<std::uint32_t, block> cells;
    for (std::size_t i = from; i < to; i += block) {
        const std::size_t count = std::min(block, to - i);
        cells_of(f.need + i, f.band + i, f.setting + i, f.place + i, f.bands, f.settings, f.places, cells.data(), count);
        products(f.folded.data(), cells.data(), f.days + i, pence + i, count);
        divide(pence + i, count);
    }
}

// The filtered loops: y = share x days is within 2^-51 of the true quotient, relatively: the share is rounded once and the
// product once, each by at most 2^-53. Where y is farther from a half than |y| 2^-50, both have the same nearest whole number.
// The rest, exact ties among them, are worked out in whole numbers.

/// Adding 1.5 x 2^52 rounds a double below 2^51 to a whole number and leaves that number in the low bits.
constexpr double to_whole = 0x1.8p52;
constexpr double doubt = 0x1p-50;

EACH_CPU void estimate(const double* table, const std::uint32_t* cells, const std::uint16_t* days, std::int64_t* pence,
                       std::uint8_t* doubtful, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        const double y = table[cells[k]] * static_cast<double>(static_cast<std::int32_t>(days[k]));
        const double shifted = y + to_whole, whole = shifted - to_whole;
        pence[k] = __builtin_bit_cast(std::int64_t, shifted) - __builtin_bit_cast(std::int64_t, to_whole);
        doubtful[k] = std::abs(0.5 - std::abs(y - whole)) <= std::abs(y) * doubt;
    }
}

void filtered(const Flat& f, std::size_t from, std::size_t to, std::int64_t* pence) {
    std::array<std::uint32_t, block> cells;
    std::array<std::uint8_t, block + 8> doubtful{};
    for (std::size_t i = from; i < to; i += block) {
        const std::size_t count = std::min(block, to - i);
        cells_of(f.need + i, f.band + i, f.setting + i, f.place + i, f.bands, f.settings, f.places, cells.data(), count);
        estimate(f.share.data(), cells.data(), f.days + i, pence + i, doubtful.data(), count);
        for (std::size_t k = 0; k < count; k += 8) {
            if (__builtin_memcmp(&doubtful[k], "\0\0\0\0\0\0\0\0", 8) == 0) continue;
            for (std::size_t j = k; j < std::min(k + 8, count); ++j) {
                if (doubtful[j]) pence[i + j] = nearest(f.folded[cells[j]] * f.days[i + j]);
            }
        }
    }
}

/// The same in one pass with AVX2: scalar look-ups into a register of four, a mask of doubt for each four rows.
__attribute__((target("avx2,fma"))) void filtered_avx2_block(const Flat& f, std::size_t from, std::size_t to,
                                                             std::int64_t* pence) {
    const double* table = f.share.data();
    const __m256d magic_number = _mm256_set1_pd(to_whole), half = _mm256_set1_pd(0.5), no_sign = _mm256_set1_pd(-0.0),
                  bound = _mm256_set1_pd(doubt);
    std::size_t i = from;
    for (; i + 4 <= to; i += 4) {
        const std::size_t a = folded_cell(f, i), b = folded_cell(f, i + 1), c = folded_cell(f, i + 2), d = folded_cell(f, i + 3);
        const __m256d shares = _mm256_setr_pd(table[a], table[b], table[c], table[d]);
        const __m256d days =
            _mm256_cvtepi32_pd(_mm_cvtepu16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(f.days + i))));
        const __m256d y = _mm256_mul_pd(shares, days), shifted = _mm256_add_pd(y, magic_number),
                      whole = _mm256_sub_pd(shifted, magic_number);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(pence + i),
                            _mm256_sub_epi64(_mm256_castpd_si256(shifted), _mm256_castpd_si256(magic_number)));
        const __m256d to_half = _mm256_sub_pd(half, _mm256_andnot_pd(no_sign, _mm256_sub_pd(y, whole)));
        const __m256d unsure = _mm256_cmp_pd(to_half, _mm256_mul_pd(_mm256_andnot_pd(no_sign, y), bound), _CMP_LE_OQ);
        int mask = _mm256_movemask_pd(unsure);
        for (; mask != 0; mask &= mask - 1) {
            const std::size_t j = i + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
            pence[j] = nearest(f.folded[folded_cell(f, j)] * f.days[j]);
        }
    }
    constant_divisor_folded(f, i, to, pence);
}
void filtered_avx2(const Flat& f, std::size_t from, std::size_t to, std::int64_t* pence) {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return filtered(f, from, to, pence);
    filtered_avx2_block(f, from, to, pence);
}

constexpr HandLoop loops[] = {
    {"hand: constant divisor", true, false, constant_divisor},
    {"hand: constant divisor, folded table", true, false, constant_divisor_folded},
    {"hand: blocked magic multiply", true, true, in_blocks<divide_by_magic>},
    {"hand: blocked reciprocal", true, true, in_blocks<divide_by_reciprocal>},
    {"hand: filtered, blocked", false, true, filtered},
    {"hand: filtered, one AVX2 pass", false, true, filtered_avx2},
};

}  // namespace

Flat::Flat(const Fixture& fixture)
    : rows(fixture.rows),
      need(fixture.column<std::uint8_t>("need").data()),
      band(fixture.column<std::uint8_t>("band").data()),
      setting(fixture.column<std::uint8_t>("setting").data()),
      place(fixture.column<std::uint8_t>(fixture.has("area") ? "area" : "region").data()),
      days(fixture.column<std::uint16_t>("days").data()),
      bands(fixture.has("area") ? 3 : 7),
      settings(4),
      places(static_cast<std::uint32_t>(fixture.table("area_cost").size())),
      priced_by_place(fixture.has("area")) {
    constexpr std::int64_t threshold = 600'000;  // pence
    for (const std::int64_t price : fixture.table("price")) {
        amount.push_back(fixture.name() == "ties" ? price - threshold : std::max<std::int64_t>(0, price - threshold));
    }
    const auto area_cost = fixture.table("area_cost");
    cost.assign(area_cost.begin(), area_cost.end());
    for (std::size_t cell = 0; cell < amount.size() * (priced_by_place ? 1 : places); ++cell) {
        folded.push_back(amount[priced_by_place ? cell : cell / places] * cost[cell % places]);
        share.push_back(static_cast<double>(folded.back()) / static_cast<double>(D));
    }
}

std::span<const HandLoop> hand_loops() { return loops; }

void hand_dated(const Fixture& dated, std::int64_t* pence) {
    constexpr std::int32_t september = 20697, january = 20819;
    constexpr std::int64_t threshold = 600'000;
    const auto need = dated.column<std::uint8_t>("need"), band = dated.column<std::uint8_t>("band"),
               setting = dated.column<std::uint8_t>("setting"), region = dated.column<std::uint8_t>("region");
    const auto start = dated.column<std::int32_t>("start"), last_day = dated.column<std::int32_t>("last_day");
    struct Cell {
        std::int64_t april, september, january, unused;
    };
    std::vector<Cell> cells;
    const auto a = dated.table("april"), s = dated.table("september"), j = dated.table("january"),
               cost = dated.table("area_cost");
    for (std::size_t k = 0; k < a.size() * cost.size(); ++k) {
        const auto of = [&](std::span<const std::int64_t> prices) {
            return std::max<std::int64_t>(0, prices[k / cost.size()] - threshold) * cost[k % cost.size()];
        };
        cells.push_back({of(a), of(s), of(j), 0});
    }
    for (std::size_t i = 0; i < dated.rows; ++i) {
        const Cell& c = cells[((need[i] * 7u + band[i]) * 4u + setting[i]) * 9u + region[i]];
        const std::int32_t end = last_day[i] + 1;
        const std::int32_t until_september = std::max(0, std::min(end, september) - start[i]);
        const std::int32_t until_january = std::max(0, std::min(end, january) - std::max(start[i], september));
        const std::int32_t rest = std::max(0, end - std::max(start[i], january));
        pence[i] = nearest(c.april * until_september + c.september * until_january + c.january * rest);
    }
}

void hand_schemes(const Fixture& schemes, std::int64_t* pence) {
    const auto band = schemes.column<std::uint8_t>("band"), region = schemes.column<std::uint8_t>("region");
    const auto teacher = schemes.column<std::uint16_t>("teacher_hours"),
               assistant = schemes.column<std::uint16_t>("assistant_hours"), days = schemes.column<std::uint16_t>("days_on_roll");
    const auto teacher_rate = schemes.table("teacher"), assistant_rate = schemes.table("assistant"),
               cost = schemes.table("area_cost");
    constexpr std::int64_t share = (600'000 + 95) / 190;
    for (std::size_t i = 0; i < schemes.rows; ++i) {
        const std::int64_t weekly = (teacher[i] * teacher_rate[band[i]] + assistant[i] * assistant_rate[band[i]] + 50) / 100;
        const std::int64_t daily = (2 * weekly + 5) / 10;
        pence[i] = (std::max<std::int64_t>(0, daily - share) * cost[region[i]] * days[i] + 5'000) / 10'000;
    }
}

}  // namespace bench
