// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cell_fields.hpp"

// What is where in system configurations; see cell_fields.hpp.
namespace runphi::jailhouse {

constexpr bool is_amd(const Iommu& unit) {
    return unit.type == iommu_type::amd;
}
constexpr bool is_pvu(const Iommu& unit) {
    return unit.type == iommu_type::pvu;
}

template <>
struct Shape<AmdIommu> {
    static constexpr const char* name = "AMD IOMMU";
    static constexpr PerLayout size = all(8);
    static constexpr std::tuple fields{
        field("bdf", &AmdIommu::bdf, all(0)),
        field("base_cap", &AmdIommu::base_cap, all(2)),
        field("msi_cap", &AmdIommu::msi_cap, all(3)),
        field("features", &AmdIommu::features, all(4)),
    };
};

template <>
struct Shape<Pvu> {
    static constexpr const char* name = "TI PVU";
    static constexpr PerLayout size = all(12);
    static constexpr std::tuple fields{
        field("tlb_base", &Pvu::tlb_base, all(0)),
        field("tlb_size", &Pvu::tlb_size, all(8)),
    };
};

template <>
struct Shape<Iommu> {
    static constexpr const char* name = "IOMMU";
    static constexpr PerLayout size = all(28);
    static constexpr std::tuple fields{
        field("type", &Iommu::type, all(0), iommu_types),
        field("base", &Iommu::base, all(4)),
        field("size", &Iommu::size, all(12)),
        field("amd", &Iommu::amd, all(16), is_amd),
        field("tipvu", &Iommu::pvu, all(16), is_pvu),
    };
};

template <>
struct Shape<X86Platform> {
    using P = X86Platform;
    static constexpr const char* name = "x86";
    static constexpr PerLayout size = {18, 16, 16, 16, 16, 16};
    static constexpr std::tuple fields{
        field("pm_timer_address", &P::pm_timer_address, all(0)),
        field("apic_mode", &P::apic_mode, {6, 2, 2, 2, 2, 2}),
        field("vtd_interrupt_limit", &P::vtd_interrupt_limit, {2, 4, 4, 4, 4, 4}),
        field("tsc_khz", &P::tsc_khz, {10, 8, 8, 8, 8, 8}),
        field("apic_khz", &P::apic_khz, {14, 12, 12, 12, 12, 12}),
    };
};

template <>
struct Shape<ArmPlatform> {
    using P = ArmPlatform;
    static constexpr const char* name = "arm";
    static constexpr PerLayout size = {42, 44, 44, 44, 44, 44};
    static constexpr std::tuple fields{
        field("maintenance_irq", &P::maintenance_irq, all(0)),
        field("gic_version", &P::gic_version, all(1)),
        field("gicd_base", &P::gicd_base, {2, 4, 4, 4, 4, 4}),
        field("gicc_base", &P::gicc_base, {10, 12, 12, 12, 12, 12}),
        field("gich_base", &P::gich_base, {18, 20, 20, 20, 20, 20}),
        field("gicv_base", &P::gicv_base, {26, 28, 28, 28, 28, 28}),
        field("gicr_base", &P::gicr_base, {34, 36, 36, 36, 36, 36}),
    };
};

template <>
struct Shape<Coloring> {
    static constexpr const char* name = "coloring";
    static constexpr PerLayout size = {none, none, 16, none, 16, 16};
    static constexpr std::tuple fields{
        field("way_size", &Coloring::way_size, {none, none, 0, none, 0, 0}),
        field("root_map_offset", &Coloring::root_map_offset, {none, none, 8, none, 8, 8}),
    };
};

template <>
struct Shape<Memguard> {
    using M = Memguard;
    static constexpr const char* name = "memguard";
    static constexpr PerLayout size = {none, none, 48, none, 48, 48};
    static constexpr std::tuple fields{
        field("num_irqs", &M::num_irqs, {none, none, 0, none, 0, 0}),
        field("hv_timer", &M::hv_timer, {none, none, 4, none, 4, 4}),
        field("irq_prio_min", &M::irq_prio_min, {none, none, 8, none, 8, 8}),
        field("irq_prio_max", &M::irq_prio_max, {none, none, 9, none, 9, 9}),
        field("irq_prio_step", &M::irq_prio_step, {none, none, 10, none, 10, 10}),
        field("irq_prio_threshold", &M::irq_prio_threshold, {none, none, 11, none, 11, 11}),
        field("num_pmu_irq", &M::num_pmu_irq, {none, none, 12, none, 12, 12}),
        field("pmu_cpu_irq", &M::pmu_cpu_irq, {none, none, 16, none, 16, 16}),
    };
};

template <>
struct Shape<Qos> {
    static constexpr const char* name = "QoS";
    static constexpr PerLayout size = {none, none, 16, none, 16, 16};
    static constexpr std::tuple fields{
        field("nic_base", &Qos::nic_base, {none, none, 0, none, 0, 0}),
        field("nic_size", &Qos::nic_size, {none, none, 8, none, 8, 8}),
    };
};

template <>
struct Shape<Fpga> {
    static constexpr const char* name = "FPGA";
    static constexpr PerLayout size = {none, none, none, none, none, 45};
    static constexpr std::tuple fields{
        text("fpga_base_bitstream", &Fpga::base_bitstream, 32, {none, none, none, none, none, 0}),
        field("fpga_base_addr", &Fpga::base_addr, {none, none, none, none, none, 32}),
        field("fpga_flags", &Fpga::flags, {none, none, none, none, none, 40}),
        field("fpga_max_regions", &Fpga::max_regions, {none, none, none, none, none, 41}),
    };
};

constexpr bool is_x86(const System& system) {
    return system.arch == Arch::x86;
}
constexpr bool is_arm(const System& system) {
    return system.arch != Arch::x86;
}

// struct jailhouse_system, again without the first eight bytes, and with its root cell's header at
// the end. In v0.12 the IOMMUs were in the architecture's part, behind what else it had.
template <>
inline constexpr std::size_t prefix<System> = 8;

template <>
struct Shape<System> {
    using S = System;
    static constexpr const char* name = "system";
    static constexpr PerLayout size = {486, 488, 584, 488, 588, 645};
    static constexpr std::tuple fields{
        //                                        v0.12 13 coloured master omnivisor-1 omnivisor
        field("flags", &S::flags, all(8), system_flags),
        field("hypervisor_memory", &S::hypervisor_memory, all(12)),
        field("debug_console", &S::debug_console, {44, 44, 52, 44, 52, 52}),
        field("platform_info.pci_mmconfig_base", &S::pci_mmconfig_base, {76, 76, 84, 76, 84, 84}),
        field("platform_info.pci_mmconfig_end_bus", &S::pci_mmconfig_end_bus,
              {84, 84, 92, 84, 92, 92}),
        field("platform_info.pci_is_virtual", &S::pci_is_virtual, {85, 85, 93, 85, 93, 93}),
        field("platform_info.pci_domain", &S::pci_domain, {86, 86, 94, 86, 94, 94}),
        field("platform_info.no_spectre_mitigation", &S::no_spectre_mitigation,
              {none, none, 96, none, 96, 96}),
        field("platform_info.iommu_units", &S::iommu_units, {none, 88, 100, 88, 100, 100}),
        field("platform_info.color", &S::color, {none, none, 324, none, 324, 324}),
        field("platform_info.memguard", &S::memguard, {none, none, 340, none, 340, 340}),
        field("platform_info.qos", &S::qos, {none, none, 388, none, 388, 388}),
        field("platform_info.fpga", &S::fpga, {none, none, none, none, none, 404}),
        field("platform_info.x86", &S::x86, {88, 312, 404, 312, 404, 449}, is_x86),
        field("platform_info.x86.iommu_units", &S::iommu_units, {106, none, none, none, none, none},
              is_x86),
        field("platform_info.arm", &S::arm, {88, 312, 404, 312, 404, 449}, is_arm),
        field("platform_info.arm.iommu_units", &S::iommu_units, {130, none, none, none, none, none},
              is_arm),
        field("root_cell", &S::root_cell, {354, 356, 448, 356, 448, 493}),
    };
};

}  // namespace runphi::jailhouse
