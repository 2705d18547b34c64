// SPDX-License-Identifier: Apache-2.0
#include "board_tree.hpp"

#include <libfdt.h>

#include <runphi/sdk.hpp>

#include "../files.hpp"

namespace runphi::xen::dom0less {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t largest_tree = 4U << 20;
constexpr std::size_t overlay_room = 64U << 10;

std::uint64_t take_cells(const fdt32_t*& at, int cells) {
    std::uint64_t out = 0;
    for (int i = 0; i < cells; ++i) out = out << 32 | fdt32_to_cpu(*at++);
    return out;
}

}  // namespace

BoardTree::BoardTree(const std::string& file) : file_(file) {
    auto bytes = read_if_there(file, largest_tree + 1);
    if (!bytes) throw sdk::os_error("--dtb: open " + file);
    tree_ = std::move(*bytes);
    const bool whole = tree_.size() <= largest_tree && tree_.size() >= sizeof(fdt_header) &&
                       fdt_check_full(tree_.data(), tree_.size()) == 0;
    if (!whole) throw Error(Code::invalid, "--dtb " + file + ": damaged, or no device tree at all");
    const int chosen = fdt_path_offset(tree_.data(), "/chosen");
    if (chosen < 0) return;
    // A node of ours has an array whose cells are counted there.
    for (const char* name : {"#address-cells", "#size-cells"}) {
        int length = 0;
        const void* cells = fdt_getprop(tree_.data(), chosen, name, &length);
        if (cells == nullptr) continue;
        if (length == 4 && fdt32_ld(static_cast<const fdt32_t*>(cells)) == 2) continue;
        throw Error(Code::unsupported, "--dtb " + file + ": /chosen has another " + name +
                                           " than 2, and this would change what is in it");
    }
}

void BoardTree::add_registers(std::vector<Range>& to, int node) const {
    const int parent = fdt_parent_offset(tree_.data(), node);
    const int addresses = fdt_address_cells(tree_.data(), parent);
    const int sizes = fdt_size_cells(tree_.data(), parent);
    int length = 0;
    const auto* at = static_cast<const fdt32_t*>(fdt_getprop(tree_.data(), node, "reg", &length));
    const bool known = addresses >= 1 && addresses <= 2 && sizes >= 1 && sizes <= 2;
    if (at == nullptr || !known) return;
    for (int left = length / 4; left >= addresses + sizes; left -= addresses + sizes) {
        const std::uint64_t base = take_cells(at, addresses);
        const std::uint64_t size = take_cells(at, sizes);
        if (size != 0 && base <= UINT64_MAX - size) to.push_back({base, size});
    }
}

std::vector<Range> BoardTree::memory() const {
    std::vector<Range> out;
    int node = -1;
    const auto next = [&] {
        return fdt_node_offset_by_prop_value(tree_.data(), node, "device_type", "memory",
                                             static_cast<int>(sizeof "memory"));
    };
    while ((node = next()) >= 0) add_registers(out, node);
    if (!out.empty()) return out;
    throw Error(Code::invalid, "--dtb " + file_ + ": it tells of no memory",
                "the boot loader adds it on some boards: take the tree that Linux has there, "
                "/sys/firmware/fdt");
}

std::vector<Range> BoardTree::used() const {
    std::vector<Range> out;
    for (int i = 0; i < fdt_num_mem_rsv(tree_.data()); ++i) {
        std::uint64_t base = 0, size = 0;
        if (fdt_get_mem_rsv(tree_.data(), i, &base, &size) == 0 && base <= UINT64_MAX - size) {
            out.push_back({base, size});
        }
    }
    for (const char* path : {"/reserved-memory", "/chosen"}) {
        const int parent = fdt_path_offset(tree_.data(), path);
        if (parent < 0) continue;
        int node = 0;
        fdt_for_each_subnode(node, tree_.data(), parent) {
            add_registers(out, node);
            int module = 0;  // of a domain
            fdt_for_each_subnode(module, tree_.data(), node) add_registers(out, module);
        }
    }
    return out;
}

bool BoardTree::has(const std::string& path) const {
    return fdt_path_offset(tree_.data(), path.c_str()) >= 0;
}

std::string BoardTree::with(std::string overlay,
                            const std::optional<std::string>& xen_parameters) const {
    std::string out(tree_.size() + overlay.size() + overlay_room, '\0');
    const auto checked = [&](int result) {
        if (result >= 0) return result;
        throw Error(Code::invalid, "--dtb " + file_ + ": the domains' nodes cannot be added: " +
                                       fdt_strerror(result));
    };
    checked(fdt_open_into(tree_.data(), out.data(), static_cast<int>(out.size())));
    if (fdt_path_offset(out.data(), "/chosen") < 0) {
        checked(fdt_add_subnode(out.data(), 0, "chosen"));
    }
    checked(fdt_overlay_apply(out.data(), overlay.data()));
    if (xen_parameters) {
        const int chosen = checked(fdt_path_offset(out.data(), "/chosen"));
        checked(fdt_setprop(out.data(), chosen, "xen,xen-bootargs", xen_parameters->c_str(),
                            static_cast<int>(xen_parameters->size() + 1)));
    }
    checked(fdt_pack(out.data()));
    out.resize(fdt_totalsize(out.data()));
    return out;
}

}  // namespace runphi::xen::dom0less
