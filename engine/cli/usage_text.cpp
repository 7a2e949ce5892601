// Counts of what records reach to text: see usage_text.hpp.
#include "usage_text.hpp"

#include <algorithm>

#include "commands.hpp"

namespace bandtariff::cli {
namespace {

std::string cell_text(const Usage::Cell& cell) {
    std::string text = cell.table + (cell.keys.empty() ? "" : "[" + cell.keys + "]") + ": " + cell.value;
    return cell.from ? text + ", from " + to_string(*cell.from) : text;
}

std::string days_text(const Usage::DatedValue& value) {
    if (!value.from) return "undated";
    std::string text = "from " + to_string(*value.from);
    return value.until ? text + " to " + to_string(*value.until - std::chrono::days(1)) : text;
}

std::string at(const SourceSpan& span, const std::string& what) {
    const std::string place = to_string(span);
    return "  " + (place.empty() ? "" : place + ": ") + what + "\n";
}

std::string times(std::uint64_t records) { return records == 0 ? "no row" : counted(records, "row"); }

std::string titled(const std::string& title, const std::string& body) { return body.empty() ? "" : "\n" + title + "\n" + body; }

/// Each table's dated values, with how many of its printed rows are read.
std::string tables_text(const Usage& usage) {
    std::string text;
    std::vector<std::string> told;
    for (const Usage::DatedValue& first : usage.values) {
        if (std::find(told.begin(), told.end(), first.table) != told.end()) continue;
        told.push_back(first.table);
        std::size_t rows = 0, read = 0;
        for (const Usage::Cell& cell : usage.cells) {
            if (cell.table != first.table) continue;
            ++rows;
            read += cell.records > 0 ? 1U : 0U;
        }
        text += "  " + first.table + (first.borrowed ? ", of another pack" : "") + ": " + std::to_string(read) + " of " + counted(rows, "printed row") + " read\n";
        for (const Usage::DatedValue& value : usage.values)
            if (value.table == first.table) text += "    " + days_text(value) + ": " + times(value.records) + "\n";
    }
    return text;
}

std::string outcomes_text(const Usage& usage) {
    std::string text;
    std::vector<const Usage::Met*> met;
    for (const Usage::Met& each : usage.outcomes)
        if (each.records > 0) met.push_back(&each);
    std::stable_sort(met.begin(), met.end(), [](const Usage::Met* a, const Usage::Met* b) { return a->records > b->records; });
    for (const Usage::Met* each : met) {
        text += "  " + each->outcome + ": " + counted(each->records, "row");
        if (each->outcome_class != OutcomeClass::priced) {
            text += each->first_lines.size() == 1 ? " (line" : " (lines";
            for (std::size_t i = 0; i < each->first_lines.size(); ++i) text += (i == 0 ? " " : ", ") + std::to_string(each->first_lines[i]);
            text += (each->records > each->first_lines.size() ? ", ...): " : "): ") + each->first_reason;
        }
        text += "\n";
    }
    return text;
}

/// "4 of 6", of the pack's own.
template <class Things, class Reached>
std::string reached(const Things& things, const Reached& is_reached) {
    std::size_t all = 0, yes = 0;
    for (const auto& thing : things) {
        if (thing.borrowed) continue;
        ++all;
        yes += is_reached(thing) ? 1U : 0U;
    }
    return std::to_string(yes) + " of " + std::to_string(all);
}

template <class Things>
std::size_t borrowed(const Things& things) {
    return static_cast<std::size_t>(std::count_if(things.begin(), things.end(), [](const auto& thing) { return thing.borrowed && thing.records == 0; }));
}

bool is_met(const Usage::Met& met) { return met.records > 0 || met.lines > 0; }

std::string not_reached(const Usage& usage) {
    std::string text;
    for (const Usage::DatedValue& value : usage.values)
        if (!value.borrowed && value.records == 0) text += at(value.span, "no case reads " + value.table + " " + days_text(value));
    const auto whole_value_unread = [&](const Usage::Cell& cell) {
        return std::any_of(usage.values.begin(), usage.values.end(), [&](const Usage::DatedValue& value) {
            return value.table == cell.table && value.from == cell.from && value.records == 0;
        });
    };
    for (const Usage::Cell& cell : usage.cells) {
        if (cell.borrowed || whole_value_unread(cell)) continue;
        if (cell.records == 0) text += at(cell.span, "no case reads " + cell_text(cell));
        else if (cell.keys_read < cell.keys_in_all)
            text += at(cell.span, std::to_string(cell.keys_read) + " of " + std::to_string(cell.keys_in_all) + " keys are read of " + cell_text(cell));
    }
    for (const Usage::Branch& branch : usage.branches)
        if (!branch.borrowed && branch.records == 0) text += at(branch.span, "no case takes " + branch.where + ": " + branch.way);
    for (const Usage::RoundingPoint& point : usage.roundings) {
        if (point.borrowed) continue;
        const std::string what = "the rounding of " + point.where + ", " + point.rounding;
        if (point.records == 0) text += at(point.span, "no case reaches " + what);
        else if (point.with_residue == 0) text += at(point.span, "no case is changed by " + what);
        else if (point.has_ties && point.on_a_tie == 0) text += at(point.span, "no case is exactly half way in " + what);
    }
    for (const Usage::Met& met : usage.outcomes)
        if (met.declared && !met.borrowed && !is_met(met)) text += at(met.span, "no case meets the outcome " + met.outcome);
    return text;
}

}  // namespace

std::string used_by_text(const Usage& usage, const std::string& file) {
    std::string text = "\n" + file + ": " + counted(usage.records, "row") + ", " + std::to_string(usage.not_priced) + " not priced\n" + outcomes_text(usage);
    text += titled("Tables and figures", tables_text(usage));
    std::string read, unread;
    for (const Usage::Cell& cell : usage.cells) {
        if (cell.borrowed) continue;
        if (cell.records == 0) unread += at(cell.span, cell_text(cell));
        else {
            const bool some = cell.keys_read < cell.keys_in_all;
            const std::string keys = some ? ", " + std::to_string(cell.keys_read) + " of its " + std::to_string(cell.keys_in_all) + " keys" : "";
            read += at(cell.span, cell_text(cell) + " (" + times(cell.records) + keys + ")");
        }
    }
    return text + titled("Printed rows that are read", read) + titled("Printed rows that no row of the file reads", unread);
}

std::string coverage_text(const Usage& usage) {
    const auto any = [](const auto& thing) { return thing.records > 0; };
    std::vector<Usage::Met> declared;
    for (const Usage::Met& met : usage.outcomes)
        if (met.declared) declared.push_back(met);
    std::vector<Usage::RoundingPoint> tied;
    for (const Usage::RoundingPoint& point : usage.roundings)
        if (point.has_ties) tied.push_back(point);
    std::string text = "The cases reach\n";
    text += "  dated values  " + reached(usage.values, any) + "\n";
    text += "  printed rows  " + reached(usage.cells, any) + "\n";
    text += "  branches      " + reached(usage.branches, any) + "\n";
    text += "  roundings     " + reached(usage.roundings, [](const auto& point) { return point.with_residue > 0; }) + " with something to round, " +
            reached(tied, [](const auto& point) { return point.on_a_tie > 0; }) + " exactly half way\n";
    text += "  outcomes      " + reached(declared, is_met) + " that the pack declares\n";
    const std::size_t others = borrowed(usage.cells) + borrowed(usage.branches);
    if (others > 0) text += "  of other packs, " + std::to_string(others) + " printed rows and branches are left to their own cases\n";
    return text + titled("Not reached", not_reached(usage));
}

}  // namespace bandtariff::cli
