// Dated values decided on different days to the versions that hold as known on one of them.
// Entry points: known_versions, days_of_decision, check_replacements.
#include <algorithm>
#include <set>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

bool overruled(const std::vector<Version>& all, std::size_t i, Date known_on) {
    return std::any_of(all.begin(), all.end(), [&](const Version& other) {
        return other.decided && *other.decided <= known_on && *all[i].decided < *other.decided &&
               std::find(other.replaces.begin(), other.replaces.end(), *all[i].from) != other.replaces.end();
    });
}

}  // namespace

std::vector<Date> days_of_decision(const std::vector<Version>& versions) {
    std::set<Date> days;
    for (const Version& version : versions)
        if (version.decided && version.from) days.insert(*version.decided);
    return {days.begin(), days.end()};
}

KnownVersions known_versions(const std::vector<Version>& all, const std::vector<VersionFlags>& flags, Date known_on) {
    std::vector<std::size_t> visible;
    std::set<Date> cuts;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!all[i].from || !all[i].decided || *all[i].decided > known_on || overruled(all, i, known_on)) continue;
        visible.push_back(i);
        cuts.insert(*all[i].from);
        if (all[i].until) cuts.insert(*all[i].until);
    }
    KnownVersions result;
    std::optional<std::size_t> last;
    for (auto day = cuts.begin(); day != cuts.end(); ++day) {
        std::optional<std::size_t> holds;
        for (const std::size_t i : visible)
            if (all[i].holds(*day) && (!holds || std::pair(*all[*holds].from, *all[*holds].decided) < std::pair(*all[i].from, *all[i].decided)))
                holds = i;
        if (holds && last == holds) continue;
        if (last) result.versions.back().until = *day;
        last = holds;
        if (!holds) continue;
        Version version = all[*holds];
        version.from = *day;
        result.versions.push_back(std::move(version));
        result.flags.push_back(flags[*holds]);
        result.flags.back().stated_from = all[*holds].from;
    }
    return result;
}

void check_replacements(Loader& loader, const Table& table) {
    for (const Version& version : table.versions) {
        for (const Date replaced : version.replaces) {
            const bool found = std::any_of(table.versions.begin(), table.versions.end(), [&](const Version& other) {
                return other.from == replaced && other.decided && version.decided && *other.decided < *version.decided;
            });
            if (!found)
                loader.report.error("replaces-nothing", version.span,
                                    "'" + table.name + "' has no value from " + to_string(replaced) + " that was decided earlier",
                                    "the 'from' of a value that this decision overrules");
        }
        for (const Version& other : table.versions)
            if (&other < &version && other.from && other.from == version.from && other.decided == version.decided)
                loader.report
                    .error("date-overlap", version.span, "two values of '" + table.name + "' begin on " + to_string(*version.from),
                           "one value for each day, or the day on which the later one was decided")
                    .notes.push_back({"the other is here", other.span});
    }
}

}  // namespace bandtariff::loading
