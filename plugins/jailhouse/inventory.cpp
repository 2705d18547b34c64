// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "discover/discover.hpp"
#include "node.hpp"
#include "records.hpp"

namespace runphi::jailhouse {

std::string JailhouseBackend::inventory(const sdk::Host& host) {
    const Settings settings = Settings::parse(host.settings());
    return board_json(discover(Node::read(settings), settings, Records(host).names()));
}

}  // namespace runphi::jailhouse
