// A pack's folder, or one YAML file, to a Document: which files belong to it, their texts, and a hash over all of them.
#include <algorithm>
#include <fstream>
#include <numeric>
#include <system_error>

#include <openssl/evp.h>

#include "base/in_parallel.hpp"
#include "document.hpp"

namespace bandtariff::document {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_bytes = std::uintmax_t{64} << 20;  // of any file; from_yaml allows less

enum class Format { yaml, csv, other };

Format format_of(const fs::path& path) {
    std::string extension = path.extension().string();
    for (char& c : extension)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (extension == ".yaml" || extension == ".yml") return Format::yaml;
    return extension == ".csv" ? Format::csv : Format::other;
}

void cannot_read(const fs::path& path, std::string why, Report& report) {
    const auto file = std::make_shared<const SourceFile>(SourceFile{path.string(), {}});
    report.error("cannot-read", {file, 0, 0, 1}, std::move(why));
}

std::string reason(const std::error_code& error) {
    if (error == std::errc::no_such_file_or_directory) return "there is no such file or folder";
    if (error == std::errc::permission_denied) return "there is no permission to read this";
    return "this cannot be read";
}

/// The rightful path of what a link leads to lies below `folder` (itself already free of links).
bool leads_inside(const fs::path& link, const fs::path& folder) {
    std::error_code error;
    const fs::path target = fs::canonical(link, error);
    if (error) return false;
    return std::mismatch(folder.begin(), folder.end(), target.begin(), target.end()).first == folder.end();
}

/// Relative paths of every YAML and CSV file below `folder`, in path order. Hidden ones are none of the pack's.
std::vector<std::string> files_below(const fs::path& folder, Report& report) {
    std::vector<std::string> found;
    std::error_code error;
    const fs::path real_folder = fs::canonical(folder, error);
    fs::recursive_directory_iterator entry(folder, error);
    if (error) {
        cannot_read(folder, reason(error), report);
        return found;
    }
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        const fs::path& path = entry->path();
        std::error_code unreadable;
        if (path.filename().string().starts_with('.')) {
            entry.disable_recursion_pending();
            continue;
        }
        const bool is_folder = entry->is_directory(unreadable);
        if (!is_folder && format_of(path) == Format::other) continue;
        if (entry->is_symlink(unreadable) && (is_folder || !leads_inside(path, real_folder))) {
            cannot_read(path,
                        is_folder
                            ? "a link to a folder is not followed: put the folder itself here"
                            : "a link that leads nowhere, or out of the pack's folder, is not followed: put the file itself here",
                        report);
            continue;
        }
        if (is_folder) {
            fs::directory_iterator inside(path, unreadable);  // asked first, so that one closed folder does not end the walk
            if (!unreadable) continue;
            cannot_read(path, reason(unreadable), report);
            entry.disable_recursion_pending();
            continue;
        }
        found.push_back(path.lexically_relative(folder).generic_string());
    }
    if (error) cannot_read(folder, reason(error), report);
    std::sort(found.begin(), found.end());
    return found;
}

std::shared_ptr<const SourceFile> read_file(const fs::path& path, Report& report) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        cannot_read(path, error ? reason(error) : "this is not an ordinary file", report);
        return nullptr;
    }
    const std::uintmax_t size = fs::file_size(path, error);
    if (!error && size > most_bytes) {
        const auto named = std::make_shared<const SourceFile>(SourceFile{path.string(), {}});
        report.error("too-large", {named, 0, 0, 1},
                     "this file is larger than " + std::to_string(most_bytes >> 20) + " MiB, the most that is read: divide it");
        return nullptr;
    }
    std::ifstream stream(path, std::ios::binary);
    std::string text(error ? 0 : static_cast<std::size_t>(size), '\0');
    if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream || error) {
        cannot_read(path, "this cannot be read: there may be no permission to", report);
        return nullptr;
    }
    return std::make_shared<const SourceFile>(SourceFile{path.string(), std::move(text)});
}

/// SHA-256 over each file's relative path, length and text, so that no text can pass for part of a path.
class TextHash {
public:
    TextHash() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
    }
    void add(std::string_view path, std::string_view text) {
        update(path);
        update("\n" + std::to_string(text.size()) + "\n");
        update(text);
    }
    void add(std::string_view text) { update(text); }
    [[nodiscard]] std::string finish() {
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        EVP_DigestFinal_ex(context_.get(), digest, &size);
        std::string hexadecimal;
        for (unsigned i = 0; i < size; ++i) hexadecimal.append(1, digits[digest[i] >> 4]).append(1, digits[digest[i] & 0xF]);
        return hexadecimal;
    }

