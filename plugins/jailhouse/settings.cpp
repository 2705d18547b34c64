// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

#include "plugins/common/settings_reader.hpp"

namespace runphi::jailhouse {

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.jailhouse");
    const sdk::Json root = document.root();
    root.only({"system", "cells", "device", "sysfs", "memory", "linux_root", "device_tree", "cpus",
               "clocks", "firmware", "timeout_ms"});
    Settings out;
    common::read_path(root, "system", out.system);
    common::read_path(root, "device", out.device);
    common::read_path(root, "sysfs", out.sysfs);
    common::read_path(root, "memory", out.memory);
    common::read_path(root, "linux_root", out.linux_root);
    out.machine.device_tree = out.linux_root + out.machine.device_tree;
    out.machine.cpus = out.linux_root + out.machine.cpus;
    common::read_path(root, "device_tree", out.machine.device_tree);
    common::read_path(root, "cpus", out.machine.cpus);
    if (const auto clocks = root.find("clocks")) {
        for (const auto& [node, hz] : clocks->members()) {
            out.machine.clocks[node] = static_cast<std::uint32_t>(hz.u64(1, UINT32_MAX));
        }
    }
    common::read_path(root, "firmware", out.firmware);
    if (const auto list = root.find("cells")) {
        for (const sdk::Json& one : list->elements())
            out.cells.push_back(common::absolute_path(one));
    }
    common::read_duration(root, "timeout_ms", out.timeout_ms, 100, 600'000);
    return out;
}

}  // namespace runphi::jailhouse
