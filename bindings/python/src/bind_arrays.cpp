// Plan over columns as they stand, borrowed with the interpreter lock released: NumPy arrays of facts as carried, in the types
// the engine reads, and Arrow arrays of text by Arrow's C data interface, which any library may offer.
#include <pybind11/numpy.h>

#include "bindings.hpp"

namespace bandtariff::python {

namespace {

// Arrow's C data interface, as its specification lays it out.
struct ArrowSchema {
    const char *format, *name, *metadata;
    std::int64_t flags, n_children;
    ArrowSchema **children, *dictionary;
    void (*release)(ArrowSchema*);
    void* private_data;
};
struct ArrowArray {
    std::int64_t length, null_count, offset, n_buffers, n_children;
    const void** buffers;
    ArrowArray **children, *dictionary;
    void (*release)(ArrowArray*);
    void* private_data;
};

/// An Arrow array of text; the capsules keep what it borrows alive.
struct ArrowText {
    FactId fact;
    py::tuple capsules;
    TextColumn texts;
};

ArrowText arrow_text(FactId fact, const std::string& name, const py::handle& value) {
    py::tuple capsules = value.attr("__arrow_c_array__")();
    const auto* schema = py::reinterpret_borrow<py::capsule>(capsules[0]).get_pointer<ArrowSchema>();
    const auto* array = py::reinterpret_borrow<py::capsule>(capsules[1]).get_pointer<ArrowArray>();
    if (std::string_view(schema->format) != "u" || schema->dictionary) {
        throw py::type_error("column '" + name + "' is an Arrow array of another type than string: cast it to string");
    }
    const auto* offsets = static_cast<const std::int32_t*>(array->buffers[1]) + array->offset;
    const auto rows = static_cast<std::size_t>(array->length);
    const std::size_t bytes = rows == 0 ? 0 : static_cast<std::size_t>(offsets[rows]);
    return {fact,
            std::move(capsules),
            {std::span(offsets, rows + 1), std::string_view(static_cast<const char*>(array->buffers[2]), bytes),
             static_cast<const std::uint8_t*>(array->buffers[0]), static_cast<std::size_t>(array->offset)}};
}

/// A column of the caller's, kept alive while it is borrowed.
struct Borrowed {
    FactId fact;
    py::array values;
    std::optional<py::array> given;  ///< which rows state the fact; nullopt: all
};

template <class T>
void set(PlacementTable& table, const Borrowed& column, const Given* given) {
    table.set(column.fact, std::span(static_cast<const T*>(column.values.data()), static_cast<std::size_t>(column.values.size())),
              given);
}

/// One contiguous run of numbers: any other layout would have to be copied, and the caller is told instead.
py::array contiguous(const std::string& name, const py::handle& value) {
    if (!py::isinstance<py::array>(value)) throw py::type_error("column '" + name + "' is no NumPy array");
    py::array array = py::reinterpret_borrow<py::array>(value);
    if (array.ndim() != 1 || (array.size() > 1 && array.strides(0) != array.itemsize())) {
        throw py::value_error("column '" + name + "' is not one contiguous row of numbers: numpy.ascontiguousarray makes it one");
    }
    return array;
}

FactId fact_named(const Tariff& tariff, const std::string& name) {
    const std::optional<FactId> fact = tariff->fact(name);
    if (!fact) throw py::key_error(name);
    return *fact;
}

Borrowed borrowed(FactId fact, const std::string& name, const py::handle& value) {
    if (!py::isinstance<py::tuple>(value)) return {fact, contiguous(name, value), std::nullopt};
    const auto pair = py::reinterpret_borrow<py::tuple>(value);
    if (pair.size() != 2) throw py::value_error("column '" + name + "' is neither an array nor (values, given)");
    py::array given = contiguous(name, pair[1]);
    if (given.dtype().kind() != 'b') throw py::type_error("`given` of column '" + name + "' is no array of bool");
    return {fact, contiguous(name, pair[0]), std::move(given)};
}

void put(PlacementTable& table, const std::string& name, const Borrowed& column) {
    // A bool of NumPy is one byte, 0 or 1: absent and given.
    static_assert(sizeof(Given) == 1 && static_cast<int>(Given::absent) == 0 && static_cast<int>(Given::given) == 1);
    if (column.given && column.given->size() != column.values.size()) {
        throw py::value_error("column '" + name + "' and its `given` differ in length");
    }
    const auto* given = column.given ? static_cast<const Given*>(column.given->data()) : nullptr;
    const std::string type = py::str(column.values.dtype().attr("str"));
    if (type == "|u1" || type == "|b1") return set<std::uint8_t>(table, column, given);
    if (type == "<u2") return set<std::uint16_t>(table, column, given);
    if (type == "<i4") return set<std::int32_t>(table, column, given);
    if (type == "<i8" || type == "<M8[D]") return set<std::int64_t>(table, column, given);
    throw py::type_error("column '" + name +
                         "' is of a type that is not read as it stands: uint8, uint16, int32, int64, bool or datetime64[D]");
}

/// The caller's column to write into.
template <class T>
std::span<T> written(const std::string& name, const py::handle& value, std::size_t rows, const char* type) {
    py::array array = contiguous(name, value);
    if (std::string(py::str(array.dtype().attr("str"))) != type || static_cast<std::size_t>(array.size()) != rows ||
        !array.writeable()) {
        throw py::value_error("out column '" + name + "' is not " + std::to_string(rows) + " writeable numbers of type " + type);
    }
    return {static_cast<T*>(array.mutable_data()), rows};
}

/// Prices the columns into `out`: total_pence, outcome, and the pence of each line that out["lines"] has an array for.
void price_arrays(const Plan& plan, const std::string& record, std::size_t rows, const py::dict& columns,
                  const std::vector<std::string>& without, const py::dict& out, unsigned threads) {
    const Tariff& tariff = plan.tariff();
    PlacementTable table(tariff, tariff->record(record).value(), rows);
    std::vector<Borrowed> kept;
    std::vector<ArrowText> texts;
    for (const auto& [key, value] : columns) {
        const std::string name = py::cast<std::string>(key);
        if (py::hasattr(value, "__arrow_c_array__")) {
            texts.push_back(arrow_text(fact_named(tariff, name), name, value));
        } else {
            kept.push_back(borrowed(fact_named(tariff, name), name, value));
            put(table, name, kept.back());
        }
    }
    for (const std::string& name : without) table.without(fact_named(tariff, name));
    QuoteTable quotes{written<std::int64_t>("total_pence", out["total_pence"], rows, "<i8"),
                      written<std::uint16_t>("outcome", out["outcome"], rows, "<u2"),
                      {}};
    for (const auto& [key, value] : py::cast<py::dict>(out["lines"])) {
        const std::string name = py::cast<std::string>(key);
        const std::optional<LineId> line = tariff->line(name);
        if (!line) throw py::key_error(name);
        quotes.lines.push_back({*line, written<std::int64_t>(name, value, rows, "<i8"), {}});
    }
    py::gil_scoped_release released;
    std::vector<CodedColumn> coded;
    for (const ArrowText& text : texts) coded.push_back(code_texts(*tariff, text.fact, text.texts, threads));
    for (const CodedColumn& column : coded) column.set(table);
    plan.price(table, quotes, {.threads = threads});
}

}  // namespace

void bind_arrays(py::module_& module) {
    const py::object plan = module.attr("Plan");
    plan.attr("price_arrays") = py::cpp_function(&price_arrays, py::name("price_arrays"), py::is_method(plan));
}

}  // namespace bandtariff::python
