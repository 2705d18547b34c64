// SPDX-License-Identifier: Apache-2.0
#include "core/oci/spec_read.hpp"

#include "core/base/text.hpp"

namespace phi::oci::read {

std::string string(const Node& node) {
    std::string value = node.as_string();
    if (value.find('\0') != std::string::npos) node.fail("holds a NUL byte");
    return value;
}

std::string string(const Node& parent, const char* name) {
    const auto node = parent.find(name);
    return node ? string(*node) : std::string();
}

std::vector<std::string> strings(const Node& parent, const char* name) {
    std::vector<std::string> all;
    if (const auto list = parent.find(name)) {
        list->each([&](const Node& node) { all.push_back(string(node)); });
    }
    return all;
}

std::map<std::string, std::string> string_map(const Node& parent, const char* name) {
    std::map<std::string, std::string> all;
    const auto map = parent.find(name);
    if (!map) return all;
    map->members([&](const std::string& key, const Node& node) {
        if (key.empty()) map->fail("a key must not be empty");
        if (key.find('\0') != std::string::npos) map->fail("a key holds a NUL byte");
        all.emplace(key, string(node));
    });
    return all;
}

void require_absolute(const Node& node, const std::string& path) {
    if (path.empty()) node.fail("must not be empty");
    if (path.front() != '/') node.fail(text(quoted(path), " is not an absolute path"));
}

std::string absolute(const Node& parent, const char* name) {
    const auto node = parent.find(name);
    if (!node) return {};
    std::string path = string(*node);
    if (!path.empty()) require_absolute(*node, path);
    return path;
}

}  // namespace phi::oci::read
