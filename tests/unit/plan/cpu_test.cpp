// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace phi::plan {
namespace {

using test::Case;

TEST(AskCpus, TheNodeDecidesForWhoAsksForNothing) {
    Case c;
    c.settings.default_cpus = 3;
    EXPECT_EQ(c.request().cpu_count, 3U);
    EXPECT_TRUE(c.request().cpu_list.empty());
}

TEST(AskCpus, AQuotaBecomesWholeCpus) {
    const auto cpus = [](std::int64_t quota, std::optional<std::uint64_t> period) {
        Case c;
        c.spec.resources.cpu_quota = quota;
        c.spec.resources.cpu_period = period;
        return c.request().cpu_count;
    };
    EXPECT_EQ(cpus(100'000, 100'000), 1U);
    EXPECT_EQ(cpus(100'001, 100'000), 2U);
    EXPECT_EQ(cpus(1, 100'000), 1U);
    EXPECT_EQ(cpus(250'000, std::nullopt), 3U);
    EXPECT_EQ(cpus(INT64_MAX, UINT64_MAX), 1U);
}

TEST(AskCpus, AQuotaOfTooManyCpusIsRefused) {
    Case c;
    c.spec.resources.cpu_quota = INT64_MAX;
    c.spec.resources.cpu_period = 1;
    EXPECT_MENTIONS(c.refused(), "linux.resources.cpu.quota");
}

TEST(AskCpus, PrecedenceIsHwConfigAnnotationImageQuota) {
    Case c;
    c.spec.resources.cpu_quota = 500'000;
    EXPECT_EQ(c.request().cpu_count, 5U);
    c.choice.vcpus = 4;
    EXPECT_EQ(c.request().cpu_count, 4U);
    c.annotate("vcpus", "3");
    EXPECT_EQ(c.request().cpu_count, 3U);
    c.hw().vcpus = 2;
    EXPECT_EQ(c.request().cpu_count, 2U);
}

TEST(AskCpus, ACpusetIsAlwaysHonoured) {
    Case c;
    c.spec.resources.cpus = "4,1-2";
    c.spec.resources.cpu_quota = 100'000;
    EXPECT_EQ(c.request().cpu_list, (std::vector<unsigned>{1, 2, 4}));
    EXPECT_EQ(c.request().cpu_count, 3U);
    c.hw().vcpus = 3;
    EXPECT_EQ(c.request().cpu_count, 3U);
}

TEST(AskCpus, ACpusetThatContradictsNamesBoth) {
    Case c;
    c.spec.resources.cpus = "0-2";
    c.hw().vcpus = 2;
    EXPECT_EQ(c.refused(),
              "vm.hwConfig.vcpus asks for 2 CPUs, linux.resources.cpu.cpus for 3 (\"0-2\")");
    c.spec.vm.reset();
    c.annotate("vcpus", "1");
    EXPECT_EQ(c.refused(),
              "annotation org.runphi.vcpus asks for 1 CPU, linux.resources.cpu.cpus for 3 "
              "(\"0-2\")");
}

TEST(AskCpus, SharedCpusMayBeMoreThanVirtualOnes) {
    Case c;
    c.board.exclusive_cpus = false;
    c.spec.resources.cpus = "0-2";
    c.hw().vcpus = 2;
    EXPECT_EQ(c.request().cpu_count, 2U);
    EXPECT_EQ(c.request().cpu_list.size(), 3U);
    c.hw().vcpus = 4;
    EXPECT_MENTIONS(c.refused(), "vm.hwConfig.vcpus asks for 4 CPUs");
}

TEST(AskCpus, BadNumbersAreNamed) {
    for (const char* bad : {"", "-1", "two", "1.5", "4294967296", "0"}) {
        Case c;
        c.annotate("vcpus", bad);
        EXPECT_MENTIONS(c.refused(), "annotation org.runphi.vcpus") << bad;
    }
    Case zero;
    zero.hw().vcpus = 0;
    EXPECT_MENTIONS(zero.refused(), "vm.hwConfig.vcpus");
    Case list;
    list.spec.resources.cpus = "0-";
    EXPECT_MENTIONS(list.refused(), "linux.resources.cpu.cpus");
}

}  // namespace
}  // namespace phi::plan
