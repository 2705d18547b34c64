// SPDX-License-Identifier: Apache-2.0
#include "../../common/fdt_writer.hpp"
#include "../presence/presence.hpp"
#include "places.hpp"
#include "products.hpp"

// Device trees: the bindings are those of Linux' Documentation/devicetree/bindings, and of Bao's
// Linux drivers for bao,ipcshmem.
namespace runphi::bao {

using common::at_address;

namespace {

// Above all that dtc gives to nodes of the machine's own tree.
constexpr std::uint32_t gic_phandle = 1, first_pool_phandle = 0x10000;
constexpr std::uint32_t spi = 0, ppi = 1, edge = 1, level = 4, low = 8;
constexpr std::uint32_t first_spi = 32, first_ppi = 16;
constexpr std::uint64_t window_page = 0x1000;  // of the control page, and of the status page

std::vector<std::uint64_t> reg_of(const std::vector<Extent>& extents) {
    std::vector<std::uint64_t> out;
    for (const Extent& one : extents) {
        out.push_back(one.first);
        out.push_back(one.size());
    }
    return out;
}

void add_memory(TreeNode& root, const Mapping& one) {
    root.child(at_address("memory", one.ipa))
        .text("device_type", "memory")
        .pairs("reg", {one.ipa, one.size});
}

void add_cpus(TreeNode& root, std::size_t count) {
    TreeNode& cpus = root.child("cpus").cells("#address-cells", {1}).cells("#size-cells", {0});
    for (std::size_t i = 0; i < count; ++i) {
        cpus.child(at_address("cpu", i))
            .text("device_type", "cpu")
            .text("compatible", "arm,armv8")
            .cells("reg", {static_cast<std::uint32_t>(i)})
            .text("enable-method", "psci");
    }
    root.child("psci").texts("compatible", {"arm,psci-1.0", "arm,psci-0.2"}).text("method", "smc");
}

void add_gic(TreeNode& root, const Gic& gic, unsigned cpus) {
    TreeNode& node = root.child(at_address("interrupt-controller", gic.distributor));
    node.text("compatible", gic.version == 2 ? "arm,cortex-a15-gic" : "arm,gic-v3");
    node.cells("#interrupt-cells", {3}).flag("interrupt-controller");
    node.pairs("reg", reg_of(places_of(gic, cpus))).cells("phandle", {gic_phandle});
}

// Secure, non-secure, virtual and hypervisor timer, in the binding's order. The VM has the virtual
// one only, and Linux at EL1 uses no other.
void add_timer(TreeNode& root, const Gic& gic, std::size_t cpus) {
    const std::uint32_t mask = gic.version == 2 ? ((1U << cpus) - 1) << 8 : 0;
    std::vector<std::uint32_t> lines;
    for (const std::uint32_t one : {29U, 30U, timer_interrupt, 26U}) {
        lines.insert(lines.end(), {ppi, one - first_ppi, low | mask});
    }
    root.child("timer").text("compatible", "arm,armv8-timer").cells("interrupts", lines);
}

void add_device(TreeNode& root, const HwDevice& device) {
    if (device.compatible.empty()) return;
    TreeNode& node = root.child(device.registers.empty()
                                    ? device.name
                                    : at_address(device.name, device.registers.front().first));
    node.texts("compatible", device.compatible);
    if (!device.registers.empty()) node.pairs("reg", reg_of(device.registers));
    std::vector<std::uint32_t> lines;
    for (const std::uint32_t one : device.interrupts) {
        lines.insert(lines.end(), {spi, one - first_spi, level});
    }
    if (!lines.empty()) node.cells("interrupts", lines);
}

// Whoever comes first in the list of VMs writes to the lower quarter, all others to the third; a
// quarter must end before the memory does.
bool writes_low(const Layout& layout, const LaidVm& vm, std::size_t shared) {
    for (const LaidVm& one : layout.vms) {
        for (const Attachment& end : one.attachments) {
            if (end.shared == shared) return one.name == vm.name;
        }
    }
    return false;
}

void add_shared(const Layout& layout, const LaidVm& vm, std::size_t index, TreeNode& root) {
    const Attachment& end = vm.attachments[index];
    const Shared& shared = layout.shared[end.shared];
    TreeNode& node = root.child(at_address("bao-ipc", end.where.ipa));
    node.text("compatible", tree::memory_compatible);
    node.pairs("reg", {end.where.ipa, end.where.size});
    const auto part =
        static_cast<std::uint32_t>(shared.is_window() ? window_page : shared.size / 4);
    const auto high =
        static_cast<std::uint32_t>(shared.is_window() ? window_page : shared.size / 2);
    const bool low_is_ours = writes_low(layout, vm, end.shared);
    node.cells("write-channel", {low_is_ours ? 0 : high, part});
    node.cells("read-channel", {low_is_ours ? high : 0, part});
    if (shared.interrupt != 0) node.cells("interrupts", {spi, shared.interrupt - first_spi, edge});
    node.cells("id", {static_cast<std::uint32_t>(index)});
    node.text(shared.is_window() ? tree::window_slot : tree::channel, shared.name);
}

// A frontend is a VirtIO device whose driver may use no other memory than what the backend sees:
// memory, that is, which nobody else gets (restricted-dma-pool).
void add_frontend(const RemoteEnd& end, std::uint32_t phandle, TreeNode& pools, TreeNode& root) {
    add_memory(root, end.where);
    pools.child(at_address(end.name, end.where.ipa))
        .text("compatible", "restricted-dma-pool")
        .pairs("reg", {end.where.ipa, end.where.size})
        .cells("phandle", {phandle});
    root.child(at_address(end.name, end.registers.first))
        .text("compatible", tree::virtio_compatible)
        .pairs("reg", reg_of({end.registers}))
        .cells("interrupts", {spi, end.interrupt - first_spi, edge})
        .cells("memory-region", {phandle});
}

// Backends are one node, in which a device is known by its number.
void add_dispatcher(const std::vector<RemoteEnd>& backends, TreeNode& root) {
    std::vector<Extent> memory;
    std::vector<std::uint32_t> lines;
    for (const RemoteEnd& one : backends) {
        memory.push_back(one.where.seen());
        lines.insert(lines.end(), {spi, one.interrupt - first_spi, edge});
    }
    root.child("bao-io-dispatcher")
        .text("compatible", tree::dispatcher_compatible)
        .pairs("reg", reg_of(memory))
        .cells("interrupts", lines);
}

void add_remote_io(const LaidVm& vm, TreeNode& root) {
    std::vector<RemoteEnd> backends;
    TreeNode pools{"reserved-memory", {}, {}};
    pools.cells("#address-cells", {2}).cells("#size-cells", {2}).flag("ranges");
    std::uint32_t phandle = first_pool_phandle;
    for (const RemoteEnd& one : vm.remote) {
        if (one.backend) {
            backends.push_back(one);
        } else {
            add_frontend(one, phandle++, pools, root);
        }
    }
    if (!pools.children.empty()) root.children.push_back(std::move(pools));
    if (!backends.empty()) add_dispatcher(backends, root);
}

}  // namespace

TreeNode vm_tree(const Layout& layout, const LaidVm& vm) {
    TreeNode root;
    root.text("compatible", "runphi,bao-vm").text("model", "Bao VM " + vm.name);
    root.cells("#address-cells", {2}).cells("#size-cells", {2});
    root.cells("interrupt-parent", {gic_phandle});
    root.child("chosen");
    add_cpus(root, vm.cpus.size());
    const std::size_t first = vm.kind == VmKind::slot ? 1 : 0;
    for (std::size_t i = first; i < vm.memory.size(); ++i) add_memory(root, vm.memory[i]);
    add_gic(root, layout.hardware.gic, static_cast<unsigned>(vm.cpus.size()));
    add_timer(root, layout.hardware.gic, vm.cpus.size());
    for (const HwDevice& device : vm.devices) add_device(root, device);
    for (std::size_t i = 0; i < vm.attachments.size(); ++i) {
        if (!layout.shared[vm.attachments[i].shared].is_window()) add_shared(layout, vm, i, root);
    }
    add_remote_io(vm, root);
    return root;
}

TreeNode root_tree(const Layout& layout, const std::string& hash) {
    TreeNode root;
    for (const Mapping& one : layout.root().memory) add_memory(root, one);
    root.child(tree::layout_node)
        .text("compatible", tree::layout_compatible)
        .text(tree::layout_name, layout.name)
        .text(tree::layout_hash, hash)
        .text(tree::bao_version, layout.hardware.version);
    for (std::size_t i = 0; i < layout.root().attachments.size(); ++i) {
        add_shared(layout, layout.root(), i, root);
    }
    add_remote_io(layout.root(), root);
    return root;
}

}  // namespace runphi::bao
