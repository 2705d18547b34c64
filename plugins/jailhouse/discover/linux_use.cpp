// SPDX-License-Identifier: Apache-2.0
#include "linux_use.hpp"

#include <algorithm>
#include <optional>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

// The buses for devices of a tree.
constexpr const char* buses[] = {"/sys/bus/platform/devices", "/sys/bus/amba/devices"};

// "OF_FULLNAME=/pl031@9010000" in a device's uevent file.
std::optional<std::string> variable(const std::string& uevent, const std::string& name) {
    const std::string key = name + "=";
    for (std::size_t at = 0; at < uevent.size();) {
        const std::size_t end = std::min(uevent.find('\n', at), uevent.size());
        if (uevent.compare(at, key.size(), key) == 0) {
            return uevent.substr(at + key.size(), end - at - key.size());
        }
        at = end + 1;
    }
    return std::nullopt;
}

// "serial0:115200n8": a path, or the name of one in /aliases, with options.
std::optional<std::string> stdout_path(const HostTree& tree) {
    const HostNode* chosen = tree.find("/chosen");
    if (chosen == nullptr) return std::nullopt;
    auto texts = tree.texts(*chosen, "stdout-path");
    if (texts.empty()) texts = tree.texts(*chosen, "linux,stdout-path");
    if (texts.empty()) return std::nullopt;
    const std::string name = texts.front().substr(0, texts.front().find(':'));
    if (!name.empty() && name.front() == '/') return name;
    const HostNode* aliases = tree.find("/aliases");
    const auto path = aliases == nullptr || name.empty() ? std::vector<std::string>()
                                                         : tree.texts(*aliases, name);
    return path.empty() ? std::nullopt : std::optional(path.front());
}

}  // namespace

std::map<std::string, std::string> drivers_of(const LinuxFiles& machine) {
    std::map<std::string, std::string> out;
    for (const std::string bus : buses) {
        const std::string folder = bus + "/";
        for (const std::string& name : machine.names(bus)) {
            const auto uevent = machine.line(folder + name + "/uevent");
            const auto node = uevent ? variable(*uevent, "OF_FULLNAME") : std::nullopt;
            if (node) out[*node] = variable(*uevent, "DRIVER").value_or("");
        }
    }
    if (!out.empty() || machine.has(buses[0])) return out;
    throw Error(Code::not_found,
                machine.path(buses[0]) +
                    ": cannot be read, so that nobody tells which devices "
                    "Linux uses",
                "mount sysfs at /sys");
}

std::set<std::string> consoles_of(const HostTree& tree, const LinuxFiles& machine) {
    std::set<std::string> out;
    if (const auto path = stdout_path(tree)) out.insert(*path);
    // "ttyAMA0              -W- (EC p a)  204:64", a line each.
    const std::string list = machine.line("/proc/consoles").value_or("");
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find('\n', at), list.size());
        const std::string name = list.substr(at, std::min(list.find(' ', at), end) - at);
        const auto uevent = machine.line("/sys/class/tty/" + name + "/device/uevent");
        const auto node = uevent ? variable(*uevent, "OF_FULLNAME") : std::nullopt;
        if (node) out.insert(*node);
        at = end + 1;
    }
    return out;
}

}  // namespace runphi::jailhouse
