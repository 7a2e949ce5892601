// Choices made from a seed, the same on every machine: the library's distributions differ between implementations, so none is used.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace bandtariff::generate {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    /// 0 to n - 1; n must be positive. The bias of the remainder is of no account here.
    [[nodiscard]] std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
    /// low to high, both in.
    [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(engine_() % (static_cast<std::uint64_t>(high - low) + 1));
    }
    [[nodiscard]] bool chance(unsigned percent) { return engine_() % 100 < percent; }
    template <class T>
    [[nodiscard]] const T& pick(const std::vector<T>& from) { return from[below(from.size())]; }
    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t k = items.size(); k > 1; --k) std::swap(items[k - 1], items[below(k)]);
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace bandtariff::generate
