// Text and columns to facts as carried, and why a stated fact was not accepted. Entry points: read_fact, why_not, placement.
#include "bandtariff/placement.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace bandtariff {
namespace {

constexpr std::size_t most_named = 12;  // codes named in a message before it says how many more there are

/// A list for a sentence: "B1, B2, B3 and 40 more".
std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size() && i < most_named; ++i) text += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > most_named) text += " and " + std::to_string(words.size() - most_named) + " more";
    return text;
}

Rational power_of_ten(int exponent) { return Rational(boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent))); }

/// A plain decimal such as "12" or "-0.50" as a multiple of 10^-decimals; nullopt for anything longer or odder, which the
/// exact reader then looks at.
std::optional<std::int64_t> short_decimal(std::string_view text, int decimals) {
    constexpr std::size_t surely_fits = 17;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    const std::string_view rest = point < text.size() ? text.substr(point + 1) : std::string_view();
    const bool well_formed = !whole.empty() && (whole.size() == 1 || whole.front() != '0') && (point == text.size() || !rest.empty());
    if (!well_formed || rest.size() > static_cast<std::size_t>(decimals) || whole.size() + static_cast<std::size_t>(decimals) > surely_fits)
        return std::nullopt;
    std::int64_t value = 0;
    for (const std::string_view part : {whole, rest}) {
        for (const char c : part) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
    }
    for (auto places = rest.size(); places < static_cast<std::size_t>(decimals); ++places) value *= 10;
    return negative ? -value : value;
}

/// The number as carried, without regard to min and max; nullopt where it is no number, or no multiple of 10^-decimals.
std::optional<Rational> on_the_grid(const Fact& fact, std::string_view text) {
    if (const auto quick = short_decimal(text, fact.decimals)) return Rational(*quick);
    const auto rate = Rate::parse(text);
    if (!rate) return std::nullopt;
    const Rational scaled = rate->value() * power_of_ten(fact.decimals);
    return denominator(scaled) == 1 ? std::optional(scaled) : std::nullopt;
}

StatedFact read_number(const Fact& fact, std::string_view text) {
    StatedFact stated{Given::out_of_range, 0, std::string(text)};
    const auto scaled = on_the_grid(fact, text);
    if (!scaled) return stated;
    const Rational one = power_of_ten(fact.decimals);
    using Limits = std::numeric_limits<std::int64_t>;
    if (*scaled < fact.min * one || *scaled > fact.max * one || *scaled < Limits::min() || *scaled > Limits::max()) return stated;
    stated.given = Given::given;
    stated.value = numerator(*scaled).convert_to<std::int64_t>();
    return stated;
}

std::string why_no_number(const Fact& fact, const std::string& is, std::string_view text) {
    const std::string allowed = to_string(fact.min) + " to " + to_string(fact.max) + (fact.unit_text.empty() ? "" : " (" + fact.unit_text + ")");
    const auto rate = Rate::parse(text);
    if (!rate) {
        std::string plain(text);
        std::erase_if(plain, [](char c) { return c == ',' || c == ' '; });
        if (plain.starts_with("£")) plain.erase(0, std::string_view("£").size());
        const bool only_dressed = plain != text && Rate::parse(plain);
        return is + " is not a plain number: " + (only_dressed ? "write " + plain : "write digits such as " + to_string(fact.max));
    }
    if (rate->value() < fact.min) return is + " is below " + to_string(fact.min) + ": the pack allows " + allowed;
    if (rate->value() > fact.max) return is + " is above " + to_string(fact.max) + ": the pack allows " + allowed;
    if (fact.decimals == 0) return is + " is not a whole number";
    return is + " has more than " + std::to_string(fact.decimals) + (fact.decimals == 1 ? " decimal" : " decimals");
}

std::string why_no_code(const CodeList& list, const std::string& is, std::string_view text) {
    std::vector<std::string> codes;
    std::vector<std::string> spellings;
    for (const Code& code : list.codes) {
        codes.push_back(code.code);
        spellings.push_back(code.code);
        spellings.insert(spellings.end(), code.also.begin(), code.also.end());
    }
    const auto near = nearest_word(text, spellings);
    return is + " is not in the list" + (near ? ": did you mean " + *near + "?" : "") + " (" + listed(codes) + ")";
}

