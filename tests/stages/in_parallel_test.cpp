// Work in pieces on several threads: each piece once, and of several failures the first by number.
#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernel/in_parallel.hpp"

using namespace bandtariff::kernel;

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

TEST_CASE("no threads asked for is as many as the machine runs, and at least one") {
    CHECK(threads_of(0) >= 1);
    CHECK(threads_of(3) == 3);
}
