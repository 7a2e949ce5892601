// See array_columns.hpp.
#include "array_columns.hpp"

#include <algorithm>

#include "columns.hpp"

namespace bandtariff::python {

namespace {

bool is(const py::dtype& type, char kind, py::ssize_t bytes) {
    return type.kind() == kind && type.itemsize() == bytes && (type.byteorder() == '=' || type.byteorder() == '|');
}

/// One contiguous run of numbers: any other layout would have to be copied, and the caller is told instead.
bool contiguous(const py::array& array) {
    return array.ndim() == 1 && (array.size() <= 1 || array.strides(0) == array.itemsize());
}

py::array column_array(const std::string& name, const py::handle& value) {
    if (!py::isinstance<py::array>(value)) throw py::type_error("column '" + name + "' is no NumPy array");
    py::array array = py::reinterpret_borrow<py::array>(value);
    if (!contiguous(array))
        throw py::value_error("column '" + name + "' is not one contiguous row of numbers: numpy.ascontiguousarray makes it one");
    return array;
}

}  // namespace

Arrived::Arrived(const Plan& plan, const std::string& record, std::size_t rows, const py::dict& columns,
                 const std::vector<std::string>& without)
    : tariff_(plan.tariff()), table_(tariff_, tariff_->record(record).value(), rows) {
    for (const auto& [key, value] : columns) add(py::cast<std::string>(key), value);
    for (const std::string& name : without) table_.without(fact_named(tariff_, name));
}

std::vector<TextFact> Arrived::texts() const {
    std::vector<TextFact> all;
    for (const HeldTexts& held : texts_) all.push_back(held.fact());
    return all;
}

void Arrived::add(const std::string& name, const py::handle& value) {
    const FactId fact = fact_named(tariff_, name);
    if (py::isinstance<py::array>(value)) return put(fact, name, column_array(name, value), nullptr);
    if (py::isinstance<py::tuple>(value)) return add_pair(fact, name, py::reinterpret_borrow<py::tuple>(value));
    if (!py::hasattr(value, "__arrow_c_array__")) throw py::type_error("column '" + name + "' is no NumPy array");
    texts_.emplace_back(fact, name, value);
}

/// (values, given), or (places, texts).
void Arrived::add_pair(FactId fact, const std::string& name, const py::tuple& pair) {
    if (pair.size() != 2) throw py::value_error("column '" + name + "' is neither an array nor (values, given)");
    const py::array values = column_array(name, pair[0]);
    if (py::isinstance<py::list>(pair[1])) {
        texts_.emplace_back(fact, name, values, py::reinterpret_borrow<py::list>(pair[1]));
        return;
    }
    py::array given = column_array(name, pair[1]);
    // A bool of NumPy is one byte, 0 or 1: absent and given. Marks of the package's own are what read_texts gave.
    static_assert(sizeof(Given) == 1 && static_cast<int>(Given::absent) == 0 && static_cast<int>(Given::given) == 1);
    if (!is(given.dtype(), 'b', 1) && !is(given.dtype(), 'u', 1))
        throw py::type_error("`given` of column '" + name + "' is no array of bool");
    if (given.size() != values.size()) throw py::value_error("column '" + name + "' and its `given` differ in length");
    const auto* marks = static_cast<const Given*>(given.data());
    if (std::any_of(marks, marks + given.size(), [](Given mark) { return mark > Given::out_of_range; }))
        throw py::value_error("`given` of column '" + name + "' has marks that are none");
    put(fact, name, values, marks);
    kept_.push_back(std::move(given));
}

void Arrived::put(FactId fact, const std::string& name, py::array values, const Given* given) {
    const py::dtype type = values.dtype();
    const auto set = [&]<class T>(T) {
        table_.set(fact, std::span(static_cast<const T*>(values.data()), static_cast<std::size_t>(values.size())), given);
    };
    if (is(type, 'u', 1) || is(type, 'b', 1))
        set(std::uint8_t{});
    else if (is(type, 'u', 2))
        set(std::uint16_t{});
    else if (is(type, 'i', 4))
        set(std::int32_t{});
    else if (is(type, 'i', 8) || (type.kind() == 'M' && std::string(py::str(type.attr("str"))) == "<M8[D]"))
        set(std::int64_t{});
    else
        throw py::type_error("column '" + name +
                             "' is of a type that is not read as it stands: uint8, uint16, int32, int64, bool or datetime64[D]");
    kept_.push_back(std::move(values));
}

template <class T>
std::span<T> Written::column(const std::string& name, const py::handle& value, char kind) {
    const bool right = py::isinstance<py::array>(value) && [&] {
        const auto array = py::reinterpret_borrow<py::array>(value);
        return is(array.dtype(), kind, sizeof(T)) && contiguous(array) && static_cast<std::size_t>(array.size()) == rows_ &&
               array.writeable();
    }();
    if (!right)
        throw py::value_error("out column '" + name + "' is not " + std::to_string(rows_) + " writeable numbers of type " +
                              (kind == 'u' ? "uint" : "int") + std::to_string(8 * sizeof(T)) + " in one contiguous NumPy array");
    auto array = py::reinterpret_borrow<py::array>(value);
    const std::span<T> numbers(static_cast<T*>(array.mutable_data()), rows_);
    const char* const begin = reinterpret_cast<const char*>(numbers.data());
    check_apart(name, begin, begin + numbers.size_bytes());
    runs_.push_back({name, begin, begin + numbers.size_bytes()});
    return numbers;
}

void Written::apart_from(const std::vector<py::array>& read) const {
    for (const py::array& array : read) {
        const auto* const begin = static_cast<const char*>(array.data());
        check_apart("a column that is read", begin, begin + array.nbytes());
    }
}

void Written::check_apart(const std::string& name, const char* begin, const char* end) const {
    for (const Run& other : runs_)
        if (begin < other.end && other.begin < end)
            throw py::value_error("out column '" + other.name + "' shares memory with " + name);
}

template std::span<std::int64_t> Written::column(const std::string&, const py::handle&, char);
template std::span<std::uint16_t> Written::column(const std::string&, const py::handle&, char);

}  // namespace bandtariff::python
