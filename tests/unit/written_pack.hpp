// A pack written out in a test, loaded and compiled.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "bandtariff/plan.hpp"

namespace bandtariff::tests {

/// The plan of a pack whose only file says `text`; fails the test with what is wrong with it.
inline Plan plan_of_text(const std::string& text) {
    const auto folder = std::filesystem::temp_directory_path() / ("bandtariff_written_pack_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "pack.yaml") << text;
    const Checked<Tariff> tariff = load_tariff(folder);
    std::filesystem::remove_all(folder);
    INFO(render(tariff.diagnostics()));
    REQUIRE(tariff.ok());
    return compile(tariff.value());
}

/// The same of a pack of pupils with made-up values, of which `text` says the rest.
inline Plan plan_of_made_up(const std::string& text) {
    return plan_of_text(R"(
pack: test.made_up
release: "1"
title: Made up for a test
status: illustrative
format: 1
record: pupil
sources:
  model: {kind: illustrative, title: Made-up values for tests}
)" + text);
}

}  // namespace bandtariff::tests
