// SPDX-License-Identifier: Apache-2.0
#include "host_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <runphi/sdk.hpp>

#include "files.hpp"

namespace runphi::common {

using sdk::Code;
using sdk::Error;
namespace fs = std::filesystem;

namespace {

// Far more than any machine has.
constexpr std::size_t most_nodes = 16384, most_bytes = std::size_t{1} << 20;
constexpr int most_depth = 32;

// `count` cells from `at` on as one number; what does not fit into 64 bits is no address of ours.
std::uint64_t number(const std::vector<std::uint32_t>& cells, std::size_t at, std::uint32_t count) {
    std::uint64_t out = 0;
    for (std::uint32_t i = 0; i < count; ++i) out = out << 32 | cells[at + i];
    return out;
}

std::vector<std::string> names_in(const std::string& folder, fs::file_type type) {
    std::vector<std::string> out;
    std::error_code error;
    for (auto entry = fs::directory_iterator(folder, error);
         !error && entry != fs::directory_iterator(); entry.increment(error)) {
        if (entry->symlink_status().type() == type) out.push_back(entry->path().filename());
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

// How addresses below a node become addresses of a CPU (Devicetree Specification, release v0.4,
// sections 2.3.5 and 2.3.8).
struct HostTree::Bus {
    struct Window {
        std::uint64_t child = 0, cpu = 0, size = 0;
    };

    std::uint32_t address_cells = 2, size_cells = 1;
    std::vector<Window> windows;

    std::optional<std::uint64_t> cpu_address(std::uint64_t child, std::uint64_t size) const {
        for (const Window& one : windows) {
            if (child < one.child || child - one.child >= one.size) continue;
            if (size > one.size - (child - one.child)) continue;
            return one.cpu + (child - one.child);
        }
        return std::nullopt;
    }
};

HostTree::HostTree(std::string root) : root_(std::move(root)) {
    std::error_code error;
    if (!fs::is_directory(root_ + "/cpus", error)) {
        throw Error(Code::unsupported, root_ + ": this machine has no device tree",
                    "boot it with a device tree, not with ACPI (acpi=off)");
    }
    walk("/", Bus{2, 1, {{0, 0, UINT64_MAX}}}, 0);
}

void HostTree::walk(const std::string& path, const Bus& bus, int depth) {
    if (nodes_.size() >= most_nodes || depth > most_depth) {
        throw Error(Code::invalid, root_ + ": too many nodes to be a machine's device tree");
    }
    HostNode node{path, {}, {}};
    node.registers = registers_of(node, bus);
    node.compatible = texts(node, "compatible");
    const auto phandle = cell(node, "phandle");
    if (phandle) phandles_.emplace(*phandle, nodes_.size());
    const Bus below = bus_of(node, bus);
    nodes_.push_back(std::move(node));
    const std::string prefix = path == "/" ? path : path + "/";
    for (const std::string& name : names_in(root_ + path, fs::file_type::directory)) {
        walk(prefix + name, below, depth + 1);
    }
}

std::vector<Extent> HostTree::registers_of(const HostNode& node, const Bus& bus) const {
    const auto reg = cells(node, "reg");
    const std::uint32_t both = bus.address_cells + bus.size_cells;
    if (!reg || bus.address_cells > 2 || bus.size_cells > 2 || bus.size_cells == 0) return {};
    std::vector<Extent> out;
    for (std::size_t at = 0; at + both <= reg->size(); at += both) {
        const std::uint64_t size = number(*reg, at + bus.address_cells, bus.size_cells);
        const auto first = bus.cpu_address(number(*reg, at, bus.address_cells), size);
        if (!first || size > UINT64_MAX - *first) return {};
        out.push_back({*first, *first + size});
    }
    return out;
}

HostTree::Bus HostTree::bus_of(const HostNode& node, const Bus& parent) const {
    Bus out;
    out.address_cells = cell(node, "#address-cells").value_or(2);
    out.size_cells = cell(node, "#size-cells").value_or(1);
    if (node.path == "/") {
        out.windows = parent.windows;
        return out;
    }
    const auto raw = bytes(node, "ranges");
    if (!raw) return out;  // its children have addresses of their own
    if (raw->empty()) {
        out.windows = parent.windows;
        return out;
    }
    const auto ranges = cells(node, "ranges");
    const std::uint32_t entry = out.address_cells + parent.address_cells + out.size_cells;
    // PCI has three cells; what is behind it finds itself.
    if (!ranges || out.address_cells > 2 || parent.address_cells > 2 || out.size_cells > 2) {
        return out;
    }
    for (std::size_t at = 0; at + entry <= ranges->size(); at += entry) {
        const std::uint64_t size =
            number(*ranges, at + out.address_cells + parent.address_cells, out.size_cells);
        const auto cpu =
            parent.cpu_address(number(*ranges, at + out.address_cells, parent.address_cells), size);
        if (cpu) out.windows.push_back({number(*ranges, at, out.address_cells), *cpu, size});
    }
    return out;
}

const HostNode* HostTree::find(const std::string& path) const {
    const auto at = std::find_if(nodes_.begin(), nodes_.end(),
                                 [&](const HostNode& node) { return node.path == path; });
    return at == nodes_.end() ? nullptr : &*at;
}

const HostNode* HostTree::by_phandle(std::uint32_t phandle) const {
    const auto at = phandles_.find(phandle);
    return at == phandles_.end() ? nullptr : &nodes_[at->second];
}

const HostNode* HostTree::compatible_with(const std::vector<std::string>& any) const {
    for (const HostNode& node : nodes_) {
        for (const std::string& one : node.compatible) {
            if (std::find(any.begin(), any.end(), one) != any.end()) return &node;
        }
    }
    return nullptr;
}

std::optional<std::string> HostTree::bytes(const HostNode& node, const std::string& name) const {
    // Most are not there, of thousands that are asked for: no errors are made of that.
    const std::string path = root_ + node.path + "/" + name;
    if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
    return read_file(path, most_bytes);
}

std::optional<std::vector<std::uint32_t>> HostTree::cells(const HostNode& node,
                                                          const std::string& name) const {
    const auto raw = bytes(node, name);
    if (!raw || raw->size() % 4 != 0) return std::nullopt;
    std::vector<std::uint32_t> out;
    for (std::size_t at = 0; at < raw->size(); at += 4) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | static_cast<unsigned char>((*raw)[at + i]);
        }
        out.push_back(value);
    }
    return out;
}

std::optional<std::uint32_t> HostTree::cell(const HostNode& node, const std::string& name) const {
    const auto all = cells(node, name);
    return all && all->size() == 1 ? std::optional(all->front()) : std::nullopt;
}

std::vector<std::string> HostTree::texts(const HostNode& node, const std::string& name) const {
    std::vector<std::string> out;
    const std::string raw = bytes(node, name).value_or("");
    for (std::size_t at = 0; at < raw.size();) {
        const std::size_t end = std::min(raw.find('\0', at), raw.size());
        out.push_back(raw.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::vector<std::string> HostTree::property_names(const HostNode& node) const {
    return names_in(root_ + node.path, fs::file_type::regular);
}

const HostNode* HostTree::interrupt_parent(const HostNode& node) const {
    for (std::string path = node.path;;) {
        const HostNode* at = find(path.empty() ? "/" : path);
        if (at == nullptr) return nullptr;
        if (const auto phandle = cell(*at, "interrupt-parent")) return by_phandle(*phandle);
        if (path.size() <= 1) return nullptr;
        path.resize(path.rfind('/'));
    }
}

}  // namespace runphi::common
