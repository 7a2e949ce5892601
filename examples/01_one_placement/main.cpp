// What is one placement priced at? Run in the project's folder.
#include <bandtariff/bandtariff.hpp>
#include <iostream>

using namespace bandtariff;

int main() {
    const Checked<Tariff> tariff = load_tariff("rules/england/national_bands");
    if (!tariff.ok()) {
        std::cerr << render(tariff.diagnostics());
        return 1;
    }
    const Plan plan = compile(tariff.value());
    const Quote quote = plan.price(placement(plan.tariff())
                                       .with("setting", "mainstream_academy")
                                       .with("band", "B6")
                                       .with("need", "asd")
                                       .with("phase", "primary")
                                       .with("authority", "202")
                                       .with("home", "202")
                                       .with("attendance", "0.8")
                                       .over(DateRange::both_ends(make_date(2024, 9, 1), make_date(2025, 3, 31))));
    std::cout << render(quote);
}
