// Columns of text: every row is what read_fact makes of its text, however the texts lie in memory.
#include "bandtariff/text_column.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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
    [[nodiscard]] TextColumn column() const { return {std::span(offsets), bytes}; }
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
    const CodedColumn column = code_texts(*tariff(), band, {std::span(laid.offsets), laid.bytes, valid, 3});
    CHECK(column.given(0) == Given::given);
    CHECK(column.given(1) == Given::absent);
    CHECK(column.given(2) == Given::given);
    CHECK(column.value(2) == read_fact(*tariff(), band, "B6").value);
}

TEST_CASE("offsets that cannot be are the caller's fault") {
    const FactId band = tariff()->fact("band").value();
    const std::vector<std::vector<std::int32_t>> wrong = {{}, {0, 2, 1}, {0, 5}, {-1, 2}};
    for (const std::vector<std::int32_t>& offsets : wrong)
        CHECK_THROWS_AS(code_texts(*tariff(), band, {std::span(offsets), "B4"}), std::invalid_argument);
}

TEST_CASE("offsets of 64 bits read as those of 32 do, and are refused for the same faults") {
    const FactId band = tariff()->fact("band").value();
    const std::vector<std::int64_t> offsets = {0, 2, 2, 5, 7};
    const CodedColumn column = code_texts(*tariff(), band, {std::span(offsets), "B4B44B1"});
    CHECK(column.rows() == 4);
    const std::string texts[] = {"B4", "", "B44", "B1"};
    for (std::size_t row = 0; row < 4; ++row) {
        CHECK(column.given(row) == read_fact(*tariff(), band, texts[row]).given);
        CHECK(column.value(row) == read_fact(*tariff(), band, texts[row]).value);
    }
    const std::vector<std::vector<std::int64_t>> wrong = {{}, {0, 2, 1}, {0, 5}, {-1, 2}, {0, std::int64_t{1} << 40}};
    for (const std::vector<std::int64_t>& each : wrong) CHECK_THROWS_AS(code_texts(*tariff(), band, {std::span(each), "B4"}), std::invalid_argument);
}

namespace {

template <class Place>
std::vector<Given> given_by_places(const std::vector<Place>& places, const TextColumn& texts) {
    TextColumn column = texts;
    column.places = std::span<const Place>(places);
    const CodedColumn coded = code_texts(*tariff(), tariff()->fact("band").value(), column);
    std::vector<Given> given;
    for (std::size_t row = 0; row < coded.rows(); ++row) given.push_back(coded.given(row));
    return given;
}

template <class Place>
void check_places() {
    const Texts laid({"B4", "B44", "", "B1"});
    const std::vector<Place> places = {0, 3, 1, 2, 0};
    CHECK(given_by_places(places, laid.column()) == std::vector<Given>{Given::given, Given::given, Given::code_unknown, Given::absent, Given::given});
    CHECK_THROWS_AS(given_by_places(std::vector<Place>{0, 4}, laid.column()), std::invalid_argument);
}

}  // namespace

TEST_CASE("a row is the text of its place, in places of every type") {
    check_places<std::int8_t>();
    check_places<std::uint8_t>();
    check_places<std::int16_t>();
    check_places<std::uint16_t>();
    check_places<std::int32_t>();
    check_places<std::uint32_t>();
    check_places<std::int64_t>();
    check_places<std::uint64_t>();
}

TEST_CASE("a place below nothing, a row without a value and a text without one are absent facts") {
    const Texts laid({"B4", "B1"});
    TextColumn texts = laid.column();
    CHECK(given_by_places<std::int8_t>({0, -1, 1}, texts) == std::vector<Given>{Given::given, Given::absent, Given::given});
    const std::uint8_t valid[] = {0b101};  // of a row without a value, any place may stand
    texts.valid = valid;
    CHECK(given_by_places<std::int8_t>({0, 99, 1}, texts) == std::vector<Given>{Given::given, Given::absent, Given::given});
    texts.valid = nullptr;
    const std::uint8_t texts_valid[] = {0b01};
    texts.texts_valid = texts_valid;
    CHECK(given_by_places<std::int8_t>({0, 1, 0}, texts) == std::vector<Given>{Given::given, Given::absent, Given::given});
}

