// Which row governs each key of a table: positions, precedence of `others`, doubled and missing cells, holes between intervals.
// Entry point: index_table, which also makes uplifts and an overlay's changes as it goes. What a key's numbers may be (range and grid) comes from the fact or step it reads.
#include <algorithm>
#include <set>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

constexpr std::size_t most_positions = 4'000'000;

/// The numbers a key can take: bounds where they are known, and the step between them where there is one.
struct Grid {
    std::optional<Rational> low, high, step;
};

Grid grid_of(const Loader& loader, const Expression& reads) {
    const auto index = static_cast<std::size_t>(reads.index);
    Grid grid;
    if (reads.operation == Operation::fact) {
        const Fact& fact = loader.t.facts[index];
        Rational step = 1;
        for (int i = 0; i < fact.decimals; ++i) step /= 10;
        return {fact.min, fact.max, step};
    }
    if (reads.operation == Operation::step) {
        grid.low = loader.step_traits[index].low;
        grid.high = loader.step_traits[index].high;
        if (const auto& rounding = loader.t.steps[index].rounding; rounding && !loader.t.steps[index].replaced_by)
            grid.step = rounding->rounding.quantum().value();
    }
    return grid;
}

Rational floor_of(const Rational& x) { return Rational(round(x, Rounding::directed(Rounding::Mode::floor, Rate(1)))); }

/// A number the key can take at this position, or nullopt where there is none.
std::optional<Rational> witness(const Key& key, std::size_t position, const Grid& grid) {
    struct Bound {
        Rational at;
        bool open;
    };
    std::optional<Bound> low, high;
    if (position > 0) low = Bound{key.cuts[position - 1].at, key.cuts[position - 1].after};
    if (position < key.cuts.size()) high = Bound{key.cuts[position].at, !key.cuts[position].after};
    if (grid.low && (!low || low->at < *grid.low)) low = Bound{*grid.low, false};
    if (grid.high && (!high || high->at > *grid.high)) high = Bound{*grid.high, false};
    const auto below_high = [&](const Rational& x) { return !high || x < high->at || (x == high->at && !high->open); };
    if (grid.step) {
        Rational x = low    ? floor_of(low->at / *grid.step) * *grid.step
                     : high ? floor_of(high->at / *grid.step) * *grid.step
                            : Rational(0);
        if (low && (x < low->at || (low->open && x == low->at))) x += *grid.step;
        if (!low && high && high->open && x == high->at) x -= *grid.step;
        return below_high(x) ? std::optional(x) : std::nullopt;
    }
    if (low && high) {
        if (!low->open && below_high(low->at)) return low->at;
        if (low->at < high->at) return Rational((low->at + high->at) / 2);
        return std::nullopt;
    }
    if (low) return low->open ? Rational(low->at + 1) : low->at;
    if (high) return high->open ? Rational(high->at - 1) : high->at;
    return Rational(0);
}

class Index {
public:
    Index(Loader& loader, Table& table, std::vector<std::vector<KeyPattern>> other_keys)
        : loader_(loader), table_(table), other_keys_(std::move(other_keys)) {}

    bool prepare() {
        std::size_t positions = 1;
        for (std::size_t k = 0; k < table_.keys.size(); ++k) {
            Key& key = table_.keys[k];
            Grid grid;
            if (key.reads.type.kind == ValueKind::number) {
                cut(key, k);
                grid = grid_of(loader_, key.reads);
            }
            std::vector<std::optional<Rational>> witnesses(key.size);
            std::vector<bool> possible(key.size, true);
            if (key.reads.type.kind == ValueKind::number)
                for (std::size_t p = 0; p < key.size; ++p) {
                    witnesses[p] = witness(key, p, grid);
                    possible[p] = witnesses[p].has_value();
                }
            witnesses_.push_back(std::move(witnesses));
            possible_.push_back(std::move(possible));
            if (key.size == 0) return false;  // its code list is wrong, which is reported there
            if (positions > most_positions / key.size) {
                loader_.report.error("table-too-large", table_.span,
                                     "'" + table_.name + "' has more than " + std::to_string(most_positions) +
                                         " cells, counting every combination of its keys",
                                     "fewer keys, or two tables");
                return false;
            }
            positions *= key.size;
        }
        positions_ = positions;
        return true;
    }

