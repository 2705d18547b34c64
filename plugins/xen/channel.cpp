// SPDX-License-Identifier: Apache-2.0
// The container's monitor gets its descriptors from the domain's helper.
#include <runphi/sdk/socket.hpp>

#include "backend.hpp"
#include "files.hpp"

namespace runphi::xen {

namespace {

constexpr const char* helper_name = "the domain's helper";

}  // namespace

sdk::UniqueFd XenBackend::console(const sdk::Host&, const sdk::Partition& partition) {
    return sdk::connect_at(partition.dir_fd, console_socket, helper_name);
}

sdk::UniqueFd XenBackend::agent(const sdk::Host&, const sdk::Partition& partition) {
    return sdk::connect_at(partition.dir_fd, agent_socket, helper_name);
}

}  // namespace runphi::xen