TEST_CASE("columns of texts are priced as the columns that they are read into") {
    const Plan plan = compile(tariff());
    const RecordId record = tariff()->record("placement").value_or(RecordId(0));
    constexpr std::size_t rows = 50'000;  // several stretches, the last one short
    const std::vector<std::string> facts = {"band", "setting", "attendance", "need", "phase", "authority", "home", "last_day"};
    const std::vector<std::vector<std::string>> choices = {
        {"B4", "B6", "", "B44"}, {"mainstream_academy", "special_la_maintained"}, {"1", "0.5", "0.75", "2"}, {"asd", "semh"}, {"primary", "secondary"},
        {"202", "203"}, {"202"}, {"2025-03-31"}};
    std::vector<Texts> laid;
    for (std::size_t k = 0; k < facts.size(); ++k) {
        std::vector<std::string> texts;
        for (std::size_t row = 0; row < rows; ++row) texts.push_back(choices[k][(row * (k + 3) / 7) % choices[k].size()]);
        laid.emplace_back(texts);
    }
    PlacementTable bare(tariff(), record, rows);
    const std::vector<std::int64_t> start(rows, read_fact(*tariff(), tariff()->fact("start").value(), "2024-09-01").value);
    bare.set(tariff()->fact("start").value(), std::span(start));
    std::vector<TextFact> texts;
    for (std::size_t k = 0; k < facts.size(); ++k) texts.push_back({tariff()->fact(facts[k]).value(), laid[k].column()});
    for (const FactId fact : tariff()->facts_read(record)) {
        const std::string& name = tariff()->at(fact).name;
        if (name != "start" && std::find(facts.begin(), facts.end(), name) == facts.end()) bare.without(fact);
    }
    PlacementTable coded = bare;
    std::vector<CodedColumn> columns;
    for (const TextFact& each : texts) columns.push_back(code_texts(*tariff(), each.fact, each.texts));
    for (const CodedColumn& column : columns) column.set(coded);
    std::vector<std::int64_t> total(rows), line(rows), wanted_total(rows), wanted_line(rows);
    std::vector<std::uint16_t> outcome(rows), wanted_outcome(rows);
    const LineId first(static_cast<std::size_t>(std::find_if(tariff()->lines.begin(), tariff()->lines.end(), [&](const Line& each) { return each.record == record; }) - tariff()->lines.begin()));
    plan.price(coded, {wanted_total, wanted_outcome, {{first, wanted_line}}});
    CHECK(std::count_if(wanted_total.begin(), wanted_total.end(), [](std::int64_t pence) { return pence != 0; }) > 1000);
    for (const unsigned threads : {1u, 2u, 3u}) {
        std::fill(total.begin(), total.end(), -1);
        std::fill(line.begin(), line.end(), -1);
        price_texts(plan, bare, texts, {total, outcome, {{first, line}}}, {.threads = threads});
        CHECK(total == wanted_total);
        CHECK(outcome == wanted_outcome);
        CHECK(line == wanted_line);
    }
    // A column of another length is the caller's fault, whichever it is.
    const std::span<std::int64_t> short_total = std::span(total).first(rows - 1);
    CHECK_THROWS_AS(price_texts(plan, bare, texts, {short_total, outcome, {}}), std::invalid_argument);
    CHECK_THROWS_AS(price_texts(plan, bare, texts, {total, outcome, {{first, std::span(line).first(3)}}}), std::invalid_argument);
    const Texts few({"B4"});
    CHECK_THROWS_AS(price_texts(plan, bare, std::vector<TextFact>{{texts[0].fact, few.column()}}, {total, outcome, {}}), std::invalid_argument);
    // A fact that nothing states is refused, as when columns are priced.
    CHECK_THROWS_AS(price_texts(plan, bare, std::span(texts).first(2), {total, outcome, {}}), std::invalid_argument);
}
