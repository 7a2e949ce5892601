// Worked examples, run: every case of a pack priced and compared with tolerance zero.
//
//     for (const CaseResult& result : run_cases(plan))
//         if (!result.passed()) std::cerr << render(result.failures);
#pragma once

#include <string>
#include <vector>

#include "bandtariff/plan.hpp"
#include "bandtariff/source.hpp"

namespace bandtariff {

struct CaseResult {
    std::string name;
    SourceSpan span;
    std::vector<Diagnostic> failures;  ///< one for each difference, at the expected value's place
    [[nodiscard]] bool passed() const { return failures.empty(); }
};

/// Prices every case of the plan's tariff, one at a time and as a batch, and compares lines, totals, outcome and shown
/// values exactly. A case that selects other choices is priced under them.
[[nodiscard]] std::vector<CaseResult> run_cases(const Plan& plan);

}  // namespace bandtariff
