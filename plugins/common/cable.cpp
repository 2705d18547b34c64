// SPDX-License-Identifier: Apache-2.0
#include "cable.hpp"

#include <algorithm>
#include <cstdio>

#include "traffic.hpp"

namespace runphi::common {

using sdk::Code;
using sdk::Error;

namespace {

std::vector<Filter> filters_of(Rtnetlink& netlink, unsigned index) {
    std::vector<Filter> out;
    // What answers with an error has no ingress queue, and so no filters.
    (void)netlink.read(get_filters(index), [&](const nlmsghdr* message) {
        if (const auto filter = parse_filter(message)) out.push_back(*filter);
    });
    return out;
}

bool has_ingress(Rtnetlink& netlink, unsigned index) {
    bool found = false;
    const int error = netlink.read(get_queues(), [&](const nlmsghdr* message) {
        found = found || parse_ingress(message) == index;
    });
    if (error != 0) throw sdk::os_error("read the queues of the container's network", error);
    return found;
}

[[noreturn]] void refuse_held(const sdk::NetworkInterface& interface, const std::string& holder) {
    throw Error(Code::busy,
                "network interface \"" + interface.name + "\" is held by " + holder +
                    " in the same network namespace",
                "an interface has one guest behind it: give this container a network namespace of "
                "its own, or annotate it with org.runphi.net=none");
}

// Nobody has the interface when this returns, or it throws who.
void require_free(Rtnetlink& netlink, const sdk::NetworkInterface& interface, unsigned index) {
    if (!has_ingress(netlink, index)) refuse_held(interface, "a queue that is not runPHI's");
    for (const Filter& filter : filters_of(netlink, index)) {
        if (!filter.mark) refuse_held(interface, "a filter that is not runPHI's");
        if (filter.to == 0) continue;
        const auto tap = find_link(netlink, filter.to);
        if (tap) refuse_held(interface, tap->alias.empty() ? tap->name : tap->alias);
    }
    // What a partition has left that did not end in order.
    netlink.change(remove_ingress(index), "take the traffic of " + interface.name + " back");
}

void add_filter(Rtnetlink& netlink, const runphi_nl_message& filter, const std::string& what) {
    const int error = netlink.attempt(filter);
    if (error == ENOENT || error == EOPNOTSUPP) {
        throw Error(Code::unsupported, what + ": this kernel cannot",
                    "a partition's network needs the modules cls_u32 and act_mirred");
    }
    if (error != 0) throw sdk::os_error(what, error);
}

void lead(Rtnetlink& netlink, const LinkRow& from, const LinkRow& to, const Mark& mark) {
    add_filter(netlink, redirect(from.index, to.index, mark),
               "lead the traffic of " + from.name + " to " + to.name);
}

// A name server in the namespace asks others from there, and would wait for its answers in vain.
void share_name_answers(Rtnetlink& netlink, const LinkRow& from, const LinkRow& to,
                        const Mark& mark) {
    const std::string what = "share the name servers' answers on " + from.name;
    add_filter(netlink, copy_arp_replies(from.index, to.index, mark), what);
    add_filter(netlink, copy_name_answers(from.index, to.index, mark), what);
}

// Whether a queue was made for this partition: its filters say so. One without filters may have
// been made by a create that was cut short there.
bool is_of(const std::vector<Filter>& filters, const Mark& mark) {
    return std::all_of(filters.begin(), filters.end(),
                       [&](const Filter& filter) { return filter.mark == mark; });
}

bool is_planned(Rtnetlink& netlink, const sdk::Plan& plan, unsigned index) {
    const auto link = find_link(netlink, index);
    return link && std::any_of(plan.interfaces.begin(), plan.interfaces.end(),
                               [&](const auto& one) { return one.name == link->name; });
}

}  // namespace

std::string device_name(const std::string& partition, std::size_t number) {
    char name[sizeof RUNPHI_NETWORK_DEVICE_PREFIX + 10];
    std::snprintf(name, sizeof name, RUNPHI_NETWORK_DEVICE_PREFIX "%08x%02x",
                  static_cast<unsigned>(hash_of(partition) & 0xffffffff),
                  static_cast<unsigned>(number & 0xff));
    return name;
}

std::string device_alias(const std::string& partition) {
    return "partition " + partition;
}

sdk::UniqueFd open_planned_namespace(const sdk::Plan& plan, Deadline deadline) {
    sdk::UniqueFd opened =
        plan.network_namespace ? open_namespace(*plan.network_namespace) : sdk::UniqueFd();
    if (!opened) throw Error(Code::not_found, "the container's network namespace is gone");
    if (lock_namespace(opened, deadline)) return opened;
    throw Error(Code::busy, "the container's network namespace is locked by another process");
}

LinkRow claim(Rtnetlink& netlink, const sdk::NetworkInterface& interface) {
    const auto link = find_link(netlink, interface.name);
    if (!link) {
        throw Error(Code::not_found, "network interface \"" + interface.name +
                                         "\" is not in the container's network namespace");
    }
    const unsigned index = link->index;
    const std::string what = "queue the traffic of " + interface.name;
    const int error = netlink.attempt(add_ingress(index));
    if (error == 0) return *link;
    if (error == ENOENT || error == EOPNOTSUPP) {
        throw Error(Code::unsupported, what + ": this kernel has no ingress queues",
                    "a partition's network needs the modules sch_ingress, cls_u32 and act_mirred");
    }
    if (error != EEXIST) throw sdk::os_error(what, error);
    require_free(netlink, interface, index);
    netlink.change(add_ingress(index), what);
    return *link;
}

void join(Rtnetlink& netlink, const sdk::Plan& plan, std::size_t number, const LinkRow& link,
          const LinkRow& device, const std::string& partition) {
    configure_link(netlink, device, plan.interfaces[number].mtu, device_alias(partition));
    netlink.change(add_ingress(device.index), "queue the traffic of " + device.name);
    const Mark mark = mark_for(partition);
    lead(netlink, device, link, mark);
    if (!plan.resolvers.empty()) share_name_answers(netlink, link, device, mark);
    lead(netlink, link, device, mark);
    bring_up(netlink, device);
}

void give_back(Rtnetlink& netlink, const sdk::Plan& plan, const std::string& partition) {
    std::vector<unsigned> queues;
    const int error = netlink.read(get_queues(), [&](const nlmsghdr* message) {
        if (const auto index = parse_ingress(message)) queues.push_back(*index);
    });
    if (error != 0) throw sdk::os_error("read the queues of the container's network", error);
    const Mark mark = mark_for(partition);
    for (const unsigned index : queues) {
        const auto filters = filters_of(netlink, index);
        if (!is_of(filters, mark)) continue;
        if (filters.empty() && !is_planned(netlink, plan, index)) continue;
        const int failed = netlink.attempt(remove_ingress(index));
        // Gone by itself: the interface, or read twice.
        if (failed != 0 && failed != ENODEV && failed != ENOENT && failed != EINVAL) {
            throw sdk::os_error("give the container's network back", failed);
        }
    }
}

}  // namespace runphi::common
