// Everything of a tariff that a record can reach, each with its count at zero: what coverage is measured against.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "bandtariff/usage.hpp"

namespace bandtariff::kernel {

/// Where the things of one tariff's contents stand in a Usage, by their addresses. A branch is followed by its other way.
struct Places {
    std::unordered_map<const Row*, std::size_t> cells;
    std::unordered_map<const Version*, std::size_t> values;
    std::unordered_map<const Expression*, std::size_t> branches;    ///< then, else; holds, does not hold
    std::vector<std::size_t> choices;                               ///< the first alternative of each choice
    std::unordered_map<const RoundingRule*, std::size_t> roundings;
};

/// The catalogue of one pack. Contents that differ in choices or in what is known share what they have in common.
class Catalogue {
public:
    explicit Catalogue(Usage& usage) : usage_(usage) {}
    /// Enters what is not there yet, and says where everything of these contents stands.
    [[nodiscard]] Places places(const TariffContents& tariff);
    /// The count of an outcome, made where it is met for the first time.
    [[nodiscard]] std::size_t outcome(const TariffContents& tariff, const Outcome& outcome);
    /// A count of rows that could not be read.
    [[nodiscard]] std::size_t unreadable();

private:
    class Walk;
    Usage& usage_;
    std::unordered_map<std::string, std::size_t> known_;
};

}  // namespace bandtariff::kernel
