// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "discover/others.hpp"
#include "links.hpp"
#include "managers.hpp"
#include "node.hpp"

// COMM: channels of shared memory, between cells and with the root cell.
namespace runphi::jailhouse {

std::string JailhouseBackend::comm(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (plan.channels.empty()) return {};
    const Settings settings = Settings::parse(host.settings());
    const Node node = Node::read(settings);
    return write_links(
        plan_links(node.system, configs_of_others(node, settings), in.board, plan, false));
}

void add_channels(Cell& cell, const sdk::Plan& plan, const System& system) {
    add_links(cell, plan, system, "comm");
}

}  // namespace runphi::jailhouse
