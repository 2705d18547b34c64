// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace runphi::bao {

// A device tree in the making, for its source and for its flattened form.
struct TreeProperty {
    std::string name;
    // Texts, or cells; of neither any, a property without a value.
    std::variant<std::vector<std::string>, std::vector<std::uint32_t>> value;
};

struct TreeNode {
    std::string name;  // of the root, empty
    std::vector<TreeProperty> properties;
    std::vector<TreeNode> children;

    TreeNode& texts(std::string property, std::vector<std::string> value) {
        properties.push_back({std::move(property), std::move(value)});
        return *this;
    }
    TreeNode& text(std::string property, std::string value) {
        return texts(std::move(property), {std::move(value)});
    }
    TreeNode& cells(std::string property, std::vector<std::uint32_t> value) {
        properties.push_back({std::move(property), std::move(value)});
        return *this;
    }
    // Each of two cells.
    TreeNode& pairs(std::string property, const std::vector<std::uint64_t>& value);
    TreeNode& flag(std::string property) { return texts(std::move(property), {}); }
    TreeNode& child(std::string of_name) {
        return children.emplace_back(TreeNode{std::move(of_name), {}, {}});
    }
};

// The nodes as source, without a first line: "/ { ... };".
std::string tree_source(const TreeNode& root);
// Flattened.
std::string tree_blob(const TreeNode& root);

}  // namespace runphi::bao
