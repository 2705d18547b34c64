// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// What a cell or system configuration says, whatever the layout of its file. The members are
// Jailhouse's own (include/jailhouse/cell-config.h) and mean the same; addresses and sizes are in
// bytes. A member that a layout has not got is 0 or empty.
namespace runphi::jailhouse {

enum class Arch : std::uint8_t { x86 = 0, arm = 1, arm64 = 2 };  // the values of the files

struct Console {
    std::uint64_t address = 0;
    std::uint32_t size = 0;
    std::uint16_t type = 0;   // console_types in names.hpp
    std::uint16_t flags = 0;  // console_flags
    std::uint32_t divider = 0;
    std::uint32_t gate_nr = 0;
    std::uint64_t clock_reg = 0;

    bool operator==(const Console&) const = default;
};

namespace region_flag {
inline constexpr std::uint64_t read = 0x1, write = 0x2, execute = 0x4, dma = 0x8, io = 0x10,
                               comm_region = 0x20, loadable = 0x40, rootshared = 0x80,
                               no_hugepages = 0x100, colored = 0x200, colored_no_copy = 0x400,
                               io_unaligned = 0x8000, io_8 = 0x10000, io_16 = 0x20000,
                               io_32 = 0x40000, io_64 = 0x80000;
}

struct Region {
    std::uint64_t phys_start = 0;
    std::uint64_t virt_start = 0;
    std::uint64_t size = 0;
    std::uint64_t flags = 0;   // region_flag::*
    std::uint64_t colors = 0;  // of the cache; counts only with region_flag::colored

    bool has(std::uint64_t flag) const { return (flags & flag) == flag; }
    bool operator==(const Region&) const = default;
};

struct Cache {
    std::uint32_t start = 0;  // in bits of the cache's allocation mask
    std::uint32_t size = 0;
    std::uint8_t type = 0;
    std::uint16_t flags = 0;

    bool operator==(const Cache&) const = default;
};

// Bit n of pin_bitmap is the interrupt pin_base + n: on a GIC an INTID, that is SPI + 32.
struct Irqchip {
    std::uint64_t address = 0;
    std::uint32_t id = 0;
    std::uint32_t pin_base = 0;
    std::array<std::uint32_t, 4> pin_bitmap{};

    bool operator==(const Irqchip&) const = default;
};

struct Pio {
    std::uint16_t base = 0;
    std::uint16_t length = 0;

    bool operator==(const Pio&) const = default;
};

namespace pci_type {
inline constexpr std::uint8_t device = 1, bridge = 2, ivshmem = 3;
}

struct PciDevice {
    std::uint8_t type = 0;   // pci_type::*
    std::uint8_t iommu = 0;  // index into iommu_units
    std::uint16_t domain = 0;
    std::uint16_t bdf = 0;  // bus << 8 | device << 3 | function
    std::array<std::uint32_t, 6> bar_mask{};
    std::uint16_t caps_start = 0;
    std::uint16_t num_caps = 0;
    std::uint8_t num_msi_vectors = 0;
    std::uint8_t msi_bits = 0;  // 1: 64-bit addresses, 2: maskable
    std::uint16_t num_msix_vectors = 0;
    std::uint16_t msix_region_size = 0;
    std::uint64_t msix_address = 0;
    // Of shared memory: the index of the first of its regions (state table, read-write section, one
    // output section a peer), and which of the peers this end is.
    std::uint32_t shmem_regions_start = 0;
    std::uint8_t shmem_dev_id = 0;
    std::uint8_t shmem_peers = 0;
    std::uint16_t shmem_protocol = 0;

    bool operator==(const PciDevice&) const = default;
};

struct Capability {
    std::uint16_t id = 0;  // 0x8000: an extended one
    std::uint16_t start = 0;
    std::uint16_t len = 0;
    std::uint16_t flags = 0;

    bool operator==(const Capability&) const = default;
};

struct StreamId {
    std::uint32_t id = 0;  // on an MMU-500: the id in the lower half, mask_out in the upper

    bool operator==(const StreamId&) const = default;
};

struct QosDevice {
    std::string name;  // at most 15 bytes
    std::uint8_t flags = 0;
    std::uint32_t base = 0;

    bool operator==(const QosDevice&) const = default;
};

// A remote processor (a Cortex-R5, a soft core).
struct RcpuDevice {
    std::uint32_t rcpu_id = 0;
    std::string name;        // at most 31 bytes
    std::string compatible;  // the same

    bool operator==(const RcpuDevice&) const = default;
};

struct FpgaDevice {
    std::string dto;  // device tree overlay; these three at most 32 bytes
    std::string module;
    std::string bitstream;
    std::uint32_t region_id = 0;
    std::uint64_t conf_addr = 0;
    std::uint8_t flags = 0;  // 1: partial

