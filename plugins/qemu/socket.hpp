// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <runphi/sdk/socket.hpp>

#include "deadline.hpp"

namespace runphi::qemu {

using sdk::listen_at;

// To one of QEMU's sockets, which it inherits already bound. Throws as sdk::connect_at does.
inline sdk::UniqueFd connect_at(int dir_fd, const char* name) {
    return sdk::connect_at(dir_fd, name, "QEMU");
}

// Waits until the descriptor is readable or hung up; false when the time ran out.
bool wait_readable(int fd, Deadline deadline);

}  // namespace runphi::qemu
