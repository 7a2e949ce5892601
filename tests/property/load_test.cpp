// Loading is a function of what the files say: not of the order of files, sections or names. And an error always has a place.
#include <fstream>

#include "property.hpp"

using namespace bandtariff;

namespace {

/// Priced alike: outcome, total and every line by its name.
bool same(const Quote& a, const Quote& b) {
    if (a.outcome != b.outcome || a.total != b.total || a.lines.size() != b.lines.size()) return false;
    return std::all_of(a.lines.begin(), a.lines.end(), [&](const QuoteLine& line) {
        const QuoteLine* other = b.line(line.name);
        return other && other->payable == line.payable && other->exact == line.exact && other->outcome == line.outcome;
    });
}

void write_text(const std::filesystem::path& folder, const std::string& text) { std::ofstream(folder / "pack.yaml", std::ios::binary) << text; }

/// One character, word or line of a pack's text gone wrong.
std::string spoiled(std::string text, generate::Dice& dice) {
    static const std::vector<std::string> junk = {":", ",", "{", "}", "\"", "'", "\t", "9999999999999999999", "é", "-", "if", " and ", "[", "*"};
    const std::size_t at = dice.below(text.size());
    switch (dice.below(5)) {
        case 0: return text.erase(at, 1 + dice.below(6));
        case 1: return text.insert(at, dice.pick(junk));
        case 2: return text.replace(at, 1, dice.pick(junk));
        case 3: {  // a line said twice
            const std::size_t begin = text.rfind('\n', at) + 1;
            const std::size_t end = text.find('\n', at);
            return text.insert(begin, text.substr(begin, end == std::string::npos ? end : end - begin + 1));
        }
        default: {  // a line left out
            const std::size_t begin = text.rfind('\n', at) + 1;
            const std::size_t end = text.find('\n', at);
            return text.erase(begin, end == std::string::npos ? end : end - begin + 1);
        }
    }
}

}  // namespace

TEST_CASE("the order of names, sections and files means nothing") {
    CHECK(rc::check("order", [] {
        generate::Dice dice(property::any_seed());
        const property::Loaded loaded = property::load_generated(dice, {.size = *rc::gen::inRange<unsigned>(1, 5)});
        if (!loaded.tariff.ok()) RC_FAIL(render(loaded.tariff.diagnostics()) + loaded.pack.text());
        const auto shuffled = load_tariff(generate::write_shuffled(loaded.pack, generate::scratch_folder("shuffled"), dice));
        if (!shuffled.ok()) RC_FAIL(render(shuffled.diagnostics()) + loaded.pack.text());
        const Plan plan = compile(loaded.tariff.value()), other = compile(shuffled.value());
        const generate::Boundaries boundaries(*plan.tariff());
        for (int row = 0; row < 12; ++row) {
            const generate::Texts texts = generate::texts(plan.tariff(), RecordId(0), boundaries, dice, 3);
            generate::Texts moved(texts.size());
            for (std::size_t k = 0; k < texts.size(); ++k) moved[other.tariff()->fact(plan.tariff()->facts[k].name)->index] = texts[k];
            const Quote a = plan.price(generate::placement_of(plan.tariff(), RecordId(0), texts));
            const Quote b = other.price(generate::placement_of(other.tariff(), RecordId(0), moved));
            if (!same(a, b)) RC_FAIL(a.outcome + " and " + b.outcome + "\n" + loaded.pack.text());
        }
    }));
}

TEST_CASE("the same files load to the same hash and the same program") {
    CHECK(rc::check("twice", [] {
        generate::Dice dice(property::any_seed());
        const property::Loaded loaded = property::load_generated(dice, {.size = 3});
        if (!loaded.tariff.ok()) RC_FAIL(render(loaded.tariff.diagnostics()) + loaded.pack.text());
        const auto again = load_tariff(generate::write(loaded.pack, generate::scratch_folder("again")));
        RC_ASSERT(again.ok());
        RC_ASSERT(again.value()->text_hash == loaded.tariff.value()->text_hash);
        RC_ASSERT(compile(again.value()).dump() == compile(loaded.tariff.value()).dump());
    }));
}

TEST_CASE("a condition on a fact whose code list is not declared is a diagnostic and nothing worse") {
    const auto folder = generate::scratch_folder("no_list");
    write_text(
        folder,
        "pack: test.no_list\nrelease: one\ntitle: A list forgotten\nstatus: illustrative\nformat: 1\n"
        "applies: {undated: made up}\nrecord: pupil\nsources:\n  made: {kind: illustrative, title: Made up}\n"
        "codes:\n  party: [provider]\nfacts:\n  band: {kind: code, of: bands}\n"
        "lines:\n  due: {when: \"band = 'b1'\", element: unknown, payer: provider, payee: provider, amount: 0, over: once, "
        "round: {exact: 0.01}}\n");
    const auto loaded = load_tariff(folder);
    CHECK(!loaded.ok());
    CHECK(loaded.diagnostics().front().code == "code-list-unknown");
}

TEST_CASE("whatever goes wrong in a pack's text, each diagnostic has a code, a sentence, a line and a column") {
    CHECK(rc::check("places", [] {
        generate::Dice dice(property::any_seed());
        const generate::Pack pack = generate::pack(dice, {.size = 2});
        const std::string text = pack.text();
        for (int time = 0; time < 8; ++time) {
            const auto folder = generate::scratch_folder("spoiled");
            const std::string wrong = spoiled(text, dice);
            write_text(folder, wrong);
            const auto loaded = load_tariff(folder);
            RC_ASSERT(loaded.ok() || !loaded.diagnostics().empty());
            for (const Diagnostic& diagnostic : loaded.diagnostics()) {
                const bool placed = diagnostic.span.somewhere() && diagnostic.span.line > 0 && diagnostic.span.column > 0;
                if (!placed || diagnostic.code.empty() || diagnostic.message.empty()) RC_FAIL(render(diagnostic) + wrong);
            }
            const auto again = load_tariff(folder);
            RC_ASSERT(render(again.diagnostics()) == render(loaded.diagnostics()));
        }
    }));
}
