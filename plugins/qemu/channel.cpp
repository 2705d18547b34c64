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

// The guest opens its end when it is asked for sessions.
sdk::UniqueFd QemuBackend::sessions(const sdk::Host&, const sdk::Partition& partition) {
    if (sdk::Plan(partition.plan).kind != "linux") {
        throw sdk::Error(sdk::Code::unsupported,
                         "a partition without phi-init has no channel for sessions");
    }
    return connect_at(partition.dir_fd, sessions_socket);
}

}  // namespace runphi::qemu
