// SPDX-License-Identifier: Apache-2.0
#include "core/network/parse.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <net/if_arp.h>

#include <array>

#include "core/base/error.hpp"
#include "runphi/netlink.h"

namespace phi::network {
namespace {

// A message of the kernel under construction.
template <typename Body>
struct Message : runphi_nl_message {
    Message(unsigned type, const Body& body) { runphi_nl_begin(this, type, 0, &body, sizeof body); }
    Message& text(unsigned type, const char* value) {
        runphi_nl_put_text(this, type, value);
        return *this;
    }
    Message& u32(unsigned type, std::uint32_t value) {
        runphi_nl_put_u32(this, type, value);
        return *this;
    }
    Message& bytes(unsigned type, const std::vector<std::uint8_t>& value) {
        runphi_nl_put(this, type, value.data(), value.size());
        return *this;
    }
    Message& ip(unsigned type, const char* address) {
        std::array<std::uint8_t, 16> value{};
        const bool v4 = ::inet_pton(AF_INET, address, value.data()) == 1;
        if (!v4) ::inet_pton(AF_INET6, address, value.data());
        runphi_nl_put(this, type, value.data(), v4 ? 4 : 16);
        return *this;
    }
    const nlmsghdr* done() {
        runphi_nl_header(this)->nlmsg_len = length;
        return runphi_nl_header(this);
    }
};

ifinfomsg link_body(int index, unsigned flags = IFF_UP, unsigned short type = ARPHRD_ETHER) {
    ifinfomsg body{};
    body.ifi_index = index;
    body.ifi_flags = flags;
    body.ifi_type = type;
    return body;
}

Message<ifinfomsg> veth(int index, const char* name, std::uint8_t last, unsigned flags = IFF_UP) {
    Message<ifinfomsg> message(RTM_NEWLINK, link_body(index, flags));
    message.text(IFLA_IFNAME, name).u32(IFLA_MTU, 1400);
    message.bytes(IFLA_ADDRESS, {2, 0x42, 0xac, 0x11, 0, last});
    return message;
}

Link link(const nlmsghdr* message) {
    const auto parsed = parse_link(message);
    EXPECT_TRUE(parsed);
    return parsed.value_or(Link{});
}

TEST(ParseLink, ReadsAnInterface) {
    auto message = veth(4, "eth0", 9);
    std::vector<std::int32_t> conf(DEVCONF_MAX, 0);
    conf[DEVCONF_ACCEPT_RA] = 2;
    const auto families = runphi_nl_open(&message, IFLA_AF_SPEC);
    const auto ipv6 = runphi_nl_open(&message, AF_INET6);
    runphi_nl_put(&message, IFLA_INET6_CONF, conf.data(), conf.size() * 4);
    runphi_nl_close(&message, ipv6);
    runphi_nl_close(&message, families);
    const Link found = link(message.done());
    EXPECT_EQ(found.interface.index, 4U);
    EXPECT_EQ(found.interface.name, "eth0");
    EXPECT_EQ(found.interface.mac, "02:42:ac:11:00:09");
    EXPECT_EQ(found.interface.mtu, 1400U);
    EXPECT_TRUE(found.interface.up);
    EXPECT_TRUE(found.interface.ipv6);
    EXPECT_EQ(found.interface.accept_ra, 2U);
    EXPECT_TRUE(found.ethernet);
    EXPECT_FALSE(found.port);
    EXPECT_FALSE(parse_link(veth(4, "eth0", 9).done())->interface.ipv6) << "a kernel without IPv6";
}

TEST(ParseLink, MessagesThatAreCutOffSayNothing) {
    auto message = veth(4, "eth0", 9);
    runphi_nl_header(&message)->nlmsg_len = sizeof(nlmsghdr) + 8;
    EXPECT_FALSE(parse_link(runphi_nl_header(&message)));
    runphi_nl_header(&message)->nlmsg_type = RTM_NEWADDR;
    EXPECT_FALSE(parse_address(runphi_nl_header(&message)));
    EXPECT_FALSE(parse_link(message.done()));
}

TEST(ParseAddress, KeepsWhatTheGuestIsToHave) {
    ifaddrmsg body{};
    body.ifa_family = AF_INET;
    body.ifa_prefixlen = 24;
    body.ifa_flags = IFA_F_PERMANENT;
    body.ifa_index = 4;
    const auto plain = parse_address(Message(RTM_NEWADDR, body)
                                         .ip(IFA_ADDRESS, "10.0.0.2")
                                         .ip(IFA_LOCAL, "10.0.0.2")
                                         .ip(IFA_BROADCAST, "10.0.0.255")
                                         .done());
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->first, 4U);
    EXPECT_EQ(plain->second.address, "10.0.0.2");
    EXPECT_EQ(plain->second.prefix, 24U);
    EXPECT_EQ(plain->second.peer, "");
    EXPECT_EQ(plain->second.broadcast, "10.0.0.255");
    const auto peer = parse_address(
        Message(RTM_NEWADDR, body).ip(IFA_ADDRESS, "10.0.0.1").ip(IFA_LOCAL, "10.0.0.2").done());
    EXPECT_EQ(peer->second.peer, "10.0.0.1");
    EXPECT_FALSE(parse_address(Message(RTM_NEWADDR, body).ip(IFA_ADDRESS, "fd00::1").done()))
        << "no IPv4 address";
}

TEST(ParseAddress, LeavesToTheGuestWhatWasLearned) {
    ifaddrmsg body{};
    body.ifa_family = AF_INET6;
    EXPECT_FALSE(parse_address(Message(RTM_NEWADDR, body).ip(IFA_ADDRESS, "fd00::2").done()));
    Message permanent(RTM_NEWADDR, body);
    permanent.ip(IFA_ADDRESS, "fd00::2").u32(IFA_FLAGS, IFA_F_PERMANENT | IFA_F_TENTATIVE);
    EXPECT_EQ(parse_address(permanent.done())->second.address, "fd00::2");
    Message failed(RTM_NEWADDR, body);
    failed.ip(IFA_ADDRESS, "fd00::2").u32(IFA_FLAGS, IFA_F_PERMANENT | IFA_F_DADFAILED);
    EXPECT_FALSE(parse_address(failed.done()));
}

rtmsg route_body() {
    rtmsg body{};
    body.rtm_family = AF_INET;
    body.rtm_table = RT_TABLE_MAIN;
    body.rtm_type = RTN_UNICAST;
    body.rtm_protocol = RTPROT_STATIC;
    return body;
}

TEST(ParseRoute, ReadsTheMainTable) {
    rtmsg body = route_body();
    body.rtm_dst_len = 16;
    body.rtm_flags = RTNH_F_ONLINK;
    Message message(RTM_NEWROUTE, body);
    message.ip(RTA_DST, "10.77.0.0").ip(RTA_GATEWAY, "169.254.1.1").ip(RTA_PREFSRC, "10.0.0.2");
    message.u32(RTA_OIF, 4).u32(RTA_PRIORITY, 7);
    const auto metrics = runphi_nl_open(&message, RTA_METRICS);
    message.u32(RTAX_MTU, 1300);
    runphi_nl_close(&message, metrics);
    const auto route = parse_route(message.done());
    ASSERT_TRUE(route);
    EXPECT_EQ(route->first, 4U);
    EXPECT_EQ(route->second.destination, "10.77.0.0");
    EXPECT_EQ(route->second.prefix, 16U);
    EXPECT_EQ(route->second.gateway, "169.254.1.1");
    EXPECT_EQ(route->second.source, "10.0.0.2");
    EXPECT_EQ(route->second.metric, 7U);
    EXPECT_EQ(route->second.mtu, 1300U);
    EXPECT_TRUE(route->second.onlink);
    EXPECT_EQ(parse_route(Message(RTM_NEWROUTE, route_body()).done())->second.destination,
              "0.0.0.0");
}

TEST(ParseRoute, PassesOverWhatIsNoGuestsBusiness) {
    rtmsg local = route_body();
    local.rtm_type = RTN_LOCAL;
    EXPECT_FALSE(parse_route(Message(RTM_NEWROUTE, local).done()));
    rtmsg learned = route_body();
    learned.rtm_protocol = RTPROT_RA;
    EXPECT_FALSE(parse_route(Message(RTM_NEWROUTE, learned).done()));
    EXPECT_FALSE(
        parse_route(Message(RTM_NEWROUTE, route_body()).u32(RTA_TABLE, RT_TABLE_LOCAL).done()));
}

TEST(ParseRoute, RefusesSeveralNextHops) {
    Message message(RTM_NEWROUTE, route_body());
    message.bytes(RTA_MULTIPATH, std::vector<std::uint8_t>(16, 0));
    EXPECT_THROW(parse_route(message.done()), Error);
}

TEST(ParseNeighbour, KeepsPermanentOnes) {
    ndmsg body{};
    body.ndm_family = AF_INET;
    body.ndm_ifindex = 4;
    body.ndm_state = NUD_PERMANENT;
    Message message(RTM_NEWNEIGH, body);
    message.ip(NDA_DST, "169.254.1.1").bytes(NDA_LLADDR, {2, 0, 0, 0, 0, 1});
    const auto found = parse_neighbour(message.done());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->second.address, "169.254.1.1");
    EXPECT_EQ(found->second.mac, "02:00:00:00:00:01");
    body.ndm_state = NUD_REACHABLE;
    EXPECT_FALSE(parse_neighbour(Message(RTM_NEWNEIGH, body).ip(NDA_DST, "169.254.1.1").done()));
}

