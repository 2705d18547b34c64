// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "domain/config.hpp"
#include "pages.hpp"
#include "settings.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::uint64_t first_spi = 32, last_spi = 1019;  // of a GIC

// Where the container wants to see it, if it asked for this region by its address.
std::uint64_t guest_base(const sdk::Json& request, const sdk::Region& region) {
    const auto asked = request.find("iomems");
    for (const sdk::Json& one : asked ? asked->elements() : std::vector<sdk::Json>()) {
        if (one.at("base").u64() == region.base && one.at("size").u64() == region.size) {
            return one.at("guest_base").u64();
        }
    }
    return region.base;
}

std::vector<PageRange> registers_of(const sdk::Plan& plan) {
    std::vector<PageRange> out;
    for (const sdk::Region& region : plan.iomems) {
        out.push_back(whole_pages(region.base, region.size,
                                  guest_base(plan.root().at("request"), region), "registers"));
    }
    return out;
}

std::vector<unsigned> interrupts_of(const sdk::Plan& plan, bool pv) {
    std::vector<unsigned> out;
    for (const std::uint64_t irq : plan.irqs) {
        const std::string name = "interrupt " + std::to_string(irq);
        if (plan.arch == "aarch64" && (irq < first_spi || irq > last_spi)) {
            throw Error(Code::invalid, name + ": a guest can have shared ones only, 32 to 1019");
        }
        if (plan.arch == "x86_64" && !pv) {
            throw Error(Code::unsupported, name + ": a PVH guest has no way to take it",
                        "set \"type\" to \"pv\" in backend_settings.xen");
        }
        out.push_back(static_cast<unsigned>(irq));
    }
    return out;
}

// What was asked for by its path in the device tree, vm.hwConfig.dtdevs: its DMA is confined.
std::vector<std::string> dtdevs_of(const sdk::Plan& plan) {
    std::vector<std::string> out;
    const auto asked = plan.root().at("request").find("device_tree_paths");
    for (const sdk::Json& one : asked ? asked->elements() : std::vector<sdk::Json>()) {
        const std::string path = one.string();
        if (plan.arch != "aarch64") {
            throw Error(Code::unsupported, "device tree path " + path + ": x86 has no device tree");
        }
        out.push_back(path);
    }
    return out;
}

void refuse_pci(const std::string& name, const std::string& path) {
    if (path.empty() || path.front() == '/') return;
    throw Error(Code::unsupported, "device \"" + name +
                                       "\": the Xen backend passes on registers, interrupts and "
                                       "nodes of the device tree, and \"" +
                                       path + "\" is none of these");
}

// Of the board's devices that it was granted those with a node in the machine's device tree.
std::vector<DevPart::Node> nodes_of(std::string_view board, const sdk::Plan& plan) {
    const sdk::JsonDocument document(board, "board");
    const auto devices = document.root().find("devices");
    std::vector<DevPart::Node> out;
    for (const sdk::Json& one : devices ? devices->elements() : std::vector<sdk::Json>()) {
        const std::string name = one.at("name").string();
        if (std::find(plan.devices.begin(), plan.devices.end(), name) == plan.devices.end()) {
            continue;
        }
        const std::string path = one.string_or("path", {});
        refuse_pci(name, path);
        if (path.empty()) continue;
        DevPart::Node& node = out.emplace_back(DevPart::Node{path, {}});
        const auto irqs = one.find("irqs");
        for (const sdk::Json& irq : irqs ? irqs->elements() : std::vector<sdk::Json>()) {
            node.irqs.push_back(static_cast<unsigned>(irq.u64(0, UINT32_MAX)));
        }
    }
    return out;
}

std::string device_tree_of(const Settings& settings, const sdk::Plan& plan) {
    std::string out, whose;
    for (const std::string& device : plan.devices) {
        const auto found = settings.device_trees.find(device);
        if (found == settings.device_trees.end() || found->second == out) continue;
        if (!out.empty()) {
            whose.append("\" and \"").append(device);
            throw Error(Code::unsupported,
                        "devices \"" + whose +
                            "\" have partial device trees of their own, and a domain takes one",
                        "write both into one file, and name it for both in device_trees");
        }
        out = found->second;
        whose = device;
    }
    return out;
}

}  // namespace

std::string XenBackend::dev(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    const sdk::Plan plan(in.plan);
    DevPart part;
    part.nodes = nodes_of(in.board, plan);
    part.iomem = registers_of(plan);
    part.irqs = interrupts_of(plan, plan.part("begin")->at("pv").boolean());
    part.dtdevs = dtdevs_of(plan);
    part.device_tree = device_tree_of(settings, plan);
    return write_part(part);
}

}  // namespace runphi::xen
