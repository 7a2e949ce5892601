// What formulas of a gather come to, once for each distinct set of the facts that they read.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "kernel/group_book.hpp"

namespace bandtariff::kernel {

class ReadOnce {
public:
    explicit ReadOnce(const TariffContents& tariff);

    /// The same as `work_out` gives, which is asked only where it is not known. A formula that reads what lines pay is asked each
    /// time. Past a limit, what is met is worked out as it comes: memory stays constant.
    GatherRead read(const Expression* where, const Expression* what, const std::optional<DateRange>& days, const std::function<StatedFact(FactId)>& fact,
                    const std::function<GatherRead()>& work_out);

private:
    struct Hash {
        std::size_t operator()(const std::vector<std::int64_t>& key) const;
    };
    struct Known {
        bool reads_lines = false;
        std::vector<FactId> facts;
        std::unordered_map<std::vector<std::int64_t>, GatherRead, Hash> results;
    };
    static constexpr std::size_t most_known = 65536;

    const TariffContents& tariff_;
    std::vector<Date> cuts_;  ///< days on which anything may change, ascending
    std::map<std::pair<const Expression*, const Expression*>, Known> known_;
};

}  // namespace bandtariff::kernel
