// Fixtures from and to files.
#include "fixture.hpp"

#include <cstring>
#include <fstream>
#include <stdexcept>

namespace bench {

namespace {

std::size_t width_of(const std::string& type) { return type == "u8" ? 1 : type == "u16" ? 2 : type == "i32" ? 4 : 8; }

Numbers read_numbers(const std::filesystem::path& file) {
    Numbers numbers{file.extension().string().substr(1), std::vector<std::byte>(std::filesystem::file_size(file))};
    std::ifstream in(file, std::ios::binary);
    in.read(reinterpret_cast<char*>(numbers.bytes.data()), static_cast<std::streamsize>(numbers.bytes.size()));
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return numbers;
}

std::map<std::string, Numbers> read_folder(const std::filesystem::path& folder) {
    std::map<std::string, Numbers> found;
    if (!std::filesystem::is_directory(folder)) return found;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        found.emplace(entry.path().stem().string(), read_numbers(entry.path()));
    }
    return found;
}

template <class T>
std::int64_t nth(const std::vector<std::byte>& bytes, std::size_t row) {
    T value;
    std::memcpy(&value, bytes.data() + row * sizeof(T), sizeof(T));
    return value;
}

}  // namespace

std::size_t Numbers::size() const { return bytes.size() / width_of(type); }

std::int64_t Numbers::at(std::size_t row) const {
    if (type == "u8") return nth<std::uint8_t>(bytes, row);
    if (type == "u16") return nth<std::uint16_t>(bytes, row);
    if (type == "i32") return nth<std::int32_t>(bytes, row);
    return nth<std::int64_t>(bytes, row);
}

Fixture Fixture::load(const std::filesystem::path& folder) {
    Fixture fixture;
    fixture.folder = folder;
    fixture.columns = read_folder(folder / "columns");
    fixture.tables = read_folder(folder / "tables");
    if (fixture.columns.empty()) throw std::runtime_error(folder.string() + " holds no columns");
    fixture.rows = fixture.columns.begin()->second.size();
    for (const auto& [name, column] : fixture.columns) {
        if (column.size() != fixture.rows) throw std::runtime_error("column " + name + " has another length");
    }
    if (std::filesystem::exists(folder / "expected.i64")) {
        const Numbers expected = read_numbers(folder / "expected.i64");
        fixture.expected.resize(expected.size());
        std::memcpy(fixture.expected.data(), expected.bytes.data(), expected.bytes.size());
    }
    return fixture;
}

const Numbers& Fixture::named(const std::map<std::string, Numbers>& among, const std::string& name, const std::string& type) {
    const auto found = among.find(name);
    if (found == among.end() || found->second.type != type) throw std::runtime_error("no " + type + " called " + name);
    return found->second;
}

void write_numbers(const std::filesystem::path& folder, const std::string& name, const char* type,
                   std::span<const std::byte> bytes) {
    std::filesystem::create_directories(folder);
    const std::filesystem::path file = folder / (name + "." + type);
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace bench
