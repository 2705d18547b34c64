// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// The layouts of configuration files that are in use. They differ in the signature, in members and
// in the size of a memory region; the revision does not tell them all apart. cell_fields.hpp and
// system_fields.hpp have what is where in each.
namespace runphi::jailhouse {

enum class Layout : unsigned {
    v0_12,        // Jailhouse 0.12, the last release
    revision_13,  // Jailhouse's master until its configurations named the architecture
    coloured,     // revision 13 with cache colours, memguard and QoS (Minerva Systems)
    master,       // revision 14: Jailhouse's master since 2022
    omnivisor_1,  // revision 14 with those and remote processors: the Omnivisor of 2023
    omnivisor,    // the same with FPGA regions and devices: the Omnivisor since 2025
};
inline constexpr std::size_t layout_count = 6;
inline constexpr std::array<Layout, layout_count> all_layouts = {
    Layout::v0_12,  Layout::revision_13, Layout::coloured,
    Layout::master, Layout::omnivisor_1, Layout::omnivisor};

// One number a layout, in the order of the enumeration; `none`: it has no such thing.
using PerLayout = std::array<std::int16_t, layout_count>;
inline constexpr std::int16_t none = -1;

constexpr std::int16_t of(const PerLayout& numbers, Layout layout) {
    return numbers[static_cast<std::size_t>(layout)];
}

// The same in every layout.
constexpr PerLayout all(std::int16_t number) {
    return {number, number, number, number, number, number};
}

struct LayoutFacts {
    Layout layout;
    std::string_view name;  // as the command line takes it
    std::string_view cell_signature, system_signature;
    std::uint16_t revision;
    bool has_arch;       // a byte behind the signature
    bool has_colours;    // of memory regions
    bool has_rcpus;      // remote processors, and the Omnivisor's driver
    const char* source;  // whose cell-config.h it is
};

const LayoutFacts& facts_of(Layout layout);
// "v0.12", "revision-13", "coloured", "master", "omnivisor-1", "omnivisor".
std::string_view to_string(Layout layout);
std::optional<Layout> layout_of(std::string_view name);

}  // namespace runphi::jailhouse
