// SPDX-License-Identifier: Apache-2.0
#include "source.hpp"

namespace runphi::common {

bool NoSource::move(Peers& peers) {
    char dropped[4096];
    const bool console = peers.console.receive(dropped, sizeof dropped) > 0;
    return peers.agent.receive(dropped, sizeof dropped) > 0 || console;
}

}  // namespace runphi::common
