// Threads for one call: see in_parallel.hpp. Pieces are handed out in order, so that when one throws, all before it have been
// begun and are finished.
#include "kernel/in_parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace bandtariff::kernel {

unsigned threads_of(unsigned asked) { return asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency()); }

void in_parallel(unsigned threads, std::size_t pieces, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::mutex failing;
    std::size_t failed = pieces;
    std::exception_ptr failure;
    const auto help = [&] {
        for (std::size_t piece = next++; piece < pieces; piece = next++) {
            try {
                work(piece);
            } catch (...) {
                const std::lock_guard lock(failing);
                if (piece < failed) {
                    failed = piece;
                    failure = std::current_exception();
                }
                next = pieces;
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        try {
            for (std::size_t k = 1; k < std::min<std::size_t>(threads, pieces); ++k) helpers.emplace_back(help);
        } catch (const std::system_error&) {
            // The machine gives no more threads: those there are do it all.
        }
        help();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace bandtariff::kernel
