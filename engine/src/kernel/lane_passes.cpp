// Which loops this machine runs. Entry point: passes.
#include "kernel/lane_passes.hpp"

#include <algorithm>
#include <array>
#include <atomic>

namespace bandtariff::kernel {

extern const Passes passes_any;
extern const Passes passes_avx2;
extern const Passes passes_avx512;

namespace {

struct Here {
    std::array<const Passes*, 3> tables{};
    std::size_t count = 0;
};

Here find() {
    Here here;
    here.tables[here.count++] = &passes_any;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) here.tables[here.count++] = &passes_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        here.tables[here.count++] = &passes_avx512;
#endif
    return here;
}

const Here& here() {
    static const Here found = find();
    return found;
}

std::atomic<const Passes*> asked_for = nullptr;

}  // namespace

std::span<const Passes* const> passes_here() { return std::span(here().tables).first(here().count); }

const Passes& passes() {
    const Passes* asked = asked_for.load(std::memory_order_relaxed);
    return asked != nullptr ? *asked : *passes_here().back();
}

std::vector<std::uint16_t> words_of(std::span<const Small> cells) {
    constexpr std::size_t most = 16 * most_words;  // of which a period's share may be few
    const auto fits = [](Small cell) { return cell >= 0 && cell <= UINT16_MAX; };
    if (cells.empty() || cells.size() > most || !std::all_of(cells.begin(), cells.end(), fits)) return {};
    std::vector<std::uint16_t> words(cells.begin(), cells.end());
    words.resize(words.size() + most_words);
    return words;
}

void use_passes(const Passes* table) { asked_for.store(table, std::memory_order_relaxed); }

}  // namespace bandtariff::kernel
