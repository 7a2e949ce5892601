// `scales:`, values between printed points: a table by intervals of one number, each cell a value or the line through it.
// Entry points: declare_scales, read_scale.
#include <algorithm>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

struct Point {
    Rational x, y;
};

std::optional<std::vector<Point>> read_points(const Node& node, Report& report) {
    std::vector<Point> points;
    for (const Node& item : read_list(node, "'points'", report)) {
        if (item.kind != Node::Kind::sequence || item.items.size() != 2) {
            report.error("scale-malformed", item.span, "a point is two numbers: where, and the value there", "[10, 100]");
            return std::nullopt;
        }
        const auto x = read_number(item.items[0], "where a point is", report), y = read_number(item.items[1], "a point's value", report);
        if (!x || !y) return std::nullopt;
        if (!points.empty() && *x <= points.back().x) {
            report.error("scale-malformed", item.items[0].span, "the points go up, and this is not above the one before", "each point above the last");
            return std::nullopt;
        }
        points.push_back({*x, *y});
    }
    return points;
}

Expression number(const Rational& value, const Unit& unit, const SourceSpan& span) {
    Expression result;
    result.type = {ValueKind::number, unit, {}};
    result.span = span;
    result.number = value;
    return result;
}

Expression apply(Operation operation, const Unit& unit, Expression a, Expression b) {
    Expression result = number(0, unit, a.span);
    result.operation = operation;
    result.operands = {std::move(a), std::move(b)};
    return result;
}

/// from.y + (key - from.x) * slope
Expression between(const Point& from, const Point& to, const Type& key, const Unit& unit, const SourceSpan& span) {
    Expression at = number(0, key.unit, span);
    at.operation = Operation::key;
    const Expression past = apply(Operation::subtract, key.unit, at, number(from.x, key.unit, span));
    const Expression slope = number(Rational((to.y - from.y) / (to.x - from.x)), unit / key.unit, span);
    return apply(Operation::add, unit, number(from.y, unit, span), apply(Operation::multiply, unit, past, slope));
}

}  // namespace

void declare_scales(Loader& loader) {
    for (const Entry* entry : loader.section("scales")) {
        Fields fields(entry->value, "a scale", loader.report);
        TableSource source;
        source.entry = entry;
        source.scale = true;
        Table table;
        table.name = entry->key;
        table.span = entry->key_span;
        table.as_printed = true;  // outside its points it has no value
        table.covers = read_covers(fields);
        if (const Node* of = fields.require("of", "of: the number it is read at")) source.keys.push_back(of);
        const Node* unit = fields.require("unit", "unit: GBP per pupil per year");
        if (unit != nullptr) {
            table.type.unit = read_unit(loader, *unit).value_or(Unit{});
            table.unit_text = unit->text;
        }
        if (!loader.declare(entry->key, Named::Kind::table, loader.t.tables.size(), entry->key_span)) continue;
        source.ids.emplace_back(loader.t.tables.size());
        loader.t.tables.push_back(std::move(table));
        loader.table_sources.push_back(std::move(source));
    }
    loader.table_traits.resize(loader.t.tables.size());
}

void read_scale(Loader& loader, TableSource& source) {
    static const std::vector<std::string> words = {"linear", "steps"};
    Report& report = loader.report;
    Table& table = loader.t.tables[source.ids.front().index];
    Fields fields(source.entry->value, "a scale", report);
    for (const char* key : {"of", "unit", "covers"}) (void)fields.take(key);
    const Node* list = fields.require("points", "points: [[0, 0], [10, 100]]");
    const Node* kind = fields.require("between", "between: linear, or between: steps");
    const Citation citation = read_citation(loader, fields, "scale '" + table.name + "'", Evidence::required, true);
    fields.finish();
    const auto points = list == nullptr ? std::nullopt : read_points(*list, report);
    const auto way = kind == nullptr ? std::nullopt : read_word(*kind, "'between'", words, report);
    const bool sound = points && way && table.keys.size() == 1;
    if (sound && table.keys[0].reads.type.kind != ValueKind::number)
        report.error("scale-malformed", source.keys[0]->span, "a scale is read at a number, and '" + source.keys[0]->text + "' gives " +
                                                                  type_in_words(loader, table.keys[0].reads.type));
    else if (sound && points->size() < (*way == 0 ? 2U : 1U))
        report.error("scale-malformed", list->span, *way == 0 ? "a line needs two points" : "there is no point", "points: [[0, 0], [10, 100]]");
    else if (sound) {
        Version version;
        version.citation = citation;
        version.span = source.entry->key_span;
        const auto add = [&](const Point& from, const Point* to, Cell cell) {
            KeyPattern pattern;
            pattern.kind = KeyPattern::Kind::numbers;
            pattern.span = list->span;
            pattern.from = from.x;
            if (to != nullptr) pattern.to = to->x;
            pattern.below_to = to != &from;
            version.rows.push_back({{pattern}, std::move(cell), std::nullopt, citation, list->span});
        };
        formula::Traits traits;
        traits.covers = table.covers;
        for (std::size_t i = 0; i < points->size(); ++i) {
            const Point& point = (*points)[i];
            const bool last = i + 1 == points->size();
            Cell cell;
            cell.value.number = point.y;
            if (*way == 0 && !last) {
                cell.kind = Cell::Kind::formula;
                cell.formula = between(point, (*points)[i + 1], table.keys[0].reads.type, table.type.unit, list->span);
            }
            add(point, !last ? &(*points)[i + 1] : *way == 0 ? &point : nullptr, std::move(cell));
            traits.low = traits.low ? std::min(*traits.low, point.y) : point.y;
            traits.high = traits.high ? std::max(*traits.high, point.y) : point.y;
        }
        table.versions = {std::move(version)};
        index_table(loader, table, {VersionFlags{false, true, std::nullopt, true}}, {}, {});
        loader.table_traits[source.ids.front().index] = traits;
        return;
    }
    loader.unreadable.insert(table.name);
}

}  // namespace bandtariff::loading
