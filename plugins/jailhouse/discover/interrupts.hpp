// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../../common/host_tree.hpp"
#include "../format/model.hpp"
#include "../format/number_set.hpp"

// The interrupts of a GIC that devices share, SPIs, by their INTIDs (SPI + 32), as the device tree
// wires them (bindings/interrupt-controller/arm,gic*.yaml).
namespace runphi::jailhouse {

using common::HostNode;
using common::HostTree;

class Wiring {
  public:
    // Of the GIC at that address (of its distributor).
    Wiring(const HostTree& tree, std::uint64_t distributor);

    // What a node raises. nullopt if one of its interrupts goes elsewhere, or is a CPU's own.
    std::optional<Numbers> interrupts_of(const HostNode& node) const;
    // How many nodes have an interrupt; those of PCI hosts for their slots count, too.
    unsigned users_of(unsigned interrupt) const;
    // Does some part of the GIC hand out interrupts for messages, without saying which?
    bool has_unknown() const { return unknown_; }

  private:
    std::optional<Numbers> parse(const std::vector<std::uint32_t>& cells, std::size_t at,
                                 std::size_t end) const;
    std::optional<Numbers> extended(const std::vector<std::uint32_t>& cells) const;
    Numbers mapped(const HostNode& node) const;
    void add_messages(const HostNode& node);

    const HostTree& tree_;
    const HostNode* gic_ = nullptr;
    std::size_t width_ = 3;  // cells of an interrupt
    std::map<unsigned, unsigned> users_;
    bool unknown_ = false;
};

// Those that the root cell may give away: on one of its interrupt chips.
Numbers interrupts_of_root(const System& system);
// Those of the root cell that nothing raises, by the wiring, the shared memory devices and the
// other cells.
Numbers free_interrupts(const System& system, const Wiring& wiring,
                        const std::vector<Cell>& others);

}  // namespace runphi::jailhouse
