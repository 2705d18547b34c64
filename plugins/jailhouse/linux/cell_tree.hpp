// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../pools.hpp"

// The device tree of an arm64 cell. The bindings are Linux' (Documentation/devicetree/bindings);
// what a cell's tree needs is what Jailhouse's own configs/arm64/dts/inmate-*.dts have.
namespace runphi::jailhouse {

// The bytes of a property, as a device tree has them.
struct TreeProperty {
    std::string name, value;

    bool operator==(const TreeProperty&) const = default;
};

struct TreeCpu {
    std::uint64_t mpidr = 0;              // affinity fields only, as in the host's cpu node
    std::vector<std::string> compatible;  // "arm,cortex-a53", "arm,armv8"
};

struct TreeGic {
    int version = 3;  // 2 or 3
    Extent distributor;
    Extent second;  // of version 2 the CPU interface, of version 3 the redistributors
};

// The virtual PCI host controller, behind which ivshmem devices are.
struct TreePci {
    Extent ecam;                  // whole buses, each of 1 MiB
    std::uint32_t first_spi = 0;  // of four, INTA to INTD (vpci_irq_base)
    Extent window;                // for the BARs that the kernel places, below 4 GiB
};

struct TreeClock {
    std::string name;  // as the device's driver asks for it; empty: it asks by position
    std::uint32_t hz = 0;
};

// A device that the cell owns.
struct TreeDevice {
    std::string name;                       // without a unit address: "serial"
    std::vector<Extent> registers;          // not empty
    std::vector<std::uint32_t> interrupts;  // three cells each: SPI or PPI, number, flags
    std::vector<TreeClock> clocks;
    std::vector<TreeProperty> properties;  // all others
};

// Where the cell says how it is: the communication region, in which Linux writes that it has ended
// when it restarts or powers off. Nothing else would tell, for PSCI does not.
struct TreeState {
    std::uint64_t region = 0;  // the address of the page
    std::uint32_t offset = 8;  // of cell_state in it (include/jailhouse/hypercall.h)
    std::uint32_t ended = 2;   // JAILHOUSE_CELL_SHUT_DOWN
};

struct CellTree {
    std::vector<TreeCpu> cpus;
    // Three cells each: secure, non-secure, virtual, hypervisor timer.
    std::vector<std::uint32_t> timer_interrupts;
    std::vector<TreeProperty> timer_properties;
    TreeGic gic;
    std::optional<TreePci> pci;
    std::optional<TreeState> state;
    std::vector<Extent> memory;     // that the kernel may use
    std::optional<Extent> channel;  // memory that it shares with the host, outside of all others
    std::string bootargs;
    Extent initrd;     // empty: none
    std::string seed;  // random bytes for the kernel; empty: none
    std::vector<TreeDevice> devices;
    std::optional<std::size_t> console;  // which of the devices
};

// Bytes that the tree of any cell may have.
inline constexpr std::size_t cell_tree_room = std::size_t{64} << 10;

// Flattened. Throws Error(no_resource) if there are too many devices for the room.
std::string write_cell_tree(const CellTree& tree);

}  // namespace runphi::jailhouse
