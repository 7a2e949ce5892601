// Shared by the property tests: generated packs loaded, every pack of the tree found, and quotes compared on every field.
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "bandtariff/plan.hpp"
#include "generate.hpp"
#include "oracle/oracle.hpp"

namespace bandtariff::property {

/// A seed of 64 random bits from the first trial on, where a plain number would start small.
inline std::uint64_t any_seed() { return *rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>()); }

/// A generated pack, loaded: its tariff, or what loading it said.
struct Loaded {
    generate::Pack pack;
    Checked<Tariff> tariff;
};

inline Loaded load_generated(generate::Dice& dice, const generate::Wanted& wanted) {
    generate::Pack pack = generate::pack(dice, wanted);
    const auto folder = generate::write(pack, generate::scratch_folder("generated"));
    return {std::move(pack), load_tariff(folder)};
}

/// Every pack of the tree: folders with a pack.yaml, and single files among the good test packs.
inline std::vector<std::filesystem::path> all_packs() {
    const std::filesystem::path root = BANDTARIFF_SOURCE_DIR;
    const auto good = root / "tests" / "packs" / "good";
    std::vector<std::filesystem::path> packs;
    for (const auto& below : {root / "rules", good}) {
        if (!std::filesystem::exists(below)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(below)) {
            if (entry.path().filename() == "pack.yaml") packs.push_back(entry.path().parent_path());
            else if (entry.path().parent_path() == good && entry.path().extension() == ".yaml") packs.push_back(entry.path());
        }
    }
    std::sort(packs.begin(), packs.end());
    return packs;
}

inline std::vector<std::filesystem::path> search_folders() {
    const std::filesystem::path root = BANDTARIFF_SOURCE_DIR;
    return {root / "rules", root / "tests" / "packs" / "good"};
}

/// "band=B4 setting=special": a record as the command line would state it.
inline std::string facts_of(const Placement& record) {
    std::string text;
    for (std::size_t k = 0; k < record.tariff()->facts.size(); ++k) {
        const StatedFact& stated = record.at(FactId(k));
        if (stated.given != Given::absent) text += (text.empty() ? "" : " ") + record.tariff()->facts[k].name + "=" + stated.text;
    }
    return text;
}

/// The first field in which a quote is not the oracle's, or "".
inline std::string difference(const Quote& quote, const oracle::OracleQuote& expected) {
    const auto differs = [](const std::string& what, const std::string& got, const std::string& wanted) {
        return what + " is " + got + ", and the oracle says " + wanted;
    };
    if (quote.outcome != expected.outcome) return differs("the outcome", quote.outcome, expected.outcome);
    if (quote.outcome_class != expected.outcome_class) return "the class of outcome " + quote.outcome + " differs";
    if (quote.total.pence() != expected.total) return differs("the total", std::to_string(quote.total.pence()), expected.total.str());
    if (!expected.priced()) {
        for (const QuoteLine& line : quote.lines) {
            if (line.payable != Money()) return "line " + line.name + " has money in a record that is not priced";
        }
        return {};
    }
    const auto names = [](const auto& lines) {
        std::string text;
        for (const auto& line : lines) text += line.name + " ";
        return text;
    };
    if (names(quote.lines) != names(expected.lines)) return differs("the list of lines", names(quote.lines), names(expected.lines));
    for (std::size_t k = 0; k < quote.lines.size(); ++k) {
        const QuoteLine& line = quote.lines[k];
        const oracle::OracleLine& right = expected.lines[k];
        if (line.outcome != right.outcome) return differs("the outcome of " + line.name, line.outcome, right.outcome);
        if (line.flow != right.flow) return "the flow of " + line.name + " differs";
        if (line.payable.pence() != right.payable) {
            return differs(line.name, std::to_string(line.payable.pence()), right.payable.str());
        }
        if (line.exact.pounds() != right.exact) return differs("the exact " + line.name, line.exact.pounds().str(), right.exact.str());
        if (line.residue != Rational(right.payable, 100) - right.exact) return "the residue of " + line.name + " differs";
        const auto parted = [](const auto& parts, auto&& name) {
            std::string text;
            for (const auto& part : parts) text += name(part) + " " + std::to_string(part.payable.pence()) + ", ";
            return text;
        };
        const auto expected_parts = [](const auto& parts) {
            std::string text;
            for (const auto& [name, pence] : parts) text += name + " " + pence.str() + ", ";
            return text;
        };
        const std::string slices = parted(line.slices, [](const QuoteSlice& slice) { return slice.party; });
        if (slices != expected_parts(right.slices)) return differs("who pays " + line.name, slices, expected_parts(right.slices));
        const std::string parts = parted(line.instalments, [](const QuoteInstalment& part) { return part.name; });
        if (parts != expected_parts(right.instalments)) return differs("when " + line.name + " is paid", parts, expected_parts(right.instalments));
    }
    return {};
}

}  // namespace bandtariff::property
