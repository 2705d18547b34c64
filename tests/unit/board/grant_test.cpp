// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace phi::board {
namespace {

using test::error_of;

TEST(Grant, WhatIsWrittenReadsBackTheSame) {
    Grant grant;
    grant.cpus = {1, 3};
    grant.cpu_count = 2;
    grant.memory = {{"ram", 0xfffffffffffff000, 4096}};
    grant.devices = {"uart1"};
    grant.iomems = {{0x9010000, 0x1000}};
    grant.irqs = {40, 4294967295};
    grant.channels = {{"link", 1, 4096}};
    const Grant read = parse_grant(write_grant(grant), "grants.json");
    EXPECT_EQ(read.cpus, grant.cpus);
    EXPECT_EQ(read.cpu_count, 2U);
    ASSERT_EQ(read.memory.size(), 1U);
    EXPECT_EQ(read.memory[0].pool, "ram");
    EXPECT_EQ(read.memory[0].base, 0xfffffffffffff000U);
    EXPECT_EQ(read.memory[0].size, 4096U);
    EXPECT_EQ(read.devices, grant.devices);
    ASSERT_EQ(read.iomems.size(), 1U);
    EXPECT_EQ(read.iomems[0].base, 0x9010000U);
    EXPECT_EQ(read.irqs, grant.irqs);
    ASSERT_EQ(read.channels.size(), 1U);
    EXPECT_EQ(read.channels[0].peer, 1U);
    EXPECT_EQ(write_grant(read), write_grant(grant));
}

TEST(Grant, RefusesABrokenLedgerEntryNamingTheFile) {
    const std::string good = write_grant(Grant{});
    for (const std::string& bad :
         {std::string(), std::string("{}"), good.substr(0, good.size() / 2),
          std::string(R"({"format": "runphi.grant/2"})")}) {
        const Error error = error_of([&] { parse_grant(bad, "c1/grants.json"); });
        EXPECT_EQ(error.code(), Code::invalid) << bad;
        EXPECT_MENTIONS(error.message(), "c1/grants.json");
    }
}

TEST(Grant, RefusesARegionPastTheAddressSpace) {
    Grant grant;
    grant.memory = {{"ram", UINT64_MAX, 2}};
    const Error error = error_of([&] { parse_grant(write_grant(grant), "grants.json"); });
    EXPECT_MENTIONS(error.message(), "memory[0]");
}

}  // namespace
}  // namespace phi::board
