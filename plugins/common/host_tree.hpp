// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "extent.hpp"

namespace runphi::common {

// A node of the machine's own device tree. Its other properties are read when they are asked for.
struct HostNode {
    std::string path;               // "/axi/serial@ff000000"
    std::vector<Extent> registers;  // where a CPU finds them; empty if it cannot reach them
    std::vector<std::string> compatible;
};

// The machine's own device tree, as Linux shows it: a folder a node, a file a property
// (/sys/firmware/devicetree/base).
class HostTree {
  public:
    // Reads the shape of the whole tree. Throws Error(unsupported) for a machine that has none.
    explicit HostTree(std::string root);

    // Parents before their children.
    const std::vector<HostNode>& nodes() const { return nodes_; }
    const HostNode* find(const std::string& path) const;
    const HostNode* by_phandle(std::uint32_t phandle) const;
    // The first one of which one of the `compatible` strings is among these.
    const HostNode* compatible_with(const std::vector<std::string>& any) const;

    // Properties; nullopt if there is none, or it is not of that form.
    std::optional<std::string> bytes(const HostNode& node, const std::string& name) const;
    std::optional<std::vector<std::uint32_t>> cells(const HostNode& node,
                                                    const std::string& name) const;
    std::optional<std::uint32_t> cell(const HostNode& node, const std::string& name) const;
    std::vector<std::string> texts(const HostNode& node, const std::string& name) const;
    std::vector<std::string> property_names(const HostNode& node) const;
    // The controller that its `interrupts` go to: of itself, or of the nearest parent that says.
    const HostNode* interrupt_parent(const HostNode& node) const;

  private:
    struct Bus;
    void walk(const std::string& path, const Bus& bus, int depth);
    std::vector<Extent> registers_of(const HostNode& node, const Bus& bus) const;
    Bus bus_of(const HostNode& node, const Bus& parent) const;

    std::string root_;
    std::vector<HostNode> nodes_;
    std::map<std::uint32_t, std::size_t> phandles_;  // to the index in nodes_
};

}  // namespace runphi::common