std::vector<std::string> fact_names(const TariffContents& tariff) {
    std::vector<std::string> names;
    for (const Fact& fact : tariff.facts) names.push_back(fact.name);
    return names;
}

}  // namespace

StatedFact read_fact(const TariffContents& tariff, FactId id, std::string_view text) {
    const Fact& fact = tariff.at(id);
    if (text.empty()) return {};
    const auto accepted = [&](std::int64_t value) { return StatedFact{Given::given, value, std::string(text)}; };
    const StatedFact refused{Given::out_of_range, 0, std::string(text)};
    switch (fact.kind) {
        case FactKind::number: return read_number(fact, text);
        case FactKind::code: {
            const auto code = tariff.code_in_record(fact.codes, text);
            return code ? accepted(code->index) : StatedFact{Given::code_unknown, 0, std::string(text)};
        }
        case FactKind::yes_no:  // true and false as packs write them
            if (text == "yes" || text == "true") return accepted(1);
            return text == "no" || text == "false" ? accepted(0) : refused;
        case FactKind::date: {
            const auto day = parse_date(text);
            return day ? accepted(day_number(*day)) : refused;
        }
        case FactKind::year: {
            const auto year = NamedYear::parse(fact.year, text);
            return year ? accepted(year->starts) : refused;
        }
        case FactKind::name:
        case FactKind::text: return accepted(0);
    }
    throw std::invalid_argument("fact: no such kind of fact");
}

std::pair<std::int64_t, std::int64_t> carried_bounds(const TariffContents& tariff, FactId id) {
    const Fact& fact = tariff.at(id);
    switch (fact.kind) {
        case FactKind::code: return {0, static_cast<std::int64_t>(tariff.at(fact.codes).codes.size()) - 1};
        case FactKind::yes_no: return {0, 1};
        case FactKind::date: return {day_number(make_date(1900, 1, 1)), day_number(make_date(2199, 12, 31))};
        case FactKind::year: return {1900, 2199};
        case FactKind::number: {
            const auto whole = [&](const Rational& value, Rounding::Mode mode) {
                return numerator(round(Rational(value * power_of_ten(fact.decimals)), Rounding::directed(mode, Rate(1)))).convert_to<std::int64_t>();
            };
            return {whole(fact.min, Rounding::Mode::ceiling), whole(fact.max, Rounding::Mode::floor)};
        }
        case FactKind::name:
        case FactKind::text: break;
    }
    return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
}

StatedFact read_fact(const TariffContents& tariff, FactId id, const Column& column, std::size_t row) {
    if (column.data == nullptr) return {};
    StatedFact stated{column.given == nullptr ? Given::given : column.given[row], column.at(row), {}};
    const auto [low, high] = carried_bounds(tariff, id);
    if (stated.given == Given::given && (stated.value < low || stated.value > high))
        stated.given = tariff.at(id).kind == FactKind::code ? Given::code_unknown : Given::out_of_range;
    return stated;
}

std::string why_not(const TariffContents& tariff, FactId id, const StatedFact& stated) {
    const Fact& fact = tariff.at(id);
    const std::string is = fact.name + " '" + stated.text + "'";
    if (stated.given == Given::given) return {};
    if (stated.given == Given::absent) return fact.name + " is not stated";
    switch (fact.kind) {
        case FactKind::number: return why_no_number(fact, is, stated.text);
        case FactKind::code: return why_no_code(tariff.at(fact.codes), is, stated.text);
        case FactKind::yes_no: return is + " is neither yes nor no";
        case FactKind::date: return is + " is not a day: write it as 2026-04-01";
        case FactKind::year:
            return is + " is not a " + std::string(to_string(fact.year)) + ": write it as " + to_string(NamedYear{fact.year, 2026});
        case FactKind::name:
        case FactKind::text: return is + " cannot be read";
    }
    throw std::invalid_argument("fact: no such kind of fact");
}

Placement::Placement(Tariff tariff, RecordId record) : tariff_(std::move(tariff)), record_(record), facts_(tariff_->facts.size()) {}

