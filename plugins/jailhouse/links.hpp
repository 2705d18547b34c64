// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "format/model.hpp"

// The shared memory devices (ivshmem) of a cell, which COMM and NET give out. A device cannot be
// added to the root cell while Jailhouse runs, so cells get ends of those that it has.
namespace runphi::jailhouse {

// Of shmem_protocol, the network link (cell-config.h).
inline constexpr std::uint16_t protocol_veth = 1;

// An end of a link: a part of plan.parts.comm or plan.parts.net.
struct LinkEnd {
    std::string channel;    // on the board
    std::uint16_t bdf = 0;  // by it alone the hypervisor connects ends
    std::uint8_t end = 0;   // its number, shmem_dev_id
    bool operator==(const LinkEnd&) const = default;
};

struct Links {
    std::vector<LinkEnd> ends;
    // Of the cell, if its links raise interrupts of the GIC: the SPI of the first of the four lines
    // of its virtual bus.
    std::optional<std::uint32_t> vpci_irq_base;
};

// The root cell's device that the name of a board's channel ends with: "ivshmem-00:01.0" by bus,
// device and function. Throws Error(invalid) for a name that ends with none, or with one that the
// root cell has not got.
const PciDevice& link_of_channel(const System& system, const std::string& channel);

// The granted channels of which the link has this protocol, or has not. End n of a channel is the
// n-th number that is to be had: not the root cell's own, nor behind the first that one of `others`
// has, cells that are not ours (discover/links.hpp). Throws Error for an end that is not.
Links plan_links(const System& system, const std::vector<Cell>& others, std::string_view board,
                 const sdk::Plan& plan, bool veth);

std::string write_links(const Links& links);
// plan.parts.STAGE
void add_links(Cell& cell, const sdk::Plan& plan, const System& system, std::string_view stage);

}  // namespace runphi::jailhouse
