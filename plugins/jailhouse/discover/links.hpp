// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../format/model.hpp"
#include "../links.hpp"

// The shared memory devices (ivshmem) of the root cell, each a channel of the board. A device
// cannot be added while Jailhouse runs: cells get ends of those that the root cell has.
namespace runphi::jailhouse {

struct Link {
    std::uint16_t bdf = 0;     // by it alone the hypervisor connects ends
    std::uint16_t domain = 0;  // the root cell's; every cell has its own
    std::uint16_t protocol = 0;
    unsigned peers = 0;               // all ends, the root cell's too
    std::uint32_t regions_start = 0;  // in the root cell: state table, read-write section, outputs
    std::uint64_t size = 0;           // bytes of all these
    // Numbers of the ends (shmem_dev_id) that are to be had, ascending: all but the root cell's, up
    // to the first that a cell of somebody else's has. End n of the channel is ends[n].
    std::vector<std::uint8_t> ends;

    bool operator==(const Link&) const = default;
};

// "ivshmem-00:01.0", and with the protocol of network links "ivshmem-net-00:02.0": the channel on
// the board, by bus, device and function in hexadecimal.
std::string channel_name(const Link& link);

// A device of the root cell that has its regions. `others`: cells that are not ours.
Link link_of(const PciDevice& device, const System& system, const std::vector<Cell>& others);

// In the order of the root cell's devices. `others`: cells that are not ours. A device whose
// regions the root cell has not got is left out.
std::vector<Link> links_of(const System& system, const std::vector<Cell>& others);

}  // namespace runphi::jailhouse
