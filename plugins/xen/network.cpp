// SPDX-License-Identifier: Apache-2.0
#include "network.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t interfaces_max = 8;
// xen-netback's limits as long as no guest has said that it takes more.
constexpr std::uint64_t mtu_min = 68, mtu_max = 1500;

}  // namespace

std::vector<Vif> container_vifs(const sdk::Plan& plan) {
    if (plan.interfaces.size() > interfaces_max) {
        throw Error(Code::unsupported, "the container has " +
                                           std::to_string(plan.interfaces.size()) +
                                           " network interfaces; a domain gets at most " +
                                           std::to_string(interfaces_max));
    }
    std::vector<Vif> out;
    for (const sdk::NetworkInterface& one : plan.interfaces) {
        if (one.mtu < mtu_min || one.mtu > mtu_max) {
            throw Error(Code::unsupported, "network interface \"" + one.name + "\" has an MTU of " +
                                               std::to_string(one.mtu) + "; a domain's can have " +
                                               std::to_string(mtu_min) + " to " +
                                               std::to_string(mtu_max));
        }
        Vif vif;
        vif.mac = one.mac;
        vif.device = common::device_name(plan.partition, out.size());
        out.push_back(vif);
    }
    return out;
}

ContainerNetwork::ContainerNetwork(const sdk::Plan& plan, common::Deadline deadline) {
    if (plan.interfaces.empty()) return;
    opened_ = common::open_planned_namespace(plan, deadline);
    netlink_.emplace();
    for (const sdk::NetworkInterface& one : plan.interfaces) {
        claimed_.push_back(common::claim(*netlink_, one));
    }
}

void ContainerNetwork::join(const sdk::Plan& plan) {
    for (std::size_t i = 0; i < claimed_.size(); ++i) {
        const std::string name = common::device_name(plan.partition, i);
        const auto vif = common::find_link(*netlink_, name);
        if (!vif) throw Error(Code::internal, "the vif " + name + " is in another namespace");
        common::join(*netlink_, plan, i, claimed_[i], *vif, plan.partition);
    }
}

// The vifs go with their domain.
void leave_network(const sdk::Plan& plan, common::Deadline deadline) {
    if (!plan.network_namespace) return;
    const sdk::UniqueFd opened = common::open_namespace(*plan.network_namespace);
    if (!opened) return;
    // Without the lock if need be: what is ours is told by its mark.
    (void)common::lock_namespace(opened, deadline);
    common::Rtnetlink netlink = common::talk_about(opened);
    common::give_back(netlink, plan, plan.partition);
}

}  // namespace runphi::xen
