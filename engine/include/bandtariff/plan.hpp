// A compiled tariff: prices one record with its whole account, or columns of them.
//
//     const Plan plan = compile(load_tariff("rules/england/national_bands").value());
//     const Quote quote = plan.price(placement(plan.tariff()).with("band", "B4").with("setting", "special"));
//     plan.price(table, quotes, {.threads = 2});
//
// A Plan is immutable, cheap to copy and safe to share between threads. Both forms give the same pence.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bandtariff/placement.hpp"
#include "bandtariff/quote.hpp"
#include "bandtariff/tariff.hpp"

namespace bandtariff {

struct Scenario;
struct SweepOptions;
struct SweepResult;

/// How columns are priced. What comes out is the same whatever is said here.
struct PriceOptions {
    unsigned threads = 1;  ///< that price at once; 0: as many as the machine runs at once
};

class Plan {
public:
    [[nodiscard]] const Tariff& tariff() const { return tariff_; }

    /// Prices one record and keeps every step.
    [[nodiscard]] Quote price(const Placement& record) const;

    /// Prices one record without its account: the same outcome and pence as `price`. A difference from what was paid is left out.
    [[nodiscard]] Amount amount(const Placement& record) const;

    /// Prices every row into the caller's columns. Throws std::invalid_argument where a column's length differs from the
    /// table's, or a fact that the pack can read has neither a column nor `without`. Rows never throw: each gets its outcome.
    void price(const PlacementTable& records, const QuoteTable& quotes, const PriceOptions& options = {}) const;

    /// Prices every row as it stands and in every scenario: see sweep.hpp. A name or value that a scenario cannot set is a
    /// diagnostic; columns are asked for as by `price`, for what any scenario reads. Differences from what was paid are left out.
    [[nodiscard]] Checked<SweepResult> sweep(const PlacementTable& records, const std::vector<Scenario>& scenarios,
                                             const SweepOptions& options) const;

    /// The compiled program as text: folded tables, denominators, lanes, slack and operations, for `explain --plan` and tests.
    [[nodiscard]] std::string dump() const;

    /// A plan that prices the same and also says, line by line, what that differs by from what was payable as known on `day`.
    [[nodiscard]] Plan with_paid_known_on(Date day) const;
    /// That day, where the plan was asked for differences.
    [[nodiscard]] std::optional<Date> paid_known_on() const;

    struct Program;  ///< internal to the engine

private:
    friend Plan compile(const Tariff& tariff);
    Plan(Tariff tariff, std::shared_ptr<const Program> program) : tariff_(std::move(tariff)), program_(std::move(program)) {}
    [[nodiscard]] Quote price_as_known(const Placement& record) const;
    void price_as_known(const PlacementTable& records, const QuoteTable& quotes) const;
    void price_rows(const PlacementTable& records, const QuoteTable& quotes) const;

    // For sweeps: rows in each scenario of a tariff that is read by scenario, block after block. A block's columns are read once, and
    // what no scenario changes is worked out once.
    static constexpr std::size_t rows_a_block = 2048;
    using TakeScenario = std::function<void(std::size_t scenario, std::size_t start, std::size_t rows)>;
    /// Into the first rows of `block`, which has room for a block; `take` has them after each scenario.
    void price_scenarios(const PlacementTable& records, std::size_t scenarios, const QuoteTable& block, const TakeScenario& take) const;

    Tariff tariff_;
    std::shared_ptr<const Program> program_;
    std::shared_ptr<const Plan> paid_;  ///< as known on the earlier day, where differences are asked for
};

/// Compiles a checked tariff. What depends only on codes, figures, choices and days is folded into tables here.
[[nodiscard]] Plan compile(const Tariff& tariff);

}  // namespace bandtariff
