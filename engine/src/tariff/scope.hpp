// What a name means where a formula stands. Internal to src/tariff.
#pragma once

#include "tariff/loader.hpp"

namespace bandtariff::loading {

/// The names of a pack as a record reads them; in a computed table its keys stand for themselves and facts are not read.
class PackScope final : public formula::Scope {
public:
    /// amount: a line's, which may read what other lines pay; bound: of a stated sum, where the table's own keys stand for themselves
    enum class Place { record, amount, computed_table, identity, bound };
    explicit PackScope(const Loader& loader, Place place = Place::record, const Table* table = nullptr)
        : loader_(loader), place_(place), table_(table) {}

    std::optional<Meaning> name(const std::string& word, const SourceSpan& span, Report& report) const override;
    std::optional<Meaning> line(const std::string& name, const SourceSpan& span, Report& report) const override;
    [[nodiscard]] const TariffContents& contents() const override { return loader_.t; }
    [[nodiscard]] formula::Traits table_traits(TableId table) const override;

private:
    std::optional<Meaning> fact(FactId id, const std::string& word, const SourceSpan& span, Report& report) const;
    std::optional<Meaning> table(TableId id, const std::string& word, const SourceSpan& span, Report& report) const;
    std::vector<std::string> readable() const;

    const Loader& loader_;
    Place place_;
    const Table* table_;
};

/// A fact as an expression, and the bounds its declaration gives.
[[nodiscard]] std::optional<Type> type_of(const Fact& fact);

}  // namespace bandtariff::loading
