// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "core/oci/spec_read.hpp"

// config-vm.md and schema/config-vm.json of runtime-spec 1.3. The Go types of the specification
// write all of `hypervisor`, `kernel` and `image`, with empty strings where nothing was given, so
// an empty string counts as absent.
namespace phi::oci::read {

namespace {

// Frames are 4 KiB; an address has 64 bits.
constexpr std::uint64_t frames_max = 1ULL << 52;

void kernel(const Node& node, Vm& vm) {
    vm.kernel_path = absolute(node, "path");
    vm.kernel_parameters = strings(node, "parameters");
    vm.kernel_initrd = absolute(node, "initrd");
    if (vm.kernel_path.empty() && !vm.kernel_initrd.empty()) {
        node.fail("initrd is given, but no path of a kernel");
    }
}

void image(const Node& node, Vm& vm) {
    static constexpr std::array<std::string_view, 5> formats = {"raw", "qcow2", "vdi", "vmdk",
                                                                "vhd"};
    vm.image_path = absolute(node, "path");
    vm.image_format = string(node, "format");
    if (vm.image_path.empty()) {
        if (!vm.image_format.empty()) node.fail("format is given, but no path");
        return;
    }
    if (vm.image_format.empty()) vm.image_format = "raw";
    if (std::find(formats.begin(), formats.end(), vm.image_format) == formats.end()) {
        node.at("format").fail(quoted(vm.image_format) +
                               " is not one of raw, qcow2, vdi, vmdk, vhd");
    }
}

IoMem iomem(const Node& node) {
    IoMem range;
    range.first_mfn = number<std::uint64_t>(node.at("firstMFN"), 0, frames_max - 1);
    range.first_gfn =
        opt_number<std::uint64_t>(node, "firstGFN", 0, frames_max - 1).value_or(range.first_mfn);
    range.count = number<std::uint64_t>(node.at("nrMFNs"), 1, frames_max);
    if (range.count > frames_max - std::max(range.first_mfn, range.first_gfn)) {
        node.fail("the range reaches beyond the 64-bit address space");
    }
    return range;
}

HwConfig hw_config(const Node& node) {
    HwConfig hw;
    hw.device_tree = string(node, "deviceTree");
    hw.vcpus = opt_number<std::uint32_t>(node, "vcpus", 1);
    hw.memory = opt_number<std::uint64_t>(node, "memory", 1);
    if (const auto list = node.find("dtdevs")) {
        list->each([&](const Node& entry) {
            hw.dtdevs.push_back(string(entry));
            if (hw.dtdevs.back().empty()) entry.fail("must not be empty");
        });
    }
    if (const auto list = node.find("iomems")) {
        list->each([&](const Node& entry) { hw.iomems.push_back(iomem(entry)); });
    }
    hw.irqs = numbers<std::uint32_t>(node, "irqs");
    return hw;
}

}  // namespace

Vm vm(const Node& node) {
    Vm vm;
    if (const auto hypervisor = node.find("hypervisor")) {
        vm.hypervisor_path = absolute(*hypervisor, "path");
        vm.hypervisor_parameters = strings(*hypervisor, "parameters");
    }
    if (const auto section = node.find("kernel")) kernel(*section, vm);
    if (const auto section = node.find("image")) image(*section, vm);
    // The specification's text and schema say hwConfig, its Go types write hwconfig.
    const auto hw = node.find("hwConfig");
    const auto hw_go = node.find("hwconfig");
    if (hw && hw_go) node.fail("both hwConfig and hwconfig are given");
    if (hw || hw_go) vm.hw_config = hw_config(hw ? *hw : *hw_go);
    return vm;
}

}  // namespace phi::oci::read
