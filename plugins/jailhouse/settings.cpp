// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

Settings Settings::parse(std::string_view json) {
    const sdk::JsonDocument document(json, "backend_settings.jailhouse");
    const sdk::Json root = document.root();
    root.only(
        {"system", "device", "sysfs", "device_tree", "cpus", "clocks", "firmware", "timeout_ms"});
    Settings out;
    const auto path = [&](const char* key, std::string& value) {
        const auto member = root.find(key);
        if (!member) return;
        value = member->string();
        if (!value.empty() && value.front() == '/') return;
        throw sdk::Error(sdk::Code::invalid,
                         member->path() + ": \"" + value + "\" is not an absolute path");
    };
    path("system", out.system);
    path("device", out.device);
    path("sysfs", out.sysfs);
    path("device_tree", out.machine.device_tree);
    path("cpus", out.machine.cpus);
    if (const auto clocks = root.find("clocks")) {
        for (const auto& [node, hz] : clocks->members()) {
            out.machine.clocks[node] = static_cast<std::uint32_t>(hz.u64(1, UINT32_MAX));
        }
    }
    path("firmware", out.firmware);
    if (const auto member = root.find("timeout_ms")) {
        out.timeout_ms = static_cast<int>(member->u64(100, 600'000));
    }
    return out;
}

}  // namespace runphi::jailhouse
