// SPDX-License-Identifier: Apache-2.0
#include "overlay.hpp"

#include <set>

#include "../../common/fdt_writer.hpp"

namespace runphi::xen::dom0less {

namespace {

constexpr std::size_t most_bytes = 1U << 20;

void write_module(common::FdtWriter& out, const Range& place, const char* kind,
                  const std::string& bootargs = {}) {
    if (place.size == 0) return;
    out.node(common::at_address("module", place.base), [&] {
        out.texts("compatible", {std::string("multiboot,") + kind, "multiboot,module"});
        out.pairs("reg", {place.base, place.size});
        if (!bootargs.empty()) out.text("bootargs", bootargs);
    });
}

void write_domain(common::FdtWriter& out, const BootDomain& domain) {
    out.node(domain.node, [&] {
        out.text("compatible", "xen,domain");
        out.cells("#address-cells", {2});
        out.cells("#size-cells", {2});
        out.pairs("memory", {domain.config.mem.kib});
        out.cells("cpus", {domain.config.cpu.vcpus});
        if (domain.config.comm.vuart) out.flag("vpl011");
        if (!domain.static_memory.empty()) {
            std::vector<std::uint64_t> memory;
            for (const Range& one : domain.static_memory) {
                memory.push_back(one.base);
                memory.push_back(one.size);
            }
            out.pairs("xen,static-mem", memory);
        }
        if (domain.direct_map) out.flag("direct-map");
        write_module(out, domain.kernel, "kernel", domain.config.boot.cmdline);
        write_module(out, domain.ramdisk, "ramdisk");
        write_module(out, domain.device_tree, "device-tree");
    });
}

template <typename Content>
void write_fragment(common::FdtWriter& out, unsigned number, const std::string& target,
                    const Content& content) {
    out.node("fragment@" + std::to_string(number), [&] {
        out.text("target-path", target);
        out.node("__overlay__", content);
    });
}

}  // namespace

std::string overlay(const std::vector<BootDomain>& domains) {
    common::FdtWriter out(most_bytes);
    std::set<std::string> devices;
    for (const BootDomain& domain : domains) {
        for (const DevPart::Node& node : domain.config.dev.nodes) devices.insert(node.path);
    }
    out.node("", [&] {
        unsigned number = 0;
        write_fragment(out, number++, "/chosen", [&] {
            out.cells("#address-cells", {2});
            out.cells("#size-cells", {2});
            // Whoever applies it puts each node in front of the others, and Xen makes the first one
            // first.
            for (auto domain = domains.rbegin(); domain != domains.rend(); ++domain) {
                write_domain(out, *domain);
            }
        });
        for (const std::string& path : devices) {
            write_fragment(out, number++, path, [&] { out.flag("xen,passthrough"); });
        }
    });
    return out.finish();
}

}  // namespace runphi::xen::dom0less
