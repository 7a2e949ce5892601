// A folder of releases to a Series, or to everything that is wrong with it: what is wrong with each release, then what is
// wrong between them. Entry points: is_series, load_series.
#include <algorithm>
#include <set>

#include "bandtariff/series.hpp"
#include "kernel/account.hpp"

namespace bandtariff {
namespace {

namespace fs = std::filesystem;

/// Where a release is declared: there is no better place for what holds of the whole of it.
SourceSpan place(const TariffContents& release) { return release.takes ? release.takes->span : release.records.front().where; }

std::string days_text(const DateRange& days) { return to_string(days.from()) + " to " + to_string(days.last_day()); }

class Releases {
public:
    Releases(const std::vector<Tariff>& releases, Report& report) : releases_(releases), report_(report) {}

    void check() {
        const TariffContents& first = *releases_.front();
        for (std::size_t i = 0; i < releases_.size(); ++i) {
            const TariffContents& release = *releases_[i];
            const auto differs = [&](const std::string& message, const std::string& hint) {
                report_.error("series-differs", place(release), message, hint).notes.push_back({"another release is here", place(first)});
            };
            if (release.pack != first.pack)
                differs("the releases of a series are of one pack, and this one is '" + release.pack + "', not '" + first.pack + "'", first.pack);
            else if (release.takes.has_value() != first.takes.has_value())
                differs("either every release of a series says what it takes, or none does", "takes: {by: …} in each, or in none");
            else if (release.takes && release.at(release.takes->by).name != first.at(first.takes->by).name)
                differs("one date says which release takes a record, and this one goes by '" + release.at(release.takes->by).name + "'",
                        "by: " + first.at(first.takes->by).name);
            for (std::size_t k = 0; k < i; ++k)
                if (releases_[k]->pack == release.pack && releases_[k]->release == release.release)
                    report_.error("series-differs", place(release), "two releases are called '" + release.release + "'", "another 'release'")
                        .notes.push_back({"the other is here", place(*releases_[k])});
            if (!release.applies) differs("a release of a series says on which days it applies, and this one is undated", "applies: {from: …, last_day: …}");
            for (const RecordKind& kind : release.records)
                if (!release.takes && kind.span.kind == SpanRule::Kind::none && release.applies)
                    differs("a record of kind '" + kind.name + "' has no days of its own, so it cannot be told which release prices it",
                            "a span, or takes: {by: a date} in each release");
            same_facts(release, first);
        }
        if (report_.has_errors()) return;
        if (first.takes) check_taken();
        else check_days(releases_, {});
    }

private:
    /// A record states a fact once, for every release.
    void same_facts(const TariffContents& release, const TariffContents& first) {
        for (const Fact& fact : release.facts) {
            const auto other = first.fact(fact.name);
            if (!other || (first.at(*other).kind == fact.kind && first.at(*other).unit == fact.unit)) continue;
            report_.error("series-differs", fact.span, "'" + fact.name + "' is of another kind or unit in another release, and a record states it once",
                          "one kind and unit in all releases, or another name")
                .notes.push_back({"it is declared here", first.at(*other).span});
        }
    }

    /// Releases in order of their first days have no day twice, and none is left out between them.
    void check_days(std::vector<Tariff> taken, const std::string& of) {
        std::stable_sort(taken.begin(), taken.end(), [](const Tariff& a, const Tariff& b) { return a->applies->from() < b->applies->from(); });
        for (std::size_t i = 1; i < taken.size(); ++i) {
            const TariffContents& before = *taken[i - 1];
            const TariffContents& after = *taken[i];
            const std::string two = before.release + " (" + days_text(*before.applies) + ") and " + after.release + " (" + days_text(*after.applies) + ")";
            if (!said_.insert(before.release + "\n" + after.release).second) continue;
            if (after.applies->from() < before.applies->until())
                report_.error("series-overlap", place(after), two + " both " + (of.empty() ? "apply on " : "take records of ") +
                                                                  to_string(after.applies->from()) + of,
                              "last_day: " + to_string(after.applies->from() - std::chrono::days(1)) + " in " + before.release)
                    .notes.push_back({"the other is here", place(before)});
            else if (after.applies->from() > before.applies->until())
                report_.error("series-hole", place(after), "no release " + std::string(of.empty() ? "applies on " : "takes records of ") +
                                                               to_string(before.applies->until()) + of + ", between " + two,
                              "from: " + to_string(before.applies->until()) + " in " + after.release)
                    .notes.push_back({"the one before is here", place(before)});
        }
    }

