// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "format/model.hpp"
#include "format/number_set.hpp"

// What the `path` of a device on the board means to this backend.
namespace runphi::jailhouse {

struct TreeNode {  // "/soc/serial@9000000": a node of the machine's device tree
    std::string path;
};
struct PciAddress {  // "0000:00:02.0"
    std::uint16_t domain = 0, bdf = 0;

    bool operator==(const PciAddress&) const = default;
};
struct RemoteProcessor {  // "rpu:1": of the Omnivisor
    unsigned number = 0;
};
struct Colours {  // "colors:0-3": a share of the cache
    Numbers numbers;
};
struct Ports {  // "ports:0x3f8+8": of x86
    Pio range;
};
// Nothing: registers and interrupts that have no more of a description. The first three are on the
// machine's buses.
using DevicePath =
    std::variant<std::monostate, TreeNode, PciAddress, RemoteProcessor, Colours, Ports>;

// Throws Error(invalid), which begins with `where`.
DevicePath parse_device_path(const std::string& path, const std::string& where);

struct BoardDevice {
    std::string name;
    DevicePath path;
    std::vector<sdk::Region> registers;

    // May it reach memory by itself?
    bool is_on_bus() const { return path.index() < std::variant_size_v<DevicePath> - 3; }
};

// The granted ones among the devices of the board, in the order of the grant. Throws Error if the
// board has not got one, or two of the board's devices have a cache colour.
std::vector<BoardDevice> granted_devices(std::string_view board, const sdk::Plan& plan);

// All cache colours that these devices are.
Numbers colours_of(const std::vector<BoardDevice>& devices);
// All remote processors among them.
Numbers rpus_of(const std::vector<BoardDevice>& devices);

}  // namespace runphi::jailhouse
