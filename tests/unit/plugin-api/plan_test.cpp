// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/sdk/plan.hpp>

namespace {

using namespace runphi::sdk;

const std::string text = R"({
  "format": "runphi.plan/1", "id": "c1", "partition": "c1", "backend": "fake",
  "arch": "aarch64", "kind": "inmate",
  "request": {},
  "grant": {
    "cpus": [2, 3], "cpu_count": 2,
    "memory": [{"pool": "ram", "base": 1073741824, "size": 4096},
               {"pool": "high", "base": 4294967296, "size": 8192}],
    "devices": ["uart1"], "iomems": [{"base": 150999040, "size": 4096}], "irqs": [34],
    "channels": [{"name": "shm0", "peer": 1, "size": 65536}]
  },
  "boot": {
    "kind": "inmate", "source": "annotation", "arch": "aarch64", "cmdline": "a=b",
    "load_address": 1073741824,
    "images": [{"role": "inmate", "path": "/demo.bin", "length": 99}]
  },
  "parts": {"cpu": {"mask": 12}}
})";

TEST(Plan, GivesWhatABackendNeeds) {
    const Plan plan(text);
    EXPECT_EQ(plan.partition, "c1");
    EXPECT_EQ(plan.arch, "aarch64");
    EXPECT_EQ(plan.kind, "inmate");
    EXPECT_EQ(plan.cpus, (std::vector<std::uint64_t>{2, 3}));
    EXPECT_EQ(plan.cpu_count, 2U);
    ASSERT_EQ(plan.memory.size(), 2U);
    EXPECT_EQ(plan.memory[1].pool, "high");
    EXPECT_EQ(plan.memory_size(), 12288U);
    EXPECT_EQ(plan.devices, std::vector<std::string>{"uart1"});
    EXPECT_EQ(plan.iomems[0].base, 150999040U);
    EXPECT_EQ(plan.irqs, std::vector<std::uint64_t>{34});
    EXPECT_EQ(plan.channels[0].peer, 1U);
    EXPECT_EQ(plan.cmdline, "a=b");
    EXPECT_EQ(plan.load_address, 1073741824U);
    EXPECT_FALSE(plan.entry_address);
    EXPECT_EQ(plan.images[0].length, 99U);
    ASSERT_TRUE(plan.part("cpu"));
    EXPECT_EQ(plan.part("cpu")->at("mask").u64(), 12U);
    EXPECT_FALSE(plan.part("mem"));
}

TEST(Plan, NamesWhatIsMissing) {
    const std::string cut = R"({"id": "c1", "partition": "c1", "arch": "aarch64", "kind": "x"})";
    try {
        const Plan plan(cut);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "plan.grant: missing");
    }
}

}  // namespace
