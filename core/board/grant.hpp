// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/board/board.hpp"

namespace phi::board {

// What a container asks the board for.
struct Request {
    unsigned cpu_count = 1;
    std::vector<unsigned> cpu_list;    // from cpuset.cpus: exactly these, or refused; empty: any
    std::uint64_t memory = 0;          // bytes, before alignment
    std::vector<std::string> devices;  // names of board devices
    std::vector<std::string> device_tree_paths;  // hwConfig.dtdevs
    std::vector<Region> iomems;                  // machine addresses, hwConfig.iomems
    std::vector<std::uint32_t> irqs;             // hwConfig.irqs
    std::vector<std::string> channels;           // names of board channels
};

struct MemoryGrant {
    std::string pool;
    std::uint64_t base = 0;
    std::uint64_t size = 0;
};

struct ChannelGrant {
    std::string name;
    unsigned peer = 0;  // which end
    std::uint64_t size = 0;
};

// What it got. Written as grants.json; together, all grants.json are the ledger.
struct Grant {
    std::vector<unsigned> cpus;  // the CPUs it owns, or is pinned to on a board with shared CPUs
    unsigned cpu_count = 1;      // vCPUs
    std::vector<MemoryGrant> memory;
    std::vector<std::string> devices;
    std::vector<Region> iomems;       // of the devices too
    std::vector<std::uint32_t> irqs;  // of the devices too
    std::vector<ChannelGrant> channels;
};

Grant parse_grant(const std::string& text, const std::string& what);
std::string write_grant(const Grant& grant);

// A grant and who holds it, for messages.
struct Held {
    std::string container;
    Grant grant;
};

// Places a request on the board beside what is held. Deterministic: lowest CPUs, first fit over the
// pools in board order. Throws Error(no_resource) that says what was asked, what is free and who
// holds the rest, or Error(invalid) for what the board has not got at all. Pure.
Grant place(const Board& board, const std::vector<Held>& held, const Request& request);

}  // namespace phi::board
