// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/boot/mounts.hpp"
#include "core/oci/spec.hpp"

namespace phi::boot {

// The content of /.runphi/config (guest/phi-init/config_keys.h). Throws where the configuration has
// no process, and for a value that a record cannot carry, naming the key.
std::string guest_config(const oci::Spec& spec, const GuestMounts& mounts);

// The records of one process, without a machine around it: what an exec session of runphi/agent.h
// is opened with.
std::string guest_process(const oci::Process& process);

// One file, in or out of a running guest.
struct GuestCopy {
    bool in = false;
    std::string path;        // in the guest, absolute
    std::string name;        // in: where the path is a directory
    unsigned mode = 0;       // in: permissions
    std::uint64_t size = 0;  // in: bytes
};
std::string guest_copy(const GuestCopy& copy);

}  // namespace phi::boot
