// Columns of text as Python libraries hold them, borrowed: Arrow arrays by Arrow's C data interface, and places among a list of
// texts, as pandas' categories are.
#pragma once

#include <string>
#include <vector>

#include "bindings.hpp"

namespace bandtariff::python {

/// A column of texts with what keeps it alive. Not moved: the column may look into it.
class HeldTexts {
public:
    /// An Arrow array of text, plain or dictionary-encoded. Throws TypeError for one of another type.
    HeldTexts(FactId fact, const std::string& name, const py::handle& arrow);
    /// Places among texts; one below nothing is no value.
    HeldTexts(FactId fact, const std::string& name, const py::array& places, const py::list& texts);
    HeldTexts(const HeldTexts&) = delete;
    HeldTexts& operator=(const HeldTexts&) = delete;
    ~HeldTexts() = default;

    [[nodiscard]] const TextFact& fact() const { return fact_; }

private:
    py::object kept_;
    std::vector<std::int64_t> offsets_;
    std::string bytes_;
    TextFact fact_;
};

}  // namespace bandtariff::python
