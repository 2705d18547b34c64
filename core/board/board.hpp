// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// The inventory of what this machine has to give away (plugin-api/schema/board.json).
namespace phi::board {

struct MemoryPool {
    std::string name;
    std::uint64_t base = 0;  // physical address; 0 for a pool that is only counted
    std::uint64_t size = 0;  // bytes
    std::string comment{};   // where it came from, for people; of all of these
};

struct Region {
    std::uint64_t base = 0;
    std::uint64_t size = 0;
};

// A device that one partition at a time can own.
struct Device {
    std::string name;  // as a container asks for it: "uart1"
    std::string path;  // device tree path or PCI address; may be empty
    std::vector<Region> iomem;
    std::vector<std::uint32_t> irqs;
    std::string comment{};
};

// A piece of shared memory, or a virtual link, between at most `peers` partitions.
struct Channel {
    std::string name;
    std::uint64_t size = 0;
    unsigned peers = 2;
    std::string comment{};
};

struct Board {
    std::string name;
    std::vector<unsigned> cpus;  // that partitions may get
    // true: a CPU belongs to one partition. false: CPUs are shared, and a grant names them only
    // when the container asked for certain ones.
    bool exclusive_cpus = true;
    std::vector<MemoryPool> memory;
    std::vector<Device> devices;
    std::vector<std::uint32_t> irqs;  // free interrupt lines that no device above has
    std::vector<Channel> channels;
    std::uint64_t memory_alignment = 4096;  // of base and size of a grant; a power of two
    std::uint64_t memory_minimum = 1U << 20;
    unsigned name_max = 63;  // bytes in a partition's name
    std::string comment{}, cpus_comment{};
};

// Checks what a schema cannot: no overlap of pools, no device twice, powers of two, no overflow.
Board parse_board(const std::string& text, const std::string& what);
std::string write_board(const Board& board);

}  // namespace phi::board
