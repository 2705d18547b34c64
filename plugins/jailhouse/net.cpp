// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "backend.hpp"
#include "discover/others.hpp"
#include "links.hpp"
#include "managers.hpp"
#include "node.hpp"

// NET: network links of shared memory (ivshmem-net), between two cells or with the root cell. What
// the engine has made of networks cannot be passed on: a link is all that a cell can have.
namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

void require_link(const sdk::Plan& plan, const Links& links) {
    const std::string wanted = plan.root().at("request").at("net").string();
    const std::string mode = plan.root().at("network").at("mode").string();
    if (mode != "backend") return;
    for (const LinkEnd& one : links.ends) {
        if (one.channel == wanted) return;
    }
    throw Error(
        Code::unsupported,
        "network \"" + wanted + "\": it is none of the network links that were granted",
        "ask for a channel of the board that is one, such as ivshmem-net-00:01.0, with the "
        "annotation org.runphi.net, on a node that allows org.runphi.channels; or for none");
}

}  // namespace

std::string JailhouseBackend::net(const sdk::Host& host, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    Links links;
    if (!plan.channels.empty()) {
        const Settings settings = Settings::parse(host.settings());
        const Node node = Node::read(settings);
        links = plan_links(node.system, configs_of_others(node, settings), in.board, plan, true);
    }
    require_link(plan, links);
    return write_links(links);
}

void add_network(Cell& cell, const sdk::Plan& plan, const System& system) {
    add_links(cell, plan, system, "net");
}

}  // namespace runphi::jailhouse
