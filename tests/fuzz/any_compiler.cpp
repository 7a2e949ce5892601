// Runs a fuzz target without a fuzzer's engine, so that every build and every machine tries it: the seeds of a corpus, then seeds with
// bytes changed, cut out, doubled and joined by dice. What coverage guides is the preset `fuzz`.
//
//     csv_any CORPUS [TIMES [SEED]]
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace std::string_view_literals;
using Bytes = std::string;

std::vector<Bytes> seeds_in(const std::filesystem::path& corpus) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(corpus)) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<Bytes> seeds;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    std::size_t below(std::size_t count) { return count == 0 ? 0 : random_() % count; }
    char byte() {
        // Those that mean something to a reader come up as often as all others together.
        static constexpr std::string_view telling = "\",:;#-[]{}&*|>'\n\r\t \\\0\xEF\xBB\xBF\xC3"sv;
        return below(2) == 0 ? telling[below(telling.size())] : static_cast<char>(below(256));
    }

private:
    std::mt19937_64 random_;
};

Bytes changed(Bytes bytes, const std::vector<Bytes>& seeds, Dice& dice) {
    constexpr std::size_t most_bytes = 4096;
    for (std::size_t changes = 1 + dice.below(6); changes > 0; --changes) {
        const std::size_t at = dice.below(bytes.size() + 1), length = dice.below(std::min<std::size_t>(bytes.size() - at, 40) + 1);
        switch (dice.below(5)) {
            case 0: bytes.insert(at, 1, dice.byte()); break;
            case 1: bytes.erase(at, length); break;
            case 2: bytes.insert(at, bytes.substr(at, length)); break;
            case 3: if (at < bytes.size()) bytes[at] = dice.byte(); break;
            default: {
                const Bytes& other = seeds[dice.below(seeds.size())];
                bytes.insert(at, other.substr(dice.below(other.size() + 1), dice.below(60)));
            }
        }
    }
    if (bytes.size() > most_bytes) bytes.resize(most_bytes);
    return bytes;
}

void run(const Bytes& bytes) { LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()); }

}  // namespace

int main(int count, char** words) {
    if (count < 2) {
        std::cerr << "CORPUS [TIMES [SEED]]\n";
        return 2;
    }
    const std::vector<Bytes> seeds = seeds_in(words[1]);
    const std::size_t times = count > 2 ? std::stoul(words[2]) : 1000;
    const std::uint64_t seed = count > 3 ? std::stoull(words[3]) : std::random_device()();
    std::cout << seeds.size() << " seeds, " << times << " changed by dice from " << seed << std::endl;
    if (seeds.empty()) return 1;
    for (const Bytes& bytes : seeds) run(bytes);
    Dice dice(seed);
    for (std::size_t k = 0; k < times; ++k) run(changed(seeds[dice.below(seeds.size())], seeds, dice));
    return 0;
}
