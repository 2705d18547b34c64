// SPDX-License-Identifier: Apache-2.0
// The container's monitor gets its descriptors from the cell's relay.
#include "../backend.hpp"
#include "relay.hpp"

namespace runphi::jailhouse {

namespace {

constexpr const char* relay = "the relay";

}  // namespace

sdk::UniqueFd JailhouseBackend::console(const sdk::Host&, const sdk::Partition& partition) {
    return sdk::connect_at(partition.dir_fd, console_socket, relay);
}

sdk::UniqueFd JailhouseBackend::agent(const sdk::Host&, const sdk::Partition& partition) {
    return sdk::connect_at(partition.dir_fd, agent_socket, relay);
}

}  // namespace runphi::jailhouse
