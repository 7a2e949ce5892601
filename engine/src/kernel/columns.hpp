// Columns of a block that start at a cache line, so that no load of a vector straddles two. A column that is made without a value has
// none yet: what reads one writes it first, and clearing them all would cost a short call more than its prices.
#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "plan/program.hpp"

namespace bandtariff::kernel {

template <class T>
struct AtCacheLine {
    using value_type = T;
    static constexpr std::align_val_t line{64};
    AtCacheLine() = default;
    template <class U>
    AtCacheLine(const AtCacheLine<U>&) {}
    T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), line)); }
    void deallocate(T* at, std::size_t) { ::operator delete(at, line); }
    template <class U>
    void construct(U* at) {
        ::new (static_cast<void*>(at)) U;
    }
    template <class U, class... From>
    void construct(U* at, From&&... from) {
        ::new (static_cast<void*>(at)) U(std::forward<From>(from)...);
    }
    friend bool operator==(const AtCacheLine&, const AtCacheLine&) { return true; }
};

template <class T>
using ColumnOf = std::vector<T, AtCacheLine<T>>;
using SmallColumn = ColumnOf<plan::Small>;

/// How far apart the registers of so many rows stand: each begins at a cache line, and they are not a power of two apart, whose
/// addresses a store and a load could confuse.
constexpr std::size_t rows_apart(std::size_t rows) { return (rows + 31) / 16 * 16; }

}  // namespace bandtariff::kernel
