// Kept threads: see in_parallel.hpp. A call of a fraction of a millisecond must not pay for starting threads (some 50 µs each), nor
// always for waking them (some 10 µs): helpers are started when first needed, and one that runs out of work looks for more a
// little while before it sleeps. Pieces are handed out in order, so that when one throws, all before it have been begun and are
// finished. A piece may make a call of its own: whoever calls does all the work that no helper takes, so a caller only ever
// waits for helpers that are at work, and none of those waits for it.
//
// Helpers are never joined and what they share is never freed: whenever the process ends they are asleep on memory that is still
// there. A forked child has that memory and none of the threads, so it begins afresh.
#include "base/in_parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <pthread.h>
#if defined(__linux__)
#include <sched.h>
#endif

namespace bandtariff::base {
namespace {

/// How often a thread looks before it sleeps: a helper for a next call some 20 µs, a caller for its last helpers some 5 µs. It does
/// not give way between looks: on a busy machine that would hand its processor to another program for milliseconds, where one
/// that was woken gets it back at once. Nor does it look for longer: it may be in the way of the very thread it waits for.
constexpr int looks_for_a_call = 80'000, looks_for_an_end = 20'000;

/// The processor that this thread is on; -1 where the system does not say.
int processor_here() {
#if defined(__linux__)
    return sched_getcpu();
#else
    return -1;
#endif
}

/// Leaves a processor to another thread where this one is on it too and may be elsewhere: Linux often wakes a helper beside the caller
/// that woke it, and then takes tens of milliseconds to part them. What the thread is allowed is as it was afterwards.
void leave([[maybe_unused]] int processor) {
#if defined(__linux__)
    if (processor < 0 || processor_here() != processor) return;
    cpu_set_t allowed;
    if (pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
    cpu_set_t others = allowed;
    CPU_CLR(static_cast<unsigned>(processor), &others);
    if (pthread_setaffinity_np(pthread_self(), sizeof others, &others) == 0) pthread_setaffinity_np(pthread_self(), sizeof allowed, &allowed);
#endif
}

/// One call of in_parallel, on its caller's stack.
struct Call {
    const std::function<void(std::size_t)>& work;
    const std::size_t pieces;
    std::size_t places;  ///< helpers that may still join; of the board's lock
    int processor = processor_here();
    std::atomic<std::size_t> helping{0};
    std::atomic<std::size_t> next{0};
    std::mutex failing = {};
    std::size_t failed = pieces;
    std::exception_ptr failure = {};

    void help() {
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
    }
};

/// Where calls are posted and helpers look for them.
class Board {
public:
    /// Posts a call until `finish`. Where the machine gives no more threads, those there are do it all.
    void post(Call& call) {
        std::size_t sleepers = 0;
        {
            const std::lock_guard lock(mutex_);
            calls_.push_back(&call);
            std::size_t needed = helping_;
            for (const Call* each : calls_) needed += each->places;
            try {
                for (; helpers_ < needed; ++helpers_) std::thread([this] { serve(); }).detach();
            } catch (const std::system_error&) {
            }
            ++posted_;
            sleepers = std::min(sleeping_, call.places);
        }
        for (; sleepers > 0; --sleepers) wake_.notify_one();
    }

    /// No helper joins the call any more, and those that did have left it.
    void finish(Call& call) {
        std::unique_lock lock(mutex_);
        calls_.erase(std::find(calls_.begin(), calls_.end(), &call));
        lock.unlock();
        for (int look = 0; look < looks_for_an_end; ++look)
            if (call.helping == 0) return;
        lock.lock();
        left_.wait(lock, [&] { return call.helping == 0; });
    }

private:
    [[nodiscard]] Call* open_call() const {
        const auto open = std::find_if(calls_.begin(), calls_.end(), [](const Call* call) { return call->places > 0 && call->next < call->pieces; });
        return open == calls_.end() ? nullptr : *open;
    }

    [[noreturn]] void serve() {
        std::unique_lock lock(mutex_);
        while (true) {
            Call* const call = open_call();
            if (call == nullptr) {
                await(lock);
                continue;
            }
            --call->places;
            ++call->helping;
            ++helping_;
            lock.unlock();
            leave(call->processor);
            call->help();
            lock.lock();
            --helping_;
            if (--call->helping == 0) left_.notify_all();  // the caller may return now: the call is not touched again
        }
    }

    void await(std::unique_lock<std::mutex>& lock) {
        const std::size_t seen = posted_;
        lock.unlock();
        for (int look = 0; look < looks_for_a_call && posted_ == seen; ++look) {}
        lock.lock();
        ++sleeping_;
        wake_.wait(lock, [&] { return open_call() != nullptr; });
        --sleeping_;
    }

    std::mutex mutex_;
    std::condition_variable wake_, left_;
    std::vector<Call*> calls_;
    std::atomic<std::size_t> posted_{0};
    std::size_t helpers_ = 0, helping_ = 0, sleeping_ = 0;
};

std::atomic<Board*> the_board{nullptr};

/// Registered before main, so that no fork finds it half registered.
const int forgotten_by_children = pthread_atfork(nullptr, nullptr, [] { the_board = nullptr; });

Board& board() {
    Board* known = the_board;
    if (known != nullptr) return *known;
    auto made = std::make_unique<Board>();
    return *(the_board.compare_exchange_strong(known, made.get()) ? made.release() : known);
}

}  // namespace

unsigned threads_of(unsigned asked) { return asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency()); }

void in_parallel(unsigned threads, std::size_t pieces, const std::function<void(std::size_t)>& work) {
    const std::size_t together = std::min<std::size_t>(threads, pieces);
    if (together <= 1) {
        for (std::size_t piece = 0; piece < pieces; ++piece) work(piece);
        return;
    }
    Call call{work, pieces, together - 1};
    Board& shared = board();
    shared.post(call);
    call.help();
    shared.finish(call);
    if (call.failure) std::rethrow_exception(call.failure);
}

}  // namespace bandtariff::base