private:
    static constexpr std::string_view digits = "0123456789abcdef";
    void update(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

/// CSV files that a lone YAML file names: plain names of files that stand beside it.
void names_of_tables(const Node& node, const fs::path& folder, std::vector<std::string>& names) {
    std::error_code error;
    const bool is_name =
        node.kind == Node::Kind::scalar && format_of(node.text) == Format::csv && fs::path(node.text).filename() == node.text;
    if (is_name && !node.text.starts_with('.') && fs::is_regular_file(folder / node.text, error)) names.push_back(node.text);
    for (const Node& item : node.items) names_of_tables(item, folder, names);
    for (const Entry& entry : node.entries) names_of_tables(entry.value, folder, names);
}

/// One file of a pack, read and parsed, and what is wrong with it.
struct Parsed {
    std::shared_ptr<const SourceFile> file;
    Node yaml;
    CsvTable csv;
    Report report;
};

/// Reads and parses the files named, relative to the document's folder, adding each to it and to the hash.
class FilesReader {
public:
    FilesReader(Document& document, TextHash& hash, Report& report, const std::function<void(const Node&)>& hear, unsigned threads)
        : document_(document), hash_(hash), report_(report), hear_(hear), threads_(threads) {}

    /// Several at once, as no file's text says anything of another's; added one after another in the order of their names.
    void read(const std::vector<std::string>& names) {
        std::vector<Parsed> files(names.size());
        const std::vector<std::size_t> order = header_first(names);
        base::in_parallel(base::threads_of(threads_), order.size(), [&](std::size_t piece) {
            const std::size_t i = order[piece];
            files[i] = parsed(names[i]);
        });
        for (std::size_t i = 0; i < names.size(); ++i) add(names[i], std::move(files[i]));
    }

private:
    /// What the header names is known soonest where it is read first.
    static std::vector<std::size_t> header_first(const std::vector<std::string>& names) {
        std::vector<std::size_t> order(names.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return names[i] == "pack.yaml"; });
        return order;
    }

    Parsed parsed(const std::string& name) const {
        Parsed result;
        result.file = read_file(document_.folder / name, result.report);
        if (!result.file) return result;
        if (format_of(name) == Format::csv) {
            result.csv = from_csv(result.file, result.report);
        } else {
            result.yaml = from_yaml(result.file, result.report);
            if (hear_ && result.yaml.kind == Node::Kind::mapping) hear_(result.yaml);
        }
        return result;
    }

    void add(const std::string& name, Parsed file) {
        for (Diagnostic& diagnostic : file.report.sorted()) report_.add(std::move(diagnostic));
        if (!file.file) return;
        hash_.add(name, file.file->text);
        if (format_of(name) == Format::csv) document_.csv.emplace(name, std::move(file.csv));
        else if (file.yaml.kind == Node::Kind::mapping) document_.files.push_back(std::move(file.yaml));
    }

    Document& document_;
    TextHash& hash_;
    Report& report_;
    const std::function<void(const Node&)>& hear_;
    unsigned threads_;
};

}  // namespace

Document read_pack(const fs::path& folder, Report& report, const std::function<void(const Node&)>& hear, unsigned threads) {
    Document document;
    TextHash hash;
    FilesReader files(document, hash, report, hear, threads);
    std::error_code error;
    const fs::file_status status = fs::status(folder, error);
    if (!fs::exists(status)) {
        cannot_read(folder, error ? reason(error) : "there is no such file or folder", report);
    } else if (fs::is_directory(status)) {
        document.folder = folder;
        const std::size_t before = report.size();
        const std::vector<std::string> names = files_below(folder, report);
        if (std::find(names.begin(), names.end(), "pack.yaml") == names.end() && report.size() == before) {
            const auto named = std::make_shared<const SourceFile>(SourceFile{folder.string(), {}});
            report.error("no-pack-yaml", {named, 0, 0, 1}, "this folder has no pack.yaml, the file that says what the pack is");
        }
        files.read(names);
    } else if (format_of(folder) == Format::yaml) {
        document.folder = folder.parent_path();
        files.read({folder.filename().string()});
        std::vector<std::string> tables;
        for (const Node& file : document.files) names_of_tables(file, document.folder, tables);
        std::sort(tables.begin(), tables.end());
        tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
        files.read(tables);
    } else {
        cannot_read(folder, "this is not a pack: give a folder that holds pack.yaml, or one .yaml file", report);
    }
    document.text_hash = hash.finish();
    return document;
}

std::string combined_hash(const std::string& own, const std::vector<std::string>& used) {
    TextHash hash;
    hash.add("own", own);
    for (const std::string& each : used) hash.add("used", each);
    return hash.finish();
}

std::string hash_of(std::string_view text) {
    TextHash hash;
    hash.add(text);
    return hash.finish();
}

}  // namespace bandtariff::document
