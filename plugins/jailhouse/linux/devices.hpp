// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../../common/host_tree.hpp"
#include "../format/model.hpp"
#include "cell_tree.hpp"

namespace runphi::jailhouse {

using common::HostNode;
using common::HostTree;

// The devices of which the cell has all registers, as the host's tree describes them. What a cell
// has no tree node for, like an FPGA's own, is there all the same, at its address. `clocks`: how
// fast the clocks of a device run, in Hz by its path in the host's tree, where that tree does not
// tell. Throws Error for a device that Linux could not use: one of which the cell has not got the
// interrupts, or of which a clock's rate is not known.
std::vector<TreeDevice> devices_of(const Cell& cell, const HostTree& host,
                                   const std::map<std::string, std::uint32_t>& clocks);

// Which of them Linux can have its console on: the first serial port. `tty`: what Linux calls it.
struct ConsoleDevice {
    std::size_t index = 0;
    std::string tty;  // "ttyAMA0"
};
std::optional<ConsoleDevice> console_of(const std::vector<TreeDevice>& devices);

}  // namespace runphi::jailhouse
