// What would an illustrative national tariff cost? Run in the project's folder; the file is made by generate.py.
#include <bandtariff/bandtariff.hpp>
#include <iostream>

using namespace bandtariff;

int main() {
    const Plan plan = compile(load_tariff("rules/england/national_bands").value());
    FileOptions options;
    options.without = {"place_status"};
    const Checked<FileSummary> priced = price_file(plan, "build/examples/england.csv", "build/examples/england_priced.csv", options);
    if (!priced.ok()) {
        std::cerr << render(priced.diagnostics());
        return 1;
    }
    std::cout << priced.value().rows << " plans, " << to_display(priced.value().total) << '\n';
}