    void govern(Version& version, const Version* kept, bool may_be_idle) {
        const std::size_t own_rows = version.rows.size();
        version.governing.assign(positions_, -1);
        std::vector<std::size_t> order(own_rows);
        for (std::size_t i = 0; i < own_rows; ++i) order[i] = i;
        const auto others = [&](std::size_t row) {
            return std::count_if(version.rows[row].keys.begin(), version.rows[row].keys.end(),
                                 [](const KeyPattern& p) { return p.kind == KeyPattern::Kind::others; });
        };
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return others(a) < others(b); });
        std::set<std::pair<std::size_t, std::size_t>> doubled;
        for (const std::size_t row : order) {
            bool governs = false, matches = false;
            visit(version.rows[row].keys, [&](std::size_t position, const std::vector<std::size_t>& at) {
                matches = true;
                std::int32_t& governing = version.governing[position];
                if (governing < 0) {
                    governing = static_cast<std::int32_t>(row);
                    governs = true;
                } else if (others(static_cast<std::size_t>(governing)) == others(row) && doubled.emplace(governing, row).second) {
                    loader_.report
                        .error("two-rows-for-one-key", version.rows[row].span,
                               in_words(at) + " has two rows in '" + table_.name + "'",
                               "one row for each key, or 'others' for the rest")
                        .notes.push_back({"the other row is here", version.rows[static_cast<std::size_t>(governing)].span});
                }
            });
            const bool is_double =
                std::any_of(doubled.begin(), doubled.end(), [&](const auto& pair) { return pair.second == row; });
            if (!governs && !is_double && !may_be_idle)
                loader_.report.error("row-unreachable", version.rows[row].span,
                                     matches ? "this row governs nothing: every key it names has a row that goes first"
                                             : "this row governs nothing: no record can have its key",
                                     "leave the row out, or correct its keys");
        }
        if (kept != nullptr) {
            version.rows.insert(version.rows.end(), kept->rows.begin(), kept->rows.end());
            // Every key written out one by one is what it says; `others` and `any` take in keys that were meant to be kept.
            const auto sweeping = [](const KeyPattern& key) { return key.kind == KeyPattern::Kind::any || key.kind == KeyPattern::Kind::others; };
            bool keeps = std::none_of(version.rows.begin(), version.rows.begin() + static_cast<std::ptrdiff_t>(own_rows),
                                      [&](const Row& row) { return std::any_of(row.keys.begin(), row.keys.end(), sweeping); });
            for (std::size_t p = 0; p < positions_; ++p)
                if (version.governing[p] < 0 && kept->governing[p] >= 0) {
                    version.governing[p] = kept->governing[p] + static_cast<std::int32_t>(own_rows);
                    keeps = true;
                }
            if (!keeps && !may_be_idle)
                loader_.report
                    .error("keep-others-nothing", version.span,
                           "'keep_others' keeps no row of '" + table_.name + "': those listed here admit every key that had one",
                           "only the rows that change, without 'others' and 'any'; or leave keep_others out")
                    .notes.push_back({"the rows that would be kept are here", kept->span});
        }
    }

    [[nodiscard]] VisitCells visitor() const {
        return [this](const std::vector<KeyPattern>& keys, const std::function<void(std::size_t, const std::string&)>& act) {
            visit(keys, [&](std::size_t position, const std::vector<std::size_t>& at) { act(position, in_words(at)); });
        };
    }

    void check_holes(const Version& version) {
        if (table_.as_printed || table_.reference || table_.figure) return;
        const std::string days = period(version);
        if (days == "never") return;
        check_intervals(version, days);
        std::size_t missing = 0;
        std::vector<std::size_t> first;
        visit_all([&](std::size_t position, const std::vector<std::size_t>& at) {
            if (version.governing[position] >= 0 || in_gap(at)) return;
            if (missing++ == 0) first = at;
        });
        if (missing == 0) return;
        const std::string what = table_.type.kind == ValueKind::number ? "amount" : "value";
        const std::string hint = "a row for it, an outcome, or complete: as_printed where the source has none";
        if (missing == 1)
            loader_.report.error("cell-missing", version.span,
                                 in_words(first) + " has no " + what + " in '" + table_.name + "'" + days, hint);
        else
            loader_.report.error("cell-missing", version.span,
                                 std::to_string(missing) + " cells of '" + table_.name + "' are missing" + days +
                                     ", the first: " + in_words(first),
                                 hint);
    }

