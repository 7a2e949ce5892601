// A program of someone else's that uses the library: half of £1,234.50, rounded to the penny by a rule that it states.
#include <bandtariff/bandtariff.hpp>
#include <iostream>

using namespace bandtariff;

int main() {
    const Rounding penny = Rounding::nearest(Rate::parse("0.01").value(), Ties::to_even);
    const Money half = round(Money::parse("1234.50").value() * Rate::parse("1/2").value(), penny);
    std::cout << to_display(half) << " by bandtariff " << BANDTARIFF_VERSION << '\n';
    return half == Money::from_pence(61725) ? 0 : 1;
}
