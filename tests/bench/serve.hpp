// How an engine of the benchmark is driven: it prepares, says so, then does one timed call for each line of input, so that the
// runner can let all engines take turns and what disturbs the machine disturbs them alike. The Python peers speak the same.
//
//     {"ready": {...}}            after loading
//     go N     -> {"ns": [...]}   N calls, each over all rows
//     check    -> {"wrong": W, "checked": C}
//     quit
#pragma once

#include <chrono>
#include <cstdint>
#include <iostream>
#include <span>
#include <string>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;

inline double nanoseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

/// `price` writes the pence of every row; `check` counts the rows that are wrong, of those it looks at.
template <class Price, class Check>
void serve(std::size_t rows, const std::string& ready, Price price, Check check) {
    std::cout << "{\"ready\": {\"rows\": " << rows << ready << "}}" << std::endl;
    for (std::string word; std::cin >> word;) {
        if (word == "go") {
            int calls = 0;
            std::cin >> calls;
            std::cout << "{\"ns\": [";
            for (int k = 0; k < calls; ++k) {
                const Clock::time_point start = Clock::now();
                price();
                std::cout << (k ? ", " : "") << nanoseconds_since(start);
            }
            std::cout << "]}" << std::endl;
        } else if (word == "check") {
            const auto [wrong, checked] = check();
            std::cout << "{\"wrong\": " << wrong << ", \"checked\": " << checked << "}" << std::endl;
        } else {
            return;
        }
    }
}

/// The rows whose pence differ from the oracle's.
inline std::pair<std::size_t, std::size_t> differing(std::span<const std::int64_t> pence,
                                                     std::span<const std::int64_t> expected) {
    std::size_t wrong = 0;
    for (std::size_t row = 0; row < expected.size(); ++row) wrong += pence[row] != expected[row];
    return {wrong, expected.size()};
}

}  // namespace bench
