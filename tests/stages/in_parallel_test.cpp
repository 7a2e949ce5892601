// Work in pieces on several threads: each piece once, and of several failures the first by number.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/in_parallel.hpp"

using namespace bandtariff::base;

TEST_CASE("every piece is done once, by however many threads") {
    for (const unsigned threads : {1U, 2U, 7U, 100U}) {
        for (const std::size_t pieces : {std::size_t{0}, std::size_t{1}, std::size_t{6}, std::size_t{500}}) {
            CAPTURE(threads);
            CAPTURE(pieces);
            std::vector<std::atomic<int>> done(pieces);
            in_parallel(threads, pieces, [&](std::size_t piece) { ++done[piece]; });
            for (const auto& times : done) CHECK(times == 1);
        }
    }
}

TEST_CASE("of pieces that fail, the first by number is what the caller hears of, whichever fails first") {
    for (int again = 0; again < 50; ++again) {
        for (const unsigned threads : {1U, 2U, 7U}) {
            std::string heard;
            std::atomic<bool> later_failed{threads == 1};
            try {
                in_parallel(threads, 40, [&](std::size_t piece) {
                    if (piece == 5) {
                        while (!later_failed) {}
                        throw std::runtime_error("5");
                    }
                    if (piece >= 6) {
                        later_failed = true;
                        throw std::runtime_error(std::to_string(piece));
                    }
                });
            } catch (const std::runtime_error& error) {
                heard = error.what();
            }
            CHECK(heard == "5");
        }
    }
}

TEST_CASE("calls in quick succession, and calls after a rest in which helpers fall asleep, each do all their pieces") {
    std::atomic<std::size_t> done{0};
    for (int call = 0; call < 20'000; ++call) in_parallel(3, 5, [&](std::size_t piece) { done += piece; });
    for (int call = 0; call < 20; ++call) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        in_parallel(3, 5, [&](std::size_t piece) { done += piece; });
    }
    CHECK(done == 20'020 * 10);
}

TEST_CASE("helpers take part, also after a rest") {
    for (int call = 0; call < 3; ++call) {
        std::atomic<int> met{0};
        in_parallel(2, 2, [&](std::size_t) {
            ++met;
            while (met < 2) std::this_thread::yield();  // only two threads at once get past this
        });
        CHECK(met == 2);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

#if defined(__linux__)
TEST_CASE("a helper that is woken away from its caller may run afterwards wherever it might before") {
    cpu_set_t allowed;
    REQUIRE(pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed) == 0);
    for (int rest = 0; rest < 8; ++rest) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        std::atomic<int> elsewhere = 0;
        in_parallel(3, 30, [&](std::size_t) {
            cpu_set_t here;
            if (pthread_getaffinity_np(pthread_self(), sizeof here, &here) != 0 || !CPU_EQUAL(&here, &allowed)) ++elsewhere;
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        });
        CHECK(elsewhere == 0);
    }
}
#endif

TEST_CASE("a piece may call for pieces of its own, and its failure reaches the outer caller") {
    std::atomic<int> done{0};
    in_parallel(4, 6, [&](std::size_t) { in_parallel(4, 6, [&](std::size_t) { in_parallel(2, 3, [&](std::size_t) { ++done; }); }); });
    CHECK(done == 6 * 6 * 3);
    std::string heard;
    try {
        in_parallel(3, 4, [&](std::size_t outer) {
            in_parallel(3, 4, [&](std::size_t inner) { throw std::runtime_error(std::to_string(outer) + std::to_string(inner)); });
        });
    } catch (const std::runtime_error& error) {
        heard = error.what();
    }
    CHECK(heard == "00");
}

TEST_CASE("callers on several threads at once do not disturb each other") {
    std::vector<std::atomic<std::size_t>> done(4);
    {
        std::vector<std::jthread> callers;
        for (std::size_t caller = 0; caller < done.size(); ++caller)
            callers.emplace_back([&, caller] {
                for (int call = 0; call < 500; ++call) in_parallel(3, 7, [&](std::size_t piece) { done[caller] += piece; });
            });
    }
    for (const auto& sum : done) CHECK(sum == 500 * 21);
}

TEST_CASE("a forked child, which has none of its parent's threads, gets threads of its own") {
    const auto together = [] {
        std::atomic<int> met{0};
        in_parallel(2, 2, [&](std::size_t) {
            ++met;
            while (met < 2) std::this_thread::yield();
        });
        return met == 2;
    };
    REQUIRE(together());
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);  // were it to wait for its parent's threads, it would wait for ever
        _exit(together() ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

TEST_CASE("no threads asked for is as many as the machine runs, and at least one") {
    CHECK(threads_of(0) >= 1);
    CHECK(threads_of(3) == 3);
}