    bool operator==(const FpgaDevice&) const = default;
};

namespace cell_flag {
inline constexpr std::uint32_t passive_commreg = 0x1, test_device = 0x2, aarch32 = 0x4,
                               virtual_console_permitted = 0x40000000,
                               virtual_console_active = 0x80000000;
}

struct Cell {
    Arch arch = Arch::arm64;
    std::string name;         // at most 31 bytes; the driver cuts a longer one
    std::uint32_t id = 0;     // the driver sets it
    std::uint32_t flags = 0;  // cell_flag::*
    std::uint32_t vpci_irq_base = 0;
    std::uint64_t cpu_reset_address = 0;
    std::uint64_t msg_reply_timeout = 0;  // a number of turns of a loop; 0: for ever
    Console console;

    // Bit n of byte n / 8 is number n; as many bytes as the file has (cpus.hpp).
    std::vector<std::uint8_t> cpu_set, rcpu_set, fpga_regions;
    std::vector<Region> regions;
    std::vector<Cache> caches;
    std::vector<Irqchip> irqchips;
    std::vector<Pio> pio;
    std::vector<PciDevice> pci_devices;
    std::vector<Capability> capabilities;
    std::vector<StreamId> stream_ids;
    std::vector<QosDevice> qos_devices;
    std::vector<RcpuDevice> rcpu_devices;
    std::vector<FpgaDevice> fpga_devices;

    bool operator==(const Cell&) const = default;
};

// ---- of a system configuration

namespace iommu_type {
inline constexpr std::uint32_t amd = 1, intel = 2, smmuv3 = 3, pvu = 4, arm_mmu500 = 5;
}

struct AmdIommu {
    std::uint16_t bdf = 0;
    std::uint8_t base_cap = 0;
    std::uint8_t msi_cap = 0;
    std::uint32_t features = 0;

    bool operator==(const AmdIommu&) const = default;
};

struct Pvu {
    std::uint64_t tlb_base = 0;
    std::uint32_t tlb_size = 0;

    bool operator==(const Pvu&) const = default;
};

struct Iommu {
    std::uint32_t type = 0;  // iommu_type::*; 0: there is none
    std::uint64_t base = 0;
    std::uint32_t size = 0;
    AmdIommu amd;  // only of that type
    Pvu pvu;       // only of that type

    bool operator==(const Iommu&) const = default;
};

struct X86Platform {
    std::uint16_t pm_timer_address = 0;
    std::uint8_t apic_mode = 0;
    std::uint32_t vtd_interrupt_limit = 0;
    std::uint32_t tsc_khz = 0;
    std::uint32_t apic_khz = 0;

    bool operator==(const X86Platform&) const = default;
};

struct ArmPlatform {
    std::uint8_t maintenance_irq = 0;
    std::uint8_t gic_version = 0;
    std::uint64_t gicd_base = 0;
    std::uint64_t gicc_base = 0;
    std::uint64_t gich_base = 0;
    std::uint64_t gicv_base = 0;
    std::uint64_t gicr_base = 0;

    bool operator==(const ArmPlatform&) const = default;
};

struct Coloring {
    std::uint64_t way_size = 0;
    std::uint64_t root_map_offset = 0;

    bool operator==(const Coloring&) const = default;
};

struct Memguard {
    std::uint32_t num_irqs = 0;
    std::uint32_t hv_timer = 0;
    std::uint8_t irq_prio_min = 0;
    std::uint8_t irq_prio_max = 0;
    std::uint8_t irq_prio_step = 0;
    std::uint8_t irq_prio_threshold = 0;
    std::uint32_t num_pmu_irq = 0;
    std::array<std::uint32_t, 8> pmu_cpu_irq{};

    bool operator==(const Memguard&) const = default;
};

struct Qos {
    std::uint64_t nic_base = 0;
    std::uint64_t nic_size = 0;

    bool operator==(const Qos&) const = default;
};

struct Fpga {
    std::string base_bitstream;  // at most 32 bytes
    std::uint64_t base_addr = 0;
    std::uint8_t flags = 0;
    std::uint32_t max_regions = 0;

    bool operator==(const Fpga&) const = default;
};

struct System {
    Arch arch = Arch::arm64;
    std::uint32_t flags = 0;  // 1: the root cell may read the hypervisor's console
    Region hypervisor_memory;
    Console debug_console;
    std::uint64_t pci_mmconfig_base = 0;
    std::uint8_t pci_mmconfig_end_bus = 0;
    std::uint8_t pci_is_virtual = 0;
    std::uint16_t pci_domain = 0;
    std::uint32_t no_spectre_mitigation = 0;
    std::array<Iommu, 8> iommu_units{};
    Coloring color;
    Memguard memguard;
    Qos qos;
    Fpga fpga;
    X86Platform x86;  // only of that architecture
    ArmPlatform arm;  // of arm and arm64
    Cell root_cell;   // of the same architecture

    bool operator==(const System&) const = default;
};

inline constexpr std::uint32_t system_flag_virtual_debug_console = 1;

}  // namespace runphi::jailhouse
