// SPDX-License-Identifier: Apache-2.0
#include "hotplug.hpp"

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "../../common/link.hpp"
#include "../presence/toolstack.hpp"
#include "patience.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr auto link_patience = std::chrono::seconds(10);
constexpr const char* disk_number = "51712";  // of xvda, by Xen's docs/man/xen-vbd-interface.7

// xen-netback answers libxl a moment before it makes the interface.
common::LinkRow await_link(common::Rtnetlink& netlink, const std::string& name) {
    const auto link = await(link_patience, [&] { return common::find_link(netlink, name); });
    if (link) return *link;
    throw Error(Code::timeout, "xen-netback has made no interface " + name,
                "it needs the kernel's module xen-netback, and network namespaces");
}

void move_link(common::Rtnetlink& netlink, const common::LinkRow& link, const std::string& name,
               int target) {
    ifinfomsg about{};
    about.ifi_family = AF_UNSPEC;
    about.ifi_index = static_cast<int>(link.index);
    runphi_nl_message message;
    runphi_nl_begin(&message, RTM_NEWLINK, NLM_F_ACK, &about, sizeof about);
    runphi_nl_put_u32(&message, IFLA_NET_NS_FD, static_cast<std::uint32_t>(target));
    runphi_nl_put_text(&message, IFLA_IFNAME, name.c_str());
    netlink.change(message, "move " + link.name + " into the container's network namespace");
}

// The last thing that a script does.
void confirm(XenStore& store, const std::string& backend) {
    store.write(backend + "/hotplug-status", "connected");
}

}  // namespace

void enter_network_of_dom0() {
    const sdk::UniqueFd own(::open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC));
    if (!own) throw sdk::os_error("open /proc/1/ns/net");
    if (::setns(own.get(), CLONE_NEWNET) != 0) throw sdk::os_error("enter dom0's network");
}

void hand_over_vifs(std::uint32_t domid, const NetPart& net, int target) {
    common::Rtnetlink netlink;
    XenStore store = require_xenstore(Settings(), store_patience);
    const std::string id = std::to_string(domid);
    for (std::size_t i = 0; i < net.vifs.size(); ++i) {
        if (net.vifs[i].device.empty()) continue;
        const std::string number = std::to_string(i);
        std::string link = "vif", backend = "/local/domain/0/backend/vif/";
        link.append(id).append(".").append(number);
        backend.append(id).append("/").append(number);
        move_link(netlink, await_link(netlink, link), net.vifs[i].device, target);
        confirm(store, backend);
    }
}

void hand_over_disk(std::uint32_t domid, int device) {
    struct stat info {};
    if (::fstat(device, &info) != 0) throw sdk::os_error("stat the loop device");
    char number[32];  // hexadecimal, as xen-blkback reads it
    std::snprintf(number, sizeof number, "%x:%x", major(info.st_rdev), minor(info.st_rdev));
    XenStore store = require_xenstore(Settings(), store_patience);
    const std::string backend =
        "/local/domain/0/backend/vbd/" + std::to_string(domid) + "/" + disk_number;
    store.write(backend + "/physical-device", number);
    confirm(store, backend);
}

}  // namespace runphi::xen
