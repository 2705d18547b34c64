// SPDX-License-Identifier: Apache-2.0
#include "tree.hpp"

#include "../../common/extent.hpp"
#include "../../common/fdt_writer.hpp"

namespace runphi::bao {

namespace {

using Texts = std::vector<std::string>;
using Cells = std::vector<std::uint32_t>;

constexpr std::size_t most_tree_bytes = std::size_t{64} << 10;

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string value_source(const TreeProperty& property) {
    std::string out;
    if (const Texts* texts = std::get_if<Texts>(&property.value)) {
        for (const std::string& one : *texts) out += (out.empty() ? "" : ", ") + quoted(one);
        return out;
    }
    for (const std::uint32_t one : std::get<Cells>(property.value)) {
        out += (out.empty() ? "<" : " ") + common::hex(one);
    }
    return out.empty() ? out : out + ">";
}

void append_source(std::string& out, const TreeNode& node, const std::string& indent) {
    out += indent + (node.name.empty() ? "/" : node.name) + " {\n";
    for (const TreeProperty& one : node.properties) {
        const std::string value = value_source(one);
        out += indent + "\t" + one.name + (value.empty() ? "" : " = " + value) + ";\n";
    }
    for (const TreeNode& one : node.children) append_source(out, one, indent + "\t");
    out += indent + "};\n";
}

void write_node(common::FdtWriter& out, const TreeNode& node) {
    out.node(node.name, [&] {
        for (const TreeProperty& one : node.properties) {
            if (const Cells* cells = std::get_if<Cells>(&one.value)) {
                out.cells(one.name.c_str(), *cells);
            } else {
                out.texts(one.name.c_str(), std::get<Texts>(one.value));
            }
        }
        for (const TreeNode& one : node.children) write_node(out, one);
    });
}

}  // namespace

TreeNode& TreeNode::pairs(std::string property, const std::vector<std::uint64_t>& value) {
    Cells all;
    for (const std::uint64_t one : value) {
        all.push_back(static_cast<std::uint32_t>(one >> 32));
        all.push_back(static_cast<std::uint32_t>(one));
    }
    return cells(std::move(property), std::move(all));
}

std::string tree_source(const TreeNode& root) {
    std::string out;
    append_source(out, root, "");
    return out;
}

std::string tree_blob(const TreeNode& root) {
    common::FdtWriter out(most_tree_bytes);
    write_node(out, root);
    return out.finish();
}

}  // namespace runphi::bao
