// A proved routine to the code of its lane. Entry point: make_lane.
#include "kernel/double_lane.hpp"
#include "kernel/lanes.hpp"

namespace bandtariff {

namespace kernel {
extern template class Lane<std::int64_t>;
extern template class Lane<Wide>;
extern template class Lane<Rational>;
}  // namespace kernel

std::unique_ptr<const plan::LaneCode> plan::make_lane(const Routine& routine, const Tables& tables, const std::vector<Leaf>& leaves,
                                                      std::vector<Payment> payments, const Ranks& ranks) {
    switch (routine.lane) {
        case Lane::i53: return kernel::make_double_lane(routine, tables, leaves, std::move(payments), ranks);
        case Lane::int64: return std::make_unique<kernel::Lane<std::int64_t>>(routine, tables, std::move(payments), ranks);
        case Lane::int128: return std::make_unique<kernel::Lane<kernel::Wide>>(routine, tables, std::move(payments), ranks);
        case Lane::exact: break;
    }
    return std::make_unique<kernel::Lane<Rational>>(routine, tables, std::move(payments), ranks);
}

}  // namespace bandtariff
