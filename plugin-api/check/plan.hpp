// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <runphi/sdk/values.hpp>
#include <string>
#include <vector>

#include "board.hpp"
#include "options.hpp"

namespace check {

// A file to boot, opened.
struct BootImage {
    std::string role;
    std::string path;
    runphi::sdk::UniqueFd fd;
    std::uint64_t length = 0;
};

// Empty if the options name none.
std::vector<BootImage> open_images(const Options& options);

// Where the container's one interface is.
struct Network {
    std::string path;  // of the namespace
    std::uint64_t device = 0, inode = 0;
    std::string interface;
    std::string mac;
};

// What a plan has beside what the options say.
struct Shape {
    std::string kind;                // empty: "kernel" if there is one, else "inmate"
    std::vector<unsigned> cpus;      // granted; empty: as many of the board as it needs
    unsigned cpu_count = 1;          // virtual ones
    std::uint64_t memory = 0;        // bytes; 0: --memory
    std::optional<Network> network;  // without a path: known only after planning
    std::string shares_dir;          // of a tree that it shares; empty: none
};

// A plan as the core writes it (schema/plan.json).
std::string write_plan(const Options& options, const Board& board, const std::string& backend,
                       const std::string& partition, const std::vector<BootImage>& images,
                       const Shape& shape, const std::map<std::string, std::string>& parts);

}  // namespace check
