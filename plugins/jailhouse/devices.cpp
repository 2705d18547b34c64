// SPDX-License-Identifier: Apache-2.0
#include "devices.hpp"

#include <algorithm>

#include "format/limits.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::uint32_t console_mmio = 1;  // JAILHOUSE_CON_ACCESS_MMIO

void write_registers(sdk::JsonWriter& part, const std::vector<Region>& registers) {
    part.array("registers");
    for (const Region& one : registers) {
        part.object()
            .field("phys", one.phys_start)
            .field("virt", one.virt_start)
            .field("size", one.size)
            .field("flags", one.flags)
            .end_object();
    }
    part.end_array();
}

void write_console(sdk::JsonWriter& part, const Console& console) {
    part.object("console")
        .field("address", console.address)
        .field("size", console.size)
        .field("type", console.type)
        .field("flags", console.flags)
        .end_object();
}

template <typename List>
void write_numbers(sdk::JsonWriter& part, const char* name, const List& numbers) {
    part.array(name);
    for (const auto one : numbers) part.value(one);
    part.end_array();
}

std::vector<sdk::Json> list(const sdk::Json& part, const char* name) {
    return part.at(name).elements();
}

template <typename T>
T number(const sdk::Json& json) {
    return static_cast<T>(json.u64(0, std::numeric_limits<T>::max()));
}

bool overlap(std::uint64_t base, std::uint64_t size, std::uint64_t other, std::uint64_t length) {
    return length != 0 && base < other + length && other < base + size;
}

std::uint64_t guest_base(const sdk::Plan& plan, const sdk::Region& region) {
    for (const sdk::Json& one : plan.root().at("request").at("iomems").elements()) {
        if (one.at("base").u64() == region.base && one.at("size").u64() == region.size) {
            return one.at("guest_base").u64();
        }
    }
    return region.base;
}

// Like the root cell's memory there, or registers.
std::uint64_t flags_for(const System& system, const sdk::Region& region) {
    using namespace region_flag;
    constexpr std::uint64_t widths = io_8 | io_16 | io_32 | io_64;
    std::uint64_t out = read | write | io;
    for (const Region& root : system.root_cell.regions) {
        const bool inside = region.base >= root.phys_start &&
                            region.base - root.phys_start < root.size && !root.has(comm_region);
        if (inside && (root.flags & (io | widths)) == 0) out = read | write;
        if (inside) break;
    }
    const Console& console = system.debug_console;
    const bool mapped = (console.flags & console_mmio) != 0;
    if (mapped && overlap(region.base, region.size, console.address, console.size)) {
        out |= rootshared;
    }
    return out;
}

// What is left of the region without the hole.
std::vector<Region> without(const std::vector<Region>& regions, std::uint64_t hole,
                            std::uint64_t size) {
    std::vector<Region> out;
    for (const Region& one : regions) {
        if (!overlap(one.phys_start, one.size, hole, size)) {
            out.push_back(one);
            continue;
        }
        const std::uint64_t end = one.phys_start + one.size;
        if (one.phys_start < hole) {
            Region before = one;
            before.size = hole - one.phys_start;
            out.push_back(before);
        }
        if (hole + size < end) {
            Region after = one;
            after.phys_start = hole + size;
            after.virt_start += after.phys_start - one.phys_start;
            after.size = end - after.phys_start;
            out.push_back(after);
        }
    }
    return out;
}

}  // namespace

std::string write_devices(const CellDevices& devices) {
    sdk::JsonWriter part;
    part.object();
    write_registers(part, devices.registers);
    write_numbers(part, "interrupts", devices.interrupts);
    part.array("pci");
    for (const PciAddress& one : devices.pci) {
        part.object().field("domain", one.domain).field("bdf", one.bdf).end_object();
    }
    part.end_array();
    write_numbers(part, "stream_ids", devices.stream_ids);
    part.array("ports");
    for (const Pio& one : devices.ports) {
        part.object().field("base", one.base).field("length", one.length).end_object();
    }
    part.end_array().array("caches");
    for (const Cache& one : devices.caches) {
        part.object().field("start", one.start).field("size", one.size).end_object();
    }
    part.end_array();
    write_numbers(part, "rpus", devices.rpus);
    if (devices.console) write_console(part, *devices.console);
    return part.end_object().text();
}

CellDevices planned_devices(const sdk::Plan& plan) {
    constexpr std::uint8_t l3 = 3;
    const sdk::Json part = plan.root().at("parts").at("dev");
    CellDevices out;
    for (const sdk::Json& one : list(part, "registers")) {
        out.registers.push_back({one.at("phys").u64(), one.at("virt").u64(), one.at("size").u64(),
                                 one.at("flags").u64(), 0});
    }
    for (const sdk::Json& one : list(part, "interrupts")) {
        out.interrupts.push_back(number<unsigned>(one));
    }
    for (const sdk::Json& one : list(part, "pci")) {
        out.pci.push_back(
            {number<std::uint16_t>(one.at("domain")), number<std::uint16_t>(one.at("bdf"))});
    }
    for (const sdk::Json& one : list(part, "stream_ids")) {
        out.stream_ids.push_back(number<std::uint32_t>(one));
    }
    for (const sdk::Json& one : list(part, "ports")) {
        out.ports.push_back(
            {number<std::uint16_t>(one.at("base")), number<std::uint16_t>(one.at("length"))});
    }
    for (const sdk::Json& one : list(part, "caches")) {
        out.caches.push_back(
            {number<std::uint32_t>(one.at("start")), number<std::uint32_t>(one.at("size")), l3, 0});
    }
    for (const sdk::Json& one : list(part, "rpus")) out.rpus.push_back(number<unsigned>(one));
    if (const auto console = part.find("console")) {
        out.console = Console{console->at("address").u64(),
                              number<std::uint32_t>(console->at("size")),
                              number<std::uint16_t>(console->at("type")),
                              number<std::uint16_t>(console->at("flags")),
                              0,
                              0,
                              0};
    }
    return out;
}

std::vector<Region> granted_registers(const sdk::Plan& plan, const System& system,
                                      const std::vector<const PciDevice*>& pci) {
    using namespace region_flag;
    std::vector<Region> out;
    for (const sdk::Region& one : plan.iomems) {
        out.push_back({one.base, guest_base(plan, one), one.size, flags_for(system, one), 0});
    }
    for (const PciDevice* device : pci) {
        if (device->num_msix_vectors == 0) continue;
        out = without(out, device->msix_address, device->msix_region_size);
    }
    for (Region& one : out) {
        const bool whole = one.virt_start % page == 0 && one.size % page == 0;
        if (!whole && one.has(io)) one.flags |= io_8 | io_16 | io_32 | io_64;
    }
    return out;
}

const PciDevice& pci_device_of_root(const System& system, const PciAddress& address) {
    for (const PciDevice& one : system.root_cell.pci_devices) {
        if (one.domain != address.domain || one.bdf != address.bdf) continue;
        if (one.type == pci_type::device) return one;
        throw Error(Code::unsupported,
                    one.type == pci_type::ivshmem
                        ? "it is shared memory, which a container gets as a channel"
                        : "it is a bridge, which Jailhouse does not give to a cell by itself");
    }
    throw Error(Code::invalid, "the root cell of the system configuration has not got it");
}

}  // namespace runphi::jailhouse