    /// The facts that conditions read, each with everything that a record may state for it.
    std::vector<std::pair<std::string, std::vector<std::string>>> stated_facts() const {
        std::vector<std::pair<std::string, std::vector<std::string>>> result;
        for (const Tariff& release : releases_) {
            std::set<std::string> names;
            if (release->takes->when) names_in(*release, *release->takes->when, names);
            for (const std::string& name : names) {
                auto known = std::find_if(result.begin(), result.end(), [&](const auto& each) { return each.first == name; });
                if (known == result.end()) known = result.insert(result.end(), {name, {}});
                const Fact& fact = release->at(*release->fact(name));
                std::vector<std::string> texts = {"yes", "no"};
                if (fact.kind == FactKind::code) {
                    texts.clear();
                    for (const Code& code : release->at(fact.codes).codes) texts.push_back(code.code);
                }
                if (fact.optional || fact.otherwise) texts.emplace_back();
                for (const std::string& text : texts)
                    if (std::find(known->second.begin(), known->second.end(), text) == known->second.end()) known->second.push_back(text);
            }
        }
        return result;
    }

    static void names_in(const TariffContents& release, const Expression& expression, std::set<std::string>& names) {
        if (expression.operation == Operation::fact || expression.operation == Operation::given)
            names.insert(release.facts[static_cast<std::size_t>(expression.index)].name);
        for (const Expression& operand : expression.operands) names_in(release, operand, names);
    }

    /// Every record that conditions can tell apart.
    void check_taken() {
        constexpr std::size_t most = 20000;
        const auto facts = stated_facts();
        std::size_t records = 1;
        for (const auto& [name, texts] : facts) records *= std::max<std::size_t>(texts.size(), 1);
        if (records > most) {
            report_.error("takes-when", place(*releases_.front()),
                          "the releases' conditions tell apart " + std::to_string(records) + " kinds of record, more than can be compared", "conditions on fewer facts");
            return;
        }
        for (std::size_t k = 0; k < records && !report_.has_errors(); ++k) {
            std::string of;
            FactTexts stated;
            std::size_t rest = k;
            for (const auto& [name, texts] : facts) {
                stated.emplace(name, texts[rest % texts.size()]);
                of += (of.empty() ? " with " : ", ") + name + (stated[name].empty() ? " not stated" : " " + stated[name]);
                rest /= texts.size();
            }
            check_days(taking(stated), of.empty() ? " twice" : of);
        }
    }

    std::vector<Tariff> taking(const FactTexts& stated) const {
        std::vector<Tariff> result;
        for (const Tariff& release : releases_) {
            Placement record(release, RecordId(0));
            for (const auto& [name, text] : stated)
                if (release->fact(name)) record.with(name, text);
            record.with(release->at(release->takes->by).name, to_string(release->applies->from()));
            if (kernel::not_taken(*release, record).empty()) result.push_back(release);
        }
        return result;
    }

    const std::vector<Tariff>& releases_;
    Report& report_;
    std::set<std::string> said_;
};

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> result;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (fs::is_regular_file(at->path() / "pack.yaml", error)) result.push_back(at->path());
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace

bool is_series(const fs::path& folder) {
    std::error_code error;
    return fs::is_directory(folder, error) && !fs::exists(folder / "pack.yaml", error) && !folders_in(folder).empty();
}

Checked<Series> load_series(const fs::path& folder, const std::vector<fs::path>& search) {
    Report report;
    std::vector<Tariff> releases;
    const std::vector<fs::path> folders = folders_in(folder);
    if (folders.empty())
        report.error("series-empty", {}, folder.generic_string() + " holds no releases: a series is a folder of packs, each in a folder of its own",
                     "a folder with a pack.yaml for each release");
    for (const fs::path& each : folders) {
        Checked<Tariff> loaded = load_tariff(each, search);
        for (const Diagnostic& diagnostic : loaded.diagnostics()) report.add(diagnostic);
        if (loaded.ok()) releases.push_back(loaded.value());
    }
    if (!report.has_errors()) Releases(releases, report).check();
    if (report.has_errors()) return report.sorted();
    std::stable_sort(releases.begin(), releases.end(), [](const Tariff& a, const Tariff& b) { return a->applies->from() < b->applies->from(); });
    return {Series(std::move(releases)), report.sorted()};
}

}  // namespace bandtariff
