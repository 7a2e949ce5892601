// See text_columns.hpp.
#include "text_columns.hpp"

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

template <class T>
std::span<const T> run_of(const void* buffer, std::int64_t offset, std::int64_t count) {
    return {buffer == nullptr ? nullptr : static_cast<const T*>(buffer) + offset,
            buffer == nullptr ? 0 : static_cast<std::size_t>(count)};
}

const std::uint8_t* bits_of(const ArrowArray& array) {
    return array.null_count == 0 ? nullptr : static_cast<const std::uint8_t*>(array.buffers[0]);
}

template <class Offset>
void set_texts(TextColumn& texts, const ArrowArray& array) {
    static constexpr Offset nothing = 0;
    // An array of no rows may have no offsets.
    const std::span<const Offset> offsets =
        array.buffers[1] == nullptr ? std::span(&nothing, 1) : run_of<Offset>(array.buffers[1], array.offset, array.length + 1);
    texts.offsets = offsets;
    texts.bytes = {static_cast<const char*>(array.buffers[2]),
                   array.buffers[2] == nullptr ? 0 : static_cast<std::size_t>(offsets.back())};
}

/// Of a signed or unsigned type of one to eight bytes; false for any other.
bool set_places(TextColumn& texts, char kind, std::size_t bytes, const void* data, std::int64_t offset, std::int64_t count) {
    const auto set = [&]<class Signed, class Unsigned>(Signed, Unsigned) {
        if (kind == 'i')
            texts.places = run_of<Signed>(data, offset, count);
        else
            texts.places = run_of<Unsigned>(data, offset, count);
        return true;
    };
    if (kind != 'i' && kind != 'u') return false;
    if (bytes == 1) return set(std::int8_t{}, std::uint8_t{});
    if (bytes == 2) return set(std::int16_t{}, std::uint16_t{});
    if (bytes == 4) return set(std::int32_t{}, std::uint32_t{});
    return bytes == 8 && set(std::int64_t{}, std::uint64_t{});
}

/// Arrow writes the types of places as one letter: c, s, i, l, and the same in capitals where they have no sign.
bool set_places(TextColumn& texts, char letter, const ArrowArray& array) {
    const std::size_t at = std::string_view("csilCSIL").find(letter);
    return at != std::string_view::npos &&
           set_places(texts, at < 4 ? 'i' : 'u', std::size_t{1} << (at % 4), array.buffers[1], array.offset, array.length);
}

}  // namespace

HeldTexts::HeldTexts(FactId fact, const std::string& name, const py::handle& arrow)
    : kept_(arrow.attr("__arrow_c_array__")()), fact_{fact, {}} {
    const py::tuple capsules = kept_;
    const auto& schema = *py::reinterpret_borrow<py::capsule>(capsules[0]).get_pointer<ArrowSchema>();
    const auto& array = *py::reinterpret_borrow<py::capsule>(capsules[1]).get_pointer<ArrowArray>();
    const bool coded = schema.dictionary != nullptr;
    const std::string_view format = coded ? schema.dictionary->format : schema.format;
    TextColumn& texts = fact_.texts;
    if (format == "u")
        set_texts<std::int32_t>(texts, coded ? *array.dictionary : array);
    else if (format == "U")
        set_texts<std::int64_t>(texts, coded ? *array.dictionary : array);
    if ((format != "u" && format != "U") || (coded && !set_places(texts, schema.format[0], array)))
        throw py::type_error("column '" + name + "' is an Arrow array of another type than string: cast it to string");
    texts.valid = bits_of(array);
    texts.first_bit = static_cast<std::size_t>(array.offset);
    if (!coded) return;
    texts.texts_valid = bits_of(*array.dictionary);
    texts.texts_first_bit = static_cast<std::size_t>(array.dictionary->offset);
}

HeldTexts::HeldTexts(FactId fact, const std::string& name, const py::array& places, const py::list& texts)
    : kept_(places), offsets_{0}, fact_{fact, {}} {
    for (const py::handle& text : texts) {
        bytes_ += py::cast<std::string>(text);
        offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
    }
    fact_.texts.offsets = std::span<const std::int64_t>(offsets_);
    fact_.texts.bytes = bytes_;
    if (!set_places(fact_.texts, places.dtype().kind(), static_cast<std::size_t>(places.itemsize()), places.data(), 0,
                    places.size()))
        throw py::type_error("column '" + name + "' has places that are no whole numbers");
}

}  // namespace bandtariff::python
