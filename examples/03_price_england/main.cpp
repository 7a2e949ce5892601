// What would an illustrative national tariff cost? Run in the project's folder, once generate.py has made the file.
#include <bandtariff/bandtariff.hpp>
#include <iostream>

using namespace bandtariff;

int main() {
    const Checked<Tariff> tariff = load_tariff("rules/england/national_bands");
    if (!tariff.ok()) {
        std::cerr << render(tariff.diagnostics());
        return 1;
    }
    FileOptions options;
    options.without = {"place_status"};
    options.by = "region";
    const Checked<FileSummary> priced =
        price_file(compile(tariff.value()), "build/examples/england.csv", "build/examples/england_priced.csv", options);
    if (!priced.ok()) {
        std::cerr << render(priced.diagnostics());
        return 1;
    }
    const FileSummary& summary = priced.value();
    for (const auto& [label, sum] : summary.elements) std::cout << "  element " << label << ": " << to_display(sum) << '\n';
    for (const auto& [payer, sum] : summary.payers) std::cout << "  paid by " << payer << ": " << to_display(sum) << '\n';
    for (const FileSummary::Group& group : summary.groups)
        std::cout << "  region " << group.value << ": " << to_display(group.total) << " (" << group.rows << " rows, " << group.priced
                  << " priced)\n";
}
