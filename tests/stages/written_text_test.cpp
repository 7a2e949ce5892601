// Amounts and texts put down in wide steps: as they are written one digit after another, with nothing lost where they end.
#include "file/written_text.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "bandtariff/money.hpp"

using namespace bandtariff;

namespace {

std::string written(std::int64_t pence) {
    char room[64] = {};
    return {room, file::write_money(room, pence)};
}

}  // namespace

TEST_CASE("an amount is written as money is printed") {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const auto same = [](std::int64_t pence) {
        if (written(pence) == to_string(Money::from_pence(pence))) return true;
        MESSAGE(pence << " is written " << written(pence));
        return false;
    };
    // Every four digits above and below, where digits are cut in halves and pairs.
    for (std::int64_t pence = 0; pence < 1'200'000; ++pence) REQUIRE(same(pence));
    for (std::int64_t four = 0; four < 10'000; ++four) {
        REQUIRE(same(four * 1'000'000 + 1));
        REQUIRE(same(four * 100));
        REQUIRE(same(-four * 1'000'000 - four));
    }
    for (std::int64_t power = 1; power < most / 10; power *= 10)
        for (const std::int64_t near : {-1, 0, 1}) REQUIRE((same(power + near) && same(-power - near)));
    for (const std::int64_t pence : {most, -most, most - 1, std::numeric_limits<std::int64_t>::min() + 1}) REQUIRE(same(pence));
    CHECK(written(std::numeric_limits<std::int64_t>::min()) == "-92233720368547758.08");
    std::mt19937_64 dice(20260408);
    for (int k = 0; k < 200'000; ++k) REQUIRE(same(static_cast<std::int64_t>(dice()) >> (dice() % 64)));
}

TEST_CASE("what is written stays as it was when more room is made") {
    file::WrittenText out;
    std::string wanted;
    for (std::size_t k = 0; k < 400; ++k) {
        const std::string text(k % 70, static_cast<char>('a' + k % 26));
        const file::SteppedText stepped(text);
        CHECK(stepped.size() == text.size());
        out.wrote(stepped.write(out.room(text.size() + file::SteppedText::step)));
        out.append(text);
        wanted += text + text;
        REQUIRE(out.text() == wanted);
    }
    out.clear();
    CHECK(out.text().empty());
}
