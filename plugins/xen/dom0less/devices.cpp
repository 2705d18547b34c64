// SPDX-License-Identifier: Apache-2.0
#include "devices.hpp"

#include <libfdt.h>

#include <runphi/sdk.hpp>

#include "../../common/fdt_writer.hpp"
#include "../pages.hpp"

namespace runphi::xen::dom0less {

using sdk::Code;
using sdk::Error;

namespace {

constexpr int room_for_orders = 64 << 10;  // bytes, for what is added to a tree

int checked(int result) {
    if (result >= 0) return result;
    throw Error(Code::internal, std::string("the partial device tree: ") + fdt_strerror(result));
}

// Of a node below /passthrough Xen takes these as orders.
void refuse_orders(const std::string& tree) {
    static constexpr const char* orders[] = {"xen,reg", "xen,path",
                                             "xen,force-assign-without-iommu"};
    int node = -1, depth = 0;
    while ((node = fdt_next_node(tree.data(), node, &depth)) >= 0) {
        for (const char* order : orders) {
            if (fdt_getprop(tree.data(), node, order, nullptr) == nullptr) continue;
            throw Error(Code::denied,
                        std::string("the partial device tree has the property ") + order +
                            " in its node " + fdt_get_name(tree.data(), node, nullptr) +
                            ", which at boot Xen would take for an order to map something",
                        "leave it out: it is written for what the container was granted");
        }
    }
}

std::string plain_tree() {
    common::FdtWriter out(1024);
    out.node("", [&] {
        out.cells("#address-cells", {2});
        out.cells("#size-cells", {2});
        out.node("passthrough", [&] {
            out.text("compatible", "simple-bus");
            out.cells("#address-cells", {2});
            out.cells("#size-cells", {2});
            out.flag("ranges");
        });
    });
    return out.finish();
}

// Nodes whose content is for Xen only; the guest sees them empty.
class Orders {
  public:
    explicit Orders(const std::string& tree) : tree_(tree.size() + room_for_orders, '\0') {
        checked(fdt_open_into(tree.data(), tree_.data(), static_cast<int>(tree_.size())));
        const int bus = checked(fdt_path_offset(tree_.data(), "/passthrough"));
        const int own = checked(fdt_add_subnode(tree_.data(), bus, "runphi"));
        checked(fdt_setprop_u32(tree_.data(), own, "#address-cells", 2));
        checked(fdt_setprop_u32(tree_.data(), own, "#size-cells", 2));
        checked(fdt_setprop_empty(tree_.data(), own, "ranges"));
    }

    // Without a node of the machine's, only the pages.
    void map(const PageRange& pages) {
        const int node = add("pages-" + address(pages.first * page_size));
        checked(fdt_appendprop_u64(tree_.data(), node, "xen,reg", pages.first * page_size));
        checked(fdt_appendprop_u64(tree_.data(), node, "xen,reg", pages.count * page_size));
        checked(fdt_appendprop_u64(tree_.data(), node, "xen,reg", pages.guest_first * page_size));
        force(node);
    }
    // The interrupts of a node of the machine's, and with `dma` what its IOMMU confines. Xen looks
    // at the path only beside registers: an empty list of them maps none twice.
    void assign(const DevPart::Node& device, bool dma) {
        const int node = add("device-" + std::to_string(count_++));
        checked(fdt_setprop_empty(tree_.data(), node, "xen,reg"));
        checked(fdt_setprop(tree_.data(), node, "xen,path", device.path.c_str(),
                            static_cast<int>(device.path.size() + 1)));
        if (!dma) force(node);
    }
    std::string finish() {
        checked(fdt_pack(tree_.data()));
        tree_.resize(fdt_totalsize(tree_.data()));
        return std::move(tree_);
    }

  private:
    int add(const std::string& name) {
        const int own = checked(fdt_path_offset(tree_.data(), "/passthrough/runphi"));
        return checked(fdt_add_subnode(tree_.data(), own, name.c_str()));
    }
    void force(int node) {
        checked(fdt_setprop_empty(tree_.data(), node, "xen,force-assign-without-iommu"));
    }

    std::string tree_;
    std::uint64_t count_ = 0;
};

bool has_dma(const DevPart& dev, const std::string& path) {
    for (const std::string& one : dev.dtdevs) {
        if (one == path) return true;
    }
    return false;
}

// Xen gives interrupts away by the node that has them only.
void check_interrupts(const DevPart& dev) {
    for (const unsigned irq : dev.irqs) {
        bool found = false;
        for (const DevPart::Node& node : dev.nodes) {
            for (const unsigned one : node.irqs) found = found || one == irq;
        }
        if (found) continue;
        throw Error(Code::unsupported,
                    "interrupt " + std::to_string(irq) +
                        " is asked for by its number, and at boot Xen gives the interrupts of a "
                        "node of its device tree",
                    "ask for the device, and give it its \"path\" in the board file");
    }
}

}  // namespace

std::string device_tree(const std::string& given, const DomainConfig& domain) {
    const DevPart& dev = domain.dev;
    check_interrupts(dev);
    if (!given.empty()) refuse_orders(given);
    if (dev.iomem.empty() && dev.nodes.empty() && domain.comm.channels.empty()) return given;
    Orders out(given.empty() ? plain_tree() : given);
    for (const PageRange& pages : dev.iomem) out.map(pages);
    for (const PageRange& pages : domain.comm.channels) out.map(pages);
    for (const DevPart::Node& node : dev.nodes) out.assign(node, has_dma(dev, node.path));
    return out.finish();
}

}  // namespace runphi::xen::dom0less
