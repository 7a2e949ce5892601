// A priced file is its rows as they were written and what each is priced at alone, for any quoting, line ends, blank lines and
// number of threads.
#include <fstream>
#include <iterator>

#include "bandtariff/placement_file.hpp"
#include "property.hpp"

using namespace bandtariff;

namespace {

/// A file as its rows: what stands in the cells is known, so that nothing here reads CSV.
struct Written {
    std::string text;
    std::vector<std::string> rows, hours;
};

std::string some_text(generate::Dice& dice, bool plain) {
    static const std::vector<std::string> pieces = {"a", "Ysgol", " ", "é", "9", ".", "-", "\t", ",", "\"", "\n", "\r\n"};
    std::string text;
    for (std::uint64_t k = dice.below(6); k > 0; --k) text += pieces[dice.below(plain ? 8 : pieces.size())];
    return text;
}

std::string cell(const std::string& text, bool quoted) {
    if (!quoted && text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

/// Without quotes, lines are taken whole.
Written some_file(generate::Dice& dice, std::size_t rows, bool plain, const std::string& line_end) {
    static const std::vector<std::string> numbers = {"0", "1", "2.5", "12.25", "2000", "", "0.10", "2000.01", "-1", "01", "1.234", "1e3", "x", "7.", ".5", "+1"};
    Written file;
    file.text = "id,hours,note" + line_end;
    for (std::size_t k = 0; k < rows; ++k) {
        while (dice.chance(5)) file.text += line_end;
        const std::string number = dice.pick(numbers);
        const bool quoted = !plain && dice.chance(20);
        const std::string row = cell(std::to_string(k), false) + ',' + cell(number, quoted) + ',' + cell(some_text(dice, plain), quoted);
        file.rows.push_back(row);
        file.hours.push_back(number);
        file.text += row;
        if (k + 1 < rows || dice.chance(80)) file.text += line_end;
    }
    return file;
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string in_a_cell(const std::string& text) { return cell(text, false); }

std::string price_and_compare(const Plan& plan, const Written& file, const std::filesystem::path& folder) {
    std::ofstream(folder / "rows.csv", std::ios::binary) << file.text;
    std::string expected = "id,hours,note,outcome,total_gbp,reason\n";
    Money total;
    std::map<std::string, std::uint64_t> outcomes;
    for (std::size_t k = 0; k < file.rows.size(); ++k) {
        Placement record = placement(plan.tariff(), "child");
        if (!file.hours[k].empty()) record.with("hours", file.hours[k]);
        const Quote quote = plan.price(record);
        ++outcomes[quote.outcome];
        if (quote.priced()) total = total + quote.total;
        expected += file.rows[k] + ',' + quote.outcome + ',' + (quote.priced() ? to_string(quote.total) : "") + ',';
        // The record's own faults are said in full, what the pack says of it in the pack's words.
        const bool own_fault = quote.outcome_number >= 200 && quote.outcome_number < 400;
        if (quote.outcome_number != 0) expected += in_a_cell(own_fault ? quote.say : plan.tariff()->outcome_numbered(quote.outcome_number)->say);
        expected += '\n';
    }
    FileOptions options;
    options.record = "child";
    for (const unsigned threads : {1U, 2U, 3U}) {
        options.threads = threads;
        const Checked<FileSummary> priced = price_file(plan, folder / "rows.csv", folder / "priced.csv", options);
        if (!priced.ok()) return render(priced.diagnostics());
        if (read(folder / "priced.csv") != expected) return "the file, with " + std::to_string(threads) + " threads";
        if (priced.value().total != total) return "the total";
        if (priced.value().rows != file.rows.size()) return "the number of rows";
        for (const FileSummary::Count& count : priced.value().outcomes)
            if (outcomes[count.outcome] != count.rows) return "rows of " + count.outcome;
    }
    const PlacementColumns columns = PlacementColumns::read(plan, folder / "rows.csv", options).value();
    if (columns.table().rows() != file.rows.size()) return "the number of rows in memory";
    return {};
}

}  // namespace

TEST_CASE("a file of any quoting and line ends is priced as its rows are alone") {
    const Plan plan = compile(load_tariff(std::string(BANDTARIFF_SOURCE_DIR) + "/tests/cli/data/kinds").value());
    CHECK(rc::check("file == rows", [&] {
        generate::Dice dice(property::any_seed());
        const Written file = some_file(dice, dice.below(40), dice.chance(50), dice.chance(30) ? "\r\n" : "\n");
        const std::string differs = price_and_compare(plan, file, generate::scratch_folder("file"));
        if (!differs.empty()) RC_FAIL(differs + "\n" + file.text);
    }));
}

TEST_CASE("a file of many blocks is priced as its rows are alone") {
    const Plan plan = compile(load_tariff(std::string(BANDTARIFF_SOURCE_DIR) + "/tests/cli/data/kinds").value());
    generate::Dice dice(20260406);
    for (const bool plain : {true, false})
        for (const char* line_end : {"\n", "\r\n"})
            CHECK(price_and_compare(plan, some_file(dice, 60000, plain, line_end), generate::scratch_folder("file")) == "");
}