private:
    void cut(Key& key, std::size_t k) {
        key.cuts.clear();
        const auto add = [&](const Rational& at, bool after) { key.cuts.push_back({at, after}); };
        const auto cut_at = [&](const std::vector<KeyPattern>& keys) {
            if (k >= keys.size() || keys[k].kind != KeyPattern::Kind::numbers) return;
            if (keys[k].from) add(*keys[k].from, keys[k].above_from);
            if (keys[k].to) add(*keys[k].to, !keys[k].below_to);
        };
        for (const Version& version : table_.versions)
            for (const Row& row : version.rows) cut_at(row.keys);
        for (const std::vector<KeyPattern>& keys : other_keys_) cut_at(keys);
        std::sort(key.cuts.begin(), key.cuts.end(),
                  [](const Key::Cut& a, const Key::Cut& b) { return a.at < b.at || (a.at == b.at && a.after < b.after); });
        key.cuts.erase(std::unique(key.cuts.begin(), key.cuts.end(),
                                   [](const Key::Cut& a, const Key::Cut& b) { return a.at == b.at && a.after == b.after; }),
                       key.cuts.end());
        key.size = key.cuts.size() + 1;
    }

    [[nodiscard]] bool admits(const KeyPattern& pattern, std::size_t k, std::size_t position) const {
        if (!possible_[k][position]) return false;
        switch (pattern.kind) {
            case KeyPattern::Kind::any:
            case KeyPattern::Kind::others: return true;
            case KeyPattern::Kind::codes:
                return std::any_of(pattern.codes.begin(), pattern.codes.end(),
                                   [&](CodeId code) { return code.index == position; });
            case KeyPattern::Kind::numbers: return pattern.admits_number(*witnesses_[k][position]);
        }
        return false;
    }

    template <class Visit>
    void visit(const std::vector<KeyPattern>& keys, const Visit& act) const {
        std::vector<std::vector<std::size_t>> choices(table_.keys.size());
        for (std::size_t k = 0; k < table_.keys.size(); ++k) {
            if (keys[k].kind == KeyPattern::Kind::codes) {  // few of many: they are asked, not every position
                for (const CodeId code : keys[k].codes)
                    if (code.index < table_.keys[k].size && possible_[k][code.index]) choices[k].push_back(code.index);
                std::sort(choices[k].begin(), choices[k].end());
                choices[k].erase(std::unique(choices[k].begin(), choices[k].end()), choices[k].end());
                continue;
            }
            for (std::size_t p = 0; p < table_.keys[k].size; ++p)
                if (admits(keys[k], k, p)) choices[k].push_back(p);
        }
        std::vector<std::size_t> at(table_.keys.size());
        walk(choices, 0, 0, at, act);
    }

    template <class Visit>
    void visit_all(const Visit& act) const {
        std::vector<std::vector<std::size_t>> choices(table_.keys.size());
        for (std::size_t k = 0; k < table_.keys.size(); ++k)
            for (std::size_t p = 0; p < table_.keys[k].size; ++p)
                if (possible_[k][p]) choices[k].push_back(p);
        std::vector<std::size_t> at(table_.keys.size());
        walk(choices, 0, 0, at, act);
    }

    template <class Visit>
    void walk(const std::vector<std::vector<std::size_t>>& choices, std::size_t k, std::size_t position,
              std::vector<std::size_t>& at, const Visit& act) const {
        if (k == choices.size()) {
            act(position, at);
            return;
        }
        for (const std::size_t p : choices[k]) {
            at[k] = p;
            walk(choices, k + 1, position * table_.keys[k].size + p, at, act);
        }
    }

    /// A position of a numeric key that no row of the version admits is a hole between (or outside) its intervals.
    void check_intervals(const Version& version, const std::string& days) {
        gaps_.assign(table_.keys.size(), {});
        for (std::size_t k = 0; k < table_.keys.size(); ++k) {
            if (table_.keys[k].reads.type.kind != ValueKind::number) continue;
            for (std::size_t p = 0; p < table_.keys[k].size; ++p) {
                const bool admitted = std::any_of(version.rows.begin(), version.rows.end(),
                                                  [&](const Row& row) { return admits(row.keys[k], k, p); });
                if (admitted || !possible_[k][p] || version.rows.empty()) continue;
                gaps_[k].insert(p);
                const std::string value = bandtariff::to_string(*witnesses_[k][p]);
                loader_.report.error("interval-gap", version.span,
                                     "no row of '" + table_.name + "' holds " + table_.keys[k].name + " " + value + days,
                                     hint_for_gap(k, p, value));
            }
        }
    }

    [[nodiscard]] std::string hint_for_gap(std::size_t k, std::size_t p, const std::string& value) const {
        const Key& key = table_.keys[k];
        if (p == 0 && !key.cuts.empty())
            return "under " + bandtariff::to_string(key.cuts[0].at) + ", for an outcome or an amount";
        if (p == key.cuts.size() && p > 0) return value + " or more, for an outcome or an amount";
        return "an interval that ends 'to under " + bandtariff::to_string(key.cuts[p].at) +
               "', so that the next begins where it ends";
    }

    [[nodiscard]] bool in_gap(const std::vector<std::size_t>& at) const {
        for (std::size_t k = 0; k < at.size(); ++k)
            if (gaps_[k].contains(at[k])) return true;
        return false;
    }

    [[nodiscard]] std::string in_words(const std::vector<std::size_t>& at) const {
        std::string text;
        for (std::size_t k = 0; k < at.size(); ++k) {
            const Key& key = table_.keys[k];
            text += (k == 0 ? "" : ", ") + key.name + " ";
            if (key.reads.type.kind == ValueKind::code)
                text += loader_.t.at(key.reads.type.codes).codes[at[k]].code;
            else if (key.reads.type.kind == ValueKind::yes_no)
                text += at[k] == 0 ? "false" : "true";
            else
                text += bandtariff::to_string(*witnesses_[k][at[k]]);
        }
        return text;
    }

    /// " from … to …" of the days on which the version holds inside the tariff's own; "never" where there are none.
    [[nodiscard]] std::string period(const Version& version) const {
        if (!loader_.t.applies || table_.dated_by || !version.from) return {};
        const DateRange days =
            DateRange(*version.from, version.until.value_or(loader_.t.applies->until())).overlap(*loader_.t.applies);
        if (days.empty()) return "never";
        return " from " + bandtariff::to_string(days.from()) + " to " + bandtariff::to_string(days.last_day());
    }

    Loader& loader_;
    Table& table_;
    std::vector<std::vector<KeyPattern>> other_keys_;  ///< of uplifts, changes and earlier decisions: they cut intervals too
    std::size_t positions_ = 1;
    std::vector<std::vector<std::optional<Rational>>> witnesses_;  ///< a number for each position of each numeric key
    std::vector<std::vector<bool>> possible_;
    std::vector<std::set<std::size_t>> gaps_;
};

}  // namespace

