// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/board/board.hpp"

// The board in the forms in which a node tells container engines and a cluster what it has.
namespace phi::board {

// Where an engine puts the node of a board's device that a container may have. It is no node of
// that device, but a name: the partition is given the device itself (plan/dev.cpp).
inline constexpr std::string_view device_folder = "/dev/runphi/";

// The devices as a specification of the Container Device Interface, version 0.5.0: kind
// "runphi.org/device", and each device's edit is a character device, the null device, below
// device_folder. What CDI does not allow in a name (its SPEC.md: letters, digits, "_", "-", "."
// and ":", a letter or digit at both ends) becomes "_" there. Throws Error(invalid) when two names
// become one.
std::string cdi(const Board& board);

struct Hypervisor {
    std::string backend;  // its id
    std::string version;  // may be empty
    std::uint64_t capabilities = 0;
};

// Labels of the node for Node Feature Discovery's local source, a line NAME=VALUE each: the backend
// and what it can do, CPUs, memory, devices and channels. What Kubernetes does not allow in a label
// becomes "_", what is too long for one becomes a comment.
std::string node_labels(const Board& board, const Hypervisor& hypervisor);

}  // namespace phi::board
