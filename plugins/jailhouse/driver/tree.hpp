// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../format/layout.hpp"
#include "../format/number_set.hpp"

// What Jailhouse's driver tells in sysfs (Documentation/sysfs-entries.txt): the only place where it
// tells what really is.
namespace runphi::jailhouse {

enum class CellState { shut_down, running, locked, failed, other };

struct CellStatus {
    int id = -1;
    std::string name;
    CellState state = CellState::other;
    std::string state_text;  // the driver's word: "running/locked"
    Numbers cpus, failed_cpus;
};

// `cell "a" (2)`: how messages name one.
std::string label_of(const CellStatus& cell);

class Tree {
  public:
    explicit Tree(std::string root) : root_(std::move(root)) {}

    // Is the hypervisor running? Throws Error(not_found) if there is no driver.
    bool enabled() const;
    // All cells in the order of their ids; the root cell has 0. One that goes away meanwhile is
    // left out.
    std::vector<CellStatus> cells() const;
    std::optional<CellStatus> cell(int id) const;
    std::optional<CellStatus> cell(const std::string& name) const;
    // How often the hypervisor took over from the cell, by reason ("total" for all): the files
    // statistics/vmexits_REASON. Each is a call of the hypervisor.
    std::map<std::string, std::uint64_t> exits(int id) const;
    // Is this driver one of a tree with that layout? It tells the Omnivisors from all others.
    bool fits(Layout layout) const;

    const std::string& root() const { return root_; }

  private:
    std::string root_;
};

// "0,2-15", as the kernel writes it; nullopt for anything else.
std::optional<Numbers> parse_list(const std::string& text);

}  // namespace runphi::jailhouse
