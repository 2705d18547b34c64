// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/amount.hpp"
#include "core/board/node_files.hpp"
#include "core/plan/annotation.hpp"
#include "core/plan/managers.hpp"

namespace phi::plan {

namespace {

constexpr const char* devices_annotation = "org.runphi.devices";
constexpr const char* iomems_annotation = "org.runphi.iomems";
constexpr const char* irqs_annotation = "org.runphi.irqs";
constexpr std::uint64_t frame_size = 4096;  // of vm.hwConfig.iomems, whatever the page size is

template <typename T>
void check_count(const std::vector<T>& items, const char* what) {
    if (items.size() <= items_limit) return;
    throw Error(Code::invalid,
                text(what, ": ", items.size(), " items, at most ", items_limit, " are possible"));
}

std::uint64_t frames_to_bytes(std::uint64_t frames, const char* what) {
    if (frames > std::numeric_limits<std::uint64_t>::max() / frame_size) {
        throw Error(Code::invalid, text("vm.hwConfig.iomems: ", what, " ", frames,
                                        " is past the 64-bit address space"));
    }
    return frames * frame_size;
}

board::Region machine_region(const oci::IoMem& frames) {
    if (frames.count == 0) {
        throw Error(Code::invalid, "vm.hwConfig.iomems: nrMFNs: must be more than 0");
    }
    const board::Region region{frames_to_bytes(frames.first_mfn, "firstMFN"),
                               frames_to_bytes(frames.count, "nrMFNs")};
    const std::uint64_t guest = frames_to_bytes(frames.first_gfn, "firstGFN");
    for (const std::uint64_t base : {region.base, guest}) {
        if (base <= std::numeric_limits<std::uint64_t>::max() - (region.size - 1)) continue;
        throw Error(Code::invalid, text("vm.hwConfig.iomems: ", frames.count, " frames from ",
                                        board::address(base), " end past 2^64"));
    }
    return region;
}

void ask_hw_config(const oci::HwConfig& hw, board::Request& request) {
    check_count(hw.dtdevs, "vm.hwConfig.dtdevs");
    check_count(hw.iomems, "vm.hwConfig.iomems");
    check_count(hw.irqs, "vm.hwConfig.irqs");
    request.device_tree_paths = hw.dtdevs;
    for (const auto& frames : hw.iomems) request.iomems.push_back(machine_region(frames));
    request.irqs = hw.irqs;
}

// "0x9010000+0x1000": address and size.
board::Region parse_region(const std::string& item) {
    const auto plus = item.find('+');
    const auto base = parse_amount(item.substr(0, plus));
    const auto size =
        plus == std::string::npos ? std::nullopt : parse_amount(item.substr(plus + 1));
    if (!base || !size) {
        fail_annotation(iomems_annotation,
                        quoted(item) + " is no address and size such as 0x9010000+0x1000");
    }
    return {*base, *size};
}

std::uint32_t parse_irq(const std::string& item) {
    const auto number = parse_u64(item);
    if (!number || *number > std::numeric_limits<std::uint32_t>::max()) {
        fail_annotation(irqs_annotation, quoted(item) + " is no interrupt number");
    }
    return static_cast<std::uint32_t>(*number);
}

// What a CDI specification of ours, or --device /dev/null:/dev/runphi/NAME, puts into the config:
// an engine's word, which no image can give. It may be there beside the annotation.
void ask_named_nodes(const oci::Spec& spec, board::Request& request) {
    auto& devices = request.devices;
    for (const auto& path : spec.device_paths) {
        if (!path.starts_with(board::device_folder)) continue;
        const std::string name = path.substr(board::device_folder.size());
        if (std::find(devices.begin(), devices.end(), name) == devices.end()) {
            devices.push_back(name);
        }
    }
    check_count(devices, "linux.devices");
}

}  // namespace

void ask_devices(const oci::Spec& spec, const Settings& settings, board::Request& request) {
    if (spec.vm && spec.vm->hw_config) ask_hw_config(*spec.vm->hw_config, request);
    for (const auto& item : granting_annotation(spec, settings, devices_annotation)) {
        auto& list = item[0] == '/' ? request.device_tree_paths : request.devices;
        list.push_back(item);
    }
    ask_named_nodes(spec, request);
    for (const auto& item : granting_annotation(spec, settings, iomems_annotation)) {
        request.iomems.push_back(parse_region(item));
    }
    for (const auto& item : granting_annotation(spec, settings, irqs_annotation)) {
        request.irqs.push_back(parse_irq(item));
    }
}

std::uint64_t guest_base(const oci::Spec& spec, const board::Region& region) {
    if (spec.vm && spec.vm->hw_config) {
        for (const auto& frames : spec.vm->hw_config->iomems) {
            const board::Region machine = machine_region(frames);
            if (machine.base == region.base && machine.size == region.size) {
                return frames.first_gfn * frame_size;
            }
        }
    }
    return region.base;
}

}  // namespace phi::plan