Placement& Placement::with(std::string_view fact, std::string_view value) {
    const auto id = tariff_->fact(fact);
    if (!id) {
        const std::vector<std::string> names = fact_names(*tariff_);
        const auto near = nearest_word(fact, names);
        throw std::invalid_argument("fact: '" + std::string(fact) + "' is no fact of " + tariff_->pack +
                                    (near ? ": did you mean " + *near + "?" : " (" + listed(names) + ")"));
    }
    facts_[id->index] = read_fact(*tariff_, *id, value);
    return *this;
}

Placement& Placement::over(const DateRange& days) {
    const SpanRule& span = tariff_->at(record_).span;
    if (span.kind != SpanRule::Kind::between)
        throw std::logic_error("over: a " + tariff_->at(record_).name + " of " + tariff_->pack + " has no first and last day");
    with(tariff_->at(span.from).name, to_string(days.from()));
    return with(tariff_->at(span.last_day).name, to_string(days.last_day()));
}

Placement placement(const Tariff& tariff, std::string_view record) {
    if (record.empty() && tariff->records.size() == 1) return Placement(tariff, RecordId(0));
    const auto id = tariff->record(record);
    if (id) return Placement(tariff, *id);
    std::vector<std::string> kinds;
    for (const RecordKind& kind : tariff->records) kinds.push_back(kind.name);
    throw std::invalid_argument("record: " + (record.empty() ? tariff->pack + " prices several kinds of record: name one"
                                                             : "'" + std::string(record) + "' is no kind of record of " + tariff->pack) +
                                " (" + listed(kinds) + ")");
}

std::int64_t Column::at(std::size_t row) const {
    switch (type) {
        case Type::u8: return static_cast<const std::uint8_t*>(data)[row];
        case Type::u16: return static_cast<const std::uint16_t*>(data)[row];
        case Type::i32: return static_cast<const std::int32_t*>(data)[row];
        case Type::i64: break;
    }
    return static_cast<const std::int64_t*>(data)[row];
}

PlacementTable::PlacementTable(const Tariff& tariff, RecordId record, std::size_t rows)
    : record_(record), rows_(rows), columns_(tariff->facts.size()), stated_(tariff->facts.size()) {}

void PlacementTable::put(FactId fact, Column column) {
    if (fact.index >= columns_.size()) throw std::invalid_argument("fact: no such fact in this table's tariff");
    if (column.rows != rows_) {
        throw std::invalid_argument("values: a column of " + std::to_string(column.rows) + " rows in a table of " + std::to_string(rows_));
    }
    columns_[fact.index] = column;
    stated_[fact.index] = true;
}

void PlacementTable::set(FactId fact, std::span<const std::uint8_t> values, const Given* given) {
    put(fact, {values.data(), Column::Type::u8, values.size(), given});
}
void PlacementTable::set(FactId fact, std::span<const std::uint16_t> values, const Given* given) {
    put(fact, {values.data(), Column::Type::u16, values.size(), given});
}
void PlacementTable::set(FactId fact, std::span<const std::int32_t> values, const Given* given) {
    put(fact, {values.data(), Column::Type::i32, values.size(), given});
}
void PlacementTable::set(FactId fact, std::span<const std::int64_t> values, const Given* given) {
    put(fact, {values.data(), Column::Type::i64, values.size(), given});
}

PlacementTable PlacementTable::slice(std::size_t start, std::size_t rows) const {
    if (start > rows_ || rows > rows_ - start) throw std::out_of_range("slice: past the end of a table of " + std::to_string(rows_) + " rows");
    const auto width = [](Column::Type type) -> std::size_t {
        switch (type) {
            case Column::Type::u8: return sizeof(std::uint8_t);
            case Column::Type::u16: return sizeof(std::uint16_t);
            case Column::Type::i32: return sizeof(std::int32_t);
            case Column::Type::i64: break;
        }
        return sizeof(std::int64_t);
    };
    PlacementTable part = *this;
    part.rows_ = rows;
    for (Column& column : part.columns_) {
        if (column.data == nullptr) continue;
        column.data = static_cast<const std::byte*>(column.data) + start * width(column.type);
        column.rows = rows;
        if (column.given != nullptr) column.given += start;
    }
    return part;
}

void PlacementTable::without(FactId fact) {
    if (fact.index >= columns_.size()) throw std::invalid_argument("fact: no such fact in this table's tariff");
    columns_[fact.index] = {};
    stated_[fact.index] = true;
}

}  // namespace bandtariff
