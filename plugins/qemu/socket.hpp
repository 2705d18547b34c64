// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "deadline.hpp"

// Unix sockets in a directory that is known by its descriptor: they are named
// /proc/self/fd/N/NAME, because the directory's own path may be longer than sun_path (108 bytes).
namespace runphi::qemu {

// A listening socket, mode 0600 from the moment that it exists. QEMU inherits it already bound, so
// that a connect works as soon as QEMU has been spawned, and QEMU needs no right to the directory.
sdk::UniqueFd listen_at(int dir_fd, const char* name);

// Throws Error(not_found) when nobody listens, Error(busy) when too many wait already.
sdk::UniqueFd connect_at(int dir_fd, const char* name);

// Waits until the descriptor is readable or hung up; false when the time ran out.
bool wait_readable(int fd, Deadline deadline);

}  // namespace runphi::qemu
