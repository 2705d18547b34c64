// SPDX-License-Identifier: Apache-2.0
#include "plugins/xen/domain/pool_choice.hpp"

#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

const std::vector<CpuPool> pools = {{"Pool-0", "credit2", {0, 1}}, {"rt", "rtds", {2, 3}}};

CpuPart pinned(std::vector<unsigned> cpus) {
    CpuPart out;
    out.affinity = {std::move(cpus)};
    return out;
}

TEST(Pool, IsTheOneThatHasTheCpus) {
    EXPECT_EQ(choose_pool(pools, pinned({1})), "Pool-0");
    EXPECT_EQ(choose_pool(pools, pinned({2, 3})), "rt");
    EXPECT_EQ(choose_pool(pools, {}), "Pool-0");
    CpuPart named;
    named.pool = "rt";
    EXPECT_EQ(choose_pool(pools, named), "rt");
}

TEST(Pool, CpusOfAnotherPoolAreRefused) {
    EXPECT_HAS(refusal([] {
                   choose_pool(pools, pinned({1, 2}));
               }),
               "CPU 2 is not in CPU pool Pool-0 but in rt");
    EXPECT_HAS(refusal([] { choose_pool(pools, pinned({9})); }), "CPU 9 is in no CPU pool");
    CpuPart named = pinned({0});
    named.pool = "rt";
    EXPECT_HAS(refusal([&] { choose_pool(pools, named); }), "CPU 0 is not in CPU pool rt");
    named.pool = "other";
    EXPECT_HAS(refusal([&] { choose_pool(pools, named); }),
               "there are Pool-0 (credit2), rt (rtds)");
}

TEST(Pool, ASchedulerThatItHasNotIsRefused) {
    CpuPart cpu = pinned({1});
    cpu.scheduling.scheduler = "null";
    EXPECT_HAS(refusal([&] { choose_pool(pools, cpu); }),
               "the scheduler null is asked for, and CPU pool Pool-0 has credit2");
    cpu.scheduling = {};
    cpu.scheduling.period = 100;
    cpu.scheduling.budget = 50;
    EXPECT_HAS(refusal([&] { choose_pool(pools, cpu); }), "a period and a budget are asked for");
    cpu.affinity = {{2}};
    EXPECT_EQ(choose_pool(pools, cpu), "rt");
    cpu.scheduling = {};
    cpu.scheduling.weight = 5;
    EXPECT_HAS(refusal([&] { choose_pool(pools, cpu); }), "a weight or a cap is asked for");
}

}  // namespace
}  // namespace xen_test
