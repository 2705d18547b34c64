// SPDX-License-Identifier: Apache-2.0
#include "guest/phi-init/network_config.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/if_addr.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "guest/phi-init/network.h"
#include "records.hpp"

namespace {

using namespace std::string_literals;

// A parsed network; its text is gone by then, as it is in phi-init.
class ParsedNetwork {
  public:
    explicit ParsedNetwork(std::string text) {
        ok = phi_network_parse(text.data(), text.size(), &network, &failure);
    }
    ParsedNetwork(const ParsedNetwork&) = delete;
    ParsedNetwork& operator=(const ParsedNetwork&) = delete;
    ~ParsedNetwork() { phi_network_free(&network); }

    bool ok = false;
    phi_network network{};
    phi_failure failure{};
};

const std::string eth0 = "interface=02:42:0a:00:00:02 1400 1 1 2 eth0";

TEST(GuestNetwork, ReadsTheNameServers) {
    const ParsedNetwork parsed(records({"resolver=127.0.0.11", eth0, "resolver=127.255.0.1"}));
    ASSERT_TRUE(parsed.ok) << parsed.failure.text;
    ASSERT_EQ(parsed.network.resolvers.count, 2U);
    EXPECT_EQ(parsed.network.resolvers.addresses[0][3], 11);
    EXPECT_EQ(parsed.network.resolvers.addresses[1][1], 255);
    const std::string one = "resolver=127.0.0.11";
    EXPECT_FALSE(ParsedNetwork(records({one, one, one, one})).ok);
    for (const char* bad :
         {"resolver=10.0.0.1", "resolver=::1", "resolver=", "resolver=127.0.0.1 x"})
        EXPECT_FALSE(ParsedNetwork(records({bad})).ok) << bad;
}

TEST(GuestNetwork, ReadsEveryRecord) {
    const ParsedNetwork parsed(records(
        {eth0, "address=10.0.0.2 24 - 10.0.0.255 0", "address=fd00::2 64 fd00::1 - 253",
         "route=0.0.0.0 0 10.0.0.1 10.0.0.2 7 0 3 1 1300",
         "interface=02:42:0a:00:00:03 65535 0 0 0 net1", "neighbour=10.0.0.1 02:00:00:00:0a:01"}));
    ASSERT_TRUE(parsed.ok) << parsed.failure.text;
    ASSERT_EQ(parsed.network.n_interfaces, 2U);
    const phi_net_interface& first = parsed.network.interfaces[0];
    EXPECT_STREQ(first.name, "eth0");
    EXPECT_EQ(first.mtu, 1400U);
    EXPECT_TRUE(first.up);
    EXPECT_TRUE(first.ipv6);
    EXPECT_EQ(first.accept_ra, 2);
    EXPECT_EQ(first.mac[1], 0x42);
    EXPECT_FALSE(parsed.network.interfaces[1].up);
    ASSERT_EQ(parsed.network.n_addresses, 2U);
    EXPECT_EQ(parsed.network.addresses[0].ip.family, AF_INET);
    EXPECT_EQ(parsed.network.addresses[0].peer.family, 0);
    EXPECT_EQ(parsed.network.addresses[0].broadcast.bytes[3], 255);
    EXPECT_EQ(parsed.network.addresses[1].prefix, 64);
    EXPECT_EQ(parsed.network.addresses[1].peer.family, AF_INET6);
    ASSERT_EQ(parsed.network.n_routes, 1U);
    EXPECT_EQ(parsed.network.routes[0].metric, 7U);
    EXPECT_TRUE(parsed.network.routes[0].onlink);
    EXPECT_EQ(parsed.network.routes[0].mtu, 1300U);
    ASSERT_EQ(parsed.network.n_neighbours, 1U);
    EXPECT_EQ(parsed.network.neighbours[0].interface, 1U);
    EXPECT_EQ(parsed.network.neighbours[0].mac[4], 0x0a);
}

TEST(GuestNetwork, RefusesWhatItDoesNotUnderstand) {
    for (const std::string& line : {"address=10.0.0.2 24 - - 0"s, "nonsense"s, "colour=blue"s}) {
        EXPECT_FALSE(ParsedNetwork(records({line})).ok) << line;
    }
    for (const std::string& line : {
             "interface=02:42:0a:00:00 1400 1 1 0 eth0"s,
             "interface=02:42:0a:00:00:0G 1400 1 1 0 eth0"s,
             "interface=02:42:0a:00:00:02 1400 2 1 0 eth0"s,
             "interface=02:42:0a:00:00:02 99999999999 1 1 0 eth0"s,
             "interface=02:42:0a:00:00:02 1400 1 1 0 sixteen-letters-"s,
             "interface=02:42:0a:00:00:02 1400 1 1 0 a/b"s,
             "interface=02:42:0a:00:00:02 1400 1 1 0 .."s,
             "interface=02:42:0a:00:00:02 1400 1 1 0 "s,
             "interface=02:42:0a:00:00:02 1400 1 1 0 eth0 more"s,
             "address=10.0.0.256 24 - - 0"s,
             "address=10.0.0.2 33 - - 0"s,
             "address=10.0.0.2 24 fd00::1 - 0"s,
             "address=10.0.0.2 24 - -"s,
             "address=10.0.0.2"s,
             "route=10.0.0.0 8 - - -1 0 0 0 0"s,
             "route=10.0.0.0 8 - - 0 0 0 0"s,
             "neighbour=10.0.0.2 -"s,
         }) {
        const ParsedNetwork parsed(records({eth0, line}));
        EXPECT_FALSE(parsed.ok) << line;
        EXPECT_EQ(parsed.failure.status, PHI_STATUS_SETUP);
        EXPECT_NE(std::string(parsed.failure.text).find("/.runphi/network"), std::string::npos);
    }
    EXPECT_FALSE(ParsedNetwork("").ok);
    EXPECT_FALSE(ParsedNetwork("format=1").ok) << "cut off";
    EXPECT_FALSE(ParsedNetwork("format=2\0"s).ok);
    EXPECT_TRUE(ParsedNetwork("format=1\0"s).ok);
    EXPECT_FALSE(ParsedNetwork(records(std::vector<std::string>(17, eth0))).ok);
}

TEST(GuestNetwork, BytesAtRandomDoNoHarm) {
    std::mt19937 random(7);
    const std::string valid =
        records({eth0, "address=fd00::2 64 - - 0", "route=0.0.0.0 0 10.0.0.1 - 0 0 3 0 0"});
    for (int i = 0; i < 20'000; ++i) {
        std::string text = valid;
        for (int changes = 0; changes < 3; ++changes) {
            text[random() % text.size()] = static_cast<char>(random());
        }
        const ParsedNetwork parsed(text.substr(0, random() % text.size() + 1));
        EXPECT_EQ(parsed.ok, parsed.failure.status == 0);
    }
}

struct Attributes {
    Attributes(runphi_nl_message& message, std::size_t body) {
        runphi_nl_header(&message)->nlmsg_len = message.length;
        runphi_nl_index_message(runphi_nl_header(&message), body, at.data(), 32);
    }
    std::string ip(unsigned type, int family = AF_INET) const {
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (at[type] == nullptr) return "none";
        return ::inet_ntop(family, runphi_nl_data(at[type]), text.data(), text.size());
    }
    std::array<const nlattr*, 32> at{};
};

TEST(GuestNetworkMessages, AnAddressIsUsedAtOnceAndMakesNoRoute) {
    const ParsedNetwork parsed(records({eth0, "address=10.0.0.2 24 10.9.9.9 10.0.0.255 253"}));
    runphi_nl_message message;
    phi_network_address_message(&parsed.network.addresses[0], 4, &message);
    const Attributes found(message, sizeof(ifaddrmsg));
    const auto* body = static_cast<const ifaddrmsg*>(
        runphi_nl_body(runphi_nl_header(&message), sizeof(ifaddrmsg)));
    EXPECT_EQ(body->ifa_index, 4U);
    EXPECT_EQ(body->ifa_prefixlen, 24);
    EXPECT_EQ(body->ifa_scope, 253);
    EXPECT_EQ(found.ip(IFA_LOCAL), "10.0.0.2");
    EXPECT_EQ(found.ip(IFA_ADDRESS), "10.9.9.9");
    EXPECT_EQ(found.ip(IFA_BROADCAST), "10.0.0.255");
    EXPECT_EQ(runphi_nl_u32(found.at[IFA_FLAGS], 0),
              static_cast<unsigned>(IFA_F_PERMANENT | IFA_F_NODAD | IFA_F_NOPREFIXROUTE));
}

TEST(GuestNetworkMessages, ARouteSaysAllThatItWasGiven) {
    const ParsedNetwork parsed(records({eth0, "route=10.77.0.0 16 10.0.0.1 10.0.0.2 7 0 3 1 1300",
                                        "route=:: 0 fe80::1 - 0 0 4 0 0"}));
    runphi_nl_message message;
    phi_network_route_message(&parsed.network.routes[0], 4, &message);
    const Attributes found(message, sizeof(rtmsg));
    EXPECT_EQ(found.ip(RTA_DST), "10.77.0.0");
    EXPECT_EQ(found.ip(RTA_GATEWAY), "10.0.0.1");
    EXPECT_EQ(found.ip(RTA_PREFSRC), "10.0.0.2");
    EXPECT_EQ(runphi_nl_u32(found.at[RTA_OIF], 0), 4U);
    EXPECT_EQ(runphi_nl_u32(found.at[RTA_PRIORITY], 0), 7U);
    const auto* body =
        static_cast<const rtmsg*>(runphi_nl_body(runphi_nl_header(&message), sizeof(rtmsg)));
    EXPECT_EQ(body->rtm_flags, static_cast<unsigned>(RTNH_F_ONLINK));
    std::array<const nlattr*, RTAX_MAX + 1> metrics{};
    runphi_nl_index(runphi_nl_data(found.at[RTA_METRICS]), runphi_nl_size(found.at[RTA_METRICS]),
                    metrics.data(), RTAX_MAX + 1);
    EXPECT_EQ(runphi_nl_u32(metrics[RTAX_MTU], 0), 1300U);

    phi_network_route_message(&parsed.network.routes[1], 4, &message);
    const Attributes second(message, sizeof(rtmsg));
    EXPECT_EQ(second.at[RTA_DST], nullptr) << "the default route has no destination";
    EXPECT_EQ(second.ip(RTA_GATEWAY, AF_INET6), "fe80::1");
    EXPECT_EQ(second.at[RTA_METRICS], nullptr);
}

}  // namespace
