// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/cache.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>

#include "plugins/qemu/kvm.hpp"
#include "plugins/qemu/tsc.hpp"
#include "tests/unit/qemu/harness.hpp"

namespace runphi::qemu {
namespace {

using namespace std::chrono_literals;

class CacheTest : public testing::Test {
  protected:
    std::string file(const std::string& name) { return test.folder() + "/cache/" + name; }
    qemu_test::TestHost test;
};

TEST_F(CacheTest, RemembersForTheSameKey) {
    const Cache cache(test.host());
    EXPECT_FALSE(cache.get("fact", "a").has_value());
    cache.put("fact", "a", "42");
    EXPECT_EQ(Cache(test.host()).get("fact", "a"), "42");
    EXPECT_FALSE(cache.get("fact", "b").has_value());
}

TEST_F(CacheTest, ForgetsWithABoot) {
    const Cache cache(test.host());
    cache.put("fact", "a", "42");
    std::ifstream in(file("fact"));
    std::string boot;
    std::getline(in, boot);
    ASSERT_EQ(boot.size(), 36U);
    std::ofstream(file("fact")) << "00000000-0000-0000-0000-000000000000\na\n42";
    EXPECT_FALSE(cache.get("fact", "a").has_value());
}

TEST_F(CacheTest, BelievesNoFolderThatOthersWrite) {
    Cache(test.host()).put("fact", "a", "42");
    ::chmod(file("").c_str(), 0777);
    EXPECT_FALSE(Cache(test.host()).get("fact", "a").has_value());
    EXPECT_FALSE(Cache(test.host()).lock("fact", Deadline::in(0ms)));
}

TEST_F(CacheTest, LocksOneAtATime) {
    const Cache cache(test.host());
    sdk::UniqueFd first = cache.lock("fact", Deadline::in(0ms));
    ASSERT_TRUE(first);
    EXPECT_FALSE(cache.lock("fact", Deadline::in(0ms)));
    first.reset();
    EXPECT_TRUE(cache.lock("fact", Deadline::in(0ms)));
}

TEST_F(CacheTest, TheCountersRateIsMeasuredOnce) {
    const Cache cache(test.host());
    const std::uint64_t khz = guest_tsc_khz(cache);
    EXPECT_GT(khz, 100'000U);
    EXPECT_LT(khz, 20'000'000U);
    EXPECT_EQ(guest_tsc_khz(cache), khz);
}

TEST_F(CacheTest, KvmIsNotTriedWithoutAKernelOfTheNode) {
    EXPECT_FALSE(
        use_kvm(test.host(), Accelerator::automatic, "x86_64", "/bin/false", Deadline::in(1min)));
    EXPECT_TRUE(use_kvm(test.host(), Accelerator::kvm, "x86_64", "/bin/false", Deadline::in(1min)));
    EXPECT_FALSE(
        use_kvm(test.host(), Accelerator::tcg, "x86_64", "/bin/false", Deadline::in(1min)));
}

TEST(ProbeInitramfs, HoldsInit) {
    const std::string archive = probe_initramfs("program");
    EXPECT_EQ(archive.substr(0, 6), "070701");
    EXPECT_EQ(archive.size() % 4, 0U);
    const auto at = archive.find(".runphi/init");
    ASSERT_NE(at, std::string::npos);
    EXPECT_NE(archive.find("program", at), std::string::npos);
    EXPECT_NE(archive.find("TRAILER!!!"), std::string::npos);
}

}  // namespace
}  // namespace runphi::qemu
