// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model.hpp"
#include "shape.hpp"

// What is where in the files, in every layout: offsets and sizes in bytes, all numbers
// little-endian. The source is include/jailhouse/cell-config.h (and console.h) of the tree that
// facts_of names. A byte that no entry covers is padding, and 0.
namespace runphi::jailhouse {

template <>
struct Shape<Console> {
    static constexpr const char* name = "console";
    static constexpr PerLayout size = all(32);
    static constexpr std::tuple fields{
        //                                       v0.12 13 coloured master omnivisor-1 omnivisor
        field("address", &Console::address, all(0)),
        field("size", &Console::size, all(8)),
        field("type", &Console::type, all(12), console_types),
        field("flags", &Console::flags, all(14), console_flags),
        field("divider", &Console::divider, all(16)),
        field("gate_nr", &Console::gate_nr, all(20)),
        field("clock_reg", &Console::clock_reg, all(24)),
    };
};

template <>
struct Shape<Region> {
    static constexpr const char* name = "memory region";
    static constexpr PerLayout size = {32, 32, 40, 32, 40, 40};
    static constexpr std::tuple fields{
        field("phys_start", &Region::phys_start, all(0)),
        field("virt_start", &Region::virt_start, all(8)),
        field("size", &Region::size, all(16)),
        field("flags", &Region::flags, all(24), region_flags),
        field("colors", &Region::colors, {none, none, 32, none, 32, 32}),
    };
};

template <>
struct Shape<Cache> {
    static constexpr const char* name = "cache region";
    static constexpr PerLayout size = all(12);
    static constexpr std::tuple fields{
        field("start", &Cache::start, all(0)),
        field("size", &Cache::size, all(4)),
        field("type", &Cache::type, all(8), cache_types),
        field("flags", &Cache::flags, all(10), cache_flags),
    };
};

template <>
struct Shape<Irqchip> {
    static constexpr const char* name = "irqchip";
    static constexpr PerLayout size = all(32);
    static constexpr std::tuple fields{
        field("address", &Irqchip::address, all(0)),
        field("id", &Irqchip::id, all(8)),
        field("pin_base", &Irqchip::pin_base, all(12)),
        field("pin_bitmap", &Irqchip::pin_bitmap, all(16)),
    };
};

template <>
struct Shape<Pio> {
    static constexpr const char* name = "PIO region";
    static constexpr PerLayout size = all(4);
    static constexpr std::tuple fields{
        field("base", &Pio::base, all(0)),
        field("length", &Pio::length, all(2)),
    };
};

template <>
struct Shape<PciDevice> {
    using D = PciDevice;
    static constexpr const char* name = "PCI device";
    static constexpr PerLayout size = all(56);
    static constexpr std::tuple fields{
        field("type", &D::type, all(0), pci_types),
        field("iommu", &D::iommu, all(1)),
        field("domain", &D::domain, all(2)),
        field("bdf", &D::bdf, all(4)),
        field("bar_mask", &D::bar_mask, all(6)),
        field("caps_start", &D::caps_start, all(30)),
        field("num_caps", &D::num_caps, all(32)),
        field("num_msi_vectors", &D::num_msi_vectors, all(34)),
        // Two bit-fields in C, which fill a byte from its lowest bit on.
        field("msi_bits", &D::msi_bits, all(35), msi_bits),
        field("num_msix_vectors", &D::num_msix_vectors, all(36)),
        field("msix_region_size", &D::msix_region_size, all(38)),
        field("msix_address", &D::msix_address, all(40)),
        field("shmem_regions_start", &D::shmem_regions_start, all(48)),
        field("shmem_dev_id", &D::shmem_dev_id, all(52)),
        field("shmem_peers", &D::shmem_peers, all(53)),
        field("shmem_protocol", &D::shmem_protocol, all(54)),
    };
};

template <>
struct Shape<Capability> {
    static constexpr const char* name = "PCI capability";
    static constexpr PerLayout size = all(8);
    static constexpr std::tuple fields{
        field("id", &Capability::id, all(0)),
        field("start", &Capability::start, all(2)),
        field("len", &Capability::len, all(4)),
        field("flags", &Capability::flags, all(6), capability_flags),
    };
};

template <>
struct Shape<StreamId> {
    static constexpr const char* name = "stream id";
    static constexpr PerLayout size = all(4);
    static constexpr std::tuple fields{
        field("id", &StreamId::id, all(0)),
    };
};

template <>
struct Shape<QosDevice> {
    static constexpr const char* name = "QoS device";
    static constexpr PerLayout size = {none, none, 20, none, 20, 20};
    static constexpr std::tuple fields{
        text("name", &QosDevice::name, 15, {none, none, 0, none, 0, 0}),
        field("flags", &QosDevice::flags, {none, none, 15, none, 15, 15}),
        field("base", &QosDevice::base, {none, none, 16, none, 16, 16}),
    };
};

template <>
struct Shape<RcpuDevice> {
    using D = RcpuDevice;
    static constexpr const char* name = "remote processor";
    static constexpr PerLayout size = {none, none, none, none, none, 66};
    static constexpr std::tuple fields{
        field("rcpu_id", &D::rcpu_id, {none, none, none, none, none, 0}),
        text("name", &D::name, 31, {none, none, none, none, none, 4}),
        text("compatible", &D::compatible, 31, {none, none, none, none, none, 35}),
    };
};

template <>
struct Shape<FpgaDevice> {
    using D = FpgaDevice;
    static constexpr const char* name = "FPGA device";
    static constexpr PerLayout size = {none, none, none, none, none, 109};
    static constexpr std::tuple fields{
        text("fpga_dto", &D::dto, 32, {none, none, none, none, none, 0}),
        text("fpga_module", &D::module, 32, {none, none, none, none, none, 32}),
        text("fpga_bitstream", &D::bitstream, 32, {none, none, none, none, none, 64}),
        field("fpga_region_id", &D::region_id, {none, none, none, none, none, 96}),
        field("fpga_conf_addr", &D::conf_addr, {none, none, none, none, none, 100}),
        field("fpga_flags", &D::flags, {none, none, none, none, none, 108}),
    };
};

// struct jailhouse_cell_desc. The eight bytes of signature, architecture and revision before it are
// the header's business: a root cell has none. The tables follow it in the order of their counts
// (cell_tables).
template <>
inline constexpr std::size_t prefix<Cell> = 8;

template <>
struct Shape<Cell> {
    static constexpr const char* name = "cell";
    static constexpr PerLayout size = {132, 132, 136, 132, 140, 152};
    static constexpr std::tuple fields{
        //                                        v0.12 13 coloured master omnivisor-1 omnivisor
        text("name", &Cell::name, 32, all(8)),
        field("id", &Cell::id, all(40)),
        field("flags", &Cell::flags, all(44), cell_flags),
        count("cpu_set_size", &Cell::cpu_set, all(48)),
        count("rcpu_set_size", &Cell::rcpu_set, {none, none, none, none, 52, 52}),
        count("fpga_regions_size", &Cell::fpga_regions, {none, none, none, none, none, 56}),
        count("num_memory_regions", &Cell::regions, {52, 52, 52, 52, 56, 60}),
        count("num_cache_regions", &Cell::caches, {56, 56, 56, 56, 60, 64}),
        count("num_irqchips", &Cell::irqchips, {60, 60, 60, 60, 64, 68}),
        count("num_pio_regions", &Cell::pio, {64, 64, 64, 64, 68, 72}),
        count("num_pci_devices", &Cell::pci_devices, {68, 68, 68, 68, 72, 76}),
        count("num_pci_caps", &Cell::capabilities, {72, 72, 72, 72, 76, 80}),
        count("num_stream_ids", &Cell::stream_ids, {76, 76, 76, 76, 80, 84}),
        count("num_qos_devices", &Cell::qos_devices, {none, none, 80, none, 84, 88}),
        count("num_rcpu_devices", &Cell::rcpu_devices, {none, none, none, none, none, 92}),
        count("num_fpga_devices", &Cell::fpga_devices, {none, none, none, none, none, 96}),
        field("vpci_irq_base", &Cell::vpci_irq_base, {80, 80, 84, 80, 88, 100}),
        field("cpu_reset_address", &Cell::cpu_reset_address, {84, 84, 88, 84, 92, 104}),
        field("msg_reply_timeout", &Cell::msg_reply_timeout, {92, 92, 96, 92, 100, 112}),
        field("console", &Cell::console, {100, 100, 104, 100, 108, 120}),
    };
};

// The tables behind a cell's header are in the order of the counts in it; `c_name` and `c_type` are
// what Jailhouse's own configurations call them.
template <typename Element>
struct Table {
    std::vector<Element> Cell::*member;
    const char* c_name;
    const char* c_type;
};

template <typename Element>
Table(std::vector<Element> Cell::*, const char*, const char*) -> Table<Element>;

inline constexpr std::tuple cell_tables{
    Table{&Cell::cpu_set, "cpus", "__u8"},
    Table{&Cell::rcpu_set, "rcpus", "__u8"},
    Table{&Cell::fpga_regions, "fpga_regions", "__u8"},
    Table{&Cell::regions, "mem_regions", "struct jailhouse_memory"},
    Table{&Cell::caches, "cache_regions", "struct jailhouse_cache"},
    Table{&Cell::irqchips, "irqchips", "struct jailhouse_irqchip"},
    Table{&Cell::pio, "pio_regions", "struct jailhouse_pio"},
    Table{&Cell::pci_devices, "pci_devices", "struct jailhouse_pci_device"},
    Table{&Cell::capabilities, "pci_caps", "struct jailhouse_pci_capability"},
    Table{&Cell::stream_ids, "stream_ids", "union jailhouse_stream_id"},
    Table{&Cell::qos_devices, "qos_devices", "struct jailhouse_qos_device"},
    Table{&Cell::rcpu_devices, "rcpu_devices", "struct jailhouse_rcpu_device"},
    Table{&Cell::fpga_devices, "fpga_devices", "struct jailhouse_fpga_device"},
};

// Calls visitor(table) for each.
template <typename Visitor>
void for_each_table(Visitor&& visitor) {
    std::apply([&](const auto&... table) { (visitor(table), ...); }, cell_tables);
}

}  // namespace runphi::jailhouse
