// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "files.hpp"
#include "socket.hpp"

namespace runphi::qemu {

// QEMU accepts one client at a time; what the guest writes while there is none is lost, so the
// monitor connects before start.
sdk::UniqueFd QemuBackend::console(const sdk::Host&, const sdk::Partition& partition) {
    return connect_at(partition.dir_fd, console_socket);
}

sdk::UniqueFd QemuBackend::agent(const sdk::Host&, const sdk::Partition& partition) {
    return connect_at(partition.dir_fd, agent_socket);
}

}  // namespace runphi::qemu
