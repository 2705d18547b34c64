// SPDX-License-Identifier: Apache-2.0
#include "tree_facts.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>

#include "../common/files.hpp"

namespace runphi::jailhouse {

using common::read_file;
using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t longest_property = 4096;

// By what the device tree calls them (Linux' bindings/serial), and by what Jailhouse does
// (include/jailhouse/console.h).
struct Uart {
    std::string_view compatible;
    std::uint16_t type;
};
constexpr Uart uarts[] = {
    {"arm,pl011", 3},     {"xlnx,xuartps", 4},   {"cdns,uart-r1p8", 4},
    {"ns16550a", 2},      {"ns16550", 2},        {"snps,dw-apb-uart", 2},
    {"renesas,hscif", 6}, {"fsl,imx6q-uart", 8}, {"fsl,imx7ulp-lpuart", 9},
};
constexpr std::uint16_t type_8250 = 2, mmio = 1, registers_4_apart = 2;

std::optional<std::string> property(const std::string& tree, const std::string& node,
                                    const char* name) {
    try {
        return read_file(tree + node + "/" + name, longest_property);
    } catch (const Error& error) {
        if (error.code() != Code::not_found && error.code() != Code::invalid) throw;
        return std::nullopt;
    }
}

std::vector<std::uint32_t> cells_of(const std::string& bytes) {
    std::vector<std::uint32_t> out;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
        }
        out.push_back(value);
    }
    return out;
}

bool has_iommu(const System& system) {
    return std::any_of(system.iommu_units.begin(), system.iommu_units.end(),
                       [](const Iommu& one) { return one.type != 0; });
}

// On an MMU-500 an entry of the configuration has a mask in its upper half.
bool is_stream(const StreamId& known, std::uint32_t id) {
    return known.id == id || (known.id & 0xffffU) == id;
}

}  // namespace

std::vector<std::uint32_t> stream_ids_of(const System& system, const std::string& tree,
                                         const std::string& node) {
    const auto iommus = property(tree, node, "iommus");
    if (!iommus || !has_iommu(system)) return {};
    std::vector<std::uint32_t> out;
    // Phandles and numbers in turn, of one cell each with the IOMMUs that Jailhouse knows.
    const std::vector<std::uint32_t> cells = cells_of(*iommus);
    for (std::size_t i = 1; i < cells.size(); i += 2) {
        const auto& known = system.root_cell.stream_ids;
        const auto at = std::find_if(known.begin(), known.end(),
                                     [&](const StreamId& one) { return is_stream(one, cells[i]); });
        if (at == known.end()) {
            throw Error(Code::unsupported,
                        "it reaches memory through an IOMMU as stream " + std::to_string(cells[i]) +
                            ", which the root cell of the system configuration has not got",
                        "add it to the stream_ids of the system configuration");
        }
        out.push_back(at->id);
    }
    return out;
}

std::optional<Console> console_at(const std::string& tree, const std::string& node) {
    const std::string list = property(tree, node, "compatible").value_or("");
    for (std::size_t at = 0; at < list.size();) {
        const std::string_view word = list.c_str() + at;
        at += word.size() + 1;
        for (const Uart& one : uarts) {
            if (word != one.compatible) continue;
            const auto shift = cells_of(property(tree, node, "reg-shift").value_or(""));
            const bool apart = one.type != type_8250 || shift == std::vector<std::uint32_t>{2};
            Console out;
            out.type = one.type;
            out.flags = apart ? mmio | registers_4_apart : mmio;
            return out;
        }
    }
    return std::nullopt;
}

}  // namespace runphi::jailhouse
