// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "window.hpp"

namespace runphi::xen::dom0less {

// The board's own device tree.
class BoardTree {
  public:
    // Throws Error if the file cannot be read, is damaged, or has cells that nobody knows.
    explicit BoardTree(const std::string& file);

    std::vector<Range> memory() const;
    // What is reserved, and what boot modules of the tree have already.
    std::vector<Range> used() const;
    bool has(const std::string& path) const;

    // The tree with an overlay applied, and Xen's parameters if there are any.
    std::string with(std::string overlay, const std::optional<std::string>& xen_parameters) const;

  private:
    void add_registers(std::vector<Range>& to, int node) const;

    std::string file_, tree_;
};

}  // namespace runphi::xen::dom0less
