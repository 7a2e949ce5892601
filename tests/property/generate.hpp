// Random placements for any tariff, and random packs as YAML text, from a seed.
//
//     generate::Dice dice(20260401);
//     const generate::Pack pack = generate::pack(dice);
//     const Tariff tariff = load_tariff(write(pack, folder)).value();
//     const Placement row = generate::record(tariff, RecordId(0), dice);
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bandtariff/placement.hpp"
#include "dice.hpp"

namespace bandtariff::generate {

/// What each fact of one record says, as text; empty where it says nothing. Indexed by fact.
using Texts = std::vector<std::string>;

/// The days on which something may change: what the tariff applies to, its versions, years, leap days, and the days beside them.
class Boundaries {
public:
    explicit Boundaries(const TariffContents& tariff);
    [[nodiscard]] Date day(Dice& dice) const;

private:
    DateRange around_;
    std::vector<Date> days_;
};

/// Facts of one record of a kind: boundary-heavy, a few absent, and `bad_percent` in a hundred of them not acceptable.
[[nodiscard]] Texts texts(const Tariff& tariff, RecordId record, const Boundaries& boundaries, Dice& dice, unsigned bad_percent = 1);
[[nodiscard]] Placement placement_of(const Tariff& tariff, RecordId record, const Texts& texts);
[[nodiscard]] inline Placement record(const Tariff& tariff, RecordId kind, Dice& dice, unsigned bad_percent = 1) {
    return placement_of(tariff, kind, texts(tariff, kind, Boundaries(*tariff), dice, bad_percent));
}

/// A pack as its sections, so that their order, the order inside them, and the files they stand in can be varied.
struct Pack {
    struct Section {
        std::string key;                   ///< "facts"
        std::vector<std::string> entries;  ///< each the whole YAML of one name, indented
    };
    std::string header;
    std::vector<Section> sections;

    [[nodiscard]] std::string text() const;
};

/// What a generated pack may hold.
struct Wanted {
    unsigned size = 3;              ///< how much of everything
    bool only_nonnegative = false;  ///< no refusals and no outcomes, no subtraction, every figure at least 0
    bool only_symmetric = false;    ///< mirror-symmetric roundings only
    bool restate = false;           ///< each last dated value is said once more from a later day: the same pack in more versions
};

/// A pack that loads without a diagnostic.
[[nodiscard]] Pack pack(Dice& dice, const Wanted& wanted = {});

/// Writes the pack as one file into an empty folder, and gives the folder.
std::filesystem::path write(const Pack& pack, const std::filesystem::path& folder);
/// Writes the same pack with sections and names in another order, spread over several files.
std::filesystem::path write_shuffled(const Pack& pack, const std::filesystem::path& folder, Dice& dice);
/// An empty folder of this process for generated packs, emptied at each call.
[[nodiscard]] std::filesystem::path scratch_folder(const std::string& name);

}  // namespace bandtariff::generate