TEST(ChooseInterfaces, TakesWhatIsUpOrHasAnAddress) {
    Link down = link(veth(5, "down", 5, 0).done());
    Link addressed = link(veth(4, "addressed", 4, 0).done());
    addressed.interface.addresses = {{"10.0.0.2", 24, "", "", 0}};
    const Link ours = link(veth(3, "rphi0123456700", 3).done());
    const Link port = link(veth(6, "port", 6).u32(IFLA_MASTER, 9).done());
    const Link loopback =
        link(Message(RTM_NEWLINK, link_body(1, IFF_UP | IFF_LOOPBACK, ARPHRD_LOOPBACK)).done());
    const auto chosen =
        choose_interfaces({link(veth(7, "up", 7).done()), down, addressed, ours, port, loopback});
    ASSERT_EQ(chosen.size(), 2U);
    EXPECT_EQ(chosen[0].name, "addressed");
    EXPECT_EQ(chosen[1].name, "up");
}

std::string refusal(std::vector<Link> links) {
    try {
        choose_interfaces(std::move(links));
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unsupported);
        return error.message();
    }
    return "accepted";
}

TEST(ChooseInterfaces, RefusesWhatNoGuestCanHave) {
    EXPECT_NE(refusal({link(Message(RTM_NEWLINK, link_body(2, IFF_UP, ARPHRD_NONE))
                                .text(IFLA_IFNAME, "wg0")
                                .done())})
                  .find("\"wg0\" is no Ethernet"),
              std::string::npos);
    const Link eth0 = link(veth(2, "eth0", 2).done());
    EXPECT_NE(refusal({link(veth(3, "\x1b[2J", 3).done())}).find("no printable name"),
              std::string::npos);
    EXPECT_NE(refusal({eth0, link(veth(3, "eth1", 2).done())}).find("the MAC address of \"eth0\""),
              std::string::npos);
    EXPECT_NE(refusal({eth0, link(veth(3, "eth0.5", 3).u32(IFLA_LINK, 2).done())})
                  .find("on top of \"eth0\""),
              std::string::npos);
    // The other end of what is in another namespace only has the same number.
    EXPECT_EQ(
        refusal(
            {eth0, link(veth(3, "eth1", 3).u32(IFLA_LINK, 2).u32(IFLA_LINK_NETNSID, 0).done())}),
        "accepted");
}

}  // namespace
}  // namespace phi::network
