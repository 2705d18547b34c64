// SPDX-License-Identifier: Apache-2.0
// The container's monitor gets its descriptors from the slot's relay.
#include "../../common/channel/launch.hpp"
#include "../backend.hpp"

namespace runphi::bao {

sdk::UniqueFd BaoBackend::console(const sdk::Host&, const sdk::Partition& partition) {
    return common::connect_relay(partition, common::console_socket);
}

sdk::UniqueFd BaoBackend::agent(const sdk::Host&, const sdk::Partition& partition) {
    return common::connect_relay(partition, common::agent_socket);
}

}  // namespace runphi::bao
