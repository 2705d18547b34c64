// SPDX-License-Identifier: Apache-2.0
#include "pci.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "../format/limits.hpp"

namespace runphi::jailhouse {

namespace {

constexpr unsigned bars = 6;
constexpr unsigned long long is_memory = 0x200;  // IORESOURCE_MEM, include/linux/ioport.h
// What Jailhouse's own driver calls itself where it keeps Linux off a device that a cell has.
constexpr const char* stub = "jailhouse-pci-stub";

// The first lines of "resource": first and last address and kind of each register block. nullopt
// for one that has not whole pages, which others may be in.
std::optional<std::vector<Extent>> registers_of(const std::string& text) {
    std::vector<Extent> out;
    const char* at = text.c_str();
    for (unsigned bar = 0; bar < bars && *at != '\0'; ++bar) {
        unsigned long long first = 0, last = 0, flags = 0;
        int read = 0;
        if (std::sscanf(at, "%llx %llx %llx%n", &first, &last, &flags, &read) != 3) break;
        at += read;
        if ((flags & is_memory) == 0 || first == 0) continue;
        if (last < first || last == UINT64_MAX) return std::nullopt;
        if (first % page != 0 || (last + 1) % page != 0) return std::nullopt;
        out.push_back({first, last + 1});
    }
    return out;
}

bool has(const Cell& cell, const PciDevice& device) {
    return std::any_of(cell.pci_devices.begin(), cell.pci_devices.end(), [&](const PciDevice& one) {
        return one.domain == device.domain && one.bdf == device.bdf;
    });
}

}  // namespace

std::string address_of(const PciDevice& device) {
    char out[24];
    std::snprintf(out, sizeof out, "%04x:%02x:%02x.%x", device.domain, device.bdf >> 8U,
                  device.bdf >> 3U & 0x1fU, device.bdf & 7U);
    return out;
}

std::vector<FoundDevice> pci_for_cells(const System& system, const LinuxFiles& machine,
                                       const std::vector<Cell>& others) {
    std::vector<FoundDevice> out;
    for (const PciDevice& device : system.root_cell.pci_devices) {
        const std::string address = address_of(device);
        const std::string folder = "/sys/bus/pci/devices/" + address;
        const auto resource = machine.line(folder + "/resource");
        if (device.type != pci_type::device || !resource) continue;
        const auto driver = machine.link(folder + "/driver");
        if (driver && *driver != stub) continue;
        if (std::any_of(others.begin(), others.end(),
                        [&](const Cell& cell) { return has(cell, device); })) {
            continue;
        }
        const auto registers = registers_of(*resource);
        if (!registers) continue;
        out.push_back({"pci-" + address,
                       address,
                       *registers,
                       {},
                       "PCI device of the root cell (system's configuration); no driver of Linux "
                       "uses it"});
    }
    return out;
}

}  // namespace runphi::jailhouse
