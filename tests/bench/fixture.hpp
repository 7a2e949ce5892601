// A fixture on disk and in memory: raw little-endian columns and tables that every engine of the benchmark reads alike.
//
//     const Fixture fixture = Fixture::load("build/bench_data/flat");
//     fixture.column<std::uint8_t>("band")
//
// A file is NAME.u8, .u16, .i32 or .i64 under columns/ (one value a row), tables/ (by the codes' positions) and, from the
// oracle, expected.i64 (pence). `pack/` beside them is the pack of the same tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace bench {

/// One file of whole numbers, as stored.
struct Numbers {
    std::string type;  ///< u8, u16, i32 or i64
    std::vector<std::byte> bytes;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::int64_t at(std::size_t row) const;
};

template <class T>
constexpr const char* type_name() {
    if constexpr (sizeof(T) == 1) return "u8";
    if constexpr (sizeof(T) == 2) return "u16";
    if constexpr (sizeof(T) == 4) return "i32";
    return "i64";
}

/// What the oracle says of a row that is not to be priced.
inline constexpr std::int64_t not_priced = INT64_MIN;

struct Fixture {
    std::filesystem::path folder;
    std::size_t rows = 0;
    std::map<std::string, Numbers> columns, tables;
    std::vector<std::int64_t> expected;  ///< pence; empty before the oracle has run

    [[nodiscard]] static Fixture load(const std::filesystem::path& folder);
    [[nodiscard]] std::string name() const { return folder.filename().string(); }
    [[nodiscard]] bool has(const std::string& column) const { return columns.contains(column); }

    /// A column in the type it is stored in. Throws std::runtime_error where it is of another type or absent.
    template <class T>
    [[nodiscard]] std::span<const T> column(const std::string& name) const {
        return view<T>(columns, name);
    }
    [[nodiscard]] std::span<const std::int64_t> table(const std::string& name) const { return view<std::int64_t>(tables, name); }

private:
    static const Numbers& named(const std::map<std::string, Numbers>& among, const std::string& name, const std::string& type);
    template <class T>
    static std::span<const T> view(const std::map<std::string, Numbers>& among, const std::string& name) {
        const Numbers& numbers = named(among, name, type_name<T>());
        return {reinterpret_cast<const T*>(numbers.bytes.data()), numbers.size()};
    }
};

/// Writes FOLDER/NAME.TYPE.
void write_numbers(const std::filesystem::path& folder, const std::string& name, const char* type,
                   std::span<const std::byte> bytes);

template <class T>
void write_numbers(const std::filesystem::path& folder, const std::string& name, const std::vector<T>& values) {
    write_numbers(folder, name, type_name<T>(), std::as_bytes(std::span(values)));
}

}  // namespace bench
