// Kept threads: see in_parallel.hpp. A call of a fraction of a millisecond must not pay for starting threads (some 50 µs each), nor
// always for waking them (some 10 µs, and 100 on a virtual machine): helpers are started when first needed, and one that runs out of
// work looks for more a little while before it sleeps. Caller and helper must not share a processor, where one of them would do nothing:
// who wakes a helper keeps it off its own, and who waits for one on the same gives it up.
//
// Pieces are handed out in order, so that when one throws, all before it have been begun and are finished. A piece may make a call of
// its own: whoever calls does all the work that no helper takes, so a caller only ever waits for helpers that are at work, and none
// of those waits for it.
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

/// How often a thread looks before it sleeps: a helper for a next call some 20 µs, a caller for its last helpers a millisecond, which is
/// several pieces, unless it would be in their way. It does not give way between looks: on a busy machine that would hand its processor
/// to another program for milliseconds, where one that was woken gets it back at once.
constexpr int looks_for_a_call = 80'000, looks_for_an_end = 4'000'000;

/// The processor that this thread is on; -1 where the system does not say.
int processor_here() {
#if defined(__linux__)
    return sched_getcpu();
#else
    return -1;
#endif
}

/// Where a thread may run. Linux often wakes a helper beside the caller that woke it, above all on a virtual machine, whose idle processors
/// it takes for busy ones; and then it takes milliseconds to part the two.
class Whereabouts {
public:
    /// Keeps a thread off a processor where it may be elsewhere.
    void keep_off([[maybe_unused]] pthread_t thread, [[maybe_unused]] int processor) {
#if defined(__linux__)
        if (processor < 0 || pthread_getaffinity_np(thread, sizeof allowed_, &allowed_) != 0 || CPU_COUNT(&allowed_) < 2) return;
        cpu_set_t others = allowed_;
        CPU_CLR(static_cast<unsigned>(processor), &others);
        kept_ = pthread_setaffinity_np(thread, sizeof others, &others) == 0;
#endif
    }
    /// What the thread was allowed before.
    void let([[maybe_unused]] pthread_t thread) {
#if defined(__linux__)
        if (kept_) pthread_setaffinity_np(thread, sizeof allowed_, &allowed_);
        kept_ = false;
#endif
    }

private:
#if defined(__linux__)
    cpu_set_t allowed_{};
    bool kept_ = false;
#endif
};

/// Leaves a processor to another thread where this one is on it too.
void leave(int processor) {
    if (processor_here() != processor) return;
    Whereabouts here;
    here.keep_off(pthread_self(), processor);
    here.let(pthread_self());
}

/// A helper that sleeps until it is woken, off the processor of whoever wakes it. Never freed, as its waker may hold it still.
struct Sleeper {
    pthread_t thread = pthread_self();
    std::condition_variable wake = {};
    bool woken = false;
    Whereabouts whereabouts = {};
};

/// One call of in_parallel, on its caller's stack.
struct Call {
    const std::function<void(std::size_t)>& work;
    const std::size_t pieces;
    std::size_t places;  ///< helpers that may still join; of the board's lock
    int processor = processor_here();
    std::atomic<int> helped_from{-1};  ///< the processor of the last helper that joined
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
        std::vector<Sleeper*> woken;
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
            for (; woken.size() < call.places && !sleeping_.empty(); sleeping_.pop_back()) {
                woken.push_back(sleeping_.back());
                woken.back()->whereabouts.keep_off(woken.back()->thread, call.processor);
                woken.back()->woken = true;
            }
        }
        for (Sleeper* each : woken) each->wake.notify_one();
    }

    /// No helper joins the call any more, and those that did have left it.
    void finish(Call& call) {
        std::unique_lock lock(mutex_);
        calls_.erase(std::find(calls_.begin(), calls_.end(), &call));
        lock.unlock();
        const bool in_the_way = call.helped_from == processor_here();
        for (int look = 0; look == 0 || (look < looks_for_an_end && !in_the_way); ++look)
            if (call.helping == 0) return;
        lock.lock();
        left_.wait(lock, [&] { return call.helping == 0; });
        lock.unlock();
        leave(call.helped_from);  // who is woken is put beside its waker, too
    }

private:
    [[nodiscard]] Call* open_call() const {
        const auto open = std::find_if(calls_.begin(), calls_.end(), [](const Call* call) { return call->places > 0 && call->next < call->pieces; });
        return open == calls_.end() ? nullptr : *open;
    }

    [[noreturn]] void serve() {
        Sleeper& self = *new Sleeper;
        std::unique_lock lock(mutex_);
        while (true) {
            Call* const call = open_call();
            if (call == nullptr) {
                await(self, lock);
                continue;
            }
            --call->places;
            ++call->helping;
            ++helping_;
            lock.unlock();
            leave(call->processor);
            call->helped_from = processor_here();
            call->help();
            lock.lock();
            --helping_;
            if (--call->helping == 0) left_.notify_all();  // the caller may return now: the call is not touched again
        }
    }

    /// Until there is another call; or one was posted, and may be over. Then the next is looked for: else a helper that wakes too late once
    /// would be late for every one.
    void await(Sleeper& self, std::unique_lock<std::mutex>& lock) {
        const std::size_t seen = posted_;
        lock.unlock();
        for (int look = 0; look < looks_for_a_call && posted_ == seen; ++look) {}
        lock.lock();
        if (posted_ != seen) return;
        sleeping_.push_back(&self);
        self.wake.wait(lock, [&] { return self.woken; });
        self.woken = false;
        self.whereabouts.let(self.thread);
    }

    std::mutex mutex_;
    std::condition_variable left_;
    std::vector<Call*> calls_;
    std::atomic<std::size_t> posted_{0};
    std::size_t helpers_ = 0, helping_ = 0;
    std::vector<Sleeper*> sleeping_;
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