std::vector<Rational> key_values(const Loader& loader, const Key& key) {
    std::vector<Rational> result;
    const Grid grid = grid_of(loader, key.reads);
    for (std::size_t p = 0; p < key.size; ++p)
        if (const auto value = witness(key, p, grid)) result.push_back(*value);
    return result;
}

void index_table(Loader& loader, Table& table, const std::vector<VersionFlags>& flags, const std::vector<ValueChange>& changes,
                 const std::vector<Row>& other_rows) {
    std::vector<std::vector<KeyPattern>> other_keys;
    for (const VersionFlags& each : flags)
        if (each.uplift)
            for (const Row& row : each.uplift->except) other_keys.push_back(row.keys);
    for (const ValueChange& change : changes) other_keys.push_back(change.keys);
    for (const Row& row : other_rows) other_keys.push_back(row.keys);
    Index index(loader, table, std::move(other_keys));
    if (!index.prepare()) return;
    const VisitCells visit = index.visitor();
    // A row with a key missing was reported and is not indexed.
    for (Version& version : table.versions)
        std::erase_if(version.rows, [&](const Row& row) { return row.keys.size() != table.keys.size(); });
    for (std::size_t v = 0; v < table.versions.size() && v < 1; ++v) {
        if (flags[v].keeps)
            loader.report.error("keep-others-first", table.versions[v].span,
                                "'keep_others' keeps the rows of the value before, and this is the first",
                                "every row, without keep_others");
        if (flags[v].uplift)
            loader.report.error("uplift-first", table.versions[v].span, "an uplift is of the value before, and this is the first",
                                "the amounts themselves");
    }
    // Changes derive every version anew, from its rows as they were read.
    const std::vector<Version> as_read = changes.empty() ? std::vector<Version>() : table.versions;
    std::vector<std::size_t> origin(table.versions.size());  // the version as read, of each version
    for (std::size_t v = 0; v < origin.size(); ++v) origin[v] = v;
    std::vector<std::vector<const ValueChange*>> made(table.versions.size());
    const auto derive = [&](bool report_holes) {
        bool as_below = true;  // no change so far: what a printed value stands in place of is what its own pack's rule gives
        for (std::size_t v = 0; v < table.versions.size(); ++v) {
            Version& version = table.versions[v];
            const bool cut = v > 0 && origin[v] == origin[v - 1];
            const VersionFlags& flag = flags[origin[v]];
            // What resumes after a decision of limited days follows from what held before its own first day, not from that decision.
            std::size_t own = v;
            while (own > 0 && flag.stated_from && table.versions[own - 1].from >= flag.stated_from) --own;
            const Version* before = own > 0 ? &table.versions[own - 1] : nullptr;
            if (cut) {
                version.rows = table.versions[v - 1].rows;
                version.governing = table.versions[v - 1].governing;
            } else {
                if (!changes.empty()) version.rows = as_read[origin[v]].rows;
                index.govern(version, flag.keeps ? before : nullptr, flag.may_be_idle);
                if (flag.uplift && before != nullptr) uplift_cells(loader, table, version, *before, *flag.uplift, as_below, visit);
            }
            for (const ValueChange* change : made[v]) change_cells(loader, table, version, *change, visit, false);
            as_below = as_below && made[v].empty();
            if (report_holes && !cut && flag.complete && !flag.uplift) index.check_holes(version);
        }
    };
    const auto derive_silently = [&] {
        const Report before = loader.report;
        derive(false);
        loader.report = before;
    };
    // Each change sees those before it: a layer's all stand before the next layer's.
    for (const ValueChange& change : changes) {
        std::size_t v = 0;
        while (v < table.versions.size() && table.versions[v].from && change.from && !table.versions[v].holds(*change.from)) ++v;
        if (v == table.versions.size()) {
            loader.report
                .error("change-no-value", change.span,
                       "'" + table.name + "' has no value" + (change.from ? " on " + bandtariff::to_string(*change.from) : "") + " to change",
                       "a day on which it has one")
                .notes.push_back({"it is declared here", table.span});
            continue;
        }
        if (change.from && table.versions[v].from && *table.versions[v].from < *change.from) {
            Version rest = table.versions[v];
            rest.from = change.from;
            table.versions[v].until = change.from;
            ++v;
            table.versions.insert(table.versions.begin() + static_cast<std::ptrdiff_t>(v), std::move(rest));
            origin.insert(origin.begin() + static_cast<std::ptrdiff_t>(v), origin[v - 1]);
            made.insert(made.begin() + static_cast<std::ptrdiff_t>(v), std::vector<const ValueChange*>());
        }
        derive_silently();
        Version changed = table.versions[v];
        change_cells(loader, table, changed, change, visit, true);
        made[v].push_back(&change);
    }
    derive(true);
}

}  // namespace bandtariff::loading
