// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/oci/spec.hpp"

// Inside of the spec parser: one reader a section. Errors name the place, without the file.
namespace phi::oci::read {

using json::Node;

// A string that goes on to the kernel or into a NUL-terminated record, so it may hold no NUL.
std::string string(const Node& node);
// The member; empty when absent.
std::string string(const Node& parent, const char* name);
std::vector<std::string> strings(const Node& parent, const char* name);
std::map<std::string, std::string> string_map(const Node& parent, const char* name);

void require_absolute(const Node& node, const std::string& path);
// The member, an absolute path; empty when absent or empty. Go's writers emit "" for a path that
// nobody gave.
std::string absolute(const Node& parent, const char* name);

template <typename T>
T number(const Node& node, T low = std::numeric_limits<T>::min(),
         T high = std::numeric_limits<T>::max()) {
    if constexpr (std::numeric_limits<T>::is_signed) {
        return static_cast<T>(node.as_i64(low, high));
    } else {
        return static_cast<T>(node.as_u64(low, high));
    }
}

template <typename T>
std::optional<T> opt_number(const Node& parent, const char* name,
                            T low = std::numeric_limits<T>::min(),
                            T high = std::numeric_limits<T>::max()) {
    const auto node = parent.find(name);
    if (!node) return std::nullopt;
    return number<T>(*node, low, high);
}

template <typename T>
std::vector<T> numbers(const Node& parent, const char* name) {
    std::vector<T> all;
    if (const auto list = parent.find(name)) {
        list->each([&](const Node& node) { all.push_back(number<T>(node)); });
    }
    return all;
}

Process process(const Node& node);
Hooks hooks(const Node& node);
std::vector<Mount> mounts(const Node& node);
// Fills what the section `linux` has to say.
void linux_section(const Node& node, Spec& spec);
Vm vm(const Node& node);

// What can be judged only when all is read, in runc's words and order.
void check(const Spec& spec);

}  // namespace phi::oci::read
