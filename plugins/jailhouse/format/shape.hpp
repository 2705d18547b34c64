// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "layout.hpp"
#include "names.hpp"

// How a record of a file is described: a tuple of the entries below, one a member, each with its
// offset in every layout. cell_fields.hpp and system_fields.hpp have the descriptions; who reads,
// writes, compares or prints records walks over them.
namespace runphi::jailhouse {

// Shape<Record>: `name`, `size` (a PerLayout) and `fields`, the tuple.
template <typename Record>
struct Shape;

// The bytes before the first member that somebody else reads and writes: the signature of what can
// be a file of its own.
template <typename Record>
inline constexpr std::size_t prefix = 0;

template <typename T>
concept Described = requires {
    Shape<T>::fields;
};

template <typename Record>
using Presence = bool (*)(const Record&);

template <typename Record>
constexpr bool always(const Record&) {
    return true;
}

// A number, as wide as the member; an array of numbers; a described record, or an array of them.
template <typename Record, typename T>
struct Field {
    const char* name;  // in cell-config.h
    T Record::*member;
    PerLayout offset;
    const Names* names;        // what its values, or its bits, are called; NULL: a plain number
    Presence<Record> present;  // of a member of a union: is it the one?
};

// A text: `size` bytes, padded with NUL.
template <typename Record>
struct Text {
    const char* name;
    std::string Record::*member;
    std::uint16_t size;
    PerLayout offset;
};

// A 32-bit number that is the number of elements of a table behind the header.
template <typename Record, typename Element>
struct Count {
    const char* name;
    std::vector<Element> Record::*member;
    PerLayout offset;
};

template <typename R, typename T>
constexpr Field<R, T> field(const char* name, T R::*member, PerLayout offset) {
    return {name, member, offset, nullptr, always<R>};
}
template <typename R, typename T>
constexpr Field<R, T> field(const char* name, T R::*member, PerLayout offset, const Names& names) {
    return {name, member, offset, &names, always<R>};
}
template <typename R, typename T>
constexpr Field<R, T> field(const char* name, T R::*member, PerLayout offset,
                            Presence<std::type_identity_t<R>> present) {
    return {name, member, offset, nullptr, present};
}
template <typename R>
constexpr Text<R> text(const char* name, std::string R::*member, std::uint16_t size,
                       PerLayout offset) {
    return {name, member, size, offset};
}
template <typename R, typename E>
constexpr Count<R, E> count(const char* name, std::vector<E> R::*member, PerLayout offset) {
    return {name, member, offset};
}

// Bytes of one element of a table.
template <typename Element>
constexpr std::size_t element_size(Layout layout) {
    if constexpr (Described<Element>) {
        const std::int16_t size = of(Shape<Element>::size, layout);
        return size == none ? 0 : static_cast<std::size_t>(size);
    } else {
        return sizeof(Element);
    }
}

namespace detail {
template <typename T>
struct IsArray : std::false_type {};
template <typename T, std::size_t N>
struct IsArray<std::array<T, N>> : std::true_type {};
}  // namespace detail

template <typename T>
inline constexpr bool is_array = detail::IsArray<T>::value;

// Bytes of a value in a file.
template <typename T>
constexpr std::size_t width_of(Layout layout) {
    if constexpr (is_array<T>) {
        return std::tuple_size_v<T> * width_of<typename T::value_type>(layout);
    } else {
        return element_size<T>(layout);
    }
}

// A visitor made of lambdas, one for each kind of entry.
template <typename... Lambda>
struct overloaded : Lambda... {
    using Lambda::operator()...;
};
template <typename... Lambda>
overloaded(Lambda...) -> overloaded<Lambda...>;

// Calls visitor(entry) for every entry of the record's description.
template <typename Record, typename Visitor>
void for_each_entry(Visitor&& visitor) {
    std::apply([&](const auto&... entry) { (visitor(entry), ...); }, Shape<Record>::fields);
}

// Calls visitor(part, value) for a value and, of an array, for each element in turn; `part` is its
// offset within the whole.
template <typename T, typename Visitor>
void for_each_part(T& value, Layout layout, Visitor&& visitor) {
    if constexpr (is_array<std::remove_const_t<T>>) {
        std::size_t at = 0;
        for (auto& element : value) {
            visitor(at, element);
            at += width_of<typename std::remove_const_t<T>::value_type>(layout);
        }
    } else {
        visitor(std::size_t{0}, value);
    }
}

}  // namespace runphi::jailhouse
