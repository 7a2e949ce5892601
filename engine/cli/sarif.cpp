// Diagnostics to a SARIF 2.1.0 log, which editors and code hosts show beside the lines it is about. Entry point: to_sarif.
// What each code means is read from the reference's own table, which is built in.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <sstream>

#include "bandtariff/version.hpp"
#include "code_help.hpp"
#include "json.hpp"

namespace bandtariff::cli {

namespace json = boost::json;

namespace {

/// What a code means, and what to write instead.
struct Help {
    std::string means, instead;
};

/// A row of the reference's table: | `code` | means | write instead |
const std::map<std::string, Help>& help_by_code() {
    static const std::map<std::string, Help> all = [] {
        std::map<std::string, Help> result;
        std::istringstream lines{std::string(code_help())};
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with("| `")) continue;
            const std::size_t end = line.find("` | ");
            const std::size_t middle = end == std::string::npos ? end : line.find(" | ", end + 4);
            if (middle == std::string::npos || !line.ends_with(" |")) continue;
            result[line.substr(3, end - 3)] = {line.substr(end + 4, middle - end - 4), line.substr(middle + 3, line.size() - middle - 5)};
        }
        return result;
    }();
    return all;
}

/// A path as a URI: what may not stand in one is written as its bytes.
std::string as_uri(const std::string& path) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr std::string_view kept = "/-._~";
    std::string uri;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kept.find(c) != std::string_view::npos;
        const auto byte = static_cast<unsigned char>(c);
        if (plain) uri += c;
        else uri.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 0xF]);
    }
    return uri;
}

/// Relative to the folder that the command runs in wherever the file lies below it.
json::object artifact(const std::string& path) {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(path, error);
    const std::filesystem::path here = std::filesystem::current_path(error);
    const std::filesystem::path below = whole.lexically_relative(here);
    if (below.empty() || *below.begin() == "..") return {{"uri", "file://" + as_uri(whole.generic_string())}};
    return {{"uri", as_uri(below.generic_string())}, {"uriBaseId", "%SRCROOT%"}};
}

json::object location(const SourceSpan& span) {
    json::object physical{{"artifactLocation", artifact(span.file->path)}};
    if (span.line > 0)
        physical["region"] = json::object{{"startLine", span.line}, {"startColumn", span.column}, {"endColumn", span.column + span.length}};
    return {{"physicalLocation", std::move(physical)}};
}

json::object rule(const std::string& code) {
    json::object out{{"id", code}};
    const auto help = help_by_code().find(code);
    if (help == help_by_code().end()) return out;
    out["shortDescription"] = json::object{{"text", help->second.means}};
    out["help"] = json::object{{"text", "Write instead: " + help->second.instead}, {"markdown", "Write instead: " + help->second.instead}};
    return out;
}

}  // namespace

json::value to_sarif(std::span<const Diagnostic> diagnostics) {
    std::map<std::string, std::size_t> codes;
    for (const Diagnostic& each : diagnostics) codes.emplace(each.code, 0);
    json::array rules;
    for (auto& [code, place] : codes) {
        place = rules.size();
        rules.emplace_back(rule(code));
    }
    json::array results;
    for (const Diagnostic& each : diagnostics) {
        json::object result{{"ruleId", each.code},
                            {"ruleIndex", codes.at(each.code)},
                            {"level", each.severity == Severity::error ? "error" : "warning"},
                            {"message", json::object{{"text", each.message + (each.hint.empty() ? "" : ". Write: " + each.hint)}}}};
        if (each.span.somewhere()) result["locations"] = json::array{location(each.span)};
        json::array related;
        for (const Note& note : each.notes) {
            if (!note.span.somewhere()) continue;
            json::object one = location(note.span);
            one["message"] = json::object{{"text", note.message}};
            related.emplace_back(std::move(one));
        }
        if (!related.empty()) result["relatedLocations"] = std::move(related);
        results.emplace_back(std::move(result));
    }
    const json::object driver{{"name", "bandtariff"}, {"version", BANDTARIFF_VERSION}, {"rules", std::move(rules)}};
    const json::object run{{"tool", json::object{{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
    return json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", json::array{run}}};
}

}  // namespace bandtariff::cli
