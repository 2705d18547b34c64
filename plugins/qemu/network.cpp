// SPDX-License-Identifier: Apache-2.0
#include "network.hpp"

#include "../common/cable.hpp"
#include "tap.hpp"

namespace runphi::qemu {

using common::LinkRow;
using common::Rtnetlink;
using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

// What virtio can tell a guest.
constexpr std::uint64_t mtu_min = 68;
constexpr std::uint64_t mtu_max = 65535;

void check(const sdk::Plan& plan) {
    if (plan.interfaces.size() > interfaces_max) {
        throw Error(Code::unsupported, "the container has " +
                                           std::to_string(plan.interfaces.size()) +
                                           " network interfaces; QEMU's machines have room for " +
                                           std::to_string(interfaces_max));
    }
    for (const sdk::NetworkInterface& one : plan.interfaces) {
        if (one.mtu >= mtu_min && one.mtu <= mtu_max) continue;
        throw Error(Code::unsupported, "network interface \"" + one.name + "\" has an MTU of " +
                                           std::to_string(one.mtu) + "; a guest can have " +
                                           std::to_string(mtu_min) + " to " +
                                           std::to_string(mtu_max));
    }
}

UniqueFd join(Rtnetlink& netlink, const sdk::Plan& plan, std::size_t number,
              const std::string& partition) {
    const LinkRow link = common::claim(netlink, plan.interfaces[number]);
    const std::string name = common::device_name(partition, number);
    UniqueFd fd = open_tap(name);
    const auto tap = common::find_link(netlink, name);
    if (!tap) throw Error(Code::internal, "the tap " + name + " is in another namespace");
    common::join(netlink, plan, number, link, *tap, partition);
    return fd;
}

// The kernel closes what a dead QEMU had open in its own time, which may be after its process is
// gone: io_uring holds descriptors of its own.
void remove_taps(Rtnetlink& netlink, const sdk::Plan& plan, const std::string& partition) {
    for (std::size_t number = 0; number < plan.interfaces.size(); ++number) {
        const auto tap = common::find_link(netlink, common::device_name(partition, number));
        if (tap && (tap->alias.empty() || tap->alias == common::device_alias(partition))) {
            common::remove_link(netlink, *tap);
        }
    }
}

}  // namespace

std::vector<UniqueFd> join_network(const sdk::Plan& plan, const std::string& partition,
                                   Deadline deadline) {
    std::vector<UniqueFd> taps;
    if (plan.interfaces.empty()) return taps;
    check(plan);
    const UniqueFd opened = common::open_planned_namespace(plan, deadline);
    Rtnetlink netlink;
    while (taps.size() < plan.interfaces.size()) {
        taps.push_back(join(netlink, plan, taps.size(), partition));
    }
    return taps;
}

void leave_network(const sdk::Plan& plan, const std::string& partition, Deadline deadline) {
    if (!plan.network_namespace) return;
    const UniqueFd opened = common::open_namespace(*plan.network_namespace);
    if (!opened) return;
    // Without the lock if need be: what is ours is told by its mark.
    (void)common::lock_namespace(opened, deadline);
    Rtnetlink netlink = common::talk_about(opened);
    remove_taps(netlink, plan, partition);
    common::give_back(netlink, plan, partition);
}

}  // namespace runphi::qemu
