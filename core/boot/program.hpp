// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boot/mounts.hpp"
#include "core/boot/tree.hpp"
#include "core/oci/spec.hpp"

namespace phi::boot {

// Is there a program to run? Looks args[0] up as the process itself will: in the PATH of its
// environment, from its working directory, with its user's rights, in the root file system with the
// mounts over it. Throws at create what runc would, in its words, from which engines tell the exit
// codes 127 and 126: `unable to start container process: exec: "x": ...`.
//
// What only the guest can know is left to it: what its kernel shows below /proc and the like, and
// what the host has mounted below a shared directory.
void check_program(const Tree& tree, const GuestMounts& mounts, const oci::Process& process);

}  // namespace phi::boot
