// Columns of text: every row is what read_fact makes of its text, however the texts lie in memory.
#include "bandtariff/text_column.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "bandtariff/plan.hpp"

using namespace bandtariff;

namespace {

struct Texts {
    std::vector<std::int32_t> offsets = {0};
    std::string bytes;
    explicit Texts(const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
            bytes += text;
            offsets.push_back(static_cast<std::int32_t>(bytes.size()));
        }
        bytes.shrink_to_fit();
    }
    [[nodiscard]] TextColumn column() const { return {offsets, bytes}; }
};

const Tariff& tariff() {
    static const Tariff loaded = load_tariff(BANDTARIFF_SOURCE_DIR "/rules/england/national_bands").value();
    return loaded;
}

/// The first row that is not what read_fact says, or nullopt.
std::optional<std::string> first_difference(const char* fact, const std::vector<std::string>& texts, unsigned threads = 1) {
    const FactId id = tariff()->fact(fact).value();
    const Texts laid(texts);
    const CodedColumn column = code_texts(*tariff(), id, laid.column(), threads);
    if (column.rows() != texts.size()) return "the number of rows";
    for (std::size_t row = 0; row < texts.size(); ++row) {
        const StatedFact stated = read_fact(*tariff(), id, texts[row]);
        if (column.given(row) != stated.given || column.value(row) != stated.value)
            return "row " + std::to_string(row) + ": " + texts[row];
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a column of texts is what each text is by itself") {
    struct Row {
        const char* name;
        const char* fact;
        std::vector<std::string> texts;
    };
    const std::vector<Row> rows = {
        {"no rows", "band", {}},
        {"codes, repeated", "band", {"B4", "B1", "B4", "B4", "B6"}},
        {"an unknown code, an empty text and a known one again", "band", {"B4", "B44", "", "B4", ""}},
        {"codes longer than sixteen bytes", "setting", {"mainstream_academy", "special_la_maintained", "mainstream_academy"}},
        {"long texts with the same ends, unlike in the middle",
         "setting",
         {"mainstream_academy", "mainstreXm_academy", "mainstreYm_academy", "mainstream_academy"}},
        {"texts past thirty-two bytes, unlike in the middle alone",
         "setting",
         {"mainstream_la_maintained_resourced_provision", "mainstream_la_maintXined_resourced_provision",
          "mainstream_la_maintained_resourced_provision"}},
        {"texts that are words over and over",
         "setting",
         {"aaaaaaaa", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaa"}},
        {"texts of seven, eight, nine, sixteen and seventeen bytes",
         "setting",
         {"1234567", "12345678", "123456789", "1234567890123456", "12345678901234567", "1234567890123456"}},
        {"a short text at the very end of the bytes", "band", {"mainstream", "B4"}},
        {"short texts that are the beginnings of others", "band", {"B", "B1", "B11", "B", "B1"}},
        {"a text with a zero byte is another than the one without", "band", {"B4", std::string("B4\0", 3), "B4"}},
        {"numbers and what is none", "attendance", {"1", "0.5", "0.50", "1.1", "half", "", "0.5"}},
        {"dates and what is none", "start", {"2024-09-01", "2024-02-30", "2025-04-01", "2024-09-01"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(first_difference(row.fact, row.texts) == std::nullopt);
    }
}

TEST_CASE("a column of more distinct texts than are remembered, in any number of threads") {
    std::vector<std::string> texts;
    for (int k = 0; k < 150'000; ++k) texts.push_back("0." + std::to_string(k % 90'000));
    for (const unsigned threads : {1u, 2u, 3u, 7u}) CHECK(first_difference("attendance", texts, threads) == std::nullopt);
}

TEST_CASE("a row without a value is an absent fact, and the bits may begin anywhere") {
    const FactId band = tariff()->fact("band").value();
    const Texts laid({"B4", "B1", "B6"});
    const std::uint8_t valid[] = {0b0010'1000};  // of rows at bits 3, 4 and 5: the second has none
    const CodedColumn column = code_texts(*tariff(), band, {laid.offsets, laid.bytes, valid, 3});
    CHECK(column.given(0) == Given::given);
    CHECK(column.given(1) == Given::absent);
    CHECK(column.given(2) == Given::given);
    CHECK(column.value(2) == read_fact(*tariff(), band, "B6").value);
}

TEST_CASE("offsets that cannot be are the caller's fault") {
    const FactId band = tariff()->fact("band").value();
    const std::vector<std::vector<std::int32_t>> wrong = {{}, {0, 2, 1}, {0, 5}, {-1, 2}};
    for (const std::vector<std::int32_t>& offsets : wrong)
        CHECK_THROWS_AS(code_texts(*tariff(), band, {offsets, "B4"}), std::invalid_argument);
}
