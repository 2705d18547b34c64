// SPDX-License-Identifier: Apache-2.0
#include "plugins/common/traffic.hpp"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

#include "plugins/common/cable.hpp"
#include "plugins/common/link.hpp"

namespace runphi::common {
namespace {

// A message of ours as the kernel would tell of what it asked for.
const nlmsghdr* as(runphi_nl_message& message, unsigned type) {
    nlmsghdr* header = runphi_nl_header(&message);
    header->nlmsg_len = message.length;
    header->nlmsg_type = static_cast<std::uint16_t>(type);
    return header;
}

TEST(Traffic, AFilterTellsWhoseItIsAndWhereItLeads) {
    auto message = redirect(4, 9, mark_for("c1"));
    ASSERT_FALSE(message.full);
    const auto filter = parse_filter(as(message, RTM_NEWTFILTER));
    ASSERT_TRUE(filter);
    EXPECT_EQ(filter->to, 9U);
    EXPECT_EQ(filter->mark, mark_for("c1"));
    EXPECT_NE(filter->mark, mark_for("c2"));
    const auto* body =
        static_cast<const tcmsg*>(runphi_nl_body(runphi_nl_header(&message), sizeof(tcmsg)));
    EXPECT_EQ(body->tcm_ifindex, 4);
    EXPECT_EQ(body->tcm_parent, 0xffff0000U);
    EXPECT_EQ(body->tcm_info & 0xffff, 0x0300U) << "every protocol, in network order";
}

TEST(Traffic, WhatIsSharedIsLookedAtBeforeAllIsLedAway) {
    const auto info_of = [](runphi_nl_message message) {
        const nlmsghdr* header = as(message, RTM_NEWTFILTER);
        return static_cast<const tcmsg*>(runphi_nl_body(header, sizeof(tcmsg)))->tcm_info;
    };
    auto arp = copy_arp_replies(4, 9, mark_for("c1"));
    auto names = copy_name_answers(4, 9, mark_for("c1"));
    ASSERT_FALSE(arp.full || names.full);
    EXPECT_LT(info_of(arp) >> 16, info_of(names) >> 16);
    EXPECT_LT(info_of(names) >> 16, info_of(redirect(4, 9, mark_for("c1"))) >> 16);
    EXPECT_EQ(info_of(arp) & 0xffff, 0x0608U) << "ARP, in network order";
    EXPECT_EQ(info_of(names) & 0xffff, 0x0008U) << "IPv4";
    for (auto* one : {&arp, &names}) {
        const auto filter = parse_filter(as(*one, RTM_NEWTFILTER));
        ASSERT_TRUE(filter);
        EXPECT_EQ(filter->to, 9U);
        EXPECT_EQ(filter->mark, mark_for("c1"));
    }
}

TEST(Traffic, AFilterOfSomebodyElseHasNoMark) {
    Mark foreign = mark_for("c1");
    foreign[0] = 'R';
    auto message = redirect(4, 9, foreign);
    const auto filter = parse_filter(as(message, RTM_NEWTFILTER));
    ASSERT_TRUE(filter);
    EXPECT_FALSE(filter->mark);

    const tcmsg body{};
    runphi_nl_begin(&message, RTM_NEWTFILTER, 0, &body, sizeof body);
    runphi_nl_put_text(&message, TCA_KIND, "flower");
    ASSERT_TRUE(parse_filter(as(message, RTM_NEWTFILTER)));
    EXPECT_FALSE(parse_filter(as(message, RTM_NEWTFILTER))->mark);
    // The hash table that a u32 filter is in.
    runphi_nl_begin(&message, RTM_NEWTFILTER, 0, &body, sizeof body);
    runphi_nl_put_text(&message, TCA_KIND, "u32");
    EXPECT_FALSE(parse_filter(as(message, RTM_NEWTFILTER)));
}

TEST(Traffic, IngressQueuesAreKnown) {
    auto message = add_ingress(4);
    EXPECT_EQ(parse_ingress(as(message, RTM_NEWQDISC)), 4U);
    message = remove_ingress(4);
    EXPECT_FALSE(parse_ingress(as(message, RTM_NEWQDISC))) << "it names no kind";
    EXPECT_FALSE(parse_filter(as(message, RTM_NEWTFILTER))->mark);
}

TEST(Tap, ItsNameIsItsPartitionsAndFits) {
    EXPECT_EQ(device_name("c1", 0), device_name("c1", 0));
    EXPECT_NE(device_name("c1", 0), device_name("c1", 1));
    EXPECT_NE(device_name("c1", 0), device_name("c2", 0));
    const std::string longest = device_name(std::string(300, 'x'), 255);
    EXPECT_EQ(longest.size(), 14U);
    EXPECT_EQ(longest.rfind(RUNPHI_NETWORK_DEVICE_PREFIX, 0), 0U);
}

TEST(Tap, LinksAreReadByNameAndAlias) {
    auto message = get_link("eth0");
    runphi_nl_put_text(&message, IFLA_IFALIAS, "partition c1");
    const auto row = parse_link(as(message, RTM_NEWLINK));
    ASSERT_TRUE(row);
    EXPECT_EQ(row->name, "eth0");
    EXPECT_EQ(row->alias, "partition c1");
    EXPECT_FALSE(parse_link(as(message, RTM_DELLINK)));
}

}  // namespace
}  // namespace runphi::common
