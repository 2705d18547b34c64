// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

namespace {

std::string absolute_path(const sdk::Json& member) {
    std::string value = member.string();
    if (!value.empty() && value.front() == '/') return value;
    throw sdk::Error(sdk::Code::invalid,
                     member.path() + ": \"" + value + "\" is not an absolute path");
}

}  // namespace

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.jailhouse");
    const sdk::Json root = document.root();
    root.only({"system", "cells", "device", "sysfs", "memory", "linux_root", "device_tree", "cpus",
               "clocks", "firmware", "timeout_ms"});
    Settings out;
    const auto path = [&](const char* key, std::string& value) {
        if (const auto member = root.find(key)) value = absolute_path(*member);
    };
    path("system", out.system);
    path("device", out.device);
    path("sysfs", out.sysfs);
    path("memory", out.memory);
    path("linux_root", out.linux_root);
    out.machine.device_tree = out.linux_root + out.machine.device_tree;
    out.machine.cpus = out.linux_root + out.machine.cpus;
    path("device_tree", out.machine.device_tree);
    path("cpus", out.machine.cpus);
    if (const auto clocks = root.find("clocks")) {
        for (const auto& [node, hz] : clocks->members()) {
            out.machine.clocks[node] = static_cast<std::uint32_t>(hz.u64(1, UINT32_MAX));
        }
    }
    path("firmware", out.firmware);
    if (const auto list = root.find("cells")) {
        for (const sdk::Json& one : list->elements()) out.cells.push_back(absolute_path(one));
    }
    if (const auto member = root.find("timeout_ms")) {
        out.timeout_ms = static_cast<int>(member->u64(100, 600'000));
    }
    return out;
}

}  // namespace runphi::jailhouse
