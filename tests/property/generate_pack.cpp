// Dice to a pack: its days, its lines, and through them everything the lines read. Entry points: pack, write, write_shuffled.
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "pack_maker.hpp"

namespace bandtariff::generate {

namespace {

const RateUnit a_year{"GBP per pupil per year", "year", 13};
const RateUnit a_month{"GBP per pupil per month", "month", 11};
const RateUnit a_day{"GBP per pupil per day", "day", 10};
const RateUnit a_week{"GBP per pupil per week", "week", 10};
const RateUnit a_school_day{"GBP per pupil per school_day", "school_day", 10};
const RateUnit a_term{"GBP per pupil per term", "term", 11};
const RateUnit a_sum{"GBP per pupil", "sum", 13};

void write_file(const std::filesystem::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

std::string text_of(const Pack::Section& section) {
    std::string text = section.key + ":\n";
    for (const std::string& entry : section.entries) text += entry;
    return text;
}

}  // namespace

void PackMaker::put(const std::string& section, const std::string& name, const std::string& yaml) {
    auto& entries = sections_[section];
    if (entries.empty()) section_order_.push_back(section);
    const std::string line_end = !yaml.empty() && yaml.back() == '\n' ? "" : "\n";
    entries.emplace_back(name, "  " + name + ":" + (yaml.starts_with('\n') ? "" : " ") + yaml + line_end);
}

bool PackMaker::has(const std::string& section, const std::string& name) const {
    const auto found = sections_.find(section);
    if (found == sections_.end()) return false;
    for (const auto& entry : found->second) {
        if (entry.first == name) return true;
    }
    return false;
}

void PackMaker::choose_days() {
    dated_ = dice_.chance(85);
    const int year = static_cast<int>(2023 + dice_.below(4));
    if (dice_.chance(50)) {
        const NamedYear funding{YearKind::financial, year};
        applies_ = {funding.days().from(), funding.days().until() + std::chrono::days(dice_.chance(30) ? 365 : 0)};
    } else {
        const Date from = make_date(year, 1, 1) + std::chrono::days(dice_.below(365));
        applies_ = {from, from + std::chrono::days(2 + dice_.below(800))};
    }
}

void PackMaker::declare_span() {
    const std::size_t which = wanted_.only_nonnegative ? 0 : dice_.below(10);
    if (which < 6) {
        span_kind_ = "between";
        put("facts", "start", "{kind: date}");
        put("facts", "last_day", "{kind: date}");
        if (which == 5) {
            put("facts", "left", "{kind: date, optional: true}");
            span_text_ = std::string("span: {from: start, last_day: last_day, left_on: left, leaving_day: ") +
                         (dice_.chance(50) ? "paid" : "unpaid") + "}\n";
        }
    } else if (which == 6) {
        span_kind_ = "on";
        put("facts", "awarded", "{kind: date}");
        span_text_ = "span: {on: awarded}\n";
    } else if (which == 7) {
        span_kind_ = "year";
        put("facts", "funding_year", "{kind: year, of: financial_year}");
        span_text_ = "span: {year: funding_year}\n";
    } else {
        span_kind_ = "none";
        span_text_ = which == 8 ? "span: none\n" : "";
    }
}

/// One of the calendars of a year that begins near the first day of the tariff.
std::string PackMaker::calendar(bool terms) {
    const std::string name = terms ? "terms_made" : "school_days_made";
    if (has("calendars", name)) return name;
    Date day = applies_.from() - std::chrono::days(dice_.below(60));
    std::string yaml;
    if (terms) {
        for (int k = 0; k < 3; ++k) {
            const Date last = day + std::chrono::days(dice_.between(20, 100));
            yaml += std::string(k == 0 ? "" : ", ") + "term_" + std::to_string(k) + ": {from: " + to_string(day) + ", last_day: " + to_string(last) +
                    ", weight: " + std::to_string(dice_.between(30, 80)) + "}";
            day = last + std::chrono::days(dice_.between(1, 20));
        }
        yaml = "{kind: terms, source: made, terms: {" + yaml + "}}";
    } else if (dice_.chance(50)) {
        const Date last = day + std::chrono::days(dice_.between(20, 300));
        yaml = "{kind: school_days, source: made, from: " + to_string(day) + ", last_day: " + to_string(last + std::chrono::days(60)) + ", days: [" +
               to_string(day) + " to " + to_string(last) + "]}";
    } else {
        int year = static_cast<int>(std::chrono::year_month_day(day).year());
        for (unsigned month = 1; month <= 12; ++month)
            yaml += std::string(month == 1 ? "" : ", ") + to_string(make_date(year, month, 1)).substr(0, 7) + ": " + std::to_string(dice_.between(0, 23));
        yaml = "{kind: school_days, source: made, months: {" + yaml + "}}";
    }
    put("calendars", name, yaml);
    return name;
}

/// A basis that counts weeks, school days or terms, or what the record says.
std::string PackMaker::counted_basis(const RateUnit& unit) {
    const std::string part = dice_.pick(std::vector<std::string>{"by_days", "started", "complete", "refused"});
    const std::size_t which = unit.suffix == "week" ? 0 : unit.suffix == "school_day" ? 1 : unit.suffix == "term" ? 2 : dice_.below(4);
    if (which == 0) return "{count: weeks, part: " + part + ", of: 52";
    if (which == 1) return "{count: school_days, " + (dice_.chance(50) ? "of: " + calendar(false) : "of: 190, calendar: " + calendar(false));
    if (which == 2) return "{count: terms, of: " + calendar(true) + ", part: " + part;
    if (!has("facts", "days_counted")) put("facts", "days_counted", "{kind: number, unit: school_day, decimals: 1, min: 0, max: 200}");
    return "{times: days_counted, of: 194.5";
}

std::string PackMaker::time_basis(const RateUnit& unit) {
    std::vector<std::string> bases;
    if (unit.suffix == "year") {
        bases = {"{count: days, of: financial_year", "{count: days, of: academic_year", "{count: days, of: calendar_year",
                 "{count: days, of: 365", "{count: months, part: by_days", "{count: months, part: started"};
        if (!wanted_.only_nonnegative) {
            for (const char* more : {"{count: months, part: complete", "{count: months, part: refused", "{whole: financial_year"}) bases.emplace_back(more);
        }
        if (span_kind_ == "none" && !dated_) bases = {"{whole: financial_year"};
        else if (!wanted_.only_nonnegative && dice_.chance(30)) bases = {counted_basis(unit)};
    } else if (unit.suffix == "month") {
        bases = {"{count: months, part: by_days", "{count: months, part: started"};
        if (!wanted_.only_nonnegative) bases.emplace_back("{count: months, part: complete");
    } else if (unit.suffix == "week" || unit.suffix == "school_day" || unit.suffix == "term") {
        bases = {counted_basis(unit)};
    } else if (unit.suffix == "day") {
        bases = {"{count: days, of: 365"};
    } else {
        if (dice_.chance(70) || wanted_.only_nonnegative || span_kind_ == "none") return "once";
        if (!has("facts", "paid_on")) put("facts", "paid_on", "{kind: date}");
        return "{once: paid_on, source: made}";
    }
    const std::string basis = dice_.pick(bases) + ", source: made}";
    if (dice_.chance(50)) return basis;
    const std::string name = fresh("basis");
    put("time_bases", name, basis);
    return name;
}

std::string PackMaker::line_rounding(bool mirrored, bool whole) {
    static const std::vector<std::string> quanta = {"0.01", "0.01", "0.01", "0.05", "1", "10"};
    if (!wanted_.only_nonnegative && dice_.chance(8)) return "{exact: 0.01, of: whole}";
    const std::string of = whole || dice_.chance(50) ? "whole" : "parts";
    const std::string rounding = mirrored ? mirrored_rounding(dice_.pick(quanta), of) : rounding_text(dice_.pick(quanta), of);
    if (dice_.chance(50)) return rounding;
    const std::string name = fresh("rounding");
    put("roundings", name, rounding);
    return name;
}

std::string PackMaker::parties() {
    if (!has("codes", "party")) put("codes", "party", "[provider, council, health]");
    return std::string("    payer: ") + (dice_.chance(70) ? "council" : "health") + "\n    payee: provider\n";
}

void PackMaker::add_line(std::size_t number) {
    const std::vector<RateUnit> units = !dated_ && span_kind_ == "none" ? std::vector<RateUnit>{a_sum, a_year}
                                                                        : std::vector<RateUnit>{a_year, a_year, a_month, a_day, a_sum};
    const bool counted = units.size() > 2 && !wanted_.only_nonnegative && dice_.chance(15);
    static const std::vector<RateUnit> counted_units = {a_week, a_school_day, a_term};
    const RateUnit& unit = dice_.pick(counted ? counted_units : units);
    std::string yaml = "\n";
    const unsigned depth = 1 + static_cast<unsigned>(dice_.below(wanted_.size < 3 ? 1 : 3));
    std::string amount = "\"" + money(unit, depth).text + "\"";
    if (dice_.chance(40)) {
        std::string when = condition(1);
        if (dice_.chance(20)) {
            const std::string name = extra(unit);
            when = "given(" + name + ") and " + when;
            amount = "\"" + name + " + " + amount.substr(1);
        }
        yaml += "    when: \"" + when + "\"\n";
    }
    if (!wanted_.only_nonnegative && dice_.chance(15)) {
        const std::string reason = outcome("nothing_payable");
        yaml += "    not_payable: {" + reason + ": \"" + condition(1) + "\"}\n";
    }
    if (!wanted_.only_nonnegative && dice_.chance(12)) {
        const std::string reason = outcome("not_priced");
        yaml += "    refuse: {" + reason + ": \"" + condition(1) + "\"}\n";
    }
    if (dice_.chance(25)) yaml += "    flow: notional\n";
    if (!wanted_.only_nonnegative && dice_.chance(20)) yaml += "    separable: true\n";
    if (!wanted_.only_nonnegative && dice_.chance(60)) yaml += "    may_be_negative: true\n";
    yaml += std::string("    element: ") + (dice_.chance(50) ? "unknown" : "[1, 3]") + "\n";
    const bool several = dice_.chance(25), windowed = several && dice_.chance(60), in_parts = dice_.chance(20);
    yaml += several ? payers(unit, windowed) : parties();
    if (in_parts) yaml += paid_in();
    yaml += "    amount: " + amount + "\n";
    std::string over = time_basis(unit);
    if (dice_.chance(15)) {
        const std::string choice = fresh("choice"), other = time_basis(unit);
        put("choices", choice, "{is: second, of: [first, second], source: made}");
        over = "{" + choice + ": {first: " + over + ", second: " + other + "}}";
    }
    yaml += "    over: " + over + "\n";
    if (two_kinds_) yaml += std::string("    record: ") + (number == 1 ? "placement" : number == 2 ? "place" : dice_.chance(50) ? "placement" : "place") + "\n";
    yaml += "    round: " + line_rounding(several || in_parts, windowed) + "\n";
    put("lines", "line_" + std::to_string(number), yaml);
}

void PackMaker::add_refusal() {
    const std::string reason = outcome("not_priced");
    put("refuse", reason, "\"" + condition(1) + "\"");
}

Pack PackMaker::make() {
    choose_days();
    declare_span();
    const std::size_t lines = 1 + dice_.below(wanted_.size);
    two_kinds_ = lines > 1 && dice_.chance(20);
    for (std::size_t k = 1; k <= lines; ++k) add_line(k);
    std::vector<std::string> read = {"line_1"};  // the first is of the first kind of record
    if (!two_kinds_) {
        for (std::size_t k = 2; k <= lines; ++k) read.push_back("line_" + std::to_string(k));
    }
    for (std::size_t k = lines + 1; k <= lines + 2 && !wanted_.only_nonnegative && dice_.chance(25); ++k) {
        add_settlement(k, read);
        read.push_back("line_" + std::to_string(k));
    }
    if (!wanted_.only_nonnegative && dice_.chance(20)) add_refusal();

    Pack pack;
    pack.header = "pack: test.generated\nrelease: one\ntitle: A pack made by dice\nstatus: illustrative\nformat: 1\n";
    pack.header += dated_ ? "applies: {from: " + to_string(applies_.from()) + ", last_day: " + to_string(applies_.last_day()) + "}\n"
                          : "applies: {undated: made up without a date}\n";
    pack.header += two_kinds_ ? "records:\n  placement: {is: pupil}\n  place: {is: pupil}\n" : "record: pupil\n";
    pack.header += "sources:\n  made: {kind: illustrative, title: Made up by dice}\n" + span_text_;
    for (const std::string& key : section_order_) {
        Pack::Section section{key, {}};
        for (const auto& [name, yaml] : sections_[key]) section.entries.push_back(yaml);
        pack.sections.push_back(section);
    }
    return pack;
}

Pack pack(Dice& dice, const Wanted& wanted) { return PackMaker(dice, wanted).make(); }

std::string Pack::text() const {
    std::string text = header;
    for (const Section& section : sections) text += text_of(section);
    return text;
}

std::filesystem::path write(const Pack& pack, const std::filesystem::path& folder) {
    write_file(folder / "pack.yaml", pack.text());
    return folder;
}

std::filesystem::path write_shuffled(const Pack& pack, const std::filesystem::path& folder, Dice& dice) {
    std::vector<Pack::Section> sections = pack.sections;
    dice.shuffle(sections);
    std::string files[3] = {pack.header, "", ""};
    for (Pack::Section& section : sections) {
        dice.shuffle(section.entries);
        files[dice.below(3)] += text_of(section);
    }
    write_file(folder / "pack.yaml", files[0]);
    if (!files[1].empty()) write_file(folder / "a_first.yaml", files[1]);
    if (!files[2].empty()) write_file(folder / "z_last.yaml", files[2]);
    return folder;
}

std::filesystem::path scratch_folder(const std::string& name) {
    const auto folder = std::filesystem::temp_directory_path() / ("bandtariff_" + std::to_string(getpid()) + "_" + name);
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

}  // namespace bandtariff::generate
