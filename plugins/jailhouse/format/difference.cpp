// SPDX-License-Identifier: Apache-2.0
#include "difference.hpp"

#include "system_fields.hpp"

namespace runphi::jailhouse {

namespace {

using Path = std::optional<std::string>;

template <typename Record>
Path in_record(const Record& a, const Record& b, const std::string& path);

template <typename List>
Path in_list(const List& a, const List& b, const std::string& path) {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (a[i] == b[i]) continue;
        const std::string element = path + "[" + std::to_string(i) + "]";
        if constexpr (Described<typename List::value_type>) {
            return in_record(a[i], b[i], element + ".");
        } else {
            return element;
        }
    }
    return path;  // their lengths differ
}

template <typename T>
Path in_value(const T& a, const T& b, const std::string& path) {
    if constexpr (Described<T>) {
        return in_record(a, b, path + ".");
    } else if constexpr (is_array<T>) {
        return in_list(a, b, path);
    } else {
        return path;
    }
}

Path in_tables(const Cell& a, const Cell& b, const std::string& path) {
    Path found;
    for_each_table([&](const auto& table) {
        if (found || a.*table.member == b.*table.member) return;
        found = in_list(a.*table.member, b.*table.member, path + table.c_name);
    });
    return found;
}

template <typename Record>
Path in_record(const Record& a, const Record& b, const std::string& path) {
    if constexpr (requires { a.arch; }) {
        if (a.arch != b.arch) return path + "architecture";
    }
    Path found;
    for_each_entry<Record>(overloaded{
        []<typename R, typename E>(const Count<R, E>&) {},  // among the tables
        [&](const auto& entry) {
            if (found || a.*entry.member == b.*entry.member) return;
            found = in_value(a.*entry.member, b.*entry.member, path + entry.name);
        },
    });
    if constexpr (std::is_same_v<Record, Cell>) {
        if (!found) found = in_tables(a, b, path);
    }
    return found;
}

}  // namespace

Path first_difference(const Cell& a, const Cell& b) {
    return in_record(a, b, {});
}

Path first_difference(const System& a, const System& b) {
    return in_record(a, b, {});
}

}  // namespace runphi::jailhouse
