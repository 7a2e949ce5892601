// The loops for any machine.
#include "kernel/lane_loops.hpp"
#include "kernel/lane_products.hpp"
#include "kernel/lane_residues.hpp"

namespace bandtariff::kernel {

struct Machine_any {
    static constexpr bool direct = false, permutes = false;
};
constexpr ProductTable products_any = Products<Machine_any, OneRow<Machine_any>>::table();
constexpr StretchTable stretches_any = Products<Machine_any, OneRow<Machine_any>>::stretches();
constexpr ResidueTable residues_any = Residues<Machine_any, OneRow<Machine_any>>::table();
extern constexpr Passes passes_any = Loops<Machine_any>::table("any", &products_any, &stretches_any, &residues_any);

}  // namespace bandtariff::kernel
