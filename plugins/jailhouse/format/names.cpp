// SPDX-License-Identifier: Apache-2.0
#include "names.hpp"

#include <iterator>

namespace runphi::jailhouse {

namespace {

// Where several names share bits, the widest comes first.
constexpr Name console_type_list[] = {
    {0, "JAILHOUSE_CON_TYPE_NONE", "none"},
    {1, "JAILHOUSE_CON_TYPE_EFIFB", "EFI framebuffer"},
    {2, "JAILHOUSE_CON_TYPE_8250", "8250"},
    {3, "JAILHOUSE_CON_TYPE_PL011", "PL011"},
    {4, "JAILHOUSE_CON_TYPE_XUARTPS", "XUARTPS"},
    {5, "JAILHOUSE_CON_TYPE_MVEBU", "MVEBU"},
    {6, "JAILHOUSE_CON_TYPE_HSCIF", "HSCIF"},
    {7, "JAILHOUSE_CON_TYPE_SCIFA", "SCIFA"},
    {8, "JAILHOUSE_CON_TYPE_IMX", "IMX"},
    {9, "JAILHOUSE_CON_TYPE_IMX_LPUART", "IMX LPUART"},
};
constexpr Name console_flag_list[] = {
    {0x1, "JAILHOUSE_CON_ACCESS_MMIO", "MMIO"},
    {0x2, "JAILHOUSE_CON_REGDIST_4", "registers-4-apart"},
    {0x4, "JAILHOUSE_CON_FB_1920x1080", "1920x1080"},
    {0x1000, "JAILHOUSE_CON_INVERTED_GATE", "inverted-gate"},
    {0x2000, "JAILHOUSE_CON_MDR_QUIRK", "MDR-quirk"},
};
constexpr Name region_flag_list[] = {
    {0x1, "JAILHOUSE_MEM_READ", "read"},
    {0x2, "JAILHOUSE_MEM_WRITE", "write"},
    {0x4, "JAILHOUSE_MEM_EXECUTE", "execute"},
    {0x8, "JAILHOUSE_MEM_DMA", "dma"},
    {0x10, "JAILHOUSE_MEM_IO", "io"},
    {0x20, "JAILHOUSE_MEM_COMM_REGION", "comm-region"},
    {0x40, "JAILHOUSE_MEM_LOADABLE", "loadable"},
    {0x80, "JAILHOUSE_MEM_ROOTSHARED", "rootshared"},
    {0x100, "JAILHOUSE_MEM_NO_HUGEPAGES", "no-hugepages"},
    {0x200, "JAILHOUSE_MEM_COLORED", "colored"},
    {0x400, "JAILHOUSE_MEM_COLORED_NO_COPY", "colored-no-copy"},
    {0x8000, "JAILHOUSE_MEM_IO_UNALIGNED", "io-unaligned"},
    {0x10000, "JAILHOUSE_MEM_IO_8", "io-8"},
    {0x20000, "JAILHOUSE_MEM_IO_16", "io-16"},
    {0x40000, "JAILHOUSE_MEM_IO_32", "io-32"},
    {0x80000, "JAILHOUSE_MEM_IO_64", "io-64"},
};
constexpr Name cache_type_list[] = {
    {1, "JAILHOUSE_CACHE_L3_CODE", "L3 code"},
    {2, "JAILHOUSE_CACHE_L3_DATA", "L3 data"},
    {3, "JAILHOUSE_CACHE_L3", "L3"},
};
constexpr Name cache_flag_list[] = {{0x1, "JAILHOUSE_CACHE_ROOTSHARED", "rootshared"}};
constexpr Name pci_type_list[] = {
    {1, "JAILHOUSE_PCI_TYPE_DEVICE", "device"},
    {2, "JAILHOUSE_PCI_TYPE_BRIDGE", "bridge"},
    {3, "JAILHOUSE_PCI_TYPE_IVSHMEM", "ivshmem"},
};
// The names of the bit-fields.
constexpr Name msi_bit_list[] = {
    {0x1, "msi_64bits", "64-bit"},
    {0x2, "msi_maskable", "maskable"},
};
constexpr Name capability_flag_list[] = {{0x1, "JAILHOUSE_PCICAPS_WRITE", "write"}};
constexpr Name cell_flag_list[] = {
    {0x1, "JAILHOUSE_CELL_PASSIVE_COMMREG", "passive-commreg"},
    {0x2, "JAILHOUSE_CELL_TEST_DEVICE", "test-device"},
    {0x4, "JAILHOUSE_CELL_AARCH32", "aarch32"},
    {0x40000000, "JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED", "virtual-console-permitted"},
    {0x80000000, "JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE", "virtual-console-active"},
};
constexpr Name iommu_type_list[] = {
    {0, "0", "none"},
    {1, "JAILHOUSE_IOMMU_AMD", "AMD"},
    {2, "JAILHOUSE_IOMMU_INTEL", "Intel"},
    {3, "JAILHOUSE_IOMMU_SMMUV3", "SMMUv3"},
    {4, "JAILHOUSE_IOMMU_PVU", "PVU"},
    {5, "JAILHOUSE_IOMMU_ARM_MMU500", "MMU-500"},
};
constexpr Name system_flag_list[] = {
    {0x1, "JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE", "virtual-debug-console"},
};

template <std::size_t N>
constexpr Names values(const Name (&list)[N]) {
    return {false, list, N};
}
template <std::size_t N>
constexpr Names bits(const Name (&list)[N]) {
    return {true, list, N};
}

// The names of the bits, each given to `add`, and what remains.
template <typename Add>
std::uint64_t split(std::uint64_t value, const Names& names, const Add& add) {
    for (const Name& one : names) {
        if ((value & one.value) != one.value) continue;
        add(one);
        value &= ~one.value;
    }
    return value;
}

std::string joined(std::uint64_t value, const Names& names, const char* Name::*which,
                   const char* between) {
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "" : between) + text; };
    const std::uint64_t rest = split(value, names, [&](const Name& one) { add(one.*which); });
    if (rest != 0) add(hex(rest));
    return out;
}

const Name* find(std::uint64_t value, const Names& names) {
    for (const Name& one : names) {
        if (one.value == value) return &one;
    }
    return nullptr;
}

}  // namespace

constinit const Names console_types = values(console_type_list);
constinit const Names console_flags = bits(console_flag_list);
constinit const Names region_flags = bits(region_flag_list);
constinit const Names cache_types = values(cache_type_list);
constinit const Names cache_flags = bits(cache_flag_list);
constinit const Names pci_types = values(pci_type_list);
constinit const Names msi_bits = bits(msi_bit_list);
constinit const Names capability_flags = bits(capability_flag_list);
constinit const Names cell_flags = bits(cell_flag_list);
constinit const Names iommu_types = values(iommu_type_list);
constinit const Names system_flags = bits(system_flag_list);

std::string c_expression(std::uint64_t value, const Names& names) {
    if (!names.bits) {
        const Name* name = find(value, names);
        return name != nullptr ? name->constant : hex(value);
    }
    const std::string out = joined(value, names, &Name::constant, " | ");
    return out.empty() ? "0" : out;
}

std::string words(std::uint64_t value, const Names& names) {
    if (!names.bits) {
        const Name* name = find(value, names);
        return name != nullptr ? name->word : hex(value);
    }
    const std::string out = joined(value, names, &Name::word, " ");
    return out.empty() ? "-" : out;
}

}  // namespace runphi::jailhouse
